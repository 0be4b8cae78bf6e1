"""The linear mean as one operation: a design, known beforehand, times its coefficients, laid out like the field.

Written out as a graph (products, a gather, a scatter, a transposition, the gradient of each) the same mean takes most
of the time of a gradient and a good part of the compile time.
"""

from typing import Any

import numba
import numpy as np

from evaluation.models.parts.kernel import Kernel

Array = np.ndarray


@numba.njit(cache=True)  # type: ignore[untyped-decorator]
def coefficients(standard: Array, scales: Array, at: Array, scale_at: Array, offset: Array, multiplier: Array) -> Array:
    """Coefficient of every column, (column, indicator): offset + standard number x scale x multiplier.

    Parameters
    ----------
    standard, scales
        Vectors; `at` and `scale_at` (column, indicator) say which entries make a coefficient. Beyond the last scale
        is 1.
    offset, multiplier
        (column, indicator).
    """
    beta = np.empty(at.shape)
    for c in range(at.shape[0]):
        for k in range(at.shape[1]):
            width = scales[scale_at[c, k]] if scale_at[c, k] < len(scales) else 1.0
            beta[c, k] = offset[c, k] + standard[at[c, k]] * width * multiplier[c, k]
    return beta


@numba.njit(cache=True)  # type: ignore[untyped-decorator]
def multiplied(beta: Array, felt: Array, region: Array, row: Array, column: Array, values: Array) -> Array:
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


@numba.njit(cache=True)  # type: ignore[untyped-decorator]
def multiplied_gradient(
    slope: Array, beta: Array, felt: Array, region: Array, row: Array, column: Array, values: Array
) -> Array:
    """Gradient in `beta`, (coefficient, indicator), of a scalar whose gradient in `multiplied` is `slope`.

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


@numba.njit(cache=True)  # type: ignore[untyped-decorator]
def design_mean(
    standard: Array, scales: Array, at: Array, scale_at: Array, offset: Array, multiplier: Array,
    felt: Array, region: Array, row: Array, column: Array, values: Array,
) -> tuple[Array, Array]:  # fmt: skip
    """Mean of every cell, (indicator, unit, time), and the coefficients: see `coefficients` and `multiplied`."""
    beta = coefficients(standard, scales, at, scale_at, offset, multiplier)
    return multiplied(beta, felt, region, row, column, values), beta


@numba.njit(cache=True)  # type: ignore[untyped-decorator]
def design_gradient(
    slope: Array, standard: Array, scales: Array, at: Array, scale_at: Array, offset: Array, multiplier: Array,
    felt: Array, region: Array, row: Array, column: Array, values: Array,
) -> tuple[Array, Array]:  # fmt: skip
    """Gradient in `standard` and `scales` of a scalar whose gradient in the mean of `design_mean` is `slope`."""
    by_beta = multiplied_gradient(slope, offset, felt, region, row, column, values)
    by_standard, by_scales = np.zeros(len(standard)), np.zeros(len(scales))
    for c in range(at.shape[0]):
        for k in range(at.shape[1]):
            by = by_beta[c, k] * multiplier[c, k]
            if scale_at[c, k] < len(scales):
                by_standard[at[c, k]] += by * scales[scale_at[c, k]]
                by_scales[scale_at[c, k]] += by * standard[at[c, k]]
            else:
                by_standard[at[c, k]] += by
    return by_standard, by_scales


class DesignMean(Kernel):
    """`design_mean`, differentiated in the standard numbers and the scales."""

    compute = staticmethod(design_mean)
    below = (coefficients, multiplied)
    gufunc_signature = "(n),(s),(c,k),(c,k),(c,k),(c,k),(r,p),(u),(e),(e),(e,t)->(k,u,t),(c,k)"
    moved = (0, 1)
    read_only = (1,)

    def slopes(self, inputs: Any, outputs: Any, by: Any) -> list[Any]:
        """As `design_gradient`."""
        found: Any = DesignGradient()(by[0], *inputs)
        return list(found)


class DesignGradient(Kernel):
    """`design_gradient`."""

    compute = staticmethod(design_gradient)
    below = (multiplied_gradient,)
    gufunc_signature = "(k,u,t),(n),(s),(c,k),(c,k),(c,k),(c,k),(r,p),(u),(e),(e),(e,t)->(n),(s)"
