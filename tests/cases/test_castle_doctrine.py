"""Castle-doctrine laws and homicide, 50 American states 2000-2010, 21 staggered adopters: counts, and log rates.

Data: Cheng and Hoekstra (2013), Journal of Human Resources 48(3). Estimates: imputation (Borusyak, Jaravel and Spiess
2024) of log rates, clustered by state, and Poisson regression with state and year effects and an offset, both without
covariates.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from evaluation.pipeline.plan import plan
from evaluation.terms.study import Study
from tests.cases.answers import ROOT, MissedError
from tests.cases.fitting import Estimate, effect_of, panel_of

pytestmark = [pytest.mark.cases, pytest.mark.slow]

CASE = "castle_doctrine"
REGIONS = ["northeast", "midwest", "south", "west"]
CONTROLS = {"larceny": "larceny", "motor_theft": "motor"}  # our name, and the column of the rate per 100,000
IMPUTATION, CLUSTERED = 0.0798, (-0.0395, 0.1991)
POISSON_SE = 0.0260
NARROWEST = 0.8  # times the width of the published interval
WIDTH_WHY = "an interval much narrower than a clustered one claims too much; a fifth is allowed for another estimator"
NARROW = (
    "The published interval makes room for any correlation within a state and for noise that differs between states,"
    " and imputation compares with all years before the law alike. Our model states both, a drift that fades and one"
    " noise for all, and weighs years by them: that is narrower, if it is true. The standard error of Callaway and"
    " Sant'Anna's estimate on the same log rates is 0.0387. On laws that were never passed in the same states,"
    " intervals of the model of counts leave out zero in 10 of 100, more often than they say (benchmarks/README.md)"
)
SURER = (
    "An estimator of log rates weighs a state of half a million people like California; a model of counts does not, and"
    " is surer for it. What is said of the width from log rates holds here as well"
)


@pytest.fixture(scope="module")
def states(table: Callable[[str, str], Path]) -> pd.DataFrame:
    return pd.read_csv(table(CASE, "castle.csv"))


@pytest.fixture(scope="module")
def study() -> Study:
    """The study the project comes with: its priors and its seed."""
    return plan(CASE, root=ROOT)


@pytest.fixture(scope="module")
def of_counts(states: pd.DataFrame, study: Study) -> xr.Dataset:
    """Effect on each indicator, from counts, with the two negative controls beside homicide."""
    people = wide(states, states["population"])
    counts = {"homicide": wide(states, states["homicide_c"])}
    counts |= {name: wide(states, states[column]) * people / 1e5 for name, column in CONTROLS.items()}
    region = states.set_index("state")[REGIONS].idxmax(axis=1).groupby(level=0).first()
    law = study.question.interventions[0]
    panel = panel_of(counts, {law: wide(states, states["cdl"])}, base=people, controls=tuple(CONTROLS), region=region)
    return effect_of(study, panel)["indicator"].to_dataset()


@pytest.fixture(scope="module")
def of_log_rates(states: pd.DataFrame, study: Study) -> Estimate:
    """Effect on log rates, each state alike, the first year of a law as a whole one: as the imputation has it.

    A million times the rate is a count so large that its Poisson noise is nothing: what is left is Gaussian in the log.
    """
    in_force = wide(states, (states["cdl"] > 0).astype(float))
    law = study.question.interventions[0]
    panel = panel_of({"homicide": wide(states, np.exp(states["l_homicide"])) * 1e6}, {law: in_force})
    alone = replace(study, question=replace(study.question, controls=()))
    return Estimate.of(effect_of(alone, panel)["overall"]["log_ratio"])


def wide(states: pd.DataFrame, values: pd.Series) -> pd.DataFrame:
    return states.assign(value=values).pivot(index="state", columns="year", values="value")


def of(effects: xr.Dataset, indicator: str) -> Estimate:
    return Estimate.of(effects["log_ratio"].sel(indicator=indicator))


def test_the_mean_from_counts(of_counts: xr.Dataset, answer: Callable[..., None]) -> None:
    found = of(of_counts, "homicide")
    answer(
        case=CASE,
        asks="log rate ratio of homicide, counts: mean",
        published="0.0798 (log rates), 0.0597 (Poisson)",
        ours=found.says(),
        tolerance="0.03 to 0.12",
        why="both published estimates with 0.03 or 0.04 either side, about half the larger standard error",
        holds=0.03 <= found.mean <= 0.12,
        trouble=found.trouble,
    )


def test_the_width_beside_poisson(of_counts: xr.Dataset, answer: Callable[..., None]) -> None:
    found, asked = of(of_counts, "homicide"), NARROWEST * 2 * 1.96 * POISSON_SE
    answer(
        case=CASE,
        asks="log rate ratio of homicide, counts: width of the 95 % interval, beside Poisson with an offset",
        published=f"{2 * 1.96 * POISSON_SE:.4f}",
        ours=f"{found.width:.4f}",
        tolerance=f"at least {asked:.4f}",
        why=WIDTH_WHY,
        holds=found.width >= asked,
        trouble=found.trouble,
    )


@pytest.mark.xfail(raises=MissedError, reason=SURER)
def test_the_width_beside_clustered_log_rates(of_counts: xr.Dataset, answer: Callable[..., None]) -> None:
    found, asked = of(of_counts, "homicide"), NARROWEST * (CLUSTERED[1] - CLUSTERED[0])
    answer(
        case=CASE,
        asks="log rate ratio of homicide, counts: width of the 95 % interval, beside imputation of log rates",
        published=f"{CLUSTERED[1] - CLUSTERED[0]:.4f}",
        ours=f"{found.width:.4f}",
        tolerance=f"at least {asked:.4f}",
        why=WIDTH_WHY,
        holds=found.width >= asked,
        trouble=found.trouble,
        note=SURER,
    )


def test_the_mean_from_log_rates(of_log_rates: Estimate, answer: Callable[..., None]) -> None:
    answer(
        case=CASE,
        asks="log rate ratio of homicide, log rates: mean",
        published=f"{IMPUTATION} (se 0.0609)",
        ours=of_log_rates.says(),
        tolerance=f"{IMPUTATION} ± 0.03",
        why="half a standard error: the same data and estimand, but years weighed by a drift",
        holds=abs(of_log_rates.mean - IMPUTATION) <= 0.03,
        trouble=of_log_rates.trouble,
    )


@pytest.mark.xfail(raises=MissedError, reason=NARROW)
def test_the_width_from_log_rates(of_log_rates: Estimate, answer: Callable[..., None]) -> None:
    asked = NARROWEST * (CLUSTERED[1] - CLUSTERED[0])
    answer(
        case=CASE,
        asks="log rate ratio of homicide, log rates: width of the 95 % interval",
        published=f"{CLUSTERED[1] - CLUSTERED[0]:.4f}",
        ours=f"{of_log_rates.width:.4f}",
        tolerance=f"at least {asked:.4f}",
        why=WIDTH_WHY,
        holds=of_log_rates.width >= asked,
        trouble=of_log_rates.trouble,
        note=NARROW,
    )


@pytest.mark.parametrize("name", CONTROLS)
def test_a_negative_control(of_counts: xr.Dataset, answer: Callable[..., None], name: str) -> None:
    found = of(of_counts, name)
    answer(
        case=CASE,
        asks=f"log rate ratio of {name.replace('_', ' ')}, a negative control",
        published="about 0",
        ours=found.says(),
        tolerance="the 95 % interval holds 0",
        why="a right to self-defence should not move a property crime; nothing closer is published",
        holds=found.lower <= 0 <= found.upper,
        trouble=found.trouble,
    )
