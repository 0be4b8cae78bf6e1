"""The graph of `staggered`: what its recipe builds, in PyMC. The equations are in the recipe's docstring."""

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
        scales = draw_scales([*_scales(recipe, panel, len(names)), *effect_scales(panel, question, recipe.effect)])
        terms = _terms(recipe, panel, adoptions, regions, names)
        mean = linear_mean(terms, scales, tuple(panel["indicator"].values.astype(str)), regions)
        effects = draw_effects(panel, question, recipe.effect, adoptions, scales)
        counted(recipe, panel, mean, effects, scales)
    return built


def _scales(recipe: Staggered, panel: xr.Dataset, regions: int) -> list[ScaleBlock]:
    indicators = tuple(panel["indicator"].values.astype(str))
    blocks = [*field_blocks(recipe, indicators), ScaleBlock("common_sd", recipe.shock_sd, indicators)]
    if regions > 1:
        blocks.append(ScaleBlock("region_sd", recipe.region_sd, indicators))
    return [*blocks, *shared_blocks(panel, recipe.shared_drift_sd)]


def _terms(
    recipe: Staggered, panel: xr.Dataset, adoptions: Adoptions, regions: np.ndarray, names: np.ndarray
) -> list[Term]:
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
