"""California's tobacco programme of 1989: packs a head and year in 39 states, 1970-2000, one of them treated.

Data: Abadie, Diamond and Hainmueller (2010), JASA 105(490). Published: synthetic control and synthetic
difference-in-differences after Arkhangelsky and others (2021), American Economic Review 111(12); Lee and Wooldridge for
log sales less each state's own mean, and less its own trend, before the programme.
"""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import xarray as xr

from evaluation.terms.study import SamplerPlan
from tests.cases.fitting import Estimate, effect_of, panel_of, study_of

pytestmark = [pytest.mark.cases, pytest.mark.slow]

CASE = "california_prop99"
SYNTHETIC_CONTROL, SYNTHETIC_DID = -19.61966, -15.60383  # packs a head and year
LESS_MEAN, LESS_TREND = -0.422, -0.227  # log sales
THOUSAND = 1000  # packs of so many heads: whole numbers whose Poisson noise, 0.3 %, is small beside the rest
SAMPLER = SamplerPlan(chains=4, draws=1500, tune=400)  # mixtures of donors mix slowly


@pytest.fixture(scope="module")
def panel(table: Callable[[str, str], Path]) -> xr.Dataset:
    sales = pd.read_csv(table(CASE, "california_prop99.csv"), sep=";")
    packs, programme = (
        sales.pivot(index="State", columns="Year", values=name) for name in ("PacksPerCapita", "treated")
    )
    return panel_of({"packs": packs * THOUSAND}, {"programme": programme})


@pytest.fixture(scope="module")
def packs_a_head(panel: xr.Dataset) -> Estimate:
    """California beside a mixture of donors, the model as the project ships it."""
    effect = effect_of(study_of(CASE, {}, panel, seed=1988, model="synthetic_control"), panel, SAMPLER)
    years = float(panel["exposure"].sum())
    return Estimate.of(effect["overall"]["difference"] / years / THOUSAND)


@pytest.fixture(scope="module")
def log_ratio(panel: xr.Dataset) -> Estimate:
    """California beside all 38 states alike; the effect may grow from year to year."""
    study = study_of(CASE, {"effect": {"profile": "dynamic"}}, panel, seed=1988)
    return Estimate.of(effect_of(study, panel)["overall"]["log_ratio"])


def test_the_mean_beside_synthetic_control(packs_a_head: Estimate, answer: Callable[..., None]) -> None:
    answer(
        case=CASE,
        asks="packs a head and year: mean",
        published=f"{SYNTHETIC_CONTROL:.2f} (synthetic control)",
        ours=packs_a_head.says(2),
        tolerance="-20 ± 3",
        why="a third of the placebo standard error, 9.8: for a synthetic control with priors",
        holds=abs(packs_a_head.mean + 20) <= 3,
        trouble=packs_a_head.trouble,
    )


def test_the_interval_holds_both_published_answers(packs_a_head: Estimate, answer: Callable[..., None]) -> None:
    answer(
        case=CASE,
        asks="packs a head and year: 95 % interval",
        published=f"{SYNTHETIC_CONTROL:.2f}, {SYNTHETIC_DID:.2f} (synthetic difference-in-differences)",
        ours=f"{packs_a_head.lower:.2f} to {packs_a_head.upper:.2f}",
        tolerance="holds both",
        why="two good estimators differ by this much on these data: an interval that excludes one is too sure",
        holds=packs_a_head.lower <= SYNTHETIC_CONTROL and packs_a_head.upper >= SYNTHETIC_DID,
        trouble=packs_a_head.trouble,
    )


def test_the_log_ratio_beside_difference_in_differences(log_ratio: Estimate, answer: Callable[..., None]) -> None:
    answer(
        case=CASE,
        asks="log ratio of sales: mean, beside difference-in-differences",
        published=f"{LESS_MEAN} (0.121) less means, {LESS_TREND} (0.094) less trends",
        ours=log_ratio.says(3),
        tolerance="between the two",
        why="a level that drifts stands between one that stays and one that follows its own trend",
        holds=LESS_MEAN <= log_ratio.mean <= LESS_TREND,
        trouble=log_ratio.trouble,
    )
