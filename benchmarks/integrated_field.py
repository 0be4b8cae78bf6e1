"""The latent field integrated out, held against NUTS: is the same effect found, and how much faster?

    python benchmarks/integrated_field.py --study buyer_laws --points 100

A measurement that decides what to build (docs/decisions/0006), not a way to fit a study. Given the scales and the
persistence, everything else of the model is a Gaussian prior under a log-concave likelihood: its posterior is
approximated by a Gaussian at its mode (Laplace; Rue, Martino and Chopin 2009), field and coefficients together. The
scales are not searched anew: those NUTS drew for the headline are the design, and for another reading of the data each
is weighted by the ratio of its two marginal likelihoods (Laplace), smoothed (PSIS; Vehtari et al. 2024).

After `evaluation run STUDY`. Compared are the overall effect and that of each indicator, log rate ratio of the totals.
"""

import argparse
import time
from dataclasses import dataclass
from typing import Any

import numba
import numpy as np
import xarray as xr
from arviz_stats.base import array_stats
from measured import ROOT, in_plain_words, machine, write_result
from rich.console import Console
from rich.progress import track
from rich.table import Table
from scipy.linalg import cho_solve, cholesky, solve_triangular

from evaluation.inference.compiled import build, data_of
from evaluation.inference.effect import treated_cells
from evaluation.inference.graph import evaluate
from evaluation.inference.variants import variant
from evaluation.models.parts.design import adoptions_of
from evaluation.models.parts.field import series_covariance
from evaluation.pipeline.formats import decode
from evaluation.pipeline.run import read_study
from evaluation.pipeline.store import Place
from evaluation.terms.errors import EvidenceError, Problem
from evaluation.terms.panel import CELL, EXPOSURE
from evaluation.terms.study import Study

Array = np.ndarray
GAUSSIAN = ("coefficient", "effect_pool", "effect_indicator_step", "effect_unit_step")
FEWEST = 30  # points: fewer have no tail to smooth
EACH = 40  # draws of the effect at every point
FARTHEST = 3.0  # log rate a Newton step may move a cell
CLOSE = 1e-4


@numba.njit(cache=True)
def likelihood(eta: Array, lower: Array, upper: Array, slope: Array, weight: Array) -> float:
    """Log density of counts known to lie in [lower, upper] (NaN: not known), less constants; its first and second
    derivative in eta, the second with its sign turned."""
    total = 0.0
    for i in range(len(eta)):
        slope[i] = weight[i] = 0.0
        if np.isnan(lower[i]):
            continue
        mu = np.exp(eta[i])
        term = sum_ = 1.0
        first, second = lower[i], lower[i] ** 2
        for count in range(int(lower[i]) + 1, int(upper[i]) + 1):
            term *= mu / count
            sum_ += term
            first += count * term
            second += count**2 * term
        first, second = first / sum_, second / sum_
        if lower[i] == upper[i]:
            first, second = lower[i], lower[i] ** 2
        total += lower[i] * eta[i] + np.log(sum_) - mu
        slope[i] = first - mu
        weight[i] = max(mu - (second - first**2), 1e-10)
    return total


@numba.njit(cache=True)
def precisions(covariance: Array, weight: Array, out: Array) -> float:
    """V = (S + W^-1)^-1 of every series into `out`; the sum of log|I + W^1/2 S W^1/2|."""
    indicators, units, periods = weight.shape
    factor, inverse = np.zeros((periods, periods)), np.zeros((periods, periods))
    total = 0.0
    for k in range(indicators):
        for u in range(units):
            for i in range(periods):
                for j in range(i + 1):
                    value = covariance[k, i, j] * np.sqrt(weight[k, u, i] * weight[k, u, j])
                    if i == j:
                        value += 1.0
                    for m in range(j):
                        value -= factor[i, m] * factor[j, m]
                    if i == j:
                        factor[i, i] = np.sqrt(value)
                        total += 2.0 * np.log(factor[i, i])
                    else:
                        factor[i, j] = value / factor[j, j]
            for j in range(periods):
                inverse[j, j] = np.sqrt(weight[k, u, j]) / factor[j, j]
                for i in range(j + 1, periods):
                    value = 0.0
                    for m in range(j, i):
                        value -= factor[i, m] * inverse[m, j]
                    inverse[i, j] = value / factor[i, i]
            for i in range(periods):
                for j in range(i + 1):
                    value = 0.0
                    for m in range(i, periods):
                        value += inverse[m, i] * inverse[m, j]
                    out[k, u, i, j] = out[k, u, j, i] = value
    return total


@dataclass(frozen=True)
class Point:
    """Scales and persistence of one draw."""

    scale: Array
    persistence: Array
    level: Array
    drift: Array
    noise: Array

    def covariance(self, periods: int) -> Array:
        """(indicator, time, time)."""
        rows = zip(self.level, self.drift, self.persistence, self.noise, strict=True)
        return np.stack([series_covariance(periods, *map(float, row)) for row in rows])


@dataclass(frozen=True)
class Mode:
    """The Gaussian at the mode, given one point."""

    field: Array
    standard: Array  # coefficients
    factor: Array  # Cholesky factor of their precision, the field integrated out
    width: Array  # what the coefficients are multiplied by
    start: Array  # mean of the field without them
    target: Array  # the counts as Gaussian figures of the field
    precision: Array
    covariance: Array
    log_marginal: float


class Linear:
    """What is Gaussian in a study's model: mean = start + sum over coefficients of width(scales) column."""

    def __init__(self, study: Study, panel: xr.Dataset) -> None:
        self.study, self.panel = study, panel
        self.model = build(study, panel)
        self.data = data_of(self.model)
        free = {variable.name: variable for variable in self.model.free_RVs}
        point = self.model.initial_point()
        self.shapes = {
            name: point[self.model.rvs_to_values[free[name]].name].shape for name in free if name in GAUSSIAN
        }
        self.scales = len(self.data["scale_prior_sd"])
        self.size = sum(int(np.prod(shape)) for shape in self.shapes.values())
        self.lower, self.upper = (panel[name].transpose(*CELL).values.ravel() for name in ("lower", "upper"))
        self.region = self.data["unit_region"]
        self._columns()
        self._blocks()

    def _columns(self) -> None:
        """Each column at scales of 1, and which scale multiplies it: two evaluations of the model's own mean."""
        ones, told_apart = np.ones(self.scales), 1 + np.arange(1, self.scales + 1) / 100
        at_zero = self._mean(np.zeros((1, self.size)), ones)[0]
        self.columns = self._mean(np.eye(self.size), ones) - at_zero
        other = self._mean(np.eye(self.size), told_apart) - self._mean(np.zeros((1, self.size)), told_apart)
        sizes = [np.abs(one.reshape(self.size, -1)).sum(axis=1) for one in (self.columns, other)]
        with np.errstate(invalid="ignore", divide="ignore"):
            ratio = np.nan_to_num(sizes[1] / sizes[0], nan=1.0)
        self.scale_of = np.rint((ratio - 1) * 100).astype(int) - 1  # -1: none
        self.prior_mean, self.prior_sd = np.zeros(self.size), np.ones(self.size)
        pool = self.slice_of("effect_pool")
        self.prior_mean[pool], self.prior_sd[pool] = (
            self.data[f"effect_prior_{one}"].ravel() for one in ("mean", "sd")
        )
        self.start = at_zero + np.tensordot(self.prior_mean, self.columns, axes=1)

    def slice_of(self, name: str) -> slice:
        """Where the coefficients of one variable lie."""
        names = list(self.shapes)
        begin = sum(int(np.prod(self.shapes[one])) for one in names[: names.index(name)])
        return slice(begin, begin + int(np.prod(self.shapes[name])))

    def _mean(self, values: Array, scale: Array) -> Array:
        count = len(values)
        draws = {name: values[:, self.slice_of(name)].reshape(count, *shape) for name, shape in self.shapes.items()}
        draws["scale"] = np.tile(scale, (count, 1))
        dims = {name: ("chain", "draw", *(f"{name} {i}" for i in range(one.ndim - 1))) for name, one in draws.items()}
        posterior = xr.Dataset({name: (dims[name], one[None]) for name, one in draws.items()})
        (mean,) = evaluate(self.model, [self.model["log_rate_mean"]], posterior)
        return mean[0]

    def _blocks(self) -> None:
        """Columns that are the same within every region are multiplied out once a region."""
        first = np.array([np.flatnonzero(self.region == r)[0] for r in range(self.region.max() + 1)])
        acts = np.abs(self.columns).sum(axis=-1) > 0  # (column, indicator, unit)
        shared = (self.columns == self.columns[:, :, first][:, :, self.region]).all(axis=(1, 2, 3))
        self.blocks: list[tuple[int, Array, Array, Array]] = []  # indicator, units, columns, (time, column)
        for k in range(acts.shape[1]):
            for r, u in enumerate(first):
                which = np.flatnonzero(shared & acts[:, k, u])
                self.blocks.append((k, np.flatnonzero(self.region == r), which, self.columns[which, k, u].T))
        self.own = [
            (k, u, which, self.columns[which, k, u].T, self.blocks[k * len(first) + self.region[u]])
            for k in range(acts.shape[1])
            for u in range(acts.shape[2])
            if len(which := np.flatnonzero(~shared & acts[:, k, u]))
        ]

    def times(self, weighted: Array) -> Array:
        """What the coefficients add to the mean, (indicator, unit, time)."""
        mean = np.zeros(self.start.shape)
        for k, units, which, columns in self.blocks:
            mean[k, units] += columns @ weighted[which]
        for k, u, which, columns, _ in self.own:
            mean[k, u] += columns @ weighted[which]
        return mean

    def back(self, slope: Array) -> Array:
        """The transpose of `times`."""
        total = np.zeros(self.size)
        for k, units, which, columns in self.blocks:
            total[which] += columns.T @ slope[k, units].sum(axis=0)
        for k, u, which, columns, _ in self.own:
            total[which] += columns.T @ slope[k, u]
        return total

    def information(self, precision: Array, width: Array) -> Array:
        """Precision of the standard coefficients, the field integrated out."""
        total = np.zeros((self.size, self.size))
        for k, units, which, columns in self.blocks:
            total[np.ix_(which, which)] += columns.T @ precision[k, units].sum(axis=0) @ columns
        for k, u, which, columns, (_, _, shared, beside) in self.own:
            weighted = precision[k, u] @ columns
            total[np.ix_(which, which)] += columns.T @ weighted
            cross = beside.T @ weighted
            total[np.ix_(shared, which)] += cross
            total[np.ix_(which, shared)] += cross.T
        total *= width[:, None] * width
        total[np.diag_indices(self.size)] += 1.0
        return total

    def mode(self, point: Point, begin: Array | None = None) -> Mode:
        """Newton's method on field and coefficients together."""
        shape = self.start.shape
        covariance = point.covariance(shape[-1])
        width = np.where(self.scale_of >= 0, point.scale[np.maximum(self.scale_of, 0)], 1.0) * self.prior_sd
        base = self.data["log_base"]
        field = self._crude(base) if begin is None else begin.copy()
        slope, weight = np.zeros(field.size), np.zeros(field.size)
        precision = np.zeros((*shape, shape[-1]))
        for _ in range(100):
            likelihood((field + base).ravel(), self.lower, self.upper, slope, weight)
            weights = weight.reshape(shape)
            log_det = precisions(covariance, weights, precision)
            move = slope.reshape(shape) / np.where(weights > 0, weights, 1)
            target = np.where(weights > 0, field + move - self.start, 0.0)
            factor = cholesky(self.information(precision, width), lower=True, check_finite=False)
            pulled = width * self.back(np.einsum("kuij,kuj->kui", precision, target))
            standard = cho_solve((factor, True), pulled, check_finite=False)
            mean = self.times(width * standard)
            solved = np.einsum("kuij,kuj->kui", precision, target - mean)
            step = self.start + mean + np.einsum("kij,kuj->kui", covariance, solved) - field
            farthest = np.abs(step).max()
            field = field + step * min(1.0, FARTHEST / farthest)
            if farthest < CLOSE:
                break
        density = likelihood((field + base).ravel(), self.lower, self.upper, slope, weight)
        prior = 0.5 * standard @ standard + 0.5 * ((field - self.start - mean) * solved).sum()
        log_marginal = density - prior - 0.5 * log_det - np.log(np.diag(factor)).sum()
        return Mode(field, standard, factor, width, self.start, target, precision, covariance, float(log_marginal))

    def _crude(self, base: Array) -> Array:
        known = np.isfinite(self.lower).reshape(base.shape)
        middle = ((self.lower + self.upper) / 2).reshape(base.shape)
        return np.where(known, np.log(np.where(known, middle, 0) + 0.5) - base, self.start)


def _refuse_what_is_not_linear(names: list[str]) -> None:
    others = set(names) - {*GAUSSIAN, "scale", "drift_persistence", "log_rate"}
    if others:
        told = ", ".join(sorted(others))
        raise EvidenceError(Problem(f"the mean is not linear in {told}", "model", "take a study with profile 'step'"))


class Effect:
    """The log rate ratio of the totals over the treated cells, drawn from the Gaussian at a mode."""

    def __init__(self, linear: Linear) -> None:
        panel, self.linear = linear.panel, linear
        asked = panel["asked"].values.astype(bool)
        exposed = panel["exposure"].transpose(*EXPOSURE).values[asked] > 0
        self.units = np.flatnonzero(exposed.any(axis=(0, 2)))
        labels = panel["unit"].values[self.units]
        units = xr.DataArray(labels, dims="unit", coords={"unit": labels})
        self.cells = treated_cells(linear.study, panel, units).transpose(*CELL).values[..., None]
        self.outcome = panel["outcome"].values.astype(bool)
        numbers = {name: np.arange(linear.size)[linear.slice_of(name)].reshape(s) for name, s in linear.shapes.items()}
        chosen = [numbers[name][asked].ravel() for name in ("effect_pool", "effect_indicator_step") if name in numbers]
        chosen.append(numbers["effect_unit_step"][:, asked[adoptions_of(panel).intervention]].ravel())
        self.which = np.concatenate(chosen)
        self.columns = linear.columns[:, :, self.units]
        self.base = linear.data["log_base"][:, self.units, :, None]

    def draws(self, mode: Mode, count: int, rng: np.random.Generator) -> Array:
        """(1 + indicator, draw): overall, then each indicator."""
        linear, periods = self.linear, mode.field.shape[-1]
        noise = solve_triangular(mode.factor.T, rng.standard_normal((linear.size, count)), check_finite=False)
        weighted = mode.width[:, None] * (mode.standard[:, None] + noise)
        effects = (weighted + linear.prior_mean[:, None])[self.which]
        shift = np.tensordot(self.columns[self.which], effects, axes=(0, 0))
        added = np.tensordot(self.columns, weighted, axes=(0, 0))
        log_rate = np.empty(added.shape)
        for k in range(added.shape[0]):
            covariance = mode.covariance[k]
            for place, u in enumerate(self.units):
                precision = mode.precision[k, u]
                pull = covariance @ precision @ (mode.target[k, u][:, None] - added[k, place])
                left = covariance - covariance @ precision @ covariance
                root = np.linalg.cholesky(left + 1e-10 * np.eye(periods))
                drawn = root @ rng.standard_normal((periods, count))
                log_rate[k, place] = mode.start[k, u][:, None] + added[k, place] + pull + drawn
        on = np.exp(self.base + log_rate) * self.cells
        off = on * np.exp(-shift)
        return np.stack([self._log_ratio(on[one], off[one]) for one in self._groups()])

    def _groups(self) -> list[Array]:
        return [np.flatnonzero(self.outcome), *([k] for k in range(len(self.outcome)))]  # type: ignore[list-item]

    @staticmethod
    def _log_ratio(on: Array, off: Array) -> Array:
        ratio: Array = np.log(on.sum(axis=(0, 1, 2)) / off.sum(axis=(0, 1, 2)))
        return ratio


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--study", default="buyer_laws")
    parser.add_argument("--points", type=int, default=100, help="draws of the scales that serve as the design")
    asked = parser.parse_args()
    if asked.points < FEWEST:
        raise EvidenceError(
            Problem(f"{asked.points} points", "--points", f"give at least {FEWEST}: weights need a tail")
        )
    place = Place(ROOT, asked.study)
    study, panel = read_study(place), decode(place.path("panel.nc"))
    found = decode(place.path("variants.nc"))
    points = _points(decode(place.path("fit.nc"))["posterior"].to_dataset(), asked.points)
    quantities = [str(one) for one in found["quantity"].values]
    quantities = ["overall", *(str(one) for one in panel["indicator"].values if str(one) in quantities)]
    modes: list[Mode] = []
    rows = []
    for name in ["main", *study.checks.variants]:
        read_study_, read_panel = (study, panel) if name == "main" else variant(name).apply(study, panel)
        linear = Linear(read_study_, read_panel)
        effect, rng = Effect(linear), np.random.default_rng(study.seed_for(f"integrated {name}"))
        began = time.monotonic()
        here = [
            linear.mode(point, None if not modes else modes[i].field)
            for i, point in enumerate(track(points, description=name, transient=True))
        ]
        drawn = np.stack([effect.draws(mode, EACH, rng) for mode in here])  # (point, quantity, draw)
        seconds = time.monotonic() - began
        modes = modes or here
        ratio = np.array([one.log_marginal - base.log_marginal for one, base in zip(here, modes, strict=True)])
        weights, k = _weights(ratio)
        for q, quantity in enumerate(quantities):
            nuts = np.log1p(found["percent"].sel(variant=name, quantity=quantity).dropna("sample").values / 100)
            rows.append(_row(name, quantity, nuts, drawn[:, q], weights) | {"pareto_k": k, "seconds": seconds})
    result = {
        "command": f"python benchmarks/integrated_field.py --study {asked.study} --points {asked.points}",
        "machine": machine(), "study": asked.study, "points": asked.points, "rows": rows,
    }  # fmt: skip
    write_result(f"integrated_field_{asked.study}", result)
    _show(result)


def _points(posterior: xr.Dataset, count: int) -> list[Point]:
    names = ("scale", "drift_persistence", "level_spread", "drift_sd", "noise_sd")
    flat = {name: posterior[name].transpose("chain", "draw", ...).values for name in names}
    flat = {name: values.reshape(-1, values.shape[-1]) for name, values in flat.items()}
    chosen = np.linspace(0, len(flat["scale"]) - 1, count).astype(int)
    return [Point(*(flat[name][i] for name in names)) for i in chosen]


def _weights(log_ratio: Array) -> tuple[Array, float | None]:
    """Normalised weights of the points, and Pareto k; all equal, and no k, where nothing was changed."""
    if np.ptp(log_ratio) < 1e-6:
        return np.full(len(log_ratio), 1 / len(log_ratio)), None
    smooth, k = array_stats.psislw(-log_ratio)  # arviz-stats negates: it takes the log likelihood
    weights = np.exp(smooth - smooth.max())
    return weights / weights.sum(), float(k)


def _row(name: str, quantity: str, nuts: Array, drawn: Array, weights: Array) -> dict[str, Any]:
    mean = float(weights @ drawn.mean(axis=1))
    sd = float(np.sqrt(weights @ ((drawn - mean) ** 2).mean(axis=1)))
    middle, spread = float(nuts.mean()), float(nuts.std())
    return {
        "variant": name, "quantity": quantity, "nuts_mean": middle, "nuts_sd": spread,
        "mean": mean, "sd": sd, "shift": (mean - middle) / spread, "ratio": sd / spread,
        "points_worth": float(1 / (weights**2).sum()),
    }  # fmt: skip


def _show(result: dict[str, Any]) -> None:
    table = Table(title=f"{result['study']}: the field integrated out, {result['points']} points, beside NUTS")
    for heading in ("reading", "effect on", "NUTS", "integrated", "shift / sd", "sd ratio", "Pareto k", "worth", "s"):
        table.add_column(heading, justify="left" if heading in ("reading", "effect on") else "right")
    for row in result["rows"]:
        table.add_row(
            row["variant"], row["quantity"], f"{row['nuts_mean']:.3f} ± {row['nuts_sd']:.3f}",
            f"{row['mean']:.3f} ± {row['sd']:.3f}", f"{row['shift']:+.2f}", f"{row['ratio']:.2f}",
            "" if row["pareto_k"] is None else f"{row['pareto_k']:.2f}",
            f"{row['points_worth']:.0f}", f"{row['seconds']:.1f}",
        )  # fmt: skip
    console = Console()
    console.width = max(console.width, 120)  # whole rows, also into a file
    console.print(table)
    console.print("Aim: the mean within 0.1 sd, the sd within 10 %.")


if __name__ == "__main__":
    in_plain_words(main)
