"""How counts scatter beyond Poisson: noise of each cell in its rate, or in its count."""

from typing import Any

import numpy as np
import pymc as pm
import pytensor.tensor as pt

from evaluation.models.parts.scales import ScaleBlock, Scales


def field_blocks(recipe: Any, indicators: tuple[str, ...]) -> list[ScaleBlock]:
    """The scales of the field: level, drift and, where it is in the rate, noise."""
    names = ("level_spread", "drift_sd", *(["noise_sd"] if recipe.noise == "lognormal" else []))
    return [ScaleBlock(name, getattr(recipe, name), indicators) for name in names]


def field_rows(scales: Scales) -> pt.TensorVariable:
    """Scales of the field, (3, indicator). With negative binomial noise the overdispersion is in the counts."""
    rows = scales.rows("level_spread", "drift_sd", *(["noise_sd"] if "noise_sd" in scales else []))
    return rows if "noise_sd" in scales else pt.concatenate([rows, pt.zeros_like(rows[:1])])


def overdispersion(recipe: Any) -> float:
    """About how far counts scatter beyond Poisson around the field: 1 / phi."""
    return 0.0 if recipe.noise == "lognormal" else float(np.exp(-recipe.dispersion["mean"]))


def draw_dispersion(recipe: Any) -> pt.TensorVariable | None:
    """Phi of the negative binomial, (indicator,); None where the noise is in the rate."""
    if recipe.noise == "lognormal":
        return None
    return pm.LogNormal("dispersion", recipe.dispersion["mean"], recipe.dispersion["sd"], dims="indicator")
