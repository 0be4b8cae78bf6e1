"""Write the pages of the site into one folder."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evaluation.reporting.files import write_text
from evaluation.reporting.render import render_site_page, script
from evaluation.reporting.site.charts import scripts_of
from evaluation.reporting.site.compare import compare_page
from evaluation.reporting.site.countries import countries
from evaluation.reporting.site.entry import Entry, in_order
from evaluation.reporting.site.index_page import index_page
from evaluation.reporting.site.laws import LawHere, laws_here
from evaluation.reporting.site.map_page import map_page
from evaluation.reporting.site.outlines import Outline
from evaluation.reporting.site.theory import assertions_table, lead_of, tactics_table
from evaluation.terms import Assertion, Indicator, Intervention, Tactic
from evaluation.terms.portfolio import Portfolio

PAGES: tuple[tuple[str, str], ...] = (
    ("index.html", "Studies"),
    ("theory.html", "Theory of change"),
    ("map.html", "Map of laws"),
    ("compare.html", "Side by side"),
)  # file and words of each, in the order of the menu


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the pages show beside the studies: registers by name, and the countries of the world."""

    interventions: Mapping[str, Intervention]
    tactics: Mapping[str, Tactic]
    indicators: Mapping[str, Indicator]
    assertions: Mapping[str, Assertion]
    names: Mapping[str, str]  # country, ISO 3166-1 alpha-3: its name
    outlines: tuple[Outline, ...] = ()


def write_site(entries: Iterable[Entry], portfolio: Portfolio, facts: Facts, out: Path) -> Path:
    """Write every page of the site into the folder `out`; the first page is returned, and is written last.

    Raises
    ------
    OSError
        When the folder cannot be written to.
    """
    ordered = in_order(entries, facts.interventions, facts.tactics)
    laws = laws_here(facts.interventions, facts.names, ordered)
    write_text(Path(out) / "theory.html", _theory(ordered, portfolio))
    write_text(Path(out) / "map.html", _map(laws, facts))
    write_text(Path(out) / "compare.html", _compare(ordered, portfolio, facts))
    return write_text(Path(out) / "index.html", _index(ordered, laws, facts))


def _index(entries: Sequence[Entry], laws: Sequence[LawHere], facts: Facts) -> str:
    found = countries(laws, facts.names, entries, facts.interventions)
    page = index_page(entries, found, facts.interventions, facts.tactics)
    return render_site_page(
        "index.html",
        site=PAGES,
        scripts=(script("filter.js"),) if entries else (),
        data={"countries": page.countries} if entries else {},
        lead=page.lead,
        entries=page.entries,
        filters=page.filters,
    )


def _theory(entries: Sequence[Entry], portfolio: Portfolio) -> str:
    return render_site_page(
        "theory.html",
        site=PAGES,
        data={},
        lead=lead_of(portfolio),
        tactics=tactics_table(portfolio, entries),
        assertions=assertions_table(portfolio, entries),
    )


def _map(laws: Sequence[LawHere], facts: Facts) -> str:
    page = map_page(laws, facts.interventions, facts.outlines)
    scripts, data = scripts_of(page.charts, page.rows, "map.js")
    return render_site_page("map.html", site=PAGES, scripts=scripts, data=data, **vars(page))


def _compare(entries: Sequence[Entry], portfolio: Portfolio, facts: Facts) -> str:
    page = compare_page(portfolio, entries, facts.tactics)
    charts = (page.chart,) if page.chart else ()
    scripts, data = scripts_of(charts, page.rows, "compare.js")
    return render_site_page("compare.html", site=PAGES, scripts=scripts, data=data, **vars(page))
