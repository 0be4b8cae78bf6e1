"""The linear mean as one operation, held against plain numpy and against its own linearity."""

import numpy as np
import pytensor
import pytensor.tensor as pt
import pytest
from pytensor.graph.replace import vectorize_graph

from evaluation.models.parts.design_mean import DesignMean, design_gradient, design_mean

RNG = np.random.default_rng(3)
REGION = np.array([1, 0, 1, 2])
UNIT = np.array([2, 0])
REGIONAL = RNG.normal(size=(3, 4, 5)) * (RNG.random((3, 4, 1)) < 0.5)  # whole columns of zeros, as in a real design
OWN = RNG.normal(size=(2, 3, 5))
BETA = RNG.normal(size=(7, 2))
DESIGN = (REGIONAL, REGION, OWN, UNIT)


def by_hand(beta: np.ndarray) -> np.ndarray:
    mean = np.einsum("uct,ck->kut", REGIONAL[REGION], beta[:4])
    mean[:, UNIT] += np.einsum("act,ck->kat", OWN, beta[4:])
    return mean


def test_the_mean_is_the_design_times_its_coefficients() -> None:
    np.testing.assert_allclose(design_mean(BETA, *DESIGN), by_hand(BETA), rtol=1e-12)


def test_the_gradient_is_the_transpose_of_the_mean() -> None:
    slope = RNG.normal(size=(2, 4, 5))
    direction = RNG.normal(size=BETA.shape)
    along = (design_gradient(slope, *DESIGN) * direction).sum()
    assert along == pytest.approx((slope * by_hand(direction)).sum(), rel=1e-12)


def test_the_operation_has_that_gradient_in_a_graph() -> None:
    beta = pt.dmatrix()
    slope = RNG.normal(size=(2, 4, 5))
    gradient = pytensor.grad((DesignMean()(beta, *DESIGN) * slope).sum(), beta)
    np.testing.assert_allclose(gradient.eval({beta: BETA}), design_gradient(slope, *DESIGN), rtol=1e-12)


def test_many_draws_are_evaluated_at_once() -> None:
    beta, draws = pt.dmatrix(), pt.dtensor3()
    [many] = vectorize_graph([DesignMean()(beta, *DESIGN)], replace={beta: draws})
    values = np.stack([BETA, 2 * BETA])
    np.testing.assert_allclose(many.eval({draws: values})[1], by_hand(2 * BETA), rtol=1e-12)
