"""Outlines of countries after Natural Earth, for the map of the site; small ones as a point."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from evaluation.panel.sources.cards import write_card
from evaluation.panel.writing import write_table
from evaluation.terms import DataError, Problem, Source

FINER = "countries-10m.json"  # lies beside the file of outlines: it knows the small countries too
CODES = "codes.json"  # lies there as well: alpha-2, alpha-3 and numeric code of each country
WITHOUT = ("Antarctica",)  # nobody's law is in force there, and it fills a third of a flat map
Ring = np.ndarray  # (point, 2): longitude and latitude in degrees, the last point again the first


def read_world(outlines: Mapping[str, Any], finer: Mapping[str, Any], codes: Sequence[Sequence[str]]) -> pd.DataFrame:
    """Tidy table of unit, name, longitude, latitude, shape (WKT), one row for each country or territory.

    Outlines come from the coarse file (1:110,000,000); whoever is too small for it has a point and no outline.
    """
    alpha_of = {numeric: alpha for _, alpha, numeric, *_ in codes}
    coarse, fine = dict(_polygons(outlines)), dict(_polygons(finer))
    rows = []
    for (numeric, name), polygons in {**dict.fromkeys(fine, ()), **coarse}.items():
        east, north = _middle(polygons or fine[numeric, name])
        rows.append((alpha_of.get(numeric, ""), name, round(east, 2), round(north, 2), _wkt(polygons)))
    table = pd.DataFrame(rows, columns=["unit", "name", "longitude", "latitude", "shape"])
    coded = (table["unit"] != "") & ~table["unit"].where(table["shape"] == "").isin(table["unit"][table["shape"] != ""])
    drawn = table[((table["shape"] != "") | coded) & ~table["name"].isin(WITHOUT)]
    return drawn.sort_values(["unit", "name"], ignore_index=True)


def import_file(file: Path, data: Path) -> list[Path]:
    """Write data/raw/world_map.csv and its card.

    Raises
    ------
    DataError
        The file, or one of the two beside it, is not what it should be.
    """
    table = read_world(*(_read(one) for one in (file, file.with_name(FINER), file.with_name(CODES))))
    return [write_table(table, data / "raw" / CARD.file), write_card("world_map", CARD, data)]


def _read(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        advice = (
            f"give countries-110m.json of the npm package world-atlas, with its {FINER} and the {CODES} of "
            "i18n-iso-countries beside it"
        )
        raise DataError(Problem(f"this cannot be read ({error})", str(file), advice)) from None


def _polygons(topology: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], tuple[tuple[Ring, ...], ...]]]:
    """Numeric code and name of each country, with its polygons: outer ring first, then holes; from TopoJSON."""
    scale, shift = (np.array(topology["transform"][key]) for key in ("scale", "translate"))
    arcs = [np.cumsum(np.array(arc, dtype=float), axis=0) * scale + shift for arc in topology["arcs"]]
    for one in topology["objects"]["countries"]["geometries"]:
        nested = [one["arcs"]] if one["type"] == "Polygon" else one["arcs"]
        rings = tuple(tuple(_ring(ring, arcs) for ring in polygon) for polygon in nested)
        yield (str(one.get("id", "")), one["properties"]["name"]), rings


def _ring(arcs_of: Sequence[int], arcs: Sequence[Ring]) -> Ring:
    """Arcs end to end; a negative number is an arc walked backwards, and each begins where the last one ended."""
    pieces = [arcs[one] if one >= 0 else arcs[~one][::-1] for one in arcs_of]
    return np.concatenate([pieces[0], *(piece[1:] for piece in pieces[1:])])


def _middle(polygons: Sequence[Sequence[Ring]]) -> tuple[float, float]:
    """Centre of mass of the largest outer ring, on the plane of longitudes and latitudes."""
    outer = max((polygon[0] for polygon in polygons), key=lambda ring: abs(_area(ring)))
    if _area(outer) == 0:
        return float(outer[:, 0].mean()), float(outer[:, 1].mean())  # an atoll of one point
    (x, y), (x_next, y_next) = outer[:-1].T, outer[1:].T
    cross = x * y_next - x_next * y
    east, north = (((one + other) * cross).sum() / (6 * _area(outer)) for one, other in ((x, x_next), (y, y_next)))
    return float(east), float(north)


def _area(ring: Ring) -> float:
    (x, y), (x_next, y_next) = ring[:-1].T, ring[1:].T
    return float((x * y_next - x_next * y).sum() / 2)


def _wkt(polygons: Sequence[Sequence[Ring]]) -> str:
    """Well-known text, to a hundredth of a degree (1 km); empty for none."""
    if not polygons:
        return ""
    written = (f"({', '.join(f'({_points(ring)})' for ring in polygon)})" for polygon in polygons)
    return f"MULTIPOLYGON ({', '.join(written)})"


def _points(ring: Ring) -> str:
    return ", ".join(f"{east:g} {north:g}" for east, north in np.round(ring, 2))


CARD = Source(
    title="Outlines of countries and territories",
    file="world_map.csv",
    publisher="Natural Earth",
    citation=(
        "Made with Natural Earth (1:110,000,000 outlines, 1:10,000,000 for points of small countries), as distributed "
        "in the npm package world-atlas 2.0.2; ISO 3166-1 codes after the npm package i18n-iso-countries 7.14.0"
    ),
    vintage="Natural Earth 4.1",
    retrieved="",
    licence="public domain",
    sha256="",
    columns={
        "unit": "country or territory, ISO 3166-1 alpha-3; empty where it has no code of its own",
        "name": "name as published",
        "longitude": "degrees east, middle of the largest part",
        "latitude": "degrees north, middle of the largest part",
        "shape": "outline as well-known text, degrees, to a hundredth; empty where it is too small to be drawn",
    },
    notes=(
        "Borders are drawn as Natural Earth has them: who holds a place in fact. That is no statement about whom it "
        "belongs to. Antarctica is left out."
    ),
)
