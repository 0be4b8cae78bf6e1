"""The end of every graph of counts: a field around the mean, the switch, the expected count, the counts themselves."""

from typing import Any

import pymc as pm
import pytensor.tensor as pt
import xarray as xr

from evaluation.models.parts.effect import Effects
from evaluation.models.parts.field import log_rate_field
from evaluation.models.parts.noise import draw_dispersion, field_rows, overdispersion
from evaluation.models.parts.observation import observe
from evaluation.models.parts.persistence import draw_persistence
from evaluation.models.parts.scales import Scales
from evaluation.models.parts.shared_drift import draw_shared_drift
from evaluation.models.parts.size import draw_unit_scale
from evaluation.terms.panel import CELL


def counted(recipe: Any, panel: xr.Dataset, mean: pt.TensorVariable, effects: Effects, scales: Scales) -> None:
    """State `log_rate_mean`, `log_rate`, `mu` and the counts in the open model.

    Parameters
    ----------
    recipe
        Has `drift_persistence`, `shared_persistence`, `size_exponent`, `noise` and `dispersion`.
    mean
        (indicator, unit, time), log rate without effects.
    """
    built = pm.modelcontext(None)
    persistence = draw_persistence("drift_persistence", recipe.drift_persistence, scales["drift_sd"])
    mean = pm.Deterministic("log_rate_mean", effects.onto(mean, built["exposed"]), dims=CELL)
    wider = draw_unit_scale(panel, recipe.size_exponent) if recipe.size_exponent else None
    if "shared_drift_sd" in scales:
        mean = mean + draw_shared_drift(panel, scales, recipe.shared_persistence, wider)
    rate = log_rate_field(panel, "log_rate", mean, field_rows(scales), persistence, overdispersion(recipe), wider)
    log_mu = built["log_base"] + rate
    # The field was drawn under the exposure as it was; turning the switch moves the expected count by the
    # difference between the two exposures, and by nothing else.
    turned = effects.onto(log_mu, built["exposure"] - built["exposed"])
    pm.Deterministic("mu", pt.exp(turned), dims=CELL)
    observe(panel, log_mu, draw_dispersion(recipe))
