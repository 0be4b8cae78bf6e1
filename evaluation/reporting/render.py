"""A page as one HTML file that holds everything it needs: no network, every word escaped.

Reports have no script. A page of the site may have some, all of it inside the page; its policy names the checksum of
each, so that a browser runs these and nothing else, and fetches nothing.
"""

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import sha256
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


def render_site_page(
    name: str,
    *,
    site: Sequence[tuple[str, str]],
    scripts: Sequence[str] = (),
    data: Mapping[str, object],
    **given: object,
) -> str:
    """A page of the site as one HTML document; `name` is its file, `site` the file and the words of every page.

    `scripts` are texts of scripts, in their order; `data` are what they read, by the id under which they find it.
    """
    texts = [Markup(text.replace("</script", "<\\/script")) for text in scripts]
    blocks = [("application/json", key, Markup(as_json(value))) for key, value in data.items()]
    shown = {"site": site, "here": name, "scripts": texts, "data": blocks, "policy": Markup(policy(texts))}
    return _render(f"{name}.j2", **shown, **given)


def as_json(value: object) -> str:
    r"""JSON that may stand inside a page: no sign in it can end the element that holds it.

    >>> print(as_json({"says": "</script>", "percent": -11.5}))
    {"says":"\u003c/script>","percent":-11.5}
    """
    written = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return written.replace("<", "\\u003c")


def policy(scripts: Sequence[str]) -> str:
    """The content security policy of a page: its own styles, scripts of these very texts, and nothing from elsewhere.

    >>> policy([])
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    """
    sums = [b64encode(sha256(text.encode()).digest()).decode() for text in scripts]
    allowed = f" script-src {' '.join(f"'sha256-{one}'" for one in sums)};" if sums else ""
    rest = " style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    return f"default-src 'none';{allowed}{rest}"


def script(name: str) -> str:
    """The text of one of our own scripts, by its file's name."""
    return files("evaluation.reporting").joinpath("templates", name).read_text(encoding="utf-8")


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
    styles = {"style": "report.css", "funder_style": "funder.css", "site_style": "site.css"}
    environment.globals.update({name: Markup(texts[file]) for name, file in styles.items()})
    environment.globals.update(signs=SIGNS, narrow=NARROW, report_policy=Markup(policy([])))
    return environment
