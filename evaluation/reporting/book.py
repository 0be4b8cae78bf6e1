"""The book of sections: a section is looked up by its name, in the order in which it was entered."""

from collections.abc import Callable
from importlib import import_module
from importlib.metadata import entry_points

from evaluation.reporting.evidence import Evidence
from evaluation.reporting.page import Section
from evaluation.terms import Problem, StudyError
from evaluation.terms.errors import nearest, refuse_if_any

ENTRY_POINT_GROUP = "evaluation.sections"
OWN = (
    "headline",
    "measured",
    "data",
    "model",
    "rehearsal",
    "computation",
    "checks",
    "effects",
    "event_study",
    "units",
    "displacement",
    "detection",
    "counterfactual",
    "decisions",
    "readings",
    "doubts",
    "provenance",
)
"""The order of a report whose study names none: the answer, then that of the Bayesian analysis reporting guidelines.

Kruschke (2021), Nature Human Behaviour 5, 1282-1291: what was measured and the model; the computation; the posterior;
decisions; sensitivity; how to run it again. docs/guides/reporting.md names the place of each of their items.
"""

Writer = Callable[[Evidence], Section]
_PAGES: dict[str, Writer] = {}


def section(name: str) -> Callable[[Writer], Writer]:
    """Enter a section in the book: a function from the evidence to a Section."""

    def enter(writer: Writer) -> Writer:
        known = _PAGES.get(name)
        if known is not None and known.__module__ != writer.__module__:
            raise ValueError(f"two sections are called '{name}'")
        _PAGES[name] = writer
        return writer

    return enter


def section_names() -> tuple[str, ...]:
    """Names that a study may list under report.sections: our own in their order, then those other packages bring."""
    brought = (point.name for point in entry_points(group=ENTRY_POINT_GROUP))
    return tuple(dict.fromkeys((*OWN, *brought, *_PAGES)))


def check_sections(names: tuple[str, ...], where: str) -> list[Problem]:
    """What is wrong with a study's list of sections."""
    known = section_names()
    return [
        Problem(f"no section is called '{name}'", f"{where}.sections", nearest(name, known))
        for name in names
        if name not in known
    ]


def write_sections(evidence: Evidence) -> tuple[Section, ...]:
    """The sections a study asks for, in its order; all of them where it asks for none.

    Raises
    ------
    StudyError
        One problem for each name that no section has.
    """
    asked = evidence.study.report.sections
    refuse_if_any(check_sections(asked, "report"), StudyError)
    _open()
    return tuple(_PAGES[name](evidence) for name in (asked or section_names()))


def _open() -> None:
    """Import the sections. Late: they draw, and a plan that only checks names need not wait for that."""
    for name in OWN:
        import_module(f"evaluation.reporting.sections.{name}")
    for point in entry_points(group=ENTRY_POINT_GROUP):
        point.load()
