"""Whom a unit's law may reach: the weights of neighbours on a panel, and what spills over along them."""

import numpy as np
import xarray as xr

from evaluation.terms.errors import Problem
from evaluation.terms.panel import EXPOSURE

NOBODY = "none"
ISLANDS = ("refuse", NOBODY)  # what is done with units that have no neighbour on the panel


def weights_of(panel: xr.Dataset) -> np.ndarray:
    """Weights of neighbours, (unit, neighbour), in the order of the panel's units: rows add up to 1, or are empty.

    What is not a unit of the panel has no weight, and the others share its part: a unit half of whose neighbours are
    under a law is taken to be half surrounded by it, whatever the rest of the world does.

    >>> weights = xr.DataArray([[0.0, 3.0, 1.0], [1.0, 0.0, 0.0]], dims=("unit", "neighbour"))
    >>> weights_of(xr.Dataset({"weights": weights}, {"unit": ["A", "B"], "neighbour": ["A", "B", "C"]}))
    array([[0., 1.],
           [1., 0.]])
    """
    units = panel["unit"].values
    given = panel["weights"].reindex(neighbour=units, fill_value=0.0).transpose("unit", "neighbour")
    values = np.where(np.eye(len(units), dtype=bool), 0.0, given.values.astype(float))  # nobody is his own neighbour
    total = values.sum(axis=1, keepdims=True)
    found: np.ndarray = np.divide(values, total, out=np.zeros_like(values), where=total > 0)
    return found


def received(panel: xr.Dataset) -> np.ndarray:
    """Share of each unit's neighbours under each intervention, (intervention, unit, time), by weight."""
    found: np.ndarray = weights_of(panel) @ panel["exposure"].transpose(*EXPOSURE).values.astype(float)
    return found


def islands(panel: xr.Dataset) -> np.ndarray:
    """Which units have no neighbour on the panel, (unit,)."""
    found: np.ndarray = ~(weights_of(panel) > 0).any(axis=1)
    return found


def neighbour_problems(panel: xr.Dataset, *, allowed: bool) -> list[Problem]:
    """Why these weights cannot be used: there are none, they name strangers, they cannot be, or they leave islands.

    Parameters
    ----------
    allowed
        Whether units may be without neighbours.
    """
    if "weights" not in panel:
        advice = "name a table in panel.neighbours, {source: neighbours, kind: border}, or indicators in model.rivals"
        return [Problem("there are no neighbours along which anything could spill over", "panel", advice)]
    return [*_strange(panel), *_impossible(panel), *([] if allowed else _alone(panel))]


def _strange(panel: xr.Dataset) -> list[Problem]:
    unknown = sorted(set(panel["neighbour"].values.astype(str)) - set(panel["unit"].values.astype(str)))
    if not unknown:
        return []
    advice = "take them out of the weights, or add them to the units"
    return [Problem(f"the weights name units that the panel has not: {', '.join(unknown)}", "panel.weights", advice)]


def _impossible(panel: xr.Dataset) -> list[Problem]:
    values = panel["weights"].transpose("unit", "neighbour").values.astype(float)
    wrong = (~np.isfinite(values) | (values < 0)).any(axis=1)
    if not wrong.any():
        return []
    advice = "give a finite number, 0 or more"
    return [Problem(f"weights below 0, or that are no numbers, of {_names(panel, wrong)}", "panel.weights", advice)]


def _alone(panel: xr.Dataset) -> list[Problem]:
    alone = islands(panel)
    if not alone.any():
        return []
    advice = (
        "take other weights (panel.neighbours.kind), leave these units out (panel.leave_out), or write "
        "model.islands=none: then nothing spills over to them"
    )
    return [Problem(f"no unit of the panel is a neighbour of {_names(panel, alone)}", "panel.neighbours", advice)]


def _names(panel: xr.Dataset, which: np.ndarray) -> str:
    names = (panel["unit_name"] if "unit_name" in panel.coords else panel["unit"]).values.astype(str)
    return ", ".join(names[which])
