"""When it changed: by time since the law with the leads before it, by cohort, by calendar time."""

import numpy as np
import xarray as xr

from evaluation.reporting import scale
from evaluation.reporting.book import section
from evaluation.reporting.evidence import Evidence
from evaluation.reporting.numbers import difference, difference_span, level, percent, span
from evaluation.reporting.page import Block, Cell, Figure, Heading, Key, Panel, Row, Section, Table, Text, number, table
from evaluation.reporting.plots.event_study import event_study as picture
from evaluation.reporting.summaries import Summary, summarise
from evaluation.reporting.truth import known_path, truth_word
from evaluation.terms.rounding import places_for

Paths = dict[str, tuple[dict[int, Summary], dict[int, Summary]]]  # name: after the law, before it


@section("event_study")
def event_study(evidence: Evidence) -> Section:
    """Small multiples by indicator, and tables by cohort and calendar time."""
    paths = _paths(evidence)
    law, period = evidence.law_word, evidence.period_word
    blocks: list[Block] = [
        Text(
            f"Time runs from the first {period} in which the {law} was in force (0). A change that builds up, or "
            f"fades, shows as a "
            "slope. The first and last points rest on few "
            f"{evidence.units_word}: not all of them are seen that long."
        )
    ]
    blocks.append(_leads_text(evidence))
    if any(after or before for after, before in paths.values()):
        blocks.append(_figure(evidence, paths))
    else:
        blocks.append(Text(f"The change by {period}s since the {law} was not estimated.", tone="warning"))
    tables = [_by(evidence, node, dim, title) for node, dim, title in _nodes(evidence)]
    found = [one for one in tables if one is not None]
    if found:
        blocks += [Heading(f"By {period} of the {law}, and by calendar {period}"), *found]
    return Section("event_study", "When it changed", tuple(blocks))


def _nodes(evidence: Evidence) -> tuple[tuple[str, str, str], ...]:
    law, period = evidence.law_word, evidence.period_word
    return (
        ("event_time", "event_time", f"Overall change by {period}s since the {law}."),
        ("cohort", "cohort", f"Overall change by the {period} in which the {law} began."),
        ("time", "time", f"Overall change by calendar {period}, over the {evidence.units_word} treated at the time."),
    )


def _leads_text(evidence: Evidence) -> Text:
    law = evidence.law_word
    if evidence.node("leads") is None:
        return Text(
            f"Leads, the change before the {law} where none should be, were not fitted: nothing is shown to the "
            f"left of 0.",
            tone="note",
        )
    return Text(
        f"Left of 0, hollow squares show the leads: how far the {evidence.units_word} that adopted the {law} "
        f"stood from what "
        f"was expected before they had it. The {law} cannot have done that. Leads near 0 are what one hopes for; "
        "leads away from 0 say that the comparison was off before it began.",
        tone="note",
    )


def _by_period(draws: xr.DataArray | None, interval: float) -> dict[int, Summary]:
    if draws is None:
        return {}
    found = {}
    for period in np.sort(draws.event_time.values.astype(int)):
        one = summarise(draws.sel(event_time=_label(draws, period)), interval)
        if one is not None:
            found[int(period)] = one
    return found


def _label(draws: xr.DataArray, period: int) -> object:
    """The coordinate's own label of a period, whether it is kept as a number or as text."""
    return next(label for label in draws.event_time.values if int(label) == int(period))


def _paths(evidence: Evidence) -> Paths:
    interval = evidence.study.report.interval
    whole, each, leads = evidence.node("event_time"), evidence.node("indicator_event_time"), evidence.node("leads")
    paths: Paths = {}
    if whole is not None and len(evidence.outcomes) > 1:
        paths["overall"] = (_by_period(whole["percent"], interval), {})

    def pick(node: xr.Dataset | None, name: str) -> xr.DataArray | None:
        inside = node is not None and "indicator" in node.dims and name in node.indicator.values
        return node["percent"].sel(indicator=name) if node is not None and inside else None

    for name in evidence.indicators:
        paths[name] = (_by_period(pick(each, name), interval), _by_period(pick(leads, name), interval))
    return {name: path for name, path in paths.items() if path[0] or path[1]}


def _figure(evidence: Evidence, paths: Paths) -> Figure:
    interval = evidence.study.report.interval
    every = [one for after, before in paths.values() for one in (*after.values(), *before.values())]
    ends = [end for one in every for end in (one.inner_lower, one.inner_upper)] + list(
        np.quantile([end for one in every for end in (one.lower, one.upper)], [0.04, 0.96])
    )
    limits = scale.ratio_limits(ends)
    periods = [time for after, before in paths.values() for time in (*after, *before)]
    reach = (min(periods), max(periods))
    panels, rows = [], []
    for name, (after, before) in paths.items():
        apart = name in evidence.controls
        mark = " (negative control)" if apart else ""
        title = evidence.titled("All outcomes together" if name == "overall" else evidence.short(name) + mark)
        truth = known_path(evidence, None if name == "overall" else name)
        svg, says = picture(
            after,
            before,
            title=title,
            period=evidence.period_word,
            law=evidence.law_word,
            limits=limits,
            apart=apart,
            truth=truth,
            reach=reach,
        )
        panels.append(Panel(title, svg, says))
        for side, path in (("before", before), ("after", after)):
            rows += [
                (name, side, time, s.estimate, s.lower, s.upper, truth.get(time) if side == "after" else None)
                for time, s in path.items()
            ]
    keys = [Key("dot", f"median, 50\u202f% and {level(interval)} intervals")]
    if any(before for _, before in paths.values()):
        keys.append(Key("square", f"lead: before the {evidence.law_word}"))
    if any(row[-1] is not None for row in rows):
        keys.append(Key("truth", truth_word(evidence)))
    columns = ("name", "side", "event_time", "estimate_percent", "lower_percent", "upper_percent", "truth_percent")
    caption = (
        f"Change by {evidence.period_word}s since the {evidence.law_word}, on one scale. A halving and a doubling "
        f"are equally far "
        "from no change. Where an interval runs into the edge of a picture it goes on; the table and the CSV "
        "file have its end."
    )
    return Figure("event_study", caption, tuple(panels), columns, tuple(rows), tuple(keys))


def _by(evidence: Evidence, node: str, dim: str, caption: str) -> Table | None:
    found = evidence.node(node)
    if found is None or dim not in found.dims:
        return None
    interval = evidence.study.report.interval
    rows = []
    for place, label in enumerate(found[dim].values):
        one = summarise(found["percent"].isel({dim: place}), interval)
        if one is None:
            continue
        counts = summarise(found["difference"].isel({dim: place}), interval) if "difference" in found else None
        places = places_for(one.width)
        cells = [Cell(_when(label)), number(percent(one.estimate, places)), number(span(one.lower, one.upper, places))]
        cells.append(number(difference(counts.estimate, counts.width) if counts else "\u2013"))
        cells.append(number(difference_span(counts.lower, counts.upper) if counts else "\u2013"))
        cells.append(number(evidence.chance(one)))
        rows.append(Row(tuple(cells)))
    if not rows:
        return None
    named, counted = level(interval), evidence.counted_in(evidence.outcomes)
    head = {
        "event_time": f"{evidence.period_word.capitalize()}s since",
        "cohort": "Began",
        "time": evidence.period_word.capitalize(),
    }[dim]
    columns = (
        head,
        "Change",
        f"{named} interval",
        f"Difference in {counted}",
        f"{named} interval, {counted}",
        f"Probability of a {evidence.direction}",
    )
    return table(caption, columns, *rows, folded=f"{caption.rstrip('.')} ({len(rows)} rows)" if len(rows) > 8 else "")


def _when(label: object) -> str:
    text = str(label)
    return text[:-2] if text.endswith(".0") else text
