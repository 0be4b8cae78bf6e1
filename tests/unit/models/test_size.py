"""Units of different size: how widely each wanders, held against scipy and against the model without."""

from typing import Any

import numpy as np
import pymc as pm
import pytest
import xarray as xr
from pymc.blocking import DictToArrayBijection as Flat
from scipy.stats import multivariate_normal

from evaluation.models.book import check_settings
from evaluation.models.parts.field import series_covariance
from tests.unit.models.small import small_panel
from tests.unit.models.test_staggered import MODE, build

SIZES = np.array([1.0, 3.0, 10.0, 0.3, 5.0, 40.0])
PRIOR = {"mean": 0.3, "sd": 0.2}


def uneven_panel() -> xr.Dataset:
    panel = small_panel()
    return panel.assign(base=panel["base"] * xr.DataArray(SIZES, dims="unit"))


@pytest.fixture(scope="module")
def model() -> pm.Model:
    return build(uneven_panel(), size_exponent=PRIOR, shared_drift_sd=None)


def somewhere(model: pm.Model) -> Any:
    flat = Flat.map(model.initial_point(1))
    return flat._replace(data=flat.data + 0.3 * np.random.default_rng(2).normal(size=flat.data.shape))


def value_at(model: pm.Model, graph: Any, point: dict[str, np.ndarray]) -> Any:
    return model.compile_fn(graph, inputs=model.value_vars, mode=MODE, on_unused_input="ignore")(point)


def test_a_large_unit_wanders_less_by_the_power_of_its_size(model: pm.Model) -> None:
    exponent, scale = pm.draw([model["size_exponent"], model["unit_scale"]], random_seed=1, mode=MODE)
    np.testing.assert_allclose(scale[:, 5] / scale[:, 0], 40.0**-exponent, rtol=1e-12)
    np.testing.assert_allclose(np.log(scale).mean(axis=1), 0, atol=1e-12)  # 1 where the size is typical


def test_the_density_of_the_field_is_scipys(model: pm.Model) -> None:
    point = Flat.rmap(somewhere(model))
    names = ("log_rate", "log_rate_mean", "unit_scale", "level_spread", "drift_sd", "drift_persistence", "noise_sd")
    found = value_at(model, model.replace_rvs_by_values([model[name] for name in names]), point)
    rate, mean, wider, *scales = found
    expected = sum(
        multivariate_normal(
            mean[k, u], wider[k, u] ** 2 * series_covariance(7, *(float(one[k]) for one in scales))
        ).logpdf(rate[k, u])
        for k in range(3)
        for u in range(6)
    )
    density = model.logp(vars=[model["log_rate"]], jacobian=False)
    assert value_at(model, density, point) == pytest.approx(expected, rel=1e-10)


def test_the_gradient_is_that_of_finite_differences(model: pm.Model) -> None:
    at = somewhere(model)
    logp, dlogp = model.compile_fn(model.logp(), mode=MODE), model.compile_fn(model.dlogp(), mode=MODE)
    direction = np.random.default_rng(3).normal(size=at.data.shape)
    ahead, behind = (logp(Flat.rmap(at._replace(data=at.data + sign * 1e-6 * direction))) for sign in (1, -1))
    assert dlogp(Flat.rmap(at)) @ direction == pytest.approx((ahead - behind) / 2e-6, rel=1e-5)


def test_coordinates_lead_back_and_volume_is_that_of_the_map(model: pm.Model) -> None:
    at, field = Flat.rmap(somewhere(model)), model["log_rate"]
    value, transform = model.rvs_to_values[field], model.rvs_to_transforms[field]
    inputs = model.replace_rvs_by_values(list(field.owner.op.dist_params(field.owner)))
    back = transform.backward(value, *inputs)
    again, volume = value_at(model, [transform.forward(back, *inputs), transform.log_jac_det(value, *inputs)], at)
    np.testing.assert_allclose(again, at[value.name], atol=1e-9)
    make = model.compile_fn(back, inputs=model.value_vars, mode=MODE, on_unused_input="ignore")
    step, jacobian = 1e-6, np.empty((126, 126))
    for cell in range(126):
        moved = np.zeros(126)
        moved[cell] = step
        ends = [make(at | {value.name: at[value.name] + sign * moved.reshape(3, 6, 7)}) for sign in (1, -1)]
        jacobian[:, cell] = (ends[0] - ends[1]).ravel() / (2 * step)
    assert np.linalg.slogdet(jacobian)[1] == pytest.approx(float(volume), rel=1e-6)


def test_the_density_of_given_rates_is_scipys_too(model: pm.Model) -> None:
    point, exponent = model.initial_point(1), np.array([0.3, -0.2, 0.5])
    rates = np.random.default_rng(4).normal(-9, 1, size=(3, 6, 7))
    names = ("log_rate_mean", "unit_scale", "level_spread", "drift_sd", "drift_persistence", "noise_sd")
    graphs = model.replace_rvs_by_values([pm.logp(model["log_rate"], rates), *(model[name] for name in names)])
    density, mean, wider, *scales = value_at(model, graphs, point | {"size_exponent": exponent})
    expected = sum(
        multivariate_normal(
            mean[k, u], wider[k, u] ** 2 * series_covariance(7, *(float(one[k]) for one in scales))
        ).logpdf(rates[k, u])
        for k in range(3)
        for u in range(6)
    )
    np.testing.assert_allclose(wider[:, 5] / wider[:, 0], 40.0**-exponent, rtol=1e-12)
    assert float(density) == pytest.approx(expected, rel=1e-10)


def test_an_exponent_of_zero_is_the_model_without(model: pm.Model) -> None:
    plain = build(uneven_panel(), shared_drift_sd=None)
    point = plain.initial_point(1)
    rates = np.random.default_rng(4).normal(-9, 1, size=(3, 6, 7))
    densities = []
    for one, more in ((plain, {}), (model, {"size_exponent": np.zeros(3)})):
        field = one["log_rate"]
        density = one.replace_rvs_by_values([pm.logp(field, rates)])[0]
        densities.append(float(value_at(one, density, point | more)))
    assert densities[0] == pytest.approx(densities[1], rel=1e-12)


def test_draws_of_the_prior_scatter_as_their_scale_says(model: pm.Model) -> None:
    rate, mean, wider = pm.draw(
        [model["log_rate"], model["log_rate_mean"], model["unit_scale"]], draws=400, random_seed=5, mode=MODE
    )
    scatter = ((rate - mean) / wider[..., None]).std(axis=(0, 3))
    np.testing.assert_allclose(scatter, scatter.mean(axis=1, keepdims=True) * np.ones((1, 6)), rtol=0.2)


@pytest.mark.parametrize("wrong", [{"mean": 0.2}, {"mean": 0.2, "sd": 0.0}, {"mean": 0.2, "sd": 0.1, "df": 3}])
def test_a_prior_that_is_none_is_refused(wrong: dict[str, float]) -> None:
    (found,) = check_settings("staggered", {"size_exponent": wrong}, "model")
    assert "give {mean: 0.25, sd: 0.25}" in str(found)
