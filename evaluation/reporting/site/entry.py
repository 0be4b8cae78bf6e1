"""One finished study as the site knows it: its plan, its claims, who was under which law, and where its pages lie."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import xarray as xr

from evaluation.reporting.funder.page import TECHNICAL_PAGE, funder_name
from evaluation.reporting.language import Language, language_codes
from evaluation.reporting.sections.headline import estimate_of, interval_of, plain
from evaluation.terms import Claim, Intervention, Strength, Study, Tactic
from evaluation.terms.portfolio import TacticLine

OUTSIDE = "outside the theory of change"  # so the register says of a tactic that is not part of it
COUNTRIES = "countries"  # the table of units whose units are countries


@dataclass(frozen=True, kw_only=True)
class Link:
    """A page of a study: what it is called, where it lies (relative to the site), and its language (BCP 47)."""

    words: str
    href: str
    language: str = "en"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One study on the site. Units are names of the study's own panel: countries only where `of_countries`."""

    study: Study
    claims: tuple[Claim, ...]
    finished: str  # when its report was written, as ISO date or time
    links: tuple[Link, ...]  # the full report first
    adopters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # intervention asked about: units under it
    comparison: tuple[str, ...] = ()  # units on the panel that are never under an intervention asked about
    left_out: Mapping[str, str] = field(default_factory=dict)  # unit: why it is not on the panel

    @property
    def overall(self) -> Claim | None:
        """The claim about the question as a whole."""
        return next((claim for claim in self.claims if claim.name == "overall"), None)

    @property
    def strength(self) -> Strength:
        """Of the claim about the question as a whole; withheld where none is made."""
        return Strength.WITHHELD if self.overall is None else self.overall.strength

    @property
    def simulated(self) -> bool:
        """Whether its data are made up."""
        return self.study.simulated or any(claim.simulated for claim in self.claims)

    @property
    def of_countries(self) -> bool:
        """Whether its units are countries, which stand on the map of the world."""
        return self.study.panel.units_of == COUNTRIES and not self.simulated

    @property
    def says(self) -> str:
        """The answer in a sentence."""
        return plain(self.overall) if self.overall else "No claim is made yet."

    @property
    def number(self) -> str:
        """The estimate with its unit; empty where it is withheld."""
        return "" if self._held or self.overall is None else estimate_of(self.overall)

    @property
    def interval(self) -> str:
        """Its interval; empty where it is withheld."""
        return "" if self._held or self.overall is None else interval_of(self.overall)

    @property
    def level(self) -> float:
        """Probability inside the interval."""
        return self.study.report.interval if self.overall is None else self.overall.interval

    @property
    def _held(self) -> bool:
        return self.overall is None or self.strength is Strength.WITHHELD or self.overall.estimate is None

    @property
    def home(self) -> str:
        """Where the full report lies."""
        return self.links[0].href

    def tactics(self, interventions: Mapping[str, Intervention]) -> tuple[str, ...]:
        """Names of the tactics whose interventions it asks about."""
        asked = (interventions[name] for name in self.study.question.interventions if name in interventions)
        return tuple(dict.fromkeys(one.tactic for one in asked))

    def actors(self, interventions: Mapping[str, Intervention], tactics: Mapping[str, Tactic]) -> tuple[str, ...]:
        """Actors on whom these tactics act."""
        named = (tactics[name] for name in self.tactics(interventions) if name in tactics)
        return tuple(dict.fromkeys(one.actor.value for one in named))


def entry_of(
    study: Study, claims: Iterable[Claim], design: xr.Dataset, *, finished: str, links: Iterable[Link]
) -> Entry:
    """The entry of a study, from its design: a panel without its counts, so that no count can reach the site.

    `design` has `exposure` over (intervention, unit, time), a coordinate `asked` (intervention), and the attribute
    `left_out` (JSON: unit to reason), as docs/architecture.md has it.
    """
    under = (design["exposure"].transpose("intervention", "unit", "time") > 0).any("time").values
    units = design["unit"].values.astype(str)
    asked = design["asked"].values.astype(bool)
    named = zip(design["intervention"].values.astype(str), under, asked, strict=True)
    adopters = {str(name): tuple(map(str, units[row])) for name, row, wanted in named if wanted}
    beside = units[~under[asked].any(axis=0)] if asked.any() else np.array([], dtype=str)
    return Entry(
        study=study,
        claims=tuple(claims),
        finished=finished,
        links=tuple(links),
        adopters=adopters,
        comparison=tuple(map(str, beside)),
        left_out=json.loads(design.attrs.get("left_out", "{}")),
    )


def page_links(name: str, folder: Path) -> tuple[Link, ...]:
    """The pages of a study that lie in its folder: the full report, then each for funders in its language."""
    report = (folder / TECHNICAL_PAGE).is_file()
    found = [Link(words="Full report", href=f"{name}/{TECHNICAL_PAGE}")] if report else []
    for code in language_codes():
        if (folder / funder_name(code)).is_file():
            words = str(Language(code).say("two-pages"))
            found.append(Link(words=words, href=f"{name}/{funder_name(code)}", language=code))
    return tuple(found)


def outside(tactic: Tactic | TacticLine) -> bool:
    """Whether the register keeps it only so that such laws are never taken for a tactic of the theory of change."""
    return OUTSIDE in tactic.says


def in_order(
    entries: Iterable[Entry], interventions: Mapping[str, Intervention], tactics: Mapping[str, Tactic]
) -> tuple[Entry, ...]:
    """Studies by title: of the theory of change first, then others, those of simulated data last."""

    def place(one: Entry) -> tuple[bool, bool, str]:
        named = [tactics[name] for name in one.tactics(interventions) if name in tactics]
        return one.simulated, all(outside(tactic) for tactic in named), one.study.title

    return tuple(sorted(entries, key=place))
