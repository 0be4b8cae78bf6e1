"""What the answer becomes where one part of what it stands on weighs less, or more.

Draws of the answer are weighed by p^(alpha - 1), where p is the density of that part (the prior, or the likelihood) and
alpha its power: 1 as it is, 0.5 half the weight, 2 twice. Kallioinen, Paananen, Bürkner and Vehtari (2024), Statistics
and Computing 34:57. The weights are smoothed and judged as Vehtari, Simpson, Gelman, Yao and Gabry (2024), JMLR 25,
have it: a power at which they do not hold is left out.
"""

import numpy as np
import xarray as xr

from evaluation.checks.draws import SAMPLE
from evaluation.inference.diagnostics import Array
from evaluation.inference.integrated import weigh

POWERS = (0.5, 0.71, 1.0, 1.41, 2.0)  # from half of what it weighs to twice that, each step by the square root of two
MOST_K = 0.7  # Pareto k of the weights: above it they say nothing
FEWEST_WORTH = 200.0  # draws that count: of fewer, not five lie beyond an end of the interval
ENDS = ("lower", "median", "upper")
LEVELS = (0.025, 0.5, 0.975)


def at_powers(answer: xr.DataArray, log_density: xr.DataArray) -> dict[float, Array]:
    """The answer in percent, (lower, median, upper) of its 95 % interval, at each power whose weights hold.

    Parameters
    ----------
    answer
        Draws (chain, draw) of a log ratio.
    log_density
        Log density (chain, draw) of the part that is scaled, at some of these draws or all.
    """
    as_it_is = np.quantile(answer.values, LEVELS)
    some, density = (one.transpose(*SAMPLE).values.ravel() for one in xr.align(answer, log_density, join="inner"))
    unweighed = quantiles(some, np.ones(len(some)))
    found = {}
    for power in POWERS:
        weighed = weigh((power - 1) * density)
        if weighed.pareto_k <= MOST_K and weighed.worth >= FEWEST_WORTH:
            # how far the weights move the draws that have a density, from where all draws have the answer
            found[power] = 100 * np.expm1(as_it_is + quantiles(some, weighed.weights) - unweighed)
    return found


def quantiles(draws: Array, weights: Array) -> Array:
    """Quantiles at LEVELS of weighted draws, straight lines between the middles of their weights.

    >>> quantiles(np.array([3.0, 1.0, 2.0]), np.array([1.0, 1.0, 2.0]))[1]
    np.float64(2.0)
    """
    order = np.argsort(draws)
    share = weights[order] / weights.sum()
    return np.interp(LEVELS, np.cumsum(share) - share / 2, draws[order])


def named(part: str, found: dict[float, Array]) -> dict[str, float]:
    """As details of a finding: `prior_lower_at_0.5`, `prior_median_at_0.5`, and so on."""
    return {
        f"{part}_{end}_at_{power:g}": float(value)
        for power, ends in found.items()
        for end, value in zip(ENDS, ends, strict=True)
    }
