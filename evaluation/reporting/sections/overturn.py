"""What would overturn the answer, in pictures and tables: trends that part, other weights, a cause nobody sees."""

import re
from collections.abc import Mapping

from evaluation.reporting.evidence import Evidence
from evaluation.reporting.numbers import percent, share
from evaluation.reporting.page import Block, Cell, Figure, Group, Key, Panel, Row, Table, Text, number, row, table
from evaluation.reporting.plots.parting import parting
from evaluation.reporting.plots.weighing import AS_IT_IS, WEIGHED, Answers, Ends, as_much, weighing
from evaluation.terms import Finding

_TIMES = re.compile(r"lower_at_([\d.]+)$")
_POWER = re.compile(r"(prior|data)_median_at_([\d.]+)$")
_KEYS = {"prior": ("dot", "if the prior weighed less or more"), "data": ("square", "if the data weighed less or more")}


def overturned(evidence: Evidence) -> list[Block]:
    """What the checks `breakdown`, `power_scaling` and `hidden_cause` saw, if they saw something in draws that hold."""
    if evidence.withheld:
        return []
    seen = {one.check: one for one in evidence.findings}
    return [
        *_trends(evidence, seen.get("breakdown")),
        *_weights(evidence, seen.get("power_scaling")),
        *_hidden(seen.get("hidden_cause")),
    ]


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


def _weights(evidence: Evidence, seen: Finding | None) -> list[Block]:
    series = _by_weight({} if seen is None else seen.details)
    if not series:
        return []
    title = evidence.titled("The answer, by the weight of prior and data")
    caption = (
        "All outcomes together, median and 95\u202f% interval, if what was believed of the typical effect before (the "
        "prior), or what the data say of it, had weighed less or more. Where the draws cannot tell, none is shown."
    )
    keys = [Key("diamond", "the answer as it is"), *(Key(*_KEYS[of]) for of in series)]
    rows = [(of, power, *one) for of, answers in series.items() for power, one in answers.items()]
    columns = ("weight_of", "times", "lower_percent", "median_percent", "upper_percent")
    figure = Figure(
        "weights", caption, (Panel(title, *weighing(series, title=title)),), columns, tuple(rows), tuple(keys)
    )
    groups = tuple(Group(_first_up(WEIGHED[of]), tuple(_answers(answers))) for of, answers in series.items())
    numbers = Table(
        "The answer by the weight of each.",
        ("Counts", "Median", "95\u202f% interval"),
        groups,
        folded="The numbers of this picture",
    )
    median, interval = next(iter(series.values()))[AS_IT_IS].numbers
    told = " ".join(_told(WEIGHED[of], answers) for of, answers in series.items())
    return [Text(f"The answer is {median} (95\u202f% interval {interval}). {told}"), figure, numbers]


def _by_weight(details: Mapping[str, float]) -> dict[str, Answers]:
    """Answers by the weight of the prior, and of the data, where there are some beside the answer as it is."""
    found: dict[str, dict[float, Ends]] = {of: {} for of in WEIGHED}
    for name in details:
        if one := _POWER.match(name):
            of, power = one.groups()
            ends = [details.get(f"{of}_{end}_at_{power}") for end in Ends._fields]
            known = [end for end in ends if end is not None]
            if len(known) == len(ends):
                found[of][float(power)] = Ends(*known)
    return {
        of: dict(sorted(answers.items())) for of, answers in found.items() if AS_IT_IS in answers and len(answers) > 1
    }


def _told(what: str, answers: Answers) -> str:
    """The answers at the least weight and at the greatest, in a sentence."""
    told = [
        f"{'only ' * (power < AS_IT_IS)}{as_much(power)}, it would be {answers[power].words}"
        for power in (min(answers), max(answers))
        if power != AS_IT_IS
    ]
    return f"If {what} had counted {'; '.join(told)}."


def _answers(answers: Answers) -> list[Row]:
    return [
        row(Cell("As it does" if power == AS_IT_IS else _first_up(as_much(power))), *map(number, one.numbers))
        for power, one in answers.items()
    ]


def _first_up(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"


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
