"""From draws and costs to a choice: what is averted, what it costs, when a ratio may be told, what to know first."""

from dataclasses import replace

import numpy as np
import pytest

from evaluation.conclusions.adopting import adopting, annuity
from evaluation.conclusions.decisions import decide
from evaluation.terms import Decision, EvidenceError, Strength, read_record, write_record
from tests.unit.conclusions.conftest import make_study
from tests.unit.conclusions.deciding import (
    COSTS,
    INDICATORS,
    claims,
    cost,
    effect,
    plan,
    rehearsed,
    step,
    study,
    with_spill_over,
)

SURE = {"mean": -0.4, "sd": 0.02, "unit_sd": 0.02}


def decided(*, drawn: dict | None = None, simulations=None, made=None, said=None, **changes) -> Decision:
    found = decide(
        made or study(**changes), effect(**(drawn or SURE)), said or claims(), simulations, COSTS, INDICATORS
    )  # fmt: skip
    assert found is not None
    return found


def test_a_study_without_a_decision_has_none():
    assert decide(make_study(), effect(), claims(), None, COSTS, INDICATORS) is None


def test_what_is_averted_is_the_change_times_the_counts_times_the_years():
    """exp(-0.4) is 33 % less; adopters counted 1,000 and 2,000 a year: 2 x 330 to 2 x 660, in one city or the other."""
    made = decided(drawn={"mean": -0.4, "sd": 1e-6, "unit_sd": 1e-6})
    least, most = 2 * 1000 * (1 - np.exp(-0.4)), 2 * 2000 * (1 - np.exp(-0.4))
    assert made.averted is not None
    assert made.averted.lower == pytest.approx(least, rel=1e-3)
    assert made.averted.upper == pytest.approx(most, rel=1e-3)
    assert made.right_side == 1.0
    assert (made.things, made.better) == ("persons", "fewer")


def test_what_turns_up_elsewhere_is_counted_in():
    """33 % less where it was adopted; for each 100 without it 25 turned up next door: 8 of 100 are gained, not 33."""
    here = {"mean": -0.4, "sd": 1e-6, "unit_sd": 1e-6}
    alone = decided(drawn=here)
    moved = decide(study(), with_spill_over(effect(**here), -0.4, 0.25), claims(), None, COSTS, INDICATORS)
    assert moved.averted.lower / alone.averted.lower == pytest.approx((0.3297 - 0.25) / 0.3297, abs=0.07)
    assert "what turns up elsewhere counted in" in moved.says[0]
    assert any(
        "for each 100 persons that there would have been without it, 25 turned up" in one for one in moved.rests_on
    )
    assert [part.name for part in moved.parts][3] == "moved"
    assert "elsewhere" not in " ".join((*alone.says, *alone.rests_on))


def test_a_market_that_only_moved_is_no_gain():
    here = {"mean": -0.4, "sd": 0.05, "unit_sd": 0.05}
    moved = decide(study(), with_spill_over(effect(**here), -0.4, 0.33), claims(), None, COSTS, INDICATORS)
    assert 0.3 < moved.right_side < 0.7
    assert moved.cost_per_unit is None
    by_name = {part.name: part for part in moved.parts}
    assert 0 < by_name["effect"].wrong_side <= moved.wrong_side
    assert by_name["counts"].wrong_side == 0.0


def test_costs_are_paid_once_each_year_and_for_each_officer():
    """1,000 once; 100 to 300 a year for two years; two officers at 50 a year for two years: 1,400 to 1,800."""
    made = decided()
    assert made.cost is not None
    assert 1400 <= made.cost.lower < 1430
    assert 1770 < made.cost.upper <= 1800
    assert made.cost.estimate == pytest.approx(1600, abs=15)


def test_more_units_avert_and_cost_in_proportion():
    one, three = decided(), decided(adopting=3)
    assert three.averted.estimate == pytest.approx(3 * one.averted.estimate)
    assert three.cost.estimate == pytest.approx(3 * one.cost.estimate)
    assert three.cost_per_unit.upper == pytest.approx(one.cost_per_unit.upper)


def test_a_rise_that_is_a_gain_counts_upwards():
    rising = {"mean": 0.4, "sd": 0.02, "unit_sd": 0.02}
    assert decided(drawn=rising, better="more").right_side == 1.0
    assert decided(drawn=rising).right_side == 0.0


def test_discounting_makes_later_years_count_less():
    assert annuity(2, 0.0) == 2.0
    assert annuity(2, 5.0) == pytest.approx(1 + 1 / 1.05)
    assert decided(discount=5.0).averted.estimate < decided().averted.estimate


def test_a_lognormal_range_holds_95_percent():
    many = {**COSTS, "start": cost(100.0, 900.0, drawn="lognormal")}
    made = decide(study(costs={"start": 1.0}), effect(**SURE), claims(), None, many, INDICATORS)
    assert made.cost.lower == pytest.approx(100, rel=0.1)
    assert made.cost.upper == pytest.approx(900, rel=0.1)


def test_a_ratio_is_told_only_where_nearly_every_draw_is_a_gain():
    sure, unsure = decided(), decided(drawn={"mean": -0.1, "sd": 0.1, "unit_sd": 0.1})
    assert sure.cost_per_unit is not None
    assert sure.cost_per_unit.lower < sure.cost.estimate / sure.averted.estimate < sure.cost_per_unit.upper
    assert unsure.cost_per_unit is None
    assert f"probability that anything is gained is {unsure.right_side:.2f}" in unsure.ratio_refused
    assert "cannot be said" in unsure.says[1]
    assert unsure.acceptability, "the curve holds where the ratio does not"


def test_the_acceptability_curve_rises_to_the_probability_of_any_gain():
    made = decided(drawn={"mean": -0.1, "sd": 0.1, "unit_sd": 0.1}, willingness=(0.0, 1e6))
    chances = [one.probability for one in made.acceptability]
    assert chances == sorted(chances)
    assert chances[0] == 0.0
    assert chances[-1] == pytest.approx(made.right_side, abs=0.01)


def test_the_choice_is_the_one_of_larger_expected_net_benefit():
    cheap, dear = decided(worth=100.0, worth_by="a funder"), decided(worth=0.1, worth_by="a funder")
    assert (cheap.best, dear.best) == ("adopt", "not adopt")
    assert cheap.worthwhile == 1.0
    assert dear.worthwhile == 0.0
    assert cheap.loss_adopt == 0.0
    assert dear.loss_not == 0.0
    assert cheap.loss_not > 0


def test_the_loss_of_the_better_choice_is_what_knowing_everything_is_worth():
    made = decided(worth=1.8, worth_by="a funder", drawn={"mean": -0.4, "sd": 0.2, "unit_sd": 0.1})
    everything = made.parts[0]
    assert everything.name == "everything"
    assert everything.value == pytest.approx(min(made.loss_adopt, made.loss_not))
    assert all(0 <= part.value <= everything.value for part in made.parts)
    assert [part.name for part in made.parts] == ["everything", "effect", "adopters", "counts", "costs"]
    by_name = {part.name: part for part in made.parts}
    assert by_name["adopters"].value <= by_name["effect"].value + 3 * by_name["effect"].error


def test_without_a_worth_nothing_is_told_in_money():
    made = decided(drawn={"mean": -0.1, "sd": 0.2, "unit_sd": 0.1}, next_steps=(step("survey:3", error=0.1),))
    assert made.net_benefit is None
    assert made.best == ""
    assert all(part.value is None for part in made.parts)
    assert made.steps[0].value is None
    assert made.parts[0].wrong_side == pytest.approx(min(made.right_side, 1 - made.right_side))
    assert made.steps[0].wrong_side < made.wrong_side
    assert any("Nobody has stated" in one for one in made.says)


@pytest.mark.parametrize("name", ["overall", "next_unit:victims"])
def test_a_withheld_claim_refuses_the_decision_with_its_reason(name: str):
    said = tuple(
        replace(one, strength=Strength.WITHHELD, reasons=("Failed: the chains disagree.",)) if one.name == name else one
        for one in claims()
    )
    made = decided(said=said)
    assert made.refused == "the claim it would rest on is withheld: the chains disagree."
    assert made.averted is None
    assert made.says == ()


def test_a_study_that_says_nothing_of_a_further_unit_is_refused():
    assert "makes no claim about victims in a further country" in decided(said=claims()[:1]).refused
    drawn = effect(**SURE)
    del drawn["next_unit"]
    made = decide(study(), drawn, claims(), None, COSTS, INDICATORS)
    assert "the effect has no 'next_unit' of victims" in made.refused


def test_an_indicator_of_which_neither_is_better_is_refused_unless_the_plan_stands_by_one():
    neither = {"victims": replace(INDICATORS["victims"], better="neither")}
    assert "better" in decide(study(), effect(**SURE), claims(), None, COSTS, neither).refused
    made = decide(study(better="fewer"), effect(**SURE), claims(), None, COSTS, neither)
    assert made.refused == ""
    assert "this plan's own view" in made.says[1], "told beside the number, not far below"


def test_a_cost_that_is_not_given_is_an_error():
    with pytest.raises(EvidenceError, match="cost 'officer' is not given"):
        decide(study(), effect(), claims(), None, {"start": COSTS["start"], "year": COSTS["year"]}, INDICATORS)


def test_money_has_its_price_year_and_its_source():
    made = decided(worth=10.0, worth_by="a funder")
    assert "at prices of 2020" in made.says[1]
    assert made.sources == ("made up",)
    assert any("XTS 100 to 300, every amount as probable, a year (prices of 2020" in one for one in made.rests_on)
    assert "the worth stated by a funder" in made.says[2]


def test_a_weak_claim_is_said_to_be_what_all_rests_on():
    made = decided(said=claims(Strength.WEAK, "Failed: the control moved."))
    assert made.rests_on[0] == "The claim all this rests on is weak: Failed: the control moved."


def test_simulated_data_are_said_to_be_in_every_sentence():
    made = decided(made=replace(study(), simulated=True))
    assert made.simulated
    assert all(one.startswith("Simulated data: ") for one in made.says)


def test_the_same_study_gives_the_same_decision():
    assert decided(worth=2.0, worth_by="x") == decided(worth=2.0, worth_by="x")


def test_a_decision_reads_back_equal():
    made = decided(
        worth=2.0, worth_by="x", next_steps=(step("longer:5"),), simulations=rehearsed(planned=60.0, longer_5=40.0)
    )
    assert read_record(Decision, write_record(made), "decisions.json") == made


def test_counts_of_months_are_those_of_the_last_year():
    monthly = replace(study(), panel=replace(study().panel, every="month"))
    drawn = adopting(monthly, plan(), "fewer", effect(off=10.0, **SURE), COSTS)
    assert set(np.round(drawn.counts, 6)) == {120.0, 240.0}
    yearly = adopting(study(), plan(), "fewer", effect(off=10.0, **SURE), COSTS)
    assert set(np.round(yearly.counts, 6)) == {10.0, 20.0}
