"""The site over all studies, below reports/: built from what their last stages left, never from a fit."""

from pathlib import Path
from typing import TYPE_CHECKING

from evaluation.pipeline.formats import claims_of, decision_of, decode
from evaluation.pipeline.record import read_stage_record
from evaluation.pipeline.run import read_study
from evaluation.pipeline.stages import all_findings, places
from evaluation.pipeline.store import Place, in_our_words
from evaluation.terms.portfolio import Portfolio, StudyResult
from evaluation.terms.world import Source

if TYPE_CHECKING:
    from evaluation.reporting.site.entry import Entry, Link
    from evaluation.reporting.site.write import Facts


def write_site(root: Path) -> Path:
    """Write the site over every study that has a report; runs with overrides are left out. Its first page is returned.

    Raises
    ------
    DataError
        A register, the table of countries or that of outlines is wrong.
    StoreError
        The folder cannot be written to.
    """
    from evaluation.reporting.site.write import write_site as write_pages

    with in_our_words(root / "reports" / "index.html"):
        return write_pages(*studies(root), root / "reports")


def studies(root: Path) -> "tuple[tuple[Entry, ...], Portfolio, Facts]":
    """The finished studies one by one, what they say together, and the facts beside them."""
    from evaluation.conclusions.portfolio import portfolio

    known = facts(root)
    done = [place for place in places(root) if finished(place)]
    together = portfolio(
        [result_of(place) for place in done],
        known.tactics,
        known.interventions,
        assertions=known.assertions,
        indicators=known.indicators,
    )
    return tuple(entry_of(place) for place in done), together, known


def finished(place: Place) -> bool:
    """Whether the site shows it: its report has been written, and it is no run with overrides."""
    return "@" not in place.name and read_stage_record(place, "report") is not None and bool(links_of(place))


def first_page_of(place: Place) -> Path:
    """The page of a study that a reader opens first: the full report, or else one for funders."""
    return place.root / "reports" / links_of(place)[0].href


def result_of(place: Place) -> StudyResult:
    """What a finished study brings into the portfolio; no decision where it was claimed before there were any."""
    decided = place.path("decisions.json")
    return StudyResult(
        study=read_study(place),
        claims=claims_of(decode(place.path("claims.json")), place.key("claims.json")),
        findings=all_findings(place),
        decision=decision_of(decode(decided), place.key("decisions.json")) if decided.exists() else None,
    )


def entry_of(place: Place) -> "Entry":
    """A finished study as the site knows it."""
    from evaluation.reporting.site.entry import entry_of as made_of

    record = read_stage_record(place, "report") or {}
    return made_of(
        read_study(place),
        claims_of(decode(place.path("claims.json")), place.key("claims.json")),
        decode(place.path("design.nc")),
        finished=str(record.get("finished", "")),
        links=links_of(place),
    )


def facts(root: Path) -> "Facts":
    """The registers and the countries that the pages speak of; a project without a world map has a page without one."""
    from evaluation.panel.registers import read_registers
    from evaluation.reporting.site.outlines import read_outline
    from evaluation.reporting.site.write import Facts

    registers = read_registers(root / "data")
    countries, world = (_rows(root, registers.sources.get(name)) for name in ("countries", "world_map"))
    return Facts(
        interventions=registers.interventions,
        tactics=registers.tactics,
        indicators=registers.indicators,
        assertions=registers.assertions,
        names={row["unit"]: row["name"] for row in countries},
        outlines=tuple(read_outline(row) for row in world),
    )


def _rows(root: Path, card: Source | None) -> list[dict[str, str]]:
    from evaluation.panel.tables import read_text_table

    if card is None or not (root / "data" / "raw" / card.file).exists():
        return []
    table = read_text_table(root / "data" / "raw" / card.file)
    return [{str(key): str(value) for key, value in row.items()} for row in table.to_dict("records")]


def links_of(place: Place) -> "tuple[Link, ...]":
    """The full report, then the pages for funders in each language, as far as they have been written."""
    from evaluation.reporting.site.entry import page_links

    return page_links(place.name, place.report)
