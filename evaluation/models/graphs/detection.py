"""The graph of `detection`: what its recipe builds, in PyMC. The equations are in the recipe's docstring."""

import pymc as pm
import xarray as xr

from evaluation.models.detection import Detection
from evaluation.models.parts.comparison import comparison_terms, field_and_shock_scales, regions_of
from evaluation.models.parts.counted import counted
from evaluation.models.parts.design import adoptions_of
from evaluation.models.parts.latent_drift import draw_latent_drift, latent_drift_blocks
from evaluation.models.parts.latent_effect import draw_latent_effects, latent_effect_scales
from evaluation.models.parts.loads import LATENT, lags_of, loads_of
from evaluation.models.parts.panel import open_on
from evaluation.models.parts.predictor import linear_mean
from evaluation.models.parts.scales import ScaleBlock, draw_scales
from evaluation.terms.question import Question


def build(recipe: Detection, panel: xr.Dataset, question: Question) -> pm.Model:
    """The PyMC model of this panel: free of results, ready to sample."""
    adoptions = adoptions_of(panel)
    indicators = tuple(panel["indicator"].values.astype(str))
    pools, load = loads_of(panel, question, recipe.effort_shared_by)
    lags = lags_of(panel, recipe.lags)
    with open_on(panel) as built:
        built.add_coord("pool", pools)
        built.add_coord("shared_by", LATENT)
        blocks = [*field_and_shock_scales(recipe, panel), *latent_drift_blocks(recipe.shared_drift_sd)]
        blocks += latent_effect_scales(recipe.effect, pools, load)
        blocks += [ScaleBlock("effect_walk_sd", recipe.effect.walk_sd, indicators)] * (
            recipe.effect.profile == "dynamic"
        )
        scales = draw_scales(blocks)
        mean = linear_mean(comparison_terms(recipe, panel, adoptions), scales, indicators, regions_of(panel)[1])
        effects = draw_latent_effects(panel, recipe.effect, recipe.sds, (pools, load), adoptions, scales, lags)
        felt = load[:, : len(LATENT)]
        counted(
            recipe, panel, mean, scales, effects,
            drift=lambda wider: draw_latent_drift(panel, scales, felt, lags, recipe.shared_persistence, wider),
        )  # fmt: skip
    return built
