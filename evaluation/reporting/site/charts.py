"""Charts of the site: one specification, drawn here as a picture, and in the reader's browser as a chart to play with.

The picture is in the page; a script puts the chart in its place. Where no script runs the picture stays, and says the
same. Colours are the style sheet's variables, so that a dark screen and a grey printer get theirs.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import Any

import altair as alt
import vl_convert

from evaluation.reporting.render import script

Rows = Sequence[Mapping[str, Any]]
_DRAWN = ("marks", "axes")  # what a specification draws; marks may hold marks
_PART = re.compile(r'id="([^"]+)"')
_LONG = re.compile(r"-?\d+\.\d{2,}")


@dataclass(frozen=True, kw_only=True)
class Chart:
    """One chart: its specification without data, and the pictures drawn from both."""

    name: str
    spec: Mapping[str, Any]  # Vega
    picture: str  # SVG
    says: str  # what it shows, in words: the finding
    narrow: str = ""  # SVG for a phone; empty: the picture is for every screen


def draw(
    name: str,
    chart: alt.Chart | alt.LayerChart | alt.FacetChart,
    data: Mapping[str, Rows],
    says: str,
    widths: tuple[float, ...] = (),
) -> Chart:
    """Draw a chart whose data are named, and keep its specification for the browser.

    `widths` are those of the picture and of the one for a phone, where the chart is as wide as what it stands in.

    Raises
    ------
    ValueError
        When the specification is not valid Vega-Lite.
    """
    whole = chart.configure(**_HOUSE).to_dict()
    spec = _one_picture(vl_convert.vegalite_to_vega(whole | {"datasets": data}, vl_version=VEGA_LITE))
    bare = spec | {"data": [_without_values(one, data) for one in spec["data"]]}
    drawn = [_of_width(spec, width) for width in widths] or [spec]
    pictures = [
        _picture(f"{name}-{number}" if number else name, vl_convert.vega_to_svg(one), says)
        for number, one in enumerate(drawn)
    ]
    return Chart(name=name, spec=bare, picture=pictures[0], says=says, narrow="".join(pictures[1:]))


def _of_width(spec: Mapping[str, Any], width: float) -> dict[str, Any]:
    """The specification with a width of its own, where no page gives it one."""
    fixed = [{"name": "width", "value": width} if one["name"] == "width" else one for one in spec["signals"]]
    return {**spec, "signals": fixed}


def _one_picture(spec: dict[str, Any]) -> dict[str, Any]:
    """The specification with all that it draws hidden from a screen reader: the whole is one picture with words."""
    parts = {name: [_one_picture(one) | {"aria": False} for one in spec[name]] for name in _DRAWN if name in spec}
    return spec | parts


def _without_values(one: Mapping[str, Any], data: Mapping[str, Rows]) -> Mapping[str, Any]:
    """A table of the specification without its rows: the browser puts them in, once for all charts of a page."""
    return {key: value for key, value in one.items() if key != "values" or one["name"] not in data}


def _picture(name: str, svg: str, says: str) -> str:
    """The drawing with what it shows in words, and no digits that nobody can see.

    Names of its parts count from one in each picture: the engine counts on from picture to picture, and a page written
    again would differ without a reason.
    """
    for number, found in enumerate(dict.fromkeys(_PART.findall(svg)), start=1):
        svg = svg.replace(f'"{found}"', f'"{name}-{number}"').replace(f"(#{found})", f"(#{name}-{number})")
    rounded = _LONG.sub(lambda found: f"{float(found.group()):.1f}".removesuffix(".0"), svg)
    return rounded.replace("<svg ", f'<svg role="img" aria-label="{escape(says)}" ', 1)


def scripts_of(charts: Sequence[Chart], rows: Mapping[str, Rows], own: str) -> tuple[list[str], dict[str, object]]:
    """Scripts of a page with these charts, the page's own last, and the data they read. Without a chart: none."""
    if not charts:
        return [], {}
    specs = {one.name: {"spec": one.spec, "says": one.says} for one in charts}
    return [engine(), script("charts.js"), script(own)], {"charts": specs, "rows": rows}


@cache
def engine() -> str:
    """The script that draws in the browser: Vega with its interpreter, which evaluates no text as code."""
    return vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;", vl_version=VEGA_LITE)


VEGA_LITE = vl_convert.get_vegalite_versions()[-1]
_HOUSE: Mapping[str, Any] = {
    "background": "transparent",
    "view": {"stroke": None},
    "axis": {
        "labelColor": "var(--muted)",
        "labelFontSize": 11.5,
        "titleColor": "var(--muted)",
        "titleFontSize": 11.5,
        "titleFontWeight": "normal",
        "gridColor": "var(--line)",
    },
}
