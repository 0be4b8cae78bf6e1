"""Definition breaks as steps: from a period on, a series counts something else."""

from collections.abc import Sequence

import numpy as np
import xarray as xr

from evaluation.terms import DefinitionBreak
from evaluation.terms.periods import opens, stands_for


def break_steps(breaks: Sequence[DefinitionBreak], reported: xr.DataArray) -> xr.DataArray:
    """0/1 steps, dims (break, indicator, unit, time), each labelled "GBR 2017".

    `reported` is bool (indicator, unit, time). A step is kept for the series that report on both sides of it: on one
    side only, the level of the series absorbs it and nothing could tell the two apart.
    """
    kept: dict[str, np.ndarray] = {}
    times = reported.time.values
    for broken in breaks:
        if broken.unit not in reported.unit.values:
            continue
        step = _step(broken, reported, times)
        if step.any():
            label = f"{broken.unit} {broken.from_period}"
            kept[label] = np.maximum(step, kept[label]) if label in kept else step
    values = np.stack(list(kept.values())) if kept else np.zeros((0, *reported.shape))
    coords = {"break": np.array(list(kept), dtype="U"), **{dim: reported[dim].values for dim in reported.dims}}
    return xr.DataArray(values.astype("int8"), coords, ("break", *reported.dims))


def _step(broken: DefinitionBreak, reported: xr.DataArray, times: np.ndarray) -> np.ndarray:
    after = np.array([stands_for(time) >= opens(broken.from_period) for time in times])
    unit = reported.unit.values.tolist().index(broken.unit)
    here = reported.values[:, unit]
    both = here[:, after].any(axis=1) & here[:, ~after].any(axis=1)
    named = np.isin(reported.indicator.values, broken.indicators)
    step = np.zeros(reported.shape)
    step[np.ix_(both & named, [unit], after)] = 1
    return step
