"""Files are whole or absent: after a crash, on a full disk, in a folder that may not be written to."""

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from evaluation.pipeline.store import Place, StoreError, replacing, replacing_folder, sweep
from evaluation.terms import DataError, Problem


def fail(written: int) -> None:
    """After so many bytes were written, something goes wrong."""
    assert written
    raise ZeroDivisionError


def write(path: Path, content: bytes) -> None:
    with replacing(path) as stream:
        stream.write(content)


def test_a_file_takes_the_place_of_the_old_one(tmp_path):
    path = tmp_path / "new" / "claims.json"
    write(path, b"old")
    write(path, b"new")
    assert path.read_bytes() == b"new"
    assert [one.name for one in path.parent.iterdir()] == ["claims.json"]


def test_a_failure_while_writing_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "fit.nc"
    write(path, b"old")
    with pytest.raises(ZeroDivisionError), replacing(path) as stream:
        fail(stream.write(b"half of the new"))
    assert path.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["fit.nc"]


def test_a_run_killed_between_writing_and_renaming_leaves_the_old_file_whole(tmp_path):
    """The process is killed by the system, so no cleaning up can run; the next start cleans up after it."""
    path = tmp_path / "fit.nc"
    write(path, b"old")
    killed = (
        "import os, signal\nfrom pathlib import Path\nfrom evaluation.pipeline.store import replacing\n"
        f"with replacing(Path({str(path)!r})) as stream:\n"
        "    stream.write(b'half of the new'); stream.flush(); os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", killed], cwd=Path(__file__).parents[2], check=False)
    assert done.returncode == -signal.SIGKILL
    assert path.read_bytes() == b"old"
    (left,) = set(tmp_path.iterdir()) - {path}
    assert sweep(tmp_path) == (left.name,)
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_living_process_is_writing_is_not_swept_away(tmp_path):
    mine = tmp_path / f".fit.nc.{os.getppid()}.part"
    mine.write_bytes(b"being written by a process that runs")
    (tmp_path / ".fit.nc.999999999.part").write_bytes(b"from a process that is gone")
    (tmp_path / ".report.999999999.part").mkdir()
    assert set(sweep(tmp_path)) == {".fit.nc.999999999.part", ".report.999999999.part"}
    assert list(tmp_path.iterdir()) == [mine]
    assert sweep(tmp_path / "not there") == ()


def test_a_folder_takes_the_place_of_the_old_one(tmp_path):
    path = tmp_path / "reports" / "buyer_laws"
    for text in ("old", "new"):
        with replacing_folder(path) as folder:
            (folder / "report.html").write_text(text)
            (folder / f"{text}.md").write_text(text)
    assert sorted(one.name for one in path.iterdir()) == ["new.md", "report.html"]
    assert [one.name for one in path.parent.iterdir()] == ["buyer_laws"]


def test_a_failed_report_leaves_the_old_folder(tmp_path):
    path = tmp_path / "buyer_laws"
    with replacing_folder(path) as folder:
        (folder / "report.html").write_text("old")
    with pytest.raises(ZeroDivisionError), replacing_folder(path) as folder:
        fail((folder / "report.html").write_text("half"))
    assert (path / "report.html").read_text() == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["buyer_laws"]


@pytest.mark.parametrize(
    ("number", "advice"),
    [
        (errno.ENOSPC, "the disk is full: make room, then run again; what was there before is untouched"),
        (errno.EROFS, "the disk is read-only"),
        (errno.EDQUOT, "your quota is used up"),
    ],
)
def test_a_full_or_read_only_disk_is_one_clear_error(tmp_path, monkeypatch, number, advice):
    """The system's answer is given when the bytes are sent to the disk, as a real full disk does."""
    path = tmp_path / "fit.nc"
    write(path, b"old")

    def refuse(descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(StoreError) as caught:
        write(path, b"new")
    (problem,) = caught.value.problems
    assert problem.where == str(path)
    assert advice in problem.advice
    assert path.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["fit.nc"]


def test_a_file_larger_than_the_system_allows(tmp_path):
    """A real limit of the system, reached in the middle of a file."""
    resource = pytest.importorskip("resource", reason="this system sets no limits on files")
    path = tmp_path / "fit.nc"
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, before[1]))
    try:
        with pytest.raises(StoreError, match=r"the system allows no file this large"):
            write(path, b"x" * 1_000_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_may_not_be_written_to(tmp_path):
    """A real refusal of the system: root gives up its rights for the attempt."""
    folder = tmp_path / "studies"
    folder.mkdir()
    folder.chmod(0o555)
    root = os.geteuid() == 0
    try:
        if root:
            os.seteuid(65534)
        with pytest.raises(StoreError, match="you may not write here"):
            write(folder / "fit.nc", b"new")
        with pytest.raises(StoreError, match="you may not write here"), replacing_folder(folder / "report"):
            pass
    finally:
        if root:
            os.seteuid(0)
        folder.chmod(0o755)


def test_a_file_where_a_folder_should_be(tmp_path):
    (tmp_path / "studies").write_text("not a folder")
    with pytest.raises(StoreError, match="a file stands where a folder should be"):
        write(tmp_path / "studies" / "fit.nc", b"new")


def test_a_full_disk_that_a_room_met_first_is_said_in_the_same_words(tmp_path):
    met_first = DataError(Problem("cannot be written", "report.html"))
    met_first.__cause__ = OSError(errno.ENOSPC, "No space left on device")
    with pytest.raises(StoreError, match="the disk is full") as caught, replacing_folder(tmp_path / "report"):
        raise met_first
    assert caught.value.exit_code == 13


def test_other_errors_keep_their_own_words(tmp_path):
    with pytest.raises(DataError, match="two rows"), replacing_folder(tmp_path / "report"):
        raise DataError("two rows for one cell")


def test_places_of_a_study_and_of_a_run_with_overrides(tmp_path):
    plain, other = Place(tmp_path, "buyer_laws"), Place(tmp_path, "buyer_laws@1a2b3c4d")
    assert plain.path("fit.nc") == tmp_path / "data/studies/buyer_laws/fit.nc"
    assert plain.path("report") == tmp_path / "reports/buyer_laws"
    assert other.study == plain.study == "buyer_laws"
    assert other.key("report") == "reports/buyer_laws@1a2b3c4d"
