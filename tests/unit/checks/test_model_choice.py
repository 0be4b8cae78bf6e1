"""Other models: silent where they predict and answer alike, not where one predicts better or answers otherwise."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from evaluation.checks.book import Evidence
from evaluation.checks.model_choice import compare_models
from evaluation.terms import Verdict
from tests.unit.checks.conftest import SHAPE, look

CELLS = int(np.prod(SHAPE))
NAMES = ("main", "noise", "profile")


def with_models(
    evidence: Evidence,
    *,
    ahead: Mapping[str, float] | None = None,  # log density of each cell beyond the study's own model
    moved: Mapping[str, float] | None = None,  # log ratio of the answer beyond the study's own
    k: float = 0.2,
    future: bool = True,
    rhat: float = 1.0,
) -> Evidence:
    rng = np.random.default_rng(7)
    base = rng.normal(-3, 0.5, size=CELLS)
    families = ("model", "future") if future else ("model",)
    rows = []
    for family in families:
        hidden = np.arange(CELLS) % SHAPE[2] >= SHAPE[2] - 2
        for name in NAMES:
            one = evidence.variants.sel(variant=["main"]).assign_coords(variant=[f"{family}:{name}"])
            shift = np.exp((moved or {}).get(name, 0.0))
            one["percent"] = 100 * ((1 + one["percent"] / 100) * shift - 1)
            density = base + (ahead or {}).get(name, 0.0) + rng.normal(0, 0.02, size=CELLS)
            one["log_density"] = (("variant", "cell"), density[None])
            seen = np.where(hidden, np.nan, k) if family == "future" else np.full(CELLS, k)
            one["density_k"] = (("variant", "cell"), seen[None])
            one["rhat_max"] = ("variant", [rhat if name == "noise" else 1.0])
            rows.append(one.assign_coords(cell=np.arange(CELLS)))
    return replace(evidence, variants=xr.concat([evidence.variants, *rows], dim="variant", join="outer"))


def test_models_that_predict_and_answer_alike_pass(evidence: Evidence) -> None:
    found = look("model_choice", with_models(evidence))
    assert found.verdict is Verdict.PASS
    assert found.details["loo_weight_main"] <= 1
    assert sum(found.details[f"loo_weight_{name}"] for name in NAMES) == pytest.approx(1, abs=0.01)


def test_one_that_predicts_as_well_and_answers_otherwise_is_not_passed(evidence: Evidence) -> None:
    some = look("model_choice", with_models(evidence, moved={"noise": 0.03}))
    assert some.verdict is Verdict.CONCERN
    much = look("model_choice", with_models(evidence, moved={"noise": 0.2}))
    assert much.verdict is Verdict.FAIL
    assert much.statistic == pytest.approx(0.2 / 0.05, rel=0.1)  # the answers' posterior sd is 0.05
    assert "negative binomial" in much.says


def test_what_a_model_that_predicts_clearly_worse_answers_does_not_count(evidence: Evidence) -> None:
    found = look("model_choice", with_models(evidence, ahead={"noise": -0.5}, moved={"noise": 0.5}))
    assert found.verdict is Verdict.PASS
    assert found.details["loo_noise"] == pytest.approx(-0.5 * CELLS, rel=0.05)
    assert found.details["loo_weight_noise"] < 0.01
    assert found.details["stacked_percent"] == pytest.approx(100 * np.expm1(-0.2), abs=1.5)


def test_one_that_predicts_clearly_better_concerns(evidence: Evidence) -> None:
    found = look("model_choice", with_models(evidence, ahead={"profile": 0.3}))
    assert found.verdict is Verdict.CONCERN
    assert "Clearly better predicts: an effect that may change with event time." in found.says


def test_where_cells_cannot_be_left_out_the_future_tells(evidence: Evidence) -> None:
    hard = with_models(evidence, k=0.9, ahead={"profile": 0.3})
    found = look("model_choice", hard)
    assert found.verdict is Verdict.CONCERN
    assert "loo_profile" not in found.details
    assert found.details["future_profile"] == pytest.approx(0.3 * 2 * CELLS / SHAPE[2], rel=0.1)
    assert look("model_choice", with_models(evidence, k=0.9, future=False)).verdict is Verdict.UNKNOWN


def test_a_model_that_did_not_settle_is_said(evidence: Evidence) -> None:
    found = look("model_choice", with_models(evidence, rhat=1.4))
    assert found.verdict is Verdict.CONCERN
    assert "did not settle" in found.says


def test_without_other_models_nothing_is_known(evidence: Evidence) -> None:
    assert look("model_choice", evidence).verdict is Verdict.UNKNOWN


def test_errors_are_those_of_units_not_of_cells() -> None:
    unit = np.repeat(np.arange(10), 30)
    apart = np.repeat(np.random.default_rng(1).normal(0, 1, size=10), 30)  # all cells of a unit say the same
    found = compare_models({"main": np.zeros(300) - 3, "other": apart - 3}, unit)
    assert found.ahead["other"] == pytest.approx(apart.sum())
    assert found.error["other"] == pytest.approx(30 * np.sqrt(10) * apart[::30].std(ddof=1))
    assert found.error["other"] > 5 * np.sqrt(300) * apart.std() / 2


def test_the_weights_are_those_that_predict_best_together() -> None:
    rng = np.random.default_rng(2)
    first, second = rng.normal(-2, 1, size=(2, 400))
    found = compare_models({"main": first, "other": second}, np.arange(400))
    grid = np.linspace(0, 1, 2001)[:, None]
    together = np.log((1 - grid) * np.exp(first) + grid * np.exp(second)).sum(axis=1)
    assert found.weight["other"] == pytest.approx(float(grid[together.argmax(), 0]), abs=0.01)
