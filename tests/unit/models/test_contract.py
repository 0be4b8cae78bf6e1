"""What every model of the book promises, written once: a model that is not listed here fails."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pymc as pm
import pytensor
import pytest
import xarray as xr
from pymc.blocking import DictToArrayBijection as Flat

from evaluation.inference.compiled import build, compile_model, data_of, on_data_of, sample
from evaluation.inference.designs import known_spread, longer, reach
from evaluation.inference.effect import estimate
from evaluation.inference.simulations import Scenario, simulate
from evaluation.inference.variants import variant, variant_names
from evaluation.models.book import alternatives_of, assumptions_of, entry, get_model, model_names
from evaluation.panel.shape import design_of
from evaluation.pipeline.formats import decode, encode
from evaluation.terms.study import ModelPlan, PanelPlan, Study
from tests.unit.models.small import QUESTION, monthly_panel, neighbours_panel, small_panel, with_earlier_edition

MODE = pytensor.compile.mode.Mode(linker="py", optimizer="fast_compile")
EFFECT = {"prior": "wide", "priors": {"wide": {"mean": 0.0, "sd": 0.75}, "claimed": {"mean": -0.92, "sd": 0.4}}}
PANELS: dict[str, Callable[[], xr.Dataset]] = {
    "staggered": small_panel,
    "interrupted_series": monthly_panel,
    "displacement": neighbours_panel,
    "detection": small_panel,
    "factor": small_panel,
    "synthetic_control": small_panel,
}
SETTINGS: dict[str, dict[str, object]] = {
    "staggered": {"size_exponent": {"mean": 0.25, "sd": 0.25}},
    "interrupted_series": {},
    "displacement": {},
    "detection": {"size_exponent": {"mean": 0.25, "sd": 0.25}},
    "factor": {"factors": 2},
    "synthetic_control": {},
}
BESIDE = {"displacement": [-1, 1]}  # where a law is felt too: in the unit before, and in the unit after
FIELDS = ("log_rate_given_counts__", "shared_drift_given_counts__")
ORDER = [3, 1, 5, 0, 2, 4]

pytestmark = pytest.mark.parametrize("name", model_names())


def study_of(name: str, **settings: object) -> Study:
    effect = EFFECT | settings.pop("effect", {})  # type: ignore[operator]
    return Study(
        name="small",
        title="Small",
        seed=1,
        panel=PanelPlan(observations=("x",), span=("2010", "2016")),
        question=QUESTION,
        model=ModelPlan(name=name, settings=SETTINGS[name] | {"effect": effect} | settings),
    )


def drawn(model: pm.Model, draws: int = 6) -> xr.DataTree:
    """Draws from the prior in the shape of a fit: what a model promises does not hang on whence draws come."""
    stated = [model[one] for one in ("effect", "effect_unit_sd") if one in model]
    wanted = [*model.free_RVs, *(one for one in stated if one not in model.free_RVs)]
    posterior = {}
    for variable, value in zip(wanted, pm.draw(wanted, draws=draws, random_seed=4, mode=MODE), strict=True):
        dims = model.named_vars_to_dims.get(variable.name) or [f"{variable.name} {i}" for i in range(value.ndim - 1)]
        posterior[variable.name] = (("chain", "draw", *dims), value.reshape(2, -1, *value.shape[1:]))
    coords = {dim: list(model.coords[dim]) for dim in ("indicator", "unit", "time", "intervention", "adoption")}
    return xr.DataTree.from_dict({"posterior": xr.Dataset(posterior, coords=coords)})


def meter(model: pm.Model, draw: dict[str, np.ndarray], exposure: np.ndarray) -> np.ndarray:
    pm.set_data({"exposure": exposure}, model=model)
    needed = {variable: draw[variable.name] for variable in model.free_RVs}
    return pytensor.function([], model["mu"], givens=needed, mode=MODE, on_unused_input="ignore")()


def felt_in(name: str, exposure: np.ndarray) -> np.ndarray:
    """Where a model lets a law be felt, (unit, time); in the panel of neighbours they stand in a row."""
    own = (exposure > 0).any(axis=0)
    padded = np.pad(own, ((1, 1), (0, 0)))
    beside = [np.roll(padded, step, axis=0)[1:-1] for step in BESIDE.get(name, [])]
    return np.logical_or.reduce([own, *beside])


def _unobserved(data: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Data of a model without the lists of cells, which differ in length with what is read."""
    return {name: value for name, value in data.items() if not name.startswith(("exact", "suppressed"))}


def one_draw(model: pm.Model) -> dict[str, np.ndarray]:
    values = pm.draw(model.free_RVs, random_seed=1, mode=MODE)
    return {variable.name: value for variable, value in zip(model.free_RVs, values, strict=True)}


def test_it_builds_with_what_every_stage_reads(name: str) -> None:
    panel = PANELS[name]()
    model = build(study_of(name), panel)
    assert model.named_vars_to_dims["mu"] == ("indicator", "unit", "time")
    assert {"exposure", "exposed", "log_base"} <= set(data_of(model))
    np.testing.assert_array_equal(model["exposure"].get_value(), panel["exposure"].values)
    reported = [int((panel["status"] == status).sum()) for status in (1, 2)]
    assert [len(model.coords[one]) for one in ("exact_cell", "suppressed_cell")] == reported
    assert assumptions_of(name)
    assert set(getattr(entry(name).recipe(), "gaussian", ())) - {"effect_walk_step"} <= set(model.named_vars)


@pytest.mark.parametrize(
    ("profile", "noise"),  # each of both: no line of code sees the two together
    [
        ("step", "lognormal"), ("ramp", "negative_binomial"), ("pulse", "lognormal"), ("dynamic", "lognormal"),
        ("dynamic", "negative_binomial"),
    ],
)  # fmt: skip
def test_the_density_is_finite_and_its_gradient_that_of_finite_differences(name: str, profile: str, noise: str) -> None:
    study = study_of(name, noise=noise, effect={"profile": profile}, anticipation=2)
    model = build(study, PANELS[name]())
    point = model.initial_point(1)
    flat = Flat.map(point)
    logp, dlogp = model.compile_fn(model.logp(), mode=MODE), model.compile_fn(model.dlogp(), mode=MODE)
    assert np.isfinite(logp(point))
    direction = np.random.default_rng(2).normal(size=flat.data.shape)
    ahead, behind = (logp(Flat.rmap(flat._replace(data=flat.data + sign * 1e-6 * direction))) for sign in (1, -1))
    assert dlogp(point) @ direction == pytest.approx((ahead - behind) / 2e-6, rel=1e-5)


@pytest.mark.parametrize("profile", ["step", "ramp", "pulse", "dynamic"])
def test_the_meter_moves_by_the_switch_alone(name: str, profile: str) -> None:
    panel = PANELS[name]()
    model = build(study_of(name, effect={"profile": profile}), panel)
    draw, exposure = one_draw(model), panel["exposure"].values
    on, off = meter(model, draw, exposure), meter(model, draw, np.zeros_like(exposure))
    np.testing.assert_array_equal((on != off).all(axis=0), felt_in(name, exposure))  # exactly zero elsewhere
    np.testing.assert_allclose(on, panel["base"].values * np.exp(draw["log_rate"]))  # the world as it was
    half = meter(model, draw, exposure / 2)
    np.testing.assert_allclose(2 * np.log(half / off), np.log(on / off), atol=1e-9)


def test_without_exposure_there_is_no_effect_at_all(name: str) -> None:
    panel = PANELS[name]()
    model = build(study_of(name), panel)
    draw, nothing = one_draw(model), np.zeros_like(panel["exposure"].values)
    pm.set_data({"exposed": nothing}, model=model)
    large = draw | {"effect_pool": draw["effect_pool"] + 5.0}
    without, with_effect = (meter(model, one, nothing) for one in (draw, large))
    np.testing.assert_array_equal(without, with_effect)  # to the last digit


def test_the_prior_predicts_counts_that_can_be(name: str) -> None:
    panel = PANELS[name]()
    model = build(study_of(name), panel)
    counts = pm.draw(model["exact"], draws=60, random_seed=2, mode=MODE)
    usual = float(panel["lower"].where(panel["status"] == 1).mean())
    assert np.isfinite(counts).all()
    assert (counts >= 0).all()
    assert usual / 10 < np.median(counts) < usual * 10
    assert np.mean(counts < usual * 1000) > 0.99


def test_saved_and_loaded_it_gives_the_same_effect(name: str, tmp_path: Path) -> None:
    panel, study = PANELS[name](), study_of(name)
    fit = drawn(build(study, panel))
    file = tmp_path / "fit.nc"
    file.write_bytes(encode("fit.nc", fit))
    here, there = (estimate(study, panel, one) for one in (fit, decode(file)))
    assert set(here.children) == set(there.children)
    for node in here.children:
        xr.testing.assert_identical(here[node].to_dataset(), there[node].to_dataset())


def _relabelled(here: pm.Model, there: pm.Model, value_name: str, value: np.ndarray) -> np.ndarray:
    """Values in the order in which the other model has the labels of their dims."""
    variable = next(one for one in here.free_RVs if here.rvs_to_values[one].name == value_name)
    for axis, dim in enumerate(here.named_vars_to_dims.get(variable.name) or ()):
        order = [list(here.coords[dim]).index(label) for label in there.coords[dim]]
        value = np.take(value, order, axis=axis)
    return value


def test_reordering_units_changes_nothing(name: str) -> None:
    panel = PANELS[name]()
    study = study_of(name)
    here, there = build(study, panel), build(study, panel.isel(unit=ORDER))
    draw, rng = here.initial_point(1), np.random.default_rng(4)
    draw = {one: value + 0.1 * rng.normal(size=value.shape) for one, value in draw.items()}
    moved = {one: _relabelled(here, there, one, value) for one, value in draw.items()}
    moved |= {name: draw[name][:, ORDER] for name in FIELDS if name in draw}
    densities = [model.compile_fn(model.logp(), mode=MODE)(point) for model, point in ((here, draw), (there, moved))]
    assert densities[0] == pytest.approx(densities[1], rel=1e-12)


def test_every_reading_is_the_same_model_on_other_data(name: str) -> None:
    panel, study = with_earlier_edition(PANELS[name]()), study_of(name)
    own = _unobserved(data_of(build(study, panel)))
    for reading in variant_names(study.model.settings):
        other = _unobserved(data_of(build(*variant(reading).apply(study, panel))))
        assert {one: value.shape for one, value in other.items()} == {one: value.shape for one, value in own.items()}, (
            reading
        )


def test_other_models_of_the_same_data_build(name: str) -> None:
    study = study_of(name)
    for other in alternatives_of(name, study.model.settings).values():
        assert other.says
        model = build(study_of(name, **other.over(study.model.settings)), PANELS[name]())
        assert np.isfinite(model.compile_fn(model.logp(), mode=MODE)(model.initial_point(1)))


def test_what_a_longer_series_would_tell_can_be_asked(name: str) -> None:
    study, design = study_of(name), design_of(PANELS[name]())
    gaussian = getattr(get_model(name, study.model.settings), "gaussian", ())
    if not gaussian:  # it is not asked then, and the report says so
        assert reach(study, design, xr.Dataset()).sizes == {}
        return
    spreads = []
    for one in (design, longer(design, 3)):
        made = simulate(study, one, Scenario("matters", -20.0), 2)
        spreads.append(known_spread(study, one, made, gaussian))
    assert np.isfinite(spreads).all()
    assert np.min(spreads) > 0


@pytest.mark.slow
def test_it_samples_and_is_sampled_again_on_other_data(name: str) -> None:
    panel, study = PANELS[name](), study_of(name)
    compiled = compile_model(build(study, panel))
    again = on_data_of(compiled, build(*variant("prior:claimed").apply(study, panel)))
    for one in (compiled, again):
        found = sample(one, draws=20, tune=60, chains=2, target_accept=0.8, seed=1, progress=False)
        assert np.isfinite(found["posterior"]["effect_pool"].values).all()
