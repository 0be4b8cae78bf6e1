"""Did the market shrink, or did the police look harder? The two effects, and how far these figures can tell them."""

from collections.abc import Iterator

from evaluation.reporting import scale
from evaluation.reporting.book import section
from evaluation.reporting.evidence import Evidence
from evaluation.reporting.numbers import NONE, level, minuses, percent, probability, share, span
from evaluation.reporting.page import (
    WITHHELD,
    Block,
    Cell,
    Figure,
    Key,
    Panel,
    Row,
    Section,
    Table,
    Text,
    number,
    row,
    table,
)
from evaluation.reporting.plots.forest import Mark, forest
from evaluation.reporting.summaries import Summary, summarise
from evaluation.terms.assumptions import ASSUMPTIONS, EFFORT_CONSTANT, EFFORT_TOLD_APART, IF_NOT, LOADS_BY_ROLE
from evaluation.terms.evidence import Finding, Verdict
from evaluation.terms.rounding import places_for

TITLE = "Did the market shrink, or did the police look harder?"
LATENT = {"market": "The market", "effort": "The effort to detect"}
AS_IT_IS = "as it is"
ADDED = {
    "with:adopters": "With a market indicator in every adopter and as many others",
    "with:all": "With a market indicator everywhere",
}


@section("detection")
def detection(evidence: Evidence) -> Section:
    """A picture and a table of both effects, and which figures tell them apart; a sentence where nobody asked."""
    if evidence.node("latent") is None:
        return Section("detection", TITLE, (_not_asked(evidence),))
    found = _finding(evidence)
    blocks: list[Block] = [_says(evidence, found), _figure(evidence, found), _table(evidence, found)]
    if found is not None and f"{AS_IT_IS}:sd:market" in found.details:
        blocks.append(_which(evidence, found))
    if found is not None and found.advice:
        blocks.append(Text(minuses(found.advice)))
    caution = f"{ASSUMPTIONS[LOADS_BY_ROLE]}. Were it not so, {IF_NOT[LOADS_BY_ROLE]}."
    return Section("detection", TITLE, (*blocks, Text(caution, tone="note")))


def _not_asked(evidence: Evidence) -> Text:
    told = (
        f"{ASSUMPTIONS[EFFORT_CONSTANT]}: that is assumed here, not found. Were it not so, {IF_NOT[EFFORT_CONSTANT]}."
    )
    return Text(told, tone="note")


def _finding(evidence: Evidence) -> Finding | None:
    return next((one for one in evidence.findings if one.assumption == EFFORT_TOLD_APART), None)


def _withheld(evidence: Evidence, found: Finding | None) -> bool:
    return evidence.withheld or found is None or found.verdict is not Verdict.PASS


def _says(evidence: Evidence, found: Finding | None) -> Text:
    told = (
        "What is detected is what there was times how hard authorities looked. The model has a market and an effort "
        f"behind every count; indicators show one, the other or both, and the {evidence.law_word} may move each."
    )
    if found is None:
        return Text(f"{told} Whether these figures can tell the two apart was not checked.", tone="warning")
    return Text(f"{told} {minuses(found.says)}", tone="warning" if found.verdict is not Verdict.PASS else "plain")


def _summaries(evidence: Evidence) -> dict[str, Summary]:
    node, interval = evidence.node("latent"), evidence.study.report.interval
    if node is None:
        return {}
    found = {name: summarise(node["percent"].sel(latent=name), interval) for name in LATENT}
    return {name: one for name, one in found.items() if one is not None}


def _figure(evidence: Evidence, found: Finding | None) -> Figure:
    interval, summaries = evidence.study.report.interval, _summaries(evidence)
    withheld = _withheld(evidence, found)
    marks = [Mark(LATENT[name], one, "one", None, withheld=withheld) for name, one in summaries.items()]
    limits = scale.ratio_limits([end for mark in marks for end in (mark.summary.lower, mark.summary.upper)])
    title = f"What the {evidence.law_word} did to the market, and to the effort" + f" ({WITHHELD})" * withheld
    caution = "These figures cannot tell the two apart: neither may be read by itself." if withheld else ""
    svg, says = forest(marks, title=title, interval=interval, limits=limits, truth_word="", caution=caution)
    columns = ("of", "estimate_percent", "lower_percent", "upper_percent", "probability_of_fall", "told_apart")
    rows = tuple(
        (name, one.estimate, one.lower, one.upper, one.fall, str(not withheld).lower())
        for name, one in summaries.items()
    )
    keys = (Key("bar", f"line: {level(interval)} interval; thick: 50\u202f% interval"),)
    caption = f"Change in the market and in the effort to detect under the {evidence.law_word}."
    return Figure("detection", caption, (Panel(title, svg, says),), columns, rows, keys)


def _table(evidence: Evidence, found: Finding | None) -> Table:
    named = level(evidence.study.report.interval)
    columns = ("Of", "Change", f"{named} interval", "Probability of a fall", "Prior variance gone")
    caption = "What the law did to each, and how much of what was not known beforehand the figures have told."
    if _withheld(evidence, found):
        caption += " Withheld: the figures cannot tell the two apart."
    return table(caption, columns, *_rows(evidence, found))


def _rows(evidence: Evidence, found: Finding | None) -> Iterator[Row]:
    withheld = _withheld(evidence, found)
    for name, one in _summaries(evidence).items():
        places = places_for(one.width)
        gone = found.details.get(f"contraction:{name}") if found is not None else None
        told = [
            number("withheld" if withheld else percent(one.estimate, places)),
            number(span(one.lower, one.upper, places)),
            number("withheld" if withheld else probability(one.fall)),
        ]
        yield row(
            Cell(LATENT[name], mark=WITHHELD if withheld else ""), *told, number(NONE if gone is None else share(gone))
        )


def _which(evidence: Evidence, found: Finding) -> Table:
    """What would be known of the market with fewer indicators, or with one more."""
    details, rows = found.details, []
    labels = dict.fromkeys(key.removesuffix(":sd:market") for key in details if key.endswith(":sd:market"))
    for label in labels:
        told = ADDED.get(label) or (
            "All figures, as they are"
            if label == AS_IT_IS
            else f"Without {evidence.short(label.removeprefix('without:'))}"
        )
        sds = [f"{details[f'{label}:sd:{name}']:.2f}" for name in LATENT]
        correlation = f"{details[f'{label}:correlation']:.2f}".replace("-", "\u2212")
        rows.append(row(Cell(told), *(number(sd) for sd in sds), number(correlation)))
    columns = ("Figures", "Market: sd of the log ratio", "Effort: sd of the log ratio", "Correlation of the two")
    caption = "Which figures tell: posterior sd in a linear Gaussian approximation with the scales known."
    return table(caption, columns, *rows)
