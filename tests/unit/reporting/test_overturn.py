"""What would overturn the answer, on the page of checks."""

from dataclasses import replace
from types import SimpleNamespace

from evaluation.reporting.evidence import Evidence
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


def test_what_was_not_seen_or_is_withheld_is_not_drawn(make: SimpleNamespace) -> None:
    assert overturned(make.evidence()) == []
    held = failed(make)
    assert overturned(replace(held, findings=(*held.findings, BREAKDOWN, HIDDEN))) == []


def test_the_page_opens_with_the_gravest_doubts_and_their_meaning(make: SimpleNamespace) -> None:
    said = str(checks(with_findings(make, BREAKDOWN)).blocks[:2])
    assert "What would overturn it" in said
    assert "may have been on its way without it" in said


def test_no_doubt_is_said_as_such(make: SimpleNamespace) -> None:
    silent = replace(make.evidence(), findings=())
    assert "found a reason to doubt" in checks(silent).text[0]
