"""Draws to the few numbers a reader needs. Each is computed over draws; no interval is ever an average."""

from dataclasses import dataclass

import numpy as np
import xarray as xr


@dataclass(frozen=True)
class Summary:
    """Median, interval, inner half, and probability of a fall, of one quantity."""

    estimate: float
    lower: float
    upper: float
    inner_lower: float
    inner_upper: float
    fall: float  # probability that the quantity is below zero

    @property
    def width(self) -> float:
        """Width of the interval."""
        return self.upper - self.lower


def flat(draws: xr.DataArray) -> np.ndarray:
    """All finite draws of one quantity, chains joined."""
    values = np.asarray(draws.values, dtype=float).ravel()
    return values[np.isfinite(values)]


def summarise(draws: xr.DataArray | np.ndarray, interval: float) -> Summary | None:
    """Summary of the draws of one quantity; None where there are none.

    >>> summarise(np.array([-2.0, -1.0, 0.0, 1.0, 2.0]), 0.5).estimate
    0.0
    >>> summarise(np.array([np.nan]), 0.95) is None
    True
    """
    values = flat(draws) if isinstance(draws, xr.DataArray) else np.asarray(draws, float)[np.isfinite(draws)]
    if values.size == 0:
        return None
    tail = (1 - interval) / 2
    lower, inner_lower, estimate, inner_upper, upper = np.quantile(values, [tail, 0.25, 0.5, 0.75, 1 - tail])
    return Summary(
        float(estimate), float(lower), float(upper), float(inner_lower), float(inner_upper), float((values < 0).mean())
    )


def chance(draws: np.ndarray, threshold: float, direction: str) -> float:
    """Share of draws beyond a threshold, on the side asked about: `at_most` or `at_least`.

    >>> chance(np.array([-70.0, -50.0, 10.0, 0.0]), -60.0, "at_most")
    0.25
    """
    return float(((draws <= threshold) if direction == "at_most" else (draws >= threshold)).mean())
