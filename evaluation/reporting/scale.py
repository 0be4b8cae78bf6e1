"""Scales of the pictures. Percent changes stand on log ratios: a halving and a doubling are equally far from none."""

import math
from collections.abc import Sequence

import numpy as np

from evaluation.reporting.canvas import Canvas
from evaluation.reporting.numbers import signed
from evaluation.terms.periods import every_of, is_period

_TICKS = (
    (-2, -1, 0, 1, 2),
    (-10, -5, 0, 5, 10),
    (-20, -10, 0, 10, 25),
    (-50, -25, 0, 33, 100),
    (-75, -50, 0, 100, 300),
    (-90, -50, 0, 100, 900),
    (-99, -90, 0, 900, 9900),
)  # each a half, a quarter, ... and its counterpart upwards
_BEGINS = {"month": "-01", "week": "-W01", "day": "-01-01"}  # how the first label of a year ends
FARTHEST = (-99.0, 4900.0)  # nothing is drawn beyond: an arrow says that it goes on


def ratio(percent: float | Sequence[float] | np.ndarray) -> np.ndarray:
    """Place of a percent change on the log-ratio scale.

    >>> ratio([-50.0, 0.0, 100.0]).round(3).tolist()
    [-0.693, 0.0, 0.693]
    """
    return np.log1p(np.maximum(np.asarray(percent, dtype=float), -99.99) / 100)


def at(percent: float, limits: tuple[float, float]) -> float:
    """Place of a percent change, held inside the limits of the picture."""
    return float(np.clip(ratio(percent), *limits))


def ratio_ticks(lowest: float, highest: float) -> tuple[int, ...]:
    """Percent changes to mark between two places on the log-ratio scale: the finest set that reaches far enough.

    >>> ratio_ticks(-0.5, 0.3), ratio_ticks(-1.3, 1.0)
    ((-20, -10, 0, 10, 25), (-50, -25, 0, 33, 100))
    """
    reach = 0.38 * max(-lowest, highest)
    ticks = next((one for one in _TICKS if max(-ratio(one[0]), ratio(one[-1])) >= reach), _TICKS[-1])
    return tuple(tick for tick in ticks if lowest <= ratio(tick) <= highest)


def ratio_limits(percents: Sequence[float], least: float = 12.0) -> tuple[float, float]:
    """Limits of the log-ratio scale that hold these percent changes, none, and a little air."""
    finite = [value for value in percents if math.isfinite(value)]
    low = float(ratio(max(min([*finite, -least]), FARTHEST[0])))
    high = float(ratio(min(max([*finite, least]), FARTHEST[1])))
    air = 0.06 * (high - low)
    return low - air, high + air


def ratio_x(canvas: Canvas, limits: tuple[float, float], words: str = "change, percent") -> None:
    """Label the x axis of a picture of percent changes. Its limits are set already."""
    ticks = ratio_ticks(*limits)
    canvas.x_ticks(ratio(ticks), [signed(tick) for tick in ticks])
    canvas.x_axis(words)


def ratio_y(canvas: Canvas, limits: tuple[float, float], words: str = "change, percent") -> None:
    """Label the y axis of a picture of percent changes, and draw the line of no change. Its limits are set already."""
    ticks = ratio_ticks(*limits)
    canvas.y_ticks(ratio(ticks), [signed(tick) for tick in ticks])
    canvas.segments([(canvas.x_limits[0], 0, canvas.x_limits[1], 0)], "muted", width=1)
    canvas.y_axis(words)


def count_ticks(top: float) -> list[float]:
    """Three to five whole numbers from 0 up to `top`.

    >>> count_ticks(88.0), count_ticks(6.3), count_ticks(2.2)
    ([0.0, 20.0, 40.0, 60.0, 80.0], [0.0, 2.0, 4.0, 6.0], [0.0, 1.0, 2.0])
    """
    raw = max(top / 4.5, 1.0)
    power = 10 ** math.floor(math.log10(raw))
    step = next(power * one for one in (1, 2, 2.5, 5, 10) if power * one >= raw and float(power * one).is_integer())
    return [float(step * place) for place in range(int(top / step) + 1)]


def time_ticks(times: Sequence[str], most: int) -> list[int]:
    """Positions of the periods to label: every so many, or beginnings of years where the parts of years are many.

    >>> time_ticks(["2010", "2011", "2012", "2013"], 2)
    [0, 2]
    """
    places = _beginnings(times) if of_years(times) else list(range(len(times)))
    if not of_years(times) and len({time[:4] for time in times}) < len(times):
        most = math.ceil(most / 2)  # the name of a month or a week takes twice the room of that of a year
    return places[:: max(1, math.ceil(len(places) / most))]


def time_labels(times: Sequence[str], shown: Sequence[int]) -> list[str]:
    """What stands at these positions: the year, and the period itself where several of them lie in one year.

    >>> time_labels(["2022-W01", "2023-W01"], [0, 1]), time_labels(["2021-W52", "2022-W01", "2022-W02"], [0, 1])
    (['2022', '2023'], ['2021-W52', '2022-W01'])
    """
    several = len({time[:4] for time in times}) < len(times) and not of_years(times)
    return [times[place] if several else times[place][:4] for place in shown]


def of_years(times: Sequence[str]) -> bool:
    """Whether the axis is one of years, though the periods are parts of them.

    >>> from evaluation.terms.periods import between
    >>> of_years(["2010", "2011"]), of_years(between("2022-W01", "2023-W52")), of_years(between("2022-W10", "2023-W02"))
    (False, True, False)
    """
    return len(times) > 24 and len(_beginnings(times)) > 1


def half_a_year(times: Sequence[str]) -> float:
    """From the beginning of a year to its middle, in periods; to the middle of one period, where an axis shows these.

    >>> from evaluation.terms.periods import between
    >>> half_a_year(["2010", "2011"]), half_a_year(between("2022-W01", "2023-W52"))
    (0.5, 26)
    """
    return {"month": 6, "week": 26, "day": 182}[every_of(times[0])] if of_years(times) else 0.5


def _beginnings(times: Sequence[str]) -> list[int]:
    """Positions of the periods that begin a year, of parts of years."""
    begins = _BEGINS.get(every_of(times[0])) if is_period(times[0]) else None
    return [place for place, time in enumerate(times) if time.endswith(begins)] if begins else []


def shorten(words: str, letters: int) -> str:
    """A name that fits, cut with an ellipsis.

    >>> shorten("Bolivia (Plurinational State of)", 12)
    'Bolivia (Pl\u2026'
    """
    return words if len(words) <= letters else words[: letters - 1].rstrip() + "\u2026"
