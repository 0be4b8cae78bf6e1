"""The densities of counts, held against scipy and against sums of scipy's."""

import numpy as np
import pytensor
import pytensor.tensor as pt
import pytest
from scipy import stats
from scipy.special import gammaln

from evaluation.models.parts.observation import interval_logp, negative_binomial_logp, poisson_logp

MODE = pytensor.compile.mode.Mode(linker="py", optimizer="fast_compile")
MEANS = np.array([0.01, 0.5, 3.0, 40.0, 2500.0])


def evaluate(graph: pt.TensorVariable) -> np.ndarray:
    return pytensor.function([], graph, mode=MODE)()


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
    logp = interval_logp(upper - lower)(pt.as_tensor(low), pt.as_tensor(np.log(means)), pt.as_tensor(high))
    each = stats.poisson.logpmf(np.arange(lower, upper + 1)[:, None], means)
    np.testing.assert_allclose(evaluate(logp), np.logaddexp.reduce(each, axis=0), rtol=1e-7, atol=1e-12)


def test_a_shorter_interval_is_not_summed_beyond_its_end() -> None:
    low, high = np.array([0, 0]), np.array([4, 2])
    logp = evaluate(interval_logp(4)(pt.as_tensor(low), pt.as_tensor(np.log([3.0, 3.0])), pt.as_tensor(high)))
    np.testing.assert_allclose(np.exp(logp), stats.poisson.cdf([4, 2], 3.0), rtol=1e-10)


def test_a_negative_binomial_interval_is_the_probability_of_its_counts() -> None:
    low, high, eta, phi = np.array([0]), np.array([4]), np.log([6.0]), np.array([1.5])
    logp = interval_logp(4, negative_binomial=True)(*(pt.as_tensor(one) for one in (low, eta, high, phi)))
    np.testing.assert_allclose(np.exp(evaluate(logp)), stats.nbinom.cdf(4, 1.5, 1.5 / 7.5), rtol=1e-10)


def test_a_negative_binomial_interval_too_wide_to_sum_is_refused() -> None:
    with pytest.raises(ValueError, match="too wide"):
        interval_logp(1000, negative_binomial=True)
