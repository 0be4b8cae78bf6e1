"""The answer, in plain words, with its strength and what it rests on. Every number here is a Claim's."""

import re
from collections import Counter

from evaluation.conclusions.words import capital, listed
from evaluation.reporting.book import section
from evaluation.reporting.evidence import Evidence
from evaluation.reporting.numbers import (
    NONE,
    count,
    day,
    difference,
    difference_span,
    is_number,
    level,
    minuses,
    percent,
    probability,
    span,
)
from evaluation.reporting.page import Answer, Block, Cell, Heading, Panel, Section, Text, number, row, table
from evaluation.reporting.plots.strip import strip
from evaluation.reporting.truth import known, truth_word
from evaluation.terms import Claim, Strength, Verdict
from evaluation.terms.panel import Status
from evaluation.terms.rounding import places_for, stated

# kinds of claims that stand open; what is behind the counts first, for that is what was asked where a model has it
FIRST = ("latent", "indicator", "own", "spill_over", "net", "control", "assertion")
_BESIDE = re.compile(r"\s*\([^()]*\binterval\b[^()]*\)")


@section("headline")
def headline(evidence: Evidence) -> Section:
    """The overall claim, drawn large; then the other claims one by one."""
    main = evidence.claim("overall")
    blocks: list[Block] = [Text(evidence.study.question.says, tone="lead")]
    if main is None:
        blocks.append(Text("No claim is made about the question as a whole.", tone="warning"))
    else:
        blocks.append(_answer(evidence, main))
    others = [claim for claim in evidence.claims if claim is not main]
    first = [claim for claim in others if _kind(claim) in FIRST]
    rest = [claim for claim in others if claim not in first]
    first.sort(key=lambda claim: _kind(claim) != FIRST[0])
    known_reasons = main.reasons if main else ()
    if first:
        behind = "What is behind the counts, each" if _kind(first[0]) == FIRST[0] else "Each"
        caption = (
            f"{behind} outcome, each negative control and each registered assertion, with the strength of the claim."
        )
        blocks += [Heading("What else may be said"), _others(first, known_reasons, caption)]
    if rest:
        caption = "Every further claim, with its strength."
        blocks.append(_others(rest, known_reasons, caption, folded=f"{len(rest)} further claims"))
    if evidence.study.about:
        blocks += [Heading("Why this was asked"), Text(evidence.study.about)]
    return Section("headline", "The answer", tuple(blocks))


def _kind(claim: Claim) -> str:
    return claim.name.partition(":")[0]


def _answer(evidence: Evidence, claim: Claim) -> Answer:
    truth = known(evidence)
    held = claim.strength is Strength.WITHHELD or not is_number(claim.estimate)
    places = 0 if held else places_for(_width(claim))
    told = f"The {truth_word(evidence)}: {percent(truth, max(places, 1))}" if truth is not None else ""
    return Answer(
        says=plain(claim),
        number="withheld" if held else estimate_of(claim),
        interval="" if held else f"{level(claim.interval)} interval {interval_of(claim)}",
        probability="" if held else _chances(evidence, claim),
        strength=claim.strength.value,
        reasons=tuple(minuses(reason) for reason in claim.reasons),
        rests_on=_rests_on(evidence),
        picture=None if held or claim.unit != "percent" else _picture(evidence, claim, truth),
        truth=told,
    )


def _picture(evidence: Evidence, claim: Claim, truth: float | None) -> Panel:
    svg, says = strip(
        claim, matters_from=evidence.study.question.matters_from, truth=truth, truth_word=truth_word(evidence)
    )
    return Panel("", svg, says)


def _width(claim: Claim) -> float:
    return float(claim.upper or 0) - float(claim.lower or 0)


def estimate_of(claim: Claim) -> str:
    """A claim's number in its unit."""
    if not is_number(claim.estimate):
        return NONE
    if claim.unit == "percent":
        return percent(claim.estimate, places_for(_width(claim)))
    if claim.unit == "probability":
        return probability(claim.estimate)
    return f"{difference(claim.estimate, _width(claim))} {claim.unit}"


def interval_of(claim: Claim) -> str:
    """A claim's interval in its unit; a probability has none."""
    if claim.unit == "percent":
        return span(claim.lower, claim.upper, places_for(_width(claim)))
    return NONE if claim.unit == "probability" else difference_span(claim.lower, claim.upper)


_CHANCES = {
    "reduction": "probability of any fall",
    "increase": "probability of any rise",
    "matters": "probability of a {way} that matters ({limit}\u202f% or more)",
    "equivalence": "probability of no change to speak of (less than {limit}\u202f% either way)",
}


def _chances(evidence: Evidence, claim: Claim) -> str:
    limit = stated(evidence.study.question.matters_from)
    told = [
        f"{_CHANCES[name].format(limit=limit, way=evidence.direction)} {probability(value)}"
        for name, value in claim.probabilities.items()
        if name in _CHANCES
    ]
    return "; ".join(told).capitalize()


def plain(claim: Claim) -> str:
    """A claim's sentence without what stands beside it in figures: its interval in brackets, its strength, its reasons.

    >>> says = "It was 11 % lower (95 % interval 38 % lower to 28 % higher). Strength: weak. A check failed."
    >>> plain(Claim(name="overall", says=says, unit="percent", estimate=-11.0, lower=-38.0, upper=28.0, interval=0.95))
    'It was 11 % lower.'
    """
    return minuses(_BESIDE.sub("", claim.says.partition(" Strength: ")[0]).strip())


def _others(claims: list[Claim], known_reasons: tuple[str, ...], caption: str, folded: str = "") -> Block:
    rows = []
    for claim in claims:
        own = [reason for reason in claim.reasons if reason not in known_reasons]
        shared = "as above" if claim.reasons else NONE
        held = claim.strength is Strength.WITHHELD
        rows.append(
            row(
                Cell(plain(claim)),
                number("withheld" if held else estimate_of(claim)),
                number(NONE if held else interval_of(claim)),
                Cell(claim.strength.value, badge=claim.strength.value),
                Cell(minuses(" ".join(own)) or shared),
            )
        )
    columns = ("Claim", "Number", f"{level(claims[0].interval)} interval", "Strength", "Reasons")
    return table(caption, columns, *rows, folded=folded)


def _rests_on(evidence: Evidence) -> tuple[tuple[str, str], ...]:
    used = evidence.status_count(Status.EXACT) + evidence.status_count(Status.SUPPRESSED)
    units = evidence.panel.sizes["unit"]
    first, last = evidence.times[0], evidence.times[-1]
    data = (
        f"{count(used)} reported counts of {units} {evidence.units_word}, {first} to {last}; "
        f"{len(evidence.treated)} of them had the {evidence.law_word} in that time, the others are the comparison."
    )
    asked = capital(listed([evidence.indicator_says(name) for name in evidence.outcomes]))
    outcomes = (("Outcomes", f"{asked}."),) if len(evidence.outcomes) > 1 else ()
    counted, checks = ("What is counted", _roles(evidence)), ("Checks", _checks(evidence))
    return (*outcomes, ("Data", data), counted, checks, ("Registered in advance", _registered(evidence)))


def _registered(evidence: Evidence) -> str:
    told = evidence.registers.get("registered")
    if not told:
        return "No."
    seen = ", when its outcomes may have been seen" if told["outcomes_shaped"] else ""
    changed = len(told["deviations"])
    many = f"{count(changed)} {'item was' if changed == 1 else 'items were'} changed since: see Provenance"
    return f"The plan was locked on {day(told['locked'])}{seen}; {many if changed else 'nothing was changed since'}."


def _roles(evidence: Evidence) -> str:
    roles = {entry.role.value for name in evidence.outcomes if (entry := evidence.indicator(name)) is not None}
    if roles and roles <= {"detection", "enforcement"}:
        return "What authorities detected and prosecuted, which rises with their effort: not how much there was."
    if "market" in roles and not roles & {"detection", "enforcement"}:
        return "Traces of the market itself, not what authorities detected."
    named = ", ".join(evidence.indicator_says(name) for name in evidence.outcomes)
    return f"{named[:1].upper()}{named[1:]}."


def _checks(evidence: Evidence) -> str:
    seen = Counter(finding.verdict for finding in evidence.findings)
    if not seen:
        return "None was run: nothing is known about whether the assumptions hold."
    words = {
        Verdict.PASS: "passed",
        Verdict.CONCERN: "raised a concern",
        Verdict.FAIL: "failed",
        Verdict.UNKNOWN: "could not be judged",
    }
    told = ", ".join(f"{seen[verdict]} {word}" for verdict, word in words.items() if seen[verdict])
    return f"Of {sum(seen.values())} findings, {told}."
