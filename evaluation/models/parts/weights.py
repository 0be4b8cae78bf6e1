"""Weights of donors: mixtures of few of them."""

from typing import Any

import numpy as np
import pymc as pm
import pytensor.tensor as pt

from evaluation.models.parts.donors import Comparison

Tensor = pt.TensorVariable
NEVER = -1e6  # log of the part of a donor that reports nothing


def concentration(typical: float, donors: int) -> float:
    """Concentration of a symmetric Dirichlet distribution under which about `typical` of `donors` carry a mixture.

    One over the expected sum of squared weights is (donors a + 1) / (a + 1).

    >>> round(concentration(4, 38), 3)
    0.088
    """
    typical = min(typical, 0.9 * donors)
    return max(typical - 1, 0.01) / (donors - typical)


def draw_weights(compared: Comparison, typical: float) -> Tensor:
    """Draw the weight of every donor in the mixture that stands for each treated unit, (treated, donor).

    A symmetric Dirichlet distribution over the donors that report something: independent gamma variables over their
    sum. What is drawn is a score whose `log_part` is the logarithm of such a variable: where the concentration is
    small, the logarithms of most are far below zero, each with a long tail in which a sampler would get lost.
    """
    shape = pm.Data("weight_concentration", concentration(typical, max(int(compared.usable.sum()), 1)))
    usable = pm.Data("donor_usable", np.where(compared.usable, 0.0, NEVER), dims="donor")
    score = pm.CustomDist(
        "weight_score", shape, logp=_logp, random=_draw, support_point=_start, dims=("treated", "donor"),
    )  # fmt: skip
    parts = log_part(score, shape) + usable[None]
    return pm.Deterministic("weight", pt.special.softmax(parts, axis=1), dims=("treated", "donor"))


def log_part(score: Any, shape: Any) -> Any:
    """Logarithm of the gamma variable of this score, log(sigmoid(z)) / a + log(1 + log(1 + e^z)): about z for large z.

    Under a gamma variable of small concentration a, z is about logistic: uniform variables to the power 1 / a are
    what such variables are below, and their upper tail is exponential.

    >>> log_part(np.array([-1.0, 0.0, 5.0]), 0.1).round(2)
    array([-12.86,  -6.4 ,   1.73])
    """
    return -_softplus(-score) / shape + _log1p(_softplus(score))


def _softplus(value: Any) -> Any:
    return np.logaddexp(0, value) if isinstance(value, np.ndarray) else pt.softplus(value)


def _log1p(value: Any) -> Any:
    return np.log1p(value) if isinstance(value, np.ndarray) else pt.log1p(value)


def _logp(score: Any, shape: Any) -> Any:
    """Log density of a score: that of the logarithm of a gamma variable of unit scale, and the volume."""
    part = log_part(score, shape)
    volume = pt.log(pt.sigmoid(-score) / shape + pt.sigmoid(score) / (1 + pt.softplus(score)))
    return shape * part - pt.exp(part) - pt.gammaln(shape) + volume


def _start(variable: Tensor, size: Tensor, shape: Tensor) -> Tensor:
    return pt.zeros(size)


def _draw(shape: np.ndarray, rng: np.random.Generator, size: tuple[int, ...] | None) -> np.ndarray:
    # G(a) = G(a + 1) U^(1/a): its logarithm does not underflow where a is small
    drawn: np.ndarray = np.log(rng.gamma(shape + 1, size=size)) + np.log(rng.random(size)) / shape
    low, high = np.full(drawn.shape, -750.0), np.full(drawn.shape, 750.0)
    for _ in range(60):  # halvings: no score is beyond these ends, and 60 leave nothing of their distance
        middle = (low + high) / 2
        above = log_part(middle, shape) > drawn
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    return (low + high) / 2
