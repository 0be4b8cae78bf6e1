"""What is Gaussian in a model once its scales are known: the mean of the field as a design times coefficients."""

from collections.abc import Mapping

import numpy as np
import pymc as pm
import pytensor
import xarray as xr
from scipy.linalg import cholesky

from evaluation.inference.design_parts import Parts, back, eliminate, information, times
from evaluation.inference.graph import PLAIN, Evaluator, on_data
from evaluation.inference.joined import SHARED, joined, parted
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
        self.meet = SHARED in drawn  # series of a unit are one long series then
        self._mean = Evaluator(model, [model["log_rate_mean"]])
        moments = [drawn[name].owner.op.dist_params(drawn[name].owner) for name in self.shapes]
        self._prior = pytensor.function([], [one for pair in moments for one in pair], mode=PLAIN)

    def split(self, values: Array) -> dict[str, Array]:
        """Coefficients (draw, coefficient) by the name of their variable, each in its own shape."""
        ends = np.cumsum([int(np.prod(shape)) for shape in self.shapes.values()])
        parts = np.split(values, ends[:-1], axis=-1)
        return {name: part.reshape(-1, *shape) for (name, shape), part in zip(self.shapes.items(), parts, strict=True)}

    def laid(self, values: Array) -> Array:
        """(..., indicator, unit, time) as the engine has it: series that meet are one."""
        return joined(values) if self.meet else values

    def parted(self, values: Array) -> Array:
        """What `laid` made of it, back."""
        return parted(values, self.model.dim_lengths["indicator"].eval().item()) if self.meet else values

    def mean(self, values: Array, scale: Array) -> Array:
        """Mean of the field, (draw, indicator, unit, time) as `laid`, under the data now set in the model."""
        draws = self.split(values) | {"scale": np.tile(scale, (len(values), 1))}
        posterior = xr.Dataset(
            {
                name: (("chain", "draw", *(f"{name} {axis}" for axis in range(one.ndim - 1))), one[None])
                for name, one in draws.items()
            }
        )
        (found,) = self._mean(posterior)
        return self.laid(found[0])

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


class Linear:
    """mean = start + sum over coefficients of width (one of the scales, or 1) x column x standard coefficient.

    Coefficients stand in the order in which `factors` eliminates them; `coefficients` gives them back in the model's.
    """

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
            columns = layout.mean(each, ones) - at_zero
            other = layout.mean(each, told_apart) - layout.mean(nothing, told_apart)
            mean, sd = layout.prior()
        self.start = at_zero + np.tensordot(mean, columns, axes=1)
        self._order, self.groups, self.parts = _laid_out(columns, np.asarray(data["unit_region"]))
        self.columns, self.prior_mean, self.prior_sd = columns[self._order], mean[self._order], sd[self._order]
        self.scale_of = _scale_of(columns, other)[self._order]

    def width(self, scale: Array) -> Array:
        """What every standard coefficient is multiplied by, (coefficient,), under these scales."""
        return np.where(self.scale_of >= 0, scale[np.maximum(self.scale_of, 0)], 1.0) * self.prior_sd

    def coefficients(self, standard: Array) -> Array:
        """The model's own coefficients, in its own order, of standard ones: (draw, coefficient) both."""
        found = np.empty_like(standard)
        found[:, self._order] = self.prior_mean + self.prior_sd * standard
        return found

    def times(self, weighted: Array) -> Array:
        """What coefficients (coefficient, draw) add to the mean: (indicator, unit, time, draw)."""
        mean = np.zeros((*self.start.shape, weighted.shape[1]))
        times(self.parts, weighted, mean)
        return mean

    def back(self, slope: Array) -> Array:
        """The transpose of `times`: (coefficient,) of (indicator, unit, time)."""
        total = np.zeros(self.size)
        back(self.parts, slope, total)
        return total

    def factors(self, precision: Array, width: Array) -> Array:
        """Lower Cholesky factor of the precision of the standard coefficients, the field integrated out.

        Parameters
        ----------
        precision
            (indicator, unit, time, time): of the counts as Gaussian figures of a series, its own spread integrated out.

        Raises
        ------
        LinAlgError
            The precision is not a number.
        """
        total = np.eye(self.size)
        information(self.parts, precision, width, total)
        eliminate(self.groups, total)
        rest = self.groups[-1]
        total[rest:, rest:] = cholesky(total[rest:, rest:], lower=True, check_finite=False)
        return total


def _laid_out(columns: Array, region: Array) -> tuple[Array, Array, Parts]:
    """The order of elimination, where its groups begin (the last entry: where the rest does), and the parts.

    A coefficient that moves one region of one indicator, and no unit in a way of its own, meets others there only:
    such a group is eliminated on its own, and the rest, a small part of all, is dense.
    """
    first = np.array([np.flatnonzero(region == r)[0] for r in range(region.max() + 1)])
    acts = (columns != 0).any(axis=-1)  # (coefficient, indicator, unit)
    shared = (columns == columns[:, :, first][:, :, region]).all(axis=(1, 2, 3))
    regional = acts[:, :, first] & shared[:, None, None]  # (coefficient, indicator, region)
    within = regional.reshape(len(columns), -1)
    alone = np.where(within.sum(axis=1) == 1, within.argmax(axis=1), within.shape[1])  # the rest comes last
    order = np.argsort(alone, kind="stable")
    groups = np.searchsorted(alone[order], np.arange(within.shape[1] + 1))
    place = np.argsort(order)
    indicators, units = range(acts.shape[1]), range(acts.shape[2])
    parts = [
        (k, np.flatnonzero(region == r), np.flatnonzero(regional[:, k, r]), -1)
        for k in indicators
        for r in range(len(first))
    ]
    parts += [
        (k, np.array([u]), which, k * len(first) + region[u])
        for k in indicators
        for u in units
        if len(which := np.flatnonzero(~shared & acts[:, k, u]))
    ]
    column = np.concatenate([columns[which, k, moved[0]] for k, moved, which, _ in parts])
    felt = np.hstack([column != 0, np.ones((len(column), 1), dtype=bool)])  # of a column of zeros: nothing
    return (
        order,
        groups,
        Parts(
            np.array([k for k, *_ in parts]),
            np.array([beside for *_, beside in parts]),
            np.cumsum([0, *(len(moved) for _, moved, *_ in parts)]),
            np.concatenate([moved for _, moved, *_ in parts]),
            np.cumsum([0, *(len(which) for _, _, which, _ in parts)]),
            np.concatenate([place[which] for _, _, which, _ in parts]),
            column,
            felt.argmax(axis=1),
            column.shape[1] - np.where(column.any(axis=1), (column != 0)[:, ::-1].argmax(axis=1), 0),
        ),
    )


def _scale_of(columns: Array, other: Array) -> Array:
    """Which scale multiplies each column, -1 for none: seen from how much wider it is when every scale differs."""
    sizes = [np.abs(one).reshape(len(one), -1).sum(axis=1) for one in (columns, other)]
    ratio = np.divide(sizes[1], sizes[0], out=np.ones(len(columns)), where=sizes[0] > 0)
    place = (ratio - 1) / APART
    if np.abs(place - np.rint(place)).max() > 1e-6:
        raise EvidenceError(Problem("the mean is not linear in a single scale", "integrated field", "take engine nuts"))
    found: Array = np.rint(place).astype(int) - 1
    return found
