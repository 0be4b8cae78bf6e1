"""The arithmetic of bias: estimated where it is known, allowed for where it is not, never more sure than it can be."""

import numpy as np
import pytest

from evaluation.checks.bias import FEWEST, NullAnswers, bias_sd, bias_sds, worth


def answers(rng: np.random.Generator, count: int, bias: float, sd: float = 0.1) -> NullAnswers:
    """Answers that should be none, with a bias of this sd, and posteriors of one width."""
    found = rng.normal(0, np.hypot(bias, sd), size=count)
    return NullAnswers(found, np.full(count, sd**2), np.ones(count), {}, ())


@pytest.mark.parametrize("true", [0.05, 0.2])
def test_moments_give_back_a_known_bias(rng: np.random.Generator, true: float) -> None:
    count, sd = 20_000, 0.1
    error = np.sqrt(2 / count) * (true**2 + sd**2)  # Monte Carlo error of a mean square of normals
    assert answers(rng, count, true, sd).bias_sd ** 2 == pytest.approx(true**2, abs=4 * error)


def test_moments_do_not_fall_below_none(rng: np.random.Generator) -> None:
    found = rng.normal(0, 0.05, size=50)  # closer to none than they claim
    assert bias_sd(found, np.full(50, 0.01), np.ones(50)) == 0.0


def test_a_bias_that_all_answers_share_is_one() -> None:
    assert bias_sd(np.full(10, 0.3), np.zeros(10), np.ones(10)) == pytest.approx(0.3)


@pytest.mark.parametrize("true", [0.05, 0.2])
def test_the_posterior_of_the_sd_holds_it_as_often_as_it_says(rng: np.random.Generator, true: float) -> None:
    held, rounds = 0, 200
    for _ in range(rounds):
        nulls = answers(rng, 20, true)
        low, high = np.quantile(bias_sds(nulls.found, nulls.variance, nulls.weight, 1000, rng), [0.05, 0.95])
        held += low <= true <= high
    assert held / rounds > 0.9 - 3 * np.sqrt(0.09 / rounds)


@pytest.mark.parametrize("bias", [0.0, 0.1])
def test_a_calibrated_interval_holds_the_truth_where_the_plain_one_need_not(
    rng: np.random.Generator, bias: float
) -> None:
    rounds, sd, plain, calibrated = 400, 0.1, 0, 0
    for _ in range(rounds):
        draws = rng.normal(rng.normal(0, np.hypot(bias, sd)), sd, size=2000)  # of a truth that is 0
        with_bias = draws + answers(rng, 20, bias, sd).bias(len(draws), rng)
        for values, name in ((draws, "plain"), (with_bias, "calibrated")):
            low, high = np.quantile(values, [0.025, 0.975])
            plain += name == "plain" and low <= 0 <= high
            calibrated += name == "calibrated" and low <= 0 <= high
    error = np.sqrt(0.95 * 0.05 / rounds)
    assert calibrated / rounds > 0.95 - 3 * error
    assert bias == 0 or plain / rounds < 0.95 - 3 * error


def test_few_answers_without_scatter_do_not_show_that_there_is_no_bias(rng: np.random.Generator) -> None:
    found = NullAnswers(np.zeros(10), np.full(10, 0.01), np.ones(10), {}, ())
    assert found.bias_sd == 0.0
    assert 0.02 < np.std(found.bias(20_000, rng)) < 0.1


def test_an_answer_that_counts_half_twice_counts_once() -> None:
    found, variance = np.array([0.1, -0.3, 0.2]), np.full(3, 0.01)
    twice = [np.tile(each, 2) for each in (found, variance)]
    half = np.full(6, 0.5)
    assert bias_sd(*twice, half) == pytest.approx(bias_sd(found, variance, np.ones(3)))
    one, other = (np.random.default_rng(3) for _ in range(2))
    same = bias_sds(found, variance, np.ones(3), 100, one) == bias_sds(*twice, half, 100, other)
    assert same.all()


def test_draws_that_share_units_are_worth_what_their_scatter_is_worth(rng: np.random.Generator) -> None:
    """The mean square of contrasts between drawn units and the others scatters as that of `worth` unrelated answers."""
    units, chosen, draws, rounds = 16, 8, 20, 4000
    squares = np.empty(rounds)
    for number in range(rounds):
        bias = rng.normal(size=units)
        sets = rng.permuted(np.tile(np.arange(units), (draws, 1)), axis=1)
        contrast = bias[sets[:, :chosen]].mean(axis=1) - bias[sets[:, chosen:]].mean(axis=1)
        squares[number] = np.mean(contrast**2)
    relative = squares.var() / squares.mean() ** 2  # 2 / n for n unrelated normal answers
    assert 2 / relative == pytest.approx(worth(draws, units), rel=0.15)
    assert worth(10**6, units) < units


def test_enough_is_what_they_are_worth() -> None:
    some = NullAnswers(np.zeros(20), np.ones(20), np.full(20, FEWEST / 20), {}, ())
    assert some.enough
    assert not NullAnswers(some.found, some.variance, 0.99 * some.weight, {}, ()).enough
