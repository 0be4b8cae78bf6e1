"""What knowing more is worth: held against closed forms, against nested simulation, and against moment matching."""

import math
from itertools import pairwise

import numpy as np
import pytest
from scipy.stats import norm

from evaluation.conclusions.information import conditional_mean, partial, perfect, sample, spread_left

DRAWS = 8000


def normal_loss(mean: float, sd: float) -> float:
    """E max(0, x) - max(0, E x) of a normal x: the unit normal loss of |mean| / sd, times sd."""
    away = abs(mean) / sd
    return float(sd * (norm.pdf(away) - away * norm.sf(away)))


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20250101)


@pytest.mark.parametrize(("mean", "sd"), [(0.0, 1.0), (1.0, 2.0), (-3.0, 2.0), (50.0, 100.0)])
def test_perfect_information_is_the_normal_loss(rng: np.random.Generator, mean: float, sd: float) -> None:
    worth = perfect(rng.normal(mean, sd, DRAWS))
    assert worth.value == pytest.approx(normal_loss(mean, sd), abs=4 * worth.error)
    assert 0 < worth.error < 0.05 * sd


def test_nothing_is_worth_knowing_where_the_choice_is_clear() -> None:
    assert perfect(np.array([1.0, 2.0, 3.0])).value == 0.0
    assert perfect(np.array([-1.0, -2.0])).value == 0.0


@pytest.mark.parametrize("mean", [0.0, 0.7, -1.5])
def test_one_unknown_of_two_is_the_normal_loss_of_its_share(rng: np.random.Generator, mean: float) -> None:
    """net = mean + 2 x + y: knowing x leaves E[net | x] = mean + 2 x, normal with sd 2."""
    x, y = rng.normal(size=(2, DRAWS))
    worth = partial(mean + 2 * x + y, x, seed=1)
    assert worth.value == pytest.approx(normal_loss(mean, 2.0), abs=4 * worth.error)


def test_what_has_no_bearing_is_worth_nothing(rng: np.random.Generator) -> None:
    for _ in range(20):
        net, other = rng.normal(size=(2, 2000))
        assert partial(net, other, seed=1).value == pytest.approx(0.0, abs=0.03)
    assert partial(net, np.ones(2000), seed=1).value == 0.0, "a constant tells nothing"


def test_knowing_all_unknowns_is_knowing_everything(rng: np.random.Generator) -> None:
    effect, counts, cost = rng.normal(-0.3, 0.25, DRAWS), rng.normal(5.0, 0.5, DRAWS), rng.uniform(10, 30, DRAWS)
    net = -np.exp(counts) * np.expm1(effect) - cost
    together = partial(net, np.column_stack([effect, counts, cost]), seed=1)
    everything = perfect(net)
    assert together.value == pytest.approx(everything.value, rel=0.03)
    for one in (effect, counts, cost):
        assert partial(net, one, seed=1).value < together.value


@pytest.mark.parametrize("error", [0.3, 1.0, 3.0])
def test_a_sample_is_the_normal_loss_of_what_it_moves(rng: np.random.Generator, error: float) -> None:
    """x ~ N(0, 1) measured with sd e: E[x | measured] is normal with variance 1 / (1 + e^2)."""
    x, y = rng.normal(size=(2, DRAWS))
    worth = sample(0.4 + 2 * x + y, x, error, seed=1)
    assert worth.value == pytest.approx(normal_loss(0.4, 2 / math.sqrt(1 + error**2)), abs=4 * worth.error)
    assert spread_left(x, x, error, seed=1) == pytest.approx(error**2 / (1 + error**2), abs=0.03)


@pytest.mark.parametrize("error", [0.1, 0.6])
def test_a_sample_agrees_with_integration(error: float) -> None:
    """Normal prior, normal measurement: so the posterior of the effect is known, and with it E[net | x]."""
    kept = 0.3**2 / (0.3**2 + error**2)
    means = -0.25 + math.sqrt(kept) * 0.3 * norm.ppf((np.arange(100_000) + 0.5) / 100_000)
    net = -math.exp(5 + 0.4**2 / 2) * np.expm1(means + (1 - kept) * 0.3**2 / 2) - 35
    effect, counts, cost = unknowns(1, DRAWS)
    worth = sample(net_of(effect, counts, cost), effect, error, seed=1)
    assert worth.value == pytest.approx(perfect(net).value, abs=4 * worth.error)


@pytest.mark.parametrize("seed", range(3))
def test_a_sample_is_worth_less_than_knowing_and_that_less_than_everything(seed: int) -> None:
    effect, counts, cost = unknowns(seed, 4000)
    net = net_of(effect, counts, cost)
    everything, known = perfect(net).value, partial(net, effect, seed=seed)
    samples = [sample(net, effect, error, seed=seed).value for error in (0.05, 0.2, 1.0, 10.0)]
    assert everything >= known.value >= samples[0]
    assert all(less <= more + known.error for more, less in pairwise(samples))
    assert samples[-1] == pytest.approx(0.0, abs=2 * known.error + 1e-9)


def test_nested_simulation_agrees_with_the_regression() -> None:
    """E[net | effect], by drawing everything else anew for each effect: what regression spares us."""
    rng = np.random.default_rng(5)
    effect, counts, cost = unknowns(5, DRAWS)
    worth = partial(net_of(effect, counts, cost), effect, seed=5)
    outer = rng.normal(-0.25, 0.3, 4000)
    inner = [net_of(one, *unknowns(at, 400)[1:]).mean() for at, one in enumerate(outer)]
    nested = perfect(np.array(inner))
    assert worth.value == pytest.approx(nested.value, abs=3 * math.hypot(worth.error, nested.error))


@pytest.mark.parametrize("error", [0.1, 0.3, 0.6])
def test_moment_matching_agrees_with_the_regression(error: float) -> None:
    """Heath, Manolopoulou and Baio (2018), Medical Decision Making 38(2): E[net | sample] is spread as E[net | effect]
    is, with the variance that the sample is expected to take away.
    """
    effect, counts, cost = unknowns(7, DRAWS)
    net = net_of(effect, counts, cost)
    told = conditional_mean(net, effect).mean
    rng = np.random.default_rng(3)
    moved = conditional_mean(net, effect + error * rng.standard_normal(DRAWS)).mean.var()
    matched = perfect(told.mean() + math.sqrt(moved / told.var()) * (told - told.mean()))
    worth = sample(net, effect, error, seed=7)
    assert worth.value == pytest.approx(matched.value, abs=3 * math.hypot(worth.error, matched.error))


def test_a_sharp_bend_is_followed(rng: np.random.Generator) -> None:
    x = rng.uniform(-1, 1, DRAWS)
    fitted = conditional_mean(np.where(x > 0.2, 1.0, -1.0) + rng.normal(size=DRAWS), x)
    assert abs(fitted.mean[np.abs(x + 0.5) < 0.2].mean() + 1) < 0.1
    assert abs(fitted.mean[np.abs(x - 0.7) < 0.2].mean() - 1) < 0.1


def unknowns(seed: int, draws: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Log rate ratio, counts and cost of a made-up choice that is far from clear."""
    rng = np.random.default_rng(seed)
    effect = rng.normal(-0.25, 0.3, draws)
    return effect, np.exp(rng.normal(5.0, 0.4, draws)), rng.uniform(20, 50, draws)


def net_of(effect: np.ndarray | float, counts: np.ndarray, cost: np.ndarray) -> np.ndarray:
    return -counts * np.expm1(effect) - cost
