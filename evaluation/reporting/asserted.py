"""Sentences from the literature beside the probability that each is true of this study's overall change."""

import numpy as np

from evaluation.conclusions.assertions import threshold
from evaluation.conclusions.summary import chance_of
from evaluation.reporting.evidence import Evidence
from evaluation.reporting.numbers import NONE, probability
from evaluation.reporting.page import Block, Cell, Heading, Row, Text, number, row, table
from evaluation.reporting.plots.density import Threshold
from evaluation.terms import Assertion, Strength
from evaluation.terms.world import Refutation

_SIDES = ("at_most", "at_least")
_MOST = 4  # thresholds in one picture


def asserted(evidence: Evidence) -> list[tuple[str, Assertion]]:
    """The registered assertions at stake in the study."""
    register = evidence.registers.get("assertions", {})
    return [(name, register[name]) for name in evidence.study.question.assertions if name in register]


def thresholds(evidence: Evidence) -> list[Threshold]:
    """The smallest change that matters, and each assertion's threshold, from the lowest up."""
    matters = evidence.study.question.matters_from
    found = [Threshold(matters, "at_most" if matters < 0 else "at_least", "a change that matters")]
    for _, assertion in asserted(evidence):
        if assertion.percent is not None and assertion.direction in _SIDES and assertion.percent != matters:
            found.append(Threshold(assertion.percent, assertion.direction, "the change asserted"))
    return sorted(found[:_MOST], key=lambda one: one.percent)


def assertion_blocks(evidence: Evidence, draws: np.ndarray | None) -> list[Block]:
    """The table of assertions; `draws` are those of the overall change in percent, None where it was not estimated."""
    found = asserted(evidence)
    if not found:
        return []
    text = (
        "Sentences from the literature, each read as a threshold on this study's overall change, with the probability "
        "that the change meets it. What was counted may not be what the sentence is about: then the claim is weak."
    )
    caption = "Registered assertions and the probability of each, given these data and this model."
    columns = ("Assertion", "Read as", "Probability", "Strength", "Source")
    rows = [_row(evidence, name, assertion, draws) for name, assertion in found]
    return [Heading("What others have asserted"), Text(text), table(caption, columns, *rows, estimates=False)]


def _row(evidence: Evidence, name: str, assertion: Assertion, draws: np.ndarray | None) -> Row:
    read = f"{assertion.estimand}: {threshold(assertion)}" if assertion.percent is not None else assertion.estimand
    says = assertion.says[:1].upper() + assertion.says[1:]
    claim = evidence.claim(f"assertion:{name}")
    strength = Cell(claim.strength.value, badge=claim.strength.value) if claim else Cell(NONE)
    verdict = _verdict(evidence, name, assertion, draws)
    return row(Cell(says), Cell(read), verdict, strength, Cell(assertion.source))


def _verdict(evidence: Evidence, name: str, assertion: Assertion, draws: np.ndarray | None) -> Cell:
    """The claim's own number where there is a claim; no number where it is withheld or arithmetic has answered."""
    claim = evidence.claim(f"assertion:{name}")
    if assertion.refuted is Refutation.ARITHMETIC:
        return Cell(f"refuted by arithmetic: {assertion.calculation}")
    if assertion.percent is None:
        return Cell("not measured here")
    if evidence.withheld or (claim is not None and claim.strength is Strength.WITHHELD):
        return Cell("withheld")
    if claim is not None and claim.unit == "probability" and claim.estimate is not None:
        return number(probability(claim.estimate))
    if draws is None or draws.size == 0:
        return Cell("not measured here")
    return number(probability(chance_of(draws, assertion)))
