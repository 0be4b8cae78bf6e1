"""Treated units beside mixtures of donors: what is refused, how near donors come, and what is found."""

import numpy as np
import pymc as pm
import pytensor
import pytest
import xarray as xr
from scipy.stats import gamma, kstest

from evaluation.models.book import check_settings, get_model, refuse_panel
from evaluation.models.parts.donors import Comparison, comparison_of, nearest_mixture
from evaluation.models.parts.weights import concentration, draw_weights, log_part
from evaluation.terms.errors import DataError
from tests.unit.models.courses import EFFECT, fitted, interval, shared_courses
from tests.unit.models.small import QUESTION, small_panel

MODE = pytensor.compile.mode.Mode(linker="py", optimizer="fast_compile")


def counted(rates: np.ndarray, persons: float = 1e6) -> xr.Dataset:
    """The small panel, its first indicator counted without noise at these rates (unit, time), the others missing."""
    panel = small_panel()
    count = np.full((3, *rates.shape), np.nan)
    count[0] = rates * persons
    status = np.where(np.isnan(count), 0, 1).astype("int8")
    cell = panel["lower"].dims
    return panel.assign(lower=(cell, count), upper=(cell, count), status=(cell, status),
                        base=(cell, np.full(count.shape, persons)))  # fmt: skip


def moving(units: int = 6, periods: int = 7) -> np.ndarray:
    """Rates (unit, time) of units that each move in a way of their own."""
    return np.exp(-3 + np.cumsum(np.random.default_rng(1).normal(0, 0.3, (units, periods)), axis=1))


def test_a_unit_that_is_a_mixture_lies_inside_and_gets_its_weights() -> None:
    rates = moving()
    rates[0] = np.exp(0.7 * np.log(rates[3]) + 0.3 * np.log(rates[5]))
    found = nearest_mixture(counted(rates), 0)
    assert found is not None
    np.testing.assert_allclose(found.weights, [0.7, 0.0, 0.3], atol=0.01)  # donors D, E, F
    assert found.distance < 0.01
    assert found.cells == 3  # periods before the law


def test_a_unit_above_all_donors_lies_outside_by_how_far_it_is_above() -> None:
    rates = np.repeat(moving()[:1], 6, axis=0)
    rates[0] *= 2
    panel = counted(rates)
    assert nearest_mixture(panel, 0).distance == pytest.approx(np.log(2), abs=0.01)  # type: ignore[union-attr]
    assert nearest_mixture(panel, 0, level=True).distance < 0.01  # type: ignore[union-attr]


def test_what_counting_makes_is_not_taken_for_distance() -> None:
    rates = np.repeat(moving()[:1], 6, axis=0)
    noisy = np.random.default_rng(3).poisson(rates * 2000) / 2000
    assert nearest_mixture(counted(noisy, 2000), 0).distance < 0.1  # type: ignore[union-attr]


def test_without_a_period_before_there_is_no_nearest_mixture() -> None:
    panel = counted(moving())
    status = panel["status"].copy()
    status[:, 0, :3] = 0
    assert nearest_mixture(panel.assign(status=status), 0) is None


def test_units_under_any_intervention_are_no_donors() -> None:
    found = comparison_of(small_panel())
    assert found.treated.tolist() == [0, 1, 2]
    assert found.donor.tolist() == [3, 4, 5]
    np.testing.assert_array_equal(np.concatenate([found.donor, found.treated])[found.order], np.arange(6))


def weights_of(usable: list[bool], typical: float, draws: int) -> np.ndarray:
    count = len(usable)
    compared = Comparison(np.array([0]), np.arange(1, count + 1), np.array(usable))
    with pm.Model(coords={"treated": ["a"], "donor": [str(number) for number in range(count)]}):
        weight = draw_weights(compared, typical)
    drawn: np.ndarray = pm.draw(weight, draws=draws, random_seed=1, mode=MODE)[:, 0]
    return drawn


def test_about_as_many_donors_carry_a_mixture_as_asked_for() -> None:
    drawn = weights_of([True] * 30, 4.0, 2000)
    np.testing.assert_allclose(drawn.sum(axis=1), 1)
    assert 1 / (drawn**2).sum(axis=1).mean() == pytest.approx(4.0, rel=0.1)


def test_a_donor_that_reports_nothing_weighs_nothing() -> None:
    assert weights_of([True, False, True], 2.0, 50)[:, 1].max() == 0


def test_a_score_stands_for_a_gamma_variable() -> None:
    shape = 0.2
    with pm.Model(coords={"treated": ["a"], "donor": ["b", "c"]}) as model:
        draw_weights(Comparison(np.array([0]), np.array([1, 2]), np.array([True, True])), 1.1)
        pm.set_data({"weight_concentration": shape})
    scores = pm.draw(model["weight_score"], draws=2000, random_seed=1, mode=MODE).ravel()
    assert kstest(np.exp(log_part(scores, shape)), gamma(shape).cdf).pvalue > 0.01
    grid = np.linspace(-60, 60, 4001)
    value = model.rvs_to_values[model["weight_score"]]
    density = model.compile_fn(model.logp(sum=False)[0], mode=MODE)
    found = [np.exp(density({value.name: np.array([[one, 0.0]])})[0, 0]) for one in grid]
    assert np.trapezoid(found, grid) == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize(("typical", "donors"), [(4, 38), (2, 3), (10, 5)])
def test_the_concentration_is_positive_and_at_most_uniform_or_so(typical: float, donors: int) -> None:
    assert 0 < concentration(typical, donors) < 10


REFUSED = [
    ([0, 1, 2, 3], r"1 units never had an intervention and report an outcome \(D\): 2 are needed"),
    ([0], "one unit alone, A: nothing to compare it with"),
]


@pytest.mark.parametrize(("units", "words"), REFUSED, ids=["one donor", "alone"])
def test_what_it_cannot_learn_from_is_refused(units: list[int], words: str) -> None:
    with pytest.raises(DataError, match=words):
        refuse_panel("synthetic_control", {}, small_panel().isel(unit=units))


def test_settings_that_cannot_be_are_told() -> None:
    (problem,) = check_settings("synthetic_control", {"typical_donors": 1.0}, "model")
    assert "typical_donors is 1.0" in str(problem)


def test_the_prior_of_a_treated_unit_is_that_of_its_mixture() -> None:
    settings = {
        "own_level_sd": 1e-6,
        "own_drift_sd": 1e-6,
        "own_noise_sd": 1e-6,
        "covariate_sd": 1e-9,
        "break_sd": 1e-9,
    }
    model = get_model("synthetic_control", settings).build(small_panel(), QUESTION)
    pm.set_data({"exposed": np.zeros_like(model["exposed"].get_value())}, model=model)
    wanted = [model["log_rate"], model["weight"]]
    rate, weight = pm.draw(wanted, draws=5, random_seed=3, mode=MODE)
    mixed = np.einsum("suv,skvt->skut", weight, rate[:, :, 3:])  # A, B, C of D, E, F
    np.testing.assert_allclose(rate[:, :, :3], mixed, atol=1e-4)


@pytest.mark.slow
def test_it_finds_an_effect_and_says_which_donors_it_rests_on() -> None:
    fit = fitted(*shared_courses(3, "synthetic_control", treated=1))
    lower, upper = interval(fit)
    assert lower < EFFECT < upper
    weight = fit["posterior"]["weight"]
    assert weight.dims == ("chain", "draw", "treated", "donor")
    np.testing.assert_allclose(weight.sum("donor"), 1)
