"""The doubts that weigh most."""

from evaluation.conclusions.doubts import ORDER, gravest
from evaluation.terms import Finding, Verdict
from evaluation.terms.assumptions import ASSUMPTIONS, IF_NOT


def finding(assumption: str, verdict: Verdict, check: str = "x") -> Finding:
    return Finding(check=check, family="x", assumption=assumption, verdict=verdict, says=f"{check} {verdict}")


def test_what_failed_comes_first_then_what_could_turn_the_answer_before_what_widens_it() -> None:
    found = gravest(
        (
            finding("adopters_typical", Verdict.CONCERN),
            finding("effort_constant", Verdict.UNKNOWN),
            finding("no_differential_trend", Verdict.CONCERN, "leads"),
            finding("no_differential_trend", Verdict.CONCERN, "placebo"),
            finding("prior_reasonable", Verdict.FAIL),
            finding("converged", Verdict.PASS),
        )
    )
    assert [(one.assumption, one.check) for one in found] == [
        ("prior_reasonable", "x"), ("no_differential_trend", "leads"), ("effort_constant", "x")
    ]  # fmt: skip


def test_an_answer_without_doubts_has_none() -> None:
    assert gravest((finding("converged", Verdict.PASS),)) == ()


def test_every_assumption_has_its_meaning_and_its_weight() -> None:
    assert set(IF_NOT) == set(ASSUMPTIONS) == set(ORDER)
    assert all(says[0].islower() and not says.endswith(".") for says in IF_NOT.values())
