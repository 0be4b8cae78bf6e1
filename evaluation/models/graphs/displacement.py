"""The graph of `displacement`: what its recipe builds, in PyMC. The equations are in the recipe's docstring."""

from typing import Any

import numpy as np
import pymc as pm
import xarray as xr

from evaluation.models.displacement import Displacement
from evaluation.models.parts.comparison import comparison_scales, comparison_terms, regions_of
from evaluation.models.parts.counted import Move, counted
from evaluation.models.parts.design import adoptions_of
from evaluation.models.parts.effect import draw_effects, effect_scales
from evaluation.models.parts.panel import open_on
from evaluation.models.parts.predictor import linear_mean
from evaluation.models.parts.scales import ScaleBlock, draw_scales
from evaluation.models.parts.spill import draw_spills, spill_scales
from evaluation.terms.question import Question


def build(recipe: Displacement, panel: xr.Dataset, question: Question) -> pm.Model:
    """The PyMC model of this panel: free of results, ready to sample."""
    adoptions = adoptions_of(panel)
    indicators = tuple(panel["indicator"].values.astype(str))
    with open_on(panel) as built:
        scales = draw_scales([*comparison_scales(recipe, panel), *_scales(recipe, panel, question)])
        terms = comparison_terms(recipe, panel, adoptions)
        mean = linear_mean(terms, scales, indicators, regions_of(panel)[1])
        effects = draw_effects(panel, question, recipe.effect, adoptions, scales, recipe.rivals)
        moves: list[Move] = [effects]
        turns: list[Any] = [1.0]
        if recipe.along(panel):
            moves.append(draw_spills(panel, question, recipe.spill, scales, effects, recipe.rivals))
            # Whether what neighbours receive turns with the switch: at 0 it turns the law's own effect alone.
            turns.append(pm.Data("spills", np.ones(1))[0])
        counted(recipe, panel, mean, scales, *moves, turns=turns)
    return built


def _scales(recipe: Displacement, panel: xr.Dataset, question: Question) -> list[ScaleBlock]:
    """Those that effects are pooled by."""
    own = effect_scales(panel, question, recipe.effect, recipe.rivals)
    return own + (spill_scales(panel, recipe.spill) if recipe.along(panel) else [])
