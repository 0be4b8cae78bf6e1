"""Several studies side by side: who is pooled with whom, what counts as evidence, and that no tactic loses its row."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from evaluation.conclusions.pooled import estimate_of
from evaluation.conclusions.portfolio import portfolio
from evaluation.panel.registers import Registers, read_registers
from evaluation.terms import Claim, Decision, Portfolio, Strength, StudyResult
from evaluation.terms.decisions import Estimate, StepValue
from tests.unit.conclusions.conftest import make_study

DATA = Path(__file__).parents[3] / "data"


@pytest.fixture(scope="module")
def registers() -> Registers:
    return read_registers(DATA)


def claim(name: str, middle: float | None, lower: float, upper: float, **changes) -> Claim:
    return Claim(
        **(
            {
                "name": name, "says": f"{name}.", "unit": "percent", "estimate": middle,
                "lower": None if middle is None else lower, "upper": None if middle is None else upper,
                "interval": 0.95, "probabilities": {} if middle is None else {"reduction": 0.9, "matters": 0.4},
                "strength": Strength.WITHHELD if middle is None else Strength.MODERATE, "reasons": ("Concern: x.",),
            }
            | changes
        )
    )  # fmt: skip


def result(name: str, middle: float | None = -20.0, *, source: str = "", **changes) -> StudyResult:
    """One finished study of victims under laws against buying, from a table of its own."""
    made = make_study(question={"indicators": ("victims_sexual",), "controls": ("victims_labour",)})
    made = replace(made, name=name, title=f"Study {name}", panel=replace(made.panel, observations=(source or name,)))
    claims = (
        claim("overall", middle, -40.0, 5.0),
        claim("indicator:victims_sexual", middle, -40.0, 5.0),
        claim("unit:NOR", middle, -50.0, 5.0),
    )
    decision = changes.pop("decision", None)
    return StudyResult(study=replace(made, **changes), claims=claims, decision=decision)


def joined(registers: Registers, *studies: StudyResult) -> Portfolio:
    return portfolio(
        studies,
        registers.tactics,
        registers.interventions,
        assertions=registers.assertions,
        indicators=registers.indicators,
    )


def line(made: Portfolio, tactic: str):
    return next(one for one in made.tactics if one.name == tactic)


def test_every_tactic_keeps_its_row_with_or_without_studies(registers):
    for studies in ((), (result("a"), result("b"))):
        made = joined(registers, *studies)
        assert [one.name for one in made.tactics] == list(registers.tactics)
        assert line(made, "wholesaler_border").evidence == "no evidence yet"
        assert line(made, "consumer_law").claimed_percent == -60.0


def test_a_study_tells_its_effect_beside_what_was_claimed(registers):
    made = joined(registers, result("a"))
    row = line(made, "consumer_law")
    assert row.evidence == (
        "a: 20 % lower (95 % interval 40 % lower to 5 % higher; probability of a change that matters 0.40), moderate"
    )
    assert row.studies == ("a",)
    assert row.strength is Strength.MODERATE
    (study,) = made.studies
    assert (study.actors, study.tactics, study.units) == (("consumer",), ("consumer_law",), ("NOR",))
    assert study.outcomes[0].label == registers.indicators["victims_sexual"].label


def test_what_is_simulated_is_shown_and_never_counts(registers):
    made = joined(registers, result("a", simulated=True), result("b", simulated=True))
    row = line(made, "consumer_law")
    assert row.evidence == "no evidence yet"
    assert row.strength is None
    assert row.studies == ()
    assert row.demonstrations == ("a", "b")
    assert made.pooled == ()
    assert all(one.simulated for one in made.studies)


def test_a_withheld_study_is_no_evidence_but_keeps_its_line(registers):
    made = joined(registers, result("a", None))
    assert line(made, "consumer_law").evidence == "a: withheld"
    assert line(made, "consumer_law").strength is None
    assert made.studies[0].overall is None


def test_studies_that_share_a_tactic_and_an_outcome_are_pooled(registers):
    made = joined(registers, result("a", -20.0), result("b", -10.0))
    (pooled,) = made.pooled
    assert (pooled.tactic, pooled.indicator, pooled.studies) == ("consumer_law", "victims_sexual", ("a", "b"))
    assert pooled.refused == ""
    assert -20.0 < pooled.typical.estimate < -10.0
    assert pooled.next_study.lower < pooled.typical.lower < -15 < pooled.typical.upper < pooled.next_study.upper
    assert pooled.probability > 0.5
    assert "2 studies pooled" in line(made, "consumer_law").evidence


@pytest.mark.parametrize(
    ("studies", "reason"),
    [
        (
            (result("a", source="un"), result("b", source="un")),
            "not pooled: “Study a” and “Study b” rest on the same figures, and are one answer told twice",
        ),
        ((result("a"), result("b", None)), "not pooled: “Study b” tells no number"),
    ],
)
def test_what_may_not_be_pooled_is_not_and_says_why(registers, studies, reason):
    (pooled,) = joined(registers, *studies).pooled
    assert pooled.refused == reason
    assert pooled.typical is None


def test_studies_about_other_cells_are_not_pooled(registers):
    other = result("b")
    other = replace(other, study=replace(other.study, question=replace(other.study.question, over="reported")))
    assert "different cells" in joined(registers, result("a"), other).pooled[0].refused


def test_a_simulated_study_does_not_make_a_pool_of_two(registers):
    assert joined(registers, result("a"), result("b", simulated=True)).pooled == ()


def test_arithmetic_refutes_whatever_studies_exist(registers):
    for studies in ((), (result("a"),)):
        row = next(one for one in joined(registers, *studies).assertions if one.name == "victims_sexual_share_71")
        assert row.verdict == "refuted by arithmetic"
        assert row.refuted.startswith("4.8 / 40.3 = 11.9 %, not 71 %")


def test_an_assertion_tells_its_probability_in_each_real_study(registers):
    name = "buyer_law_demand_falls_60"
    said = claim(f"assertion:{name}", 0.02, 0.0, 0.0, unit="probability")
    real, made_up = (replace(result(one), claims=(*result(one).claims, said)) for one in "ab")
    made_up = replace(made_up, study=replace(made_up.study, simulated=True))
    rows: Mapping[str, object] = {one.name: one for one in joined(registers, real, made_up).assertions}
    assert rows[name].probabilities == {"a": 0.02}
    assert rows[name].verdict == "probability 0.02 in a"
    assert rows["price_drives_demand"].verdict == "no evidence yet"


def test_a_study_that_knows_what_moved_tells_the_net_and_the_market_beside(registers):
    net, market = claim("net", -4.0, -9.0, 2.0), claim("latent:market", None, 0.0, 0.0)
    one = result("a")
    made = joined(registers, replace(one, claims=(*one.claims, net, market)))
    assert made.studies[0].net == Estimate(estimate=-4.0, lower=-9.0, upper=2.0)
    assert made.studies[0].market is None
    assert line(made, "consumer_law").evidence.endswith(
        "moderate, with what spilled over counted in: 4 % lower (95 % interval 9 % lower to 2 % higher)"
    )


def test_what_is_missing_is_said(registers):
    (study,) = joined(registers, result("a")).studies
    assert study.missing == (
        "Concern: x",
        "a measure of the market itself: what is counted is detections and what follows them",
        "costs",
    )
    assert study.cost == "not asked"


def value(name: str, after: float | None, unknown: str = "") -> StepValue:
    return StepValue(
        name=name, says=name, design="survey", rank=None, value=None, error=None, lower=None, upper=None, net=None,
        width=None, wrong_side=after, unknown=unknown,
    )  # fmt: skip


def test_next_steps_of_all_studies_stand_in_one_order(registers):
    """By how much less probable the wrong side becomes; what is simulated after what is real, what is unknown last."""
    real = decision(wrong_side=0.4, steps=(value("little", 0.35), value("unknown", None, "no error")))
    other = decision(wrong_side=0.3, steps=(value("much", 0.1),))
    made_up = decision(wrong_side=0.5, steps=(value("made up", 0.0),))
    made = joined(
        registers,
        result("a", decision=real),
        result("b", decision=made_up, simulated=True),
        result("c", decision=other),
        result("d", decision=decision(refused="withheld")),
        result("e"),
    )
    assert [(one.study, one.name) for one in made.next_steps] == [
        ("c", "much"), ("a", "little"), ("b", "made up"), ("a", "unknown"),
    ]  # fmt: skip
    assert (made.next_steps[0].today, made.next_steps[0].after) == (0.3, 0.1)
    assert {(one.currency, one.price_year) for one in made.next_steps} == {("EUR", 2017)}


def decision(**changes) -> Decision:
    given = {
        "study": "a", "outcome": "victims_sexual", "things": "persons", "better": "fewer", "currency": "EUR",
        "price_year": 2017, "years": 1, "adopting": 1, "interval": 0.95,
    }  # fmt: skip
    return Decision(**(given | changes))


@pytest.mark.parametrize(
    ("made", "cost"),
    [
        (decision(refused="the claim is withheld"), "not told: the claim is withheld"),
        (decision(ratio_refused="it may be a rise"), "not told: it may be a rise"),
        (
            decision(cost_per_unit=Estimate(estimate=1200.0, lower=900.0, upper=2000.0)),
            "EUR 1,200 for each one of the persons fewer (95 % interval EUR 900 to 2,000; EUR, prices of 2017)",
        ),
    ],
)
def test_costs_have_their_currency_and_year_or_a_reason(registers, made, cost):
    (study,) = joined(registers, result("a", decision=made)).studies
    assert study.cost == cost
    assert "what one of the persons fewer is worth to a funder" in study.missing


def test_a_withheld_claim_has_no_number_whatever_it_carries():
    told = claim("indicator:victims", -20.0, -40.0, 5.0)
    assert estimate_of(told) == Estimate(estimate=-20.0, lower=-40.0, upper=5.0)
    assert estimate_of(replace(told, strength=Strength.WITHHELD)) is None
    assert estimate_of(None) is None
