"""Which units are compared, which count as treated, and why the others are left out: in plain words."""

from collections.abc import Mapping
from dataclasses import dataclass

import xarray as xr

from evaluation.panel.calendar import after
from evaluation.panel.exposure import begin
from evaluation.terms import Intervention, PanelPlan


@dataclass(frozen=True)
class Chosen:
    """The units of the panel, those of them that are treated, and the reason for each one left out."""

    units: tuple[str, ...]
    treated: tuple[str, ...]
    left_out: Mapping[str, str]


def choose(
    plan: PanelPlan, reported: xr.DataArray, exposure: xr.DataArray, based: xr.DataArray, partial: Mapping[str, str]
) -> Chosen:
    """Sort the units.

    Parameters
    ----------
    reported : bool (indicator, unit, time), outcomes only: an exact or suppressed figure is there.
    exposure : (intervention, unit, time), interventions asked about only.
    based : bool (unit,): an exposure base is known.
    partial : unit to the reason it is neither treated nor untreated (a law in a part of it).

    An untreated unit stays when one outcome is reported in `min_reported` periods. A unit counts as treated when one
    and the same outcome is reported in `min_before` periods before the first period in force and in `min_after` from
    it on. A unit under the law without such a pre-period is no untreated unit either: it leaves the comparison.
    """
    ever = (exposure > 0).any(["intervention", "time"])
    most = reported.sum("time").max("indicator")
    left_out: dict[str, str] = {}
    kept, treated = [], []
    for unit in reported.unit.values.tolist():
        reason = _first_reason(unit, plan, bool(based.sel(unit=unit)), partial)
        under_law = bool(ever.sel(unit=unit))
        if reason is None and under_law:
            reason = _treated_reason(reported.sel(unit=unit), exposure.sel(unit=unit), plan)
        elif reason is None and most.sel(unit=unit) < plan.min_reported:
            reason = f"no outcome is reported in {plan.min_reported} periods (at most {int(most.sel(unit=unit))})"
        if reason is None:
            kept.append(unit)
            treated += [unit] if under_law else []
        elif _worth_saying(unit, plan, under_law, int(most.sel(unit=unit))):
            left_out[unit] = reason
    return Chosen(tuple(kept), tuple(treated), left_out)


def _worth_saying(unit: str, plan: PanelPlan, under_law: bool, most: int) -> bool:
    """Nobody asks after a unit that never reported or was never asked for, unless it has the law."""
    return under_law or unit in plan.units or unit in plan.leave_out or (most > 0 and not plan.units)


def _first_reason(unit: str, plan: PanelPlan, based: bool, partial: Mapping[str, str]) -> str | None:
    if unit in plan.leave_out:
        return plan.leave_out[unit]
    if plan.units and unit not in plan.units:
        return "not among the units asked for"
    if unit in partial:
        return partial[unit]
    return None if based else "no exposure base (population) is known"


def _treated_reason(reported: xr.DataArray, exposure: xr.DataArray, plan: PanelPlan) -> str | None:
    """Why a unit under the law cannot count as treated; None where it can."""
    first = int((exposure > 0).any("intervention").argmax("time"))
    start = str(exposure.time.values[first])
    if first == 0:
        return "under the law since before the window, or from its first period: no untreated period to compare with"
    before = reported.isel(time=slice(None, first)).sum("time")
    after = reported.isel(time=slice(first, None)).sum("time")
    if bool(((before >= plan.min_before) & (after >= plan.min_after)).any()):
        return None
    counted = f"{int(before.max())} reported periods before {start}, {int(after.max())} from then on"
    needed = f"{plan.min_before} and {plan.min_after} of the same outcome are needed"
    return f"no usable pre- and post-period: {counted}; {needed}"


def partial_reasons(interventions: Mapping[str, Intervention], last: str, date: str) -> dict[str, str]:
    """Units with an asked law in a part of them by the end of the window: neither treated nor untreated."""
    says = "the law holds in {} only, and the figures count the whole: neither treated nor untreated"
    return {
        adoption.unit: says.format(adoption.within)
        for intervention in interventions.values()
        for adoption in intervention.adoptions
        if adoption.within is not None and not after(begin(adoption, date), last)
    }
