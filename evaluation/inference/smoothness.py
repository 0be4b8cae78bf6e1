"""What is left of an effect if the trend before a law may have gone on after it, and its slope changed by so much.

Rambachan and Roth (2023), Review of Economic Studies 90(5), 2555-2591. With delta[t] the difference there would be
between treated and others without the law, they bound the change of its slope (Delta^SD):

    |(delta[t+1] - delta[t]) - (delta[t] - delta[t-1])| <= M    for every t

The interval is the shortest of fixed length around a linear estimator (FLCI). Such an estimator lets a mean of the
slopes before the law go on after it, and takes that off the effect:

    estimate = effect - sum_i v[i] slope[i],    sum_i v[i] = H

with slope[0] the latest. With W[t] = l[t] + l[t+1] + ... of the weights l of the periods after (what a slope in t adds
to the effect), H = sum_t W[t]. A change of slope counts as often as the slopes on its far side do, so the bias is

    at most M (sum_t |W[t] + W[t+1] + ...| + sum_{i>0} |R[i]|),    R[i] = v[i] + v[i+1] + ...

and half the length is the quantile of |Normal(bias, sd)| (Armstrong and Kolesar 2018, Econometrica 86(2)). It is convex
in R; whatever R the search ends at, the interval holds.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import chndtrix, ndtri

from evaluation.inference.diagnostics import Array
from evaluation.inference.event_study import EventStudy

FAR = 8.0  # a bias of so many sd, from which on only one tail of the normal is left


def smoothness(study: EventStudy, bend: float, *, level: float = 0.95) -> tuple[float, float]:
    """Lower and upper end of the interval of the effect, if slopes change by at most `bend` a period.

    `bend` is in the unit of the effect. At 0 the trend before the law is a line, and goes on.

    >>> sure = EventStudy(effect=1.0, slopes=np.array([0.2]), covariance=1e-12 * np.eye(2), weights=np.array([1.0]))
    >>> [round(end, 3) for end in smoothness(sure, 0.1)]
    [0.7, 0.9]
    """
    # in sd of the effect, so that the search ends as near whatever the unit
    unit = float(np.sqrt(study.covariance[0, 0]))
    family = _Estimators.of(study, bend / unit, level)
    best = family.best()
    middle = float(family.row(best) @ np.append(study.effect, study.slopes[::-1]))
    half = unit * family.half_length(best)
    return middle - half, middle + half


@dataclass(frozen=True, kw_only=True)
class _Estimators:
    """The linear estimators by R[1], R[2], ... (`rest`): what each makes of the effect and the slopes, latest first."""

    fixed: Array  # (1 + slope,): all of the latest slope taken off, for R = 0
    free: Array  # (1 + slope, rest)
    covariance: Array  # of the effect, in its own sd, and the slopes, latest first
    bend: float
    after: float  # sum_t |W[t] + W[t+1] + ...|
    level: float

    @classmethod
    def of(cls, study: EventStudy, bend: float, level: float) -> "_Estimators":
        count = len(study.slopes)
        onward = np.cumsum(study.weights_from[::-1])
        latest_first = [0, *range(count, 0, -1)]
        return cls(
            fixed=np.array([1.0, -onward[-1], *np.zeros(count - 1)]),
            # v[i] = R[i] - R[i+1], and what is not R[0] = H is free
            free=np.vstack([np.zeros(count - 1), np.eye(count, count - 1) - np.eye(count, count - 1, k=-1)]),
            covariance=study.covariance[np.ix_(latest_first, latest_first)] / study.covariance[0, 0],
            bend=bend,
            after=float(np.abs(onward).sum()),
            level=level,
        )

    def row(self, rest: Array) -> Array:
        """What the estimator multiplies the effect and the slopes by."""
        found: Array = self.fixed + self.free @ rest
        return found

    def half_length(self, rest: Array) -> float:
        return folded_quantile(self.bend * (self.after + np.abs(rest).sum()), self._sd(self.row(rest)), self.level)

    def best(self) -> Array:
        """R of the shortest interval; where slopes do not change, of the least variance."""
        surest = self._surest()
        if surest.size == 0 or self.bend == 0:
            return surest
        found = [self._search(start) for start in (surest, np.zeros_like(surest))]
        candidates = [surest, *found]
        return candidates[int(np.argmin([self.half_length(each) for each in candidates]))]

    def _surest(self) -> Array:
        weighted = self.free.T @ self.covariance
        found: Array = -np.linalg.pinv(weighted @ self.free, hermitian=True) @ (weighted @ self.fixed)
        return found

    def _search(self, start: Array) -> Array:
        """From `start`, with |R| split into R and a bound on it, so that what is minimised is smooth."""
        one = np.eye(len(start))
        sides = np.block([[-one, one], [one, one]])
        within = {"type": "ineq", "fun": lambda both: sides @ both, "jac": lambda both: sides}
        found = minimize(
            self._with_gradient, np.concatenate([start, np.abs(start)]),
            jac=True, method="SLSQP", constraints=[within], options={"ftol": 1e-12, "maxiter": 500},
        )  # fmt: skip
        rest: Array = found.x[: len(start)]
        return rest

    def _with_gradient(self, both: Array) -> tuple[float, Array]:
        rest, size = np.split(both, 2)
        row, bias = self.row(rest), self.bend * (self.after + size.sum())
        sd = self._sd(row)
        half = folded_quantile(bias, sd, self.level)
        near, far = (half - bias) / sd, (half + bias) / sd
        at = np.exp(-(np.array([near, far]) ** 2) / 2)
        by_bias, by_sd = (at[0] - at[1]) / at.sum(), (near * at[0] + far * at[1]) / at.sum()
        by_rest = by_sd * (self.free.T @ self.covariance @ row) / sd
        return half, np.concatenate([by_rest, np.full(len(size), by_bias * self.bend)])

    def _sd(self, row: Array) -> float:
        variance = float(row @ self.covariance @ row)
        return float(np.sqrt(max(variance, float(np.finfo(float).tiny))))


def folded_quantile(bias: float, sd: float, level: float) -> float:
    """What |Normal(bias, sd)| stays below with probability `level`.

    >>> round(folded_quantile(0.0, 1.0, 0.95), 3), round(folded_quantile(10.0, 1.0, 0.95), 3)
    (1.96, 11.645)
    """
    away = bias / sd
    return float(bias + sd * ndtri(level) if away > FAR else sd * np.sqrt(chndtrix(level, 1.0, away**2)))
