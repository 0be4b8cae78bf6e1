"""The linear mean as one operation, held against plain numpy and against its own linearity."""

import numpy as np
import pytensor
import pytensor.tensor as pt
import pytest
from pytensor.graph.replace import vectorize_graph

from evaluation.models.parts.design_mean import DesignMean, design_gradient, design_mean

RNG = np.random.default_rng(3)
REGIONS, UNITS, PERIODS, PATHS = 3, 4, 5, 2
REGION = np.array([1, 0, 1, 2])
FELT = np.array([[1.0, 0.0], [1.0, 0.5], [0.0, 2.0]])  # (region, path)
ROW = np.array([0, 2, 2, REGIONS + 2, REGIONS])  # regions, then units
COLUMN = np.array([8, 8, 9, 10, 10])  # 8 steps of paths come first; one coefficient serves two rows
VALUES = RNG.normal(size=(5, PERIODS))
BETA = RNG.normal(size=(12, 2))  # the last coefficient moves nothing
DESIGN = (FELT, REGION, ROW, COLUMN, VALUES)


def by_hand(beta: np.ndarray) -> np.ndarray:
    sums = np.tril(np.ones((PERIODS, PERIODS - 1)), -1)
    path = np.einsum("ts,psk->kpt", sums - sums.mean(axis=0), beta[:8].reshape(PATHS, PERIODS - 1, 2))
    mean = np.einsum("up,kpt->kut", FELT[REGION], path)
    for row, column, values in zip(ROW, COLUMN, VALUES, strict=True):
        moved = row == REGION if row < REGIONS else np.arange(UNITS) == row - REGIONS
        mean += beta[column][:, None, None] * moved[:, None] * values
    return mean


def test_the_mean_is_the_design_times_its_coefficients() -> None:
    np.testing.assert_allclose(design_mean(BETA, *DESIGN), by_hand(BETA), rtol=1e-12)


def test_the_gradient_is_the_transpose_of_the_mean() -> None:
    slope = RNG.normal(size=(2, 4, 5))
    direction = RNG.normal(size=BETA.shape)
    along = (design_gradient(slope, BETA, *DESIGN) * direction).sum()
    assert along == pytest.approx((slope * by_hand(direction)).sum(), rel=1e-12)


def test_the_operation_has_that_gradient_in_a_graph() -> None:
    beta = pt.dmatrix()
    slope = RNG.normal(size=(2, 4, 5))
    gradient = pytensor.grad((DesignMean()(beta, *DESIGN) * slope).sum(), beta)
    np.testing.assert_allclose(gradient.eval({beta: BETA}), design_gradient(slope, BETA, *DESIGN), rtol=1e-12)


def test_many_draws_are_evaluated_at_once() -> None:
    beta, draws = pt.dmatrix(), pt.dtensor3()
    [many] = vectorize_graph([DesignMean()(beta, *DESIGN)], replace={beta: draws})
    values = np.stack([BETA, 2 * BETA])
    np.testing.assert_allclose(many.eval({draws: values})[1], by_hand(2 * BETA), rtol=1e-12)
