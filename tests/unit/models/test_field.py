"""The density of the latent field and its gradient, held against scipy and finite differences."""

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from evaluation.models.parts.field import OPEN, as_counted
from evaluation.models.parts.field_density import field_density, series_covariance
from tests.unit.models.small import small_panel

SCALES = np.array([[1.5, 0.4], [0.5, 0.9], [0.3, 0.0]])  # level_sd, drift_sd, noise_sd of two indicators
PERSISTENCE = np.array([0.7, 0.3])
DEVIATION = np.random.default_rng(5).normal(size=(2, 3, 6))


def density(deviation: np.ndarray, scales: np.ndarray, persistence: np.ndarray) -> float:
    return float(field_density(deviation, scales, persistence)[0])


def test_the_density_is_scipys() -> None:
    expected = sum(
        multivariate_normal(np.zeros(6), series_covariance(6, *SCALES[:2, k], PERSISTENCE[k], SCALES[2, k]))
        .logpdf(DEVIATION[k])
        .sum()
        for k in range(2)
    )
    assert density(DEVIATION, SCALES, PERSISTENCE) == pytest.approx(expected, rel=1e-12)


def test_the_gradient_in_the_field_is_that_of_finite_differences() -> None:
    gradient = field_density(DEVIATION, SCALES, PERSISTENCE)[1]
    direction = np.random.default_rng(6).normal(size=DEVIATION.shape)
    step = 1e-6 * direction
    ahead, behind = (density(DEVIATION + sign * step, SCALES, PERSISTENCE) for sign in (1, -1))
    assert (gradient * direction).sum() == pytest.approx((ahead - behind) / 2e-6, rel=1e-6)


@pytest.mark.parametrize(("row", "k"), [(row, k) for row in range(4) for k in range(2)])
def test_the_gradient_in_the_scales_is_that_of_finite_differences(row: int, k: int) -> None:
    parameters = np.vstack([SCALES, PERSISTENCE])
    step = np.zeros_like(parameters)
    step[row, k] = 1e-6
    ahead, behind = (
        density(DEVIATION, moved[:3], moved[3]) for moved in (parameters + step, parameters - step)
    )  # fmt: skip
    gradient = field_density(DEVIATION, SCALES, PERSISTENCE)[2]
    assert gradient[row, k] == pytest.approx((ahead - behind) / 2e-6, rel=1e-5, abs=1e-6)


def test_a_field_without_any_variance_has_no_density() -> None:
    assert density(DEVIATION, np.zeros((3, 2)), PERSISTENCE) == -np.inf


def test_cells_are_measured_from_their_counts() -> None:
    panel = small_panel()
    lower, upper, base = (panel[name].values for name in ("lower", "upper", "base"))
    centre, unit = as_counted(panel)
    exact, hidden, missing = lower == upper, lower < upper, np.isnan(lower)
    assert exact.any()
    assert hidden.any()
    assert missing.any()
    np.testing.assert_allclose(np.exp(centre[exact]) * base[exact], lower[exact] + 0.5)
    np.testing.assert_allclose(np.exp(centre[hidden]) * base[hidden], (lower + upper)[hidden] / 2 + 0.5)
    np.testing.assert_allclose(unit[exact], (lower[exact] + OPEN**-2) ** -0.5)
    assert (unit[missing] == OPEN).all()
    k, u, t = (int(places[0]) for places in np.nonzero(missing))
    assert centre[k, u, t] == pytest.approx(centre[k, u][~missing[k, u]].mean())


def test_without_counts_every_cell_is_as_open_as_another() -> None:
    centre, unit = as_counted(small_panel().drop_vars(["lower", "upper"]))
    assert np.isfinite(centre).all()
    assert (unit == OPEN).all()
