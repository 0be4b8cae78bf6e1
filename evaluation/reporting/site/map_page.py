"""The map page: which law is in force where, and whether a study here says what it did."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from evaluation.conclusions.words import capital
from evaluation.reporting.site.charts import Chart
from evaluation.reporting.site.entry import Entry
from evaluation.reporting.site.laws import LawHere, kind_words
from evaluation.reporting.site.map_chart import law_rows, maps, world_rows
from evaluation.reporting.site.outlines import Outline
from evaluation.reporting.site.stacked import Group, Item, Line, Stacked, line, lines
from evaluation.terms import Intervention

COLUMNS = ("Country", "Law", "In force", "Date", "Studied?")
EARLIEST = 1995  # the years to choose from begin here: of regimes older than that only 'since before' is known
NOTE = (
    "Laws are those of this project's register; a country without a colour may have one that is not registered, and "
    "treaties and directives that bind several states are not on the map. A law in a part of a country colours all "
    "of it. Outlines: Natural Earth, which draws borders as they are held in fact; that is no statement about whom a "
    "place belongs to. Small countries are marked with a dot on the map of the world."
)


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of law: its name in the register, what it is called, how many there are, and all of them."""

    name: str
    words: str
    counted: str
    laws: Stacked


@dataclass(frozen=True, kw_only=True)
class MapPage:
    """What the template shows, and the rows that the maps share."""

    kinds: tuple[Kind, ...]
    kind: str
    first_year: int
    year: int
    says: str
    caption: str
    note: str
    charts: tuple[Chart, ...] = ()
    rows: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)


def map_page(
    laws: Sequence[LawHere], interventions: Mapping[str, Intervention], outlines: Sequence[Outline]
) -> MapPage:
    """The page of these laws. It opens on the kind of law that is studied most, in the latest year registered."""
    names = {law.intervention: capital(kind_words(interventions[law.intervention])) for law in laws}
    ordered = {name: names[name] for name in interventions if name in names}  # as in the register
    if not ordered:
        return MapPage(kinds=(), kind="", first_year=0, year=0, says="", caption="", note=NOTE)
    kind = max(ordered, key=lambda name: sum(bool(law.studied) for law in laws if law.intervention == name))
    year = max(max(law.first_year for law in laws), EARLIEST)
    says = says_of(laws, kind, ordered[kind], year)
    known = {one.unit: one for one in outlines if one.unit}
    rows = {"world": world_rows(outlines), "laws": law_rows(laws, known, ordered)}
    return MapPage(
        kinds=tuple(
            _kind(name, words, [law for law in laws if law.intervention == name]) for name, words in ordered.items()
        ),
        kind=kind,
        first_year=EARLIEST,
        year=year,
        says=says,
        caption="Countries by kind of law and year: in force, and studied.",
        note=NOTE,
        charts=maps(rows["world"], rows["laws"], kind, year, says) if outlines else (),
        rows=rows,
    )


def says_of(laws: Iterable[LawHere], kind: str, what: str, year: int) -> str:
    """What the map shows, in words; the script of the page says the same of another kind and year."""
    held = [law for law in laws if law.intervention == kind and law.in_force(year)]
    studied = list(dict.fromkeys(law.country for law in held if law.studied))
    others = [law for law in held if law.country not in studied]
    told = dict.fromkeys(f"{law.country} ({law.adoption.within})" if law.in_part else law.country for law in others)
    return (
        f"{what}, {year}. In force and studied: {', '.join(sorted(studied)) or 'none'}. "
        f"In force and not studied: {', '.join(told) or 'none'}."
    )


def _kind(name: str, words: str, laws: Sequence[LawHere]) -> Kind:
    caption = "From when each is in force, how sure that date is, and which study looks at it."
    table = Stacked(caption=caption, columns=COLUMNS, groups=(Group(rows=tuple(_row(law) for law in laws)),))
    studied = sum(bool(law.studied) for law in laws)
    many = "1 law or programme" if len(laws) == 1 else f"{len(laws)} laws and programmes"
    return Kind(name=name, words=words, counted=f"{many}, {studied or 'none'} of them studied", laws=table)


def _row(law: LawHere) -> Line:
    country = f"{law.country}: {law.adoption.within}" if law.in_part else law.country
    sure = law.adoption.certainty.value
    badge = Item(words=f"date: {sure}", badge=f"certainty-{sure}")
    return line(country, law.adoption.law, capital(law.years), badge, _studied(law))


def _studied(law: LawHere) -> Item:
    if law.studied:
        return Item(items=tuple(Item(words=f"studied: {one.study.title}", href=one.home) for one in law.studied))
    several = len(law.not_studied) > 1
    told = [f"not studied{_of(one) if several else ''}: {why}" for one, why in law.not_studied]
    told += [f"not studied, but modelled beside the law that is{_of(one)}" for one in law.beside]
    return lines(told) if told else Item(words="no study asks about it", none=True)


def _of(entry: Entry) -> str:
    return f" in \u201c{entry.study.title}\u201d"
