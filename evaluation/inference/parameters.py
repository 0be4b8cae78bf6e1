"""The few numbers that a model is ruled by: its scales, its persistence, its dispersion."""

import numpy as np
import pymc as pm
import xarray as xr

from evaluation.inference.graph import evaluate


def parameters_of(model: pm.Model) -> list[str]:
    """Variables with one value in all or one for each indicator: scales, persistence, dispersion."""
    named = model.named_vars_to_dims
    every = {one.name: one for one in [*model.free_RVs, *model.deterministics]}
    return [name for name, one in every.items() if one.ndim == 0 or named.get(name) == ("indicator",)]


def parameter_draws(model: pm.Model, posterior: xr.Dataset) -> xr.DataArray:
    """Draws of every parameter, (parameter, sample), under the data now set in the model."""
    names = parameters_of(model)
    values = evaluate(model, [model[name] for name in names], posterior)
    indicators = list(model.coords["indicator"] or ())
    labels = [
        f"{name}: {one}" if value.ndim > 2 else name
        for name, value in zip(names, values, strict=True)
        for one in (indicators if value.ndim > 2 else [""])
    ]
    samples = posterior.sizes["chain"] * posterior.sizes["draw"]
    rows = [value.reshape(samples, -1).T for value in values]
    found = np.concatenate([np.empty((0, samples)), *rows])
    return xr.DataArray(found, {"parameter": labels}, ("parameter", "sample"))
