"""Where nothing should be found: adopters left out one by one, laws on false dates, laws in units that have none."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import xarray as xr

from evaluation.reporting import scale
from evaluation.reporting.book import section
from evaluation.reporting.evidence import Evidence
from evaluation.reporting.numbers import count, level, percent, r_hat, span
from evaluation.reporting.page import Block, Cell, Figure, Group, Key, Panel, Row, Section, Table, Text, number, row
from evaluation.reporting.plots.forest import Mark, forest
from evaluation.reporting.summaries import summarise
from evaluation.terms.doubts import FALSE_ADOPTERS, FALSE_DATE, WITHOUT, family_of, of_family
from evaluation.terms.rounding import places_for

MAIN = "main"


@section("doubts")
def doubts(evidence: Evidence) -> Section:
    """A forest for each family of refits, the overall effect alone, with the answer above it; and their numbers."""
    title = "Where nothing should be found"
    families = _families(evidence)
    if not families:
        text = "The model was not tried where nothing should be found: no adopter was left out, no law was made up."
        return Section("doubts", title, (Text(text, tone="warning"),))
    says = " ".join(_told(evidence, _WORDS[family].says) for family in families)
    blocks: list[Block] = [Text(says), _figure(evidence, families), _table(evidence, families)]
    return Section("doubts", title, (*blocks, Text(_how_made(evidence), tone="note")))


class _Words(NamedTuple):
    """How a family of refits is told; units have their own word."""

    title: str
    says: str


_WORDS = {
    WITHOUT: _Words(
        "One {unit} left out",
        "If a single {unit} makes the answer, leaving it out unmakes it.",
    ),
    FALSE_DATE: _Words(
        "Laws dated too early",
        "Laws dated too early did nothing: with all that came under the real ones hidden, whatever is found there went "
        "on without them.",
    ),
    FALSE_ADOPTERS: _Words(
        "Laws given to {units} without",
        "Laws given to {units} that never had one did nothing either: about one interval in twenty may leave out zero, "
        "and the real answer should lie apart from theirs before anything is made of it.",
    ),
}


def _told(evidence: Evidence, words: str) -> str:
    return words.format(unit=evidence.unit_word, units=evidence.units_word)


def _families(evidence: Evidence) -> dict[str, list[Mark]]:
    """The marks of each family, the answer first; false adopters from the lowest to the highest."""
    variants = evidence.variants
    if variants is None or "percent" not in variants or not variants.sizes.get("variant", 0):
        return {}
    names = [str(name) for name in variants["variant"].values]
    found = {}
    for family in _WORDS:
        members = of_family(names, family)
        marks = [
            mark
            for name, rest in members.items()
            for mark in _mark(evidence, variants, name, _label(evidence, family, rest))
        ]
        if family == FALSE_ADOPTERS:
            marks = sorted(marks, key=lambda mark: mark.summary.estimate)
        if marks:
            found[family] = [*_mark(evidence, variants, MAIN, "The answer above", "whole"), *marks]
    return found


def _mark(evidence: Evidence, variants: xr.Dataset, name: str, label: str, kind: str = "one") -> list[Mark]:
    draws = variants["percent"].sel(variant=name, quantity="overall")
    one = summarise(draws, evidence.study.report.interval)
    return [] if one is None else [Mark(label, one, kind, withheld=evidence.withheld)]


def _label(evidence: Evidence, family: str, rest: str) -> str:
    if family == WITHOUT:
        return f"Without {evidence.unit_name(rest)}"
    return f"{rest} periods early" if family == FALSE_DATE else f"Draw {rest}"


def _figure(evidence: Evidence, families: dict[str, list[Mark]]) -> Figure:
    interval = evidence.study.report.interval
    every = [mark for marks in families.values() for mark in marks]
    limits = scale.ratio_limits([end for mark in every for end in (mark.summary.lower, mark.summary.upper)])
    panels = []
    for family, marks in families.items():
        title = evidence.titled(_told(evidence, _WORDS[family].title))
        panels.append(Panel(title, *forest(marks, title=title, interval=interval, limits=limits)))
    rows = [
        (family, mark.label, mark.summary.estimate, mark.summary.lower, mark.summary.upper)
        for family, marks in families.items()
        for mark in marks
    ]
    keys = (
        Key("diamond", "the answer of this report"),
        Key("bar", f"the same model where it should find nothing else: {level(interval)} and 50\u202f% intervals"),
    )
    columns = ("family", "refit", "estimate_percent", "lower_percent", "upper_percent")
    return Figure(
        "doubts", "All outcomes together, where nothing should be found.", tuple(panels), columns, tuple(rows), keys
    )


def _table(evidence: Evidence, families: dict[str, list[Mark]]) -> Table:
    groups = tuple(
        Group(_told(evidence, _WORDS[family].title), tuple(_rows(marks))) for family, marks in families.items()
    )
    columns = ("Refit", "Change", f"{level(evidence.study.report.interval)} interval")
    size = sum(len(group.rows) for group in groups)
    folded = f"The numbers of all {size} estimates"
    return Table("What the model finds where nothing should be found.", columns, groups, folded=folded)


def _rows(marks: Sequence[Mark]) -> list[Row]:
    found = []
    for mark in marks:
        one, places = mark.summary, places_for(mark.summary.width)
        found.append(
            row(Cell(mark.label), number(percent(one.estimate, places)), number(span(one.lower, one.upper, places)))
        )
    return found


def _how_made(evidence: Evidence) -> str:
    """Which engine made these refits, and how well."""
    assert evidence.variants is not None  # there are families
    variants = evidence.variants.sel(  # other models, and those that have not seen the end, are told elsewhere
        variant=[family_of(str(name)) in _WORDS for name in evidence.variants["variant"].values]
    )
    engines = [str(name) for name in variants["engine"].values] if "engine" in variants else []
    by_nuts = [("NUTS" in name) for name in engines]
    failed = int((variants["state"].values != "sampled").sum()) if "state" in variants else 0
    told = f"{variants.sizes['variant']} refits of the same compiled model"
    if engines and not all(by_nuts):
        told += (
            f", {count(len(by_nuts) - sum(by_nuts))} with the field integrated out (each has proved itself) and "
            f"{count(sum(by_nuts))} sampled with NUTS"
        )
    sampled = variants["rhat_max"].values[by_nuts] if by_nuts else variants["rhat_max"].values
    if np.isfinite(sampled).any():
        told += f"; largest R-hat {r_hat(float(np.nanmax(sampled)))}"
    return f"{told}.{f' {failed} gave no numbers.' if failed else ''}"
