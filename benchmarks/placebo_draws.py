"""Laws that were never passed, drawn on a real panel: who adopts what and when, what it does, and what is then true.

The panel is that of the countries that really had no law. A placebo gives the real dates, drawn at random, to countries
drawn at random; the law then does nothing, or changes the counts of the treated cells by a factor that is known.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pymc as pm
import xarray as xr

from evaluation.inference.compiled import build
from evaluation.inference.doubts import adopting, candidates
from evaluation.models.parts.design import adoptions_of
from evaluation.terms.errors import EvidenceError, Problem
from evaluation.terms.panel import CELL, EXPOSURE, Status
from evaluation.terms.study import Study

KINDS = ("none", "-20", "-40", "-60", "prior")  # percent on every treated cell, or drawn from the study's own prior
OVERALL = "overall"
TRIES = 200
LEAST = 0.5  # persons: a cell with a count of zero is no cell in which none can be expected

Array = np.ndarray


@dataclass(frozen=True)
class Ground:
    """A real panel without its real laws, and what a placebo is drawn from."""

    study: Study
    panel: xr.Dataset  # of the units that never had a law
    possible: Array  # (adopter, unit): may this unit stand in for that real adopter?
    exposure: Array  # (adopter, time), of the real adopters
    event_time: Array  # (adopter, time)

    @classmethod
    def of(cls, study: Study, panel: xr.Dataset) -> "Ground":
        """Leave out every unit with a law asked about or adjusted for.

        The estimand is over the reported cells: there what the counts would have been is known, to their own noise.
        """
        asked = panel["asked"].values.astype(bool)
        never = ~(panel["exposure"] > 0).any(("intervention", "time")).values
        real = adopting(panel)
        if asked.sum() != 1 or not len(real):
            advice = "placebo laws stand in for the adopters of one law"
            raise EvidenceError(Problem("the panel has no one law with adopters", "placebo", advice))
        question = replace(study.question, adjust_for=(), over="reported")
        free = panel.isel(unit=never, intervention=asked)
        free = free.isel({"break": free["breaks"].any(("indicator", "unit", "time")).values})
        laws = (panel[name].transpose(*EXPOSURE).values[asked][0, real] for name in ("exposure", "event_time"))
        return cls(replace(study, question=question), free, candidates(study, panel)[:, never], *laws)

    def adopters(self) -> int:
        """As many as really adopted; where they are more than half of those left, their share of the real panel."""
        real, left = len(self.possible), self.panel.sizes["unit"]
        return real if 2 * real <= left else round(left * real / (left + real))

    def placebo(self, adopters: int, rng: np.random.Generator) -> xr.Dataset:
        """The panel with the laws of real adopters, drawn with replacement, given to other units, drawn without."""
        for _ in range(TRIES):
            models = rng.choice(len(self.possible), size=adopters)
            units = _stand_ins(self.possible[models], rng)
            if units is not None:
                return self._given(units, models)
        advice = "give fewer --adopters"
        raise EvidenceError(Problem(f"{adopters} units that could stand in are not there", "placebo", advice))

    def _given(self, units: Array, models: Array) -> xr.Dataset:
        changed = {}
        for name, nothing in (("exposure", 0.0), ("event_time", np.nan)):
            values = np.full([self.panel.sizes[dim] for dim in EXPOSURE], nothing)
            values[0, units] = getattr(self, name)[models]
            changed[name] = (EXPOSURE, values)
        return self.panel.assign(changed).assign_attrs(adoptions=json.dumps([]), treated=json.dumps([]))


def _stand_ins(possible: Array, rng: np.random.Generator) -> Array | None:
    """A unit for each adopter (adopter, unit), none twice; None where this draw leads nowhere."""
    chosen = np.full(len(possible), -1)
    for adopter in rng.permutation(len(possible)):
        left = np.setdiff1d(np.flatnonzero(possible[adopter]), chosen)
        if not len(left):
            return None
        chosen[adopter] = rng.choice(left)
    return chosen


def prior_effects(study: Study, panel: xr.Dataset, draws: int, seed: int) -> Array:
    """Log rate ratios at full exposure, (draw, indicator, adoption), drawn from the prior of the study's own model."""
    if study.model.settings.get("effect", {}).get("profile", "step") != "step":
        advice = "leave out --inject prior"
        raise EvidenceError(Problem("effects that change over event time are not injected", "placebo", advice))
    model = build(study, panel)
    found: Array = pm.draw(model["effect_of_adoption"], draws=draws, random_seed=seed)
    return found


def effects_of(kind: str, panel: xr.Dataset, from_prior: Array | None) -> Array:
    """Log rate ratio of the law in every cell (indicator, unit, time): exposure times the effect, on outcomes only.

    Parameters
    ----------
    kind
        One of `KINDS`.
    from_prior
        (indicator, adoption), of this placebo; for the kind "prior".
    """
    adoptions = adoptions_of(panel)
    shape = (panel.sizes["indicator"], len(adoptions))
    if kind == "prior":
        assert from_prior is not None  # the caller drew them
        effect = from_prior
    else:
        effect = np.full(shape, 0.0 if kind == "none" else np.log1p(float(kind) / 100))
    at_full = effect @ adoptions.onto_units(panel.sizes["unit"])
    exposure = panel["exposure"].transpose(*EXPOSURE).values[0]
    found: Array = at_full[:, :, None] * exposure * panel["outcome"].values.astype(bool)[:, None, None]
    return found


def values_of(panel: xr.Dataset, rng: np.random.Generator) -> Array:
    """The counts (indicator, unit, time), NaN where there are none; a suppressed one is drawn from its interval."""
    lower, upper = (panel[name].transpose(*CELL).values.astype(float) for name in ("lower", "upper"))
    known = np.isfinite(lower)
    low, high = np.where(known, lower, 0.0), np.where(known, upper, 0.0)
    drawn = rng.integers(np.round(low).astype(np.int64), np.round(high).astype(np.int64), endpoint=True)
    return np.where(known, drawn, np.nan)


def injected(panel: xr.Dataset, values: Array, effects: Array, rng: np.random.Generator) -> xr.Dataset:
    """The panel as it would have been reported had the law done this.

    A fall keeps each person with probability exp(effect): of a count that is Poisson given its rate, whatever the
    rate's own noise, what is left is Poisson at the lowered rate. A rise adds Poisson(count (exp(effect) - 1)): right
    in the mean and, where counts are small, a little wider than Poisson. What falls into the interval that the panel's
    source suppresses is suppressed; what leaves it is printed. Cells without an effect stay as they are.
    """
    touched = (effects != 0) & np.isfinite(values)
    count, ratio = np.where(touched, values, 0.0).astype(np.int64), np.exp(effects)
    fallen = rng.binomial(count, np.minimum(ratio, 1.0))
    changed = fallen + rng.poisson(count * np.maximum(ratio - 1.0, 0.0))
    lower, upper = (panel[name].transpose(*CELL).values.astype(float) for name in ("lower", "upper"))
    status = panel["status"].transpose(*CELL).values
    low, high = _suppressed_interval(lower, upper, status)
    hidden = (changed >= low) & (changed <= high)
    kinds = np.where(hidden, np.int8(Status.SUPPRESSED), np.int8(Status.EXACT))
    return panel.assign(
        lower=(CELL, np.where(touched, np.where(hidden, low, changed), lower)),
        upper=(CELL, np.where(touched, np.where(hidden, high, changed), upper)),
        status=(CELL, np.where(touched, kinds, status).astype(np.int8)),
    )


def _suppressed_interval(lower: Array, upper: Array, status: Array) -> tuple[float, float]:
    """What a suppressed cell of this panel is known to be; an empty interval where nothing is suppressed."""
    hidden = status == int(Status.SUPPRESSED)
    if not hidden.any():
        return 0.0, -1.0
    return float(lower[hidden].min()), float(upper[hidden].max())


def cells_of(panel: xr.Dataset) -> Array:
    """The cells that the estimands are over, (indicator, unit, time): under the law, reported, of an outcome."""
    exposed = (panel["exposure"].transpose(*EXPOSURE).values[0] > 0)[None]
    known = np.isin(panel["status"].transpose(*CELL).values, [Status.EXACT, Status.SUPPRESSED])
    found: Array = exposed & known & panel["outcome"].values.astype(bool)[:, None, None]
    return found


def truth_of_totals(panel: xr.Dataset, values: Array, effects: Array) -> dict[str, float]:
    """Log ratio of the totals over the treated cells with and without the law, overall and of each outcome.

    The weight of a cell is its count without the law: what was really reported.
    """
    cells = cells_of(panel)
    without = np.where(cells, np.maximum(values, LEAST), 0.0)
    by_indicator = {
        str(name): _log_ratio(without[k], effects[k])
        for k, name in enumerate(panel["indicator"].values)
        if cells[k].any()
    }
    return {OVERALL: _log_ratio(without, effects)} | by_indicator


def truths_of_peers(panel: xr.Dataset, values: Array, effects: Array) -> dict[str, dict[str, float]]:
    """What each kind of estimate is an estimate of, by outcome; where all effects at full exposure are one, it is that.

    `totals`: at full exposure, each cell weighing with its count and its exposure (a Poisson regression on exposure);
    `at_full`: the same on the log scale, weighing with the exposure (a log-linear regression on exposure);
    `cells`: the mean over the cells of the log ratio in force (estimators that know only treated or not).
    """
    cells, exposure = cells_of(panel), panel["exposure"].transpose(*EXPOSURE).values[0]
    found = {}
    for k, name in enumerate(panel["indicator"].values):
        if cells[k].any():
            share, effect = exposure[cells[k]], effects[k][cells[k]]
            weight = share * np.maximum(values[k][cells[k]], LEAST)
            found[str(name)] = {
                "totals": _log_ratio(weight, effect / share),
                "at_full": float(effect.sum() / share.sum()),
                "cells": float(effect.mean()),
            }
    return found


def _log_ratio(without: Array, effects: Array) -> float:
    return float(np.log((without * np.exp(effects)).sum() / without.sum()))


def outcomes_of(panel: xr.Dataset) -> Sequence[str]:
    """Names of the indicators asked about."""
    return [str(name) for name in panel["indicator"].values[panel["outcome"].values.astype(bool)]]


def labels_of(panel: xr.Dataset) -> dict[str, str]:
    """What a reader is told each outcome is."""
    labels = panel["indicator_label"] if "indicator_label" in panel.coords else panel["indicator"]
    return {name: str(labels.sel(indicator=name).values) for name in outcomes_of(panel)}
