"""The graph of `displacement`: what its recipe builds, in PyMC. The equations are in the recipe's docstring."""

import numpy as np
import pymc as pm
import pytensor.tensor as pt
import xarray as xr

from evaluation.models.displacement import Displacement
from evaluation.models.graphs.staggered import field_scales, mean_terms
from evaluation.models.parts.design import adoptions_of
from evaluation.models.parts.effect import Effects, draw_effects, effect_scales
from evaluation.models.parts.field import log_rate_field
from evaluation.models.parts.noise import draw_dispersion, field_rows, overdispersion
from evaluation.models.parts.observation import observe
from evaluation.models.parts.panel import open_on
from evaluation.models.parts.persistence import draw_persistence
from evaluation.models.parts.predictor import linear_mean
from evaluation.models.parts.scales import ScaleBlock, draw_scales
from evaluation.models.parts.size import draw_unit_scale
from evaluation.models.parts.spill import Spills, draw_spills, spill_scales
from evaluation.terms.panel import CELL
from evaluation.terms.question import Question


def build(recipe: Displacement, panel: xr.Dataset, question: Question) -> pm.Model:
    """The PyMC model of this panel: free of results, ready to sample."""
    adoptions = adoptions_of(panel)
    names, regions = np.unique(panel["region"].values.astype(str), return_inverse=True)
    with open_on(panel) as built:
        scales = draw_scales([*field_scales(recipe, panel, len(names)), *_scales(recipe, panel, question)])
        terms = mean_terms(recipe, panel, adoptions, regions, names)
        mean = linear_mean(terms, scales, tuple(panel["indicator"].values.astype(str)), regions)
        effects = draw_effects(panel, question, recipe.effect, adoptions, scales, recipe.rivals)
        moves: list[Effects | Spills] = [effects]
        turns = [built["exposure"] - built["exposed"]]
        if recipe.along(panel):
            moves.append(draw_spills(panel, question, recipe.spill, scales, effects, recipe.rivals))
            # Whether what neighbours receive turns with the switch: at 0 it turns the law's own effect alone.
            turns.append(pm.Data("spills", np.ones(1))[0] * turns[0])
        persistence = draw_persistence("drift_persistence", recipe.drift_persistence, scales["drift_sd"])
        for move in moves:
            mean = move.onto(mean, built["exposed"])
        mean = pm.Deterministic("log_rate_mean", mean, dims=CELL)
        wider = draw_unit_scale(panel, recipe.size_exponent) if recipe.size_exponent else None
        rate = log_rate_field(panel, "log_rate", mean, field_rows(scales), persistence, overdispersion(recipe), wider)
        log_mu = turned = built["log_base"] + rate
        # The field was drawn under the exposure as it was: the switch moves the count by the difference alone.
        for move, turn in zip(moves, turns, strict=True):
            turned = move.onto(turned, turn)
        pm.Deterministic("mu", pt.exp(turned), dims=CELL)
        observe(panel, log_mu, draw_dispersion(recipe))
    return built


def _scales(recipe: Displacement, panel: xr.Dataset, question: Question) -> list[ScaleBlock]:
    """Those that effects are pooled by."""
    own = effect_scales(panel, question, recipe.effect, recipe.rivals)
    return own + (spill_scales(panel, recipe.spill) if recipe.along(panel) else [])
