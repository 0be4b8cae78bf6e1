"""Advice on panels of several kinds: who can be compared with whom, and what a reader must know, without a count."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from evaluation.models.book import advice_on, entry, model_names
from evaluation.models.parts.advice import whatever_the_model
from evaluation.models.parts.layout import layout_of
from evaluation.panel.shape import design_of
from evaluation.terms.advice import Advice, Applies
from tests.unit.models.small import monthly_panel, neighbours_panel, small_panel

PAGE = Path(__file__).parents[3] / "docs/guides/models.md"
Change = Callable[[xr.Dataset], xr.Dataset]


def under(panel: xr.Dataset, starts: dict[str, int]) -> xr.Dataset:
    """The panel with the law in these units from these periods on, and no other law."""
    exposure, event = np.zeros(panel["exposure"].shape), np.full(panel["exposure"].shape, np.nan)
    for unit, start in starts.items():
        at = panel["unit"].values.tolist().index(unit)
        exposure[0, at, start:] = 1.0
        event[0, at] = np.arange(panel.sizes["time"]) - start
    dims = ("intervention", "unit", "time")
    return panel.assign(exposure=(dims, exposure), event_time=(dims, event))


def told(advice: Advice) -> str:
    return " | ".join((*advice.reasons, *advice.care, *advice.against))


def test_a_layout_counts_what_is_reported_and_looks_at_no_count() -> None:
    panel = small_panel()
    panel["status"][:, 0, :2] = 0
    seen = layout_of(design_of(panel))
    assert seen.before == {"A": 1, "B": 4}  # of three periods before it, two are not reported
    assert seen.after["B"] == 3
    assert seen.never == ("C", "D", "E", "F")  # a law that is only adjusted for makes nobody an adopter
    assert (seen.every, seen.regions, seen.controls) == ("year", 2, ("labour",))
    assert seen.roles == {"victims": "detection", "convicted": "detection"}
    assert seen.compared == 1
    assert sum(seen.shares.values()) == pytest.approx(1)


def test_with_units_to_compare_with_the_comparison_is_spoken_for() -> None:
    design = design_of(small_panel())
    assert advice_on("staggered", {}, design).reasons == ("4 units without it say what would have happened meanwhile",)
    assert advice_on("staggered", {}, design).applies is Applies.YES
    assert "it does not let them" in told(advice_on("interrupted_series", {}, design))


def test_where_all_adopt_at_once_nobody_is_left_to_compare_with() -> None:
    panel = design_of(under(monthly_panel(), dict.fromkeys("ABCDEF", 24)))
    for name in ("staggered", "displacement"):
        assert advice_on(name, {}, panel).applies is Applies.NO
        assert "nobody to compare with" in told(advice_on(name, {}, panel))
    series = advice_on("interrupted_series", {}, panel)
    assert series.applies is Applies.YES
    assert "every adopter has 24 reported periods or more before it" in series.reasons


def test_where_all_adopt_in_turn_late_adopters_are_what_is_compared_with() -> None:
    panel = design_of(under(small_panel(), {unit: 2 + at % 4 for at, unit in enumerate("ABCDEF")}))
    advice = advice_on("staggered", {}, panel)
    assert advice.applies is Applies.WITH_CARE
    assert "adopts sooner or later" in told(advice)


def test_one_unit_alone_has_its_own_past_only() -> None:
    panel = design_of(monthly_panel().sel(unit=["A"]))
    assert "one unit alone, A" in told(advice_on("staggered", {}, panel))
    assert advice_on("interrupted_series", {"season": {"year": 0}}, panel).applies is Applies.YES


def test_every_unit_with_nothing_before_is_listed() -> None:
    panel = design_of(under(small_panel(), {"A": 0, "B": 0, "C": 3}))
    advice = advice_on("interrupted_series", {}, panel)
    assert advice.applies is Applies.NO
    assert "no outcome is reported before 'law' in A, B;" in advice.against[0]
    assert any("fewer than 2 reported periods before it: A (0), B (0)" in said for said in whatever_the_model(panel))


def test_neighbours_speak_for_the_model_that_hears_them() -> None:
    panel = design_of(neighbours_panel())
    assert "neighbours are given" in advice_on("displacement", {}, panel).reasons[-1]
    assert advice_on("displacement", {}, panel).applies is Applies.YES  # D, E and F have no adopter beside them
    assert "it takes no notice" in told(advice_on("staggered", {}, panel))
    everybody = under(neighbours_panel(), {"B": 3, "E": 3})
    assert "nobody is left untouched" in told(advice_on("displacement", {}, design_of(everybody)))
    refused = advice_on("displacement", {}, design_of(small_panel()))
    assert refused.applies is Applies.NO
    assert "no neighbours along which" in refused.against[0]


def nearly_all(panel: xr.Dataset) -> xr.Dataset:
    wide = xr.concat([panel.assign_coords(unit=[f"{one}{at}" for one in "ABCDEF"]) for at in range(2)], dim="unit")
    return under(wide, {str(unit): 2 for unit in wide["unit"].values[:11]})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda panel: panel, "2 adopters only (A, B)"),
        (lambda panel: under(panel, {"A": 1, "B": 3}), "fewer than 2 reported periods before it: A (1)"),
        (lambda panel: panel, "all outcomes count what authorities find or do (detection)"),
        (lambda panel: panel.isel(indicator=[0, 1]), "no negative control"),
        (lambda panel: panel.sel(unit=["A", "B", "C"]), "one region"),
        (lambda panel: under(panel, {"A": 3, "D": 3}), "all adopters begin at once"),
        (lambda panel: panel.assign(status=panel["status"] * 0), "more cells are not reported"),
        (lambda panel: panel.assign(status=panel["status"] * 0 + 2), "more than half of all cells are suppressed"),
    ],
)
def test_what_calls_for_care_whatever_the_model(change: Change, said: str) -> None:
    assert any(said in one for one in whatever_the_model(design_of(change(small_panel())))), said


def test_where_it_is_not_so_nothing_is_said() -> None:
    panel = under(small_panel(), {"A": 2, "B": 3, "C": 4, "D": 3, "E": 4})
    panel["status"][:] = 1
    market = panel.assign_coords(role=("indicator", ["market", "detection", "control"]))
    assert whatever_the_model(design_of(market)) == ()


def test_nearly_all_treated_calls_for_care_in_a_comparison() -> None:
    assert "only F1 are not" in told(advice_on("staggered", {}, design_of(nearly_all(small_panel()))))


def test_a_model_that_advises_nothing_is_told_by_its_refusals_and_its_first_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from evaluation.models import book

    class Silent:
        """Counts, and nothing said about whom it is for.

        More words.
        """

    monkeypatch.setitem(book._PAGES, "silent", book.Entry("silent", Silent, ()))
    monkeypatch.setattr(book, "read_record", lambda recipe, settings, where: recipe())
    assert entry("silent").says == "Counts, and nothing said about whom it is for."
    assert advice_on("silent", {}, design_of(small_panel())) == Advice()


def test_the_page_has_every_model_of_the_book_in_its_own_words() -> None:
    rows = re.findall(r"^\| \[`(\w+)`\]\(\S+\) \| (.*) \| (.*) \| (.*) \|$", PAGE.read_text(encoding="utf-8"), re.M)
    assert tuple(name for name, *_ in rows) == model_names()
    for name, *said in rows:
        assert said == [entry(name).says, entry(name).needs, entry(name).cannot], name
