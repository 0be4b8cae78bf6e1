"""Staggered difference-in-differences by CausalPy on placebo laws, in a process of its own; imports nothing of ours.

    python placebo_causalpy.py DATA.npz OUT.csv

DATA and OUT as in placebo_pyfixest.py, of the mean log rate ratio over the treated cells: log((count + 1/2) / base)
less what a Gaussian regression on effects of units and periods, fitted to the cells without the law, predicts there.
"""

import csv
import logging
import sys
import warnings
from pathlib import Path

import causalpy
import numpy as np
import pandas as pd

DRAWS, TUNE, CHAINS = 300, 300, 2
NOTHING = (float("nan"),) * 3


def main() -> None:
    data, out = Path(sys.argv[1]), Path(sys.argv[2])
    warnings.simplefilter("ignore")
    logging.getLogger("pymc").setLevel(logging.ERROR)
    with np.load(data) as stored:
        arrays = {name: stored[name] for name in stored.files}
    rows = []
    for draw in range(len(arrays["count"])):
        for k, outcome in enumerate(arrays["outcome"]):
            try:
                found = _fit(_frame(arrays, draw, k), draw)
            except (ValueError, KeyError, np.linalg.LinAlgError, causalpy.custom_exceptions.DataException) as error:
                print(f"draw {draw}, {outcome}: {error}", file=sys.stderr)
                found = NOTHING
            rows.append((draw, outcome, "CausalPy staggered", *found))
    partial = out.with_suffix(".partial")
    with partial.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([("draw", "outcome", "method", "estimate", "lower", "upper"), *rows])
    partial.rename(out)


def _frame(arrays: dict[str, np.ndarray], draw: int, k: int) -> pd.DataFrame:
    count, base, exposure = arrays["count"][draw, k], arrays["base"][k], arrays["exposure"][draw]
    # a unit without a cell before its law tells nothing: its own level is unknown
    before = (np.isfinite(count) & (exposure == 0)).any(axis=1)
    units, times = np.nonzero(np.isfinite(count) & before[:, None])
    return pd.DataFrame(
        {
            "unit": units, "time": times, "treated": (exposure[units, times] > 0).astype(int),
            "log_rate": np.log((count[units, times] + 0.5) / base[units, times]),
        }
    )  # fmt: skip


def _fit(frame: pd.DataFrame, seed: int) -> tuple[float, float, float]:
    kwargs = {"draws": DRAWS, "tune": TUNE, "chains": CHAINS, "cores": CHAINS, "random_seed": seed}
    model = causalpy.pymc_models.LinearRegression(sample_kwargs=kwargs | {"progressbar": False})
    result = causalpy.StaggeredDifferenceInDifferences(
        frame, formula="log_rate ~ 1 + C(unit) + C(time)", unit_variable_name="unit", time_variable_name="time",
        treated_variable_name="treated", model=model,
    )  # fmt: skip
    expected = result.y_pred.isel(treated_units=0).transpose("chain", "draw", ...).values
    treated = frame["treated"].to_numpy() == 1
    effect = (frame["log_rate"].to_numpy()[treated] - expected[..., treated]).mean(axis=-1)
    median, lower, upper = np.quantile(effect, [0.5, 0.025, 0.975])
    return float(median), float(lower), float(upper)


if __name__ == "__main__":
    main()
