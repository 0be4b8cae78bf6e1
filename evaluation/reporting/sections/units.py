"""Country by country: each treated unit's estimate, overall and by indicator, and what partial pooling does to it."""

import xarray as xr

from evaluation.reporting import scale
from evaluation.reporting.book import section
from evaluation.reporting.evidence import Evidence
from evaluation.reporting.numbers import difference, difference_span, level, percent, span
from evaluation.reporting.page import Block, Cell, Figure, Key, Panel, Row, Section, Table, Text, number, table
from evaluation.reporting.plots.forest import Mark, forest
from evaluation.reporting.summaries import summarise
from evaluation.reporting.truth import known, known_unit, truth_word
from evaluation.terms.rounding import places_for


@section("units")
def units(evidence: Evidence) -> Section:
    """One forest for all outcomes together, one for each indicator, and the table of their numbers."""
    title = f"{evidence.unit_word.capitalize()} by {evidence.unit_word}"
    marks = _all_marks(evidence)
    if not marks:
        text = Text(f"The change of each {evidence.unit_word} was not estimated.", tone="warning")
        return Section("units", title, (text,))
    blocks: list[Block] = [
        Text(
            f"Each {evidence.unit_word}'s change is partly pooled: where its own counts say little, its estimate "
            f"leans towards what "
            f"the others show, and its interval says how much is left open. A {evidence.unit_word} with many "
            f"counts speaks for itself. "
            f"Differences between {evidence.units_word} are therefore understated rather than overstated, and a "
            f"ranking of "
            f"{evidence.units_word} should not be read off these pictures."
        ),
        _figure(evidence, marks),
    ]
    found = _table(evidence)
    return Section("units", title, (*blocks, found) if found else tuple(blocks))


def _marks(evidence: Evidence, node: str, indicator: str | None) -> list[Mark]:
    found = evidence.node(node)
    if found is None or (indicator is not None and indicator not in found.indicator.values):
        return []
    draws: xr.DataArray = found["percent"] if indicator is None else found["percent"].sel(indicator=indicator)
    marks = []
    for unit in _order(evidence, found):
        one = summarise(draws.sel(unit=unit), evidence.study.report.interval)
        if one is not None:
            apart = indicator in evidence.controls
            truth = known_unit(evidence, unit, indicator)
            marks.append(Mark(evidence.unit_name(unit), one, "one", truth, apart, evidence.withheld))
    return marks


def _order(evidence: Evidence, found: xr.Dataset) -> list[str]:
    """Treated units, earliest law first: an order that does not invite a ranking."""
    present = {str(unit) for unit in found.unit.values}
    return [unit for unit in evidence.treated if unit in present] + sorted(present - set(evidence.treated))


def _whole(evidence: Evidence, node: str, indicator: str | None, label: str, kind: str) -> list[Mark]:
    found = evidence.node(node)
    if found is None or (indicator is not None and indicator not in found.indicator.values):
        return []
    draws = found["percent"] if indicator is None else found["percent"].sel(indicator=indicator)
    one = summarise(draws, evidence.study.report.interval)
    truth = known(evidence, indicator or "overall") if kind == "whole" else None
    return [] if one is None else [Mark(label, one, kind, truth, indicator in evidence.controls, evidence.withheld)]


def _all_marks(evidence: Evidence) -> dict[str, list[Mark]]:
    every, following = f"All treated {evidence.units_word}", f"The next {evidence.unit_word}"
    found: dict[str, list[Mark]] = {}
    if len(evidence.outcomes) > 1:
        marks = _marks(evidence, "unit", None)
        if marks:
            found["overall"] = marks + _whole(evidence, "overall", None, every, "whole")
    for name in evidence.indicators:
        marks = _marks(evidence, "indicator_unit", name)
        if marks:
            tail = _whole(evidence, "indicator", name, every, "whole") + _whole(
                evidence, "next_unit", name, following, "next"
            )
            found[name] = marks + tail
    return found


def _figure(evidence: Evidence, found: dict[str, list[Mark]]) -> Figure:
    interval = evidence.study.report.interval
    every = [mark for marks in found.values() for mark in marks]
    limits = scale.ratio_limits([end for mark in every for end in (mark.summary.lower, mark.summary.upper)])
    panels, rows = [], []
    for name, marks in found.items():
        apart = " (negative control)" if name in evidence.controls else ""
        title = evidence.titled("All outcomes together" if name == "overall" else evidence.short(name) + apart)
        svg, says = forest(marks, title=title, interval=interval, limits=limits, truth_word=truth_word(evidence))
        panels.append(Panel(title, svg, says))
        rows += [
            (name, m.label, m.kind, m.summary.estimate, m.summary.lower, m.summary.upper, m.summary.fall, m.truth)
            for m in marks
        ]
    keys = [
        Key("bar", f"line: {level(interval)} interval; thick: 50\u202f% interval"),
        Key("diamond", f"all treated {evidence.units_word}"),
    ]
    if any(mark.kind == "next" for mark in every):
        keys.append(Key("hollow", f"the next {evidence.unit_word}: a new draw"))
    if any(mark.truth is not None for mark in every):
        keys.append(Key("truth", truth_word(evidence)))
    columns = (
        "name",
        "unit",
        "kind",
        "estimate_percent",
        "lower_percent",
        "upper_percent",
        "probability_of_fall",
        "truth_percent",
    )
    caption = (
        f"Estimated change by {evidence.unit_word}, in the order of their {evidence.law_word}s, with all of them "
        f"together below. "
        "One scale for all pictures; an arrow marks an interval that goes on beyond it."
    )
    return Figure("units", caption, tuple(panels), columns, tuple(rows), tuple(keys))


def _table(evidence: Evidence) -> Table | None:
    found = evidence.node("unit")
    if found is None:
        return None
    interval = evidence.study.report.interval
    rows = []
    for unit in _order(evidence, found):
        one, counts = (summarise(found[name].sel(unit=unit), interval) for name in ("percent", "difference"))
        if one is None or counts is None:
            continue
        places = places_for(one.width)
        starts = evidence.times[evidence.law_starts[unit]] if unit in evidence.law_starts else "\u2013"
        rows.append(
            Row(
                (
                    Cell(evidence.unit_name(unit)),
                    number(starts),
                    number(percent(one.estimate, places)),
                    number(span(one.lower, one.upper, places)),
                    number(difference(counts.estimate, counts.width)),
                    number(difference_span(counts.lower, counts.upper)),
                    number(evidence.chance(one)),
                )
            )
        )
    named, counted = level(interval), evidence.counted_in(evidence.outcomes)
    caption = (
        f"Change in each treated {evidence.unit_word}{', all outcomes together' if len(evidence.outcomes) > 1 else ''}."
    )
    columns = (
        evidence.unit_word.capitalize(),
        f"First {evidence.period_word}",
        "Change",
        f"{named} interval",
        f"Difference in {counted}",
        f"{named} interval, {counted}",
        f"Probability of a {evidence.direction}",
    )
    return table(caption, columns, *rows, folded=f"{caption.rstrip('.')} ({len(rows)} rows)" if len(rows) > 8 else "")
