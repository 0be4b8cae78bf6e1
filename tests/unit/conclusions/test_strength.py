import pytest

from evaluation.conclusions.strength import MAIN_ASSUMPTIONS, weigh
from evaluation.terms import Finding, Strength, Verdict
from evaluation.terms.assumptions import IN_PLACE_OF
from tests.unit.conclusions.conftest import finding

PASS, CONCERN, FAIL, UNKNOWN = Verdict.PASS, Verdict.CONCERN, Verdict.FAIL, Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("sampling", "other", "another", "strength"),
    [
        (PASS, PASS, PASS, Strength.STRONG),
        (PASS, CONCERN, PASS, Strength.MODERATE),
        (PASS, UNKNOWN, PASS, Strength.MODERATE),
        (PASS, FAIL, PASS, Strength.WEAK),
        (PASS, CONCERN, FAIL, Strength.WEAK),
        (CONCERN, PASS, PASS, Strength.MODERATE),
        (UNKNOWN, PASS, PASS, Strength.MODERATE),
        (FAIL, PASS, PASS, Strength.WITHHELD),
        (FAIL, FAIL, CONCERN, Strength.WITHHELD),
    ],
)
def test_the_table(
    sampling: Verdict, other: Verdict, another: Verdict, strength: Strength, all_pass: tuple[Finding, ...]
) -> None:
    seen = (finding(sampling, family="sampling"), finding(other), finding(another, family="trend"))
    assert weigh((*all_pass, *seen)).strength is strength


def test_the_gravest_reason_comes_first_and_none_twice(all_pass: tuple[Finding, ...]) -> None:
    seen = (
        finding(UNKNOWN, says="Cannot tell."),
        finding(CONCERN, says="Odd."),
        finding(FAIL, says="Wrong."),
        finding(CONCERN, says="Odd.", family="trend"),
    )
    assert weigh((*seen, *all_pass)).reasons == ("Failed: Wrong.", "Concern: Odd.", "Not known: Cannot tell.")


def test_a_withheld_claim_gives_the_sampler_as_its_reason(all_pass: tuple[Finding, ...]) -> None:
    seen = (finding(FAIL, says="Wrong."), finding(FAIL, family="sampling", says="The chains do not agree."))
    assert weigh((*all_pass, *seen)).reasons == ("Failed: The chains do not agree.",)


@pytest.mark.parametrize("name", MAIN_ASSUMPTIONS)
def test_no_evidence_is_never_a_pass(name: str, all_pass: tuple[Finding, ...]) -> None:
    weight = weigh(each for each in all_pass if IN_PLACE_OF.get(each.assumption, each.assumption) != name)
    assert weight.strength is Strength.MODERATE
    assert weight.reasons[0].startswith("Not checked: ")


def test_nothing_checked_at_all_is_not_strong() -> None:
    assert weigh(()).strength is Strength.MODERATE


def test_a_family_may_be_left_out(all_pass: tuple[Finding, ...]) -> None:
    moved = finding(FAIL, family="control")
    assert weigh((*all_pass, moved)).strength is Strength.WEAK
    assert weigh((*all_pass, moved), without="control").strength is Strength.STRONG


def test_of_one_verdict_what_the_answer_hangs_on_most_comes_first() -> None:
    seen = [
        Finding(check="x", family="x", assumption=name, verdict=Verdict.CONCERN, says=name)
        for name in ("adopters_typical", "no_differential_trend", "prior_reasonable", "counts_comparable")
    ]
    told = [reason.partition(": ")[2] for reason in weigh(seen).reasons if reason.startswith("Concern")]
    assert told == ["no_differential_trend", "counts_comparable", "adopters_typical", "prior_reasonable"]
