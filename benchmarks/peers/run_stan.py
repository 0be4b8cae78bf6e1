"""Fit staggered.stan to one data file with PyStan, in a process of its own; imports nothing of the project.

    python run_stan.py DATA.npz OUT --seed 1 --draws 1000 --chains 4

OUT receives `draws.npz` (effect: chain, draw; log rate ratio) and `said.json` (seconds, divergences, versions).
"""

import argparse
import json
import os
import platform
import re
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np
import stan

ELAPSED = re.compile(rb"info:[A-Za-z :]*([0-9.]+) seconds \(Total\)")  # Stan's own clock, one line a chain


def main() -> None:
    asked = _arguments()
    with np.load(asked.data) as stored:
        data = {name: stored[name].tolist() for name in stored.files}
    program = Path(__file__).with_name("staggered.stan").read_text(encoding="utf-8")
    began = time.monotonic()
    model = stan.build(program, data=data, random_seed=asked.seed)
    built = time.monotonic()
    fit = model.sample(num_chains=asked.chains, num_samples=asked.draws)  # 1,000 of warm-up and delta 0.8: its defaults
    sampled = time.monotonic()
    own = [float(seconds) for output in fit.stan_outputs for seconds in ELAPSED.findall(output)]
    said = {
        "compile_seconds": built - began,
        "sampling_seconds": sampled - built,
        "effect_seconds": 0.0,  # computed while sampling, in generated quantities
        "own_seconds": sum(own) / min(asked.chains, os.cpu_count() or 1),  # PyStan runs as many chains as cores at once
        "divergences": float(fit["divergent__"].sum()),
        "versions": {"python": platform.python_version()} | {name: version(name) for name in ("pystan", "httpstan")},
    }
    np.savez(asked.out / "draws.npz", effect=_by_chain(fit["overall"], asked.chains))
    (asked.out / "said.json").write_text(json.dumps(said), encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="what the data block of staggered.stan asks for")
    parser.add_argument("out", type=Path, help="a folder that exists")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--draws", type=int, default=1000, help="kept draws of each chain")
    parser.add_argument("--chains", type=int, default=4)
    return parser.parse_args()


def _by_chain(flat: np.ndarray, chains: int) -> np.ndarray:
    """PyStan gives draws of one quantity as (1, draw x chain) with the chain fastest; here (chain, draw)."""
    return flat.reshape(-1, chains).T


if __name__ == "__main__":
    main()
