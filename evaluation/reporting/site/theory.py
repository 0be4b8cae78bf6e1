"""The theory of change: every tactic with the size claimed for it beside what the evidence says, and the assertions."""

from collections.abc import Iterable, Mapping

from evaluation.conclusions.words import capital
from evaluation.reporting.numbers import chosen, probability
from evaluation.reporting.site.compare import change_of, told_of
from evaluation.reporting.site.entry import Entry, outside
from evaluation.reporting.site.stacked import Group, Item, Line, Stacked, line
from evaluation.terms.portfolio import AssertionLine, Portfolio, StudyLine, TacticLine
from evaluation.terms.world import Actor

TACTICS = ("Tactic", "Claimed impact", "What the evidence says", "Why, as claimed", "What should be done, as claimed")
ASSERTIONS = ("Sentence", "Verdict", "Source")
ACTORS: Mapping[str, str] = {
    Actor.PRODUCT.value: "Product: the victim",
    Actor.WHOLESALER.value: "Wholesaler: the trafficker",
    Actor.RETAILER.value: "Retailer: exploiter, venue, platform",
    Actor.CONSUMER.value: "Consumer: the buyer",
    Actor.SYSTEM.value: "System around them",
}


def lead_of(portfolio: Portfolio) -> str:
    """How many tactics of the theory of change have evidence of their own, in a sentence."""
    inside = [one for one in portfolio.tactics if not outside(one)]
    real = sum(bool(one.studies) for one in inside)
    return (
        f"Of {len(inside)} tactics of the theory of change, {real or 'none'} {'has' if real == 1 else 'have'} evidence "
        "from a study here. Of the others nothing is known from these pages, which is not the same as no effect."
    )


def tactics_table(portfolio: Portfolio, entries: Iterable[Entry]) -> Stacked:
    """Every tactic under its actor, none left out."""
    known = {one.study.name: one for one in entries}
    found = {one.name: one for one in portfolio.studies}
    inside = [one for one in portfolio.tactics if not outside(one)]
    parts = {label: [one for one in inside if one.actor == actor] for actor, label in ACTORS.items()}
    parts["Outside the theory of change"] = [one for one in portfolio.tactics if outside(one)]
    groups = tuple(
        Group(label=label, rows=tuple(_tactic(one, known, found) for one in held)) for label, held in parts.items()
    )
    caption = "Tactics by the actor on whom they act: claimed size beside evidence."
    return Stacked(caption=caption, columns=TACTICS, groups=tuple(one for one in groups if one.rows), name="tactics")


def _tactic(one: TacticLine, known: Mapping[str, Entry], found: Mapping[str, StudyLine]) -> Line:
    asserted = f" ({chosen(one.claimed_percent)})" if one.claimed_percent is not None else ""
    evidence = _evidence(one, known, found)
    return line(capital(one.says), f"{one.claimed}{asserted}", evidence, capital(one.why), capital(one.recommended))


def _evidence(one: TacticLine, known: Mapping[str, Entry], found: Mapping[str, StudyLine]) -> Item:
    """The studies pooled where they were, then each by itself; simulated ones last, as what they are."""
    told = [
        Item(words=f"{pooled.indicator.replace('_', ' ')}, {len(pooled.studies)} studies pooled: {change}")
        for pooled in one.pooled
        if pooled.typical is not None and (change := change_of(pooled.typical, pooled.interval))
    ]
    told += [_study(known[name], found[name]) for name in one.studies if name in known]
    if not told:
        told.append(Item(words=capital(one.evidence), none=True))
    told += [_linked(known[name], ": simulated, no evidence") for name in one.demonstrations if name in known]
    return told[0] if len(told) == 1 else Item(items=tuple(told))


def _study(entry: Entry, one: StudyLine) -> Item:
    return _linked(entry, f": {change_of(told_of(one), one.interval)}; strength {one.strength.value}")


def _linked(entry: Entry, more: str) -> Item:
    return Item(words=entry.study.title, href=entry.home, more=more)


def assertions_table(portfolio: Portfolio, entries: Iterable[Entry]) -> Stacked:
    """Every registered assertion with its verdict."""
    known = {one.study.name: one for one in entries}
    rows = tuple(_assertion(one, known) for one in portfolio.assertions)
    caption = "Registered assertions, and what arithmetic or the studies say of each."
    return Stacked(caption=caption, columns=ASSERTIONS, groups=(Group(rows=rows),), name="assertions")


def _assertion(one: AssertionLine, known: Mapping[str, Entry]) -> Line:
    return line(f"\u201c{capital(one.says)}\u201d", _verdict(one, known), capital(one.source))


def _verdict(one: AssertionLine, known: Mapping[str, Entry]) -> Item:
    if one.refuted:
        return Item(words=f"{capital(one.verdict)}: {one.refuted}")
    told = tuple(
        Item(words=known[name].study.title, href=known[name].home, more=_chance(one.name, known[name], value))
        for name, value in one.probabilities.items()
        if name in known
    )
    return Item(items=told) if told else Item(words=capital(one.verdict), none=True)


def _chance(name: str, entry: Entry, value: float) -> str:
    weight = next(
        (f"; strength {claim.strength.value}" for claim in entry.claims if claim.name == f"assertion:{name}"), ""
    )
    return f": probability {probability(value)}{weight}"
