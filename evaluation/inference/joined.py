"""Series that meet: where all indicators of a unit share a drift, a unit has one long series, indicator by indicator.

What is done with series that do not meet, (indicator, unit, time), is then done with (1, unit, indicator x time).
"""

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from evaluation.models.parts.field import series_covariance
from evaluation.models.parts.shared_drift import shared_covariance

Array = NDArray[np.float64]
SHARED = "shared_drift"  # the variable whose presence says that series meet
FOLLOWS = "follows"  # periods by which each indicator follows what it shares, where any does


def joined(values: Array) -> Array:
    """(..., indicator, unit, time) as (..., 1, unit, indicator x time).

    >>> joined(np.arange(8).reshape(2, 2, 2)).tolist()
    [[[0, 1, 4, 5], [2, 3, 6, 7]]]
    """
    moved = np.moveaxis(values, -3, -2)  # (..., unit, indicator, time)
    return moved.reshape(*moved.shape[:-3], 1, moved.shape[-3], moved.shape[-2] * moved.shape[-1])


def parted(values: Array, indicators: int) -> Array:
    """What `joined` made of it, back: (..., 1, unit, indicator x time) as (..., indicator, unit, time)."""
    units, long = values.shape[-2:]
    return np.moveaxis(values.reshape(*values.shape[:-3], units, indicators, long // indicators), -2, -3)


def field_covariances(posterior: xr.Dataset, periods: int) -> Array:
    """Covariance over time of the field in a unit of typical size at every draw, (..., indicator, time, time).

    Where indicators share a drift: of all series of a unit, (..., 1, indicator x time, indicator x time). The leading
    dims are those of the draws, whatever stands before the indicator.
    """
    names = ("level_spread", "drift_sd", "drift_persistence")
    level, drift, persistence = (posterior[name].transpose(..., "indicator").values for name in names)
    noise = posterior["noise_sd"].transpose(..., "indicator").values if "noise_sd" in posterior else 0 * level
    one = np.vectorize(series_covariance, excluded=[0], signature="(),(),(),()->(t,t)")
    own: Array = one(periods, level, drift, persistence, noise)
    if SHARED + "_sd" not in posterior:
        return own
    paths = ("shared_by",) if "shared_by" in posterior[SHARED + "_sd"].dims else ()
    strength = posterior[SHARED + "_sd"].transpose(..., *paths, "indicator").values
    lasting = posterior["shared_persistence"].transpose(..., "shared_by").values
    strength = strength if paths else strength[..., None, :]
    follows = (
        posterior[FOLLOWS].transpose(..., "follower").values if FOLLOWS in posterior else np.zeros(strength.shape[-1])
    )
    together = np.vectorize(shared_covariance, excluded=[0], signature="(p,k),(p),(k)->(k,t,k,t)")
    total: Array = together(periods, strength, lasting, follows)
    for k in range(own.shape[-3]):
        total[..., k, :, k, :] += own[..., k, :, :]
    return total.reshape(*own.shape[:-3], 1, own.shape[-3] * periods, own.shape[-3] * periods)


def cell_scales(posterior: xr.Dataset, cells: tuple[int, int, int]) -> Array:
    """What multiplies the scales of the field in each cell, (..., indicator, unit, time), laid out as its covariances.

    Ones where the model says nothing of the size of units.
    """
    draws = posterior["drift_sd"].transpose(..., "indicator").shape[:-1]
    scales = np.ones((*draws, *cells[:2]))
    if "unit_scale" in posterior:
        scales = posterior["unit_scale"].transpose(..., "indicator", "unit").values
    wide = np.repeat(scales[..., None], cells[2], axis=-1)
    return joined(wide) if SHARED + "_sd" in posterior else wide
