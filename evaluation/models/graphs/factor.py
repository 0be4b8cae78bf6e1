"""The graph of `factor`: what its recipe builds, in PyMC. The equations are in the recipe's docstring."""

import pymc as pm
import xarray as xr

from evaluation.models.factor import Factor
from evaluation.models.parts.comparison import comparison_scales, comparison_terms, regions_of
from evaluation.models.parts.counted import counted
from evaluation.models.parts.design import adoptions_of
from evaluation.models.parts.effect import draw_effects, effect_scales
from evaluation.models.parts.factors import draw_factors
from evaluation.models.parts.gap import draw_gaps
from evaluation.models.parts.panel import open_on
from evaluation.models.parts.predictor import linear_mean
from evaluation.models.parts.scales import ScaleBlock, draw_scales
from evaluation.models.parts.terms import differing_slopes
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
        counted(recipe, panel, mean, scales, law)
    return built
