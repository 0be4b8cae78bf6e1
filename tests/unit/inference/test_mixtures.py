"""Cells of mixtures and of their donors given all others: against the joint Gaussian, and against fits without them."""

import numpy as np
import pymc as pm
import pytensor
import pytest
import xarray as xr

from evaluation.inference.graph import evaluate
from evaluation.inference.left_out import given_the_rest
from evaluation.inference.mixtures import given_all_others
from evaluation.inference.pointwise import log_densities
from evaluation.inference.refit import Effort, Refit
from evaluation.inference.variants import unreported
from evaluation.models.book import get_model
from tests.unit.models.courses import PERIODS as PERIODS_THERE
from tests.unit.models.courses import START, shared_courses
from tests.unit.models.small import QUESTION, small_panel

MODE = pytensor.compile.mode.Mode(linker="py", optimizer="fast_compile")
SCALES = ("level_sd", "drift_sd", "persistence", "noise_sd")
TREATED, DONORS, PERIODS = slice(0, 3), slice(3, 6), 7


@pytest.fixture(scope="module")
def model() -> pm.Model:
    return get_model("synthetic_control", {}).build(small_panel(), QUESTION)


@pytest.fixture(scope="module")
def draws(model: pm.Model) -> xr.Dataset:
    """Two draws from the prior, each variable under its own name."""
    stated = [f"{whose}_{scale}" for whose in ("donor", "own") for scale in SCALES if scale != "persistence"]
    names = [*(variable.name for variable in model.free_RVs), *stated, "weight"]
    values = pm.draw([model[name] for name in names], draws=2, random_seed=3, mode=MODE)
    found = xr.Dataset()
    for name, value in zip(names, values, strict=True):
        dims = model.named_vars_to_dims.get(name) or [f"{name} {axis}" for axis in range(value.ndim - 1)]
        found[name] = (("chain", "draw", *dims), value[None])
    return found


def covariance(draw: xr.Dataset, k: int) -> np.ndarray:
    """Of all cells of one indicator, (unit x time, unit x time): donors, and mixtures of them with noise around."""
    lag = np.abs(np.arange(PERIODS)[:, None] - np.arange(PERIODS)[None, :])
    series = {}
    for whose in ("donor", "own"):
        level, drift, kept, noise = (draw[f"{whose}_{scale}"].values[k] for scale in SCALES)
        series[whose] = level**2 + drift**2 * kept**lag + noise**2 * np.eye(PERIODS)
    mixing = np.zeros((6, 6))  # units made of: three noises of treated units' own, three donors
    mixing[TREATED, :3], mixing[TREATED, 3:], mixing[DONORS, 3:] = np.eye(3), draw["weight"].values, np.eye(3)
    parts = np.zeros((6, PERIODS, 6, PERIODS))
    for unit in range(6):
        parts[unit, :, unit] = series["own" if unit < 3 else "donor"]
    wide = np.kron(mixing, np.eye(PERIODS))
    return wide @ parts.reshape(6 * PERIODS, 6 * PERIODS) @ wide.T


@pytest.mark.parametrize(("k", "unit", "time"), [(0, 1, 2), (1, 4, 0), (2, 5, 6), (2, 0, 6)])
def test_a_cell_is_as_the_joint_gaussian_has_it(
    model: pm.Model, draws: xr.Dataset, k: int, unit: int, time: int
) -> None:
    (mean,) = evaluate(model, [model["log_rate_mean"]], draws)
    centre, spread = given_all_others(model, draws, draws["log_rate"].values, mean)
    draw = draws.isel(chain=0, draw=1)
    together, away = covariance(draw, k), (draw["log_rate"].values - mean[0, 1])[k].ravel()
    cell = unit * PERIODS + time
    rest = np.delete(np.arange(6 * PERIODS), cell)
    pulled = np.linalg.solve(together[np.ix_(rest, rest)], together[rest, cell])
    assert centre[0, 1, k, unit, time] == pytest.approx(mean[0, 1, k, unit, time] + pulled @ away[rest], rel=1e-6)
    left = together[cell, cell] - pulled @ together[rest, cell]
    assert spread[0, 1, k, unit, time] == pytest.approx(np.sqrt(left), rel=1e-6)


def test_where_nobody_leans_on_donors_their_cells_are_given_their_own_series(
    model: pm.Model, draws: xr.Dataset
) -> None:
    (mean,) = evaluate(model, [model["log_rate_mean"]], draws)
    alone = draws.assign(weight=0 * draws["weight"])
    centre, _ = given_all_others(model, alone, draws["log_rate"].values, mean)
    other = draws["log_rate"].copy()
    other[..., TREATED, :] += 1.0
    moved, _ = given_all_others(model, alone, other.values, mean)
    np.testing.assert_allclose(centre[..., DONORS, :], moved[..., DONORS, :])


def test_what_is_predicted_of_a_cell_does_not_depend_on_its_own_gap(model: pm.Model, draws: xr.Dataset) -> None:
    touched = model["exposed"].get_value()[0]  # (unit, time)
    unit, time = np.argwhere(touched == 1)[0]
    adoption = int(np.flatnonzero(model["adoption_unit"].get_value() == unit)[0])
    other = draws.copy(deep=True)
    other["gap"][..., 1, adoption, time] += 1.0
    other["log_rate"][..., 1, unit, time] += 1.0  # the count that the gap was fitted to
    found, moved = (
        (one.reshape(1, 2, 3, 6, PERIODS) for one in given_the_rest(model, draw)) for draw in (draws, other)
    )
    (centre, spread), (again, _) = found, moved
    np.testing.assert_allclose(again, centre, atol=1e-9)
    (mean,) = evaluate(model, [model["log_rate_mean"]], draws)
    given_gaps, narrower = given_all_others(model, draws, draws["log_rate"].values, mean)
    apart = model["exposed"].get_value().max(axis=0) == 0
    np.testing.assert_array_equal(centre[..., apart], given_gaps[..., apart])
    np.testing.assert_allclose(spread[..., unit, time] ** 2, narrower[..., unit, time] ** 2 + 0.5**2)  # gap_sd


@pytest.mark.slow
@pytest.mark.parametrize("name", ["synthetic_control", "factor"])
def test_a_cell_left_out_by_weights_is_predicted_as_by_a_refit_without_it(name: str) -> None:
    study, panel = shared_courses(3, name, treated=1)
    panel = panel.assign_attrs(widest_interval=1)
    refit = Refit.of(study, panel)
    effort = Effort(draws=1000, tune=400, chains=2, target_accept=0.9)
    drawn = refit.sample(study, panel, effort, seed=1)
    found = log_densities(drawn, panel, "all").isel(variant=0)
    assert (found["density_k"] < 0.7).mean() > 0.9
    sure = found["cell"].values[found["density_k"] < 0.4]
    before, since = sure[sure < START], sure[(sure >= START) & (sure < PERIODS_THERE)]  # of the treated unit, the first
    for cell in [*before[:1], since[0], sure[-40]]:
        hidden = xr.zeros_like(panel["status"], dtype=bool)
        hidden[np.unravel_index(cell, hidden.shape)] = True
        without = refit.sample(study, unreported(panel, hidden), effort, seed=2)
        again = log_densities(without, panel, "without").isel(variant=0).sel(cell=cell)
        assert float(found["log_density"].sel(cell=cell)) == pytest.approx(float(again["log_density"]), abs=0.15)
