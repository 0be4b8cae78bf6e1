"""A made-up choice: a programme in cities, its costs in the money of tests, draws whose answers are known by hand."""

import json
from typing import Any

import numpy as np
import xarray as xr

from evaluation.terms import Claim, Cost, DecisionPlan, Indicator, NextStep, Strength, Study
from evaluation.terms.decisions import Per
from evaluation.terms.world import Kind, Role
from tests.unit.conclusions.conftest import make_study

CHAINS, DRAWS = 4, 1000


def cost(lower: float, upper: float, per: Per = Per.ADOPTION, **changes: Any) -> Cost:
    given = {"says": "a programme", "currency": "XTS", "price_year": 2020, "source": "made up", "simulated": True}
    return Cost(lower=lower, upper=upper, per=per, **(given | changes))


COSTS = {
    "start": cost(1000.0, 1000.0),
    "year": cost(100.0, 300.0, Per.YEAR),
    "officer": cost(50.0, 50.0, Per.PERSON_YEAR),
}
INDICATORS = {
    "victims": Indicator(
        says="advertisements", unit="persons / year", kind=Kind.COUNT, role=Role.MARKET, base=None, better="fewer",
        sources=("x",), label="Advertisements",
    )
}  # fmt: skip


def plan(**changes: Any) -> DecisionPlan:
    given: dict[str, Any] = {
        "outcome": "victims",
        "costs": {"start": 1.0, "year": 1.0, "officer": 2.0},
        "currency": "XTS",
        "price_year": 2020,
        "years": 2,
    }
    return DecisionPlan(**(given | changes))


def study(**changes: Any) -> Study:
    return make_study(decision=plan(**changes))


def step(design: str, **changes: Any) -> NextStep:
    return NextStep(**({"name": design, "says": f"the step {design}", "design": design} | changes))


def effect(mean: float = -0.4, sd: float = 0.05, unit_sd: float = 0.05, off: float = 1000.0) -> xr.DataTree:
    """A fall of about exp(mean) on average over adopters; two of them, each with `off` counts a year without it."""
    rng = np.random.default_rng(9)
    typical = rng.normal(mean, sd, (CHAINS, DRAWS, 1))
    further = typical + rng.normal(0.0, unit_sd, typical.shape)
    dims = ("chain", "draw", "indicator")
    coords = {"indicator": ["victims"], "indicator_says": ("indicator", ["victims detected"])}
    quantile = [0.025, 0.25, 0.5, 0.75, 0.975]
    counts = np.broadcast_to(np.array([off, 2 * off])[None, None, :, None], (5, 1, 2, 12)).copy()
    tree = xr.DataTree.from_dict(
        {
            "overall": xr.Dataset({"percent": (dims[:2], 100 * np.expm1(typical[..., 0]))}),
            "indicator": xr.Dataset({"log_ratio": (dims, typical)}, coords=coords),
            "next_unit": xr.Dataset(
                {"log_ratio": (dims, further), "percent": (dims, 100 * np.expm1(further))}, coords=coords
            ),
            "counterfactual": xr.Dataset(
                {"off": (("quantile", "indicator", "unit", "time"), counts)},
                coords={"quantile": quantile, "indicator": ["victims"], "unit": ["NOR", "FRA"]},
            ),
        }
    )
    tree.attrs["units"] = json.dumps({"victims": "persons / year"})
    return tree


def with_spill_over(tree: xr.DataTree, mean: float, elsewhere: float) -> xr.DataTree:
    """The same, of a model that found `elsewhere` turning up with neighbours for each count without the programme."""
    rng = np.random.default_rng(10)
    without, share = 10_000.0, rng.normal(elsewhere, 0.01, (CHAINS, DRAWS, 1))
    dims, coords = ("chain", "draw", "indicator"), {"indicator": ["victims"]}
    own = np.full(share.shape, np.expm1(mean))
    nodes = {
        "own_indicator": xr.Dataset({"percent": (dims, 100 * own), "difference": (dims, without * own)}, coords=coords),
        "spill_over_indicator": xr.Dataset({"difference": (dims, without * share)}, coords=coords),
        "spill_over": xr.Dataset({"difference": (dims[:2], without * share[..., 0])}),
    }
    return xr.DataTree.from_dict({"/": tree, **{name: xr.DataTree(node) for name, node in nodes.items()}})


def claims(strength: Strength = Strength.STRONG, *reasons: str) -> tuple[Claim, ...]:
    return tuple(
        Claim(
            name=name, says="?", unit="percent", estimate=-30.0, lower=-40.0, upper=-20.0, interval=0.95,
            strength=strength, reasons=reasons,
        )
        for name in ("overall", "next_unit:victims")
    )  # fmt: skip


def rehearsed(**widths: float) -> xr.Dataset:
    """Expected widths of designs: `planned`, `longer_5`, `more_adopters_2`."""
    names = list(widths)
    number = [int(name.rpartition("_")[2]) if "_" in name else 0 for name in names]
    longer = [n if name.startswith("longer") else 0 for name, n in zip(names, number, strict=True)]
    times = [n if name.startswith("more") else 1 for name, n in zip(names, number, strict=True)]
    return xr.Dataset(
        {
            "more_periods": ("design", longer),
            "times_adopters": ("design", times),
            "expected_width": ("design", list(widths.values())),
        },
        coords={"design": names},
    )
