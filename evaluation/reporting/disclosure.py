"""Counts as they may be printed, where they are not public: small ones hidden, and not to be found by subtraction.

A small count can point to a person. Of counts that are not public, one from 1 to `smallest_cell` - 1 is printed as an
interval that holds them all. Beside a total and its other parts it could still be found: what is left of the total is
what it holds. Then a further part, or else the total, is not printed (complementary suppression: Hundepool et al. 2012,
Statistical Disclosure Control, section 4.2). Model estimates are no counts of persons and are not touched.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from evaluation.reporting.evidence import Evidence
from evaluation.terms.panel import CELL

Array = np.ndarray


@dataclass(frozen=True)
class Printed:
    """Bounds of each cell as they may be printed, (indicator, unit, time); NaN where there is nothing to print."""

    lower: Array
    upper: Array
    withheld: Array  # bool: reported, and not printed, for it would give another cell away

    def any_withheld(self, unit: int, time: int) -> bool:
        """Whether some count of this unit and period is not printed."""
        return bool(self.withheld[:, unit, time].any())


def printed(evidence: Evidence) -> Printed:
    """All counts of the panel under the study's disclosure control; as they are where the counts are public."""
    panel = evidence.panel
    lower, upper = (panel[name].transpose(*CELL).values.astype(float) for name in ("lower", "upper"))
    smallest = evidence.smallest_cell
    if smallest < 2:
        return Printed(lower, upper, np.zeros(lower.shape, dtype=bool))
    shown_lower, shown_upper = hide_small(lower, upper, smallest)
    withheld = np.zeros(lower.shape, dtype=bool)
    places = {str(name): place for place, name in enumerate(panel.indicator.values)}
    for total, parts in _families(evidence, places).items():
        members = [total, *parts]
        for unit, time in np.ndindex(lower.shape[1:]):
            found = second_hidden(shown_lower[members, unit, time], shown_upper[members, unit, time], smallest)
            if found is not None:
                withheld[members[found], unit, time] = True
    return Printed(np.where(withheld, np.nan, shown_lower), np.where(withheld, np.nan, shown_upper), withheld)


def _families(evidence: Evidence, places: Mapping[str, int]) -> dict[int, list[int]]:
    """Totals of the panel and those of their parts that are in it, as positions."""
    found = {}
    for name, place in places.items():
        entry = evidence.indicator(name)
        parts = [places[part] for part in (entry.parts if entry else ()) if part in places]
        if parts:
            found[place] = parts
    return found


def hide_small(lower: Array, upper: Array, smallest: int) -> tuple[Array, Array]:
    """Bounds with counts from 1 to `smallest` - 1 replaced by that whole interval; zero points to nobody and stays.

    >>> lower, upper = hide_small(np.array([3.0, 0.0, 0.0, 12.0]), np.array([3.0, 0.0, 2.0, 12.0]), 5)
    >>> lower.tolist(), upper.tolist()
    ([1.0, 0.0, 0.0, 12.0], [4.0, 0.0, 4.0, 12.0])
    """
    hidden = (upper > 0) & (lower < smallest)
    shown_lower = np.where(hidden, np.minimum(lower, 1.0), lower)
    return shown_lower, np.where(hidden, np.maximum(upper, smallest - 1.0), upper)


def second_hidden(lower: Array, upper: Array, smallest: int) -> int | None:
    """Which further cell of a total and its parts may not be printed, by its place; None where none is given away.

    Parameters
    ----------
    lower, upper
        Printed bounds of the total, then of its parts, at one unit and time. NaN: not reported.

    What the exact parts leave of an exact total is what the hidden ones hold together. Where that narrows one of them
    down, the smallest further part that leaves them open is taken; where none does, the total itself.

    >>> second_hidden(np.array([30.0, 28.0, 1.0]), np.array([30.0, 28.0, 4.0]), 5)
    1
    >>> second_hidden(np.array([7.0, 5.0, 1.0]), np.array([7.0, 5.0, 4.0]), 5)
    0
    >>> second_hidden(np.array([50.0, 28.0, 1.0]), np.array([50.0, 28.0, 4.0]), 5) is None
    True
    """
    exact = lower == upper
    hidden = (lower < upper)[1:]
    if not exact[0] or not hidden.any():
        return None
    count, left = int(hidden.sum()), float(lower[0] - lower[1:][exact[1:]].sum())
    if not exact[1:].any() and count == 1:
        return None  # nothing to subtract from the total but the cell itself: it is below it, and no more is known
    top = smallest - 1.0
    if left > count * top:
        return None  # there is something else in the total: what is left says nothing of these parts
    if left - (count - 1) >= top and left - (count - 1) * top <= 1:
        return None  # each may still be anything from 1 to the highest
    enough = 2 * smallest + count - 2 - left  # then they stay open to whoever knows that the further part is not small
    others = [place for place in range(1, len(lower)) if exact[place] and lower[place] >= max(enough, smallest)]
    return min(others, key=lambda place: float(lower[place])) if others else 0
