"""Changes over time, and the counts themselves: the event study, the counterfactual, the map of cells."""

import numpy as np

from evaluation.reporting.disclosure import printed
from evaluation.reporting.evidence import Evidence
from evaluation.terms.panel import Status
from tests.unit.reporting.number_words import Line, count, fits, level
from tests.unit.reporting.told import Drawn, Row, Told
from tests.unit.reporting.told_changes import TOGETHER, Changes, first, numbers, starts_of

ROWS_OF_A_SHEET = 46
MANY_ROWS = 40
MOST_PICTURES = 72


def tell_event_study(told: Told, changes: Changes) -> None:
    """By periods since the law, by cohort, by calendar time."""
    evidence, files = changes.evidence, []
    period, law = evidence.period_word, evidence.law_word
    for name in ["overall"] * changes.several + list(evidence.indicators):
        at = {} if name == "overall" else {"indicator": name}
        before = _path(changes, "leads", "before", at) if at else {}
        after = _path(changes, "indicator_event_time" if at else "event_time", "after", at)
        after = {time: one for time, one in after.items() if one}
        if not before and not after:
            continue
        title = changes.titled(TOGETHER if not at else changes.label(name, " (negative control)"))
        says = (
            f"{title}, by {period}s since the {law}. {_said(before, period, 'before')}{_said(after, period, 'after')}"
        )
        tips = [one.told for path in (before, after) if len(path) <= 16 for one in path.values()]
        told.pictures["event_study", title] = Drawn(says, (), tuple(tips))
        for side, path in (("before", before), ("after", after)):
            truths = {time: changes.truth(name, since=time) if side == "after" else None for time in path}
            files += [(name, side, time, *_ends(one), truths[time]) for time, one in path.items()]
    told.files["event_study"] = files
    for node, words in (("event_time", f"{period}s since the {law}"), ("cohort", "began"), ("time", "treated at the")):
        told.tables["event_study", words] = rows = _by(changes, node)
        told.say("event_study", f"({len(rows)} rows)")
    told.say("event_study", "was in force (0)", "to the left of 0", "Left of 0", "Leads near 0", "leads away from 0")
    told.say(
        "event_study", f"median, 50 % and {level(changes.interval)} intervals", f"{level(changes.interval)} interval"
    )


def _ends(one: Line) -> tuple[float, float, float]:
    low, middle, high = one.ends
    return middle, low, high


def _path(changes: Changes, node: str, side: str, at: dict[str, object]) -> dict[int, Line]:
    found = changes.evidence.node(node)
    if found is None or "event_time" not in found.dims:
        return {}
    lines = {int(label): changes.line("", node, **at, event_time=label) for label in found["event_time"].values}
    return dict(sorted((time, one) for time, one in lines.items() if one))


def _said(path: dict[int, Line], period: str, side: str) -> str:
    """Each period while they are few; of many the first, the middle and the last."""
    times = list(path)
    shown = times if len(times) <= 12 else [times[0], times[len(times) // 2], times[-1]]
    told = ""
    for time in shown:
        where = f"{abs(time)} {period}{'s' if abs(time) > 1 else ''} {side}" if time else f"In the first {period}"
        told += f"{where}: {path[time].told}. "
    return told


def _by(changes: Changes, node: str) -> list[Row]:
    found, rows = changes.evidence.node(node), []
    for label in [] if found is None else found[node].values:
        if one := changes.line("", node, **{node: label}):
            when = str(int(label)) if isinstance(label, int | float | np.number) else str(label)
            rows.append([first(when.removesuffix(".0"), changes), *numbers(one, changes)])
    return rows


def tell_counterfactual(told: Told, changes: Changes) -> None:
    """Counts of each treated unit, and what is expected with the law and without, in the file and in pictures."""
    evidence = changes.evidence
    node = evidence.node("counterfactual")
    told.say("counterfactual", "the bands hold 50 and 95 %", "Each picture has its own scale, from 0")
    if node is None:
        return
    starts, names = starts_of(evidence), [name for name in evidence.indicators if name in node["indicator"].values]
    units = [unit for unit in starts if unit in node["unit"].values]
    pairs = [(unit, name) for unit in units for name in names]
    drawn = pairs if len(pairs) <= MOST_PICTURES else [pair for pair in pairs if pair[1] in evidence.outcomes]
    drawn = drawn[:MOST_PICTURES]
    told.say(
        "counterfactual",
        f"{len(pairs) - len(drawn)} more pictures",
        f"{len({u for u, _ in drawn}) - 6} more {evidence.units_word}",
    )
    told.files["counterfactual"] = []
    for unit, name in pairs:
        rows = _cells(evidence, unit, name)
        told.files["counterfactual"] += rows
        if (unit, name) in drawn:
            title = changes.titled(f"{evidence.unit_name(unit)}: {changes.label(name)}")
            told.pictures["counterfactual", title] = _picture(
                evidence, title, rows, starts[unit], evidence.counted(name)
            )


def _cells(evidence: Evidence, unit: str, name: str) -> list[tuple[object, ...]]:
    """One row a period: the bounds of the count as they may be printed, what is known of it, the expected counts."""
    panel, node = evidence.panel.sel(indicator=name, unit=unit), evidence.effect["counterfactual"].to_dataset()
    kept = node.sel(indicator=name, unit=unit).reindex(time=evidence.panel["time"])
    expected = [kept[of].sel(quantile=at).values for of in ("on", "off") for at in (0.5, 0.025, 0.975)]
    here = evidence.panel.get_index("indicator").get_loc(name), evidence.panel.get_index("unit").get_loc(unit)
    secret, rows = printed(evidence).withheld[here], []  # the rule of what would give another count away: its own tests
    for place, time in enumerate(panel["time"].values):
        lower, upper = float(panel["lower"][place]), float(panel["upper"][place])
        if evidence.smallest_cell > 1 and upper > 0 and lower < evidence.smallest_cell:
            lower, upper = min(lower, 1.0), max(upper, evidence.smallest_cell - 1.0)
        known = Status(int(panel["status"][place])).name.lower()
        seen = (np.nan, np.nan, "not_printed") if secret[place] else (lower, upper, known)
        rows.append((unit, name, str(time), *seen, *(float(values[place]) for values in expected)))
    return rows


def _picture(evidence: Evidence, title: str, rows: list[tuple[object, ...]], start: str, counted: str) -> Drawn:
    """What one picture says, from the rows of its file."""
    law, known = evidence.law_word, [_known(row) for row in rows]
    exact, within, asked, kept = (known.count(word) for word in ("exact", "suppressed", "questioned", "not_printed"))
    on, _, _, off, low, high = rows[-1][6:]
    missing = f"{kept} reported and not printed, " if kept else ""
    missing += f"{len(rows) - exact - within - asked - kept} not reported"
    says = (
        f"{title}. The {law} begins in {start}. {exact} exact counts, {within} suppressed, {asked} questioned, "
        f"{missing}. In {rows[-1][2]} the model expects about {count(on)} "
        f"{counted} as it was, and about {count(off)} without the {law} (95 % interval {count(low)} to {count(high)})."
    )
    tips = [f"{row[2]}: {count(row[3])} {counted}" for row, word in zip(rows, known, strict=True) if word == "exact"]
    return Drawn(says, (f"{law} {start}",), tuple(tips))


def _known(row: tuple[object, ...]) -> str:
    """What is known of a cell, from its row."""
    lower, upper, status = row[3:6]
    if status in {"questioned", "not_printed"} or lower != lower:
        return str(status)
    return "exact" if lower == upper else "suppressed"


def tell_map(told: Told, changes: Changes) -> None:
    """The map of cells, in pictures, in its file and in the table of how many there are of each kind."""
    evidence = changes.evidence
    starts = starts_of(evidence)
    others = sorted({str(unit) for unit in evidence.panel["unit"].values} - set(starts), key=evidence.unit_name)
    order = [*starts, *_in_order_of_names(evidence, others)]
    many = len(order) > MANY_ROWS and bool(starts)
    parts = [order[k : k + ROWS_OF_A_SHEET] for k in range(0, len(order), ROWS_OF_A_SHEET)] if many else [order]
    told.files["coverage"], told.tables["data", "Cells by what is known"] = [], []
    for name in evidence.indicators:
        title, panel = changes.label(name, " (negative control)"), evidence.panel.sel(indicator=name)
        if many:
            _map(told, changes, name, title, list(starts))
        for place, part in enumerate(parts, 1):
            _map(told, changes, name, title + (f", {place} of {len(parts)}" if len(parts) > 1 else ""), part)
        for unit in order:
            words = [Status(int(one)).name.lower() for one in panel["status"].sel(unit=unit).values]
            told.files["coverage"] += [
                (name, unit, str(t), w) for t, w in zip(panel["time"].values, words, strict=True)
            ]
        status = panel["status"].values
        cells = [count(float((status == int(one)).sum())) for one in _KINDS]
        told.tables["data", "Cells by what is known"].append([changes.label(name), *cells])
    told.say("data", f"The map of all {len(order)} {evidence.units_word}")


_KINDS = (Status.EXACT, Status.SUPPRESSED, Status.QUESTIONED, Status.NOT_REPORTED)


def _in_order_of_names(evidence: Evidence, units: list[str]) -> list[str]:
    """By name; units of one name as the panel has them."""
    places = [str(unit) for unit in evidence.panel["unit"].values]
    return sorted(sorted(units, key=places.index), key=evidence.unit_name)


def _map(told: Told, changes: Changes, name: str, title: str, units: list[str]) -> None:
    evidence, starts = changes.evidence, starts_of(changes.evidence)
    status = evidence.panel["status"].sel(indicator=name, unit=units).values
    cells = ", ".join(f"{int((status == int(one)).sum())} {one.name.lower().replace('_', ' ')}" for one in _KINDS)
    treated = sum(unit in starts for unit in units)
    says = (
        f"{title}: {len(units)} rows, {treated} of them treated and shown first, by {evidence.panel.sizes['time']} "
        f"periods. Cells: {cells}."
    )
    told.say("data", title)
    told.pictures["data", title] = Drawn(says, tuple(fits(evidence.unit_name(unit), 19) for unit in units), ())
