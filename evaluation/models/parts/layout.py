"""Who is under which intervention when, beside whom, and what is reported of it: what decides which models apply.

Nothing here looks at a count, so that a model can be chosen on a design, before the outcomes are seen.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import xarray as xr

from evaluation.models.parts.calendar import every_of
from evaluation.terms.panel import CELL, EXPOSURE, Status

USABLE = (Status.EXACT, Status.SUPPRESSED)


@dataclass(frozen=True, kw_only=True)
class Layout:
    """The facts of a panel that decide: units by name, reported periods before and after each adoption."""

    every: str  # year | month | week | day
    periods: tuple[str, ...]
    units: tuple[str, ...]  # names
    before: dict[str, int]  # adopter: periods with an outcome reported, before what is asked about first reached it
    after: dict[str, int]  # the same from that period on
    at_once: bool  # all adopters in the same period
    compared: float  # share of the adopters' periods under it in which some unit without it reports an outcome
    regions: int
    roles: dict[str, str]  # outcome: its role
    controls: tuple[str, ...]  # negative controls
    shares: dict[Status, float]  # of all cells
    neighbours: bool  # whether weights of neighbours are given
    apart: tuple[str, ...]  # units without the intervention that no adopter is a neighbour of; all, where none is given

    @property
    def adopters(self) -> tuple[str, ...]:
        """Units that an intervention asked about reached."""
        return tuple(self.before)

    @property
    def never(self) -> tuple[str, ...]:
        """Units that it never reached."""
        return tuple(name for name in self.units if name not in self.before)


def layout_of(panel: xr.Dataset) -> Layout:
    """The layout of a panel, or of its design.

    Parameters
    ----------
    panel
        With `status` (indicator, unit, time) and `exposure` (intervention, unit, time); counts are not read.
    """
    status = panel["status"].transpose(*CELL).values
    outcome = panel["outcome"].values.astype(bool)
    reported = np.isin(status[outcome], USABLE).any(axis=0)  # (unit, time)
    asked = panel["asked"].values.astype(bool)
    under = (panel["exposure"].transpose(*EXPOSURE).values[asked] > 0).any(axis=0)  # (unit, time)
    names = names_of(panel)
    adopted = np.flatnonzero(under.any(axis=-1))
    first = {int(unit): int(under[unit].argmax()) for unit in adopted}
    others = (reported & ~under).any(axis=0)  # (time,): somebody without it to look at
    indicators, roles = panel["indicator"].values.astype(str), panel["role"].values.astype(str)
    return Layout(
        every=every_of(panel["time"].values.astype(str)),
        periods=tuple(panel["time"].values.astype(str)),
        units=names,
        before={names[unit]: int(reported[unit, :start].sum()) for unit, start in first.items()},
        after={names[unit]: int(reported[unit, start:].sum()) for unit, start in first.items()},
        at_once=len(set(first.values())) == 1,
        compared=float(np.broadcast_to(others, under.shape)[under].mean()) if under.any() else 0.0,
        regions=len(set(panel["region"].values.astype(str))) if "region" in panel.coords else 1,
        roles={str(one): str(role) for one, role, is_one in zip(indicators, roles, outcome, strict=True) if is_one},
        controls=tuple(str(one) for one, is_one in zip(indicators, outcome, strict=True) if not is_one),
        shares={one: float((status == one).mean()) for one in Status},
        neighbours="weights" in panel,
        apart=tuple(names[unit] for unit in _apart(panel, under.any(axis=-1))),
    )


def names_of(panel: xr.Dataset) -> tuple[str, ...]:
    """Units by name, where they have one."""
    return tuple((panel["unit_name"] if "unit_name" in panel.coords else panel["unit"]).values.astype(str))


def some(names: Iterable[str], most: int = 4) -> str:
    """The first of them by name, and how many more there are.

    >>> some("ABCDEF"), some("AB")
    ('A, B, C, D and 2 more', 'A, B')
    """
    known = list(names)
    more = len(known) - most
    return f"{', '.join(known[:most])} and {more} more" if more > 0 else ", ".join(known)


def counted(number: int, one: str, many: str = "") -> str:
    """A number and what is counted.

    >>> counted(1, "unit"), counted(3, "unit"), counted(2, "country", "countries")
    ('1 unit', '3 units', '2 countries')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _apart(panel: xr.Dataset, adopted: np.ndarray) -> np.ndarray:
    """Positions of units without the intervention that have no adopter for a neighbour, (unit,)."""
    if "weights" not in panel:
        return np.flatnonzero(~adopted)
    given = panel["weights"].reindex(neighbour=panel["unit"].values, fill_value=0.0).transpose("unit", "neighbour")
    beside: np.ndarray = (given.values[:, adopted] > 0).any(axis=1)
    return np.flatnonzero(~adopted & ~beside)
