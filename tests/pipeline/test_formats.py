"""What is written reads back equal, and the same content gives the same bytes."""

import json
import math
import time

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from evaluation.pipeline.formats import (
    claims_content,
    claims_of,
    decode,
    encode,
    findings_content,
    findings_of,
    timings_of,
)
from evaluation.pipeline.store import StoreError
from evaluation.terms import Claim, Finding, Strength, Verdict


@pytest.fixture
def panel() -> xr.Dataset:
    return xr.Dataset(
        {
            "lower": (("unit", "time"), [[0.0, np.nan], [3.0, 4.0]]),
            "status": (("unit", "time"), np.int8([[2, 0], [1, 1]])),
        },
        coords={"unit": ["NOR", "SWE"], "time": ["2007", "2008"], "treated": ("unit", [True, False])},
        attrs={"study": "mine", "units": json.dumps({"victims": "persons / year"})},
    )


@pytest.fixture
def draws(panel) -> xr.DataTree:
    posterior = xr.Dataset(
        {"effect": (("chain", "draw", "unit"), np.random.default_rng(1).normal(size=(2, 5, 2)).astype("float32"))},
        coords={"unit": panel.unit.values},
        attrs={"created_at": "2025-01-01T00:00:00", "sampler": "nuts"},
    )
    return xr.DataTree.from_dict({"/": xr.Dataset(attrs={"seed": 7, "sampling_seconds": 1.5}), "/posterior": posterior})


def written(tmp_path, artefact, content):
    path = tmp_path / artefact
    path.write_bytes(encode(artefact, content))
    return path


def test_a_panel_reads_back_equal(tmp_path, panel):
    read = decode(written(tmp_path, "panel.nc", panel))
    xr.testing.assert_identical(read, panel)
    assert read["status"].dtype == np.int8
    assert read["treated"].dtype == bool


def test_a_fit_reads_back_equal_but_for_the_time_it_was_made(tmp_path, draws):
    read = decode(written(tmp_path, "fit.nc", draws))
    del draws["posterior"].attrs["created_at"], draws.attrs["sampling_seconds"]
    xr.testing.assert_identical(read, draws)
    assert read["posterior"]["effect"].dtype == np.float32


def test_the_same_content_gives_the_same_bytes_at_another_time(draws, panel):
    table = pd.DataFrame({"unit": ["NOR"], "lower": [1.0]})
    before = [bytes(encode("fit.nc", draws)), bytes(encode("panel.nc", panel)), encode("observations.parquet", table)]
    time.sleep(1.1)  # a file that carries its time to the second would differ
    draws["posterior"].attrs["created_at"] = "2025-01-02T00:00:00"
    draws.attrs["sampling_seconds"] = 2.5
    after = [bytes(encode("fit.nc", draws)), bytes(encode("panel.nc", panel)), encode("observations.parquet", table)]
    assert before == after


def test_encoding_leaves_the_callers_draws_as_they_were(draws):
    encode("fit.nc", draws)
    assert "created_at" in draws["posterior"].attrs
    assert timings_of(draws) == {"sampling_seconds": 1.5}


def test_observations_read_back_equal(tmp_path):
    table = pd.DataFrame({"unit": ["NOR", "SWE"], "period": ["2007", "2008"], "lower": [0.0, 3.0], "status": [2, 1]})
    pd.testing.assert_frame_equal(decode(written(tmp_path, "observations.parquet", table)), table)


def test_findings_and_claims_read_back_equal_with_numbers_that_could_not_be_computed(tmp_path):
    finding = Finding(
        check="rhat",
        family="sampling",
        assumption="converged",
        verdict=Verdict.UNKNOWN,
        says="?",
        details={"worst": math.nan, "ess": 400.0},
    )
    path = written(tmp_path, "findings.json", findings_content([finding], ["converged"]))
    assert "NaN" not in path.read_text()
    content = decode(path)
    (read,) = findings_of(content, "findings.json")
    assert math.isnan(read.details["worst"])
    assert (read.verdict, read.statistic, read.details["ess"]) == (Verdict.UNKNOWN, None, 400.0)
    assert content["verdicts"] == {"PASS": 0, "CONCERN": 0, "FAIL": 0, "UNKNOWN": 1}
    assert content["assumes"] == ["converged"]

    claim = Claim(
        name="overall",
        says="Victims fell.",
        unit="percent",
        estimate=-12.5,
        lower=-20.0,
        upper=None,
        interval=0.95,
        probabilities={"reduction": 0.99, "matters": math.inf},
        strength=Strength.WEAK,
        reasons=("few countries",),
    )
    content = decode(written(tmp_path, "claims.json", claims_content([claim])))
    (again,) = claims_of(content, "claims.json")
    assert math.isnan(again.probabilities["matters"])
    assert again.reasons == ("few countries",)
    assert content["numbers"]["overall"] == {
        "estimate": -12.5,
        "lower": -20.0,
        "upper": None,
        "reduction": 0.99,
        "matters": None,
    }


def test_numpy_numbers_become_plain_ones(tmp_path):
    content = {"count": np.int64(3), "share": np.float32(0.5), "flag": np.bool_(True), "list": np.array([1.0, np.nan])}
    read = decode(written(tmp_path, "record.json", content))
    assert read == {"count": 3, "share": 0.5, "flag": True, "list": [1.0, None]}


@pytest.mark.parametrize("artefact", ["panel.nc", "fit.nc", "findings.json", "observations.parquet"])
def test_a_file_cut_off_in_the_middle_is_said_to_be_so(tmp_path, panel, draws, artefact):
    contents = {
        "panel.nc": panel,
        "fit.nc": draws,
        "findings.json": findings_content([]),
        "observations.parquet": pd.DataFrame({"unit": ["NOR"]}),
    }
    path = written(tmp_path, artefact, contents[artefact])
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(StoreError, match="cannot be read"):
        decode(path)


def test_a_file_that_is_not_there_yet(tmp_path):
    with pytest.raises(StoreError, match="it has not been made yet"):
        decode(tmp_path / "panel.nc")
