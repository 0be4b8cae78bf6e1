"""Minimum wages and teen employment: 500 American counties 2003-2007, three cohorts of staggered adopters.

Data: those of the R package did, after Callaway and Sant'Anna (2021), Journal of Econometrics 225(2). Published: the
imputation estimate of Borusyak, Jaravel and Spiess (2024), which is that of Wooldridge (2021) with an effect for each
cohort and year, averaged over treated cells.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.cases.answers import MissedError
from tests.cases.fitting import Estimate, effect_of, panel_of, study_of

pytestmark = [pytest.mark.cases, pytest.mark.slow]

CASE = "mpdta_minwage"
IMPUTATION, STANDARD_ERROR = -0.0477099, 0.0132225
TOLERANCE = 0.004
SD_FROM, SD_TO = 0.8, 1.4  # times the standard error
POOLED = (
    "The tolerance is for an effect of its own for each cohort and year. Here the 20 counties whose employment fell by"
    " 13 % in their third year under the law are drawn in part towards the 131 with a single year. A county's level is"
    " drawn towards that of all counties, which shows where there is one year before the law. With drift, the last"
    " years before the law count for more. Callaway and Sant'Anna's estimate on the same data is -0.0400 (0.0120)"
)


@pytest.fixture(scope="module")
def counties(table: Callable[[str, str], Path]) -> pd.DataFrame:
    return pd.read_csv(table(CASE, "mpdta.csv")).rename(columns={"first.treat": "first"})


def wide(counties: pd.DataFrame, values: pd.Series) -> pd.DataFrame:
    return counties.assign(value=values).pivot(index="countyreal", columns="year", values="value")


@pytest.fixture(scope="module")
def like_for_like(counties: pd.DataFrame) -> Estimate:
    """What the published estimator assumes, in the words of our model.

    An effect for each cohort and year, with nothing pooled between them: an intervention each. No serial correlation,
    and no spread of effects within a cohort. A level for each cohort, as a covariate: the model draws the levels of
    counties towards a common one, and so takes some of the difference between cohorts for effect where there is one
    year before the law (without the covariates the mean is -0.041). A thousand times the employment is a count so large
    that its Poisson noise is nothing: what is left is Gaussian in the log, each county alike.
    """
    treated = counties[(counties["first"] > 0) & (counties["year"] >= counties["first"])]
    laws = {
        f"{first} in {year}": wide(counties, (counties["first"].eq(first) & counties["year"].eq(year)).astype(float))
        for first, year in sorted(set(zip(treated["first"], treated["year"], strict=True)))
    }
    cohorts = {
        str(first): wide(counties, counties["first"].eq(first).astype(float)) for first in treated["first"].unique()
    }
    employment = wide(counties, np.exp(counties["lemp"]))
    panel = panel_of({"employment": employment * 1000}, laws, covariates=cohorts)
    settings = {
        "effect": {"unit_sd": 0.001},  # counties of a cohort differ by a thousandth: not at all
        "drift_sd": 0.001,  # a county wanders by a thousandth: not at all
        "covariate_sd": 3.0,  # a cohort may be twenty times as large as another
        "leads": 0,
    }
    study = study_of(CASE, settings, panel, seed=2007)
    return Estimate.of(effect_of(study, panel)["overall"]["log_ratio"])


@pytest.fixture(scope="module")
def pooled(counties: pd.DataFrame) -> Estimate:
    """The model as the project ships it, on employment per person; the effect may change with time since the law."""
    in_force = counties["first"].gt(0) & counties["year"].ge(counties["first"])
    panel = panel_of(
        {"employment": wide(counties, np.exp(counties["lemp"]))},
        {"law": wide(counties, in_force.astype(float))},
        base=wide(counties, 1000 * np.exp(counties["lpop"])),
    )
    study = study_of(CASE, {"effect": {"profile": "dynamic"}}, panel, seed=2007)
    return Estimate.of(effect_of(study, panel)["overall"]["log_ratio"])


def test_the_mean_like_for_like(like_for_like: Estimate, answer: Callable[..., None]) -> None:
    answer(
        case=CASE,
        asks="log ratio of employment, an effect for each cohort and year: mean",
        published=f"{IMPUTATION:.4f} (imputation)",
        ours=like_for_like.says(),
        tolerance=f"{IMPUTATION:.4f} ± {TOLERANCE}",
        why="a third of a standard error: the estimator's own assumptions (levels by cohort, nothing pooled, no drift),"
        " so that only priors part us",
        holds=abs(like_for_like.mean - IMPUTATION) <= TOLERANCE,
        trouble=like_for_like.trouble,
    )


def test_the_sd_like_for_like(like_for_like: Estimate, answer: Callable[..., None]) -> None:
    lowest, highest = SD_FROM * STANDARD_ERROR, SD_TO * STANDARD_ERROR
    answer(
        case=CASE,
        asks="log ratio of employment, an effect for each cohort and year: posterior sd",
        published=f"{STANDARD_ERROR:.4f} (clustered)",
        ours=f"{like_for_like.sd:.4f}",
        tolerance=f"{lowest:.4f} to {highest:.4f}",
        why="0.8 to 1.4 times: one noise for all counties, where a clustered error lets each have its own",
        holds=lowest <= like_for_like.sd <= highest,
        trouble=like_for_like.trouble,
    )


def test_the_interval_like_for_like(like_for_like: Estimate, answer: Callable[..., None]) -> None:
    answer(
        case=CASE,
        asks="log ratio of employment, an effect for each cohort and year: 95 % interval",
        published="a fall",
        ours=f"{like_for_like.lower:.4f} to {like_for_like.upper:.4f}",
        tolerance="below 0",
        why="the published estimate is 3.6 standard errors below none",
        holds=like_for_like.upper < 0,
        trouble=like_for_like.trouble,
    )


@pytest.mark.xfail(raises=MissedError, reason=POOLED)
def test_the_mean_as_shipped(pooled: Estimate, answer: Callable[..., None]) -> None:
    answer(
        case=CASE,
        asks="log ratio of employment, the model as the project ships it, pooled and with drift: mean",
        published=f"{IMPUTATION:.4f} (imputation)",
        ours=pooled.says(),
        tolerance=f"{IMPUTATION:.4f} ± {TOLERANCE}",
        why="that of the row above, for a model that estimates something else",
        holds=abs(pooled.mean - IMPUTATION) <= TOLERANCE,
        trouble=pooled.trouble,
        note=POOLED,
    )
