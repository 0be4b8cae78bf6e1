"""What the studies can say of each country: studied, law in force but not studied, or only compared with."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from evaluation.conclusions.words import listed
from evaluation.reporting.site.entry import Entry
from evaluation.reporting.site.laws import LawHere, kind_words
from evaluation.terms import Intervention


class Seen(StrEnum):
    """How far the studies look at a country."""

    STUDIED = "studied"  # the answer of a study rests on its law, among others
    NOT_STUDIED = "law in force, not studied"
    COMPARED = "compared with"  # its figures say what would have happened elsewhere; nothing is said of itself


@dataclass(frozen=True, kw_only=True)
class Country:
    """One country in the filter of the index page."""

    unit: str  # ISO 3166-1 alpha-3
    name: str
    seen: Seen
    studies: tuple[str, ...]  # names of the studies to show where it is chosen
    note: str  # what may be said of it, in words


def countries(
    laws: Sequence[LawHere],
    names: Mapping[str, str],
    entries: Sequence[Entry],
    interventions: Mapping[str, Intervention],
) -> tuple[Country, ...]:
    """Every country that has a registered law or stands on the panel of a study, by name."""
    worldly = [entry for entry in entries if entry.of_countries]
    with_law = {law.unit for law in laws}
    on_panel = {unit for entry in worldly for unit in entry.comparison if unit in names}
    adopters = {unit for entry in worldly for units in entry.adopters.values() for unit in units if unit in names}
    return tuple(
        _country(unit, names[unit], [law for law in laws if law.unit == unit], worldly, interventions)
        for unit in sorted(with_law | on_panel | adopters, key=lambda unit: names[unit])
    )


def _country(
    unit: str, name: str, laws: Iterable[LawHere], entries: Sequence[Entry], interventions: Mapping[str, Intervention]
) -> Country:
    held = list(laws)
    studied = [one for one in entries if any(unit in units for units in one.adopters.values())]
    compared = [one for one in entries if unit in one.comparison]
    seen = Seen.STUDIED if studied else Seen.NOT_STUDIED if held else Seen.COMPARED
    notes = [*_told(name, studied, compared), *(_of_law(law, interventions) for law in held if not law.studied)]
    shown = dict.fromkeys(one.study.name for one in (*studied, *compared))
    return Country(unit=unit, name=name, seen=seen, studies=tuple(shown), note=" ".join(notes))


def _told(name: str, studied: Sequence[Entry], compared: Sequence[Entry]) -> Iterable[str]:
    if studied:
        yield f"{name} is studied: the answer of {_titles(studied)} rests on its law, among others."
    elif compared:
        yield f"{name} is not studied: it stands only in the comparison of {_titles(compared)}."
    else:
        yield f"{name} is not studied: it stands on the panel of no study."


def _titles(entries: Sequence[Entry]) -> str:
    return listed([f"\u201c{one.study.title}\u201d" for one in entries])


def _of_law(law: LawHere, interventions: Mapping[str, Intervention]) -> str:
    kind = kind_words(interventions[law.intervention])
    where = f" in {law.adoption.within}" if law.adoption.within else ""
    why = f" ({law.not_studied[0][1]})" if law.not_studied else ""
    beside = ", but modelled beside another" if law.beside else ""
    return f"In force and not studied{beside}: {kind}{where}, {law.years}{why}."
