"""What peers say about the same placebo laws: each in an environment and a process of its own, without a line of ours.

Each is given one outcome at a time: the counts reported, suppressed ones as 2, missing ones left out. The log rate is
that of the count plus one half; regressions get the law's exposure, the others the first year with any.
"""

import csv
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
import xarray as xr
from measured import ROOT
from peer_environment import LISTS, interpreter_of
from peers import surroundings
from placebo_draws import Array, outcomes_of, truths_of_peers
from placebo_rows import Estimate

from evaluation.terms.errors import EvidenceError, Problem
from evaluation.terms.panel import CELL, EXPOSURE, Status

SUPPRESSED_AS = 2.0  # persons


@dataclass(frozen=True)
class Peer:
    """A package, and what it is asked."""

    pythons: tuple[str, ...]
    methods: dict[str, str]  # method: which of `truths_of_peers` it estimates


PEERS = {
    "pyfixest": Peer(("3.13", "3.12"), {"Poisson two-way": "totals", "log-linear two-way": "at_full"}),
    "diff_diff": Peer(("3.13", "3.12"), {"Callaway-Sant'Anna": "cells", "imputation": "cells"}),
    "causalpy": Peer(("3.13", "3.12"), {"CausalPy staggered": "cells"}),
}


@dataclass(frozen=True)
class Batch:
    """All placebos of one kind."""

    kind: str
    panels: Sequence[xr.Dataset]  # as reported under the law
    values: Sequence[Array]  # (indicator, unit, time), counts without the law
    effects: Sequence[Array]  # (indicator, unit, time), log rate ratios

    @classmethod
    def of(cls, kind: str, drawn: Sequence[tuple[xr.Dataset, Array, Array]]) -> "Batch":
        """From triples of them."""
        return cls(kind, *zip(*drawn, strict=True))  # type: ignore[arg-type]

    def arrays(self, count: int) -> dict[str, Array]:
        """For the first `count` placebos: what a peer is given."""
        first, some = self.panels[0], self.panels[:count]
        outcome = first["outcome"].values.astype(bool)
        return {
            "outcome": np.array(outcomes_of(first)),
            "count": np.array([_as_given(panel)[outcome] for panel in some]),  # (draw, outcome, unit, time)
            "base": first["base"].transpose(*CELL).values[outcome],
            "exposure": np.array([panel["exposure"].transpose(*EXPOSURE).values[0] for panel in some]),
        }


def _as_given(panel: xr.Dataset) -> Array:
    status, lower = (panel[name].transpose(*CELL).values for name in ("status", "lower"))
    counts = np.where(status == int(Status.EXACT), lower, np.nan)
    return np.where(status == int(Status.SUPPRESSED), SUPPRESSED_AS, counts)


def estimates_of_peers(name: str, batch: Batch, study: str, causalpy: int) -> Iterator[Estimate]:
    """What one package says of a batch; read from the disk where it has said so before."""
    peer = PEERS[name]
    count = min(causalpy, len(batch.panels)) if name == "causalpy" else len(batch.panels)
    truths = [truths_of_peers(*one) for one in zip(batch.panels, batch.values, batch.effects, strict=True)]
    for row in _answers(name, peer, batch.arrays(count), study):
        draw, outcome, method = int(row["draw"]), row["outcome"], row["method"]
        if outcome in truths[draw]:
            yield Estimate(
                kind=batch.kind, draw=draw, method=method, quantity=outcome, engine=name,
                truth=truths[draw][outcome][peer.methods[method]], rhat=np.nan,
                **{end: float(row[end]) for end in ("estimate", "lower", "upper")},
            )  # fmt: skip


def _answers(name: str, peer: Peer, arrays: dict[str, Array], study: str) -> list[dict[str, str]]:
    script = LISTS / f"placebo_{name}.py"
    told = sha256(script.read_bytes() + (LISTS / f"{name}.txt").read_bytes())
    for array in arrays.values():
        told.update(str(array.shape).encode() + np.ascontiguousarray(array).tobytes())
    folder = ROOT / ".cache" / "placebo_laws" / f"{study}_peers"
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"{name}-{told.hexdigest()[:16]}"
    out = folder / f"{stem}.csv"
    if not out.exists():
        np.savez(folder / f"{stem}.npz", **arrays)
        _run([str(interpreter_of(name, peer.pythons)), str(script), str(folder / f"{stem}.npz"), str(out)], folder)
    with out.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, env=surroundings("peer", folder), capture_output=True, text=True, check=False)
    if done.returncode:
        advice = "\n".join(done.stderr.strip().splitlines()[-5:])
        raise EvidenceError(Problem("the run failed", Path(command[1]).name, advice))
