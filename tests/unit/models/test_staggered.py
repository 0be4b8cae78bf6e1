"""The flagship model: one switch, one meter, and priors that are data."""

import numpy as np
import pymc as pm
import pytensor
import pytest
import xarray as xr

from evaluation.models.book import assumptions_of, check_settings, get_model
from evaluation.terms.errors import StudyError
from tests.unit.models.small import QUESTION, small_panel

MODE = pytensor.compile.mode.Mode(linker="py", optimizer="fast_compile")
PRIORS = {"wide": {"mean": 0.0, "sd": 0.75}, "claimed": {"mean": -0.92, "sd": 0.4}}


def build(panel: xr.Dataset, **settings: object) -> pm.Model:
    effect = {"priors": PRIORS, **settings.pop("effect", {})}  # type: ignore[dict-item]
    return get_model("staggered", {"effect": effect, **settings}).build(panel, QUESTION)


def some_draw(model: pm.Model, seed: int = 1) -> dict[str, np.ndarray]:
    return {
        rv.name: value
        for rv, value in zip(model.free_RVs, pm.draw(model.free_RVs, random_seed=seed, mode=MODE), strict=True)
    }


def meter(model: pm.Model, draw: dict[str, np.ndarray], exposure: np.ndarray) -> np.ndarray:
    pm.set_data({"exposure": exposure}, model=model)
    needed = {rv: draw[rv.name] for rv in model.free_RVs}
    return pytensor.function([], model["mu"], givens=needed, mode=MODE, on_unused_input="ignore")()


@pytest.mark.parametrize("profile", ["step", "ramp", "dynamic"])
@pytest.mark.parametrize("noise", ["lognormal", "negative_binomial"])
def test_the_gradient_is_that_of_finite_differences(profile: str, noise: str) -> None:
    model = build(small_panel(), noise=noise, effect={"profile": profile}, anticipation=2)
    point = model.initial_point(1)
    from pymc.blocking import DictToArrayBijection as Flat

    flat = Flat.map(point)
    logp, dlogp = model.compile_fn(model.logp(), mode=MODE), model.compile_fn(model.dlogp(), mode=MODE)
    direction = np.random.default_rng(2).normal(size=flat.data.shape)
    ahead, behind = (logp(Flat.rmap(flat._replace(data=flat.data + sign * 1e-6 * direction))) for sign in (1, -1))
    assert dlogp(point) @ direction == pytest.approx((ahead - behind) / 2e-6, rel=1e-5)


@pytest.mark.parametrize("profile", ["step", "ramp", "dynamic"])
def test_the_meter_moves_by_the_switch_alone(profile: str) -> None:
    panel = small_panel()
    model = build(panel, effect={"profile": profile})
    draw = some_draw(model)
    exposure = panel["exposure"].values
    on, off = meter(model, draw, exposure), meter(model, draw, np.zeros_like(exposure))
    exposed = (exposure > 0).any(axis=0)
    np.testing.assert_array_equal((on != off).all(axis=0), exposed)  # exactly zero where nothing is in force
    base = panel["base"].values
    np.testing.assert_allclose(on, base * np.exp(draw["log_rate"]))  # the field is the world as it was


def test_half_the_exposure_is_half_the_log_effect() -> None:
    panel = small_panel()
    model = build(panel)
    draw = some_draw(model)
    exposure = panel["exposure"].values
    full, half, off = (meter(model, draw, exposure * share) for share in (1.0, 0.5, 0.0))
    np.testing.assert_allclose(2 * np.log(half / off), np.log(full / off), atol=1e-10)


def test_the_named_prior_reaches_the_outcomes_and_not_the_control() -> None:
    model = build(small_panel(), effect={"prior": "claimed"})
    mean = model["effect_prior_mean"].get_value()
    pools = list(model.coords["pool"])
    assert mean[0, pools.index("detection")] == pytest.approx(-0.92)
    assert mean[0, pools.index("control:labour")] == 0.0  # never pulled towards the outcomes
    assert mean[1, pools.index("detection")] == 0.0  # the intervention that is only adjusted for


def test_leads_act_only_where_asked() -> None:
    panel = small_panel()
    quiet, loud = build(panel, leads=2, anticipation=0), build(panel, leads=2, anticipation=2)
    lead = [name.startswith("lead_effect") for name in quiet.coords["coefficient_name"]]
    assert sum(lead) == 2 * 3
    assert (quiet["coefficient_sd"].get_value() != loud["coefficient_sd"].get_value()).sum() == 2 * 3


def test_counts_of_any_size_are_as_curved_where_the_sampler_starts() -> None:
    panel = small_panel()
    large = np.array([1.0, 1e3, 1e5])[:, None, None]
    counts = (panel["lower"] * large).where(panel["lower"] == panel["upper"])
    model = build(panel.assign(lower=counts, upper=counts, base=panel["base"] * large))
    slope, point, field = model.compile_fn(model.dlogp(), mode=MODE), model.initial_point(1), "log_rate_given_counts__"
    start = sum(
        np.size(point[value.name]) for value in model.value_vars[: [v.name for v in model.value_vars].index(field)]
    )
    cells = slice(start, start + point[field].size)
    ahead, behind = (slope(point | {field: point[field] + step})[cells] for step in (1e-3, -1e-3))
    curvature = ((ahead - behind) / 2e-3).reshape(counts.shape)
    many = (counts > 1e4).values
    assert many.sum() > 10
    np.testing.assert_allclose(curvature[many], -1, atol=0.01)


def test_reordering_units_changes_nothing() -> None:
    panel = small_panel()
    turned = panel.isel(unit=[3, 1, 5, 0, 2, 4])
    here, there = build(panel), build(turned)
    draw, field = here.initial_point(1), "log_rate_given_counts__"
    draw[field] = np.random.default_rng(4).normal(size=draw[field].shape)
    moved = dict(draw)
    moved[field] = draw[field][:, [3, 1, 5, 0, 2, 4]]
    order = [list(here.coords["adoption"]).index(name) for name in there.coords["adoption"]]
    moved["effect_unit_step"] = draw["effect_unit_step"][:, order]
    densities = [model.compile_fn(model.logp(), mode=MODE)(point) for model, point in ((here, draw), (there, moved))]
    assert densities[0] == pytest.approx(densities[1], rel=1e-12)


def test_settings_that_cannot_be_are_all_named() -> None:
    wrong = {
        "noise": "gausian",
        "leads": 1,
        "anticipation": 2,
        "shock_sd": -1.0,
        "effect": {"profile": "stp", "prior": "x"},
    }
    found = " ".join(str(problem) for problem in check_settings("staggered", wrong, "model"))
    assert all(word in found for word in ("stp", "did you mean 'step'", "'x'"))
    rest = {name: value for name, value in wrong.items() if name != "effect"}
    found = " ".join(str(problem) for problem in check_settings("staggered", rest, "model"))
    assert all(word in found for word in ("gausian", "anticipation", "shock_sd"))


def test_an_unknown_model_names_the_nearest() -> None:
    with pytest.raises(StudyError, match="did you mean 'staggered'"):
        get_model("stagered", {})


def test_the_model_says_what_it_assumes() -> None:
    assert "no_differential_trend" in assumptions_of("staggered")
