"""Finished fits on the disk, workers by name."""

from pathlib import Path

import pytest
import xarray as xr

from evaluation.pipeline.many_fits import Shelf, counted, workers_named
from evaluation.pipeline.store import StoreError
from evaluation.terms.errors import StudyError
from evaluation.terms.workers import Workers

FIT = xr.Dataset({"percent": (("variant", "sample"), [[1.0, 2.0]])}, coords={"variant": ["breaks:off"]})


def test_a_finished_fit_is_found_again_by_another_process(tmp_path: Path) -> None:
    Shelf(tmp_path / "fits")["breaks_off-1"] = FIT
    again = Shelf(tmp_path / "fits")
    assert list(again) == ["breaks_off-1"]
    xr.testing.assert_equal(again["breaks_off-1"], FIT)
    again.clear()
    assert len(Shelf(tmp_path / "fits")) == 0


def test_half_a_file_is_no_fit(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf["one"] = FIT
    (tmp_path / "one.nc").write_bytes((tmp_path / "one.nc").read_bytes()[:100])
    assert "one" not in shelf
    with pytest.raises(KeyError):
        shelf["one"]
    with pytest.raises(KeyError):
        del shelf["two"]


def test_a_folder_that_cannot_be_written_to_is_said(tmp_path: Path) -> None:
    (tmp_path / "fits").write_text("a file stands here")
    with pytest.raises(StoreError, match="a file stands where a folder should be"):
        Shelf(tmp_path / "fits")["one"] = FIT


def test_workers_are_found_by_name_and_a_wrong_name_gets_the_nearest(tmp_path: Path) -> None:
    folder = tmp_path / "conf" / "workers"
    folder.mkdir(parents=True)
    (folder / "ours.yaml").write_text("kind: processes\ncount: 3\n")
    (folder / "bad.yaml").write_text("kind: processes\nsettings: {_target_: os.system}\n")
    assert workers_named("", tmp_path) == Workers()
    assert workers_named("ours", tmp_path) == Workers(kind="processes", count=3)
    with pytest.raises(StudyError, match="ours"):
        workers_named("our", tmp_path)
    with pytest.raises(StudyError, match="construct an object"):
        workers_named("bad", tmp_path)


def test_a_bar_counts_what_is_done_and_is_silent_where_none_is_shown() -> None:
    with counted("refits", shown=False) as watch:
        assert watch is None
    with counted("refits", shown=True) as watch:
        assert watch is not None
        watch("breaks:off", 1, 2)
