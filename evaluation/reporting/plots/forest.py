"""Estimates one under another: a name and its numbers on one line, the interval below it."""

from collections.abc import Sequence
from dataclasses import dataclass

from evaluation.reporting.canvas import Canvas
from evaluation.reporting.numbers import level, percent, span
from evaluation.reporting.page import WITHHELD
from evaluation.reporting.scale import at, ratio_x, shorten
from evaluation.reporting.summaries import Summary
from evaluation.terms.rounding import places_for

_ROW = 38  # pixels of one estimate


@dataclass(frozen=True)
class Mark:
    """One estimate of a percent change. `kind`: one, whole (all together), next; `apart`: of a negative control;
    `withheld`: drawn in grey, with the word for it where its numbers would stand.
    """

    label: str
    summary: Summary
    kind: str = "one"
    truth: float | None = None
    apart: bool = False
    withheld: bool = False

    @property
    def places(self) -> int:
        """Decimal places its interval can carry."""
        return places_for(self.summary.width)


def forest(
    marks: Sequence[Mark],
    *,
    title: str,
    interval: float,
    limits: tuple[float, float],
    truth_word: str = "truth",
    caution: str = "",
) -> tuple[str, str]:
    """SVG and words of estimates one under another, on the scale of log ratios; a caution stands after the words."""
    says = " ".join([f"{title}.", *(_words(mark, interval, truth_word) for mark in marks), caution]).strip()
    canvas = Canvas(_ROW * len(marks) + 44, (6, 6, 40, 4))
    canvas.limits(limits, (float(len(marks)), 0.0))
    canvas.segments([(limits[0], place, limits[1], place) for place in range(1, len(marks))], "line", width=0.8)
    for place, mark in enumerate(marks):
        _draw(canvas, place, mark, limits)
    ratio_x(canvas, limits)
    return canvas.svg(title, says), says


def _words(mark: Mark, interval: float, truth_word: str) -> str:
    one, places = mark.summary, mark.places
    known = f"; {truth_word} {percent(mark.truth, max(places, 1))}" if mark.truth is not None else ""
    held = f"{WITHHELD}; the draws lie at " if mark.withheld else ""
    return (
        f"{mark.label}: {held}{percent(one.estimate, places)} "
        f"({level(interval)} interval {span(one.lower, one.upper, places)}{known})."
    )


def _draw(canvas: Canvas, place: int, mark: Mark, limits: tuple[float, float]) -> None:
    one, places = mark.summary, mark.places
    strong, weak = ("other", "otherpale") if mark.apart or mark.withheld else ("accent", "pale")
    bold, middle = mark.kind == "whole", place + 0.67
    numbers = f"{percent(one.estimate, places)} ({span(one.lower, one.upper, places)})"
    numbers = WITHHELD if mark.withheld else numbers
    canvas.words(limits[0], place + 0.4, shorten(mark.label, 34), bold=bold)
    canvas.words(limits[1], place + 0.4, numbers, anchor="right", bold=bold)
    canvas.segments([(0, place + 0.48, 0, place + 0.88)], "muted", width=1)
    lower, upper = at(one.lower, limits), at(one.upper, limits)
    canvas.segments([(at(one.inner_lower, limits), middle, at(one.inner_upper, limits), middle)], weak, width=8)
    canvas.segments([(lower, middle, upper, middle)], strong, width=1.6, dash="3 2" if mark.kind == "next" else "")
    if at(one.lower, (-99, 99)) < lower:
        canvas.marks([lower], [middle], "left", strong, size=7)
    if at(one.upper, (-99, 99)) > upper:
        canvas.marks([upper], [middle], "right", strong, size=7)
    shape = "diamond" if mark.kind == "whole" else "square" if mark.apart else "dot"
    hollow = mark.apart or mark.kind == "next"
    canvas.marks([at(one.estimate, limits)], [middle], shape, strong, hollow=hollow, tips=[f"{mark.label}: {numbers}"])
    if mark.truth is not None:
        truth = at(mark.truth, limits)
        canvas.segments([(truth, place + 0.46, truth, place + 0.9)], "truth", width=2.4)
