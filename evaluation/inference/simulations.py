"""Data sets that a study's own model makes on the study's own calendar: what it would see if its priors were the world.

No count of the study is looked at: what is taken from it is who adopts when, the exposure bases, and which cells are
reported or would be published as an interval.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pymc as pm
import xarray as xr

from evaluation.inference.compiled import build
from evaluation.inference.effect import Meter, contrast, treated_cells
from evaluation.inference.parameters import parameter_draws
from evaluation.inference.predictive import QUICK, with_placeholders
from evaluation.models.parts.panel import USUAL_COUNT
from evaluation.terms.panel import CELL, EXPOSURE, OUTCOMES, Status
from evaluation.terms.study import Study

Array = np.ndarray
FROM_PRIOR = "prior"
NONE, MATTERS, CLAIMED = "none", "matters", "claimed"
OVERALL = "overall"
UNFELT = 1e-12  # exposure that keeps an adoption in the model and does nothing


@dataclass(frozen=True)
class Scenario:
    """A world to simulate: `change` is what the law does in every unit, in percent; None: drawn from the priors."""

    name: str
    change: float | None = None

    @property
    def log_ratio(self) -> float:
        """The same on the log of the rate."""
        return 0.0 if self.change is None else float(np.log1p(self.change / 100))


@dataclass(frozen=True)
class Simulated:
    """Data sets of one scenario and what is true of each.

    `panels` are ready to be fitted. `truth` (simulation, quantity): percent change overall and of each indicator, and
    the value of each parameter of `parameters_of`, NaN where the scenario does not come from the priors. `prior`: what
    the model drew, over (chain, draw, ...).
    """

    panels: list[xr.Dataset]
    truth: xr.DataArray
    prior: xr.Dataset


def scenarios(study: Study) -> dict[str, Scenario]:
    """The worlds a study asks about, by name: its priors; no effect, the change that matters, the change claimed."""
    plan, found = study.checks.rehearsal, dict[str, Scenario]()
    if plan.from_prior:
        found[FROM_PRIOR] = Scenario(FROM_PRIOR)
    if plan.at_each:
        claimed = study.model.settings.get("effect", {}).get("priors", {}).get("claimed", {}).get("mean") or 0.0
        changes = {NONE: 0.0, MATTERS: study.question.matters_from, CLAIMED: 100 * float(np.expm1(claimed))}
        known = dict[float, str]()
        for name, change in changes.items():
            if known.setdefault(round(change, 3), name) == name:  # where nothing is claimed, "none" says it already
                found[name] = Scenario(name, change)
    return found


def simulate(study: Study, design: xr.Dataset, scenario: Scenario, count: int) -> Simulated:
    """Draw `count` data sets of a scenario.

    Everything comes from the study's priors. Where the scenario states what the law does, the world is first drawn
    without it; then its counts under the law are thinned: each of y events happens with the chance that the law leaves
    it. A thinned mixed Poisson count is one with the smaller mean, so this holds for every model of counts. For a
    rise the world without the law is drawn with more, and thinned where there is no law.

    Parameters
    ----------
    design
        The panel without outcomes, or with them: they are not looked at.
    """
    world = world_of(study, design)
    stated = scenario.change is not None
    drawn_in = _without_effect(world, scenario) if stated else world
    model = build(study, drawn_in)
    prior, drawn = _draws(study, model, scenario.name, count)
    counts = _on_the_grid(drawn_in, drawn)
    if stated:
        kept = _share_kept(world, scenario)
        rng = np.random.default_rng(study.seed_for(f"rehearsal thinning {scenario.name}"))
        known = ~np.isnan(counts)
        chance: Array = np.broadcast_to(kept, counts.shape)[known]
        counts[known] = rng.binomial(counts[known].astype(np.int64), chance)
    truth = _truth(study, world, drawn_in, model, prior, scenario)
    return Simulated([_observed(world, counts[at]) for at in range(len(counts))], truth, prior)


def world_of(study: Study, design: xr.Dataset) -> xr.Dataset:
    """The design with zeros in its reported cells, and with what is usual, known before any count.

    `usual_count` (indicator) is what the study states (`checks.rehearsal.usual_counts`), else 20 events.
    """
    usual = study.checks.rehearsal.usual_counts
    counts = [usual.get(str(name), USUAL_COUNT) for name in design["indicator"].values]
    blind = with_placeholders(design.drop_vars([name for name in OUTCOMES if name in design]))
    widest = max((high - low for low, high in _rules(design).values()), default=0)
    return blind.assign(usual_count=("indicator", counts)).assign_attrs(widest_interval=int(widest))


def _without_effect(world: xr.Dataset, scenario: Scenario) -> xr.Dataset:
    asked = world["asked"].astype(bool)
    exposure = xr.where(asked, world["exposure"] * UNFELT, world["exposure"]).transpose(*EXPOSURE)
    more = xr.where(world["outcome"].astype(bool), _most(world, scenario), 1.0)
    # what is usual grows with the base: the rate stays as it was, and each cell expects so much more
    larger = {"base": (world["base"] * more).transpose(*CELL), "usual_count": world["usual_count"] * more}
    return world.assign(exposure=exposure, **larger).assign_coords(world.coords)


def _felt(world: xr.Dataset) -> Array:
    """Exposure to what is asked about, added up: (unit, time)."""
    asked = world["exposure"].isel(intervention=np.flatnonzero(world["asked"].values))
    felt: Array = asked.sum("intervention").transpose("unit", "time").values
    return felt


def _most(world: xr.Dataset, scenario: Scenario) -> float:
    """The largest rate ratio of any cell, 1 for a fall."""
    return float(np.exp(max(scenario.log_ratio, 0.0) * _felt(world).max()))


def _share_kept(world: xr.Dataset, scenario: Scenario) -> Array:
    """Chance that an event of the world as drawn happens, (indicator, unit, time)."""
    share = np.exp(scenario.log_ratio * _felt(world)) / _most(world, scenario)
    outcome = world["outcome"].values.astype(bool)
    return np.where(outcome[:, None, None], share, 1.0)


def _draws(study: Study, model: pm.Model, name: str, count: int) -> tuple[xr.Dataset, xr.Dataset]:
    """Parameters and counts, both over (chain, draw, ...)."""
    names = [one.name for one in model.free_RVs]
    observed = [one.name for one in model.observed_RVs]
    seed = study.seed_for(f"rehearsal {name}")
    drawn = pm.sample_prior_predictive(
        count, model=model, var_names=[*names, *observed], random_seed=seed, compile_kwargs=QUICK
    )
    return drawn["prior"].to_dataset(), drawn["prior_predictive"].to_dataset()


def _on_the_grid(world: xr.Dataset, counts: xr.Dataset) -> Array:
    """Counts (simulation, indicator, unit, time), NaN where nothing is reported."""
    shape = tuple(world.sizes[dim] for dim in CELL)
    drawn = counts["exact"].transpose("chain", "draw", ...).values
    grid = np.full((drawn.shape[0] * drawn.shape[1], int(np.prod(shape))), np.nan)
    grid[:, counts["exact"]["exact_cell"].values.astype(int)] = drawn.reshape(len(grid), -1)
    return grid.reshape(-1, *shape)


def _observed(world: xr.Dataset, counts: Array) -> xr.Dataset:
    """The world with these counts, (indicator, unit, time), the small ones published as the interval they lie in."""
    lower, upper = counts.copy(), counts.copy()
    status = np.where(np.isnan(counts), Status.NOT_REPORTED, Status.EXACT).astype(np.int8)
    indicators = world["indicator"].values.tolist()
    for name, (low, high) in _rules(world).items():
        at = indicators.index(name)
        hidden = (counts[at] >= low) & (counts[at] <= high)
        lower[at][hidden], upper[at][hidden], status[at][hidden] = low, high, Status.SUPPRESSED
    return world.assign(lower=(CELL, lower), upper=(CELL, upper), status=(CELL, status))


def _rules(design: xr.Dataset) -> Mapping[str, tuple[float, float]]:
    """Counts published as an interval only, by indicator: from and to."""
    rules: dict[str, tuple[float, float]] = json.loads(design.attrs.get("suppressed_between", "{}"))
    return rules


def _truth(
    study: Study, world: xr.Dataset, drawn_in: xr.Dataset, model: pm.Model, prior: xr.Dataset, scenario: Scenario
) -> xr.DataArray:
    on, off = Meter(model).both_ways(drawn_in, prior)
    stated = scenario.change is not None
    if stated:
        place = [world["unit"].values.tolist().index(unit) for unit in on["unit"].values]
        outcome = xr.where(world["outcome"].astype(bool), scenario.log_ratio, 0.0)
        on = off * np.exp(outcome * xr.DataArray(_felt(world)[place], {"unit": on["unit"]}, ("unit", "time")))
    on, off = (one.transpose("chain", "draw", *CELL) for one in (on, off))
    cells = treated_cells(study, world, on["unit"])
    asked = cells & world["outcome"].astype(bool)
    overall = contrast(on, off, asked, CELL)["percent"].values.reshape(1, -1)
    each = contrast(on, off, cells, ("unit", "time"))["percent"].transpose("indicator", "chain", "draw").values
    parameters = parameter_draws(model, prior)
    known = parameters.values if not stated else np.full(parameters.shape, np.nan)
    values = np.concatenate([overall, each.reshape(len(each), -1), known])
    names = [OVERALL, *world["indicator"].values.astype(str), *parameters["parameter"].values]
    return xr.DataArray(values.T, {"quantity": names}, ("simulation", "quantity"))
