"""Other models of the same data: what each answers, and how well it predicts what it has not seen."""

from evaluation.reporting.evidence import Evidence
from evaluation.reporting.numbers import NONE, percent, share, span
from evaluation.reporting.page import Block, Cell, Row, Text, number, row, table
from evaluation.reporting.summaries import summarise
from evaluation.terms import Finding
from evaluation.terms.doubts import MODEL
from evaluation.terms.rounding import places_for

OWN = "main"


def compared(evidence: Evidence) -> list[Block]:
    """A row for each model that the check `model_choice` compared; nothing where it compared none."""
    seen = next((one for one in evidence.findings if one.check == "model_choice"), None)
    variants = evidence.variants
    if evidence.withheld or seen is None or not seen.details or variants is None:
        return []
    models = [str(name) for name in variants["variant"].values if str(name).startswith(f"{MODEL}:")]
    rows = [found for name in models if (found := _row(evidence, seen, name)) is not None]
    if len(rows) < 2:
        return []
    said = (
        "Another model of the same data might answer otherwise. Each row fits one. A model that predicts figures it "
        "has not seen less well than this study's own has a difference below zero; one of less than twice its error "
        "says nothing. The weights are those with which the models together predict best."
    )
    stacked = _stacked(seen)
    if stacked:
        said += f" With them, the answer is {stacked}."
    columns = (
        "Model", "Change", "95\u202f% interval", "One figure left out: difference and error",
        "Last periods hidden: difference and error", "Weight",
    )  # fmt: skip
    return [Text(said), table("What other models of the same data answer, and how well they predict.", columns, *rows)]


def _row(evidence: Evidence, seen: Finding, variant: str) -> Row | None:
    assert evidence.variants is not None  # asked before
    one, name = evidence.variants.sel(variant=variant), variant.partition(":")[2]
    answer = summarise(one["percent"].sel(quantity="overall"), 0.95)
    if answer is None:
        return None
    places = places_for(answer.width)
    called = "this study's own" if name == OWN else str(one["says"].item())
    return row(
        Cell(called[:1].upper() + called[1:]),
        number(percent(answer.estimate, places)),
        number(span(answer.lower, answer.upper, places)),
        number(_difference(seen, "loo", name)),
        number(_difference(seen, "future", name)),
        number(share(seen.details.get(f"loo_weight_{name}", seen.details.get(f"future_weight_{name}")))),
    )


def _difference(seen: Finding, by: str, name: str) -> str:
    ahead, error = (seen.details.get(f"{by}_{what}{name}") for what in ("", "error_"))
    if name == OWN or ahead is None or error is None:
        return NONE
    return f"{ahead:+.1f} ± {error:.1f}".replace("-", "\u2212")


def _stacked(seen: Finding) -> str:
    ends = [seen.details.get(f"stacked_{end}") for end in ("lower", "percent", "upper")]
    if any(end is None for end in ends):
        return ""
    lower, middle, upper = (float(end) for end in ends if end is not None)
    places = places_for(upper - lower)
    return f"{percent(middle, places)} ({span(lower, upper, places)})"
