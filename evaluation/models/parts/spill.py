"""What a law does next door: partially pooled effects on units whose neighbours are under it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pymc as pm
import pytensor.tensor as pt
import xarray as xr

from evaluation.models.parts.design import pools
from evaluation.models.parts.effect import Effects, sharing
from evaluation.models.parts.effect_shift import Pooled
from evaluation.models.parts.neighbours import weights_of
from evaluation.models.parts.scales import ScaleBlock, Scales
from evaluation.models.parts.spill_settings import SpillSettings
from evaluation.models.parts.spill_shift import Spilled
from evaluation.terms.question import Question

Tensor = pt.TensorVariable


@dataclass(frozen=True)
class Spills:
    """What spills over, drawn in the open model; `onto` adds it to a mean, under any exposure."""

    of_receiver: Tensor  # (indicator, intervention x unit): log rate ratio where all neighbours are under it
    share: Tensor  # (event time,): that of the law's own effect
    since: Tensor  # (intervention, unit, time): event time
    weight: Tensor  # (pair,)
    sender: Tensor  # (pair,) index of the unit under the law
    receiver: Tensor  # (pair,) index of its neighbour

    def onto(self, mean: Tensor, exposure: Tensor) -> Tensor:
        """The mean (indicator, unit, time) and what reaches it of this exposure (intervention, unit, time)."""
        moved: Any = Spilled()(
            mean, self.of_receiver, self.share, exposure, self.since, self.weight, self.sender, self.receiver
        )
        return moved


def spill_scales(panel: xr.Dataset, settings: SpillSettings) -> list[ScaleBlock]:
    """The scales that `draw_spills` pools with, beside those of the effects."""
    return [ScaleBlock("spill_unit_sd", settings.unit_sd, tuple(panel["indicator"].values.astype(str)))]


def draw_spills(
    panel: xr.Dataset,
    question: Question,
    settings: SpillSettings,
    scales: Scales,
    effects: Effects,
    apart: tuple[str, ...] = (),
) -> Spills:
    """Draw what spills over to every unit, pooled as the effects are, around none.

        spill[k, j, u] = pool[j, p(k)] + indicator deviation[j, k] + spill_unit_sd[k] * z[k, j, u]

    A unit with no neighbour under the law has numbers too, known from their prior only: who has one is data, as a
    refit may move a date or give a law to others.
    """
    _, pool_of = pools(panel, question, apart)
    interventions, units = (panel[name].values.astype(str) for name in ("intervention", "unit"))
    model = pm.modelcontext(None)
    model.add_coord("receiver", [f"{law}:{unit}" for law in interventions for unit in units])
    pool = pm.Normal("spill_pool", 0, settings.sd, dims=("intervention", "pool"))
    shared = sharing(pool_of)
    step, step_sd = pt.zeros((len(interventions), 0)), pt.zeros(1)
    if shared.size:
        step = pm.Normal("spill_indicator_step", 0, 1, shape=(len(interventions), shared.size))
        step_sd = scales["effect_indicator_sd"]
    deviation = pm.Normal("spill_unit_step", 0, 1, dims=("indicator", "receiver"))
    found: Any = Pooled()(
        pool, step, step_sd, deviation, scales["spill_unit_sd"], model["indicator_pool"], model["indicator_step"],
        np.repeat(np.arange(len(interventions)), len(units)),
    )  # fmt: skip
    of_receiver, typical = found
    pm.Deterministic("spill", typical, dims=("intervention", "indicator"))
    pm.Deterministic("spill_of_receiver", of_receiver, dims=("indicator", "receiver"))
    weights = weights_of(panel)
    receiver, sender = np.nonzero(weights)
    pairs = pm.Data("weight", weights[receiver, sender]), pm.Data("sender", sender), pm.Data("receiver_unit", receiver)
    return Spills(of_receiver, effects.share, effects.since, *pairs)
