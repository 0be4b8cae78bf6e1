"""Did it move elsewhere? What the law did itself, what spilled over to neighbours and rivals, and the net of both."""

from collections.abc import Iterator

import numpy as np

from evaluation.conclusions.words import listed
from evaluation.reporting import scale
from evaluation.reporting.book import section
from evaluation.reporting.evidence import Evidence
from evaluation.reporting.numbers import count, difference, difference_span, level, percent, probability, share, span
from evaluation.reporting.page import Block, Cell, Figure, Key, Panel, Row, Section, Table, Text, number, row, table
from evaluation.reporting.plots.forest import Mark, forest
from evaluation.reporting.summaries import Summary, flat, summarise
from evaluation.reporting.truth import known, truth_word
from evaluation.terms.assumptions import ASSUMPTIONS, IF_NOT, NO_SPILLOVER, SPILLOVER_ALONG_WEIGHTS
from evaluation.terms.rounding import places_for

TITLE = "Did it move elsewhere?"
PARTS = {"own": "Where the {law} was, by itself", "spill_over": "Spilled over", "net": "Net of both"}
MOST_UNITS = 12  # told one by one, unfolded


@section("displacement")
def displacement(evidence: Evidence) -> Section:
    """A picture and a table of the three parts, and where things turned up; a sentence where nobody asked."""
    if evidence.node("net") is None:
        return Section("displacement", TITLE, (_not_asked(evidence),))
    blocks: list[Block] = [Text(_says(evidence)), _figure(evidence), _table(evidence)]
    places = _where(evidence)
    blocks += [places] if places else []
    caution = f"{ASSUMPTIONS[SPILLOVER_ALONG_WEIGHTS]}. Were it not so, {IF_NOT[SPILLOVER_ALONG_WEIGHTS]}."
    return Section("displacement", TITLE, (*blocks, Text(caution, tone="note")))


def _not_asked(evidence: Evidence) -> Text:
    if NO_SPILLOVER in evidence.registers.get("assumes", {NO_SPILLOVER: ""}):
        told = f"{ASSUMPTIONS[NO_SPILLOVER]}: that is assumed here, not found. Were it not so, {IF_NOT[NO_SPILLOVER]}."
    else:
        told = f"What the {evidence.law_word} did to other {evidence.units_word} was not asked."
    return Text(told, tone="note")


def _says(evidence: Evidence) -> str:
    law = evidence.law_word
    told = (
        f"A {law} may make something vanish, or send it elsewhere. The first row is what it did by itself, where it "
        f"was in force; the second, what turned up (or also fell) {_elsewhere(evidence)}; the third, both together. In "
        f"counts the first two add up to the third. Percentages do not: each is of what would have been in the cells "
        "that its row is about."
    )
    if evidence.withheld:
        return told
    own, spilled = (flat(evidence.effect[name].to_dataset()["difference"]) for name in ("own", "spill_over"))
    fell = float((own < 0).mean())
    if fell > 0.95 and own.size == spilled.size:
        back = float(np.median(-spilled / own))
        more = float((own + spilled < 0).mean())
        told += (
            f" Of every 100 {_things(evidence)} that went, {_turned_up(back)}. The probability that fewer were left in "
            f"all is {probability(more)}."
        )
    return told


def _turned_up(back: float) -> str:
    """How many of a hundred turned up elsewhere: the median over draws.

    >>> _turned_up(0.62), _turned_up(-0.1), _turned_up(1.3)
    ('about 62 turned up elsewhere', 'about 10 more went elsewhere', 'about 130 turned up elsewhere')
    """
    size = f"{abs(round(100 * back))}"
    return f"about {size} turned up elsewhere" if back >= 0 else f"about {size} more went elsewhere"


def _things(evidence: Evidence) -> str:
    names = list(dict.fromkeys(evidence.counted(name) for name in evidence.outcomes))
    return names[0] if len(names) == 1 else "counted"


def _elsewhere(evidence: Evidence) -> str:
    rivals = [name for name in evidence.study.model.settings.get("rivals", ()) if name in evidence.outcomes]
    where = [f"in neighbouring {evidence.units_word}"] if "weights" in evidence.panel else []
    where += [f"among {listed([evidence.short(name) for name in rivals])}"] if rivals else []
    return " and ".join(where) or "elsewhere"


def _summaries(evidence: Evidence, variable: str) -> dict[str, Summary]:
    interval = evidence.study.report.interval
    found = {name: summarise(evidence.effect[name].to_dataset()[variable], interval) for name in PARTS}
    return {name: one for name, one in found.items() if one is not None}


def _label(evidence: Evidence, part: str) -> str:
    return PARTS[part].format(law=evidence.law_word)


def _figure(evidence: Evidence) -> Figure:
    interval, found = evidence.study.report.interval, _summaries(evidence, "percent")
    marks = [
        Mark(
            _label(evidence, name), one, "whole" if name == "net" else "one", known(evidence, name),
            withheld=evidence.withheld,
        )
        for name, one in found.items()
    ]  # fmt: skip
    limits = scale.ratio_limits([end for mark in marks for end in (mark.summary.lower, mark.summary.upper)])
    title = evidence.titled("What vanished, and what moved")
    svg, says = forest(marks, title=title, interval=interval, limits=limits, truth_word=truth_word(evidence))
    keys = [Key("bar", f"line: {level(interval)} interval; thick: 50\u202f% interval"), Key("diamond", "net of both")]
    if any(mark.truth is not None for mark in marks):
        keys.append(Key("truth", truth_word(evidence)))
    columns = ("part", "estimate_percent", "lower_percent", "upper_percent", "probability_of_fall", "truth_percent")
    rows = tuple(
        (name, one.estimate, one.lower, one.upper, one.fall, mark.truth)
        for (name, one), mark in zip(found.items(), marks, strict=True)
    )
    caption = "Change by the law itself, by what spilled over, and in all."
    return Figure("displacement", caption, (Panel(title, svg, says),), columns, rows, tuple(keys))


def _table(evidence: Evidence) -> Table:
    with_truth = any(known(evidence, name) is not None for name in PARTS)
    named, counted = level(evidence.study.report.interval), evidence.counted_in(evidence.outcomes)
    columns = (
        "Part", "Change", f"{named} interval", f"Difference in {counted}", f"{named} interval, {counted}",
        f"Probability of a {evidence.direction}", *([truth_word(evidence).capitalize()] if with_truth else []),
    )  # fmt: skip
    caption = "What the law did by itself, what spilled over, and the net of both."
    return table(caption, columns, *_rows(evidence, with_truth))


def _rows(evidence: Evidence, with_truth: bool) -> Iterator[Row]:
    """A row for each part, and below it one for each outcome where there are several."""
    for name in PARTS:
        whole, each = evidence.node(name), evidence.node(f"{name}_indicator")
        label = _label(evidence, name)
        nodes = {label: whole} if whole is not None else {}
        if each is not None and len(evidence.outcomes) > 1:
            found = each["indicator"].values.astype(str)
            nodes |= {f"{label}: {evidence.short(one)}": each.sel(indicator=one) for one in found}
        for place, (told, node) in enumerate(nodes.items()):
            interval = evidence.study.report.interval
            one, counts = (summarise(node[variable], interval) for variable in ("percent", "difference"))
            if one is not None and counts is not None:
                truth = [number(percent(known(evidence, name) if place == 0 else None, 1))] if with_truth else []
                yield row(Cell(told), *_numbers(one, counts), number(evidence.chance(one)), *truth)


def _numbers(one: Summary, counts: Summary) -> tuple[Cell, ...]:
    places = places_for(one.width)
    return (
        number(percent(one.estimate, places)),
        number(span(one.lower, one.upper, places)),
        number(difference(counts.estimate, counts.width)),
        number(difference_span(counts.lower, counts.upper)),
    )


def _where(evidence: Evidence) -> Table | None:
    """Spill-over in each unit that anything reaches."""
    found = evidence.node("spill_over_unit")
    if found is None or "weights" not in evidence.panel or found.sizes["unit"] == 0:
        return None
    interval, rows = evidence.study.report.interval, []
    for unit in found["unit"].values.astype(str):
        one, counts = (summarise(found[name].sel(unit=unit), interval) for name in ("percent", "difference"))
        if one is not None and counts is not None:
            most = share(_surrounded(evidence, unit))
            rows.append(row(Cell(evidence.unit_name(unit)), number(most), *_numbers(one, counts)))
    named, counted = level(interval), evidence.counted_in(evidence.outcomes)
    columns = (
        evidence.unit_word.capitalize(), f"Neighbours under the {evidence.law_word}, at most", "Spilled over",
        f"{named} interval", f"Difference in {counted}", f"{named} interval, {counted}",
    )  # fmt: skip
    folded = f"{count(len(rows))} {evidence.units_word}" if len(rows) > MOST_UNITS else ""
    return table(f"What spilled over to each {evidence.unit_word} beside.", columns, *rows, folded=folded)


def _surrounded(evidence: Evidence, unit: str) -> float:
    """Largest share of a unit's neighbours under the intervention, by weight."""
    beside = evidence.panel["weights"].sel(unit=unit).rename(neighbour="other")
    beside = beside.sel(other=[name for name in evidence.panel["unit"].values if name != unit])
    under = evidence.exposure.rename(unit="other").sel(other=beside["other"].values)
    total = float(beside.sum())
    return float((beside * under).sum("other").max()) / total if total else 0.0
