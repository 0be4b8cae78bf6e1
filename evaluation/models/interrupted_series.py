"""Interrupted series: counts of units without controls. Each unit's own past says what it would have done.

The recipe: settings and assumptions. What it builds is in `graphs/interrupted_series.py`, which imports PyMC; this
file does not, so that a plan can check settings at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import xarray as xr

from evaluation.models.book import Alternative, model
from evaluation.models.parts.advice import by_itself
from evaluation.models.parts.count_settings import (
    count_alternatives,
    count_problems,
    gaussian_once_scales_are_known,
)
from evaluation.models.parts.effect_settings import EffectSettings
from evaluation.models.parts.refusals import nothing_before, too_short
from evaluation.models.parts.season_settings import SeasonSettings
from evaluation.terms.advice import Advice
from evaluation.terms.errors import Problem
from evaluation.terms.question import Question

if TYPE_CHECKING:
    import pymc as pm

_SCALES = (
    "level_sd", "level_spread", "slope_sd", "slope_spread", "bend_sd", "drift_sd", "noise_sd", "break_sd",
    "covariate_sd",
)  # fmt: skip


@model(
    "interrupted_series",
    assumes=(
        "counts_comparable",
        "course_continues",
        "no_hidden_cause",
        "events_apart",
        "no_anticipation",
        "suppressed_at_random",
        "effort_constant",
        "date_known",
        "model_fits",
        "prior_reasonable",
        "data_decide",
        "converged",
    ),
    answers="What did it change, if each series would have gone on as it did before?",
    needs="periods reported before the intervention, eight or more; of months or weeks two years; no other units",
    cannot="tell the intervention from whatever else came at the same time",
)
@dataclass(frozen=True, kw_only=True)
class InterruptedSeries:
    """Counts of indicator k in unit u and period t, all indicators together, without any unit to compare with.

        count[k,u,t] ~ Poisson(base[k,u,t] exp(rate[k,u,t])), or the probability of its interval
        rate[k,u,:]  ~ Normal(mean[k,u,:], level_spread_k^2 + drift_sd_k^2 persistence_k^|lag| + noise_sd_k^2 I)
        mean[k,u,t]  = level[k] + (slope[k] + slope[k,u]) year[t] + sum_b bend[k,u,b] (year[t] - year[b])+
                       + season[k,t] + season[k,u,t] + breaks + covariates
                       + sum_j exposure[j,u,t] effect[j,k,u](event time)

    Several outcomes share a drift of their unit, as in `staggered`.
    A local linear trend: the drift is the local level (a random walk as persistence nears 1), the bends are the steps
    of a slope that walks (Harvey 1989, section 2.3; Brodersen, Gallusser, Koehler, Remy and Scott 2015). Slopes and
    seasons of units are partially pooled. Interrupted series: Bernal, Cummins and Gasparrini (2017).
    """

    noise: str = "lognormal"
    effect: EffectSettings = field(default_factory=EffectSettings)
    season: SeasonSettings = field(default_factory=SeasonSettings)
    anticipation: int = 0
    leads: int = 3
    level_sd: float = 1.5  # log rate of the typical unit around the crude rate: a factor of 4.5 either way
    level_spread: float = 1.5  # units around the typical one
    slope_sd: float = 0.3  # log rate per year: the typical unit grows or falls by up to a third or so
    slope_spread: float = 0.2  # units around that
    bend_every: int = 12  # periods from one change of slope to the next (of weeks, 52 are a year); 0: straight lines
    bend_sd: float = 0.2  # change of slope, log rate per year
    drift_sd: float = 0.3
    drift_persistence: tuple[float, float] = (8.0, 2.0)  # Beta prior: mean 0.8 from one period to the next
    shared_drift_sd: float | None = 0.3  # what all indicators of a unit have in common; None: nothing
    shared_persistence: tuple[float, float] = (8.0, 2.0)
    noise_sd: float = 0.3
    size_exponent: Mapping[str, float] | None = None  # by which large units wander less; None: not at all
    break_sd: float = 1.5
    covariate_sd: float = 0.3
    dispersion: Mapping[str, float] = field(default_factory=lambda: {"mean": 2.0, "sd": 1.0})  # log phi

    def problems(self, where: str) -> list[Problem]:
        """What cannot be."""
        found = count_problems(self, _SCALES, where)
        if self.bend_every < 0:
            found.append(Problem(f"bend_every is {self.bend_every}", where, "give periods, or 0 for straight lines"))
        return found

    def refuses(self, panel: xr.Dataset) -> list[Problem]:
        """Nothing before an event; a series too short for its season."""
        return [*nothing_before(panel), *too_short(panel, self.season)]

    def advises(self, panel: xr.Dataset) -> Advice:
        """Whether each series has a past to be compared with, and whether others would say more."""
        return by_itself(panel)

    @property
    def gaussian(self) -> tuple[str, ...]:
        """Variables that are Gaussian once the scales are known; none where noise or profile stand in the way."""
        return gaussian_once_scales_are_known(self)

    @property
    def alternatives(self) -> Mapping[str, Alternative]:
        """What a colleague might have chosen otherwise: noise, the course of effects, size, and straight lines."""
        bent = 12 if self.bend_every == 0 else 0
        says = "slopes that change over time" if bent else "straight lines, whose slope never changes"
        return count_alternatives(self) | {"trend": Alternative(says, {"bend_every": bent})}

    def build(self, panel: xr.Dataset, question: Question) -> "pm.Model":
        """The PyMC model of this panel: free of results, ready to sample."""
        from evaluation.models.graphs.interrupted_series import build

        return build(self, panel, question)
