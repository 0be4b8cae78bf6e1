"""The end of every graph of counts: a field around the mean, the switch, the expected count, the counts themselves."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import pymc as pm
import pytensor.tensor as pt
import xarray as xr

from evaluation.models.parts.field import log_rate_field
from evaluation.models.parts.noise import draw_dispersion, field_rows, overdispersion
from evaluation.models.parts.observation import observe
from evaluation.models.parts.persistence import draw_persistence
from evaluation.models.parts.scales import Scales
from evaluation.models.parts.shared_drift import draw_shared_drift
from evaluation.models.parts.size import UnitScale, draw_unit_scale
from evaluation.terms.panel import CELL

Tensor = Any  # PyTensor's variables, and numbers where it takes them


class Move(Protocol):
    """What an exposure adds to the mean: the effects of adoptions, what spills over."""

    def onto(self, mean: Tensor, exposure: Tensor) -> Tensor:
        """The mean (indicator, unit, time) and the log rate ratios of this exposure (intervention, unit, time)."""
        ...


def counted(
    recipe: Any,
    panel: xr.Dataset,
    mean: Tensor,
    scales: Scales,
    *moves: Move,
    turns: Sequence[Tensor] = (1.0,),
    drift: Callable[[UnitScale | None], Tensor] | None = None,
) -> None:
    """State `log_rate_mean`, `log_rate`, `mu` and the counts in the open model.

    Parameters
    ----------
    recipe
        Has `drift_persistence`, `shared_persistence`, `size_exponent`, `noise` and `dispersion`.
    mean
        (indicator, unit, time), log rate without effects.
    turns
        How far each of `moves` follows the switch.
    drift
        Draws what indicators of a unit have in common, where that is not one drift of all of them; it is given what
        multiplies scales in each unit.
    """
    built = pm.modelcontext(None)
    persistence = draw_persistence("drift_persistence", recipe.drift_persistence, scales["drift_sd"])
    for move in moves:
        mean = move.onto(mean, built["exposed"])
    mean = pm.Deterministic("log_rate_mean", mean, dims=CELL)
    wider = draw_unit_scale(panel, recipe.size_exponent) if recipe.size_exponent else None
    if drift is not None:
        mean = mean + drift(wider)
    elif "shared_drift_sd" in scales:
        mean = mean + draw_shared_drift(panel, scales, recipe.shared_persistence, wider)
    rate = log_rate_field(panel, "log_rate", mean, field_rows(scales), persistence, overdispersion(recipe), wider)
    log_mu = turned = built["log_base"] + rate
    # The field was drawn under the exposure as it was; turning the switch moves the expected count by the
    # difference between the two exposures, and by nothing else.
    for move, turn in zip(moves, turns, strict=True):
        turned = move.onto(turned, turn * (built["exposure"] - built["exposed"]))
    pm.Deterministic("mu", pt.exp(turned), dims=CELL)
    observe(panel, log_mu, draw_dispersion(recipe))
