"""Simulated panels with a known effect: how often the 95 % interval of the overall effect covers it.

    python benchmarks/interval_coverage.py --panels 200 --seed 1

One compiled model, its data swapped for each panel. A panel's result is on the disk before the next begins: started
again, the command goes on where it stopped. (Not named coverage.py: numba imports a package of that name.)
"""

import argparse
import csv
import io
import time
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import numpy as np
import xarray as xr
from measured import KINDS, RESULTS, ROOT, in_plain_words, summarise, within_error, worst_of
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from simulated_panels import (
    ADOPTERS,
    EFFECT_SD,
    INDICATORS,
    PERIODS,
    PERSISTENCE,
    SCALES,
    SMALLEST,
    UNITS,
    Simulated,
    simulate,
)

from evaluation.inference.effect import contrast, treated_cells
from evaluation.inference.refit import Effort, Refit
from evaluation.pipeline.record import hash_of
from evaluation.pipeline.store import replacing
from evaluation.terms import ModelPlan, PanelPlan, Question, Study
from evaluation.terms.errors import EvidenceError, Problem
from evaluation.terms.panel import CELL, EXPOSURE, Status

PATH = RESULTS / "coverage.csv"
CHAINS, DRAWS, TUNE = 2, 400, 400
EFFECTS = dict(zip(KINDS, (None, 0.0, -20.0, -40.0), strict=True))
YEARS = tuple(str(2008 + t) for t in range(PERIODS))


def main() -> None:
    asked = _arguments()
    if asked.again:
        PATH.unlink(missing_ok=True)
    basis = {"seed": str(asked.seed), "basis": _basis()}
    rows = _rows_so_far(basis)
    done = {(row["kind"], row["panel"]) for row in rows}
    todo = [one for one in _panels(asked) if (one[0], str(one[1])) not in done]
    if todo:
        _measure(todo, rows, basis)
    _show(rows, asked)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--panels", type=int, default=200, help="panels with an effect drawn from the prior")
    parser.add_argument("--fixed", type=int, default=50, help="panels for each of the fixed effects 0, -20, -40 %%")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--again", action="store_true", help="throw away the results so far")
    return parser.parse_args()


def _panels(asked: argparse.Namespace) -> Iterator[tuple[str, int]]:
    for kind in KINDS:
        yield from ((kind, panel) for panel in range(asked.panels if kind == "drawn" else asked.fixed))


def _basis() -> str:
    """What a result rests on beside its seed: the model, the simulator and this file's sampling."""
    parts = [hash_of(ROOT / "evaluation" / "models"), hash_of(ROOT / "benchmarks" / "simulated_panels.py")]
    return sha256(f"{parts} {CHAINS} {DRAWS} {TUNE}".encode()).hexdigest()[:12]


def _rows_so_far(basis: dict[str, str]) -> list[dict[str, str]]:
    if not PATH.exists():
        return []
    with PATH.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    if any(row[name] != value for row in rows for name, value in basis.items()):
        advice = "add --again to measure anew, or move the file away"
        raise EvidenceError(Problem("it was made with another seed, model or simulator", str(PATH), advice))
    return rows


def _measure(todo: list[tuple[str, int]], rows: list[dict[str, str]], basis: dict[str, str]) -> None:
    study = simulated_study()
    # Which panel the model is compiled on must not depend on where an earlier start was interrupted.
    refit = Refit.of(study, panel_of(simulate(np.random.default_rng(int(basis["seed"])), None)))
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns) as progress:
        task = progress.add_task("simulated panels", total=len(todo))
        for kind, panel in todo:
            result = _one(study, refit, kind, panel, int(basis["seed"]))
            rows.append({"kind": kind, "panel": str(panel)} | result | basis)
            _write(rows)
            progress.advance(task)


def _one(study: Study, refit: Refit, kind: str, number: int, seed: int) -> dict[str, str]:
    began = time.monotonic()
    rng = np.random.default_rng([seed, KINDS.index(kind), number])
    simulated = simulate(rng, EFFECTS[kind])
    panel = panel_of(simulated)
    effort = Effort(draws=DRAWS, tune=TUNE, chains=CHAINS, target_accept=study.sampler.target_accept)
    drawn = refit.sample(study, panel, effort, seed=int(rng.integers(2**31)))
    on, off = drawn.meter.both_ways(panel, drawn.posterior, drawn.data)
    cells = treated_cells(study, panel, on["unit"]) & panel["outcome"]
    percent = contrast(on, off, cells, ("indicator", "unit", "time"))["percent"].values
    tree = xr.DataTree.from_dict({"posterior": drawn.posterior, "sample_stats": drawn.statistics})
    lower, median, upper = np.quantile(percent, [0.025, 0.5, 0.975])
    found = {"truth": simulated.truth, "median": median, "lower": lower, "upper": upper, **worst_of(tree)}
    return {name: f"{value:.6g}" for name, value in (found | {"seconds": time.monotonic() - began}).items()}


def _write(rows: list[dict[str, str]]) -> None:
    """The whole table under a temporary name, then renamed: a kill leaves the last whole one."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    with replacing(PATH) as stream:
        stream.write(text.getvalue().encode())


def simulated_study() -> Study:
    effect = {"prior": "wide", "priors": {"wide": {"mean": 0.0, "sd": EFFECT_SD}}, "unit_sd": SCALES["effect_unit"]}
    settings: dict[str, Any] = {
        "effect": effect, "leads": 0, "level_spread": SCALES["level_spread"], "shock_sd": SCALES["common"],
        "drift_sd": SCALES["drift"], "drift_persistence": list(PERSISTENCE), "noise_sd": SCALES["noise"],
    }  # fmt: skip
    return Study(
        name="coverage", title="Simulated panels", seed=1, simulated=True,
        panel=PanelPlan(observations=("simulated",), span=(YEARS[0], YEARS[-1])),
        question=Question(says="?", indicators=INDICATORS[:1], controls=INDICATORS[1:], interventions=("law",)),
        model=ModelPlan(name="staggered", settings=settings),
    )  # fmt: skip


def panel_of(simulated: Simulated) -> xr.Dataset:
    """The panel as docs/architecture.md describes it."""
    exposed = simulated.exposure > 0
    event = np.where(exposed.any(-1)[:, None], np.arange(PERIODS) - exposed.argmax(-1)[:, None], np.nan)
    known = np.where(simulated.lower < simulated.upper, Status.SUPPRESSED, Status.EXACT)
    cells = {name: (CELL, getattr(simulated, name)) for name in ("lower", "upper", "base")}
    status = np.where(np.isnan(simulated.lower), Status.NOT_REPORTED, known).astype(np.int8)
    panel = xr.Dataset(
        {**cells, "status": (CELL, status),
         "exposure": (EXPOSURE, simulated.exposure[None]), "event_time": (EXPOSURE, event[None])},
        coords={
            "indicator": list(INDICATORS), "unit": [f"U{u:02d}" for u in range(UNITS)], "time": list(YEARS),
            "intervention": ["law"], "asked": ("intervention", [True]), "region": ("unit", ["one"] * UNITS),
            "role": ("indicator", ["detection", "control"]), "outcome": ("indicator", [True, False]),
        },
    )  # fmt: skip
    assert exposed[:ADOPTERS].any(-1).all()  # which units adopt is part of the compiled model
    return panel.assign_attrs(widest_interval=SMALLEST - 1)  # a panel may happen to have no suppressed cell


def _show(rows: list[dict[str, str]], asked: argparse.Namespace) -> None:
    table = Table(title=f"coverage of the 95 % interval of the overall effect (seed {asked.seed})")
    for heading in ("effect", "panels", "coverage, %", "MC error", "bias, points", "median width", "excludes 0, %", ""):
        table.add_column(heading, justify="right")
    for kind in KINDS:
        some = [row for row in rows if row["kind"] == kind]
        if some:
            s = summarise(some)
            bias = f"{s['bias']:+.1f} ± {s['bias_error']:.1f}"
            numbers = (f"{s['panels']}", f"{s['coverage']:.1f}", f"{s['error']:.1f}", bias, f"{s['width']:.0f}")
            verdict = "within error" if within_error(s) else "OUTSIDE ERROR"
            table.add_row(kind, *numbers, f"{s['excludes_0']:.0f}", verdict)
    Console().print(table)


if __name__ == "__main__":
    in_plain_words(main)
