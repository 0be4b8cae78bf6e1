"""The graph of `interrupted_series`: what its recipe builds, in PyMC. The equations are in the recipe's docstring."""

from dataclasses import replace

import numpy as np
import pymc as pm
import xarray as xr

from evaluation.models.interrupted_series import InterruptedSeries
from evaluation.models.parts.calendar import waves
from evaluation.models.parts.counted import counted
from evaluation.models.parts.design import Adoptions, adoptions_of
from evaluation.models.parts.effect import draw_effects, effect_scales
from evaluation.models.parts.noise import field_blocks
from evaluation.models.parts.panel import open_on
from evaluation.models.parts.predictor import Term, linear_mean
from evaluation.models.parts.scales import ScaleBlock, draw_scales
from evaluation.models.parts.shared_drift import shared_blocks
from evaluation.models.parts.terms import (
    bends,
    breaks,
    covariates,
    leads,
    level,
    season,
    slope,
    unit_seasons,
    unit_slopes,
)
from evaluation.terms.question import Question

NO_SPREAD = (
    0.01  # log rate: one unit alone is the typical one, and two levels for it would only get into each other's way
)


def build(recipe: InterruptedSeries, panel: xr.Dataset, question: Question) -> pm.Model:
    """The PyMC model of this panel: free of results, ready to sample."""
    if panel.sizes["unit"] == 1:
        recipe = replace(recipe, level_spread=NO_SPREAD)
    adoptions = adoptions_of(panel)
    indicators = tuple(panel["indicator"].values.astype(str))
    terms = _terms(recipe, panel, adoptions)
    with open_on(panel) as built:
        own = [*_scales(recipe, indicators, terms), *shared_blocks(panel, recipe.shared_drift_sd)]
        scales = draw_scales([*own, *effect_scales(panel, question, recipe.effect)])
        # Every unit is a region of its own: most terms move one unit alone, and are worked out for it alone.
        mean = linear_mean(terms, scales, indicators, np.arange(panel.sizes["unit"]))
        effects = draw_effects(panel, question, recipe.effect, adoptions, scales)
        counted(recipe, panel, mean, scales, effects)
    return built


def _scales(recipe: InterruptedSeries, indicators: tuple[str, ...], terms: list[Term]) -> list[ScaleBlock]:
    """Those of the field, then those by which terms are pooled."""
    widths = {
        "slope_spread": recipe.slope_spread,
        "bend_sd": recipe.bend_sd,
        "season_spread": recipe.season.unit_sd,
    }
    used = [term.sd for term in terms if isinstance(term.sd, str)]
    return field_blocks(recipe, indicators) + [ScaleBlock(name, widths[name], indicators) for name in used]


def _terms(recipe: InterruptedSeries, panel: xr.Dataset, adoptions: Adoptions) -> list[Term]:
    names, turns = waves(panel["time"].values.astype(str), recipe.season.harmonics)
    chosen = [level(panel, recipe.level_sd), slope(panel, recipe.slope_sd)]
    if panel.sizes["unit"] > 1:
        chosen.append(unit_slopes(panel))
    if recipe.bend_every and panel.sizes["time"] > recipe.bend_every + 1:
        # a handful of bends say too little of their scale: that of one series is given
        chosen.append(bends(panel, recipe.bend_every, "bend_sd" if panel.sizes["unit"] > 1 else recipe.bend_sd))
    if names:
        chosen.append(season(panel, names, turns, recipe.season.sd))
    if names and panel.sizes["unit"] > 1:
        chosen.append(unit_seasons(panel, names, turns))
    if panel.sizes.get("break", 0):
        chosen.append(breaks(panel, recipe.break_sd))
    if panel.sizes.get("covariate", 0):
        chosen.append(covariates(panel, recipe.covariate_sd))
    if recipe.leads:
        chosen.append(leads(panel, adoptions, recipe.leads, recipe.anticipation, recipe.effect.widest.sd))
    return chosen
