"""What is measured and what is not: no count of detections is a count of what there was."""

from evaluation.reporting.book import section
from evaluation.reporting.evidence import Evidence
from evaluation.reporting.numbers import NONE
from evaluation.reporting.page import Block, Cell, Points, Section, Text, row, table
from evaluation.terms.world import Role

_ROLES = {
    Role.MARKET: "the market: how much is bought and sold",
    Role.EFFORT: "effort: how hard the authorities look",
    Role.DETECTION: "detection: how much of it the authorities find",
    Role.ENFORCEMENT: "enforcement: what the authorities do about it",
    Role.HARM: "harm done to people",
    Role.CONTROL: "a control: should not move",
}
_BETTER = {"fewer": "fewer", "more": "more", "neither": "depends on why"}


@section("measured")
def measured(evidence: Evidence) -> Section:
    """Each indicator's meaning, and the meanings that none of them has."""
    blocks: list[Block] = [*_warning(evidence), _table(evidence)]
    missing = _missing(evidence)
    if missing:
        blocks += [Text("Not measured by any indicator of this study:"), Points(missing)]
    return Section("measured", "What is measured, and what is not", tuple(blocks))


def _roles(evidence: Evidence) -> set[Role]:
    entries = (evidence.indicator(name) for name in evidence.outcomes)
    return {entry.role for entry in entries if entry is not None}


def _warning(evidence: Evidence) -> list[Block]:
    roles = _roles(evidence)
    if not roles & {Role.DETECTION, Role.ENFORCEMENT}:
        return [Text("What a change in each count can mean, and what it cannot.")]
    law = evidence.law_word
    return [
        Text(
            "Counts of detections are not prevalence. What the authorities count is what there was times how "
            "hard they looked. "
            f"A good {law} can raise such a count while what lies beneath it shrinks; a bad one can lower it by "
            f"looking away.",
            tone="warning",
        )
    ]


def _table(evidence: Evidence) -> Block:
    rows = []
    for name in evidence.indicators:
        entry = evidence.indicator(name)
        use = "negative control" if name in evidence.controls else "outcome"
        if entry is None:
            rows.append(row(evidence.indicator_says(name), use, *[NONE] * 4))
            continue
        unit = f"{entry.unit}, against {entry.base}" if entry.base else entry.unit
        says = f"{evidence.short(name)}: {entry.says}"
        rows.append(row(Cell(says), use, _ROLES[entry.role], unit, _BETTER[entry.better], entry.caution or NONE))
    columns = ("Indicator", "Used as", "Stands for", "Unit", "Better", "What a reader must know")
    return table("Indicators of this study and what each can stand for.", columns, *rows)


def _missing(evidence: Evidence) -> tuple[str, ...]:
    words = {
        Role.MARKET: "the market itself (prices, advertisements, surveys of buyers)",
        Role.EFFORT: "the effort to detect (officers, hours, raids)",
        Role.DETECTION: "detection (victims identified)",
        Role.ENFORCEMENT: "enforcement (investigations, prosecutions, convictions)",
        Role.HARM: "harm done to people",
    }
    return tuple(words[role] for role in words if role not in _roles(evidence))
