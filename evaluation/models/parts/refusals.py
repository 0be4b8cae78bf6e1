"""What makes a panel one that a model cannot learn from: one problem of a kind, with all the units it holds for."""

from collections.abc import Iterable, Iterator

import numpy as np
import xarray as xr

from evaluation.models.parts.calendar import ROUNDS, every_of
from evaluation.models.parts.season_settings import SeasonSettings
from evaluation.terms.errors import Problem
from evaluation.terms.panel import CELL, EXPOSURE, Status


def alone(panel: xr.Dataset) -> list[Problem]:
    """A single unit, where a model compares units."""
    if panel.sizes["unit"] > 1:
        return []
    found = f"there is one unit alone, {_units(panel, [0])}: nothing to compare it with"
    return [Problem(found, "panel", "add units without the intervention, or take model=interrupted_series")]


def no_such_rivals(panel: xr.Dataset, rivals: tuple[str, ...]) -> list[Problem]:
    """Rivals that are no outcome of the panel, or that leave no outcome for a law to act on."""
    outcomes = panel["indicator"].values[panel["outcome"].values.astype(bool)].astype(str)
    unknown = [name for name in rivals if name not in outcomes]
    if unknown:
        advice = "name them in question.indicators too: they are part of the answer"
        return [Problem(f"no outcome is called {', '.join(unknown)}", "model.rivals", advice)]
    if set(outcomes) == set(rivals):
        return [Problem("every outcome is a rival", "model.rivals", "leave out those that the law acts on")]
    return []


def too_few_untreated(panel: xr.Dataset, needed: int, advice: str = "") -> Iterator[Problem]:
    """Fewer units that never had an intervention, and report an outcome, than a model needs to learn from."""
    known = _reported(panel)[panel["outcome"].values.astype(bool)].any(axis=(0, 2))
    exposed = (panel["exposure"].transpose(*EXPOSURE).values > 0).any(axis=(0, 2))
    usable = np.flatnonzero(known & ~exposed)
    if len(usable) < needed:
        named = f" ({_units(panel, usable)})" if len(usable) else ""
        found = f"{len(usable)} units never had an intervention and report an outcome{named}: {needed} are needed"
        yield Problem(found, "panel", f"add units without the intervention{advice}")


def nothing_before(panel: xr.Dataset) -> Iterator[Problem]:
    """Units under an intervention asked about that have no outcome reported before it."""
    known = _reported(panel)[panel["outcome"].values.astype(bool)].any(axis=0)  # (unit, time)
    exposure = panel["exposure"].transpose(*EXPOSURE).values > 0
    first_known = np.where(known.any(-1), known.argmax(-1), known.shape[-1])
    for name, asked, exposed in zip(panel["intervention"].values, panel["asked"].values, exposure, strict=True):
        late = exposed.any(-1) & (first_known >= exposed.argmax(-1))
        if asked and late.any():
            found = f"no outcome is reported before '{name}' in {_units(panel, np.flatnonzero(late))}"
            yield Problem(found, "panel", "begin panel.span earlier, or leave these units out (panel.leave_out)")


def too_short(panel: xr.Dataset, season: SeasonSettings) -> Iterator[Problem]:
    """Series that do not go round their season often enough to tell it from a trend."""
    known = _reported(panel)
    first, last = known.argmax(-1), known.shape[-1] - 1 - known[..., ::-1].argmax(-1)
    spans = np.where(known.any(-1), last - first + 1, np.inf)  # (indicator, unit); a series without figures has none
    every = every_of(panel["time"].values.astype(str))
    for name, periods in ROUNDS[every].items():
        needed = season.rounds * periods
        short = (spans < needed).any(axis=0)
        if season.harmonics[name] and short.any():
            found = (
                f"the season of the {name} takes {periods:.4g} {every}s, and {season.rounds:g} rounds of it are longer "
                f"than the series of {_units(panel, np.flatnonzero(short), spans.min(axis=0))}"
            )
            advice = f"widen panel.span, leave these units out, or go without: model.season.{name}=0"
            yield Problem(found, "panel", advice)


def _reported(panel: xr.Dataset) -> np.ndarray:
    """Which cells have a usable figure, (indicator, unit, time)."""
    found: np.ndarray = np.isin(panel["status"].transpose(*CELL).values, (Status.EXACT, Status.SUPPRESSED))
    return found


def _units(panel: xr.Dataset, which: Iterable[int], spans: np.ndarray | None = None) -> str:
    """Units by name, each with the length of its shortest series where that is what is told."""
    names = (panel["unit_name"] if "unit_name" in panel.coords else panel["unit"]).values.astype(str)
    told = [names[unit] if spans is None else f"{names[unit]} ({spans[unit]:.0f})" for unit in which]
    return ", ".join(told)
