"""Each exact count as the rest of its series predicts it, its own noise integrated over.

A field with noise of its own in every cell follows each count closely, so leaving a cell out by reweighting the
fitted density fails. Given the other periods, a cell of the field is Gaussian with mean F_t - (Q r)_t / Q_tt and
variance 1 / Q_tt (Q the precision of the series, r = F less its mean); the count's density is integrated over it.
"""

from typing import Any

import numpy as np
import pymc as pm
import xarray as xr
from numpy.typing import NDArray
from scipy.special import gammaln

from evaluation.inference.graph import evaluate
from evaluation.inference.joined import SHARED, cell_scales, field_covariances, joined, parted
from evaluation.inference.mixtures import MIXED, given_all_others
from evaluation.inference.own_gaps import GAP, without_own_gap
from evaluation.terms.panel import CELL
from evaluation.terms.study import Study

Array = NDArray[np.float64]
MOST_DRAWS = 1000  # in all: what leaving cells out is judged by
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(15)  # exact for polynomials up to degree 29 against a normal
STEPS, FARTHEST = 8, 3.0  # of Newton's method, and how far one goes: the mode only says where the nodes are laid
NEEDED = {"log_rate", "drift_persistence", "level_spread", "drift_sd"}


def has_field(posterior: xr.Dataset) -> bool:
    """Whether every cell has a log rate of its own, drawn by one of the fields whose cells can be left out."""
    return set(posterior.data_vars) >= NEEDED or set(posterior.data_vars) >= MIXED


def left_out_group(study: Study, model: pm.Model, posterior: xr.Dataset) -> dict[str, xr.Dataset]:
    """`left_out`: `log_likelihood` and `counts`, (chain, draw, exact_cell); empty for a model without such a field."""
    if not has_field(posterior):
        return {}
    thin = max(1, posterior.sizes["chain"] * posterior.sizes["draw"] // MOST_DRAWS)
    some = posterior.isel(draw=slice(None, None, thin))
    cells = np.asarray(model["exact_position"].get_value())
    counts = np.asarray(model["exact_count"].get_value()).astype(float)
    center, spread = (values[..., cells] for values in given_the_rest(model, some))
    base = np.asarray(model["log_base"].get_value()).ravel()[cells]
    phi = dispersion_of(some, cells, model)
    rng = np.random.default_rng(study.seed_for("left_out"))
    drawn = np.exp(np.minimum(base + center + spread * rng.standard_normal(center.shape), 30))
    if phi is not None:
        drawn = drawn * rng.gamma(phi, 1 / phi)
    dims = ("chain", "draw", "exact_cell")
    coords = {"chain": some["chain"].values, "draw": some["draw"].values, "exact_cell": cells}
    density = integrated_density(counts, base + center, spread, phi)
    return {
        "left_out": xr.Dataset(
            {
                "log_likelihood": (dims, density.astype(np.float32)),
                "counts": (dims, rng.poisson(drawn).astype(np.float32)),
            },
            coords=coords,
        )
    }


def given_the_rest(model: pm.Model, posterior: xr.Dataset) -> tuple[Array, Array]:
    """Mean and sd of every cell of the field given the rest of its series, raveled: (chain, draw, cell).

    Where indicators share a drift, given all other cells of its unit; where units are mixtures of others, given all
    other cells of its indicator. Where effects are read as gaps, without the gap of the cell itself.
    """
    field = posterior["log_rate"].transpose("chain", "draw", *CELL).values.astype(float)
    (mean,) = evaluate(model, [model["log_rate_mean"]], posterior)
    mixed = set(posterior.data_vars) >= MIXED
    given = given_all_others(model, posterior, field, mean) if mixed else _of_series(model, posterior, field, mean)
    if GAP in model.named_vars:
        given = without_own_gap(model, posterior, *given)
    return tuple(values.reshape(*values.shape[:2], -1) for values in given)  # type: ignore[return-value]


def _of_series(model: pm.Model, posterior: xr.Dataset, field: Array, mean: Array) -> tuple[Array, Array]:
    """Mean and sd given the rest of the series, or of all series of the unit, (chain, draw, indicator, unit, time)."""
    shape = field.shape[2:]
    meet = SHARED in model.named_vars
    if meet:
        field, mean = joined(field), joined(mean)
    precision = np.linalg.inv(field_covariances(posterior, shape[-1]))  # (chain, draw, indicator, time, time)
    diagonal = np.diagonal(precision, axis1=-2, axis2=-1)[..., None, :]
    wide = cell_scales(posterior, shape)
    center = field - wide * (((field - mean) / wide) @ precision) / diagonal
    spread = wide / np.sqrt(diagonal)
    if meet:
        center, spread = parted(center, shape[0]), parted(spread, shape[0])
    return center, spread


def integrated_density(counts: Array, center: Array, spread: Array, phi: Array | None) -> Array:
    """Log of the count's density averaged over a Gaussian log mean.

    By adaptive Gauss-Hermite quadrature with 15 nodes (Naylor and Smith 1982), laid around the mode of the integrand
    and as wide as it is there: a large count is far narrower in the log mean than the log mean is spread.

    >>> one = integrated_density(np.array([3.0]), np.array([[0.0]]), np.array([[1e-9]]), None)
    >>> bool(abs(one[0, 0] - (-1 - np.log(6))) < 1e-6)
    True
    """
    middle, width = _mode(counts, center, spread, phi)
    total: Array = np.full(middle.shape, -np.inf)
    for node, weight in zip(NODES, WEIGHTS, strict=True):  # one node at a time: all of them would fill the memory
        eta = middle + width * node
        log_normal = -0.5 * ((eta - center) / spread) ** 2
        term = np.log(weight) + 0.5 * node**2 + log_normal + _log_density(counts, eta, phi)
        np.logaddexp(total, term, out=total)
    found: Array = total + np.log(width / spread) - 0.5 * np.log(2 * np.pi)
    return found


def _mode(counts: Array, center: Array, spread: Array, phi: Array | None) -> tuple[Array, Array]:
    """Where count and Gaussian log mean are likeliest together, and how wide they are there. Newton's method.

    Both are log-concave. The count itself, about Gaussian in the log mean, says where to start.
    """
    precision = 1 / spread**2
    known = counts if phi is None else counts * phi / (counts + phi)
    eta = (known * np.log(counts + 0.5) + precision * center) / (known + precision)
    for _ in range(STEPS):
        slope, curve = _derivatives(counts, eta, phi)
        eta = eta + np.clip((slope - precision * (eta - center)) / (curve + precision), -FARTHEST, FARTHEST)
    return eta, (_derivatives(counts, eta, phi)[1] + precision) ** -0.5


def _derivatives(counts: Array, eta: Array, phi: Array | None) -> tuple[Array, Array]:
    """Slope of the log density of a count in eta = log mean, and its curvature with the sign turned."""
    if phi is None:
        mu = np.exp(np.minimum(eta, 700))
        return counts - mu, mu
    share = 1 / (1 + phi * np.exp(-np.clip(eta, -700, 700)))
    return counts - (counts + phi) * share, (counts + phi) * share * (1 - share)


def _log_density(counts: Array, eta: Array, phi: Array | None) -> Array:
    if phi is None:
        density: Array = counts * eta - np.exp(np.minimum(eta, 700)) - gammaln(counts + 1)
        return density
    total = np.logaddexp(np.log(phi), eta)
    scale: Any = gammaln(counts + phi) - gammaln(phi) - gammaln(counts + 1)
    spread: Array = scale + phi * (np.log(phi) - total) + counts * (eta - total)
    return spread


def dispersion_of(posterior: xr.Dataset, cells: NDArray[Any], model: pm.Model) -> Array | None:
    """Dispersion of each cell's indicator, (chain, draw, cell); None where the noise is in the field."""
    if "dispersion" not in posterior:
        return None
    per_indicator = int(np.prod(model["log_base"].get_value().shape[1:]))
    of_indicator: Array = posterior["dispersion"].transpose("chain", "draw", "indicator").values
    return of_indicator[..., (cells // per_indicator).astype(int)]
