"""The funder pages as files: self-contained, linked to each other, escaped, and two pages when printed."""

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from evaluation.reporting.evidence import Evidence
from evaluation.reporting.funder.page import funder_name, funder_page, write_funder_pages
from evaluation.reporting.language import Language
from evaluation.reporting.report import first_page, write_report
from evaluation.terms import Finding, ReportPlan, Verdict, read_record, write_record
from evaluation.terms.errors import StudyError
from tests.unit.reporting.funder_cases import CASES, DECISION, evidence_of

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PAPERS = {"letter": (612, 792), "a4": (595, 842)}


def write(evidence: Evidence, out: Path) -> Path:
    return write_report(
        evidence.study,
        evidence.registers,
        evidence.panel,
        evidence.effect,
        evidence.variants,
        evidence.findings,
        evidence.claims,
        evidence.records,
        out,
    )


def asking(evidence: Evidence, **report: object) -> Evidence:
    return replace(evidence, study=replace(evidence.study, report=ReportPlan(**report)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("audience", "pages", "first"),
    [
        (
            "everyone",
            {"report.html", "report.md", "funder.html", "funder.md", "funder.es.html", "funder.es.md"},
            "report.html",
        ),
        ("technical", {"report.html", "report.md"}, "report.html"),
        ("funder", {"funder.html", "funder.md", "funder.es.html", "funder.es.md"}, "funder.html"),
    ],
)
def test_an_audience_gets_its_pages_and_no_others(audience, pages, first, evidence, tmp_path):
    asked = asking(evidence, audience=audience)
    assert write(asked, tmp_path).name == first == first_page(asked.study)
    assert {path.name for path in tmp_path.iterdir() if path.is_file()} == pages


def test_a_doubt_is_said_before_its_badge_and_a_source_begins_with_a_capital(evidence, tmp_path):
    cited = {name: replace(one, citation="made up for a test") for name, one in evidence.registers["sources"].items()}
    write(replace(evidence, registers={**evidence.registers, "sources": cited}), tmp_path)
    page = (tmp_path / "funder.html").read_text(encoding="utf-8")
    assert '<span lang="en">Made up for a test.</span>' in page
    doubts = re.findall(r"<li>(.*?)</li>", page[page.index('id="trust"') :].partition("</ul>")[0])
    assert doubts
    assert all(re.match(r"[A-Z][^<]+\. <span class=\"badge", one) for one in doubts), doubts


def test_each_page_links_to_the_others_that_are_written_and_to_no_others(evidence, tmp_path):
    write(evidence, tmp_path)
    for name in ("report.html", "funder.html", "funder.es.html"):
        page = (tmp_path / name).read_text(encoding="utf-8")
        linked = set(re.findall(r'<a href="([\w.]+\.html)"', page))
        assert linked == {"report.html", "funder.html", "funder.es.html"} - {name}
    alone = asking(evidence, audience="funder", languages=("es",))
    write(alone, tmp_path / "alone")
    assert "report.html" not in (tmp_path / "alone" / "funder.es.html").read_text(encoding="utf-8")


def test_a_page_says_its_language_and_that_of_its_twin(evidence, tmp_path):
    write(evidence, tmp_path)
    spanish = (tmp_path / "funder.es.html").read_text(encoding="utf-8")
    assert '<html lang="es">' in spanish
    assert '<link rel="alternate" hreflang="en" href="funder.html">' in spanish
    assert '<a href="funder.html" lang="en" hreflang="en">English</a>' in spanish


def test_words_without_a_translation_are_quoted_and_marked_as_english(evidence):
    page = funder_page(evidence, Language("es"))
    assert page.title == '<span lang="en">“Laws against buying sex and trafficking figures”</span>'
    assert page.untranslated
    assert not funder_page(evidence, Language("en")).untranslated


@pytest.mark.parametrize("code", ["en", "es"])
def test_a_page_holds_everything_it_needs_and_no_script(code, evidence, tmp_path):
    write(evidence, tmp_path)
    page = (tmp_path / funder_name(code)).read_text(encoding="utf-8")
    assert "<script" not in page
    assert re.findall(r'(?:src|href)="(?!#|funder|report)[^"]*"', page) == []
    assert not re.search(r"url\(|@import|https?://", page)
    assert len(page) < 200_000


def test_names_and_money_are_escaped(evidence):
    wrong = {**DECISION, "worth_by": "<b>x</b>", "refused": ""}
    held = replace(evidence_of("sure"), registers={**evidence_of("sure").registers, "decision": wrong})
    page = funder_page(held, Language("en"))
    costs = next(part for part in page.parts if part.name == "costs")
    assert "&lt;b&gt;x&lt;/b&gt;" in costs.sentences[2]


@pytest.mark.parametrize("case", CASES)
def test_each_picture_says_what_it_shows(case):
    page = funder_page(evidence_of(case), Language("en"))
    assert bool(page.pictures) is (CASES[case] is not None)
    for picture in page.pictures:
        (told,) = re.findall(r"<desc[^>]*>([^<]*)</desc>", picture.svg)
        assert re.search(r"\d", told)
        assert len(told) > 40


def test_simulated_data_are_called_so_in_both_languages(make: SimpleNamespace, tmp_path):
    evidence = make.evidence(study=make.study(simulated=True))
    write_funder_pages(evidence, ("en", "es"), tmp_path, technical=False)
    for name, mark in (("funder.html", "SIMULATED"), ("funder.es.html", "SIMULADO")):
        for file in (name, name.replace(".html", ".md")):
            assert mark in (tmp_path / file).read_text(encoding="utf-8")


def test_a_check_that_no_message_knows_is_quoted(evidence):
    strange = Finding(
        check="of_a_package", family="other", assumption="x", verdict=Verdict.FAIL, says="Something <i>odd</i>."
    )
    trust = next(
        part
        for part in funder_page(replace(evidence, findings=(strange,)), Language("en")).parts
        if part.name == "trust"
    )
    assert str(trust.points[0].words) == "A further check reports: “Something &lt;i&gt;odd&lt;/i&gt;.”"


def test_two_checks_that_raise_one_doubt_say_it_once(evidence):
    fits = [
        Finding(check=name, family="fit", assumption=name, verdict=Verdict.CONCERN, says="x")
        for name in ("predictive_size", "loo_pit", "pareto_k")
    ]
    parts = funder_page(replace(evidence, findings=tuple(fits)), Language("en")).parts
    trust = next(part for part in parts if part.name == "trust")
    assert len(trust.points) == 2


def test_plans_written_before_there_were_funder_pages_still_read():
    old = {"audience": "evaluator", "interval": 0.95, "sections": []}
    assert read_record(ReportPlan, old, "report").pages == ("technical", "funder")
    assert write_record(ReportPlan())["audience"] == "everyone"


def test_an_unknown_audience_and_no_language_are_refused_together():
    with pytest.raises(StudyError) as caught:
        read_record(ReportPlan, {"audience": "funders", "languages": []}, "report")
    assert [str(problem) for problem in caught.value.problems] == [
        "report.audience: audience is 'funders'; did you mean 'funder'?",
        "report.languages: no language is named; write [en], or [en, es]",
    ]


def longest() -> Evidence:
    """An answer with every line there can be, its banner and its longest names."""
    evidence = evidence_of("probable")
    names = ("net", "latent:market", f"difference:{evidence.outcomes[0]}", "assertion:demand_falls_60")
    more = [replace(evidence.claims[0], name=name, unit="probability" if ":d" in name else "percent") for name in names]
    claims = (*evidence.claims, *more[:3], replace(more[3], estimate=0.4))
    question = replace(evidence.study.question, assertions=("demand_falls_60",))
    study = replace(evidence.study, question=question, simulated=True, truth={"overall": -12.0})
    long = (
        "homicides of every kind, whether or not anybody was charged, that were made known to the police of a country"
    )
    entry = replace(evidence.registers["indicators"][evidence.outcomes[0]], says=long)
    registers = {**evidence.registers, "decision": DECISION}
    registers["indicators"] = {**registers["indicators"], evidence.outcomes[0]: entry}
    panel = evidence.panel.assign_coords(indicator_says=("indicator", [long, "forced labour"]))
    return replace(evidence, study=study, claims=claims, registers=registers, panel=panel)


def printed(page: Path, paper: str) -> bytes:
    """The page as a PDF on that paper, by a browser."""
    text = page.read_text(encoding="utf-8").replace("@page { size: auto;", f"@page {{ size: {paper};")
    file = page.with_name(f"{page.stem}.{paper}.html")
    file.write_text(text, encoding="utf-8")
    out = file.with_suffix(".pdf")
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", f"--print-to-pdf={out}"]
    subprocess.run([str(CHROMIUM), *options, file.as_uri()], check=True, capture_output=True, timeout=120)
    return out.read_bytes()


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="no browser to print with: make browser")
@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize(
    ("case", "code", "pages"), [("harmful", "es", 2), ("open", "en", 2), ("longest", "es", 2), ("withheld", "es", 1)]
)
def test_a_page_prints_on_two_sheets_of_either_paper(case, code, pages, paper, tmp_path):
    evidence = longest() if case == "longest" else evidence_of(case)
    evidence = replace(evidence, registers={**evidence.registers, "decision": DECISION})
    write_funder_pages(evidence, (code,), tmp_path, technical=True)
    pdf = printed(tmp_path / funder_name(code), paper)
    assert len(re.findall(rb"/Type\s*/Page[^s]", pdf)) == pages
    (width, height) = (round(float(one)) for one in re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", pdf)[0])
    assert (width, height) == PAPERS[paper]
