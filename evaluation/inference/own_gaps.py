"""Cells under an intervention as all the rest predicts them, where effects are read as gaps.

The gap of such a cell was fitted to its count, so a prediction without that count is one without its gap: given the
effect, the gap is Normal(effect, sd^2), and it enters the cell's log rate alone.
"""

import numpy as np
import pymc as pm
import xarray as xr
from numpy.typing import NDArray

from evaluation.inference.graph import evaluate

Array = NDArray[np.float64]
GAP = "gap"  # the variable whose presence says that effects are read so


def without_own_gap(model: pm.Model, posterior: xr.Dataset, center: Array, spread: Array) -> tuple[Array, Array]:
    """Mean and sd of every cell of a field, its own gap integrated over.

    Parameters
    ----------
    center, spread
        Given the gaps, (chain, draw, indicator, unit, time), on the log rate.

    Returns
    -------
    Two arrays laid out as these; equal to them in cells that no intervention touches.
    """
    of_typical, of_sd, *_ = model[GAP].owner.op.dist_params(model[GAP].owner)
    (typical,) = evaluate(model, [of_typical], posterior)
    sd = np.asarray(of_sd.eval()).item()  # a setting of the model, no parameter
    drawn = posterior[GAP].transpose("chain", "draw", "indicator", "adoption", "time").values
    intervention, unit = (np.asarray(model[f"adoption_{name}"].get_value()) for name in ("intervention", "unit"))
    felt = np.asarray(model["exposed"].get_value())[intervention, unit]  # (adoption, time)
    center, variance = center.copy(), spread**2
    moved, widened = felt * (typical - drawn), (felt * sd) ** 2
    for adoption, of in enumerate(unit):  # a unit may have several
        center[..., of, :] += moved[..., adoption, :]
        variance[..., of, :] += widened[adoption]
    return center, np.sqrt(variance)
