"""The graph of `synthetic_control`: what its recipe builds, in PyMC. The equations are in the recipe's docstring."""

import numpy as np
import pymc as pm
import pytensor.tensor as pt
import xarray as xr

from evaluation.models.parts.comparison import shared_terms
from evaluation.models.parts.design import adoptions_of
from evaluation.models.parts.donors import comparison_of
from evaluation.models.parts.effect import Effects, draw_effects, effect_scales
from evaluation.models.parts.gap import Gaps, draw_gaps
from evaluation.models.parts.noise import draw_dispersion, overdispersion
from evaluation.models.parts.observation import observe
from evaluation.models.parts.panel import open_on
from evaluation.models.parts.persistence import draw_persistence
from evaluation.models.parts.predictor import linear_mean
from evaluation.models.parts.scales import ScaleBlock, Scales, draw_scales
from evaluation.models.parts.synthetic_field import Spread, synthetic_course, synthetic_field
from evaluation.models.parts.weights import draw_weights
from evaluation.models.synthetic_control import SyntheticControl
from evaluation.terms.panel import CELL
from evaluation.terms.question import Question

WHOSE = ("donor", "own")
KINDS = ("level", "drift", "noise")


def build(recipe: SyntheticControl, panel: xr.Dataset, question: Question) -> pm.Model:
    """The PyMC model of this panel: free of results, ready to sample."""
    adoptions, compared = adoptions_of(panel), comparison_of(panel)
    indicators = tuple(panel["indicator"].values.astype(str))
    units = panel["unit"].values.astype(str)
    with open_on(panel) as built:
        built.add_coord("treated", units[compared.treated])
        built.add_coord("donor", units[compared.donor])
        scales = draw_scales([*_scales(recipe, indicators), *effect_scales(panel, question, recipe.effect)])
        # One region: every unit has the same common course, and the mixture of donors says the rest.
        everywhere = np.zeros(len(units), dtype=np.int64)
        mean = linear_mean(shared_terms(recipe, panel, adoptions), scales, indicators, everywhere)
        effects = draw_effects(panel, question, recipe.effect, adoptions, scales)
        weight = draw_weights(compared, recipe.typical_donors)
        if recipe.reads == "gap":
            course = synthetic_course(panel, mean, weight, compared, overdispersion(recipe))
            law: Gaps | Effects = draw_gaps(panel, adoptions, effects, recipe.gap_sd, course)
        else:
            law = effects
        donors, own = (_spread(recipe, scales, whose) for whose in WHOSE)
        mean = pm.Deterministic("log_rate_mean", law.onto(mean, built["exposed"]), dims=CELL)
        rate = synthetic_field(panel, "log_rate", mean, donors, own, weight, compared, overdispersion(recipe))
        log_mu = built["log_base"] + rate
        # The field was drawn under the exposure as it was: the switch moves the count by the difference alone.
        turned = law.onto(log_mu, built["exposure"] - built["exposed"])
        pm.Deterministic("mu", pt.exp(turned), dims=CELL)
        observe(panel, log_mu, draw_dispersion(recipe))
    return built


def _scales(recipe: SyntheticControl, indicators: tuple[str, ...]) -> list[ScaleBlock]:
    """Those of donors around their common course, those of treated units around their mixtures, and of the course."""
    kinds = KINDS if recipe.noise == "lognormal" else KINDS[:2]
    names = [f"{whose}_{kind}_sd" for whose in WHOSE for kind in kinds]
    blocks = [ScaleBlock(name, getattr(recipe, name), indicators) for name in names]
    return [*blocks, ScaleBlock("common_sd", recipe.shock_sd, indicators)]


def _spread(recipe: SyntheticControl, scales: Scales, whose: str) -> Spread:
    kinds = KINDS if recipe.noise == "lognormal" else KINDS[:2]
    rows = scales.rows(*(f"{whose}_{kind}_sd" for kind in kinds))
    if len(kinds) < len(KINDS):  # the noise is in the counts
        rows = pt.concatenate([rows, pt.zeros_like(rows[:1])])
    prior = getattr(recipe, f"{whose}_persistence")
    return Spread(rows, draw_persistence(f"{whose}_persistence", prior, scales[f"{whose}_drift_sd"]))
