"""What would overturn the answer, in a picture and a table: trends that part, a cause nobody sees."""

import re

from evaluation.reporting.evidence import Evidence
from evaluation.reporting.numbers import percent, share
from evaluation.reporting.page import Block, Cell, Figure, Panel, Text, number, row, table
from evaluation.reporting.plots.parting import parting
from evaluation.terms import Finding

_TIMES = re.compile(r"lower_at_([\d.]+)$")


def overturned(evidence: Evidence) -> list[Block]:
    """The pictures of the checks `breakdown` and `hidden_cause`, where they saw something in draws that hold."""
    if evidence.withheld:
        return []
    seen = {one.check: one for one in evidence.findings}
    return [*_trends(evidence, seen.get("breakdown")), *_hidden(seen.get("hidden_cause"))]


def _trends(evidence: Evidence, seen: Finding | None) -> list[Block]:
    details = {} if seen is None else seen.details
    times = sorted(float(found[1]) for name in details if (found := _TIMES.match(name)))
    times = [one for one in times if f"upper_at_{one:g}" in details]
    if len(times) < 2:
        return []
    lower, upper = ([details[f"{end}_at_{one:g}"] for one in times] for end in ("lower", "upper"))
    title = evidence.titled("The answer, if trends part")
    until = None if seen is None or seen.statistic is None else seen.statistic
    caption = (
        f"How the 95\u202f% interval of all outcomes together widens if adopting {evidence.units_word} would have "
        f"parted from the others after the {evidence.law_word} so many times as fast as they ever did before it."
    )
    panel = Panel(title, *parting(times, lower, upper, until=until, title=title))
    rows = tuple(zip(times, lower, upper, strict=True))
    return [Figure("trends", caption, (panel,), ("times", "lower_percent", "upper_percent"), rows)]


def _hidden(seen: Finding | None) -> list[Block]:
    details = {} if seen is None else seen.details
    shares = [one for one in (10, 25, 50, 100) if f"median_ratio_at_{one}" in details]
    if not shares:
        return []
    rows = [
        row(
            Cell(f"{share(one / 100)} of the adopters more than of the others"),
            number(_moved(details.get(f"interval_ratio_at_{one}"))),
            number(_moved(details[f"median_ratio_at_{one}"])),
        )
        for one in shares
    ]
    caption = "How strong, and how unequal, a cause that nobody sees would have to be to make the answer."
    columns = ("It is at work in", "and changes counts there by, to reach the interval", "to make all of the answer")
    said = "A cause that is not in the model can make an answer, or hide one, if it is strong and came with the law."
    return [Text(said), table(caption, columns, *rows)]


def _moved(ratio: float | None) -> str:
    """A rate ratio as a change."""
    return percent(None if ratio is None else 100 * (ratio - 1))
