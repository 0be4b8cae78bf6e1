"""What simulations say: silent when all is well, not when truths lie off, intervals are narrow, or nothing is seen."""

import numpy as np
import pytest
import xarray as xr

from evaluation.checks.book import Evidence, cards
from evaluation.checks.rehearsed import convincing
from evaluation.conclusions.doubts import gravest
from evaluation.terms import Finding, Study, Verdict
from tests.unit.checks.conftest import INDICATORS

QUANTITIES = ("overall", *INDICATORS, "drift_sd: victims", "effect_indicator_sd")
EACH = {"prior": 80, "none": 40, "matters": 40, "claimed": 40}
CHANGE = {"prior": np.nan, "none": 0.0, "matters": -20.0, "claimed": -60.0}


def simulations(sd: float = 6.0, bias: float = 0.0, told_sd: float | None = None, seed: int = 1) -> xr.Dataset:
    """Answers that scatter by `sd` points around the truth plus `bias`, and say that they do by `told_sd`."""
    rng = np.random.default_rng(seed)
    told = sd if told_sd is None else told_sd
    scenario = np.repeat(list(EACH), list(EACH.values()))
    shape = (len(scenario), len(QUANTITIES))
    change = np.array([CHANGE[name] for name in scenario])
    truth = np.where(np.isnan(change), rng.normal(0, 30, len(change)), change)[:, None] * np.ones(shape)
    median = truth + bias + sd * rng.normal(size=shape)
    pit = 0.5 + 0.5 * np.vectorize(_erf)((truth - median) / told / np.sqrt(2))
    dims = ("simulation", "quantity")
    return xr.Dataset(
        {
            "truth": (dims, truth),
            "median": (dims, median),
            "lower": (dims, median - 1.96 * told),
            "upper": (dims, median + 1.96 * told),
            "pit": (dims, pit),
            "scenario": ("simulation", scenario),
            "change": ("simulation", change),
            "state": ("simulation", np.full(len(scenario), "sampled")),
            "trouble": ("simulation", np.full(len(scenario), "", dtype=object)),
            "rhat_max": ("simulation", np.full(len(scenario), 1.01)),
        },
        coords={"quantity": list(QUANTITIES), "simulation": [str(number) for number in range(len(scenario))]},
        attrs={"interval": 0.95},
    )


def _erf(value: float) -> float:
    from math import erf

    return erf(value)


def found(study: Study, panel: xr.Dataset, made: xr.Dataset) -> dict[str, Finding]:
    evidence = Evidence(study=study, panel=panel.drop_vars(["lower", "upper"]), simulations=made)
    wanted = ("calibration", "calibration_scales", "coverage", "assurance")
    return {card.name: card.run(evidence)[0] for card in cards("rehearse") if card.name in wanted}


def test_all_is_well(study: Study, panel: xr.Dataset) -> None:
    seen = found(study, panel, simulations())
    assert {one.verdict for one in seen.values()} == {Verdict.PASS}
    assert "80 data sets" in seen["calibration"].says
    assert "-20 %" in seen["assurance"].says
    assert "-60 %" in seen["assurance"].says


def test_answers_that_lie_off_fail_calibration_and_name_the_effect(study: Study, panel: xr.Dataset) -> None:
    seen = found(study, panel, simulations(bias=6.0))["calibration"]
    assert seen.verdict is Verdict.FAIL
    assert "the overall effect" in seen.says
    assert "Victims, all forms" in seen.says


def test_a_scale_that_lies_off_concerns(study: Study, panel: xr.Dataset) -> None:
    made = simulations()
    made["pit"].loc[{"quantity": "drift_sd: victims"}] = made["pit"].sel(quantity="drift_sd: victims") ** 3
    seen = found(study, panel, made)
    assert seen["calibration"].verdict is Verdict.PASS  # the effects are found all the same
    assert seen["calibration_scales"].verdict is Verdict.CONCERN
    assert "drift sd of Victims, all forms" in seen["calibration_scales"].says


def test_a_scale_that_lies_off_weighs_less_than_what_could_turn_the_answer(study: Study, panel: xr.Dataset) -> None:
    made = simulations()
    made["pit"].loc[{"quantity": "drift_sd: victims"}] = made["pit"].sel(quantity="drift_sd: victims") ** 3
    leaning = found(study, panel, made)["calibration_scales"]
    blind = found(study, panel, simulations(sd=30.0))["assurance"]
    assert gravest([leaning, blind]) == (blind, leaning)


def test_narrow_intervals_fail_coverage(study: Study, panel: xr.Dataset) -> None:
    seen = found(study, panel, simulations(told_sd=3.0))["coverage"]
    assert seen.verdict is Verdict.FAIL
    assert seen.statistic is not None
    assert seen.statistic < 0.8


def test_a_design_that_cannot_see_what_matters_concerns(study: Study, panel: xr.Dataset) -> None:
    seen = found(study, panel, simulations(sd=30.0))["assurance"]
    assert seen.verdict is Verdict.CONCERN
    assert seen.details["exaggeration_matters"] > 1.5  # only the largest of such answers leave out zero


def test_at_zero_effect_the_assurance_is_the_false_positive_rate(study: Study, panel: xr.Dataset) -> None:
    seen = found(study, panel, simulations(told_sd=4.0))
    assert seen["assurance"].details["assurance_none"] == pytest.approx(1 - seen["coverage"].details["coverage_none"])
    assert seen["assurance"].details["assurance_none"] > 0.05


def test_convincing_by_hand() -> None:
    def column(*values: float) -> tuple[tuple[str, str], np.ndarray]:
        return ("simulation", "quantity"), np.array(values)[:, None]

    one = xr.Dataset(
        {
            "truth": column(-50, -50, -50, -50),
            "lower": column(-90, -60, 10, -70),
            "upper": column(-60, 10, 80, -20),
            "median": column(-75, -30, 40, -50),
            "change": ("simulation", np.full(4, -50.0)),
        },
        coords={"quantity": ["overall"]},
    )
    seen = convincing(one)
    assert (seen["assurance"], seen["wrong_sign"]) == (0.75, pytest.approx(1 / 3))
    assert seen["width"] == pytest.approx(60.0)
    assert seen["exaggeration"] == pytest.approx(1.0)  # 75, 40 and 50 percent of a true 50


def test_too_few_or_none_are_unknown(study: Study, panel: xr.Dataset) -> None:
    few = simulations().isel(simulation=slice(0, 10))
    assert {one.verdict for one in found(study, panel, few).values()} == {Verdict.UNKNOWN}
    assert {one.verdict for one in found(study, panel, xr.Dataset()).values()} == {Verdict.UNKNOWN}


def test_where_every_fit_failed_the_commonest_trouble_is_named(study: Study, panel: xr.Dataset) -> None:
    made = simulations()
    made["state"][:] = "failed"
    made["trouble"][:] = "SamplerError: no place to start from.\nAt draw 3."
    made["trouble"][::4] = "MemoryError: no room"
    seen = found(study, panel, made)
    assert {one.verdict for one in seen.values()} == {Verdict.UNKNOWN}
    told = "Only 0 of 80 simulations of 'prior' could be used: 80 failed, most often with: SamplerError: no place"
    assert seen["calibration"].says == f"{told} to start from."
    assert "Only 0 of 40 simulations of 'none'" in seen["assurance"].says
    assert "most often with: SamplerError" in seen["coverage"].says
    assert all(one.advice.startswith("Mend what made fits fail") for one in seen.values())


def test_where_fits_only_did_not_settle_no_trouble_is_named(study: Study, panel: xr.Dataset) -> None:
    made = simulations()
    made["rhat_max"][:] = 1.5
    seen = found(study, panel, made)["calibration"]
    assert seen.says == "Only 0 of 80 simulations of 'prior' could be used."
    assert "Mend" not in seen.advice


def test_fits_that_did_not_settle_are_left_out_and_told(study: Study, panel: xr.Dataset) -> None:
    made = simulations()
    made["rhat_max"][:20] = 1.5
    made["median"][:20] = 1000.0
    seen = found(study, panel, made)["calibration"]
    assert seen.verdict is Verdict.CONCERN
    assert "25 %" in seen.says
