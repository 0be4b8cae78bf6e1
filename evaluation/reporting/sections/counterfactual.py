"""What was counted, beside what was to be expected without the law."""

import xarray as xr

from evaluation.reporting.book import section
from evaluation.reporting.disclosure import Printed, printed
from evaluation.reporting.evidence import Evidence
from evaluation.reporting.page import Figure, Key, Panel, Section, Text
from evaluation.reporting.plots.series import Series, series
from evaluation.reporting.sections.donors import mixtures
from evaluation.terms.panel import CELL, Status

OPEN = 6  # units whose pictures stand open; the others unfold
MOST = 72  # pictures drawn: beyond, the numbers are in the CSV file

_COLUMNS = (
    "unit",
    "indicator",
    "time",
    "lower",
    "upper",
    "status",
    "as_it_was",
    "as_it_was_lower",
    "as_it_was_upper",
    "without",
    "without_lower",
    "without_upper",
)


@section("counterfactual")
def counterfactual(evidence: Evidence) -> Section:
    """One small picture for each treated unit and indicator."""
    law = evidence.law_word
    title = f"What was counted, and what was to be expected without the {law}"
    found = evidence.node("counterfactual")
    if found is None:
        return Section("counterfactual", title, (Text("Expected counts were not estimated.", tone="warning"),))
    node = found.reindex(time=evidence.panel.time).sortby("quantile").transpose("quantile", *CELL)
    text = Text(
        "Dots are the counts as reported. The solid line is what the model expects as it was, the broken line what it "
        f"expects had the {law} never been in force; the bands hold 50 and 95\u202f% of what is plausible for each. "
        "How far the two lines part is the estimated change; where their bands overlap, it may be none. The lines are "
        f"expected counts: single {evidence.period_word}s scatter around them."
    )
    return Section(
        "counterfactual", title, (text, *_notes(evidence, node), _figure(evidence, node), *mixtures(evidence))
    )


def _pairs(evidence: Evidence, node: xr.Dataset) -> list[tuple[str, str]]:
    units = [unit for unit in evidence.treated if unit in node.unit.values]
    return [(unit, name) for unit in units for name in evidence.indicators if name in node.indicator.values]


def _drawn(evidence: Evidence, node: xr.Dataset) -> list[tuple[str, str]]:
    """The pairs that are drawn: all of them, or as many outcomes as a page can bear."""
    pairs = _pairs(evidence, node)
    if len(pairs) > MOST:
        pairs = [(unit, name) for unit, name in pairs if name in evidence.outcomes]
    return pairs[:MOST]


def _notes(evidence: Evidence, node: xr.Dataset) -> tuple[Text, ...]:
    left = len(_pairs(evidence, node)) - len(_drawn(evidence, node))
    words = f"{left} more pictures are left out for length; their numbers are in figures/counterfactual.csv."
    return (Text(words, tone="note"),) if left else ()


def _figure(evidence: Evidence, node: xr.Dataset) -> Figure:
    drawn = _drawn(evidence, node)
    opened = list(dict.fromkeys(unit for unit, _ in drawn))[:OPEN]
    panels, rows = [], []
    shown, counts = set(drawn), printed(evidence)
    for unit, name in _pairs(evidence, node):
        one = _series(evidence, node, unit, name, counts)
        rows += _rows(evidence, one, unit, name)
        if (unit, name) in shown:
            apart = " (control)" if name in evidence.controls else ""
            title = evidence.titled(f"{evidence.unit_name(unit)}: {evidence.short(name)}{apart}")
            svg, says = series(one, title=title, law=evidence.law_word)
            panels.append(Panel(title, svg, says, folded=unit not in opened))
    more = len({unit for unit, _ in drawn}) - len(opened)
    caption = (
        f"Counts of each treated {evidence.unit_word}, what the model expects as it was, and what it expects "
        f"without the "
        f"{evidence.law_word}. Each picture has its own scale, from 0; bands are cut at the top where they would "
        f"dwarf the counts."
    )
    folded = f"{more} more {evidence.units_word}" if more > 0 else ""
    return Figure("counterfactual", caption, tuple(panels), _COLUMNS, tuple(rows), _keys(evidence), folded)


def _keys(evidence: Evidence) -> tuple[Key, ...]:
    keys = [
        Key("dot-ink", "exact count"),
        Key("bar-ink", "suppressed: somewhere in the bar"),
        Key("cross", "questioned: reported, but contradicted, so not used"),
        Key("line", "expected as it was"),
        Key("dashed", f"expected without the {evidence.law_word}"),
    ]
    if "break" in evidence.panel.dims and evidence.panel.sizes["break"]:
        keys.append(Key("dotted", "break: the definition changes here"))
    return tuple(keys)


def _series(evidence: Evidence, node: xr.Dataset, unit: str, name: str, counts: Printed) -> Series:
    cells = evidence.panel.sel(indicator=name, unit=unit)
    here = evidence.panel.indexes["indicator"].get_loc(name), evidence.panel.indexes["unit"].get_loc(unit)
    kept = node.sel(indicator=name, unit=unit)
    return Series(
        times=evidence.times,
        lower=counts.lower[here],
        upper=counts.upper[here],
        withheld=counts.withheld[here],
        questioned=cells["status"].values == int(Status.QUESTIONED),
        on=kept["on"].values,
        off=kept["off"].values,
        law_from=evidence.law_starts[unit],
        breaks=evidence.breaks.get((name, unit), ()),
        unit=evidence.counted(name),
    )


def _rows(evidence: Evidence, one: Series, unit: str, name: str) -> list[tuple[str | float | None, ...]]:
    status = evidence.panel["status"].sel(indicator=name, unit=unit).values
    rows: list[tuple[str | float | None, ...]] = []
    for place, time in enumerate(one.times):
        expected = (one.on[2], one.on[0], one.on[-1], one.off[2], one.off[0], one.off[-1])
        known = "not_printed" if one.withheld[place] else Status(int(status[place])).name.lower()
        seen = (float(one.lower[place]), float(one.upper[place]), known)
        rows.append((unit, name, time, *seen, *(float(values[place]) for values in expected)))
    return rows
