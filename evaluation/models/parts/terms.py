"""The linear terms models choose from: level, shocks, trends, seasons, breaks, covariates, leads."""

import numpy as np
import xarray as xr

from evaluation.models.parts.calendar import years
from evaluation.models.parts.design import Adoptions, lead_exposure
from evaluation.models.parts.panel import usual_log_rate
from evaluation.models.parts.predictor import Term


def level(panel: xr.Dataset, sd: float) -> Term:
    """The typical unit's log rate, around the usual crude one."""
    columns = np.ones((panel.sizes["unit"], panel.sizes["time"], 1))
    return Term("level", ("",), sd, mean=usual_log_rate(panel), columns=columns)


def common_shocks(panel: xr.Dataset) -> Term:
    """A random walk of all units together, less its mean over the window; its step is the scale `common_sd`."""
    return Term("common_step", _later(panel), "common_sd", felt=np.ones((panel.sizes["unit"], 1)))


def regional_shocks(panel: xr.Dataset, regions: np.ndarray, names: np.ndarray) -> Term:
    """Random walks of each region around the common one; their step is the scale `region_sd`."""
    inside = (regions[:, None] == np.arange(len(names))[None, :]).astype(float)  # (unit, region)
    labels = tuple(f"{name}, {period}" for name in names for period in _later(panel))
    return Term("region_step", labels, "region_sd", felt=inside)


def slope(panel: xr.Dataset, sd: float) -> Term:
    """A straight line of the typical unit, log rate per year."""
    columns = np.repeat(years(_labels(panel))[None, :, None], panel.sizes["unit"], axis=0)
    return Term("slope", ("",), sd, columns=columns)


def unit_slopes(panel: xr.Dataset) -> Term:
    """Straight lines of units around the typical one, partially pooled by the scale `slope_spread`."""
    columns = _each_alone(panel, years(_labels(panel))[:, None])
    return Term("unit_slope", tuple(panel["unit"].values.astype(str)), "slope_spread", columns=columns)


def bends(panel: xr.Dataset, every: int, sd: float | str) -> Term:
    """The slope of each unit walks: it changes every so many periods, by a step of this width.

    A column is the years since its bend, less their mean over the window, so that the level keeps its meaning.
    """
    labels, at = _labels(panel), years(_labels(panel))
    knots = np.arange(every, len(labels) - 1, every)
    hinges = np.maximum(at[:, None] - at[knots][None, :], 0)
    names = tuple(f"{unit}, {labels[knot]}" for unit in panel["unit"].values for knot in knots)
    return Term("bend", names, sd, columns=_each_alone(panel, hinges - hinges.mean(axis=0)))


def season(panel: xr.Dataset, names: tuple[str, ...], waves: np.ndarray, sd: float) -> Term:
    """The season of the typical unit; `waves` are (time, wave).

    The width is given, not estimated: a handful of waves, each well known, say too little of a scale, and much of how
    badly it samples.
    """
    return Term("season", names, sd, columns=np.repeat(waves[None], panel.sizes["unit"], axis=0))


def unit_seasons(panel: xr.Dataset, names: tuple[str, ...], waves: np.ndarray) -> Term:
    """Seasons of units around the typical one, partially pooled by the scale `season_spread`."""
    labels = tuple(f"{unit}, {name}" for unit in panel["unit"].values for name in names)
    return Term("unit_season", labels, "season_spread", columns=_each_alone(panel, waves))


def _each_alone(panel: xr.Dataset, columns: np.ndarray) -> np.ndarray:
    """Columns (time, column) once for each unit and for it alone, (unit, time, unit x column)."""
    own = np.einsum("uv,tc->utvc", np.eye(panel.sizes["unit"]), columns)
    return own.reshape(*own.shape[:2], -1)


def breaks(panel: xr.Dataset, sd: float) -> Term:
    """A step at every registered change of definition, the same for all indicators it touches.

    A reading of the panel without breaks has the attribute `breaks_off`: the steps stay in the model and do not act.
    """
    steps = panel["breaks"].transpose("break", "indicator", "unit", "time").values.astype(float)
    columns = np.moveaxis(steps.max(axis=1), 0, -1)
    touched = steps.any(axis=(2, 3)) & ("breaks_off" not in panel.attrs)
    return Term(
        "break_step", tuple(panel["break"].values.astype(str)), sd,
        shared=True, acts=touched.astype(float), columns=columns,
    )  # fmt: skip


def covariates(panel: xr.Dataset, sd: float) -> Term:
    """Slopes on standardised covariates, one for each indicator."""
    columns = np.moveaxis(panel["covariates"].transpose("covariate", "unit", "time").values.astype(float), 0, -1)
    return Term("covariate_slope", tuple(panel["covariate"].values.astype(str)), sd, columns=columns)


def differing_slopes(panel: xr.Dataset) -> list[Term]:
    """Slopes on each covariate that differ between units and between periods, around the one of `covariates`.

    Of each covariate two scales, `slope_unit_sd: NAME` and `slope_period_sd: NAME`: most covariates need neither, and
    one scale for all would be too wide for those.
    """
    units, periods = panel["unit"].values.astype(str), _labels(panel)
    found = []
    for covariate in panel["covariate"].values.astype(str):
        values = panel["covariates"].sel(covariate=covariate).transpose("unit", "time").values.astype(float)
        of_units = np.einsum("uv,ut->utv", np.eye(len(units)), values)
        of_periods = np.einsum("ts,ut->uts", np.eye(len(periods)), values)
        for whose, labels, columns in (("unit", units, of_units), ("period", periods, of_periods)):
            names = tuple(f"{covariate}, {label}" for label in labels)
            found.append(Term(f"{whose}_covariate_slope", names, f"slope_{whose}_sd: {covariate}", columns=columns))
    return found


def leads(panel: xr.Dataset, adoptions: Adoptions, count: int, active: int, sd: float) -> Term:
    """Terms for the periods before the start of an intervention asked about: what it cannot have caused.

    All `count` leads are in the model; only the nearest `active` act. A refit that asks about the time before the law
    lets the others act through `pm.Data("coefficient_sd")`, without a new model.
    """
    asked = panel["asked"].values.astype(float)[adoptions.intervention]
    before = lead_exposure(panel, adoptions, count) * asked[None, :, None]  # (lead, adoption, time)
    columns = np.einsum("lat,au->utl", before, adoptions.onto_units(panel.sizes["unit"]))
    acts = np.repeat((np.arange(count) < active).astype(float)[:, None], panel.sizes["indicator"], axis=1)
    labels = tuple(f"-{lead}" for lead in range(1, count + 1))
    return Term("lead_effect", labels, sd, acts=acts, dim="lead", columns=columns)


def _labels(panel: xr.Dataset) -> np.ndarray:
    found: np.ndarray = panel["time"].values.astype(str)
    return found


def _later(panel: xr.Dataset) -> tuple[str, ...]:
    return tuple(_labels(panel)[1:])
