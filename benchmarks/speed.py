"""Effective draws per second: this project's model against the same statistical model written plainly.

    python benchmarks/speed.py --study buyer_laws --draws 1000 --repeats 3

Both run in this process on the same panel, one after the other, with the same number of chains and draws. Ours is
sampled as a study is. The plain one goes through `pm.sample` with every default, which is nutpie where it is
installed; `--plain-sampler pymc` asks for PyMC's own. Times are seconds; ratios are medians over the pairs.
Other work on the machine lengthens processor time less.
"""

import argparse
import statistics
import time
from typing import Any

import numpy as np
import pymc as pm
import xarray as xr
from measured import ROOT, in_plain_words, machine, worst_of, write_result
from plain_model import plain_model
from rich.console import Console
from rich.table import Table

from evaluation.inference.compiled import Compiled, build, compile_model, sample
from evaluation.inference.diagnostics import bulk_ess, split_rhat
from evaluation.inference.effect import both_ways, contrast, treated_cells
from evaluation.pipeline.formats import decode
from evaluation.pipeline.run import read_study
from evaluation.pipeline.store import Place
from evaluation.terms.study import Study

AIM = 30.0  # times the effective draws per second of the plain model
ROWS = {
    "compile_seconds": ("compile, s", ".1f"),
    "sampling_seconds": ("sampling, s", ".1f"),
    "processor_seconds": ("processor time of sampling, s", ",.0f"),
    "effect_seconds": ("effect from the draws, s", ".1f"),
    "ess_overall": ("ESS of the overall effect", ",.0f"),
    "ess_worst": ("ESS of the worst parameter", ",.0f"),
    "rhat_overall": ("R-hat of the overall effect", ".3f"),
    "rhat_worst": ("R-hat of the worst parameter", ".3f"),
    "divergences": ("divergences", ".0f"),
    "overall_mean": ("overall effect, %", ".1f"),
    "overall_sd": ("its sd", ".1f"),
    "ess_overall_per_second": ("ESS/s of the overall effect", ",.2f"),
    "ess_overall_per_processor_second": ("ESS of it per second of the processor", ",.3f"),
    "ess_worst_per_second": ("ESS/s of the worst parameter", ",.3f"),
}
RATIOS = ("ess_overall_per_second", "ess_overall_per_processor_second", "ess_worst_per_second")
Measured = dict[str, float]


def main() -> None:
    asked = _arguments()
    place = Place(ROOT, asked.study)
    study, panel = read_study(place), decode(place.path("panel.nc"))
    began = time.monotonic()
    compiled = compile_model(build(study, panel))
    compile_seconds = time.monotonic() - began
    pairs: list[dict[str, Measured]] = []
    console = Console()
    for repeat in range(asked.repeats):
        seed = study.seed_for(f"benchmark {repeat}")
        console.print(f"pair {repeat + 1} of {asked.repeats}: ours")
        ours = _ours(study, panel, compiled, asked, seed) | {"compile_seconds": compile_seconds}
        console.print(f"pair {repeat + 1} of {asked.repeats}: plain")
        pairs.append({"ours": ours, "plain": _plain(study, panel, asked, seed)})
        write_result("speed", _result(asked, study, pairs))  # what is measured stays, whatever comes after
    _show(console, _result(asked, study, pairs))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--study", default="buyer_laws", help="a study of which panel.nc is made")
    parser.add_argument("--draws", type=int, default=1000, help="kept draws of each chain")
    parser.add_argument("--chains", type=int, default=4)
    parser.add_argument("--repeats", type=int, default=3, help="pairs of runs")
    parser.add_argument("--plain-sampler", choices=("default", "pymc", "nutpie"), default="default")
    return parser.parse_args()


def _ours(study: Study, panel: xr.Dataset, compiled: Compiled, asked: argparse.Namespace, seed: int) -> Measured:
    began, busy = time.monotonic(), time.process_time()
    drawn = sample(
        compiled, draws=asked.draws, chains=asked.chains, tune=study.sampler.tune,
        target_accept=study.sampler.target_accept, seed=seed, progress=True,
    )  # fmt: skip
    sampled, busy = time.monotonic(), time.process_time() - busy
    on, off = both_ways(study, panel, drawn["posterior"].to_dataset())
    cells = treated_cells(study, panel, on["unit"]) & panel["outcome"].astype(bool)
    overall = contrast(on, off, cells, ("indicator", "unit", "time"))["percent"]
    seconds = {
        "sampling_seconds": sampled - began,
        "effect_seconds": time.monotonic() - sampled,
        "processor_seconds": busy,
    }
    return _measured(drawn, overall, seconds)


def _plain(study: Study, panel: xr.Dataset, asked: argparse.Namespace, seed: int) -> Measured:
    """Here the overall effect is a Deterministic: it is computed while sampling."""
    began, busy = time.monotonic(), time.process_time()
    model = plain_model(study, panel)
    kept = [*(variable.name for variable in model.free_RVs), "overall"]
    sampler = None if asked.plain_sampler == "default" else asked.plain_sampler
    drawn = pm.sample(
        asked.draws, chains=asked.chains, model=model, random_seed=seed, var_names=kept, nuts_sampler=sampler,
        compute_convergence_checks=False, progressbar=False,
    )  # fmt: skip
    whole, busy = time.monotonic() - began, time.process_time() - busy
    sampling = float(drawn["posterior"].attrs["sampling_time"])
    # all of the time compiling took is taken off, though the processor did less: to the plain one's advantage
    seconds = {"compile_seconds": whole - sampling, "sampling_seconds": sampling, "effect_seconds": 0.0}
    seconds["processor_seconds"] = busy - seconds["compile_seconds"]
    return _measured(drawn, drawn["posterior"]["overall"], seconds)


def _measured(drawn: xr.DataTree, overall: xr.DataArray, seconds: Measured) -> Measured:
    """ESS and R-hat, and ESS by second of sampling; computing the effect from the draws counts as sampling."""
    values = overall.transpose("chain", "draw").values[None]
    limits = worst_of(drawn)
    spent = seconds["sampling_seconds"] + seconds["effect_seconds"]
    ess = float(bulk_ess(values)[0])
    return seconds | {
        "ess_overall": ess,
        "ess_worst": limits["ess_min"],
        "rhat_overall": float(split_rhat(values)[0]),
        "rhat_worst": limits["rhat_max"],
        "divergences": limits["divergences"],
        "overall_mean": float(np.mean(values)),
        "overall_sd": float(np.std(values)),
        "ess_overall_per_second": ess / spent,
        "ess_overall_per_processor_second": ess / (seconds["processor_seconds"] + seconds["effect_seconds"]),
        "ess_worst_per_second": limits["ess_min"] / seconds["sampling_seconds"],
    }


def _result(asked: argparse.Namespace, study: Study, pairs: list[dict[str, Measured]]) -> dict[str, Any]:
    def medians(side: str) -> Measured:
        return {name: statistics.median(pair[side][name] for pair in pairs) for name in ROWS}

    def ratio(name: str) -> float:
        return statistics.median(pair["ours"][name] / pair["plain"][name] for pair in pairs)

    return {
        "command": f"python benchmarks/speed.py --study {asked.study} --draws {asked.draws} --repeats {asked.repeats}"
        + ("" if asked.chains == 4 else f" --chains {asked.chains}")
        + ("" if asked.plain_sampler == "default" else f" --plain-sampler {asked.plain_sampler}"),
        "study": asked.study,
        "noise": study.model.settings.get("noise", "lognormal"),
        "chains": asked.chains,
        "draws": asked.draws,
        "machine": machine(),
        "pairs": pairs,
        "median": {side: medians(side) for side in ("ours", "plain")},
        "ratio": {name: ratio(name) for name in RATIOS},
        "aim": AIM,
    }


def _show(console: Console, result: dict[str, Any]) -> None:
    table = Table(title=f"{result['study']}: {result['chains']} chains x {result['draws']} draws, medians")
    for heading in ("", "ours", "plain", "ratio"):
        table.add_column(heading, justify="left" if not heading else "right")
    for name, (says, form) in ROWS.items():
        ratio = f"{result['ratio'][name]:.1f}" if name in result["ratio"] else ""
        ours, plain = (f"{result['median'][side][name]:{form}}" for side in ("ours", "plain"))
        table.add_row(says, ours, plain, ratio)
    console.print(table)
    reached = result["ratio"]["ess_overall_per_processor_second"] >= AIM
    aim = f"{AIM:.0f} times the ESS of the overall effect per second of the processor"
    console.print(f"aim: {aim}: {'reached' if reached else 'missed'}")


if __name__ == "__main__":
    in_plain_words(main)
