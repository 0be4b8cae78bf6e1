"""From draws to the few numbers a claim carries."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from evaluation.terms.world import Assertion

Draws = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Summary:
    """A posterior in five numbers: its median, a central interval, and what it says of the thresholds asked about."""

    estimate: float
    lower: float
    upper: float
    interval: float
    probabilities: Mapping[str, float]

    @property
    def width(self) -> float:
        """Width of the interval: what its rounding goes by."""
        return self.upper - self.lower


def flat(variable: xr.DataArray) -> Draws:
    """Draws of one quantity, (chain, draw) laid end to end.

    >>> flat(xr.DataArray([[1.0], [2.0]], dims=("draw", "chain"))).tolist()
    [1.0, 2.0]
    """
    return np.asarray(variable.transpose("chain", "draw").values, dtype=float).ravel()


def summarise(draws: Draws, *, interval: float, probabilities: Mapping[str, float]) -> Summary:
    """Median and central interval: as much probability below `lower` as above `upper`.

    >>> summary = summarise(np.arange(101.0), interval=0.9, probabilities={})
    >>> summary.estimate, summary.lower, summary.upper
    (50.0, 5.0, 95.0)
    """
    tail = (1 - interval) / 2
    lower, middle, upper = (float(end) for end in np.quantile(draws, [tail, 0.5, 1 - tail]))
    return Summary(estimate=middle, lower=lower, upper=upper, interval=interval, probabilities=probabilities)


def chances(percent: Draws, matters_from: float) -> dict[str, float]:
    """Probability of a change in the direction asked about, of one that matters, and of none to speak of.

    The direction is the sign of `matters_from`; equivalence is a change smaller than it, either way.

    >>> chances(np.array([-50.0, -10.0, 5.0, 30.0]), -20.0)
    {'reduction': 0.5, 'matters': 0.25, 'equivalence': 0.5}
    """
    falls = matters_from < 0
    return {
        "reduction" if falls else "increase": float(((percent < 0) if falls else (percent > 0)).mean()),
        "matters": float(((percent <= matters_from) if falls else (percent >= matters_from)).mean()),
        "equivalence": float((np.abs(percent) < abs(matters_from)).mean()),
    }


def chance_of(percent: Draws, assertion: Assertion) -> float:
    """Probability that the change meets an assertion's threshold.

    Raises
    ------
    ValueError
        If the assertion states no threshold.
    """
    if assertion.percent is None:
        raise ValueError("the assertion states no threshold")
    meets = {
        "at_most": percent <= assertion.percent,
        "at_least": percent >= assertion.percent,
        "within": np.abs(percent) <= abs(assertion.percent),
        "about": (about(assertion.percent)[0] <= percent) & (percent <= about(assertion.percent)[1]),
    }[assertion.direction]
    return float(meets.mean())


def about(percent: float) -> tuple[float, float]:
    """What "about" so many percent is read as: from half of it to double. A source knows its own number no better.

    >>> about(8.0), about(-30.0)
    ((4.0, 16.0), (-60.0, -15.0))
    """
    lower, upper = sorted((percent / 2, percent * 2))
    return lower, upper
