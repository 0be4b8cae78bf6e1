"""How well a fit predicts each reported cell without it: what models are compared by.

A cell that the fit has seen is left out by importance sampling (PSIS-LOO; Vehtari, Gelman and Gabry 2017), of its
density given the rest of its series, its own noise integrated over (Vehtari, Mononen, Tolvanen, Sivula and Winther
2016). With a noise term in every cell the plain density cannot be reweighted; once they are integrated out, there are
not thousands of terms to match moments of. A cell that was hidden from the fit is predicted: leave-future-out (Bürkner,
Gabry and Vehtari 2020), in one block.
"""

import numpy as np
import xarray as xr
from arviz_stats.base import array_stats

from evaluation.inference.compiled import complete
from evaluation.inference.graph import on_data
from evaluation.inference.left_out import dispersion_of, given_the_rest, has_field, integrated_density
from evaluation.inference.refit import Drawn
from evaluation.terms.panel import CELL, Status

Array = np.ndarray
MOST_DRAWS = 1000  # in all: the log density of a cell is then known to some hundredths


def log_densities(drawn: Drawn, shown: xr.Dataset, name: str) -> xr.Dataset:
    """Log density of every reported cell of `shown`, each without itself.

    Parameters
    ----------
    drawn
        A fit, to `shown` or to a panel that hides some of its cells.
    shown
        The panel whose counts are to be predicted.

    Returns
    -------
    `log_density` and `density_k` (variant, cell): `cell` is a place in the panel, laid out as (indicator, unit, time);
    Pareto k is NaN where the cell was hidden, and predicted. Nothing of a model whose field is another one: how well it
    predicts is not known.
    """
    model = drawn.meter.model
    with on_data(model, drawn.data):
        posterior = _thinned(drawn.posterior)
        posterior = complete(model, xr.DataTree.from_dict({"posterior": posterior}))
        if not has_field(posterior) or "log_rate_mean" not in model.named_vars:
            return xr.Dataset()
        center, spread = given_the_rest(model, posterior)
        log_base = np.asarray(model["log_base"].get_value()).ravel()
    lower, upper = (shown[bound].transpose(*CELL).values.ravel() for bound in ("lower", "upper"))
    cells = np.flatnonzero(np.isfinite(lower))
    seen = drawn.panel["status"].transpose(*CELL).isin([Status.EXACT, Status.SUPPRESSED]).values.ravel()[cells]
    phi = dispersion_of(posterior, cells, model)
    density = np.empty(len(cells))
    k = np.full(len(cells), np.nan)
    for at, cell in enumerate(cells):
        of_cell = None if phi is None else phi[..., at].ravel()
        eta = log_base[cell] + center[..., cell].ravel()
        each = interval_density(lower[cell], upper[cell], eta, spread[..., cell].ravel(), of_cell)
        if seen[at]:
            weights, k[at] = array_stats.psislw(each)  # arviz-stats negates: it takes the log likelihood
            each = each + weights
            density[at] = np.logaddexp.reduce(each) - np.logaddexp.reduce(weights)
        else:
            density[at] = np.logaddexp.reduce(each) - np.log(len(each))
    dims = ("variant", "cell")
    return xr.Dataset(
        {"log_density": (dims, density[None]), "density_k": (dims, k[None])}, coords={"variant": [name], "cell": cells}
    )


def interval_density(lower: float, upper: float, center: Array, spread: Array, phi: Array | None) -> Array:
    """Log probability that a count lies in [lower, upper], for each Gaussian log mean, (draw,).

    >>> one = interval_density(0.0, 1.0, np.array([0.0]), np.array([1e-9]), None)
    >>> bool(abs(one[0] - np.log(2 * np.exp(-1))) < 1e-6)
    True
    """
    values = [integrated_density(np.asarray(count), center, spread, phi) for count in range(int(lower), int(upper) + 1)]
    total: Array = np.logaddexp.reduce(values, axis=0)
    return total


def _thinned(posterior: xr.Dataset) -> xr.Dataset:
    total = posterior.sizes["chain"] * posterior.sizes["draw"]
    return posterior.isel(draw=slice(None, None, max(1, -(-total // MOST_DRAWS))))
