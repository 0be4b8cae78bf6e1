"""Does the method find an effect where there can be none? The same model on indicators the intervention cannot move.

Lipsitch, Tchetgen Tchetgen and Cohen (2010), Epidemiology 21(3).
"""

from collections.abc import Mapping

from evaluation.checks.book import Evidence, NoEvidenceError, Seen, check
from evaluation.checks.equivalence import LIMITS, Equivalence, equivalence, judge, region
from evaluation.checks.refits import BELIEVED, log_ratios, naming_engines
from evaluation.checks.words import change, percent_of, percent_span
from evaluation.terms.assumptions import NO_DIFFERENTIAL_TREND
from evaluation.terms.evidence import Verdict

ADVICE = {
    Verdict.FAIL: "Something other than the intervention moved the treated units: do not read the effect as its doing.",
    Verdict.CONCERN: "Allow for a bias as large as the change in the control when reading the effect.",
    Verdict.UNKNOWN: "A control that is counted more often, or in more treated units, would be needed to tell.",
}


@check("negative_control", family="control", probes=NO_DIFFERENTIAL_TREND, limits=LIMITS | BELIEVED)
def control_did_not_move(evidence: Evidence, limits: Mapping[str, float]) -> tuple[Seen, ...]:
    """The estimated effect on each negative control, against none and against the smallest change that matters."""
    controls = evidence.study.question.controls
    if not controls:
        raise NoEvidenceError(
            "The study has no negative control.", "Name an indicator the intervention cannot move (question.controls)."
        )
    return tuple(_one(evidence, control, limits) for control in controls)


def _one(evidence: Evidence, control: str, limits: Mapping[str, float]) -> Seen:
    try:
        draws = log_ratios(evidence, "main", quantity=control, limits=limits)
    except NoEvidenceError as missing:  # one control without draws leaves the others their say
        return Seen(verdict=Verdict.UNKNOWN, says=missing.reason, advice=missing.advice, about=control)
    seen = equivalence(draws, region(evidence.study.question.matters_from))
    verdict = judge(seen, limits)
    lower, middle, upper = percent_span(draws)
    moved, from_, to = (change(percent, upper - lower) for percent in (middle, lower, upper))
    told = Seen(
        verdict=verdict,
        says=_say(verdict, evidence.names.indicator(control), seen, f"{moved} (95 %: {from_} to {to})"),
        statistic=seen.inside,
        statistic_says="probability that the change in the negative control is too small to matter",
        limit=limits["inside"],
        advice=ADVICE.get(verdict, ""),
        details={
            "percent": middle,
            "lower": lower,
            "upper": upper,
            "could_be_inside": seen.could_be_inside,
            "tail_of_none": seen.none,
        },
        about=control,
    )
    return naming_engines(told, evidence, ("main",))


def _say(verdict: Verdict, control: str, seen: Equivalence, change: str) -> str:
    if verdict is Verdict.PASS:
        return f"The negative control ({control}) did not move enough to matter: {change}."
    if verdict is Verdict.UNKNOWN:
        return (
            f"These data cannot tell whether the negative control ({control}) moved: {change}; had it not, they would "
            f"still have put only {percent_of(seen.could_be_inside)} on it."
        )
    sure = "moved, as it should not" if seen.none < 0.05 else "may have moved, as it should not"
    return f"The negative control ({control}) {sure}: {change}."
