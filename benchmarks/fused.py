"""The density of `staggered` and its gradient written out by hand: the project's kernels, and no graph between them.

Nothing a compiler of graphs could do better is left in it, so its time is the floor for a compiled density with these
kernels. For log-normal noise and effects that are full from the first period.
"""

from typing import Any, NamedTuple

import numba
import numpy as np
import pymc as pm
from scipy.special import betaln

from evaluation.inference.compiled import Compiled
from evaluation.models.parts.counts_between import poisson_between, put_back, taken
from evaluation.models.parts.design_mean import design_gradient, design_mean
from evaluation.models.parts.effect_shift import pooled, pooled_gradient, shifted, shifted_gradient
from evaluation.models.parts.field_given_counts import field_made, field_made_gradient
from evaluation.models.parts.persistence import ODDS_BY_WIDTH
from evaluation.models.parts.scales import SMALL
from evaluation.terms.errors import EvidenceError, Problem
from evaluation.terms.study import Study

Array = np.ndarray
LOG_2PI = float(np.log(2 * np.pi))


class Places(NamedTuple):
    """Where the variables begin in the point, and three blocks of scales in the vector of scales."""

    coefficient: int
    pool: int
    step: int
    unit_step: int
    persistence: int
    field: int
    drift_sd: int
    unit_sd: int
    step_sd: int  # beyond the last scale where no indicators share a pool


class Known(NamedTuple):
    """All that does not move, as the kernels take it."""

    places: Places
    scale_prior_sd: Array
    pool_mean: Array  # (intervention, pool)
    pool_sd: Array
    beta: tuple[float, float, float]  # the two shapes of the prior of persistence, and the log of its normaliser
    steps: tuple[int, int]  # shape of the steps of indicators that share a pool
    design: Any  # the arguments of `design_mean` after the first two
    pooling: Any  # of `pooled` after the first five
    felt: Any  # of `shifted` after the first two
    working: Array
    log_base: Array
    exact: Any  # position, lower, upper, log factorial
    suppressed: Any
    one: Array  # a gradient of one, as a kernel takes it


def known_of(study: Study, compiled: Compiled) -> Known:
    """What a compiled model stands on.

    Raises
    ------
    EvidenceError
        The model is not one that is written out here.
    """
    model, data = compiled.model, compiled.data
    settings = study.model.settings
    if settings.get("noise") == "negative_binomial" or settings["effect"].get("profile", "step") != "step":
        advice = "take a study with noise: lognormal and profile: step"
        raise EvidenceError(Problem("its model is not written out in fused.py", f"study {study.name}", advice))
    alpha, beta = (float(shape) for shape in settings["drift_persistence"])
    steps = tuple(compiled.shapes.get("effect_indicator_step", {"": data["exposed"].shape[0], " ": 0}).values())
    design = (
        "coefficient_at", "coefficient_scale_at", "coefficient_mean", "coefficient_sd", "walk_felt", "unit_region",
        "entry_row", "entry_column", "entry_values",
    )  # fmt: skip
    profile = (np.ones(1), np.zeros((1, 1)))
    exact = (data["exact_position"], data["exact_count"], data["exact_count"], data["exact_log_factorial"])
    hidden = [f"suppressed_{name}" for name in ("position", "lower", "upper", "log_factorial")]
    adoptions = (data["adoption_intervention"], data["adoption_unit"])
    return Known(
        places=_places(model, compiled.shapes),
        scale_prior_sd=data["scale_prior_sd"],
        pool_mean=data["effect_prior_mean"],
        pool_sd=data["effect_prior_sd"],
        beta=(alpha, beta, float(betaln(alpha, beta))),
        steps=(int(steps[0]), int(steps[1])),
        design=tuple(data[name] for name in design),
        pooling=(data["indicator_pool"], data["indicator_step"], adoptions[0]),
        felt=(*profile, data["exposed"], data["event_time"], *adoptions),
        working=data["working_counts"],
        log_base=data["log_base"],
        exact=exact,
        # a panel without such cells has no such data
        suppressed=tuple(data.get(name, like[:0]) for name, like in zip(hidden, exact, strict=True)),
        one=np.array(1.0),
    )


def _places(model: pm.Model, shapes: dict[str, dict[str, int]]) -> Places:
    start, end = {}, 0
    for name, shape in shapes.items():
        start[name] = end
        end += int(np.prod(list(shape.values())))
    start.setdefault("effect_indicator_step", start["effect_unit_step"])
    blocks = [str(entry).split("[")[0] for entry in model.coords["scale_name"]]
    first = {name: blocks.index(name) if name in blocks else len(blocks) for name in (*blocks, "effect_indicator_sd")}
    variables = (
        "coefficient", "effect_pool", "effect_indicator_step", "effect_unit_step", "drift_persistence", "log_rate",
    )  # fmt: skip
    scales = ("drift_sd", "effect_unit_sd", "effect_indicator_sd")
    return Places(*(start[name] for name in variables), *(first[name] for name in scales))


@numba.njit(error_model="numpy")  # type: ignore[untyped-decorator]
def _softplus(x: float) -> float:
    return max(x, 0.0) + np.log1p(np.exp(-abs(x)))


@numba.njit(error_model="numpy")  # type: ignore[untyped-decorator]
def _standard(x: Array, slope: Array) -> float:
    """Log density of standard normal numbers; their gradient is added to `slope`."""
    squares = 0.0
    for i in range(len(x)):
        squares += x[i] * x[i]
        slope[i] -= x[i]
    return -0.5 * (squares + len(x) * LOG_2PI)


@numba.njit(error_model="numpy")  # type: ignore[untyped-decorator]
def _scales(x: Array, width: Array) -> tuple[Array, float]:
    """Scales (`AlmostItself`), and their half-normal log density with the volume of the transform."""
    scales, density = np.empty(len(x)), 0.0
    for i in range(len(x)):
        scales[i] = SMALL * width[i] * _softplus(x[i])
        density += 0.5 * np.log(2 / np.pi) - np.log(width[i]) - 0.5 * (scales[i] / width[i]) ** 2
        density += np.log(SMALL * width[i]) - _softplus(-x[i])
    return scales, density


@numba.njit(error_model="numpy")  # type: ignore[untyped-decorator]
def _scales_gradient(x: Array, width: Array, scales: Array, by_scales: Array, slope: Array) -> None:
    for i in range(len(x)):
        rising = 1 / (1 + np.exp(-x[i]))
        slope[i] = (by_scales[i] - scales[i] / width[i] ** 2) * SMALL * width[i] * rising + 1 - rising


@numba.njit(error_model="numpy")  # type: ignore[untyped-decorator]
def _persistence(x: Array, drift_sd: Array, beta: tuple[float, float, float]) -> tuple[Array, float]:
    """Persistence (`AtSteps`), and its beta log density with the volume of the transform."""
    persistence, density = np.empty(len(x)), 0.0
    for k in range(len(x)):
        odds = x[k] + ODDS_BY_WIDTH * np.log(drift_sd[k])
        persistence[k] = 1 / (1 + np.exp(-odds))
        density -= beta[0] * _softplus(-odds) + beta[1] * _softplus(odds) + beta[2]
    return persistence, density


@numba.njit(error_model="numpy")  # type: ignore[untyped-decorator]
def _counts(log_mu: Array, cells: Any) -> tuple[float, Array]:
    """Log probability of the counts, and its gradient in the log of their means, (indicator, unit, time)."""
    position, lower, upper, log_factorial = cells
    density, slope = poisson_between(taken(log_mu, position), lower, upper, log_factorial)
    return density.sum(), put_back(slope, log_mu, position)


@numba.njit(error_model="numpy")  # type: ignore[untyped-decorator]
def fused(x: Array, slope: Array, known: Known) -> float:
    """Log density at `x`, (dims,), the sampler's point; its gradient is written to `slope`, (dims,)."""
    at, base = known.places, known.log_base
    indicators = base.shape[0]
    slope[:] = 0.0
    scales, total = _scales(x[: at.coefficient], known.scale_prior_sd)
    drift_sd, unit_sd = scales[at.drift_sd :][:indicators], scales[at.unit_sd :][:indicators]
    persistence, density = _persistence(x[at.persistence : at.field], drift_sd, known.beta)
    total += density

    coefficient = x[at.coefficient : at.pool]
    total += _standard(coefficient, slope[at.coefficient : at.pool])
    pool = x[at.pool : at.step].reshape(known.pool_mean.shape)
    step = x[at.step : at.unit_step].reshape(known.steps)
    total += _standard(x[at.step : at.unit_step], slope[at.step : at.unit_step])
    unit_step = x[at.unit_step : at.persistence].reshape((indicators, len(known.pooling[2])))
    total += _standard(x[at.unit_step : at.persistence], slope[at.unit_step : at.persistence])
    shared = known.steps[1] > 0
    step_sd = scales[at.step_sd :][:1] if shared else np.zeros(1)

    t1, t2, t3, t4, t5, t6, t7, t8, t9 = known.design
    mean, _ = design_mean(coefficient, scales, t1, t2, t3, t4, t5, t6, t7, t8, t9)
    pool_of, step_of, intervention = known.pooling
    effect, _ = pooled(pool, step, step_sd, unit_step, unit_sd, pool_of, step_of, intervention)
    share, change, exposed, since, _, unit = known.felt
    moved = shifted(mean, effect, share, change, exposed, since, intervention, unit)
    standard, rows = x[at.field :].reshape(base.shape), scales[: 3 * indicators].reshape((3, indicators))
    rate, density, volume = field_made(standard, moved, rows, persistence, known.working)
    log_mu = base + rate
    likely, by_rate = _counts(log_mu, known.exact)
    likely_too, by_rate_too = _counts(log_mu, known.suppressed)
    total += density.item() + volume.item() + likely + likely_too

    by_standard, by_moved, by_rows, by_persistence = field_made_gradient(
        standard, moved, rows, persistence, known.working, by_rate + by_rate_too, known.one, known.one
    )
    by_effect, _, _ = shifted_gradient(by_moved, effect, share, change, exposed, since, intervention, unit)
    by_pool, by_step, by_step_sd, by_unit_step, by_unit_sd = pooled_gradient(
        by_effect, pool, step, step_sd, unit_step, unit_sd, pool_of, step_of, intervention
    )
    by_coefficient, by_scales = design_gradient(by_moved, coefficient, scales, t1, t2, t3, t4, t5, t6, t7, t8, t9)

    slope[at.coefficient : at.pool] += by_coefficient
    slope[at.step : at.unit_step] += by_step.ravel()
    slope[at.unit_step : at.persistence] += by_unit_step.ravel()
    slope[at.field :] = by_standard.ravel()
    for j in range(pool.shape[0]):
        for p in range(pool.shape[1]):
            sd = known.pool_sd[j, p]
            z = (pool[j, p] - known.pool_mean[j, p]) / sd
            total -= 0.5 * (z * z + LOG_2PI) + np.log(sd)
            slope[at.pool + j * pool.shape[1] + p] = by_pool[j, p] - z / sd
    for k in range(indicators):
        by_scales[at.unit_sd + k] += by_unit_sd[k]
        for s in range(3):
            by_scales[s * indicators + k] += by_rows[s, k]
        p = persistence[k]
        by_odds = by_persistence[k] * p * (1 - p) + known.beta[0] * (1 - p) - known.beta[1] * p
        slope[at.persistence + k] = by_odds
        by_scales[at.drift_sd + k] += by_odds * ODDS_BY_WIDTH / drift_sd[k]
    if shared:
        by_scales[at.step_sd] += by_step_sd[0]
    _scales_gradient(x[: at.coefficient], known.scale_prior_sd, scales, by_scales, slope[: at.coefficient])
    return total


@numba.njit(error_model="numpy")  # type: ignore[untyped-decorator]
def repeated(x: Array, slope: Array, known: Known, times: int) -> float:
    """`fused` so many times, without the interpreter between."""
    total = 0.0
    for _ in range(times):
        total += fused(x, slope, known)
    return total
