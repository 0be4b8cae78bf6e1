"""What changed and by how much: overall, by indicator, in the next unit, and against each registered assertion."""

import xarray as xr

from evaluation.reporting import scale
from evaluation.reporting.asserted import assertion_blocks, thresholds
from evaluation.reporting.book import section
from evaluation.reporting.evidence import Evidence
from evaluation.reporting.numbers import (
    NONE,
    difference,
    difference_span,
    level,
    percent,
    span,
)
from evaluation.reporting.page import (
    Block,
    Cell,
    Figure,
    Group,
    Heading,
    Key,
    Panel,
    Row,
    Section,
    Table,
    Text,
    number,
    row,
    table,
)
from evaluation.reporting.plots.density import density
from evaluation.reporting.plots.forest import Mark, forest
from evaluation.reporting.summaries import Summary, flat, summarise
from evaluation.reporting.truth import known, truth_word
from evaluation.terms.rounding import places_for


@section("effects")
def effects(evidence: Evidence) -> Section:
    """Estimates over the outcomes, each outcome, each negative control and the next unit to adopt."""
    title = "What changed, and by how much"
    if evidence.node("overall") is None and evidence.node("indicator") is None:
        return Section("effects", title, (Text("The effect was not estimated.", tone="warning"),))
    blocks: list[Block] = [
        Text(
            f"Each change compares what the model expects under the {evidence.law_word}, as it was, with what it "
            f"expects had "
            f"it never been in force, over the {evidence.units_word} and {evidence.period_word}s in which it was. "
            "The interval is that of the whole quantity, computed draw by draw."
        )
    ]
    if len(evidence.outcomes) > 1:
        blocks.append(
            Text(
                "All outcomes together are their expected counts added up: the largest counts weigh most, and a person "
                "may be counted under more than one.",
                tone="note",
            )
        )
    if evidence.controls:
        blocks.append(
            Text(
                "A negative control is a count that the "
                f"{evidence.law_word} should not move. It stands apart: if it moves as the outcomes do, something "
                f"other than the "
                f"{evidence.law_word} is at work.",
                tone="note",
            )
        )
    draws = _draws(evidence, "overall", "percent")
    blocks += [_figure(evidence), _table(evidence), *_next(evidence)]
    blocks += assertion_blocks(evidence, None if draws is None else flat(draws))
    return Section("effects", title, tuple(blocks))


def _draws(evidence: Evidence, node: str, variable: str, indicator: str | None = None) -> xr.DataArray | None:
    found = evidence.node(node)
    if found is None or variable not in found or (indicator is not None and indicator not in found.indicator.values):
        return None
    return found[variable] if indicator is None else found[variable].sel(indicator=indicator)


def _summary(evidence: Evidence, node: str, variable: str, indicator: str | None = None) -> Summary | None:
    draws = _draws(evidence, node, variable, indicator)
    return None if draws is None else summarise(draws, evidence.study.report.interval)


def _marks(evidence: Evidence) -> list[Mark]:
    marks = []
    overall = _summary(evidence, "overall", "percent")
    if overall and len(evidence.outcomes) > 1:
        marks.append(_mark(evidence, "All outcomes together", overall, "whole", "overall"))
    for name in evidence.indicators:
        one = _summary(evidence, "indicator", "percent", name)
        apart = name in evidence.controls
        if one:
            label = f"{evidence.short(name)} (control)" if apart else evidence.short(name)
            marks.append(_mark(evidence, label, one, "one", name))
    return marks


def _mark(evidence: Evidence, label: str, one: Summary, kind: str, name: str) -> Mark:
    return Mark(label, one, kind, known(evidence, name), name in evidence.controls, evidence.withheld)


def _figure(evidence: Evidence) -> Figure:
    interval = evidence.study.report.interval
    marks = _marks(evidence)
    limits = scale.ratio_limits(
        [end for mark in marks for end in (mark.summary.lower, mark.summary.upper, mark.truth or 0)]
    )
    title = evidence.titled("Change by indicator")
    svg, says = forest(marks, title=title, interval=interval, limits=limits, truth_word=truth_word(evidence))
    panels = [Panel(title, svg, says), *_density(evidence)]
    keys = [Key("bar", f"line: {level(interval)} interval; thick: 50\u202f% interval; mark: median")]
    if evidence.controls:
        keys.append(Key("square", "negative control"))
    if any(mark.truth is not None for mark in marks):
        keys.append(Key("truth", truth_word(evidence)))
    columns = (
        "name",
        "control",
        "estimate_percent",
        "lower_percent",
        "upper_percent",
        "probability_of_fall",
        "truth_percent",
    )
    rows = tuple(
        (m.label, str(m.apart).lower(), m.summary.estimate, m.summary.lower, m.summary.upper, m.summary.fall, m.truth)
        for m in marks
    )
    caption = (
        "Estimated change by indicator, and the whole posterior of the overall change with the thresholds asked about."
    )
    return Figure("effects", caption, tuple(panels), columns, rows, tuple(keys))


def _density(evidence: Evidence) -> list[Panel]:
    draws = _draws(evidence, "overall", "percent")
    one = _summary(evidence, "overall", "percent")
    if draws is None or one is None:
        return []
    title = evidence.titled("The overall change: how plausible each size is")
    svg, says = density(flat(draws), one, thresholds(evidence), title=title, truth=known(evidence))
    return [Panel(title, svg, says)]


def _table(evidence: Evidence) -> Table:
    named, counted = level(evidence.study.report.interval), evidence.counted_in(evidence.indicators)
    columns = [
        "Indicator",
        "Change",
        f"{named} interval",
        f"Difference in {counted}",
        f"{named} interval, {counted}",
        f"Probability of a {evidence.direction}",
    ]
    truths = {name: known(evidence, name) for name in ("overall", *evidence.indicators)}
    with_truth = any(value is not None for value in truths.values())
    if with_truth:
        columns.append(truth_word(evidence).capitalize())

    def line(label: str, node: str, name: str | None) -> Row | None:
        one, counts = _summary(evidence, node, "percent", name), _summary(evidence, node, "difference", name)
        if one is None:
            return None
        places = places_for(one.width)
        cells = [
            Cell(label),
            number(percent(one.estimate, places)),
            number(span(one.lower, one.upper, places)),
            number(difference(counts.estimate, counts.width) if counts else NONE),
            number(difference_span(counts.lower, counts.upper) if counts else NONE),
            number(evidence.chance(one)),
        ]
        known_one = truths.get(name or "overall")
        return Row((*cells, *([number(percent(known_one, max(places, 1)))] if with_truth else [])))

    def full(name: str) -> str:
        says = evidence.indicator_says(name)
        counted = evidence.counted(name)
        unit = "" if counted == "persons" or counted in says.lower() else f" ({counted})"
        return f"{says[:1].upper()}{says[1:]}{unit}"

    outcomes = [line("All outcomes together", "overall", None)] if len(evidence.outcomes) > 1 else []
    outcomes += [line(full(name), "indicator", name) for name in evidence.outcomes]
    controls = [line(full(name), "indicator", name) for name in evidence.controls]
    groups = [Group("Outcomes", tuple(one for one in outcomes if one))]
    if any(controls):
        groups.append(
            Group(
                f"Negative controls: the {evidence.law_word} should not move these",
                tuple(one for one in controls if one),
            )
        )
    caption = (
        f"Change under the {evidence.law_word}, in percent and in counts, over all treated {evidence.units_word} and "
        f"{evidence.period_word}s."
    )
    return Table(caption, tuple(columns), tuple(groups))


def _next(evidence: Evidence) -> list[Block]:
    blocks: list[Block] = [Heading(f"What to expect in the next {evidence.unit_word}")]
    found = evidence.node("next_unit")
    if found is None:
        return [*blocks, Text("This was not estimated.", tone="note")]
    rows = []
    for name in evidence.indicators:
        one = _summary(evidence, "next_unit", "percent", name)
        if one:
            places = places_for(one.width)
            rows.append(
                row(
                    Cell(f"{evidence.short(name)}{' (control)' if name in evidence.controls else ''}"),
                    number(percent(one.estimate, places)),
                    number(span(one.lower, one.upper, places)),
                    number(evidence.chance(one)),
                )
            )
    named = level(evidence.study.report.interval)
    text = (
        f"If one more {evidence.unit_word}, like those that have adopted the {evidence.law_word}, adopts it: a "
        f"new draw from the "
        f"spread of effects. It is wider than the average above, for {evidence.units_word} differ."
    )
    caption = f"Change to expect in the next {evidence.unit_word} that adopts."
    columns = ("Indicator", "Change", f"{named} interval", f"Probability of a {evidence.direction}")
    return [*blocks, Text(text), table(caption, columns, *rows)]
