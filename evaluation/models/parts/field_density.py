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
def field_density(deviation: Array, scales: Array, persistence: Array) -> tuple[float, Array, Array]:
    """Log density of Gaussian series, and its gradient.

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

    With S the covariance of one indicator and D its deviations (unit, time):
    log p = -1/2 tr(D S^-1 D') - U/2 log|S| - UT/2 log 2 pi; d/dD = -D S^-1; d/dS = 1/2 (S^-1 D' D S^-1 - U S^-1).
    """
    indicators, units, periods = deviation.shape
    by_deviation = np.zeros_like(deviation)
    by_scale = np.zeros((4, indicators))
    total = -0.5 * deviation.size * np.log(2.0 * np.pi)
    root = np.zeros((periods, periods))
    inverse_root = np.zeros((periods, periods))
    powers = np.zeros(periods)
    for k in range(indicators):
        level_sd, drift_sd, noise_sd = scales[0, k], scales[1, k], scales[2, k]
        powers[0] = 1.0
        for lag in range(1, periods):
            powers[lag] = powers[lag - 1] * persistence[k]
        for i in range(periods):  # Cholesky factor of S, row by row
            for j in range(i + 1):
                value = level_sd**2 + drift_sd**2 * powers[i - j]
                if i == j:
                    value += noise_sd**2
                for m in range(j):
                    value -= root[i, m] * root[j, m]
                if i == j:
                    if not value > 0.0:
                        return -np.inf, by_deviation, by_scale
                    root[i, i] = np.sqrt(value)
                else:
                    root[i, j] = value / root[j, j]
        for j in range(periods):  # inverse of the factor, column by column
            inverse_root[j, j] = 1.0 / root[j, j]
            for i in range(j + 1, periods):
                value = 0.0
                for m in range(j, i):
                    value -= root[i, m] * inverse_root[m, j]
                inverse_root[i, j] = value / root[i, i]
            total -= units * np.log(root[j, j])
        inverse = np.dot(inverse_root.T, inverse_root)
        one = np.ascontiguousarray(deviation[k])
        weighted = np.dot(one, inverse)  # (unit, time)
        for u in range(units):
            for t in range(periods):
                total -= 0.5 * one[u, t] * weighted[u, t]
                by_deviation[k, u, t] = -weighted[u, t]
        outer = np.dot(weighted.T, weighted)
        for i in range(periods):
            for j in range(periods):
                slope = 0.5 * (outer[i, j] - units * inverse[i, j])
                lag = abs(i - j)
                by_scale[0, k] += slope * 2.0 * level_sd
                by_scale[1, k] += slope * 2.0 * drift_sd * powers[lag]
                if lag > 0:
                    by_scale[3, k] += slope * drift_sd**2 * lag * powers[lag - 1]
                else:
                    by_scale[2, k] += slope * 2.0 * noise_sd
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

    # The kernel's own text is in the key, so that a changed kernel is never served from an old cache.
    return density, sha256(inspect.getsource(field_density.py_func).encode()).hexdigest()


_field_density = FieldDensity()


def field_logp(value: Any, mean: Any, scales: Any, persistence: Any) -> Any:
    """Joint log density of the field around its mean, a scalar."""
    outputs: Any = _field_density(value - mean, scales, persistence)
    return outputs[0]
