"""Studies side by side: effect, certainty, cost, and what is missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from evaluation.conclusions.words import capital
from evaluation.reporting.numbers import level, minuses, percent, probability, span
from evaluation.reporting.scale import ratio
from evaluation.reporting.site.charts import Chart, Rows
from evaluation.reporting.site.effects_chart import effect_row, effects_chart
from evaluation.reporting.site.entry import Entry
from evaluation.reporting.site.stacked import Group, Item, Line, Stacked, line
from evaluation.reporting.site.steps import steps_table
from evaluation.terms import Strength, Tactic
from evaluation.terms.decisions import Estimate
from evaluation.terms.portfolio import Pooled, Portfolio, StudyLine
from evaluation.terms.rounding import places_for

COLUMNS = ("Study", "Effect", "Certainty", "Cost", "What is missing")
POOLED = ("Tactic", "Outcome", "Studies", "Typical change", "A further study")
GRAVEST = 3  # reasons shown of each study: its report has them all


@dataclass(frozen=True, kw_only=True)
class ComparePage:
    """What the template shows, and the rows of the chart."""

    studies: tuple[tuple[str, str], ...]
    caption: str
    table: Stacked
    pooled: Stacked | None
    steps: Stacked | None
    chart: Chart | None = None
    rows: Mapping[str, Rows] = field(default_factory=dict)


def compare_page(portfolio: Portfolio, entries: Sequence[Entry], tactics: Mapping[str, Tactic]) -> ComparePage:
    """The page of these studies, in the order of `entries`."""
    found = {one.name: one for one in portfolio.studies}
    ordered = [(entry, found[entry.study.name]) for entry in entries if entry.study.name in found]
    rows = [_row(place, one, tactics) for place, (_, one) in enumerate(ordered) if told_of(one)]
    levels = sorted({level(one.interval) for _, one in ordered})
    return ComparePage(
        studies=tuple((one.name, one.title) for _, one in ordered),
        caption=f"Change in percent: median and {' or '.join(levels)} interval of each study.",
        table=_table(ordered),
        pooled=_pooled(portfolio, tactics),
        steps=steps_table(portfolio, entries),
        chart=effects_chart(rows, _says(rows)) if rows else None,
        rows={"effects": rows, "none": [{"x": 0}]} if rows else {"effects": []},
    )


def told_of(one: StudyLine) -> Estimate | None:
    """The estimate that may be told; None where the claim is withheld, whatever the sampler drew."""
    return None if one.strength is Strength.WITHHELD else one.overall


def change_of(one: Estimate | None, interval: float) -> str:
    """A change in percent with its interval.

    >>> change_of(Estimate(estimate=-22.0, lower=-52.0, upper=26.0), 0.95)
    '\u221222\u202f% (95\u202f% interval \u221252 to +26\u202f%)'
    >>> change_of(None, 0.95)
    'withheld'
    """
    if one is None:
        return "withheld"
    places = places_for(one.upper - one.lower)
    return f"{percent(one.estimate, places)} ({level(interval)} interval {span(one.lower, one.upper, places)})"


def _row(place: int, one: StudyLine, tactics: Mapping[str, Tactic]) -> dict[str, object]:
    sizes = {tactics[name].claimed_percent for name in one.tactics if name in tactics} - {None}
    claimed = sizes.pop() if len(sizes) == 1 and not one.simulated else None  # nothing is claimed of made-up data
    overall = one.overall
    numbers = (overall.estimate, overall.lower, overall.upper) if overall else (0.0, 0.0, 0.0)
    return effect_row(
        one.name,
        f"{one.title} (simulated)" if one.simulated else one.title,
        numbers,
        place=place,
        simulated=one.simulated,
        strength=one.strength.value,
        told=change_of(overall, one.interval),
        claimed=None if claimed is None else round(float(ratio(claimed)), 4),
    )


def _says(rows: Rows) -> str:
    return "; ".join(f"{row['title']}: {row['told']}, strength {row['strength']}" for row in rows) + "."


def _table(ordered: Sequence[tuple[Entry, StudyLine]]) -> Stacked:
    caption = "Studies; those of simulated data stand last: they show what the method does, and are no evidence."
    rows = tuple(_line(entry, one) for entry, one in ordered)
    return Stacked(caption=caption, columns=COLUMNS, groups=(Group(rows=rows),), name="studies")


def _line(entry: Entry, one: StudyLine) -> Line:
    told = one.matters is not None and told_of(one) is not None
    sure = f"probability of a change that matters {probability(one.matters)}" if told else ""
    missing = tuple(Item(words=minuses(capital(words))) for words in one.missing[:GRAVEST])
    title = Item(words=one.title, href=entry.home, more=" (simulated)" if one.simulated else "")
    strength = Item(words=one.strength.value, badge=one.strength.value, more=sure)
    lacking = Item(items=missing) if missing else Item(words="nothing that a check has found", none=True)
    effect = change_of(told_of(one), one.interval)
    return line(title, effect, strength, capital(one.cost), lacking, name=one.name, simulated=one.simulated)


def _pooled(portfolio: Portfolio, tactics: Mapping[str, Tactic]) -> Stacked | None:
    if not portfolio.pooled:
        return None
    titles = {one.name: one.title for one in portfolio.studies}
    labels = {outcome.indicator: outcome.label for one in portfolio.studies for outcome in one.outcomes}
    alike: dict[tuple[str, tuple[str, ...], str], list[Pooled]] = {}  # what was not pooled for one and the same reason
    for one in portfolio.pooled:
        alike.setdefault((one.tactic, one.studies, one.refused or one.indicator), []).append(one)
    rows = tuple(
        line(
            capital(tactics[first.tactic].says) if first.tactic in tactics else first.tactic,
            Item(items=tuple(Item(words=labels.get(one.indicator, one.indicator)) for one in group)),
            Item(items=tuple(Item(words=titles.get(name, name)) for name in first.studies)),
            _typical(first),
            "" if first.next_study is None else change_of(first.next_study, first.interval),
        )
        for group in alike.values()
        for first in group[:1]
    )
    caption = (
        "Studies that share a tactic and an outcome, as one: a random-effects meta-analysis of their log rate ratios."
    )
    return Stacked(caption=caption, columns=POOLED, groups=(Group(rows=rows),), name="pooled")


def _typical(one: Pooled) -> Item:
    return Item(words=one.refused, none=True) if one.refused else Item(words=change_of(one.typical, one.interval))
