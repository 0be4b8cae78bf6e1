"""Detection: did the market shrink, or did the police look harder? A market and an effort behind every count.

The recipe: settings and assumptions. What it builds is in `graphs/detection.py`, which imports PyMC; this file does
not, so that a plan can check settings at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import xarray as xr

from evaluation.models.book import Alternative, model
from evaluation.models.parts.advice import beside_others, shown, spilling
from evaluation.models.parts.count_settings import (
    count_alternatives,
    count_problems,
    gaussian_once_scales_are_known,
)
from evaluation.models.parts.effect_settings import EffectSettings
from evaluation.models.parts.loads import CHARGING, EFFORT, load_problems
from evaluation.terms.advice import Advice
from evaluation.terms.errors import Problem
from evaluation.terms.question import Question

if TYPE_CHECKING:
    import pymc as pm

_SCALES = (
    "level_sd", "level_spread", "shock_sd", "region_sd", "drift_sd", "noise_sd", "break_sd",
    "covariate_sd", "effort_sd", "charging_sd",
)  # fmt: skip


@model(
    "detection",
    assumes=(
        "counts_comparable",
        "no_differential_trend",
        "events_apart",
        "no_anticipation",
        "no_spillover",
        "suppressed_at_random",
        "loads_by_role",
        "effort_told_apart",
        "date_known",
        "model_fits",
        "prior_reasonable",
        "data_decide",
        "converged",
    ),
    answers="Did the market shrink, or did authorities look harder?",
    needs="what staggered needs, and an indicator of the market (ads, prices, surveys) beside those of detection",
    cannot="tell the two apart without an indicator of the market: it then says so",
)
@dataclass(frozen=True, kw_only=True)
class Detection:
    """Counts of indicator k in unit u and period t, moved by a market m and an effort d that nobody sees.

        count[k,u,t] ~ Poisson(base[k,u,t] exp(rate[k,u,t])), or the probability of its interval
        rate[k,u,:]  ~ Normal(mean[k,u,:] + unit_scale[k,u] (load_m[k] m[u,:-lag_k] + load_d[k] d[u,:-lag_k]),
                              unit_scale[k,u]^2 (level_sd_k^2 + drift_sd_k^2 persistence_k^|lag| + noise_sd_k^2 I))
        m[u,:], d[u,:] ~ Normal(0, latent_drift_sd^2 shared_persistence^|lag|), each its own
        mean[k,u,t]  = level[k] + common[k,t] + region[k,r(u),t] + breaks + covariates
                       + sum_j exposure[j,u,t-lag_k] effect[j,k,u](event time)
        effect[j,k,u] = load_m[k] market[j,u] + load_d[k] effort[j,u] + load_c[k] charging[j,u] + deviation[j,k]

    Loads are 0 or 1, by role: market indicators feel m; inputs to enforcement d; detections m + d; prosecutions and
    convictions m + d, later, and what the law does to charging. A count of detections is prevalence times the share
    detected (Royle 2004): without an indicator of one of the two, only
    their product is known. What the law did to each is reported with how far the data have told it.
    """

    noise: str = "lognormal"
    effect: EffectSettings = field(default_factory=lambda: EffectSettings(indicator_sd=0.15))
    effort_sd: float = 0.75  # log rate ratio: a law may halve or double how hard authorities look
    charging_sd: float = 0.3  # log rate ratio: of those found, a third more or fewer are charged
    lags: Mapping[str, int] = field(default_factory=dict)  # indicator: periods by which it follows market and effort
    effort_shared_by: tuple[str, ...] = ()  # negative controls that the same officials find: they feel the effort
    anticipation: int = 0
    leads: int = 3
    level_sd: float = 1.5  # log rate of the typical unit around the crude rate: a factor of 4.5 either way
    level_spread: float = 1.5  # units around the typical one
    shock_sd: float = 0.2  # log rate per period: about 20 % from one period to the next
    region_sd: float = 0.1
    drift_sd: float = 0.5
    drift_persistence: tuple[float, float] = (4.0, 2.0)  # Beta prior: mean 0.67 from one period to the next
    shared_drift_sd: float = 0.5  # the market of a unit, and its effort, each wander by a half or so
    shared_persistence: tuple[float, float] = (8.0, 2.0)  # Beta prior: mean 0.8; levels of units are part of it
    noise_sd: float = 0.5
    size_exponent: Mapping[str, float] | None = None  # by which large units wander less; None: not at all
    break_sd: float = 1.5
    covariate_sd: float = 0.3
    dispersion: Mapping[str, float] = field(default_factory=lambda: {"mean": 2.0, "sd": 1.0})  # log phi

    def problems(self, where: str) -> list[Problem]:
        """What cannot be."""
        found = count_problems(self, _SCALES, where)
        wrong = {name: lag for name, lag in self.lags.items() if lag < 0}
        if wrong:
            told = ", ".join(f"{name} ({lag})" for name, lag in wrong.items())
            found.append(Problem(f"lags of less than no period: {told}", f"{where}.lags", "give 0 or more"))
        return found

    def refuses(self, panel: xr.Dataset) -> list[Problem]:
        """One unit alone; indicators whose role says nothing of what moves them; names and lags that cannot be."""
        return load_problems(panel, self.lags, self.effort_shared_by)

    def advises(self, panel: xr.Dataset) -> Advice:
        """Whether there is somebody to compare with, and a figure that shows the market."""
        return beside_others(panel).joined(shown(panel)).joined(spilling(panel, modelled=False))

    @property
    def sds(self) -> dict[str, float]:
        """Prior sd of what a law does beside the market, log rate ratio."""
        return {EFFORT: self.effort_sd, CHARGING: self.charging_sd}

    @property
    def gaussian(self) -> tuple[str, ...]:
        """Variables that are Gaussian once the scales are known; none with negative binomial noise or a ramp."""
        return gaussian_once_scales_are_known(self)

    @property
    def alternatives(self) -> Mapping[str, Alternative]:
        """What a colleague might have chosen otherwise: noise, the course of effects, what size does."""
        return count_alternatives(self)

    def build(self, panel: xr.Dataset, question: Question) -> "pm.Model":
        """The PyMC model of this panel: free of results, ready to sample."""
        from evaluation.models.graphs.detection import build

        return build(self, panel, question)
