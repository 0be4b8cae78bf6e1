"""Which law was in force where and when, and whether a study here says what it did."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from evaluation.reporting.site.entry import Entry
from evaluation.terms import Adoption, Intervention

ALWAYS = 9999  # a year that no calendar here reaches: the law is still in force


@dataclass(frozen=True, kw_only=True)
class LawHere:
    """One country's law or programme, and what the studies make of it."""

    unit: str  # ISO 3166-1 alpha-3
    country: str
    intervention: str  # name in data/registers/interventions.yaml
    adoption: Adoption
    studied: tuple[Entry, ...]  # studies whose answer rests on it, among others
    beside: tuple[Entry, ...]  # studies that model it beside the one they ask about, and say nothing of it
    not_studied: tuple[tuple[Entry, str], ...]  # studies that ask about such laws and had to leave it out: why

    @property
    def first_year(self) -> int:
        """The year in which it came into force."""
        return int(self.adoption.starts[:4])

    @property
    def last_year(self) -> int:
        """The last year in which it was in force for some part; `ALWAYS` where it still is."""
        return int(self.adoption.ends[:4]) if self.adoption.ends else ALWAYS

    @property
    def in_part(self) -> bool:
        """Whether it holds in a part of the country only."""
        return self.adoption.within is not None

    @property
    def years(self) -> str:
        """From when to when, in words.

        >>> law = Adoption(unit="IRL", law="Act", starts="2008-06-07", ends="2017-03-27")
        >>> LawHere(unit="IRL", country="Ireland", intervention="x", adoption=law, studied=(), beside=(),
        ...     not_studied=()).years
        '2008 to 2017'
        """
        return f"since {self.first_year}" if self.last_year == ALWAYS else f"{self.first_year} to {self.last_year}"

    def in_force(self, year: int) -> bool:
        """Whether it was in force in some part of a year."""
        return self.first_year <= year <= self.last_year


def laws_here(
    interventions: Mapping[str, Intervention], names: Mapping[str, str], entries: Sequence[Entry]
) -> tuple[LawHere, ...]:
    """Every registered law of a country, by country and date. `names` are those of countries by their code.

    Laws of states, of cities and of several states at once are not among them: they stand on no map of countries.
    """
    found = [
        _law(name, one, names[one.unit], entries)
        for name, intervention in interventions.items()
        for one in intervention.adoptions
        if one.unit in names
    ]
    return tuple(sorted(found, key=lambda law: (law.country, law.adoption.starts, law.adoption.law)))


def _law(name: str, one: Adoption, country: str, entries: Iterable[Entry]) -> LawHere:
    worldly = [entry for entry in entries if entry.of_countries]
    asking = [entry for entry in worldly if name in entry.study.question.interventions]
    studied = [entry for entry in asking if one.unit in entry.adopters.get(name, ()) and not _outside(entry, one)]
    beside = [entry for entry in worldly if name in entry.study.question.adjust_for and one.unit not in entry.left_out]
    why = [(entry, _reason(entry, one)) for entry in asking if entry not in studied]
    return LawHere(
        unit=one.unit,
        country=country,
        intervention=name,
        adoption=one,
        studied=tuple(studied),
        beside=tuple(beside) if one.within is None else (),
        not_studied=tuple(why),
    )


def _outside(entry: Entry, one: Adoption) -> str:
    """Why a study of whole countries cannot rest on a law even where the country has others; empty where it can."""
    first, last = entry.study.panel.span
    if one.within is not None:
        return f"it holds in {one.within} only, and the figures count the whole country"
    if one.starts[:4] > last[:4]:
        return f"it came after the figures, which end in {last}"
    if one.ends is not None and one.ends[:4] < first[:4]:
        return f"it had ended before the figures, which begin in {first}"
    return ""


def _reason(entry: Entry, one: Adoption) -> str:
    """Why a study that asks about such laws says nothing of this one."""
    return entry.left_out.get(one.unit) or _outside(entry, one) or "the country is not on the panel"


def kind_words(intervention: Intervention) -> str:
    """What a kind of law is called: the register's words without what stands in brackets or after a colon.

    >>> kind_words(Intervention(says="law against buying sex in part: from a person known to be forced", tactic="t",
    ...     adoptions=()))
    'law against buying sex in part'
    """
    return re.split(r":| \(", intervention.says)[0].strip()
