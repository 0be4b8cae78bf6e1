"""Series without controls: calendar, what is refused, and whether what was put in is found."""

from collections.abc import Mapping

import numpy as np
import pytest
import xarray as xr

from evaluation.checks.book import Evidence, cards
from evaluation.inference.compiled import Compiled, build, compile_model, complete, on_data_of, sample
from evaluation.inference.effect import estimate
from evaluation.models.book import assumptions_of, check_settings, get_model, refuse_panel
from evaluation.models.parts.calendar import every_of, waves
from evaluation.terms.errors import DataError
from evaluation.terms.evidence import Finding, Verdict
from evaluation.terms.panel import CELL
from evaluation.terms.periods import between
from evaluation.terms.study import Study
from tests.cases.fitting import Estimate, study_of
from tests.unit.models.simulated_series import simulated_series

SETTINGS: Mapping[str, object] = {"leads": 0}
MONTHS = {"seizure": [36, 40, 44, 38, 36, 41, 43, 39]}
DAILY = {"first": "2023-01-02", "periods": 120, "a_year": 365.25, "wave": 7.0, "noise": 0.2}
ONE_WEEK = {"season": {"year": 0, "week": 1}, "bend_every": 0}


@pytest.mark.parametrize(
    ("label", "every"),
    [("2019", "year"), ("2019-04", "month"), ("2019-04-16", "day"), ("2019-W16", "week")],
)
def test_labels_say_how_often_figures_come(label: str, every: str) -> None:
    assert every_of(np.array([label])) == every


def test_a_season_comes_round_with_the_calendar() -> None:
    months = np.array([f"{year}-{month:02d}" for year in (2018, 2019) for month in range(1, 13)])
    names, turns = waves(months, {"year": 6, "week": 3})
    assert len(names) == 11  # as many as months, less the level
    np.testing.assert_allclose(turns[:12], turns[12:], atol=1e-9)
    np.testing.assert_allclose(turns.T @ turns, np.diag(np.diag(turns.T @ turns)), atol=1e-9)
    assert waves(np.array(["2018", "2019"]), {"year": 2, "week": 3})[0] == ()  # years have no season


def test_a_year_of_weeks_comes_round_though_years_have_52_or_53() -> None:
    weeks = np.array(between("2018-W01", "2023-W52"))
    names, turns = waves(weeks, {"year": 1, "week": 3})
    assert names == ("year cos 1", "year sin 1")  # weeks have no season of the week
    turning = np.unwrap(np.arctan2(turns[:, 1], turns[:, 0])) / (2 * np.pi)
    new_years = [int(np.flatnonzero(weeks == f"{year}-W01")[0]) for year in range(2018, 2024)]
    np.testing.assert_allclose(np.diff(turning[new_years]), 1.0, atol=1 / 52)
    assert np.diff(new_years).tolist() == [52, 52, 53, 52, 52]


def test_a_weekly_series_shorter_than_two_years_is_refused_by_its_length_in_weeks() -> None:
    panel = simulated_series({"seizure": [60]}, {"seizure": 0.0}, first="2020-W01", periods=104)
    with pytest.raises(DataError, match=r"the season of the year takes 52.18 weeks, .* the series of S0 \(104\)"):
        refuse_panel("interrupted_series", SETTINGS, panel)
    longer = simulated_series({"seizure": [60]}, {"seizure": 0.0}, first="2020-W01", periods=105)
    refuse_panel("interrupted_series", SETTINGS, longer)


def test_a_series_shorter_than_its_season_is_refused_with_every_unit() -> None:
    panel = simulated_series({"seizure": [10, 11, 12]}, {"seizure": 0.0}, periods=30)
    late = (panel["unit"] != "S1") & (panel["time"] < "2020-01")
    panel = panel.assign(status=panel["status"].where(~late, 0))
    with pytest.raises(DataError) as error:
        refuse_panel("interrupted_series", SETTINGS, panel)
    (season,) = [problem for problem in error.value.problems if "season" in problem.found]
    assert "2 rounds of it are longer than the series of S0 (18), S2 (18)" in season.found
    assert "model.season.year=0" in season.advice
    refuse_panel("interrupted_series", {"season": {"rounds": 1.5}}, panel.isel(unit=[1]))


def test_an_event_with_nothing_before_it_is_refused_with_every_unit() -> None:
    panel = simulated_series({"seizure": [0, 12, 0]}, {"seizure": 0.0})
    with pytest.raises(DataError, match="no outcome is reported before 'seizure' in S0, S2"):
        refuse_panel("interrupted_series", SETTINGS, panel)


def test_one_unit_alone_is_enough_here_and_not_where_units_are_compared() -> None:
    panel = simulated_series({"seizure": [40]}, {"seizure": 0.0})
    refuse_panel("interrupted_series", SETTINGS, panel)
    with pytest.raises(DataError, match="one unit alone, S0: nothing to compare it with"):
        refuse_panel("staggered", SETTINGS, panel)


def test_what_is_not_there_has_no_terms() -> None:
    panel = simulated_series({"seizure": [10]}, {"seizure": 0.0}, periods=12)
    model = get_model("interrupted_series", {"leads": 0}).build(panel, study(panel).question)
    terms = {name.partition("[")[0] for name in model.coords["coefficient_name"]}
    assert terms == {"level", "slope", "season"}  # one unit, and too short for a bend


def test_settings_that_cannot_be_are_named() -> None:
    wrong = {"bend_every": -1, "slope_sd": 0.0, "leads": 0, "anticipation": 1, "noise": "gausian"}
    found = " ".join(str(problem) for problem in check_settings("interrupted_series", wrong, "model"))
    assert all(word in found for word in ("bend_every", "slope_sd", "anticipation", "lognormal"))
    (found,) = check_settings("interrupted_series", {"season": {"year": 7}}, "model")
    assert "0 to 6" in str(found)


def test_it_does_not_claim_to_compare() -> None:
    assert "course_continues" in assumptions_of("interrupted_series")
    assert "no_differential_trend" not in assumptions_of("interrupted_series")


def test_checks_of_a_common_course_probe_that_the_series_goes_on() -> None:
    panel = simulated_series({"seizure": [40]}, {"seizure": 0.0})
    (leads,) = _card("leads").run(Evidence(study=study(panel), panel=panel))
    assert (leads.assumption, leads.verdict) == ("course_continues", Verdict.UNKNOWN)


def study(panel: xr.Dataset, **settings: object) -> Study:
    return study_of("series", {**SETTINGS, **settings}, panel, seed=3, model="interrupted_series")


def fitted(panel: xr.Dataset, compiled: Compiled | None = None, **settings: object) -> Evidence:
    model = build(study(panel, **settings), panel)
    density = on_data_of(compiled, model) if compiled else compile_model(model)
    drawn = sample(density, draws=400, tune=300, chains=2, target_accept=0.9, seed=3, progress=False)
    groups = {"posterior": complete(model, drawn), "sample_stats": drawn["sample_stats"].to_dataset()}
    return Evidence(study=study(panel, **settings), panel=panel, fit=xr.DataTree.from_dict(groups))


def overall(found: Evidence) -> Estimate:
    return Estimate.of(estimate(found.study, found.panel, found.fit)["overall"]["log_ratio"])


def _card(name: str):  # type: ignore[no-untyped-def]
    return next(card for card in cards() if card.name == name)


def separable(found: Evidence) -> Finding:
    (one,) = _card("separable").run(found)
    return one


@pytest.mark.slow
@pytest.mark.parametrize(("effect", "seed"), [(-0.3, 1), (0.0, 2)])
def test_an_effect_is_found_and_none_is_not_in_series_that_grow_and_have_seasons(effect: float, seed: int) -> None:
    found = fitted(simulated_series(MONTHS, {"seizure": effect}, seed=seed))
    answer = overall(found)
    assert answer.lower < effect < answer.upper
    assert abs(answer.mean - effect) < 0.05
    assert answer.width < 0.15
    assert int(found.fit["sample_stats"]["diverging"].sum()) <= 2


@pytest.mark.slow
def test_an_effect_is_found_in_weeks_of_two_and_a_half_years() -> None:
    starts = {"seizure": [70, 75, 80, 72, 78, 84]}
    panel = simulated_series(starts, {"seizure": -0.3}, first="2020-W01", periods=130, a_year=52.18, wave=52.18, seed=4)
    assert panel["time"].values[52] == "2020-W53"
    answer = overall(fitted(panel, bend_every=52))
    assert answer.lower < -0.3 < answer.upper
    assert answer.width < 0.25


@pytest.mark.slow
def test_of_one_series_alone_intervals_hold_the_truth_as_often_as_they_say() -> None:
    panels = [simulated_series({"seizure": [40]}, {"seizure": -0.3}, seed=seed) for seed in range(1, 21)]
    compiled = compile_model(build(study(panels[0]), panels[0]))
    answers = [overall(fitted(panel, compiled)) for panel in panels]
    held = sum(answer.lower < -0.3 < answer.upper for answer in answers)
    assert held >= 17  # of 20: fewer come once in sixty times, were each right 19 times of 20
    assert abs(np.mean([answer.mean for answer in answers]) + 0.3) < 0.07  # three standard errors


@pytest.mark.slow
def test_two_events_five_days_apart_are_not_two_effects() -> None:
    found = separable(fitted(simulated_series({"seizure": [60], "law": [65]}, EACH, seed=5, **DAILY), **ONE_WEEK))
    assert found.verdict is Verdict.CONCERN
    assert "cannot be told apart" in found.says


@pytest.mark.slow
def test_two_events_forty_days_apart_are() -> None:
    found = separable(fitted(simulated_series({"seizure": [40], "law": [80]}, EACH, seed=5, **DAILY), **ONE_WEEK))
    assert found.verdict is Verdict.PASS


EACH = {"seizure": -0.2, "law": -0.2}


@pytest.mark.slow
def test_a_break_of_the_instrument_is_not_an_effect() -> None:
    """Half the figures go when a crawler is replaced, six months before the event: a registered break takes that."""
    panel = simulated_series({"seizure": [40] * 4}, {"seizure": 0.0}, seed=6)
    broken = np.where(np.arange(60) >= 34, 0.5, 1.0)
    counts = np.rint(panel["lower"].transpose(*CELL).values * broken)
    step = np.broadcast_to(np.arange(60) >= 34, (1, *counts.shape)).astype(float)
    panel = panel.drop_dims("break").assign(
        lower=(CELL, counts), upper=(CELL, counts), breaks=(("break", *CELL), step)
    )  # fmt: skip
    answer = overall(fitted(panel.assign_coords({"break": ["crawler"]})))
    assert answer.lower < 0 < answer.upper
    assert abs(answer.mean) < 0.1
