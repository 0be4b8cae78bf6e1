"""Where the numbers come from: how many figures of how many places, whose, and whether the plan came before them."""

from collections.abc import Iterator

from markupsafe import Markup

from evaluation.conclusions.likelihood import SCALE
from evaluation.conclusions.words import capital
from evaluation.reporting.funder.money import decision_of
from evaluation.reporting.funder.parts import Part
from evaluation.reporting.funder.saying import Saying
from evaluation.reporting.numbers import count, day
from evaluation.terms.panel import Status

NAMED = 8  # units under the intervention that are named one by one


def origin(saying: Saying) -> Part:
    """Figures, units, the plan; then the sources, in the words of whoever published them."""
    return Part("sources", saying.say("title-sources"), tuple(_figures(saying)), small=tuple(_cited(saying)))


def _figures(saying: Saying) -> Iterator[Markup]:
    evidence, language = saying.evidence, saying.language
    used = evidence.status_count(Status.EXACT) + evidence.status_count(Status.SUPPRESSED)
    yield saying.say(
        "sources-figures",
        cells=language.number(count(used)),
        units=language.number(count(evidence.panel.sizes["unit"])),
        first=language.period(evidence.times[0]),
        last=language.period(evidence.times[-1]),
        treated=len(evidence.treated),
    )
    if evidence.treated and len(evidence.treated) <= NAMED and evidence.units_word == "countries":
        names = [Markup("{}").format(saying.unit(unit)) for unit in evidence.treated]
        yield saying.say("sources-had", names=language.listed(names))
    yield from _plan(saying)


def _plan(saying: Saying) -> Iterator[Markup]:
    told = saying.evidence.registers.get("registered")
    if not told:
        yield saying.say("sources-unregistered")
        return
    message = "sources-registered-seen" if told["outcomes_shaped"] else "sources-registered"
    yield saying.say(message, day=saying.language.period(day(told["locked"])))
    if told["deviations"]:
        yield saying.say("sources-changed", count=len(told["deviations"]))


def _cited(saying: Saying) -> Iterator[Markup]:
    """Each citation once, as it is: a citation is not translated."""
    register = saying.evidence.registers.get("sources", {})
    found = decision_of(saying)
    paid = () if found is None else tuple(map(str, found.get("sources") or ()))  # names of cards, or citations
    cited = [register[name].citation for name in saying.evidence.source_names if name in register]
    cited += [register[name].citation if name in register else name for name in paid]
    for words in dict.fromkeys(cited):
        yield Markup('<span lang="en">{}</span>').format(capital(words.rstrip(".")) + ".")


def key_of_words(saying: Saying) -> tuple[tuple[str, str], ...]:
    """The words of the scale and the chances of 100 that each stands for."""
    return tuple(
        (saying.say(f"likelihood-{word.name}"), saying.say("key-range", lowest=word.lowest, highest=word.highest))
        for word in SCALE
    )
