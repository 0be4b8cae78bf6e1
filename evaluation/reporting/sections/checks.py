"""How far the answer can be trusted: what it stands on, what probed it, what was seen, and what nothing probed."""

from evaluation.conclusions.doubts import gravest
from evaluation.reporting.book import section
from evaluation.reporting.evidence import Evidence
from evaluation.reporting.numbers import NONE, minuses, statistic
from evaluation.reporting.page import Block, Cell, Group, Heading, Row, Section, Table, Text, number, row, table
from evaluation.reporting.sections.models import compared
from evaluation.reporting.sections.overturn import overturned
from evaluation.terms import Finding, Verdict
from evaluation.terms.assumptions import ASSUMPTIONS, IF_NOT

_ORDER = {Verdict.FAIL: 0, Verdict.CONCERN: 1, Verdict.UNKNOWN: 2, Verdict.PASS: 3}
NOT_CHECKED = "NOT CHECKED"
_BEFORE = ("sampling", "design")  # families of checks that say nothing by the draws' own values
_DREW = "withheld: rests on a failed sampler"


@section("checks")
def checks(evidence: Evidence) -> Section:
    """One group of rows for each assumption: its sentence, then every finding about it, the worst first."""
    assumed = _assumed(evidence)
    probed = {finding.assumption for finding in evidence.findings}
    unchecked = [name for name in assumed if name not in probed and _sentence(name) not in probed]
    blocks: list[Block] = [
        *_gravest(evidence),
        *overturned(evidence),
        *compared(evidence),
        Heading("Everything it stands on"),
        Text(
            "The answer stands on these assumptions. PASS: the check could have seen a breach and saw none. "
            "CONCERN: something "
            "to keep in mind. FAIL: the assumption does not hold well enough. UNKNOWN: the data cannot tell. "
            "No evidence is never a pass."
        ),
        Table(
            "Assumptions, what probed each, and what was seen.",
            ("Check", "Verdict", "What was seen", "Statistic", "Limit", "Advice"),
            tuple(_group(evidence, name) for name in _worst_first(evidence, assumed)),
        ),
    ]
    if unchecked:
        rows = [row(Cell(_sentence(name)), Cell(NOT_CHECKED, badge=NOT_CHECKED)) for name in unchecked]
        caption = f"Not checked: {len(unchecked)} of {len(assumed)} assumptions that no check of this study probes."
        blocks.append(table(caption, ("Assumption", "Verdict"), *rows))
    return Section("checks", "How far can this be trusted?", tuple(blocks))


def _gravest(evidence: Evidence) -> list[Block]:
    """The doubts that could change the answer most, each with what it would mean."""
    found = gravest(evidence.findings)
    if not found:
        return [Text("No check of this study found a reason to doubt the answer.", tone="lead")]
    rows = [
        row(
            Cell(minuses(finding.says), mark=_DREW if evidence.withheld and _of_draws(finding) else ""),
            Cell(finding.verdict.value, badge=finding.verdict.value),
            Cell(_meaning(finding)),
            Cell(finding.advice or NONE),
        )
        for finding in found
    ]
    caption = "The doubts that could change the answer most, the gravest first."
    columns = ("Doubt", "Verdict", "What it would mean", "What to do")
    return [Heading("What would overturn it"), table(caption, columns, *rows, estimates=False)]


def _meaning(finding: Finding) -> str:
    names = {sentence: name for name, sentence in ASSUMPTIONS.items()}
    said = IF_NOT.get(names.get(finding.assumption, finding.assumption), "")
    return f"{said[:1].upper()}{said[1:]}." if said else NONE


def _of_draws(finding: Finding) -> bool:
    return finding.family not in _BEFORE and not finding.check.startswith("prior_predictive")


def _sentence(name: str) -> str:
    return ASSUMPTIONS.get(name, name)


def _assumed(evidence: Evidence) -> list[str]:
    """The model's assumptions where they are given, else all there is a word for; then any other that was probed."""
    given = evidence.registers.get("assumes") or tuple(ASSUMPTIONS)
    names = {sentence: name for name, sentence in ASSUMPTIONS.items()}
    probed = (names.get(finding.assumption, finding.assumption) for finding in evidence.findings)
    return list(dict.fromkeys([*given, *probed]))


def _about(evidence: Evidence, name: str) -> list[Finding]:
    found = [finding for finding in evidence.findings if finding.assumption in {name, _sentence(name)}]
    return sorted(found, key=lambda finding: _ORDER[finding.verdict])


def _worst_first(evidence: Evidence, assumed: list[str]) -> list[str]:
    checked = [name for name in assumed if _about(evidence, name)]
    return sorted(checked, key=lambda name: _ORDER[_about(evidence, name)[0].verdict])


def _group(evidence: Evidence, name: str) -> Group:
    told = f" If not: {IF_NOT[name]}." if name in IF_NOT else ""
    return Group(f"{_sentence(name)}.{told}", tuple(_row(evidence, finding) for finding in _about(evidence, name)))


def _check(evidence: Evidence, finding: Finding) -> str:
    """A check by name; where it speaks of one indicator, with that indicator's label."""
    check, _, about = finding.check.partition(":")
    words = check.replace("_", " ")
    if not about:
        return words
    return f"{words}: {evidence.short(about) if about in evidence.indicators else about.replace('_', ' ')}"


def _row(evidence: Evidence, finding: Finding) -> Row:
    seen = statistic(finding.statistic)
    shown = f"{seen} ({finding.statistic_says})" if finding.statistic_says and seen != NONE else seen
    return Row(
        (
            Cell(_check(evidence, finding), mark=_DREW if evidence.withheld and _of_draws(finding) else ""),
            Cell(finding.verdict.value, badge=finding.verdict.value),
            Cell(minuses(finding.says)),
            Cell(shown),
            number(statistic(finding.limit)),
            Cell(finding.advice or NONE),
        )
    )
