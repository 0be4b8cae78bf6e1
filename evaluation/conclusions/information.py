"""What it would be worth to know more before choosing: of everything, of some of it, or of what a sample would show.

The choice is between adopting, with net benefit `net` (a number for each draw of the posterior), and not adopting, with
net benefit 0. The best choice today is the one with the larger expected net benefit, worth max(0, E net). Knowing more
is worth what the choice would gain by it on average:

    EVPI  = E max(0, net) - max(0, E net)
    EVPPI = E max(0, E[net | known]) - max(0, E net)
    EVSI  = E max(0, E[net | measured]) - max(0, E net)

E[net | ...] is a regression of net on what would be known (Strong, Oakley and Brennan 2014, Medical Decision Making
34(3), 311-326) or measured (Strong, Oakley, Brennan and Breeze 2015, Medical Decision Making 35(5), 570-583), here on
splines.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import BSpline

Draws = NDArray[np.float64]

KNOTS = (0, 1, 3, 6, 10)  # inside the range of one unknown, from the plainest cubic to one that follows a sharp bend
BASES = 200  # coefficients drawn for a standard error
REPEATS = 8  # samples simulated for each draw


@dataclass(frozen=True)
class Worth:
    """A value of information and its standard error, in the unit of the net benefit."""

    value: float
    error: float


@dataclass(frozen=True)
class Fitted:
    """E[net | known] at every draw, (draw,): a linear regression on an orthonormal basis (draw, column)."""

    mean: Draws
    basis: Draws
    noise: float  # sd of a residual

    def again(self, rng: np.random.Generator) -> Draws:
        """What the regression might as well have been, (BASES, draw): its coefficients drawn anew."""
        steps = rng.standard_normal((BASES, self.basis.shape[1])) * self.noise
        return self.mean + steps @ self.basis.T


def perfect(net: Draws) -> Worth:
    """Expected value of perfect information, and its Monte Carlo error.

    >>> perfect(np.array([-1.0, 3.0])).value
    0.5
    """
    return Worth(_gain(net), _monte_carlo_error(net))


def partial(net: Draws, known: Draws, *, seed: int) -> Worth:
    """Expected value of knowing `known` exactly: (draw,) of one unknown or (draw, unknown) of several together.

    The error adds up that of the regression, from coefficients drawn anew (Strong et al. 2014), and that of the draws.

    >>> rng = np.random.default_rng(1)
    >>> effect, other = rng.normal(size=(2, 2000))
    >>> partial(effect, other, seed=1).value  # what has no bearing on the choice is worth nothing
    0.0
    >>> abs(partial(effect, effect, seed=1).value - perfect(effect).value) < 0.01
    True
    """
    return _worth(conditional_mean(net, known), _stream(seed))


def sample(net: Draws, unknown: Draws, error: float, *, seed: int) -> Worth:
    """Expected value of a sample that measures `unknown`, (draw,), with a normal standard error `error`.

    A measurement is simulated for every draw, several times, and net is regressed on it (Strong et al. 2015). It cannot
    be worth more than knowing `unknown` exactly; where the two regressions say otherwise, the smaller holds.

    >>> rng = np.random.default_rng(1)
    >>> effect = rng.normal(size=4000)
    >>> sample(effect, effect, 0.1, seed=1).value > sample(effect, effect, 1.0, seed=1).value > 0
    True
    """
    rng = _stream(seed)
    each = [
        _worth(conditional_mean(net, unknown + error * rng.standard_normal(len(unknown))), rng) for _ in range(REPEATS)
    ]
    value = float(np.mean([one.value for one in each]))
    exact = partial(net, unknown, seed=seed)
    return Worth(min(value, exact.value), float(np.mean([one.error for one in each])))


def spread_left(target: Draws, unknown: Draws, error: float, *, seed: int) -> float:
    """Share of the variance of `target` that is expected to be left, once `unknown` was measured with this error.

    >>> effect = np.random.default_rng(1).normal(size=4000)
    >>> round(spread_left(effect, effect, 1.0, seed=1), 1)
    0.5
    """
    rng = _stream(seed)
    told = [
        float(conditional_mean(target, unknown + error * rng.standard_normal(len(unknown))).mean.var())
        for _ in range(REPEATS)
    ]
    return float(np.clip(1 - np.mean(told) / target.var(), 0.0, 1.0))


def conditional_mean(net: Draws, known: Draws) -> Fitted:
    """E[net | known]: of a constant, a line and splines of growing flexibility, that of the lowest BIC.

    A constant is among them, so that what has no bearing on the choice is found to be worth exactly nothing.
    """
    found, best = _fit(net, np.ones((len(net), 1))), math.inf
    for basis in _bases(known.reshape(len(net), -1)):
        fitted = _fit(net, basis)
        columns = fitted.basis.shape[1]
        score = len(net) * math.log(fitted.noise**2 + np.finfo(float).tiny) + columns * math.log(len(net))
        if score < best:
            found, best = fitted, score
    return found


def _bases(known: Draws) -> Iterator[Draws]:
    """Columns of candidates, (draw, column): a constant, a plane, then products of splines in each unknown."""
    moves = known[:, known.std(axis=0) > 0]
    count = len(known)
    yield np.ones((count, 1))
    if not moves.shape[1]:
        return
    yield np.column_stack([np.ones(count), (moves - moves.mean(axis=0)) / moves.std(axis=0)])
    for knots in KNOTS:
        columns = (knots + 4) ** moves.shape[1]
        if columns <= count / 20:
            yield _products([_spline(moves[:, at], knots) for at in range(moves.shape[1])])


def _spline(values: Draws, knots: int) -> Draws:
    """Cubic B-splines, (draw, column), with so many knots inside at quantiles; their columns add up to 1."""
    inside = np.quantile(values, np.arange(1, knots + 1) / (knots + 1))
    low, high = values.min(), values.max()
    inside = np.unique(inside[(inside > low) & (inside < high)])
    edges = np.concatenate([np.repeat(low, 4), inside, np.repeat(high, 4)])
    return np.asarray(BSpline.design_matrix(values, edges, 3).toarray())


def _products(each: list[Draws]) -> Draws:
    found = each[0]
    for other in each[1:]:
        found = (found[:, :, None] * other[:, None, :]).reshape(len(found), -1)
    return found


def _fit(net: Draws, columns: Draws) -> Fitted:
    sizes, turned = np.linalg.eigh(columns.T @ columns)
    kept = sizes > 1e-10 * sizes[-1]  # splines without a draw under them, and columns that others make up
    basis = columns @ (turned[:, kept] / np.sqrt(sizes[kept]))
    mean = basis @ (basis.T @ net)
    free = max(len(net) - basis.shape[1], 1)
    return Fitted(mean, basis, float(np.sqrt(((net - mean) ** 2).sum() / free)))


def _stream(seed: int) -> np.random.Generator:
    """A stream of its own: draws that came from the same seed must not come again as the noise of a measurement."""
    return np.random.default_rng((seed, 2015))


def _gain(net: Draws) -> float:
    return max(float(np.maximum(net, 0.0).mean() - max(net.mean(), 0.0)), 0.0)


def _monte_carlo_error(net: Draws) -> float:
    """Of `_gain`, the draws taken as independent."""
    gained = np.maximum(net, 0.0) - (net if net.mean() > 0 else 0.0)
    return float(gained.std(ddof=1) / math.sqrt(len(net)))


def _worth(fitted: Fitted, rng: np.random.Generator) -> Worth:
    if fitted.basis.shape[1] == 1:
        return Worth(0.0, 0.0)
    again = fitted.again(rng)
    gains = np.maximum(again, 0.0).mean(axis=1) - np.maximum(again.mean(axis=1), 0.0)
    return Worth(_gain(fitted.mean), math.hypot(float(gains.std(ddof=1)), _monte_carlo_error(fitted.mean)))
