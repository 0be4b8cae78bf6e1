"""The site: every study with its answer, what is studied where, and nothing that needs a network."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from evaluation.reporting.site.countries import Seen, countries
from evaluation.reporting.site.entry import Entry
from evaluation.reporting.site.laws import laws_here
from evaluation.reporting.site.write import PAGES, write_site
from evaluation.terms import Adoption, Intervention, Strength
from evaluation.terms.portfolio import NextStepLine, Pooled, Portfolio
from tests.browser.made_site import facts, made_entries, made_portfolio

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def entries() -> list[Entry]:
    return made_entries()


@pytest.fixture(scope="module")
def pages(entries, tmp_path_factory) -> dict[str, str]:
    """Every page of the site, by file."""
    out = tmp_path_factory.mktemp("reports")
    assert write_site(entries, made_portfolio(entries), facts(ROOT), out) == out / "index.html"
    return {name: (out / name).read_text(encoding="utf-8") for name, _ in PAGES}


def embedded(page: str) -> dict[str, object]:
    """What the scripts of a page read."""
    found = re.findall(r'<script type="application/json" id="(\w+)">(.*?)</script>', page, re.DOTALL)
    return {name: json.loads(text) for name, text in found}


def test_the_index_lists_every_study_simulated_ones_last(pages):
    page = pages["index.html"]
    places = [page.index(title) for title in ("Closed platforms", "Laws against buying sex", "A made-up grid")]
    assert places == sorted(places)
    assert 'href="made_up/report.html"' in page
    assert "2025-05-01" in page
    assert "\u221214\u202f%" in page
    assert "\u221241 to +28" in page
    assert page.count("SIMULATED") == 1
    assert "2 studies of real figures. 1 of simulated data: it shows what the method finds, and is no evidence." in page


def test_a_withheld_claim_has_no_number(entries, tmp_path):
    held = replace(entries[1], claims=tuple(replace(one, strength=Strength.WITHHELD) for one in entries[0].claims))
    write_site([held], made_portfolio([held]), facts(ROOT), tmp_path)
    index, compare = ((tmp_path / name).read_text() for name in ("index.html", "compare.html"))
    assert 'class="big"' not in index
    assert "withheld" in index
    assert "\u221214" not in compare


def test_without_outlines_the_table_stands_and_says_what_is_missing(entries, tmp_path):
    write_site(entries, made_portfolio(entries), replace(facts(ROOT), outlines=()), tmp_path)
    page = (tmp_path / "map.html").read_text(encoding="utf-8")
    assert "evaluation import natural_earth" in page
    assert "<svg" not in page
    assert "studied: Laws against buying sex" in page


def test_a_site_of_nothing_says_so(tmp_path):
    write_site([], Portfolio(studies=(), tactics=()), facts(ROOT), tmp_path)
    assert "No study has been run yet." in (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "No study has been run yet." in (tmp_path / "compare.html").read_text(encoding="utf-8")
    assert "no study asks about it" in (tmp_path / "map.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [name for name, _ in PAGES])
def test_a_page_asks_for_nothing_and_leads_to_all_others(pages, name):
    page = pages[name]
    own = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    assert re.findall(r'(?:src|href|action)="(?:https?:)?//[^"]*"', own) == []
    assert "@import" not in own
    assert re.findall(r"url\((?!#)", own) == []
    assert "default-src 'none'" in page
    assert "unsafe-eval" not in page
    assert all(f'href="{other}"' in page for other, _ in PAGES)
    assert f'href="{name}" aria-current="page"' in page


def test_what_a_user_wrote_is_escaped_also_where_scripts_read_it(entries, tmp_path):
    bad = replace(entries[0], study=replace(entries[0].study, title="<script>alert(1)</script>"))
    write_site([bad], made_portfolio([bad]), facts(ROOT), tmp_path)
    for name, _ in PAGES:
        assert "<script>alert" not in (tmp_path / name).read_text()


def test_the_filters_offer_what_the_studies_ask_about(pages):
    page = pages["index.html"]
    select = page[page.index('id="filter-tactic"') :].partition("</select>")[0]
    assert re.findall(r'value="(\w+)"', select) == ["retailer_platforms", "consumer_law"]
    assert [*re.findall(r'optgroup label="([^"]+)"', page)] == [
        "Studied",
        "Law in force, not studied",
        "Only compared with",
    ]


def test_a_law_in_force_is_not_a_law_that_is_studied(entries):
    given = facts(ROOT)
    laws = laws_here(given.interventions, given.names, entries)
    seen = {one.unit: one for one in countries(laws, given.names, entries, given.interventions)}
    assert seen["NOR"].seen is Seen.STUDIED
    assert seen["SWE"].seen is Seen.NOT_STUDIED
    assert "in force before the figures begin" in seen["SWE"].note
    assert seen["PRT"].seen is Seen.COMPARED
    assert "only in the comparison" in seen["PRT"].note
    assert seen["SWE"].studies == ()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"within": "the north"}, "it holds in the north only"),
        ({"starts": "2018-01-01"}, "it came after the figures, which end in 2017"),
        ({"starts": "1990", "ends": "2001-01-01"}, "it had ended before the figures"),
        ({"unit": "SWE"}, "in force before the figures begin"),
        ({"unit": "DEU"}, "the country is not on the panel"),
    ],
)
def test_why_a_law_is_not_studied(entries, changes, reason):
    adoption = replace(Adoption(unit="NOR", law="Act", starts="2012-01-01"), **changes)
    register = {"buyer_law": Intervention(says="law", tactic="consumer_law", adoptions=(adoption,))}
    (law,) = laws_here(register, facts(ROOT).names, entries)
    assert law.studied == ()
    assert reason in law.not_studied[0][1]


def test_every_tactic_keeps_its_row(pages):
    for one in facts(ROOT).tactics.values():
        assert one.says[1:].split(";")[0] in pages["theory.html"].replace("&#39;", "'")
    assert "No evidence yet" in pages["theory.html"]
    assert "not 71" in pages["theory.html"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            {"after": 0.31, "net": -2500.0},
            ["probability 0.41 today, 0.31 to expect after it", "EUR \u22122,500 (prices of 2020)"],
        ),
        ({"after": 0.31}, ["probability 0.41 today, 0.31 to expect after it", "nobody has stated what one unit"]),
        ({"unknown": "no error was stated"}, ["probability 0.41 today", "not known: no error was stated"]),
        ({"today": None, "unknown": "withheld"}, ["not known", "not known: withheld"]),
    ],
)
def test_a_next_step_says_what_it_would_be_worth_or_why_that_is_not_known(entries, tmp_path, changes, told):
    given = {"after": None, "value": None, "net": None, "today": 0.41} | changes
    step = NextStepLine(
        study="made_up", simulated=False, name="s", says="a survey", currency="EUR", price_year=2020, **given
    )
    both = replace(made_portfolio(entries), next_steps=(step,))
    write_site(entries, both, facts(ROOT), tmp_path)
    page = (tmp_path / "compare.html").read_text(encoding="utf-8")
    row = page[page.index("A survey") :].partition("</tr>")[0]
    assert [words for words in told if words not in row] == []


def test_outcomes_not_pooled_for_one_reason_share_a_row(entries, tmp_path):
    why = "not pooled: “A” and “B” rest on the same figures, and are one answer told twice"
    names = tuple(entry.study.name for entry in entries[:2])
    made = made_portfolio(entries)
    told = [one.indicator for one in made.studies[0].outcomes]
    refused = tuple(
        Pooled(tactic="consumer_law", indicator=name, studies=names, interval=0.95, refused=why)
        for name in (*told, "another")
    )
    write_site(entries, replace(made, pooled=refused), facts(ROOT), tmp_path)
    page = (tmp_path / "compare.html").read_text()
    assert page.count("one answer told twice") == 1
    row = page.partition("pooled-title")[2].partition("</section>")[0]
    assert [one.label for one in made.studies[0].outcomes if f"<li>{one.label}</li>" not in row] == []


def test_without_next_steps_none_are_announced(pages):
    assert "What to fund next" not in pages["compare.html"]


def test_a_chart_says_what_it_finds(pages):
    drawn = pages["compare.html"].partition('id="chart-effects">')[2].partition("</div>")[0]
    picture, narrow = re.findall(r'<svg role="img" aria-label="([^"]+)"', drawn)
    assert picture == narrow, "a phone is told the same"
    assert "\u221214\u202f% (95\u202f% interval \u221241 to +28\u202f%)" in picture
    world = re.search(r'id="chart-world"><svg role="img" aria-label="([^"]+)"', pages["map.html"])
    assert "In force and studied: Canada, France, Norway." in world.group(1)


def test_no_count_reaches_the_site(pages, entries):
    """All that is embedded are places, years and percentages; whoever adds a column says here what it is."""
    rows = [row for page in pages.values() for rows in embedded(page).get("rows", {}).values() for row in rows]
    keys = {key for row in rows for key in row}
    geography = {"type", "unit", "name", "geometry", "near", "lon", "lat", "small", "country"}
    laws = {"kind", "what", "law", "where", "years", "first", "last", "studied", "told"}
    percents = {"estimate", "lower", "upper", "low", "at", "high", "claimed", "x"}
    words = {"title", "lines", "place", "simulated", "strength"}
    assert keys <= geography | laws | percents | words
    assert all("lower" not in one.study.name for one in entries)


def test_pages_stay_light(pages):
    assert {name: len(page.encode()) for name, page in pages.items() if len(page.encode()) > 2_000_000} == {}
