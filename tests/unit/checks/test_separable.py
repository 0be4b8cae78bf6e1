"""Two interventions: told apart where the data can, and not where only what they did together is known."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from evaluation.checks.book import Evidence
from evaluation.terms import Verdict
from tests.unit.checks.conftest import CHAINS, DRAWS, UNITS, look

NAMES = ("law", "seizure_of_platform")


def two_events(evidence: Evidence, correlation: float, sd: float = 0.3, *, shared: bool = True) -> Evidence:
    """Effects of -0.3 each in unit U00, with this posterior correlation; the second in another unit if not shared."""
    exposure = evidence.panel["exposure"].where(evidence.panel["unit"] == UNITS[0], 0.0)
    second = exposure if shared else exposure.roll(unit=1, roll_coords=False)
    both = xr.concat([exposure, second], "intervention").values
    panel = evidence.panel.drop_dims("intervention").assign(exposure=(("intervention", "unit", "time"), both))
    panel = panel.assign_coords(intervention=list(NAMES), asked=("intervention", [True, True]))
    cause = np.random.default_rng(1).multivariate_normal(
        [-0.3, -0.3], sd**2 * (np.eye(2) + correlation * (1 - np.eye(2))), (CHAINS, DRAWS)
    )
    draws = np.repeat(cause[:, :, None], 2, axis=2)
    effects = xr.DataArray(
        draws, dims=("chain", "draw", "indicator", "adoption"),
        coords={"indicator": panel["indicator"].values, "adoption": [f"{name}:{UNITS[0]}" for name in NAMES]},
    )  # fmt: skip
    question = replace(evidence.study.question, interventions=NAMES)
    fit = xr.DataTree.from_dict({"posterior": xr.Dataset({"effect_of_adoption": effects})})
    return replace(evidence, study=replace(evidence.study, question=question), panel=panel, fit=fit)


def test_effects_that_trade_against_each_other_are_not_two(evidence: Evidence) -> None:
    found = look("separable", two_events(evidence, -0.95))
    assert found.verdict is Verdict.CONCERN
    assert "law and seizure of platform came so close together that they cannot be told apart" in found.says
    assert "together -45 % (95 %: " in found.says
    assert found.assumption == "events_apart"
    assert found.statistic == pytest.approx(np.sqrt(1 / (2 - 2 * 0.95)), rel=0.1)


@pytest.mark.parametrize("correlation", [-0.3, 0.0, 0.5])
def test_effects_known_each_by_itself_pass(evidence: Evidence, correlation: float) -> None:
    assert look("separable", two_events(evidence, correlation)).verdict is Verdict.PASS


def test_effects_known_closely_pass_whatever_they_trade(evidence: Evidence) -> None:
    assert look("separable", two_events(evidence, -0.95, sd=0.02)).verdict is Verdict.PASS


def test_where_no_unit_had_both_there_is_nothing_to_tell_apart(evidence: Evidence) -> None:
    found = look("separable", two_events(evidence, -0.95, shared=False))
    assert (found.verdict, found.statistic) == (Verdict.PASS, None)


def test_one_asked_about_and_one_adjusted_for_are_told_to_be_asked_about_together(evidence: Evidence) -> None:
    both = two_events(evidence, -0.95)
    question = replace(both.study.question, interventions=NAMES[:1], adjust_for=NAMES[1:])
    found = look("separable", replace(both, study=replace(both.study, question=question)))
    assert found.verdict is Verdict.CONCERN
    assert "ask about both together" in found.advice


def test_effects_that_do_not_vary_are_unknown(evidence: Evidence) -> None:
    assert look("separable", two_events(evidence, -0.95, sd=0.0)).verdict is Verdict.UNKNOWN
