"""The answer, the other claims, assertions of others, and the decision: each number is a claim's or the decision's."""

import re

import numpy as np

from evaluation.conclusions.assertions import threshold
from evaluation.reporting.evidence import Evidence
from evaluation.terms import Assertion, Claim, Strength, Verdict
from evaluation.terms.panel import Status
from evaluation.terms.world import Refutation
from tests.unit.reporting.number_words import (
    NONE,
    chance,
    count,
    difference,
    finite,
    level,
    minus,
    places,
    sentence,
    signed,
    stated,
)
from tests.unit.reporting.told import Drawn, Row, Told
from tests.unit.reporting.told_changes import Changes

OPEN = ("latent", "indicator", "own", "spill_over", "net", "control", "assertion")
CHANCES = {
    "reduction": "probability of any fall",
    "increase": "probability of any rise",
    "matters": "probability of a {way} that matters ({limit} % or more)",
    "equivalence": "probability of no change to speak of (less than {limit} % either way)",
}


def tell_headline(told: Told, changes: Changes) -> None:
    """The claim drawn large, and every other in its row."""
    evidence = changes.evidence
    study = evidence.study
    main = next((one for one in evidence.claims if one.name == "overall"), None)
    others = [one for one in evidence.claims if one is not main]
    lead = [one for one in others if one.name.split(":")[0] in OPEN]
    lead.sort(key=lambda one: not one.name.startswith("latent:"))
    rest = [one for one in others if one not in lead]
    told.tables["headline", "each negative control"] = [_claim_row(one) for one in lead]
    told.tables["headline", "Every further claim"] = [_claim_row(one) for one in rest]
    told.say("headline", f"{len(rest)} further claims", study.question.says, study.about)
    told.say("headline", *(f"{level(one.interval)} interval" for one in evidence.claims[:1]))
    told.say("headline", *(reason for one in evidence.claims for reason in one.reasons), *_rests_on(evidence))
    if main is not None:
        told.say("headline", without_interval(main), f"{len(main.reasons) - 4} more reasons")
        if main.strength is not Strength.WITHHELD and main.estimate is not None:
            _drawn_large(told, changes, main)


def _drawn_large(told: Told, changes: Changes, main: Claim) -> None:
    study = changes.evidence.study
    fine = places(float(main.upper or 0) - float(main.lower or 0))
    ends = _ends(main)
    told.say("headline", _number(main), f"{level(main.interval)} interval {ends}")
    limit = f"{abs(study.question.matters_from):,g}"
    way = "rise" if changes.rises else "fall"
    chances = (
        f"{CHANCES[k].format(limit=limit, way=way)} {chance(v)}" for k, v in main.probabilities.items() if k in CHANCES
    )
    told.say("headline", sentence("; ".join(chances)))
    truth, matters = changes.truth(), stated(study.question.matters_from)
    known = "" if truth is None else f"The {changes.truth_word} is {signed(truth, max(fine, 1))} %."
    told.say("headline", known.replace(" is ", ": ").rstrip("."))
    says = f"Estimate {_number(main)}, {level(main.interval)} interval {ends}."
    says += f" The smallest change that matters is {matters}."
    if main.unit == "percent":
        drawn = Drawn(f"{says} {known}".strip(), (f"matters from {matters}",))
        told.pictures["headline", "The estimate and its interval"] = drawn


def without_interval(claim: Claim) -> str:
    """A claim's sentence without the interval in brackets, its strength and its reasons: they stand beside it."""
    return minus(re.sub(r"\s*\([^()]*\binterval\b[^()]*\)", "", claim.says.split(" Strength: ")[0]).strip())


def _claim_row(claim: Claim) -> Row:
    held = claim.strength is Strength.WITHHELD
    number = "withheld" if held else _number(claim)
    return [
        without_interval(claim),
        number,
        NONE if held else _ends(claim),
        f"{_SIGNS[claim.strength]} {claim.strength.value}",
        None,
    ]


_SIGNS = {Strength.STRONG: "●●●", Strength.MODERATE: "●●○", Strength.WEAK: "●○○", Strength.WITHHELD: "○○○"}


def _number(claim: Claim) -> str:
    if claim.estimate is None or not np.isfinite(claim.estimate):
        return NONE
    if claim.unit == "probability":
        return chance(claim.estimate)
    width = float(claim.upper or 0) - float(claim.lower or 0)
    return (
        f"{signed(claim.estimate, places(width))} %"
        if claim.unit == "percent"
        else f"{difference(claim.estimate, width)} {claim.unit}"
    )


def _ends(claim: Claim) -> str:
    if claim.lower is None or claim.upper is None or claim.unit == "probability":
        return NONE
    width = claim.upper - claim.lower
    if claim.unit == "percent":
        return f"{signed(claim.lower, places(width))} to {signed(claim.upper, places(width))} %"
    return f"{difference(claim.lower, width)} to {difference(claim.upper, width)}"


def _rests_on(evidence: Evidence) -> list[str]:
    status, units = evidence.panel["status"].values, evidence.panel.sizes["unit"]
    used = int(((status == int(Status.EXACT)) | (status == int(Status.SUPPRESSED))).sum())
    times = [str(time) for time in evidence.panel["time"].values]
    verdicts = [one.verdict for one in evidence.findings]
    words = {
        "passed": Verdict.PASS,
        "raised a concern": Verdict.CONCERN,
        "failed": Verdict.FAIL,
        "could not be judged": Verdict.UNKNOWN,
    }
    told = ", ".join(f"{verdicts.count(one)} {word}" for word, one in words.items() if one in verdicts)
    locked = evidence.registers.get("registered") or {"locked": "", "deviations": ()}
    return [
        f"{count(used)} reported counts of {units} {evidence.units_word}, {times[0]} to {times[-1]}; "
        f"{len(evidence.treated)} of them had the {evidence.law_word} in that time, the others are the comparison.",
        f"Of {len(verdicts)} findings, {told}.",
        f"The plan was locked on {locked['locked'].split('T')[0]}",
        f"{len(locked['deviations'])} item",
    ]


def tell_assertions(told: Told, changes: Changes) -> None:
    """Sentences of others, with the probability that the change meets each; and the curve with its thresholds."""
    evidence = changes.evidence
    register = evidence.registers.get("assertions", {})
    found = {name: register[name] for name in evidence.study.question.assertions if name in register}
    node = evidence.node("overall")
    draws = finite(node["percent"].values) if node is not None else np.array([])
    rows: list[Row] = []
    for name, one in found.items():
        claim = evidence.claim(f"assertion:{name}")
        held = evidence.withheld or (claim is not None and claim.strength is Strength.WITHHELD)
        if one.refuted is Refutation.ARITHMETIC:
            told_as = f"refuted by arithmetic: {one.calculation}"
        elif one.percent is None or (draws.size == 0 and claim is None):
            told_as = "not measured here"
        else:
            number = claim.estimate if claim is not None and claim.unit == "probability" else _meets(draws, one)
            told_as = "withheld" if held else chance(number)
        rows.append([sentence(one.says), None, told_as, None, one.source])
        told.say("effects", f"{one.estimand}: {threshold(one)}" if one.percent is not None else one.estimand)
    told.tables["effects", "Registered assertions"] = rows
    if draws.size:
        _tell_curve(told, changes, draws, [one for one in found.values() if one.percent is not None])
    told.say(
        "effects",
        f"line: {level(changes.interval)} interval; thick: 50 % interval",
        f"{level(changes.interval)} interval",
    )


def _meets(draws: np.ndarray, one: Assertion) -> float:
    percent, direction = one.percent, one.direction
    low, high = sorted((percent / 2, percent * 2))
    return float({"at_most": draws <= percent, "at_least": draws >= percent, "within": abs(draws) <= abs(percent),
                  "about": (draws >= low) & (draws <= high)}[direction].mean())  # fmt: skip


def _tell_curve(told: Told, changes: Changes, draws: np.ndarray, asserted: list[Assertion]) -> None:
    """The whole posterior of the overall change: its middle, and the probability beyond each threshold."""
    matters = changes.evidence.study.question.matters_from
    found = [(matters, "at_least" if changes.rises else "at_most", "a change that matters")]
    found += [(one.percent, one.direction, "the change asserted") for one in asserted
              if one.direction in {"at_most", "at_least"} and one.percent != matters]  # fmt: skip
    title = changes.titled("The overall change: how plausible each size is")
    line = changes.line("", "overall")
    assert line is not None
    labels, says = [], [f"{title}: a curve with its middle at {line.middle}."]
    for percent, way, words in sorted(found[:4], key=lambda one: one[0]):
        size = f"{stated(percent)} or {'lower' if way == 'at_most' else 'higher'}"
        beyond = chance(float(np.mean(draws <= percent if way == "at_most" else draws >= percent)))
        labels.append(f"{size}: {beyond}")
        says.append(f"{words}, {size}: probability {beyond}.")
    told.pictures["effects", title] = Drawn(" ".join(says), tuple(labels))
