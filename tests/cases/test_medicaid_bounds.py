"""Medicaid expansion and insurance coverage: the intervals that HonestDiD publishes, from the published estimates.

The README of asheshrambachan/HonestDiD, after Rambachan and Roth (2023), Review of Economic Studies 90(5).
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evaluation.inference.event_study import EventStudy
from evaluation.inference.relative_magnitudes import relative_magnitudes
from evaluation.inference.smoothness import smoothness

pytestmark = pytest.mark.cases

TOLERANCE = 0.002
PUBLISHED = (-0.00529, -0.01130, -0.00268, -0.00142, 0.00034, 0.04645, 0.06921)  # 2008-2012, 2014, 2015
RELATIVE_MAGNITUDES = {
    0.5: (0.0241, 0.0673), 1.0: (0.0171, 0.0720), 1.5: (0.00859, 0.0796), 2.0: (-0.00107, 0.0883),
}  # fmt: skip
SMOOTHNESS = {
    0.00: (0.0259, 0.0607), 0.01: (0.0132, 0.0787), 0.02: (0.00286, 0.0907),
    0.03: (-0.00714, 0.101), 0.04: (-0.0171, 0.111), 0.05: (-0.0271, 0.121),
}  # fmt: skip
LAST_BEFORE = 2013


@pytest.fixture(scope="module")
def estimates(cases: Path) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients of 2008-2012, 2014 and 2015, and their covariance clustered by state."""
    file = cases / "medicaid_coverage_honestdid" / "ehec_data.csv"
    if not file.is_file():
        pytest.skip(f"the case of Medicaid coverage is not here ({file})")
    table = pd.read_csv(file)
    table["yexp2"] = pd.to_numeric(table["yexp2"], errors="coerce")
    table = table[(table["year"] < 2016) & (table["yexp2"] != 2015)]
    coverage = table.pivot(index="stfips", columns="year", values="dins")
    treated = (table.groupby("stfips")["yexp2"].first() == 2014).reindex(coverage.index).to_numpy(dtype=float)
    states, years = coverage.shape
    indicators = [np.outer(treated, coverage.columns == year) for year in coverage.columns if year != LAST_BEFORE]
    design = np.stack([within(each) for each in indicators], axis=-1)
    flat, outcome = design.reshape(states * years, -1), within(coverage.to_numpy())
    inverse = np.linalg.inv(flat.T @ flat)
    coefficients = inverse @ flat.T @ outcome.ravel()
    residual = outcome - design @ coefficients
    scores = np.einsum("syk,sy->sk", design, residual)
    # as fixest counts them: the effects of states are nested in the clusters
    count, parameters = states * years, design.shape[-1] + years
    small_sample = states / (states - 1) * (count - 1) / (count - parameters)
    return coefficients, small_sample * inverse @ scores.T @ scores @ inverse


def within(values: np.ndarray) -> np.ndarray:
    """Less the means of states and of years."""
    return values - values.mean(axis=0) - values.mean(axis=1, keepdims=True) + values.mean()


@pytest.fixture(scope="module")
def study(estimates: tuple[np.ndarray, np.ndarray]) -> EventStudy:
    """The effect in the first year, as published."""
    return EventStudy.of_estimates(*estimates, np.array([1.0, 0.0]))


def test_the_estimates_are_those_published(estimates: tuple[np.ndarray, np.ndarray]) -> None:
    assert estimates[0] == pytest.approx(PUBLISHED, abs=5e-6)


@pytest.mark.parametrize("times", RELATIVE_MAGNITUDES)
def test_relative_magnitudes_are_those_published(study: EventStudy, times: float) -> None:
    assert relative_magnitudes(study, times) == pytest.approx(RELATIVE_MAGNITUDES[times], abs=TOLERANCE)


@pytest.mark.parametrize("bend", SMOOTHNESS)
def test_smoothness_is_that_published(study: EventStudy, bend: float) -> None:
    assert smoothness(study, bend) == pytest.approx(SMOOTHNESS[bend], abs=TOLERANCE)
