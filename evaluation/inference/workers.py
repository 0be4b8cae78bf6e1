"""Workers for many fits, behind the one interface of `concurrent.futures`: threads here, or Dask anywhere."""

import importlib
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from evaluation.inference.compiled import available_cores
from evaluation.terms.errors import EvidenceError, Problem
from evaluation.terms.workers import THREADS, Workers

# What must be the same on every worker for a draw to be the same.
PACKAGES = ("pymc", "pytensor", "nutpie", "numba", "numpy", "xarray")
CLUSTERS = {
    "processes": ("distributed", "LocalCluster"),
    "slurm": ("dask_jobqueue", "SLURMCluster"),
    "kubernetes": ("dask_kubernetes.operator", "KubeCluster"),
}


def count_of(workers: Workers) -> int:
    """How many workers: those asked for, or one for each core."""
    return workers.count or available_cores()


def cores_each(workers: Workers) -> int:
    """Cores that one fit may use: threads share this machine's; a worker elsewhere runs its chains one by one."""
    return max(1, available_cores() // count_of(workers)) if workers.kind == THREADS else 1


@dataclass(frozen=True)
class Pool:
    """Workers that are there."""

    executor: Executor
    at_once: Callable[[], int]  # fits that they make at the same time, as things stand: workers come and go


@contextmanager
def opened(workers: Workers) -> Iterator[Pool]:
    """The workers as an executor, started if need be, and closed at the end.

    Raises
    ------
    EvidenceError
        The package of that kind of cluster is missing, no scheduler answers at the address, no worker came in time, or
        a worker has other versions of the packages that draws depend on.
    """
    if workers.kind == THREADS:
        with ThreadPoolExecutor(count_of(workers), thread_name_prefix="fit") as pool:
            yield Pool(pool, lambda: count_of(workers))
        return
    with ExitStack() as stack:
        client = _client(workers, stack)
        _wait_for_workers(client, workers)
        _refuse_other_versions(client)
        # A worker that dies takes its fit with it: the scheduler gives it to another, and only then gives up.
        executor = stack.enter_context(client.get_executor(pure=False, retries=1))
        yield Pool(executor, lambda: max(count_of(workers), _threads_there(client)))


def gone() -> tuple[type[BaseException], ...]:
    """What it is called when a whole cluster goes away; a single worker's death is not among them."""
    try:
        from distributed import CancelledError
        from distributed.client import ClosedClientError
        from distributed.comm.core import CommClosedError
    except ImportError:
        return ()
    return (CommClosedError, CancelledError, ClosedClientError)


def _client(workers: Workers, stack: ExitStack) -> Any:
    distributed = _module("distributed", workers.kind)
    if workers.kind == "scheduler":
        try:
            return stack.enter_context(distributed.Client(workers.address, timeout=workers.wait))
        except (OSError, TimeoutError, ValueError) as error:
            advice = "start it with `dask scheduler`, or correct workers.address"
            raise EvidenceError(Problem("no scheduler answers", workers.address, advice)) from error
    module, name = CLUSTERS[workers.kind]
    settings = dict(workers.settings)
    if workers.kind == "processes":
        settings = {"n_workers": count_of(workers), "threads_per_worker": 1, "dashboard_address": None} | settings
    start = getattr(_module(module, workers.kind), name)
    try:
        cluster = stack.enter_context(start(**settings))
    except Exception as error:  # each kind of cluster fails in its own way; whoever runs this needs to know which
        advice = "correct `settings` of these workers, or ask who looks after the cluster"
        told = f"the cluster did not start: {type(error).__name__}: {error}"
        raise EvidenceError(Problem(told, f"workers of kind '{workers.kind}'", advice)) from error
    if workers.kind != "processes":
        cluster.scale(count_of(workers))
    return stack.enter_context(distributed.Client(cluster))


def _threads_there(client: Any) -> int:
    """Threads of all workers: a running cluster may have more of them than anybody here asked for."""
    try:  # not asked where it is known to be gone: half a minute would pass before that is believed
        return sum(client.nthreads().values()) if client.status == "running" else 0
    except OSError:  # the fits that the scheduler has will say so
        return 0


def _module(name: str, kind: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        package = name.split(".")[0].replace("_", "-")
        extra = "kubernetes" if kind == "kubernetes" else "cluster"
        advice = f"install the project with its extra: pip install 'demand-side-evaluation[{extra}]'"
        raise EvidenceError(
            Problem(f"workers of kind '{kind}' need the package {package}", "workers", advice)
        ) from error


def _wait_for_workers(client: Any, workers: Workers) -> None:
    try:
        client.wait_for_workers(1, timeout=workers.wait)
    except TimeoutError as error:
        advice = "start workers, or give them longer with workers.wait"
        raise EvidenceError(
            Problem(f"no worker came within {workers.wait:.0f} seconds", f"workers of kind '{workers.kind}'", advice)
        ) from error


def _refuse_other_versions(client: Any) -> None:
    here = versions()
    problems = [
        Problem(
            f"{package} is {theirs.get(package, 'missing')}, here {here[package]}",
            f"worker {address}",
            "give every worker this project's locked environment",
        )
        for address, theirs in client.run(_versions_there).items()
        for package in here
        if theirs.get(package) != here[package]
    ]
    if problems:
        raise EvidenceError(problems)


def versions() -> dict[str, str]:
    """Version of each of `PACKAGES` in this process; and what this project's own code is."""
    found = {package: version(package) for package in PACKAGES}
    return found | {"this project's code": _code_hash()}


def _versions_there() -> dict[str, str]:
    return versions()


@cache
def _code_hash() -> str:
    """Of the rooms that make a draw."""
    package = Path(__file__).parents[1]
    files = sorted(path for room in ("terms", "models", "inference") for path in (package / room).rglob("*.py"))
    return sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:12]
