"""The reports of the repository's own studies, where a run has left what they are written from: no orphan number."""

import random

import numpy as np
import pytest

from evaluation.reporting.evidence import Evidence
from evaluation.terms import Claim, Strength
from tests.unit.reporting.alterations import altered_words
from tests.unit.reporting.finished import STUDIES, finished, is_finished
from tests.unit.reporting.judged import Judged
from tests.unit.reporting.number_words import chance, difference, level, places, signed, stated
from tests.unit.reporting.page_reader import NUMBER


@pytest.fixture(scope="module", params=STUDIES)
def judged(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Judged:
    if not is_finished(request.param):
        pytest.skip(f"{request.param} has not been run here: data/studies/{request.param} holds no results")
    return Judged(finished(request.param), tmp_path_factory.mktemp(request.param))


def test_every_number_is_found_where_it_comes_from(judged: Judged) -> None:
    assert judged.wrong() == []


def test_an_altered_number_is_noticed_in_every_section(judged: Judged) -> None:
    found = judged.noticed()
    assert sum(seen for seen, _ in found.values()) >= 0.99 * sum(number for _, number in found.values())
    assert {section: one for section, one in found.items() if one[0] < 0.97 * one[1]} == {}


def draws_of(evidence: Evidence, claim: Claim) -> np.ndarray | None:
    """The draws a claim is made of; None where it is made of something else."""
    kind, _, name = claim.name.partition(":")
    node = evidence.node({"control": "indicator", "difference": "indicator"}.get(kind, kind))
    variable = "difference" if kind == "difference" else "percent"
    if node is None or kind == "assertion" or variable not in node:
        return None
    along = next((str(dim) for dim in node.dims if dim not in {"chain", "draw"}), None)
    at = {} if along is None else {along: next(label for label in node[along].values if str(label) == name)}
    return node[variable].sel(at).values


def test_claims_are_those_of_the_draws(judged: Judged) -> None:
    """Median and interval of each claim in percent and in counts, computed again."""
    compared = 0
    for claim in judged.evidence.claims:
        draws = draws_of(judged.evidence, claim)
        if draws is None or claim.strength is Strength.WITHHELD:
            continue
        tail = 50 * (1 - claim.interval)
        ends = np.percentile(draws, [tail, 50, 100 - tail])
        assert [claim.lower, claim.estimate, claim.upper] == pytest.approx(list(ends), rel=1e-9), claim.name
        compared += 1
    told = [one for one in judged.evidence.claims if one.strength is not Strength.WITHHELD]
    assert compared >= len(told) - len(judged.evidence.study.question.assertions)


def numbers_of(claim: Claim, evidence: Evidence) -> set[str]:
    """What a claim's sentence may tell: its own numbers as they are to be rounded, its level, the size that matters."""
    ends = [end for end in (claim.estimate, claim.lower, claim.upper) if end is not None]
    width = max(ends) - min(ends)
    told = [signed(end, places(width)) if claim.unit == "percent" else difference(end, width) for end in ends]
    told += [chance(one) for one in claim.probabilities.values()] + [level(claim.interval)]
    told += [stated(evidence.study.question.matters_from)]
    if claim.name.startswith("event_time:"):
        told.append(f"{int(claim.name.partition(':')[2]) + 1}th year")  # the first period is number 0
    return {number for words in told for number in NUMBER.findall(words)}


def wrong_in(says: str, claim: Claim, evidence: Evidence) -> list[str]:
    """Numbers in a claim's sentence that are not its own, and its middle where that is not told with its direction."""
    names = sorted((evidence.unit_name(str(unit)) for unit in evidence.panel["unit"].values), key=len, reverse=True)
    words = says.replace("\u202f", " ")
    for name in names:
        words = words.replace(f"{name},", "").replace(f"{name}:", "")
    found = [number for number in NUMBER.findall(words) if number not in numbers_of(claim, evidence)]
    if claim.unit == "percent":
        size = signed(float(claim.estimate or 0), places(float(claim.upper or 0) - float(claim.lower or 0)))
        way = "" if size == "0" else " lower" if size[0] == "−" else " higher"
        found += [] if f"{size.lstrip('+−')} %{way}" in words else [f"not {size} %"]
    return found


def sentences(evidence: Evidence) -> list[tuple[Claim, str]]:
    """Claims that tell a change, each with its sentence."""
    kept = [one for one in evidence.claims if one.unit != "probability" and one.estimate is not None]
    return [(one, one.says.split(" Strength: ")[0]) for one in kept]


def test_sentences_of_claims_tell_the_numbers_of_the_claim_and_no_other(judged: Judged) -> None:
    told = sentences(judged.evidence)
    assert len(told) > 3
    assert {one.name: wrong for one, says in told if (wrong := wrong_in(says, one, judged.evidence))} == {}


def test_an_altered_number_in_a_sentence_is_noticed(judged: Judged) -> None:
    rng, evidence = random.Random(1), judged.evidence
    altered = [(one, words) for one, says in sentences(evidence) for _, words in altered_words(says, rng)]
    seen = sum(bool(wrong_in(words, one, evidence)) for one, words in altered)
    assert seen >= 0.9 * len(altered)


def test_reasons_are_the_words_of_findings(judged: Judged) -> None:
    """But for those of assertions, which have reasons of their own."""
    said = {one.says for one in judged.evidence.findings}
    reasons = {r for claim in judged.evidence.claims if not claim.name.startswith("assertion:") for r in claim.reasons}
    assert {reason for reason in reasons if reason.partition(": ")[2] not in said} == set()
