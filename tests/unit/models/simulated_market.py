"""Places with a market and an effort to detect that nobody sees, and counts that show one, the other, or both."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import xarray as xr

from tests.cases.fitting import panel_of

PLACES, PERIODS = 16, 14
STARTS: Mapping[int, int] = {0: 6, 1: 7, 2: 5, 3: 8, 4: 6, 5: 9}
USUAL: Mapping[str, tuple[str, float]] = {  # role, and events a year
    "ads": ("market", 150.0), "found": ("detection", 60.0), "charged": ("enforcement", 40.0), "raids": ("effort", 80.0),
}  # fmt: skip
WANDERS, MEMORY = 0.25, 0.8


def simulated_market(
    market: float, effort: float, seed: int, names: Sequence[str] = ("ads", "found", "charged"), lag: int = 0
) -> xr.Dataset:
    """A law moves the log market by `market`, the log effort by `effort`, and charging not at all.

    Market and effort of each place drift by a quarter (memory 0.8); every count scatters by a tenth beside, and has
    common shocks of 10 %. What is charged follows `lag` periods later.
    """
    rng = np.random.default_rng(seed)
    units, labels = [f"P{number:02d}" for number in range(PLACES)], [str(2005 + t) for t in range(PERIODS)]
    exposure = np.array([np.arange(PERIODS) >= STARTS.get(place, PERIODS) for place in range(PLACES)], dtype=float)
    before = np.hstack([np.zeros((PLACES, lag)), exposure])
    paths = [_drift(rng, PERIODS + lag) + by * before for by in (market, effort)]
    counts = {}
    for name in names:
        role, usual = USUAL[name]
        start = 0 if name == "charged" else lag
        here = [path[:, start : start + PERIODS] for path in paths]
        felt = {"market": here[0], "effort": here[1]}.get(role, here[0] + here[1])
        rate = np.log(usual) + 0.4 * rng.normal(size=(PLACES, 1)) + np.cumsum(0.1 * rng.normal(size=PERIODS))
        rate = rate + felt + 0.1 * rng.normal(size=felt.shape)
        counts[name] = pd.DataFrame(rng.poisson(np.exp(rate)), units, labels)
    panel = panel_of(counts, {"law": pd.DataFrame(exposure, units, labels)})
    return panel.assign_coords(role=("indicator", [USUAL[name][0] for name in names]))


def _drift(rng: np.random.Generator, periods: int) -> np.ndarray:
    path = np.zeros((PLACES, periods))
    path[:, 0] = WANDERS * rng.normal(size=PLACES)
    for t in range(1, periods):
        path[:, t] = MEMORY * path[:, t - 1] + WANDERS * np.sqrt(1 - MEMORY**2) * rng.normal(size=PLACES)
    return path
