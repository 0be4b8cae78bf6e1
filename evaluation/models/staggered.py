"""Staggered adoption: counts of several indicators across units that adopt an intervention at different times."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pymc as pm
import pytensor.tensor as pt
import xarray as xr

from evaluation.models.book import model
from evaluation.models.parts.design import Adoptions, adoptions_of
from evaluation.models.parts.effect import EffectSettings, draw_effects, effect_scales
from evaluation.models.parts.field import log_rate_field
from evaluation.models.parts.observation import observe
from evaluation.models.parts.panel import open_on
from evaluation.models.parts.predictor import Term, linear_mean
from evaluation.models.parts.scales import ScaleBlock, Scales, draw_scales
from evaluation.models.parts.terms import breaks, common_shocks, covariates, leads, level, regional_shocks
from evaluation.terms.errors import Problem, nearest
from evaluation.terms.panel import CELL
from evaluation.terms.question import Question

NOISES = ("lognormal", "negative_binomial")


@model(
    "staggered",
    assumes=(
        "counts_comparable",
        "no_differential_trend",
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
)
@dataclass(frozen=True, kw_only=True)
class Staggered:
    """Counts of indicator k in unit u and period t, all indicators together.

        count[k,u,t] ~ Poisson(base[k,u,t] exp(rate[k,u,t])), or the probability of its interval
        rate[k,u,:]  ~ Normal(mean[k,u,:], level_sd_k^2 + drift_sd_k^2 persistence_k^|lag| + noise_sd_k^2 I)
        mean[k,u,t]  = level[k] + common[k,t] + region[k,r(u),t] + breaks + covariates
                       + sum_j exposure[j,u,t] effect[j,k,u](event time)

    The serially correlated drift keeps intervals honest (Bertrand, Duflo and Mullainathan 2004); effects differ
    between units and over event time, as staggered adoption needs (Wooldridge 2021; Borusyak, Jaravel and Spiess
    2024). With `noise: negative_binomial` the overdispersion leaves the field and enters the counts.
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
    noise_sd: float = 0.5
    break_sd: float = 1.5
    covariate_sd: float = 0.3
    dispersion: Mapping[str, float] = field(default_factory=lambda: {"mean": 2.0, "sd": 1.0})  # log phi

    def problems(self, where: str) -> list[Problem]:
        """What cannot be."""
        found = []
        if self.noise not in NOISES:
            found.append(Problem(f"no noise is called '{self.noise}'", f"{where}.noise", nearest(self.noise, NOISES)))
        if not 0 <= self.anticipation <= self.leads:
            found.append(Problem(f"anticipation is {self.anticipation}", where, f"give 0 to leads ({self.leads})"))
        scales = (
            "level_sd",
            "level_spread",
            "shock_sd",
            "region_sd",
            "drift_sd",
            "noise_sd",
            "break_sd",
            "covariate_sd",
        )
        found += [
            Problem(f"{name} is {getattr(self, name)}", where, "give a positive scale")
            for name in scales
            if getattr(self, name) <= 0
        ]
        return found

    def build(self, panel: xr.Dataset, question: Question) -> pm.Model:
        """The PyMC model of this panel: free of results, ready to sample."""
        adoptions = adoptions_of(panel)
        names, regions = np.unique(panel["region"].values.astype(str), return_inverse=True)
        with open_on(panel) as built:
            scales = draw_scales([*self._scales(panel, len(names)), *effect_scales(panel, question, self.effect)])
            terms = self._terms(panel, adoptions, regions, names)
            mean = linear_mean(terms, scales, tuple(panel["indicator"].values.astype(str)), regions)
            effects = draw_effects(panel, question, self.effect, adoptions, scales)
            persistence = pm.Beta("drift_persistence", *self.drift_persistence, dims="indicator")
            mean = pm.Deterministic("log_rate_mean", mean + effects.shift(built["exposed"]), dims=CELL)
            rate = log_rate_field("log_rate", mean, self._field(scales), persistence)
            log_mu = built["log_base"] + rate
            # The field was drawn under the exposure as it was; turning the switch moves the expected count by the
            # difference between the two exposures, and by nothing else.
            turned = effects.shift(built["exposure"]) - effects.shift(built["exposed"])
            pm.Deterministic("mu", pt.exp(log_mu + turned), dims=CELL)
            observe(panel, log_mu, self._dispersion())
        return built

    def _scales(self, panel: xr.Dataset, regions: int) -> list[ScaleBlock]:
        indicators = tuple(panel["indicator"].values.astype(str))
        blocks = [
            ScaleBlock("level_spread", self.level_spread, indicators),
            ScaleBlock("drift_sd", self.drift_sd, indicators),
        ]
        if self.noise == "lognormal":
            blocks.append(ScaleBlock("noise_sd", self.noise_sd, indicators))
        blocks.append(ScaleBlock("common_sd", self.shock_sd, indicators))
        if regions > 1:
            blocks.append(ScaleBlock("region_sd", self.region_sd, indicators))
        return blocks

    def _field(self, scales: Scales) -> pt.TensorVariable:
        """Scales of the field, (3, indicator). With negative binomial noise the overdispersion is in the counts."""
        rows = [scales["level_spread"], scales["drift_sd"]]
        rows.append(scales["noise_sd"] if "noise_sd" in scales else pt.zeros_like(rows[0]))
        return pt.stack(rows)

    def _terms(self, panel: xr.Dataset, adoptions: Adoptions, regions: np.ndarray, names: np.ndarray) -> list[Term]:
        chosen = [level(panel, self.level_sd), common_shocks(panel)]
        if len(names) > 1:
            chosen.append(regional_shocks(panel, regions, names))
        if panel.sizes.get("break", 0):
            chosen.append(breaks(panel, self.break_sd))
        if panel.sizes.get("covariate", 0):
            chosen.append(covariates(panel, self.covariate_sd))
        if self.leads:
            chosen.append(leads(panel, adoptions, self.leads, self.anticipation, self.effect.widest.sd))
        return chosen

    def _dispersion(self) -> pt.TensorVariable | None:
        if self.noise == "lognormal":
            return None
        return pm.LogNormal("dispersion", self.dispersion["mean"], self.dispersion["sd"], dims="indicator")
