"""Exposure bases and covariates of the units: tables with one row for each unit and period."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from evaluation.panel.tables import read_text_table, repeated, say_rows
from evaluation.terms import DataError, Problem
from evaluation.terms.errors import nearest, refuse_if_any
from evaluation.terms.periods import every_of, is_period, label_of, stands_for

# name: (columns of the base tables it needs, how it is made of them)
COVARIATES: Mapping[str, tuple[str, ...]] = {"log_gdp_per_head": ("gdp_usd", "population")}


def read_base_table(file: Path) -> pd.DataFrame:
    """A table of unit, period and numeric columns; an empty cell is not reported.

    Raises
    ------
    DataError
        Missing columns, text in a number column, numbers at or below 0, duplicate rows.
    """
    table, where = read_text_table(file), str(file)
    missing = [name for name in ("unit", "period") if name not in table.columns]
    refuse_if_any((Problem(f"column '{name}' is missing", where, "add it") for name in missing), DataError)
    numbers = table.drop(columns=["unit", "period"]).replace("", None)
    parsed = numbers.apply(pd.to_numeric, errors="coerce")
    refuse_if_any(_number_problems(table, numbers, parsed, where), DataError)
    return pd.concat([table[["unit", "period"]], parsed.astype(float)], axis=1)


def _number_problems(table: pd.DataFrame, numbers: pd.DataFrame, parsed: pd.DataFrame, where: str) -> Iterator[Problem]:
    for name in numbers.columns:
        text = numbers[name].notna() & parsed[name].isna()
        small = parsed[name] <= 0
        for mask, says in ((text, "is not a number"), (small, "is not above 0")):
            for value, rows in numbers.loc[mask, name].groupby(numbers[name]).groups.items():
                yield Problem(f"{name} '{value}' {says}", f"{where}, {say_rows([int(r) for r in rows])}", "mend it")
    for (unit, period), twice in repeated(table, ["unit", "period"]):
        yield Problem(f"{unit} in {period} stands more than once", f"{where}, {say_rows(twice)}", "keep one row")


def grid(table: pd.DataFrame, column: str, units: Sequence[str], periods: Sequence[str]) -> np.ndarray:
    """One column as an array (unit, time); NaN where not reported.

    A table of years or months serves shorter periods: each has the figure of the month, else of the year, that it
    belongs to (a week to that of its Thursday).

    >>> people = pd.DataFrame({"unit": ["A", "A"], "period": ["2020", "2021"], "population": [100.0, 110.0]})
    >>> grid(people, "population", ["A"], ["2020-W53", "2021-W01", "2022-W01"]).tolist()
    [[100.0, 110.0, nan]]
    """
    wide = table.pivot(index="unit", columns="period", values=column)
    labels = [next((label for label in _holding(period) if label in wide.columns), period) for period in periods]
    return wide.reindex(index=list(units), columns=labels).to_numpy(dtype=float)


def _holding(period: str) -> Iterator[str]:
    """The period itself, then those it is a part of."""
    yield period
    if is_period(period) and every_of(period) != "year":
        day = stands_for(period)
        yield from (label_of(day, every) for every in ("month", "year"))


def carried(values: np.ndarray) -> np.ndarray:
    """Gaps filled on the log scale: straight lines between known periods, the nearest known one at the ends.

    Array (unit, time) of positive numbers; a unit with no known period stays NaN.

    >>> carried(np.array([[100.0, np.nan, 400.0, np.nan]])).round(6).tolist()
    [[100.0, 200.0, 400.0, 400.0]]
    """
    position = np.arange(values.shape[1])
    filled = values.copy()
    for row in filled:  # one unit at a time: there are few, and each has its own gaps
        known = np.isfinite(row)
        if known.any() and not known.all():
            row[~known] = np.exp(np.interp(position[~known], position[known], np.log(row[known])))
    return filled


def covariate_problems(names: Sequence[str], columns: Sequence[str]) -> Iterator[Problem]:
    """Covariates that are not known, or that the base tables of the study cannot make."""
    for name in names:
        if name not in COVARIATES:
            yield Problem(f"covariate '{name}' is not known", "panel.covariates", nearest(name, COVARIATES))
            continue
        for column in COVARIATES[name]:
            if column not in columns:
                found = f"covariate '{name}' needs column '{column}', which no base table of the study has"
                yield Problem(found, "panel.bases", "add the source that has it")


def covariate(name: str, columns: Mapping[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """A covariate (unit, time), standardised over all cells, and where it was filled (bool).

    log_gdp_per_head = log(gdp_usd / population). A unit without any figure stands at the mean.
    """
    top, bottom = (columns[column] for column in COVARIATES[name])
    ratio = top / bottom
    filled = np.log(carried(ratio))
    centred = filled - np.nanmean(filled)
    return np.nan_to_num(centred / np.nanstd(centred)), ~np.isfinite(ratio)
