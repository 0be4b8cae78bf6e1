"""Other models of the same data, and cells predicted without themselves: against quadrature and against refits."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from scipy.stats import nbinom, norm, poisson

from evaluation.inference.compiled import build, compile_model
from evaluation.inference.other_models import can_hide, other_models
from evaluation.inference.pointwise import interval_density, log_densities
from evaluation.inference.refit import Effort, Refit
from evaluation.inference.variants import unreported
from evaluation.models.book import alternatives_of
from evaluation.terms.study import ChecksPlan
from tests.unit.inference.test_effect import SETTINGS, STUDY
from tests.unit.models.small import small_panel

PANEL = small_panel().assign_attrs(widest_interval=4)
ASKING = replace(STUDY, checks=ChecksPlan(alternatives=("size",), future=2))


@pytest.mark.parametrize(("lower", "upper"), [(7.0, 7.0), (0.0, 4.0), (0.0, 0.0), (3000.0, 3000.0), (1.0, 1.0)])
@pytest.mark.parametrize("phi", [None, 3.0])
@pytest.mark.parametrize("center", [1.4, 7.0])
def test_a_cell_s_density_is_that_of_quadrature(lower: float, upper: float, phi: float | None, center: float) -> None:
    spread, values = 0.6, np.arange(lower, upper + 1)[:, None]
    eta = np.linspace(center - 14 * spread, center + 14 * spread, 200_001)
    mu = np.exp(eta)
    counts = poisson(mu) if phi is None else nbinom(phi, phi / (phi + mu))
    inside = np.logaddexp.reduce(counts.logpmf(values), axis=0) + norm.logpdf(eta, center, spread)
    expected = np.logaddexp.reduce(inside) + np.log(eta[1] - eta[0])
    of_phi = None if phi is None else np.array([phi])
    found = interval_density(lower, upper, np.array([center]), np.array([spread]), of_phi)
    assert found[0] == pytest.approx(expected, abs=2e-3)


def test_every_model_names_others_that_differ_from_it() -> None:
    for own in (
        {},
        {"noise": "negative_binomial"},
        {"effect": {"profile": "dynamic"}},
        {"size_exponent": {"mean": 0.2, "sd": 0.1}},
    ):
        settings = {**SETTINGS, **own, "effect": {**SETTINGS["effect"], **own.get("effect", {})}}  # type: ignore[dict-item]
        for other in alternatives_of("staggered", settings).values():
            assert other.over(settings) != settings
            assert other.over(settings)["effect"]["priors"] == SETTINGS["effect"]["priors"]  # type: ignore[index]


def test_the_future_can_be_hidden_only_where_there_is_a_past() -> None:
    assert can_hide(PANEL, 2)
    assert not can_hide(PANEL, 7)
    late = unreported(PANEL, xr.DataArray(np.arange(7) < 5, dims="time").assign_coords(time=PANEL["time"]))
    assert not can_hide(late, 2)


@pytest.mark.slow
def test_a_cell_left_out_by_weights_is_predicted_as_by_a_refit_without_it() -> None:
    refit = Refit.of(STUDY, PANEL)
    effort = Effort(draws=2000, tune=400, chains=2, target_accept=0.9)
    found = log_densities(refit.sample(STUDY, PANEL, effort, seed=1), PANEL, "all").isel(variant=0)
    sure = np.flatnonzero(found["density_k"] < 0.4)
    assert len(sure) > 0.4 * found.sizes["cell"]
    for cell in found["cell"].values[sure[[3, 20, 40]]]:
        k, u, t = np.unravel_index(cell, (3, 6, 7))
        hidden = xr.zeros_like(PANEL["status"], dtype=bool)
        hidden[{"indicator": k, "unit": u, "time": t}] = True
        without = refit.sample(STUDY, unreported(PANEL, hidden), effort, seed=2)
        again = log_densities(without, PANEL, "without").isel(variant=0).sel(cell=cell)
        assert np.isnan(again["density_k"])
        assert float(found["log_density"].sel(cell=cell)) == pytest.approx(float(again["log_density"]), abs=0.1)


@pytest.mark.slow
def test_each_model_has_its_answer_and_predicts_what_was_hidden_from_it() -> None:
    compiled = compile_model(build(ASKING, PANEL))
    effort = Effort(draws=200, tune=150, chains=2, target_accept=0.9)
    main = Refit.of(ASKING, PANEL, compiled).sample(ASKING, PANEL, effort, seed=1)
    kept: dict[str, xr.Dataset] = {}
    found = other_models(main, compiled, effort, kept=kept)
    assert list(found["variant"].values) == ["model:main", "future:main", "model:size", "future:size"]
    assert (found["state"] == "sampled").all()
    reported = np.flatnonzero(np.isfinite(PANEL["lower"].values.ravel()))
    np.testing.assert_array_equal(found["cell"].values, reported)
    assert np.isfinite(found["log_density"]).all()
    hidden = reported % 7 >= 5
    for name in ("main", "size"):
        assert np.isfinite(found["density_k"].sel(variant=f"model:{name}")).all()
        np.testing.assert_array_equal(np.isnan(found["density_k"].sel(variant=f"future:{name}")), hidden)
    seen, unseen = (found["log_density"].sel(variant=f"{one}:main").values[hidden].sum() for one in ("model", "future"))
    assert unseen < seen  # what is two years ahead is harder to predict than what has neighbours
    watched: list[str] = []
    again = other_models(main, compiled, effort, kept=kept, watch=lambda name, done, of: watched.append(name))
    assert not watched  # all were on the shelf
    xr.testing.assert_identical(found["log_density"], again["log_density"])
