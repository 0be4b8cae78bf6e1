"""Which cells of the panel the draws of counts belong to."""

from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from evaluation.checks.book import Evidence, NoEvidenceError
from evaluation.checks.draws import stacked, thinned
from evaluation.inference.diagnostics import Array
from evaluation.terms.panel import CELL, Status

Place = tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]
ENOUGH_DRAWS = 500  # replicated panels: a tail probability of 0.05 is then known to about 0.01


@dataclass(frozen=True)
class Counts:
    """Replicated counts (sample, cell) of the reported cells, and where each cell stands in the panel."""

    draws: Array
    exact: NDArray[np.bool_]  # (cell,): reported exactly; the others are suppressed
    place: Place  # indicator, unit and time of each cell, as positions

    def observed(self, panel: xr.Dataset) -> Array:
        """The reported counts (cell,), NaN where suppressed."""
        return np.where(self.exact, panel["lower"].transpose(*CELL).values[self.place], np.nan)

    def on_panel(self, values: Array, panel: xr.Dataset) -> Array:
        """Reported cells of (sample, cell) laid out as (sample, indicator, unit, time); NaN elsewhere."""
        whole = np.full((len(values), *(panel.sizes[dim] for dim in CELL)), np.nan)
        indicator, unit, time = self.place
        whole[:, indicator, unit, time] = values
        return whole


def replicated(evidence: Evidence, group: str) -> Counts:
    """The counts that a group of the fit replicates, at most 500 draws of each reported cell.

    Raises
    ------
    NoEvidenceError
        If the group is not there or replicates no cell.
    """
    draws = evidence.group(group)
    parts = [_part(draws[name], f"{name}_cell") for name in ("exact", "suppressed") if name in draws]
    parts = [(values, position) for values, position in parts if values.size]
    if not parts:
        raise NoEvidenceError(
            f"The group '{group}' replicates no reported cell.", "Fit again with the present version."
        )
    position = np.concatenate([at for _, at in parts])
    indicator, unit, time = np.unravel_index(position, [evidence.panel.sizes[dim] for dim in CELL])
    place = (indicator, unit, time)
    exact = evidence.panel["status"].transpose(*CELL).values[place] == Status.EXACT
    return Counts(np.concatenate([values for values, _ in parts], axis=1), exact, place)


def _part(variable: xr.DataArray, dim: str) -> tuple[Array, NDArray[np.int64]]:
    if dim not in variable.coords:
        raise NoEvidenceError(f"The fit does not say which cells '{variable.name}' stands for.", "Fit again.")
    return thinned(stacked(variable, dim), ENOUGH_DRAWS).astype(float), variable[dim].values.astype(np.int64)


def tail_probability(replicates: Array, observed: float) -> float:
    """Share of replicates beyond what was observed, on the nearer side, twice; ties count half.

    >>> tail_probability(np.array([1.0, 2.0, 3.0, 4.0]), 3.5)
    0.5
    """
    above = float((replicates > observed).mean() + 0.5 * (replicates == observed).mean())
    return 2 * min(above, 1 - above)
