"""A page as one HTML file that holds everything it needs: no script, no network, every word escaped."""

from functools import cache
from importlib.resources import files

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from evaluation.reporting.evidence import Evidence
from evaluation.reporting.funder.parts import FunderPage, Link
from evaluation.reporting.language import plain
from evaluation.reporting.numbers import NARROW
from evaluation.reporting.page import SIMULATED, Answer, Figure, Formula, Heading, Points, Section, Table, Text
from evaluation.terms import Study

# A sign beside every word: a verdict is never told by colour alone.
SIGNS = {
    "PASS": "\u2713",
    "CONCERN": "!",
    "FAIL": "\u2715",
    "UNKNOWN": "?",
    "NOT CHECKED": "\u2013",
    "strong": "\u25cf\u25cf\u25cf",
    "moderate": "\u25cf\u25cf\u25cb",
    "weak": "\u25cf\u25cb\u25cb",
    "withheld": "\u25cb\u25cb\u25cb",
    "certainty-high": "\u25cf",
    "certainty-medium": "\u25d0",
    "certainty-low": "\u25cb",
    "certainty-unknown": "?",
}

_KINDS = {
    Text: "text",
    Heading: "heading",
    Formula: "formula",
    Points: "points",
    Table: "table",
    Figure: "figure",
    Answer: "answer",
}


def render_report(evidence: Evidence, sections: tuple[Section, ...], links: tuple[Link, ...] = ()) -> str:
    """The report as one HTML document, with links to the other pages of the study."""
    return render_page(evidence.study, sections, simulated=evidence.simulated, links=links)


def render_page(
    study: Study,
    sections: tuple[Section, ...],
    *,
    simulated: bool,
    kicker: str = "Evaluation report",
    links: tuple[Link, ...] = (),
) -> str:
    """Sections about one study as one HTML document; `kicker` says above the title what sort of page it is."""
    said = SIMULATED if simulated else ""
    return _render("report.html.j2", study=study, sections=sections, simulated=said, kicker=kicker, links=links)


def render_funder(page: FunderPage) -> str:
    """The funder page as one HTML document."""
    return _render("funder.html.j2", page=page, say=page.language.say)


def render_index(entries: list[dict[str, object]]) -> str:
    """The index page as one HTML document."""
    return _render("index.html.j2", entries=entries)


def badge_class(name: str) -> str:
    """The style-sheet class of a badge.

    >>> badge_class("NOT CHECKED")
    'not-checked'
    """
    return name.lower().replace(" ", "-")


def _set_type(value: object) -> object:
    """A number and its sign of percent never part at the end of a line."""
    return value.replace(" %", f"{NARROW}%") if type(value) is str else value


def _render(template: str, **given: object) -> str:
    return _environment().get_template(template).render(**given) + "\n"


@cache
def _environment() -> Environment:
    texts = {
        one.name: one.read_text(encoding="utf-8")
        for one in files("evaluation.reporting").joinpath("templates").iterdir()
        if one.name.endswith((".j2", ".css"))
    }
    environment = Environment(
        loader=DictLoader(texts), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.finalize = _set_type
    environment.filters["kind"] = lambda block: _KINDS[type(block)]
    environment.filters["svg"] = Markup  # our own drawing: its words were escaped as it was made
    environment.filters["badge"] = badge_class
    environment.filters["plain"] = plain
    styles = {"style": Markup(texts["report.css"]), "funder_style": Markup(texts["funder.css"])}
    environment.globals.update(signs=SIGNS, narrow=NARROW, **styles)
    return environment
