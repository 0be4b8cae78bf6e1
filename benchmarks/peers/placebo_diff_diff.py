"""Callaway-Sant'Anna and imputation by diff-diff on placebo laws, in a process of its own; imports nothing of ours.

    python placebo_diff_diff.py DATA.npz OUT.csv

DATA and OUT as in placebo_pyfixest.py, of the mean log rate ratio over the treated cells. Both on log((count + 1/2) /
base), with their defaults: never treated units as controls, analytical standard errors clustered by unit.
"""

import csv
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from diff_diff import CallawaySantAnna, ImputationDiD

NOTHING = (float("nan"),) * 3


def main() -> None:
    data, out = Path(sys.argv[1]), Path(sys.argv[2])
    warnings.simplefilter("ignore")
    with np.load(data) as stored:
        arrays = {name: stored[name] for name in stored.files}
    rows = []
    for draw in range(len(arrays["count"])):
        for k, outcome in enumerate(arrays["outcome"]):
            frame = _frame(arrays, draw, k)
            for method, estimator in (("Callaway-Sant'Anna", CallawaySantAnna), ("imputation", ImputationDiD)):
                try:
                    fit = estimator().fit(frame, "log_rate", "unit", "time", "first_treat")
                    found = (fit.overall_att, *fit.overall_conf_int)
                except (ValueError, KeyError, np.linalg.LinAlgError) as error:
                    print(f"draw {draw}, {outcome}, {method}: {error}", file=sys.stderr)
                    found = NOTHING
                rows.append((draw, outcome, method, *map(float, found)))
    partial = out.with_suffix(".partial")
    with partial.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([("draw", "outcome", "method", "estimate", "lower", "upper"), *rows])
    partial.rename(out)


def _frame(arrays: dict[str, np.ndarray], draw: int, k: int) -> pd.DataFrame:
    count, base, exposure = arrays["count"][draw, k], arrays["base"][k], arrays["exposure"][draw]
    # periods count from 1: a first treated period of 0 says never
    first = np.where((exposure > 0).any(axis=1), (exposure > 0).argmax(axis=1) + 1, 0)
    units, times = np.nonzero(np.isfinite(count))
    return pd.DataFrame(
        {
            "unit": units, "time": times + 1, "first_treat": first[units],
            "log_rate": np.log((count[units, times] + 0.5) / base[units, times]),
        }
    )  # fmt: skip


if __name__ == "__main__":
    main()
