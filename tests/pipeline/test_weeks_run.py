"""From a table of weeks to its report: every stage, with laws that begin in the middle of a week."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from evaluation.pipeline.formats import decode
from evaluation.pipeline.run import run_study
from evaluation.terms.periods import between
from tests.pipeline.tiny import COUNTRIES, make_tiny

pytestmark = [pytest.mark.slow, pytest.mark.pipeline]

WEEKS = between("2020-W41", "2021-W14")
BEGINS = {"NOR": "2020-W53", "FRA": "2021-W06"}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The study `tiny` in 27 weeks: Norway's law begins on New Year's Day, a Friday, France's on a Monday."""
    root = make_tiny(tmp_path_factory.mktemp("weeks"))
    (root / "data/raw/tiny.csv").write_text("unit,period,indicator,value\n" + "\n".join(_counts()) + "\n")
    laws = root / "data/registers/interventions.yaml"
    head, mark, tail = laws.read_text().partition("\nmy_law:")
    laws.write_text(head + mark + tail.replace("2014-01-01", "2021-01-01").replace("2016-04-14", "2021-02-08"))
    indicators = root / "data/registers/indicators.yaml"
    head, mark, tail = indicators.read_text().partition("\nmy_indicator:")
    indicators.write_text(head + mark + tail.replace("base: population", "base: null"))
    study = root / "conf/study/tiny.yaml"
    text = study.read_text().replace('["2009", "2018"]', '["2020-W41", "2021-W14"]')
    study.write_text(text.replace("every: year ", "every: week "))
    return root


def _counts() -> Iterator[str]:
    draw = np.random.default_rng(5)
    for number, unit in enumerate(COUNTRIES):
        for week in WEEKS:
            mean = 30 * (1 + number) * (0.5 if week >= BEGINS.get(unit, "9") else 1.0)
            yield f"{unit},{week},my_indicator,{draw.poisson(mean)}"


def test_a_study_of_weeks_speaks_of_weeks(root: Path) -> None:
    run_study("tiny", (), root)
    panel = decode(root / "data/studies/tiny/panel.nc")
    law = panel["exposure"].isel(intervention=0).sel(unit="NOR")
    np.testing.assert_allclose(law.sel(time=["2020-W52", "2020-W53", "2021-W01"]), [0, 3 / 7, 1])
    assert law["time"].values.tolist() == WEEKS
    effect = decode(root / "data/studies/tiny/effect.nc")
    assert effect["cohort"]["cohort"].values.tolist() == ["2020-W53", "2021-W06"]
    assert "2 weeks more" in decode(root / "data/studies/tiny/simulations.nc")["design"].values
    page = (root / "reports/tiny/report.html").read_text()
    assert "one country in one week" in page
    assert "Weeks since" in page
    assert "2020-W53" in page
    assert not [word for word in ("in one year", "Years since", "one month") if word in page]
