"""The index page: every study with its claim, strength and date; simulated ones last and labelled."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

from evaluation.reporting.index import Entry, write_index
from evaluation.terms import Strength


def entries(make: SimpleNamespace) -> list[Entry]:
    real = Entry(study=make.study(), claims=make.claims(), finished="2025-05-01T10:00:00", link="made_up/report.html")
    held = (replace(make.claims()[0], strength=Strength.WITHHELD, says="Withheld <b>here</b>."),)
    simulated = make.study(name="ads", title="A first title", simulated=True)
    return [Entry(study=simulated, claims=held, finished="2025-05-02", link="ads/report.html"), real]


def test_index_lists_every_study(make: SimpleNamespace, tmp_path: Path) -> None:
    page = write_index(entries(make), tmp_path).read_text(encoding="utf-8")
    assert page.index("Laws against buying sex") < page.index("A first title")  # real ones first
    assert 'href="made_up/report.html"' in page
    assert "2025-05-01" in page
    assert "\u221214\u202f%" in page
    assert "\u221241 to +28" in page
    assert "weak" in page
    assert page.count("SIMULATED") == 1
    assert "&lt;b&gt;" in page
    assert "<script" not in page
    assert "http" not in page


def test_withheld_claim_has_no_number(make: SimpleNamespace, tmp_path: Path) -> None:
    page = write_index(entries(make)[:1], tmp_path).read_text(encoding="utf-8")
    assert 'class="big"' not in page
    assert "withheld" in page


def test_index_of_nothing_says_so(tmp_path: Path) -> None:
    assert "No study has been run yet." in write_index([], tmp_path).read_text(encoding="utf-8")
