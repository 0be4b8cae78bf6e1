"""The densities of counts, held against scipy and against sums of scipy's."""

import numpy as np
import pytensor
import pytensor.tensor as pt
import pytest
from scipy import stats
from scipy.special import gammaln

from evaluation.models.parts.counts_between import PoissonBetween, poisson_between
from evaluation.models.parts.observation import interval_logp, negative_binomial_logp, poisson_logp
from tests.unit.models.slopes import assert_slopes

MODE = pytensor.compile.mode.Mode(linker="py", optimizer="fast_compile")
MEANS = np.array([0.01, 0.5, 3.0, 40.0, 2500.0])


def evaluate(graph: pt.TensorVariable) -> np.ndarray:
    return pytensor.function([], graph, mode=MODE)()


def between(
    width: int, low: np.ndarray, eta: np.ndarray, high: np.ndarray, phi: np.ndarray | None = None
) -> pt.TensorVariable:
    known = [low, eta, high, gammaln(low + 1.0), *([] if phi is None else [phi])]
    return interval_logp(width, negative_binomial=phi is not None)(*(pt.as_tensor(one) for one in known))


def test_poisson_is_scipys() -> None:
    count = np.array([0, 1, 4, 35, 2600])
    logp = poisson_logp(count, pt.as_tensor(np.log(MEANS)), gammaln(count + 1.0))
    np.testing.assert_allclose(evaluate(logp), stats.poisson.logpmf(count, MEANS), rtol=1e-10)


@pytest.mark.parametrize("phi", [0.3, 2.0, 500.0])
def test_negative_binomial_is_scipys(phi: float) -> None:
    count = np.array([0, 1, 4, 35, 2600])
    logp = negative_binomial_logp(
        count, pt.as_tensor(np.log(MEANS)), gammaln(count + 1.0), pt.as_tensor(np.float64(phi))
    )
    np.testing.assert_allclose(evaluate(logp), stats.nbinom.logpmf(count, phi, phi / (phi + MEANS)), rtol=1e-8)


@pytest.mark.parametrize(("lower", "upper"), [(0, 4), (5, 9), (1, 1), (0, 30), (3, 50), (0, 200), (40, 400)])
def test_an_interval_is_the_probability_of_its_counts(lower: int, upper: int) -> None:
    means = MEANS[:4]
    low, high = np.full(4, lower), np.full(4, upper)
    logp = between(upper - lower, low, np.log(means), high)
    each = stats.poisson.logpmf(np.arange(lower, upper + 1)[:, None], means)
    np.testing.assert_allclose(evaluate(logp), np.logaddexp.reduce(each, axis=0), rtol=1e-7, atol=1e-12)


@pytest.mark.parametrize(("lower", "upper"), [(0, 0), (7, 7), (0, 4), (3, 50), (1000, 1064)])
def test_the_slope_of_an_interval_is_that_of_finite_differences(lower: int, upper: int) -> None:
    eta = np.log([0.01, 0.5, 3.0, 40.0, 990.0, 1040.0, 2500.0])
    low, high = np.full(len(eta), lower), np.full(len(eta), upper)
    assert_slopes(PoissonBetween(), (eta, low, high, gammaln(low + 1.0)))


def test_counts_without_end_are_impossible_and_not_an_error() -> None:
    density, _ = poisson_between(np.array([800.0, 800.0]), np.array([3, 0]), np.array([3, 4]), np.zeros(2))
    assert (density == -np.inf).all()


def test_a_shorter_interval_is_not_summed_beyond_its_end() -> None:
    low, high = np.array([0, 0]), np.array([4, 2])
    logp = between(4, low, np.log([3.0, 3.0]), high)
    np.testing.assert_allclose(np.exp(evaluate(logp)), stats.poisson.cdf([4, 2], 3.0), rtol=1e-10)


def test_a_negative_binomial_interval_is_the_probability_of_its_counts() -> None:
    low, high, eta, phi = np.array([0]), np.array([4]), np.log([6.0]), np.array([1.5])
    logp = between(4, low, eta, high, phi)
    np.testing.assert_allclose(np.exp(evaluate(logp)), stats.nbinom.cdf(4, 1.5, 1.5 / 7.5), rtol=1e-10)


def test_a_negative_binomial_interval_too_wide_to_sum_is_refused() -> None:
    with pytest.raises(ValueError, match="too wide"):
        interval_logp(1000, negative_binomial=True)
