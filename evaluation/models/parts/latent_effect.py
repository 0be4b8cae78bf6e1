"""What a law does to the market and to the effort, and through them to each indicator, at once or periods later."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pymc as pm
import pytensor.tensor as pt
import xarray as xr

from evaluation.models.parts.design import Adoptions, periods_since
from evaluation.models.parts.effect import profile_of
from evaluation.models.parts.effect_settings import EffectSettings
from evaluation.models.parts.effect_shift import Shifted
from evaluation.models.parts.loads import CONTROL, MARKET
from evaluation.models.parts.scales import ScaleBlock, Scales
from evaluation.terms.panel import EXPOSURE

Tensor = pt.TensorVariable


@dataclass(frozen=True)
class LatentEffects:
    """Effects drawn in the open model; `onto` adds them to a mean, under any exposure, each indicator at its lag."""

    of_adoption: Tensor  # (indicator, adoption): log rate ratio at full exposure
    share: Tensor  # (event time,): multiplies the effect
    change: Tensor  # (indicator or 1, event time): adds to it
    since: Tensor  # (intervention, unit, time): event time
    intervention: Tensor  # (adoption,) index of the intervention
    unit: Tensor  # (adoption,) index of the unit
    lags: np.ndarray  # (indicator,): periods by which each indicator follows

    def onto(self, mean: Tensor, exposure: Tensor) -> Tensor:
        """The mean (indicator, unit, time) and the log rate ratios of this exposure (intervention, unit, time)."""
        for lag in np.unique(self.lags):
            rows = np.flatnonzero(self.lags == lag)
            change = self.change if self.change.type.shape[0] == 1 else self.change[rows]
            moved: Any = Shifted()(
                mean[rows], self.of_adoption[rows], self.share, change, later(exposure, self.since, int(lag)),
                self.since - int(lag), self.intervention, self.unit,
            )  # fmt: skip
            mean = moved if len(rows) == len(self.lags) else pt.set_subtensor(mean[rows], moved)
        return mean


def later(exposure: Tensor, since: Tensor, lag: int) -> Tensor:
    """Exposure (intervention, unit, time) as it was `lag` periods ago.

    Before the panel begins it is that of the first period for units whose event time says that they were under the
    intervention by then, and none for the others.
    """
    if lag == 0:
        return exposure
    before = pt.ge(since[..., 0][..., None], lag - np.arange(lag))
    return pt.concatenate([exposure[..., 0][..., None] * before, exposure[..., :-lag]], axis=-1)


def latent_effect_scales(settings: EffectSettings, names: tuple[str, ...], load: np.ndarray) -> list[ScaleBlock]:
    """The scales that `draw_latent_effects` pools with; the dim `pool` must be known to the model."""
    blocks = [ScaleBlock("pool_unit_sd", settings.unit_sd, names, dim="pool")]
    return blocks + [ScaleBlock("effect_indicator_sd", settings.indicator_sd, ("",))] * bool(
        deviating(names, load).size
    )


def deviating(names: tuple[str, ...], load: np.ndarray) -> np.ndarray:
    """Indicators that may lie a little off what moves them: all but controls, whose pool is theirs alone."""
    alone = np.array([name.startswith(CONTROL) for name in names])
    return np.flatnonzero(~(load[:, alone] > 0).any(axis=1))


def draw_latent_effects(
    panel: xr.Dataset,
    settings: EffectSettings,
    sds: dict[str, float],
    pools: tuple[tuple[str, ...], np.ndarray],
    adoptions: Adoptions,
    scales: Scales,
    lags: np.ndarray,
) -> LatentEffects:
    """Draw the effects of every adoption on the market, the effort and charging, and so on every indicator.

        effect[k, a] = sum_p load[k, p] (pool[j(a), p] + pool_unit_sd[p] z[p, a]) + indicator_sd step[j(a), k]

    Units differ in what a law does to their market and to their effort: all indicators of a unit feel the same
    difference, so that many indicators of few units do not pass for many units.

    Parameters
    ----------
    sds
        Prior sd of pools that are not the market (effort, charging): log rate ratio.
    pools
        Names of the pools, and loads (indicator, pool), as `loads_of` gives them.
    """
    names, load = pools
    model = pm.modelcontext(None)
    model.add_coord("adoption", adoptions.names)
    mean, sd = prior_of_latent(panel, names, settings, sds)
    # The prior is data, and who adopted what too: another prior, or false adopters, are refits, not other models.
    prior = pm.Data("effect_prior_mean", mean), pm.Data("effect_prior_sd", sd)
    intervention = pm.Data("adoption_intervention", adoptions.intervention, dims="adoption")
    unit = pm.Data("adoption_unit", adoptions.unit, dims="adoption")
    pool = pm.Normal("effect_pool", *prior, dims=("intervention", "pool"))
    between = pm.Normal("effect_unit_step", 0, 1, dims=("pool", "adoption"))
    of_pool = pm.Deterministic(
        "latent_effect", pool[intervention].T + scales["pool_unit_sd"][:, None] * between, dims=("pool", "adoption")
    )
    which = deviating(names, load)
    typical = pool @ load.T
    if which.size:
        step = pm.Normal("effect_indicator_step", 0, 1, shape=(panel.sizes["intervention"], which.size))
        off = scales["effect_indicator_sd"][0] * step @ np.eye(len(load))[which]
    else:
        off = pt.zeros((panel.sizes["intervention"], len(load)))
    typical = pm.Deterministic("effect", typical + off, dims=("intervention", "indicator"))
    of_adoption = pt.dot(load, of_pool) + off[intervention].T
    pm.Deterministic("effect_of_adoption", of_adoption, dims=("indicator", "adoption"))
    pm.Deterministic("effect_unit_sd", pt.sqrt(pt.dot(load, scales["pool_unit_sd"] ** 2)), dims="indicator")
    since = pm.Data("event_time", periods_since(panel), dims=EXPOSURE)
    return LatentEffects(of_adoption, *profile_of(panel, settings, scales), since, intervention, unit, lags)


def prior_of_latent(
    panel: xr.Dataset, names: tuple[str, ...], settings: EffectSettings, sds: dict[str, float]
) -> tuple[np.ndarray, np.ndarray]:
    """Mean and sd of the prior of each (intervention, pool), log rate ratio.

    The chosen prior for the market under an intervention asked about: what is claimed for a law is claimed of the
    market. Effort and charging have their own, around none; controls, and interventions adjusted for, the widest.
    """
    market = panel["asked"].values.astype(bool)[:, None] & (np.array(names) == MARKET)[None, :]
    widest = np.array([sds.get(name, settings.widest.sd) for name in names])
    return (
        np.where(market, settings.chosen.mean, 0.0),
        np.where(market, settings.chosen.sd, np.broadcast_to(widest, market.shape)),
    )
