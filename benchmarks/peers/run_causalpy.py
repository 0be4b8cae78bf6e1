"""Staggered difference-in-differences by CausalPy, in a process of its own; imports nothing of the project.

    python run_causalpy.py DATA.npz OUT --seed 1 --draws 1000 --chains 4

DATA holds one row a cell: `unit`, `time`, `treated` (0 or 1), `log_rate`. A Gaussian regression on effects of units
and periods is fitted to the cells without treatment; the effect is the mean over the others of what was found less what
it predicts. OUT receives `draws.npz` (effect: chain, draw; log rate ratio) and `said.json` (seconds, versions).
"""

import argparse
import json
import os
import platform
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import causalpy
import numpy as np
import pandas as pd
import pymc as pm


def main() -> None:
    asked = _arguments()
    with np.load(asked.data) as stored:
        frame = pd.DataFrame({name: stored[name] for name in stored.files})
    cores = min(asked.chains, os.cpu_count() or 1)
    model = causalpy.pymc_models.LinearRegression(
        sample_kwargs={
            "draws": asked.draws, "chains": asked.chains, "cores": cores, "random_seed": asked.seed,
            "progressbar": False,
        }
    )  # fmt: skip
    spent: dict[str, float] = {}
    pm.sample = _timed(pm.sample, "sample", spent)
    causalpy.pymc_models.PyMCModel.predict = _timed(causalpy.pymc_models.PyMCModel.predict, "predict", spent)
    result = causalpy.StaggeredDifferenceInDifferences(
        frame, formula="log_rate ~ 1 + C(unit) + C(time)", unit_variable_name="unit", time_variable_name="time",
        treated_variable_name="treated", model=model,
    )  # fmt: skip
    sampling = float(model.idata.posterior.attrs["sampling_time"])
    said = {
        "compile_seconds": spent["sample"] - sampling,
        "sampling_seconds": sampling,
        "effect_seconds": spent["predict"],
        "divergences": float(model.idata.sample_stats["diverging"].sum()),
        "versions": {"python": platform.python_version()} | {name: version(name) for name in ("causalpy", "pymc")},
    }
    np.savez(asked.out / "draws.npz", effect=_effect(result, frame))
    (asked.out / "said.json").write_text(json.dumps(said), encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="one row a cell: unit, time, treated, log_rate")
    parser.add_argument("out", type=Path, help="a folder that exists")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--draws", type=int, default=1000, help="kept draws of each chain")
    parser.add_argument("--chains", type=int, default=4)
    return parser.parse_args()


def _timed(does: Callable[..., Any], name: str, spent: dict[str, float]) -> Callable[..., Any]:
    """The same function; the seconds in it are added to `spent`."""

    def measured(*arguments: Any, **named: Any) -> Any:
        began = time.monotonic()
        result = does(*arguments, **named)
        spent[name] = spent.get(name, 0.0) + time.monotonic() - began
        return result

    return measured


def _effect(result: Any, frame: pd.DataFrame) -> np.ndarray:
    """Draws (chain, draw) of the mean over the treated cells, as CausalPy itself averages them by event time."""
    expected = result.y_pred.isel(treated_units=0).transpose("chain", "draw", ...).values
    treated = frame["treated"].to_numpy() == 1
    return (frame["log_rate"].to_numpy()[treated] - expected[..., treated]).mean(axis=-1)


if __name__ == "__main__":
    main()
