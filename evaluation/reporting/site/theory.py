"""The theory of change: every tactic with the size claimed for it beside what the evidence says, and the assertions."""

from collections.abc import Iterable, Mapping, Sequence

from evaluation.conclusions.words import capital
from evaluation.reporting.numbers import NARROW, chosen, probability
from evaluation.reporting.site.entry import Entry
from evaluation.reporting.site.stacked import Group, Item, Line, Stacked, line
from evaluation.terms.portfolio import AssertionLine, Portfolio, TacticLine
from evaluation.terms.world import Actor

TACTICS = ("Tactic", "Claimed impact", "What the evidence says", "Why, as claimed", "What should be done, as claimed")
ASSERTIONS = ("Sentence", "Verdict", "By study", "Source")
ACTORS: Mapping[str, str] = {
    Actor.PRODUCT.value: "Product: the victim",
    Actor.WHOLESALER.value: "Wholesaler: the trafficker",
    Actor.RETAILER.value: "Retailer: exploiter, venue, platform",
    Actor.CONSUMER.value: "Consumer: the buyer",
    Actor.SYSTEM.value: "System around them",
}


def lead_of(portfolio: Portfolio) -> str:
    """How many tactics have evidence of their own, in a sentence."""
    real = sum(bool(one.studies) for one in portfolio.tactics)
    return (
        f"Of {len(portfolio.tactics)} tactics, {real or 'none'} {'has' if real == 1 else 'have'} evidence from a study "
        "here. Of the others nothing is known from these pages, which is not the same as no effect."
    )


def tactics_table(portfolio: Portfolio, entries: Iterable[Entry]) -> Stacked:
    """Every tactic under its actor, none left out."""
    homes = {one.study.name: one for one in entries}
    groups = tuple(
        Group(label=label, rows=tuple(_tactic(one, homes) for one in portfolio.tactics if one.actor == actor))
        for actor, label in ACTORS.items()
    )
    caption = "Tactics by the actor on whom they act: claimed size beside evidence."
    return Stacked(caption=caption, columns=TACTICS, groups=tuple(one for one in groups if one.rows), name="tactics")


def _tactic(one: TacticLine, homes: Mapping[str, Entry]) -> Line:
    asserted = f" ({chosen(one.claimed_percent)})" if one.claimed_percent is not None else ""
    return line(capital(one.says), f"{one.claimed}{asserted}", _evidence(one, homes), one.why, one.recommended)


def _evidence(one: TacticLine, homes: Mapping[str, Entry]) -> Item:
    if not one.studies and not one.demonstrations:
        return Item(words=capital(one.evidence), none=True)
    told = [Item(words=capital(one.evidence))]
    told += [_linked(homes[name], "") for name in one.studies if name in homes]
    told += [_linked(homes[name], ", simulated: no evidence") for name in one.demonstrations if name in homes]
    return Item(items=tuple(told))


def _linked(entry: Entry, more: str) -> Item:
    return Item(words=entry.study.title, href=entry.home, more=more)


def assertions_table(portfolio: Portfolio, entries: Sequence[Entry]) -> Stacked:
    """Every registered assertion with its verdict."""
    homes = {one.study.name: one for one in entries}
    rows = tuple(_assertion(one, homes) for one in portfolio.assertions)
    caption = "Registered assertions, and what arithmetic or the studies say of each."
    return Stacked(caption=caption, columns=ASSERTIONS, groups=(Group(rows=rows),), name="assertions")


def _assertion(one: AssertionLine, homes: Mapping[str, Entry]) -> Line:
    told = tuple(
        Item(words=homes[name].study.title, href=homes[name].home, more=f": probability{NARROW}{probability(value)}")
        for name, value in one.probabilities.items()
        if name in homes
    )
    by_study = Item(items=told) if told else Item(words="no study measures it", none=True)
    return line(f"\u201c{capital(one.says)}\u201d", capital(one.verdict or one.refuted), by_study, one.source)
