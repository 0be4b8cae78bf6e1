"""The graph of `staggered`: what its recipe builds, in PyMC. The equations are in the recipe's docstring."""

from typing import Any

import numpy as np
import pymc as pm
import pytensor.tensor as pt
import xarray as xr

from evaluation.models.parts.design import Adoptions, adoptions_of
from evaluation.models.parts.effect import draw_effects, effect_scales
from evaluation.models.parts.field import log_rate_field
from evaluation.models.parts.noise import draw_dispersion, field_blocks, field_rows, overdispersion
from evaluation.models.parts.observation import observe
from evaluation.models.parts.panel import open_on
from evaluation.models.parts.persistence import draw_persistence
from evaluation.models.parts.predictor import Term, linear_mean
from evaluation.models.parts.scales import ScaleBlock, draw_scales
from evaluation.models.parts.size import draw_unit_scale
from evaluation.models.parts.terms import breaks, common_shocks, covariates, leads, level, regional_shocks
from evaluation.models.staggered import Staggered
from evaluation.terms.panel import CELL
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
        persistence = draw_persistence("drift_persistence", recipe.drift_persistence, scales["drift_sd"])
        mean = pm.Deterministic("log_rate_mean", effects.onto(mean, built["exposed"]), dims=CELL)
        wider = draw_unit_scale(panel, recipe.size_exponent) if recipe.size_exponent else None
        rate = log_rate_field(panel, "log_rate", mean, field_rows(scales), persistence, overdispersion(recipe), wider)
        log_mu = built["log_base"] + rate
        # The field was drawn under the exposure as it was; turning the switch moves the expected count by the
        # difference between the two exposures, and by nothing else.
        turned = effects.onto(log_mu, built["exposure"] - built["exposed"])
        pm.Deterministic("mu", pt.exp(turned), dims=CELL)
        observe(panel, log_mu, draw_dispersion(recipe))
    return built


def field_scales(recipe: Any, panel: xr.Dataset, regions: int) -> list[ScaleBlock]:
    """The scales of the field and of its shocks: of this recipe, and of others that compare units as it does."""
    indicators = tuple(panel["indicator"].values.astype(str))
    blocks = [*field_blocks(recipe, indicators), ScaleBlock("common_sd", recipe.shock_sd, indicators)]
    if regions > 1:
        blocks.append(ScaleBlock("region_sd", recipe.region_sd, indicators))
    return blocks


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
