"""Estimates around the start of a law: the slopes before it, and the effect after it.

What the confidence sets of Rambachan and Roth (2023), Review of Economic Studies 90(5), 2555-2591, ask of the data.
Estimates are relative to the last period before the law.
"""

from dataclasses import dataclass

import numpy as np

from evaluation.inference.diagnostics import Array
from evaluation.terms.errors import EvidenceError, Problem, refuse_if_any


@dataclass(frozen=True, kw_only=True)
class EventStudy:
    """An effect, the slopes that came before it, and how sure both are; in one unit, such as log points.

    `effect` is the average of the effects in the periods from the law on, with `weights` (period,), the first period
    first. `slopes` (slope,) are the changes from one period to the next in the difference between the treated and the
    others, up to the last period before the law, the oldest first. `covariance` (1 + slope, 1 + slope) is that of the
    effect, then of the slopes.

    Raises
    ------
    EvidenceError
        Where shapes do not agree, a number is not finite, the effect has no variance, or there is no slope.
    """

    effect: float
    slopes: Array
    covariance: Array
    weights: Array

    def __post_init__(self) -> None:
        refuse_if_any((Problem(found, "event study") for found in self._wrong()), EvidenceError)

    def _wrong(self) -> list[str]:
        size = 1 + len(self.slopes)
        if size == 1 or not len(self.weights):
            return ["it needs two periods before the law, and one from the law on"]
        if self.covariance.shape != (size, size):
            return [f"a covariance of shape {self.covariance.shape}, for an effect and {size - 1} slopes"]
        if not all(np.isfinite(part).all() for part in (self.effect, self.slopes, self.covariance, self.weights)):
            return ["not every number in it is finite"]
        return [] if self.covariance[0, 0] > 0 else ["the effect has no variance"]

    @classmethod
    def of_estimates(cls, estimates: Array, covariance: Array, weights: Array) -> "EventStudy":
        """From event-study coefficients, (before + after,) in the order of time, less the 0 of the last period before.

        `weights` (after,) says which average of the coefficients after is the effect.

        >>> study = EventStudy.of_estimates(np.array([-1.0, 5.0]), np.eye(2), np.array([1.0]))
        >>> study.effect, study.slopes.tolist()
        (5.0, [1.0])
        """
        count = len(estimates) - len(weights)
        if count < 1 or covariance.shape != (len(estimates), len(estimates)):
            found = f"{len(estimates)} estimates, a covariance of shape {covariance.shape} and {len(weights)} weights"
            raise EvidenceError(Problem(found, "event study", "give coefficients before and from the law on"))
        average = np.concatenate([np.zeros(count), weights])
        # -1 on a period and 1 on the next; the last one is 0, and has no column
        change = np.hstack([np.eye(count, k=1) - np.eye(count), np.zeros((count, len(weights)))])
        rows = np.vstack([average, change])
        moments = rows @ estimates
        return cls(effect=float(moments[0]), slopes=moments[1:], covariance=rows @ covariance @ rows.T, weights=weights)

    @classmethod
    def of_draws(cls, effect: Array, slopes: Array, weights: Array) -> "EventStudy":
        """From the mean and the covariance of joint draws: `effect` (sample,) and `slopes` (sample, slope)."""
        draws = np.column_stack([effect, slopes])
        mean = draws.mean(axis=0)
        covariance = np.atleast_2d(np.cov(draws, rowvar=False))
        return cls(effect=float(mean[0]), slopes=mean[1:], covariance=covariance, weights=weights)

    @property
    def weights_from(self) -> Array:
        """Weight of each period and all later ones, (period,): what a change in that period adds to the average."""
        total: Array = np.cumsum(self.weights[::-1])[::-1]
        return total
