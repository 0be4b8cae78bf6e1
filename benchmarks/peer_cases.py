"""The panels that peers.py measures on, for this project's model and in the form each peer takes."""

from dataclasses import replace
from typing import Any
from unittest.mock import patch

import numpy as np
import simulated_panels
import xarray as xr
from measured import ROOT
from simulated_panels import USUAL
from simulated_study import panel_of, study_of

from evaluation.inference.effect import treated_cells
from evaluation.models.book import get_model
from evaluation.models.parts.design import adoptions_of, pools
from evaluation.models.parts.effect import prior_of_pools
from evaluation.models.parts.panel import usual_log_rate
from evaluation.pipeline.formats import decode
from evaluation.pipeline.run import read_study
from evaluation.pipeline.store import Place
from evaluation.terms.errors import Problem, StudyError
from evaluation.terms.panel import CELL, EXPOSURE
from evaluation.terms.study import Study

SIMULATED = "simulated"  # 12 units, 12 years, an outcome and a negative control; suppressed and missing cells
COMPLETE = "complete"  # the outcome alone, every cell an exact count of at least one
SEED = 1
Arrays = dict[str, np.ndarray]


def case_of(name: str) -> tuple[Study, xr.Dataset]:
    """A study and its panel: `simulated`, `complete`, or a study of which panel.nc is made."""
    if name == SIMULATED:
        return study_of(USUAL), panel_of(simulated_panels.simulate(np.random.default_rng(SEED), None), USUAL)
    if name == COMPLETE:
        return _complete()
    place = Place(ROOT, name)
    return read_study(place), decode(place.path("panel.nc"))


def _complete() -> tuple[Study, xr.Dataset]:
    """The first simulated panel without a zero: a log rate has to exist in every cell."""
    rng, study = np.random.default_rng(SEED), study_of(USUAL)
    question = replace(study.question, controls=())
    with patch.multiple(simulated_panels, SMALLEST=0, MISSING=0.0):
        while True:
            panel = panel_of(simulated_panels.simulate(rng, None), USUAL).sel(indicator=list(question.indicators))
            if float(panel["lower"].min()) > 0:
                return replace(study, question=question), panel


def causalpy_data(panel: xr.Dataset) -> Arrays:
    """One row a cell of the only indicator: `unit`, `time` (from 0), `treated`, `log_rate` (events a person)."""
    count, base = (panel[name].transpose(*CELL).values[0] for name in ("lower", "base"))
    treated = panel["exposure"].transpose(*EXPOSURE).values[0] > 0
    unit, time = np.indices(count.shape)
    columns = {"unit": unit, "time": time, "treated": treated.astype(int), "log_rate": np.log(count / base)}
    return {name: values.ravel() for name, values in columns.items()}


def stan_data(study: Study, panel: xr.Dataset) -> Arrays:
    """What the data block of peers/staggered.stan asks for; numbers that count from 1 where Stan does.

    Raises
    ------
    StudyError
        The study has something that is not written there.
    """
    settings: Any = get_model(study.model.name, study.model.settings)
    _refuse_what_is_not_written_there(study, settings, panel)
    sizes = {f"{name}s": np.array(panel.sizes[name]) for name in ("indicator", "unit", "intervention")}
    periods = panel.sizes["time"]
    sums = np.tril(np.ones((periods, periods - 1)), -1)
    scales = {
        "level_sd": settings.level_sd, "level_spread_sd": settings.level_spread, "shock_sd": settings.shock_sd,
        "regional_sd": settings.region_sd, "break_sd": settings.break_sd, "drift_sd_sd": settings.drift_sd,
        "noise_sd_sd": settings.noise_sd, "unit_sd_sd": settings.effect.unit_sd,
        "indicator_sd_sd": settings.effect.indicator_sd, "persistence_prior": settings.drift_persistence,
    }  # fmt: skip
    names, region = np.unique(panel["region"].values.astype(str), return_inverse=True)
    return (
        sizes
        | {name: np.asarray(value, dtype=float) for name, value in scales.items()}
        | {"periods": np.array(periods), "path": (sums - sums.mean(axis=0)).T}
        | {"regions": np.array(len(names) if len(names) > 1 else 0), "region": region + 1}
        | {"level_mean": usual_log_rate(panel), "log_base": np.log(panel["base"].transpose(*CELL).values.ravel())}
        | _effects(study, settings, panel)
        | _breaks(panel)
        | _cells(study, panel)
    )


def _refuse_what_is_not_written_there(study: Study, settings: Any, panel: xr.Dataset) -> None:
    if (
        study.model.name != "staggered"
        or settings.noise != "lognormal"
        or settings.effect.profile != "step"
        or settings.anticipation
        or panel.sizes.get("covariate", 0)
    ):
        says = "the model in Stan has log-normal noise, the step profile, no leads and no covariates"
        raise StudyError(Problem(says, study.name, "take another study"))


def _effects(study: Study, settings: Any, panel: xr.Dataset) -> Arrays:
    adoptions = adoptions_of(panel)
    names, pool_of = pools(panel, study.question)
    mean, sd = prior_of_pools(panel, names, settings.effect)
    shared = np.bincount(pool_of)[pool_of] > 1
    exposure = panel["exposure"].transpose(*EXPOSURE).values[adoptions.intervention, adoptions.unit]
    counted = panel["asked"].values.astype(float)[adoptions.intervention]
    return {
        "pools": np.array(len(names)), "pool_of": pool_of + 1, "effect_mean": mean, "effect_sd": sd,
        "sharing": shared.sum(), "step_of": np.where(shared, np.cumsum(shared), 0),
        "adoptions": np.array(len(adoptions)), "intervention_of": adoptions.intervention + 1,
        "onto": adoptions.onto_units(panel.sizes["unit"]).T,
        "exposure": exposure, "exposure_asked": exposure * counted[:, None],
    }  # fmt: skip


def _breaks(panel: xr.Dataset) -> Arrays:
    """Breaks as a sparse matrix (cell, break), by rows: the same step wherever a break acts, as the model has it."""
    cells = int(np.prod([panel.sizes[name] for name in CELL]))
    steps = np.zeros((cells, 0))
    if panel.sizes.get("break", 0):
        each = panel["breaks"].transpose("break", *CELL).values.astype(float)
        step = each.max(axis=1, keepdims=True) * each.any(axis=(2, 3), keepdims=True)
        steps = step.reshape(len(each), cells).T
    row, column = np.nonzero(steps)
    return {
        "breaks": np.array(steps.shape[1]), "break_cells": np.array(len(row)), "break_value": steps[row, column],
        "break_column": column + 1, "break_row": 1 + np.searchsorted(row, np.arange(cells + 1)),
    }  # fmt: skip


def _cells(study: Study, panel: xr.Dataset) -> Arrays:
    """Which cells hold a count, which an interval, and which the question is about."""
    lower, upper = (panel[name].transpose(*CELL).values.ravel() for name in ("lower", "upper"))
    exact, interval = np.flatnonzero(lower == upper), np.flatnonzero(lower < upper)
    treated = treated_cells(study, panel, panel["unit"]) & panel["outcome"].astype(bool)
    asked = np.flatnonzero(treated.transpose(*CELL).values)
    return {
        "exact_cells": np.array(len(exact)), "exact_cell": exact + 1, "exact_count": lower[exact].astype(int),
        "interval_cells": np.array(len(interval)), "interval_cell": interval + 1,
        "interval_lower": lower[interval].astype(int), "interval_upper": upper[interval].astype(int),
        "treated_cells": np.array(len(asked)), "treated_cell": asked + 1,
    }  # fmt: skip
