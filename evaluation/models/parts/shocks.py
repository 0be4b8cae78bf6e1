"""What moves many units at once: shocks common to all, and to a region."""

import numpy as np
import pymc as pm
import pytensor.tensor as pt

Tensor = pt.TensorVariable


def common_shocks(indicators: int, periods: int, sd: float) -> Tensor:
    """A random walk over time for each indicator, mean zero over the window so that the level keeps its meaning.

    Returns
    -------
    (indicator, time), log rate. `sd` scales the step from one period to the next.
    """
    scale = pm.HalfNormal("common_sd", sd, dims="indicator")
    steps = pm.Normal("common_step", 0, 1, shape=(indicators, periods - 1))
    return _walk(steps * scale[:, None])


def regional_shocks(indicators: int, regions: int, periods: int, sd: float) -> Tensor:
    """Random walks of each region around the common one, (indicator, region, time), log rate."""
    scale = pm.HalfNormal("region_sd", sd, dims="indicator")
    steps = pm.Normal("region_step", 0, 1, shape=(indicators, regions, periods - 1))
    return _walk(steps * scale[:, None, None])


def _walk(steps: Tensor) -> Tensor:
    # A random walk centred over the window is one matrix product: cumulative sums, less their mean.
    return pt.dot(steps, centred_sums(steps.type.shape[-1]).T)


def centred_sums(steps: int) -> np.ndarray:
    """Matrix (steps + 1, steps) that turns the steps of a walk into its path less its mean over the window.

    >>> centred_sums(2) @ [1.0, 1.0]
    array([-1.,  0.,  1.])
    """
    sums = np.tril(np.ones((steps + 1, steps)), -1)
    return sums - sums.mean(axis=0)
