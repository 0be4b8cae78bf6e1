"""One series and three others that nothing happened to: the reference data of CausalImpact, after day 90 of 108.

Data: the test fixtures of tfcausalimpact, a port of the R package of Brodersen, Gallusser, Koehler, Remy and Scott
(2015), Annals of Applied Statistics 9(1). The published numbers are those of the R package on them.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from tests.cases.answers import MissedError
from tests.cases.fitting import Estimate, effect_of, panel_of, study_of

pytestmark = [pytest.mark.cases, pytest.mark.slow]

CASE = "causalimpact"
MEAN, SD = -657.0, 736.0
ENDS = (-2076.0, 832.0)
BEGINS = "2019-07-15"
# The figures are no counts. A thousand times each is a count whose Poisson noise is 0.01 %: the noise is all Gaussian,
# in the log.
LARGE = 1000
SAME_TREND: Mapping[str, object] = {
    "season": {"year": 0, "week": 0},  # the published model has none
    "slope_sd": 0.001,  # nor a slope
    "bend_every": 0,
    "drift_sd": 0.003,  # its level may take steps of a hundredth of the series' sd a day: 0.3 % over the window
    "drift_persistence": (50.0, 1.0),  # and it is a random walk
    "effect": {"unit_sd": 0.001},  # one series: no others around it
    "level_spread": 0.001,
    "noise_sd": 0.1,
    "leads": 0,
}
PRIOR_NOISE = (
    "The published width is in great part that of its prior: noise that leaves a fifth of the variance unexplained,"
    " with the weight of 50 observations: twice the noise left here. Least squares on the three series gives -545"
    " (315), with the noise of that prior mixed in (620). Ours takes the noise from the figures"
)
DRIFTS = (
    "As shipped, a series may drift by a third, keeps four fifths of it to the next day, and has a week: on these"
    " figures the drift takes part of what the three series explain"
)


@pytest.fixture(scope="module")
def rows(table: Callable[[str, str], Path]) -> pd.DataFrame:
    return pd.read_csv(table(CASE, "comparison_data.csv")).set_index("DATE")


@pytest.fixture(scope="module")
def panel(rows: pd.DataFrame) -> xr.Dataset:
    before = rows.index < BEGINS
    others = np.log(rows.drop(columns="CHANGED"))
    others = (others - others[before].mean()) / others[before].std()
    return panel_of(
        {"changed": one_row(rows["CHANGED"] * LARGE)},
        {"change": one_row(pd.Series((~before).astype(float), index=rows.index))},
        covariates={name: one_row(values) for name, values in others.items()},
    )


def one_row(values: pd.Series) -> pd.DataFrame:
    return values.to_frame("series").T


def a_day(panel: xr.Dataset, settings: Mapping[str, object]) -> Estimate:
    """The absolute effect, on average over the days it was asked about."""
    study = study_of(CASE, settings, panel, seed=2019, model="interrupted_series")
    difference = effect_of(study, panel)["overall"]["difference"]
    return Estimate.of(difference / LARGE / float(panel["exposure"].sum()))


@pytest.fixture(scope="module")
def like_for_like(panel: xr.Dataset) -> Estimate:
    return a_day(panel, SAME_TREND)


@pytest.fixture(scope="module")
def shipped(panel: xr.Dataset) -> Estimate:
    return a_day(panel, {"season": {"year": 0}, "leads": 0})  # 108 days are too short for the season of the year


def row(found: Estimate, asks: str, **rest: object) -> dict[str, object]:
    return {
        "case": CASE,
        "asks": asks,
        "published": f"{MEAN:.0f} ({SD:.0f}), 95 % {ENDS[0]:.0f} to {ENDS[1]:.0f}",
        "ours": found.says(0),
        "trouble": found.trouble,
        **rest,
    }


def mean_row(found: Estimate, asks: str) -> dict[str, object]:
    return row(
        found,
        f"{asks}: mean",
        tolerance=f"{MEAN:.0f} ± {SD / 4:.0f}",
        why="a quarter of the published sd: two published programs differ by 0.07",
        holds=abs(found.mean - MEAN) <= SD / 4,
    )


def ends_row(found: Estimate, asks: str) -> dict[str, object]:
    allowed = 0.1 * (ENDS[1] - ENDS[0])
    return row(
        found,
        f"{asks}: ends of the 95 % interval",
        tolerance=f"± {allowed:.0f}, each end",
        why="a tenth of the published width",
        holds=max(abs(found.lower - ENDS[0]), abs(found.upper - ENDS[1])) <= allowed,
    )


LIKE = "absolute effect a day, its own assumptions on trend and season"
SHIPPED = "absolute effect a day, the model as the project ships it"


def test_the_mean_like_for_like(like_for_like: Estimate, answer: Callable[..., None]) -> None:
    answer(**mean_row(like_for_like, LIKE))


@pytest.mark.xfail(raises=MissedError, reason=PRIOR_NOISE)
def test_the_interval_like_for_like(like_for_like: Estimate, answer: Callable[..., None]) -> None:
    answer(**ends_row(like_for_like, LIKE), note=PRIOR_NOISE)


@pytest.mark.xfail(raises=MissedError, reason=DRIFTS)
def test_the_mean_as_shipped(shipped: Estimate, answer: Callable[..., None]) -> None:
    answer(**mean_row(shipped, SHIPPED), note=DRIFTS)
