"""Working counts: each count as a Gaussian figure of the log rate.

The working response and weight of McCullagh and Nelder (1989, section 2.5), for counts that may be known to lie in an
interval only. The sampler's coordinates are made with them; no density depends on them.
"""

import numpy as np
import xarray as xr
from scipy.optimize import minimize
from scipy.special import pdtr

from evaluation.models.parts.field_given_counts import field_made, look_ahead
from evaluation.models.parts.panel import usual_log_rate

ROUNDS = 5  # by then no cell of the studies here moves by a hundredth
USUAL = (1.0, 0.3, 0.3, 0.7)  # level, drift and noise sd, and persistence, where there is nothing to learn them from
LEAST_WEIGHT = 0.01  # of a cell with a count: what a suppressed cell says of a rate far below its bounds is nothing


def working_counts(panel: xr.Dataset, overdispersion: float = 0.0) -> np.ndarray:
    """Working counts of a panel, (indicator, time, ROWS, unit), as `field_given_counts` takes them.

    Each count's log density is expanded to second order where the field is likely, given all counts of its series and
    likely scales: found in a few rounds, from the counts alone. A panel without outcomes says nothing.
    """
    return _worked(panel, overdispersion, np.ones((panel.sizes["indicator"], panel.sizes["unit"])), None)[0]


def scaled_counts(panel: xr.Dataset, overdispersion: float, unit_scale: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Working counts of (log rate - centre) / scale of its unit, which has the same scales in every unit; the centre.

    The centre, (indicator, unit, time), is the field that the counts suggest. Measured from there the counts suggest
    about zero, whatever a unit's scale turns out to be: where counts pin the field down, it does not move with it.
    """
    centre = _worked(panel, overdispersion, np.ones_like(unit_scale), None)[1]
    return _worked(panel, overdispersion, unit_scale, centre)[0], centre


def _worked(
    panel: xr.Dataset, overdispersion: float, unit_scale: np.ndarray, centre: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray]:
    """Working counts, and the field (indicator, unit, time) that they suggest."""
    base = np.log(panel["base"].transpose("indicator", "time", "unit").values.astype(float))
    usual = np.broadcast_to(usual_log_rate(panel)[:, None, None], base.shape)
    wide = unit_scale[:, None]  # (indicator, 1, unit)
    middle = np.zeros(base.shape) if centre is None else centre.swapaxes(1, 2)
    scales = np.repeat(np.array(USUAL)[:, None], len(base), axis=1)
    if "lower" not in panel:
        nothing = look_ahead(np.zeros(base.shape), np.zeros(base.shape), scales[:3], scales[3])
        return nothing, usual.swapaxes(1, 2).copy()
    lower, upper = (panel[name].transpose("indicator", "time", "unit").values for name in ("lower", "upper"))
    mean = np.ascontiguousarray(((usual - middle) / wide).swapaxes(1, 2))
    log_rate = np.log(np.maximum(np.where(np.isfinite(lower), lower + upper, 0) / 2, 0) + 0.5) - base
    for attempt in range(ROUNDS):
        slope, weight = expanded(lower, upper, log_rate + base, overdispersion)
        weighted = (weight * (log_rate - middle) + slope) * wide
        weight = weight * wide**2
        if attempt == 1:  # once the field has left what single small counts suggest
            scales = np.stack(
                [_likely(*(one[k : k + 1] for one in (mean, weighted, weight))) for k in range(len(mean))], 1
            )
        working = look_ahead(weighted, weight, scales[:3], scales[3])
        field = field_made(np.zeros_like(mean), mean, scales[:3], scales[3], working)[0]
        log_rate = middle + wide * field.swapaxes(1, 2)
    return working, np.ascontiguousarray(log_rate.swapaxes(1, 2))


def _likely(mean: np.ndarray, weighted: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """About the likeliest scales and persistence of one indicator's Gaussian series, not far from `USUAL`."""
    known = weight > 0

    def unlikely(unbounded: np.ndarray) -> float:
        one = _bounded(unbounded)
        working = look_ahead(weighted, weight, one[:3, None], one[3:])
        field, density, volume = field_made(np.zeros_like(mean), mean, one[:3, None], one[3:], working)
        missed = weighted[known] - weight[known] * field.swapaxes(1, 2)[known]
        likelihood = density + volume - 0.5 * (missed**2 / weight[known]).sum()
        return float(0.5 * (unbounded**2).sum() - likelihood)

    corners = np.vstack([np.zeros(4), np.eye(4)])
    settings = {"initial_simplex": corners, "maxfev": 150, "xatol": 0.05, "fatol": 0.1}
    return _bounded(minimize(unlikely, np.zeros(4), method="Nelder-Mead", options=settings).x)


def _bounded(unbounded: np.ndarray) -> np.ndarray:
    """Scales and persistence as multiples of what is usual, the latter in its odds."""
    odds = USUAL[3] / (1 - USUAL[3]) * np.exp(unbounded[3])
    return np.append(np.array(USUAL[:3]) * np.exp(unbounded[:3]), odds / (1 + odds))


def expanded(
    lower: np.ndarray, upper: np.ndarray, eta: np.ndarray, overdispersion: float
) -> tuple[np.ndarray, np.ndarray]:
    """Slope and negative curvature in eta = log mu of log P(lower <= count <= upper); 0 where not reported.

    The slope is E(count | interval) - mu, the curvature Var(count | interval) - mu: both by sums of Poisson
    probabilities over the interval shifted by one and by two.
    """
    known = np.isfinite(lower)
    low, high, mu = np.where(known, lower, 0), np.where(known, upper, 0), np.exp(np.minimum(eta, 50))
    exact = low == high
    with np.errstate(divide="ignore", invalid="ignore"):
        inside, once, twice = (_between(low - shift, high - shift, mu) for shift in range(3))
        first = np.where(exact, low, mu * once / inside)
        second = np.where(exact, low * (low - 1), mu**2 * twice / inside)
    weight = mu - np.where(exact, 0, second + first - first**2)
    usable = known & np.isfinite(first) & np.isfinite(weight)
    shrink = 1 / (1 + overdispersion * mu)
    slope = np.where(usable, first - mu, 0) * shrink
    return slope, np.where(known, np.maximum(np.where(usable, weight, 0) * shrink, LEAST_WEIGHT), 0)


def _between(low: np.ndarray, high: np.ndarray, mu: np.ndarray) -> np.ndarray:
    """P(low <= count <= high) of a Poisson count."""
    below = np.where(low > 0, pdtr(np.maximum(low - 1, 0), mu), 0)
    found: np.ndarray = np.where(high < 0, 0, pdtr(np.maximum(high, 0), mu) - below)
    return found
