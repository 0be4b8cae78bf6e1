"""The graph of `staggered`: what its recipe builds, in PyMC. The equations are in the recipe's docstring."""

import pymc as pm
import xarray as xr

from evaluation.models.parts.comparison import comparison_scales, comparison_terms, regions_of
from evaluation.models.parts.counted import counted
from evaluation.models.parts.design import adoptions_of
from evaluation.models.parts.effect import draw_effects, effect_scales
from evaluation.models.parts.panel import open_on
from evaluation.models.parts.predictor import linear_mean
from evaluation.models.parts.scales import draw_scales
from evaluation.models.staggered import Staggered
from evaluation.terms.question import Question


def build(recipe: Staggered, panel: xr.Dataset, question: Question) -> pm.Model:
    """The PyMC model of this panel: free of results, ready to sample."""
    adoptions = adoptions_of(panel)
    indicators = tuple(panel["indicator"].values.astype(str))
    with open_on(panel) as built:
        scales = draw_scales([*comparison_scales(recipe, panel), *effect_scales(panel, question, recipe.effect)])
        terms = comparison_terms(recipe, panel, adoptions)
        mean = linear_mean(terms, scales, indicators, regions_of(panel)[1])
        effects = draw_effects(panel, question, recipe.effect, adoptions, scales)
        counted(recipe, panel, mean, scales, effects)
    return built
