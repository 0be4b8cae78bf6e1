"""One posterior as a curve, with the thresholds that matter and the probability beyond each."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from evaluation.reporting.canvas import Canvas
from evaluation.reporting.numbers import chosen, percent, probability
from evaluation.reporting.scale import at, ratio, ratio_limits, ratio_x
from evaluation.reporting.summaries import Summary, chance
from evaluation.terms.rounding import places_for

_CURVE, _LABEL = 130, 22  # pixels of the curve, and of each threshold's words above it


@dataclass(frozen=True)
class Threshold:
    """A percent change worth marking, and on which side of it the probability is asked."""

    percent: float
    direction: str  # at_most | at_least
    label: str

    @property
    def words(self) -> str:
        """The side asked about: a fall of 20 or more, say."""
        return f"{chosen(self.percent)} or {'lower' if self.direction == 'at_most' else 'higher'}"


def density(
    draws: np.ndarray, summary: Summary, thresholds: Sequence[Threshold], *, title: str, truth: float | None
) -> tuple[str, str]:
    """SVG and words of one posterior of a percent change."""
    chances = [probability(chance(draws, one.percent, one.direction)) for one in thresholds]
    told = [f"{one.label}, {one.words}: probability {share}." for one, share in zip(thresholds, chances, strict=True)]
    middle = percent(summary.estimate, places_for(summary.width))
    says = f"{title}: a curve with its middle at {middle}. " + " ".join(told)
    ends = np.quantile(draws, [0.001, 0.999]).tolist()
    limits = ratio_limits([*ends, *(one.percent for one in thresholds), *([] if truth is None else [truth])])
    grid = np.linspace(*limits, 160)
    curve = smooth(ratio(draws), grid)
    canvas = Canvas(_CURVE + _LABEL * len(thresholds) + 44, (6, 6, 40, 4))
    canvas.limits(limits, (0.0, 1.04 * (1 + _LABEL * len(thresholds) / _CURVE)))
    _curve(canvas, grid, curve, summary)
    _thresholds(canvas, thresholds, chances, limits)
    if truth is not None:
        canvas.segments([(at(truth, limits), 0, at(truth, limits), 1.02)], "truth", width=2.4)
    ratio_x(canvas, limits)
    return canvas.svg(title, says), says


def smooth(draws: np.ndarray, grid: np.ndarray) -> np.ndarray:
    """Density of draws on a grid, its top at 1: a Gaussian kernel of Silverman's (1986) width."""
    low, high = np.quantile(draws, [0.25, 0.75])
    width = 0.9 * max(min(draws.std(), (high - low) / 1.34), 1e-6) * draws.size**-0.2
    thinned = np.quantile(draws, np.linspace(0.0005, 0.9995, 1000))  # as good as all draws, and as quick for any number
    curve = np.exp(-0.5 * ((grid[:, None] - thinned[None, :]) / width) ** 2).sum(axis=1)
    return curve / max(float(curve.max()), 1e-300)


def _curve(canvas: Canvas, grid: np.ndarray, curve: np.ndarray, summary: Summary) -> None:
    inside = (grid >= ratio(summary.lower)) & (grid <= ratio(summary.upper))
    floor = np.zeros_like(grid)
    canvas.area(grid, floor, curve, "pale", share=0.5)
    if inside.sum() > 1:
        canvas.area(grid[inside], floor[inside], curve[inside], "mid", share=0.5)
    canvas.line(grid, curve, "accent")
    canvas.segments([(0, 0, 0, 1.04)], "muted", width=1)
    middle = float(np.clip(ratio(summary.estimate), grid[0], grid[-1]))
    canvas.segments([(middle, 0, middle, float(np.interp(middle, grid, curve)))], "accent")


def _thresholds(
    canvas: Canvas, thresholds: Sequence[Threshold], chances: Sequence[str], limits: tuple[float, float]
) -> None:
    for rank, (one, share) in enumerate(zip(thresholds, chances, strict=True)):
        place = at(one.percent, limits)
        top = 1.04 + _LABEL / _CURVE * (len(thresholds) - rank)
        canvas.segments([(place, 0, place, top)], "ink", width=1, dash="1 2")
        right = place < sum(limits) / 2
        shift = (5.0 if right else -5.0, 1.0)
        anchor = "left" if right else "right"
        canvas.words(place, top, f"{one.words}: {share}", anchor=anchor, drop="top", shift=shift)
