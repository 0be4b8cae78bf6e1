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


# Most columns are zero where one looks: a region's own ones in another region, a break in another unit.
@numba.njit(cache=True)
def _acts(column: Array) -> bool:
    for t in range(len(column)):  # noqa: SIM110  (numba has no any() over a generator)
        if column[t] != 0.0:
            return True
    return False


@numba.njit(cache=True)
def design_mean(beta: Array, regional: Array, region: Array, own: Array, unit: Array) -> Array:
    """Mean of every cell, (indicator, unit, time).

    Parameters
    ----------
    beta
        (column, indicator): coefficients of the regional columns, then of the own ones.
    regional
        (region, column, time): columns that do not differ within a region.
    region
        (unit,): index of each unit's region.
    own
        (active, column, time): columns of their own that some units have.
    unit
        (active,): index of each of those units, none twice.
    """
    regions, shared, periods = regional.shape
    indicators = beta.shape[1]
    by_region = np.zeros((regions, indicators, periods))
    for r in range(regions):
        for c in range(shared):
            if not _acts(regional[r, c]):
                continue
            for k in range(indicators):
                weight = beta[c, k]
                for t in range(periods):
                    by_region[r, k, t] += weight * regional[r, c, t]
    mean = np.empty((indicators, len(region), periods))
    for k in range(indicators):
        for u in range(len(region)):
            r = region[u]
            for t in range(periods):  # slices of arrays cost numba seconds to compile; numbers do not
                mean[k, u, t] = by_region[r, k, t]
    for a in range(len(unit)):
        u = unit[a]
        for c in range(own.shape[1]):
            if not _acts(own[a, c]):
                continue
            for k in range(indicators):
                weight = beta[shared + c, k]
                for t in range(periods):
                    mean[k, u, t] += weight * own[a, c, t]
    return mean


@numba.njit(cache=True)
def design_gradient(slope: Array, regional: Array, region: Array, own: Array, unit: Array) -> Array:
    """Gradient in `beta`, (column, indicator), of a scalar whose gradient in `design_mean` is `slope`."""
    regions, shared, periods = regional.shape
    indicators = slope.shape[0]
    by_region = np.zeros((regions, indicators, periods))
    for k in range(indicators):
        for u in range(len(region)):
            r = region[u]
            for t in range(periods):
                by_region[r, k, t] += slope[k, u, t]
    gradient = np.zeros((shared + own.shape[1], indicators))
    for r in range(regions):
        for c in range(shared):
            if not _acts(regional[r, c]):
                continue
            for k in range(indicators):
                total = 0.0
                for t in range(periods):
                    total += by_region[r, k, t] * regional[r, c, t]
                gradient[c, k] += total
    for a in range(len(unit)):
        u = unit[a]
        for c in range(own.shape[1]):
            if not _acts(own[a, c]):
                continue
            for k in range(indicators):
                total = 0.0
                for t in range(periods):
                    total += slope[k, u, t] * own[a, c, t]
                gradient[shared + c, k] += total
    return gradient


class DesignMean(Op):  # type: ignore[misc]
    """PyTensor operation around `design_mean`: linear in its first input, the others are known."""

    __props__ = ()
    gufunc_signature = "(c,k),(r,p,t),(u),(a,o,t),(a)->(k,u,t)"

    def make_node(self, *inputs: Any) -> Apply:
        """Inputs of `design_mean`."""
        return Apply(self, _typed(inputs), [pt.dtensor3()])

    def infer_shape(self, node: Apply, shapes: Any) -> list[Any]:
        """(indicator, unit, time)."""
        return [(shapes[0][1], shapes[2][0], shapes[1][2])]

    def perform(self, node: Apply, inputs: Any, output_storage: Any) -> None:
        """Evaluate outside compiled graphs."""
        output_storage[0][0] = design_mean(*(np.ascontiguousarray(one) for one in inputs))

    def pullback(self, inputs: Any, outputs: Any, cotangents: Any) -> list[Any]:
        """Gradient in the coefficients; a design is never differentiated."""
        return [DesignGradient()(cotangents[0], *inputs[1:]), *(DisconnectedType()() for _ in inputs[1:])]

    def connection_pattern(self, node: Apply) -> list[list[bool]]:
        """Only the coefficients are differentiated."""
        return [[True], *([False] for _ in node.inputs[1:])]


class DesignGradient(Op):  # type: ignore[misc]
    """PyTensor operation around `design_gradient`."""

    __props__ = ()

    def make_node(self, *inputs: Any) -> Apply:
        """Inputs of `design_gradient`."""
        return Apply(self, _typed(inputs), [pt.dmatrix()])

    def perform(self, node: Apply, inputs: Any, output_storage: Any) -> None:
        """Evaluate outside compiled graphs."""
        output_storage[0][0] = design_gradient(*(np.ascontiguousarray(one) for one in inputs))


def _typed(inputs: Any) -> list[Any]:
    kinds = ("float64", "float64", "int64", "float64", "int64")
    return [pt.as_tensor(one).astype(kind) for one, kind in zip(inputs, kinds, strict=True)]


# The kernels' own text is in the key, so that a changed kernel is never served from an old cache.
_KERNELS = (design_mean, design_gradient, _acts)
_KEY = sha256("".join(inspect.getsource(one.py_func) for one in _KERNELS).encode()).hexdigest()


@register_funcify_and_cache_key(DesignMean)  # type: ignore[untyped-decorator]
def _compiled_mean(op: DesignMean, **_: Any) -> tuple[Any, str]:
    @numba_njit
    def mean(beta: Array, regional: Array, region: Array, own: Array, unit: Array) -> Array:
        return design_mean(beta, regional, region, own, unit)

    return mean, _KEY


@register_funcify_and_cache_key(DesignGradient)  # type: ignore[untyped-decorator]
def _compiled_gradient(op: DesignGradient, **_: Any) -> tuple[Any, str]:
    @numba_njit
    def gradient(slope: Array, regional: Array, region: Array, own: Array, unit: Array) -> Array:
        return design_gradient(slope, regional, region, own, unit)

    return gradient, _KEY
