"""A market and an effort behind every count: what is refused, how lags are read, and whether what is there is found."""

from collections.abc import Sequence
from functools import cache

import numpy as np
import pymc as pm
import pytensor
import pytest
import xarray as xr

from evaluation.checks.book import Evidence, cards
from evaluation.inference.compiled import Compiled, build, compile_model, complete, data_of, on_data_of, sample
from evaluation.inference.effect import estimate
from evaluation.inference.informed import AS_IT_IS, informed
from evaluation.inference.linear import Layout, Linear
from evaluation.models.book import assumptions_of, check_settings, get_model, refuse_panel
from evaluation.models.parts.latent_effect import later
from evaluation.models.parts.loads import loads_of, market_indicators
from evaluation.terms.errors import DataError
from evaluation.terms.evidence import Finding, Verdict
from tests.cases.fitting import Estimate, study_of
from tests.unit.models.simulated_market import simulated_market
from tests.unit.models.small import QUESTION, small_panel

MODE = pytensor.compile.mode.Mode(linker="py", optimizer="fast_compile")
MARKET, EFFORT = -0.5, 0.4
WITH_ADS, WITHOUT = ("ads", "found", "charged"), ("found", "charged")
SIMULATIONS = range(1, 21)


def with_roles(*roles: str) -> xr.Dataset:
    return small_panel().assign_coords(role=("indicator", list(roles)))


def test_an_advertisement_shows_the_market_a_raid_the_effort_and_what_is_found_takes_both() -> None:
    names, load = loads_of(with_roles("market", "enforcement", "control"), QUESTION)
    assert names == ("market", "effort", "charging", "control:labour")
    np.testing.assert_array_equal(load, [[1, 0, 0, 0], [1, 1, 1, 0], [0, 0, 0, 1]])
    names, load = loads_of(with_roles("effort", "detection", "control"), QUESTION)
    assert names == ("market", "effort", "control:labour")
    np.testing.assert_array_equal(load, [[0, 1, 0], [1, 1, 0], [0, 0, 1]])


def test_a_control_that_the_same_police_find_shows_the_effort_alone() -> None:
    names, load = loads_of(small_panel(), QUESTION, ["labour"])
    assert names == ("market", "effort")
    np.testing.assert_array_equal(load, [[1, 1], [1, 1], [0, 1]])


def test_a_control_is_no_market_indicator() -> None:
    assert market_indicators(with_roles("detection", "market", "market")) == ["convicted"]


def test_what_cannot_be_read_is_refused_all_at_once() -> None:
    panel = with_roles("harm", "control", "control")
    settings = {"lags": {"convictd": 1, "victims": 9}, "effort_shared_by": ["victims"]}
    with pytest.raises(DataError) as refused:
        refuse_panel("detection", settings, panel)
    told = str(refused.value)
    for part in (
        "victims (harm), convicted (control)",
        "convictd",
        "did you mean 'convicted'",
        "7 periods long",
        "victims is asked",
    ):
        assert part in told
    with pytest.raises(DataError, match="one unit alone"):
        refuse_panel("detection", {}, small_panel().isel(unit=[0]))
    refuse_panel("detection", {"lags": {"convicted": 1}, "effort_shared_by": ["labour"]}, small_panel())


def test_settings_that_cannot_be_are_named() -> None:
    wrong = {"lags": {"convicted": -1}, "effort_sd": 0.0, "charging_sd": -1.0}
    found = " ".join(str(problem) for problem in check_settings("detection", wrong, "model"))
    assert all(part in found for part in ("convicted (-1)", "effort_sd is 0.0", "charging_sd is -1.0"))


def test_it_assumes_no_constant_effort_but_that_roles_are_right() -> None:
    assert {"loads_by_role", "effort_told_apart"} <= set(assumptions_of("detection"))
    assert "effort_constant" not in assumptions_of("detection")


def test_exposure_of_a_year_ago_by_hand() -> None:
    exposure = np.array([[[0.0, 0.5, 1.0], [1.0, 1.0, 0.0], [0.7, 1.0, 1.0]]])
    since = np.array([[[-1.0, 0.0, 1.0], [4.0, 5.0, 6.0], [0.0, 1.0, 2.0]]])  # the second had it before the panel began
    found = later(pytensor.tensor.as_tensor(exposure), pytensor.tensor.as_tensor(since), 1).eval()
    np.testing.assert_array_equal(found, [[[0.0, 0.0, 0.5], [1.0, 1.0, 1.0], [0.0, 0.7, 1.0]]])
    found = later(pytensor.tensor.as_tensor(exposure), pytensor.tensor.as_tensor(since - [[[0], [3], [0]]]), 2).eval()
    np.testing.assert_array_equal(found[0, 1], [0.0, 1.0, 1.0])  # it began a year before the panel, not two


def test_an_indicator_that_follows_moves_a_year_later_by_the_same() -> None:
    panel = small_panel()
    recipe = get_model("detection", {"lags": {"convicted": 1}, "leads": 0})
    model = recipe.build(panel, QUESTION)
    wanted = [*model.free_RVs, model["effect_of_adoption"]]
    draw = dict(zip([one.name for one in wanted], pm.draw(wanted, random_seed=1, mode=MODE), strict=True))
    given = {variable: draw[variable.name] for variable in model.free_RVs}
    read = pytensor.function([], model["mu"], givens=given, mode=MODE, on_unused_input="ignore")
    on = read()
    pm.set_data({"exposure": np.zeros_like(panel["exposure"].values)}, model=model)
    moved = np.log(on / read())
    effect = draw["effect_of_adoption"]  # A, B under the law, C under the partial one
    exposure = panel["exposure"].values
    np.testing.assert_allclose(moved[0, 0], exposure[0, 0] * effect[0, 0], atol=1e-9)
    np.testing.assert_allclose(moved[1, 0, 1:], exposure[0, 0, :-1] * effect[1, 0], atol=1e-9)
    assert moved[1, 0, 0] == 0.0


def test_where_nothing_was_in_force_it_still_builds_and_nothing_moves() -> None:
    panel = small_panel()
    panel = panel.assign(exposure=0 * panel["exposure"], event_time=panel["event_time"] * np.nan)
    model = get_model("detection", {}).build(panel, QUESTION)
    assert np.isfinite(model.compile_fn(model.logp(), mode=MODE)(model.initial_point(1)))


def test_its_mean_is_linear_so_that_refits_may_integrate_the_field_out() -> None:
    recipe = get_model("detection", {"lags": {"convicted": 1}, "effort_shared_by": ["labour"]})
    layout = Layout(recipe.build(small_panel(), QUESTION), recipe.gaussian)  # type: ignore[attr-defined]
    linear, rng = Linear(layout, data_of(layout.model)), np.random.default_rng(1)
    scale, standard = rng.exponential(0.5, size=layout.scales), rng.normal(size=(2, layout.size))
    found = linear.start + np.moveaxis(linear.times((linear.width(scale) * standard).T), -1, 0)
    np.testing.assert_allclose(found, layout.mean(linear.coefficients(standard), scale), rtol=1e-8)


@cache
def found_in(names: Sequence[str]) -> list[tuple[dict[str, Estimate], Finding, float, float]]:
    """Of each simulation both effects, the finding, the posterior sd of the market and what it is approximated by."""
    compiled: Compiled | None = None
    found = []
    for seed in SIMULATIONS if "ads" in names else SIMULATIONS[:4]:
        panel = simulated_market(MARKET, EFFORT, seed, names)
        study = study_of("market", {"leads": 0}, panel, seed=seed, model="detection")
        model = build(study, panel)
        compiled = on_data_of(compiled, model) if compiled else compile_model(model)
        drawn = sample(compiled, draws=300, tune=250, chains=2, target_accept=0.9, seed=seed, progress=False)
        fit = xr.DataTree.from_dict({"posterior": complete(model, drawn)})
        latent = estimate(study, panel, fit)["latent"]["log_ratio"]
        answers = {str(name): Estimate.of(latent.sel(latent=name)) for name in latent["latent"].values}
        (card,) = [one for one in cards() if one.name == "market_told_from_effort"]
        (finding,) = card.run(Evidence(study=study, panel=panel, fit=fit))
        approximately = informed(study, panel, fit["posterior"].to_dataset())[AS_IT_IS].sd[0]
        found.append((answers, finding, answers["market"].sd, float(approximately)))
    return found


@pytest.mark.slow
@pytest.mark.parametrize(("latent", "truth"), [("market", MARKET), ("effort", EFFORT)])
def test_with_a_market_indicator_intervals_hold_both_effects_as_often_as_they_say(latent: str, truth: float) -> None:
    answers = [one[latent] for one, *_ in found_in(WITH_ADS)]
    assert sum(one.lower < truth < one.upper for one in answers) >= 17  # of 20: fewer come once in sixty times
    error = np.array([one.mean - truth for one in answers])
    assert abs(error.mean()) < 3 * error.std() / np.sqrt(len(error))
    assert error.std() < 0.3  # and they tell: the prior sd is 0.75


@pytest.mark.slow
def test_with_a_market_indicator_it_says_that_it_knows() -> None:
    verdicts = [finding.verdict for _, finding, *_ in found_in(WITH_ADS)]
    assert verdicts.count(Verdict.PASS) >= 15


@pytest.mark.slow
def test_without_a_market_indicator_it_never_claims_to_know() -> None:
    for answers, finding, *_ in found_in(WITHOUT):
        assert finding.verdict is Verdict.UNKNOWN
        assert "cannot tell more detection from more prevalence" in finding.says
        assert "Add an indicator of the market" in finding.advice
        assert answers["market"].sd > 0.35  # half the prior's: nothing in such figures tells the two apart
        assert finding.details["correlation"] < -0.8


@pytest.mark.slow
def test_what_figures_can_tell_is_near_what_they_told() -> None:
    for names in (WITH_ADS, WITHOUT):
        ratios = [approximately / sd for *_, sd, approximately in found_in(names)]
        assert 0.7 < np.median(ratios) < 1.4
