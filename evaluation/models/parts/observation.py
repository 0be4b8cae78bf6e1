"""How counts are observed: exact cells, cells known to lie in an interval, cells not reported."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pymc as pm
import pytensor.tensor as pt
import xarray as xr
from scipy.special import gammaln

from evaluation.models.parts.counts_between import PoissonBetween, Taken
from evaluation.terms.panel import CELL, EARLIER

# Up to this many values an interval is summed value by value: exact and cheap. "<5" has five. Wider intervals use
# the difference of two distribution functions, taken in the tail where it loses no digits.
WIDEST_SUM = 64

Tensor = pt.TensorVariable


def observe(panel: xr.Dataset, log_mu: Tensor, dispersion: Tensor | None = None) -> None:
    """Add the likelihood of every reported cell to the open model.

    `exact` holds cells with one known value, `suppressed` those known to lie in [lower, upper]; a cell not reported
    adds nothing. Both carry positions in the raveled (indicator, unit, time) array as their coordinate.

    Parameters
    ----------
    panel
        `lower`, `upper` (indicator, unit, time), in counts; equal where exact, NaN where there is no usable figure.
    log_mu
        Log of the expected count, (indicator, unit, time).
    dispersion
        Negative binomial dispersion phi of each indicator (variance mu + mu^2 / phi); None: Poisson.
    """
    lower, upper = (panel[name].transpose(*CELL).values.ravel() for name in ("lower", "upper"))
    exact, interval = np.flatnonzero(lower == upper), np.flatnonzero(lower < upper)
    per_indicator = panel.sizes["unit"] * panel.sizes["time"]
    _observe_exact(log_mu, lower[exact], exact, dispersion, per_indicator)
    if width := widest_interval(panel):
        _observe_interval(log_mu, (lower[interval], upper[interval]), interval, width, dispersion, per_indicator)


def widest_interval(panel: xr.Dataset) -> int:
    """Upper less lower bound of the widest interval a cell of this panel may have; 0 when every cell is exact.

    An earlier edition counts: where it hides what is exact now, the model serves it too. A reading of the
    panel in which suppressed cells are dropped keeps the attribute `widest_interval`, so that the model keeps its
    shape and the compiled density serves it too.
    """
    if "widest_interval" in panel.attrs:
        return int(panel.attrs["widest_interval"])
    bounds = [("lower", "upper"), EARLIER[:2]]
    widths = [float((panel[upper] - panel[lower]).max()) for lower, upper in bounds if upper in panel]
    return int(max(np.nan_to_num(widths)))


def _observe_exact(
    log_mu: Tensor, count: np.ndarray, cells: np.ndarray, dispersion: Tensor | None, per_indicator: int
) -> None:
    pm.modelcontext(None).add_coord("exact_cell", cells)
    observed = pm.Data("exact_count", count.astype("int64"), dims="exact_cell")
    # log y! never changes while sampling: it is handed in, not computed at each of a million gradients
    constant = pm.Data("exact_log_factorial", gammaln(count + 1.0), dims="exact_cell")
    position = pm.Data("exact_position", cells, dims="exact_cell")
    phi = None if dispersion is None else dispersion[position // per_indicator]
    eta: Any = Taken()(log_mu, position)
    pm.CustomDist(
        "exact",
        *([eta, constant] if phi is None else [eta, constant, phi]),
        logp=poisson_logp if phi is None else negative_binomial_logp,
        random=_draw_poisson if phi is None else _draw_negative_binomial,
        observed=observed,
        dims="exact_cell",
        dtype="int64",
    )


def _observe_interval(
    log_mu: Tensor,
    bounds: tuple[np.ndarray, np.ndarray],
    cells: np.ndarray,
    width: int,
    dispersion: Tensor | None,
    per_indicator: int,
) -> None:
    lower, upper = (bound.astype("int64") for bound in bounds)
    pm.modelcontext(None).add_coord("suppressed_cell", cells)
    observed = pm.Data("suppressed_lower", lower, dims="suppressed_cell")
    top = pm.Data("suppressed_upper", upper, dims="suppressed_cell")
    constant = pm.Data("suppressed_log_factorial", gammaln(lower + 1.0), dims="suppressed_cell")
    position = pm.Data("suppressed_position", cells, dims="suppressed_cell")
    eta: Any = Taken()(log_mu, position)
    phi = None if dispersion is None else dispersion[position // per_indicator]
    pm.CustomDist(
        "suppressed",
        *([eta, top, constant] if phi is None else [eta, top, constant, phi]),
        logp=interval_logp(width, negative_binomial=phi is not None),
        random=_draw_poisson if phi is None else _draw_negative_binomial,
        observed=observed,
        dims="suppressed_cell",
        dtype="int64",
    )


def poisson_logp(count: Tensor, eta: Tensor, log_factorial: Tensor) -> Tensor:
    """Log density of a Poisson count, (cell,), with mean exp(eta)."""
    found: Any = PoissonBetween()(eta, count, count, log_factorial)
    return found[0]


def negative_binomial_logp(count: Tensor, eta: Tensor, log_factorial: Tensor, phi: Tensor) -> Tensor:
    """Log density of a negative binomial count with mean exp(eta) and variance mu + mu^2 / phi, written out."""
    normaliser = pt.gammaln(count + phi) - pt.gammaln(phi) - log_factorial
    # log(phi + mu) as log phi + softplus(eta - log phi): no overflow for large eta
    log_sum = pt.log(phi) + pt.softplus(eta - pt.log(phi))
    return normaliser + phi * (pt.log(phi) - log_sum) + count * (eta - log_sum)


def interval_logp(width: int, *, negative_binomial: bool = False) -> Callable[..., Tensor]:
    """Log probability that a count lies in [lower, upper], for intervals of at most `width` + 1 values.

    Raises
    ------
    ValueError
        For negative binomial intervals too wide to sum value by value.
    """
    if width <= WIDEST_SUM:
        return _summed_negative_binomial(width) if negative_binomial else _summed_poisson
    if negative_binomial:
        raise ValueError(
            f"an interval of {width + 1} values is too wide for negative binomial noise; use lognormal noise"
        )
    return _poisson_between


def _summed_poisson(lower: Tensor, eta: Tensor, upper: Tensor, log_factorial: Tensor) -> Tensor:
    found: Any = PoissonBetween()(eta, lower, upper, log_factorial)
    return found[0]


def _summed_negative_binomial(width: int) -> Callable[..., Tensor]:
    def logp(lower: Tensor, eta: Tensor, upper: Tensor, log_factorial: Tensor, phi: Tensor) -> Tensor:
        value = _values(lower, width)
        terms = negative_binomial_logp(value, eta[:, None], pt.gammaln(value + 1), phi[:, None])
        return _log_sum(terms, value, upper)

    return logp


def _values(lower: Tensor, width: int) -> Tensor:
    return lower[:, None] + np.arange(width + 1)[None, :]


def _log_sum(terms: Tensor, value: Tensor, upper: Tensor) -> Tensor:
    return pt.logsumexp(pt.switch(value <= upper[:, None], terms, -np.inf), axis=1)


def _poisson_between(lower: Tensor, eta: Tensor, upper: Tensor, log_factorial: Tensor) -> Tensor:
    mu = pt.exp(eta)
    above = pt.gammaincc(upper + 1.0, mu)  # P(count <= upper)
    below = pt.switch(lower > 0, pt.gammaincc(pt.maximum(lower, 1), mu), 0.0)
    from_above = pt.switch(lower > 0, pt.gammainc(pt.maximum(lower, 1), mu), 1.0) - pt.gammainc(upper + 1.0, mu)
    return pt.log(pt.switch(mu > (lower + upper) / 2.0, above - below, from_above))


def _draw_poisson(eta: np.ndarray, *_: np.ndarray, rng: np.random.Generator, size: tuple[int, ...]) -> np.ndarray:
    return rng.poisson(_mean(eta), size=size)


def _draw_negative_binomial(
    eta: np.ndarray, *known: np.ndarray, rng: np.random.Generator, size: tuple[int, ...]
) -> np.ndarray:
    phi = known[-1]
    return rng.poisson(np.minimum(rng.gamma(phi, _mean(eta) / phi, size=size), LARGEST_MEAN))


LARGEST_MEAN = 1e15  # numpy refuses Poisson means near 2^63; prior draws of wide models can get there


def _mean(eta: np.ndarray) -> np.ndarray:
    return np.exp(np.minimum(eta, np.log(LARGEST_MEAN)))
