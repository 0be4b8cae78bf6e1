"""The latent field: the whole log rate of every series, drawn around its mean."""

import numpy as np
import pymc as pm
import pytensor.tensor as pt

from evaluation.models.parts.field_density import field_logp, series_covariance
from evaluation.terms.panel import CELL

Tensor = pt.TensorVariable


def log_rate_field(name: str, mean: Tensor, scales: Tensor, persistence: Tensor) -> Tensor:
    """Draw the log rate of every cell around `mean`: Gaussian series over time, independent between units.

    Centred, with the effect inside the mean: counts pin the log rate down, and given the log rate everything in the
    mean is a plain Gaussian regression, which is what makes the sampler mix.

    Parameters
    ----------
    mean
        (indicator, unit, time).
    scales
        (3, indicator): level_sd, drift_sd and noise_sd of `series_covariance`.
    persistence
        (indicator,).
    """
    signature = "(k,u,t),(s,k),(k)->(k,u,t)"
    return pm.CustomDist(
        name, mean, scales, persistence,
        logp=field_logp, random=_draw, support_point=_start, signature=signature, dims=CELL,
    )  # fmt: skip


def _start(variable: Tensor, size: Tensor, mean: Tensor, *_: Tensor) -> Tensor:
    return mean  # the sampler starts where the mean is, not at a log rate of zero: one event a person


def _draw(
    mean: np.ndarray,
    scales: np.ndarray,
    persistence: np.ndarray,
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
