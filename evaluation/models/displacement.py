"""Displacement: staggered adoption where what a law moves may turn up next door, or on a rival platform.

The recipe: settings and assumptions. What it builds is in `graphs/displacement.py`, which imports PyMC; this file does
not, so that a plan can check settings at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import xarray as xr

from evaluation.models.book import Alternative, model
from evaluation.models.parts.advice import beside_others, spilling
from evaluation.models.parts.count_settings import (
    count_alternatives,
    count_problems,
    gaussian_once_scales_are_known,
)
from evaluation.models.parts.effect_settings import EffectSettings
from evaluation.models.parts.neighbours import ISLANDS, NOBODY, neighbour_problems
from evaluation.models.parts.refusals import alone, no_such_rivals
from evaluation.models.parts.spill_settings import SpillSettings
from evaluation.terms.advice import Advice
from evaluation.terms.errors import Problem, nearest
from evaluation.terms.question import Question

if TYPE_CHECKING:
    import pymc as pm

_SCALES = (
    "level_sd", "level_spread", "shock_sd", "region_sd", "drift_sd", "noise_sd", "break_sd", "covariate_sd",
)  # fmt: skip


@model(
    "displacement",
    assumes=(
        "counts_comparable",
        "no_differential_trend",
        "events_apart",
        "no_anticipation",
        "spillover_along_weights",
        "suppressed_at_random",
        "effort_constant",
        "date_known",
        "model_fits",
        "prior_reasonable",
        "data_decide",
        "converged",
    ),
    answers="Did the market shrink, or did it only move: next door, or to a rival platform?",
    needs="what staggered needs, and neighbours (panel.neighbours) or rivals (model.rivals)",
    cannot="find what moved along other lines than the given ones",
)
@dataclass(frozen=True, kw_only=True)
class Displacement:
    """Counts of indicator k in unit u and period t, where laws of neighbours v and of rivals are felt too.

        count[k,u,t] ~ Poisson(base[k,u,t] exp(rate[k,u,t])), or the probability of its interval
        rate[k,u,:]  ~ Normal(mean[k,u,:], unit_scale[k,u]^2 (level_sd_k^2 + drift_sd_k^2 persistence_k^|lag|
                                                              + noise_sd_k^2 I))
        mean[k,u,t]  = level[k] + common[k,t] + region[k,r(u),t] + breaks + covariates
                       + sum_j exposure[j,u,t] effect[j,k,u](event time)
                       + sum_j spill[j,k,u] sum_v weight[u,v] exposure[j,v,t] profile(event time of v)

    Without the last line it is `staggered`, whose shared drift of several outcomes it has too. Weights of a unit's
    neighbours add up to 1, as those of a spatially lagged exposure do (Halleck Vega and Elhorst 2015; LeSage and
    Pace 2009). Untreated neighbours that a law reached are no longer taken for what would have been without it
    (Clarke 2017; Butts 2023). Rivals are indicators that a law on the others moves: each has an effect of its own,
    pooled with none.
    """

    noise: str = "lognormal"
    effect: EffectSettings = field(default_factory=EffectSettings)
    spill: SpillSettings = field(default_factory=SpillSettings)
    rivals: tuple[str, ...] = ()  # outcomes the law does not act on: other platforms, ways round it
    islands: str = "refuse"  # units without neighbours: refuse, or none (nothing spills over to them)
    anticipation: int = 0
    leads: int = 3
    level_sd: float = 1.5  # log rate of the typical unit around the crude rate: a factor of 4.5 either way
    level_spread: float = 1.5  # units around the typical one
    shock_sd: float = 0.2  # log rate per period: about 20 % from one period to the next
    region_sd: float = 0.1
    drift_sd: float = 0.5
    drift_persistence: tuple[float, float] = (4.0, 2.0)  # Beta prior: mean 0.67 from one period to the next
    shared_drift_sd: float | None = 0.5  # what all indicators of a unit have in common; None: nothing
    shared_persistence: tuple[float, float] = (8.0, 2.0)  # Beta prior: mean 0.8; levels of units are part of it
    noise_sd: float = 0.5
    size_exponent: Mapping[str, float] | None = None  # by which large units wander less; None: not at all
    break_sd: float = 1.5
    covariate_sd: float = 0.3
    dispersion: Mapping[str, float] = field(default_factory=lambda: {"mean": 2.0, "sd": 1.0})  # log phi

    def problems(self, where: str) -> list[Problem]:
        """What cannot be."""
        found = count_problems(self, _SCALES, where)
        if self.islands not in ISLANDS:
            advice = nearest(self.islands, ISLANDS)
            found.append(Problem(f"islands is '{self.islands}'", f"{where}.islands", advice))
        return found

    def refuses(self, panel: xr.Dataset) -> list[Problem]:
        """One unit alone; nothing along which anything could spill over; units without neighbours; unknown rivals."""
        found = [*alone(panel), *no_such_rivals(panel, self.rivals)]
        if self.spill.places and ("weights" in panel or not self.rivals):
            found += neighbour_problems(panel, allowed=self.islands == NOBODY)
        return found

    def advises(self, panel: xr.Dataset) -> Advice:
        """Whether there is somebody to compare with, and somebody whom nothing reached."""
        return beside_others(panel).joined(spilling(panel, modelled=self.spill.places))

    def along(self, panel: xr.Dataset) -> bool:
        """Whether anything spills over along weights of neighbours in this panel."""
        return self.spill.places and "weights" in panel

    @property
    def gaussian(self) -> tuple[str, ...]:
        """Variables that are Gaussian once the scales are known; none with negative binomial noise or a ramp."""
        own = gaussian_once_scales_are_known(self)
        return (*own, "spill_pool", "spill_indicator_step", "spill_unit_step") if own else ()

    @property
    def alternatives(self) -> Mapping[str, Alternative]:
        """What a colleague might have chosen otherwise: noise, the course of effects, size, and no spill-over."""
        says = "nothing spills over to neighbours" if self.spill.places else "laws are felt by neighbours too"
        places = Alternative(says, {"spill": {"places": not self.spill.places}})
        return count_alternatives(self) | {"neighbours": places}

    def build(self, panel: xr.Dataset, question: Question) -> "pm.Model":
        """The PyMC model of this panel: free of results, ready to sample."""
        from evaluation.models.graphs.displacement import build

        return build(self, panel, question)
