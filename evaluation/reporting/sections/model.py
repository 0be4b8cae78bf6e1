"""The model: what it is asked, what it says of the counts in symbols, and what it expects before it has seen them."""

from collections.abc import Mapping
from typing import Any

from evaluation.reporting.book import section
from evaluation.reporting.evidence import Evidence
from evaluation.reporting.numbers import chosen, minuses
from evaluation.reporting.page import Block, Cell, Formula, Heading, Section, Text, number, row, settings, table
from evaluation.terms import Verdict

_WHY = (
    "The answer is a probability for every size of change, given the counts, the model and what was expected before. "
    "That is what a decision needs: how probable a change that matters is, and how large it may be. Few units adopted, "
    "and their counts are small and have gaps; partial pooling and intervals for hidden counts come with the model."
)


@section("model")
def model(evidence: Evidence) -> Section:
    """Goal, model, equations, priors, and what the priors alone produce."""
    told: Mapping[str, Any] = evidence.registers.get("model") or {}
    blocks: list[Block] = [Text(_goal(evidence)), Text(_WHY), *_words(evidence, told)]
    if told.get("equations"):
        blocks += [Heading("In symbols"), Formula(str(told["equations"]))]
    blocks += [Heading("What was expected before"), *_priors(evidence), *_prior_checks(evidence)]
    return Section("model", "The model", tuple(blocks))


def _goal(evidence: Evidence) -> str:
    matters = chosen(evidence.study.question.matters_from)
    return (
        f"The goal is an estimate, with its uncertainty, of one change: that of the counts where the "
        f"{evidence.law_word} was in force, against the same cells had it never been. A change of {matters} or beyond "
        "would matter; smaller ones, either way, are read as none to speak of."
    )


def _words(evidence: Evidence, told: Mapping[str, Any]) -> list[Block]:
    name = evidence.study.model.name
    rows = [row("Model", Cell(name, code=True)), row("Described in", Cell(f"docs/methods/{name}.md", code=True))]
    labels = {"answers": "Answers", "needs": "Needs", "cannot": "Cannot"}
    rows += [row(label, str(told[key])) for key, label in labels.items() if told.get(key)]
    return [table("What the model is for.", ("What", "In words"), *rows, estimates=False)]


def _priors(evidence: Evidence) -> list[Block]:
    found = list(settings(evidence.study.model.settings))
    if not found:
        return [Text("The model was run with the settings it has by itself.")]
    rows = [row(Cell(name, code=True), number(minuses(value))) for name, value in found]
    text = (
        "Scales are on the log of the rate: 0.1 is about 10\u202f%, 0.7 doubles or halves. What each means in life "
        f"stands beside it in conf/model/{evidence.study.model.name}.yaml; what other priors do to the answer, under "
        "the readings below."
    )
    caption = "Priors and other settings of the model."
    return [
        Text(text),
        table(caption, ("Setting", "Value"), *rows, folded=f"All {len(rows)} settings", estimates=False),
    ]


def _prior_checks(evidence: Evidence) -> list[Block]:
    seen = [one for one in evidence.findings if one.check in {"prior_predictive", "design_prior"}]
    told = " ".join(minuses(one.says) for one in seen if one.verdict is not Verdict.UNKNOWN)
    return [Text(told)] if told else [Text("What the priors alone would produce was not looked at.", tone="warning")]
