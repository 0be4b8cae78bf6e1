"""What spills over: what is refused, how weights are read, and whether what was put in is found."""

from collections.abc import Mapping

import numpy as np
import pytest
import xarray as xr

from evaluation.inference.compiled import Compiled, build, compile_model, complete, data_of, on_data_of, sample
from evaluation.inference.effect import estimate
from evaluation.inference.linear import Layout, Linear
from evaluation.models.book import alternatives_of, assumptions_of, check_settings, get_model, refuse_panel
from evaluation.models.parts.neighbours import received, weights_of
from evaluation.terms.errors import DataError
from evaluation.terms.study import Study
from tests.cases.fitting import Estimate, study_of
from tests.unit.models.simulated_places import simulated_places
from tests.unit.models.small import QUESTION, neighbours_panel, small_panel

OWN, SPILL = -0.5, 0.5
SIMULATIONS = range(1, 25)
Answers = Mapping[str, Estimate]
Found = list[tuple[Answers, Mapping[str, float]]]


def test_weights_add_up_to_one_and_nobody_is_his_own_neighbour() -> None:
    panel = neighbours_panel()
    heavy = panel["weights"] * 3 + xr.DataArray(np.eye(6), dims=("unit", "neighbour"))
    weights = weights_of(panel.assign(weights=heavy))
    np.testing.assert_allclose(weights.sum(axis=1), 1)
    assert weights[0].tolist() == [0, 1, 0, 0, 0, 0]
    assert weights[1].tolist() == [0.5, 0, 0.5, 0, 0, 0]


def test_what_is_received_follows_the_neighbours_whatever_the_order_of_units() -> None:
    panel = neighbours_panel()
    felt = received(panel)
    np.testing.assert_allclose(felt[0, 1], panel["exposure"].values[0, 0] / 2)  # B: half of it is A
    order = [3, 1, 5, 0, 2, 4]
    np.testing.assert_array_equal(received(panel.isel(unit=order)), felt[:, order])


def test_a_panel_without_neighbours_is_refused_unless_there_are_rivals() -> None:
    with pytest.raises(DataError, match="no neighbours along which anything could spill over"):
        refuse_panel("displacement", {}, small_panel())
    refuse_panel("displacement", {"rivals": ["convicted"]}, small_panel())


def test_islands_are_refused_with_all_their_names_and_may_be_allowed() -> None:
    panel = neighbours_panel()
    lonely = panel.assign(weights=panel["weights"].where(~panel["unit"].isin(["D", "F"]), 0.0))
    with pytest.raises(DataError) as error:
        refuse_panel("displacement", {}, lonely)
    (problem,) = error.value.problems
    assert "no unit of the panel is a neighbour of D, F" in problem.found
    assert "model.islands=none" in problem.advice
    refuse_panel("displacement", {"islands": "none"}, lonely)


def test_weights_of_strangers_and_weights_that_cannot_be_are_refused_together() -> None:
    panel = neighbours_panel().assign_coords(neighbour=["A", "B", "C", "D", "X", "Y"])
    panel = panel.assign(weights=panel["weights"].where(panel["unit"] != "C", -1.0))
    with pytest.raises(DataError) as error:
        refuse_panel("displacement", {}, panel)
    told = [problem.found for problem in error.value.problems]
    assert "the weights name units that the panel has not: X, Y" in told
    assert "weights below 0, or that are no numbers, of C" in told


@pytest.mark.parametrize(
    ("rivals", "told"),
    [(["convicted", "robots"], "no outcome is called robots"), (["victims", "convicted"], "every outcome is a rival")],
)
def test_rivals_that_cannot_be_are_refused(rivals: list[str], told: str) -> None:
    with pytest.raises(DataError, match=told):
        refuse_panel("displacement", {"rivals": rivals}, neighbours_panel())


def test_settings_that_cannot_be_are_named() -> None:
    wrong = {"islands": "allow", "spill": {"sd": -1.0, "unit_sd": 0.0}, "rivals": "vpn"}
    found = " ".join(str(problem) for problem in check_settings("displacement", wrong, "model"))
    assert all(word in found for word in ("spill", "sd is -1.0", "unit_sd is 0.0", "rivals"))
    (islands,) = check_settings("displacement", {"islands": "non"}, "model")
    assert "did you mean 'none'" in str(islands)


def test_it_does_not_claim_that_nothing_spills_over() -> None:
    assert "spillover_along_weights" in assumptions_of("displacement")
    assert "no_spillover" not in assumptions_of("displacement")


def test_its_alternative_is_the_model_without_spill_over() -> None:
    other = alternatives_of("displacement", {})["neighbours"]
    model = get_model("displacement", other.over({})).build(neighbours_panel(), QUESTION)
    assert not [name for name in model.named_vars if name.startswith("spill")]


def test_what_spills_over_is_linear_in_the_mean_so_that_refits_may_integrate_the_field_out() -> None:
    recipe = get_model("displacement", {})
    layout = Layout(recipe.build(neighbours_panel(), QUESTION), recipe.gaussian)  # type: ignore[attr-defined]
    assert {"spill_pool", "spill_indicator_step", "spill_unit_step"} <= set(layout.shapes)
    linear, rng = Linear(layout, data_of(layout.model)), np.random.default_rng(1)
    scale, standard = rng.exponential(0.5, size=layout.scales), rng.normal(size=(2, layout.size))
    found = linear.start + np.moveaxis(linear.times((linear.width(scale) * standard).T), -1, 0)
    np.testing.assert_allclose(found, layout.mean(linear.coefficients(standard), scale), rtol=1e-8)


def places(name: str, panel: xr.Dataset, seed: int) -> Study:
    return study_of("places", {"leads": 0}, panel, seed=seed, model=name)


def fitted(name: str, spill_over: float) -> Found:
    """Of each simulation the answers (mean log ratios; of the net, percent), and what is true of each."""
    compiled: Compiled | None = None
    found = []
    for seed in SIMULATIONS:
        world = simulated_places(OWN, spill_over, seed)
        panel = world.drop_vars(["with", "without"])
        model = build(places(name, panel, seed), panel)
        compiled = on_data_of(compiled, model) if compiled else compile_model(model)
        drawn = sample(compiled, draws=300, tune=300, chains=2, target_accept=0.9, seed=seed, progress=False)
        posterior = xr.DataTree.from_dict({"posterior": complete(model, drawn)})
        effect = estimate(places(name, panel, seed), panel, posterior)
        nodes = [node for node in ("overall", "own", "spill_over") if node in effect.children]
        answers = {node: Estimate.of(effect[node]["log_ratio"]) for node in nodes}
        if "net" in effect.children:
            answers["net"] = Estimate.of(effect["net"]["percent"])
        found.append((answers, truth_of(world, spill_over)))
    return found


def truth_of(world: xr.Dataset, spill_over: float) -> dict[str, float]:
    under, felt = world["exposure"].values[0] > 0, received(world)[0]
    touched = under | (felt > 0)
    on, off = (world[name].values[0][touched].sum() for name in ("with", "without"))
    own = {"own": OWN, "overall": OWN + spill_over * felt[under].mean()}
    return own | {"spill_over": spill_over * felt[felt > 0].mean(), "net": 100 * (on / off - 1)}


def held(found: Found, node: str) -> int:
    return sum(answers[node].lower < truth[node] < answers[node].upper for answers, truth in found)


def errors(found: Found, node: str) -> np.ndarray:
    return np.array([answers[node].mean - truth[node] for answers, truth in found])


@pytest.mark.slow
@pytest.mark.parametrize("spill_over", [SPILL, 0.0])
def test_intervals_hold_own_effect_spill_over_and_net_as_often_as_they_say(spill_over: float) -> None:
    found = fitted("displacement", spill_over)
    for node in ("own", "spill_over", "net"):
        assert held(found, node) >= 20  # of 24: fewer come once in two hundred times, were each right 19 times of 20
        error = errors(found, node)
        assert abs(error.mean()) < 3 * error.std() / np.sqrt(len(error))


@pytest.mark.slow
def test_who_takes_neighbours_for_untouched_is_biased_by_what_reached_them() -> None:
    error = errors(fitted("staggered", SPILL), "overall")
    assert error.mean() < -0.04  # the fall looks larger, as those it is compared with rose
    assert abs(error.mean()) > 3 * error.std() / np.sqrt(len(error))
