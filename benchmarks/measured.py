"""What every measurement shares: where results lie, on what machine they were made, how errors are said."""

import json
import os
import platform
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from evaluation.inference.diagnostics import worst
from evaluation.pipeline.record import versions
from evaluation.pipeline.store import replacing
from evaluation.terms.errors import EvaluationError

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results"
KINDS = ("drawn", "0 %", "-20 %", "-40 %")  # of simulated effects; the first is the one the aim is about


def machine() -> dict[str, Any]:
    """The machine and the packages, in words; nothing that names an owner or a host."""
    return {
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "processor": _processor(),
        "system": f"{platform.system()} {platform.machine()}",
        "versions": versions(),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "")


def write_result(name: str, content: Mapping[str, Any]) -> Path:
    """Write `benchmarks/results/<name>.json`, whole or not at all."""
    path = RESULTS / f"{name}.json"
    with replacing(path) as stream:
        stream.write((json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode())
    return path


def summarise(rows: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Coverage of the 95 % interval over simulated panels, its Monte Carlo error, bias and width; all in percent.

    The standard error is that of a true coverage of 95 %, so that "within two" is a test of it at about 5 %.
    """
    truth, median, lower, upper, rhat = (
        np.array([float(row[name]) for row in rows]) for name in ("truth", "median", "lower", "upper", "rhat_max")
    )
    return {
        "panels": len(rows),
        "coverage": 100 * float(np.mean((lower <= truth) & (truth <= upper))),
        "error": 100 * float(np.sqrt(0.95 * 0.05 / len(rows))),
        "bias": float(np.mean(median - truth)),
        "bias_error": float(np.std(median - truth) / np.sqrt(len(rows))),
        "width": float(np.median(upper - lower)),
        "excludes_0": 100 * float(np.mean((lower > 0) | (upper < 0))),
        "rhat_above_1_05": 100 * float(np.mean(rhat > 1.05)),
    }


def within_error(summary: Mapping[str, float]) -> bool:
    """Whether the coverage lies within two Monte Carlo standard errors of 95 %."""
    return abs(summary["coverage"] - 95) <= 2 * summary["error"]


def worst_of(drawn: xr.DataTree) -> dict[str, float]:
    """R-hat and ESS of the worst sampled parameter, and the number of divergences."""
    parameters = [
        values.transpose("chain", "draw", ...).values for values in drawn["posterior"].to_dataset().data_vars.values()
    ]
    flat = np.concatenate([np.moveaxis(one.reshape(*one.shape[:2], -1), -1, 0) for one in parameters])
    return worst(flat) | {"divergences": float(drawn["sample_stats"]["diverging"].sum())}


def in_plain_words(main: Callable[[], None]) -> None:
    """Run a measurement; a user's mistake is a sentence and an exit code, an interrupt is no traceback."""
    try:
        main()
    except EvaluationError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
