"""Readings that a true answer survives and a false one does not: an adopter left out, false dates, false adopters.

Each is the study's own model on its own panel, changed; so each is a refit (`many`), and there may be dozens.
"""

from functools import partial

import numpy as np
import xarray as xr

from evaluation.inference.variants import Variant, unreported
from evaluation.terms.doubts import FALSE_ADOPTERS, FALSE_DATE, WITHOUT
from evaluation.terms.panel import CELL, EXPOSURE, SET_ASIDE, Status
from evaluation.terms.study import Study

Array = np.ndarray


def doubts(study: Study, panel: xr.Dataset) -> dict[str, Variant]:
    """Every reading of these families that the study's checks ask for and its panel allows, by name."""
    plan, found = study.checks, dict[str, Variant]()
    adopters = panel["unit"].values[adopting(panel)].astype(str)
    if plan.leave_one_out and len(adopters) > 1:
        for unit in adopters:
            says = f"{_name(panel, unit)} left out"
            found[f"{WITHOUT}:{unit}"] = Variant(says, partial(_without, unit=unit))
    for early in plan.false_dates:
        if reported_before(panel, early).any():
            says = f"laws dated {early} periods early, figures under the real laws set aside"
            found[f"{FALSE_DATE}:{early}"] = Variant(says, partial(_false_date, early=early))
    if candidates(study, panel).any(axis=1).all() and _drawn(study, panel, 1) is not None:
        for number in range(1, plan.false_adopters + 1):
            says = f"laws given to units that never had one, draw {number}; the real adopters set aside"
            found[f"{FALSE_ADOPTERS}:{number}"] = Variant(says, partial(_false_adopters, number=number))
    return found


def adopting(panel: xr.Dataset) -> Array:
    """Indices of the units with any exposure to an intervention asked about, (adopter,)."""
    asked = panel["exposure"].isel(intervention=np.flatnonzero(panel["asked"].values))
    found: Array = np.flatnonzero((asked > 0).any(("intervention", "time")).values)
    return found


def candidates(study: Study, panel: xr.Dataset) -> Array:
    """Which units could stand in for which adopter, (adopter, unit): never exposed to anything, and reporting.

    As a real adopter must, they report in enough periods before that adopter's first and from it on.
    """
    never = ~(panel["exposure"] > 0).any(("intervention", "time")).values
    before, after = _reported_around(panel, _first(panel)[adopting(panel)])
    enough: Array = (before >= study.panel.min_before) & (after >= study.panel.min_after) & never
    return enough


def reported_before(panel: xr.Dataset, early: int) -> Array:
    """Which adopters report both before a law `early` periods too early and between that and the real one."""
    who, first = adopting(panel), _first(panel)
    begin = np.maximum(first[who] - early, 0)
    known = _known(panel)[who]
    time = np.arange(known.shape[1])
    before = (known & (time < begin[:, None])).any(axis=1)
    between: Array = (known & (time >= begin[:, None]) & (time < first[who][:, None])).any(axis=1)
    return before & between


def _first(panel: xr.Dataset) -> Array:
    """First period of exposure to an intervention asked about, (unit,); the number of periods where there is none."""
    asked = panel["exposure"].isel(intervention=np.flatnonzero(panel["asked"].values))
    exposed = (asked > 0).any("intervention").transpose("unit", "time").values
    first: Array = np.where(exposed.any(axis=1), exposed.argmax(axis=1), exposed.shape[1])
    return first


def _known(panel: xr.Dataset) -> Array:
    """Whether any outcome of a unit is reported in a period, (unit, time)."""
    known = panel["status"].isin([Status.EXACT, Status.SUPPRESSED]) & panel["outcome"].astype(bool)
    found: Array = known.any("indicator").transpose("unit", "time").values
    return found


def _reported_around(panel: xr.Dataset, first: Array) -> tuple[Array, Array]:
    """In how many periods each unit reports before each of `first` and from it on, (first, unit) both."""
    known = _known(panel)
    late = np.arange(known.shape[1]) >= first[:, None]
    return (~late).astype(int) @ known.T, late.astype(int) @ known.T


def _name(panel: xr.Dataset, unit: str) -> str:
    return str(panel["unit_name"].sel(unit=unit).values) if "unit_name" in panel.coords else unit


def _set_aside(panel: xr.Dataset, cells: xr.DataArray) -> xr.Dataset:
    """The panel as if these cells, (unit, time), had not been reported; no estimand looks at them."""
    return unreported(panel, cells).assign({SET_ASIDE: cells.broadcast_like(panel["status"]).transpose(*CELL)})


def _without(study: Study, panel: xr.Dataset, *, unit: str) -> tuple[Study, xr.Dataset]:
    everywhen = xr.ones_like(panel["time"], dtype=bool)
    return study, _set_aside(panel, (panel["unit"] == unit) & everywhen)


def _false_date(study: Study, panel: xr.Dataset, *, early: int) -> tuple[Study, xr.Dataset]:
    """Each adopter's laws `early` periods sooner, at their full intensity; what came under the real ones set aside."""
    exposure = panel["exposure"].transpose(*EXPOSURE)
    asked = panel["asked"].astype(bool)
    position = xr.DataArray(np.arange(panel.sizes["time"]), dims="time")
    real = xr.DataArray(_first(panel), dims="unit")
    event = panel["event_time"] + early
    false = (event >= 0) & asked & (position < real)
    moved = xr.where(false, exposure.max("time"), exposure).transpose(*EXPOSURE)
    early_panel = panel.assign(exposure=moved, event_time=panel["event_time"].where(~asked, event))
    return study, _set_aside(early_panel.assign_coords(panel.coords), (position >= real).transpose("unit", "time"))


def _false_adopters(study: Study, panel: xr.Dataset, *, number: int) -> tuple[Study, xr.Dataset]:
    """Units that never had a law, each with the laws of a real adopter; the real ones set aside."""
    drawn = _drawn(study, panel, number)
    assert drawn is not None  # the first draw succeeded, and each tries again
    who = adopting(panel)
    asked = panel["asked"].values.astype(bool)
    changed = {}
    for name, nothing in (("exposure", 0.0), ("event_time", np.nan)):
        values = panel[name].transpose(*EXPOSURE).values.copy()
        real = values[asked][:, who]
        given = values[asked]
        given[:, who] = nothing
        given[:, drawn] = real
        values[asked] = given
        changed[name] = (EXPOSURE, values)
    everywhen = xr.ones_like(panel["time"], dtype=bool)
    real_ones = xr.DataArray(np.isin(np.arange(panel.sizes["unit"]), who), dims="unit")
    return study, _set_aside(panel.assign(changed), real_ones & everywhen)


TRIES = 200


def _drawn(study: Study, panel: xr.Dataset, number: int) -> Array | None:
    """A unit for each adopter, (adopter,), none twice; None where no draw succeeds."""
    possible = candidates(study, panel)
    rng = np.random.default_rng(study.seed_for(f"false adopters {number}"))
    for _ in range(TRIES):
        chosen = np.full(len(possible), -1)
        for adopter in rng.permutation(len(possible)):
            left = np.setdiff1d(np.flatnonzero(possible[adopter]), chosen)
            if len(left):
                chosen[adopter] = rng.choice(left)
        if (chosen >= 0).all():
            return chosen
    return None
