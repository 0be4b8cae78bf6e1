"""The change by time since the law; to the left of the law, where there should be none, the leads."""

from collections.abc import Mapping

import numpy as np

from evaluation.reporting.canvas import Canvas
from evaluation.reporting.numbers import MINUS, percent, span
from evaluation.reporting.scale import at, ratio, ratio_y
from evaluation.reporting.summaries import Summary
from evaluation.terms.rounding import places_for

Path = Mapping[int, Summary]


def event_study(
    after: Path,
    before: Path,
    *,
    title: str,
    period: str,
    law: str,
    limits: tuple[float, float],
    reach: tuple[int, int],
    apart: bool = False,
    truth: Mapping[int, float] | None = None,
) -> tuple[str, str]:
    """SVG and words of the change in each period since the law, with the leads before it; `reach`: periods shown."""
    says = f"{title}, by {period}s since the {law}. {_words(before, period, 'before')}{_words(after, period, 'after')}"
    first, last = reach
    air = 0.6 + 0.01 * (last - first)
    canvas = Canvas(244, (46, 6, 40, 20))
    canvas.limits((first - air, last + air), limits)
    if first < 0:
        canvas.boxes([(first - air, -0.5, *limits)], "wash")
        room = canvas.x(-0.5) - canvas.left
        words = f"before the {law}"
        words = words if room > 6 * len(words) else "before"
        canvas.words(-0.5, limits[1], words, colour="muted", anchor="right", shift=(-4, -5), size=11.5)
    ratio_y(canvas, limits)
    ticks = _ticks(first, last)
    canvas.x_ticks(ticks, [f"{tick:+d}".replace("-", MINUS) if tick else "0" for tick in ticks])
    canvas.x_axis(f"{period}s since the {law}")
    canvas.segments([(-0.5, limits[0], -0.5, limits[1])], "muted", width=1, dash="4 2")
    _draw(canvas, before, ("other", "otherpale"), "square", True, limits)
    _draw(canvas, after, ("other", "otherpale") if apart else ("accent", "pale"), "dot", apart, limits)
    if truth:
        times = sorted(truth)
        canvas.line(times, [at(truth[time], limits) for time in times], "truth", width=2.2)
    return canvas.svg(title, says), says


def _ticks(first: int, last: int) -> list[int]:
    step = next(step for step in (1, 2, 5, 6, 12, 24, 60, 120) if (last - first) / step <= 9 or step == 120)
    return list(range(-(-first // step) * step, last + 1, step))


def _draw(
    canvas: Canvas, path: Path, colours: tuple[str, str], shape: str, hollow: bool, limits: tuple[float, float]
) -> None:
    times = sorted(path)
    if not times:
        return
    strong, weak = colours
    low, high, inner_low, inner_high, middle = (
        np.clip(ratio([getattr(path[time], name) for time in times]), *limits)
        for name in ("lower", "upper", "inner_lower", "inner_upper", "estimate")
    )
    if len(times) > 16:  # so many that points would touch: a line in its bands
        canvas.area(times, low, high, weak, share=0.45)
        canvas.area(times, inner_low, inner_high, weak)
        canvas.line(times, middle, strong, width=1.8)
        return
    canvas.segments(zip(times, inner_low, times, inner_high, strict=True), weak, width=8)
    canvas.segments(zip(times, low, times, high, strict=True), strong, width=1.5)
    tips = [_tell(path[time]) for time in times]
    canvas.marks(times, middle, shape, strong, hollow=hollow, tips=tips)


def _tell(one: Summary) -> str:
    places = places_for(one.width)
    return f"{percent(one.estimate, places)} ({span(one.lower, one.upper, places)})"


def _words(path: Path, period: str, side: str) -> str:
    """Each period in words while they are few; the first, the middle and the last where they are many."""
    times = sorted(path)
    told = times if len(times) <= 12 else [times[0], times[len(times) // 2], times[-1]]
    words = []
    for time in told:
        count = abs(time)
        where = f"in the first {period}" if time == 0 else f"{count} {period}{'s' if count > 1 else ''} {side}"
        words.append(f"{where[:1].upper()}{where[1:]}: {_tell(path[time])}.")
    return " ".join(words) + (" " if words else "")
