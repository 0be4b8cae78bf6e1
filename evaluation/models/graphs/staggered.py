"""The graph of `staggered`: what its recipe builds, in PyMC. The equations are in the recipe's docstring."""

from typing import Any

import numpy as np
import pymc as pm
import xarray as xr

from evaluation.models.parts.counted import counted
from evaluation.models.parts.design import Adoptions, adoptions_of
from evaluation.models.parts.effect import draw_effects, effect_scales
from evaluation.models.parts.noise import field_blocks
from evaluation.models.parts.panel import open_on
from evaluation.models.parts.predictor import Term, linear_mean
from evaluation.models.parts.scales import ScaleBlock, draw_scales
from evaluation.models.parts.shared_drift import shared_blocks
from evaluation.models.parts.terms import breaks, common_shocks, covariates, leads, level, regional_shocks
from evaluation.models.staggered import Staggered
from evaluation.terms.question import Question


def build(recipe: Staggered, panel: xr.Dataset, question: Question) -> pm.Model:
    """The PyMC model of this panel: free of results, ready to sample."""
    adoptions = adoptions_of(panel)
    names, regions = np.unique(panel["region"].values.astype(str), return_inverse=True)
    with open_on(panel) as built:
        scales = draw_scales([*field_scales(recipe, panel, len(names)), *effect_scales(panel, question, recipe.effect)])
        terms = mean_terms(recipe, panel, adoptions, regions, names)
        mean = linear_mean(terms, scales, tuple(panel["indicator"].values.astype(str)), regions)
        effects = draw_effects(panel, question, recipe.effect, adoptions, scales)
        counted(recipe, panel, mean, scales, effects)
    return built


def field_scales(recipe: Any, panel: xr.Dataset, regions: int) -> list[ScaleBlock]:
    """The scales of the field and of its shocks: of this recipe, and of others that compare units as it does."""
    indicators = tuple(panel["indicator"].values.astype(str))
    blocks = [*field_blocks(recipe, indicators), ScaleBlock("common_sd", recipe.shock_sd, indicators)]
    if regions > 1:
        blocks.append(ScaleBlock("region_sd", recipe.region_sd, indicators))
    return [*blocks, *shared_blocks(panel, recipe.shared_drift_sd)]


def mean_terms(
    recipe: Any, panel: xr.Dataset, adoptions: Adoptions, regions: np.ndarray, names: np.ndarray
) -> list[Term]:
    """The terms of the mean beside the effects, for the same recipes; `regions` are (unit,) indices into `names`."""
    chosen = [level(panel, recipe.level_sd), common_shocks(panel)]
    if len(names) > 1:
        chosen.append(regional_shocks(panel, regions, names))
    if panel.sizes.get("break", 0):
        chosen.append(breaks(panel, recipe.break_sd))
    if panel.sizes.get("covariate", 0):
        chosen.append(covariates(panel, recipe.covariate_sd))
    if recipe.leads:
        chosen.append(leads(panel, adoptions, recipe.leads, recipe.anticipation, recipe.effect.widest.sd))
    return chosen
