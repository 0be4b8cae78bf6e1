"""The funder page of one study in one language: put together, and written as a page and as its Markdown twin."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from evaluation.reporting.evidence import Evidence
from evaluation.reporting.files import write_text
from evaluation.reporting.funder.answer import told
from evaluation.reporting.funder.markdown import funder_markdown
from evaluation.reporting.funder.money import costs
from evaluation.reporting.funder.next_steps import next_steps
from evaluation.reporting.funder.origin import key_of_words, origin
from evaluation.reporting.funder.parts import FunderPage, Link
from evaluation.reporting.funder.pictures import pictures
from evaluation.reporting.funder.saying import Saying
from evaluation.reporting.funder.trust import trust
from evaluation.reporting.funder.unknown import unknown
from evaluation.reporting.language import ENGLISH, Language
from evaluation.reporting.numbers import day
from evaluation.reporting.render import render_funder

TECHNICAL_PAGE = "report.html"


def funder_name(code: str) -> str:
    """The file of the funder page in a language.

    >>> funder_name("en"), funder_name("es")
    ('funder.html', 'funder.es.html')
    """
    return "funder.html" if code == ENGLISH else f"funder.{code}.html"


def funder_links(codes: Sequence[str]) -> tuple[Link, ...]:
    """Links to the funder pages of a study, each named in its own language."""
    return tuple(Link(funder_name(code), Language(code).name, code) for code in codes)


def funder_page(evidence: Evidence, language: Language, links: tuple[Link, ...] = ()) -> FunderPage:
    """One study in one language. It computes nothing: every number is a claim's, a draw's quantile or a finding's."""
    saying = Saying(evidence, language)
    finished = max((str(record.get("finished") or "") for record in evidence.records), default="")
    footer = [saying.say("footer-people"), saying.say("footer-again", command=f"evaluation run {evidence.study.name}")]
    if finished:
        footer.append(saying.say("footer-made", day=language.period(day(finished))))
    return FunderPage(
        language=language,
        title=language.phrase(evidence.study.title),
        question=language.phrase(evidence.study.question.says),
        told=told(saying),
        pictures=pictures(saying),
        parts=(trust(saying), unknown(saying), costs(saying), next_steps(saying), origin(saying)),
        key=key_of_words(saying),
        simulated=evidence.simulated,
        links=links,
        footer=tuple(footer),
    )


def write_funder_pages(evidence: Evidence, codes: Sequence[str], out: Path, *, technical: bool) -> Path:
    """Write the page and its twin in each language; the path of the first page. Each links to all the others.

    Raises
    ------
    OSError
        When the folder cannot be written to.
    """
    phrases: Mapping[str, Mapping[str, str]] = evidence.registers.get("phrases") or {}
    for code in reversed(codes):  # the first last: it is there when all are
        language = Language(code, phrases.get(code, {}))
        others = [link for link in funder_links(codes) if link.code != code]
        report = [Link(TECHNICAL_PAGE, language.say("technical-page"), ENGLISH, technical=True)] * technical
        page = funder_page(evidence, language, (*others, *report))
        path = Path(out) / funder_name(code)
        write_text(path.with_suffix(".md"), funder_markdown(page))
        written = write_text(path, render_funder(page))
    return written
