"""Staggered adoption: counts of several indicators across units that adopt an intervention at different times.

The recipe: settings and assumptions. What it builds is in `graphs/staggered.py`, which imports PyMC; this file does
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
from evaluation.models.parts.refusals import alone
from evaluation.terms.advice import Advice
from evaluation.terms.errors import Problem
from evaluation.terms.question import Question

if TYPE_CHECKING:
    import pymc as pm

_SCALES = (
    "level_sd", "level_spread", "shock_sd", "region_sd", "drift_sd", "noise_sd", "break_sd", "covariate_sd",
)  # fmt: skip


@model(
    "staggered",
    assumes=(
        "counts_comparable",
        "no_differential_trend",
        "events_apart",
        "no_anticipation",
        "no_spillover",
        "suppressed_at_random",
        "effort_constant",
        "date_known",
        "model_fits",
        "prior_reasonable",
        "data_decide",
        "converged",
    ),
    answers="What did it change in the units that adopted it, beyond what happened to the others meanwhile?",
    needs="two units or more, some of them not (or not yet) under the intervention while others are",
    cannot="say what moved next door, or what happened where everybody adopted at once",
)
@dataclass(frozen=True, kw_only=True)
class Staggered:
    """Counts of indicator k in unit u and period t, all indicators together.

        count[k,u,t] ~ Poisson(base[k,u,t] exp(rate[k,u,t])), or the probability of its interval
        rate[k,u,:]  ~ Normal(mean[k,u,:] + unit_scale[k,u] shared_drift_sd_k shared[u,:],
                              unit_scale[k,u]^2 (level_sd_k^2 + drift_sd_k^2 persistence_k^|lag| + noise_sd_k^2 I))
        shared[u,:]  ~ Normal(0, shared_persistence^|lag|)
        mean[k,u,t]  = level[k] + common[k,t] + region[k,r(u),t] + breaks + covariates
                       + sum_j exposure[j,u,t] effect[j,k,u](event time)

    `unit_scale` is 1; with `size_exponent` it is (size / typical size)^-exponent, size being the exposure base. The
    serially correlated drift keeps intervals honest (Bertrand, Duflo and Mullainathan 2004), that of the average over
    outcomes the drift they share; effects differ between units and over event time, as staggered adoption needs
    (Wooldridge 2021; Borusyak, Jaravel and Spiess 2024). With
    `noise: negative_binomial` the overdispersion leaves the field and enters the counts.
    """

    noise: str = "lognormal"
    effect: EffectSettings = field(default_factory=EffectSettings)
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
        return count_problems(self, _SCALES, where)

    def refuses(self, panel: xr.Dataset) -> list[Problem]:
        """One unit alone: there is nothing to compare it with."""
        return alone(panel)

    def advises(self, panel: xr.Dataset) -> Advice:
        """Whether there is somebody to compare with, and whether neighbours would spoil it."""
        return beside_others(panel).joined(spilling(panel, modelled=False))

    @property
    def gaussian(self) -> tuple[str, ...]:
        """Variables that are Gaussian once the scales are known; none with negative binomial noise or a ramp."""
        return gaussian_once_scales_are_known(self)

    @property
    def alternatives(self) -> Mapping[str, Alternative]:
        """What a colleague might have chosen otherwise: the noise of counts, the course of effects, what size does."""
        return count_alternatives(self)

    def build(self, panel: xr.Dataset, question: Question) -> "pm.Model":
        """The PyMC model of this panel: free of results, ready to sample."""
        from evaluation.models.graphs.staggered import build

        return build(self, panel, question)
