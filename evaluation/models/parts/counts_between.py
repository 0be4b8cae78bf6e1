"""The probability that a Poisson count lies in an interval, and cells taken out of an array, as one operation each."""

import math
from typing import Any

import numba
import numpy as np

from evaluation.models.parts.kernel import Kernel

Array = np.ndarray


@numba.njit(error_model="numpy", cache=True)  # type: ignore[untyped-decorator]
def poisson_between(eta: Array, lower: Array, upper: Array, log_factorial: Array) -> tuple[Array, Array]:
    """Log probability that a Poisson count with mean exp(eta) lies in [lower, upper], and its derivative in eta.

    The terms are added up by Horner's rule, from whichever end is the larger: one exponential and one logarithm a cell.
    All arrays are (cell,); `log_factorial` is log lower!.
    """
    density, slope = np.empty(len(eta)), np.empty(len(eta))
    for n in range(len(eta)):
        mu = np.exp(eta[n])
        width = upper[n] - lower[n]
        total, change = 1.0, 0.0  # of all terms over the largest's end, and the derivative of that
        if width == 0:
            density[n], slope[n] = lower[n] * eta[n] - mu - log_factorial[n], lower[n] - mu
        elif mu <= upper[n]:  # 1 + mu/(lower+1) (1 + mu/(lower+2) (1 + ...))
            for step in range(width, 0, -1):
                ratio = mu / (lower[n] + step)
                change = ratio * (total + change)
                total = 1.0 + ratio * total
            density[n] = lower[n] * eta[n] - mu - log_factorial[n] + np.log(total)
            slope[n] = lower[n] - mu + change / total
        else:  # 1 + upper/mu (1 + (upper-1)/mu (1 + ...))
            for step in range(1, width + 1):
                ratio = (lower[n] + step) / mu
                change = ratio * (change - total)
                total = 1.0 + ratio * total
            density[n] = upper[n] * eta[n] - mu - math.lgamma(upper[n] + 1.0) + np.log(total)
            slope[n] = upper[n] - mu + change / total
    return density, slope


@numba.njit(cache=True)  # type: ignore[untyped-decorator]
def taken(values: Array, position: Array) -> Array:
    """The cells of (indicator, unit, time) at these positions of the raveled array, (cell,)."""
    flat = values.ravel()
    found = np.empty(len(position))
    for n in range(len(position)):
        found[n] = flat[position[n]]
    return found


@numba.njit(cache=True)  # type: ignore[untyped-decorator]
def put_back(by_cell: Array, values: Array, position: Array) -> Array:
    """Gradient of `taken`: zero but for the cells that were taken; of `values` only the shape counts."""
    gradient = np.zeros(values.shape)
    flat = gradient.ravel()
    for n in range(len(position)):
        flat[position[n]] += by_cell[n]
    return gradient


class PoissonBetween(Kernel):
    """`poisson_between`, differentiated in eta."""

    compute = staticmethod(poisson_between)
    gufunc_signature = "(n),(n),(n),(n)->(n),(n)"
    moved = (0,)
    read_only = (1,)

    def slopes(self, inputs: Any, outputs: Any, by: Any) -> list[Any]:
        """The derivative is there already."""
        return [by[0] * outputs[1]]


class Taken(Kernel):
    """`taken`, differentiated in the values."""

    compute = staticmethod(taken)
    gufunc_signature = "(k,u,t),(n)->(n)"
    moved = (0,)

    def slopes(self, inputs: Any, outputs: Any, by: Any) -> list[Any]:
        """Back to where they were taken from."""
        return [PutBack()(by[0], *inputs)]


class PutBack(Kernel):
    """`put_back`."""

    compute = staticmethod(put_back)
    gufunc_signature = "(n),(k,u,t),(n)->(k,u,t)"
