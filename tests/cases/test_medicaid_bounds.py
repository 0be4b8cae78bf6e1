"""Medicaid expansion and insurance coverage: the intervals that HonestDiD publishes, from the published estimates.

The README of asheshrambachan/HonestDiD, after Rambachan and Roth (2023), Review of Economic Studies 90(5).
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evaluation.inference.event_study import EventStudy
from evaluation.inference.relative_magnitudes import relative_magnitudes
from evaluation.inference.smoothness import smoothness

pytestmark = pytest.mark.cases

CASE = "medicaid_coverage_honestdid"
TOLERANCE = 0.002
WHY = "three digits are published, and either program searches in its own way; a fifth of a percentage point"
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
def estimates(table: Callable[[str, str], Path]) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients of 2008-2012, 2014 and 2015, and their covariance clustered by state."""
    rows = pd.read_csv(table(CASE, "ehec_data.csv"))
    rows["yexp2"] = pd.to_numeric(rows["yexp2"], errors="coerce")
    rows = rows[(rows["year"] < 2016) & (rows["yexp2"] != 2015)]
    coverage = rows.pivot(index="stfips", columns="year", values="dins")
    treated = (rows.groupby("stfips")["yexp2"].first() == 2014).reindex(coverage.index).to_numpy(dtype=float)
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


def within_tolerance(found: tuple[float, float], published: tuple[float, float], tolerance: float) -> dict[str, object]:
    """What a row says of an interval."""
    return {
        "case": CASE,
        "published": "{:.4f} to {:.4f}".format(*published),
        "ours": "{:.4f} to {:.4f}".format(*found),
        "tolerance": f"± {tolerance}, each end",
        "why": WHY,
        "holds": max(abs(one - other) for one, other in zip(found, published, strict=True)) <= tolerance,
    }


def test_the_estimates_are_those_published(
    estimates: tuple[np.ndarray, np.ndarray], answer: Callable[..., None]
) -> None:
    furthest = float(np.abs(estimates[0] - PUBLISHED).max())
    answer(
        case=CASE,
        asks="coefficients of the event study, seven years",
        published=", ".join(f"{value:.5f}" for value in PUBLISHED),
        ours=", ".join(f"{value:.5f}" for value in estimates[0]),
        tolerance="0.000005 each",
        why="rounding of the last printed digit: the same regression",
        holds=furthest <= 5e-6,
    )


@pytest.mark.parametrize("times", RELATIVE_MAGNITUDES)
def test_relative_magnitudes_are_those_published(study: EventStudy, answer: Callable[..., None], times: float) -> None:
    row = within_tolerance(relative_magnitudes(study, times), RELATIVE_MAGNITUDES[times], TOLERANCE)
    answer(asks=f"effect in the first year, trends part at most {times:g} times as fast as before", **row)


@pytest.mark.parametrize("bend", SMOOTHNESS)
def test_smoothness_is_that_published(study: EventStudy, answer: Callable[..., None], bend: float) -> None:
    row = within_tolerance(smoothness(study, bend), SMOOTHNESS[bend], TOLERANCE)
    answer(asks=f"effect in the first year, trends bend by at most {bend:g} a year", **row)
