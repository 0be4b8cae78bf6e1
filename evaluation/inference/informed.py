"""What the indicators of a panel can tell of the market and of the effort: all of them, each left out, one more added.

A linear Gaussian approximation, with the scales known: log rates are taken for Gaussian figures of the cells that are
reported, as exact as their counts, around the effects and common shocks. Then what is known of the effects does not
hang on what the figures are, only on which there are, and a design is a matter of milliseconds. Regional shocks,
breaks, covariates and the course of an effect over time are left out: it says which figures tell, and roughly how
much, not what the answer is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from evaluation.inference.joined import FOLLOWS, cell_scales, field_covariances, joined
from evaluation.models.book import get_model
from evaluation.models.parts.design import adoptions_of, periods_since
from evaluation.models.parts.latent_effect import prior_of_latent
from evaluation.models.parts.loads import LATENT, lags_of, loads_of
from evaluation.terms.panel import CELL, EXPOSURE
from evaluation.terms.study import Study

Array = NDArray[np.float64]
AS_IT_IS, WITHOUT, WITH = "as it is", "without:", "with:"
ADDED = "market indicator"
PER_INDICATOR = ("level_spread", "drift_sd", "drift_persistence", "noise_sd", "common_sd", "dispersion")


@dataclass(frozen=True)
class Told:
    """What is known of the two effects, averaged over adopters: their covariance before and after the figures."""

    before: Array  # (2, 2): market, effort; log rate ratio
    after: Array

    @property
    def sd(self) -> Array:
        """Of market and effort, after."""
        found: Array = np.sqrt(np.diagonal(self.after))
        return found

    @property
    def contraction(self) -> Array:
        """How much of the prior variance is gone: 0 nothing was learned, 1 all is known (Betancourt 2018)."""
        found: Array = 1 - np.diagonal(self.after) / np.diagonal(self.before)
        return found

    @property
    def correlation(self) -> float:
        """Of the two, after."""
        return float(self.after[0, 1] / self.sd.prod())


@dataclass(frozen=True)
class Figures:
    """Which figures there are, and what moves them."""

    variance: Array  # (indicator, unit, time): of the log of a count around its rate; infinite where there is none
    load: Array  # (indicator, pool)
    lags: NDArray[np.int_]  # (indicator,)
    scales: xr.Dataset  # posterior means


def informed(study: Study, panel: xr.Dataset, posterior: xr.Dataset) -> dict[str, Told]:
    """What these figures tell; what they would without each outcome; with a market indicator more in some units.

    Keys: `as it is`; `without:NAME` of each indicator that feels the market or the effort; `with:adopters` (every
    adopter, and as many others, those that report most) and `with:all` (every unit). The indicator that is added is
    reported in every period, counts as many as the median of the outcomes does, and drifts and scatters as they do.
    """
    recipe: Any = get_model(study.model.name, study.model.settings)
    figures = figures_of(recipe, study, panel, posterior)
    prior = _Prior.of(recipe, study, panel, figures)
    found = {AS_IT_IS: told(figures, prior, panel)}
    names = panel["indicator"].values.astype(str)
    for k in np.flatnonzero(figures.load[:, : len(LATENT)].any(axis=1)):
        found[WITHOUT + names[k]] = told(_without(figures, int(k)), prior, panel)
    for label, units in _places(panel, figures):
        found[WITH + label] = told(_with_market(figures, panel, units), prior, panel)
    return found


def figures_of(recipe: Any, study: Study, panel: xr.Dataset, posterior: xr.Dataset) -> Figures:
    """The figures of a panel, at the posterior means of the scales."""
    names = [*PER_INDICATOR, "shared_drift_sd", "shared_persistence", "unit_scale", "pool_unit_sd"]
    names += ["effect_indicator_sd", FOLLOWS]
    scales = posterior[[name for name in names if name in posterior]].mean(("chain", "draw"))
    lower, upper = (panel[name].transpose(*CELL).values.astype(float) for name in ("lower", "upper"))
    count = (lower + upper) / 2
    variance = np.where(np.isfinite(count), 1 / (np.nan_to_num(count) + 0.5), np.inf)
    if "dispersion" in scales:
        variance = variance + 1 / scales["dispersion"].values[:, None, None]
    _, load = loads_of(panel, study.question, recipe.effort_shared_by)
    return Figures(variance, load, lags_of(panel, recipe.lags), scales)


@dataclass(frozen=True)
class _Prior:
    """Priors of what is not the field: levels and shocks, effects of each pool in each adoption, deviations."""

    latent: Array  # (pool, adoption, adoption): covariance
    asked: NDArray[np.bool_]  # (adoption,)
    level_sd: float
    interventions: int

    @classmethod
    def of(cls, recipe: Any, study: Study, panel: xr.Dataset, figures: Figures) -> "_Prior":
        names, _ = loads_of(panel, study.question, recipe.effort_shared_by)
        adoptions = adoptions_of(panel)
        _, sd = prior_of_latent(panel, names, recipe.effect, recipe.sds)
        same = adoptions.intervention[:, None] == adoptions.intervention[None, :]
        each = np.eye(len(adoptions))
        latent = [
            sd[adoptions.intervention, p] ** 2 * same + float(figures.scales["pool_unit_sd"][p]) ** 2 * each
            for p in range(len(names))
        ]
        asked = panel["asked"].values.astype(bool)[adoptions.intervention]
        return cls(np.array(latent), asked, recipe.level_sd, panel.sizes["intervention"])


def told(figures: Figures, prior: _Prior, panel: xr.Dataset) -> Told:
    """The covariance of the two effects given the figures: least squares with everything Gaussian.

    With V the covariance of a unit's figures and X what moves them, the precision of all coefficients is that of their
    priors plus the sum over units of X' V^-1 X.
    """
    adoptions, (indicators, _, periods) = adoptions_of(panel), figures.variance.shape
    covariance = field_covariances(figures.scales, periods)[0]
    wide = cell_scales(figures.scales, figures.variance.shape)[0]
    noise = joined(figures.variance)[0]
    felt = _felt(figures, panel)  # (adoption, indicator x time)
    blocks = _priors(figures, prior, periods)
    precision = np.linalg.inv(blocks)
    shocks, pools, count = indicators * periods, figures.load.shape[1], len(adoptions)
    of_pool = np.repeat(figures.load, periods, axis=0)  # (indicator x time, pool)
    own = np.repeat(np.eye(indicators), periods, axis=0)
    for u in range(figures.variance.shape[1]):
        known = np.isfinite(noise[u])
        design = np.zeros((shocks, len(blocks)))
        design[:, :shocks] = np.eye(shocks)
        for a in np.flatnonzero(adoptions.unit == u):
            design[:, shocks + np.arange(pools) * count + a] += felt[a][:, None] * of_pool
            deviations = shocks + pools * count + adoptions.intervention[a] * indicators
            design[:, deviations : deviations + indicators] += felt[a][:, None] * own
        total = covariance * np.outer(wide[u], wide[u]) + np.diag(np.where(known, noise[u], 0.0))
        here = design[known]
        precision += here.T @ np.linalg.solve(total[np.ix_(known, known)], here)
    after = np.linalg.inv(precision)
    averaged = np.zeros((len(LATENT), len(blocks)))
    for p in range(len(LATENT)):
        averaged[p, shocks + p * count + np.flatnonzero(prior.asked)] = 1 / prior.asked.sum()
    return Told(averaged @ blocks @ averaged.T, averaged @ after @ averaged.T)


def _felt(figures: Figures, panel: xr.Dataset) -> Array:
    """Exposure of each adoption's unit in each cell, at the lag of its indicator, (adoption, indicator x time)."""
    adoptions, exposure = adoptions_of(panel), panel["exposure"].transpose(*EXPOSURE).values.astype(float)
    since = periods_since(panel)
    rows = []
    for lag in figures.lags:
        moved = np.roll(exposure, lag, axis=-1)
        before = since[..., :1] >= lag - np.arange(lag)
        moved[..., :lag] = exposure[..., :1] * before
        rows.append(moved[adoptions.intervention, adoptions.unit])
    return np.concatenate(rows, axis=-1)


def _priors(figures: Figures, prior: _Prior, periods: int) -> Array:
    """Prior covariance of coefficients: shocks (indicator x time), (pool x adoption), (intervention x indicator)."""
    at = np.arange(periods)
    walks = np.minimum(at[:, None], at[None, :])
    shocks = [float(sd) ** 2 * walks + prior.level_sd**2 for sd in figures.scales["common_sd"].values]
    alone = figures.load[:, len(LATENT) :].any(axis=1) & ~figures.load[:, : len(LATENT)].any(axis=1)
    sd = float(figures.scales.get("effect_indicator_sd", xr.DataArray(0.0)))
    # a control has no deviation: its pool is its own
    deviations = np.diag(np.where(alone, 1e-12, sd**2 + 1e-12))
    parts = [*shocks, *prior.latent, *[deviations] * prior.interventions]
    size = sum(len(part) for part in parts)
    total, start = np.zeros((size, size)), 0
    for part in parts:
        total[start : start + len(part), start : start + len(part)] = part
        start += len(part)
    return total


def _without(figures: Figures, k: int) -> Figures:
    variance = figures.variance.copy()
    variance[k] = np.inf
    return replace(figures, variance=variance)


def _places(panel: xr.Dataset, figures: Figures) -> Iterator[tuple[str, Sequence[int]]]:
    """Where one more indicator might be reported: adopters and as many others, every unit."""
    asked = panel["exposure"].isel(intervention=np.flatnonzero(panel["asked"].values))
    adopted = (asked > 0).any(("intervention", "time")).values
    reported = np.isfinite(figures.variance).sum(axis=(0, 2))
    others = np.flatnonzero(~adopted)
    most = others[np.argsort(-reported[others], kind="stable")][: adopted.sum()]
    yield "adopters", [*np.flatnonzero(adopted), *most]
    yield "all", range(len(adopted))


def _with_market(figures: Figures, panel: xr.Dataset, units: Sequence[int]) -> Figures:
    """With an indicator of the market more: median of what the others are, on the market alone."""
    outcome = panel["outcome"].values.astype(bool)
    finite = figures.variance[outcome]
    one = np.full((1, *figures.variance.shape[1:]), np.inf)
    one[:, list(units)] = np.median(finite[np.isfinite(finite)])
    load = np.vstack([figures.load, np.eye(figures.load.shape[1])[:1]])
    scales = figures.scales
    added = {}
    for name, values in scales.data_vars.items():
        if "indicator" in values.dims:
            middle = values.isel(indicator=np.flatnonzero(outcome)).median("indicator")
            added[name] = middle.expand_dims(indicator=[ADDED]).transpose(*values.dims)
    market = np.zeros((len(LATENT), 1))
    market[0] = float(scales["shared_drift_sd"].isel(shared_by=0).max())
    added["shared_drift_sd"] = xr.DataArray(
        market, {"indicator": [ADDED], "shared_by": scales["shared_by"].values}, ("shared_by", "indicator")
    )
    if FOLLOWS in scales:
        added[FOLLOWS] = xr.DataArray([0.0], {"follower": [ADDED]}, ("follower",))
    grown = {name: xr.concat([scales[name], one_more], _along(one_more)) for name, one_more in added.items()}
    kept = scales.drop_vars([*added, "indicator", "follower"], errors="ignore")
    return Figures(np.concatenate([figures.variance, one]), load, np.append(figures.lags, 0), kept.assign(grown))


def _along(values: xr.DataArray) -> str:
    return "indicator" if "indicator" in values.dims else "follower"
