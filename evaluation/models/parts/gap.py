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
from pymc.distributions.transforms import Transform

from evaluation.models.parts.design import Adoptions, periods_since
from evaluation.models.parts.effect import Effects
from evaluation.models.parts.effect_shift import Shifted
from evaluation.models.parts.gap_shift import GapShifted
from evaluation.terms.panel import EXPOSURE

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


def draw_gaps(panel: xr.Dataset, adoptions: Adoptions, effects: Effects, sd: float, course: Tensor) -> Gaps:
    """Draw the gap of every cell around the effect of its adoption: Normal(effect[k,a] h(e), sd^2).

    Drawn itself, not its distance from the effect: counts pin it down, and the effect is a regression on it. A gap is
    drawn for every period, in force or not, so that a law that is moved to other dates is other data of one model;
    outside the periods in force it does nothing.

    Parameters
    ----------
    sd
        Log rate ratio: how far a cell may lie from the effect. Given, not estimated: were it small, cells under the
        intervention would speak on the counterfactual again.
    course
        (indicator, unit, time), log rate: about what would have been without any intervention. Only the sampler's
        coordinates depend on it: counts pin the sum of course and gap down, so that one moves against the other.
    """
    at = adoptions.intervention, adoptions.unit
    since = pm.Data("gap_event_time", periods_since(panel)[at][None])
    count, always = len(adoptions), np.ones((1, len(adoptions), panel.sizes["time"]))
    nothing = np.zeros((panel.sizes["indicator"], count, panel.sizes["time"]))
    # every adoption takes the place of a unit here, always exposed to the one thing that there is
    typical: Any = Shifted()(
        nothing, effects.of_adoption, effects.share, effects.change, always, since,
        np.zeros(count, dtype=np.int64), np.arange(count),
    )  # fmt: skip
    exposed = panel["exposure"].transpose(*EXPOSURE).values[at].astype(float)
    counts_for = pm.Data("gap_counts_for", np.where(exposed > FELT, 1 / np.maximum(exposed, FELT), 0.0))
    beside = course.dimshuffle(1, 0, 2)[effects.unit].dimshuffle(1, 0, 2) * counts_for[None]
    of_cell = pm.CustomDist(
        "gap", typical, sd, beside,
        logp=_logp, random=_draw, support_point=_start, transform=BesideCourse(),
        dims=("indicator", "adoption", "time"),
    )  # fmt: skip
    return Gaps(of_cell, effects.intervention, effects.unit)


FELT = 0.05  # share of a period and of full intensity below which a count says nothing of the gap


class BesideCourse(Transform):  # type: ignore[misc]
    """What the sampler moves: the gap and the course without it, together, where a count knows them together."""

    name = "beside_course"

    def forward(self, value: Tensor, *inputs: Tensor) -> Tensor:
        """From gaps to sums."""
        return value + inputs[-1]

    def backward(self, value: Tensor, *inputs: Tensor) -> Tensor:
        """From sums to gaps."""
        return value - inputs[-1]

    def log_jac_det(self, value: Tensor, *inputs: Tensor) -> Tensor:
        """None: a shift."""
        return pt.zeros_like(value)


def _logp(value: Any, typical: Any, sd: Any, beside: Any) -> Any:
    return pm.logp(pm.Normal.dist(typical, sd), value)


def _start(variable: Tensor, size: Tensor, typical: Tensor, sd: Tensor, beside: Tensor) -> Tensor:
    return pt.broadcast_to(typical, beside.shape)


def _draw(
    typical: np.ndarray, sd: np.ndarray, beside: np.ndarray, rng: np.random.Generator, size: tuple[int, ...] | None
) -> np.ndarray:
    return rng.normal(typical, sd, size=size)
