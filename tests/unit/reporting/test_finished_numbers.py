"""The reports of the repository's own studies, where a run has left what they are written from: no orphan number."""

import numpy as np
import pytest

from evaluation.reporting.evidence import Evidence
from evaluation.terms import Claim, Strength
from tests.unit.reporting.finished import STUDIES, finished, is_finished
from tests.unit.reporting.judged import Judged


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
    assert compared >= len(judged.evidence.claims) - len(judged.evidence.study.question.assertions)
