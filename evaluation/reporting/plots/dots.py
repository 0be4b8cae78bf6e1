"""A posterior as dots that can be counted: each is as probable as every other.

The quantile dot plot of Kay, Kola, Hullman and Munson (2016), CHI '16: dots stand at evenly spaced quantiles, so that
the share of dots on one side of a value is the probability of that side.
"""

import math
from collections import Counter
from dataclasses import dataclass

import numpy as np

from evaluation.reporting.canvas import WIDTH, Canvas
from evaluation.reporting.numbers import signed

FARTHEST = (-100.0, 300.0)  # percent: a dot beyond stands at the edge
_BINS, _MOST_BINS = 14, 44  # columns of dots: so many, and more where they would pile up too high
_HIGHEST = 7  # dots in one pile, if there may be more columns
_LARGEST, _TALLEST = 25.0, 160.0  # pixels of a dot, and of the highest pile
_STEPS = (1, 2, 5, 10, 20, 25, 50, 100)


@dataclass(frozen=True)
class Zone:
    """A stretch of changes that means one thing: its colour, and how many of the dots lie in it."""

    colour: str
    count: int


def quantile_dots(draws: np.ndarray, dots: int) -> np.ndarray:
    """The quantiles at which the dots stand: (dots,), percent.

    >>> quantile_dots(np.arange(101.0), 4).tolist()
    [12.5, 37.5, 62.5, 87.5]
    """
    return np.quantile(draws, (np.arange(dots) + 0.5) / dots)


def zones(places: np.ndarray, matters_from: float) -> tuple[Zone, Zone, Zone, Zone]:
    """How many dots lie in a fall that matters, a smaller fall, a smaller rise and a rise that matters.

    >>> [zone.count for zone in zones(np.array([-30.0, -5.0, -2.0, 40.0]), -20.0)]
    [1, 2, 0, 1]
    """
    limit = abs(matters_from)
    held = (places <= -limit, (places > -limit) & (places < 0), (places >= 0) & (places < limit), places >= limit)
    colours = ("accent", "mid", "other", "truth")
    if matters_from > 0:  # the side asked about is drawn in the house's colour
        colours = ("truth", "other", "mid", "accent")
    return tuple(Zone(colour, int(mask.sum())) for colour, mask in zip(colours, held, strict=True))  # type: ignore[return-value]


def dots(
    draws: np.ndarray, count: int, *, matters_from: float, axis: str, mark: str, title: str, says: str
) -> tuple[str, str]:
    """SVG and words of `count` dots of a percent change; `axis` says what is measured, `mark` what would matter."""
    places = np.clip(quantile_dots(draws, count), *FARTHEST)
    low, high, width = _bins(places, abs(matters_from))
    columns = np.floor((places - low) / width).astype(int)
    tallest = max(Counter(columns.tolist()).values())
    across = (WIDTH - 32) * width / (high - low)
    size = min(across, _LARGEST, _TALLEST / tallest)
    canvas = Canvas(tallest * size + 66, (16, 16, 42, 18))
    canvas.limits((low, high), (0.0, tallest * size))
    _marks(canvas, places, columns, (low, width, size), matters_from)
    for place, dash in ((0.0, ""), (matters_from, "2 3")):
        canvas.segments([(place, 0, place, tallest * size + 8)], "ink" if dash else "muted", width=1.1, dash=dash)
    canvas.words(matters_from, tallest * size + 8, mark, anchor="middle", shift=(0, -3))
    step = next((one for one in _STEPS if (high - low) / one <= 9), _STEPS[-1])
    ticks = np.arange(math.ceil(low / step) * step, high + 1e-9, step)
    canvas.x_ticks(ticks, [signed(tick) for tick in ticks])
    canvas.x_axis(axis)
    return canvas.svg(title, says), says


def _bins(places: np.ndarray, limit: float) -> tuple[float, float, float]:
    """Lowest edge, highest edge and width of columns that hold the dots, none and both limits, one edge at each."""
    low, high = min(float(places.min()), -limit), max(float(places.max()), limit)
    parts = max(math.floor(_BINS * limit / (high - low)), 1)
    while _pile(places, limit / parts) > _HIGHEST and (high - low) / (limit / (parts + 1)) <= _MOST_BINS:
        parts += 1
    width = limit / parts * max(1, math.ceil((high - low) / (limit / parts) / _MOST_BINS))
    return math.floor(low / width) * width, (math.floor(high / width) + 1) * width, width


def _pile(places: np.ndarray, width: float) -> int:
    return max(Counter(np.floor(places / width).astype(int).tolist()).values())


def _marks(
    canvas: Canvas, places: np.ndarray, columns: np.ndarray, grid: tuple[float, float, float], matters_from: float
) -> None:
    low, width, size = grid
    limit = abs(matters_from)
    colours = [zone.colour for zone in zones(places, matters_from)]
    piled: Counter[int] = Counter()
    for place, column in zip(places.tolist(), columns.tolist(), strict=True):
        zone = 0 if place <= -limit else 1 if place < 0 else 2 if place < limit else 3
        x, y = low + (column + 0.5) * width, (piled[column] + 0.5) * size
        piled[column] += 1
        canvas.marks([x], [y], "dot", colours[zone], size=size * 0.86)
