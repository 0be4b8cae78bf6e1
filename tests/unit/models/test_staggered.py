"""The flagship model: priors that are data, and leads. What every model promises is in test_contract.py."""

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
