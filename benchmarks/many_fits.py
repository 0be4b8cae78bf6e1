"""Fits a minute: one compiled model with its data swapped, against a model built and compiled anew for every data set.

    python benchmarks/many_fits.py                        simulated panels of 12 units x 15 periods x 2 indicators
    python benchmarks/many_fits.py --study buyer_laws     a study's own panel, in the readings its checks ask for

Both sides fit the same data sets with the same sampler, draws and seeds, in turns, in this process; the caches on the
disk are warm for both. `many` shares the cores among its fits, as it always does; the other side makes one fit after
the other, its chains sharing the cores. For a study: after `evaluation shape STUDY`.
"""

import argparse
import itertools
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import xarray as xr
from measured import ROOT, in_plain_words, machine, write_result
from rich.console import Console
from rich.progress import track
from rich.table import Table
from simulated_panels import Size, simulate
from simulated_study import panel_of, study_of

from evaluation.inference.compiled import Compiled, build, compile_model, sample
from evaluation.inference.diagnostics import bulk_ess, split_rhat
from evaluation.inference.effect import Meter
from evaluation.inference.many import many
from evaluation.inference.refit import Drawn, Effort, as_wide_as, summary
from evaluation.inference.variants import Variant, variant
from evaluation.pipeline.formats import decode
from evaluation.pipeline.run import read_study
from evaluation.pipeline.store import Place
from evaluation.terms.errors import EvidenceError, Problem
from evaluation.terms.study import Study

SIMULATED = "simulated"
SMALL = Size(units=12, periods=15, indicators=2, adopters=5)
SIDES = ("swapped", "anew")
OVERALL = "overall"
Readings = dict[str, Variant]


def main() -> None:
    asked = _arguments()
    study, panel, readings = _simulated(asked) if asked.study == SIMULATED else _of_study(asked)
    effort = Effort(draws=asked.draws, tune=asked.tune, chains=asked.chains, target_accept=study.sampler.target_accept)
    console = Console(stderr=True)
    console.print("compiling, to fill the caches and then with warm ones")
    compile_model(build(study, panel))
    began = time.monotonic()
    compiled = compile_model(build(study, panel))
    seconds = time.monotonic() - began
    pairs: list[dict[str, Any]] = []
    for batch in track(readings, "pairs", console=console):
        pairs.append(_pair(study, panel, compiled, batch, effort))
        result = _result(asked, panel, pairs, seconds)
        write_result(f"many_fits_{asked.study}", result)  # what is measured stays, whatever comes after
    _show(result)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--study", default=SIMULATED, help="a study of which panel.nc is made, or 'simulated'")
    parser.add_argument("--fits", type=int, default=4, help="data sets of each side of a pair")
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--draws", type=int, default=300, help="kept draws of each chain")
    parser.add_argument("--tune", type=int, default=100)
    parser.add_argument("--chains", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1, help="of the simulated panels")
    asked = parser.parse_args()
    if min(asked.fits, asked.pairs, asked.chains) < 1 or asked.draws < 4:
        parser.error("give at least one fit, pair and chain, and four draws")
    return asked


def _simulated(asked: argparse.Namespace) -> tuple[Study, xr.Dataset, list[Readings]]:
    """A study, the panel it is compiled on, and other panels: for each pair others."""

    def panel(number: int) -> xr.Dataset:
        return panel_of(simulate(np.random.default_rng([asked.seed, number]), None, SMALL), SMALL)

    def reading(number: int) -> Variant:
        return Variant(f"simulated panel {number}", lambda study, _: (study, panel(number)))

    numbers = [range(1 + pair * asked.fits, 1 + (pair + 1) * asked.fits) for pair in range(asked.pairs)]
    return study_of(SMALL), panel(0), [{f"panel {number}": reading(number) for number in some} for some in numbers]


def _of_study(asked: argparse.Namespace) -> tuple[Study, xr.Dataset, list[Readings]]:
    """A study, its panel, and its readings, taken in turn."""
    place = Place(ROOT, asked.study)
    study = read_study(place)
    names = [name for name in study.checks.variants if name != f"prior:{study.model.settings['effect']['prior']}"]
    if len(names) < asked.fits:
        advice = f"give --fits {len(names)} or fewer" if names else "name variants in its checks"
        raise EvidenceError(Problem(f"it has {len(names)} readings of its panel", f"study {asked.study}", advice))
    turn = itertools.cycle(names)
    readings = [{name: variant(name) for name in itertools.islice(turn, asked.fits)} for _ in range(asked.pairs)]
    return study, decode(place.path("panel.nc")), readings


def _pair(study: Study, panel: xr.Dataset, compiled: Compiled, readings: Readings, effort: Effort) -> dict[str, Any]:
    """Both sides on the same data sets."""
    swapped, of_swapped = _timed(lambda: many(study, panel, readings, effort, compiled=compiled))
    anew, of_anew = _timed(lambda: _anew(study, panel, readings, effort))
    apart = np.abs(swapped["percent"].values - anew["percent"].sel(quantity=swapped["quantity"]).values)
    return {
        "fits": len(readings),
        "swapped": _described(swapped, effort) | {"seconds": of_swapped},
        "anew": _described(anew, effort) | {"seconds": of_anew},
        "draws_apart": float(apart.max()),  # percentage points, between draws of the same seed
    }


def _timed(fits: Callable[[], xr.Dataset]) -> tuple[xr.Dataset, float]:
    began = time.monotonic()
    found = fits()
    return found, time.monotonic() - began


def _anew(study: Study, panel: xr.Dataset, readings: Readings, effort: Effort) -> xr.Dataset:
    """Every data set with a model of its own."""
    rows = []
    for name, reading in readings.items():
        read_study, read_panel = reading.apply(study, panel)
        read_panel = as_wide_as(panel, read_panel)  # the same model on both sides
        model = build(read_study, read_panel)
        compiled = compile_model(model)
        tree = sample(
            compiled, draws=effort.draws, tune=effort.tune, chains=effort.chains,
            target_accept=effort.target_accept, seed=study.seed_for(f"fit {name}"), progress=False,
        )  # fmt: skip
        posterior, sampling = (tree[group].to_dataset() for group in ("posterior", "sample_stats"))
        drawn = Drawn(read_study, read_panel, Meter(model), compiled.data, posterior, sampling)
        rows.append(summary(drawn, name, reading.says))
    return xr.concat(rows, dim="variant", join="outer")


def _described(found: xr.Dataset, effort: Effort) -> dict[str, float]:
    """How well the overall effect was sampled: the worst of the batch's fits, and the usual one."""
    overall = found["percent"].sel(quantity=OVERALL).transpose("variant", "sample").values
    if not np.isfinite(overall).all():
        raise EvidenceError(Problem("a fit gave no numbers", "many fits", "; ".join(map(str, found["trouble"].values))))
    draws = overall.reshape(len(overall), effort.chains, effort.draws)
    ess = bulk_ess(draws)
    worst = {"rhat_max": float(split_rhat(draws).max()), "ess_min": float(ess.min())}
    return worst | {"ess_median": float(np.median(ess))}


def _result(
    asked: argparse.Namespace, panel: xr.Dataset, pairs: list[dict[str, Any]], seconds: float
) -> dict[str, Any]:
    named = ("study", "fits", "pairs", "draws", "tune", "chains") + (("seed",) if asked.study == SIMULATED else ())
    return {
        "command": "python benchmarks/many_fits.py " + " ".join(f"--{name} {getattr(asked, name)}" for name in named),
        "machine": machine(),
        "study": asked.study,
        "size": "x".join(str(panel.sizes[dim]) for dim in ("unit", "time", "indicator")),
        "effort": f"{asked.chains} chains x ({asked.tune} + {asked.draws})",
        "compile_seconds": seconds,  # with warm caches, paid once by the side that swaps data, and left out of its rate
        "pairs": pairs,
        "median": {side: _medians(pairs, side) for side in SIDES},
        "ratio": statistics.median(pair["anew"]["seconds"] / pair["swapped"]["seconds"] for pair in pairs),
        "draws_apart": max(pair["draws_apart"] for pair in pairs),
    }


def _medians(pairs: list[dict[str, Any]], side: str) -> dict[str, float]:
    return {
        "fits_a_minute": statistics.median(60 * pair["fits"] / pair[side]["seconds"] for pair in pairs),
        "rhat_max": max(pair[side]["rhat_max"] for pair in pairs),
        "ess_min": min(pair[side]["ess_min"] for pair in pairs),
        "ess_median": statistics.median(pair[side]["ess_median"] for pair in pairs),
    }


def _show(result: dict[str, Any]) -> None:
    console = Console()
    table = Table(title=f"{result['study']}, {result['size']}: {result['effort']} a fit")
    for heading in ("", "data swapped", "built and compiled anew"):
        table.add_column(heading, justify="right" if heading else "left")
    for row in rows_of(result):
        table.add_row(*row)
    console.print(table)
    for line in said(result):
        console.print(line)


def rows_of(result: dict[str, Any]) -> list[tuple[str, str, str]]:
    """What a table says, a row each: words, then both sides."""
    rows = {
        "fits a minute": ("fits_a_minute", ".1f"),
        "overall effect: largest R-hat": ("rhat_max", ".3f"),
        "overall effect: smallest ESS": ("ess_min", ",.0f"),
        "overall effect: usual ESS": ("ess_median", ",.0f"),
    }
    swapped, anew = (result["median"][side] for side in SIDES)
    return [(words, f"{swapped[name]:{form}}", f"{anew[name]:{form}}") for words, (name, form) in rows.items()]


def said(result: dict[str, Any]) -> list[str]:
    """The ratio, and what makes the comparison a fair one."""
    apart = result["draws_apart"]
    draws = f"differ by at most {apart:.1g} percentage points" if apart else "are the same"
    pairs, fits = len(result["pairs"]), sum(pair["fits"] for pair in result["pairs"])
    return [
        f"Time anew over time swapped: {result['ratio']:.1f} (median of {pairs} pairs, {fits} fits a side).",
        f"Draws of the two sides {draws}.",
        f"Building and compiling once, with warm caches, takes {result['compile_seconds']:.1f} s more.",
    ]


if __name__ == "__main__":
    in_plain_words(main)
