"""Kernels on a design whose columns move a few units each: products with it, and the precision of its coefficients."""

from typing import NamedTuple

import numba
import numpy as np

Array = np.ndarray


class Parts(NamedTuple):
    """The design by part: some units of one indicator, and the columns that move all of them alike.

    Parts of single units stand `beside` the part of their region, whose columns move them as well.
    """

    indicator: Array  # (part,)
    beside: Array  # (part,) another part, or -1
    unit_from: Array  # (part + 1,) where its units begin in `unit`
    unit: Array
    column_from: Array  # (part + 1,) where its columns begin in `coefficient` and `column`
    coefficient: Array
    column: Array  # (..., time)
    first: Array  # (...,) where a column is not zero: from this period
    last: Array  # to before this one


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def times(parts: Parts, weighted: Array, mean: Array) -> None:
    """Add the design times coefficients (coefficient, draw) to (indicator, unit, time, draw)."""
    periods, draws = mean.shape[2:]
    moved = np.empty((periods, draws))
    for part in range(len(parts.indicator)):
        moved[:] = 0.0
        for c in range(parts.column_from[part], parts.column_from[part + 1]):
            for t in range(parts.first[c], parts.last[c]):
                for d in range(draws):
                    moved[t, d] += parts.column[c, t] * weighted[parts.coefficient[c], d]
        for i in range(parts.unit_from[part], parts.unit_from[part + 1]):
            mean[parts.indicator[part], parts.unit[i]] += moved


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def back(parts: Parts, slope: Array, total: Array) -> None:
    """Add the transposed design times (indicator, unit, time) to (coefficient,)."""
    periods = slope.shape[2]
    pulled = np.empty(periods)
    for part in range(len(parts.indicator)):
        pulled[:] = 0.0
        for i in range(parts.unit_from[part], parts.unit_from[part + 1]):
            pulled += slope[parts.indicator[part], parts.unit[i]]
        for c in range(parts.column_from[part], parts.column_from[part + 1]):
            for t in range(parts.first[c], parts.last[c]):
                total[parts.coefficient[c]] += parts.column[c, t] * pulled[t]


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def information(parts: Parts, precision: Array, width: Array, total: Array) -> None:
    """Add design' precision design, scaled by `width`, to the lower triangle of (coefficient, coefficient).

    `precision` is (indicator, unit, time, time): series do not meet but through the coefficients.
    """
    periods = precision.shape[3]
    inner, half = np.empty((periods, periods)), np.empty(periods)
    for part in range(len(parts.indicator)):
        inner[:] = 0.0
        for i in range(parts.unit_from[part], parts.unit_from[part + 1]):
            inner += precision[parts.indicator[part], parts.unit[i]]
        begin, beside = parts.column_from[part], parts.beside[part]
        for c in range(begin, parts.column_from[part + 1]):
            half[:] = 0.0
            for s in range(parts.first[c], parts.last[c]):
                for t in range(periods):
                    half[t] += inner[s, t] * parts.column[c, s]
            _meet(parts, c, half, begin, c + 1, width, total)
            if beside >= 0:
                _meet(parts, c, half, parts.column_from[beside], parts.column_from[beside + 1], width, total)


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _meet(parts: Parts, c: int, half: Array, begin: int, end: int, width: Array, total: Array) -> None:
    """Add what column c, times the precision, has in common with the columns from `begin` to `end`."""
    row = parts.coefficient[c]
    for d in range(begin, end):
        column = parts.coefficient[d]
        value = 0.0
        for t in range(parts.first[d], parts.last[d]):
            value += half[t] * parts.column[d, t]
        total[max(row, column), min(row, column)] += value * width[row] * width[column]


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def eliminate(groups: Array, matrix: Array) -> None:
    """Cholesky's method on the leading columns, in place: group after group, each meeting itself and the rest only.

    Group g is the columns from groups[g] to groups[g + 1]; from groups[-1] on is the rest, left for a dense method.
    """
    rest, size = groups[-1], len(matrix)
    rows = np.empty(size, dtype=np.int64)
    for group in range(len(groups) - 1):
        begin, end = groups[group], groups[group + 1]
        if begin == end:
            continue
        for i in range(begin, end):
            _solve_row(matrix, i, begin, i)
            value = matrix[i, i]
            for m in range(begin, i):
                value -= matrix[i, m] * matrix[i, m]
            matrix[i, i] = np.sqrt(value)
        met = 0
        for i in range(rest, size):
            for m in range(begin, end):
                if matrix[i, m] != 0.0:
                    _solve_row(matrix, i, begin, end)
                    rows[met] = i
                    met += 1
                    break
        for a in range(met):
            for b in range(a + 1):
                value = 0.0
                for m in range(begin, end):
                    value += matrix[rows[a], m] * matrix[rows[b], m]
                matrix[rows[a], rows[b]] -= value


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _solve_row(matrix: Array, i: int, begin: int, end: int) -> None:
    """Row i of the factor, columns from `begin` to `end`, from the rows above it."""
    for j in range(begin, end):
        value = matrix[i, j]
        for m in range(begin, j):
            value -= matrix[i, m] * matrix[j, m]
        matrix[i, j] = value / matrix[j, j]
