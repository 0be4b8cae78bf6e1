"""Own effect, spill-over and net: where they may lie, and that they add up."""

from dataclasses import replace

import numpy as np
import pymc as pm
import pytensor
import pytest
import xarray as xr

from evaluation.inference.compiled import build
from evaluation.inference.effect import estimate
from evaluation.terms.study import ModelPlan, PanelPlan, Study
from tests.unit.models.small import QUESTION, neighbours_panel, small_panel

MODE = pytensor.compile.mode.Mode(linker="py", optimizer="fast_compile")


def study_of(**settings: object) -> Study:
    plan = PanelPlan(observations=("x",), span=("2010", "2016"))
    model = ModelPlan(name="displacement", settings=settings)
    return Study(name="small", title="Small", seed=1, panel=plan, question=QUESTION, model=model)


def effect_of(study: Study, panel: xr.Dataset) -> xr.DataTree:
    """The effect of draws from the prior."""
    model = build(study, panel)
    values = pm.draw(model.free_RVs, draws=4, random_seed=4, mode=MODE)
    posterior = {
        one.name: (("chain", "draw", *(f"{one.name} {axis}" for axis in range(value.ndim - 1))), value[None])
        for one, value in zip(model.free_RVs, values, strict=True)
    }
    return estimate(study, panel, xr.DataTree.from_dict({"posterior": xr.Dataset(posterior)}))


@pytest.fixture(scope="module")
def between_places() -> xr.DataTree:
    return effect_of(study_of(), neighbours_panel())


@pytest.fixture(scope="module")
def between_platforms() -> xr.DataTree:
    return effect_of(study_of(rivals=["convicted"]), small_panel())


@pytest.mark.parametrize("which", ["between_places", "between_platforms"])
def test_own_effect_and_spill_over_add_up_to_the_net(which: str, request: pytest.FixtureRequest) -> None:
    effect = request.getfixturevalue(which)
    own, spill_over, net = (effect[name]["difference"].values for name in ("own", "spill_over", "net"))
    assert (np.abs(own) > 0).all()
    assert (np.abs(spill_over) > 0).all()
    np.testing.assert_allclose(own + spill_over, net)


def test_what_spills_over_reaches_neighbours_of_the_law_asked_about_and_nobody_else(
    between_places: xr.DataTree,
) -> None:
    assert list(between_places["own_unit"]["unit"].values) == ["A", "B"]
    assert list(between_places["spill_over_unit"]["unit"].values) == ["A", "B", "C"]  # D is beside C: only adjusted for
    assert list(between_places["net_indicator"]["indicator"].values) == ["victims", "convicted"]  # and no control


def test_rivals_are_spill_over_and_the_others_the_own_effect(between_platforms: xr.DataTree) -> None:
    assert list(between_platforms["own_indicator"]["indicator"].values) == ["victims"]
    assert list(between_platforms["spill_over_indicator"]["indicator"].values) == ["convicted"]
    for node in ("percent", "difference"):
        np.testing.assert_allclose(between_platforms["net"][node], between_platforms["overall"][node])
        own = between_platforms["indicator"][node].sel(indicator="victims")
        np.testing.assert_allclose(between_platforms["own"][node], own)


def test_rivals_share_no_pool() -> None:
    model = build(study_of(rivals=["convicted"]), small_panel())
    assert list(model.coords["pool"]) == ["detection", "rival:convicted", "control:labour"]
    assert "effect_indicator_step" not in model.named_vars


def test_a_model_without_spill_over_has_none_of_it() -> None:
    study = replace(study_of(), model=ModelPlan(name="staggered"))
    assert not {"own", "spill_over", "net"} & set(effect_of(study, neighbours_panel()).children)
