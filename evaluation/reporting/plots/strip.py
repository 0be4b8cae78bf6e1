"""One claim as an interval on a line: for the head of the page."""

from evaluation.reporting.canvas import Canvas
from evaluation.reporting.numbers import chosen, level, percent, span
from evaluation.reporting.scale import at, ratio_limits, ratio_x
from evaluation.terms import Claim
from evaluation.terms.rounding import places_for


def strip(claim: Claim, *, matters_from: float, truth: float | None, truth_word: str) -> tuple[str, str]:
    """SVG and words of one claim in percent."""
    estimate, lower, upper = float(claim.estimate or 0), float(claim.lower or 0), float(claim.upper or 0)
    places = places_for(upper - lower)
    says = (
        f"Estimate {percent(estimate, places)}, {level(claim.interval)} interval {span(lower, upper, places)}. "
        f"The smallest change that matters is {chosen(matters_from)}."
    ) + (f" The {truth_word} is {percent(truth, max(places, 1))}." if truth is not None else "")
    limits = ratio_limits([lower, upper, matters_from, *([] if truth is None else [truth])])
    canvas = Canvas(148, (8, 8, 40, 4))
    canvas.limits(limits, (0.0, 1.0))
    _mark(canvas, 0.0, "no change", "muted", 0.97, limits)
    _mark(canvas, matters_from, f"matters from {chosen(matters_from)}", "ink", 0.76, limits, dash="1 2")
    canvas.segments([(at(lower, limits), 0.3, at(upper, limits), 0.3)], "pale", width=14)
    canvas.segments([(at(lower, limits), 0.3, at(upper, limits), 0.3)], "accent", width=1.8)
    canvas.marks([at(estimate, limits)], [0.3], "dot", "accent", size=13)
    if truth is not None:
        place = at(truth, limits)
        canvas.segments([(place, 0.12, place, 0.48)], "truth", width=3)
        canvas.words(place, 0.5, truth_word, colour="truth", anchor="middle", bold=True, shift=(0, -2))
    ratio_x(canvas, limits)
    return canvas.svg("The estimate and its interval", says), says


def _mark(
    canvas: Canvas, value: float, words: str, colour: str, top: float, limits: tuple[float, float], dash: str = ""
) -> None:
    place = at(value, limits)
    canvas.segments([(place, 0, place, top)], colour, width=1, dash=dash)
    outward = 6.2 * len(words)  # pixels the words need: away from the middle if there is room, so as to cross no line
    right = canvas.x(place) - canvas.left < outward if place < 0 else canvas.right - canvas.x(place) > outward
    shift = (5.0 if right else -5.0, 0.0)
    canvas.words(place, top, words, colour=colour, anchor="left" if right else "right", drop="top", shift=shift)
