"""A small effect as the contract has it, with quantiles known by hand."""

import json
from typing import Any

import numpy as np
import pytest
import xarray as xr

from evaluation.terms import Finding, ModelPlan, PanelPlan, Question, Study, Verdict
from evaluation.terms.assumptions import ASSUMPTIONS

CHAINS, DRAWS = 4, 500
SAYS = {"victims": "victims detected", "prosecuted": "persons prosecuted", "labour": "victims of forced labour"}
ROLES = {"victims": "detection", "prosecuted": "enforcement", "labour": "control"}


def make_study(**changes: Any) -> Study:
    question = {
        "says": "?",
        "indicators": ("victims",),
        "controls": ("labour",),
        "interventions": ("buyer_law",),
        "matters_from": -20.0,
    } | changes.pop("question", {})
    return Study(
        name="small",
        title="Small",
        seed=1,
        panel=PanelPlan(observations=("x",), span=("2010", "2021")),
        question=Question(**question),
        model=ModelPlan(name="staggered"),
        **changes,
    )


def even(lower: float, upper: float, *shape: int) -> np.ndarray:
    """Draws spread evenly from `lower` to `upper`: every quantile is a straight line between them."""
    grid = np.linspace(lower, upper, CHAINS * DRAWS).reshape(CHAINS, DRAWS, *([1] * len(shape)))
    return np.broadcast_to(grid, (CHAINS, DRAWS, *shape)).copy()


def node(lower: float, upper: float, **coords: list[Any]) -> xr.Dataset:
    shape = tuple(len(labels) for labels in coords.values())
    percent = even(lower, upper, *shape)
    dims = ("chain", "draw", *coords)
    return xr.Dataset({"percent": (dims, percent), "difference": (dims, 10 * percent)}, coords=dict(coords))


def make_effect(
    lower: float = -50.0, upper: float = 50.0, indicators: tuple[str, ...] = ("victims", "labour")
) -> xr.DataTree:
    held = list(indicators)
    by_indicator = node(lower, upper, indicator=held).assign_coords(
        indicator_says=("indicator", [SAYS[name] for name in held]),
        role=("indicator", [ROLES[name] for name in held]),
        outcome=("indicator", [name != "labour" for name in held]),
    )
    units = node(lower, upper, unit=["NOR", "FRA"]).assign_coords(unit_name=("unit", ["Norway", "France"]))
    effect = xr.DataTree.from_dict(
        {
            "overall": node(lower, upper),
            "indicator": by_indicator,
            "unit": units,
            "event_time": node(lower, upper, event_time=[-1, 0, 1, 2, 3, 4, 5]),
            "next_unit": node(lower, upper, indicator=held).drop_vars("difference"),
        }
    )
    effect.attrs["units"] = json.dumps(dict.fromkeys(held, "persons / year"))
    return effect


def finding(
    verdict: Verdict, *, family: str = "fit", says: str = "It is so.", assumption: str = "model_fits"
) -> Finding:
    return Finding(check=f"{family}:{verdict}", family=family, assumption=assumption, verdict=verdict, says=says)


@pytest.fixture
def all_pass() -> tuple[Finding, ...]:
    """One passed check for every assumption there is."""
    return tuple(
        finding(Verdict.PASS, family="sampling" if name == "converged" else "fit", assumption=name)
        for name in ASSUMPTIONS
    )
