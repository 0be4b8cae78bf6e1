"""Evaluate quantities of a model at posterior draws, many draws at a time, without compiling anything."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pymc as pm
import pytensor
import xarray as xr
from pytensor.graph.basic import Variable
from pytensor.graph.replace import vectorize_graph
from pytensor.graph.traversal import ancestors

# Draws evaluated together: enough to make Python's share small, few enough to stay in the processor's cache.
DRAWS_AT_ONCE = 50


def evaluate(model: pm.Model, outputs: Sequence[Variable], posterior: xr.Dataset) -> list[np.ndarray]:
    """Values of `outputs` at every draw, each (chain, draw, ...), under the data now set in `model`.

    Parameters
    ----------
    outputs
        Graph variables of `model`; the free variables they depend on must be in `posterior`, and untransformed.
    """
    # a density is written in a variable's value, an expectation in the variable itself: either is replaced by draws
    stands_for = {one: one for one in model.free_RVs} | {model.rvs_to_values[one]: one for one in model.free_RVs}
    upstream = set(ancestors(list(outputs), blockers=list(stands_for)))
    placeholders = {place: _batch_of(place) for place in stands_for if place in upstream}
    needed = [stands_for[place] for place in placeholders]
    graph = vectorize_graph(list(outputs), replace=placeholders)
    function = pytensor.function(list(placeholders.values()), graph, mode=_MODE, on_unused_input="ignore")
    flat = [(_flat(posterior[one.name]), one.type.dtype) for one in needed]
    chains, draws = posterior.sizes["chain"], posterior.sizes["draw"]
    parts = [
        function(*(values[start : start + DRAWS_AT_ONCE].astype(dtype) for values, dtype in flat))
        for start in range(0, chains * draws, DRAWS_AT_ONCE)
    ]
    joined = [np.concatenate([np.asarray(part[i]) for part in parts]) for i in range(len(outputs))]
    return [values.reshape(chains, draws, *values.shape[1:]) for values in joined]


# Python's own implementations: one call a chunk of draws, so nothing is gained by compiling and a minute is lost.
_MODE = pytensor.compile.mode.Mode(linker="py", optimizer="fast_compile")


def _batch_of(place: Any) -> Variable:
    return pytensor.tensor.tensor(dtype=place.type.dtype, shape=(None, *place.type.shape))


def _flat(values: xr.DataArray) -> np.ndarray:
    ordered = values.transpose("chain", "draw", ...)
    return ordered.values.reshape(-1, *ordered.shape[2:])
