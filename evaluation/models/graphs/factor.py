"""The graph of `factor`: what its recipe builds, in PyMC. The equations are in the recipe's docstring."""

import pymc as pm
import pytensor.tensor as pt
import xarray as xr

from evaluation.models.factor import Factor
from evaluation.models.parts.comparison import comparison_scales, comparison_terms, regions_of
from evaluation.models.parts.design import adoptions_of
from evaluation.models.parts.effect import draw_effects, effect_scales
from evaluation.models.parts.factors import draw_factors
from evaluation.models.parts.field import log_rate_field
from evaluation.models.parts.gap import draw_gaps
from evaluation.models.parts.noise import draw_dispersion, field_rows, overdispersion
from evaluation.models.parts.observation import observe
from evaluation.models.parts.panel import open_on
from evaluation.models.parts.persistence import draw_persistence
from evaluation.models.parts.predictor import linear_mean
from evaluation.models.parts.scales import ScaleBlock, draw_scales
from evaluation.models.parts.size import draw_unit_scale
from evaluation.models.parts.terms import differing_slopes
from evaluation.terms.panel import CELL
from evaluation.terms.question import Question


def build(recipe: Factor, panel: xr.Dataset, question: Question) -> pm.Model:
    """The PyMC model of this panel: free of results, ready to sample."""
    adoptions = adoptions_of(panel)
    indicators = tuple(panel["indicator"].values.astype(str))
    with open_on(panel) as built:
        differing = differing_slopes(panel) if recipe.slopes_differ and panel.sizes.get("covariate", 0) else []
        slopes = [ScaleBlock(str(term.sd), recipe.slope_spread, indicators) for term in differing]
        scales = draw_scales(
            [*comparison_scales(recipe, panel), *slopes, *effect_scales(panel, question, recipe.effect)]
        )
        terms = comparison_terms(recipe, panel, adoptions) + differing
        mean = linear_mean(terms, scales, indicators, regions_of(panel)[1])
        mean = mean + draw_factors(recipe, panel)
        effects = draw_effects(panel, question, recipe.effect, adoptions, scales)
        law = draw_gaps(panel, adoptions, effects, recipe.gap_sd, mean) if recipe.reads == "gap" else effects
        persistence = draw_persistence("drift_persistence", recipe.drift_persistence, scales["drift_sd"])
        mean = pm.Deterministic("log_rate_mean", law.onto(mean, built["exposed"]), dims=CELL)
        wider = draw_unit_scale(panel, recipe.size_exponent) if recipe.size_exponent else None
        rate = log_rate_field(panel, "log_rate", mean, field_rows(scales), persistence, overdispersion(recipe), wider)
        log_mu = built["log_base"] + rate
        # The field was drawn under the exposure as it was: the switch moves the count by the difference alone.
        turned = law.onto(log_mu, built["exposure"] - built["exposed"])
        pm.Deterministic("mu", pt.exp(turned), dims=CELL)
        observe(panel, log_mu, draw_dispersion(recipe))
    return built
