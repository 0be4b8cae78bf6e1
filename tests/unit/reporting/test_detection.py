"""Did the market shrink, or did the police look harder: what is told, what is withheld, and which figures tell."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import xarray as xr

from evaluation.reporting.evidence import Evidence
from evaluation.reporting.page import WITHHELD, all_rows
from evaluation.reporting.sections.detection import detection
from evaluation.reporting.sections.headline import headline
from evaluation.terms.evidence import Finding, Strength, Verdict

DETAILS = {
    "contraction:market": 0.6, "contraction:effort": 0.4, "correlation": -0.95,
    **{
        f"{label}:{name}": value
        for label in ("as it is", "without:convicted", "with:adopters", "with:all")
        for name, value in (("sd:market", 0.5), ("sd:effort", 0.6), ("correlation", -0.9))
    },
}  # fmt: skip


@pytest.fixture
def told(make: SimpleNamespace) -> Evidence:
    evidence: Evidence = make.evidence()
    even = np.linspace(-1, 1, 402).reshape(2, 201, 1)
    percent = np.array([-30.0, 20.0]) + 5 * even
    latent = xr.Dataset({"percent": (("chain", "draw", "latent"), percent)}, coords={"latent": ["market", "effort"]})
    nodes = {name: node.to_dataset() for name, node in evidence.effect.children.items()}
    tree = xr.DataTree.from_dict(nodes | {"latent": latent})
    tree.attrs = dict(evidence.effect.attrs)
    return replace(evidence, effect=tree)


def seen(evidence: Evidence, verdict: Verdict) -> Evidence:
    finding = Finding(
        check="market_told_from_effort", family="measurement", assumption="effort_told_apart", verdict=verdict,
        says="These figures say so.", advice="Add one." if verdict is Verdict.UNKNOWN else "", details=DETAILS,
    )  # fmt: skip
    return replace(evidence, findings=(*evidence.findings, finding))


def test_both_effects_stand_with_how_much_the_figures_have_told(told: Evidence) -> None:
    section = detection(seen(told, Verdict.PASS))
    rows = [[cell.words for cell in row.cells] for row in all_rows(section.tables[0])]
    assert [row[0] for row in rows] == ["The market", "The effort to detect"]
    assert rows[0][1] == "\u221230\u202f%"
    assert [row[-1] for row in rows] == ["60\u202f%", "40\u202f%"]
    assert "These figures say so." in section.text[0]
    assert "The market" in section.figures[0].panels[0].says


def test_where_they_cannot_tell_no_number_stands_and_the_picture_says_so(told: Evidence) -> None:
    section = detection(seen(told, Verdict.UNKNOWN))
    rows = [[cell.words for cell in row.cells] for row in all_rows(section.tables[0])]
    assert [row[1] for row in rows] == ["withheld", "withheld"]
    panel = section.figures[0].panels[0]
    assert "cannot tell the two apart" in panel.says
    assert "cannot tell the two apart" in panel.svg
    assert [row[-1] for row in section.figures[0].rows] == ["false", "false"]
    assert "Add one." in section.text


def test_a_check_that_was_not_made_is_no_pass(told: Evidence) -> None:
    section = detection(told)
    assert "was not checked" in section.text[0]
    assert "withheld" in [cell.words for row in all_rows(section.tables[0]) for cell in row.cells]


def test_which_figures_tell_is_a_row_each(told: Evidence) -> None:
    rows = [[cell.words for cell in row.cells] for row in all_rows(detection(seen(told, Verdict.UNKNOWN)).tables[1])]
    assert [row[0] for row in rows] == [
        "All figures, as they are", "Without Convicted", "With a market indicator in every adopter and as many others",
        "With a market indicator everywhere",
    ]  # fmt: skip
    assert rows[0][1:] == ["0.50", "0.60", "\u22120.90"]


def test_where_nobody_asked_a_constant_effort_is_said_to_be_assumed(make: SimpleNamespace) -> None:
    section = detection(make.evidence())
    assert not section.tables
    assert "that is assumed here, not found" in section.text[0]


def test_what_is_behind_the_counts_may_be_withheld_while_the_counts_are_not(told: Evidence) -> None:
    one = replace(told.claims[0], strength=Strength.WITHHELD)
    behind = [replace(one, name=f"latent:{name}") for name in ("market", "effort")]
    evidence = seen(replace(told, claims=(*told.claims, *behind)), Verdict.UNKNOWN)
    assert not evidence.withheld
    section = detection(evidence)
    assert {row.cells[0].mark for row in all_rows(section.tables[0])} == {WITHHELD}
    assert {row.cells[0].mark for row in all_rows(section.tables[1])} == {""}
    assert WITHHELD in section.figures[0].panels[0].title
    assert replace(told, claims=(one, *told.claims[1:])).withheld  # the sampler failed: all are


def test_claims_on_what_is_behind_the_counts_are_listed_first(told: Evidence) -> None:
    one = replace(told.claims[0], says="Nothing: the market fell by -60 % to +84 %.", strength=Strength.WITHHELD)
    behind = replace(one, name="latent:market")
    section = headline(replace(told, claims=(*told.claims, behind)))
    listed = section.tables[0]
    assert listed.caption.startswith("What is behind the counts")
    assert next(iter(all_rows(listed))).cells[0].words == "Nothing: the market fell by \u221260 % to +84 %."
    assert headline(told).tables[0].caption.startswith("Each outcome")
