"""What an intervention does: partially pooled effects with a profile over event time."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pymc as pm
import pytensor.tensor as pt
import xarray as xr

from evaluation.models.parts.design import ALONE, Adoptions, periods_since, pools
from evaluation.models.parts.effect_settings import EffectSettings
from evaluation.models.parts.effect_shift import Pooled, Shifted
from evaluation.models.parts.scales import ScaleBlock, Scales
from evaluation.terms.panel import EXPOSURE
from evaluation.terms.question import Question

Tensor = pt.TensorVariable


@dataclass(frozen=True)
class Effects:
    """Effects drawn in the open model; `onto` adds them to a mean, under any exposure."""

    of_adoption: Tensor  # (indicator, adoption): log rate ratio at full exposure
    share: Tensor  # (event time,): multiplies the effect
    change: Tensor  # (indicator or 1, event time): adds to it
    since: Tensor  # (intervention, unit, time): event time
    intervention: Tensor  # (adoption,) index of the intervention
    unit: Tensor  # (adoption,) index of the unit

    def onto(self, mean: Tensor, exposure: Tensor) -> Tensor:
        """The mean (indicator, unit, time) and the log rate ratios of this exposure (intervention, unit, time)."""
        moved: Any = Shifted()(
            mean, self.of_adoption, self.share, self.change, exposure, self.since, self.intervention, self.unit
        )
        return moved


def effect_scales(
    panel: xr.Dataset, question: Question, settings: EffectSettings, apart: tuple[str, ...] = ()
) -> list[ScaleBlock]:
    """The scales that `draw_effects` pools with."""
    indicators = tuple(panel["indicator"].values.astype(str))
    blocks = [ScaleBlock("effect_unit_sd", settings.unit_sd, indicators)]
    if sharing(pools(panel, question, apart)[1]).size:
        blocks.append(ScaleBlock("effect_indicator_sd", settings.indicator_sd, ("",)))
    if settings.profile == "dynamic":
        blocks.append(ScaleBlock("effect_walk_sd", settings.walk_sd, indicators))
    return blocks


def draw_effects(
    panel: xr.Dataset,
    question: Question,
    settings: EffectSettings,
    adoptions: Adoptions,
    scales: Scales,
    apart: tuple[str, ...] = (),
) -> Effects:
    """Draw the effects of every adoption on every indicator.

        effect[k, a] = pool[j(a), p(k)] + indicator deviation[j(a), k] + unit_sd[k] * z[k, a]

    pool: the effect of intervention j on the indicators of one role (each negative control, and each indicator set
    `apart`, is a pool of its own, with the widest prior, so that it is never pulled towards the others). Units' effects
    are partially pooled around it.
    """
    names, pool_of = pools(panel, question, apart)
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
    shared = sharing(pool_of)
    if shared.size:
        step = pm.Normal("effect_indicator_step", 0, 1, shape=(panel.sizes["intervention"], shared.size))
        step_sd = scales["effect_indicator_sd"]
    else:
        step, step_sd = pt.zeros((panel.sizes["intervention"], 0)), pt.zeros(1)
    step_of = np.full(len(pool_of), -1)
    step_of[shared] = np.arange(shared.size)
    if panel.sizes["unit"] > 1:
        deviation = pm.Normal("effect_unit_step", 0, 1, dims=("indicator", "adoption"))
    else:  # one unit alone is the typical one; how far the next may lie from it is known from the prior only
        deviation = pt.zeros((panel.sizes["indicator"], len(adoptions)))
    found: Any = Pooled()(
        pool, step, step_sd, deviation, scales["effect_unit_sd"],
        pm.Data("indicator_pool", pool_of), pm.Data("indicator_step", step_of), intervention,
    )  # fmt: skip
    of_adoption, typical = found
    pm.Deterministic("effect", typical, dims=("intervention", "indicator"))
    pm.Deterministic("effect_of_adoption", of_adoption, dims=("indicator", "adoption"))
    since = pm.Data("event_time", periods_since(panel), dims=EXPOSURE)
    return Effects(of_adoption, *profile_of(panel, settings, scales), since, intervention, unit)


def prior_of_pools(
    panel: xr.Dataset, names: tuple[str, ...], settings: EffectSettings
) -> tuple[np.ndarray, np.ndarray]:
    """Mean and sd of the prior of each (intervention, pool), log rate ratio.

    The chosen prior where an intervention asked about meets an outcome that it acts on; the widest elsewhere.
    """
    asked = (
        panel["asked"].values.astype(bool)[:, None] & np.array([not name.startswith(ALONE) for name in names])[None, :]
    )
    mean = np.where(asked, settings.chosen.mean, settings.widest.mean)
    return mean, np.where(asked, settings.chosen.sd, settings.widest.sd)


def sharing(pool_of: np.ndarray) -> np.ndarray:
    """Indicators that share their pool with another."""
    return np.flatnonzero(np.bincount(pool_of)[pool_of] > 1)


def profile_of(panel: xr.Dataset, settings: EffectSettings, scales: Scales) -> tuple[Tensor, Tensor]:
    """What multiplies an effect and what adds to it, in the first period after adoption and in every later one."""
    whole, nothing = pt.ones(1), pt.zeros((1, 1))
    if settings.profile == "ramp":
        kappa = pm.LogNormal("ramp_periods", np.log(settings.ramp_periods), 0.5)
        later = pm.Data("periods_after", 1.0 + np.arange(periods_since(panel).max() + 1))
        return 1 - pt.exp(-later / kappa), nothing
    if settings.profile == "pulse":
        tau = pm.LogNormal("pulse_periods", np.log(settings.pulse_periods), 0.5)
        since = pm.Data("periods_since", np.arange(periods_since(panel).max() + 1))
        return pt.exp(-since / tau), nothing
    if settings.profile == "dynamic":
        return whole, _walk(panel, scales)
    return whole, nothing


def _walk(panel: xr.Dataset, scales: Scales) -> Tensor:
    last = int(np.nanmax(panel["event_time"].values))
    step = pm.Normal("effect_walk_step", 0, 1, shape=(panel.sizes["indicator"], last))
    step = step * scales["effect_walk_sd"][:, None]
    # starts at zero: `effect` is the effect in the first period, and the walk says how it changes from there
    return pt.concatenate([pt.zeros((panel.sizes["indicator"], 1)), pt.cumsum(step, axis=1)], axis=1)
