"""Reading a publisher's CSV as text, with every problem of its shape named at once."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from evaluation.panel.tables import read_text_table, say_rows
from evaluation.terms import DataError, Problem
from evaluation.terms.errors import nearest, refuse_if_any


def read_columns(file: Path, patterns: Mapping[str, str]) -> pd.DataFrame:
    """The named columns of a CSV as text, each cell matching its pattern (a regular expression).

    Raises
    ------
    DataError
        Every missing column and every cell that does not match, with its rows.
    """
    return checked_columns(read_text_table(file), patterns, file)


def checked_columns(table: pd.DataFrame, patterns: Mapping[str, str], file: Path) -> pd.DataFrame:
    """The named columns of a table of text, each cell matching its pattern; `file` is where it was read from.

    Raises
    ------
    DataError
        Every missing column and every cell that does not match, with its rows.
    """
    missing = [name for name in patterns if name not in table.columns]
    refuse_if_any(
        (Problem(f"column '{name}' is missing", str(file), nearest(name, table.columns)) for name in missing), DataError
    )
    refuse_if_any((p for name in patterns for p in _mismatches(table[name], patterns[name], file)), DataError)
    return table[list(patterns)]


def _mismatches(column: pd.Series, pattern: str, file: Path) -> Iterable[Problem]:
    wrong = column[~column.str.fullmatch(pattern)]
    for value, rows in wrong.groupby(wrong).groups.items():
        yield Problem(
            f"'{value}' stands in column '{column.name}'", f"{file}, {say_rows(list(rows))}", f"expected {pattern}"
        )
