"""Hidden causes and calibration: the tipping point by hand; silent on clean refits, not silent on biased ones."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm

from evaluation.checks.book import Evidence
from evaluation.checks.confounding import ratio_needed, tipping
from evaluation.terms import Verdict
from tests.unit.checks.conftest import UNITS, look, moved
from tests.unit.checks.test_doubts import SD, false_laws, with_refits

QUANTILES = norm.ppf((np.arange(10_000) + 0.5) / 10_000)


@pytest.mark.parametrize("sign", [-1, 1])
def test_the_tipping_points_of_a_normal_answer(sign: int) -> None:
    point = tipping(sign * 0.3 + 0.1 * QUANTILES)
    assert point.of_interval == pytest.approx(sign * (0.3 - 1.96 * 0.1), abs=1e-3)
    assert point.of_median == pytest.approx(sign * 0.3)


def test_an_interval_that_holds_none_tips_at_once() -> None:
    assert tipping(0.1 + 0.1 * QUANTILES).of_interval == 0.0


@pytest.mark.parametrize("unequal", [0.25, 0.5, 1.0])
def test_a_hidden_cause_of_the_strength_needed_makes_the_answer(unequal: float) -> None:
    """Log rates of eight units, four of them adopting: what a difference in differences finds is the cause alone."""
    rng = np.random.default_rng(1)
    adopting, after = np.arange(8) < 4, np.arange(10) >= 5
    rates = rng.normal(size=(8, 1)) + rng.normal(size=10)
    struck = adopting & (np.arange(8) < 4 * unequal)
    rates += np.log(ratio_needed(0.2, unequal)) * (struck[:, None] & after)
    change = rates[:, after].mean(axis=1) - rates[:, ~after].mean(axis=1)
    assert change[adopting].mean() - change[~adopting].mean() == pytest.approx(0.2)


def clean(evidence: Evidence, scatter: float = 1.0, laws: int = 40) -> Evidence:
    """Two adopters, ten units that never were, and laws given to these: answers that scatter so many times too far."""
    late = evidence.panel["unit"].isin(UNITS[:2])
    panel = evidence.panel.assign(exposure=evidence.panel["exposure"].where(late, 0.0))
    return with_refits(replace(evidence, panel=panel), false_laws(laws, scatter))


def test_an_answer_larger_than_any_bias_seen_passes(evidence: Evidence) -> None:
    found = look("hidden_cause", clean(evidence))
    assert found.verdict is Verdict.PASS
    assert "lowered the counts of all adopting units by 10 %, and of no others" in found.says
    assert "a quarter of them: by 34 %" in found.says
    assert "no more than what chance makes" in found.says
    assert found.details["interval_ratio_at_25"] == pytest.approx(np.exp(found.details["interval_bias"] / 0.25))
    assert found.details["median_percent"] == pytest.approx(100 * np.expm1(-0.2), abs=0.5)
    assert found.details["Burglaries"] == pytest.approx(0.0, abs=0.5)
    assert found.statistic < 0.05


@pytest.mark.parametrize(("scatter", "verdict"), [(2.2, Verdict.CONCERN), (6.0, Verdict.FAIL)])
def test_biases_as_large_as_the_answer_do_not_pass(evidence: Evidence, scatter: float, verdict: Verdict) -> None:
    found = look("hidden_cause", clean(evidence, scatter))
    assert found.verdict is verdict
    assert "beyond what chance makes" in found.says
    assert found.statistic > 0.05
    assert found.details["bias_sd"] == pytest.approx(SD * np.sqrt(scatter**2 - 1), rel=0.3)


def test_a_control_that_moved_as_far_is_named(evidence: Evidence) -> None:
    changed = clean(evidence)
    found = look("hidden_cause", replace(changed, variants=moved(changed.variants, "main", -0.15, "control")))
    assert found.verdict is Verdict.CONCERN
    assert "negative control (Burglaries) moved as far" in found.says


def test_an_interval_that_holds_none_has_nothing_to_explain_away(evidence: Evidence) -> None:
    changed = clean(evidence)
    found = look("hidden_cause", replace(changed, variants=moved(changed.variants, "main", 0.15)))
    assert found.verdict is Verdict.UNKNOWN
    assert "holds no change already" in found.says
    assert found.details["interval_bias"] == 0.0
    assert found.details["median_bias"] == pytest.approx(-0.05, abs=0.01)


def test_too_few_null_answers_leave_the_tipping_points(evidence: Evidence) -> None:
    found = look("hidden_cause", clean(evidence, laws=5))
    assert found.verdict is Verdict.UNKNOWN
    assert "not known" in found.says
    assert found.details["interval_bias"] < 0


def test_false_laws_alone_do_not_show_what_came_with_the_real_ones(evidence: Evidence) -> None:
    question = replace(evidence.study.question, controls=())
    bare = replace(evidence, study=replace(evidence.study, question=question))
    found = look("hidden_cause", clean(bare, laws=400))
    assert found.verdict is Verdict.UNKNOWN
    assert "no negative control" in found.says


def test_honest_answers_leave_the_interval_nearly_as_it_is(evidence: Evidence) -> None:
    found = look("empirical_calibration", clean(evidence))
    assert found.verdict is Verdict.PASS
    assert 1.0 < found.statistic < 1.5
    assert found.details["calibrated_upper"] < 0
    assert f"{41} answers" in found.says
    assert found.details["false_laws_worth"] == pytest.approx(40 / (1 + 39 / 9))


def test_a_bias_that_takes_the_answer_away_concerns(evidence: Evidence) -> None:
    found = look("empirical_calibration", clean(evidence, 3.0), calibration_wider=100.0)
    assert found.verdict is Verdict.CONCERN
    assert "holds no change (without:" in found.says
    assert found.details["calibrated_lower"] < 0 < found.details["calibrated_upper"]


def test_a_bias_that_only_widens_the_answer_concerns(evidence: Evidence) -> None:
    changed = clean(evidence, 3.0)
    found = look("empirical_calibration", replace(changed, variants=moved(changed.variants, "main", -1.0)))
    assert found.verdict is Verdict.CONCERN
    assert found.statistic > 1.5
    assert found.details["calibrated_upper"] < 0
    assert found.details["bias_sd"] == pytest.approx(SD * np.sqrt(8), rel=0.3)


def test_too_few_null_answers_calibrate_nothing(evidence: Evidence) -> None:
    found = look("empirical_calibration", clean(evidence, laws=7))
    assert found.verdict is Verdict.UNKNOWN
    assert "too few to calibrate" in found.says


def test_draws_that_share_units_are_not_as_many_as_they_seem(evidence: Evidence) -> None:
    few_units = with_refits(evidence, false_laws(40, 1.0))  # two units that never had a law
    assert look("empirical_calibration", few_units).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize("check", ["hidden_cause", "empirical_calibration"])
def test_the_same_study_gives_the_same_digits(check: str, evidence: Evidence) -> None:
    refits = clean(evidence)
    assert look(check, refits) == look(check, refits)


@pytest.mark.parametrize("check", ["hidden_cause", "empirical_calibration"])
def test_refits_by_another_engine_are_said(check: str, evidence: Evidence) -> None:
    late = evidence.panel["unit"].isin(UNITS[:2])
    panel = evidence.panel.assign(exposure=evidence.panel["exposure"].where(late, 0.0))
    laws = false_laws(40, 1.0)
    refits = with_refits(replace(evidence, panel=panel), laws, engine=["field integrated out"] * len(laws))
    assert look(check, refits).statistic_says.endswith("not sampled with NUTS: 40 refits (field integrated out)")
