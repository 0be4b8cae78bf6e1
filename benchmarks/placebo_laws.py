"""Laws that were never passed, on real figures: does an honest interval cover what is true, and does anybody's?

    python benchmarks/placebo_laws.py --study buyer_laws --placebos 200 --seed 1
    python benchmarks/placebo_laws.py --study castle_doctrine --placebos 100 --inject none

After Bertrand, Duflo and Mullainathan (2004). Units with a real law are left out. Each placebo gives the dates of real
adopters, drawn at random, to as many units drawn at random; `--inject` says what the law then does: nothing, a fall by
so many percent, or an effect drawn from the study's own prior. The study's model and its peers are asked about the same
draws. Ours: a fit by NUTS of the first placebo, then every placebo with the field integrated out at the scales that fit
drew, and by NUTS where that does not vouch for itself. The peers: `placebo_peers.py`.

After `evaluation shape STUDY`. Every finished fit is on the disk: started again, the command goes on where it stopped.
"""

import argparse
import csv
import io
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

import numpy as np
import xarray as xr
from measured import ROOT, in_plain_words, machine, write_result
from placebo_draws import (
    KINDS,
    OVERALL,
    Array,
    Ground,
    effects_of,
    injected,
    labels_of,
    outcomes_of,
    prior_effects,
    truth_of_totals,
    values_of,
)
from placebo_peers import PEERS, Batch, estimates_of_peers
from placebo_rows import OURS, Estimate, rows_of, said, table_of
from rich.console import Console

from evaluation.inference.integrated import ENGINE as INTEGRATED_OUT
from evaluation.inference.integrated import HYPER, Headline
from evaluation.inference.many import many
from evaluation.inference.refit import Effort, Refit, summary
from evaluation.inference.variants import Variant
from evaluation.pipeline.formats import decode
from evaluation.pipeline.many_fits import Shelf, counted
from evaluation.pipeline.record import hash_of
from evaluation.pipeline.run import read_study
from evaluation.pipeline.store import Place, replacing
from evaluation.terms.study import INTEGRATED, Study

BASE = Effort(draws=1000, tune=200, chains=4, target_accept=0.85)  # of the fit whose scales serve the others
EACH = Effort(draws=400, tune=150, chains=2, target_accept=0.85, engine=INTEGRATED)
MOST_RHAT = 1.05
SLOW, SLOW_KINDS = "causalpy", ("none",)  # ten seconds an answer and more: asked about these only


def main() -> None:
    asked = _arguments()
    console = Console(stderr=True)
    place = Place(ROOT, asked.study)
    ground = Ground.of(read_study(place), decode(place.path("panel.nc")))
    adopters = asked.adopters or ground.adopters()
    numbers = range(asked.placebos)
    laws = [ground.placebo(adopters, np.random.default_rng([asked.seed, number])) for number in numbers]
    code = sha256("".join(hash_of(ROOT / "evaluation" / room) for room in ("models", "inference")).encode())
    shelf = Shelf(ROOT / ".cache" / "placebo_laws" / asked.study / code.hexdigest()[:12])
    headline = _headline(ground.study, laws[0], shelf, asked.seed)
    from_prior = "prior" in dict(asked.inject)
    priors = prior_effects(ground.study, laws[0], asked.placebos, asked.seed) if from_prior else None
    found: list[Estimate] = []
    for kind, most in asked.inject:
        some = numbers[: most or None]
        batch = Batch.of(kind, [_drawn(kind, laws[number], number, asked.seed, priors) for number in some])
        found += _ours(ground.study, laws[0], batch, headline, shelf)
        for peer in (name for name in asked.peers if name != SLOW or kind in SLOW_KINDS):
            console.print(f"{kind}: {peer}")
            found += estimates_of_peers(peer, batch, asked.study, asked.causalpy)
        _keep(asked.study, found)
        result = _result(asked, laws[0], adopters, found)
        write_result(f"placebo_laws_{asked.study}", result)  # what is measured stays, whatever comes after
    shown = Console()
    shown.width = max(shown.width, 150)  # whole rows, also into a file
    shown.print(table_of(result))
    for line in said(result):
        shown.print(line, markup=False)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--study", default="buyer_laws")
    parser.add_argument("--placebos", type=int, default=200)
    parser.add_argument("--adopters", type=int, default=0, help="in each placebo; 0: as many as really adopted")
    parser.add_argument("--seed", type=int, default=1)
    words = f"what the law does, percent ({', '.join(KINDS)}); 100:-60 is the first 100 placebos only"
    parser.add_argument("--inject", nargs="+", type=_kind, default=[(kind, 0) for kind in KINDS], help=words)
    parser.add_argument("--peers", nargs="*", choices=tuple(PEERS), default=list(PEERS))
    parser.add_argument("--causalpy", type=int, default=20, help="placebos that CausalPy is asked about: it is slow")
    asked = parser.parse_args()
    if asked.placebos < 1 or asked.causalpy < 1:
        parser.error("give at least one placebo")
    return asked


def _kind(words: str) -> tuple[str, int]:
    """A kind of effect and of how many placebos; 0: of all. A minus at the start would be taken for an option."""
    most, _, kind = words.rpartition(":")
    if kind not in KINDS or not (most or "1").isdigit() or most == "0":
        raise argparse.ArgumentTypeError(f"'{words}' is none of {', '.join(KINDS)}, nor one with NUMBER: before it")
    return kind, int(most or 0)


def _drawn(kind: str, law: xr.Dataset, number: int, seed: int, priors: Array | None) -> tuple[xr.Dataset, Array, Array]:
    """The panel with what the law does in it, the counts without, and the log rate ratios."""
    rng = np.random.default_rng([seed, number, KINDS.index(kind)])
    effects = effects_of(kind, law, None if priors is None else priors[number])
    values = values_of(law, rng)
    return injected(law, values, effects, rng), values, effects


def _headline(study: Study, panel: xr.Dataset, shelf: Shelf, seed: int) -> Headline:
    """The scales that NUTS drew for the first placebo, and its answer."""
    key = f"headline-{seed}-{study.seed_for(repr((study.model, study.question, panel['exposure'].values.tolist())))}"
    if key not in shelf:
        drawn = Refit.of(study, panel).sample(study, panel, BASE, seed=study.seed_for(f"placebo headline {seed}"))
        answer = summary(drawn, "main", "").isel(variant=0, drop=True)
        scales = Headline.of(drawn.posterior, answer["percent"]).points
        shelf[key] = scales.reset_coords(drop=True).merge(answer[["percent", "rhat_max", "ess_min"]])
    kept = shelf[key]
    return Headline(kept[[name for name in HYPER if name in kept]], kept["percent"])


def _ours(study: Study, base: xr.Dataset, batch: Batch, headline: Headline, shelf: Shelf) -> Iterable[Estimate]:
    """The study's own model on every placebo: overall and each outcome."""

    def variant(panel: xr.Dataset) -> Variant:
        return Variant("a law that was never passed", lambda study, _: (study, panel))

    variants = {f"placebo {batch.kind} {number}": variant(panel) for number, panel in enumerate(batch.panels)}
    with counted(f"placebo laws, {batch.kind}", shown=True) as watch:
        fits = many(study, base, variants, EACH, headline=headline, kept=shelf, watch=watch)
    logs = np.log1p(fits["percent"].transpose("variant", "quantity", "sample") / 100)
    for number, name in enumerate(variants):
        truth = truth_of_totals(batch.panels[number], batch.values[number], batch.effects[number])
        fit = fits.sel(variant=name)
        engine = INTEGRATED if str(fit["engine"].values) == INTEGRATED_OUT else "nuts"
        if len(outcomes_of(batch.panels[number])) == 1:  # overall says the same again
            del truth[OVERALL]
        for quantity, true in truth.items():
            draws = logs.sel(variant=name, quantity=quantity).dropna("sample").values
            ends = np.quantile(draws, [0.5, 0.025, 0.975]) if len(draws) else np.full(3, np.nan)
            yield Estimate(
                kind=batch.kind, draw=number, method=OURS, quantity=quantity, truth=true, engine=engine,
                estimate=float(ends[0]), lower=float(ends[1]), upper=float(ends[2]), rhat=float(fit["rhat_max"]),
            )  # fmt: skip


def _result(asked: argparse.Namespace, panel: xr.Dataset, adopters: int, found: list[Estimate]) -> dict[str, Any]:
    measured = {one.kind for one in found}
    kinds = [f"{most}:{kind}" if most else kind for kind, most in asked.inject if kind in measured]
    options = f"--study {asked.study} --placebos {asked.placebos} --seed {asked.seed}"
    options += "" if kinds == list(KINDS) else f" --inject {' '.join(kinds)}"
    options += f" --adopters {asked.adopters}" if asked.adopters else ""
    options += "" if asked.peers == list(PEERS) else f" --peers {' '.join(asked.peers)}"
    ours = {(one.kind, one.draw): one for one in found if one.method == OURS}
    nuts = [one for one in ours.values() if one.engine != INTEGRATED]
    return {
        "command": f"python benchmarks/placebo_laws.py {options}",
        "machine": machine(),
        "study": asked.study,
        "units": panel.sizes["unit"],
        "adopters": adopters,
        "outcomes": outcomes_of(panel),
        "labels": labels_of(panel),
        "fits": len(ours),
        "vouched_for": len(ours) - len(nuts),
        "nuts_rhat_above": sum(one.rhat > MOST_RHAT for one in nuts),
        "rows": rows_of(found),
    }


def _keep(study: str, found: list[Estimate]) -> None:
    """Every single estimate, beside the fits: to look into, not to publish."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(Estimate.__dataclass_fields__), lineterminator="\n")
    writer.writeheader()
    writer.writerows(vars(one) for one in found)
    path = ROOT / ".cache" / "placebo_laws" / f"{study}.csv"
    with replacing(path) as stream:
        stream.write(text.getvalue().encode())


if __name__ == "__main__":
    in_plain_words(main)
