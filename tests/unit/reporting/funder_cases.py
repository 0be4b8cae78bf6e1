"""Answers of every kind, on the made-up evaluation of the report's tests: sure, harmful, open, withheld and so on."""

from dataclasses import replace
from typing import Any

import numpy as np
import xarray as xr
from scipy.stats import norm

from evaluation.conclusions.summary import chances, summarise
from evaluation.reporting.evidence import Evidence
from evaluation.terms import Claim, Strength
from evaluation.terms.world import Role
from tests.unit.reporting.conftest import INDICATORS, make_evidence, make_registers, make_study

HOMICIDES = "homicides"
OUTCOME = "prosecuted"
CASES: dict[str, tuple[float, float, float] | None] = {  # middle and ends of the 95 % interval, percent
    "sure": (-34.0, -45.0, -22.0),
    "harmful": (18.0, 6.0, 32.0),
    "probable": (-14.0, -29.0, 4.0),
    "open": (-9.0, -40.0, 38.0),
    "open, best estimate none": (0.2, -34.0, 52.0),
    "equivalent": (-1.2, -3.1, 0.7),
    "withheld": None,
    "missing": None,
}


def draws_of(case: str) -> np.ndarray:
    """2,000 draws with that middle and those ends: the logs on either side of the middle are half a normal each."""
    middle, lower, upper = np.log1p(np.array(CASES[case] or CASES["sure"]) / 100)
    quantiles = (np.arange(2000) + 0.5) / 2000
    z = norm.ppf(quantiles)
    logs = middle + np.where(z < 0, (middle - lower) / 1.96, (upper - middle) / 1.96) * z
    return 100 * np.expm1(logs)


def evidence_of(
    case: str, *, draws: np.ndarray | None = None, matters_from: float = -20.0, interval: float = 0.95
) -> Evidence:
    """One outcome, of which fewer is better, with the answer of that kind."""
    values = draws_of(case) if draws is None else draws
    study = make_study()
    question = replace(study.question, indicators=(OUTCOME,), assertions=(), matters_from=matters_from)
    study = replace(study, question=question, report=replace(study.report, interval=interval))
    registers = make_registers()
    entry = replace(INDICATORS[OUTCOME], says=HOMICIDES, role=Role.HARM, better="fewer")
    registers = registers | {"indicators": INDICATORS | {OUTCOME: entry}}
    base = make_evidence(study=study, registers=registers)
    panel = base.panel.sel(indicator=[OUTCOME, "victims_labour"])
    panel = panel.assign_coords(indicator_says=("indicator", [HOMICIDES, "forced labour"]))
    effect = base.effect.copy()
    effect["overall"] = xr.Dataset({"percent": (("chain", "draw"), values.reshape(2, -1))})
    claims = () if case == "missing" else (_claim(case, values, matters_from, interval),)
    return replace(base, panel=panel, effect=effect, claims=claims)


def _claim(case: str, draws: np.ndarray, matters_from: float, interval: float) -> Claim:
    held = case == "withheld"
    one = summarise(draws, interval=interval, probabilities=chances(draws, matters_from))
    numbers: dict[str, Any] = {"estimate": one.estimate, "lower": one.lower, "upper": one.upper}
    return Claim(
        name="overall",
        says="",
        unit="percent",
        interval=interval,
        strength=Strength.WITHHELD if held else Strength.MODERATE,
        probabilities={} if held else one.probabilities,
        **(dict.fromkeys(numbers) if held else numbers),
    )


DECISION: dict[str, Any] = {  # what the claim stage makes of costs, as its record is written
    "study": "made_up",
    "outcome": OUTCOME,
    "things": "persons",
    "better": "fewer",
    "currency": "EUR",
    "price_year": 2020,
    "years": 5,
    "adopting": 1,
    "interval": 0.95,
    "refused": "",
    "simulated": False,
    "worth": 400.0,
    "worth_by": "the ministry",
    "cost": {"estimate": 123_456.0, "lower": 90_000.0, "upper": 200_000.0},
    "cost_per_unit": {"estimate": 3.14, "lower": 2.0, "upper": 5.5},
    "worthwhile": 0.83,
    "wrong_side": 0.12,
    "steps": [
        {"says": "a survey of buyers", "design": "survey:3", "rank": None, "value": None, "wrong_side": None,
         "lower": 1000.0, "upper": 3000.0},
        {"says": "two more years", "design": "longer:2", "rank": 1, "value": 5400.0, "wrong_side": 0.07,
         "lower": 1000.0, "upper": 3000.0},
    ],
}  # fmt: skip
