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
    sum, drawn by their logarithms, which are far below zero for most donors where the concentration is small.
    """
    shape = pm.Data("weight_concentration", concentration(typical, max(int(compared.usable.sum()), 1)))
    usable = pm.Data("donor_usable", np.where(compared.usable, 0.0, NEVER), dims="donor")
    part = pm.CustomDist(
        "weight_part", shape, logp=_logp, random=_draw, support_point=_start, dims=("treated", "donor"),
    )  # fmt: skip
    return pm.Deterministic("weight", pt.special.softmax(part + usable[None], axis=1), dims=("treated", "donor"))


def _logp(value: Any, shape: Any) -> Any:
    """Log density of the logarithm of a gamma variable of unit scale."""
    return shape * value - pt.exp(value) - pt.gammaln(shape)


def _start(variable: Tensor, size: Tensor, shape: Tensor) -> Tensor:
    return pt.full(size, pt.log(shape))


def _draw(shape: np.ndarray, rng: np.random.Generator, size: tuple[int, ...] | None) -> np.ndarray:
    # G(a) = G(a + 1) U^(1/a): its logarithm does not underflow where a is small
    drawn: np.ndarray = np.log(rng.gamma(shape + 1, size=size)) + np.log(rng.random(size)) / shape
    return drawn
