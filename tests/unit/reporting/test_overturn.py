"""What would overturn the answer, on the page of checks."""

import re
from dataclasses import replace
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest

from evaluation.reporting.evidence import Evidence
from evaluation.reporting.page import Figure, Table, Text, all_rows
from evaluation.reporting.plots.weighing import Ends, weighing
from evaluation.reporting.sections.checks import checks
from evaluation.reporting.sections.overturn import overturned
from evaluation.terms import Finding, Verdict
from tests.unit.reporting.test_report import failed

BOUNDS = {0.0: (5.0, 18.0), 0.5: (-4.0, 31.0), 1.0: (-15.0, 49.0), 2.0: (-99.5, 12000.0)}
ENDS = ("lower", "upper")
BREAKDOWN = Finding(
    check="breakdown", family="trend", assumption="no_differential_trend", verdict=Verdict.UNKNOWN, says="Until 0.3.",
    statistic=0.3,
    details={f"{end}_at_{times:g}": both[k] for times, both in BOUNDS.items() for k, end in enumerate(ENDS)},
)  # fmt: skip
HIDDEN = Finding(
    check="hidden_cause", family="confounding", assumption="no_hidden_cause", verdict=Verdict.PASS, says="Strong.",
    details={"interval_ratio_at_25": 1.166, "median_ratio_at_25": 1.45, "median_ratio_at_100": 1.097},
)  # fmt: skip
BY_PRIOR = {0.5: (-46.0, -23.0, 11.0), 1.0: (-43.0, -20.0, 12.0), 2.0: (-39.0, -17.0, 13.0)}
BY_DATA = {0.71: (-45.0, -19.0, 20.0), 1.0: (-43.0, -20.0, 12.0), 2.0: (-40.0, -23.0, -1.0)}
NUMBERS = ("lower", "median", "upper")


def weighed(**series: dict[float, tuple[float, float, float]]) -> Finding:
    return Finding(
        check="power_scaling", family="prior", assumption="data_decide", verdict=Verdict.CONCERN, says="They differ.",
        details={"prior": 0.08, "by_chance": 0.01, "prior: Victims": 0.08} | {
            f"{of}_{end}_at_{power:g}": value
            for of, answers in series.items() for power, ends in answers.items()
            for end, value in zip(NUMBERS, ends, strict=True)
        },
    )  # fmt: skip


def with_findings(make: SimpleNamespace, *more: Finding) -> Evidence:
    evidence: Evidence = make.evidence()
    return replace(evidence, findings=(*evidence.findings, *more))


def test_the_interval_is_drawn_by_how_fast_trends_part_and_said_in_words(make: SimpleNamespace) -> None:
    (figure,) = overturned(with_findings(make, BREAKDOWN))
    assert figure.rows == tuple((times, *ends) for times, ends in BOUNDS.items())
    assert "0.5 times: −4 to +31\u202f%." in figure.panels[0].says
    assert "first holds no change at 0.3 times" in figure.panels[0].says
    assert "goes on beyond the picture" in figure.panels[0].says


def test_how_strong_a_hidden_cause_would_have_to_be_stands_in_a_table(make: SimpleNamespace) -> None:
    _, table = overturned(with_findings(make, HIDDEN))
    assert [[cell.words for cell in row.cells] for group in table.groups for row in group.rows] == [
        ["25\u202f% of the adopters more than of the others", "+17\u202f%", "+45\u202f%"],
        ["100\u202f% of the adopters more than of the others", "–", "+10\u202f%"],
    ]


def of_weights(make: SimpleNamespace, finding: Finding) -> tuple[Text, Figure, Table]:
    said, figure, table = overturned(with_findings(make, finding))
    assert isinstance(said, Text)
    assert isinstance(figure, Figure)
    assert isinstance(table, Table)
    return said, figure, table


def test_the_answer_at_other_weights_is_said_drawn_and_tabled(make: SimpleNamespace) -> None:
    said, figure, table = of_weights(make, weighed(prior=BY_PRIOR, data=BY_DATA))
    assert said.words == (
        "The answer is −20\u202f% (95\u202f% interval −43 to +12\u202f%). If what was believed beforehand had counted "
        "only half as much, it would be −23\u202f% (−46 to +11\u202f%); twice as much, it would be −17\u202f% (−39 to "
        "+13\u202f%). If what the data say had counted only 0.71 times as much, it would be −19\u202f% (−45 to "
        "+20\u202f%); twice as much, it would be −23\u202f% (−40 to −1\u202f%)."
    )
    assert figure.rows == (
        *(("prior", power, *ends) for power, ends in BY_PRIOR.items()),
        *(("data", power, *ends) for power, ends in BY_DATA.items()),
    )
    assert [key.sign for key in figure.keys] == ["diamond", "dot", "square"]
    assert [[cell.words for cell in one.cells] for one in all_rows(table)][:3] == [
        ["Half as much", "−23\u202f%", "−46 to +11\u202f%"],
        ["As it does", "−20\u202f%", "−43 to +12\u202f%"],
        ["Twice as much", "−17\u202f%", "−39 to +13\u202f%"],
    ]


def test_the_picture_of_weights_says_what_it_shows_and_has_its_labels(make: SimpleNamespace) -> None:
    _, figure, _ = of_weights(make, weighed(prior=BY_PRIOR, data=BY_DATA))
    picture = ElementTree.fromstring(figure.panels[0].svg)
    title, told, *_ = [one.text or "" for one in picture]
    assert title == figure.panels[0].title
    assert told == figure.panels[0].says
    assert "As it is: −20\u202f% (−43 to +12\u202f%). Had what was believed beforehand counted half as much" in told
    assert "Had what the data say counted 0.71 times as much, −19\u202f% (−45 to +20\u202f%); twice as much" in told
    labels = [one.text for one in picture if one.tag == "text"]
    assert {"half", "0.71", "as it is", "twice", "change, percent", "weight of the prior, or of the data"} <= set(
        labels
    )
    assert "1.41" not in labels  # left out by the check: no place on the axis


def test_in_the_picture_of_weights_more_weight_stands_to_the_right_and_a_rise_above_a_fall() -> None:
    series = {"prior": {0.5: Ends(-30, -20, -10), 1.0: Ends(-10, 0, 11), 2.0: Ends(11, 25, 40)}}
    svg, _ = weighing(series, title="T")
    places = [tuple(map(float, one)) for one in re.findall(r'<circle [^>]*cx="([\d.]+)" cy="([\d.]+)"', svg)]
    (left, low), (right, high) = sorted(places)
    assert right > left
    assert high < low  # pixels from the top
    assert svg.count("<title>−20\u202f% (−30 to −10\u202f%)</title>") == 1


def test_a_weight_whose_interval_goes_beyond_the_picture_says_so() -> None:
    series = {"data": {0.5: Ends(-99.9, 5.0, 90000.0), 1.0: Ends(-20.0, 5.0, 40.0)}}
    svg, says = weighing(series, title="T")
    assert says.startswith("The interval goes on beyond the picture.")
    assert "nan" not in svg


def test_titles_of_the_picture_of_weights_are_escaped() -> None:
    svg, _ = weighing({"prior": {power: Ends(*ends) for power, ends in BY_PRIOR.items()}}, title="<b>A & B</b>")
    assert "&lt;b&gt;A &amp; B&lt;/b&gt;" in svg
    assert "<b>" not in svg


@pytest.mark.parametrize(
    ("series", "drawn"),
    [
        ({"prior": BY_PRIOR}, ["prior"]),
        ({"prior": {1.0: BY_PRIOR[1.0]}, "data": BY_DATA}, ["data"]),
        ({"prior": {0.5: BY_PRIOR[0.5], 2.0: BY_PRIOR[2.0]}, "data": BY_DATA}, ["data"]),
    ],
)
def test_a_series_that_holds_nothing_to_compare_is_not_drawn(
    make: SimpleNamespace, series: dict[str, dict[float, tuple[float, float, float]]], drawn: list[str]
) -> None:
    said, figure, _ = of_weights(make, weighed(**series))
    assert list(dict.fromkeys(one[0] for one in figure.rows)) == drawn
    assert ("what was believed beforehand" in said.words) == ("prior" in drawn)


def test_weights_that_are_not_known_show_nothing(make: SimpleNamespace) -> None:
    unknown = replace(weighed(), verdict=Verdict.UNKNOWN, details={})
    alone = weighed(prior={1.0: BY_PRIOR[1.0]}, data={1.0: BY_DATA[1.0]})
    for finding in (unknown, weighed(), alone):
        assert overturned(with_findings(make, finding)) == []


def test_what_was_not_seen_or_is_withheld_is_not_drawn(make: SimpleNamespace) -> None:
    assert overturned(make.evidence()) == []
    held = failed(make)
    assert overturned(replace(held, findings=(*held.findings, BREAKDOWN, weighed(prior=BY_PRIOR), HIDDEN))) == []


def test_the_page_opens_with_the_gravest_doubts_and_their_meaning(make: SimpleNamespace) -> None:
    said = str(checks(with_findings(make, BREAKDOWN)).blocks[:2])
    assert "What would overturn it" in said
    assert "may have been on its way without it" in said


def test_no_doubt_is_said_as_such(make: SimpleNamespace) -> None:
    silent = replace(make.evidence(), findings=())
    assert "found a reason to doubt" in checks(silent).text[0]
