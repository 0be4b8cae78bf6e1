"""Readings that raise a doubt: what each sets aside, moves and gives to whom."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from evaluation.inference.doubts import adopting, doubts
from evaluation.inference.effect import treated_cells
from evaluation.inference.many import many
from evaluation.inference.refit import Effort
from evaluation.inference.variants import variant
from evaluation.panel.exposure import event_time_of
from evaluation.terms import ChecksPlan, Study
from evaluation.terms.panel import CELL, EXPOSURE, Status
from tests.unit.inference.test_effect import STUDY
from tests.unit.models.small import small_panel

PANEL = small_panel().assign_attrs(widest_interval=4)
ALL = ChecksPlan(leave_one_out=True, false_dates=(2,), false_adopters=3)
ASKING = replace(STUDY, checks=ALL, panel=replace(STUDY.panel, min_before=1, min_after=1))
KNOWN = (Status.EXACT, Status.SUPPRESSED)


def panel_after(name: str, study: Study = ASKING) -> xr.Dataset:
    return doubts(study, PANEL)[name].apply(study, PANEL)[1]


def test_nothing_is_raised_unless_it_is_asked_for() -> None:
    assert doubts(STUDY, PANEL) == {}


def test_an_adopter_left_out_has_no_figures_and_no_part_in_the_answer() -> None:
    unit = str(PANEL["unit"].values[adopting(PANEL)[0]])
    panel = panel_after(f"without:{unit}")
    assert (panel["status"].sel(unit=unit) == Status.NOT_REPORTED).all()
    assert panel["lower"].sel(unit=unit).isnull().all()
    others = PANEL["unit"] != unit
    xr.testing.assert_equal(panel["lower"].sel(unit=others), PANEL["lower"].sel(unit=others))
    xr.testing.assert_equal(panel["exposure"], PANEL["exposure"])  # the same adoptions: the same compiled model
    for over in ("reported", "exposed"):
        study = replace(ASKING, question=replace(ASKING.question, over=over))
        cells = treated_cells(study, panel, PANEL["unit"][adopting(PANEL)])
        assert not cells.sel(unit=unit).any()
        assert cells.any()


def test_a_false_date_moves_the_law_and_hides_what_came_under_the_real_one() -> None:
    panel = panel_after("false_date:2")
    real = event_time_of(PANEL["exposure"])
    asked = PANEL["asked"].values.astype(bool)
    for unit in PANEL["unit"].values[adopting(PANEL)]:
        before = (real.sel(unit=unit)[asked] < 0).all("intervention")
        assert (panel["status"].sel(unit=unit, time=~before) == Status.NOT_REPORTED).all()
        kept = panel["status"].sel(unit=unit, time=before)
        xr.testing.assert_equal(kept, PANEL["status"].sel(unit=unit, time=before))
        exposed = (panel["exposure"].sel(unit=unit)[asked] > 0).any("intervention")
        early = (real.sel(unit=unit)[asked] >= -2).any("intervention")
        np.testing.assert_array_equal(exposed.sel(time=before), early.sel(time=before))
        was = PANEL["exposure"].sel(unit=unit, time=~before)
        np.testing.assert_array_equal(panel["exposure"].sel(unit=unit, time=~before), was.transpose(*EXPOSURE[::2]))
    moved = panel["event_time"].sel(intervention=PANEL["intervention"].values[asked])
    was = PANEL["event_time"].sel(intervention=PANEL["intervention"].values[asked])
    np.testing.assert_array_equal(moved.transpose(*EXPOSURE), was.transpose(*EXPOSURE) + 2)
    assert panel["status"].dims == CELL


def test_false_adopters_never_had_a_law_and_have_the_real_ones_calendar() -> None:
    who = adopting(PANEL)
    asked = PANEL["asked"].values.astype(bool)
    never = ~(PANEL["exposure"] > 0).any(("intervention", "time")).values
    chosen = set()
    for number in (1, 2, 3):
        panel = panel_after(f"false_adopters:{number}")
        given = adopting(panel)
        assert never[given].all()
        assert len(given) == len(who)
        chosen.add(tuple(given))
        calendars = [
            sorted(map(tuple, one["exposure"].transpose(*EXPOSURE).values[asked][:, units].sum(axis=0).tolist()))
            for one, units in ((PANEL, who), (panel, given))
        ]
        assert calendars[0] == calendars[1]
        assert (panel["status"].isel(unit=who) == Status.NOT_REPORTED).all()
        assert panel["status"].isel(unit=given).isin(KNOWN).any()
        again = panel_after(f"false_adopters:{number}")
        xr.testing.assert_identical(panel["exposure"], again["exposure"])
    other = panel_after("false_adopters:1", replace(ASKING, seed=ASKING.seed + 1))
    assert len(chosen) > 1 or not other["exposure"].identical(panel["exposure"])  # drawn, and from the study's seed


def test_where_nobody_could_stand_in_no_law_is_made_up() -> None:
    strict = replace(ASKING, panel=replace(ASKING.panel, min_before=100))
    assert not [name for name in doubts(strict, PANEL) if name.startswith("false_adopters")]


def test_the_last_period_before_a_law_is_dropped_for_those_that_adopt_and_for_nobody_else() -> None:
    panel = variant("last_before:dropped").apply(STUDY, PANEL)[1]
    asked = PANEL["event_time"].isel(intervention=np.flatnonzero(PANEL["asked"].values))
    last = (asked == -1).any("intervention")
    assert last.any()
    assert (panel["status"].where(last, Status.NOT_REPORTED) == Status.NOT_REPORTED).all()
    xr.testing.assert_equal(panel["lower"], PANEL["lower"].where(~last).transpose(*CELL))


@pytest.mark.slow
def test_every_doubt_is_a_refit_of_the_one_compiled_model() -> None:
    raised = doubts(ASKING, PANEL)
    found = many(ASKING, PANEL, raised, Effort(draws=100, tune=100, chains=2, target_accept=0.85))
    assert set(found["state"].values) == {"sampled"}
    assert np.isfinite(found["percent"].sel(quantity="overall")).all()
