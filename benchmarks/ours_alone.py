"""This project's model on a panel of peer_cases.py, in a process of its own: what peers.py holds its peers against.

    python benchmarks/ours_alone.py simulated OUT --seed 1 --draws 1000 --chains 4

OUT receives `draws.npz` (effect: chain, draw; log rate ratio of the totals) and `said.json` (seconds, divergences).
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
from measured import in_plain_words
from peer_cases import case_of

from evaluation.inference.compiled import build, compile_model, sample
from evaluation.inference.effect import Meter, contrast, treated_cells


def main() -> None:
    asked = _arguments()
    study, panel = case_of(asked.case)
    began = time.monotonic()
    compiled = compile_model(build(study, panel))
    built = time.monotonic()
    drawn = sample(
        compiled, draws=asked.draws, chains=asked.chains, tune=study.sampler.tune,
        target_accept=study.sampler.target_accept, seed=asked.seed, progress=False,
    )  # fmt: skip
    sampled = time.monotonic()
    on, off = Meter(compiled.model).both_ways(panel, drawn["posterior"].to_dataset())
    cells = treated_cells(study, panel, on["unit"]) & panel["outcome"].astype(bool)
    percent = contrast(on, off, cells, ("indicator", "unit", "time"))["percent"].transpose("chain", "draw")
    said = {
        "compile_seconds": built - began,
        "sampling_seconds": sampled - built,
        "effect_seconds": time.monotonic() - sampled,
        "divergences": float(drawn["sample_stats"]["diverging"].sum()),
    }
    np.savez(asked.out / "draws.npz", effect=np.log1p(percent.values / 100))
    (asked.out / "said.json").write_text(json.dumps(said), encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("case", help="a panel of peer_cases.py")
    parser.add_argument("out", type=Path, help="a folder that exists")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--draws", type=int, default=1000, help="kept draws of each chain")
    parser.add_argument("--chains", type=int, default=4)
    return parser.parse_args()


if __name__ == "__main__":
    in_plain_words(main)
