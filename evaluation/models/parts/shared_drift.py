"""What all indicators of a unit have in common: how much is recorded there, by how many officials, after which scandal.

Counts of one unit come from the same offices. Were their series taken for independent, the average over indicators
would look better known than it is: the interval of an overall effect would be too narrow, however right that of each
indicator (Zellner 1962, JASA 57(298), on regressions that only seem unrelated). The smallest model of it is one drift
for each unit, felt by each indicator in a strength of its own: a common factor of its series.
"""

from collections.abc import Sequence

import numpy as np
import pymc as pm
import pytensor.tensor as pt
import xarray as xr

from evaluation.models.parts.field import gaussian_field
from evaluation.models.parts.field_given_counts import look_ahead
from evaluation.models.parts.panel import usual_log_rate
from evaluation.models.parts.persistence import draw_persistence
from evaluation.models.parts.scales import ScaleBlock, Scales
from evaluation.models.parts.size import UnitScale
from evaluation.terms.panel import CELL

Array = np.ndarray
Tensor = pt.TensorVariable
PATH = "all indicators"
LIKELY = 0.9  # persistence, where the coordinates are best
ALONE = 0.3  # share of a period's figures that says something new: what is left of each indicator drifts as well
LEAST = 0.01  # variance of an indicator's log rates, where all figures are alike
BETWEEN = (0.05, 0.9)  # correlations of indicators that the coordinates are made for


def shared_blocks(panel: xr.Dataset, shared_drift_sd: float | None) -> list[ScaleBlock]:
    """How strongly each indicator feels the drift of its unit; none where fewer than two outcomes are asked about.

    Of one outcome the interval needs nothing of the kind, and two series say of the strength in each only the product.
    """
    indicators = tuple(panel["indicator"].values.astype(str))
    if shared_drift_sd is None or panel["outcome"].values.sum() < 2:
        return []
    return [ScaleBlock("shared_drift_sd", shared_drift_sd, indicators)]


def draw_shared_drift(
    panel: xr.Dataset, scales: Scales, prior: Sequence[float], unit_scale: UnitScale | None
) -> Tensor:
    """Draw what each series has of the drift of its unit, (indicator, unit, time), log rate.

        unit_scale[k, u] shared_drift_sd[k] / s shared_drift[u, t],  s = mean of shared_drift_sd over indicators
        shared_drift[u, :] ~ Normal(0, s^2 shared_persistence^|lag|)

    Parameters
    ----------
    prior
        The two shapes of the beta distribution of `shared_persistence`.
    unit_scale
        What multiplies scales in each unit; None: they are the same everywhere.
    """
    pm.modelcontext(None).add_coord("shared_by", [PATH])
    strength = scales["shared_drift_sd"]
    typical = strength.sum(keepdims=True) / panel.sizes["indicator"]
    persistence = draw_persistence("shared_persistence", prior, typical, dims="shared_by")
    nothing = pt.zeros(1)
    path = gaussian_field(
        "shared_drift",
        pt.zeros((1, panel.sizes["unit"], panel.sizes["time"])),
        pt.stack([nothing, typical, nothing]),
        persistence,
        pm.Data("shared_working_counts", shared_working_counts(panel)),
        dims=("shared_by", *CELL[1:]),
    )
    relative = (strength / typical)[:, None]
    wide = relative if unit_scale is None else relative * unit_scale.drawn
    felt: Tensor = wide[..., None] * path[0]
    return felt


def shared_working_counts(panel: xr.Dataset) -> Array:
    """What the counts of all indicators say of the drift they share, roughly, (1, time, ROWS, unit).

    Only the sampler's coordinates depend on it. Each indicator's log rates, less what is usual in each period, are
    taken for the drift plus something of its own, as large as their correlation leaves room for.
    """
    persistence = np.array([LIKELY])
    nothing = np.zeros((1, panel.sizes["time"], panel.sizes["unit"]))
    if "lower" not in panel:
        return look_ahead(nothing, nothing, np.array([[0.0], [1.0], [0.0]]), persistence)
    lower, upper, base = (panel[name].transpose(*CELL).values.astype(float) for name in ("lower", "upper", "base"))
    count = np.maximum((lower + upper) / 2, 0)
    away = np.log(count + 0.5) - np.log(base) - usual_log_rate(panel)[:, None, None]
    known = np.isfinite(away)
    away = np.where(known, away, 0.0)
    away -= away.sum(axis=1, keepdims=True) / np.maximum(known.sum(axis=1, keepdims=True), 1)
    away = np.where(known, away, 0.0)
    variance = np.maximum((away**2).sum(axis=(1, 2)) / np.maximum(known.sum(axis=(1, 2)), 1), LEAST)
    together = float(np.clip(_correlation(away, known), *BETWEEN))
    own = ((1 - together) * variance)[:, None, None] / ALONE + 1 / np.where(known, count + 0.5, 1.0)
    typical = np.sqrt(together * variance.mean())
    weight = np.where(known, 1 / own, 0.0).sum(axis=0)
    weighted = np.where(known, away / own, 0.0).sum(axis=0)
    return look_ahead(weighted.T[None], weight.T[None], np.array([[0.0], [typical], [0.0]]), persistence)


def _correlation(away: Array, known: Array) -> float:
    """The mean correlation of pairs of indicators, over the cells where both are reported."""
    product, one, other = 0.0, 0.0, 0.0
    for k in range(len(away)):
        for m in range(k):
            both = known[k] & known[m]
            product += float((away[k] * away[m])[both].sum())
            one, other = one + float((away[k] ** 2)[both].sum()), other + float((away[m] ** 2)[both].sum())
    return product / np.sqrt(one * other) if one and other else 0.0


def shared_covariance(periods: int, strength: Array, persistence: Array | float, follows: Array | None = None) -> Array:
    """Covariance of all series of a unit that comes from what they share, (indicator, time, indicator, time).

    Parameters
    ----------
    strength
        (indicator,) of one drift, or (path, indicator) of several that are independent of one another.
    persistence
        One number, or (path,).
    follows
        (indicator,): periods by which each follows the drift; None: none.

    >>> shared_covariance(2, np.array([1.0, 2.0]), 0.5).reshape(4, 4)
    array([[1. , 0.5, 2. , 1. ],
           [0.5, 1. , 1. , 2. ],
           [2. , 1. , 4. , 2. ],
           [1. , 2. , 2. , 4. ]])
    >>> shared_covariance(2, np.array([1.0, 2.0]), 0.5, np.array([0, 1])).reshape(4, 4)[0]
    array([1. , 0.5, 1. , 2. ])
    """
    strength, persistence = np.atleast_2d(strength), np.atleast_1d(persistence)
    at = np.arange(periods)[None, :] - (np.zeros(strength.shape[1]) if follows is None else follows)[:, None]
    lag = np.abs(at[:, :, None, None] - at[None, None])  # (indicator, time, indicator, time)
    found = np.zeros(lag.shape)
    for felt, lasting in zip(strength, persistence, strict=True):
        found += np.einsum("k,l,kslt->kslt", felt, felt, lasting**lag)
    return found
