"""What happened against what would have happened, as icons that can be counted: 100 without, so many with.

An icon array (Zikmund-Fisher et al. 2014): of those with the intervention, the dark ones are as many as the lower end
of the interval, the lighter ones as many more as the best estimate, the hollow ones as many more as the upper end.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from evaluation.reporting.canvas import WIDTH, Canvas

ROW = 20  # icons in a row: five rows are a hundred
MOST = 200  # icons drawn: beyond, words say that it goes on
_PITCH = {"person": (19.0, 23.0), "dot": (19.0, 17.0)}  # pixels across and down
_LABEL, _GAP = 22.0, 14.0  # pixels of the words above an array, and between the two


@dataclass(frozen=True)
class Hundred:
    """For every 100 without: how many with, at the lower end of the interval, by the best estimate, at the upper."""

    low: int
    middle: int
    high: int


def people(
    one: Hundred, *, shape: str, without: str, with_it: str, beyond: str, title: str, says: str
) -> tuple[str, str]:
    """SVG and words of both arrays. `shape` is person or dot; `without` and `with_it` stand above them.

    >>> svg, _ = people(Hundred(48, 78, 126), shape="dot", without="Without: 100", with_it="With: 78", beyond="",
    ...     title="t", says="s")
    >>> svg.count("<circle")
    226
    """
    across, down = _PITCH[shape]
    shown = min(max(one.high, one.middle), MOST)
    first = _LABEL + down * _rows(100)
    height = first + _GAP + _LABEL + down * _rows(shown) + 4
    left = (WIDTH - ROW * across) / 2
    canvas = Canvas(height, (left, left, 0, 0))
    canvas.limits((0, ROW * across), (height, 0))
    _array(canvas, ["other"] * 100, _LABEL, shape)
    canvas.words_at(left, 14, without, size=13, bold=True)
    top = first + _GAP + _LABEL
    canvas.words_at(left, top - 8, with_it, size=13, bold=True)
    _array(canvas, list(_colours(one, shown)), top, shape)
    if one.high > MOST:
        canvas.words_at(WIDTH - left, top - 8, beyond, colour="muted", anchor="right")
    return canvas.svg(title, says), says


def _rows(icons: int) -> int:
    return -(-icons // ROW)


def _colours(one: Hundred, shown: int) -> Iterator[str]:
    for place in range(shown):
        yield "accent" if place < one.low else "mid" if place < one.middle else "hollow"


def _array(canvas: Canvas, colours: list[str], top: float, shape: str) -> None:
    across, down = _PITCH[shape]
    size = 11.0 if shape == "person" else 12.0
    for place, colour in enumerate(colours):
        x, y = (place % ROW + 0.5) * across, top + (place // ROW + 0.5) * down
        hollow = colour == "hollow"
        canvas.marks([x], [y], shape, "mid" if hollow else colour, size=size - 1.5 * hollow, hollow=hollow)
