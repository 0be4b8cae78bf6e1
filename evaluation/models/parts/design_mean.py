"""The linear mean as one operation: a design, known beforehand, times its coefficients, laid out like the field.

Written out as a graph (products, a gather, a scatter, a transposition, the gradient of each) the same mean takes most
of the time of a gradient and a good part of the compile time.
"""

import inspect
from hashlib import sha256
from typing import Any

import numba
import numpy as np
import pytensor.tensor as pt
from pytensor.gradient import DisconnectedType
from pytensor.graph.basic import Apply
from pytensor.graph.op import Op
from pytensor.link.numba.dispatch.basic import numba_njit, register_funcify_and_cache_key

Array = np.ndarray


@numba.njit(cache=True)
def design_mean(beta: Array, felt: Array, region: Array, row: Array, column: Array, values: Array) -> Array:
    """Mean of every cell, (indicator, unit, time): the paths of random walks, and columns of the design.

    The coefficients of walks are the steps of their paths; a path is their running sum less its mean over the window.
    Work and memory grow with periods, not with their square, as a column for each step would.

    Parameters
    ----------
    beta
        (coefficient, indicator): the steps of every path, path by path, then whatever `column` points at.
    felt
        (region, path): how much of each path a region feels.
    region
        (unit,): index of each unit's region.
    row
        (entry,): whom an entry of the design moves: a region, or, counted on from the last of these, a unit.
    column
        (entry,): index of its coefficient in `beta`.
    values
        (entry, time): what multiplies the coefficient there.
    """
    regions, paths = felt.shape
    periods = values.shape[1]
    indicators = beta.shape[1]
    by_region = np.zeros((regions, indicators, periods))
    path = np.empty(periods)
    for p in range(paths):
        first = p * (periods - 1)
        for k in range(indicators):
            path[0] = 0.0
            total = 0.0
            for t in range(1, periods):
                path[t] = path[t - 1] + beta[first + t - 1, k]
                total += path[t]
            centre = total / periods
            for r in range(regions):
                weight = felt[r, p]
                if weight != 0.0:
                    for t in range(periods):
                        by_region[r, k, t] += weight * (path[t] - centre)
    for n in range(len(row)):
        if row[n] < regions:
            for k in range(indicators):
                weight = beta[column[n], k]
                for t in range(periods):
                    by_region[row[n], k, t] += weight * values[n, t]
    mean = np.empty((indicators, len(region), periods))
    for k in range(indicators):
        for u in range(len(region)):
            r = region[u]
            for t in range(periods):  # slices of arrays cost numba seconds to compile; numbers do not
                mean[k, u, t] = by_region[r, k, t]
    for n in range(len(row)):
        u = row[n] - regions
        if u >= 0:
            for k in range(indicators):
                weight = beta[column[n], k]
                for t in range(periods):
                    mean[k, u, t] += weight * values[n, t]
    return mean


@numba.njit(cache=True)
def design_gradient(
    slope: Array, beta: Array, felt: Array, region: Array, row: Array, column: Array, values: Array
) -> Array:
    """Gradient in `beta`, (coefficient, indicator), of a scalar whose gradient in `design_mean` is `slope`.

    Of `beta` only the shape counts: the mean is linear in it.
    """
    regions, paths = felt.shape
    periods = values.shape[1]
    indicators = slope.shape[0]
    gradient = np.zeros(beta.shape)
    by_region = np.zeros((regions, indicators, periods))
    for k in range(indicators):
        for u in range(len(region)):
            r = region[u]
            for t in range(periods):
                by_region[r, k, t] += slope[k, u, t]
    for n in range(len(row)):
        u = row[n] - regions
        for k in range(indicators):
            total = 0.0
            if u >= 0:
                for t in range(periods):
                    total += slope[k, u, t] * values[n, t]
            else:
                for t in range(periods):
                    total += by_region[row[n], k, t] * values[n, t]
            gradient[column[n], k] += total
    on_path = np.empty(periods)
    for p in range(paths):
        first = p * (periods - 1)
        for k in range(indicators):
            total = 0.0
            for t in range(periods):
                on_path[t] = 0.0
                for r in range(regions):
                    on_path[t] += felt[r, p] * by_region[r, k, t]
                total += on_path[t]
            centre = total / periods
            later = 0.0  # a step moves every period from its own on
            for t in range(periods - 1, 0, -1):
                later += on_path[t] - centre
                gradient[first + t - 1, k] += later
    return gradient


class DesignMean(Op):  # type: ignore[misc]
    """PyTensor operation around `design_mean`: linear in its first input, the others are known."""

    __props__ = ()
    gufunc_signature = "(c,k),(r,p),(u),(n),(n),(n,t)->(k,u,t)"

    def make_node(self, *inputs: Any) -> Apply:
        """Inputs of `design_mean`."""
        return Apply(self, _typed(inputs), [pt.dtensor3()])

    def infer_shape(self, node: Apply, shapes: Any) -> list[Any]:
        """(indicator, unit, time)."""
        return [(shapes[0][1], shapes[2][0], shapes[5][1])]

    def perform(self, node: Apply, inputs: Any, output_storage: Any) -> None:
        """Evaluate outside compiled graphs."""
        output_storage[0][0] = design_mean(*(np.ascontiguousarray(one) for one in inputs))

    def pullback(self, inputs: Any, outputs: Any, cotangents: Any) -> list[Any]:
        """Gradient in the coefficients; a design is never differentiated."""
        return [DesignGradient()(cotangents[0], *inputs), *(DisconnectedType()() for _ in inputs[1:])]

    def connection_pattern(self, node: Apply) -> list[list[bool]]:
        """Only the coefficients are differentiated."""
        return [[True], *([False] for _ in node.inputs[1:])]


class DesignGradient(Op):  # type: ignore[misc]
    """PyTensor operation around `design_gradient`."""

    __props__ = ()

    def make_node(self, *inputs: Any) -> Apply:
        """Inputs of `design_gradient`."""
        slope = pt.as_tensor(inputs[0]).astype("float64")
        return Apply(self, [slope, *_typed(inputs[1:])], [pt.dmatrix()])

    def perform(self, node: Apply, inputs: Any, output_storage: Any) -> None:
        """Evaluate outside compiled graphs."""
        output_storage[0][0] = design_gradient(*(np.ascontiguousarray(one) for one in inputs))


def _typed(inputs: Any) -> list[Any]:
    kinds = ("float64", "float64", "int64", "int64", "int64", "float64")
    return [pt.as_tensor(one).astype(kind) for one, kind in zip(inputs, kinds, strict=True)]


# The kernels' own text is in the key, so that a changed kernel is never served from an old cache.
_KERNELS = (design_mean, design_gradient)
_KEY = sha256("".join(inspect.getsource(one.py_func) for one in _KERNELS).encode()).hexdigest()


@register_funcify_and_cache_key(DesignMean)  # type: ignore[untyped-decorator]
def _compiled_mean(op: DesignMean, **_: Any) -> tuple[Any, str]:
    @numba_njit
    def mean(beta: Array, felt: Array, region: Array, row: Array, column: Array, values: Array) -> Array:
        return design_mean(beta, felt, region, row, column, values)

    return mean, _KEY


@register_funcify_and_cache_key(DesignGradient)  # type: ignore[untyped-decorator]
def _compiled_gradient(op: DesignGradient, **_: Any) -> tuple[Any, str]:
    @numba_njit
    def gradient(
        slope: Array, beta: Array, felt: Array, region: Array, row: Array, column: Array, values: Array
    ) -> Array:
        return design_gradient(slope, beta, felt, region, row, column, values)

    return gradient, _KEY
