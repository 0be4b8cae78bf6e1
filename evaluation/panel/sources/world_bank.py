"""World Bank population and gross domestic product of countries, one row for each country and year."""

from pathlib import Path

import pandas as pd

from evaluation.panel.sources.cards import write_card
from evaluation.panel.sources.reading import read_columns
from evaluation.panel.writing import write_table
from evaluation.terms import Source

COLUMNS = {"iso3": "[A-Z]{3}", "year": r"\d{4}", "population": r"\d*", "gdp_usd": r"(?:\d+(?:\.\d+)?)?"}


def read_world_bank(file: Path) -> pd.DataFrame:
    """Tidy table of unit, period, population (persons), gdp_usd (current US$); an empty cell is not reported."""
    table = read_columns(file, COLUMNS).rename(columns={"iso3": "unit", "year": "period"})
    return table.sort_values(["unit", "period"], ignore_index=True)


def import_file(file: Path, data: Path) -> list[Path]:
    """Write data/raw/world_bank.csv and its card."""
    written = write_table(read_world_bank(file), data / "raw" / "world_bank.csv")
    return [written, write_card("world_bank", CARD, data)]


CARD = Source(
    title="Population and gross domestic product of countries",
    file="world_bank.csv",
    publisher="World Bank",
    citation="World Bank, World Development Indicators: SP.POP.TOTL, NY.GDP.MKTP.CD (2003-2023)",
    vintage="2003-2023",
    retrieved="",
    licence="CC BY 4.0",
    sha256="",
    columns={
        "unit": "country, ISO 3166-1 alpha-3",
        "period": "year",
        "population": "persons, at mid-year",
        "gdp_usd": "gross domestic product, current US dollars; empty: not reported",
    },
)
