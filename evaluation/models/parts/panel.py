"""A PyMC model opened on a panel: its coordinates, its exposure base and its switch."""

import numpy as np
import pymc as pm
import xarray as xr

from evaluation.terms.panel import CELL, EXPOSURE, Status

USUAL_COUNT = 20.0  # events a unit and period, where no count may be looked at yet


def open_on(panel: xr.Dataset) -> pm.Model:
    """A model with the panel's coordinates, `log_base`, and exposure twice.

    `exposed` is exposure as it was: the field is drawn under it. `exposure` is the switch that counterfactuals turn;
    until somebody does, the two are equal.
    """
    coords = {name: panel[name].values.astype(str) for name in ("indicator", "unit", "time", "intervention")}
    for name in ("break", "covariate"):
        if panel.sizes.get(name, 0):
            coords[name] = panel[name].values.astype(str)
    model = pm.Model(coords=coords)
    exposure = panel["exposure"].transpose(*EXPOSURE).values.astype(float)
    with model:
        pm.Data("log_base", np.log(panel["base"].transpose(*CELL).values.astype(float)), dims=CELL)
        pm.Data("exposed", exposure, dims=EXPOSURE)
        pm.Data("exposure", exposure, dims=EXPOSURE)
    return model


def usual_log_rate(panel: xr.Dataset) -> np.ndarray:
    """Where each indicator's level is looked for, (indicator,), log events per unit of base.

    The median over units of the crude rate, counts over base, suppressed cells at the middle of their interval. It only
    centres a wide prior. A design without outcomes has no counts to look at: there, `USUAL_COUNT` events a cell; and
    where the panel says what is usual, `usual_count` (indicator) events a cell, that.
    """
    base = panel["base"].transpose(*CELL).values.astype(float)
    if "usual_count" in panel:
        return np.log(panel["usual_count"].values) - np.log(base).mean(axis=(1, 2))
    if "lower" not in panel:
        return np.log(USUAL_COUNT) - np.log(base).mean(axis=(1, 2))
    middle = ((panel["lower"] + panel["upper"]) / 2).transpose(*CELL).values
    usable = np.isfinite(middle)
    count, at_risk = np.where(usable, middle, 0).sum(-1), np.where(usable, base, 0).sum(-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.where(at_risk > 0, (count + 0.5) / at_risk, np.nan)
    return np.log(np.nanmedian(rate, axis=-1))


def reported(panel: xr.Dataset) -> np.ndarray:
    """Which cells have a usable figure, (indicator, unit, time)."""
    status = panel["status"].transpose(*CELL).values
    return (status == Status.EXACT) | (status == Status.SUPPRESSED)
