"""Numbers to words. The only place where sentences about effects are made.

A change is "11 % lower" or "28 % higher", never "-11 %": a reader should not have to know which sign is which.
"""

from collections.abc import Sequence
from typing import Literal

from evaluation.conclusions.summary import Summary
from evaluation.terms.rounding import change_size, difference_size, places_for, stated, step_for

Tone = Literal["sure", "probable", "equivalent", "open"]
PROBABLE = 0.9  # above this, "probably"; whether the interval leaves out zero decides on "was"


def change(percent: float, places: int = 0) -> str:
    """A change in percent, in words.

    >>> change(-11.2), change(28.0), change(0.01)
    ('11 % lower', '28 % higher', 'unchanged')
    """
    return _sided(change_size(percent, places), percent, " %", "lower", "higher") or "unchanged"


def span(lower: float, upper: float, places: int = 0) -> str:
    """An interval of changes in percent, in words.

    >>> span(-38.0, 28.0)
    '38 % lower to 28 % higher'
    >>> span(-60.0, -20.0), span(5.2, 8.1, 1)
    ('60 % to 20 % lower', '5.2 % to 8.1 % higher')
    """
    sizes = change_size(lower, places), change_size(upper, places)
    return _span(sizes, (lower, upper), " %", ("lower", "higher", "0 %"))


def counted(value: float, things: str, step: float = 1.0) -> str:
    """A difference in counts, in words.

    >>> counted(-1234.0, "persons", 100.0), counted(3.2, "persons", 0.1), counted(0.0, "persons")
    ('1,200 fewer persons', '3.2 more persons', 'about 0 persons')
    """
    return _sided(difference_size(value, step), value, "", f"fewer {things}", f"more {things}") or f"about 0 {things}"


def counted_span(lower: float, upper: float) -> str:
    """An interval of differences in counts, in words.

    >>> counted_span(-1234.0, 56.0)
    '1,230 fewer to 60 more'
    """
    step = step_for(upper - lower)
    sizes = difference_size(lower, step), difference_size(upper, step)
    return _span(sizes, (lower, upper), "", ("fewer", "more", "0"))


def _sided(shown: str, value: float, mark: str, below: str, above: str) -> str:
    return "" if shown == "0" else f"{shown}{mark} {below if value < 0 else above}"


def _span(sizes: tuple[str, str], ends: tuple[float, float], mark: str, words: tuple[str, str, str]) -> str:
    below, above, none = words
    if ends[0] < 0 < ends[1] or "0" in sizes:
        return " to ".join(_sided(size, end, mark, below, above) or none for size, end in zip(sizes, ends, strict=True))
    return f"{sizes[0]}{mark} to {sizes[1]}{mark} {below if ends[1] < 0 else above}"


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
    size = f"{stated(matters_from)} %"
    name, one_way = _direction(summary)
    told = f"probability of any {name} {probability(one_way)}"
    told += f", of a {name} of at least {size} {probability(summary.probabilities['matters'])}"
    if tone_of(summary) == "equivalent":
        told = f"probability of less than {size} either way {probability(summary.probabilities['equivalence'])}"
    return f"({level(summary.interval)} interval {_span_of(summary)}; {told})"


def _direction(summary: Summary) -> tuple[str, float]:
    name = "reduction" if "reduction" in summary.probabilities else "increase"
    return {"reduction": "fall", "increase": "rise"}[name], summary.probabilities[name]


def _change_of(summary: Summary) -> str:
    return change(summary.estimate, places_for(summary.width))


def _span_of(summary: Summary) -> str:
    return span(summary.lower, summary.upper, places_for(summary.width))


def headline(law: str, subject: str, summary: Summary, matters_from: float, *, plural: bool) -> str:
    """The answer in two short sentences: which way and by how much; then the interval, and how sure that is.

    >>> probabilities = {"reduction": 0.74, "matters": 0.33, "equivalence": 0.6}
    >>> summary = Summary(estimate=-13.0, lower=-42.0, upper=30.0, interval=0.95, probabilities=probabilities)
    >>> one, two = headline("law", "both outcomes together", summary, -20.0, plural=True).split(". ")
    >>> one
    'The data cannot tell whether both outcomes together fell or rose under the law: the best estimate is 13 % lower'
    >>> two
    'The 95 % interval runs from 42 % lower to 30 % higher, and the probability of any fall is 0.74.'
    """
    tone, shown = tone_of(summary), _change_of(summary)
    verb, pronoun = ("were", "they") if plural else ("was", "it")
    best = f"the best estimate is {'no change' if shown == 'unchanged' else shown}"
    if tone == "open":
        told = f"the data cannot tell whether {subject} fell or rose under the {law}: {best}"
    elif tone == "equivalent":
        told = f"under the {law}, {subject} hardly changed: {best}"
    else:
        sure = "" if tone == "sure" else "probably "
        told = f"under the {law}, {subject} {verb} {sure}{shown} {_than(shown)} {pronoun} would have been without it"
    name, one_way = _direction(summary)
    asked, chance = f"any {name}", one_way
    if tone == "equivalent":
        asked = f"a change of less than {stated(matters_from)} % either way"
        chance = summary.probabilities["equivalence"]
    interval = f"the {level(summary.interval)} interval runs from {_span_of(summary)}"
    return f"{capital(told)}. {capital(interval)}, and the probability of {asked} is {probability(chance)}."


def _than(shown: str) -> str:
    return "from what" if shown == "unchanged" else "than"


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
    tone, shown = tone_of(summary), _change_of(summary)
    than = f"{_than(shown)} {pronoun} would have been otherwise {bracket(summary, matters_from)}"
    if tone == "open":
        told = f"the data cannot tell whether {subject} fell or rose {place}"
        return f"{capital(told)}. The best estimate is {shown} {than}."
    if shown == "unchanged":
        same = f"{subject} {verb} as {pronoun} would have been otherwise"
        return f"{capital(place)}, {same} {bracket(summary, matters_from)}."
    how = {"sure": "", "probable": "probably ", "equivalent": "hardly changed: "}[tone]
    said = f"{subject} {how}" if tone == "equivalent" else f"{subject} {verb} {how}"
    return f"{capital(place)}, {said}{shown} {than}."


def difference_sentence(place: str, things: str, subject: str, summary: Summary) -> str:
    """The same in counts, summed over the cells the answer is about."""
    told = counted(summary.estimate, things, step_for(summary.width))
    within = f"({level(summary.interval)} interval {counted_span(summary.lower, summary.upper)})"
    return f"{capital(place)}, the change in {subject} comes to {told} in all {within}."


def expected_sentence(law: str, unit: str, subject: str, summary: Summary, matters_from: float) -> str:
    """What to expect where a further unit adopts; `unit` is what one is called: country."""
    shown = _change_of(summary)
    told = f"were another {unit} to adopt the {law}, {subject} would be expected to be {shown}"
    return f"{capital(told)} {bracket(summary, matters_from)}."


def withheld_sentence(subject: str, reason: str) -> str:
    """No number, and why."""
    return f"Nothing can be said about {subject}: {reason}"
