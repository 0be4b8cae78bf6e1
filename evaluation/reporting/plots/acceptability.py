"""The probability that adopting is worth its cost, along willingness to pay; and bars of what knowing is worth."""

import math
from collections.abc import Sequence

import numpy as np

from evaluation.conclusions.money import money, money_stated
from evaluation.reporting.canvas import Canvas
from evaluation.reporting.numbers import probability
from evaluation.reporting.scale import shorten
from evaluation.terms.decisions import Acceptable

HALF = 0.5


def curve(
    points: Sequence[Acceptable], *, currency: str, things: str, worth: float | None, title: str
) -> tuple[str, str]:  # fmt: skip
    """SVG and words of an acceptability curve; a line stands at the worth that the funder stated, if any."""
    most = np.array([one.willingness for one in points])
    chance = np.array([one.probability for one in points])
    says = f"{title}: {_found(most, chance, currency, things, worth)}"
    canvas = Canvas(210, (44, 26, 40, 10))
    canvas.limits((float(most[0]), float(most[-1])), (0.0, 1.0))
    canvas.y_ticks([0.0, 0.25, 0.5, 0.75, 1.0], ["0", "25 %", "50 %", "75 %", "100 %"])
    if worth is not None and most[0] <= worth <= most[-1]:
        canvas.segments([(worth, 0.0, worth, 1.0)], "muted", width=1, dash="3 3")
        anchor = "right" if worth > (most[0] + most[-1]) / 2 else "left"
        canvas.words(worth, 0.03, "worth stated", colour="muted", anchor=anchor, size=11, shift=(_aside(anchor), 0))
    canvas.line(most, chance, "accent", width=2.2)
    ticks = round_ticks(float(most[0]), float(most[-1]))
    canvas.x_ticks(ticks, [money(tick, "").strip() for tick in ticks])
    canvas.x_axis(f"willingness to pay for each of the {things}, {currency}")
    return canvas.svg(title, says), says


def round_ticks(low: float, high: float) -> list[float]:
    """Three to six round amounts between two others.

    >>> round_ticks(0.0, 33e6), round_ticks(0.0, 0.9)
    ([0.0, 10000000.0, 20000000.0, 30000000.0], [0.0, 0.25, 0.5, 0.75])
    """
    raw = (high - low) / 4
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * one for one in (1, 2, 2.5, 5, 10) if power * one >= raw)
    return [step * place for place in range(math.ceil(low / step), math.floor(high / step + 1e-9) + 1)]


def _aside(anchor: str) -> float:
    return -5.0 if anchor == "right" else 5.0


def _found(most: np.ndarray, chance: np.ndarray, currency: str, things: str, worth: float | None) -> str:
    """What the curve says, in a sentence or two."""
    above = np.flatnonzero(chance >= HALF)
    if not above.size:
        told = f"adopting is more probably not worth its cost than worth it, up to {money(float(most[-1]), currency)} "
    elif above[0] == 0:
        told = f"adopting is more probably worth its cost than not already at {money(float(most[0]), currency)} "
    else:
        told = f"adopting is more probably worth its cost than not from about {money(float(most[above[0]]), currency)} "
    told += f"for each of the {things}; the probability reaches {probability(float(chance[-1]))} at the right end."
    if worth is not None:
        here = float(np.interp(worth, most, chance))
        told += f" At {money_stated(worth, currency)}, the worth stated, it is {probability(here)}."
    return told


def bars(
    labels: Sequence[str], values: Sequence[float], shown: Sequence[str], *, axis: str, title: str, least: float = 0.0
) -> tuple[str, str]:  # fmt: skip
    """SVG and words of one bar for each thing that might be known, labelled with `shown`.

    The longest fills the picture, unless it is shorter than `least`: what is next to nothing shall look like it.
    """
    told = "; ".join(f"{label}: {words}" for label, words in zip(labels, shown, strict=True))
    says = f"{title}: {told}."
    canvas = Canvas(26 * len(labels) + 40, (176, 74, 32, 6))
    top = max(*values, least) or 1.0
    canvas.limits((0.0, top), (float(len(labels)), 0.0))
    canvas.boxes([(0.0, value, row + 0.2, row + 0.8) for row, value in enumerate(values)], "mid")
    canvas.segments([(0.0, 0.0, 0.0, float(len(labels)))], "other", width=0.8)
    for row, (label, value, words) in enumerate(zip(labels, values, shown, strict=True)):
        middle = canvas.y(row + 0.5)
        canvas.words_at(canvas.left - 8, middle, shorten(label, 30), anchor="right", drop="middle", size=11.5)
        canvas.words_at(canvas.x(value) + 5, middle, words, drop="middle", size=11.5)
    canvas.words_at(
        (canvas.left + canvas.right) / 2, canvas.bottom + 22, axis, colour="muted", anchor="middle", size=11.5
    )
    return canvas.svg(title, says), says


def points_of(chance: float) -> str:
    """A probability less another, in percentage points.

    >>> points_of(0.083), points_of(0.012), points_of(0.001), points_of(0.0)
    ('8 points', '1 point', 'below 1 point', '0 points')
    """
    if 0 < chance < 0.005:
        return "below 1 point"
    points = round(100 * chance)
    return "1 point" if points == 1 else f"{points} points"
