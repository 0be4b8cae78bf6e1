"""Latent factors: courses that units share, each to a degree of its own."""

from typing import Any

import numpy as np
import pymc as pm
import pytensor.tensor as pt
import xarray as xr

from evaluation.models.parts.scales import AlmostItself

Tensor = pt.TensorVariable


def prior_scales(count: int, sd: float, shrinkage: float) -> np.ndarray:
    """Width of the prior of each factor's scale, (factor,): each narrower than the last one's.

    Prior scales that fall with the number of the factor leave it to the data how many are used (the increasing
    shrinkage of Bhattacharya and Dunson 2011, Biometrika 98(2), with the rate given).

    >>> prior_scales(3, 0.5, 0.5).tolist()
    [0.5, 0.25, 0.125]
    """
    found: np.ndarray = sd * shrinkage ** np.arange(count)
    return found


def draw_factors(recipe: Any, panel: xr.Dataset) -> Tensor:
    """Draw factors and loadings, and add up what they do to each cell, (indicator, unit, time), log rate.

        sum_f factor_sd[f, k] loading[f, k, u] factor[f, t]

    A factor is a first-order autoregression less its mean over the window, so that levels keep their meaning, and of
    unit variance around it. Neither factors nor loadings are identified, but for their product: signs, order and
    rotations are the sampler's own. `shared_sd` (indicator,), the root mean square of what factors do to a cell, is
    identified.
    """
    model = pm.modelcontext(None)
    model.add_coord("factor", [str(f + 1) for f in range(recipe.factors)])
    shape = tuple(panel.sizes[dim] for dim in ("indicator", "unit", "time"))
    widths = prior_scales(recipe.factors, recipe.factor_sd, recipe.factor_shrinkage)
    prior_sd = pm.Data("factor_prior_sd", np.repeat(widths[:, None], shape[0], axis=1))
    sd = pm.HalfNormal("factor_sd", prior_sd, dims=("factor", "indicator"), default_transform=AlmostItself())
    kept = pm.Beta("factor_persistence", *recipe.factor_persistence, dims="factor")
    step = pm.Normal("factor_step", 0, 1, dims=("factor", "time"))
    loading = pm.Normal("loading", 0, 1, dims=("factor", "indicator", "unit"))
    pulled = (sd[:, :, None] * loading).reshape((recipe.factors, shape[0] * shape[1]))
    added = (pulled.T @ autoregressions(step, kept, shape[2])).reshape(shape)
    pm.Deterministic("shared_sd", pt.sqrt((added**2).mean(axis=(1, 2))), dims="indicator")
    return added


def autoregressions(step: Tensor, persistence: Tensor, periods: int) -> Tensor:
    """First-order autoregressions (factor, time) of standard steps, less their mean over the window.

    Their variance around that mean, averaged over the window, is one, whatever carries over: where that nears all of
    it, they are random walks, and not constants with nothing left.

    >>> steps, kept = np.array([[1.0, 0.0, 0.0]]), np.array([0.5])
    >>> autoregressions(pt.as_tensor(steps), pt.as_tensor(kept), 3).eval().round(3)
    array([[ 0.668, -0.134, -0.535]])
    """
    lag = np.subtract.outer(np.arange(periods), np.arange(periods))
    within = persistence[:, None, None] ** np.maximum(lag, 0)[None]
    new = pt.sqrt(1 - persistence**2)[:, None, None] * np.ones((periods, periods))
    first = np.arange(periods)[None, None, :] == 0
    root = pt.switch(lag[None] >= 0, within * pt.switch(first, 1.0, new), 0.0)  # lower Cholesky factor
    around = root - root.mean(axis=1, keepdims=True)
    spread = pt.sqrt((around**2).sum(axis=(1, 2)) / periods)
    return (around * step[:, None, :]).sum(axis=-1) / spread[:, None]
