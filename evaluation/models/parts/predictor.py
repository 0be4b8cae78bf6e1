"""The mean of the log rate without any effect: every linear term in one vector of standard coefficients.

One gather and one operation, however many terms a model has. Written term by term the same mean costs several times
the compile time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pymc as pm
import pytensor.tensor as pt

from evaluation.models.parts.design_mean import DesignMean
from evaluation.models.parts.scales import Scales

Tensor = pt.TensorVariable


@dataclass(frozen=True)
class Term:
    """A term of the mean, and the prior of its coefficients: mean + sd (or an estimated scale) times N(0, 1).

    What the coefficients multiply is either `columns` (unit, time, column), or they are the steps of random walks:
    then `felt` (unit, path) says how much of each path a unit feels, the same for all units of a region. Each indicator
    has coefficients of its own unless `shared`; `acts` (column, indicator) says which indicators a column moves.
    """

    name: str
    labels: tuple[str, ...]  # one for each coefficient; of walks: path by path, one for each period but the first
    sd: float | str  # a number, or the name of an estimated scale
    mean: np.ndarray | float = 0.0  # (indicator,) or one for all
    shared: bool = False
    acts: np.ndarray | None = None
    columns: np.ndarray | None = None
    felt: np.ndarray | None = None
    dim: str | None = None  # state the coefficients under the term's own name, with dims (dim, indicator)


def linear_mean(terms: Sequence[Term], scales: Scales, indicators: Sequence[str], regions: np.ndarray) -> Tensor:
    """Draw the coefficients and add up the terms: (indicator, unit, time), log rate.

    Parameters
    ----------
    regions
        (unit,) index of each unit's region.
    """
    # Walks first, as their design has them.
    ordered = sorted(terms, key=lambda term: term.felt is None)
    table = _table(ordered, scales, indicators)
    pm.modelcontext(None).add_coord("coefficient_name", table.names)
    standard = pm.Normal("coefficient", 0, 1, dims="coefficient_name")
    # Means and widths are data: a refit may read the counts differently, or let leads and breaks act or not.
    layout = {
        "coefficient_at": table.at,
        "coefficient_scale_at": table.scale_at,
        "coefficient_mean": table.offset,
        "coefficient_sd": table.multiplier,
    } | _design(ordered, regions)
    found: Any = DesignMean()(standard, scales.vector, *(pm.Data(name, value) for name, value in layout.items()))
    mean, beta = found
    _state(ordered, beta)
    return mean


def _state(terms: Sequence[Term], beta: Tensor) -> None:
    ends = np.cumsum([len(term.labels) for term in terms])
    for term, end in zip(terms, ends, strict=True):
        if term.dim:
            pm.modelcontext(None).add_coord(term.dim, term.labels)
            pm.Deterministic(term.name, beta[int(end) - len(term.labels) : int(end)], dims=(term.dim, "indicator"))


def _design(terms: Sequence[Term], regions: np.ndarray) -> dict[str, np.ndarray]:
    """What the coefficients of the terms multiply, as `multiplied` takes it."""
    first = np.array([np.flatnonzero(regions == r)[0] for r in range(regions.max() + 1)])
    felt = [term.felt for term in terms if term.felt is not None]
    steps = sum(len(term.labels) for term in terms if term.felt is not None)
    columns = np.concatenate([term.columns for term in terms if term.columns is not None], axis=-1)
    # Which entries a design has is data, as a refit may move a date.
    row, column, values = _entries(columns.transpose(0, 2, 1), regions, first)
    return {
        "walk_felt": np.hstack(felt)[first] if felt else np.zeros((len(first), 0)),
        "unit_region": regions,
        "entry_row": row,
        "entry_column": steps + column,
        "entry_values": values,
    }


def _entries(columns: np.ndarray, regions: np.ndarray, first: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows, columns and values (entry, time) of a design (unit, column, time) for `multiplied`.

    A column that does not differ within regions is multiplied out once a region; of the others, as of most, all but
    the few units they move are zero and left out.
    """
    regional = (columns == columns[first][regions]).all(axis=(0, 2))
    parts = []
    for block, which, offset in ((columns[first], regional, 0), (columns, ~regional, len(first))):
        row, column = np.nonzero((block != 0).any(axis=-1) & which)
        parts.append((row + offset, column, block[row, column]))
    row, column, values = (np.concatenate(part) for part in zip(*parts, strict=True))
    return row, column, values


@dataclass(frozen=True)
class _Table:
    """Where the coefficient of each (column, indicator) lies, and what multiplies it."""

    names: list[str]
    at: np.ndarray
    scale_at: np.ndarray
    multiplier: np.ndarray
    offset: np.ndarray


def _table(terms: Sequence[Term], scales: Scales, indicators: Sequence[str]) -> _Table:
    names: list[str] = []
    at, scale_at, multiplier, offset = [], [], [], []
    one = int(sum(scales.size.values()))  # the entry after the last scale is the constant 1
    count = len(indicators)
    for term in terms:
        wide = len(term.labels)
        if term.shared:
            at.append(np.repeat(len(names) + np.arange(wide)[:, None], count, axis=1))
            names += [f"{term.name}[{label}]" for label in term.labels]
        else:
            at.append(len(names) + np.arange(wide * count).reshape(wide, count))
            names += [
                f"{term.name}[{', '.join(filter(None, (label, k)))}]" for label in term.labels for k in indicators
            ]
        estimated = isinstance(term.sd, str)
        where = scales.start[term.sd] + np.arange(count) if isinstance(term.sd, str) else np.full(count, one)
        scale_at.append(np.broadcast_to(where, (wide, count)))
        acts = np.ones((wide, count)) if term.acts is None else term.acts
        multiplier.append(acts * (1.0 if estimated else float(term.sd)))
        offset.append(acts * np.broadcast_to(np.asarray(term.mean, dtype=float), (count,)))
    return _Table(names, *(np.concatenate(part) for part in (at, scale_at, multiplier, offset)))
