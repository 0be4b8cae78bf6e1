"""What models share that compare units over the same periods: level, shocks in common, breaks, covariates, leads."""

from typing import Any

import numpy as np
import xarray as xr

from evaluation.models.parts.design import Adoptions
from evaluation.models.parts.noise import field_blocks
from evaluation.models.parts.predictor import Term
from evaluation.models.parts.scales import ScaleBlock
from evaluation.models.parts.shared_drift import shared_blocks
from evaluation.models.parts.terms import breaks, common_shocks, covariates, leads, level, regional_shocks


def regions_of(panel: xr.Dataset) -> tuple[np.ndarray, np.ndarray]:
    """Names of the regions, and the index of each unit's, (unit,)."""
    names, regions = np.unique(panel["region"].values.astype(str), return_inverse=True)
    return names, regions


def comparison_scales(recipe: Any, panel: xr.Dataset) -> list[ScaleBlock]:
    """Those of the field, then those of the shocks and of what indicators share."""
    return [*field_and_shock_scales(recipe, panel), *shared_blocks(panel, recipe.shared_drift_sd)]


def field_and_shock_scales(recipe: Any, panel: xr.Dataset) -> list[ScaleBlock]:
    """The same where indicators share something else."""
    indicators = tuple(panel["indicator"].values.astype(str))
    blocks = [*field_blocks(recipe, indicators), ScaleBlock("common_sd", recipe.shock_sd, indicators)]
    if len(regions_of(panel)[0]) > 1:
        blocks.append(ScaleBlock("region_sd", recipe.region_sd, indicators))
    return blocks


def comparison_terms(recipe: Any, panel: xr.Dataset, adoptions: Adoptions) -> list[Term]:
    """The terms of the mean that this panel gives rise to."""
    names, regions = regions_of(panel)
    chosen = shared_terms(recipe, panel, adoptions)
    if len(names) > 1:
        chosen.insert(2, regional_shocks(panel, regions, names))
    return chosen


def shared_terms(recipe: Any, panel: xr.Dataset, adoptions: Adoptions) -> list[Term]:
    """The same where regions have no shocks of their own."""
    chosen = [level(panel, recipe.level_sd), common_shocks(panel)]
    if panel.sizes.get("break", 0):
        chosen.append(breaks(panel, recipe.break_sd))
    if panel.sizes.get("covariate", 0):
        chosen.append(covariates(panel, recipe.covariate_sd))
    if recipe.leads:
        chosen.append(leads(panel, adoptions, recipe.leads, recipe.anticipation, recipe.effect.widest.sd))
    return chosen
