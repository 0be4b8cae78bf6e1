"""Evaluate quantities of a model at posterior draws, many draws at a time, without compiling anything."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import RLock
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
    return Evaluator(model, outputs)(posterior)


class Evaluator:
    """The same for many posteriors: the graph is put together once.

    `inputs` are further inputs of the graph, the same for all draws; their values come with each call.
    """

    def __init__(self, model: pm.Model, outputs: Sequence[Variable], inputs: Sequence[Variable] = ()) -> None:
        # a density is written in a variable's value, an expectation in the variable itself: draws replace either
        stands_for = {one: one for one in model.free_RVs} | {model.rvs_to_values[one]: one for one in model.free_RVs}
        with untraced():
            upstream = set(ancestors(list(outputs), blockers=list(stands_for)))
            placeholders = {place: _batch_of(place) for place in stands_for if place in upstream}
            graph = vectorize_graph(list(outputs), replace=placeholders)
            arguments = [*inputs, *placeholders.values()]
            self._function = pytensor.function(arguments, graph, mode=PLAIN, on_unused_input="ignore")
        self._needed = [(stands_for[place].name, stands_for[place].type.dtype) for place in placeholders]

    def __call__(self, posterior: xr.Dataset, *inputs: Any) -> list[np.ndarray]:
        """Values of the outputs at every draw, each (chain, draw, ...)."""
        flat = [(_flat(posterior[name]), dtype) for name, dtype in self._needed]
        chains, draws = posterior.sizes["chain"], posterior.sizes["draw"]
        parts = [
            self._function(*inputs, *(values[start : start + DRAWS_AT_ONCE].astype(dtype) for values, dtype in flat))
            for start in range(0, chains * draws, DRAWS_AT_ONCE)
        ]
        joined = [np.concatenate([np.asarray(part[i]) for part in parts]) for i in range(len(parts[0]))]
        return [values.reshape(chains, draws, *values.shape[1:]) for values in joined]


def untraced() -> Any:
    """Build graphs without noting where each node was written: most of the time went there, only for debugging."""
    return pytensor.config.change_flags(traceback__limit=0)


_SETTING = RLock()


@contextmanager
def on_data(model: pm.Model, data: Mapping[str, np.ndarray] | None) -> Iterator[None]:
    """The model under other data (values of its `pm.Data`, lengths of its dims), which it has only inside."""
    places = {str(one.name): one for one in model.data_vars} | {
        name: length for name, length in model.dim_lengths.items() if hasattr(length, "set_value")
    }
    with _SETTING:
        before = {} if data is None else {name: place.get_value() for name, place in places.items()}
        try:
            for name in before:
                places[name].set_value(data[name])  # type: ignore[index]
            yield
        finally:
            for name, value in before.items():
                places[name].set_value(value)


# Python's own implementations: one call a chunk of draws, so nothing is gained by compiling and a minute is lost.
PLAIN = pytensor.compile.mode.Mode(linker="py", optimizer="fast_compile")


def _batch_of(place: Any) -> Variable:
    return pytensor.tensor.tensor(dtype=place.type.dtype, shape=(None, *place.type.shape))


def _flat(values: xr.DataArray) -> np.ndarray:
    ordered = values.transpose("chain", "draw", ...)
    return ordered.values.reshape(ordered.shape[0] * ordered.shape[1], *ordered.shape[2:])  # also of no adoption
