"""What is Gaussian in a model once its scales are known: the mean of the field as a design times coefficients."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pymc as pm
import pytensor
import xarray as xr

from evaluation.inference.graph import PLAIN, Evaluator, on_data
from evaluation.terms.errors import EvidenceError, Problem

Array = np.ndarray
MOST_NUMBERS = 100_000_000  # of a design: beyond it, a dense design no longer fits the memory of a usual machine
APART = 0.01  # scales this far from one another tell which of them multiplies a coefficient


class Layout:
    """The coefficients of a model one after the other, and the model's own mean as a function of them."""

    def __init__(self, model: pm.Model, names: tuple[str, ...]) -> None:
        self.model = model
        point = model.initial_point()
        drawn = {variable.name: variable for variable in model.free_RVs}
        self.shapes = {name: point[model.rvs_to_values[drawn[name]].name].shape for name in names if name in drawn}
        self.scales = len(point[model.rvs_to_values[drawn["scale"]].name])
        self.size = sum(int(np.prod(shape)) for shape in self.shapes.values())
        self._mean = Evaluator(model, [model["log_rate_mean"]])
        moments = [drawn[name].owner.op.dist_params(drawn[name].owner) for name in self.shapes]
        self._prior = pytensor.function([], [one for pair in moments for one in pair], mode=PLAIN)

    def split(self, values: Array) -> dict[str, Array]:
        """Coefficients (draw, coefficient) by the name of their variable, each in its own shape."""
        ends = np.cumsum([int(np.prod(shape)) for shape in self.shapes.values()])
        parts = np.split(values, ends[:-1], axis=-1)
        return {name: part.reshape(-1, *shape) for (name, shape), part in zip(self.shapes.items(), parts, strict=True)}

    def mean(self, values: Array, scale: Array) -> Array:
        """Mean of the field, (draw, indicator, unit, time), under the data now set in the model."""
        draws = self.split(values) | {"scale": np.tile(scale, (len(values), 1))}
        posterior = xr.Dataset(
            {
                name: (("chain", "draw", *(f"{name} {axis}" for axis in range(one.ndim - 1))), one[None])
                for name, one in draws.items()
            }
        )
        (found,) = self._mean(posterior)
        return found[0]

    def prior(self) -> tuple[Array, Array]:
        """Mean and sd of every coefficient, (coefficient,)."""
        found = [np.asarray(one) for one in self._prior()]
        means, sds = (
            np.concatenate(
                [np.broadcast_to(one, shape).ravel() for one, shape in zip(part, self.shapes.values(), strict=True)]
            )
            for part in (found[::2], found[1::2])
        )
        return means, sds


@dataclass(frozen=True)
class Block:
    """Columns that move some units of one indicator alike."""

    indicator: int
    units: Array
    which: Array  # (column,) of all coefficients
    columns: Array  # (time, column)


@dataclass(frozen=True)
class Own:
    """Columns that move one unit of an indicator in a way of its own, beside the block it belongs to."""

    indicator: int
    unit: int
    which: Array
    columns: Array
    beside: Block


class Linear:
    """mean = start + sum over coefficients of width (one of the scales, or 1) x column x standard coefficient."""

    def __init__(self, layout: Layout, data: Mapping[str, Array]) -> None:
        cells = int(np.prod(data["log_base"].shape))
        if layout.size * cells > MOST_NUMBERS:
            size = f"{layout.size:,} coefficients of {cells:,} cells"
            raise EvidenceError(Problem(f"a design of {size} is too large", "integrated field", "take engine nuts"))
        self.size = layout.size
        with on_data(layout.model, data):
            ones, told_apart = np.ones(layout.scales), 1 + APART * np.arange(1, layout.scales + 1)
            nothing, each = np.zeros((1, layout.size)), np.eye(layout.size)
            at_zero = layout.mean(nothing, ones)[0]
            self.columns = layout.mean(each, ones) - at_zero
            other = layout.mean(each, told_apart) - layout.mean(nothing, told_apart)
            self.prior_mean, self.prior_sd = layout.prior()
        self.scale_of = _scale_of(self.columns, other)
        self.start = at_zero + np.tensordot(self.prior_mean, self.columns, axes=1)
        self._lay_out(np.asarray(data["unit_region"]))

    def width(self, scale: Array) -> Array:
        """What every standard coefficient is multiplied by, (coefficient,), under these scales."""
        return np.where(self.scale_of >= 0, scale[np.maximum(self.scale_of, 0)], 1.0) * self.prior_sd

    def _lay_out(self, region: Array) -> None:
        first = np.array([np.flatnonzero(region == r)[0] for r in range(region.max() + 1)])
        acts = (self.columns != 0).any(axis=-1)  # (column, indicator, unit)
        shared = (self.columns == self.columns[:, :, first][:, :, region]).all(axis=(1, 2, 3))
        self.blocks = [
            Block(k, np.flatnonzero(region == r), which, np.ascontiguousarray(self.columns[which, k, u].T))
            for k in range(acts.shape[1])
            for r, u in enumerate(first)
            for which in [np.flatnonzero(shared & acts[:, k, u])]
        ]
        self.own = [
            Own(k, u, which, self.columns[which, k, u].T, self.blocks[k * len(first) + region[u]])
            for k in range(acts.shape[1])
            for u in range(acts.shape[2])
            if len(which := np.flatnonzero(~shared & acts[:, k, u]))
        ]

    def times(self, weighted: Array) -> Array:
        """What coefficients (coefficient,) or (coefficient, draw) add to the mean: (indicator, unit, time[, draw])."""
        mean = np.zeros((*self.start.shape, *weighted.shape[1:]))
        for block in self.blocks:
            mean[block.indicator, block.units] += block.columns @ weighted[block.which]
        for own in self.own:
            mean[own.indicator, own.unit] += own.columns @ weighted[own.which]
        return mean

    def back(self, slope: Array) -> Array:
        """The transpose of `times`: (coefficient,) of (indicator, unit, time)."""
        total = np.zeros(self.size)
        for block in self.blocks:
            total[block.which] += block.columns.T @ slope[block.indicator, block.units].sum(axis=0)
        for own in self.own:
            total[own.which] += own.columns.T @ slope[own.indicator, own.unit]
        return total

    def information(self, precision: Array, width: Array) -> Array:
        """Precision of the standard coefficients, the field integrated out.

        Parameters
        ----------
        precision
            (indicator, unit, time, time): of the counts as Gaussian figures of a series, its own spread integrated out.
        """
        total = np.zeros((self.size, self.size))
        for block in self.blocks:
            inner = precision[block.indicator, block.units].sum(axis=0)
            total[np.ix_(block.which, block.which)] += block.columns.T @ inner @ block.columns
        for own in self.own:
            weighted = precision[own.indicator, own.unit] @ own.columns
            total[np.ix_(own.which, own.which)] += own.columns.T @ weighted
            cross = own.beside.columns.T @ weighted
            total[np.ix_(own.beside.which, own.which)] += cross
            total[np.ix_(own.which, own.beside.which)] += cross.T
        total *= width[:, None] * width
        total[np.diag_indices(self.size)] += 1.0
        return total


def _scale_of(columns: Array, other: Array) -> Array:
    """Which scale multiplies each column, -1 for none: seen from how much wider it is when every scale differs."""
    sizes = [np.abs(one).reshape(len(one), -1).sum(axis=1) for one in (columns, other)]
    ratio = np.divide(sizes[1], sizes[0], out=np.ones(len(columns)), where=sizes[0] > 0)
    place = (ratio - 1) / APART
    if np.abs(place - np.rint(place)).max() > 1e-6:
        raise EvidenceError(Problem("the mean is not linear in a single scale", "integrated field", "take engine nuts"))
    found: Array = np.rint(place).astype(int) - 1
    return found
