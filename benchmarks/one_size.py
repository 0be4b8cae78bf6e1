"""One size of `scale.py`, in a process of its own; what it finds is one line of JSON.

python benchmarks/one_size.py 50x15x2 --chains 2 --tune 100 --draws 100
"""

import argparse
import json
import resource
import sys
import time
from typing import Any

import numpy as np
from gradients import Gradient, median_seconds
from measured import in_plain_words
from simulated_panels import Size, simulate
from simulated_study import panel_of, study_of

from evaluation.inference.compiled import Compiled, build, compile_model, sample
from evaluation.terms.study import Study

ADOPT = 5  # one unit in so many adopts


def main() -> None:
    asked = _arguments()
    units, periods, indicators = (int(number) for number in asked.size.split("x"))
    size = Size(units, periods, indicators, adopters=max(1, units // ADOPT))
    study, panel = study_of(size), panel_of(simulate(np.random.default_rng(asked.seed), -20.0, size), size)
    began = time.perf_counter()
    model = build(study, panel)
    built = time.perf_counter()
    compiled = compile_model(model)
    found: dict[str, Any] = {
        "cells": units * periods * indicators,
        "dims": int(compiled.density.n_dim),
        "build_s": built - began,
        "compile_s": time.perf_counter() - built,
    }
    if not asked.compile_only:
        found["gradient_us"] = 1e6 * median_seconds(Gradient(compiled), asked.batches)
        found["peak_mib"] = _peak_mib()
        found["sampled"] = _sampled(study, compiled, asked) if asked.draws else None
    sys.stdout.write(json.dumps(found) + "\n")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("size", help="units x periods x indicators: 50x15x2")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--batches", type=int, default=15, help="batches of gradients; the median is reported")
    parser.add_argument("--chains", type=int, default=2)
    parser.add_argument("--tune", type=int, default=100)
    parser.add_argument("--draws", type=int, default=0, help="kept draws of each chain; 0: no sampling")
    parser.add_argument("--compile-only", action="store_true", help="fill the caches, and measure nothing else")
    return parser.parse_args()


def _sampled(study: Study, compiled: Compiled, asked: argparse.Namespace) -> dict[str, float]:
    """Seconds of a short run, leapfrog steps of a kept draw, and the peak of memory with the draws held."""
    began = time.perf_counter()
    drawn = sample(
        compiled, draws=asked.draws, tune=asked.tune, chains=asked.chains,
        target_accept=study.sampler.target_accept, seed=asked.seed, progress=False,
    )  # fmt: skip
    seconds = time.perf_counter() - began
    steps = float(drawn["sample_stats"]["n_steps"].mean())
    return {"seconds": seconds, "steps": steps, "peak_mib": _peak_mib()}


def _peak_mib() -> float:
    """The most memory this process has held."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10


if __name__ == "__main__":
    in_plain_words(main)
