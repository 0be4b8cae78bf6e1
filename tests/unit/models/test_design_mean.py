"""The linear mean as one operation, held against plain numpy and against its own linearity."""

import numpy as np
import pytensor.tensor as pt
import pytest
from pytensor.graph.replace import vectorize_graph

from evaluation.models.parts.design_mean import DesignMean, design_mean, multiplied, multiplied_gradient
from tests.unit.models.slopes import MODE, assert_slopes

RNG = np.random.default_rng(3)
REGIONS, UNITS, PERIODS, PATHS = 3, 4, 5, 2
REGION = np.array([1, 0, 1, 2])
FELT = np.array([[1.0, 0.0], [1.0, 0.5], [0.0, 2.0]])  # (region, path)
ROW = np.array([0, 2, 2, REGIONS + 2, REGIONS])  # regions, then units
COLUMN = np.array([8, 8, 9, 10, 10])  # 8 steps of paths come first; one coefficient serves two rows
VALUES = RNG.normal(size=(5, PERIODS))
BETA = RNG.normal(size=(12, 2))  # the last coefficient moves nothing
AT = RNG.integers(0, 30, size=BETA.shape)  # some standard numbers serve several indicators
SCALE_AT = RNG.integers(0, 4, size=BETA.shape)  # of three scales; the one after the last is 1
STANDARD, SCALES, OFFSET, MULTIPLIER = RNG.normal(size=30), np.array([0.5, 1.5, 0.1]), *RNG.normal(size=(2, 12, 2))
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
    np.testing.assert_allclose(multiplied(BETA, *DESIGN), by_hand(BETA), rtol=1e-12)


def test_the_gradient_is_the_transpose_of_the_mean() -> None:
    slope = RNG.normal(size=(2, 4, 5))
    direction = RNG.normal(size=BETA.shape)
    along = (multiplied_gradient(slope, BETA, *DESIGN) * direction).sum()
    assert along == pytest.approx((slope * by_hand(direction)).sum(), rel=1e-12)


INPUTS = (STANDARD, SCALES, AT, SCALE_AT, OFFSET, MULTIPLIER, *DESIGN)


def test_coefficients_are_standard_numbers_times_their_scale() -> None:
    mean, beta = design_mean(*INPUTS)
    expected = OFFSET + STANDARD[AT] * np.append(SCALES, 1.0)[SCALE_AT] * MULTIPLIER
    np.testing.assert_allclose(beta, expected, rtol=1e-12)
    np.testing.assert_allclose(mean, by_hand(expected), rtol=1e-12)


def test_the_operation_has_the_gradient_of_finite_differences() -> None:
    assert_slopes(DesignMean(), INPUTS)


def test_many_draws_are_evaluated_at_once() -> None:
    standard, draws = pt.dvector(), pt.dmatrix()
    [many] = vectorize_graph([DesignMean()(standard, *INPUTS[1:])[0]], replace={standard: draws})
    values = many.eval({draws: np.stack([STANDARD, 2 * STANDARD])}, mode=MODE)
    np.testing.assert_allclose(values[1], design_mean(2 * STANDARD, *INPUTS[1:])[0], rtol=1e-12)
