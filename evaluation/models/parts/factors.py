"""Latent factors: courses that units share, each to a degree of its own."""

from collections.abc import Sequence

import numpy as np
import pymc as pm
import pytensor.tensor as pt
import xarray as xr

from evaluation.models.parts.scales import ScaleBlock, Scales

Tensor = pt.TensorVariable


def factor_scales(count: int, sd: float, shrinkage: float, indicators: tuple[str, ...]) -> list[ScaleBlock]:
    """One scale for each factor and indicator, each factor's prior narrower than the last one's.

    Prior scales that fall with the number of the factor leave it to the data how many are used (the increasing
    shrinkage of Bhattacharya and Dunson 2011, Biometrika 98(2), with the rate given).

    >>> [block.prior_sd for block in factor_scales(3, 0.5, 0.5, ("victims",))]
    [0.5, 0.25, 0.125]
    """
    return [ScaleBlock(f"factor_sd_{r + 1}", sd * shrinkage**r, indicators) for r in range(count)]


def draw_factors(panel: xr.Dataset, count: int, persistence: Sequence[float], scales: Scales) -> Tensor:
    """Draw factors and loadings, and add up what they do to each cell, (indicator, unit, time), log rate.

        sum_r factor_sd[r, k] * loading[r, k, u] * factor[r, t]

    A factor is a stationary first-order autoregression of unit variance, less its mean over the window, so that levels
    keep their meaning. Neither factors nor loadings are identified, but for their product: signs, order and rotations
    are the sampler's own.

    Parameters
    ----------
    persistence
        Shapes of the beta prior of what carries over from one period to the next.
    """
    model = pm.modelcontext(None)
    model.add_coord("factor", [str(r + 1) for r in range(count)])
    kept = pm.Beta("factor_persistence", *persistence, dims="factor")
    step = pm.Normal("factor_step", 0, 1, dims=("factor", "time"))
    loading = pm.Normal("loading", 0, 1, dims=("factor", "indicator", "unit"))
    course = autoregressions(step, kept, panel.sizes["time"])
    width = pt.stack([scales[f"factor_sd_{r + 1}"] for r in range(count)])  # (factor, indicator)
    pulled = (width[:, :, None] * loading).reshape((count, -1))  # (factor, indicator x unit)
    shape = tuple(panel.sizes[dim] for dim in ("indicator", "unit", "time"))
    return (pulled.T @ course).reshape(shape)


def autoregressions(step: Tensor, persistence: Tensor, periods: int) -> Tensor:
    """Autoregressions of unit variance, (factor, time), of standard steps, each less its mean over the window.

    >>> steps, kept = np.array([[1.0, 0.0, 0.0]]), np.array([0.5])
    >>> autoregressions(pt.as_tensor(steps), pt.as_tensor(kept), 3).eval().round(3)
    array([[ 0.417, -0.083, -0.333]])
    """
    lag = np.subtract.outer(np.arange(periods), np.arange(periods))
    within = persistence[:, None, None] ** np.maximum(lag, 0)[None]
    new = pt.sqrt(1 - persistence**2)[:, None, None] * np.ones((periods, periods))
    first = np.arange(periods)[None, None, :] == 0
    root = pt.switch(lag[None] >= 0, within * pt.switch(first, 1.0, new), 0.0)  # lower Cholesky factor
    course = (root * step[:, None, :]).sum(axis=-1)
    return course - course.mean(axis=-1, keepdims=True)
