"""The drift that a unit's indicators share: its density, its covariance, its coordinates."""

import numpy as np
import pymc as pm
import pytensor.tensor as pt
import pytest
import xarray as xr
from pymc.blocking import DictToArrayBijection as Flat
from pytensor.graph.replace import graph_replace
from scipy.stats import multivariate_normal

from evaluation.inference.graph import evaluate
from evaluation.inference.joined import cell_scales, field_covariances, joined, parted
from evaluation.inference.left_out import given_the_rest
from evaluation.models.parts.field import series_covariance
from evaluation.models.parts.shared_drift import shared_working_counts
from tests.unit.models.small import small_panel
from tests.unit.models.test_size import uneven_panel, value_at
from tests.unit.models.test_staggered import MODE, build

EXPONENT = {"mean": 0.3, "sd": 0.2}
KNOWN = ("level_spread", "drift_sd", "drift_persistence", "noise_sd", "shared_drift_sd", "shared_persistence")


@pytest.fixture(scope="module")
def model() -> pm.Model:
    return build(uneven_panel(), size_exponent=EXPONENT)


def test_one_outcome_shares_with_nothing() -> None:
    panel = small_panel()
    alone = panel.assign_coords(outcome=("indicator", [True, False, False]))
    assert "shared_drift" in build(panel)
    assert "shared_drift" not in build(alone)
    assert "shared_drift" not in build(panel, shared_drift_sd=None)


def test_given_the_rest_is_the_conditional_of_the_joint_gaussian(model: pm.Model) -> None:
    names = [variable.name for variable in model.free_RVs]
    named = {name: model.named_vars_to_dims.get(name) or () for name in names}
    values = pm.draw([model[name] for name in [*names, *KNOWN, "unit_scale"]], draws=2, random_seed=3, mode=MODE)
    draws = xr.Dataset()
    for name, value in zip([*names, *KNOWN, "unit_scale"], values, strict=True):
        dims = named.get(name) or model.named_vars_to_dims.get(name) or ()
        dims = dims if len(dims) == value.ndim - 1 else [f"{name} {axis}" for axis in range(value.ndim - 1)]
        draws[name] = (("chain", "draw", *dims), value[None])
    centre, spread = (one.reshape(1, 2, 3, 6, 7) for one in given_the_rest(model, draws))
    (mean,) = evaluate(model, [model["log_rate_mean"]], draws)
    of_draw = draws.isel(chain=0, draw=1)
    scales = {name: of_draw[name].values for name in (*KNOWN, "unit_scale")}
    unit = 4
    lag = np.abs(np.arange(7)[:, None] - np.arange(7)[None, :])
    covariance = np.zeros((3, 7, 3, 7))
    for k in range(3):
        for other in range(3):
            strength = scales["shared_drift_sd"][k] * scales["shared_drift_sd"][other]
            covariance[k, :, other] += strength * scales["shared_persistence"][0] ** lag
        own = scales["drift_sd"][k] ** 2 * scales["drift_persistence"][k] ** lag
        covariance[k, :, k] += scales["level_spread"][k] ** 2 + own + scales["noise_sd"][k] ** 2 * np.eye(7)
    wide = np.repeat(scales["unit_scale"][:, unit], 7)
    covariance = covariance.reshape(21, 21) * np.outer(wide, wide)
    away = (of_draw["log_rate"].values - mean[0, 1])[:, unit].ravel()
    cell, rest = 9, np.delete(np.arange(21), 9)  # the third period of the second indicator
    pulled = np.linalg.solve(covariance[np.ix_(rest, rest)], covariance[rest, cell])
    assert centre[0, 1, 1, unit, 2] == pytest.approx(mean[0, 1, 1, unit, 2] + pulled @ away[rest], rel=1e-7)
    left = covariance[cell, cell] - pulled @ covariance[rest, cell]
    assert spread[0, 1, 1, unit, 2] == pytest.approx(np.sqrt(left), rel=1e-7)


def test_densities_of_the_drift_and_of_rates_around_it_are_scipys(model: pm.Model) -> None:
    flat = Flat.map(model.initial_point(1))
    point = Flat.rmap(flat._replace(data=flat.data + 0.3 * np.random.default_rng(2).normal(size=flat.data.shape)))
    at = ["shared_drift", "log_rate", "log_rate_mean", "unit_scale", *KNOWN]
    values = value_at(model, model.replace_rvs_by_values([model[name] for name in at]), point)
    found = dict(zip(at, values, strict=True))
    typical, strength = found["shared_drift_sd"].mean(), found["shared_drift_sd"]
    lag = np.abs(np.arange(7)[:, None] - np.arange(7)[None, :])
    path = typical**2 * found["shared_persistence"][0] ** lag
    of_drift = sum(multivariate_normal(np.zeros(7), path).logpdf(one) for one in found["shared_drift"][0])
    felt = (strength / typical)[:, None, None] * found["unit_scale"][..., None] * found["shared_drift"]
    own = [[float(found[name][k]) for name in KNOWN[:4]] for k in range(3)]
    of_rates = sum(
        multivariate_normal(
            (found["log_rate_mean"] + felt)[k, u], found["unit_scale"][k, u] ** 2 * series_covariance(7, *own[k])
        ).logpdf(found["log_rate"][k, u])
        for k in range(3)
        for u in range(6)
    )
    for name, expected in (("shared_drift", of_drift), ("log_rate", of_rates)):
        density = model.logp(vars=[model[name]], jacobian=False)
        assert float(value_at(model, density, point)) == pytest.approx(expected, rel=1e-9)


def test_rates_drawn_from_the_model_have_the_joint_covariance() -> None:
    plain = build(small_panel())
    strength = {"level_spread": np.full(3, 0.3), "shared_drift_sd": np.array([0.5, 1.0, 1.5])}
    scales = {name: np.full(1 if name == "shared_persistence" else 3, 0.6) for name in KNOWN} | strength
    labels = list(plain.coords["scale_name"])
    vector = np.full(len(labels), 0.6)
    for name, values in strength.items():
        for k, indicator in enumerate(plain.coords["indicator"]):
            vector[labels.index(f"{name}[{indicator}]")] = values[k]
    given = {"scale": vector} | {name: scales[name] for name in ("drift_persistence", "shared_persistence")}
    graphs = graph_replace(
        [plain["log_rate"], plain["log_rate_mean"]],
        {plain[name]: pt.as_tensor(value) for name, value in given.items()},
        strict=False,
    )
    rate, mean = pm.draw(graphs, draws=4000, random_seed=5, mode=MODE)
    away = joined(rate - mean)[:, 0]  # (draw, unit, indicator x time)
    found = np.einsum("dus,dut->st", away, away) / (away.shape[0] * away.shape[1])
    known = xr.Dataset(
        {
            name: (("draw", "shared_by" if name == "shared_persistence" else "indicator"), one[None])
            for name, one in scales.items()
        }
    )
    np.testing.assert_allclose(found, field_covariances(known, 7)[0, 0], atol=0.08)
    assert (cell_scales(known, (3, 6, 7)) == 1).all()


def test_joined_and_parted_are_each_others_inverse() -> None:
    values = np.random.default_rng(1).normal(size=(2, 3, 4, 5))
    np.testing.assert_array_equal(parted(joined(values), 3), values)
    assert joined(values)[1, 0, 2].tolist() == values[1, :, 2].ravel().tolist()


def test_counts_that_move_together_say_more_of_what_is_shared() -> None:
    rng = np.random.default_rng(2)
    path = rng.normal(size=(1, 6, 7)).cumsum(axis=-1)
    weights = []
    for shared in (path, rng.normal(size=(3, 6, 7)).cumsum(axis=-1)):
        panel = small_panel()
        count = (
            ("indicator", "unit", "time"),
            rng.poisson(np.exp(4 + np.broadcast_to(shared, (3, 6, 7)))).astype(float),
        )
        weights.append(shared_working_counts(panel.assign(lower=count, upper=count))[:, :, 0].mean())
    assert weights[0] > 2 * weights[1]
