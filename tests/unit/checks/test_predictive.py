from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from evaluation.checks.book import Evidence
from evaluation.checks.cells import replicated, tail_probability
from evaluation.checks.predictive import _lag_one
from evaluation.terms import Verdict
from tests.unit.checks.conftest import CHAINS, DRAWS, SHAPE, cells_of, counts_group, look, walk, with_group

CHECKS = ("predictive_small_counts", "predictive_dispersion", "predictive_autocorrelation")


@pytest.mark.parametrize("name", CHECKS)
def test_data_of_the_model_pass(name: str, evidence: Evidence) -> None:
    found = look(name, evidence)
    assert found.verdict is Verdict.PASS
    assert found.details["replicates_low"] <= found.details["seen"] <= found.details["replicates_high"]


def anew(evidence: Evidence, rng: np.random.Generator, *, level: float, memory: float, sd: float) -> Evidence:
    shape = (CHAINS, DRAWS, *SHAPE)
    rates = np.exp(rng.normal(level, 0.8, size=(*shape[:-1], 1)) + walk(rng, shape, memory, sd))
    return with_group(evidence, "replicated", counts_group(rng, evidence.panel, rates))


@pytest.mark.parametrize(
    ("name", "level", "memory", "sd"),
    [
        ("predictive_small_counts", 6.0, 0.6, 0.3),
        ("predictive_dispersion", 3.0, 0.6, 1.5),
        ("predictive_autocorrelation", 3.0, 0.0, 0.3),
    ],
)
def test_data_of_another_model_concern(
    name: str, level: float, memory: float, sd: float, evidence: Evidence, rng: np.random.Generator
) -> None:
    found = look(name, anew(evidence, rng, level=level, memory=memory, sd=sd))
    assert found.verdict is Verdict.CONCERN
    assert "unlike" in found.says


@pytest.mark.parametrize("name", CHECKS)
def test_replicates_that_copy_the_data_prove_nothing(name: str, evidence: Evidence, rng: np.random.Generator) -> None:
    pinned = evidence.fit["log_likelihood"].to_dataset()
    pinned = pinned.assign(exact=pinned["exact"] * 0 - rng.chisquare(1, size=pinned["exact"].shape) / 2)
    copied = with_group(with_group(evidence, "replicated", None), "log_likelihood", pinned)
    found = look(name, copied)
    assert found.verdict is Verdict.UNKNOWN
    assert "nearly by itself" in found.says


@pytest.mark.parametrize("name", CHECKS)
def test_replicates_of_a_model_without_own_noise_count(name: str, evidence: Evidence) -> None:
    assert look(name, with_group(evidence, "replicated", None)).verdict is not Verdict.UNKNOWN


@pytest.mark.parametrize("name", CHECKS)
def test_too_few_cells_are_not_known(name: str, evidence: Evidence) -> None:
    few = evidence.fit["replicated"].to_dataset().isel(exact_cell=slice(0, 5), suppressed_cell=slice(0, 1))
    assert look(name, with_group(evidence, "replicated", few)).verdict is Verdict.UNKNOWN


def of_uneven_size(evidence: Evidence) -> Evidence:
    size = np.exp(np.linspace(-2, 2, SHAPE[1]))[:, None]
    return replace(evidence, panel=evidence.panel.assign(base=evidence.panel["base"] * size * np.ones(SHAPE)))


def test_units_of_any_size_that_move_alike_pass_as_such(evidence: Evidence) -> None:
    found = look("predictive_size", of_uneven_size(evidence))
    assert found.verdict is Verdict.PASS
    assert found.details["replicates_low"] <= found.details["seen"] <= found.details["replicates_high"]


def test_large_units_that_move_less_than_the_model_has_it_concern(evidence: Evidence, rng: np.random.Generator) -> None:
    uneven, shape = of_uneven_size(evidence), (CHAINS, DRAWS, *SHAPE)
    steadier = np.exp(-0.5 * np.linspace(-2, 2, SHAPE[1]))[:, None]
    rates = np.exp(rng.normal(3.0, 0.8, size=(*shape[:-1], 1)) + steadier * walk(rng, shape, 0.6, 0.3))
    found = look("predictive_size", with_group(uneven, "replicated", counts_group(rng, uneven.panel, rates)))
    assert found.verdict is Verdict.CONCERN
    assert "size_exponent" in found.advice


def test_units_of_one_size_say_nothing_of_size(evidence: Evidence) -> None:
    assert look("predictive_size", evidence).verdict is Verdict.UNKNOWN


def of_two_outcomes(evidence: Evidence) -> Evidence:
    return replace(evidence, panel=evidence.panel.assign_coords(outcome=("indicator", [True, True])))


def test_outcomes_that_have_nothing_in_common_pass_as_such(evidence: Evidence) -> None:
    assert look("predictive_together", of_two_outcomes(evidence)).verdict is Verdict.PASS


def test_outcomes_that_move_together_concern_where_the_model_has_them_independent(
    evidence: Evidence, rng: np.random.Generator
) -> None:
    """The other way round is told in the same way: replicates that move together, data that do not."""
    level, shape = rng.normal(3.0, 0.8, size=(1, SHAPE[1], 1)), SHAPE
    together = rng.poisson(np.exp(level + walk(rng, (1, *SHAPE[1:]), 0.6, 0.3)) * np.ones(shape)).astype(float)
    exact = evidence.panel["status"].values == 1
    seen = {bound: evidence.panel[bound].copy(data=np.where(exact, np.maximum(together, 5), evidence.panel[bound]))
            for bound in ("lower", "upper")}  # fmt: skip
    found = look("predictive_together", of_two_outcomes(replace(evidence, panel=evidence.panel.assign(seen))))
    assert found.verdict is Verdict.CONCERN
    assert "shared_drift_sd" in found.advice
    assert found.details["seen"] > found.details["replicates_high"]


def test_one_outcome_alone_says_nothing_of_others(evidence: Evidence) -> None:
    assert look("predictive_together", evidence).verdict is Verdict.UNKNOWN


def test_cells_stand_where_the_panel_has_them(evidence: Evidence) -> None:
    counts = replicated(evidence, "posterior_predictive")
    exact = cells_of(evidence.panel, 1)
    observed = counts.observed(evidence.panel)
    np.testing.assert_array_equal(observed[counts.exact], evidence.panel["lower"].values.ravel()[exact])
    assert np.isnan(observed[~counts.exact]).all()
    laid_out = counts.on_panel(observed[None], evidence.panel)[0]  # (indicator, unit, time)
    lower = evidence.panel["lower"].where(evidence.panel["status"] == 1).values
    np.testing.assert_array_equal(laid_out, lower)


def test_without_positions_nothing_is_guessed(evidence: Evidence) -> None:
    group = evidence.fit["replicated"].to_dataset().drop_vars("exact_cell")
    assert look(CHECKS[0], with_group(evidence, "replicated", group)).verdict is Verdict.UNKNOWN


def test_zeros_are_looked_at_where_nothing_is_suppressed(evidence: Evidence) -> None:
    panel = evidence.panel.copy(deep=True)
    panel["status"] = panel["status"].where(panel["status"] != 2, 0)
    group = evidence.fit["replicated"].to_dataset()[["exact"]]
    found = look(CHECKS[0], with_group(replace(evidence, panel=panel), "replicated", group))
    assert "zeros" in found.says


@pytest.mark.parametrize(("seen", "expected"), [(0.0, 0.0), (2.5, 1.0), (1.0, 0.25), (9.0, 0.0)])
def test_tail_probability_by_hand(seen: float, expected: float) -> None:
    # 1.0 of [1, 2, 3, 4]: above 3/4 + half of 1/4 = 0.875; twice the rest
    assert tail_probability(np.array([1.0, 2.0, 3.0, 4.0]), seen) == pytest.approx(expected)


def test_empty_group_is_no_group(evidence: Evidence) -> None:
    empty = with_group(evidence, "replicated", xr.Dataset())
    assert look(CHECKS[0], empty).verdict is Verdict.UNKNOWN


def test_one_series_alone_has_an_autocorrelation(rng: np.random.Generator) -> None:
    shared = rng.normal(size=(3, 1, 40)).cumsum(axis=-1)
    assert (_lag_one(shared[:, None]) > 0.5).all()  # (sample, indicator, unit, time)
