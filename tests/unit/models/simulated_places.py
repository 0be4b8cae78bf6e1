"""Places in a ring, some of which take up a law that sends part of what it moves to the places beside them."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import xarray as xr

from evaluation.terms.panel import CELL
from tests.cases.fitting import panel_of

PLACES, PERIODS = 18, 16
STARTS: Mapping[int, int] = {0: 8, 2: 6, 4: 10, 6: 7, 8: 9}  # 1, 3, 5, 7 lie between two of them; 10 to 16 beside none


def simulated_places(own: float, spill_over: float, seed: int) -> xr.Dataset:
    """Counts of about 150 in a year; `own` and `spill_over` are log rate ratios, the latter of a surrounded place.

    Shocks in common of 10 %, a drift of 10 % (memory 0.7) and scatter of 5 %. `without` (indicator, unit, time) holds
    the rates without the law, `with` those with it, of which the counts are drawn.
    """
    rng = np.random.default_rng(seed)
    units = [f"P{number:02d}" for number in range(PLACES)]
    exposure = np.array([np.arange(PERIODS) >= STARTS.get(place, PERIODS) for place in range(PLACES)], dtype=float)
    beside = np.roll(np.eye(PLACES), 1, axis=1) + np.roll(np.eye(PLACES), -1, axis=1)
    drift = np.zeros((PLACES, PERIODS))
    drift[:, 0] = 0.1 * rng.normal(size=PLACES)
    for t in range(1, PERIODS):
        drift[:, t] = 0.7 * drift[:, t - 1] + 0.1 * np.sqrt(1 - 0.7**2) * rng.normal(size=PLACES)
    common = np.cumsum(0.1 * rng.normal(size=PERIODS))
    rate = np.log(150) + 0.4 * rng.normal(size=(PLACES, 1)) + common + drift + 0.05 * rng.normal(size=drift.shape)
    moved = rate + own * exposure + spill_over * (beside / 2 @ exposure)
    labels = [str(2005 + t) for t in range(PERIODS)]
    law = {"law": pd.DataFrame(exposure, units, labels)}
    panel = panel_of({"ads": pd.DataFrame(rng.poisson(np.exp(moved)), units, labels)}, law)
    rates = {"without": (CELL, np.exp(rate)[None]), "with": (CELL, np.exp(moved)[None])}
    return panel.assign_coords(neighbour=units).assign(weights=(("unit", "neighbour"), beside), **rates)
