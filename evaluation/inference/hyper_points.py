"""Points in the space of scales and persistence: in the sampler's coordinates, and as the model knows them."""

from collections.abc import Mapping

import numpy as np
import pymc as pm
import pytensor
import xarray as xr
from pytensor.graph.basic import Variable
from pytensor.graph.replace import graph_replace, vectorize_graph

from evaluation.inference.graph import PLAIN, on_data, untraced

Array = np.ndarray
HYPER = ("scale", "drift_persistence", "size_exponent", "shared_persistence")  # those that a model has
# the scales of the field under their own names
KNOWN_BY = ("level_spread", "drift_sd", "noise_sd", "unit_scale", "shared_drift_sd", "follows")


class HyperPoints:
    """The coordinates of one model. They stay those of the data it was built on, whatever reading is looked at."""

    def __init__(self, model: pm.Model, points: xr.Dataset) -> None:
        self.model = model
        self.names = [name for name in HYPER if name in model]
        drawn = [model[name] for name in self.names]
        values = [model.rvs_to_values[one] for one in drawn]
        transforms = [model.rvs_to_transforms[one] for one in drawn]
        forward = [by.forward(one, *one.owner.inputs) if by else one for one, by in zip(drawn, transforms, strict=True)]
        backward = model.replace_rvs_by_values([*drawn, *(model[name] for name in KNOWN_BY if name in model)])
        density = model.logp(vars=drawn, jacobian=False)
        volume = model.logp(vars=drawn, jacobian=True) - density
        with untraced():
            self._real = _of_many(drawn, forward)
            self._natural = _of_many(values, [*backward, volume])
            self._density = _of_many(drawn, graph_replace([density], dict(zip(values, forward, strict=True))))
        found = self._real(*(points[name].values for name in self.names))
        self._ends = np.cumsum([part.shape[1] for part in found])[:-1]
        self.headline: Array = np.concatenate(found, axis=1)  # (point, coordinate)

    def at(self, real: Array) -> xr.Dataset:
        """What stands at points (point, coordinate): scales, persistence, and `log_volume` of one for the other."""
        names = [*self.names, *(name for name in KNOWN_BY if name in self.model), "log_volume"]
        with on_data(self.model, None):
            found = self._natural(*np.split(real, self._ends, axis=1))
        dims = [self.model.named_vars_to_dims.get(name) or () for name in names]
        return xr.Dataset({name: (("point", *dim), one) for name, dim, one in zip(names, dims, found, strict=True)})

    def log_prior(self, points: xr.Dataset, data: Mapping[str, Array]) -> Array:
        """Log prior density of points, (point,), in the sampler's coordinates, under the priors of `data`."""
        with on_data(self.model, data):
            (found,) = self._density(*(points[name].values for name in self.names))
        total: Array = found + points["log_volume"].values
        return total


def _of_many(inputs: list[Variable], outputs: list[Variable]) -> pytensor.compile.Function:
    """The function from inputs to outputs, for many points at once."""
    many = [pytensor.tensor.tensor(dtype=one.type.dtype, shape=(None, *one.type.shape)) for one in inputs]
    graph = vectorize_graph(list(outputs), replace=dict(zip(inputs, many, strict=True)))
    return pytensor.function(many, graph, mode=PLAIN)
