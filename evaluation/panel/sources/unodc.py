"""UNODC Global Report on Trafficking in Persons: the public workbook, as published, to tidy counts."""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from evaluation.panel.sources.cards import write_card
from evaluation.panel.writing import write_table
from evaluation.terms import DataError, Problem, Source
from evaluation.terms.errors import refuse_if_any

SHEET = "data_glotip"  # the one sheet is called data_glotip_1
HEADER = (
    "Iso3_code", "Country", "Region", "Subregion", "Indicator", "Dimension", "Category",
    "Sex", "Age", "Year", "Unit of measurement", "txtVALUE", "Source",
)  # fmt: skip
FORMS = "by form of exploitation"
INDICATORS = {
    ("Detected trafficking victims", "Total", "Total"): "victims",
    ("Detected trafficking victims", FORMS, "Sexual exploitation"): "victims_sexual",
    ("Detected trafficking victims", FORMS, "Forced labour"): "victims_labour",
    ("Offences of trafficking in persons", "Total", "Total"): "offences",
    ("Persons brought into formal contact", "Total", "Total"): "suspects",
    ("Persons prosecuted", "Total", "Total"): "prosecuted",
    ("Persons convicted", "Total", "Total"): "convicted",
    ("Persons convicted", FORMS, "Sexual exploitation"): "convicted_sexual",
    ("Persons convicted", FORMS, "Forced labour"): "convicted_labour",
}
COUNT = r"(?:<\s*)?(?:\d+|\d{1,3}(?:,\d{3})+)"  # 12 | 1,757 | <5


@dataclass(frozen=True)
class Workbook:
    """What one workbook says: when it was released, its counts, its countries."""

    released: date
    counts: pd.DataFrame  # iso3, year, indicator, value (as published, "<5" kept), lower, upper
    countries: pd.DataFrame  # unit, name, region, subregion


def read_unodc(file: Path) -> pd.DataFrame:
    """Tidy counts of the workbook: iso3, year, indicator, lower, upper. "<5" is 0 to 4; what is absent stays absent.

    Raises
    ------
    DataError
        Every problem found: not a workbook or a truncated one, another sheet, missing columns, text where a count
        belongs, two different counts for one cell.
    """
    return read_workbook(file).counts[["iso3", "year", "indicator", "lower", "upper"]]


def read_workbook(file: Path) -> Workbook:
    """Read the whole workbook as UNODC publishes it: publisher, release date, header in the third row, then rows."""
    rows = _rows(file)
    released, table = _released(rows, file), _table(rows, file)
    refuse_if_any(_cell_problems(table, file), DataError)
    # Rows without a country name are sums over a region ("EEU") or of two places ("Aruba/Curacao"): not a country.
    places = table[table["Country"].notna() & table["Iso3_code"].fillna("").str.fullmatch("[A-Z]{3}")]
    counts = _counts(places)
    refuse_if_any(_duplicate_problems(counts, file), DataError)
    return Workbook(released, counts, _countries(places))


def _rows(file: Path) -> list[tuple[object, ...]]:
    """All rows of the one sheet, as values."""
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    advice = "download the workbook again from the UNODC data portal, as .xlsx"
    try:
        book = load_workbook(file, read_only=True, data_only=False)
        sheet = next((s for s in book.worksheets if s.title.startswith(SHEET)), None)
        if sheet is None:
            names = ", ".join(book.sheetnames)
            raise DataError(Problem(f"no sheet is called {SHEET}...; found: {names}", str(file), advice))
        sheet.reset_dimensions()  # the 2025 workbook states its size as one cell
        rows = [tuple(row) for row in sheet.iter_rows(values_only=True)]
        book.close()
    except (zipfile.BadZipFile, InvalidFileException, KeyError, EOFError, OSError, ValueError, SyntaxError) as error:
        raise DataError(
            Problem(f"this is not a readable workbook, or it is cut short ({error})", str(file), advice)
        ) from None
    return rows


def _released(rows: list[tuple[object, ...]], file: Path) -> date:
    """The release date in the second row, below the publisher's name."""
    publisher = rows[0][0] if rows and rows[0] else None
    stated = rows[1][0] if len(rows) > 1 and rows[1] else None
    problems = []
    if publisher != "UNODC":
        problems.append(
            Problem(f"the first cell says {publisher!r}, not 'UNODC'", f"{file}, row 1", "is this the right file?")
        )
    if isinstance(stated, datetime):
        return stated.date()
    try:
        released = datetime.strptime(str(stated), "%d/%m/%Y").date()
    except ValueError:
        problems.append(Problem(f"the release date says {stated!r}", f"{file}, row 2", "expected day/month/year"))
    refuse_if_any(problems, DataError)
    return released


def _table(rows: list[tuple[object, ...]], file: Path) -> pd.DataFrame:
    """The rows below the header, as text; the index is the row number in the workbook."""
    header = [str(cell).strip() if cell is not None else "" for cell in (rows[2] if len(rows) > 2 else ())]
    missing = [name for name in HEADER if name not in header]
    where = f"{file}, row 3"
    refuse_if_any(
        [Problem(f"column '{name}' is missing", where, f"found: {', '.join(header)}") for name in missing], DataError
    )
    if len(rows) == 3:
        raise DataError(Problem("there are no rows below the header", str(file), "download the workbook again"))
    body = [row + (None,) * (len(header) - len(row)) for row in rows[3:] if any(cell is not None for cell in row)]
    table = pd.DataFrame(body, columns=pd.Index(header), index=pd.RangeIndex(4, 4 + len(body)), dtype=object)
    return table[list(HEADER)].map(lambda cell: None if cell is None else str(cell).strip()).astype("str")


def _cell_problems(table: pd.DataFrame, file: Path) -> Iterator[Problem]:
    """Text where a number belongs: one problem for each wrong value, with its rows."""
    for column, pattern, advice in (
        ("txtVALUE", COUNT, "a count is 12, 1,757 or <5"),
        ("Year", r"(?:19|20)\d\d", "a year has four digits"),
        ("Unit of measurement", "Counts", "only counts are read"),
    ):
        text = table[column].fillna("nothing")
        wrong = text[~text.str.fullmatch(pattern)]
        for value, cells in wrong.groupby(wrong).groups.items():
            shown = ", ".join(str(row) for row in list(cells)[:5]) + (
                f" and {len(cells) - 5} more" if len(cells) > 5 else ""
            )
            yield Problem(f"'{value}' stands in column '{column}'", f"{file}, row {shown}", advice)


def _counts(places: pd.DataFrame) -> pd.DataFrame:
    """The nine indicators this project keeps, both sexes and all ages together."""
    both = places[(places["Sex"] == "Total") & (places["Age"] == "Total")]
    keys = zip(both["Indicator"], both["Dimension"], both["Category"], strict=True)
    kept = both.assign(
        indicator=pd.Series([INDICATORS.get(key) for key in keys], index=both.index, dtype="object")
    ).dropna(subset=["indicator"])
    value = kept["txtVALUE"].str.replace(r"[,\s]", "", regex=True)
    number = value.str.removeprefix("<").astype(float)
    suppressed = value.str.startswith("<").to_numpy()
    counts = pd.DataFrame(
        {
            "iso3": kept["Iso3_code"],
            "year": kept["Year"].astype(int),
            "indicator": kept["indicator"].astype("str"),
            "value": value,
            "lower": np.where(suppressed, 0.0, number),
            "upper": np.where(suppressed, number - 1, number),
        }
    )
    return counts.sort_values(["iso3", "indicator", "year"], ignore_index=True)


def _duplicate_problems(counts: pd.DataFrame, file: Path) -> Iterator[Problem]:
    cell = ["iso3", "year", "indicator"]
    for (iso3, year, indicator), rows in counts[counts.duplicated(cell, keep=False)].groupby(cell):
        values = " and ".join(rows["value"])
        yield Problem(
            f"{indicator} of {iso3} in {year} stands more than once: {values}", str(file), "ask the publisher"
        )


def _countries(places: pd.DataFrame) -> pd.DataFrame:
    named = places.drop_duplicates("Iso3_code").sort_values("Iso3_code", ignore_index=True)
    columns = {"Iso3_code": "unit", "Country": "name", "Region": "region", "Subregion": "subregion"}
    return named[list(columns)].rename(columns=columns)


def import_file(file: Path, data: Path) -> list[Path]:
    """Write data/raw/unodc_glotip_<year of release>.csv, and data/raw/countries.csv with any country that is new."""
    book = read_workbook(file)
    name = f"unodc_glotip_{book.released.year}"
    tidy = book.counts.rename(columns={"iso3": "unit", "year": "period"})[["unit", "period", "indicator", "value"]]
    written = [write_table(tidy, data / "raw" / f"{name}.csv")]
    register = write_card(name, _card(name, book.released), data)
    written += _add_countries(book, data)
    return [*written, register]


def _add_countries(book: Workbook, data: Path) -> list[Path]:
    """Add the countries that the table does not know yet; known ones keep their names."""
    file = data / "raw" / "countries.csv"
    old = pd.read_csv(file, dtype=str, keep_default_na=False) if file.is_file() else book.countries[:0]
    new = book.countries[~book.countries["unit"].isin(old["unit"])]
    if not new.empty:
        write_table(pd.concat([old, new]).sort_values("unit"), file)
    write_card("countries", COUNTRIES_CARD, data)
    return [] if new.empty else [file]


def _card(name: str, released: date) -> Source:
    return Source(
        title="Trafficking in persons: victims detected, offences, persons suspected, prosecuted and convicted",
        file=f"{name}.csv",
        publisher="United Nations Office on Drugs and Crime (UNODC)",
        citation=f"UNODC, UNODC Research - Data Portal - Trafficking in Persons, release of {released.isoformat()}",
        vintage=released.isoformat(),
        retrieved="",
        licence="none stated",
        sha256="",
        columns={
            "unit": "country, ISO 3166-1 alpha-3",
            "period": "year",
            "indicator": "name in data/registers/indicators.yaml; both sexes and all ages together",
            "value": "persons (or offences) in the year; <5 is published for 0, 1, 2, 3 or 4; no row: not reported",
        },
        notes="Sums over regions and places without a country name are left out. Later releases revise recent years.",
    )


COUNTRIES_CARD = Source(
    title="Countries and their regions",
    file="countries.csv",
    publisher="United Nations Office on Drugs and Crime (UNODC)",
    citation="UNODC, UNODC Research - Data Portal - Trafficking in Persons, countries named in the workbooks imported",
    vintage="as imported",
    retrieved="",
    licence="none stated",
    sha256="",
    columns={
        "unit": "country, ISO 3166-1 alpha-3",
        "name": "country name as published",
        "region": "region of the United Nations",
        "subregion": "subregion of the United Nations",
    },
)
