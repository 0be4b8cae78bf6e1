"""The page: whole, self-contained, escaped, labelled, and with the same numbers as its Markdown twin."""

import csv
import json
import re
import time
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import xarray as xr

from evaluation.conclusions.claims import claim
from evaluation.reporting.book import OWN
from evaluation.reporting.evidence import Evidence
from evaluation.reporting.report import write_report
from evaluation.terms import DisclosurePlan, ReportPlan, Strength, StudyError, Verdict
from evaluation.terms.panel import Status

VOID = {"meta", "link", "br", "hr", "img", "input"}


class Page(HTMLParser):
    """Reads a page and keeps what the tests ask about; complains about a tag that closes nothing."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.words: dict[str, list[str]] = {}
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data: str) -> None:
        for tag in set(self.open):
            self.words.setdefault(tag, []).append(data)

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]


def write(evidence: Evidence, out: Path) -> str:
    path = write_report(
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
    return path.read_text(encoding="utf-8")


@pytest.fixture
def page(evidence: Evidence, tmp_path: Path) -> str:
    return write(evidence, tmp_path)


def blocks(text: str, tag: str) -> list[str]:
    return re.findall(rf"<{tag}[ >].*?</{tag}>", text, flags=re.DOTALL)


def test_html_is_well_formed(page: str) -> None:
    read = Page(page)
    assert not read.wrong
    assert not read.open
    identifiers = [attributes["id"] for _, attributes in read.tags if "id" in attributes]
    assert len(identifiers) == len(set(identifiers))


def test_page_holds_everything_it_needs(page: str) -> None:
    read = Page(page)
    assert not read.all("script")
    assert not read.all("link")
    assert not read.all("img")
    assert not read.all("iframe")
    loaded = [
        value for _, attributes in read.tags for name, value in attributes.items() if name in {"src", "srcset", "href"}
    ]
    assert loaded
    assert not [one for one in loaded if re.match(r"(https?:)?//|data:|javascript:", one)]
    assert "url(" not in page
    assert "@import" not in page


def test_names_are_escaped(page: str) -> None:
    assert "<script" not in page.lower()
    assert "&lt;script&gt;" in page
    assert "$x$" in page


def test_landmarks_language_and_contents(page: str, evidence: Evidence) -> None:
    read = Page(page)
    assert read.all("html")[0]["lang"] == "en"
    assert all(read.all(tag) for tag in ("main", "nav", "header", "footer", "h1"))
    assert read.all("a")[0]["href"] == "#content"
    assert read.all("main")[0]["id"] == "content"
    sections = [attributes["id"] for attributes in read.all("section")]
    assert sections == list(OWN)
    assert {attributes["href"] for attributes in read.all("a")} >= {f"#{name}" for name in sections}


def test_every_picture_has_words(page: str) -> None:
    pictures = blocks(page, "svg")
    assert len(pictures) > 30
    for picture in pictures:
        name, text = (re.search(rf'<{tag} id="(\w+)">(.*?)</{tag}>', picture) for tag in ("title", "desc"))
        assert name
        assert text
        assert f'aria-labelledby="{name.group(1)} {text.group(1)}"' in picture
        assert 'role="img"' in picture
        assert len(text.group(2)) > 40
        assert re.search(r"\d", text.group(2))


def test_every_table_has_a_caption_and_scoped_headers(page: str) -> None:
    tables = blocks(page, "table")
    assert len(tables) > 12
    for table in tables:
        assert re.search(r"<caption>\S", table)
        assert table.count("<th ") == table.count('<th scope="') > 0
        assert all(
            '<th scope="row"' in row or 'scope="rowgroup"' in row or 'scope="col"' in row for row in blocks(table, "tr")
        )


def test_headline_prints_only_numbers_of_the_claim(page: str, evidence: Evidence) -> None:
    answer = page[page.index('<div class="answer">') : page.index("What this rests on")]
    words = re.sub(r"<svg.*?</svg>|<[^>]+>", " ", answer, flags=re.DOTALL)
    claim = evidence.claims[0]
    printed = {number.replace("\u2212", "-").lstrip("+") for number in re.findall(r"[\u2212+]?\d+(?:\.\d+)?", words)}
    allowed = {f"{claim.estimate:.0f}", f"{claim.lower:.0f}", f"{claim.upper:.0f}", "95", "20", "-20"}
    allowed |= {f"{value:.2f}" for value in claim.probabilities.values()}
    allowed |= set(re.findall(r"\d+(?:\.\d+)?", " ".join([claim.says, *claim.reasons])))
    assert printed <= allowed
    assert "\u221214\u202f%" in answer
    assert "\u221241 to +28" in answer


def test_a_withheld_claim_prints_no_number(make: SimpleNamespace, tmp_path: Path) -> None:
    claims = (
        replace(make.claims()[0], strength=Strength.WITHHELD, says="The sampler did not converge."),
        *make.claims()[1:],
    )
    page = write(make.evidence(claims=claims), tmp_path)
    answer = page[page.index('<div class="answer">') : page.index("What this rests on")]
    assert "withheld" in answer
    assert "\u221214" not in answer
    assert "<svg" not in answer


def test_markdown_twin_carries_the_headline_and_every_table(page: str, evidence: Evidence, tmp_path: Path) -> None:
    twin = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert "\u221214\u202f%" in twin
    assert "\u221241 to +28" in twin
    assert evidence.claims[0].says in twin
    assert twin.count("*Table. ") == len(blocks(page, "table"))
    assert twin.count("*Figure. ") == len(blocks(page, "figure"))
    assert "\\<script\\>" in twin or "\\<script" in twin
    cells = re.findall(r'<td class="number">([^<]+)</td>', page)
    assert cells
    assert all(cell.replace("&lt;", "\\<") in twin for cell in cells)


def test_numbers_of_every_figure_lie_beside_the_page(page: str, evidence: Evidence, tmp_path: Path) -> None:
    names = set(re.findall(r'href="figures/(\w+)\.csv"', page))
    assert names == {path.stem for path in (tmp_path / "figures").glob("*.csv")}
    assert len(names) >= 6
    with (tmp_path / "figures" / "effects.csv").open() as stream:
        rows = {row["name"]: row for row in csv.DictReader(stream)}
    expected = float(evidence.effect["overall"]["percent"].median())
    assert float(rows["All outcomes together"]["estimate_percent"]) == pytest.approx(expected, rel=1e-4)


def test_table_numbers_are_those_of_the_draws(page: str, evidence: Evidence) -> None:
    percent = evidence.effect["indicator"]["percent"].sel(indicator="prosecuted")
    low, middle, high = percent.quantile([0.025, 0.5, 0.975]).values
    row = next(one for one in blocks(page, "tr") if "Persons prosecuted for trafficking<" in one)
    printed = row.replace("\u2212", "-").replace("\u202f", "")
    assert f"{middle:+.0f}%" in printed
    assert f"{low:+.0f} to {high:+.0f}" in printed


def test_simulated_is_said_in_every_caption(make: SimpleNamespace, tmp_path: Path) -> None:
    page = write(make.evidence(study=make.study(simulated=True)), tmp_path)
    captions = [*blocks(page, "caption"), *blocks(page, "figcaption")]
    assert len(captions) > 15
    assert all("Simulated data" in caption for caption in captions)
    assert 'class="simulated"' in page
    assert "SIMULATED" in (tmp_path / "report.md").read_text(encoding="utf-8")


def test_real_data_are_not_called_simulated(page: str) -> None:
    assert "Simulated data" not in page
    assert 'class="simulated"' not in page


def test_truth_stands_beside_the_estimate(make: SimpleNamespace, tmp_path: Path) -> None:
    study = make.study(truth={"overall": -22.22}, simulated=True)
    page = write(make.evidence(study=study), tmp_path)
    assert "The truth: \u221222.2" in page
    assert ">Truth</th>" in page
    published = write(make.evidence(study=make.study(truth={"overall": -22.22})), tmp_path / "b")
    assert "The published answer: \u221222.2" in published


def test_truth_of_a_simulated_panel_is_weighted_by_its_counts(make: SimpleNamespace, tmp_path: Path) -> None:
    study = make.study(simulated=True)
    panel = make.panel(study)
    truth = xr.where(panel.exposure.sel(intervention="buyer_law", drop=True) > 0, -0.5, 0.0) * xr.ones_like(
        panel.lower.fillna(0)
    )
    evidence = make.evidence(study=study, panel=panel.assign(truth=truth.transpose("indicator", "unit", "time")))
    assert "The truth: \u221239.3" in write(evidence, tmp_path)  # 100 (exp(-0.5) - 1)


@pytest.mark.parametrize(
    "name",
    [
        "overall",
        "indicator",
        "unit",
        "indicator_unit",
        "cohort",
        "event_time",
        "indicator_event_time",
        "time",
        "next_unit",
        "leads",
        "counterfactual",
    ],
)
def test_a_missing_node_is_said_not_fatal(name: str, make: SimpleNamespace, tmp_path: Path) -> None:
    study = make.study()
    effect = make.effect(make.panel(study), study)
    del effect[name]
    read = Page(write(make.evidence(effect=effect), tmp_path))
    assert not read.wrong
    assert len(read.all("section")) == len(OWN)


def test_a_study_without_anything_estimated_still_has_a_report(make: SimpleNamespace, tmp_path: Path) -> None:
    page = write(make.evidence(effect=xr.DataTree(), variants=None, findings=(), claims=(), records=()), tmp_path)
    for words in (
        "The effect was not estimated.",
        "No claim is made",
        "were not fitted",
        "fitted once",
        "left no records",
    ):
        assert words in page
    assert page.count("NOT CHECKED") >= 10


def test_missing_variant_is_named(page: str) -> None:
    assert "Asked for but not fitted: From the date of enforcement." in page


def test_sections_follow_the_study(make: SimpleNamespace, tmp_path: Path) -> None:
    study = make.study(report=ReportPlan(sections=("checks", "headline")))
    read = Page(write(make.evidence(study=study), tmp_path))
    assert [attributes["id"] for attributes in read.all("section")] == ["checks", "headline"]


def test_unknown_section_is_refused_with_the_nearest_name(make: SimpleNamespace, tmp_path: Path) -> None:
    study = make.study(report=ReportPlan(sections=("headlin", "chekcs")))
    with pytest.raises(StudyError) as caught:
        write(make.evidence(study=study), tmp_path)
    assert "'headline'" in str(caught.value)
    assert "'checks'" in str(caught.value)
    assert not list(tmp_path.iterdir())


def small_counts(make: SimpleNamespace, published: bool) -> Evidence:
    study = make.study(disclosure=DisclosurePlan(smallest_cell=5, published=published))
    panel = make.panel(study)
    unit = {"indicator": "prosecuted", "unit": "U00"}
    panel["lower"].loc[unit] = panel["upper"].loc[unit] = 3.0
    panel["status"].loc[unit] = int(Status.EXACT)
    return make.evidence(study=study, panel=panel)


@pytest.mark.parametrize(("published", "lower", "upper"), [(True, "3", "3"), (False, "1", "4")])
def test_small_counts_are_hidden_unless_public(
    published: bool, lower: str, upper: str, make: SimpleNamespace, tmp_path: Path
) -> None:
    page = write(small_counts(make, published), tmp_path)
    with (tmp_path / "figures" / "counterfactual.csv").open() as stream:
        rows = [row for row in csv.DictReader(stream) if row["unit"] == "U00" and row["indicator"] == "prosecuted"]
    assert {(row["lower"], row["upper"]) for row in rows} == {(lower, upper)}
    assert (": 3 persons" in page) is published


def test_low_certainty_and_left_out_are_shown(page: str) -> None:
    assert "1 with low certainty" in page
    assert "certainty-low" in page
    assert "No year reported before the law" in page
    assert "ZZZ" in page
    assert "less than its parts" in page
    assert "all referrals are counted" in page


def test_verdicts_are_told_by_sign_and_word(page: str) -> None:
    for name, sign in (
        ("pass", "\u2713"),
        ("concern", "!"),
        ("fail", "\u2715"),
        ("unknown", "?"),
        ("not-checked", "\u2013"),
    ):
        assert re.search(rf'class="badge {name}"><span aria-hidden="true">{re.escape(sign)}</span> [A-Z ]+<', page)


def test_refuted_assertion_shows_its_arithmetic(page: str) -> None:
    assert "refuted by arithmetic: 4.8 of 40.3 is 12\u202f%" in page


def test_sources_and_seed_are_printed(page: str) -> None:
    assert "Nobody (2020), Made-up counts" in page
    assert "abababababab" in page
    assert "0123456789 with changes" in page
    assert "Seed of the study: 7" in page
    assert "pymc 6.3.0" in page


def test_same_evidence_gives_the_same_bytes(make: SimpleNamespace, tmp_path: Path) -> None:
    assert write(make.evidence(), tmp_path / "a") == write(make.evidence(), tmp_path / "b")


def test_large_study_is_quick_and_small(make: SimpleNamespace, tmp_path: Path) -> None:
    study = make.study()
    panel = make.panel(study, units=70, treated=20, periods=15)
    evidence = make.evidence(study=study, panel=panel, effect=make.effect(panel, study))
    start = time.process_time()
    page = write(evidence, tmp_path)
    assert time.process_time() - start < 10
    assert len(page.encode()) < 4_000_000


def test_a_failed_write_leaves_the_old_page(
    evidence: Evidence, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = write(evidence, tmp_path)

    def full(source: object, target: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("evaluation.reporting.files.os.replace", full)
    with pytest.raises(OSError, match="No space"):
        write(evidence, tmp_path)
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == old
    assert not list(tmp_path.rglob("*.part"))


def test_questioned_reasons_may_come_with_the_panel(make: SimpleNamespace, tmp_path: Path) -> None:
    study = make.study()
    panel = make.panel(study)
    told = [{"indicator": "convicted", "unit": "U00", "period": "2013", "found": "9", "reason": "more than were tried"}]
    panel.attrs["questioned"] = json.dumps(told)
    registers = {name: value for name, value in make.registers().items() if name != "questioned"}
    assert "more than were tried" in write(make.evidence(study=study, panel=panel, registers=registers), tmp_path)


def test_a_claim_is_told_without_what_stands_beside_it(make: SimpleNamespace, tmp_path: Path) -> None:
    says = (
        "It was 14 % lower (95 % interval 41 % lower to 28 % higher; probability of a fall 0.78). Strength: weak. Why."
    )
    claims = (replace(make.claims()[0], says=says), *make.claims()[1:])
    page = write(make.evidence(claims=claims), tmp_path)
    assert '<p class="says">It was 14\u202f% lower.</p>' in page


MARK = "withheld: not a finding"
ESTIMATES = ("effects", "event_study", "units", "counterfactual", "readings")


def failed(make: SimpleNamespace) -> Evidence:
    """The claims that the conclusions make of draws from a sampler that failed."""
    finding = replace(make.findings()[0], verdict=Verdict.FAIL, says="The chains do not agree.")
    return concluded(make, findings=(finding, *make.findings()[1:]))


def concluded(make: SimpleNamespace, **changes: Any) -> Evidence:
    evidence = make.evidence(**changes)
    assertions = {name: make.registers()["assertions"][name] for name in evidence.study.question.assertions}
    given = evidence.study, evidence.effect, evidence.findings, evidence.variants, assertions, ("made_up_counts",)
    return replace(evidence, claims=claim(*given))


def sections_of(page: str) -> dict[str, str]:
    return dict(re.findall(r'<section id="(\w+)".*?</h2>(.*?)</section>', page, flags=re.DOTALL))


def test_every_row_of_withheld_numbers_says_so(make: SimpleNamespace, tmp_path: Path) -> None:
    evidence = failed(make)
    assert evidence.withheld
    parts = sections_of(write(evidence, tmp_path))
    marked = 0
    for name in ESTIMATES:
        assert parts[name].count("The sampler failed its checks") == 1
        rows = [row for table in blocks(parts[name], "tbody") for row in blocks(table, "tr")]
        shown = [row for row in rows if re.search(r"[\u2212+]\d+\u202f%", row)]
        assert all(MARK in row for row in shown)
        marked += len(shown)
        titles = re.findall(r'<p class="panel-title"[^>]*>([^<]+)<', parts[name])
        assert titles
        assert all(MARK in title for title in titles)
    assert marked > 40
    table = next(one for one in blocks(parts["readings"], "table") if "R-hat" in one)
    assert MARK not in table  # how a fit was sampled is a finding


def test_no_picture_prints_a_withheld_number(make: SimpleNamespace, tmp_path: Path) -> None:
    write(failed(make), tmp_path / "held")
    parts = sections_of((tmp_path / "held" / "report.html").read_text(encoding="utf-8"))
    for name in ("effects", "units", "readings"):
        for picture in blocks(parts[name], "svg"):
            if "<title" in picture and "how plausible" not in picture:
                words = re.findall(r"<text[^>]*>([^<]+)</text>", picture)
                assert MARK in words
                assert not [one for one in words if "%" in one]
            assert MARK in re.search(r"<desc[^>]*>(.*?)</desc>", picture, flags=re.DOTALL).group(1)  # type: ignore[union-attr]


def test_sentences_and_headline_quote_no_withheld_number(make: SimpleNamespace, tmp_path: Path) -> None:
    evidence = failed(make)
    says = sections_of(write(evidence, tmp_path))["headline"]
    words = re.sub(r"<svg.*?</svg>|<[^>]+>", " ", says, flags=re.DOTALL)
    printed = set(re.findall(r"[\u2212+]\d+|\d+\u202f% (?:lower|higher)", words))
    assert not printed
    assert "withheld" in words
    row = next(one for one in blocks(sections_of(write(evidence, tmp_path))["effects"], "tr") if "demand by at" in one)
    assert "withheld" in row
    assert not re.search(r"0\.\d", row)


def test_what_checks_saw_in_withheld_draws_is_marked(make: SimpleNamespace, tmp_path: Path) -> None:
    rows = blocks(sections_of(write(failed(make), tmp_path))["checks"], "tr")
    assert "rests on a failed sampler" in next(row for row in rows if "The leads are wide" in row)
    assert "rests on a failed sampler" not in next(row for row in rows if "The chains do not agree" in row)


def test_the_markdown_twin_marks_the_same_rows(make: SimpleNamespace, tmp_path: Path) -> None:
    page = write(failed(make), tmp_path)
    twin = (tmp_path / "report.md").read_text(encoding="utf-8")
    cells = sum(MARK in row for row in blocks(page, "tr"))
    assert cells == sum(MARK in line for line in twin.splitlines() if line.startswith("| "))
    told = [line for line in twin.splitlines() if line.startswith("- Change by indicator")]
    assert told[0].count(MARK) >= 5


@pytest.mark.parametrize("held", [True, False])
def test_files_of_numbers_say_whether_they_are_withheld(held: bool, make: SimpleNamespace, tmp_path: Path) -> None:
    write(failed(make) if held else make.evidence(), tmp_path)
    for name in ESTIMATES:
        with (tmp_path / "figures" / f"{name}.csv").open() as stream:
            assert {row["withheld"] for row in csv.DictReader(stream)} == {str(held).lower()}


def test_nothing_is_marked_where_nothing_is_withheld(make: SimpleNamespace, tmp_path: Path) -> None:
    page = write(concluded(make), tmp_path)
    assert MARK not in page
    assert "failed sampler" not in page


def test_one_number_is_rounded_in_one_way_everywhere(make: SimpleNamespace, tmp_path: Path) -> None:
    study = make.study(question=replace(make.study().question, matters_from=-2.5))
    evidence = concluded(make, study=study)
    page = write(evidence, tmp_path)
    rows = [
        (
            re.findall(r"(\d[\d.,]*)\u202f% (?:lower|higher)", row),
            re.findall(r'class="number">[\u2212+](\d[\d.,]*)', row),
        )
        for row in blocks(sections_of(page)["headline"], "tr")
    ]
    compared = [(words[-1], numbers[0]) for words, numbers in rows if words and numbers]
    assert len(compared) > 10
    assert all(words == numbers for words, numbers in compared)
    assert "matters from \u22122.5\u202f%" in page
    assert "of a fall that matters (2.5\u202f% or more)" in page
    assert "\u22122.5\u202f% or lower" in page
    assert not re.search(r"matters[^<]{0,30}[\u2212+ (]3\u202f%", page)


def test_an_assertion_is_read_in_words_that_fit_its_probability(make: SimpleNamespace, tmp_path: Path) -> None:
    registers = make.registers()
    about = replace(registers["assertions"]["demand_falls_60"], says="it rises by about 8 %", percent=8.0)
    registers["assertions"] = {"rises_8": replace(about, direction="about")}
    study = make.study(question=replace(make.study().question, assertions=("rises_8",)))
    evidence = make.evidence(study=study, registers=registers, claims=())
    row = next(one for one in blocks(write(evidence, tmp_path), "tr") if "It rises by about" in one)
    assert "a rise of 4\u202f% to 16\u202f% (about 8\u202f%: from half of it to double)" in row
    percent = evidence.effect["overall"]["percent"].values
    assert f"{((percent >= 4) & (percent <= 16)).mean():.2f}" in row


def test_the_headline_names_its_outcomes_below(make: SimpleNamespace, tmp_path: Path) -> None:
    answer = sections_of(write(concluded(make), tmp_path))["headline"].split("What else may be said")[0]
    assert "the three outcomes together" in answer
    assert "<dt>Outcomes</dt><dd>Victims of trafficking for sexual exploitation identified, persons" in answer


def test_a_question_about_a_rise_gives_the_probability_of_a_rise(make: SimpleNamespace, tmp_path: Path) -> None:
    study = make.study(question=replace(make.study().question, matters_from=5.0))
    evidence = make.evidence(study=study)
    page = write(evidence, tmp_path)
    assert "Probability of a fall" not in page
    share = float((evidence.effect["unit"]["percent"].sel(unit="U00") > 0).mean())
    row = next(one for one in blocks(sections_of(page)["units"], "tr") if "Country 0<" in one)
    assert f">{share:.2f}<" in row


def test_units_left_out_are_named(make: SimpleNamespace, tmp_path: Path) -> None:
    study = make.study()
    panel = make.panel(study)
    panel.attrs["unit_names"] = json.dumps({"ZZZ": "Zedland"})
    page = write(make.evidence(study=study, panel=panel), tmp_path)
    assert "Zedland" in page
    assert "ZZZ" not in page
    assert "Zedland" in (tmp_path / "report.md").read_text(encoding="utf-8")


def test_a_setting_that_is_empty_is_not_called_none(page: str) -> None:
    row = next(one for one in blocks(page, "tr") if "<code>checks.run</code>" in one)
    assert "not set" in row


def test_negative_numbers_in_findings_have_a_real_minus(make: SimpleNamespace, tmp_path: Path) -> None:
    findings = (replace(make.findings()[1], says="It moves from -13 % to +1 %."), *make.findings())
    page = write(concluded(make, findings=findings), tmp_path)
    assert "from \u221213\u202f% to +1\u202f%" in page
    assert "-13\u202f%" not in page


def test_reasons_hide_small_counts_where_they_are_not_public(make: SimpleNamespace, tmp_path: Path) -> None:
    registers = make.registers()
    registers["questioned"] = [
        {"indicator": "victims_sexual", "unit": "U01", "period": "2015", "found": "3", "reason": "beside a total of 3"}
    ]
    hidden = make.study(disclosure=DisclosurePlan(smallest_cell=5, published=False))
    assert "beside a total of &lt;5" in write(make.evidence(study=hidden, registers=registers), tmp_path / "hidden")
    assert "beside a total of 3" in write(make.evidence(registers=registers), tmp_path / "public")


def test_coverage_of_many_units_opens_with_the_treated(make: SimpleNamespace, tmp_path: Path) -> None:
    study = make.study()
    panel = make.panel(study, units=60)
    page = write(make.evidence(study=study, panel=panel, effect=make.effect(panel, study)), tmp_path)
    data = page[page.index('<section id="data"') : page.index('<section id="checks"')]
    assert "The map of all 60 countries" in data
    assert data.index("Victims sexual</p>") < data.index("<details>") < data.index("Victims sexual, 1 of 2</p>")
