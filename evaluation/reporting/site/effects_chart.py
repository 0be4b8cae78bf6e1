"""Studies side by side in one picture: estimate and interval of each, and the size claimed for its tactic."""

import math
import textwrap
from collections.abc import Sequence
from typing import Any

import altair as alt

from evaluation.reporting.scale import ratio, ratio_limits, ratio_ticks
from evaluation.reporting.site.charts import Chart, Rows, draw

WIDTHS = (800, 340)  # pixels, of the picture and of the one for a phone
ROW, LINE = 56, 16  # pixels, of a study and of a line of its name
LETTERS = 47  # of a line: as many as a phone has room for
NAMES = 345  # pixels left of the scale for the names, where there is room; else each stands above its interval
_BESIDE = "width > 640"
_SHOWN = "(simulated || !datum.simulated) && (length(chosen) == 0 || indexof(chosen, datum.name) >= 0)"
_KEY = "order == 'effect' ? datum.estimate : order == 'width' ? datum.upper - datum.lower : datum.place"
_VALUE = "100 * (exp(datum.value) - 1)"
_PERCENT = f"datum.value > 0 ? format({_VALUE}, '+.0f') : replace(format({_VALUE}, '.0f'), '-', '\u2212')"


def effect_row(name: str, title: str, percents: Sequence[float], **more: Any) -> dict[str, Any]:
    """A row of the chart: estimate and ends of the interval, in percent, with their places on the log-ratio scale."""
    estimate, lower, upper = percents
    low, middle, high = ratio([lower, estimate, upper]).round(4).tolist()
    numbers = {"estimate": round(estimate, 1), "lower": round(lower, 1), "upper": round(upper, 1)}
    places = {"low": low, "at": middle, "high": high}
    return {"name": name, "title": title, "lines": _lines(title), **numbers, **places, **more}


def _lines(title: str) -> list[str]:
    """A title in two lines at most.

    >>> _lines("Castle-doctrine laws and homicide, a worked example with a published answer")
    ['Castle-doctrine laws and homicide, a worked', 'example with a published answer']
    """
    return textwrap.wrap(title, LETTERS, max_lines=2, placeholder="\u2026")


def effects_chart(rows: Rows, says: str) -> Chart:
    """Dots and intervals on the log-ratio scale, ordered and chosen by the reader. `rows` are those of `effect_row`.

    Each row also has `place` (its order in the table), `simulated`, `claimed` (log ratio, or None) and `told` (numbers
    in words).
    """
    claimed_sizes = [100 * math.expm1(row["claimed"]) for row in rows if row["claimed"] is not None]
    limits = ratio_limits([*(end for row in rows for end in (row["lower"], row["upper"])), *claimed_sizes])
    ticks = ratio(ratio_ticks(*limits)).tolist()
    base = (
        alt.Chart(alt.NamedData("effects"))
        .transform_filter(_SHOWN)
        .transform_calculate(key=_KEY)
        .transform_window(row="row_number()", sort=[alt.SortField("key")])
    )
    y = alt.Y("row:Q", axis=None, scale=alt.Scale(domain=[0.4, len(rows) + 0.6], reverse=True, nice=False))
    axis = alt.Axis(values=ticks, labelExpr=_PERCENT, title="change, percent", domain=False, ticks=False)
    start = {"expr": f"{_BESIDE} ? {NAMES} : 0"}
    scale = alt.Scale(domain=list(limits), nice=False, range=[start, {"expr": "width"}])
    colour = alt.when("datum.simulated").then(alt.value("var(--other)")).otherwise(alt.value("var(--accent)"))
    tips = [alt.Tooltip("title:N", title="study"), alt.Tooltip("told:N", title="change"), alt.Tooltip("strength:N")]
    ruled = base.mark_rule(strokeWidth=3, strokeCap="round").encode(
        x=alt.X("low:Q", axis=axis, scale=scale), x2="high:Q", y=y, stroke=colour, tooltip=tips
    )
    dots = base.mark_circle(size=110, opacity=1).encode(x=alt.X("at:Q", scale=scale), y=y, fill=colour, tooltip=tips)
    claimed = base.transform_filter("isValid(datum.claimed)").mark_tick(
        color="var(--truth)", thickness=3, height=18, orient="vertical", opacity=1
    )
    none = alt.Chart(alt.NamedData("none")).mark_rule(color="var(--muted)").encode(x=alt.X("x:Q", scale=scale))
    layers = [none, ruled, claimed.encode(x=alt.X("claimed:Q", scale=scale), y=y), dots, _names(base, y)]
    chart = alt.layer(*layers).add_params(*_params())
    chart = chart.properties(padding=0, width="container", height=ROW * max(len(rows), 1))
    return draw("effects", chart, {"effects": rows, "none": [{"x": 0}]}, says, WIDTHS)


def _names(base: alt.Chart, y: alt.Y) -> alt.Chart:
    """Names beside the intervals, or above them where the chart is narrow."""
    drawn = base.mark_text(
        align="left",
        baseline="alphabetic",
        lineHeight=LINE,
        color="var(--ink)",
        fontSize=alt.expr(f"{_BESIDE} ? 13.5 : 12.5"),
        dy=alt.expr(f"{_BESIDE} ? 4 - {LINE / 2} * (length(datum.lines) - 1) : 1 - {LINE} * length(datum.lines)"),
    )
    return drawn.encode(x=alt.value(0), y=y, text="lines:N")


def _params() -> list[alt.Parameter]:
    return [
        alt.param(name="order", value="place"),
        alt.param(name="simulated", value=True),
        alt.param(name="chosen", value=[]),
    ]
