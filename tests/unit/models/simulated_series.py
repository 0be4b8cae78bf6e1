"""Series without controls whose truth is known: trend, season, drift and noise, and what events did."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import xarray as xr

from evaluation.terms.periods import following
from tests.cases.fitting import panel_of


def simulated_series(
    starts: Mapping[str, Sequence[int]],
    effects: Mapping[str, float],
    *,
    first: str = "2019-01",
    periods: int = 60,
    a_year: float = 12.0,
    wave: float = 12.0,
    noise: float = 0.05,
    seed: int = 1,
) -> xr.Dataset:
    """Counts of as many series as an event has starts; every event is in force from its start on.

    Log rates: 400 counts a period, growth of 5 to 20 % a year, a wave of 20 % that comes round every `wave` periods, a
    drift of 8 % (memory 0.8) and `noise`, and `effects` (log rate ratio) of each event.
    """
    rng = np.random.default_rng(seed)
    units = [f"S{number}" for number in range(len(next(iter(starts.values()))))]
    labels = [first, *following(first, periods - 1)]
    at = np.arange(periods)
    drift = np.zeros((len(units), periods))
    for t in range(periods):
        before = 0.8 * drift[:, t - 1] if t else 0.0
        drift[:, t] = before + rng.normal(size=len(units)) * 0.08 * np.sqrt(1 - 0.8**2)
    growth = rng.uniform(0.05, 0.2, (len(units), 1)) * (at - periods / 2) / a_year
    rate = np.log(400) + growth + 0.2 * np.sin(2 * np.pi * at / wave) + drift + noise * rng.normal(size=drift.shape)
    laws = {}
    for name, start in starts.items():
        exposure = (at >= np.array(start)[:, None]).astype(float)
        rate = rate + effects[name] * exposure
        laws[name] = pd.DataFrame(exposure, index=units, columns=labels)
    return panel_of({"ads": pd.DataFrame(rng.poisson(np.exp(rate)), index=units, columns=labels)}, laws)
