"""Workers elsewhere: the same digits from processes, a worker that dies, clusters that are missing or go away."""

import inspect
import os
import signal
import sys
from functools import partial
from importlib.metadata import entry_points
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
        futures = [pool.executor.submit(die_once, str(tmp_path / "died"), number) for number in range(4)]
        assert sorted(future.result(timeout=60) for future in futures) == [0, 1, 2, 3]
    assert (tmp_path / "died").exists()


def test_a_scheduler_that_does_not_answer_is_named() -> None:
    nowhere = Workers(kind="scheduler", address="tcp://127.0.0.1:9", wait=1.0)
    with pytest.raises(EvidenceError, match="no scheduler answers"), opened(nowhere):
        pass


def test_a_cluster_that_does_not_start_says_why_in_a_line() -> None:
    wrong = Workers(kind="processes", count=1, settings={"memory_limit": "lots"})
    with (
        pytest.raises(
            EvidenceError, match="the cluster did not start: ValueError: Could not interpret 'lots'"
        ) as refused,
        opened(wrong),
    ):
        pass
    assert "workers of kind 'processes'" in str(refused.value.problems[0])


def test_a_scheduler_without_workers_is_not_waited_for_for_ever() -> None:
    with distributed.LocalCluster(n_workers=0, dashboard_address=None) as cluster:
        empty = Workers(kind="scheduler", address=cluster.scheduler_address, wait=1.0)
        with pytest.raises(EvidenceError, match="no worker came within 1 seconds"), opened(empty):
            pass


def test_a_running_cluster_is_used_with_all_its_threads() -> None:
    with distributed.LocalCluster(n_workers=1, threads_per_worker=3, dashboard_address=None) as cluster:
        running = Workers(kind="scheduler", count=1, address=cluster.scheduler_address)
        with opened(running) as pool:
            assert pool.at_once() == 3
            cluster.close()
            assert pool.at_once() == 1  # nobody answers: what was asked for


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


def test_the_settings_for_kubernetes_start_commands_that_the_locked_environment_has() -> None:
    installed = {script.name for script in entry_points(group="console_scripts")}
    commands = {entry.name: entry.load() for entry in entry_points(group="dask_cli")}
    cluster = _of_conf("kubernetes").settings["custom_cluster_spec"]["spec"]
    said = {}
    for part in ("worker", "scheduler"):
        (container,) = cluster[part]["spec"]["containers"]
        program, command, *words = container["args"]
        assert program in installed
        said[command] = commands[command].make_context(command, list(words)).params
    assert said["worker"]["nthreads"] == 1  # one fit at a time in each pod
    assert said["scheduler"]["host"] == "0.0.0.0"


def test_kubernetes_takes_the_settings_and_makes_the_cluster_they_describe(monkeypatch: pytest.MonkeyPatch) -> None:
    reason = "workers in Kubernetes need the extra `kubernetes`, which the locked environment leaves out"
    operator = pytest.importorskip("dask_kubernetes.operator", reason=reason)

    async def without_kubernetes(cluster: object) -> None:
        """Nobody is asked to make it, and so nobody to take it away."""

    monkeypatch.setattr(operator.KubeCluster, "_start", without_kubernetes)
    workers = _of_conf("kubernetes")
    inspect.signature(operator.KubeCluster.scale).bind("cluster", workers.count)
    with operator.KubeCluster(**workers.settings, shutdown_on_close=False) as cluster:
        assert cluster._resource_timeout == workers.wait
        ours = cluster._custom_cluster_spec
    theirs = operator.make_cluster_spec(
        name="evaluation",
        image="registry.example.org/demand-side-evaluation:locked",
        n_workers=0,  # and then scaled
        resources={part: {"cpu": "1", "memory": "4Gi"} for part in ("requests", "limits")},
        env={"NUMBA_CACHE_DIR": "/tmp/numba", "PYTENSOR_FLAGS": "base_compiledir=/tmp/pytensor"},
        worker_command="dask worker --nthreads 1",
    )
    theirs["spec"]["scheduler"]["spec"]["containers"][0]["args"][:1] = ["dask", "scheduler"]  # theirs is gone from Dask
    assert ours == theirs


@pytest.mark.parametrize(("kind", "extra"), [("slurm", "cluster"), ("kubernetes", "kubernetes")])
def test_a_cluster_whose_package_is_missing_names_the_extra(
    kind: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, CLUSTERS[kind][0], None)
    with pytest.raises(EvidenceError, match=rf"evaluation\[{extra}\]"), opened(_of_conf(kind)):
        pass


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
