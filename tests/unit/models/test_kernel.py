"""What every operation around a compiled function has in common."""

import numpy as np
import pytensor
import pytensor.tensor as pt
import pytest
from pytensor.graph.replace import vectorize_graph

from evaluation.models.parts.counts_between import PoissonBetween, PutBack, Taken
from tests.unit.models.slopes import MODE, assert_slopes

VALUES = np.random.default_rng(2).normal(size=(2, 3, 4))
POSITION = np.array([0, 5, 23, 5], dtype="int32")


def test_cells_are_taken_from_the_raveled_array() -> None:
    np.testing.assert_array_equal(Taken.compute(VALUES, POSITION), VALUES.ravel()[POSITION])
    assert_slopes(Taken(), (VALUES, POSITION))  # one of them is taken twice


def test_lengths_of_outputs_are_those_of_the_inputs() -> None:
    taken = Taken()(pt.tensor3("values", shape=(2, 3, None)), POSITION)
    assert taken.type.shape == (4,)
    back = PutBack()(pt.dvector(), pt.tensor3("values", shape=(2, 3, None)), POSITION)
    assert back.type.shape == (2, 3, None)
    values = pt.dtensor3()
    assert pytensor.function([values], Taken()(values, POSITION).shape[0], mode=MODE)(VALUES) == 4


def test_many_draws_are_evaluated_at_once() -> None:
    values, draws = pt.dtensor3(), pt.dtensor4()
    [many] = vectorize_graph([Taken()(values, POSITION)], replace={values: draws})
    np.testing.assert_array_equal(
        many.eval({draws: np.stack([VALUES, 2 * VALUES])}, mode=MODE)[1], 2 * VALUES.ravel()[POSITION]
    )


def test_an_output_to_be_read_is_not_differentiated_in_silence() -> None:
    eta = pt.dvector()
    derivative = PoissonBetween()(eta, np.array([3]), np.array([3]), np.zeros(1))[1]
    with pytest.raises(NotImplementedError, match=r"outputs .1,. have no gradient"):
        pytensor.grad(derivative.sum(), eta)
    with pytest.raises(NotImplementedError, match="PutBack has no gradient"):
        PutBack().slopes([], [], [])
