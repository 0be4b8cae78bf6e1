"""The yardstick: the statistical model of docs/methods/staggered.md as a textbook would have one write it in PyMC.

Every term is non-centred and stands on its own: unit level, first-order autoregression, log-normal noise (or negative
binomial counts), shocks, breaks, effects. Priors and data are those of the study. Nothing here is made slow on purpose:
the autoregression is one small matrix product an indicator, not a scan.
"""

from typing import Any

import numpy as np
import pymc as pm
import pytensor.tensor as pt
import xarray as xr

from evaluation.inference.effect import treated_cells
from evaluation.models.book import get_model
from evaluation.models.parts.design import adoptions_of, pools
from evaluation.models.parts.effect import prior_of_pools
from evaluation.models.parts.panel import usual_log_rate
from evaluation.terms.errors import Problem, StudyError
from evaluation.terms.panel import CELL, EXPOSURE
from evaluation.terms.study import Study

Tensor = Any


def plain_model(study: Study, panel: xr.Dataset) -> pm.Model:
    """The model; its Deterministic `overall` is the percent change over the treated cells of the outcomes."""
    settings: Any = get_model(study.model.name, study.model.settings)
    _refuse_what_is_not_written_here(study, settings, panel)
    series = (panel.sizes["indicator"], panel.sizes["unit"], panel.sizes["time"])
    with pm.Model() as model:
        rate = _level_and_shocks(settings, panel, series) + _drift(settings, series)
        if settings.noise == "lognormal":
            noise_sd = pm.HalfNormal("noise_sd", settings.noise_sd, shape=series[0])
            rate = rate + noise_sd[:, None, None] * pm.Normal("noise_step", shape=series)
        shift, shift_asked = _effects(study, settings, panel)
        log_base = np.log(panel["base"].transpose(*CELL).values)
        mu = pt.exp(log_base + rate + shift)
        _observe(settings, panel, mu)
        cells = treated_cells(study, panel, panel["unit"]) & panel["outcome"].astype(bool)
        treated = np.flatnonzero(cells.transpose(*CELL).values)
        on = mu.ravel()[treated]
        off = on * pt.exp(-shift_asked.ravel()[treated])
        pm.Deterministic("overall", 100 * (on.sum() / off.sum() - 1))
    return model


def _refuse_what_is_not_written_here(study: Study, settings: Any, panel: xr.Dataset) -> None:
    if (
        study.model.name != "staggered"
        or settings.effect.profile != "step"
        or settings.anticipation
        or panel.sizes.get("covariate", 0)
    ):
        raise StudyError(
            Problem(
                "the plain model has the step profile, no leads and no covariates",
                study.name,
                "take another study",
            )
        )


def _level_and_shocks(settings: Any, panel: xr.Dataset, series: tuple[int, int, int]) -> Tensor:
    indicators, units, periods = series
    sums = np.tril(np.ones((periods, periods - 1)), -1)
    path = (sums - sums.mean(axis=0)).T  # steps of a walk into its path less its mean over the window
    level = pm.Normal("level", usual_log_rate(panel), settings.level_sd, shape=indicators)
    level_spread = pm.HalfNormal("level_spread", settings.level_spread, shape=indicators)
    rate = level[:, None] + level_spread[:, None] * pm.Normal("level_step", shape=(indicators, units))
    common_sd = pm.HalfNormal("common_sd", settings.shock_sd, shape=indicators)
    common = (common_sd[:, None] * pm.Normal("common_step", shape=(indicators, periods - 1))) @ path
    mean = rate[:, :, None] + common[:, None, :]
    names, region = np.unique(panel["region"].values.astype(str), return_inverse=True)
    if len(names) > 1:
        region_sd = pm.HalfNormal("region_sd", settings.region_sd, shape=indicators)
        step = pm.Normal("region_step", shape=(indicators, len(names), periods - 1))
        mean = mean + pt.dot(region_sd[:, None, None] * step, path)[:, region, :]
    if panel.sizes.get("break", 0):
        steps = panel["breaks"].transpose("break", *CELL).values.astype(float)
        steps = steps.max(axis=1, keepdims=True) * steps.any(
            axis=(2, 3), keepdims=True
        )  # the same step wherever it acts
        broken = np.flatnonzero(steps.any(axis=(0, 1, 3)))
        size = settings.break_sd * pm.Normal("break_step", shape=len(steps))
        part = pt.dot(size, steps[:, :, broken].reshape(len(steps), -1)).reshape((indicators, len(broken), periods))
        mean = pt.inc_subtensor(mean[:, broken], part)
    return mean


def _drift(settings: Any, series: tuple[int, int, int]) -> Tensor:
    """Stationary first-order autoregression: drift[t] = persistence drift[t - 1] + sqrt(1 - persistence^2) sd step."""
    indicators, _, periods = series
    persistence = pm.Beta("drift_persistence", *settings.drift_persistence, shape=indicators)[:, None, None]
    lag = np.arange(periods)[:, None] - np.arange(periods)[None, :]
    weight = pt.switch(np.arange(periods) == 0, 1.0, pt.sqrt(1 - persistence**2))
    root = pt.switch(lag >= 0, persistence ** np.maximum(lag, 0) * weight, 0.0)  # (indicator, time, step)
    drift_sd = pm.HalfNormal("drift_sd", settings.drift_sd, shape=indicators)
    return drift_sd[:, None, None] * (pm.Normal("drift_step", shape=series) @ root.transpose(0, 2, 1))


def _effects(study: Study, settings: Any, panel: xr.Dataset) -> tuple[Tensor, Tensor]:
    """Log rate ratio of every cell: of all interventions, and of those asked about."""
    adoptions = adoptions_of(panel)
    names, pool_of = pools(panel, study.question)
    indicators, interventions = panel.sizes["indicator"], panel.sizes["intervention"]
    mean, sd = prior_of_pools(panel, names, settings.effect)
    typical = (mean + sd * pm.Normal("effect_pool_step", shape=mean.shape))[:, pool_of]
    shared = np.bincount(pool_of)[pool_of] > 1
    if shared.any():
        indicator_sd = pm.HalfNormal("effect_indicator_sd", settings.effect.indicator_sd)
        step = pm.Normal("effect_indicator_step", shape=(interventions, int(shared.sum())))
        typical = pt.inc_subtensor(typical[:, np.flatnonzero(shared)], indicator_sd * step)
    unit_sd = pm.HalfNormal("effect_unit_sd", settings.effect.unit_sd, shape=indicators)
    effect = typical.T[:, adoptions.intervention] + unit_sd[:, None] * pm.Normal(
        "effect_unit_step", shape=(indicators, len(adoptions))
    )
    exposure = panel["exposure"].transpose(*EXPOSURE).values[adoptions.intervention, adoptions.unit]
    onto = adoptions.onto_units(panel.sizes["unit"])
    asked = panel["asked"].values.astype(float)[adoptions.intervention]
    both = []
    for counted in (np.ones(len(adoptions)), asked):
        felt = effect[:, :, None] * (exposure * counted[:, None])[None]
        both.append(pt.dot(felt.transpose(0, 2, 1), onto).transpose(0, 2, 1))
    return both[0], both[1]


def _observe(settings: Any, panel: xr.Dataset, mu: Tensor) -> None:
    lower, upper = (panel[name].transpose(*CELL).values.ravel() for name in ("lower", "upper"))
    exact, interval = np.flatnonzero(lower == upper), np.flatnonzero(lower < upper)
    per_indicator = panel.sizes["unit"] * panel.sizes["time"]
    if settings.noise == "negative_binomial":
        shape = panel.sizes["indicator"]
        phi = pm.LogNormal("dispersion", settings.dispersion["mean"], settings.dispersion["sd"], shape=shape)
        counts = mu.ravel()[exact]
        pm.NegativeBinomial("exact", mu=counts, alpha=phi[exact // per_indicator], observed=lower[exact].astype(int))
        hidden = pm.NegativeBinomial.dist(mu.ravel()[interval][:, None], alpha=phi[interval // per_indicator][:, None])
    else:
        pm.Poisson("exact", mu=mu.ravel()[exact], observed=lower[exact].astype(int))
        hidden = pm.Poisson.dist(mu.ravel()[interval][:, None])
    if not interval.size:
        return
    # F(upper) - F(lower - 1), as the sum of the densities between them. PyMC's own distribution functions are of no
    # use here: that of the Poisson is zero for a mean above 745, where large countries start, and no chain can begin.
    value = lower[interval, None] + np.arange(int((upper - lower)[interval].max()) + 1)
    density = pm.logp(hidden, value.astype(int))
    pm.Potential("suppressed", pt.logsumexp(pt.switch(value <= upper[interval, None], density, -np.inf), axis=1).sum())
