"""From a register of laws to intensity in force: arrays over (intervention, unit, time)."""

from collections.abc import Iterable, Sequence

import numpy as np
import xarray as xr

from evaluation.panel.calendar import share_in_force
from evaluation.terms import Adoption, Intervention


def exposure_of(
    interventions: dict[str, Intervention], units: Sequence[str], periods: list[str], *, date: str
) -> xr.DataArray:
    """Intensity in force, [0, 1], dims (intervention, unit, time): share of the period times the law's intensity.

    `date` is `starts` (the law is in force) or `enforced` (the later date from which it was enforced, where one is
    known). Two laws at a time add up to at most 1. Laws in a part of a unit are left out: see `chosen`.
    """
    where = {unit: i for i, unit in enumerate(units)}
    values = np.zeros((len(interventions), len(where), len(periods)))
    for j, intervention in enumerate(interventions.values()):
        for adoption in whole(intervention.adoptions):
            if adoption.unit in where:
                starts = begin(adoption, date)
                share = share_in_force(starts, adoption.ends, periods)
                values[j, where[adoption.unit]] += share * adoption.intensity
    coords = {"intervention": list(interventions), "unit": list(units), "time": periods}
    return xr.DataArray(values.clip(0, 1), coords=coords, dims=("intervention", "unit", "time"))


def whole(adoptions: Iterable[Adoption]) -> tuple[Adoption, ...]:
    """Adoptions that hold in the whole of their unit."""
    return tuple(adoption for adoption in adoptions if adoption.within is None)


def begin(adoption: Adoption, date: str) -> str:
    """The date that switches exposure on.

    >>> begin(Adoption(unit="ISR", law="", starts="2020-07-10", enforced="2021-01-01"), "enforced")
    '2021-01-01'
    """
    return adoption.enforced if date == "enforced" and adoption.enforced else adoption.starts


def event_time_of(exposure: xr.DataArray) -> xr.DataArray:
    """Periods since the first period in force: 0 in that period, negative before, NaN for units never exposed."""
    position = xr.DataArray(np.arange(exposure.sizes["time"], dtype=float), dims="time", coords={"time": exposure.time})
    ever = (exposure > 0).any("time")
    first = (exposure > 0).argmax("time")
    return (position - first).where(ever).transpose("intervention", "unit", "time")
