"""Where many fits run: this machine's threads, processes of its own, or a cluster."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from evaluation.terms.errors import Problem, nearest

THREADS = "threads"
KINDS = (THREADS, "processes", "slurm", "kubernetes", "scheduler")


@dataclass(frozen=True, kw_only=True)
class Workers:
    """Workers of a batch of fits. They change how long it takes, and not one digit of what comes out.

    threads: threads of this process, sharing one compiled model. processes: a Dask cluster on this machine. slurm,
    kubernetes: a Dask cluster started there, `settings` being those of `dask_jobqueue.SLURMCluster` or
    `dask_kubernetes.operator.KubeCluster`. scheduler: a Dask cluster that is running already, at `address`.
    """

    kind: str = THREADS
    count: int = 0  # workers; 0: as many as this machine has cores
    address: str = ""  # of a running Dask scheduler: "tcp://10.0.0.1:8786"
    wait: float = 60.0  # seconds to wait for the first worker
    settings: Mapping[str, Any] = field(default_factory=dict)

    def problems(self, where: str) -> Iterator[Problem]:
        if self.kind not in KINDS:
            yield Problem(f"no workers are called '{self.kind}'", f"{where}.kind", nearest(self.kind, KINDS))
        if self.count < 0:
            yield Problem(f"count is {self.count}", f"{where}.count", "give 0 (as many as there are cores) or more")
        if self.kind == "scheduler" and not self.address:
            yield Problem("the scheduler has no address", f"{where}.address", "write tcp://HOST:8786")
        if self.kind != "scheduler" and self.address:
            yield Problem(f"{self.kind} have no address", f"{where}.address", "write kind: scheduler, or take it out")
        if self.wait <= 0:
            yield Problem(f"wait is {self.wait}", f"{where}.wait", "give seconds, more than 0")
