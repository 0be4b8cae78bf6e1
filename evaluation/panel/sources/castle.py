"""Castle-doctrine laws: homicides and negative controls of 50 US states, 2000-2010 (Cheng and Hoekstra 2013)."""

from pathlib import Path

import numpy as np
import pandas as pd

from evaluation.panel.sources.cards import write_card
from evaluation.panel.sources.reading import read_columns
from evaluation.panel.writing import write_table
from evaluation.terms import Source

NUMBER = r"\d+(?:\.\d+)?(?:e[+-]?\d+)?"
COLUMNS = {
    "state": "[A-Za-z ]+",
    "year": r"\d{4}",
    "population": r"\d+",
    "homicide_c": r"\d+",
    "larceny": NUMBER,
    "motor": NUMBER,
    "northeast": "[01]",
    "midwest": "[01]",
    "south": "[01]",
    "west": "[01]",
}
REGIONS = ("northeast", "midwest", "south", "west")
# Postal codes in the alphabetical order of the fifty states' names.
CODES = """
AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA
RI SC SD TN TX UT VT VA WA WV WI WY
"""


def read_castle(file: Path) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Counts (unit, period, indicator, value), population (unit, period, population), states (unit, name, region).

    Homicides are published as counts. Larcenies and motor-vehicle thefts are published per 100,000 persons: the
    count is the rate times the population, rounded to a whole number.
    """
    table = read_columns(file, COLUMNS)
    codes = dict(zip(sorted(table["state"].unique()), CODES.split(), strict=True))
    table = table.assign(unit=table["state"].map(codes), period=table["year"])
    people = table["population"].astype(int)
    counts = {
        "homicide": table["homicide_c"].astype(int),
        "larceny": _count(table["larceny"], people),
        "motor_theft": _count(table["motor"], people),
    }
    wide = table[["unit", "period"]].assign(**counts)
    tidy = wide.melt(["unit", "period"], var_name="indicator").sort_values(["indicator", "unit", "period"])
    base = table[["unit", "period", "population"]].sort_values(["unit", "period"])
    return tidy, base, _states(table)


def _count(rate: pd.Series, people: pd.Series) -> pd.Series:
    return np.rint(rate.astype(float) * people / 1e5).astype(int)


def _states(table: pd.DataFrame) -> pd.DataFrame:
    states = table.drop_duplicates("unit").set_index("unit")
    region = states[list(REGIONS)].astype(int).idxmax(axis=1).map(str.capitalize)
    return pd.DataFrame({"name": states["state"], "region": region}).sort_index().reset_index()


def import_file(file: Path, data: Path) -> list[Path]:
    """Write data/raw/castle.csv, castle_population.csv, castle_states.csv and their cards."""
    tables = dict(zip(CARDS, read_castle(file), strict=True))
    written = [write_table(table, data / "raw" / f"{name}.csv") for name, table in tables.items()]
    for name, card in CARDS.items():
        register = write_card(name, card, data)
    return [*written, register]


def _card(title: str, file: str, columns: dict[str, str], notes: str = "") -> Source:
    return Source(
        title=title,
        file=file,
        publisher="Federal Bureau of Investigation (Uniform Crime Reports) and US Census Bureau",
        citation=(
            "Cheng, C. and Hoekstra, M. (2013), Does strengthening self-defense law deter crime or escalate violence? "
            "Evidence from expansions to castle doctrine, Journal of Human Resources 48(3), 821-854; data as "
            "distributed with Cunningham, S. (2021), Causal Inference: The Mixtape"
        ),
        vintage="2000-2010",
        retrieved="",
        licence="none stated",
        sha256="",
        columns={"unit": "US state, postal code", **columns},
        notes=notes,
    )


CARDS = {
    "castle": _card(
        "Homicides, larcenies and motor-vehicle thefts in 50 US states",
        "castle.csv",
        {"period": "year", "indicator": "homicide, larceny or motor_theft", "value": "offences in the year"},
        "Larcenies and motor-vehicle thefts are published per 100,000 persons: counts are rate x population, rounded.",
    ),
    "castle_population": _card(
        "Population of US states", "castle_population.csv", {"period": "year", "population": "persons"}
    ),
    "castle_states": _card(
        "US states and their census regions",
        "castle_states.csv",
        {"name": "state", "region": "region of the US Census"},
    ),
}
