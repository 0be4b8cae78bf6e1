"""Counts of one unit over time, beside what was to be expected as it was and without the law."""

from dataclasses import dataclass

import numpy as np

from evaluation.reporting.canvas import Canvas
from evaluation.reporting.numbers import count
from evaluation.reporting.scale import count_ticks, time_labels, time_ticks

MIDDLE = 2  # position of the median among the five quantiles
REACH = 2.2  # bands are cut this far above the data and the medians, so that the counts stay readable


@dataclass(frozen=True)
class Series:
    """One unit and indicator: bounds by time, expected counts (quantile, time), where law and breaks begin."""

    times: tuple[str, ...]
    lower: np.ndarray
    upper: np.ndarray
    withheld: np.ndarray  # reported, and not printed: it would give a smaller count away
    questioned: np.ndarray
    on: np.ndarray
    off: np.ndarray
    law_from: int
    breaks: tuple[int, ...]
    unit: str

    @property
    def exact(self) -> np.ndarray:
        """Cells whose count is known."""
        return np.isfinite(self.lower) & (self.lower == self.upper)

    @property
    def within(self) -> np.ndarray:
        """Cells known only to lie between two bounds."""
        return np.isfinite(self.lower) & (self.lower < self.upper)


def series(one: Series, *, title: str, law: str) -> tuple[str, str]:
    """SVG and words of one unit's counts and what was to be expected."""
    says = _words(one, title, law)
    top = _top(one)
    canvas = Canvas(212, (56, 62, 24, 22))
    canvas.limits((-0.7, len(one.times) - 0.3), (0.0, top))
    ticks = count_ticks(top)
    canvas.y_ticks(ticks, [count(tick) for tick in ticks])
    canvas.y_axis(one.unit)
    shown = time_ticks(one.times, 5)
    canvas.x_ticks(shown, time_labels(one.times, shown))
    _expected(canvas, one, top)
    canvas.segments([(-0.7, 0, len(one.times) - 0.3, 0)], "other", width=0.8)
    _dates(canvas, one, top, law)
    _counts(canvas, one, top)
    _names(canvas, one)
    return canvas.svg(title, says), says


def _top(one: Series) -> float:
    seen = float(np.max(one.upper[np.isfinite(one.upper)], initial=1.0))
    typical = max(seen, float(np.nanmax(one.on[MIDDLE])), float(np.nanmax(one.off[MIDDLE])))
    return 1.08 * min(max(typical, float(np.nanmax(one.on[-1])), float(np.nanmax(one.off[-1]))), REACH * typical)


def _expected(canvas: Canvas, one: Series, top: float) -> None:
    """Both expectations. The pieces before and under the law meet at its date, not half a period off."""
    start, edge = one.law_from, one.law_from - 0.5
    places = np.arange(len(one.times), dtype=float)
    under = np.insert(places[start:], 0, edge)

    def after(values: np.ndarray) -> np.ndarray:
        return np.minimum(np.column_stack([values[:, start], values[:, start:]]), top)

    pieces = [(under, after(one.on))]
    if start:
        earlier = np.minimum(np.column_stack([one.on[:, :start], one.on[:, start - 1]]), top)
        pieces.insert(0, (np.append(places[:start], edge), earlier))
    without = after(one.off)
    _band(canvas, under, without, "other", (0.16, 0.3))
    for where, values in pieces:
        _band(canvas, where, values, "mid", (0.24, 0.42))
    canvas.line(under, without[MIDDLE], "muted", dash="4 2")
    for where, values in pieces:
        canvas.line(where, values[MIDDLE], "accent", width=1.8)


def _band(canvas: Canvas, where: np.ndarray, values: np.ndarray, colour: str, shares: tuple[float, float]) -> None:
    for (low, high), share in zip(((0, 4), (1, 3)), shares, strict=True):
        canvas.area(where, values[low], values[high], colour, share=share)


def _counts(canvas: Canvas, one: Series, top: float) -> None:
    places = np.arange(len(one.times))
    exact, within, asked = places[one.exact], places[one.within], places[one.questioned]
    few = len(places) <= 30
    tips = [f"{one.times[place]}: {count(one.lower[place])} {one.unit}" for place in exact]
    canvas.marks(exact, one.lower[exact], "dot", "ink", size=5.4 if few else 3.4, tips=tips)
    least = top * 0.035  # a bar from 0 to 4 is still seen where the axis reaches 400
    bars = [(x, one.lower[x], x, max(one.upper[x], one.lower[x] + least)) for x in within]
    canvas.segments(bars, "ink", width=3.6 if few else 2.4)
    canvas.marks(asked, np.full(asked.size, top * 0.05), "cross", "ink", size=7)


def _dates(canvas: Canvas, one: Series, top: float, law: str) -> None:
    canvas.segments([(one.law_from - 0.5, 0, one.law_from - 0.5, top)], "ink", width=1, dash="4 2")
    canvas.words(one.law_from - 0.5, top, f"{law} {one.times[one.law_from]}", anchor="middle", shift=(0, -6))
    for start in one.breaks:
        canvas.segments([(start - 0.5, 0, start - 0.5, top)], "muted", width=1.3, dash="1.5 2.5")
        canvas.words(start - 0.5, top, "break", colour="muted", drop="top", shift=(4, 0), size=11)


def _names(canvas: Canvas, one: Series) -> None:
    """Names at the ends of the two lines, kept apart where the lines are not."""
    with_law, without = canvas.y(float(one.on[MIDDLE][-1])), canvas.y(float(one.off[MIDDLE][-1]))
    if abs(with_law - without) < 15:
        middle, down = (with_law + without) / 2, 1 if with_law >= without else -1
        with_law, without = middle + 7.5 * down, middle - 7.5 * down
    shift = min(0.0, canvas.bottom - 5 - max(with_law, without)) + max(0.0, canvas.top + 4 - min(with_law, without))
    canvas.words_at(canvas.right + 2, with_law + shift, "as it was", colour="accent", drop="middle", size=11.5)
    canvas.words_at(canvas.right + 2, without + shift, "without it", colour="muted", drop="middle", size=11.5)


def _words(one: Series, title: str, law: str) -> str:
    last = one.times[-1]
    exact, within, asked, kept = (int(mask.sum()) for mask in (one.exact, one.within, one.questioned, one.withheld))
    missing = f"{len(one.times) - exact - within - asked - kept} not reported"
    missing = f"{kept} reported and not printed, {missing}" if kept else missing
    return (
        f"{title}. The {law} begins in {one.times[one.law_from]}. {exact} exact counts, {within} suppressed, {asked} "
        f"questioned, {missing}. In {last} the model expects about "
        f"{count(one.on[MIDDLE][-1])} {one.unit} as it was, and about {count(one.off[MIDDLE][-1])} without the {law} "
        f"(95 % interval {count(one.off[0][-1])} to {count(one.off[-1][-1])})."
    )
