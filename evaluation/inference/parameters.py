"""The few numbers that a model is ruled by: its scales, its persistence, its dispersion."""

import numpy as np
import pymc as pm
import xarray as xr

from evaluation.inference.graph import evaluate

PER_INDICATOR, SHARED_BY = ("indicator",), ("shared_by",)


def parameters_of(model: pm.Model) -> list[str]:
    """Variables with one value in all or one for each indicator: scales, persistence, dispersion."""
    named = model.named_vars_to_dims
    every = {one.name: one for one in [*model.free_RVs, *model.deterministics]}
    return [name for name, one in every.items() if one.ndim == 0 or named.get(name) in (PER_INDICATOR, SHARED_BY)]


def parameter_draws(model: pm.Model, posterior: xr.Dataset) -> xr.DataArray:
    """Draws of every parameter, (parameter, sample), under the data now set in the model."""
    names = parameters_of(model)
    values = evaluate(model, [model[name] for name in names], posterior)
    labels = [f"{name}: {one}" if one else name for name in names for one in _labels(model, name)]
    samples = posterior.sizes["chain"] * posterior.sizes["draw"]
    rows = [value.reshape(samples, -1).T for value in values]
    found = np.concatenate([np.empty((0, samples)), *rows])
    return xr.DataArray(found, {"parameter": labels}, ("parameter", "sample"))


def _labels(model: pm.Model, name: str) -> list[str]:
    """What the values of one parameter are of; nothing to tell where there is one value."""
    dims = model.named_vars_to_dims.get(name) or ()
    found = [str(label) for dim in dims for label in model.coords[dim] or ()]
    return found if dims == PER_INDICATOR or len(found) > 1 else [""]
