"""The first page: every study with its answer, and filters by actor, tactic, country and strength."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from evaluation.conclusions.words import capital
from evaluation.reporting.numbers import level
from evaluation.reporting.site.countries import Country, Seen
from evaluation.reporting.site.entry import Entry
from evaluation.terms import Intervention, Strength, Tactic
from evaluation.terms.world import Actor

Option = tuple[str, str]  # value, words
Filter = tuple[str, str, list[tuple[str, list[Option]]]]  # name, words, groups of options under a label
GROUPS: Mapping[Seen, str] = {
    Seen.STUDIED: "Studied",
    Seen.NOT_STUDIED: "Law in force, not studied",
    Seen.COMPARED: "Only compared with",
}


@dataclass(frozen=True, kw_only=True)
class IndexPage:
    """What the template shows, and what the filters read."""

    lead: str  # how many studies there are; empty where there is none
    entries: tuple[Mapping[str, object], ...]
    filters: tuple[Filter, ...]
    countries: Mapping[str, Mapping[str, object]]


def index_page(
    entries: Sequence[Entry],
    countries: Sequence[Country],
    interventions: Mapping[str, Intervention],
    tactics: Mapping[str, Tactic],
) -> IndexPage:
    """The index page of these studies, in their order. Only what a study asks about can be filtered by."""
    made_up = sum(one.simulated for one in entries)
    used = {name for one in entries for name in one.tactics(interventions)}
    held = {one.strength for one in entries}
    actors = {tactics[name].actor for name in used if name in tactics}
    filters: list[Filter] = [
        ("actor", "Actor", [("", [(one.value, one.value) for one in Actor if one in actors])]),
        ("tactic", "Tactic", [("", [(name, capital(one.says)) for name, one in tactics.items() if name in used])]),
        ("country", "Country", list(_by_group(countries))),
        ("strength", "Strength of evidence", [("", [(one.value, one.value) for one in Strength if one in held])]),
    ]
    return IndexPage(
        lead=lead_of(len(entries) - made_up, made_up),
        entries=tuple(_shown(one, interventions, tactics) for one in entries),
        filters=tuple(filters),
        countries={one.unit: {"studies": list(one.studies), "note": one.note} for one in countries},
    )


def lead_of(real: int, simulated: int) -> str:
    """How many studies there are, in a sentence; nothing where there is none.

    >>> lead_of(2, 1)
    '2 studies of real figures. 1 of simulated data: it shows what the method finds, and is no evidence.'
    """
    told = [f"{real} {'study' if real == 1 else 'studies'} of real figures."] if real else []
    if simulated == 1:
        told.append("1 of simulated data: it shows what the method finds, and is no evidence.")
    elif simulated:
        told.append(f"{simulated} of simulated data: they show what the method finds, and are no evidence.")
    return " ".join(told)


def _by_group(countries: Iterable[Country]) -> Iterable[tuple[str, list[Option]]]:
    listed = list(countries)
    for seen, label in GROUPS.items():
        options = [(one.unit, one.name) for one in listed if one.seen is seen]
        if options:
            yield label, options


def _shown(
    one: Entry, interventions: Mapping[str, Intervention], tactics: Mapping[str, Tactic]
) -> Mapping[str, object]:
    named = one.tactics(interventions)
    return {
        "name": one.study.name,
        "title": one.study.title,
        "question": one.study.question.says,
        "says": one.says,
        "number": one.number,
        "interval": one.interval,
        "level": level(one.level),
        "strength": one.strength.value,
        "simulated": one.simulated,
        "actors": one.actors(interventions, tactics),
        "tactics": named,
        "tactic_words": tuple(capital(tactics[name].says) for name in named if name in tactics),
        "finished": one.finished[:10],
        "home": one.home,
        "links": one.links,
    }
