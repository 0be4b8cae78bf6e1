"""What is left of an effect if trends may change after a law as much as they did before it, or so many times as much.

Rambachan and Roth (2023), Review of Economic Studies 90(5), 2555-2591. With delta[t] the difference there would be
between treated and others without the law, they bound its changes after the law (Delta^RM):

    |delta[t+1] - delta[t]| <= Mbar max_{s<0} |delta[s+1] - delta[s]|    for every t >= 0

The effect sum_t l[t] (beta[t] - delta[t]) is then within Mbar W |slope| of sum_t l[t] beta[t], with slope the steepest
of those before the law and W = sum_t |l[t] + l[t+1] + ...|; every value there is possible. If the steepest is known to
be slope s, with sign +-, and u = +- slope[s], an effect theta is possible where

    (effect - theta) - Mbar W u <= 0    and    (theta - effect) - Mbar W u <= 0.

The confidence set is the union, over s and the signs, of the theta that a test of this pair does not reject. The test
is the conditional one of Andrews, Roth and Pakes (2023), Review of Economic Studies 90(6), after a first stage with the
least favourable critical value (C-LF). Changes after the law, which are nuisance parameters in the general form of the
test, are eliminated here: the pair above says all that they allow. A test holds the sets to published ones.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import log_ndtr, ndtr, owens_t

from evaluation.inference.diagnostics import Array
from evaluation.inference.event_study import EventStudy

FIRST_STAGE = 0.1  # share of the error that the first stage may make, as in the published sets
POINTS = 1001  # at which a set is looked for; its ends are then found to a 500,000th of its width


def relative_magnitudes(study: EventStudy, times: float, *, level: float = 0.95) -> tuple[float, float]:
    """Lower and upper end of the confidence set of the effect, if trends change at most `times` as much as before.

    Where the set has a gap, its ends are those of the whole.

    >>> sure = EventStudy(effect=1.0, slopes=np.array([0.2]), covariance=1e-12 * np.eye(2), weights=np.array([1.0]))
    >>> [round(end, 3) for end in relative_magnitudes(sure, 2.0)]
    [0.6, 1.4]
    """
    found = [
        ends
        for place in range(len(study.slopes))
        for sign in (1.0, -1.0)
        if (ends := _possible(*_inequalities(study, place, sign * times), level)) is not None
    ]
    return min(lower for lower, _ in found), max(upper for _, upper in found)


def _inequalities(study: EventStudy, place: int, times: float) -> tuple[Array, Array, float]:
    """The two left sides at theta = 0, their standard deviations and their correlation."""
    rows = np.zeros((2, 1 + len(study.slopes)))
    rows[:, 0] = 1.0, -1.0
    rows[:, 1 + place] = -times * np.abs(study.weights_from).sum()
    covariance = rows @ study.covariance @ rows.T
    sd = np.sqrt(np.maximum(np.diag(covariance), np.finfo(float).tiny))
    return rows @ np.append(study.effect, study.slopes), sd, float(np.clip(covariance[0, 1] / sd.prod(), -1, 1))


def _possible(left: Array, sd: Array, correlation: float, level: float) -> tuple[float, float] | None:
    """The smallest and the largest theta that is not rejected; None where all are."""
    least_favourable = _largest_of_two(FIRST_STAGE * (1 - level), correlation)
    # where one of the two is above the least favourable value, theta is rejected
    lower, upper = left[0] - least_favourable * sd[0], least_favourable * sd[1] - left[1]
    if lower > upper:
        return None

    def kept(thetas: Array) -> NDArray[np.intp]:
        statistics = np.stack([left[0] - thetas, left[1] + thetas]) / sd[:, None]
        return np.flatnonzero(~_rejected(statistics, correlation, least_favourable, level))

    thetas = np.linspace(lower, upper, POINTS)
    if not len(among := kept(thetas)):
        return None
    first, last = among[0], among[-1]
    below = np.linspace(thetas[max(first - 1, 0)], thetas[first], POINTS)
    above = np.linspace(thetas[last], thetas[min(last + 1, POINTS - 1)], POINTS)
    return float(below[kept(below)[0]]), float(above[kept(above)[-1]])


def _rejected(statistics: Array, correlation: float, least_favourable: float, level: float) -> NDArray[np.bool_]:
    """Whether the pair (2, theta) is rejected: the larger of the two, given that it is the larger."""
    largest, other = statistics.max(axis=0), statistics.min(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        # were it smaller than this, with what is independent of it unchanged, the other would be the larger
        lowest = (other - correlation * largest) / (1 - correlation)
    first = FIRST_STAGE * (1 - level)
    beyond = _log_between(largest, least_favourable) - _log_between(lowest, least_favourable)
    conditional = (largest > 0) & (beyond < np.log((1 - level - first) / (1 - first)))
    rejected: NDArray[np.bool_] = (largest >= least_favourable) | conditional
    return rejected


def _log_between(lower: Array, upper: float) -> Array:
    """Log of the probability of a standard normal between the two, with its digits far out in the tail too."""
    below, above = log_ndtr(-lower), log_ndtr(-upper)
    with np.errstate(divide="ignore"):
        log: Array = below + np.log1p(-np.exp(np.minimum(above - below, 0)))
    return log


def _largest_of_two(probability: float, correlation: float) -> float:
    """What the larger of two standard normals with this correlation exceeds with this probability (Owen 1956).

    >>> round(_largest_of_two(1 - 0.975**2, 0.0), 3)
    1.96
    """
    slope = np.sqrt((1 - correlation) / (1 + correlation)) if correlation > -1 else np.inf
    return float(brentq(lambda value: ndtr(-value) + 2 * owens_t(value, slope) - probability, 0.0, 40.0))
