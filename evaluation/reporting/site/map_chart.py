"""The map: which countries had a law of one kind in force in one year, and which of these laws are studied."""

from collections.abc import Iterable, Mapping
from typing import Any

import altair as alt

from evaluation.reporting.site.charts import Chart, Rows, draw
from evaluation.reporting.site.laws import LawHere
from evaluation.reporting.site.outlines import Outline

EUROPE = ((-25.0, 45.0), (33.0, 72.0))  # longitudes, latitudes: most laws are here, and most countries are small
WIDE, HIGH = 800, 350
SIDE = 350  # of the picture of Europe

_NOW = "datum.kind == kind && datum.first <= year && year <= datum.last"


def world_rows(outlines: Iterable[Outline]) -> Rows:
    """GeoJSON features of whatever has an outline; `near` marks those of Europe and around."""
    return [one.feature | {"near": _in_europe(one)} for one in outlines if one.polygons]


def law_rows(
    laws: Iterable[LawHere], outlines: Mapping[str, Outline], names: Mapping[str, str]
) -> list[Mapping[str, Any]]:
    """One row for each law: where, what, when, and whether it is studied; studied ones last, to lie on top.

    `names` are titles to show of each kind of law.
    """
    rows = [
        {
            "unit": law.unit,
            "country": law.country,
            "kind": law.intervention,
            "what": names[law.intervention],
            "law": law.adoption.law,
            "where": law.adoption.within or "",
            "years": law.years,
            "first": law.first_year,
            "last": law.last_year,
            "studied": bool(law.studied),
            "told": "studied" if law.studied else "not studied",
            "small": law.unit not in outlines or outlines[law.unit].small,
            "lon": outlines[law.unit].longitude if law.unit in outlines else None,
            "lat": outlines[law.unit].latitude if law.unit in outlines else None,
        }
        for law in laws
    ]
    return sorted(rows, key=lambda row: (row["studied"], row["country"], row["first"]))


def maps(world: Rows, laws: Rows, kind: str, year: int, says: str) -> tuple[Chart, Chart]:
    """The world and Europe, showing one kind of law in one year until a reader chooses another."""
    data = {"world": world, "laws": laws}
    whole = alt.Projection(type="naturalEarth1", scale=146, translate=[WIDE / 2, 208])
    centre = alt.Projection(
        type="azimuthalEqualArea", rotate=[-12, -52.5, 0], scale=465, translate=[SIDE / 2, SIDE / 2]
    )
    return (
        draw("world", _map(kind, year, whole, WIDE, HIGH), data, f"The world. {says}"),
        draw("europe", _map(kind, year, centre, SIDE, SIDE, near=True), data, f"Europe. {says}"),
    )


def _map(
    kind: str, year: int, projection: alt.Projection, width: int, height: int, *, near: bool = False
) -> alt.LayerChart | alt.FacetChart:
    chosen = [alt.param(name="kind", value=kind), alt.param(name="year", value=year)]
    land = alt.Chart(alt.NamedData("world"))
    if near:
        land = land.transform_filter("datum.near")
    drawn = land.mark_geoshape(fill="var(--otherpale)", stroke="var(--paper)", strokeWidth=0.5, clip=True)
    layers = [drawn, *_laws(near)]
    return alt.layer(*layers).add_params(*chosen).properties(width=width, height=height, projection=projection)


def _laws(near: bool) -> Iterable[alt.Chart]:
    """Countries filled, and small ones with a mark beside: neither is told by colour alone."""
    held = alt.Chart(alt.NamedData("laws")).transform_filter(_NOW)
    outline = alt.LookupData(data=alt.NamedData("world"), key="unit", fields=["type", "geometry"])
    studied = "datum.studied"
    look = {
        "fill": alt.when(studied).then(alt.value("var(--accent)")).otherwise(alt.value("var(--warn-wash)")),
        "stroke": alt.when(studied).then(alt.value("var(--paper)")).otherwise(alt.value("var(--truth)")),
        "strokeDash": alt.when(studied).then(alt.value([1, 0])).otherwise(alt.value([3, 2])),
        "tooltip": [alt.Tooltip(f"{name}:N", title=title) for name, title in TIPS.items()],
    }
    yield (
        held.transform_lookup(lookup="unit", from_=outline)
        .transform_filter("isValid(datum.geometry)")
        .mark_geoshape(strokeWidth=1.2, clip=True)
        .encode(**look)
    )
    if not near:
        small = held.transform_filter("datum.small && isValid(datum.lon)")
        yield small.mark_circle(size=70, strokeWidth=1.2, opacity=1).encode(longitude="lon:Q", latitude="lat:Q", **look)


TIPS = {"country": "country", "law": "law", "where": "in", "years": "in force", "told": "here"}


def _in_europe(one: Outline) -> bool:
    (west, east), (south, north) = EUROPE
    points = (point for polygon in one.polygons for ring in polygon for point in ring)
    return any(west <= longitude <= east and south <= latitude <= north for longitude, latitude in points)
