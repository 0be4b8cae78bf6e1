"""Several studies side by side, and the theory of change with what the evidence says of each row of it.

Studies are pooled where they share a tactic and an outcome, and rest on different figures. What is simulated is shown,
and never counts as evidence.
"""

from collections.abc import Iterator, Mapping, Sequence

from evaluation.conclusions.money import money, money_span, priced
from evaluation.conclusions.pooled import claim_of, estimate_of, pools, tactics_of
from evaluation.conclusions.words import change, level, probability, span
from evaluation.terms.decisions import Decision
from evaluation.terms.evidence import Claim, Strength
from evaluation.terms.portfolio import (
    AssertionLine,
    NextStepLine,
    OutcomeLine,
    Pooled,
    Portfolio,
    StudyLine,
    StudyResult,
    TacticLine,
)
from evaluation.terms.world import Assertion, Indicator, Intervention, Refutation, Tactic

NO_EVIDENCE = "no evidence yet"
ORDER = (Strength.STRONG, Strength.MODERATE, Strength.WEAK, Strength.WITHHELD)


def portfolio(
    studies: Sequence[StudyResult],
    tactics: Mapping[str, Tactic],
    interventions: Mapping[str, Intervention],
    *,
    assertions: Mapping[str, Assertion] | None = None,
    indicators: Mapping[str, Indicator] | None = None,
) -> Portfolio:
    """All studies in one table, every tactic with its evidence, and what arithmetic refutes whatever studies exist.

    Parameters
    ----------
    tactics, interventions, assertions, indicators
        The registers, by name. Every tactic keeps its row.

    Examples
    --------
    >>> from evaluation.terms.world import Actor
    >>> borders = Tactic(actor=Actor.WHOLESALER, says="border patrol", claimed="small", claimed_percent=None)
    >>> portfolio([], {"borders": borders}, {}).tactics[0].evidence
    'no evidence yet'
    """
    known = indicators or {}
    lines = tuple(_study_line(one, tactics, interventions, known) for one in studies)
    pooled = tuple(pools(studies, interventions))
    return Portfolio(
        studies=lines,
        tactics=tuple(_tactic_line(name, tactic, lines, pooled, known) for name, tactic in tactics.items()),
        pooled=pooled,
        assertions=tuple(_assertion_line(name, one, studies) for name, one in (assertions or {}).items()),
        next_steps=tuple(sorted(_next_steps(studies), key=_first)),
    )


def _study_line(
    one: StudyResult,
    tactics: Mapping[str, Tactic],
    interventions: Mapping[str, Intervention],
    indicators: Mapping[str, Indicator],
) -> StudyLine:
    under = tactics_of(one, interventions)
    overall = claim_of(one, "overall")
    units = (claim.name.partition(":")[2] for claim in one.claims if claim.name.startswith("unit:"))
    return StudyLine(
        name=one.study.name,
        title=one.study.title,
        simulated=one.study.simulated,
        actors=tuple(dict.fromkeys(tactics[name].actor.value for name in under if name in tactics)),
        tactics=under,
        interventions=one.study.question.interventions,
        units=tuple(units),
        interval=overall.interval if overall else one.study.report.interval,
        says=overall.says if overall else "",
        overall=estimate_of(overall),
        probability=_direction(overall),
        matters=overall.probabilities.get("matters") if overall else None,
        strength=overall.strength if overall else Strength.WITHHELD,
        outcomes=tuple(_outcome_lines(one, indicators)),
        cost=cost_words(one.decision),
        missing=tuple(_missing(one, overall, indicators)),
        net=estimate_of(claim_of(one, "net")),
        market=estimate_of(claim_of(one, "latent:market")),
    )


def _outcome_lines(one: StudyResult, indicators: Mapping[str, Indicator]) -> Iterator[OutcomeLine]:
    for name in one.study.question.indicators:
        if (claim := claim_of(one, f"indicator:{name}")) is not None:
            yield OutcomeLine(
                indicator=name,
                label=indicators[name].label if name in indicators else Indicator.default_label(name),
                change=estimate_of(claim),
                probability=_direction(claim),
                strength=claim.strength,
            )


def _direction(claim: Claim | None) -> float | None:
    held = claim.probabilities if claim else {}
    return held.get("reduction", held.get("increase"))


def cost_words(decision: Decision | None) -> str:
    """What one unit of effect costs, with its currency and price year, or why there is no such number."""
    if decision is None:
        return "not asked"
    if decision.refused:
        return f"not told: {decision.refused}"
    if decision.cost_per_unit is None:
        return f"not told: {decision.ratio_refused}"
    each = money(decision.cost_per_unit.estimate, decision.currency)
    within = f"{level(decision.interval)} interval {money_span(decision.cost_per_unit, decision.currency)}"
    price = priced(decision.currency, decision.price_year)
    return f"{each} for each one of the {decision.things} {decision.better} ({within}; {price})"


def _missing(one: StudyResult, overall: Claim | None, indicators: Mapping[str, Indicator]) -> Iterator[str]:
    """What the study lacks: what keeps its claim from being strong, what is not measured, what nobody stated."""
    if overall is None:
        yield "an overall claim"
    elif overall.reasons:
        yield overall.reasons[0].rstrip(".")
    roles = {indicators[name].role.value for name in one.study.question.indicators if name in indicators}
    if roles and roles <= {"detection", "enforcement", "effort"}:
        yield "a measure of the market itself: what is counted is detections and what follows them"
    if one.decision is None:
        yield "costs"
    elif one.decision.worth is None:
        yield f"what one of the {one.decision.things} {one.decision.better} is worth to a funder"


def _tactic_line(
    name: str,
    tactic: Tactic,
    lines: Sequence[StudyLine],
    pooled: Sequence[Pooled],
    indicators: Mapping[str, Indicator],
) -> TacticLine:
    under = [line for line in lines if name in line.tactics]
    real = [line for line in under if not line.simulated]
    mine = tuple(one for one in pooled if one.tactic == name)
    told = [line for line in real if line.strength is not Strength.WITHHELD]
    return TacticLine(
        name=name,
        actor=tactic.actor.value,
        says=tactic.says,
        claimed=tactic.claimed,
        claimed_percent=tactic.claimed_percent,
        why=tactic.why,
        recommended=tactic.recommended,
        evidence=_evidence(real, mine, indicators),
        studies=tuple(line.name for line in real),
        demonstrations=tuple(line.name for line in under if line.simulated),
        strength=min((line.strength for line in told), key=ORDER.index) if told else None,
        pooled=mine,
    )


def _evidence(real: Sequence[StudyLine], pooled: Sequence[Pooled], indicators: Mapping[str, Indicator]) -> str:
    """What the studies of one tactic say, one clause each."""
    if not real:
        return NO_EVIDENCE
    told = [*(_pooled_words(one, indicators) for one in pooled if one.typical), *(_study_words(line) for line in real)]
    return "; ".join(told)


def _study_words(line: StudyLine) -> str:
    if line.overall is None:
        return f"{line.name}: withheld"
    within = f"{level(line.interval)} interval {span(line.overall.lower, line.overall.upper)}"
    chance = "" if line.matters is None else f"; probability of a change that matters {probability(line.matters)}"
    told = f"{line.name}: {change(line.overall.estimate)} ({within}{chance}), {line.strength.value}"
    for words, part in (("with what spilled over counted in", line.net), ("the market itself", line.market)):
        if part is not None:
            within = f"{level(line.interval)} interval {span(part.lower, part.upper)}"
            told += f", {words}: {change(part.estimate)} ({within})"
    return told


def _pooled_words(one: Pooled, indicators: Mapping[str, Indicator]) -> str:
    assert one.typical is not None
    label = indicators[one.indicator].label if one.indicator in indicators else one.indicator
    within = f"{level(one.interval)} interval {span(one.typical.lower, one.typical.upper)}"
    return f"{label}, {len(one.studies)} studies pooled: {change(one.typical.estimate)} ({within})"


def _next_steps(studies: Sequence[StudyResult]) -> Iterator[NextStepLine]:
    """Next steps of every decision that was not refused."""
    for one in studies:
        made = one.decision
        for step in made.steps if made else ():
            yield NextStepLine(
                study=one.study.name,
                simulated=one.study.simulated,
                name=step.name,
                says=step.says,
                today=made.wrong_side if made else None,
                after=step.wrong_side,
                value=step.value,
                net=step.net,
                currency=made.currency if made else "",
                price_year=made.price_year if made else 0,
                unknown=step.unknown,
            )


def _first(one: NextStepLine) -> tuple[bool, bool, float]:
    """Known before unknown, real before simulated, then the one that makes the wrong side least probable."""
    less = 0.0 if one.today is None or one.after is None else one.today - one.after
    return bool(one.unknown), one.simulated, -less


def _assertion_line(name: str, assertion: Assertion, studies: Sequence[StudyResult]) -> AssertionLine:
    refuted = assertion.refuted is Refutation.ARITHMETIC
    chances: dict[str, float] = {}
    for one in studies:
        claim = claim_of(one, f"assertion:{name}")
        if not refuted and claim is not None and claim.estimate is not None and not one.study.simulated:
            chances[one.study.name] = claim.estimate
    if refuted:
        verdict = "refuted by arithmetic"
    elif chances:
        verdict = "; ".join(f"probability {probability(chance)} in {study}" for study, chance in chances.items())
    else:
        verdict = NO_EVIDENCE
    return AssertionLine(
        name=name,
        says=assertion.says,
        source=assertion.source,
        refuted=assertion.calculation if refuted else "",
        probabilities=chances,
        verdict=verdict,
    )
