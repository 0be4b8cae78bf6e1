"""The neighbours of a study's units: a table of pairs with weights, read and checked, then laid out as a matrix."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd
import xarray as xr

from evaluation.panel.tables import read_text_table, repeated, say_rows
from evaluation.terms import DataError, Problem
from evaluation.terms.errors import nearest, refuse_if_any

COLUMNS = ("unit", "neighbour", "weight")


def read_neighbours(file: Path, kind: str, known: Sequence[str]) -> pd.DataFrame:
    """Pairs of a table: unit (where something may spill over to), neighbour (where the law is), weight 0 or more.

    Parameters
    ----------
    kind
        Which of the kinds in the table's column `kind`: border, distance, language, a flow. Empty: all of a table that
        has one kind.
    known
        Every unit that the study may speak of.

    Raises
    ------
    DataError
        Every problem at once: missing columns, an unknown kind, units that are not known, weights that are none, a pair
        that stands twice, a unit that is its own neighbour.
    """
    table = read_text_table(file)
    missing = [name for name in (*COLUMNS, *(["kind"] if kind else [])) if name not in table.columns]
    advice = "a pair has unit, neighbour and weight; a table of several kinds has kind"
    refuse_if_any((Problem(f"column '{name}' is missing", str(file), advice) for name in missing), DataError)
    refuse_if_any(_kind_problems(table, kind), DataError)
    chosen = table[table["kind"] == kind] if kind else table
    weight = pd.to_numeric(chosen["weight"], errors="coerce")
    refuse_if_any(_pair_problems(chosen, weight, set(known), str(file)), DataError)
    return chosen.assign(weight=weight.astype(float))[list(COLUMNS)].reset_index(drop=True)


def matrix(pairs: pd.DataFrame, units: Sequence[str]) -> xr.DataArray:
    """Weights (unit, neighbour) of these units, 0 where two are no neighbours.

    >>> pairs = pd.DataFrame({"unit": ["A"], "neighbour": ["B"], "weight": [2.0]})
    >>> matrix(pairs, ["A", "B"]).values.tolist()
    [[0.0, 2.0], [0.0, 0.0]]
    """
    square = pairs.pivot(index="unit", columns="neighbour", values="weight")
    values = square.reindex(index=list(units), columns=list(units)).fillna(0.0).to_numpy(dtype=float)
    return xr.DataArray(values, {"unit": list(units), "neighbour": list(units)}, ("unit", "neighbour"))


def _kind_problems(table: pd.DataFrame, kind: str) -> Iterator[Problem]:
    kinds = sorted(set(table["kind"])) if "kind" in table.columns else []
    if kind and kind not in kinds:
        yield Problem(f"there are no neighbours of kind '{kind}'", "panel.neighbours.kind", nearest(kind, kinds))
    if not kind and len(kinds) > 1:
        found = f"the neighbours are of several kinds: {', '.join(kinds)}"
        yield Problem(found, "panel.neighbours.kind", "choose one")


def _pair_problems(pairs: pd.DataFrame, weight: pd.Series, known: set[str], file: str) -> Iterator[Problem]:
    ends = pd.concat([pairs["unit"], pairs["neighbour"]])
    unknown = sorted(set(ends) - known)
    if unknown:
        found = f"units that the study's table of units has not: {', '.join(unknown)}"
        yield Problem(found, file, "mend the codes, or take these pairs out")
    for wrong, found, advice in (
        (pairs.index[~(weight >= 0)], "weights that are no number of 0 or more", "mend the weights"),
        (pairs.index[pairs["unit"] == pairs["neighbour"]], "a unit is its own neighbour", "take the pair out"),
    ):
        if len(wrong):
            yield Problem(found, f"{file}, {say_rows([int(row) for row in wrong])}", advice)
    for (unit, neighbour), rows in repeated(pairs, ["unit", "neighbour"]):
        yield Problem(f"{unit} and {neighbour} stand together twice", f"{file}, {say_rows(rows)}", "keep one row")
