"""From an effect and the doubts about it to claims: one sentence each, with its number, interval and strength."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from evaluation.conclusions.assertions import MARKET, about_market, claim_of_assertion
from evaluation.conclusions.strength import Weight, weigh
from evaluation.conclusions.subjects import Subjects, subjects_of, unit_word
from evaluation.conclusions.summary import Summary, chances, flat, summarise
from evaluation.conclusions.words import (
    change_sentence,
    difference_sentence,
    expected_sentence,
    headline,
    withheld_sentence,
)
from evaluation.terms.assumptions import EFFORT_TOLD_APART
from evaluation.terms.errors import EvidenceError, Problem
from evaluation.terms.evidence import Claim, Finding, Strength
from evaluation.terms.study import Study
from evaluation.terms.world import Assertion

FIRST_PERIODS = 4  # event times told one by one; of the later ones, only the last


@dataclass(frozen=True, kw_only=True)
class _Maker:
    """Makes claims of one study: adds what every claim carries."""

    study: Study
    effect: xr.DataTree
    words: Subjects
    weight: Weight
    sources: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def matters(self) -> float:
        return self.study.question.matters_from

    def draws(self, node: str, variable: str, **at: object) -> np.ndarray | None:
        """Finite draws of one quantity; None where the effect does not hold it."""
        if node not in self.effect.children or variable not in self.effect[node].data_vars:
            return None
        values = flat(self.effect[node].to_dataset()[variable].sel(at))
        kept = values[np.isfinite(values)]
        return kept if kept.size else None

    def labels(self, node: str, dim: str) -> list[object]:
        """Labels along one dimension of a node; none where the node is not there."""
        return list(self.effect[node].to_dataset()[dim].values.tolist()) if node in self.effect.children else []

    def summary(self, draws: np.ndarray) -> Summary:
        probabilities = chances(draws, self.matters)
        return summarise(draws, interval=self.study.report.interval, probabilities=probabilities)

    def claim(
        self, name: str, says: str, summary: Summary, unit: str, about: str, *, without: str = "", rests_on: str = ""
    ) -> Claim:
        """One claim; withheld where the sampler failed or what it rests on was not found to hold."""
        weight = weigh(self.findings, without=without, rests_on=rests_on) if without or rests_on else self.weight
        held = weight.strength is Strength.WITHHELD
        return self.finished(
            Claim(
                name=name,
                says=withheld_sentence(about, weight.reasons[0].partition(": ")[2]) if held else says,
                unit=unit,
                estimate=None if held else summary.estimate,
                lower=None if held else summary.lower,
                upper=None if held else summary.upper,
                interval=summary.interval,
                probabilities={} if held else summary.probabilities,
                strength=weight.strength,
                reasons=weight.reasons,
            )
        )

    def finished(self, claim: Claim) -> Claim:
        """The claim with its sources, its strength in words, and, of made-up data, the word for it in front."""
        told = f"{claim.says} Strength: {claim.strength.value}."
        if self.study.simulated:
            told = f"Simulated data: {told}"
        return replace(claim, says=told, sources=self.sources, simulated=self.study.simulated)


def claim(
    study: Study,
    effect: xr.DataTree,
    findings: Sequence[Finding],
    variants: xr.Dataset,
    assertions: Mapping[str, Assertion],
    sources: tuple[str, ...],
) -> tuple[Claim, ...]:
    """What may be said: overall, by indicator, unit and time, of the next unit, of each assertion and control.

    Every number is the median of draws, with a central interval of `study.report.interval`; it is withheld if a
    sampling check failed. `variants` adds no number of its own: what the refits saw is in the findings.

    Raises
    ------
    EvidenceError
        If the effect holds no overall change, or an assertion the study names is not given.
    """
    problems = [Problem("the effect holds no overall change", "effect", "estimate it first")] * (
        "overall" not in effect.children
    )
    problems += [
        Problem(f"assertion '{name}' is not given", "assertions", "add it to data/registers/assertions.yaml")
        for name in study.question.assertions
        if name not in assertions
    ]
    if problems:
        raise EvidenceError(problems)
    maker = _Maker(
        study=study,
        effect=effect,
        words=subjects_of(study, effect),
        weight=weigh(findings),
        sources=sources,
        findings=tuple(findings),
    )
    return tuple(_all(maker, {name: assertions[name] for name in study.question.assertions}))


def _all(maker: _Maker, assertions: Mapping[str, Assertion]) -> Iterator[Claim]:
    outcomes = maker.study.question.indicators
    yield from _overall(maker, outcomes, assertions)
    for name in outcomes:
        yield from _indicator(maker, name)
    for name in outcomes:
        yield from _difference(maker, name)
    yield from _displaced(maker)
    yield from _latent(maker)
    for name, assertion in assertions.items():
        draws, weight, latent = maker.draws("overall", "percent"), maker.weight, None
        if about_market(assertion) and "latent" in maker.effect.children:
            latent = MARKET  # what is said of the market is held against the market, if that is known
            draws = maker.draws("latent", "percent", latent=latent)
            weight = weigh(maker.findings, rests_on=EFFORT_TOLD_APART)
        made = claim_of_assertion(name, assertion, draws, maker.study, maker.words, weight, latent=latent)
        yield maker.finished(made)
    for name in maker.study.question.controls:
        yield from _control(maker, name)
    for name in outcomes:
        yield from _next_unit(maker, name)
    yield from _units(maker, outcomes)
    yield from _event_times(maker, outcomes)


def _change(
    maker: _Maker, name: str, draws: np.ndarray, place: str, indicators: Sequence[str], *, without: str = ""
) -> Claim:
    subject, summary = maker.words.number_of(indicators), maker.summary(draws)
    says = change_sentence(place, subject, summary, maker.matters, plural=len(indicators) > 1)
    return maker.claim(name, says, summary, "percent", f"{subject} {place}", without=without)


def _overall(maker: _Maker, outcomes: Sequence[str], assertions: Mapping[str, Assertion]) -> Iterator[Claim]:
    draws = maker.draws("overall", "percent")
    if draws is None:
        raise EvidenceError(Problem("no draw of the overall change is a number", "effect.overall", "fit again"))
    subject, summary = maker.words.number_of(outcomes), maker.summary(draws)
    says = headline(maker.words.law, subject, summary, maker.matters, plural=len(outcomes) > 1)
    made = maker.claim("overall", says, summary, "percent", f"{subject} {maker.words.everywhere}")
    if made.strength is Strength.WITHHELD or not made.reasons:
        yield made
    else:
        yield replace(made, says=f"{made.says} {made.reasons[0]}")


def _indicator(maker: _Maker, name: str) -> Iterator[Claim]:
    draws = maker.draws("indicator", "percent", indicator=name)
    if draws is not None:
        yield _change(maker, f"indicator:{name}", draws, maker.words.everywhere, (name,))


def _difference(maker: _Maker, name: str) -> Iterator[Claim]:
    draws = maker.draws("indicator", "difference", indicator=name)
    if draws is None:
        return
    falls = maker.matters < 0
    one_way = {"reduction" if falls else "increase": float(((draws < 0) if falls else (draws > 0)).mean())}
    summary = summarise(draws, interval=maker.study.report.interval, probabilities=one_way)
    subject, things = maker.words.number_of((name,)), maker.words.things(name)
    says = difference_sentence(maker.words.everywhere, things, subject, summary)
    about = f"the change in {subject} {maker.words.everywhere}"
    yield maker.claim(f"difference:{name}", says, summary, things, about)


def _displaced(maker: _Maker) -> Iterator[Claim]:
    """What the law did itself, what spilled over, and both: of a model that tells them apart."""
    for name, place in maker.words.parts.items():
        draws = maker.draws(name, "percent")
        if draws is not None:
            yield _change(
                maker, name, draws, place, [str(one) for one in maker.labels(f"{name}_indicator", "indicator")]
            )


def _latent(maker: _Maker) -> Iterator[Claim]:
    """What the law did to the market and to the effort: of a model of both, withheld where they are not told apart."""
    for name in map(str, maker.labels("latent", "latent")):
        draws = maker.draws("latent", "percent", latent=name)
        if draws is not None:
            subject, summary = maker.words.latent(name), maker.summary(draws)
            says = change_sentence(maker.words.everywhere, subject, summary, maker.matters, plural=False)
            about = f"{subject} {maker.words.everywhere}"
            yield maker.claim(f"latent:{name}", says, summary, "percent", about, rests_on=EFFORT_TOLD_APART)


def _control(maker: _Maker, name: str) -> Iterator[Claim]:
    draws = maker.draws("indicator", "percent", indicator=name)
    if draws is None:
        return
    made = _change(maker, f"control:{name}", draws, maker.words.everywhere, (name,), without="control")
    told = f"Negative control, which the {maker.words.law} should not move: "
    mark = "Simulated data: " if maker.study.simulated else ""
    yield replace(made, says=mark + told + _lowered(made.says.removeprefix(mark)))


def _lowered(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _next_unit(maker: _Maker, name: str) -> Iterator[Claim]:
    draws = maker.draws("next_unit", "percent", indicator=name)
    if draws is None:
        return
    subject, summary, unit = maker.words.number_of((name,)), maker.summary(draws), unit_word(maker.study)
    says = expected_sentence(maker.words.law, unit, subject, summary, maker.matters)
    yield maker.claim(f"next_unit:{name}", says, summary, "percent", f"{subject} in a further {unit}")


def _units(maker: _Maker, outcomes: Sequence[str]) -> Iterator[Claim]:
    for unit in maker.labels("unit", "unit"):
        draws = maker.draws("unit", "percent", unit=unit)
        if draws is not None:
            yield _change(maker, f"unit:{unit}", draws, maker.words.at_unit(str(unit)), outcomes)


def _event_times(maker: _Maker, outcomes: Sequence[str]) -> Iterator[Claim]:
    labels = {int(float(str(label))): label for label in maker.labels("event_time", "event_time")}
    since = sorted(event for event in labels if event >= 0)
    for event in since[:FIRST_PERIODS] + since[FIRST_PERIODS:][-1:]:
        draws = maker.draws("event_time", "percent", event_time=labels[event])
        if draws is not None:
            yield _change(maker, f"event_time:{event}", draws, maker.words.at_event(event), outcomes)
