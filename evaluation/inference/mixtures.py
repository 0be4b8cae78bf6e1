"""Cells of treated units and of the donors they are mixtures of, each as all the others predict it.

Given the means, donors' rates d and treated units' rates u are one Gaussian: d alone has the donors' precision P, and
u less the mixture of d has its own, O. The joint precision is then P + w' O w of donors, O of treated units, and -w' O
between them; a cell given all others has mean F - (Q r) / Q_ii and variance 1 / Q_ii (Rue and Held 2005, theorem 2.3).
"""

import numpy as np
import pymc as pm
import xarray as xr
from numpy.typing import NDArray

from evaluation.models.parts.field import series_covariance

Array = NDArray[np.float64]
MIXED = {"log_rate", "weight", "donor_drift_sd", "own_drift_sd"}  # what a posterior of mixtures has
WHOSE = ("donor", "own")


def given_all_others(model: pm.Model, posterior: xr.Dataset, field: Array, mean: Array) -> tuple[Array, Array]:
    """Mean and sd of every cell of a field of mixtures given all other cells of its indicator.

    Parameters
    ----------
    posterior
        With `weight` (chain, draw, treated, donor), and scales and persistence of donors and of units around them.
    field, mean
        Log rates and what they are drawn around, (chain, draw, indicator, unit, time).

    Returns
    -------
    Two arrays laid out as `field`, on the log rate.
    """
    away = field - mean
    donor, treated = (np.asarray(model[name].get_value()) for name in ("donor_at", "treated_at"))
    weight = posterior["weight"].transpose("chain", "draw", "treated", "donor").values.astype(float)
    of_donors, of_own = (np.linalg.inv(_covariances(posterior, whose, field.shape[-1])) for whose in WHOSE)
    mixed = np.einsum("...vd,...kdt->...kvt", weight, away[..., donor, :])
    pull = (away[..., treated, :] - mixed) @ of_own
    pulled, precision = np.empty_like(away), np.empty_like(away)
    pulled[..., treated, :] = pull
    precision[..., treated, :] = _diagonal(of_own)
    pulled[..., donor, :] = away[..., donor, :] @ of_donors - np.einsum("...vd,...kvt->...kdt", weight, pull)
    leaned_on = (weight**2).sum(axis=-2)[..., None, :, None]  # on each donor, by all treated units
    precision[..., donor, :] = _diagonal(of_donors) + leaned_on * _diagonal(of_own)
    return field - pulled / precision, precision**-0.5


def _covariances(posterior: xr.Dataset, whose: str, periods: int) -> Array:
    """Covariance over time of one series, (chain, draw, indicator, time, time)."""
    names = [f"{whose}_{name}" for name in ("level_sd", "drift_sd", "persistence", "noise_sd")]
    level, drift, persistence = (posterior[name].transpose("chain", "draw", "indicator").values for name in names[:3])
    noise = posterior[names[3]].transpose(..., "indicator").values if names[3] in posterior else 0 * level
    one = np.vectorize(series_covariance, excluded=[0], signature="(),(),(),()->(t,t)")
    found: Array = one(periods, level, drift, persistence, noise)
    return found


def _diagonal(precision: Array) -> Array:
    return np.diagonal(precision, axis1=-2, axis2=-1)[..., None, :]
