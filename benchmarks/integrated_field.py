"""Refits with the latent field integrated out, held against NUTS: is the same effect found, and how much faster?

    python benchmarks/integrated_field.py --study buyer_laws --most 12
    python benchmarks/integrated_field.py --study simulated --seed 1
    python benchmarks/integrated_field.py --study buyer_laws --model detection

Readings of the study (priors, suppressed cells, breaks, dates, leads; adopters left out, false dates, false adopters)
are answered by the engine and by longer runs of NUTS, quantity by quantity, as log rate ratios of the totals. A reading
that the engine does not vouch for is listed with its reason. After `evaluation run STUDY`, or on a simulated panel.
Another model of the book is fitted to the study's panel first, with what the study says otherwise than the file of its
own model.
"""

import argparse
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import xarray as xr
from measured import ROOT, in_plain_words, machine, write_result
from rich.console import Console
from rich.table import Table
from simulated_panels import Size, simulate
from simulated_study import panel_of, study_of

from evaluation.inference.doubts import doubts
from evaluation.inference.integrated import ENGINE, Headline
from evaluation.inference.many import many
from evaluation.inference.refit import Effort, Refit, summary
from evaluation.inference.variants import Variant, variant
from evaluation.pipeline.formats import decode
from evaluation.pipeline.other_settings import settings_in
from evaluation.pipeline.run import read_study
from evaluation.pipeline.store import Place
from evaluation.terms.errors import EvidenceError, Problem
from evaluation.terms.study import INTEGRATED, ModelPlan, Study

SIMULATED = "simulated"
SIZE = Size(units=40, periods=15, indicators=3, adopters=8)
LONG = Effort(draws=1000, tune=200, chains=2, target_accept=0.85)  # of NUTS: what the engine is held against
HEADLINE = Effort(draws=1000, tune=300, chains=4, target_accept=0.85)  # of a simulated panel


def main() -> None:
    asked = _arguments()
    study, panel, headline = _asked(asked)
    more = f" --seed {asked.seed}" if asked.study == SIMULATED else ""
    more += f" --model {asked.model}" if asked.model else ""
    readings = _readings(study, panel, asked.most)
    plan = study.sampler
    short = Effort(draws=plan.variant_draws, tune=plan.variant_tune, chains=plan.variant_chains,
                   target_accept=plan.target_accept, engine=INTEGRATED)  # fmt: skip
    console = Console(stderr=True)
    console.print(f"{len(readings)} readings by the engine, and by NUTS those it does not vouch for")
    ours = many(study, panel, readings, replace(short, draws=LONG.draws), headline=headline)
    vouched = {name: one for name, one in readings.items() if str(ours["engine"].sel(variant=name).values) == ENGINE}
    if not vouched:
        reasons = sorted({str(one) for one in ours["engine_says"].values})
        raise EvidenceError(Problem("the engine vouches for no reading", "; ".join(reasons), "NUTS makes them all"))
    console.print(f"{len(vouched)} are vouched for; once more, as short as a study has them, for the time")
    _, start = _timed(study, panel, dict([next(iter(vouched.items()))]), short, headline)
    _, seconds = _timed(study, panel, vouched, short, headline)
    console.print("the same by NUTS")
    nuts, of_nuts = _timed(study, panel, vouched, LONG, None)
    each = (seconds - start) / max(len(vouched) - 1, 1)
    result = {
        "command": f"python benchmarks/integrated_field.py --study {asked.study}{more} --most {asked.most}",
        "machine": machine(), "study": asked.study, "model": study.model.name, "readings": len(readings),
        "rows": [row for name in vouched for row in _rows(name, ours, nuts)],
        "refused": {
            name: str(ours["engine_says"].sel(variant=name).values) for name in readings if name not in vouched
        },
        "start_seconds": start, "seconds_each": each, "nuts_seconds_each": of_nuts / max(len(vouched), 1),
    }  # fmt: skip
    write_result(f"integrated_field_{asked.study}{more.replace(' --', '_').replace(' ', '_')}", result)
    _show(result)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--study", default="buyer_laws", help=f"a study that has been run, or '{SIMULATED}'")
    parser.add_argument("--most", type=int, default=12, help="adopters left out, and false adopters, at most")
    parser.add_argument("--model", default="", help="another model of the book, on the panel of the study")
    parser.add_argument("--seed", type=int, default=1, help="of the simulated panel")
    asked = parser.parse_args()
    if asked.most < 1:
        parser.error("give --most 1 or more")
    return asked


def _asked(asked: argparse.Namespace) -> tuple[Study, xr.Dataset, Headline]:
    if asked.study == SIMULATED:
        study = study_of(SIZE)
        panel = panel_of(simulate(np.random.default_rng(asked.seed), None, SIZE), SIZE)
    else:
        place = Place(ROOT, asked.study)
        study, panel = read_study(place), decode(place.path("panel.nc"))
    if asked.study != SIMULATED and asked.model in ("", study.model.name):
        return study, panel, _kept(place)
    if asked.model:
        study = replace(study, model=ModelPlan(name=asked.model, settings=settings_in(study, asked.model, ROOT)[0]))
    return study, panel, _drawn(study, panel, asked.seed)


def _kept(place: Place) -> Headline:
    """What the study's own run holds."""
    posterior = decode(place.path("fit.nc"))["posterior"].to_dataset()
    main_answer = decode(place.path("variants.nc"))["percent"].sel(variant="main")
    return Headline.of(posterior, main_answer)


def _drawn(study: Study, panel: xr.Dataset, seed: int) -> Headline:
    drawn = Refit.of(study, panel).sample(study, panel, HEADLINE, seed=seed)
    return Headline.of(drawn.posterior, summary(drawn, "main", "")["percent"].isel(variant=0))


def _readings(study: Study, panel: xr.Dataset, most: int) -> dict[str, Variant]:
    """The study's own readings, and at most so many of each family of doubts."""
    checks = replace(study.checks, leave_one_out=True, false_dates=(2,), false_adopters=most)
    raised = doubts(replace(study, checks=checks), panel)
    families: dict[str, list[str]] = {}
    for name in raised:
        families.setdefault(name.partition(":")[0], []).append(name)
    chosen = [name for names in families.values() for name in names[:most]]
    own = {name: variant(name) for name in study.checks.variants}
    return own | {name: raised[name] for name in chosen}


def _timed(
    study: Study, panel: xr.Dataset, readings: Mapping[str, Variant], effort: Effort, headline: Headline | None
) -> tuple[xr.Dataset, float]:
    began = time.monotonic()
    return many(study, panel, readings, effort, headline=headline), time.monotonic() - began


def _rows(name: str, ours: xr.Dataset, nuts: xr.Dataset) -> Iterator[dict[str, Any]]:
    """One for each quantity of a reading."""
    for quantity in nuts["quantity"].values:
        here, there = (
            np.log1p(one["percent"].sel(variant=name, quantity=quantity).dropna("sample").values / 100)
            for one in (ours, nuts)
        )
        k = float(ours["pareto_k"].sel(variant=name))
        yield {
            "reading": name, "quantity": str(quantity), "nuts_mean": float(there.mean()), "nuts_sd": float(there.std()),
            "shift": float((here.mean() - there.mean()) / there.std()), "ratio": float(here.std() / there.std()),
            "pareto_k": k if np.isfinite(k) else None, "points_worth": float(ours["points_worth"].sel(variant=name)),
        }  # fmt: skip


def _show(result: dict[str, Any]) -> None:
    table = Table(title=f"{result['study']}, {result['model']}: the field integrated out, beside NUTS")
    for heading in (
        "reading",
        "NUTS, overall",
        "shift / sd",
        "sd ratio",
        "worst shift",
        "worst ratio",
        "Pareto k",
        "worth",
    ):
        table.add_column(heading, justify="left" if heading == "reading" else "right")
    for name in dict.fromkeys(row["reading"] for row in result["rows"]):
        rows = [row for row in result["rows"] if row["reading"] == name]
        one = rows[0]
        table.add_row(
            name, f"{one['nuts_mean']:+.3f} ± {one['nuts_sd']:.3f}", f"{one['shift']:+.2f}", f"{one['ratio']:.2f}",
            f"{max((row['shift'] for row in rows), key=abs):+.2f}",
            f"{max((row['ratio'] for row in rows), key=lambda ratio: abs(np.log(ratio))):.2f}",
            "" if one["pareto_k"] is None else f"{one['pareto_k']:.2f}", f"{one['points_worth']:.0f}",
        )  # fmt: skip
    console = Console()
    console.width = max(console.width, 120)  # whole rows, also into a file
    console.print(table)
    for name, why in result["refused"].items():
        console.print(f"{name}: left to NUTS, {why}", emoji=False)
    console.print(
        f"Starting took {result['start_seconds']:.1f} s, each further refit {result['seconds_each']:.2f} s, "
        f"a refit by NUTS of {LONG.chains} x ({LONG.tune} + {LONG.draws}) draws {result['nuts_seconds_each']:.1f} s."
    )


if __name__ == "__main__":
    in_plain_words(main)
