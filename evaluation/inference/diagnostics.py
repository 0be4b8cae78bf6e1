"""How well a posterior was explored: the worst of each statistic, over every parameter."""

import numpy as np
import xarray as xr
from arviz_stats.base import array_stats


def worst(drawn: xr.DataTree) -> dict[str, float]:
    """Largest rank-normalised split R-hat, smallest bulk effective sample size, and number of divergences.

    Vehtari, Gelman, Simpson, Carpenter and Bürkner (2021), Bayesian Analysis 16(2), over every free quantity.
    """
    posterior = drawn["posterior"].to_dataset()
    rhat, ess = [], []
    for name in posterior.data_vars:
        draws = _columns(posterior[name])
        moving = draws[:, :, np.ptp(draws, axis=(0, 1)) > 0]
        if moving.size:
            rhat.append(np.max(array_stats.rhat(moving, chain_axis=0, draw_axis=1)))
            ess.append(np.min(array_stats.ess(moving, chain_axis=0, draw_axis=1, method="bulk")))
    return {
        "rhat_max": float(np.max(rhat)),
        "ess_min": float(np.min(ess)),
        "divergences": float(drawn["sample_stats"]["diverging"].sum()),
    }


def _columns(draws: xr.DataArray) -> np.ndarray:
    ordered = draws.transpose("chain", "draw", ...)
    return ordered.values.astype(float).reshape(*ordered.shape[:2], -1)
