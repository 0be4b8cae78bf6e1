"""What to fund next: the next steps of all studies in one order, with what knowing more would be worth."""

from collections.abc import Iterable

from evaluation.conclusions.money import money
from evaluation.conclusions.words import capital
from evaluation.reporting.numbers import minuses, probability
from evaluation.reporting.site.entry import Entry
from evaluation.reporting.site.stacked import Group, Item, Line, Stacked, line
from evaluation.terms.portfolio import NextStepLine, Portfolio

COLUMNS = ("Next step", "Study", "A choice for the wrong side", "Worth of knowing more, less the cost")


def steps_table(portfolio: Portfolio, entries: Iterable[Entry]) -> Stacked | None:
    """Every next step, in the portfolio's order: the one that makes a wrong choice least probable first."""
    if not portfolio.next_steps:
        return None
    known = {one.study.name: one for one in entries}
    rows = tuple(_row(one, known[one.study]) for one in portfolio.next_steps if one.study in known)
    caption = (
        "Next steps by how much less probable each makes a choice for the wrong side. Those of simulated data stand "
        "after the real ones, and those of which nothing is known last."
    )
    return Stacked(caption=caption, columns=COLUMNS, groups=(Group(rows=rows),), name="steps")


def _row(one: NextStepLine, entry: Entry) -> Line:
    study = Item(words=entry.study.title, href=entry.home, more=" (simulated)" if one.simulated else "")
    return line(capital(one.says), study, _wrong_side(one), _worth(one), simulated=one.simulated)


def _wrong_side(one: NextStepLine) -> str:
    if one.today is None:
        return "not known"
    today = f"probability {probability(one.today)} today"
    return today if one.after is None else f"{today}, {probability(one.after)} to expect after it"


def _worth(one: NextStepLine) -> Item:
    if one.unknown:
        return Item(words=f"not known: {one.unknown}", none=True)
    if one.net is None:
        return Item(words="not told: nobody has stated what one unit of outcome is worth", none=True)
    return Item(words=f"{minuses(money(one.net, one.currency))} (prices of {one.price_year})")
