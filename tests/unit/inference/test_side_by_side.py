"""Models of the book side by side: each is fitted by itself, and one that cannot be leaves the others standing."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pymc as pm
import pytest
import xarray as xr

from evaluation.checks.side_by_side import standings
from evaluation.inference.other_models import side_by_side, with_model
from evaluation.inference.refit import Effort
from evaluation.models import book
from evaluation.models.book import Alternative
from evaluation.models.parts.observation import observe
from evaluation.terms.question import Question
from evaluation.terms.study import ChecksPlan
from tests.unit.inference.test_effect import STUDY
from tests.unit.models.small import small_panel

PANEL = small_panel().assign_attrs(widest_interval=4)
ASKING = replace(STUDY, checks=ChecksPlan(future=2, limits={"variant_rhat": 2.0, "variant_ess": 5.0}))
EFFORT = Effort(draws=60, tune=80, chains=2, target_accept=0.8)
MODELS = {
    "flat": Alternative("one effect, and no field", {}, "flat"),
    "broken": Alternative("cannot be built", {}, "broken"),
    "staggered": Alternative("the study's own", STUDY.model.settings, "staggered"),
}


@dataclass(frozen=True)
class Flat:
    """A level for each series and one effect: no field, so that no cell is predicted from the rest of its series."""

    def build(self, panel: xr.Dataset, question: Question) -> Any:
        coords = {name: panel[name].values.astype(str) for name in ("intervention", "indicator", "unit", "time")}
        with pm.Model(coords=coords) as model:
            exposure = pm.Data("exposure", panel["exposure"].values, dims=("intervention", "unit", "time"))
            level = pm.Normal("level", 2.0, 1.0, dims=("indicator", "unit"))
            effect = pm.Normal("effect", 0.0, 0.5)
            log_mu = level[:, :, None] + effect * exposure[0][None]
            pm.Deterministic("mu", pm.math.exp(log_mu), dims=("indicator", "unit", "time"))
            observe(panel, log_mu)
        return model


@dataclass(frozen=True)
class Broken:
    """Cannot be built."""

    def build(self, panel: xr.Dataset, question: Question) -> Any:
        raise ZeroDivisionError("nothing to divide by")


@pytest.fixture(scope="module", autouse=True)
def _entered() -> Iterator[None]:
    """Two models of another package, for as long as this file runs."""
    for name, recipe in (("flat", Flat), ("broken", Broken)):
        book.model(name, assumes=("converged",))(recipe)
    yield
    for name in ("flat", "broken"):
        del book._PAGES[name]


@pytest.fixture(scope="module")
def kept() -> dict[str, xr.Dataset]:
    return {}


@pytest.fixture(scope="module")
def found(_entered: None, kept: dict[str, xr.Dataset]) -> xr.Dataset:
    return side_by_side(ASKING, PANEL, MODELS, EFFORT, kept=kept)


def test_an_alternative_may_be_another_model_with_settings_of_its_own() -> None:
    assert with_model(STUDY, MODELS["flat"]).model.name == "flat"
    assert with_model(STUDY, MODELS["flat"]).model.settings == {}
    own = with_model(STUDY, Alternative("", {"leads": 1}))
    assert own.model.name == "staggered"
    assert own.model.settings["effect"] == STUDY.model.settings["effect"]


@pytest.mark.slow
def test_a_model_that_cannot_be_built_leaves_the_others_standing(found: xr.Dataset) -> None:
    states = dict(zip(found["variant"].values.tolist(), found["state"].values.tolist(), strict=True))
    assert states == {
        f"{family}:{name}": "failed" if name == "broken" else "sampled"
        for name in MODELS
        for family in ("model", "future")
    }
    assert found["trouble"].sel(variant="model:broken").item() == "ZeroDivisionError: nothing to divide by"
    stand = {one.name: one for one in standings(ASKING, PANEL, found, {name: name for name in MODELS})}
    assert "nothing to divide by" in stand["broken"].trouble
    assert stand["staggered"].trouble == ""


@pytest.mark.slow
def test_one_without_a_field_answers_and_is_not_weighed(found: xr.Dataset) -> None:
    flat = found.sel(variant="model:flat")
    assert np.isfinite(flat["percent"].sel(quantity="overall")).all()
    assert np.isnan(flat["log_density"]).all()
    assert np.isfinite(found["log_density"].sel(variant="model:staggered")).all()
    stand = {one.name: one for one in standings(ASKING, PANEL, found, {name: name for name in MODELS})}
    assert "cannot be weighed" in stand["flat"].unweighed
    assert "no other model" in stand["staggered"].unweighed


@pytest.mark.slow
def test_what_is_finished_is_not_fitted_again(found: xr.Dataset, kept: dict[str, xr.Dataset]) -> None:
    assert len(kept) == 4  # of the six, the two that failed are tried again
    seen: list[str] = []
    rest = {name: MODELS[name] for name in ("flat", "staggered")}
    again = side_by_side(ASKING, PANEL, rest, EFFORT, kept=kept, watch=lambda name, done, of: seen.append(name))
    assert seen == []
    names = list(again["variant"].values)
    np.testing.assert_array_equal(again["percent"], found["percent"].sel(variant=names))


@pytest.mark.parametrize("order", [["staggered", "flat", "again"], ["flat", "staggered", "again"]])
def test_a_model_that_predicts_no_cell_stands_on_either_side_of_those_that_do(
    monkeypatch: pytest.MonkeyPatch, order: list[str]
) -> None:
    def rows(study: Any, panel: Any, asked: Any, *_: Any, **__: Any) -> xr.Dataset:
        names = list(asked)
        made = xr.Dataset({"percent": ("variant", np.zeros(len(names)))}, coords={"variant": names})
        if study.model.name == "flat":
            return made
        return made.assign(log_density=(("variant", "cell"), np.ones((len(names), 3)))).assign_coords(cell=[2, 5, 7])

    monkeypatch.setattr("evaluation.inference.other_models.many", rows)
    models = MODELS | {"again": MODELS["staggered"]}
    made = side_by_side(ASKING, PANEL, {name: models[name] for name in order}, EFFORT)
    assert set(made["variant"].values) == {f"{kind}:{name}" for kind in ("model", "future") for name in order}
    assert made["log_density"].sel(variant="model:flat").isnull().all()
    assert made["log_density"].sel(variant="model:staggered").sum() == 3
