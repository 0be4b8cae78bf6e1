"""Every cell of the panel at a glance: what is known of it, where a law is in force, where a definition breaks."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from evaluation.reporting.canvas import Canvas
from evaluation.reporting.scale import half_a_year, shorten, time_labels, time_ticks
from evaluation.terms.panel import Status

_NAMES = {
    Status.EXACT: "exact",
    Status.SUPPRESSED: "suppressed",
    Status.QUESTIONED: "questioned",
    Status.NOT_REPORTED: "not reported",
}
# Kinds of cells differ in height as well as in colour, so that they are told apart in grey.
_HEIGHTS = {Status.EXACT: 0.08, Status.SUPPRESSED: 0.6, Status.NOT_REPORTED: 0.84}
_COLOURS = {Status.EXACT: "mid", Status.SUPPRESSED: "mid", Status.NOT_REPORTED: "line"}


@dataclass(frozen=True)
class Coverage:
    """Status (unit, time) of one indicator; first exposed period of each unit (-1: none); breaks as (unit, time)."""

    units: tuple[str, ...]
    times: tuple[str, ...]
    status: np.ndarray
    law_from: tuple[int, ...]
    breaks: tuple[tuple[int, int], ...]


def coverage(one: Coverage, *, title: str) -> tuple[str, str]:
    """SVG and words of the map of cells of one indicator."""
    counts = ", ".join(f"{int((one.status == int(status)).sum())} {name}" for status, name in _NAMES.items())
    treated = sum(start >= 0 for start in one.law_from)
    says = (
        f"{title}: {len(one.units)} rows, {treated} of them treated and shown first, by {len(one.times)} periods. "
        f"Cells: {counts}."
    )
    pitch = 15 if len(one.units) <= 40 else 13
    canvas = Canvas(pitch * len(one.units) + 28, (118, 8, 6, 22))
    canvas.limits((0.0, float(len(one.times))), (float(len(one.units)), 0.0))
    shown = time_ticks(one.times, 6)
    middle = half_a_year(one.times)
    canvas.x_ticks([place + middle for place in shown], time_labels(one.times, shown), above=True)
    for status, height in _HEIGHTS.items():
        canvas.boxes(_runs(one.status == int(status), height), _COLOURS[status])
    rows, times = np.nonzero(one.status == int(Status.QUESTIONED))
    canvas.marks(times + 0.5, rows + 0.5, "cross", "ink", size=6)
    _names(canvas, one)
    _law(canvas, one)
    return canvas.svg(title, says), says


def _runs(mask: np.ndarray, top: float) -> Iterator[tuple[float, float, float, float]]:
    """Runs of equal cells, each as one box."""
    for row, line in enumerate(mask):
        edges = np.flatnonzero(np.diff(np.concatenate([[0], line.astype(np.int8), [0]])))
        for start, end in zip(edges[::2], edges[1::2], strict=True):
            yield float(start) + 0.04, float(end) - 0.04, row + top, row + 0.92


def _names(canvas: Canvas, one: Coverage) -> None:
    for row, name in enumerate(one.units):
        treated = one.law_from[row] >= 0
        down = canvas.y(row + 0.5)
        colour = "ink" if treated else "muted"
        canvas.words_at(
            canvas.left - 7,
            down,
            shorten(name, 19),
            colour=colour,
            anchor="right",
            drop="middle",
            size=11,
            bold=treated,
        )


def _law(canvas: Canvas, one: Coverage) -> None:
    starts = [(row, start) for row, start in enumerate(one.law_from) if start >= 0]
    canvas.segments([(start, row + 0.04, start, row + 0.98) for row, start in starts], "ink", width=2.2)
    canvas.segments([(start, row + 0.98, len(one.times), row + 0.98) for row, start in starts], "ink", width=1.2)
    if one.breaks:
        rows, times = zip(*one.breaks, strict=True)
        canvas.marks(times, np.add(rows, 0.3), "notch", "ink", size=7)
