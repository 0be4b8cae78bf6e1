"""Every quantity of a dataset of draws, one row each, with a name a reader can find again."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import xarray as xr

from evaluation.checks.book import NoEvidenceError
from evaluation.checks.words import Names
from evaluation.inference.diagnostics import Array

SAMPLE = ("chain", "draw")


@dataclass(frozen=True)
class Quantities:
    """Draws (quantity, chain, draw) of one variable, and where its quantities stand in it."""

    variable: xr.DataArray  # the variable with chain and draw in front
    draws: Array
    names: Names

    def name(self, row: int) -> str:
        """The quantity's name: `log_rate[Victims; Norway; 2016]`."""
        dims = self.variable.dims[2:]
        if not dims:
            return str(self.variable.name)
        place = np.unravel_index(row, self.variable.shape[2:])
        labels = (
            self.names.told(str(self.variable[dim].values[at])) if dim in self.variable.coords else str(at)
            for dim, at in zip(dims, place, strict=True)
        )
        return f"{self.variable.name}[{'; '.join(labels)}]"


def quantities(draws: xr.Dataset, names: Names, *, without: tuple[str, ...] = ()) -> Iterator[Quantities]:
    """Each variable that was sampled, as rows of draws called by `names`; whole numbers and text are left out.

    Raises
    ------
    NoEvidenceError
        If no variable has draws.
    """
    found = False
    for name, variable in draws.data_vars.items():
        if not set(SAMPLE) <= set(variable.dims) or variable.dtype.kind != "f" or name in without:
            continue
        found = True
        ordered = variable.transpose(*SAMPLE, ...)
        rows = np.moveaxis(ordered.values.reshape(*ordered.shape[:2], -1), -1, 0)
        yield Quantities(ordered, rows, names)
    if not found:
        raise NoEvidenceError("There are no draws to look at.", "Fit again with the present version.")


def stacked(variable: xr.DataArray, *dims: str) -> Array:
    """Draws as (sample, ...): chain and draw laid end to end in front of `dims`."""
    samples = variable.sizes["chain"] * variable.sizes["draw"]
    ordered = variable.transpose(*SAMPLE, *dims).values
    return np.asarray(ordered.reshape(samples, *(variable.sizes[dim] for dim in dims)))


def thinned(draws: Array, most: int) -> Array:
    """At most `most` draws, evenly spread over those there are."""
    return draws[np.unique(np.linspace(0, len(draws) - 1, min(most, len(draws))).astype(int))]
