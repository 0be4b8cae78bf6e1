"""Synthetic control: one or few treated units, each beside a mixture of donors that moved like it before.

The recipe: settings and assumptions. What it builds is in `graphs/synthetic_control.py`, which imports PyMC; this file
does not, so that a plan can check settings at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import xarray as xr

from evaluation.models.book import Alternative, model
from evaluation.models.parts.advice import courses, few_beside_many, spilling
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
    "level_sd", "shock_sd", "donor_level_sd", "donor_drift_sd", "donor_noise_sd", "own_level_sd", "own_drift_sd",
    "own_noise_sd", "gap_sd", "break_sd", "covariate_sd",
)  # fmt: skip


@model(
    "synthetic_control",
    assumes=(
        "counts_comparable",
        "donors_span",
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
    answers="What did it change in one or a few units, beside a mixture of others that moved like them before?",
    needs="three units or more that never had anything of the kind, and periods before it: ten or more",
    cannot="speak for other units than the treated ones, or where no mixture of donors comes near them",
)
@dataclass(frozen=True, kw_only=True)
class SyntheticControl:
    """Counts of indicator k in unit u and period t; d runs over donors, units never under any intervention.

        count[k,u,t] ~ Poisson(base[k,u,t] exp(rate[k,u,t])), or the probability of its interval
        rate[k,d,:]  ~ Normal(mean[k,d,:], donor_level_k^2 + donor_drift_k^2 persistence_k^|lag| + donor_noise_k^2 I)
        rate[k,u,:]  ~ Normal(mean[k,u,:] + sum_d weight[u,d] (rate[k,d,:] - mean[k,d,:]),
                              own_level_k^2 + own_drift_k^2 own_persistence_k^|lag| + own_noise_k^2 I)
        mean[k,u,t]  = level[k] + common[k,t] + breaks + covariates + sum_j exposure[j,u,t] gap[j,k,u,t]
        weight[u,:]  ~ Dirichlet(a), a so small that about `typical_donors` carry it
        gap[j,k,u,t] ~ Normal(effect[j,k,u](event time), gap_sd^2)

    Abadie, Diamond and Hainmueller (2010), with weights, the donors' own noise, and what no mixture explains (a level
    of its own: Doudchenko and Imbens 2016; a drift, a noise) estimated together from the periods before.
    """

    noise: str = "lognormal"
    effect: EffectSettings = field(default_factory=EffectSettings)
    reads: str = "gap"
    gap_sd: float = 0.5  # log rate ratio: a cell may lie by a half or double around its adoption's effect
    typical_donors: float = 4.0  # one over the sum of squared weights, before anything is known
    anticipation: int = 0
    leads: int = 3
    level_sd: float = 1.5  # log rate of the typical unit around the crude rate: a factor of 4.5 either way
    shock_sd: float = 0.2  # log rate per period: about 20 % from one period to the next
    donor_level_sd: float = 1.5  # donors around the typical one
    donor_drift_sd: float = 0.5
    donor_persistence: tuple[float, float] = (4.0, 2.0)  # Beta prior: mean 0.67 from one period to the next
    donor_noise_sd: float = 0.3
    own_level_sd: float = 0.1  # log rate of a treated unit around its mixture: about 10 %
    own_drift_sd: float = 0.1
    own_persistence: tuple[float, float] = (4.0, 2.0)
    own_noise_sd: float = 0.1
    break_sd: float = 1.5
    covariate_sd: float = 0.3
    dispersion: Mapping[str, float] = field(default_factory=lambda: {"mean": 2.0, "sd": 1.0})  # log phi

    def problems(self, where: str) -> list[Problem]:
        """What cannot be."""
        found = count_problems(self, _SCALES, where) + reading_problems(self, where)
        if self.typical_donors <= 1:
            advice = "give more than 1: how many donors carry a mixture, about"
            found.append(Problem(f"typical_donors is {self.typical_donors}", where, advice))
        return found

    def refuses(self, panel: xr.Dataset) -> list[Problem]:
        """One unit alone; fewer than two donors; nothing before an event."""
        if panel.sizes["unit"] == 1:
            return alone(panel)
        return [*too_few_untreated(panel, FEWEST_DONORS), *nothing_before(panel)]

    def advises(self, panel: xr.Dataset) -> Advice:
        """Whether treated units are few and donors many, and long enough watched."""
        return few_beside_many(panel).joined(courses(panel)).joined(spilling(panel, modelled=False))

    @property
    def alternatives(self) -> Mapping[str, Alternative]:
        """What a colleague might have chosen otherwise: noise, the course of effects, another reading of them."""
        return {name: one for name, one in count_alternatives(self).items() if name != "size"} | other_reading(self)

    def build(self, panel: xr.Dataset, question: Question) -> "pm.Model":
        """The PyMC model of this panel: free of results, ready to sample."""
        from evaluation.models.graphs.synthetic_control import build

        return build(self, panel, question)


FEWEST_DONORS = 2
