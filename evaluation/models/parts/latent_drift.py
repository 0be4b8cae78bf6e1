"""The log market and the log effort of every unit: two paths over time, each felt by the indicators that load on it."""

from collections.abc import Sequence

import numpy as np
import pymc as pm
import pytensor.tensor as pt
import xarray as xr

from evaluation.models.parts.field import gaussian_field
from evaluation.models.parts.loads import LATENT
from evaluation.models.parts.persistence import draw_persistence
from evaluation.models.parts.scales import ScaleBlock, Scales
from evaluation.models.parts.shared_drift import shared_working_counts
from evaluation.models.parts.size import UnitScale

Array = np.ndarray
Tensor = pt.TensorVariable
SCALE = "latent_drift_sd"


def latent_drift_blocks(sd: float) -> list[ScaleBlock]:
    """How far the market and the effort of a unit wander; the dim `shared_by` must be known to the model."""
    return [ScaleBlock(SCALE, sd, LATENT, dim="shared_by")]


def draw_latent_drift(
    panel: xr.Dataset,
    scales: Scales,
    load: Array,
    lags: Array,
    prior: Sequence[float],
    unit_scale: UnitScale | None,
) -> Tensor:
    """Draw what each series has of the market and the effort of its unit, (indicator, unit, time), log rate.

        unit_scale[k, u] sum_p load[k, p] path[p, u, t - lag[k]]
        path[p, u, :] ~ Normal(0, latent_drift_sd[p]^2 shared_persistence[p]^|lag|)

    Loads are 0 or 1: twice the market is twice the advertisements and, at the same effort, twice the detections. What
    an indicator has beside is its own drift. The paths begin as many periods before the panel as the longest lag.

    Parameters
    ----------
    load
        (indicator, path).
    lags
        (indicator,): periods by which each follows.
    prior
        The two shapes of the beta distribution of `shared_persistence`.
    """
    model, before = pm.modelcontext(None), int(lags.max())
    periods, time = panel.sizes["time"], "time"
    if before:
        time = "drift_time"
        model.add_coord(time, [*(f"{n} before" for n in range(before, 0, -1)), *panel["time"].values.astype(str)])
    wide = scales[SCALE]
    persistence = draw_persistence("shared_persistence", prior, wide, dims="shared_by")
    nothing = pt.zeros_like(wide)
    path = gaussian_field(
        "shared_drift",
        pt.zeros((len(LATENT), panel.sizes["unit"], before + periods)),
        pt.stack([nothing, wide, nothing]),
        persistence,
        pm.Data("shared_working_counts", latent_working_counts(panel, load, before)),
        dims=("shared_by", "unit", time),
    )
    # Of the joint Gaussian of all series of a unit, which engines read: how strongly each feels each path, how late.
    pm.Deterministic("shared_drift_sd", wide[:, None] * load.T, dims=("shared_by", "indicator"))
    if before:
        model.add_coord("follower", panel["indicator"].values.astype(str))
        pm.Deterministic("follows", lags + 0.0 * wide[0], dims="follower")
    felt: Tensor = pt.stack(
        [
            sum(path[p, :, before - lag : before - lag + periods] * float(by) for p, by in enumerate(row))
            for row, lag in zip(load, lags, strict=True)
        ]
    )
    return felt if unit_scale is None else felt * unit_scale.drawn[..., None]


def latent_working_counts(panel: xr.Dataset, load: Array, before: int) -> Array:
    """What counts say of each path, roughly, (path, before + time, ROWS, unit); only the sampler's coordinates feel it.

    Indicators that feel one path alone say most of it; where there are none, all that feel it.
    """
    found = []
    for p in range(load.shape[1]):
        alone = (load[:, p] > 0) & (load.sum(axis=1) == 1)
        who = np.flatnonzero(alone if alone.any() else load[:, p] > 0)
        here = panel.isel(indicator=who) if who.size else panel.drop_vars(["lower", "upper"], errors="ignore")
        found.append(shared_working_counts(here))
    working = np.concatenate(found)
    return np.concatenate([np.repeat(working[:, :1] * 0.0, before, axis=1), working], axis=1)
