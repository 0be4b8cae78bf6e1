"""Numbers to words. The only place where sentences about effects are made.

A change is "11 % lower" or "28 % higher", never "-11 %": a reader should not have to know which sign is which.
"""

from collections.abc import Sequence
from typing import Literal

from evaluation.conclusions.summary import Summary

Tone = Literal["sure", "probable", "equivalent", "open"]
PROBABLE = 0.9  # above this, "probably"; whether the interval leaves out zero decides on "was"


def amount(value: float) -> str:
    """A size with two significant digits below 10, whole above.

    >>> amount(11.4), amount(5.68), amount(0.031), amount(1234.5)
    ('11', '5.7', '0.0', '1,234')
    """
    return f"{abs(value):,.0f}" if abs(value) >= 9.95 else f"{abs(value):.1f}"


def change(percent: float) -> str:
    """A change in percent, in words.

    >>> change(-11.2), change(28.0), change(0.01)
    ('11 % lower', '28 % higher', 'unchanged')
    """
    return _sided(percent, " %", "lower", "higher") or "unchanged"


def span(lower: float, upper: float) -> str:
    """An interval of changes in percent, in words.

    >>> span(-38.0, 28.0)
    '38 % lower to 28 % higher'
    >>> span(-60.0, -20.0), span(5.0, 28.0)
    ('60 % to 20 % lower', '5.0 % to 28 % higher')
    """
    return _span(lower, upper, " %", "lower", "higher", "unchanged")


def counted(value: float, things: str) -> str:
    """A difference in counts, in words.

    >>> counted(-1234.0, "persons"), counted(3.2, "persons"), counted(0.0, "persons")
    ('1,234 fewer persons', '3.2 more persons', 'no more and no fewer persons')
    """
    return _sided(value, "", f"fewer {things}", f"more {things}") or f"no more and no fewer {things}"


def counted_span(lower: float, upper: float) -> str:
    """An interval of differences in counts, in words.

    >>> counted_span(-1234.0, 56.0)
    '1,234 fewer to 56 more'
    """
    return _span(lower, upper, "", "fewer", "more", "no more and no fewer")


def _sided(value: float, mark: str, below: str, above: str) -> str:
    shown = amount(value)
    return "" if shown == "0.0" else f"{shown}{mark} {below if value < 0 else above}"


def _span(lower: float, upper: float, mark: str, below: str, above: str, none: str) -> str:
    if lower < 0 < upper or amount(lower) == "0.0" or amount(upper) == "0.0":
        return f"{_sided(lower, mark, below, above) or none} to {_sided(upper, mark, below, above) or none}"
    return f"{amount(lower)}{mark} to {amount(upper)}{mark} {below if upper < 0 else above}"


def probability(value: float) -> str:
    """A probability, never printed as certain.

    >>> probability(0.734), probability(0.999), probability(0.0)
    ('0.73', 'above 0.99', 'below 0.01')
    """
    if value > 0.99:
        return "above 0.99"
    return "below 0.01" if value < 0.01 else f"{value:.2f}"


def level(interval: float) -> str:
    """The level of an interval.

    >>> level(0.95), level(0.995)
    ('95 %', '99.5 %')
    """
    return f"{100 * interval:g} %"


def listed(names: Sequence[str]) -> str:
    """Names in a row.

    >>> listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])
    ('a', 'a and b', 'a, b and c')
    """
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def ordinal(number: int) -> str:
    """A place in an order.

    >>> [ordinal(number) for number in (1, 2, 3, 4, 11, 12, 21, 22)]
    ['first', 'second', 'third', '4th', '11th', '12th', '21st', '22nd']
    """
    words = {1: "first", 2: "second", 3: "third"}
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return words.get(number, f"{number}{ending}")


def capital(sentence: str) -> str:
    """With a capital first letter, the rest as it is."""
    return sentence[:1].upper() + sentence[1:]


def tone_of(summary: Summary) -> Tone:
    """How a change may be told: surely one way, probably one way, surely too small to matter, or not at all."""
    if summary.probabilities.get("equivalence", 0.0) >= summary.interval:
        return "equivalent"
    if summary.lower > 0 or summary.upper < 0:
        return "sure"
    one_way = _direction(summary)[1]
    return "probable" if max(one_way, 1 - one_way) >= PROBABLE else "open"


def bracket(summary: Summary, matters_from: float) -> str:
    """The interval and the probabilities of a change in percent, as they stand in brackets after it."""
    size = f"{amount(matters_from)} %"
    name, one_way = _direction(summary)
    article = "an" if name == "increase" else "a"
    told = f"probability of any {name} {probability(one_way)}"
    told += f", of {article} {name} of at least {size} {probability(summary.probabilities['matters'])}"
    if tone_of(summary) == "equivalent":
        told = f"probability of less than {size} either way {probability(summary.probabilities['equivalence'])}"
    return f"({level(summary.interval)} interval {span(summary.lower, summary.upper)}; {told})"


def _direction(summary: Summary) -> tuple[str, float]:
    name = "reduction" if "reduction" in summary.probabilities else "increase"
    return name, summary.probabilities[name]


def change_sentence(place: str, subject: str, summary: Summary, matters_from: float, *, plural: bool) -> str:
    """What happened to `subject` at `place`, as surely as the draws allow.

    Parameters
    ----------
    place
        "where the buyer law was in force": begins the sentence.
    subject
        "the number of persons prosecuted"; `plural` if it takes "were".
    """
    verb, pronoun = ("were", "they") if plural else ("was", "it")
    tone = tone_of(summary)
    than = f"than {pronoun} would have been otherwise {bracket(summary, matters_from)}"
    if tone == "open":
        told = f"the data cannot tell whether {subject} fell or rose {place}"
        shown = change(summary.estimate)
        compared = than if shown != "unchanged" else f"from what {than.removeprefix('than ')}"
        return f"{capital(told)}. The best estimate is {shown} {compared}."
    if change(summary.estimate) == "unchanged":
        same = f"{subject} {verb} as {pronoun} would have been otherwise"
        return f"{capital(place)}, {same} {bracket(summary, matters_from)}."
    how = {"sure": "", "probable": "probably ", "equivalent": "hardly changed: "}[tone]
    said = f"{subject} {how}" if tone == "equivalent" else f"{subject} {verb} {how}"
    return f"{capital(place)}, {said}{change(summary.estimate)} {than}."


def difference_sentence(place: str, things: str, subject: str, summary: Summary) -> str:
    """The same in counts, summed over the cells the answer is about."""
    told = counted(summary.estimate, things)
    within = f"({level(summary.interval)} interval {counted_span(summary.lower, summary.upper)})"
    return f"{capital(place)}, the change in {subject} comes to {told} in all {within}."


def expected_sentence(law: str, subject: str, summary: Summary, matters_from: float) -> str:
    """What to expect where a further unit adopts."""
    shown = change(summary.estimate)
    told = f"were another unit to adopt the {law}, {subject} would be expected to be {shown}"
    return f"{capital(told)} {bracket(summary, matters_from)}."


def withheld_sentence(subject: str, reason: str) -> str:
    """No number, and why."""
    return f"Nothing can be said about {subject}: {reason}"
