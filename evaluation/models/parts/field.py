"""The latent field: the whole log rate of every series, drawn around its mean."""

from typing import Any

import numpy as np
import pymc as pm
import pytensor.tensor as pt
import xarray as xr
from pymc.distributions.transforms import Transform

from evaluation.models.parts.field_density import field_logp, series_covariance
from evaluation.models.parts.panel import usual_log_rate
from evaluation.terms.panel import CELL

Tensor = pt.TensorVariable


def log_rate_field(panel: xr.Dataset, name: str, mean: Tensor, scales: Tensor, persistence: Tensor) -> Tensor:
    """Draw the log rate of every cell around `mean`: Gaussian series over time, independent between units.

    Centred, with the effect inside the mean: counts pin the log rate down, and given the log rate everything in the
    mean is a plain Gaussian regression, which is what makes the sampler mix. The sampler itself moves each cell in
    units of what its count leaves open (`as_counted`): a count of a hundred thousand holds its rate a thousand times
    tighter than a count that was not reported, and no sampler finds that out from a bad start.

    Parameters
    ----------
    mean
        (indicator, unit, time).
    scales
        (3, indicator): level_sd, drift_sd and noise_sd of `series_covariance`.
    persistence
        (indicator,).
    """
    centre, unit = as_counted(panel)
    counted = pm.Data("field_centre", centre, dims=CELL), pm.Data("field_unit", unit, dims=CELL)
    return pm.CustomDist(
        name, mean, scales, persistence, *counted,
        logp=_logp, random=_draw, support_point=_start, transform=InUnits(), dims=CELL,
        signature="(k,u,t),(s,k),(k),(k,u,t),(k,u,t)->(k,u,t)",
    )  # fmt: skip


OPEN = 0.5  # log rate: how far a cell without a count may lie from the rest of its series; only a unit of measure


def as_counted(panel: xr.Dataset) -> tuple[np.ndarray, np.ndarray]:
    """Crude log rate of every cell and about how far the count leaves it open, both (indicator, unit, time).

    A cell without a count is put at the mean of its series; a series without any, where the indicator usually is.
    """
    base = np.log(panel["base"].transpose(*CELL).values.astype(float))
    usual = np.broadcast_to(usual_log_rate(panel)[:, None, None], base.shape)
    if "lower" not in panel:
        return usual, np.full(base.shape, OPEN)
    count = ((panel["lower"] + panel["upper"]) / 2).transpose(*CELL).values
    known = np.isfinite(count)
    count = np.where(known, np.maximum(count, 0), 0)  # what cannot be is for the density to refuse
    crude = np.where(known, np.log(count + 0.5) - base, 0)
    reported = known.sum(axis=-1, keepdims=True)
    of_series = np.where(reported > 0, crude.sum(axis=-1, keepdims=True) / np.maximum(reported, 1), usual)
    return np.where(known, crude, of_series), 1 / np.sqrt(count + OPEN**-2)


class InUnits(Transform):  # type: ignore[misc]
    """What the sampler moves: the distance from `field_centre` in `field_unit`, the last two parameters."""

    name = "in_units"

    def forward(self, value: Tensor, *inputs: Tensor) -> Tensor:
        """From log rates to units."""
        return (value - inputs[-2]) / inputs[-1]

    def backward(self, value: Tensor, *inputs: Tensor) -> Tensor:
        """From units to log rates."""
        return inputs[-2] + value * inputs[-1]

    def log_jac_det(self, value: Tensor, *inputs: Tensor) -> Tensor:
        """The same everywhere, and so nothing to the sampler."""
        return pt.sum(pt.log(inputs[-1]))


def _logp(value: Any, mean: Any, scales: Any, persistence: Any, centre: Any, unit: Any) -> Any:
    return field_logp(value, mean, scales, persistence)


def _start(
    variable: Tensor, size: Tensor, mean: Tensor, scales: Tensor, persistence: Tensor, *counted: Tensor
) -> Tensor:
    return counted[0]  # where the counts are, not at a log rate of zero: one event a person


def _draw(
    mean: np.ndarray,
    scales: np.ndarray,
    persistence: np.ndarray,
    centre: np.ndarray,
    unit: np.ndarray,
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
