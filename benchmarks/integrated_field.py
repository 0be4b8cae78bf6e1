"""Refits with the field integrated out, held against NUTS: is the same effect found, and how much faster?

    python benchmarks/integrated_field.py --study buyer_laws --points 100

Every reading of the study is answered by `inference.integrated` and set beside the draws of NUTS in the study's own
`variants.nc`, quantity by quantity, as log rate ratios of the totals. A reading that the engine does not vouch for is
listed with its reason. After `evaluation run STUDY`.
"""

import argparse
import time
from typing import Any

import numpy as np
import xarray as xr
from measured import ROOT, in_plain_words, machine, write_result
from rich.console import Console
from rich.progress import track
from rich.table import Table

from evaluation.inference.integrated import POINTS, Headline, Integrated, NotProvenError, integrated_summary
from evaluation.inference.refit import Effort
from evaluation.inference.variants import variant
from evaluation.pipeline.formats import decode
from evaluation.pipeline.run import read_study
from evaluation.pipeline.store import Place
from evaluation.terms.errors import EvidenceError, Problem
from evaluation.terms.study import Study

EFFORT = Effort(draws=1000, tune=0, chains=2, target_accept=0.0)
FEWEST = 30  # points: fewer have no tail to smooth


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--study", default="buyer_laws")
    parser.add_argument("--points", type=int, default=POINTS, help="draws of the scales that serve as the design")
    asked = parser.parse_args()
    if asked.points < FEWEST:
        raise EvidenceError(
            Problem(f"{asked.points} points", "--points", f"give at least {FEWEST}: weights need a tail")
        )
    place = Place(ROOT, asked.study)
    study, panel, nuts = read_study(place), decode(place.path("panel.nc")), decode(place.path("variants.nc"))
    posterior = decode(place.path("fit.nc"))["posterior"].to_dataset()
    began = time.monotonic()
    try:
        engine = Integrated(study, panel, Headline.of(posterior, nuts["percent"].sel(variant="main"), asked.points))
    except NotProvenError as error:
        raise EvidenceError(Problem(str(error), asked.study, "this study is for NUTS")) from error
    start = time.monotonic() - began
    names = [name for name in study.checks.variants if name in nuts["variant"].values]
    rows = [row for name in track(names, transient=True) for row in _rows(engine, study, panel, nuts, name)]
    result = {
        "command": f"python benchmarks/integrated_field.py --study {asked.study} --points {asked.points}",
        "machine": machine(), "study": asked.study, "points": asked.points, "rows": rows,
        "start_seconds": start, "headline_shift": engine.farthest,
    }  # fmt: skip
    write_result(f"integrated_field_{asked.study}", result)
    _show(result)


def _rows(engine: Integrated, study: Study, panel: xr.Dataset, nuts: xr.Dataset, name: str) -> list[dict[str, Any]]:
    began = time.monotonic()
    try:
        found = engine.sample(*variant(name).apply(study, panel), EFFORT, seed=study.seed_for(f"integrated {name}"))
    except NotProvenError as error:
        return [{"variant": name, "refused": str(error), "seconds": time.monotonic() - began}]
    percent = integrated_summary(*found, name, "")["percent"].isel(variant=0)
    seconds = time.monotonic() - began
    rows = []
    for quantity in percent["quantity"].values:
        there = np.log1p(nuts["percent"].sel(variant=name, quantity=quantity).dropna("sample").values / 100)
        here = np.log1p(percent.sel(quantity=quantity).values / 100)
        rows.append({
            "variant": name, "quantity": str(quantity), "nuts_mean": float(there.mean()), "nuts_sd": float(there.std()),
            "mean": float(here.mean()), "sd": float(here.std()),
            "shift": float((here.mean() - there.mean()) / there.std()), "ratio": float(here.std() / there.std()),
            "pareto_k": found[1].pareto_k if np.isfinite(found[1].pareto_k) else None,
            "points_worth": found[1].worth, "seconds": seconds,
        })  # fmt: skip
    return rows


def _show(result: dict[str, Any]) -> None:
    table = Table(title=f"{result['study']}: the field integrated out, {result['points']} points, beside NUTS")
    for heading in ("reading", "effect on", "NUTS", "integrated", "shift / sd", "sd ratio", "Pareto k", "worth", "s"):
        table.add_column(heading, justify="left" if heading in ("reading", "effect on") else "right")
    for row in result["rows"]:
        if "refused" in row:
            table.add_row(row["variant"], "left to NUTS", "", "", "", "", "", "", f"{row['seconds']:.1f}")
            continue
        table.add_row(
            row["variant"], row["quantity"], f"{row['nuts_mean']:.3f} ± {row['nuts_sd']:.3f}",
            f"{row['mean']:.3f} ± {row['sd']:.3f}", f"{row['shift']:+.2f}", f"{row['ratio']:.2f}",
            "" if row["pareto_k"] is None else f"{row['pareto_k']:.2f}",
            f"{row['points_worth']:.0f}", f"{row['seconds']:.1f}",
        )  # fmt: skip
    console = Console()
    console.width = max(console.width, 120)  # whole rows, also into a file
    console.print(table)
    for row in result["rows"]:
        if "refused" in row:
            console.print(f"{row['variant']}: {row['refused']}", emoji=False)
    console.print(f"Starting the engine took {result['start_seconds']:.1f} s. Aim: mean within 0.1 sd, sd within 10 %.")


if __name__ == "__main__":
    in_plain_words(main)
