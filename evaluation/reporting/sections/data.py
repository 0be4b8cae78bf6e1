"""The data: every cell, what is known of it, who was left out and why, and how sure the dates are."""

from collections.abc import Mapping
from typing import Any

from evaluation.reporting.book import section
from evaluation.reporting.disclosure import printed
from evaluation.reporting.evidence import Evidence
from evaluation.reporting.numbers import NONE, count, hide
from evaluation.reporting.page import Block, Cell, Figure, Heading, Key, Panel, Section, Text, number, row, table
from evaluation.reporting.plots.coverage import Coverage, coverage
from evaluation.terms.panel import Status

MANY = 40  # rows beyond which the map of all units is folded
PART = 46  # rows of one picture then: as many as a sheet of paper holds


@section("data")
def data(evidence: Evidence) -> Section:
    """Coverage map, then the tables of what was adopted, left out, questioned and redefined."""
    text = Text(
        f"A cell is one count of one {evidence.unit_word} in one {evidence.period_word}. A suppressed cell is "
        f"known to lie in an "
        "interval and enters the model as that interval. A cell that was not reported is not zero: it stays unknown. "
        "A questioned cell was reported but contradicts another figure, and is not used. No count is filled in."
    )
    blocks: list[Block] = [
        text,
        _map(evidence),
        _counts(evidence),
        Heading(f"The {evidence.law_word}s and their dates"),
    ]
    blocks += [*_adoptions(evidence), *_left_out(evidence), *_questioned(evidence), *_breaks(evidence)]
    return Section("data", "The data", tuple(blocks))


def _order(evidence: Evidence) -> list[str]:
    others = [str(unit) for unit in evidence.panel.unit.values if str(unit) not in evidence.law_starts]
    return [*evidence.treated, *sorted(others, key=evidence.unit_name)]


def _map(evidence: Evidence) -> Figure:
    """One map per indicator. Where rows are many, the treated stand open and the whole map unfolds."""
    order = _order(evidence)
    many = len(order) > MANY and bool(evidence.treated)
    panels: list[Panel] = []
    if many:
        panels += [_picture(evidence, name, list(evidence.treated)) for name in evidence.indicators]
    parts = [order[start : start + PART] for start in range(0, len(order), PART)] if many else [order]
    panels += [
        _picture(evidence, name, part, folded=many, part=f", {place} of {len(parts)}" if len(parts) > 1 else "")
        for name in evidence.indicators
        for place, part in enumerate(parts, start=1)
    ]
    rows = []
    for name in evidence.indicators:
        status = evidence.panel.status.sel(indicator=name, unit=order).transpose("unit", "time").values
        for unit, line in zip(order, status, strict=True):
            rows += [
                (name, unit, time, Status(int(one)).name.lower())
                for time, one in zip(evidence.times, line, strict=True)
            ]
    keys = [Key("block", "exact"), Key("half", "suppressed"), Key("thin", "not reported"), Key("x", "questioned")]
    keys += [Key("law", f"the {evidence.law_word} is in force (name in bold)"), Key("notch", "definition breaks")]
    caption = (
        f"Coverage: what is known of each cell, {evidence.units_word} with a {evidence.law_word} first, "
        "in the order of their dates."
    )
    folded = f"The map of all {len(order)} {evidence.units_word}" if many else ""
    return Figure(
        "coverage", caption, tuple(panels), ("indicator", "unit", "time", "status"), tuple(rows), tuple(keys), folded
    )


def _picture(evidence: Evidence, name: str, units: list[str], *, folded: bool = False, part: str = "") -> Panel:
    status = evidence.panel.status.sel(indicator=name, unit=units).transpose("unit", "time").values
    one = Coverage(
        units=tuple(evidence.unit_name(unit) for unit in units),
        times=evidence.times,
        status=status,
        law_from=tuple(evidence.law_starts.get(unit, -1) for unit in units),
        breaks=tuple((row, start) for row, unit in enumerate(units) for start in evidence.breaks.get((name, unit), ())),
    )
    title = evidence.short(name) + (" (negative control)" if name in evidence.controls else "") + part
    svg, says = coverage(one, title=title)
    return Panel(title, svg, says, folded)


def _counts(evidence: Evidence) -> Block:
    statuses = (Status.EXACT, Status.SUPPRESSED, Status.QUESTIONED, Status.NOT_REPORTED)
    rows = [
        row(
            Cell(f"{evidence.short(name)}{' (control)' if name in evidence.controls else ''}"),
            *(number(count(evidence.status_count(status, [name]))) for status in statuses),
        )
        for name in evidence.indicators
    ]
    columns = ("Indicator", "Exact", "Suppressed", "Questioned", "Not reported")
    return table("Cells by what is known of them.", columns, *rows)


def _adoptions(evidence: Evidence) -> list[Block]:
    adoptions: list[Mapping[str, Any]] = evidence.attribute("adoptions", [])
    if not adoptions:
        return [Text("No adoption is recorded.", tone="note")]
    asked = set(evidence.study.question.interventions)
    rows = []
    for one in sorted(
        adoptions, key=lambda item: (str(item.get("intervention")) not in asked, str(item.get("starts")))
    ):
        certainty, unit = str(one.get("certainty", "unknown")), str(one.get("unit", ""))
        use = _use(evidence, unit, str(one.get("intervention", "")))
        rows.append(
            row(
                Cell(evidence.unit_name(unit)),
                str(one.get("law", "")),
                number(str(one.get("starts", NONE))),
                number(str(one.get("enforced") or NONE)),
                Cell(certainty, badge=f"certainty-{certainty}"),
                use,
                str(one.get("notes") or NONE),
            )
        )
    low = sum(str(one.get("certainty")) == "low" for one in adoptions)
    caption = f"Adoptions, their dates, and how sure each date is{f'; {low} with low certainty' if low else ''}."
    columns = (
        evidence.unit_word.capitalize(),
        evidence.law_word.capitalize(),
        "In force",
        "Enforced",
        "Certainty of date",
        "Used as",
        "Notes",
    )
    return [table(caption, columns, *rows, folded=f"All {len(rows)} adoptions" if len(rows) > 25 else "")]


def _use(evidence: Evidence, unit: str, intervention: str) -> str:
    """What an adoption does in this study."""
    panel = evidence.panel
    if unit not in panel.unit.values:
        return "not in the panel"
    if (
        intervention not in panel.intervention.values
        or not panel.exposure.sel(intervention=intervention, unit=unit).any()
    ):
        return "outside the window"
    return "treated" if intervention in evidence.study.question.interventions else "adjusted for"


def _left_out(evidence: Evidence) -> list[Block]:
    left: Mapping[str, str] = evidence.attribute("left_out", {})
    if not left:
        return []
    by_reason: dict[str, list[str]] = {}
    for unit, reason in left.items():
        by_reason.setdefault(str(reason), []).append(evidence.unit_name(unit))
    rows = [
        row(Cell(reason[:1].upper() + reason[1:]), number(count(len(units))), ", ".join(sorted(units)))
        for reason, units in sorted(by_reason.items(), key=lambda item: (len(item[1]), item[0]))
    ]
    caption = f"{evidence.units_word.capitalize()} that are not in the panel, by reason: {len(left)} in all."
    columns = ("Reason", "How many", evidence.units_word.capitalize())
    return [Heading(f"{evidence.units_word.capitalize()} left out"), table(caption, columns, *rows)]


def _questioned(evidence: Evidence) -> list[Block]:
    reasons = {
        (str(one.get("indicator")), str(one.get("unit")), str(one.get("period"))): one
        for one in evidence.registers.get("questioned") or evidence.attribute("questioned", [])
    }
    cells = evidence.panel.status == int(Status.QUESTIONED)
    counts = printed(evidence)
    rows = []
    for name in evidence.indicators:
        for unit in _order(evidence):
            for time in (
                time
                for time, seen in zip(evidence.times, cells.sel(indicator=name, unit=unit).values, strict=True)
                if seen
            ):
                one = reasons.get((name, unit, time), {})
                reason = hide(str(one.get("reason") or NONE), evidence.smallest_cell)
                place = [str(code) for code in evidence.panel.unit.values].index(unit)
                if counts.any_withheld(place, evidence.times.index(time)):
                    reason = "contradicts a figure that is not printed"
                rows.append(row(Cell(evidence.unit_name(unit)), evidence.short(name), number(time), reason))
    if not rows:
        return []
    caption = "Cells that were reported but contradict another figure, and are not used."
    folded = f"All {len(rows)} questioned cells" if len(rows) > 12 else ""
    columns = (evidence.unit_word.capitalize(), "Indicator", evidence.period_word.capitalize(), "Reason")
    return [Heading("Questioned cells"), table(caption, columns, *rows, folded=folded)]


def _breaks(evidence: Evidence) -> list[Block]:
    inside = {str(unit) for unit in evidence.panel.unit.values}
    rows = []
    for one in evidence.registers.get("breaks", ()):
        names = [name for name in one.indicators if name in evidence.indicators]
        if one.unit in inside and names:
            certainty = one.certainty.value
            shorts = "; ".join(evidence.short(name) for name in names)  # a label may hold a comma
            rows.append(
                row(
                    Cell(evidence.unit_name(one.unit)),
                    number(one.from_period),
                    shorts,
                    hide(one.why, evidence.smallest_cell),
                    Cell(certainty, badge=f"certainty-{certainty}"),
                )
            )
    if not rows:
        return []
    caption = (
        f"Definition breaks: from this {evidence.period_word} on the series counts something else. "
        "Each is a step of its own in the model."
    )
    columns = (evidence.unit_word.capitalize(), "From", "Indicators", "Why", "Certainty")
    return [
        Heading("Definition breaks"),
        table(caption, columns, *rows, folded=f"All {len(rows)} breaks" if len(rows) > 12 else ""),
    ]
