"""Outlines of countries: from well-known text to GeoJSON, and which are too small to be seen."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

Ring = list[list[float]]  # longitude and latitude in degrees, point after point
SMALL = 30.0  # square degrees, roughly: on a map as wide as a screen a country below this is a few pixels


@dataclass(frozen=True, kw_only=True)
class Outline:
    """One country or territory on the map. `polygons` are outer ring first, then holes; none where it is a point."""

    unit: str  # ISO 3166-1 alpha-3; empty where it has no code of its own
    name: str
    longitude: float
    latitude: float
    polygons: tuple[tuple[Ring, ...], ...]

    @property
    def small(self) -> bool:
        """Whether it needs a mark to be seen on a map of the world."""
        return sum(_area(polygon[0]) for polygon in self.polygons) < SMALL

    @property
    def feature(self) -> dict[str, object]:
        """GeoJSON (RFC 7946)."""
        return {
            "type": "Feature",
            "unit": self.unit,
            "name": self.name,
            "geometry": {"type": "MultiPolygon", "coordinates": [list(polygon) for polygon in self.polygons]},
        }


def read_outline(row: Mapping[str, str]) -> Outline:
    """An outline from a row of data/raw/world_map.csv.

    >>> row = {"unit": "AAA", "name": "A", "longitude": "0.5", "latitude": "0.5",
    ...        "shape": "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)))"}
    >>> read_outline(row).polygons
    (([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0]],),)
    """
    polygons = re.findall(r"\((\([^()]*\)(?:, \([^()]*\))*)\)", row["shape"].removeprefix("MULTIPOLYGON "))
    return Outline(
        unit=row["unit"],
        name=row["name"],
        longitude=float(row["longitude"]),
        latitude=float(row["latitude"]),
        polygons=tuple(tuple(_rings(one)) for one in polygons),
    )


def _rings(polygon: str) -> Iterable[Ring]:
    for ring in re.findall(r"\(([^()]*)\)", polygon):
        yield [[float(number) for number in point.split()] for point in ring.split(", ")]


def _area(ring: Ring) -> float:
    """Square degrees enclosed, whichever way it is walked."""
    return abs(sum(x * v - u * y for (x, y), (u, v) in pairwise(ring))) / 2
