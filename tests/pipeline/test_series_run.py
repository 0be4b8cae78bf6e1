"""From a table of one monthly series to its report: every stage, with the model for series without controls."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from evaluation.pipeline import verbs
from evaluation.pipeline.plan import plan
from evaluation.pipeline.run import run_study
from evaluation.terms.errors import DataError
from tests.pipeline.tiny import make_tiny

pytestmark = [pytest.mark.slow, pytest.mark.pipeline]

SERIES = "defaults:\n  - override /model: interrupted_series\n\n"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The study `tiny`, but of Norway alone, in 60 months with a season, of which the last 24 are under the law."""
    root = make_tiny(tmp_path_factory.mktemp("series"))
    (root / "data/raw/tiny.csv").write_text("unit,period,indicator,value\n" + "\n".join(_counts()) + "\n")
    _replace(root / "data/registers/interventions.yaml", {"2014-01-01": "2018-01-01", "2016-04-14": "2018-01-01"})
    _replace(root / "data/registers/indicators.yaml", {"base: population": "base: null"}, after="\nmy_indicator:")
    _replace(
        root / "conf/study/tiny.yaml",
        {
            "\ntitle:": f"\n{SERIES}title:",
            '["2009", "2018"]': '["2015-01", "2019-12"]',
            "every: year ": "every: month ",
            "  min_reported: 5": "  units: [NOR]\n  min_reported: 5",
            "alternatives: [size]": "alternatives: [trend]",
        },
    )
    return root


def _counts() -> Iterator[str]:
    draw = np.random.default_rng(2)
    for month in range(60):
        rate = 0.08 * month / 12 + 0.2 * np.sin(2 * np.pi * month / 12) - (0.4 if month >= 36 else 0.0)
        yield f"NOR,{2015 + month // 12}-{month % 12 + 1:02d},my_indicator,{draw.poisson(300 * np.exp(rate))}"


def _replace(path: Path, words: dict[str, str], after: str = "") -> None:
    head, mark, tail = path.read_text().partition(after) if after else ("", "", path.read_text())
    for old, new in words.items():
        assert old in tail, old
        tail = tail.replace(old, new)
    path.write_text(head + mark + tail)


def test_one_series_comes_out_as_a_report_that_says_what_it_stands_on(root: Path) -> None:
    run_study("tiny", (), root)
    findings = json.loads((root / "data/studies/tiny/findings.json").read_text())
    assert "course_continues" in findings["assumes"]
    seen = {one["check"]: one for one in findings["findings"]}
    assert seen["leads"]["assumption"] == "course_continues"
    assert seen["separable"]["verdict"] == "PASS"
    assert seen["placebo_space"]["verdict"] == "UNKNOWN"  # there is nobody to give a false law to
    page = (root / "reports/tiny/report.html").read_text()
    assert "each series would have gone on as it did" in page


def test_a_comparison_of_one_unit_is_refused(root: Path) -> None:
    study = plan("tiny", ["model=staggered", "checks.alternatives=[size]"], root)
    with pytest.raises(DataError, match="one unit alone, Norway: nothing to compare it with"):
        verbs.rehearse(study, verbs.shape(study, verbs.gather(study, root=root), root=root))
