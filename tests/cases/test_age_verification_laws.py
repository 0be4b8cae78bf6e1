"""Age-verification laws of US states and what people searched for: 46 states, 149 weeks to October 2024, 14 adopters.

Data: Lang and others (2026), Journal of Law and Empirical Analysis 3(1), 23-50: weekly search interest, 0 to 100 within
each state, in a platform that complied by blocking the state, in a rival that did not, in VPN, and in the generic
word. Published (Table 2): points of interest, by synthetic control, each week's effect a mean over states and the
answer the mean over thirteen weeks. They begin with the week in which a law took effect, the one before `post_treat`.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest
import xarray as xr

from evaluation.terms.panel import CELL, Status
from evaluation.terms.periods import label_of
from evaluation.terms.study import SamplerPlan
from tests.cases.fitting import Estimate, effect_of, panel_of, study_of

pytestmark = [pytest.mark.cases, pytest.mark.slow]

CASE = "age_verification_laws"
PUBLISHED = {"pornhub": -33.84, "xvideos": 27.85, "vpn": 13.33, "porn": 3.48}
CALLED = {
    "pornhub": "the platform that complied", "xvideos": "its rival", "vpn": "VPN", "porn": "the generic word",
}  # fmt: skip
WEEKS = 13
TEN = 10  # a count to the point of interest: its Poisson noise, 4 % at 65 points, is that of the rounding and more
TOLERANCE = 3.0  # points
SETTINGS: Mapping[str, object] = {
    "rivals": ["xvideos", "vpn", "porn"],
    "leads": 0,
    "effect": {"profile": "dynamic", "walk_sd": 0.1},  # from a week in which a law is new to all of the weeks after it
    "level_spread": 0.3,  # an index of 0 to 100 in every state: levels differ little
    "shock_sd": 0.05,  # by week
    "drift_sd": 0.1,
    "drift_persistence": [9.0, 2.0],
    # Each outcome by itself, as published. One drift for all four is not what the figures have: without a law the two
    # platforms and the generic word correlate by 0.16 to 0.35, VPN with none of them (-0.03 to -0.07); and with it the
    # chains do not settle in 250 draws (R-hat up to 1.46).
    "shared_drift_sd": None,
    "noise_sd": 0.1,
}
SAMPLER = SamplerPlan(chains=4, draws=250, tune=200)  # 27,416 cells: minutes


def searched(file: Path) -> xr.Dataset:
    """The panel: ten counts to the point, exposed from the week in which the law took effect.

    A nought is what is printed where too few searched to say, and weeks after the thirteenth are not asked about: both
    are taken as not reported.
    """
    table = pd.read_csv(file)
    hits, after = (
        {name: rows.pivot(index="state", columns="date", values=value) for name, rows in table.groupby("outcome")}
        for value in ("hits", "post_treat")
    )
    law = after["pornhub"]
    law = law.shift(-1, axis=1, fill_value=1).where(law.any(axis=1), 0)
    weeks = [label_of(date.fromisoformat(day) + timedelta(days=1), "week") for day in law.columns]  # of its Monday
    tables = {name: (hits[name] * TEN).set_axis(weeks, axis=1) for name in PUBLISHED}
    panel = panel_of(tables, {"law": law.astype(float).set_axis(weeks, axis=1)})
    later = panel["event_time"].isel(intervention=0, drop=True) >= WEEKS
    unknown = (later | (panel["lower"] == 0)).transpose(*CELL)
    status = xr.where(unknown, Status.NOT_REPORTED, panel["status"]).transpose(*CELL).astype("int8")
    known = {name: panel[name].where(~unknown).transpose(*CELL) for name in ("lower", "upper")}
    return panel.assign(known | {"status": status})


@pytest.fixture(scope="module")
def points(table: Callable[[str, str], Path]) -> xr.DataArray:
    """Change in points, (chain, draw, indicator): of each week the mean over states, of these the mean."""
    panel = searched(table(CASE, "lang_av_laws.csv.gz"))
    study = study_of(CASE, SETTINGS, panel, seed=2026, model="displacement")
    weekly = effect_of(study, panel, SAMPLER)["indicator_event_time"]["difference"].sel(event_time=range(WEEKS))
    event = panel["event_time"].isel(intervention=0, drop=True)
    states = xr.DataArray([int((event == week).sum()) for week in range(WEEKS)], dims="event_time")
    return (weekly / states / TEN).mean("event_time")


@pytest.mark.parametrize("indicator", PUBLISHED)
def test_the_change_in_search_interest(indicator: str, points: xr.DataArray, answer: Callable[..., None]) -> None:
    found, published = Estimate.of(points.sel(indicator=indicator)), PUBLISHED[indicator]
    answer(
        case=CASE,
        asks=f"points of search interest in {CALLED[indicator]}: mean",
        published=f"{published:+.2f}",
        ours=found.says(2),
        tolerance=f"the same sign, ± {TOLERANCE:.0f}",
        why="another counterfactual than the published one, on an index of 0 to 100",
        holds=found.mean * published > 0 and abs(found.mean - published) <= TOLERANCE,
        trouble=found.trouble,
    )
