"""This project beside Stan and CausalPy: effective draws of the effect per second, and the time to a first answer.

    python benchmarks/peers.py --draws 1000 --repeats 3
    python benchmarks/peers.py --peer stan --study buyer_laws --repeats 1

Each peer has an environment of its own, made on first use. Ours and the peer's run in turn, each in a process of its
own: once with empty caches, which is the time to a first answer, then `--repeats` times with the caches of that run.
"""

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from arviz_stats.base import array_stats
from measured import ROOT, in_plain_words, machine, write_result
from peer_cases import COMPLETE, SIMULATED, Arrays, case_of, causalpy_data, stan_data
from peer_environment import CACHE, LISTS, interpreter_of
from peer_rows import ROWS, cells_of
from rich.console import Console
from rich.table import Table

from evaluation.terms.errors import EvidenceError, Problem

SEED = 1
Measured = dict[str, Any]


@dataclass(frozen=True)
class Peer:
    """What is known of a peer before it runs."""

    says: str
    pythons: tuple[str, ...]  # it works with, the best first
    panel: str
    same_model: bool  # then the two posteriors have to agree


PEERS = {
    # On Python 3.13 the extension that httpstan 4.17 builds asks for a symbol that this Python no longer has.
    "stan": Peer("Stan, through PyStan", ("3.12",), SIMULATED, True),
    "causalpy": Peer("CausalPy", ("3.13", "3.12"), COMPLETE, False),
}


def main() -> None:
    asked = _arguments()
    console = Console()
    for name in [asked.peer] if asked.peer else list(PEERS):
        _show(console, _measure(name, asked, console))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peer", choices=tuple(PEERS), help="one of them; both unless it is said")
    parser.add_argument("--study", help="with --peer stan: this study's panel in place of a simulated one")
    parser.add_argument("--draws", type=int, default=1000, help="kept draws of each chain")
    parser.add_argument("--chains", type=int, default=4)
    parser.add_argument("--repeats", type=int, default=3, help="pairs of runs with caches")
    asked = parser.parse_args()
    if asked.study and asked.peer != "stan":
        parser.error("--study needs --peer stan: CausalPy takes complete panels only")
    return asked


def _measure(name: str, asked: argparse.Namespace, console: Console) -> Measured:
    """One pair with empty caches, then the pairs that count."""
    peer, panel = PEERS[name], asked.study or PEERS[name].panel
    console.print(f"{name}: bringing its environment")
    python = interpreter_of(name, peer.pythons)
    scratch = CACHE / "runs"
    shutil.rmtree(scratch, ignore_errors=True)  # a cached fit would be taken for a quick one
    scratch.mkdir(parents=True)
    np.savez(scratch / "data.npz", **_data_of(name, panel))
    script = LISTS / f"run_{name}.py"
    commands = {
        "ours": [sys.executable, str(ROOT / "benchmarks" / "ours_alone.py"), panel],
        "peer": [str(python), str(script), str(scratch / "data.npz")],
    }
    runs: list[Measured] = []
    for repeat in range(asked.repeats + 1):
        console.print(f"{name}: " + (f"pair {repeat} of {asked.repeats}" if repeat else "with empty caches"))
        runs.append({side: _run(side, command, repeat, scratch, asked) for side, command in commands.items()})
        result = _result(name, panel, asked, runs)
        write_result(f"peers_{name}_{panel}", result)  # what is measured stays, whatever comes after
    return result


def _data_of(name: str, panel: str) -> Arrays:
    study, shaped = case_of(panel)
    return stan_data(study, shaped) if name == "stan" else causalpy_data(shaped)


def _run(side: str, command: list[str], repeat: int, scratch: Path, asked: argparse.Namespace) -> Measured:
    """One process from its start to its end, and what its draws are worth."""
    out = scratch / f"{side} {repeat}"
    out.mkdir()
    # Another seed for each run: PyStan keeps fits, and would give the same one again.
    options = {"seed": SEED + repeat, "draws": asked.draws, "chains": asked.chains}
    words = [*command, str(out), *(f"--{name}={value}" for name, value in options.items())]
    began, spent = time.monotonic(), _processor_seconds()
    done = subprocess.run(words, env=surroundings(side, scratch), capture_output=True, text=True, check=False)
    seconds = time.monotonic() - began
    if done.returncode:
        advice = "\n".join(done.stderr.strip().splitlines()[-5:])
        raise EvidenceError(Problem("the run failed", Path(command[1]).name, advice))
    with np.load(out / "draws.npz") as stored:
        effect = stored["effect"]
    said = json.loads((out / "said.json").read_text(encoding="utf-8"))
    return _measured(effect, said | {"whole_seconds": seconds, "processor_seconds": _processor_seconds() - spent})


def _processor_seconds() -> float:
    """What finished processes below this one have used of the processor: other work on the machine does not count."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def surroundings(side: str, scratch: Path) -> dict[str, str]:
    """The environment variables of a run: its own caches, and for a peer nothing that leads to our packages."""
    caches = scratch / f"caches of {side}"
    ours = {"PYTHONPATH"} if side == "ours" else set()
    left_out = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "PYTHONDONTWRITEBYTECODE"} - ours
    return {name: value for name, value in os.environ.items() if name not in left_out} | {
        "XDG_CACHE_HOME": str(caches / "any"),  # httpstan keeps compiled models there
        "NUMBA_CACHE_DIR": str(caches / "numba"),
        "PYTENSOR_FLAGS": f"base_compiledir={caches / 'pytensor'}",
    }


def _measured(effect: np.ndarray, said: Measured) -> Measured:
    """Bulk ESS of the effect, the same way for all; computing the effect from the draws counts as sampling."""
    ess = float(array_stats.ess(effect, chain_axis=0, draw_axis=1, method="bulk"))
    return said | {
        "ess": ess,
        "rhat": float(array_stats.rhat(effect, chain_axis=0, draw_axis=1, method="rank")),
        "mean": float(effect.mean()),
        "sd": float(effect.std(ddof=1)),
        "ess_per_second": ess / (said["sampling_seconds"] + said["effect_seconds"]),
        "ess_per_processor_second": ess / said["processor_seconds"],
    }


def _result(name: str, panel: str, asked: argparse.Namespace, runs: list[Measured]) -> Measured:
    first, pairs = runs[0], runs[1:] or runs  # where there is no other pair, that with empty caches stands for it
    options = f" --study {asked.study}" if asked.study else ""
    options += f" --draws {asked.draws}" + ("" if asked.chains == 4 else f" --chains {asked.chains}")
    result: Measured = {
        "command": f"python benchmarks/peers.py --peer {name}{options} --repeats {asked.repeats}",
        "peer": PEERS[name].says,
        "panel": panel,
        "chains": asked.chains,
        "draws": asked.draws,
        "machine": machine(),
        "peer_versions": first["peer"]["versions"],
        "first": first,
        "pairs": pairs,
        "median": {side: _medians(pairs, side) for side in ("ours", "peer")},
        "ratio": _ratios(first, pairs),
    }
    return result | ({"agreement": _agreement(runs)} if PEERS[name].same_model else {})


def _medians(pairs: list[Measured], side: str) -> dict[str, float]:
    return {name: statistics.median(pair[side][name] for pair in pairs) for name in ROWS if name in pairs[0][side]}


def _ratios(first: Measured, pairs: list[Measured]) -> dict[str, float]:
    """How many times better ours is: more effective draws a second, fewer seconds to an answer."""

    def more(name: str) -> float:
        return statistics.median(pair["ours"][name] / pair["peer"][name] for pair in pairs)

    def fewer(name: str, some: list[Measured]) -> float:
        return statistics.median(pair["peer"][name] / pair["ours"][name] for pair in some)

    return {
        "ess_per_second": more("ess_per_second"),
        "ess_per_processor_second": more("ess_per_processor_second"),
        **{name: fewer(name, pairs) for name in ("whole_seconds", "processor_seconds")},
        **{f"first_{name}": fewer(name, [first]) for name in ("whole_seconds", "processor_seconds")},
    }


def _agreement(runs: list[Measured]) -> dict[str, float]:
    """Means over all runs, their difference in Monte Carlo standard errors, and the ratio of the sds."""
    mean = {side: float(np.mean([run[side]["mean"] for run in runs])) for side in ("ours", "peer")}
    sd = {side: float(np.sqrt(np.mean([run[side]["sd"] ** 2 for run in runs]))) for side in ("ours", "peer")}
    worth = {side: sum(run[side]["ess"] for run in runs) for side in ("ours", "peer")}
    error = float(np.sqrt(sum(sd[side] ** 2 / worth[side] for side in sd)))
    found = {f"{side}_mean": mean[side] for side in mean} | {f"{side}_sd": sd[side] for side in sd}
    difference = mean["ours"] - mean["peer"]
    return found | {"difference": difference, "error": error, "errors_apart": abs(difference) / error}


def _show(console: Console, result: Measured) -> None:
    table = Table(title=f"{result['peer']}, {result['panel']} panel: {result['chains']} chains x {result['draws']}")
    for heading in ("", "ours", "peer", "ratio"):
        table.add_column(heading, justify="left" if not heading else "right")
    for cells in cells_of(result):
        table.add_row(*cells)
    console.print(table)
    if "agreement" in result:
        console.print(f"means {result['agreement']['errors_apart']:.1f} Monte Carlo standard errors apart")


if __name__ == "__main__":
    in_plain_words(main)
