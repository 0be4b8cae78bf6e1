"""Two signals of one hidden process: simulated hospital admissions and emergency visits, with known ascertainment.

Data: PyRenew's synthetic California (CDC, Apache-2.0), 126 days from a renewal process. The market of the
model is the hidden process here, and either signal a share of it, some days late. There is no law, and one unit alone.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from evaluation.inference.compiled import build, compile_model, complete, sample
from evaluation.models.parts.panel import usual_log_rate
from tests.cases.fitting import SAMPLER, Estimate, panel_of, study_of

pytestmark = [pytest.mark.cases, pytest.mark.slow]

CASE = "pyrenew_synthetic_ca126"
FILES = {
    "admissions": ("daily_hospital_admissions.csv", "daily_hosp_admits"),
    "visits": ("daily_ed_visits.csv", "ed_visits"),
}
Truth = dict[str, dict[str, Any]]
LEVEL_SD = 1.5
SETTINGS = {
    "level_sd": LEVEL_SD,
    "shared_drift_sd": 1.0,  # epidemics grow and shrink severalfold
    "shared_persistence": [50.0, 1.0],  # and slowly, from day to day
    "level_spread": 0.001,  # one unit alone is the typical one
    "shock_sd": 0.001,  # and what hits all units is its own course
    "drift_sd": 0.05,
    "noise_sd": 0.2,  # days of the week move visits by a fifth
    "leads": 0,
}


@pytest.fixture(scope="module")
def truth(table: Callable[[str, str], Path]) -> Truth:
    found: Truth = json.loads(table(CASE, "true_parameters.json").read_text())
    return found


def mean_delay(probabilities: np.ndarray) -> int:
    return round(float(np.arange(len(probabilities)) @ probabilities / probabilities.sum()))


@pytest.fixture(scope="module")
def ratio(table: Callable[[str, str], Path], truth: Truth) -> Estimate:
    series = {
        name: pd.read_csv(table(CASE, file)).set_index("date")[column].to_frame("CA").T
        for name, (file, column) in FILES.items()
    }
    delays = pd.read_csv(table(CASE, "infection_admission_interval.tsv"), sep="\t")["probability_mass"].to_numpy()
    lags = {
        "admissions": mean_delay(delays),
        "visits": mean_delay(np.array(truth["ed_visits"]["delay_pmf"])),
    }
    first = min(lags.values())  # only how much later one comes than the other can be seen
    panel = panel_of(series, {"nothing": 0.0 * series["visits"]})
    panel = panel.assign_coords(role=("indicator", ["market", "market"]))
    settings = SETTINGS | {"lags": {name: lag - first for name, lag in lags.items()}}
    study = study_of(CASE, settings, panel, seed=126, model="detection")
    model = build(study, panel)
    drawn = sample(
        compile_model(model), draws=SAMPLER.draws, tune=SAMPLER.tune, chains=SAMPLER.chains,
        target_accept=SAMPLER.target_accept, seed=study.seed_for("fit"), progress=False,
    )  # fmt: skip
    posterior = complete(model, drawn)
    shares = [log_share(posterior, panel, place) for place in range(2)]
    return Estimate.of(np.exp(shares[0] - shares[1]))


def log_share(posterior: xr.Dataset, panel: xr.Dataset, place: int) -> xr.DataArray:
    """Log of the expected count where the hidden process is at its usual height: level, and the mean of its scatter."""
    name = str(panel["indicator"].values[place])
    level = LEVEL_SD * posterior["coefficient"].sel(coefficient_name=f"level[{name}]", drop=True)
    scatter = posterior["noise_sd"].sel(indicator=name, drop=True) ** 2 / 2
    return float(usual_log_rate(panel)[place]) + level + scatter


def test_the_ratio_of_what_two_signals_ascertain(ratio: Estimate, truth: Truth, answer: Callable[..., None]) -> None:
    true = truth["hospitalizations"]["ihr"] / truth["ed_visits"]["iedr"]
    answer(
        case=CASE,
        asks="ratio of ascertainment of two signals, of one hidden process each some days late",
        published="0.005 / 0.0075 = 0.667",
        ours=ratio.says(3),
        tolerance="10 %",
        why="a truth that was simulated, behind two noisy signals",
        trouble=ratio.trouble,
        holds=abs(ratio.mean / true - 1) <= 0.1,
    )
