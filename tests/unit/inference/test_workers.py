"""Workers elsewhere: the same digits from processes, a worker that dies, clusters that are missing or go away."""

import os
import signal
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from evaluation.inference.compiled import build, compile_model
from evaluation.inference.many import many
from evaluation.inference.refit import Effort
from evaluation.inference.variants import Variant, variant
from evaluation.inference.workers import CLUSTERS, opened, versions
from evaluation.terms.errors import EvidenceError, StudyError
from evaluation.terms.records import read_record
from evaluation.terms.study import Study
from evaluation.terms.workers import Workers
from tests.unit.inference.test_effect import STUDY
from tests.unit.models.small import small_panel

distributed = pytest.importorskip("distributed", reason="many fits on a cluster need the extra `cluster`")

PANEL = small_panel()
SHORT = Effort(draws=15, tune=25, chains=2, target_accept=0.8)
TWO = Workers(kind="processes", count=2)


def die_once(marker: str, number: int) -> int:
    """The first worker to come here takes its process with it."""
    try:
        os.close(os.open(marker, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return number
    os.kill(os.getpid(), signal.SIGKILL)
    return -1


def test_processes_give_the_digits_that_threads_give() -> None:
    refits = {name: variant(name) for name in ("prior:claimed", "breaks:off")}
    compiled = compile_model(build(STUDY, PANEL))
    here = many(STUDY, PANEL, refits, SHORT, compiled=compiled)
    there = many(STUDY, PANEL, refits, SHORT, workers=TWO)
    assert set(there["state"].values) == {"sampled"}
    np.testing.assert_array_equal(here["percent"], there["percent"])


def test_a_worker_that_dies_costs_one_retry(tmp_path: Path) -> None:
    with opened(TWO) as pool:
        futures = [pool.submit(die_once, str(tmp_path / "died"), number) for number in range(4)]
        assert sorted(future.result(timeout=60) for future in futures) == [0, 1, 2, 3]
    assert (tmp_path / "died").exists()


def test_a_scheduler_that_does_not_answer_is_named() -> None:
    nowhere = Workers(kind="scheduler", address="tcp://127.0.0.1:9", wait=1.0)
    with pytest.raises(EvidenceError, match="no scheduler answers"), opened(nowhere):
        pass


def test_a_scheduler_without_workers_is_not_waited_for_for_ever() -> None:
    with distributed.LocalCluster(n_workers=0, dashboard_address=None) as cluster:
        empty = Workers(kind="scheduler", address=cluster.scheduler_address, wait=1.0)
        with pytest.raises(EvidenceError, match="no worker came within 1 seconds"), opened(empty):
            pass


def test_a_worker_with_other_versions_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = versions()
    monkeypatch.setattr("evaluation.inference.workers.versions", lambda: ours | {"numpy": "1.0"})
    with (
        distributed.LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as cluster,
        pytest.raises(EvidenceError, match="numpy is") as refused,
        opened(Workers(kind="scheduler", address=cluster.scheduler_address)),
    ):
        pass
    assert "locked environment" in str(refused.value.problems[0])


def slow(study: Study, panel: xr.Dataset) -> tuple[Study, xr.Dataset]:
    return study, panel


def test_a_cluster_that_goes_away_is_said_and_finished_fits_are_kept() -> None:
    kept: dict[str, xr.Dataset] = {}
    compiled = compile_model(build(STUDY, PANEL))
    refits = {f"again {number}": Variant("the same", partial(slow)) for number in range(6)}
    cluster = distributed.LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None)
    away = Workers(kind="scheduler", address=cluster.scheduler_address)
    try:
        with pytest.raises(EvidenceError, match="the workers went away"):
            many(STUDY, PANEL, refits, SHORT, workers=away, kept=kept, watch=lambda *_: cluster.close())
    finally:
        cluster.close()
    assert 1 <= len(kept) < len(refits)
    again = many(STUDY, PANEL, refits, SHORT, compiled=compiled, kept=kept)
    assert set(again["state"].values) == {"sampled"}


def test_the_settings_for_slurm_make_a_job_script() -> None:
    jobqueue = pytest.importorskip("dask_jobqueue", reason="workers started by SLURM need the extra `cluster`")
    workers = _of_conf("slurm")
    with jobqueue.SLURMCluster(**workers.settings) as cluster:
        script = cluster.job_script()
    assert "#SBATCH" in script
    assert "02:00:00" in script
    assert "NUMBA_CACHE_DIR" in script


def test_every_kind_of_workers_has_a_file_that_can_be_read() -> None:
    kinds = {path.stem: _of_conf(path.stem).kind for path in Path("conf/workers").glob("*.yaml")}
    assert kinds == {name: name for name in ("threads", "scheduler", *CLUSTERS)}


def test_workers_that_cannot_be_are_refused_all_at_once() -> None:
    with pytest.raises(StudyError) as refused:
        read_record(Workers, {"kind": "thread", "count": -1, "wait": 0, "address": "tcp://x:1"}, "workers")
    assert len(refused.value.problems) == 4
    with pytest.raises(StudyError, match="no address"):
        read_record(Workers, {"kind": "scheduler"}, "workers")


def _of_conf(name: str) -> Workers:
    from evaluation.pipeline.many_fits import workers_named

    return workers_named(name, Path("."))
