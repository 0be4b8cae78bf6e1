"""The section on what to choose and what to know first."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from evaluation.conclusions.decisions import decide
from evaluation.reporting.evidence import Evidence
from evaluation.reporting.page import Points
from evaluation.reporting.plots.acceptability import bars, curve
from evaluation.reporting.sections.decisions import decisions
from evaluation.terms import Decision
from evaluation.terms.decisions import Acceptable
from tests.unit.conclusions.deciding import COSTS, INDICATORS, claims, effect, rehearsed, step, study

STEPS = (step("longer:5", says="five more years", lower=100.0, upper=200.0), step("survey:3", says="a survey"))
UNSURE = {"mean": -0.25, "sd": 0.2, "unit_sd": 0.05}
SURE = {"mean": -0.4, "sd": 0.02, "unit_sd": 0.02}


def made(drawn: dict | None = None, **changes) -> Decision:
    asked = study(next_steps=STEPS, **changes)
    known = rehearsed(planned=60.0, longer_5=40.0)
    found = decide(asked, effect(**(drawn or UNSURE)), claims(), known, COSTS, INDICATORS)
    assert found is not None
    return found


def shown(make: SimpleNamespace, decision: Decision | None) -> Evidence:
    evidence = make.evidence()
    return replace(evidence, registers={**evidence.registers, "decision": decision})


def words(table) -> list[list[str]]:
    return [[cell.words for cell in row.cells] for group in table.groups for row in group.rows]


def test_a_study_without_a_decision_says_so(make):
    page = decisions(shown(make, None))
    assert "states no decision" in page.text[0]
    assert "states no decision" in decisions(make.evidence()).text[0]


def test_a_refused_decision_has_a_reason_and_no_number(make):
    page = decisions(shown(make, replace(made(), refused="the claim is withheld: the chains disagree")))
    assert page.text == ("No decision can rest on this study: the claim is withheld: the chains disagree.",)
    assert page.tables == page.figures == ()


def test_every_amount_has_its_currency_and_the_captions_their_price_year(make):
    page = decisions(shown(make, made(worth=2.8, worth_by="a funder")))
    summary, known, steps = page.tables
    assert all("XTS, prices of 2020" in table.caption for table in page.tables)
    rows = {row[0]: row[1:] for row in words(summary)}
    assert rows["Cost in all"] == ["XTS 1,600", "XTS 1,400 to 1,800"]
    assert rows["Worth of one fewer, stated by a funder"][0] == "XTS 2.8"
    assert {"Expected loss of adopting", "Expected loss of not adopting", "Net benefit of adopting"} <= set(rows)
    assert all("XTS" in row[1] for row in words(known))
    assert words(steps)[0][:2] == ["Five more years", "1"]
    assert words(steps)[0][3] == "XTS 100 to 200"


def test_without_a_worth_no_column_of_money_worth_stands_there(make):
    _, known, steps = decisions(shown(make, made())).tables
    assert known.columns == ("Known exactly", "Wrong side")
    assert steps.columns == ("Step", "Rank", "Cost", "Width", "Wrong side")
    assert [len(row) for row in words(steps)] == [5, 5]


def test_what_is_not_known_stands_there_as_unknown(make):
    page = decisions(shown(make, made()))
    assert words(page.tables[-1])[1] == ["A survey", "UNKNOWN", "–", "–", "–"]
    told = next(one.items for one in page.blocks if isinstance(one, Points))
    assert told[1] == "A survey: UNKNOWN, because nobody has stated with which error it would measure."


def test_a_ratio_that_is_not_told_has_its_reason_in_its_place(make):
    page = decisions(shown(make, made()))
    rows = {row[0]: row[1] for row in words(page.tables[0])}
    assert rows["Cost of each one of the persons fewer"] == "not told"
    assert any("What one unit of effect costs cannot be said: the probability" in one for one in page.text)
    sure = {row[0]: row[1] for row in words(decisions(shown(make, made(SURE))).tables[0])}
    assert sure["Cost of each one of the persons fewer"].startswith("XTS")


def test_pictures_say_their_finding_and_carry_their_numbers(make):
    page = decisions(shown(make, made(worth=2.8, worth_by="a funder")))
    acceptability, value = page.figures
    assert "more probably worth its cost than not from about XTS" in acceptability.panels[0].says
    assert "At XTS 2.8, the worth stated, it is" in acceptability.panels[0].says
    assert len(acceptability.rows) == 41
    assert [row[0] for row in value.rows] == ["everything", "effect", "adopters", "counts", "costs"]
    assert value.panels[0].says.startswith("What it would be worth to know: everything: XTS")


@pytest.mark.parametrize(
    ("chances", "says"),
    [
        ((0.6, 0.7, 0.9), "already at EUR 0"),
        ((0.0, 0.6, 0.9), "from about EUR 50"),
        ((0.0, 0.1, 0.2), "more probably not worth its cost than worth it, up to EUR 100"),
    ],
)
def test_a_curve_says_where_adopting_becomes_worth_it(chances, says):
    points = [Acceptable(willingness=50.0 * at, probability=chance) for at, chance in enumerate(chances)]
    svg, told = curve(points, currency="EUR", things="persons", worth=None, title="T")
    assert says in told
    assert told in svg


def test_a_bar_of_next_to_nothing_looks_like_it():
    svg, _ = bars(["a", "b"], [0.001, 0.0], ["below 1 point", "0 points"], axis="points", title="T", least=0.1)
    full, _ = bars(["a", "b"], [0.1, 0.0], ["10 points", "0 points"], axis="points", title="T", least=0.1)
    assert svg != full
    assert "below 1 point" in svg
