"""Other designs: what is added is what is said, and more of it tells more."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from evaluation.inference.designs import AS_PLANNED, designs, known_spread, longer, more_adopters, reach
from evaluation.inference.simulations import Scenario, simulate
from evaluation.models.parts.design import adoptions_of
from evaluation.panel.shape import design_of
from evaluation.terms.panel import Status
from evaluation.terms.study import ChecksPlan, RehearsalPlan, Study
from tests.unit.inference.test_effect import STUDY
from tests.unit.models.small import small_panel

DESIGN = design_of(small_panel())


def asking(plan: RehearsalPlan, study: Study = STUDY) -> Study:
    return replace(study, checks=ChecksPlan(rehearsal=plan))


def test_added_years_go_on_as_the_last_one_was() -> None:
    more = longer(DESIGN, 3)
    assert more["time"].values.tolist()[-4:] == ["2016", "2017", "2018", "2019"]
    law = more["exposure"].sel(intervention="law")
    np.testing.assert_array_equal(law.sel(unit="A").values[-3:], 1.0)
    np.testing.assert_array_equal(law.sel(unit="B").values[-3:], 0.0)  # it had ended
    np.testing.assert_array_equal(more["event_time"].sel(intervention="law", unit="A").values[-4:], [3, 4, 5, 6])
    assert np.isnan(more["event_time"].sel(intervention="law", unit="F").values).all()
    np.testing.assert_array_equal(more["status"].values[..., -3:], DESIGN["status"].values[..., -3:])
    assert longer(DESIGN, 20).sizes["time"] == 27
    assert longer(DESIGN.assign_coords(time=[f"2020-0{month}" for month in range(3, 10)]), 5)["time"].values[
        -2:
    ].tolist() == ["2021-01", "2021-02"]


def test_added_weeks_run_over_the_turn_of_the_year() -> None:
    weeks = DESIGN.assign_coords(time=[f"2020-W{week}" for week in range(46, 53)])
    assert longer(weeks, 2)["time"].values[-3:].tolist() == ["2020-W52", "2020-W53", "2021-W01"]


def test_added_adopters_are_those_there_are_again() -> None:
    more = more_adopters(DESIGN, 3)
    assert more["unit"].values.tolist() == [*"ABCDEF", "A 2", "B 2", "A 3", "B 3"]
    assert len(adoptions_of(more)) == len(adoptions_of(DESIGN)) + 4
    np.testing.assert_array_equal(more["status"].sel(unit="A 3"), DESIGN["status"].sel(unit="A"))
    assert (more["status"].values != Status.NOT_REPORTED).any()


def test_designs_are_named_with_their_unit_of_time() -> None:
    asked = asking(RehearsalPlan(longer=(5,), more_adopters=(2,)))
    assert [one.label for one in designs(asked, DESIGN)] == [AS_PLANNED, "5 years more", "2 times as many adopters"]


def test_more_adopters_and_longer_series_narrow_the_interval() -> None:
    asked = asking(RehearsalPlan(at_each=8, longer=(14,), more_adopters=(6,)))
    simulations = xr.Dataset(
        {
            "scenario": ("simulation", ["matters"] * 3),
            "lower": (("simulation", "quantity"), np.full((3, 1), -60.0)),
            "upper": (("simulation", "quantity"), np.full((3, 1), 60.0)),
        },
        coords={"quantity": ["overall"]},
    )
    seen: list[tuple[str, int, int]] = []
    lasting = DESIGN.copy(deep=True)
    lasting["exposure"].loc[{"intervention": "law", "unit": "B", "time": "2016"}] = 1.0  # it does not end
    found = reach(asked, lasting, simulations, watch=lambda *told: seen.append(told))
    width = found["expected_width"].to_series()
    assert width["6 times as many adopters"] < width[AS_PLANNED]
    assert width["14 years more"] < width[AS_PLANNED]
    # scaled to the fits: e to the half width of their intervals, around the change that matters
    half = (np.log(1.6) - np.log(0.4)) / 2
    assert width[AS_PLANNED] == pytest.approx(80 * (np.exp(half) - np.exp(-half)), rel=0.1)
    assert (found["expected_assurance"] > 0.02).all()
    assert (found["expected_assurance"] < 1).all()
    assert [told[1:] for told in seen] == [(1, 3), (2, 3), (3, 3)]


def test_a_spread_with_known_scales_is_about_that_of_many_draws() -> None:
    """Twice the events of everything, twice the precision of counts: the spread falls, and is a number."""
    spreads = []
    for usual in (5.0, 500.0):
        asked = asking(RehearsalPlan(usual_counts=dict.fromkeys(("victims", "convicted", "labour"), usual)))
        made = simulate(asked, DESIGN, Scenario("matters", -20.0), 8)
        spreads.append(
            known_spread(
                asked, DESIGN, made, ("coefficient", "effect_pool", "effect_indicator_step", "effect_unit_step")
            )
        )
    assert np.isfinite(spreads).all()
    assert np.median(spreads[1] / spreads[0]) < 0.95


def test_a_model_that_is_not_gaussian_given_its_scales_says_nothing() -> None:
    ramp = {**STUDY.model.settings, "noise": "negative_binomial"}
    study = replace(STUDY, model=replace(STUDY.model, settings=ramp))
    assert reach(asking(RehearsalPlan(at_each=2, longer=(3,)), study), DESIGN, xr.Dataset()).sizes == {}
