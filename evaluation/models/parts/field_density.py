"""Density of the latent field as one operation: log density and its whole gradient in a single pass.

Written out as a graph (Cholesky factor, triangular solve and their gradients, once an indicator) the same density
costs several times the compile time and the time of a gradient.
"""

import inspect
from hashlib import sha256
from typing import Any

import numba
import numpy as np
import pytensor.tensor as pt
from pytensor.graph.basic import Apply
from pytensor.graph.op import Op
from pytensor.link.numba.dispatch.basic import numba_njit, register_funcify_and_cache_key

Array = np.ndarray


def series_covariance(periods: int, level_sd: float, drift_sd: float, persistence: float, noise_sd: float) -> Array:
    """Covariance over time of one series around its mean, (time, time).

    level_sd^2 + drift_sd^2 persistence^|lag| + noise_sd^2 I: a constant level, a stationary first-order
    autoregression, and noise of each period of its own (the overdispersion of the counts).

    >>> series_covariance(2, 1.0, 1.0, 0.5, 0.0)
    array([[2. , 1.5],
           [1.5, 2. ]])
    """
    lag = np.abs(np.arange(periods)[:, None] - np.arange(periods)[None, :])
    return level_sd**2 + drift_sd**2 * persistence**lag + noise_sd**2 * np.eye(periods)


# error_model="numpy": a variance of zero gives infinities that the sampler rejects, not an exception inside it.
@numba.njit(error_model="numpy", cache=True)  # type: ignore[untyped-decorator]
def _solve(
    innovation: Array, filtered: Array, persistence: float, along: float, solved: Array
) -> tuple[float, float, float, float]:
    """Solve S x = d back from the innovations of d, into `solved`; and the quadratic forms that gradients need.

    Parameters
    ----------
    innovation
        (time,): innovations of d under S without its level.
    filtered
        (4, time): what is kept of a state, what is gained from a deviation, 1 / variance, innovations of a constant 1.
    along
        How much of the constant's innovations the level takes away.

    Returns
    -------
    Sum of x; x'x; x'Px; x'P'x, with P = persistence^|lag| and P' its derivative in persistence.
    """
    back = ahead = ahead_slope = 0.0  # sums over later periods: of the filter, of P x, of P' x
    total = squared = correlated = correlated_slope = 0.0
    for t in range(len(solved) - 1, -1, -1):
        scaled = (innovation[t] - along * filtered[3, t]) * filtered[2, t]
        x = scaled + filtered[1, t] * back
        back = filtered[0, t] * back - scaled
        ahead_slope = ahead + persistence * ahead_slope
        ahead = x + persistence * ahead
        solved[t] = x
        total += x
        squared += x * x
        correlated += x * ahead
        correlated_slope += x * ahead_slope
    return total, squared, 2.0 * correlated - squared, 2.0 * correlated_slope


@numba.njit(error_model="numpy", cache=True)  # type: ignore[untyped-decorator]
def field_density(deviation: Array, scales: Array, persistence: Array) -> tuple[float, Array, Array]:
    """Log density of Gaussian series, and its gradient, in time and memory that grow with the number of cells.

    The Kalman filter of the autoregression gives the innovations of each series and, run backwards, the solution of
    S x = d (Durbin and Koopman 2012, sections 4.3 and 4.4); the level is a matrix of rank one on top (Woodbury). The
    filter's gains do not depend on the data, so they and the derivatives of log|S| are computed once an indicator.

    Parameters
    ----------
    deviation
        (indicator, unit, time): the field less its mean.
    scales
        (3, indicator): level_sd, drift_sd, noise_sd of `series_covariance`.
    persistence
        (indicator,).

    Returns
    -------
    Log density; its gradient in `deviation`; its gradient in the scales and, last, in persistence, (4, indicator). A
    covariance that is not positive definite has log density minus infinity.

    With S the covariance of one indicator and d the deviations of one unit, x = S^-1 d:
    log p = -1/2 d'x - 1/2 log|S| - T/2 log 2 pi, summed over units; d/dd = -x; d/dS = 1/2 (x x' - S^-1).
    """
    indicators, units, periods = deviation.shape
    by_deviation = np.zeros_like(deviation)
    by_scale = np.zeros((4, indicators))
    total = -0.5 * deviation.size * np.log(2.0 * np.pi)
    filtered = np.zeros((4, periods))
    innovation, solved = np.empty(periods), np.empty(periods)
    for k in range(indicators):
        phi, level = persistence[k], scales[0, k] ** 2
        drift, noise = scales[1, k] ** 2, scales[2, k] ** 2
        state, known = drift, 0.0  # variance of the state before its figure is seen; the state expected of a constant 1
        by_drift, by_noise, by_phi = 1.0, 0.0, 0.0  # derivatives of that variance
        log_det = drift_det = noise_det = phi_det = constant = 0.0
        for t in range(periods):
            variance = state + noise
            if not variance > 0.0:
                return -np.inf, np.zeros_like(deviation), by_scale
            share, rest = state / variance, noise / variance
            filtered[0, t], filtered[1, t], filtered[2, t] = phi * rest, phi * share, 1.0 / variance
            filtered[3, t] = 1.0 - known
            known = phi * rest * known + phi * share
            constant += filtered[3, t] ** 2 / variance
            log_det += np.log(variance)
            drift_det += by_drift / variance
            noise_det += (by_noise + 1.0) / variance
            phi_det += by_phi / variance
            by_phi = 2.0 * phi * (state * rest - drift) + phi**2 * rest**2 * by_phi
            by_drift = phi**2 * rest**2 * by_drift + 1.0 - phi**2
            by_noise = phi**2 * (rest**2 * by_noise + share**2)
            state = phi**2 * state * rest + drift * (1.0 - phi**2)
        with_level = 1.0 + level * constant
        total -= 0.5 * units * (log_det + np.log(with_level))
        sums = squares = drifts = slopes = 0.0
        for u in range(units):
            known = along = 0.0
            for t in range(periods):
                innovation[t] = deviation[k, u, t] - known
                known = filtered[0, t] * known + filtered[1, t] * deviation[k, u, t]
                along += filtered[3, t] * innovation[t] * filtered[2, t]
            one = _solve(innovation, filtered, phi, along * level / with_level, solved)
            sums, squares, drifts, slopes = sums + one[0] ** 2, squares + one[1], drifts + one[2], slopes + one[3]
            for t in range(periods):
                total -= 0.5 * deviation[k, u, t] * solved[t]
                by_deviation[k, u, t] = -solved[t]
        of_level = _solve(filtered[3], filtered, phi, 0.0, solved)
        taken = level / with_level
        by_scale[0, k] = scales[0, k] * (sums - units * constant / with_level)
        by_scale[1, k] = scales[1, k] * (drifts - units * (drift_det - taken * of_level[2]))
        by_scale[2, k] = scales[2, k] * (squares - units * (noise_det - taken * of_level[1]))
        by_scale[3, k] = 0.5 * (drift * slopes - units * (phi_det - taken * drift * of_level[3]))
    return total, by_deviation, by_scale


class FieldDensity(Op):  # type: ignore[misc]
    """PyTensor operation around `field_density`; its further outputs are the gradient it has already computed."""

    __props__ = ()

    def make_node(self, *inputs: Any) -> Apply:
        """Deviation (indicator, unit, time), scales (3, indicator), persistence (indicator,); see `field_density`."""
        numbers = [pt.as_tensor(one).astype("float64") for one in inputs]
        return Apply(self, numbers, [pt.dscalar(), pt.dtensor3(), pt.dmatrix()])

    def perform(self, node: Apply, inputs: Any, output_storage: Any) -> None:
        """Evaluate outside compiled graphs."""
        density, by_deviation, by_scale = field_density(*(np.ascontiguousarray(one) for one in inputs))
        output_storage[0][0] = np.asarray(density)
        output_storage[1][0] = by_deviation
        output_storage[2][0] = by_scale

    def pullback(self, inputs: Any, outputs: Any, cotangents: Any) -> list[Any]:
        """Gradient of the density; nothing is ever asked of the gradient outputs themselves."""
        return [cotangents[0] * outputs[1], cotangents[0] * outputs[2][:3], cotangents[0] * outputs[2][3]]


@register_funcify_and_cache_key(FieldDensity)  # type: ignore[untyped-decorator]
def _compiled(op: FieldDensity, **_: Any) -> tuple[Any, str]:
    @numba_njit
    def density(deviation: Array, scales: Array, persistence: Array) -> tuple[Array, Array, Array]:
        value, by_deviation, by_scale = field_density(deviation, scales, persistence)
        return np.asarray(value), by_deviation, by_scale

    # The kernels' own text is in the key, so that a changed kernel is never served from an old cache.
    text = inspect.getsource(_solve.py_func) + inspect.getsource(field_density.py_func)
    return density, sha256(text.encode()).hexdigest()


_field_density = FieldDensity()


def field_logp(value: Any, mean: Any, scales: Any, persistence: Any) -> Any:
    """Joint log density of the field around its mean, a scalar."""
    outputs: Any = _field_density(value - mean, scales, persistence)
    return outputs[0]
