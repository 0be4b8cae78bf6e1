"""How models stand side by side: one that fails, did not settle or predicts nothing leaves the others standing."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import xarray as xr

from evaluation.checks.book import Evidence
from evaluation.checks.side_by_side import standings, together
from evaluation.inference.many import Job, failed
from evaluation.inference.refit import Effort
from evaluation.terms.standing import Standing
from tests.unit.checks import test_model_choice as choice

MODELS = {"main": "staggered", "noise": "interrupted_series", "profile": "displacement"}


def with_models(evidence: Evidence, **changes: Any) -> Evidence:
    """As many fits leave them: each row says whether anything was wrong."""
    seen = choice.with_models(evidence, **changes)
    return replace(seen, variants=seen.variants.assign(trouble=("variant", [""] * seen.variants.sizes["variant"])))


def stand(evidence: Evidence, variants: xr.Dataset | None = None, models: dict[str, str] | None = None):  # type: ignore[no-untyped-def]
    found = standings(
        evidence.study, evidence.panel, evidence.variants if variants is None else variants, models or MODELS
    )
    return {one.name: one for one in found}


def test_each_model_has_its_score_its_weight_and_what_it_assumes_beyond_the_others(evidence: Evidence) -> None:
    found = stand(with_models(evidence, ahead={"noise": -0.5}))
    assert list(found) == list(MODELS)
    assert found["main"].loo is not None
    assert found["main"].loo.ahead == 0
    assert found["noise"].loo.ahead < -50
    assert found["noise"].weight < 0.01
    assert sum(one.weight for one in found.values()) == pytest.approx(1, abs=0.01)
    assert "no_differential_trend" in found["main"].assumes
    assert "course_continues" in found["noise"].assumes
    assert not set.intersection(*(set(one.assumes) for one in found.values()))


def test_a_failed_model_leaves_the_others_standing(evidence: Evidence) -> None:
    variants = with_models(evidence).variants
    job = Job(
        name="model:noise", says="", study=evidence.study, panel=evidence.panel, seed=1, key="",
        effort=Effort(draws=1000, tune=5, chains=1, target_accept=0.8),
    )  # fmt: skip
    rest = [name for name in variants["variant"].values if name not in ("model:noise", "future:noise")]
    broken = xr.concat([variants.sel(variant=rest), failed(job, ValueError("it broke"))], dim="variant", join="outer")
    found = stand(evidence, broken)
    assert found["noise"].trouble == "ValueError: it broke"
    assert found["noise"].weight is None
    assert found["main"].weight + found["profile"].weight == pytest.approx(1, abs=0.01)


def test_one_that_did_not_settle_has_no_answer(evidence: Evidence) -> None:
    found = stand(with_models(evidence, rhat=1.4))
    assert "did not settle (R-hat 1.40" in found["noise"].trouble
    assert found["profile"].weight is not None


def test_one_that_predicts_nothing_stands_without_weight_and_with_the_reason(evidence: Evidence) -> None:
    variants = with_models(evidence).variants
    gap = variants["variant"].isin(["model:noise", "future:noise"])
    found = stand(evidence, variants.assign(log_density=variants["log_density"].where(~gap)))
    assert found["noise"].trouble == ""
    assert "cannot be weighed" in found["noise"].unweighed
    assert found["main"].weight + found["profile"].weight == pytest.approx(1, abs=0.01)


def test_a_single_model_is_weighed_against_nothing(evidence: Evidence) -> None:
    found = stand(with_models(evidence), models={"main": "staggered"})
    assert found["main"].unweighed == "there is no other model to weigh it against"


def test_together_they_answer_by_weight(evidence: Evidence) -> None:
    seen = with_models(evidence, moved={"noise": 0.4})
    found = tuple(
        replace(one, loo=replace(one.loo, weight=weight))
        for one, weight in zip(stand(seen).values(), (0.25, 0.75, 0.0), strict=True)
    )
    mixed = together(seen.variants, found)
    assert mixed is not None
    draws = {name: seen.variants["percent"].sel(variant=f"model:{name}", quantity="overall").values for name in MODELS}
    edge = (np.median(draws["main"]) + np.median(draws["noise"])) / 2
    assert float((mixed.sel(quantity="overall") > edge).mean()) == pytest.approx(0.75, abs=0.02)


def test_without_weights_there_is_no_answer_together(evidence: Evidence) -> None:
    assert together(with_models(evidence).variants, (Standing(name="main", says="?", assumes=()),)) is None
