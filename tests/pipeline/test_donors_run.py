"""From a table of counts to a report: every stage, with the models that read an effect as a gap."""

import json
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from evaluation.pipeline.run import run_study
from tests.pipeline.tiny import make_tiny

pytestmark = [pytest.mark.slow, pytest.mark.pipeline]

STANDS_ON = {
    "factor": ("loadings_stay", "each as closely as before it"),
    "synthetic_control": ("donors_span", "The donors of each treated unit."),
}


@pytest.mark.parametrize("model", STANDS_ON)
def test_a_report_says_what_the_comparison_stands_on(model: str, tmp_path: Path) -> None:
    root = make_tiny(tmp_path)
    study = root / "conf/study/tiny.yaml"
    text = study.read_text().replace("\ntitle:", f"\ndefaults:\n  - override /model: {model}\n\ntitle:", 1)
    study.write_text(text.replace("alternatives: [size]", "alternatives: [reads]"))
    run_study("tiny", (), root)
    made = json.loads((root / "data/studies/tiny/findings.json").read_text())
    assumed, words = STANDS_ON[model]
    assert assumed in made["assumes"]
    seen = {one["check"]: one for one in made["findings"]}
    assert seen["leads"]["assumption"] == assumed
    assert ("hull" in seen) == ("one_donor" in seen) == (model == "synthetic_control")
    variants = xr.open_dataset(root / "data/studies/tiny/variants.nc", engine="h5netcdf")
    states = dict(zip(variants["variant"].values, variants["state"].values, strict=True))
    assert {name for name, state in states.items() if state != "sampled"} == set()
    assert {"false_adopters:1", "without:NOR", "false_date:2"} <= set(states)  # other adopters, other dates: other data
    assert np.isfinite(variants["percent"].sel(quantity="overall")).any("sample").all()
    page = (root / "reports/tiny/report.html").read_text()
    assert words in page
