"""The estimand: the meter read with the switch on and off, draw by draw, against sums done by hand."""

from dataclasses import replace

import numpy as np
import pymc as pm
import pytensor
import pytest
import xarray as xr

from evaluation.inference.compiled import build
from evaluation.inference.effect import estimate
from evaluation.inference.graph import evaluate
from evaluation.inference.variants import variant, variant_names
from evaluation.terms.study import ModelPlan, PanelPlan, Study
from tests.unit.models.small import QUESTION, small_panel, with_earlier_edition

MODE = pytensor.compile.mode.Mode(linker="py", optimizer="fast_compile")
SETTINGS = {
    "effect": {"prior": "wide", "priors": {"wide": {"mean": 0.0, "sd": 0.75}, "claimed": {"mean": -0.92, "sd": 0.4}}},
    "leads": 2,
}
STUDY = Study(
    name="small",
    title="Small",
    seed=1,
    panel=PanelPlan(observations=("x",), span=("2010", "2016")),
    question=QUESTION,
    model=ModelPlan(name="staggered", settings=SETTINGS),
)


@pytest.fixture(scope="module")
def fit() -> xr.DataTree:
    """Six draws from the prior, in the shape of a fit: the arithmetic of effects does not care whence draws come."""
    model = build(STUDY, small_panel())
    wanted = [*model.free_RVs, model["effect_of_adoption"], model["effect"], model["effect_unit_sd"]]
    values = pm.draw(wanted, draws=6, random_seed=4, mode=MODE)
    posterior = {}
    for variable, value in zip(wanted, values, strict=True):
        dims = model.named_vars_to_dims.get(variable.name) or tuple(
            f"{variable.name}_{i}" for i in range(value.ndim - 1)
        )
        posterior[variable.name] = (("chain", "draw", *dims), value.reshape(2, 3, *value.shape[1:]))
    coords = {name: list(model.coords[name]) for name in ("indicator", "unit", "time", "adoption", "intervention")}
    return xr.DataTree.from_dict({"posterior": xr.Dataset(posterior, coords=coords)})


def by_hand(fit: xr.DataTree) -> tuple[np.ndarray, np.ndarray]:
    """Expected counts of units A and B with and without the law, (chain, draw, indicator, unit, time)."""
    posterior, panel = fit["posterior"], small_panel()
    on = panel["base"].values[:, :2] * np.exp(posterior["log_rate"].values[..., :2, :])
    effect = posterior["effect_of_adoption"].sel(adoption=["law:A", "law:B"]).values  # (..., indicator, adoption)
    off = on * np.exp(-panel["exposure"].values[0, :2] * effect[..., None])
    return on, off


def test_the_overall_effect_is_the_ratio_of_sums_over_treated_outcome_cells(fit: xr.DataTree) -> None:
    on, off = by_hand(fit)
    treated = small_panel()["exposure"].values[0, :2] > 0
    sums = [values[:, :, :2][..., treated].sum(axis=(-1, -2)) for values in (on, off)]  # the control is not in it
    overall = estimate(STUDY, small_panel(), fit)["overall"]
    np.testing.assert_allclose(overall["percent"], 100 * (sums[0] / sums[1] - 1), rtol=1e-9)
    np.testing.assert_allclose(overall["difference"], sums[0] - sums[1], rtol=1e-9)


def test_only_reported_cells_count_where_the_question_says_so(fit: xr.DataTree) -> None:
    on, off = by_hand(fit)
    panel = small_panel()
    cells = (panel["exposure"].values[0, :2] > 0) & (panel["status"].values[:2, :2] > 0)
    expected = (on - off)[:, :, :2][..., cells].sum(-1)
    reported = replace(STUDY, question=replace(QUESTION, over="reported"))
    np.testing.assert_allclose(estimate(reported, panel, fit)["overall"]["difference"], expected, rtol=1e-9)


def test_event_time_and_cohort_split_the_same_cells(fit: xr.DataTree) -> None:
    effect = estimate(STUDY, small_panel(), fit)
    whole = effect["overall"]["difference"].values
    for node, dim in (("event_time", "event_time"), ("cohort", "cohort"), ("unit", "unit"), ("time", "time")):
        np.testing.assert_allclose(effect[node]["difference"].sum(dim), whole, rtol=1e-9, err_msg=node)
    assert list(effect["cohort"]["cohort"].values) == ["2013", "2014"]
    assert list(effect["event_time"]["event_time"].values) == [0, 1, 2, 3]


def test_the_control_stands_beside_the_outcomes(fit: xr.DataTree) -> None:
    node = estimate(STUDY, small_panel(), fit)["indicator"]
    assert dict(zip(node["indicator"].values, node["outcome"].values, strict=True)) == {
        "victims": True,
        "convicted": True,
        "labour": False,
    }


def test_the_next_unit_is_more_uncertain_than_the_typical_one(fit: xr.DataTree) -> None:
    log_ratio = estimate(STUDY, small_panel(), fit)["next_unit"]["log_ratio"].transpose("chain", "draw", "indicator")
    typical = fit["posterior"]["effect"].sel(intervention="law").transpose("chain", "draw", "indicator")
    moved = (log_ratio.values - typical.values) / fit["posterior"]["effect_unit_sd"].values
    assert 0.5 < moved.std() < 1.6
    assert np.unique(moved).size == moved.size


def test_quantities_are_evaluated_at_each_draw(fit: xr.DataTree) -> None:
    model = build(STUDY, small_panel())
    (values,) = evaluate(model, [model["effect_of_adoption"]], fit["posterior"].to_dataset())
    np.testing.assert_allclose(values, fit["posterior"]["effect_of_adoption"], rtol=1e-9)


def test_a_variant_changes_what_it_says_and_no_more() -> None:
    panel = small_panel()
    suppressed = panel["status"] == 2
    _, dropped = variant("suppressed:dropped").apply(STUDY, panel)
    assert bool(dropped["lower"].where(suppressed, drop=True).isnull().all())
    np.testing.assert_array_equal(dropped["lower"].where(~suppressed), panel["lower"].where(~suppressed))
    _, zero = variant("suppressed:zero").apply(STUDY, panel)
    assert float(zero["upper"].where(suppressed).max()) == 0.0
    claimed, same = variant("prior:claimed").apply(STUDY, panel)
    assert claimed.model.settings["effect"]["prior"] == "claimed"
    assert same is panel


def test_every_variant_keeps_the_shape_of_the_model() -> None:
    panel = with_earlier_edition(small_panel()).assign_attrs(widest_interval=4)
    first = build(STUDY, panel)
    for name in variant_names(SETTINGS):
        model = build(*variant(name).apply(STUDY, panel))
        assert {one.name for one in model.free_RVs} == {one.name for one in first.free_RVs}, name
        assert {one.name for one in model.data_vars} == {one.name for one in first.data_vars}, name
