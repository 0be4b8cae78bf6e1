"""Two runs in one folder: the second is refused by name, and a killed one leaves no trace."""

import errno
import logging
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from evaluation.pipeline.alone import alone_in
from evaluation.pipeline.run import run_named, run_study
from evaluation.pipeline.store import Place, StoreError
from evaluation.pipeline.sweep import sweep

ROOT = Path(__file__).parents[2]


@contextmanager
def another_run(folder: Path) -> Iterator["subprocess.Popen[str]"]:
    """A process that holds the folder until it is ended."""
    holds = (
        "import sys\nfrom pathlib import Path\nfrom evaluation.pipeline.alone import alone_in\n"
        f"with alone_in(Path({str(folder)!r})):\n    print('held', flush=True)\n    sys.stdin.read()\n"
    )
    words = [sys.executable, "-c", holds]
    with subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


def test_a_second_run_is_told_who_is_at_work_and_goes_on_when_that_has_ended(tmp_path):
    folder = tmp_path / "new" / "place"
    with another_run(folder) as process:
        with pytest.raises(StoreError) as refused, alone_in(folder):
            pass
        (problem,) = refused.value.problems
        assert f"another run is at work here (process {process.pid} on " in problem.found
        assert problem.where == str(folder)
        assert "wait until it has ended" in problem.advice
        with alone_in(tmp_path / "new" / "other place"):
            pass
        process.stdin.close()  # it ends of itself
        assert process.wait(timeout=30) == 0
        with alone_in(folder):
            pass


def test_a_killed_run_blocks_nobody(tmp_path):
    with another_run(tmp_path) as process:
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=30)
        with alone_in(tmp_path):
            pass


def test_threads_of_one_process_keep_out_of_each_others_way_too(tmp_path):
    with alone_in(tmp_path):
        with pytest.raises(StoreError, match="another run is at work here"), alone_in(tmp_path):
            pass
        with pytest.raises(StoreError, match="another run is at work here"), alone_in(tmp_path):
            pass  # being refused has let nobody in
    with pytest.raises(ZeroDivisionError), alone_in(tmp_path):
        _ = 1 / 0
    with alone_in(tmp_path):
        pass


def test_a_lock_left_by_one_user_does_not_shut_out_the_next(tmp_path):
    with alone_in(tmp_path):
        pass
    (left,) = tmp_path.iterdir()
    assert left.stat().st_mode & 0o777 == 0o666


def test_a_disk_that_knows_no_locks_is_worked_on_without(tmp_path, monkeypatch, caplog):
    def no_locks(*_: object) -> None:
        raise OSError(errno.ENOSYS, "Function not implemented")

    monkeypatch.setattr("fcntl.flock", no_locks)
    with caplog.at_level(logging.WARNING), alone_in(tmp_path):
        assert "no locks on this disk" in caplog.text


def test_a_folder_that_cannot_be_is_said(tmp_path):
    (tmp_path / "place").write_text("a file stands here")
    with pytest.raises(StoreError, match="a file stands where a folder should be"), alone_in(tmp_path / "place"):
        pass


def test_a_study_is_run_once_at_a_time_whole_or_one_stage_of_it(project):
    place = run_study("castle_doctrine", (), project, until="plan")
    with another_run(place.folder):
        with pytest.raises(StoreError, match="another run is at work here"):
            run_study("castle_doctrine", (), project, until="plan")
        with pytest.raises(StoreError, match="another run is at work here"):
            run_named("castle_doctrine", "gather", project)
        other = run_study("castle_doctrine", ["seed=7"], project, until="plan")
        assert other != place  # another place
    run_named("castle_doctrine", "gather", project)
    run_named("castle_doctrine", "shape", project)


def test_a_second_sweep_is_refused_before_it_touches_the_outcomes_of_the_first(project):
    folder = project / ".cache" / "sweep"
    with another_run(folder):
        (folder / "0").mkdir()
        (folder / "0" / "outcome.json").write_text("of the first")
        with pytest.raises(StoreError, match="another run is at work here"):
            sweep("castle_doctrine", ["seed=1,2"], project, until="plan")
        assert (folder / "0" / "outcome.json").read_text() == "of the first"


def test_a_sweep_tells_which_of_its_runs_found_its_place_taken(project):
    with another_run(Place(project, "castle_doctrine").folder):
        outcomes = sweep("castle_doctrine,buyer_laws", [], project, until="plan")
    assert [outcome.exit_code for outcome in outcomes] == [13, 0]
    assert "another run is at work here" in outcomes[0].trouble
