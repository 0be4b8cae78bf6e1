"""The field made of standard numbers: density, volume and gradient, held against scipy and finite differences."""

import numpy as np
import pytest
from scipy.stats import multivariate_normal, poisson

from evaluation.models.parts.field import series_covariance
from evaluation.models.parts.field_given_counts import field_made, field_made_gradient, look_ahead, standard_of
from evaluation.models.parts.field_operations import FieldMade
from evaluation.models.parts.working_counts import expanded, working_counts
from tests.unit.models.slopes import assert_slopes
from tests.unit.models.small import small_panel

UNITS, PERIODS = 3, 19  # more than the 8 periods between two logarithms
SCALES = np.array([[1.5, 0.4], [0.5, 0.9], [0.3, 0.0]])  # level_sd, drift_sd, noise_sd of two indicators
PERSISTENCE = np.array([0.7, 0.3])
SHAPE = (2, UNITS, PERIODS)
RNG = np.random.default_rng(5)
STANDARD, LEVEL, BY_FIELD = RNG.normal(size=SHAPE), RNG.normal(size=(2, UNITS, 1)), RNG.normal(size=SHAPE)
MEAN = LEVEL + RNG.normal(size=SHAPE)
WEIGHT = RNG.exponential(3, size=SHAPE) * (RNG.random(SHAPE) < 0.7)
TARGET = LEVEL + RNG.normal(size=SHAPE)
BY_DENSITY, BY_VOLUME = np.asarray(0.7), np.asarray(1.3)


def by_unit(values: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(values.swapaxes(1, 2))


def working(scales: np.ndarray = SCALES, persistence: np.ndarray = PERSISTENCE) -> np.ndarray:
    return look_ahead(by_unit(WEIGHT * TARGET), by_unit(WEIGHT), scales, persistence)


ELSEWHERE = working(SCALES * 1.3 + 0.1, PERSISTENCE**2)  # looked ahead at other scales than the field is made with


def total(standard: np.ndarray, mean: np.ndarray, parameters: np.ndarray) -> float:
    """A scalar of everything that `field_made` gives."""
    field, density, volume = field_made(standard, mean, parameters[:3], parameters[3], ELSEWHERE)
    return float((BY_FIELD * field).sum() + BY_DENSITY * density + BY_VOLUME * volume)


PARAMETERS = np.vstack([SCALES, PERSISTENCE])
GRADIENT = field_made_gradient(STANDARD, MEAN, SCALES, PERSISTENCE, ELSEWHERE, BY_FIELD, BY_DENSITY, BY_VOLUME)


def covariance(k: int) -> np.ndarray:
    return series_covariance(PERIODS, *SCALES[:2, k], PERSISTENCE[k], SCALES[2, k])


def test_the_density_is_scipys() -> None:
    field, density, _ = field_made(STANDARD, MEAN, SCALES, PERSISTENCE, ELSEWHERE)
    expected = sum(
        multivariate_normal(np.zeros(PERIODS), covariance(k)).logpdf(field[k] - MEAN[k]).sum() for k in range(2)
    )
    assert density == pytest.approx(expected, rel=1e-12)


def test_under_a_constant_mean_the_field_is_the_one_expected_of_gaussian_counts() -> None:
    mean = np.broadcast_to(LEVEL, SHAPE).copy()
    field, _, volume = field_made(STANDARD, mean, SCALES, PERSISTENCE, working())
    expected_volume = 0.0
    for k in range(2):
        for u in range(UNITS):
            precision = np.linalg.inv(covariance(k)) + np.diag(WEIGHT[k, u])
            centre = mean[k, u] + np.linalg.solve(precision, WEIGHT[k, u] * (TARGET[k, u] - mean[k, u]))
            away = field[k, u] - centre
            assert away @ precision @ away == pytest.approx((STANDARD[k, u] ** 2).sum(), rel=1e-9)
            expected_volume -= 0.5 * np.linalg.slogdet(precision)[1]
    assert volume == pytest.approx(expected_volume, rel=1e-10)


def test_the_volume_is_that_of_the_map_wherever_it_looks_ahead() -> None:
    step = 1e-6
    jacobian = np.empty((PERIODS, PERIODS))
    for t in range(PERIODS):
        moved = np.zeros(SHAPE)
        moved[0, 0, t] = step
        ends = [field_made(STANDARD + sign * moved, MEAN, SCALES, PERSISTENCE, ELSEWHERE)[0] for sign in (1, -1)]
        jacobian[:, t] = (ends[0] - ends[1])[0, 0] / (2 * step)
    one = [values[:1, :1] for values in (STANDARD, MEAN)]
    alone = field_made(*one, SCALES[:, :1].copy(), PERSISTENCE[:1], ELSEWHERE[:1, :, :, :1].copy())[2]
    assert np.linalg.slogdet(jacobian)[1] == pytest.approx(alone, rel=1e-6)


def test_the_standard_numbers_are_found_again() -> None:
    field = field_made(STANDARD, MEAN, SCALES, PERSISTENCE, ELSEWHERE)[0]
    np.testing.assert_allclose(standard_of(field, MEAN, SCALES, PERSISTENCE, ELSEWHERE), STANDARD, atol=1e-12)


@pytest.mark.parametrize("which", [0, 1])
def test_the_gradients_in_standard_numbers_and_mean_are_those_of_finite_differences(which: int) -> None:
    step = 1e-6 * np.random.default_rng(6).normal(size=SHAPE)
    at = [STANDARD, MEAN]
    ends = [total(*(one + sign * step * (n == which) for n, one in enumerate(at)), PARAMETERS) for sign in (1, -1)]
    assert (GRADIENT[which] * step).sum() == pytest.approx((ends[0] - ends[1]) / 2, rel=1e-6)


@pytest.mark.parametrize(("row", "k"), [(row, k) for row in range(4) for k in range(2)])
def test_the_gradient_in_the_scales_is_that_of_finite_differences(row: int, k: int) -> None:
    step = np.zeros_like(PARAMETERS)
    step[row, k] = 1e-6
    ends = [total(STANDARD, MEAN, PARAMETERS + sign * step) for sign in (1, -1)]
    assert np.vstack(GRADIENT[2:])[row, k] == pytest.approx((ends[0] - ends[1]) / 2e-6, rel=1e-5, abs=1e-6)


def test_the_operation_has_these_gradients() -> None:
    assert_slopes(FieldMade(), (STANDARD, MEAN, SCALES, PERSISTENCE, ELSEWHERE))


def test_a_field_without_any_variance_has_no_density() -> None:
    assert field_made(STANDARD, MEAN, np.zeros((3, 2)), PERSISTENCE, ELSEWHERE)[1] == -np.inf


COUNTS = [(lower, upper, eta) for lower, upper in ((7, 7), (0, 0), (0, 4), (1, 3)) for eta in (-1.0, 0.5, 2.0, 5.0)]


@pytest.mark.parametrize(("lower", "upper", "eta"), [*COUNTS, (100, 300, 5.0), (100, 300, 6.0)])
def test_a_count_is_expanded_around_a_rate(lower: int, upper: int, eta: float) -> None:

    def log_probability(at: float) -> float:
        return float(np.log(poisson.pmf(np.arange(lower, upper + 1), np.exp(at)).sum()))

    step = 1e-4
    around = [log_probability(eta + move) for move in (-step, 0, step)]
    slope, weight = expanded(np.array([float(lower)]), np.array([float(upper)]), np.array([eta]), 0.0)
    assert slope[0] == pytest.approx((around[2] - around[0]) / (2 * step), rel=1e-4, abs=1e-6)
    curvature = (around[0] - 2 * around[1] + around[2]) / step**2
    assert weight[0] == pytest.approx(max(-curvature, 0.01), rel=1e-3, abs=1e-4)


def test_a_cell_that_was_not_reported_weighs_nothing() -> None:
    panel = small_panel()
    weight = working_counts(panel)[:, :, 0]
    missing = by_unit(np.isnan(panel["lower"].transpose("indicator", "unit", "time").values))
    assert missing.any()
    assert (weight[missing] == 0).all()
    assert (weight[~missing] > 0).all()


def test_without_counts_the_field_is_made_of_its_prior() -> None:
    nothing = working_counts(small_panel().drop_vars(["lower", "upper"]))
    assert (nothing == 0).all()
