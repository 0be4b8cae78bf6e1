"""The latent field: the whole log rate of every series, drawn around its mean."""

from typing import Any

import numpy as np
import pymc as pm
import pytensor.tensor as pt
import xarray as xr
from pymc.distributions.transforms import Transform

from evaluation.models.parts.field_operations import FieldMade, StandardOf
from evaluation.models.parts.working_counts import working_counts
from evaluation.terms.panel import CELL

Tensor = pt.TensorVariable


def log_rate_field(
    panel: xr.Dataset, name: str, mean: Tensor, scales: Tensor, persistence: Tensor, overdispersion: float = 0.0
) -> Tensor:
    """Draw the log rate of every cell around `mean`: Gaussian series over time, independent between units.

    The effect is inside the mean: given the log rate, everything in the mean is a plain Gaussian regression. What the
    sampler moves are standard normal numbers (`GivenCounts`): where counts pin the log rate down, it hardly moves with
    the mean and the scales; where there are none, it moves with them.

    Parameters
    ----------
    mean
        (indicator, unit, time).
    scales
        (3, indicator): level_sd, drift_sd and noise_sd of `series_covariance`.
    persistence
        (indicator,).
    overdispersion
        Of counts beyond Poisson, about: 1 / phi of a negative binomial. Only the sampler's coordinates depend on it.
    """
    working = pm.Data("working_counts", working_counts(panel, overdispersion))
    drawn: Tensor = pm.CustomDist(
        name, mean, scales, persistence, working,
        logp=_logp, random=_draw, support_point=_start, transform=GivenCounts(), dims=CELL,
        signature="(k,u,t),(s,k),(k),(k,t,r,u)->(k,u,t)",
    )  # fmt: skip
    return drawn


class GivenCounts(Transform):  # type: ignore[misc]
    """What the sampler moves: the standard numbers that the field is made of, given the counts (`FieldMade`)."""

    name = "given_counts"

    def forward(self, value: Tensor, *inputs: Tensor) -> Tensor:
        """From log rates to standard numbers."""
        standard: Any = StandardOf()(value, *inputs[-4:])
        return standard

    def backward(self, value: Tensor, *inputs: Tensor) -> Tensor:
        """From standard numbers to log rates."""
        outputs: Any = FieldMade()(value, *inputs[-4:])
        return outputs[0]

    def log_jac_det(self, value: Tensor, *inputs: Tensor) -> Tensor:
        """Volume of log rates for one of standard numbers: it changes with the scales."""
        outputs: Any = FieldMade()(value, *inputs[-4:])  # merged with that of `backward`: computed once
        return outputs[2]


def _logp(value: Any, mean: Any, scales: Any, persistence: Any, working: Any) -> Any:
    """Joint log density of the field around its mean, a scalar."""
    makers = [one for one in (value.owner, *(one.owner for one in getattr(value.owner, "inputs", ()))) if one]
    for maker in makers:
        if isinstance(maker.op, FieldMade):
            return maker.outputs[1]  # the sampler's field was made a moment ago, and its density with it
    standard = StandardOf()(value, mean, scales, persistence, working)
    outputs: Any = FieldMade()(standard, mean, scales, persistence, working)
    return outputs[1]


def _start(
    variable: Tensor, size: Tensor, mean: Tensor, scales: Tensor, persistence: Tensor, working: Tensor
) -> Tensor:
    """Where the counts are, not at a log rate of zero: one event a person."""
    outputs: Any = FieldMade()(pt.zeros_like(mean), mean, scales, persistence, working)
    return outputs[0]


def series_covariance(
    periods: int, level_sd: float, drift_sd: float, persistence: float, noise_sd: float
) -> np.ndarray:
    """Covariance over time of one series around its mean, (time, time).

    level_sd^2 + drift_sd^2 persistence^|lag| + noise_sd^2 I: a constant level, a stationary first-order
    autoregression, and noise of each period of its own (the overdispersion of the counts).

    >>> series_covariance(2, 1.0, 1.0, 0.5, 0.0)
    array([[2. , 1.5],
           [1.5, 2. ]])
    """
    lag = np.abs(np.arange(periods)[:, None] - np.arange(periods)[None, :])
    return level_sd**2 + drift_sd**2 * persistence**lag + noise_sd**2 * np.eye(periods)


def _draw(
    mean: np.ndarray,
    scales: np.ndarray,
    persistence: np.ndarray,
    working: np.ndarray,
    rng: np.random.Generator,
    size: tuple[int, ...] | None,
) -> np.ndarray:
    standard = rng.standard_normal(mean.shape if size is None else (*size, *mean.shape[-3:]))
    moved = np.empty_like(standard)
    for k in range(standard.shape[-3]):
        level_sd, drift_sd, noise_sd = (float(scale) for scale in scales[:, k])
        covariance = series_covariance(standard.shape[-1], level_sd, drift_sd, float(persistence[k]), noise_sd)
        # a jitter far below any scale that matters: prior draws of tiny scales stay positive definite
        root = np.linalg.cholesky(covariance + 1e-12 * np.eye(len(covariance)))
        moved[..., k, :, :] = standard[..., k, :, :] @ root.T
    return mean + moved
