"""Is a change that should be none small enough not to matter, and could these data have shown it?

The region of practical equivalence runs from 1 / r to r, with r the smallest change that matters as a ratio: for
-20 % from -20 % to +25 %. Kruschke (2018), Advances in Methods and Practices in Psychological Science 1(2).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2

from evaluation.inference.diagnostics import Array
from evaluation.terms.evidence import Verdict

LIMITS = {"inside": 0.9, "none": 0.05, "none_fail": 0.01}


@dataclass(frozen=True)
class Equivalence:
    """Draws of log ratios that should all be zero, held against a region around zero."""

    inside: float  # probability that every one of them lies in the region
    could_be_inside: float  # the same, had the posterior been as wide but centred at zero: what the data could show
    none: float  # tail probability of no change at all, all of them jointly


def region(matters_from: float) -> float:
    """Half-width, as a log ratio, of the region of changes too small to matter.

    >>> round(region(-20.0), 3), round(region(25.0), 3)
    (0.223, 0.223)
    """
    return abs(float(np.log1p(matters_from / 100)))


def equivalence(log_ratios: Array, half_width: float) -> Equivalence:
    """Hold draws (sample, quantity) of log ratios that should be zero against a region of +- `half_width`."""
    draws = log_ratios.reshape(len(log_ratios), -1)
    centred = draws - draws.mean(axis=0)
    return Equivalence(
        inside=float((np.abs(draws) < half_width).all(axis=1).mean()),
        could_be_inside=float((np.abs(centred) < half_width).all(axis=1).mean()),
        none=_tail_of_none(draws),
    )


def _tail_of_none(draws: Array) -> float:
    """Tail probability of zero in the posterior: of one quantity by its draws, of several by its normal shape."""
    if draws.shape[1] == 1:
        below = float((draws < 0).mean())
        return 2 * min(below, 1 - below)
    mean, covariance = draws.mean(axis=0), np.cov(draws, rowvar=False)
    distance = mean @ np.linalg.pinv(covariance, hermitian=True) @ mean
    return float(chi2.sf(distance, np.linalg.matrix_rank(covariance, hermitian=True)))


def judge(seen: Equivalence, limits: Mapping[str, float]) -> Verdict:
    """PASS if surely too small to matter; FAIL or CONCERN if surely not none; UNKNOWN if no data could have told."""
    if seen.inside >= limits["inside"]:
        return Verdict.PASS
    if seen.none < limits["none_fail"]:
        return Verdict.FAIL
    if seen.none < limits["none"]:
        return Verdict.CONCERN
    return Verdict.UNKNOWN if seen.could_be_inside < limits["inside"] else Verdict.CONCERN
