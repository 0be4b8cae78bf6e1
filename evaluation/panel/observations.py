"""The tidy format of counts: unit, period, indicator, and a value ("<5" allowed) or lower and upper bounds."""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pandera.pandas as pa

from evaluation.panel.persons import person_problems
from evaluation.panel.tables import read_text_table, repeated, say_rows
from evaluation.terms import DataError, Indicator, Problem
from evaluation.terms.errors import nearest, refuse_if_any
from evaluation.terms.panel import Status
from evaluation.terms.periods import advice_on, is_period
from evaluation.terms.world import Kind

NUMBER = r"-?\d+(?:\.\d+)?"
CELL = ["unit", "period", "indicator"]


def read_observations(file: Path, units: Collection[str], indicators: Mapping[str, Indicator]) -> pd.DataFrame:
    """Counts as bounds: unit, period, indicator, lower, upper. "<5" is 0 to 4; an empty value is not reported.

    Raises
    ------
    DataError
        Every problem of the file: person-level columns, missing columns, unknown units and indicators, text in a
        number column, negative or fractional counts, lower above upper, duplicate rows.
    """
    table, where = read_text_table(file), str(file)
    refuse_if_any(person_problems(table, where), DataError)
    refuse_if_any(_column_problems(table, where), DataError)
    bounds = _bounds(table)
    problems = [*_schema_problems(table, bounds, units, indicators, where), *_duplicates(table, where)]
    refuse_if_any(problems, DataError)
    reported = bounds.notna().all(axis=1)
    return pd.concat([table[CELL], bounds], axis=1)[reported].reset_index(drop=True)


def _column_problems(table: pd.DataFrame, where: str) -> Iterator[Problem]:
    for name in CELL:
        if name not in table.columns:
            yield Problem(f"column '{name}' is missing", where, f"found: {', '.join(table.columns)}")
    if "value" not in table.columns and not {"lower", "upper"} <= set(table.columns):
        found = f"found: {', '.join(table.columns)}"
        yield Problem("there is neither a column 'value' nor both 'lower' and 'upper'", where, found)


def _bounds(table: pd.DataFrame) -> pd.DataFrame:
    """Lower and upper bound of each row; NaN where empty or not a number (the schema names those rows)."""
    if "value" not in table.columns:
        return table[["lower", "upper"]].apply(pd.to_numeric, errors="coerce").astype(float)
    value = table["value"].str.replace(r"\s", "", regex=True)
    below = value.str.startswith("<")
    number = pd.to_numeric(value.str.removeprefix("<"), errors="coerce").astype(float)
    return pd.DataFrame({"lower": number.where(~below, 0.0 * number), "upper": number.where(~below, number - 1)})


def _schema_problems(
    table: pd.DataFrame, bounds: pd.DataFrame, units: Collection[str], indicators: Mapping[str, Indicator], where: str
) -> Iterator[Problem]:
    """Every failed check of the schema as a problem: one for each distinct wrong value, with its rows."""
    counts = [name for name, indicator in indicators.items() if indicator.kind is Kind.COUNT]
    schema = _schema(units, indicators, [name for name in ("value", "lower", "upper") if name in table.columns])
    checked = table.assign(
        negative=bounds["lower"] < 0,
        fractional=table["indicator"].isin(counts) & ((bounds % 1).fillna(0) > 0).any(axis=1),
        crossed=bounds["lower"] > bounds["upper"],
    )
    try:
        schema.validate(checked, lazy=True)
    except pa.errors.SchemaErrors as error:
        cases = error.failure_cases
        for (column, says, value), rows in cases.groupby(["column", "check", "failure_case"], sort=False)["index"]:
            yield _problem(
                str(column), str(says), value, sorted(int(row) for row in rows), table, where, units, indicators
            )


def _schema(units: Collection[str], indicators: Collection[str], numbers: list[str]) -> pa.DataFrameSchema:
    pattern = rf"(?:<\s*[1-9]\d*|{NUMBER})?"
    shape = {name: pa.Column(str, pa.Check.str_matches(rf"^{pattern}$", error="is not a number")) for name in numbers}
    rules = {
        "negative": "a count is below 0",
        "fractional": "a count is not a whole number",
        "crossed": "lower is above upper",
    }
    return pa.DataFrameSchema(
        {
            "unit": pa.Column(str, pa.Check.isin(list(units), error="is not a known unit")),
            "period": pa.Column(str, pa.Check(_are_periods, error="is not a period")),
            "indicator": pa.Column(str, pa.Check.isin(list(indicators), error="is not a known indicator")),
            **shape,
            **{name: pa.Column(bool, pa.Check.eq(False, error=says)) for name, says in rules.items()},
        }
    )


def _are_periods(column: pd.Series) -> pd.Series:
    return column.isin([text for text in column.unique() if is_period(text)])


def _problem(
    column: str, says: str, value: object, rows: list[int], table: pd.DataFrame, where: str,
    units: Collection[str], indicators: Collection[str],
) -> Problem:  # fmt: skip
    place = f"{where}, {say_rows(rows)}"
    if column in {"negative", "fractional", "crossed"}:
        named = [name for name in ("value", "lower", "upper") if name in table.columns]
        found = ", ".join(f"{name} {table[name].iloc[rows[0]]}" for name in named)
        return Problem(f"{says} ({found})", place, "mend it, or leave the row out: absent means not reported")
    advice = {
        "unit": nearest_unit(str(value), units),
        "period": advice_on(str(value)),
        "indicator": nearest(str(value), indicators),
    }.get(column, "write 1757 (no thousands mark), or <5, or leave it empty where nothing is reported")
    return Problem(f"{column} '{value}' {says}", place, advice)


def _duplicates(table: pd.DataFrame, where: str) -> Iterator[Problem]:
    for (unit, period, indicator), rows in repeated(table, CELL):
        found = f"{indicator} of {unit} in {period} stands more than once"
        yield Problem(found, f"{where}, {say_rows(rows)}", "keep one row")


def nearest_unit(code: str, units: Collection[str]) -> str:
    """Advice for an unknown unit: codes are short, so swapped letters are looked for before similar ones.

    >>> nearest_unit("NRO", ["NOR", "ROU"])
    "did you mean 'NOR'?"
    """
    swapped = [unit for unit in sorted(units) if sorted(unit) == sorted(code.upper())]
    return nearest(swapped[0], swapped) if swapped else nearest(code, units)


def status_of(bounds: pd.DataFrame) -> np.ndarray:
    """1 where the figure is exact, 2 where it is an interval."""
    return np.where(bounds["lower"] == bounds["upper"], Status.EXACT, Status.SUPPRESSED).astype("int8")
