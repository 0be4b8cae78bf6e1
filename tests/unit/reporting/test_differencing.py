"""Small counts that are not public cannot be recovered: pages made of other ones are the same, byte for byte."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import xarray as xr

from evaluation.panel.shape import design_of
from evaluation.reporting.report import write_report
from evaluation.reporting.site.entry import Link, entry_of
from evaluation.reporting.site.write import write_site
from evaluation.terms import DisclosurePlan, Study
from evaluation.terms.panel import CELL, Status
from tests.browser.made_site import ROOT, facts, made_portfolio

LIMIT = 5


@pytest.fixture
def study(make: SimpleNamespace) -> Study:
    return make.study(disclosure=DisclosurePlan(smallest_cell=LIMIT, published=False))


def with_other_small_counts(panel: xr.Dataset) -> xr.Dataset:
    """The panel with each exact count of 1 to 4 turned into another of them: 1 and 4, 2 and 3 change places."""
    exact = panel["status"] == int(Status.EXACT)
    small = exact & (panel["lower"] > 0) & (panel["lower"] < LIMIT)
    assert int(small.sum()) > 10, "else nothing is tried"
    other = {name: xr.where(small, LIMIT - panel[name], panel[name]) for name in ("lower", "upper")}
    return panel.assign({name: values.transpose(*CELL) for name, values in other.items()})


def with_exact_small_counts(panel: xr.Dataset) -> xr.Dataset:
    """The panel with what was suppressed known after all, as in an office's own figures."""
    draw = np.random.default_rng(3).integers(1, LIMIT, panel["status"].shape).astype(float)
    known = panel["status"] == int(Status.SUPPRESSED)
    exact = {name: xr.where(known, draw, panel[name]) for name in ("lower", "upper")}
    exact["status"] = xr.where(known, int(Status.EXACT), panel["status"]).astype("int8")
    return panel.assign({name: values.transpose(*CELL) for name, values in exact.items()})


def test_reports_of_other_small_counts_are_the_same(make: SimpleNamespace, study: Study, tmp_path: Path) -> None:
    panel = with_exact_small_counts(make.panel(study, units=40))
    effect = make.effect(panel, study)
    found = []
    for name, one in (("first", panel), ("second", with_other_small_counts(panel))):
        out = tmp_path / name
        write_report(
            study, make.registers(), one, effect, make.variants(), make.findings(), make.claims(), make.records(), out
        )  # fmt: skip
        found.append({path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()})
    assert "report.html" in found[0]
    assert found[0].keys() == found[1].keys()
    assert [name for name in found[0] if found[0][name] != found[1][name]] == []


def test_a_larger_count_is_told(make: SimpleNamespace, study: Study, tmp_path: Path) -> None:
    """Else the test above could not fail."""
    panel = make.panel(study)
    bounds = {name: panel[name] + 20 for name in ("lower", "upper")}
    found = []
    for one in (panel, panel.assign(bounds)):
        write_report(
            study, make.registers(), one, make.effect(panel, study), make.variants(), make.findings(), make.claims(),
            make.records(), tmp_path,
        )  # fmt: skip
        found.append((tmp_path / "report.html").read_bytes())
    assert found[0] != found[1]


def test_the_site_knows_no_count_at_all(make: SimpleNamespace, study: Study, tmp_path: Path) -> None:
    panel = make.panel(study)
    pages = []
    for place, one in enumerate((panel, panel.assign(lower=panel["lower"] + 40, upper=panel["upper"] + 40))):
        links = (Link(words="Full report", href="made_up/report.html"),)
        entry = entry_of(study, make.claims(), design_of(one), finished="2025-05-01", links=links)
        write_site([entry], made_portfolio([entry]), facts(ROOT), tmp_path / str(place))
        pages.append([path.read_bytes() for path in sorted((tmp_path / str(place)).glob("*.html"))])
    assert len(pages[0]) == 4
    assert pages[0] == pages[1]
