"""Who is compared with whom: units under an intervention, and the donors that stand for them. Free of PyMC."""

from dataclasses import dataclass

import numpy as np
import xarray as xr
from scipy.optimize import nnls

from evaluation.terms.panel import CELL, EXPOSURE, Status

SUM_TO_ONE = 1e3  # weight of the condition that weights sum to one, beside log rates of order one


@dataclass(frozen=True)
class Comparison:
    """Indices of the units ever under any intervention, and of all others, the donors."""

    treated: np.ndarray  # (treated,)
    donor: np.ndarray  # (donor,)
    usable: np.ndarray  # (donor,) bool: reports something

    @property
    def order(self) -> np.ndarray:
        """Where each unit stands among donors and treated units, one after the other, (unit,)."""
        found: np.ndarray = np.argsort(np.concatenate([self.donor, self.treated]))
        return found


@dataclass(frozen=True)
class Fit:
    """The nearest mixture of donors before the first intervention: weights (donor,), distance, and share of spread."""

    weights: np.ndarray
    distance: float  # root mean square of log rate ratios
    beside: float  # the same, of the mean of all donors
    cells: int


def comparison_of(panel: xr.Dataset) -> Comparison:
    """Treated units and donors of a panel.

    A donor that reports nothing is not usable: its rate is drawn, and no weight is given to it.
    """
    exposed = (panel["exposure"].transpose(*EXPOSURE).values > 0).any(axis=(0, 2))
    reports = _known(panel).any(axis=(0, 2))
    donor = np.flatnonzero(~exposed)
    return Comparison(np.flatnonzero(exposed), donor, reports[donor])


def nearest_mixture(panel: xr.Dataset, unit: int, level: bool = True) -> Fit | None:
    """How near donors come to one treated unit before its first intervention, by non-negative least squares.

    Log crude rates of all outcomes in the periods in which the unit and every usable donor report; `level`: each series
    less its mean over them, as a model with a level of its own may do. None where there is no such period. The nearest
    point of the convex hull (Abadie, Diamond and Hainmueller 2010): a distance of zero lies inside.
    """
    compared = comparison_of(panel)
    donors = compared.donor[compared.usable]
    exposed = (panel["exposure"].transpose(*EXPOSURE).values[:, unit] > 0).any(axis=0)
    before = np.arange(len(exposed)) < (int(exposed.argmax()) if exposed.any() else len(exposed))
    known, rates = _known(panel), log_crude_rates(panel)
    target, columns = [], []
    for k in np.flatnonzero(panel["outcome"].values.astype(bool)):
        shared = before & known[k, unit] & known[k, donors].all(axis=0)
        if shared.any():
            own, others = rates[k, unit, shared], rates[k, donors][:, shared]
            target.append(own - own.mean() * level)
            columns.append(others - others.mean(axis=1, keepdims=True) * level)
    if not target or not len(donors):
        return None
    y, x = np.concatenate(target), np.concatenate(columns, axis=1).T
    weights = nnls(np.vstack([x, np.full(len(donors), SUM_TO_ONE)]), np.append(y, SUM_TO_ONE))[0]
    weights = weights / weights.sum()
    full = np.zeros(len(compared.donor))
    full[compared.usable] = weights
    return Fit(full, _rms(y - x @ weights), _rms(y - x.mean(axis=1)), len(y))


def log_crude_rates(panel: xr.Dataset) -> np.ndarray:
    """Log of counts over base, (indicator, unit, time); half an event added, intervals at their middle; NaN if none."""
    middle = ((panel["lower"] + panel["upper"]) / 2).transpose(*CELL).values
    found: np.ndarray = np.log(middle + 0.5) - np.log(panel["base"].transpose(*CELL).values.astype(float))
    return found


def _known(panel: xr.Dataset) -> np.ndarray:
    found: np.ndarray = np.isin(panel["status"].transpose(*CELL).values, (Status.EXACT, Status.SUPPRESSED))
    return found


def _rms(values: np.ndarray) -> float:
    return float(np.sqrt((values**2).mean()))
