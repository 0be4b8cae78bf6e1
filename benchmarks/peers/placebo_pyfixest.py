"""Two-way fixed effects by pyfixest on placebo laws, in a process of its own; imports nothing of the project.

    python placebo_pyfixest.py DATA.npz OUT.csv

DATA: `count` (draw, outcome, unit, time; NaN where missing), `base` (outcome, unit, time), `exposure` (draw, unit,
time), `outcome` (names). OUT: one row a draw, outcome and method: estimate and 95 % interval of the log rate ratio at
full exposure. Poisson with the base as offset, and least squares of log((count + 1/2) / base); both with effects of
units and periods, standard errors clustered by unit.
"""

import csv
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pyfixest as pf

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
            for method, fit in (("Poisson two-way", _poisson), ("log-linear two-way", _log_linear)):
                try:
                    found = fit(frame)
                except (ValueError, KeyError, np.linalg.LinAlgError) as error:
                    print(f"draw {draw}, {outcome}, {method}: {error}", file=sys.stderr)
                    found = NOTHING
                rows.append((draw, outcome, method, *found))
    partial = out.with_suffix(".partial")
    with partial.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([("draw", "outcome", "method", "estimate", "lower", "upper"), *rows])
    partial.rename(out)


def _frame(arrays: dict[str, np.ndarray], draw: int, k: int) -> pd.DataFrame:
    count, base, exposure = arrays["count"][draw, k], arrays["base"][k], arrays["exposure"][draw]
    units, times = np.nonzero(np.isfinite(count))
    known = count[units, times], base[units, times]
    return pd.DataFrame(
        {
            "unit": units, "time": times, "count": known[0], "log_base": np.log(known[1]),
            "log_rate": np.log((known[0] + 0.5) / known[1]), "exposure": exposure[units, times],
        }
    )  # fmt: skip


def _poisson(frame: pd.DataFrame) -> tuple[float, float, float]:
    return _told(pf.fepois("count ~ exposure | unit + time", frame, vcov={"CRV1": "unit"}, offset="log_base"))


def _log_linear(frame: pd.DataFrame) -> tuple[float, float, float]:
    return _told(pf.feols("log_rate ~ exposure | unit + time", frame, vcov={"CRV1": "unit"}))


def _told(fit: object) -> tuple[float, float, float]:
    ends = fit.confint().loc["exposure"]  # type: ignore[attr-defined]
    return float(fit.coef()["exposure"]), float(ends.iloc[0]), float(ends.iloc[1])  # type: ignore[attr-defined]


if __name__ == "__main__":
    main()
