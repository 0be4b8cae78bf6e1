"""Numbers at the axes of a picture: they are evenly spaced on its scale, and marks stand where their numbers say."""

import re
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from tests.unit.reporting.page_reader import Picture
from tests.unit.reporting.told import is_tick

NEAR = 0.12  # pixels: places are written to a tenth
DROP = 4.0  # pixels from the middle of a label at an upward axis down to the line it is written on
BESIDE = 5.0  # pixels between a line and its words
SHARES = "change, percent"  # the name of an axis of changes: its scale is that of log ratios
ROUND = (1, 2, 5, 10, 20, 25, 33, 50, 75, 90, 99, 100, 300, 900, 9900)  # the changes that such an axis may mark
Tick = tuple[float, str]  # place in pixels, words


def wrong_axes(picture: Picture, periods: Sequence[str]) -> list[str]:
    """Labels of axes that do not stand where a number like theirs belongs."""
    return [f"{picture.section}: '{picture.title}': {one}" for one in _wrong(picture, periods)]


def _wrong(picture: Picture, periods: Sequence[str]) -> Iterator[str]:
    ticks = [label for label in picture.labels if is_tick(label[2], label[3])]
    heights, margins = [y for _, y, *_ in ticks], [x for x, *_ in ticks]
    across = [(x, words) for x, y, _, words in ticks if heights.count(y) > margins.count(x)]
    upwards = [(DROP - y, words) for x, y, _, words in ticks if margins.count(x) > heights.count(y)]
    alone = [words for *_, words in ticks if words not in {one for _, one in (*across, *upwards)}]
    yield from (f"nothing says '{words}'" for words in alone if f"{words} times" not in picture.says)
    turned = [
        x < 20 for x, *_, words in picture.labels if words == SHARES
    ]  # the name of an upward axis stands at the edge
    for axis, is_upward in ((across, False), (upwards, True)):
        if is_upward in turned:
            yield from _wrong_changes(axis, picture, is_upward)
        elif axis and all(any(period.startswith(words) for period in periods) for _, words in axis):
            yield from _uneven(axis, lambda words: _first(periods, words))
        else:
            yield from _wrong_numbers(axis, picture)


def _first(periods: Sequence[str], words: str) -> float:
    return next(float(place) for place, period in enumerate(periods) if period.startswith(words))


def _wrong_changes(axis: Sequence[Tick], picture: Picture, is_upward: bool) -> Iterator[str]:
    """An axis of log ratios: round changes, none among them, each in its place; and marks in theirs."""
    values = [value_of(words) for _, words in axis]
    if 0 not in values or min(values) <= -100 or not {abs(value) for value in values} <= {0, *ROUND}:
        yield f"no such changes are marked: {[words for _, words in axis]}"
        return
    yield from _uneven(axis, lambda words: float(np.log1p(value_of(words) / 100)))
    if len(axis) > 1 and np.ptp(values):
        slope, start = np.polyfit(np.log1p(np.array(values) / 100), [place for place, _ in axis], 1)
        places = [(-y if is_upward else x, words) for x, y, words in picture.tips]
        edges = _frame(picture, is_upward)
        yield from _misplaced(places, edges, lambda change: start + slope * np.log1p(change / 100))
        yield from _aside(picture, lambda change: start + slope * np.log1p(change / 100))


def _frame(picture: Picture, is_upward: bool) -> tuple[float, ...]:
    """Where a picture of changes ends: its frame is 6 pixels from the sides, 40 from below, 10 or 20 from above."""
    width, height = picture.size
    return (-10.0, -20.0, 40 - height) if is_upward else (6.0, width - 6)


def _aside(picture: Picture, place_of: Callable[[float], float]) -> Iterator[str]:
    """Words of a line that marks a change which do not stand right beside it."""
    for x, _, _, words in picture.labels:
        if found := re.match(r"(?:matters from )?([+−][\d,.]+) %(?: or |$)", words):
            off = abs(x - place_of(value_of(found[1])))
            if abs(off - BESIDE) > 3 * NEAR:
                yield f"'{words}' stands {off:.1f} pixels from its line"


def _misplaced(tips: Sequence[Tick], edges: tuple[float, float], place_of: Callable[[float], float]) -> Iterator[str]:
    """Marks that do not stand where the change they tell belongs; those at the edge of a picture were cut."""
    for place, words in tips:
        found = re.search(r"([+−]?[\d,.]+) % \(", words)
        if found and min(abs(place - edge) for edge in edges) > NEAR:
            told = found[1].replace(",", "")
            low, high = (place_of(max(value_of(told) + side * _half_a_step(told), -99.9)) for side in (-1.02, 1.02))
            if not low - 3 * NEAR <= place <= high + 3 * NEAR:
                yield f"the mark of '{words}' stands at {place:.1f}, not between {low:.1f} and {high:.1f}"


def _half_a_step(told: str) -> float:
    """Half of what the last digit told may hide: two digits count from 100 on, whatever follows them.

    >>> _half_a_step("−12"), _half_a_step("+3.4"), _half_a_step("+1200"), _half_a_step("+180.0")
    (0.5, 0.05, 50.0, 5.0)
    """
    whole, _, decimals = told.lstrip("+−").partition(".")
    return 0.5 * 10 ** (len(whole) - 2) if len(whole) > 2 else 0.5 * 10 ** -len(decimals)


def _wrong_numbers(axis: Sequence[Tick], picture: Picture) -> Iterator[str]:
    """An axis of numbers: equal steps; one with a step of its own is told in the picture's words."""
    if found := re.search("times as (?:much|fast)", picture.says):  # steps of their own, each told in words
        then = ":" if "fast" in found.group() else " as much"
        yield from (f"nothing says '{words}'" for _, words in axis if f" {words} times{then}" not in picture.says)
        yield from _falling(axis, value_of)
        return
    values = [value_of(words) for _, words in axis]
    steps = np.diff(values)
    if len(values) > 1 and not (np.allclose(steps, steps[0], rtol=1e-9) or "80 %" in {words for _, words in axis}):
        yield f"unequal steps: {[words for _, words in axis]}"
    if len(values) == 2 and values[0] != 0:
        yield f"it does not begin at nought: {[words for _, words in axis]}"
    yield from _uneven(axis, value_of)


def value_of(words: str) -> float:
    """The number a label tells.

    >>> value_of("−25"), value_of("1,000"), value_of("20 million")
    (-25.0, 1000.0, 20000000.0)
    """
    factor = {"million": 1e6, "billion": 1e9}.get(words.rpartition(" ")[2], 1.0)
    return factor * float(re.sub(r"[^\d.−]", "", words).replace("−", "-"))


def _uneven(axis: Sequence[Tick], scale: Callable[[str], float]) -> Iterator[str]:
    """Whether the labels lie on a straight line that rises; two always lie on one."""
    places, values = np.array([place for place, _ in axis]), np.array([scale(words) for _, words in axis])
    if len(axis) < 2:
        return
    if falling := list(_falling(axis, scale)):
        yield from falling
        return
    off = np.abs(np.polyval(np.polyfit(values, places, 1), values) - places)
    if off.max() > NEAR:
        yield f"an axis is uneven at '{axis[int(off.argmax())][1]}': {[words for _, words in axis]}"


def _falling(axis: Sequence[Tick], scale: Callable[[str], float]) -> Iterator[str]:
    values = [scale(words) for _, words in sorted(axis)]
    if np.any(np.diff(values) <= 0):
        yield f"an axis does not rise: {[words for _, words in axis]}"
