"""The answer at other weights of its prior and of the data: exact for normal shapes; weights that fail are left out."""

import numpy as np
import pytest
import xarray as xr
from scipy.stats import norm

from evaluation.checks.book import Evidence
from evaluation.checks.power_scaling import log_likelihood
from evaluation.checks.powers import LEVELS, POWERS, at_powers
from evaluation.terms import Verdict
from tests.unit.checks.conftest import CHAINS, DRAWS, look, with_group
from tests.unit.checks.test_power_scaling import SHAPES, Normal, density, draws_of, noisy, together, with_effect


def weakened(one: Normal, power: float) -> Normal:
    """A normal raised to a power."""
    return one[0], one[1] / power**0.5


def parts(prior: Normal, data: Normal) -> tuple[xr.DataArray, xr.DataArray, xr.DataArray]:
    """Draws of the answer, the log density of its prior, and the log likelihood."""
    answer = draws_of(together(prior, data), (4, 1000))
    log_prior = density(answer, prior)
    return answer, log_prior, log_prior.copy(data=log_likelihood(answer.expand_dims("effect", axis=-1), log_prior))


@pytest.mark.parametrize(("prior", "data"), SHAPES)
@pytest.mark.parametrize("scaled", ["prior", "data"])
def test_the_closed_form_of_normal_shapes(prior: Normal, data: Normal, scaled: str) -> None:
    answer, log_prior, likelihood = parts(prior, data)
    found = at_powers(answer, log_prior if scaled == "prior" else likelihood)
    assert list(found) == list(POWERS)
    for power, ends in found.items():
        exact = together(
            weakened(prior, power) if scaled == "prior" else prior, weakened(data, power) if scaled == "data" else data
        )
        # at half, few draws lie where the wider answer has its ends
        off = 0.06 if power == 0.5 else 0.01
        np.testing.assert_allclose(np.log1p(ends / 100), norm.ppf(LEVELS, *exact), atol=off * exact[1])


def test_more_weight_pulls_the_answer_to_what_weighs_more() -> None:
    answer, log_prior, likelihood = parts((0.0, 0.1), (0.4, 0.1))
    by_prior, by_data = at_powers(answer, log_prior), at_powers(answer, likelihood)
    medians = [[found[power][1] for power in POWERS] for found in (by_prior, by_data)]
    assert medians[0] == sorted(medians[0], reverse=True)  # towards a prior at none
    assert medians[1] == sorted(medians[1])  # towards data at +49 %


def test_a_power_whose_weights_have_no_settled_mean_is_left_out() -> None:
    answer = draws_of((0.0, 1.0), (4, 1000))
    # at 0.71 weights e^(0.44 x^2) of a normal x: 300 of the draws count, yet Pareto k is 0.8
    steep = answer.copy(data=-1.5 * answer.values**2)
    assert list(at_powers(answer, steep)) == [1.0, 1.41, 2.0]


@pytest.mark.parametrize(("draws", "there"), [(4000, True), (300, False)])
def test_a_power_that_leaves_too_few_draws_is_left_out(draws: int, there: bool) -> None:
    answer = draws_of((0.0, 1.0), (4, draws // 4))
    narrow = answer.copy(data=-2 * answer.values**2)  # at twice its weight, 0.6 of a normal's draws count
    assert (2.0 in at_powers(answer, narrow)) == there


def test_densities_of_some_draws_move_the_answer_of_all() -> None:
    answer, log_prior, _ = parts(*SHAPES[0])
    labelled = {dim: range(answer.sizes[dim]) for dim in answer.dims}
    answer, log_prior = answer.assign_coords(labelled), log_prior.assign_coords(labelled)
    whole, some = at_powers(answer, log_prior), at_powers(answer, log_prior.isel(draw=slice(None, None, 4)))
    np.testing.assert_allclose(some[1.0], 100 * np.expm1(np.quantile(answer, LEVELS)), rtol=1e-12)
    np.testing.assert_allclose(some[2.0], whole[2.0], atol=0.01 * np.ptp(whole[2.0]))


def test_the_finding_holds_the_answer_at_each_power(evidence: Evidence) -> None:
    prior, data = (0.0, 0.2), (-0.3, 0.2)
    found = look("power_scaling", with_effect(evidence, prior, data)).details
    for part, exact in (("prior", together(weakened(prior, 2), data)), ("data", together(prior, weakened(data, 2)))):
        for end, level in zip(("lower", "median", "upper"), LEVELS, strict=True):
            wanted = 100 * np.expm1(norm.ppf(level, *exact))
            assert found[f"{part}_{end}_at_2"] == pytest.approx(wanted, abs=0.5)
    assert found["prior_median_at_1"] == found["data_median_at_1"]
    assert found["prior_median_at_2"] > found["prior_median_at_1"] > found["data_median_at_2"]


def test_what_is_not_known_of_the_data_is_not_weighed(evidence: Evidence) -> None:
    squared = draws_of((0.0, 1.0), (CHAINS, DRAWS)) ** 2 / 10
    found = look("power_scaling", with_effect(evidence, (0.0, 0.1), (0.0, 1.0), squared))
    assert found.verdict is Verdict.CONCERN
    assert "prior_median_at_1" in found.details
    assert not [name for name in found.details if name.startswith("data_")]


def test_an_unknown_finding_holds_no_numbers(evidence: Evidence) -> None:
    whole = with_effect(evidence, (0.0, 0.75), (-0.2, 0.05))
    for broken in (noisy(whole), with_group(whole, "log_prior", None)):
        found = look("power_scaling", broken)
        assert found.verdict is Verdict.UNKNOWN
        assert not found.details
