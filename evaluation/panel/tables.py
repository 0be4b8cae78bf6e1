"""Reading a CSV as text: what is wrong with the file itself, before anything is wrong with its figures."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from evaluation.terms import DataError, Problem

ROWS_SHOWN = 5  # an error names this many rows, then counts the rest


def read_text_table(file: Path) -> pd.DataFrame:
    """Every cell of a CSV as text, stripped; an empty cell is "". The index counts rows from 0.

    Raises
    ------
    DataError
        No such file, an empty file, not UTF-8, rows of unequal length, another separator, a column named twice.
    """
    where = str(file)
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise DataError(Problem("there is no such file", where, "check the path, or import it again")) from None
    except UnicodeDecodeError as error:
        line = file.read_bytes()[: error.start].count(b"\n") + 1
        raise DataError(Problem(f"line {line} is not UTF-8 text", where, "save the table as CSV UTF-8")) from None
    if not text.strip():
        raise DataError(Problem("the file is empty", where, "write a header and at least one row"))
    return _parse(text, where)


def _parse(text: str, where: str) -> pd.DataFrame:
    rows = [row for row in csv.reader(text.splitlines()) if any(cell.strip() for cell in row)]
    header = [name.strip() for name in rows[0]]
    problems = []
    if len(header) == 1 and (";" in header[0] or "\t" in header[0]):
        problems.append(Problem("the columns are not separated by commas", where, "save the table with commas"))
    for name in sorted({name for name in header if header.count(name) > 1}):
        problems.append(Problem(f"column '{name}' stands more than once", where, "keep one"))
    uneven = [i for i, row in enumerate(rows[1:]) if len(row) != len(header)]
    if uneven:
        found = f"{len(rows[1 + uneven[0]])} cells where the header has {len(header)}"
        problems.append(Problem(found, f"{where}, {say_rows(uneven)}", "quote cells that hold a comma"))
    if len(rows) == 1:
        problems.append(Problem("there are no rows below the header", where, "add the figures"))
    if problems:
        raise DataError(problems)
    return pd.DataFrame([[cell.strip() for cell in row] for row in rows[1:]], columns=pd.Index(header), dtype="str")


def say_rows(rows: list[int]) -> str:
    """Line numbers of a CSV for 0-based row positions: line 1 is the header.

    >>> say_rows([0, 3])
    'rows 2, 5'
    """
    shown = ", ".join(str(row + 2) for row in rows[:ROWS_SHOWN])
    more = f" and {len(rows) - ROWS_SHOWN} more" if len(rows) > ROWS_SHOWN else ""
    return f"{'row' if len(rows) == 1 else 'rows'} {shown}{more}"


def repeated(table: pd.DataFrame, columns: list[str]) -> Iterator[tuple[tuple[str, ...], list[int]]]:
    """Cells that stand in more than one row: their values in `columns`, and the row positions."""
    twice = table.loc[table.duplicated(columns, keep=False), columns]
    found: dict[tuple[str, ...], list[int]] = {}
    for row, *cell in twice.itertuples():
        found.setdefault(tuple(cell), []).append(int(row))
    yield from found.items()
