"""One unit, false dates, false adopters: silent on clean refits, not silent on those broken in the way each is for."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from scipy.stats import binom

from evaluation.checks.book import Evidence
from evaluation.terms.evidence import Verdict
from tests.unit.checks.conftest import TREATED, UNITS, look

RNG = np.random.default_rng(5)
SD = 0.05  # of the main answer in the fixture, on the log scale


def with_refits(evidence: Evidence, log_ratios: dict[str, np.ndarray], **values: list[float] | list[str]) -> Evidence:
    """The evidence with more refits, each with these draws of the overall effect."""
    size = evidence.variants.sizes["sample"]
    quantity = evidence.variants["quantity"].values
    percent = np.stack([np.broadcast_to(100 * np.expm1(each), (len(quantity), size)) for each in log_ratios.values()])
    more = xr.Dataset(
        {"percent": (("variant", "quantity", "sample"), percent)},
        coords={"variant": list(log_ratios), "quantity": quantity},
    )
    for name, usual in (("rhat_max", 1.01), ("ess_min", 300.0)):
        more[name] = ("variant", values.get(name, [usual] * len(log_ratios)))
    if "engine" in values:
        more["engine"] = ("variant", values["engine"])
    return replace(evidence, variants=xr.concat([evidence.variants, more], dim="variant", join="outer"))


def normal(middle: float, sd: float = SD) -> np.ndarray:
    return RNG.normal(middle, sd, size=1000)


def left_out(**other: float) -> dict[str, np.ndarray]:
    return {f"without:{unit}": normal(other.get(unit, -0.2)) for unit in UNITS[:TREATED]}


def test_adopters_alike_decide_nothing_and_the_extremes_are_named(evidence: Evidence) -> None:
    found = look("one_unit", with_refits(evidence, left_out(U03=-0.22, U05=-0.17)))
    assert found.verdict is Verdict.PASS
    assert "No single adopter decides" in found.says
    assert "without Country 3" in found.says
    assert "without Country 5" in found.says
    assert found.statistic == pytest.approx(0.6, abs=0.15)


def test_one_that_moves_the_answer_is_named_and_one_that_moves_it_far_fails(evidence: Evidence) -> None:
    moved = look("one_unit", with_refits(evidence, left_out(U03=-0.12)))
    assert moved.verdict is Verdict.CONCERN
    assert "Country 3 decides much" in moved.says
    assert look("one_unit", with_refits(evidence, left_out(U03=-0.05))).verdict is Verdict.FAIL


def test_without_refits_or_with_doubtful_ones_it_says_so(evidence: Evidence) -> None:
    none = look("one_unit", evidence)
    assert none.verdict is Verdict.UNKNOWN
    assert "leave_one_out" in none.advice
    refits = left_out()
    some = look("one_unit", with_refits(evidence, refits, rhat_max=[1.3] + [1.01] * (len(refits) - 1)))
    assert some.verdict is Verdict.CONCERN
    assert "No single adopter decides" in some.says
    assert "Not known for Country 0." in some.says
    assert "variant_draws" in some.advice


@pytest.mark.parametrize(
    ("middle", "sd", "verdict"),
    [(0.0, 0.05, Verdict.PASS), (-0.3, 0.05, Verdict.FAIL), (-0.3, 0.14, Verdict.CONCERN), (0.0, 0.6, Verdict.UNKNOWN)],
)
def test_what_is_found_before_the_laws_is_held_against_none(
    evidence: Evidence, middle: float, sd: float, verdict: Verdict
) -> None:
    refits = {"false_date:2": normal(0.0), "false_date:3": normal(middle, sd)}
    found = look("placebo_time", with_refits(evidence, refits))
    assert found.verdict is verdict
    assert verdict is Verdict.PASS or "3 periods early" in found.says


def test_a_false_date_that_cannot_be_believed_is_said(evidence: Evidence) -> None:
    refits = {"false_date:2": normal(0.0), "false_date:3": normal(0.0)}
    found = look("placebo_time", with_refits(evidence, refits, rhat_max=[1.01, 1.4]))
    assert "not known for 3 periods" in found.says


def false_laws(count: int, scatter: float) -> dict[str, np.ndarray]:
    """Answers to laws that did nothing: their middles scatter so many times as far as they claim."""
    middles = np.random.default_rng(6).normal(0, scatter * SD, size=count)
    return {f"false_adopters:{number}": normal(middle) for number, middle in enumerate(middles)}


def test_honest_intervals_pass_and_narrow_ones_do_not(evidence: Evidence) -> None:
    honest = look("placebo_space", with_refits(evidence, false_laws(40, 1.0)))
    assert honest.verdict is Verdict.PASS
    assert "of 40 laws seem to have had an effect; chance would make 2" in honest.says
    assert "0 of these false answers lie as far" in honest.says
    assert honest.statistic == pytest.approx(1.0, abs=0.3)
    assert honest.details["chance"] == pytest.approx(binom.sf(honest.details["wrong"] - 1, 40, 0.05))
    narrow = look("placebo_space", with_refits(evidence, false_laws(40, 3.0)))
    assert narrow.verdict is Verdict.FAIL
    assert "times as wide" in narrow.advice
    assert narrow.details["wrong"] > 10


def test_too_few_false_laws_say_nothing(evidence: Evidence) -> None:
    assert look("placebo_space", with_refits(evidence, false_laws(5, 1.0))).verdict is Verdict.UNKNOWN
    assert look("placebo_space", evidence).verdict is Verdict.UNKNOWN


def test_many_refits_by_another_engine_are_counted_not_listed(evidence: Evidence) -> None:
    refits = left_out()
    found = look("one_unit", with_refits(evidence, refits, engine=["field integrated out"] * len(refits)))
    assert found.statistic_says.endswith("not sampled with NUTS: 10 refits (field integrated out)")
