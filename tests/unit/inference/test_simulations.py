"""Simulated data sets hold what they say, and fits of them are held against it."""

import json
from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from arviz_stats.ecdf_utils import ecdf_pit

from evaluation.inference import many
from evaluation.inference.rehearsal import compared, rehearse_fits
from evaluation.inference.simulations import Scenario, Simulated, scenarios, simulate, world_of
from evaluation.panel.shape import design_of
from evaluation.terms.panel import Status
from evaluation.terms.study import ChecksPlan, RehearsalPlan, Study
from tests.unit.inference.test_effect import STUDY
from tests.unit.models.small import small_panel

PANEL = small_panel().assign_attrs(suppressed_between=json.dumps({"victims": [0, 4]}))
FEW = RehearsalPlan(from_prior=3, at_each=1, tune=40, draws=40)


def rehearsing(plan: RehearsalPlan) -> Study:
    return replace(STUDY, checks=ChecksPlan(rehearsal=plan))


def counts(made: Simulated) -> np.ndarray:
    """Exact counts, (simulation, indicator, unit, time); zero where suppressed or missing."""
    return np.stack([np.nan_to_num(one["lower"].values) for one in made.panels])


def test_a_stated_change_is_in_the_counts_and_in_the_truth() -> None:
    plain = PANEL.assign_attrs(suppressed_between="{}")
    none, less = (simulate(STUDY, plain, Scenario("one world", change), 40) for change in (0.0, -40.0))
    felt = np.zeros((3, 6, 7))
    felt[:2] = plain["exposure"].values[0]  # outcomes only: the last indicator is a control
    with_law, without = counts(less), counts(none)
    np.testing.assert_array_equal(with_law[:, felt == 0], without[:, felt == 0])
    big = 0.6 ** felt[felt > 0]
    expected = (without[:, felt > 0] * big).sum()
    assert with_law[:, felt > 0].sum() == pytest.approx(expected, abs=5 * np.sqrt(expected))
    np.testing.assert_allclose(none.truth.sel(quantity=["overall", "labour"]), 0.0, atol=1e-9)
    np.testing.assert_allclose(less.truth.sel(quantity="labour"), 0.0, atol=1e-9)
    # half a year of it, then the whole: between 22.5 and 40 percent, by how many events each cell expects
    assert (less.truth.sel(quantity="overall") > -40).all()
    assert (less.truth.sel(quantity="overall") < -22.5).all()


def test_a_rise_raises_where_the_law_is_and_nowhere_else() -> None:
    plain = PANEL.assign_attrs(suppressed_between="{}")
    none, more = (simulate(STUDY, plain, Scenario("one world", change), 150) for change in (0.0, 100.0))
    full = np.zeros((3, 6, 7), dtype=bool)
    full[:2] = plain["exposure"].values[0] == 1
    ratio = np.log(counts(more).mean(axis=0) + 1) - np.log(counts(none).mean(axis=0) + 1)
    reported = plain["status"].values != Status.NOT_REPORTED
    assert np.median(ratio[full & reported]) == pytest.approx(np.log(2), abs=0.2)
    untouched = reported.copy()
    untouched[:2] &= plain["exposure"].values[0] == 0
    assert np.median(ratio[untouched]) == pytest.approx(0.0, abs=0.1)


def test_no_count_is_looked_at() -> None:
    seen, unseen = (simulate(STUDY, one, Scenario("none", 0.0), 2) for one in (PANEL, design_of(PANEL)))
    np.testing.assert_array_equal(counts(seen), counts(unseen))


def test_missing_cells_stay_missing_and_small_counts_are_published_as_their_interval() -> None:
    rare = rehearsing(RehearsalPlan(usual_counts={"victims": 4.0}))
    seen = 0
    for one in simulate(rare, PANEL, Scenario("none", 0.0), 3).panels:
        missing = PANEL["status"].values == Status.NOT_REPORTED
        assert (np.isnan(one["lower"].values) == missing).all()
        hidden = one["status"].values == Status.SUPPRESSED
        seen += int(hidden[0].sum())
        assert not hidden[1:].any()
        assert (one["upper"].values[hidden] == 4).all()
        assert (one["lower"].values[hidden] == 0).all()
        assert not (one["lower"].values[0][~hidden[0]] < 5).any()
    assert seen


def test_what_is_usual_is_as_stated_and_twenty_otherwise() -> None:
    plan = RehearsalPlan(usual_counts={"victims": 300.0})
    np.testing.assert_array_equal(world_of(rehearsing(plan), PANEL)["usual_count"], [300, 20, 20])


def test_a_study_that_claims_nothing_has_no_claimed_scenario() -> None:
    asked = rehearsing(RehearsalPlan(from_prior=1, at_each=1))
    assert {name: one.change for name, one in scenarios(asked).items() if name != "prior"} == {
        "none": 0.0, "matters": -20.0, "claimed": pytest.approx(-60.1, abs=0.1)
    }  # fmt: skip
    effect = {**asked.model.settings["effect"], "priors": {"wide": {"mean": 0.0, "sd": 0.75}}}
    silent = replace(asked, model=replace(asked.model, settings={**asked.model.settings, "effect": effect}))
    assert set(scenarios(silent)) == {"prior", "none", "matters"}
    assert scenarios(STUDY) == {}
    assert rehearse_fits(STUDY, PANEL).sizes == {}


def test_truths_drawn_like_the_draws_lie_evenly_and_others_do_not() -> None:
    rng = np.random.default_rng(5)
    size, draws = 400, rng.normal(size=(400, 2, 100))
    truth = np.stack([rng.normal(size=size), rng.normal(1.0, 1.0, size)], axis=1)
    names = [f"simulation {number}" for number in range(size)]
    fits = xr.Dataset(
        {
            "percent": (("variant", "quantity", "sample"), draws[:, :1]),
            "parameter_draws": (("variant", "parameter", "sample"), draws[:, 1:]),
            **{name: ("variant", np.zeros(size)) for name in ("rhat_max", "ess_min", "divergences")},
            **{name: ("variant", [""] * size) for name in ("state", "trouble")},
        },
        coords={"variant": names},
    )
    told = xr.DataArray(truth, {"quantity": ["overall", "a scale"]}, ("simulation", "quantity"))
    made = Simulated([PANEL] * size, told, xr.Dataset())
    found = compared(STUDY, {Scenario("prior"): made}, fits)
    inside = [_inside(found["pit"].sel(quantity=name).values) for name in ("overall", "a scale")]
    assert inside == [True, False]
    held = ((found["lower"] <= found["truth"]) & (found["truth"] <= found["upper"])).mean("simulation")
    assert float(held.sel(quantity="overall")) == pytest.approx(0.95, abs=0.035)
    assert float(held.sel(quantity="a scale")) < 0.9


def failing(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Fits of these data sets fail, of all if none is named."""
    fit_one = many.fit_one

    def fit(base: many.Base, job: many.Job, cores: int) -> xr.Dataset:
        if not names or job.name in names:
            raise RuntimeError("no place to start from")
        return fit_one(base, job, cores)

    monkeypatch.setattr(many, "fit_one", fit)


def test_where_every_fit_fails_each_is_there_with_its_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch)
    found = rehearse_fits(rehearsing(replace(FEW, longer=(2,))), PANEL)
    assert found.sizes["simulation"] == 6
    assert set(found["state"].values) == {"failed"}
    assert set(found["trouble"].values) == {"RuntimeError: no place to start from"}
    assert set(found["scenario"].values) == {"prior", "none", "matters", "claimed"}
    assert np.isfinite(found["truth"].sel(simulation="prior:1")).all()  # what was put in is known all the same
    for name in ("median", "lower", "upper", "sd", "pit", "rhat_max"):
        assert np.isnan(found[name]).all(), name
    assert "design" not in found.sizes  # nothing to hold another design against


def test_a_fit_that_fails_leaves_the_others_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = rehearsing(RehearsalPlan(from_prior=3, tune=40, draws=40))
    whole = rehearse_fits(plan, PANEL)
    failing(monkeypatch, "prior:1")
    found = rehearse_fits(plan, PANEL)
    assert found["state"].values.tolist() == ["failed", "sampled", "sampled"]
    assert np.isnan(found["median"].sel(simulation="prior:1")).all()
    others = {"simulation": ["prior:2", "prior:3"]}
    for name in ("truth", "median", "lower", "upper"):
        xr.testing.assert_identical(found[name].sel(others), whole[name].sel(others))


def _inside(pit: np.ndarray) -> bool:
    _, found, lower, upper = ecdf_pit(pit, 0.99, 1000, rng=np.random.default_rng(1))
    return bool(((lower <= found) & (found <= upper)).all())


def test_a_rehearsal_that_was_stopped_goes_on_where_it_stopped() -> None:
    kept: dict[str, xr.Dataset] = {}
    seen: list[str] = []
    first = rehearse_fits(rehearsing(FEW), PANEL, kept=kept, watch=lambda name, done, of: seen.append(name))
    assert sorted(seen) == ["claimed:1", "matters:1", "none:1", "prior:1", "prior:2", "prior:3"]
    assert set(first["state"].values) == {"sampled"}
    kept.popitem()
    seen.clear()
    again = rehearse_fits(rehearsing(FEW), PANEL, kept=kept, watch=lambda name, done, of: seen.append(name))
    assert len(seen) == 1
    xr.testing.assert_identical(first, again)
    parameters = {str(name).partition(":")[0] for name in first["quantity"].values}
    assert {"overall", "victims", "drift_sd", "drift_persistence", "noise_sd", "effect_unit_sd"} <= parameters
    assert np.isfinite(first["pit"].sel(simulation=["prior:1", "prior:2", "prior:3"])).all()


@pytest.mark.slow
def test_the_model_finds_what_its_own_priors_put_in() -> None:
    found = rehearse_fits(rehearsing(RehearsalPlan(from_prior=200, tune=150, draws=200)), PANEL)
    level = 1 - 0.05 / found.sizes["quantity"]
    for name in found["quantity"].values:
        pit = found["pit"].sel(quantity=name).values
        _, seen, lower, upper = ecdf_pit(pit, level, 4000, rng=np.random.default_rng(1))
        assert ((lower <= seen) & (seen <= upper)).all(), name
