"""Which studies share a tactic and an outcome, and what they say together, or why they are not pooled."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

import numpy as np
from scipy.stats import norm

from evaluation.conclusions.pooling import random_effects
from evaluation.conclusions.words import listed
from evaluation.terms.decisions import Estimate
from evaluation.terms.evidence import Claim, Strength
from evaluation.terms.portfolio import Pooled, StudyResult
from evaluation.terms.world import Intervention


def tactics_of(one: StudyResult, interventions: Mapping[str, Intervention]) -> tuple[str, ...]:
    """Tactics of the interventions that a study asks about."""
    asked = (interventions[name].tactic for name in one.study.question.interventions if name in interventions)
    return tuple(dict.fromkeys(asked))


def claim_of(one: StudyResult, name: str) -> Claim | None:
    """The claim of that name, if the study makes one."""
    return next((claim for claim in one.claims if claim.name == name), None)


def estimate_of(claim: Claim | None) -> Estimate | None:
    """Its number and interval; None where it is withheld."""
    if (
        claim is None
        or claim.strength is Strength.WITHHELD
        or claim.estimate is None
        or claim.lower is None
        or claim.upper is None
    ):
        return None
    return Estimate(estimate=claim.estimate, lower=claim.lower, upper=claim.upper)


def pools(studies: Sequence[StudyResult], interventions: Mapping[str, Intervention]) -> Iterator[Pooled]:
    """One for each tactic and outcome that two real studies or more share."""
    groups: dict[tuple[str, str], list[StudyResult]] = {}
    for one in studies:
        if not one.study.simulated:
            for tactic in tactics_of(one, interventions):
                for name in one.study.question.indicators:
                    groups.setdefault((tactic, name), []).append(one)
    for (tactic, name), members in groups.items():
        if len(members) > 1:
            yield _pool(tactic, name, members)


def _pool(tactic: str, indicator: str, members: Sequence[StudyResult]) -> Pooled:
    names = tuple(one.study.name for one in members)
    interval = members[0].study.report.interval
    plain = Pooled(tactic=tactic, indicator=indicator, studies=names, interval=interval)
    answers = {one.study.name: _log_ratio(claim_of(one, f"indicator:{indicator}")) for one in members}
    told = [answer for answer in answers.values() if answer is not None]
    if reason := _why_not_pooled(members, answers):
        return Pooled(**(vars(plain) | {"refused": reason}))
    found = random_effects(np.array([middle for middle, _ in told]), np.array([error for _, error in told]))
    tail = (1 - interval) / 2
    ends = (0.5, tail, 1 - tail)
    return Pooled(
        tactic=tactic,
        indicator=indicator,
        studies=names,
        interval=interval,
        typical=_as_percent([found.typical(one) for one in ends]),
        next_study=_as_percent([found.next_study(one) for one in ends]),
        spread=Estimate(estimate=found.spread(0.5), lower=found.spread(tail), upper=found.spread(1 - tail)),
        probability=found.below(0.0),
    )


def _why_not_pooled(members: Sequence[StudyResult], answers: Mapping[str, tuple[float, float] | None]) -> str:
    """Answers from the same figures are one answer, told twice; a withheld one is none."""
    titles = {one.study.name: f"\u201c{one.study.title}\u201d" for one in members}
    for one, other in combinations(members, 2):
        if _figures(one) & _figures(other):
            both = f"{titles[one.study.name]} and {titles[other.study.name]}"
            return f"not pooled: {both} rest on the same figures, and are one answer told twice"
    if len({one.study.question.over for one in members}) > 1:
        return "not pooled: they are about different cells (question.over)"
    silent = [titles[name] for name, answer in answers.items() if answer is None]
    return f"not pooled: {listed(silent)} {'tell' if len(silent) > 1 else 'tells'} no number" if silent else ""


def _figures(one: StudyResult) -> set[str]:
    """Sources of its counts, in whichever edition."""
    return {*one.study.panel.observations, *one.study.panel.earlier}


def _log_ratio(claim: Claim | None) -> tuple[float, float] | None:
    """Median and standard error on the log rate ratio, from the claim's interval taken as normal there."""
    change_told = estimate_of(claim)
    if claim is None or change_told is None or change_told.lower <= -100:
        return None
    middle, lower, upper = np.log1p(np.array([change_told.estimate, change_told.lower, change_told.upper]) / 100)
    return float(middle), float((upper - lower) / (2 * norm.ppf((1 + claim.interval) / 2)))


def _as_percent(logs: Sequence[float]) -> Estimate:
    middle, lower, upper = (float(100 * np.expm1(one)) for one in logs)
    return Estimate(estimate=middle, lower=lower, upper=upper)
