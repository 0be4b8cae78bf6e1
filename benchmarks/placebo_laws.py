"""Laws that were never passed: how often the 95 % interval of the overall effect covers the zero they must have had.

    python benchmarks/placebo_laws.py --study castle_doctrine --placebos 100

Only the units that never had the law are kept, with their real figures. Each placebo gives some of them, drawn at
random, the exposure of a real adopter, also drawn at random. The effect of such a law is zero whatever the truth about
the others, so the share of intervals that cover zero is the coverage on real data, with all the wandering in it.

After `evaluation run STUDY`. Every finished fit is on the disk: started again, the command goes on where it stopped.
"""

import argparse
from hashlib import sha256
from typing import Any

import numpy as np
import xarray as xr
from measured import ROOT, in_plain_words, machine, write_result
from rich.console import Console
from rich.progress import track
from rich.table import Table

from evaluation.inference.diagnostics import worst
from evaluation.inference.effect import contrast, treated_cells
from evaluation.inference.refit import Effort, Refit
from evaluation.pipeline.formats import decode
from evaluation.pipeline.many_fits import Shelf
from evaluation.pipeline.record import hash_of
from evaluation.pipeline.run import read_study
from evaluation.pipeline.store import Place
from evaluation.terms.errors import EvidenceError, Problem
from evaluation.terms.panel import EXPOSURE
from evaluation.terms.study import Study

CHAINS, DRAWS, TUNE = 2, 400, 400
OVERALL = "overall"
ESTIMANDS = ("of totals", "mean of cells")  # log rate ratios: as the report has it, and as the published answers


def main() -> None:
    asked = _arguments()
    place = Place(ROOT, asked.study)
    study, panel = read_study(place), decode(place.path("panel.nc"))
    never, real = _never_and_real(panel)
    adopters = asked.adopters or max(2, round(len(real["unit"]) * len(never["unit"]) / len(panel["unit"])))
    kept = Shelf(ROOT / ".cache" / "placebo_laws" / asked.study)
    basis = sha256(f"{hash_of(ROOT / 'evaluation' / 'models')} {never} {adopters} {asked.seed}".encode()).hexdigest()[
        :12
    ]
    # the model is compiled with as many adopters as every placebo has
    refit = Refit.of(study, _falsely_adopted(never, real, adopters, np.random.default_rng([asked.seed, 0])))
    found = []
    for number in track(range(asked.placebos), "placebo laws", console=Console(stderr=True)):
        key = f"{basis}-{number}"
        if key not in kept:
            rng = np.random.default_rng([asked.seed, number])
            kept[key] = _one(study, refit, _falsely_adopted(never, real, adopters, rng), int(rng.integers(2**31)))
        found.append(kept[key])
    joined = xr.concat(found, dim="placebo")
    options = f"--study {asked.study} --placebos {asked.placebos} --seed {asked.seed}"
    result = {
        "command": f"python benchmarks/placebo_laws.py {options}",
        "machine": machine(),
        "study": asked.study,
        "units": never.sizes["unit"],
        "adopters": adopters,
        "rows": [_row(joined, estimand, str(name)) for estimand in ESTIMANDS for name in _quantities(joined, panel)],
        "rhat_above_1_05": float((joined["rhat_max"] > 1.05).mean() * 100),
    }
    write_result(f"placebo_laws_{asked.study}", result)
    _show(result)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--study", default="castle_doctrine")
    parser.add_argument("--placebos", type=int, default=100)
    parser.add_argument("--adopters", type=int, default=0, help="in each placebo; 0: the share that really adopted")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def _never_and_real(panel: xr.Dataset) -> tuple[xr.Dataset, xr.Dataset]:
    """The panel of the units that never had a law asked about; exposure and event time of those that had."""
    asked = panel["asked"].values.astype(bool)
    exposed = (panel["exposure"].transpose(*EXPOSURE).values[asked] > 0).any(axis=(0, 2))
    if asked.sum() != 1 or exposed.sum() < 1 or (~exposed).sum() < 4:
        advice = "placebo laws need one law, a unit that had it, and four that never did"
        raise EvidenceError(Problem("the panel has no room for placebo laws", "placebo", advice))
    real = panel[["exposure", "event_time"]].isel(unit=exposed, intervention=np.flatnonzero(asked))
    return panel.isel(unit=~exposed), real


def _falsely_adopted(never: xr.Dataset, real: xr.Dataset, adopters: int, rng: np.random.Generator) -> xr.Dataset:
    units = rng.choice(never.sizes["unit"], size=adopters, replace=False)
    models = rng.choice(real.sizes["unit"], size=adopters)
    law = int(np.flatnonzero(never["asked"].values)[0])
    changed = {}
    for name in ("exposure", "event_time"):
        values = never[name].transpose(*EXPOSURE).values.copy()
        values[law] = 0.0 if name == "exposure" else np.nan
        values[law, units] = real[name].transpose(*EXPOSURE).values[0, models]
        changed[name] = (EXPOSURE, values)
    return never.assign(changed)


def _one(study: Study, refit: Refit, panel: xr.Dataset, seed: int) -> xr.Dataset:
    """Draws of the effect, (estimand, quantity, sample), and how well they were sampled."""
    effort = Effort(draws=DRAWS, tune=TUNE, chains=CHAINS, target_accept=study.sampler.target_accept)
    drawn = refit.sample(study, panel, effort, seed=seed)
    on, off = drawn.meter.both_ways(panel, drawn.posterior, drawn.data)
    cells = treated_cells(study, panel, on["unit"])
    overall = contrast(on, off, cells & panel["outcome"].astype(bool), ("indicator", "unit", "time"))
    each = contrast(on, off, cells, ("unit", "time"))
    both: xr.Dataset = xr.concat([overall.expand_dims(indicator=[OVERALL]), each], "indicator")
    percent, mean = (both[name].transpose("indicator", "chain", "draw").values for name in ("percent", "log_ratio"))
    draws = np.stack([np.log1p(percent / 100), mean])
    flat = draws.reshape(*draws.shape[:2], -1).astype(np.float32)
    coords = {"estimand": list(ESTIMANDS), "quantity": both["indicator"].values.astype(str)}
    told = worst(draws.reshape(-1, *draws.shape[2:]))
    return xr.Dataset({"draws": (("estimand", "quantity", "sample"), flat)}, coords=coords).assign(told)


def _quantities(found: xr.Dataset, panel: xr.Dataset) -> list[str]:
    outcomes = panel["indicator"].values[panel["outcome"].values.astype(bool)]
    names = [str(name) for name in found["quantity"].values]
    return [
        name for name in names if not (len(outcomes) == 1 and name == str(outcomes[0]))
    ]  # one outcome: it is overall


def _row(found: xr.Dataset, estimand: str, quantity: str) -> dict[str, Any]:
    logs = found["draws"].sel(estimand=estimand, quantity=quantity).transpose("placebo", "sample").values
    lower, median, upper = np.quantile(logs, [0.025, 0.5, 0.975], axis=1)
    count = len(logs)
    return {
        "quantity": f"{quantity}, {estimand}",
        "placebos": count,
        "covered": 100 * float(np.mean((lower <= 0) & (upper >= 0))),
        "error": 100 * float(np.sqrt(0.95 * 0.05 / count)),
        "median_of_medians": float(np.median(median)),
        "spread_of_medians": float(np.std(median)),
        "typical_sd": float(np.median(logs.std(axis=1))),
        "typical_width": float(np.median(upper - lower)),
    }


def _show(result: dict[str, Any]) -> None:
    console = Console()
    console.width = max(console.width, 100)  # whole rows, also into a file
    title = f"{result['study']}: {result['adopters']} of {result['units']} units that never had the law"
    table = Table(title=title)
    for heading in ("", "placebos", "cover 0, %", "MC error", "median", "spread of medians", "posterior sd", "width"):
        table.add_column(heading, justify="right" if heading else "left")
    for row in result["rows"]:
        table.add_row(
            row["quantity"], f"{row['placebos']}", f"{row['covered']:.0f}", f"{row['error']:.1f}",
            *(f"{row[name]:.3f}" for name in ("median_of_medians", "spread_of_medians", "typical_sd", "typical_width")),
        )  # fmt: skip
    console.print(table)
    console.print("Log rate ratios. An honest interval covers 0 in 95 %, and its sd is the spread of the medians.")


if __name__ == "__main__":
    in_plain_words(main)
