"""What an intervention does: partially pooled effects with a profile over event time."""

from dataclasses import dataclass

import numpy as np
import pymc as pm
import pytensor.tensor as pt
import xarray as xr

from evaluation.models.parts.design import Adoptions, periods_since, pools
from evaluation.models.parts.effect_settings import EffectSettings
from evaluation.models.parts.scales import ScaleBlock, Scales
from evaluation.terms.panel import EXPOSURE
from evaluation.terms.question import Question

Tensor = pt.TensorVariable


@dataclass(frozen=True)
class Effects:
    """Effects drawn in the open model; `shift` turns exposure into log rate ratios."""

    of_adoption: Tensor  # (indicator, adoption): log rate ratio at full exposure
    profile: Tensor  # (indicator or 1, adoption, time): added to or multiplying the effect, by `additive`
    additive: bool
    intervention: Tensor  # (adoption,) index of the intervention
    unit: Tensor  # (adoption,) index of the unit
    units: int

    def shift(self, exposure: Tensor) -> Tensor:
        """Log rate ratio of every cell under this exposure (intervention, unit, time): zero exposure gives zero."""
        felt = exposure[self.intervention, self.unit][None]  # (1, adoption, time)
        effect = self.of_adoption[:, :, None]
        by_adoption = felt * (effect + self.profile if self.additive else effect * self.profile)
        nothing = pt.zeros((self.units, by_adoption.shape[0], by_adoption.shape[2]))
        # adds up the adoptions of a unit; units come first, where PyTensor indexes fastest
        return pt.inc_subtensor(nothing[self.unit], by_adoption.dimshuffle(1, 0, 2)).dimshuffle(1, 0, 2)


def effect_scales(panel: xr.Dataset, question: Question, settings: EffectSettings) -> list[ScaleBlock]:
    """The scales that `draw_effects` pools with."""
    indicators = tuple(panel["indicator"].values.astype(str))
    blocks = [ScaleBlock("effect_unit_sd", settings.unit_sd, indicators)]
    if _sharing(pools(panel, question)[1]).size:
        blocks.append(ScaleBlock("effect_indicator_sd", settings.indicator_sd, ("",)))
    if settings.profile == "dynamic":
        blocks.append(ScaleBlock("effect_walk_sd", settings.walk_sd, indicators))
    return blocks


def draw_effects(
    panel: xr.Dataset, question: Question, settings: EffectSettings, adoptions: Adoptions, scales: Scales
) -> Effects:
    """Draw the effects of every adoption on every indicator.

        effect[k, a] = pool[j(a), p(k)] + indicator deviation[j(a), k] + unit_sd[k] * z[k, a]

    pool: the effect of intervention j on the indicators of one role (each negative control is a pool of its own, with
    the widest prior, so that it is never pulled towards the outcomes). Units' effects are partially pooled around it.
    """
    names, pool_of = pools(panel, question)
    model = pm.modelcontext(None)
    model.add_coord("pool", names)
    model.add_coord("adoption", adoptions.names)
    mean, sd = prior_of_pools(panel, names, settings)
    # The prior is data: another named prior is a refit, not another model.
    prior = pm.Data("effect_prior_mean", mean), pm.Data("effect_prior_sd", sd)
    # So is who adopted what: false adopters are a refit too.
    intervention = pm.Data("adoption_intervention", adoptions.intervention, dims="adoption")
    unit = pm.Data("adoption_unit", adoptions.unit, dims="adoption")
    pool = pm.Normal("effect_pool", *prior, dims=("intervention", "pool"))
    typical = pool[:, pool_of] + _indicator_deviation(panel, pool_of, scales)
    pm.Deterministic("effect", typical, dims=("intervention", "indicator"))
    unit_sd = scales["effect_unit_sd"]
    deviation = pm.Normal("effect_unit_step", 0, 1, dims=("indicator", "adoption"))
    of_adoption = typical.T[:, intervention] + unit_sd[:, None] * deviation
    pm.Deterministic("effect_of_adoption", of_adoption, dims=("indicator", "adoption"))
    since = pm.Data("event_time", periods_since(panel), dims=EXPOSURE)[intervention, unit]
    profile, additive = _profile(panel, settings, since, scales)
    return Effects(of_adoption, profile, additive, intervention, unit, panel.sizes["unit"])


def prior_of_pools(
    panel: xr.Dataset, names: tuple[str, ...], settings: EffectSettings
) -> tuple[np.ndarray, np.ndarray]:
    """Mean and sd of the prior of each (intervention, pool), log rate ratio.

    The chosen prior where an intervention asked about meets an outcome; the widest elsewhere.
    """
    asked = (
        panel["asked"].values.astype(bool)[:, None]
        & np.array([not name.startswith("control:") for name in names])[None, :]
    )
    mean = np.where(asked, settings.chosen.mean, settings.widest.mean)
    return mean, np.where(asked, settings.chosen.sd, settings.widest.sd)


def _sharing(pool_of: np.ndarray) -> np.ndarray:
    """Indicators that share their pool with another."""
    return np.flatnonzero(np.bincount(pool_of)[pool_of] > 1)


def _indicator_deviation(panel: xr.Dataset, pool_of: np.ndarray, scales: Scales) -> Tensor | float:
    shared = _sharing(pool_of)
    if not shared.size:
        return 0.0
    step = pm.Normal("effect_indicator_step", 0, 1, shape=(panel.sizes["intervention"], shared.size))
    nothing = pt.zeros((panel.sizes["intervention"], panel.sizes["indicator"]))
    return pt.set_subtensor(nothing[:, shared], scales["effect_indicator_sd"][0] * step)


def _profile(panel: xr.Dataset, settings: EffectSettings, since: Tensor, scales: Scales) -> tuple[Tensor, bool]:
    """The profile over event time of each adoption, and whether it is added (dynamic) or multiplies (step, ramp)."""
    if settings.profile == "step":
        return pt.ones((1, 1, 1)), False
    if settings.profile == "ramp":
        kappa = pm.LogNormal("ramp_periods", np.log(settings.ramp_periods), 0.5)
        return (1 - pt.exp(-(pt.maximum(since, 0) + 1) / kappa))[None], False
    return _dynamic(panel, since, scales), True


def _dynamic(panel: xr.Dataset, since: Tensor, scales: Scales) -> Tensor:
    last = int(np.nanmax(panel["event_time"].values))
    step = pm.Normal("effect_walk_step", 0, 1, shape=(panel.sizes["indicator"], last))
    step = step * scales["effect_walk_sd"][:, None]
    # starts at zero: `effect` is the effect in the first period, and the walk says how it changes from there
    path = pt.concatenate([pt.zeros((panel.sizes["indicator"], 1)), pt.cumsum(step, axis=1)], axis=1)
    return path[:, pt.clip(since, 0, last).astype("int64")]
