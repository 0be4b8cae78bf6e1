"""The latent field: the whole log rate of every series, drawn around its mean."""

from typing import NamedTuple

import numpy as np
import pymc as pm
import pytensor.tensor as pt

from evaluation.models.parts.field_density import field_logp, series_covariance
from evaluation.terms.panel import CELL

Tensor = pt.TensorVariable


class Scales(NamedTuple):
    """Scales of the series of each indicator around their mean, (indicator,) each: see `series_covariance`."""

    level_sd: Tensor
    drift_sd: Tensor
    persistence: Tensor
    noise_sd: Tensor


def log_rate_field(name: str, mean: Tensor, scales: Scales) -> Tensor:
    """Draw the log rate of every cell around `mean`: Gaussian series over time, independent between units.

    Centred, with the effect inside the mean: counts pin the log rate down, and given the log rate everything in the
    mean is a plain Gaussian regression, which is what makes the sampler mix.

    Parameters
    ----------
    mean
        (indicator, unit, time).
    """
    signature = "(k,u,t),(k),(k),(k),(k)->(k,u,t)"
    return pm.CustomDist(name, mean, *scales, logp=field_logp, random=_draw, signature=signature, dims=CELL)


def _draw(
    mean: np.ndarray, *scales: np.ndarray, rng: np.random.Generator, size: tuple[int, ...] | None
) -> np.ndarray:
    standard = rng.standard_normal(mean.shape if size is None else (*size, *mean.shape[-3:]))
    moved = np.empty_like(standard)
    for k in range(standard.shape[-3]):
        covariance = series_covariance(standard.shape[-1], *(float(scale[k]) for scale in scales))
        # a jitter far below any scale that matters: prior draws of tiny scales stay positive definite
        root = np.linalg.cholesky(covariance + 1e-12 * np.eye(len(covariance)))
        moved[..., k, :, :] = standard[..., k, :, :] @ root.T
    return mean + moved
