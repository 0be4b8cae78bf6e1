"""Sampling: the same seed gives the same draws; one compiled density serves other data. One compilation for all."""

import numpy as np
import pytest

from evaluation.inference.compiled import Compiled, build, compile_model, complete, on_data_of, sample
from evaluation.inference.variants import variant
from evaluation.terms.errors import EvidenceError
from tests.unit.inference.test_effect import MODE, STUDY
from tests.unit.models.small import small_panel

PANEL = small_panel().assign_attrs(widest_interval=4)
SHORT = {"draws": 20, "tune": 30, "chains": 2, "target_accept": 0.8, "progress": False}


@pytest.fixture(scope="module")
def compiled() -> Compiled:
    return compile_model(build(STUDY, PANEL))


def test_the_same_seed_gives_the_same_draws_and_another_does_not(compiled: Compiled) -> None:
    first, again, other = (sample(compiled, seed=seed, **SHORT)["posterior"] for seed in (1, 1, 2))
    for name in first.data_vars:
        np.testing.assert_array_equal(first[name], again[name])
    assert not np.array_equal(first["log_rate"], other["log_rate"])


def test_the_density_is_made_of_few_operations_and_makes_the_field_once(compiled: Compiled) -> None:
    # each operation costs a second of compiling, and a field made thrice is a gradient of twice the time
    names = [type(node.op).__name__ for node in compiled.density.logp_func.maker.fgraph.toposort()]
    assert len(names) <= 100
    once = {"DesignMean", "DesignGradient", "Shifted", "ShiftedGradient", "Pooled"}
    assert {name: names.count(name) for name in once} == dict.fromkeys(once, 1)
    twice = {"FieldMade", "FieldMadeGradient"}  # the field of each series, and that of the drift they share
    assert {name: names.count(name) for name in twice} == dict.fromkeys(twice, 2)


@pytest.mark.parametrize("name", ["prior:claimed", "suppressed:dropped", "suppressed:zero", "breaks:off", "leads"])
def test_on_other_data_the_compiled_density_is_that_of_a_fresh_model(compiled: Compiled, name: str) -> None:
    model = build(*variant(name).apply(STUDY, PANEL))
    density = on_data_of(compiled, model).density
    fresh, point = model.compile_fn(model.logp(), mode=MODE), model.initial_point(3)
    values = np.concatenate([np.ravel(point[model.rvs_to_values[one].name]) for one in model.free_RVs])
    data = {variable: density.shared_data[key] for variable, key in density.shared_var_keys.items()}
    value, _ = density.logp_func.vm.jit_fn(values, *(data[shared] for shared in density.logp_func.get_shared()))
    assert float(value) == pytest.approx(float(fresh(point)), rel=1e-10)


def test_what_follows_from_the_draws_is_added(compiled: Compiled) -> None:
    posterior = complete(build(STUDY, PANEL), sample(compiled, seed=1, **SHORT))
    scales = posterior["scale"].sel(scale_name=[f"noise_sd[{name}]" for name in PANEL["indicator"].values])
    np.testing.assert_allclose(posterior["noise_sd"].values, scales.values)
    assert {"effect", "effect_of_adoption", "lead_effect"} <= set(posterior.data_vars)
    assert "mu" not in posterior


def test_a_model_with_other_data_is_refused(compiled: Compiled) -> None:
    other = build(STUDY, PANEL.isel({"break": slice(0, 0)}).assign_attrs(widest_interval=0))
    with pytest.raises(EvidenceError, match="compile the variant on its own"):
        on_data_of(compiled, other)
