"""The model for courses that units share, each to a degree of its own: what it refuses, and what it finds."""

import numpy as np
import pytest

from evaluation.models.book import check_settings, get_model, refuse_panel, unidentified_of
from evaluation.models.parts.factors import prior_scales
from evaluation.terms.errors import DataError
from tests.unit.models.courses import EFFECT, fitted, interval, shared_courses
from tests.unit.models.small import QUESTION, small_panel


@pytest.mark.slow
def test_it_finds_an_effect_where_trends_are_not_parallel() -> None:
    lower, upper = interval(fitted(*shared_courses(2, "factor")))
    assert lower < EFFECT < upper
    assert upper < 0
    assert upper - lower < 0.35  # no wider than a hundred counts a cell and two courses to learn should leave it


def test_each_factor_has_a_narrower_prior_than_the_last() -> None:
    widths = prior_scales(4, 0.5, 0.6)
    assert widths[0] == 0.5
    np.testing.assert_allclose(widths[1:] / widths[:-1], 0.6)


def test_what_chains_need_not_agree_on_is_in_the_model_and_told() -> None:
    model = get_model("factor", {}).build(small_panel(), QUESTION)
    named = unidentified_of("factor", {})
    assert set(named) <= set(model.named_vars)
    assert {"gap", "log_rate", "shared_sd"} & set(named) == set()
    assert unidentified_of("staggered", {}) == ()


def test_the_gap_reading_keeps_treated_cells_from_speaking_on_the_counterfactual() -> None:
    panel = small_panel()
    gap, effect = (get_model("factor", {"reads": reads}).build(panel, QUESTION) for reads in ("gap", "effect"))
    assert gap.named_vars_to_dims["gap"] == ("indicator", "adoption", "time")
    assert "gap" not in effect.named_vars


def test_slopes_on_covariates_may_differ_between_units_and_periods() -> None:
    panel = small_panel()
    alike, differing = (
        get_model("factor", {"slopes_differ": one, "slope_spread": 0.5}).build(panel, QUESTION) for one in (False, True)
    )
    more = set(differing.coords["coefficient_name"]) - set(alike.coords["coefficient_name"])  # type: ignore[arg-type]
    assert len(more) == 3 * (6 + 7)  # indicators, units and periods, of one covariate
    assert {"unit_covariate_slope[income, D, victims]", "period_covariate_slope[income, 2012, labour]"} <= more
    assert "slope_unit_sd: income" in differing.named_vars
    point = differing.initial_point(1)
    at = list(differing.coords["coefficient_name"]).index("unit_covariate_slope[income, D, victims]")
    mean = differing.compile_fn(differing.replace_rvs_by_values([differing["log_rate_mean"]]), mode="FAST_COMPILE")
    elsewhere = ("effect", "log_rate", "drift", "shared")  # what the mean does not hang on
    point = {name: value for name, value in point.items() if not name.startswith(elsewhere)}
    moved = point | {"coefficient": point["coefficient"] + np.eye(len(point["coefficient"]))[at]}
    change = mean(moved)[0] - mean(point)[0]
    income, unit = panel["covariates"].values[0], 3  # D, which never had a law
    assert np.abs(change[0, unit]).min() > 0
    np.testing.assert_allclose(change[0, unit] / income[unit], change[0, unit, 0] / income[unit, 0])
    change[0, unit] = 0
    assert np.abs(change).max() == 0


def test_too_few_untreated_units_are_refused_with_their_names() -> None:
    with pytest.raises(DataError, match=r"3 units never had an intervention .*\(D, E, F\): 5 are needed"):
        refuse_panel("factor", {}, small_panel())
    refuse_panel("factor", {"factors": 1}, small_panel())


def test_every_unit_without_a_period_before_is_named() -> None:
    panel = small_panel()
    exposure = panel["exposure"].values.copy()
    exposure[0, :2] = 1.0
    with pytest.raises(DataError, match="no outcome is reported before 'law' in A, B"):
        refuse_panel("factor", {"factors": 1}, panel.assign(exposure=(panel["exposure"].dims, exposure)))


def test_settings_that_cannot_be_are_told_together() -> None:
    wrong = {"reads": "gaps", "factors": 0, "factor_shrinkage": 1.5, "gap_sd": 0}
    told = "; ".join(str(one) for one in check_settings("factor", wrong, "model"))
    for words in ("gap_sd is 0", "did you mean 'gap'?", "factors is 0", "factor_shrinkage is 1.5"):
        assert words in told
