"""Does the method find an effect where there can be none? The same model on indicators the intervention cannot move.

Lipsitch, Tchetgen Tchetgen and Cohen (2010), Epidemiology 21(3). And the answer, once a bias like those is allowed for.
"""

from collections.abc import Mapping

import numpy as np

from evaluation.checks.bias import FEWEST, null_answers, silent_controls
from evaluation.checks.book import Evidence, NoEvidenceError, Seen, check
from evaluation.checks.equivalence import LIMITS, Equivalence, equivalence, judge, region
from evaluation.checks.refits import BELIEVED, log_ratios, naming_engines, spread
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
    silent = silent_controls(evidence.study)
    if not silent:
        raise NoEvidenceError(
            "Every negative control of the study is read as a trace of the effort to detect, which a law may change.",
            "Name one that moves neither with the market nor with the effort (question.controls).",
        )
    return tuple(_one(evidence, control, limits) for control in silent)


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


@check(
    "empirical_calibration",
    family="control",
    probes=NO_DIFFERENTIAL_TREND,
    limits={"calibration_wider": 1.5} | BELIEVED,
)
def answer_with_a_bias(evidence: Evidence, limits: Mapping[str, float]) -> Seen:
    """The overall effect with a bias like those of the null answers added to its draws: empirical calibration.

    A concern if the 95 % interval then holds none and did not before, or is `calibration_wider` times as wide (log
    scale). See `bias.py` for how the bias is estimated, and for what it leaves out.
    """
    draws, nulls = log_ratios(evidence, "main", limits=limits), null_answers(evidence, limits)
    spread(draws)  # an answer that does not vary was not sampled
    if not nulls.enough:
        raise NoEvidenceError(
            f"{len(nulls.found)} answers where there is nothing to find are too few to calibrate by: they are worth "
            f"{nulls.weight.sum():.0f} unrelated ones, and it takes {FEWEST}.",
            "Set checks.false_adopters, and name negative controls (question.controls).",
        )
    bias = nulls.bias(len(draws), np.random.default_rng(evidence.study.seed_for("empirical_calibration")))
    as_it_is, calibrated = ((lower, upper) for lower, _, upper in (percent_span(draws), percent_span(draws + bias)))
    wider = _log_width(calibrated) / _log_width(as_it_is)
    lost = _sure(as_it_is) and not _sure(calibrated)
    verdict = Verdict.CONCERN if lost or wider > limits["calibration_wider"] else Verdict.PASS
    (from_, to), (wide_from, wide_to) = (
        [change(end, upper - lower) for end in (lower, upper)] for lower, upper in (as_it_is, calibrated)
    )
    told = (
        f"Allowing for a bias like those of {len(nulls.found)} answers where there is nothing to find, the 95 % "
        f"interval runs from {wide_from} to {wide_to}"
    )
    without = f"(without: {from_} to {to})"
    seen = Seen(
        verdict=verdict,
        says=f"{told} and holds no change {without}." if lost else f"{told} {without}.",
        statistic=wider,
        statistic_says="width of the calibrated 95 % interval, as a multiple of the answer's own (log scale)",
        limit=limits["calibration_wider"],
        advice="" if verdict is Verdict.PASS else "Give the calibrated interval beside the answer's own.",
        details={"calibrated_lower": calibrated[0], "calibrated_upper": calibrated[1], **nulls.details},
    )
    return naming_engines(seen, evidence, dict.fromkeys(("main", *nulls.refits)))


def _log_width(percents: tuple[float, float]) -> float:
    lower, upper = np.log1p(np.array(percents) / 100)
    return float(upper - lower)


def _sure(percents: tuple[float, float]) -> bool:
    """Whether an interval leaves out no change."""
    return percents[0] > 0 or percents[1] < 0
