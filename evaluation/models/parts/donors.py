"""Who is compared with whom: units under an intervention, and the donors that stand for them. Free of PyMC."""

from dataclasses import dataclass

import numpy as np
import xarray as xr
from scipy.optimize import nnls

from evaluation.terms.panel import CELL, EXPOSURE, Status

SUM_TO_ONE = 1e3  # weight of the condition that weights sum to one, beside log rates of order one
HALF = 0.5  # an event, added to a count before its logarithm is taken: zero has one too


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
class Nearest:
    """The mixture of donors nearest to a treated unit before its first intervention."""

    weights: np.ndarray  # (donor,), sum to one
    distance: float  # root mean square log ratio of unit to mixture, beyond what counting makes
    cells: int  # indicators and periods that it is of


def comparison_of(panel: xr.Dataset) -> Comparison:
    """Treated units and donors of a panel.

    A donor that reports nothing is not usable: its rate is drawn, and no weight is given to it.
    """
    exposed = (panel["exposure"].transpose(*EXPOSURE).values > 0).any(axis=(0, 2))
    donor = np.flatnonzero(~exposed)
    return Comparison(np.flatnonzero(exposed), donor, _known(panel).any(axis=(0, 2))[donor])


def nearest_mixture(panel: xr.Dataset, unit: int, *, level: bool = False) -> Nearest | None:
    """How near donors come to one treated unit (its index) before its first intervention.

    The nearest point of the convex hull of donors' log crude rates, of all outcomes in the periods in which the unit
    and every donor with as many figures report: non-negative least squares with weights that sum to one. None where
    there is no such period. A unit inside the hull has a distance of zero (Abadie, Diamond and Hainmueller 2010,
    Journal of the American Statistical Association 105(490)).

    Parameters
    ----------
    level
        Leave out what is constant over these periods: each series less its mean.
    """
    compared = comparison_of(panel)
    exposed = (panel["exposure"].transpose(*EXPOSURE).values[:, unit] > 0).any(axis=0)
    before = np.arange(len(exposed)) < (int(exposed.argmax()) if exposed.any() else len(exposed))
    known = _known(panel) & before & panel["outcome"].values.astype(bool)[:, None, None]
    wanted = known[:, unit]
    share = (known[:, compared.donor] & wanted[:, None]).sum(axis=(0, 2))
    if not share.any():
        return None
    full = np.flatnonzero(share == share.max())
    donors = compared.donor[full]
    cells = wanted & known[:, donors].all(axis=1)  # (indicator, time)
    if not cells.any():
        return None
    count, base = _middle(panel) + HALF, panel["base"].transpose(*CELL).values.astype(float)
    rates = np.log(count / base)
    own, others = (_less_mean(rates[:, which], cells) if level else rates[:, which] for which in ([unit], donors))
    target, columns = own[:, 0][cells], others.transpose(0, 2, 1)[cells]  # (cell,), (cell, donor)
    condition = np.full((1, len(donors)), SUM_TO_ONE)
    weights = nnls(np.vstack([columns, condition]), np.append(target, SUM_TO_ONE))[0]
    weights = weights / weights.sum()
    by_chance = (1 / count[:, unit][cells] + (1 / count[:, donors].transpose(0, 2, 1)[cells]) @ weights**2).mean()
    apart = ((target - columns @ weights) ** 2).mean()
    every = np.zeros(len(compared.donor))
    every[full] = weights
    return Nearest(every, float(np.sqrt(max(apart - by_chance, 0.0))), int(cells.sum()))


def _less_mean(rates: np.ndarray, cells: np.ndarray) -> np.ndarray:
    """Rates (indicator, some, time) less their mean over these cells (indicator, time)."""
    within = np.where(cells[:, None], rates, 0).sum(axis=-1) / np.maximum(cells.sum(axis=-1), 1)[:, None]
    found: np.ndarray = rates - within[..., None]
    return found


def _middle(panel: xr.Dataset) -> np.ndarray:
    """Counts, those known to lie in an interval at its middle, (indicator, unit, time)."""
    found: np.ndarray = ((panel["lower"] + panel["upper"]) / 2).transpose(*CELL).values
    return found


def _known(panel: xr.Dataset) -> np.ndarray:
    found: np.ndarray = np.isin(panel["status"].transpose(*CELL).values, (Status.EXACT, Status.SUPPRESSED))
    return found
