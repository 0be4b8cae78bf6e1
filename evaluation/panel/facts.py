"""Everything a panel is made of, on the grid of all units and the study's periods, before any unit is chosen."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from evaluation.panel.bases import grid, read_base_table
from evaluation.panel.exposure import exposure_of
from evaluation.panel.gather import read_units, source_file
from evaluation.panel.registers import Registers
from evaluation.terms import Indicator, Intervention, Study
from evaluation.terms.panel import CELL, Status
from evaluation.terms.periods import between


@dataclass(frozen=True)
class Facts:
    """What was read. Arrays are over all units of the study's table of units."""

    units: pd.DataFrame  # unit, name, region
    periods: list[str]
    indicators: Mapping[str, Indicator]  # outcomes, then negative controls
    interventions: Mapping[str, Intervention]  # asked about, then adjusted for
    cells: xr.Dataset  # lower, upper, status: (indicator, unit, time)
    earlier: xr.Dataset | None  # the same as an earlier edition has it; None where the study names none
    bases: Mapping[str, np.ndarray]  # column of a base table: (unit, time), NaN where not reported
    exposure: xr.DataArray  # (intervention, unit, time), from the date the study chose
    exposure_enforced: xr.DataArray


def read_facts(study: Study, registers: Registers, observations: pd.DataFrame, data: Path) -> Facts:
    """Read units, bases and laws, and put the observations on the grid."""
    plan, question = study.panel, study.question
    units = read_units(study, registers, data).sort_values("unit", ignore_index=True)
    periods, names = between(*plan.span), units["unit"].tolist()
    bases: dict[str, np.ndarray] = {}
    for source in plan.bases:
        table = read_base_table(source_file(source, registers, data))
        bases |= {column: grid(table, column, names, periods) for column in table.columns.drop(["unit", "period"])}
    interventions = {name: registers.interventions[name] for name in question.all_interventions}
    dated = {date: exposure_of(interventions, names, periods, date=date) for date in ("starts", "enforced")}
    of_earlier = observations["source"].isin(plan.earlier)
    grid_of = partial(_cells, indicators=question.all_indicators, units=names, periods=periods)
    return Facts(
        units=units,
        periods=periods,
        indicators={name: registers.indicators[name] for name in question.all_indicators},
        interventions=interventions,
        cells=grid_of(observations[~of_earlier]),
        earlier=grid_of(observations[of_earlier]) if plan.earlier else None,
        bases=bases,
        exposure=dated[plan.date],
        exposure_enforced=dated["enforced"],
    )


def _cells(observations: pd.DataFrame, indicators: tuple[str, ...], units: list[str], periods: list[str]) -> xr.Dataset:
    """Bounds and status on the grid. A questioned cell keeps its status and loses its figure."""
    full = pd.MultiIndex.from_product([indicators, units, periods], names=["indicator", "unit", "period"])
    table = observations.set_index(["indicator", "unit", "period"])[["lower", "upper", "status"]].reindex(full)
    size = (len(indicators), len(units), len(periods))
    used = table["status"] != Status.QUESTIONED
    arrays = {
        "lower": table["lower"].where(used).to_numpy(float),
        "upper": table["upper"].where(used).to_numpy(float),
        "status": table["status"].fillna(0).to_numpy("int8"),
    }
    coords = {"indicator": list(indicators), "unit": units, "time": periods}
    return xr.Dataset({name: (CELL, values.reshape(size)) for name, values in arrays.items()}, coords)


def reported(cells: xr.Dataset) -> xr.DataArray:
    """Cells with a usable figure, exact or suppressed."""
    return cells["status"].isin((Status.EXACT, Status.SUPPRESSED))


def has_base(facts: Facts) -> xr.DataArray:
    """Units for which every exposure base of the indicators is known in some period: bool (unit,)."""
    columns = {indicator.base for indicator in facts.indicators.values() if indicator.base is not None}
    known = [np.isfinite(facts.bases[column]).any(axis=1) for column in columns]
    flags = np.logical_and.reduce(known) if known else np.ones(len(facts.units), bool)
    return xr.DataArray(flags, coords={"unit": facts.units["unit"].tolist()}, dims="unit")
