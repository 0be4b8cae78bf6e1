"""Write the pages of one study: the technical page with the numbers of every figure, and those for funders."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import xarray as xr

from evaluation.reporting.book import write_sections
from evaluation.reporting.evidence import Evidence
from evaluation.reporting.files import write_csv, write_text
from evaluation.reporting.funder.page import TECHNICAL_PAGE, funder_links, funder_name, write_funder_pages
from evaluation.reporting.markdown import render_markdown
from evaluation.reporting.page import Figure, Section, label_simulated, label_withheld
from evaluation.reporting.render import render_report
from evaluation.terms import Claim, Finding, Study
from evaluation.terms.study import FUNDER, TECHNICAL

ESTIMATES = (
    "effects",
    "event_study",
    "units",
    "displacement",
    "detection",
    "counterfactual",
    "readings",
    "doubts",
)  # sections that print what draws say


def write_report(
    study: Study,
    registers_view: Mapping[str, Any],
    panel: xr.Dataset,
    effect: xr.DataTree,
    variants: xr.Dataset | None,
    findings: Iterable[Finding],
    claims: Iterable[Claim],
    records: Iterable[Mapping[str, Any]],
    out: Path,
) -> Path:
    """Write the pages a study asks for into the folder `out`; the path of the first is returned.

    The technical page is `report.html` with its twin `report.md` and `figures/*.csv`; the funder pages are
    `funder.html`, `funder.es.html` and so on, each with its twin. `registers_view` maps sources, indicators, tactics,
    interventions and assertions to records by name, and breaks to a sequence; it may also hold `assumes` (the names of
    the model's assumptions), `questioned` (cells not used, each with its reason), `registered` (when the plan was
    locked, and each deviation since), `phrases` (translations by language) and `decision` (what was made of costs). A
    node of the effect that is not there is said to be missing on the page.

    Raises
    ------
    StudyError
        When the study asks for a section that does not exist.
    OSError
        When the folder cannot be written to.
    """
    evidence = Evidence(
        study=study,
        registers=registers_view,
        panel=panel.load(),
        effect=effect,
        variants=variants,
        findings=tuple(findings),
        claims=tuple(claims),
        records=tuple(records),
    )
    asked, written = study.report.pages, []
    if TECHNICAL in asked:
        written.append(_write_technical(evidence, Path(out), FUNDER in asked))
    if FUNDER in asked:
        codes = study.report.languages
        written.append(write_funder_pages(evidence, codes, Path(out), technical=TECHNICAL in asked))
    return written[0]


def first_page(study: Study) -> str:
    """The file a reader of a study's report opens first: the technical page, or else the first page for funders."""
    return TECHNICAL_PAGE if TECHNICAL in study.report.pages else funder_name(study.report.languages[0])


def _write_technical(evidence: Evidence, out: Path, funder: bool) -> Path:
    sections = write_sections(evidence)
    if evidence.withheld:
        sections = tuple(label_withheld(one) if _estimates(one) else one for one in sections)
    if evidence.simulated:
        sections = tuple(label_simulated(section) for section in sections)
    for section in sections:
        for figure in section.figures:
            shown = _with_mark(figure, evidence.withheld) if section.name in ESTIMATES else figure
            write_csv(out / "figures" / f"{figure.name}.csv", shown.columns, shown.rows)
    links = funder_links(evidence.study.report.languages) if funder else ()
    write_text(out / "report.md", render_markdown(evidence, sections))
    # last: the page is there when all is
    return write_text(out / TECHNICAL_PAGE, render_report(evidence, sections, links))


def _estimates(section: Section) -> bool:
    """Whether it prints what draws say: one of those that do, unless there was nothing to print."""
    return section.name in ESTIMATES and not (section.name in {"displacement", "detection"} and not section.tables)


def _with_mark(figure: Figure, withheld: bool) -> Figure:
    """The figure with a last column that says of each row whether it is withheld: a file is read without its page."""
    mark = str(withheld).lower()
    return replace(figure, columns=(*figure.columns, "withheld"), rows=tuple((*row, mark) for row in figure.rows))
