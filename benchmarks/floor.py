"""Distance to the floor: a gradient of the compiled density against the same model fused by hand (`fused.py`).

    python benchmarks/floor.py --study buyer_laws --pairs 15

Value and gradient of the two are held equal first. Then both are timed in turns, and each kernel alone, in time of the
processor. Where the study has been fitted, gradients for one effective draw of the overall effect are counted as well.
After `evaluation shape STUDY`.
"""

import argparse
import statistics
from collections.abc import Callable
from typing import Any

import numba
import numpy as np
import xarray as xr
from fused import Known, fused, known_of, repeated
from gradients import Gradient, calls_a_batch, seconds_a_call
from measured import ROOT, in_plain_words, machine, write_result
from rich.console import Console
from rich.progress import track
from rich.table import Table

from evaluation.inference.compiled import build, compile_model
from evaluation.inference.diagnostics import bulk_ess
from evaluation.inference.effect import both_ways, contrast, treated_cells
from evaluation.models.parts import counts_between, design_mean, effect_shift, field_given_counts
from evaluation.pipeline.formats import decode
from evaluation.pipeline.run import read_study
from evaluation.pipeline.store import Place
from evaluation.terms.errors import EvidenceError, Problem
from evaluation.terms.study import Study

EQUAL = 1e-8  # relative, of value and gradient, before anything is timed
Timed = tuple[str, Any, tuple[Any, ...]]


def main() -> None:
    asked = _arguments()
    place = Place(ROOT, asked.study)
    study, panel = read_study(place), decode(place.path("panel.nc"))
    console = Console(stderr=True)
    console.print("compiling")
    compiled = compile_model(build(study, panel))
    gradient, known = Gradient(compiled), known_of(study, compiled)
    gradient.point[:] *= 0.3  # nearer to where the sampler is than a draw from all priors
    apart = _refuse_unequal(gradient, known)
    pairs = _pairs(gradient, known, asked.pairs, console)
    result = {
        "command": f"python benchmarks/floor.py --study {asked.study} --pairs {asked.pairs}",
        "machine": machine(),
        "study": asked.study,
        "dims": gradient.dims,
        "apart": apart,
        "pairs": pairs,
        "compiled_us": statistics.median(one["compiled_us"] for one in pairs),
        "fused_us": statistics.median(one["fused_us"] for one in pairs),
        "ratio": statistics.median(one["compiled_us"] / one["fused_us"] for one in pairs),
        "kernels": _each_alone(_kernels(gradient.point, known), asked.pairs, console),
        "drawn": _drawn(study, panel, place),
    }
    write_result(f"floor_{asked.study}", result)
    _show(result)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--study", default="buyer_laws", help="a study of which panel.nc is made")
    parser.add_argument("--pairs", type=int, default=15, help="batches of each, in turns")
    return parser.parse_args()


def _refuse_unequal(gradient: Gradient, known: Known) -> float:
    """The two densities must be one function of the point; how far they are apart, relative to the largest number."""
    slope = np.empty(gradient.dims)
    value, by_hand = gradient(), fused(gradient.point, slope, known)
    off: float = max(
        abs(by_hand - value) / abs(value), np.abs(slope - gradient.slope).max() / np.abs(gradient.slope).max()
    )
    if not off < EQUAL:
        advice = "write the model's change into benchmarks/fused.py"
        raise EvidenceError(Problem(f"fused by hand, the density differs by {off:.1g}", "floor", advice))
    return off


def _pairs(gradient: Gradient, known: Known, count: int, console: Console) -> list[dict[str, float]]:
    """Microseconds of one gradient, in turns."""
    slope = np.empty(gradient.dims)
    calls = calls_a_batch(gradient)
    return [
        {
            "compiled_us": 1e6 * seconds_a_call(gradient, calls),
            "fused_us": 1e6 * seconds_a_call(lambda: repeated(gradient.point, slope, known, calls), 1) / calls,
        }
        for _ in track(range(count + 1), "pairs", console=console)
    ][1:]  # the first one compiled


def _kernels(point: np.ndarray, known: Known) -> list[Timed]:
    """Name, function and arguments of every kernel of one gradient, at that point."""
    at, rng = known.places, np.random.default_rng(1)
    shape = known.log_base.shape
    indicators = shape[0]
    scales = 0.3 * known.scale_prior_sd
    rows, persistence = scales[: 3 * indicators].reshape(3, indicators), np.full(indicators, 0.7)
    coefficient, standard = point[at.coefficient : at.pool], point[at.field :].reshape(shape)
    pool, step = point[at.pool : at.step].reshape(known.pool_mean.shape), point[at.step : at.unit_step]
    unit_step = point[at.unit_step : at.persistence].reshape(indicators, -1)
    pooling = (pool, step.reshape(known.steps), np.ones(1), unit_step, scales[:indicators], *known.pooling)
    mean, _ = design_mean.design_mean(coefficient, scales, *known.design)
    effect, _ = effect_shift.pooled(*pooling)
    moved = effect_shift.shifted(mean, effect, *known.felt)
    field = (standard, moved, rows, persistence, known.working)
    log_mu, by = field_given_counts.field_made(*field)[0] + known.log_base, rng.standard_normal(shape)
    kernels: list[Timed] = [
        ("linear mean", design_mean.design_mean, (coefficient, scales, *known.design)),
        ("linear mean, gradient", design_mean.design_gradient, (by, coefficient, scales, *known.design)),
        ("pooled effects", effect_shift.pooled, pooling),
        ("pooled effects, gradient", effect_shift.pooled_gradient, (effect, *pooling)),
        ("effects onto the mean", effect_shift.shifted, (mean, effect, *known.felt)),
        ("effects onto the mean, gradient", effect_shift.shifted_gradient, (by, effect, *known.felt)),
        ("field", field_given_counts.field_made, field),
        ("field, gradient", field_given_counts.field_made_gradient, (*field, by, known.one, known.one)),
    ]
    for name, (position, *bounds) in (("exact", known.exact), ("suppressed", known.suppressed)):
        eta = counts_between.taken(log_mu, position)
        kernels += [
            (f"{name} cells taken", counts_between.taken, (log_mu, position)),
            (f"{name} counts, with gradient", counts_between.poisson_between, (eta, *bounds)),
            (f"{name} cells put back", counts_between.put_back, (eta, log_mu, position)),
        ]
    return kernels


def _each_alone(kernels: list[Timed], batches: int, console: Console) -> dict[str, float]:
    """Microseconds of one call of each kernel; median over batches."""
    found = {}
    for name, kernel, arguments in track(kernels, "kernels", console=console):
        run = _looped(kernel)
        run(1, arguments)
        times = calls_a_batch(lambda run=run, arguments=arguments: run(100, arguments)) * 100
        batch: Callable[[], object] = lambda run=run, times=times, arguments=arguments: run(times, arguments)  # noqa: E731
        found[name] = 1e6 * statistics.median(seconds_a_call(batch, 1) for _ in range(batches)) / times
    return found


def _looped(kernel: Any) -> Any:
    @numba.njit
    def run(times: int, arguments: Any) -> None:
        for _ in range(times):
            kernel(*arguments)

    return run


def _drawn(study: Study, panel: xr.Dataset, place: Place) -> dict[str, float] | None:
    """Gradients of the kept draws, and effective draws of the overall effect; None where nothing is fitted."""
    if not place.path("fit.nc").exists():
        return None
    fit = decode(place.path("fit.nc"))
    on, off = both_ways(study, panel, fit["posterior"].to_dataset())
    cells = treated_cells(study, panel, on["unit"]) & panel["outcome"].astype(bool)
    overall = contrast(on, off, cells, ("indicator", "unit", "time"))["percent"].transpose("chain", "draw")
    return {
        "gradients": float(fit["sample_stats"]["n_steps"].sum()),
        "draws": float(overall.size),
        "ess": float(bulk_ess(overall.values[None])[0]),
    }


def _show(result: dict[str, Any]) -> None:
    console = Console()
    table = Table(title=f"{result['study']}: one gradient, {result['dims']:,} dims")
    table.add_column("")
    for heading in ("us", "share, %"):
        table.add_column(heading, justify="right")
    for name, micros, share in rows_of(result):
        table.add_row(name, f"{micros:,.1f}", share)
    console.print(table)
    for line in said(result):
        console.print(line)


def rows_of(result: dict[str, Any]) -> list[tuple[str, float, str]]:
    """Name, microseconds and share of the gradient fused by hand, longest kernel first."""
    whole = result["fused_us"]
    kernels = sorted(result["kernels"].items(), key=lambda one: -one[1])
    rest = whole - sum(micros for _, micros in kernels)
    alone = [*kernels, ("the rest: priors, transforms, sums", rest)]
    return [
        ("compiled density", result["compiled_us"], ""),
        ("fused by hand", whole, "100"),
        *((name, micros, f"{100 * micros / whole:.1f}") for name, micros in alone),
    ]


def said(result: dict[str, Any]) -> list[str]:
    """The ratio, and what an effective draw costs where that is known."""
    lines = [
        f"Compiled over fused by hand: {result['ratio']:.2f} (median of {len(result['pairs'])} pairs).",
        f"Value and gradient of the two agree to {result['apart']:.1g}.",
    ]
    if drawn := result["drawn"]:
        each, draw = drawn["gradients"] / drawn["ess"], drawn["gradients"] / drawn["draws"]
        lines.append(f"Gradients for one effective draw of the overall effect: {each:.1f}; for one draw: {draw:.1f}.")
    return lines


if __name__ == "__main__":
    in_plain_words(main)
