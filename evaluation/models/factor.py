"""Latent factors: counts of units that follow courses they share, each to a degree of its own.

The recipe: settings and assumptions. What it builds is in `graphs/factor.py`, which imports PyMC; this file does not,
so that a plan can check settings at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import xarray as xr

from evaluation.models.book import Alternative, model
from evaluation.models.parts.advice import beside_others, courses, spilling
from evaluation.models.parts.count_settings import count_alternatives, count_problems
from evaluation.models.parts.effect_settings import EffectSettings
from evaluation.models.parts.gap_settings import other_reading, reading_problems
from evaluation.models.parts.refusals import alone, nothing_before, too_few_untreated
from evaluation.terms.advice import Advice
from evaluation.terms.errors import Problem
from evaluation.terms.question import Question

if TYPE_CHECKING:
    import pymc as pm

_SCALES = (
    "level_sd", "level_spread", "shock_sd", "region_sd", "factor_sd", "gap_sd", "drift_sd", "noise_sd", "break_sd",
    "covariate_sd", "slope_spread",
)  # fmt: skip


@model(
    "factor",
    assumes=(
        "counts_comparable",
        "loadings_stay",
        "no_hidden_cause",
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
    answers="What did it change, if units follow common courses, each to a degree of its own, and not in parallel?",
    needs="some units that never had it (two more than factors), and periods before it in those that did: ten or more",
    cannot="tell a law from a course that adopters alone began to follow when it came",
)
@dataclass(frozen=True, kw_only=True)
class Factor:
    """Counts of indicator k in unit u and period t, all indicators together.

        count[k,u,t] ~ Poisson(base[k,u,t] exp(rate[k,u,t])), or the probability of its interval
        rate[k,u,:]  ~ Normal(mean[k,u,:], level_spread_k^2 + drift_sd_k^2 persistence_k^|lag| + noise_sd_k^2 I)
        mean[k,u,t]  = level[k] + common[k,t] + region[k,r(u),t] + breaks + covariates
                       + sum_f factor_sd[f,k] loading[f,k,u] factor[f,t]
                       + sum_j exposure[j,u,t] gap[j,k,u,t]
        gap[j,k,u,t] ~ Normal(effect[j,k,u](event time), gap_sd^2)

    What hits all units, but some harder than others, is a factor; staggered adoption in parallel is the case of none
    (Xu 2017; Athey, Bayati, Doudchenko, Imbens and Khosravi 2021; Pang, Liu and Xu 2022). How many are used the data
    say: each one's prior is narrower than the last one's (Bhattacharya and Dunson 2011).
    """

    noise: str = "lognormal"
    effect: EffectSettings = field(default_factory=EffectSettings)
    reads: str = "gap"
    gap_sd: float = 0.5  # log rate ratio: a cell may lie by a half or double around its adoption's effect
    factors: int = 3
    factor_sd: float = 0.5  # log rate: what the first factor does to a typical unit
    factor_shrinkage: float = 0.6  # each factor's prior scale beside the last one's
    factor_persistence: tuple[float, float] = (4.0, 2.0)  # Beta prior: mean 0.67 from one period to the next
    anticipation: int = 0
    leads: int = 3
    level_sd: float = 1.5  # log rate of the typical unit around the crude rate: a factor of 4.5 either way
    level_spread: float = 1.5  # units around the typical one
    shock_sd: float = 0.2  # log rate per period: about 20 % from one period to the next
    region_sd: float = 0.1
    drift_sd: float = 0.3
    drift_persistence: tuple[float, float] = (4.0, 2.0)  # Beta prior: mean 0.67 from one period to the next
    shared_drift_sd: float | None = 0.5  # what all indicators of a unit have in common; None: nothing
    shared_persistence: tuple[float, float] = (8.0, 2.0)  # Beta prior: mean 0.8; levels of units are part of it
    noise_sd: float = 0.3
    size_exponent: Mapping[str, float] | None = None  # by which large units wander less; None: not at all
    break_sd: float = 1.5
    covariate_sd: float = 0.3
    slopes_differ: bool = False  # whether slopes on covariates differ between units, and between periods
    slope_spread: float = 0.2  # log rate, of one standard deviation of a covariate: by so much
    dispersion: Mapping[str, float] = field(default_factory=lambda: {"mean": 2.0, "sd": 1.0})  # log phi

    def problems(self, where: str) -> list[Problem]:
        """What cannot be."""
        found = count_problems(self, _SCALES, where) + reading_problems(self, where)
        if self.factors < 1:
            found.append(Problem(f"factors is {self.factors}", where, "give 1 or more; without any, take staggered"))
        if not 0 < self.factor_shrinkage <= 1:
            found.append(Problem(f"factor_shrinkage is {self.factor_shrinkage}", where, "give more than 0, at most 1"))
        return found

    def refuses(self, panel: xr.Dataset) -> list[Problem]:
        """One unit alone; too few untreated units to show a factor; nothing before an event."""
        if panel.sizes["unit"] == 1:
            return alone(panel)
        return [
            *too_few_untreated(panel, self.factors + 2, ", or ask for fewer factors (model.factors)"),
            *nothing_before(panel),
        ]

    def advises(self, panel: xr.Dataset) -> Advice:
        """Whether there is somebody to learn courses from, and long enough to learn how closely adopters follow."""
        return beside_others(panel).joined(courses(panel)).joined(spilling(panel, modelled=False))

    @property
    def unidentified(self) -> tuple[str, ...]:
        """Variables whose signs, order and rotation are the sampler's own."""
        return ("factor_sd", "factor_persistence", "factor_step", "loading")

    @property
    def alternatives(self) -> Mapping[str, Alternative]:
        """What a colleague might have chosen otherwise: noise, the course of effects, size, another reading."""
        return count_alternatives(self) | other_reading(self)

    def build(self, panel: xr.Dataset, question: Question) -> "pm.Model":
        """The PyMC model of this panel: free of results, ready to sample."""
        from evaluation.models.graphs.factor import build

        return build(self, panel, question)
