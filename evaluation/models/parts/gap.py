"""The gap: what happened in each cell under an intervention, less what the untreated cells say would have happened.

Each such cell has a log rate ratio of its own, which may lie far from the typical effect. So a count under an
intervention says next to nothing about levels, shocks, factors or weights, and the untreated cells alone make the
counterfactual (Xu 2017, Political Analysis 25(1); Pang, Liu and Xu 2022, Political Analysis 30(2)). The switch and the
meter are those of every other model.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pymc as pm
import pytensor.tensor as pt
import xarray as xr

from evaluation.models.parts.design import Adoptions, periods_since
from evaluation.models.parts.effect import Effects
from evaluation.models.parts.effect_shift import Shifted
from evaluation.models.parts.gap_shift import GapShifted

Tensor = pt.TensorVariable


@dataclass(frozen=True)
class Gaps:
    """Gaps drawn in the open model; `onto` adds them to a mean, under any exposure."""

    of_cell: Tensor  # (indicator, adoption, time): log rate ratio at full exposure
    intervention: Tensor  # (adoption,) index of the intervention
    unit: Tensor  # (adoption,) index of the unit

    def onto(self, mean: Tensor, exposure: Tensor) -> Tensor:
        """The mean (indicator, unit, time) and the gaps under this exposure (intervention, unit, time)."""
        moved: Any = GapShifted()(mean, self.of_cell, exposure, self.intervention, self.unit)
        return moved


def draw_gaps(panel: xr.Dataset, adoptions: Adoptions, effects: Effects, sd: float) -> Gaps:
    """Draw the gap of every cell around the effect of its adoption: Normal(effect[k,a] h(e), sd^2).

    Drawn itself, not its distance from the effect: counts pin it down, and the effect is a regression on it. A gap is
    drawn for every period, in force or not, so that a law that is moved to other dates is other data of one model;
    outside the periods in force it does nothing.

    Parameters
    ----------
    sd
        Log rate ratio: how far a cell may lie from the effect. Given, not estimated: were it small, cells under the
        intervention would speak on the counterfactual again.
    """
    since = pm.Data("gap_event_time", periods_since(panel)[adoptions.intervention, adoptions.unit][None])
    count, always = len(adoptions), np.ones((1, len(adoptions), panel.sizes["time"]))
    nothing = np.zeros((panel.sizes["indicator"], count, panel.sizes["time"]))
    # every adoption takes the place of a unit here, always exposed to the one thing that there is
    typical: Any = Shifted()(
        nothing, effects.of_adoption, effects.share, effects.change, always, since,
        np.zeros(count, dtype=np.int64), np.arange(count),
    )  # fmt: skip
    of_cell = pm.Normal("gap", typical, sd, dims=("indicator", "adoption", "time"))
    return Gaps(of_cell, effects.intervention, effects.unit)
