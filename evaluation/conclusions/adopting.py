"""What would happen in a further unit that adopts, draw by draw: the change, the counts it acts on, and the cost."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from evaluation.conclusions.summary import flat
from evaluation.terms.decisions import Cost, DecisionPlan, Drawn, Per
from evaluation.terms.errors import EvidenceError, Problem
from evaluation.terms.study import Study

Draws = NDArray[np.float64]

PERIODS_A_YEAR = {"year": 1, "month": 12, "week": 52}
TWO_SIDED = 1.959963984540054  # sds of a normal from its middle to the ends of its central 95 %


@dataclass(frozen=True, kw_only=True)
class Adopting:
    """One further unit, draw by draw; every array is (draw,), and draws of the same place go together."""

    effect: Draws  # log rate ratio at full strength, from the posterior of the next unit
    adopters: Draws  # log rate ratio on average over the units that adopted: what more evaluation tells of
    counts: Draws  # events a year without the intervention
    moved: Draws  # of each of them, how many turn up elsewhere; 0 of a model that does not ask
    cost: Draws  # money over all years
    years: float  # discounted, where the plan discounts
    gain: int  # -1: fewer is better, 1: more is better
    adopting: int  # further units; all as this one

    @property
    def averted(self) -> Draws:
        """Units of outcome gained in all further units over all years, less what turns up elsewhere; below 0 where the
        change goes the wrong way.
        """
        return self.adopting * self.gain * self.counts * self.years * (np.expm1(self.effect) + self.moved)

    @property
    def moves(self) -> bool:
        """Whether the model knows of anything that moves."""
        return bool(self.moved.any())

    @property
    def paid(self) -> Draws:
        """Cost of all further units over all years."""
        return self.adopting * self.cost

    def net(self, worth: float) -> Draws:
        """Net benefit of adopting, in money, at this worth of a unit of outcome."""
        return worth * self.averted - self.paid


def adopting(study: Study, plan: DecisionPlan, better: str, effect: xr.DataTree, costs: Mapping[str, Cost]) -> Adopting:
    """Draws for one further unit like those that adopted.

    The change is that of `effect["next_unit"]`. The counts it acts on are those expected without the intervention in
    the last year of the panel in a unit that adopted, each of them as probable as any other, with its own uncertainty
    (lognormal, from the quantiles of `effect["counterfactual"]`). Costs come from their ranges. The three are drawn
    independently of each other. Of a model with spill-over, what turns up elsewhere is counted in, as much for each
    count without the intervention as it was of those that adopted (`effect["spill_over_indicator"]`).

    Raises
    ------
    EvidenceError
        If the effect lacks a node, or holds no finite draw, for the outcome of the plan.
    """
    nodes = {"next_unit": "log_ratio", "indicator": "log_ratio", "counterfactual": "off"}
    missing = [
        Problem(f"the effect has no '{name}' of {plan.outcome}", "effect", "a model with a next unit is needed")
        for name, variable in nodes.items()
        if name not in effect.children
        or variable not in effect[name].data_vars
        or plan.outcome not in effect[name].to_dataset()["indicator"].values
    ]
    if missing:
        raise EvidenceError(missing)
    change = flat(effect["next_unit"].to_dataset()["log_ratio"].sel(indicator=plan.outcome))
    typical = flat(effect["indicator"].to_dataset()["log_ratio"].sel(indicator=plan.outcome))
    kept = np.isfinite(change) & np.isfinite(typical)
    if kept.sum() < 2:
        raise EvidenceError(Problem("no draw of the change is a number", "effect.next_unit", "fit again"))
    rng = np.random.default_rng(study.seed_for("decision"))
    years = annuity(plan.years, plan.discount)
    return Adopting(
        effect=change[kept],
        adopters=typical[kept],
        counts=_counts_a_year(study, effect, plan.outcome, int(kept.sum()), rng),
        moved=_moved(effect, plan.outcome)[kept],
        cost=_cost(plan, costs, years, int(kept.sum()), rng),
        years=years,
        gain=1 if better == "more" else -1,
        adopting=plan.adopting,
    )


def annuity(years: int, discount: float) -> float:
    """So many years at `discount` percent a year, the first one undiscounted.

    >>> annuity(3, 0.0), round(annuity(2, 100 / 3), 2)
    (3.0, 1.75)
    """
    return float(sum((1 + discount / 100) ** -year for year in range(years)))


def last_year(study: Study, counts: xr.DataArray) -> xr.DataArray:
    """Counts summed over the last year of the panel; dim `time` is gone."""
    periods = PERIODS_A_YEAR.get(study.panel.every, 1)
    last = counts.isel(time=slice(-min(periods, counts.sizes["time"]), None))
    return last.sum("time") * (periods / last.sizes["time"])


def _moved(effect: xr.DataTree, outcome: str) -> Draws:
    """Counts that turned up with neighbours and rivals, for each one that there would have been without it.

    Of neighbours' counts of the outcome itself, and of rivals' that count the same things; (draw,), 0 of a model that
    knows of no spill-over.
    """
    none = np.zeros(flat(effect["next_unit"].to_dataset()["log_ratio"].sel(indicator=outcome)).size)
    if not {"own_indicator", "spill_over_indicator"} <= set(effect.children):
        return none
    own, spilt = effect["own_indicator"].to_dataset(), effect["spill_over_indicator"].to_dataset()
    units = json.loads(effect.attrs.get("units", "{}"))
    alike = [name for name in spilt["indicator"].values if units.get(str(name)) == units.get(outcome)]
    if outcome not in own["indicator"].values or not alike:
        return none
    here = own.sel(indicator=outcome)
    with np.errstate(divide="ignore", invalid="ignore"):
        without = 100 * flat(here["difference"]) / flat(here["percent"])  # counts, all cells of those that adopted
        share: Draws = flat(spilt["difference"].sel(indicator=alike).sum("indicator")) / without
    return np.where(np.isfinite(share), share, 0.0)


def _counts_a_year(
    study: Study, effect: xr.DataTree, outcome: str, draws: int, rng: np.random.Generator
) -> Draws:  # fmt: skip
    off = last_year(study, effect["counterfactual"].to_dataset()["off"].sel(indicator=outcome))
    low, middle, high = (off.sel(quantile=at, method="nearest").values for at in (0.025, 0.5, 0.975))
    known = np.isfinite(low) & np.isfinite(high) & (low > 0) & (middle > 0)
    if not known.any():
        where = "effect.counterfactual"
        raise EvidenceError(Problem(f"no unit that adopted has counts of {outcome} without it", where, "fit again"))
    spread = np.log(high[known] / low[known]) / (2 * TWO_SIDED)
    unit = rng.integers(known.sum(), size=draws)
    drawn: Draws = middle[known][unit] * np.exp(spread[unit] * rng.standard_normal(draws))
    return drawn


def _cost(
    plan: DecisionPlan, costs: Mapping[str, Cost], years: float, draws: int, rng: np.random.Generator
) -> Draws:  # fmt: skip
    total = np.zeros(draws)
    for name, number in plan.costs.items():
        times = number * (1.0 if costs[name].per is Per.ADOPTION else years)
        total += times * drawn_cost(costs[name], draws, rng)
    return total


def drawn_cost(cost: Cost, draws: int, rng: np.random.Generator) -> Draws:
    """Draws from the range of one cost, (draw,): uniform, or lognormal with the range as its central 95 %.

    >>> from evaluation.terms.decisions import Per
    >>> exact = Cost(says="a", lower=5.0, upper=5.0, currency="EUR", price_year=2016, per=Per.YEAR, source="s")
    >>> drawn_cost(exact, 2, np.random.default_rng(1)).tolist()
    [5.0, 5.0]
    """
    if cost.drawn is Drawn.UNIFORM:
        return rng.uniform(cost.lower, cost.upper, draws)
    low, high = np.log([cost.lower, cost.upper])
    drawn: Draws = np.exp((low + high) / 2 + (high - low) / (2 * TWO_SIDED) * rng.standard_normal(draws))
    return drawn
