"""The page of a comparison: every answer, weight and reason that was found, and nothing that was not."""

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

from evaluation.reporting.side_by_side import TOGETHER, SideBySide, write_side_by_side
from evaluation.terms.standing import Score, Standing
from tests.unit.reporting.conftest import make_study

QUANTITIES = ["overall", "victims_sexual"]
STANDINGS = (
    Standing(
        name="staggered", says="Beyond the others?", assumes=("no_differential_trend",),
        loo=Score(0.0, 0.0, 0.7), future=Score(0.0, 0.0, 0.6),
    ),
    Standing(
        name="interrupted_series", says="Beyond its past?", assumes=("course_continues",),
        loo=Score(-3.21, 2.5, 0.3), future=Score(-1.0, 0.5, 0.4),
    ),
    Standing(name="gap", says="?", assumes=(), unweighed="it does not say how likely figures are"),
    Standing(name="fallen", says="?", assumes=(), trouble="its <chains> did not settle"),
)  # fmt: skip


def seen(**changes: Any) -> SideBySide:
    rng = np.random.default_rng(1)
    percent = rng.normal(0, 4, size=(4, 2, 400)) + np.array([-30, -10, -20, np.nan])[:, None, None]
    names = [f"model:{one.name}" for one in STANDINGS]
    coords = {"variant": names, "quantity": QUANTITIES}
    variants = xr.Dataset({"percent": (("variant", "quantity", "sample"), percent)}, coords=coords)
    given = {
        "study": make_study(),
        "standings": STANDINGS,
        "variants": variants,
        "together": variants["percent"].isel(variant=0, drop=True) + 6,
        "labels": {"victims_sexual": "Victims, sexual exploitation"},
        "left_out": {"displacement": "there are no neighbours"},
    }
    return SideBySide(**(given | changes))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("compare")
    assert write_side_by_side(seen(), out) == out / "compare.html"
    return out


def test_the_page_tells_each_answer_weight_and_reason(folder: Path) -> None:
    page = (folder / "compare.md").read_text().replace("\u202f", " ")
    for said in (
        "| staggered | −30 % | −37 to −23 % | above 0.99 |",
        "| interrupted\\_series | −3.2 ± 2.5 | −1.0 ± 0.5 | 30 % |",
        f"| {TOGETHER} | −24 % |",
        "it does not say how likely figures are",
        "Without an answer: fallen, as its \\<chains> did not settle.",
        "Without the law, each series would have gone on as it did",
        "displacement: there are no neighbours",
        "Differences are of summed log predictive densities from staggered",
    ):
        assert said in page, said
    assert "| fallen | −" not in page


def test_it_is_one_file_without_script_and_with_every_word_escaped(folder: Path) -> None:
    page = (folder / "compare.html").read_text()
    assert "Several models side by side" in page
    assert "<script" not in page
    assert 'src="' not in page
    assert "its &lt;chains&gt; did not settle" in page
    assert page.count("<svg") == len(QUANTITIES)


def test_the_numbers_of_the_picture_are_in_a_table(folder: Path) -> None:
    rows = list(csv.DictReader((folder / "figures/models.csv").read_text().splitlines()))
    assert {row["model"] for row in rows} == {"staggered", "interrupted_series", "gap", TOGETHER}
    one = next(row for row in rows if row["model"] == "staggered" and row["quantity"] == "overall")
    assert float(one["percent"]) == pytest.approx(-30, abs=1)


def test_simulated_data_are_said_to_be(tmp_path: Path) -> None:
    write_side_by_side(seen(study=make_study(simulated=True)), tmp_path)
    assert "SIMULATED" in (tmp_path / "compare.html").read_text()
    assert (tmp_path / "compare.md").read_text().count("Simulated data, not a real country or person") >= 4


def test_where_every_model_failed_the_page_says_why_and_shows_no_number(tmp_path: Path) -> None:
    write_side_by_side(seen(standings=STANDINGS[3:], together=None), tmp_path)
    page = (tmp_path / "compare.md").read_text()
    assert "Without an answer: fallen" in page
    assert "%" not in page.split("## How well")[0].split("report:")[1]
