"""Gather: from the tables of facts to the observations a study asks for, each with its bounds and its standing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from evaluation.panel.observations import CELL, read_observations, status_of
from evaluation.panel.questioned import question
from evaluation.panel.registers import Registers
from evaluation.panel.tables import read_text_table
from evaluation.terms import DataError, Problem, Study
from evaluation.terms.errors import nearest, refuse_if_any
from evaluation.terms.panel import Status

IN_USE, BEFORE = "panel.observations", "panel.earlier"


@dataclass(frozen=True)
class Gathered:
    """What was found.

    `observations` has one row for each reported cell: indicator, unit, period, lower, upper, status (1 exact,
    2 suppressed, 3 questioned), source, note. `questioned` lists the cells of status 3, each with its reason.
    Rows of an earlier edition (`panel.earlier`) follow, read and judged by the same rules; `source` tells them apart.
    """

    observations: pd.DataFrame
    questioned: tuple[Mapping[str, str], ...]


def gather(study: Study, registers: Registers, data: Path) -> Gathered:
    """Every reported cell of the study's indicators and periods. What is absent stays absent: it is never zero.

    Raises
    ------
    DataError
        Every problem of every source: unknown or refused indicators, unknown sources, and all that
        `read_observations` finds in the tables.
    """
    refuse_if_any(name_problems(study, registers), DataError)
    editions = _editions(study, registers, data)
    refuse_if_any((problem for where, found in editions.items() for problem in _overlaps(found, where)), DataError)
    kept = {where: _asked(_judged(found), study) for where, found in editions.items()}
    refuse_if_any((problem for where, rows in kept.items() for problem in _empty(rows, study, where)), DataError)
    return Gathered(pd.concat(kept.values(), ignore_index=True), _questioned(kept[IN_USE]))


def _editions(study: Study, registers: Registers, data: Path) -> dict[str, pd.DataFrame]:
    """All rows of the edition in use, and of an earlier one where the study names it."""
    units = read_units(study, registers, data)["unit"]
    named = {IN_USE: study.panel.observations} | ({BEFORE: study.panel.earlier} if study.panel.earlier else {})
    tables, problems = {where: list[pd.DataFrame]() for where in named}, list[Problem]()
    for where, names in named.items():
        for name in names:
            try:
                read = read_observations(source_file(name, registers, data), units, registers.indicators)
                tables[where].append(read.assign(source=name))
            except DataError as error:
                problems.extend(error.problems)
    refuse_if_any(problems, DataError)
    return {where: pd.concat(read, ignore_index=True) for where, read in tables.items()}


def name_problems(study: Study, registers: Registers) -> Iterator[Problem]:
    """Names in the study that no register knows, and indicators that may not be used."""
    for name in study.question.all_indicators:
        indicator = registers.indicators.get(name)
        if indicator is None:
            yield Problem(f"indicator '{name}' is in no register", "question", nearest(name, registers.indicators))
        elif indicator.refused:
            yield Problem(f"indicator '{name}' is refused: {indicator.refused}", "question", "ask about another one")
    plan = study.panel
    beside = [plan.neighbours.source] if plan.neighbours else []
    for name in (*plan.observations, *plan.earlier, *plan.bases, plan.units_of, *beside):
        if name not in registers.sources:
            yield Problem(f"source '{name}' is in no register", "panel", nearest(name, registers.sources))
    for name in study.question.all_interventions:
        if name not in registers.interventions:
            yield Problem(
                f"intervention '{name}' is in no register", "question", nearest(name, registers.interventions)
            )


def source_file(name: str, registers: Registers, data: Path) -> Path:
    """The table of a source, under data/raw."""
    return data / "raw" / registers.sources[name].file


def read_units(study: Study, registers: Registers, data: Path) -> pd.DataFrame:
    """The units a study may speak of: unit, name, region."""
    file = source_file(study.panel.units_of, registers, data)
    table = read_text_table(file)
    missing = [name for name in ("unit", "name", "region") if name not in table.columns]
    refuse_if_any(
        (Problem(f"column '{name}' is missing", str(file), "a unit has a name and a region") for name in missing),
        DataError,
    )
    return table


def _overlaps(found: pd.DataFrame, where: str) -> Iterator[Problem]:
    for (unit, period, indicator), rows in found[found.duplicated(CELL, keep=False)].groupby(CELL):
        names = " and ".join(rows["source"])
        yield Problem(f"{indicator} of {unit} in {period} stands in {names}", where, "name one source")


def _judged(found: pd.DataFrame) -> pd.DataFrame:
    """Status and note of each cell. A contradiction may lie in an indicator the study does not ask about."""
    reasons = question(found)
    status = pd.Series(status_of(found), index=found.index)
    status[reasons.index] = Status.QUESTIONED
    note = pd.Series("", index=found.index, dtype="str")
    note[reasons.index] = reasons["reason"]
    return found.assign(status=status.astype("int8"), note=note)


def _asked(judged: pd.DataFrame, study: Study) -> pd.DataFrame:
    """The rows the study asks for, in order."""
    first, last = study.panel.span
    length = len(first)
    inside = judged["period"].str.len().eq(length) & judged["period"].between(first, last)
    kept = judged[judged["indicator"].isin(study.question.all_indicators) & inside]
    columns = ["indicator", "unit", "period", "lower", "upper", "status", "source", "note"]
    return kept[columns].sort_values(columns[:3], ignore_index=True)


def _questioned(kept: pd.DataFrame) -> tuple[Mapping[str, str], ...]:
    doubted = kept[kept["status"] == Status.QUESTIONED]
    rows = zip(doubted["indicator"], doubted["unit"], doubted["period"], _found(doubted), doubted["note"], strict=True)
    keys = ("indicator", "unit", "period", "found", "reason")
    return tuple(dict(zip(keys, row, strict=True)) for row in rows)


def _empty(kept: pd.DataFrame, study: Study, where: str) -> Iterator[Problem]:
    first, last = study.panel.span
    if where == BEFORE:  # it need not have every indicator: what it lacks was not revised
        if kept.empty:
            found = f"no {study.panel.every} from {first} to {last} reports any indicator of the study"
            yield Problem(found, f"sources {', '.join(study.panel.earlier)}", "name an edition of the same tables")
        return
    for name in study.question.all_indicators:
        if not kept["indicator"].eq(name).any():
            sources = ", ".join(study.panel.observations)
            found = f"no {study.panel.every} from {first} to {last} reports '{name}'"
            yield Problem(found, f"sources {sources}", "widen panel.span, or name another source")


def _found(cells: pd.DataFrame) -> list[str]:
    """Bounds as they are read: 206, or <5."""
    return [f"{low:,.0f}" if low == up else f"<{up + 1:,.0f}" if low == 0 else f"{low:,.0f} to {up:,.0f}"
            for low, up in zip(cells["lower"], cells["upper"], strict=True)]  # fmt: skip
