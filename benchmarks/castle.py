"""The worked example beside its published answers: castle-doctrine laws and homicide, United States 2000-2010.

python benchmarks/castle.py        after: evaluation run castle_doctrine
"""

import argparse
from typing import Any

import numpy as np
from measured import ROOT, in_plain_words, machine, write_result
from rich.console import Console
from rich.table import Table

from evaluation.pipeline.formats import decode
from evaluation.pipeline.store import Place

# Log rate ratio, its standard error, 95 % interval. Data: Cheng and Hoekstra (2013). Estimators: Borusyak, Jaravel and
# Spiess (2024) on log rates, standard error clustered by state; Poisson with state and year effects and an offset.
PUBLISHED: dict[str, dict[str, float | None]] = {
    "imputation (BJS), clustered": {"mean": 0.0798, "se": 0.0609, "lower": -0.0395, "upper": 0.1991},
    "Poisson with offset": {"mean": 0.0597, "se": 0.0260, "lower": None, "upper": None},
}
MEAN_FROM, MEAN_TO = 0.03, 0.12  # where the posterior mean must lie
NARROWEST = 0.8  # times the width of the clustered interval


def main() -> None:
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    effect = decode(Place(ROOT, "castle_doctrine").path("effect.nc"))
    draws = effect["overall"]["log_ratio"].values.ravel()
    by_indicator = effect["indicator"]["log_ratio"]
    result: dict[str, Any] = {
        "command": "python benchmarks/castle.py",
        "machine": machine(),
        "ours": _described(draws),
        "controls": {
            str(name): _described(by_indicator.sel(indicator=name).values.ravel())
            for name in by_indicator["indicator"].values[~by_indicator["outcome"].values.astype(bool)]
        },
        "published": PUBLISHED,
    }
    result["verdicts"] = _verdicts(result["ours"])
    write_result("castle", result)
    _show(result)


def _described(draws: np.ndarray) -> dict[str, float]:
    lower, upper = np.quantile(draws, [0.025, 0.975])
    return {"mean": float(draws.mean()), "se": float(draws.std()), "lower": float(lower), "upper": float(upper)}


def _verdicts(ours: dict[str, float]) -> list[dict[str, Any]]:
    """The mean, and the width against each published interval: that of counts, as ours, and that of log rates.

    Log rates give a state of half a million people the weight of California; a model of counts does not, and its
    clustered interval is less than half as wide. Both are shown, the second also where it is not met.
    """
    width = ours["upper"] - ours["lower"]
    wide_as = {name: NARROWEST * 2 * 1.96 * float(one["se"] or 0) for name, one in PUBLISHED.items()}
    return [
        {
            "says": f"posterior mean within {MEAN_FROM} to {MEAN_TO}",
            "found": round(ours["mean"], 4),
            "holds": MEAN_FROM <= ours["mean"] <= MEAN_TO,
        },
        *(
            {
                "says": f"95 % interval at least {asked:.4f} wide ({NARROWEST} x that of: {name})",
                "found": round(width, 4),
                "holds": width >= asked,
            }
            for name, asked in wide_as.items()
        ),
    ]


def _show(result: dict[str, Any]) -> None:
    console = Console()
    table = Table(title="castle doctrine: log rate ratio of homicide, overall")
    for heading in ("", "mean", "se / sd", "95 % interval"):
        table.add_column(heading, justify="left" if not heading else "right")
    rows = {"ours": result["ours"]} | result["published"]
    for name, one in (rows | {f"ours, control: {name}": one for name, one in result["controls"].items()}).items():
        ends = "" if one["lower"] is None else f"{one['lower']:.4f} .. {one['upper']:.4f}"
        table.add_row(name, f"{one['mean']:.4f}", f"{one['se']:.4f}", ends)
    console.print(table)
    for verdict in result["verdicts"]:
        console.print(f"{'PASS' if verdict['holds'] else 'FAIL'}: {verdict['says']}; found {verdict['found']}")


if __name__ == "__main__":
    in_plain_words(main)
