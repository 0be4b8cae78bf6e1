"""Persistence of the drift: how much of it carries over to the next period."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pymc as pm
import pytensor.tensor as pt
from pymc.distributions.transforms import Transform

Tensor = pt.TensorVariable


def draw_persistence(name: str, prior: Sequence[float], drift_sd: Tensor, dims: str = "indicator") -> Tensor:
    """Draw the persistence of each drift, (indicator,), beta distributed and independent of everything else.

    Parameters
    ----------
    prior
        The two shapes of the beta distribution.
    drift_sd
        (indicator,): only the sampler's coordinates depend on it.
    """
    drawn: Tensor = pm.CustomDist(
        name, *prior, drift_sd,
        logp=_logp, random=_draw, support_point=_start, transform=AtSteps(), dims=dims,
    )  # fmt: skip
    return drawn


# Drifts that wander twice as wide with e^(2.4 log 2) times the odds of carrying over take much the same steps from
# period to period, and steps are what counts show: (1 + persistence) / persistence^2, for a persistence of 0.9.
ODDS_BY_WIDTH = 2.4


class AtSteps(Transform):  # type: ignore[misc]
    """What the sampler moves: log odds of persistence, less what a wider drift with the same steps has more of."""

    name = "at_steps"

    def forward(self, value: Tensor, *inputs: Tensor) -> Tensor:
        """From persistence to the real line."""
        return pt.log(value) - pt.log1p(-value) - ODDS_BY_WIDTH * pt.log(inputs[-1])

    def backward(self, value: Tensor, *inputs: Tensor) -> Tensor:
        """From the real line to persistence."""
        return pt.sigmoid(value + ODDS_BY_WIDTH * pt.log(inputs[-1]))

    def log_jac_det(self, value: Tensor, *inputs: Tensor) -> Tensor:
        """Of each persistence."""
        odds = value + ODDS_BY_WIDTH * pt.log(inputs[-1])
        return -pt.softplus(-odds) - pt.softplus(odds)


def _logp(value: Any, alpha: Any, beta: Any, drift_sd: Any) -> Any:
    return pm.logp(pm.Beta.dist(alpha, beta), value)


def _start(variable: Tensor, size: Tensor, alpha: Tensor, beta: Tensor, drift_sd: Tensor) -> Tensor:
    return pt.broadcast_to(alpha / (alpha + beta), drift_sd.shape)


def _draw(
    alpha: np.ndarray, beta: np.ndarray, drift_sd: np.ndarray, rng: np.random.Generator, size: tuple[int, ...] | None
) -> np.ndarray:
    return rng.beta(alpha, beta, size=np.shape(drift_sd) if size is None else size)
