"""The Gaussian nearest to the posterior of field and coefficients, given scales and persistence.

Rue, Martino and Chopin (2009), JRSS B 71(2), section 3.2: the posterior of what is Gaussian a priori, under counts
whose log likelihood is concave, is matched at its mode in value, slope and curvature (Laplace). With few counts the
mode lies beside the mean. So each cell's log likelihood is first averaged over about its posterior spread: the mode
then is the mean of the Gaussian variational approximation (Opper and Archambeau 2009, Neural Computation 21(3)).
"""

from dataclasses import dataclass

import numba
import numpy as np
from scipy.linalg import solve_triangular

from evaluation.inference.linear import Linear

Array = np.ndarray
FARTHEST = 3.0  # log rate a Newton step may move a cell
CLOSE = 5e-3  # of a step: the one after it is shorter than its square, and the marginal likelihood hangs on that
MOST_STEPS = 100


NODES, SHARES = np.polynomial.hermite_e.hermegauss(3)
SHARES /= SHARES.sum()


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def likelihood(eta: Array, spread: Array, lower: Array, upper: Array, slope: Array, weight: Array) -> float:
    """Log density of counts known to lie in [lower, upper] (NaN: not known), but for constants.

    Expected where eta = log mu is normal around its middle `eta` with variance `spread` (0: known). Fills the
    derivative in that middle, and the second one with its sign turned. All arrays are (cell,).
    """
    total = 0.0
    for i in range(len(eta)):
        slope[i] = weight[i] = 0.0
        if np.isnan(lower[i]):
            continue
        if lower[i] == upper[i]:
            mu = np.exp(eta[i] + spread[i] / 2)
            total += lower[i] * eta[i] - mu
            slope[i], weight[i] = lower[i] - mu, mu
            continue
        for node, share in zip(NODES, SHARES):  # noqa: B905 (numba)
            one, first, second = _between(eta[i] + np.sqrt(spread[i]) * node, lower[i], upper[i])
            total += share * one
            slope[i] += share * first
            weight[i] += share * second
    return total


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _between(eta: float, lower: float, upper: float) -> tuple[float, float, float]:
    """Log probability of an interval, its derivative, and the second with its sign turned.

    Given the interval, the count has mean m and variance v: the derivative is m - mu, the second mu - v.
    """
    mu = np.exp(eta)
    rising = mu <= upper  # from whichever end is likely: no term is too large for a number
    end = lower if rising else upper
    term = mass = 1.0
    first, second = 0.0, 0.0  # of the distance from that end
    for step in range(1, int(upper - lower) + 1):
        term *= mu / (end + step) if rising else (end - step + 1) / mu
        mass += term
        first += step * term
        second += step * step * term
    first, second = first / mass, second / mass
    away = first if rising else -first
    total = end * eta - mu + np.log(mass)
    if not rising:  # relative to the same end as the other branch
        for count in range(int(lower) + 1, int(upper) + 1):
            total -= np.log(count)
    return total, end + away - mu, max(mu - (second - first * first), 1e-10)


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def precisions(covariance: Array, wide: Array, weight: Array, out: Array) -> float:
    """V = (S + W^-1)^-1 of every series into `out`; the sum of log|I + W^1/2 S W^1/2|.

    Parameters
    ----------
    covariance, wide
        S = D covariance D, D the diagonal of wide: (indicator, time, time) and (indicator, unit, time).
    weight
        The diagonal of W, (indicator, unit, time); 0 where nothing is known.
    out
        (indicator, unit, time, time).
    """
    indicators, units, periods = weight.shape
    root, inner, row = np.empty(periods), np.empty(periods), np.empty(periods)
    total = 0.0
    for k in range(indicators):
        for u in range(units):
            inverse = out[k, u]
            for i in range(periods):
                root[i] = np.sqrt(weight[k, u, i])
                inner[i] = root[i] * wide[k, u, i]
            for i in range(periods):
                for j in range(periods):
                    inverse[i, j] = covariance[k, i, j] * inner[i] * inner[j]
                inverse[i, i] += 1.0
            # Gauss and Jordan: no eigenvalue is below one, so no pivot need be searched for
            for pivot in range(periods):
                value = inverse[pivot, pivot]
                total += np.log(value)
                inverse[pivot, pivot] = 1.0
                for j in range(periods):
                    row[j] = inverse[pivot, j] / value
                for i in range(periods):
                    times = inverse[i, pivot]
                    if times != 0.0:
                        inverse[i, pivot] = 0.0
                        for j in range(periods):
                            inverse[i, j] -= times * row[j]
                for j in range(periods):
                    inverse[pivot, j] = row[j]
            for i in range(periods):
                for j in range(periods):
                    inverse[i, j] *= root[i] * root[j]
    return total


@dataclass(frozen=True)
class Counts:
    """What is known of every cell: bounds (NaN where nothing is) and log base, (indicator, unit, time).

    `spread` is about the posterior variance of its log rate; 0 leaves the mode of the density as it is.
    """

    lower: Array
    upper: Array
    log_base: Array
    spread: Array

    def crude(self, otherwise: Array) -> Array:
        """Log rate of each cell by its own count; `otherwise` where there is none."""
        known = np.isfinite(self.lower)
        middle = np.where(known, (self.lower + self.upper) / 2, 0.0)
        return np.where(known, np.log(middle + 0.5) - self.log_base, otherwise)


@dataclass(frozen=True)
class Prior:
    """Of the field around its mean: S = D covariance D for each series, D the diagonal of `wide`."""

    covariance: Array  # (indicator, time, time)
    wide: Array  # (indicator, unit, time)

    def times(self, series: Array) -> Array:
        """S of every series times (indicator, unit, time, ...)."""
        if series.ndim == 3:
            return np.asarray(self.wide * ((self.wide * series) @ self.covariance))
        wide = self.wide[..., None]
        return np.asarray(wide * (self.covariance[:, None] @ (wide * series)))

    def draw(self, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
        """Draws of every series, (indicator, unit, time, draw)."""
        root = np.linalg.cholesky(self.covariance + 1e-10 * np.eye(shape[2]))[:, None]
        drawn: Array = self.wide[..., None] * (root @ rng.standard_normal(shape))
        return drawn


@dataclass(frozen=True)
class Mode:
    """The Gaussian at the mode."""

    field: Array  # (indicator, unit, time), log rate
    standard: Array  # coefficients, standard
    factor: Array  # Cholesky factor of their precision, the field integrated out
    width: Array  # what the coefficients are multiplied by
    target: Array  # the counts as Gaussian figures of the field, less the mean without coefficients
    precision: Array  # V, (indicator, unit, time, time)
    weight: Array  # W, (indicator, unit, time); 0 where nothing is known
    prior: Prior
    log_marginal: float  # of the counts given the scales


def find_mode(linear: Linear, counts: Counts, scale: Array, prior: Prior, begin: Array | None = None) -> Mode:
    """Newton's method on field and coefficients together, from `begin` or from the crude rates.

    Raises
    ------
    LinAlgError
        No mode was found.
    """
    shape = linear.start.shape
    width = linear.width(scale)
    spread, lower, upper = counts.spread.ravel(), counts.lower.ravel(), counts.upper.ravel()
    field = counts.crude(linear.start) if begin is None else begin.copy()
    slope, weight = np.zeros(field.size), np.zeros(field.size)
    precision = np.zeros((*shape, shape[-1]))
    for _ in range(MOST_STEPS):
        likelihood((field + counts.log_base).ravel(), spread, lower, upper, slope, weight)
        weights = weight.reshape(shape)
        log_det = precisions(prior.covariance, prior.wide, weights, precision)
        move = slope.reshape(shape) / np.where(weights > 0, weights, 1)
        target = np.where(weights > 0, field + move - linear.start, 0.0)
        factor = linear.factors(precision, width)
        pulled = width * linear.back(_times(precision, target))
        standard = solve_triangular(factor, pulled, lower=True, check_finite=False)
        standard = solve_triangular(factor, standard, lower=True, trans=1, check_finite=False)
        mean = linear.times((width * standard)[:, None])[..., 0]
        solved = _times(precision, target - mean)
        step = linear.start + mean + prior.times(solved) - field
        farthest = np.abs(step).max()
        field = field + step * min(1.0, FARTHEST / farthest)
        if farthest < CLOSE:
            break
    else:
        raise np.linalg.LinAlgError(f"no mode was found in {MOST_STEPS} steps")
    density = likelihood((field + counts.log_base).ravel(), spread, lower, upper, slope, weight)
    unlikely = 0.5 * standard @ standard + 0.5 * ((field - linear.start - mean) * solved).sum()
    density += 0.5 * (weight * spread).sum()  # with the spread, a lower bound of the log marginal likelihood
    log_marginal = density - unlikely - 0.5 * log_det - np.log(np.diag(factor)).sum()
    return Mode(field, standard, factor, width, target, precision, weights.copy(), prior, float(log_marginal))


def draw(linear: Linear, mode: Mode, count: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Draws from the Gaussian at the mode.

    Given the coefficients, each series is drawn from its prior, with figures as the counts would be of it, and moved by
    what the counts' own figures differ from those (Hoffman and Ribak 1991, eq. 3): no matrix of its own to factor.

    Returns
    -------
    Standard coefficients (draw, coefficient), and the field (draw, indicator, unit, time).
    """
    noise = rng.standard_normal((linear.size, count))
    standard = mode.standard[:, None] + solve_triangular(mode.factor, noise, lower=True, trans=1, check_finite=False)
    mean = linear.times(mode.width[:, None] * standard)  # (indicator, unit, time, draw)
    away = mode.prior.draw(mean.shape, rng)
    known = mode.weight > 0
    spread = np.where(known, np.where(known, mode.weight, 1.0) ** -0.5, 0.0)[..., None]
    figures = away + spread * rng.standard_normal(mean.shape)
    pulled = mode.precision @ (mode.target[..., None] - mean - figures)
    field = mean + away + mode.prior.times(pulled)
    return standard.T, np.moveaxis(linear.start[..., None] + field, -1, 0)


def _times(matrices: Array, vectors: Array) -> Array:
    found: Array = (matrices @ vectors[..., None])[..., 0]
    return found
