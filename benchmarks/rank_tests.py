"""Is every model calibrated? Panels drawn from its own priors, each fitted, and where the truth lies among the draws.

    python benchmarks/rank_tests.py                                   every model of the book, 200 simulations each
    python benchmarks/rank_tests.py --models detection --simulations 50

Simulation-based calibration (Talts, Betancourt, Simpson, Vehtari and Gelman 2018, arXiv:1804.06788), as the rehearsal
of a study does it, on a small calendar with missing and suppressed cells, with the settings of `conf/model/`. Every
finished fit is on the disk: started again, the command goes on where it stopped.
"""

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import xarray as xr
import yaml
from measured import RESULTS, ROOT, in_plain_words, machine, write_result
from rich.console import Console
from scipy.stats import binom
from simulated_panels import Size, simulate
from simulated_study import panel_of, study_of

from evaluation.checks import rehearse
from evaluation.inference.rehearsal import rehearse_fits
from evaluation.inference.simulations import OVERALL
from evaluation.models.book import model_names
from evaluation.panel.shape import design_of
from evaluation.pipeline.many_fits import Shelf, counted
from evaluation.pipeline.record import hash_of
from evaluation.terms.errors import Problem, StudyError, nearest
from evaluation.terms.study import ModelPlan, RehearsalPlan, Study

CALENDAR = Size(units=10, periods=12, indicators=3, adopters=4)
NAME = "rank_tests"


def main() -> None:
    asked = _arguments()
    console = Console(stderr=True)
    for name in asked.models:
        study, design = _rehearsed(name, asked.simulations, asked.draws, asked.seed)
        shelf = Shelf(ROOT / ".cache" / NAME / f"{name}-{_code()}")
        began = time.monotonic()
        with counted(name, shown=True) as watch:
            found = rehearse_fits(study, design, kept=shelf, watch=watch)
        row = _row(study, design, found) | {"seconds": round(time.monotonic() - began)}
        _keep(name, row)
        console.print(name, row, markup=False)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", nargs="+", default=list(model_names()), help="names in the book of models")
    parser.add_argument("--simulations", type=int, default=200)
    parser.add_argument("--draws", type=int, default=200, help="kept draws of each fit, after as many of tuning")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    for name in asked.models:
        if name not in model_names():
            raise StudyError(Problem(f"no model is called '{name}'", "--models", nearest(name, model_names())))
    return asked


def _code() -> str:
    """What the fits hang on: another version of a model has a shelf of its own."""
    return "-".join(hash_of(ROOT / "evaluation" / room)[:8] for room in ("models", "inference"))


def _rehearsed(name: str, simulations: int, draws: int, seed: int) -> tuple[Study, xr.Dataset]:
    """The study and the calendar of a model: 10 units, 12 years, two outcomes and a negative control, 4 adopters."""
    panel = panel_of(simulate(np.random.default_rng(seed), None, CALENDAR), CALENDAR)
    panel, settings = _BESIDE.get(name, _alone)(panel)
    usual = yaml.safe_load((ROOT / "conf" / "model" / f"{name}.yaml").read_text(encoding="utf-8"))
    del usual["name"]
    usual["effect"]["priors"]["claimed"]["mean"] = 0.0
    plan = RehearsalPlan(from_prior=simulations, tune=draws, draws=draws)
    base = study_of(CALENDAR)
    study = replace(
        base, name=f"rank_test_{name}", seed=seed, model=ModelPlan(name=name, settings=usual | settings),
        checks=replace(base.checks, rehearsal=plan, run=("calibration", "calibration_scales")),
    )  # fmt: skip
    return study, design_of(panel)


def _alone(panel: xr.Dataset) -> tuple[xr.Dataset, dict[str, Any]]:
    return panel, {}


def _in_a_ring(panel: xr.Dataset) -> tuple[xr.Dataset, dict[str, Any]]:
    """Every unit lies between two others."""
    count = panel.sizes["unit"]
    beside = (np.roll(np.eye(count), 1, axis=1) + np.roll(np.eye(count), -1, axis=1)) / 2
    weights = {"weights": (("unit", "neighbour"), beside)}
    return panel.assign_coords(neighbour=panel["unit"].values).assign(weights), {}


def _with_a_market(panel: xr.Dataset) -> tuple[xr.Dataset, dict[str, Any]]:
    """The second outcome shows the market, whatever the effort to detect."""
    roles = ["detection", "market", *["control"] * (panel.sizes["indicator"] - 2)]
    return panel.assign_coords(role=("indicator", roles)), {}


_BESIDE: dict[str, Callable[[xr.Dataset], tuple[xr.Dataset, dict[str, Any]]]] = {
    "displacement": _in_a_ring,
    "detection": _with_a_market,
}


def _row(study: Study, design: xr.Dataset, found: xr.Dataset) -> dict[str, Any]:
    """What the checks of a rehearsal say, and how often 95 % intervals of the overall effect hold the truth."""
    seen = {one.check: one for one in rehearse(study, design, found)}
    overall = found.sel(quantity=OVERALL)
    usable = np.isfinite(overall["median"].values)
    held = ((overall["lower"] <= overall["truth"]) & (overall["truth"] <= overall["upper"])).values[usable]
    return {
        "simulations": int(usable.size),
        "fitted": int(usable.sum()),
        "held": int(held.sum()),
        "chance": float(binom.cdf(held.sum(), held.size, 0.95)),
        "quantities": len(found["quantity"]),
        "left_out": float(seen["calibration"].details.get("left_out", 0.0)),
        "effects": _judged(seen["calibration"]),
        "scales": _judged(seen["calibration_scales"]),
    }


def _judged(finding: Any) -> dict[str, Any]:
    outside = [name.removeprefix("beyond_") for name, beyond in finding.details.items() if beyond > 0]
    outside = [name for name in outside if name != "left_out"]
    return {"verdict": finding.verdict.value, "says": finding.says, "outside": outside}


def _keep(name: str, row: dict[str, Any]) -> None:
    """Beside what is known of other models."""
    path = RESULTS / f"{NAME}.json"
    known = json.loads(path.read_text(encoding="utf-8"))["models"] if path.exists() else {}
    calendar = {"units": CALENDAR.units, "periods": CALENDAR.periods, "adopters": CALENDAR.adopters}
    write_result(NAME, {"machine": machine(), "calendar": calendar, "models": known | {name: row}})


if __name__ == "__main__":
    in_plain_words(main)
