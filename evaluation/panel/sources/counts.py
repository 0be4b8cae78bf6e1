"""An evaluator's own table of counts, in the project's tidy format: checked, copied under data/raw, given a card."""

import re
from pathlib import Path

from evaluation.panel.observations import CELL, read_observations
from evaluation.panel.registers import Registers, read_registers
from evaluation.panel.sources.cards import write_card
from evaluation.panel.tables import read_text_table
from evaluation.panel.writing import write_table
from evaluation.terms import DataError, Problem, Source


def import_file(file: Path, data: Path) -> list[Path]:
    """Write data/raw/<name of the file>.csv and its card.

    Columns: unit, period, indicator, and value ("<5" allowed) or lower and upper. The units are looked for in the
    table of units that knows most of them (countries, ...); indicators in data/registers/indicators.yaml.

    Raises
    ------
    DataError
        Every problem of the table; a name that another table has already.
    """
    registers = read_registers(data)
    name = re.sub(r"[^a-z0-9]+", "_", file.stem.lower()).strip("_")
    known = registers.sources.get(name)
    if known is not None and known.publisher != PUBLISHER:
        raise DataError(Problem(f"a table called '{name}' is there already", str(file), "rename the file"))
    table = read_text_table(file)
    units = _units(set(table.get("unit", [])), registers, data)
    read_observations(file, units, registers.indicators)
    columns = [*CELL, *(column for column in ("value", "lower", "upper") if column in table.columns)]
    written = write_table(table[columns], data / "raw" / f"{name}.csv")
    return [written, write_card(name, _card(name, file, columns), data)]


def _units(found: set[str], registers: Registers, data: Path) -> list[str]:
    """The units of the registered table that knows most of those found."""
    tables = [
        read_text_table(data / "raw" / source.file)["unit"].tolist()
        for source in registers.sources.values()
        if {"unit", "name", "region"} <= source.columns.keys()
    ]
    return max(tables, key=lambda units: len(found & set(units)), default=[])


PUBLISHER = "own data (complete this card)"
MEANINGS = {
    "unit": "unit",
    "period": "year, month, week (ISO 8601) or day",
    "indicator": "name in data/registers/indicators.yaml",
    "value": "count; <5: 0 to 4; empty or no row: not reported",
    "lower": "smallest the count can be",
    "upper": "largest the count can be",
}


def _card(name: str, file: Path, columns: list[str]) -> Source:
    return Source(
        title=f"Counts of {file.name}",
        file=f"{name}.csv",
        publisher=PUBLISHER,
        citation="own data (complete this card)",
        vintage="not stated",
        retrieved="",
        licence="none stated",
        sha256="",
        columns={column: MEANINGS[column] for column in columns},
    )
