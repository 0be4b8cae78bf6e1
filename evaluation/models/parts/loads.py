"""What moves each indicator: the market, the effort to detect, charging, by the role it is registered under."""

from collections.abc import Collection, Mapping

import numpy as np
import xarray as xr

from evaluation.models.parts.refusals import alone
from evaluation.terms.errors import Problem, nearest
from evaluation.terms.question import Question
from evaluation.terms.world import Role

MARKET, EFFORT, CHARGING = "market", "effort", "charging"
LATENT = (MARKET, EFFORT)
"""What every unit has a path of its own of, and what is told apart."""
CONTROL = "control:"

# An advertisement is there whoever looks. A detection takes both: something to find, and somebody who looks. So do
# prosecutions and convictions, which take a prosecutor besides.
LOADS: Mapping[str, tuple[str, ...]] = {
    Role.MARKET: (MARKET,),
    Role.EFFORT: (EFFORT,),
    Role.DETECTION: (MARKET, EFFORT),
    Role.ENFORCEMENT: (MARKET, EFFORT, CHARGING),
}


def loads_of(
    panel: xr.Dataset, question: Question, effort_shared_by: Collection[str] = ()
) -> tuple[tuple[str, ...], np.ndarray]:
    """Names of what effects are pooled by, and the 0/1 loads of each indicator on them, (indicator, pool).

    Parameters
    ----------
    effort_shared_by
        Negative controls that the same officials find: they feel the effort, and not the market. Every other control
        is a pool of its own, with no part in either.
    """
    felt = [_felt(str(name), str(role), question, effort_shared_by) for name, role in _with_role(panel)]
    names = tuple(dict.fromkeys((*LATENT, *(pool for each in felt for pool in each))))
    return names, np.array([[float(name in each) for name in names] for each in felt])


def _felt(name: str, role: str, question: Question, effort_shared_by: Collection[str]) -> tuple[str, ...]:
    if name in effort_shared_by:
        return (EFFORT,)
    return (CONTROL + name,) if name in question.controls else LOADS[role]


def _with_role(panel: xr.Dataset) -> list[tuple[str, str]]:
    return list(zip(panel["indicator"].values.astype(str).tolist(), panel["role"].values.astype(str), strict=True))


def market_indicators(panel: xr.Dataset) -> list[str]:
    """Outcomes that show the market whatever the effort: advertisements, prices, surveys.

    >>> roles = {"role": ("indicator", ["market", "detection"]), "outcome": ("indicator", [True, True])}
    >>> market_indicators(xr.Dataset(coords={"indicator": ["ads", "victims"]} | roles))
    ['ads']
    """
    outcome = panel["outcome"].values.astype(bool)
    return [name for (name, role), asked in zip(_with_role(panel), outcome, strict=True) if asked and role == MARKET]


def lags_of(panel: xr.Dataset, lags: Mapping[str, int]) -> np.ndarray:
    """Periods by which each indicator follows the market and the effort, (indicator,)."""
    return np.array([lags.get(str(name), 0) for name in panel["indicator"].values], dtype=int)


def load_problems(panel: xr.Dataset, lags: Mapping[str, int], effort_shared_by: Collection[str]) -> list[Problem]:
    """What a panel cannot be read with: one unit alone, roles without loads, names of no indicator, lags too long."""
    names, found = list(panel["indicator"].values.astype(str)), alone(panel)
    outcomes = panel["outcome"].values.astype(bool)
    odd = [
        f"{name} ({role})"
        for (name, role), asked in zip(_with_role(panel), outcomes, strict=True)
        if asked and role not in LOADS
    ]
    if odd:
        told = f"nothing says whether the market or the effort moves {', '.join(odd)}"
        advice = f"give each a role of {', '.join(LOADS)} in the register of indicators, or leave it out"
        found.append(Problem(told, "question.indicators", advice))
    for where, named in (("model.lags", lags), ("model.effort_shared_by", effort_shared_by)):
        unknown = [name for name in named if name not in names]
        if unknown:
            found.append(Problem(f"no indicator is called {', '.join(unknown)}", where, nearest(unknown[0], names)))
    asked_about = [name for name, asked in zip(names, outcomes, strict=True) if asked and name in effort_shared_by]
    if asked_about:
        told = f"{', '.join(asked_about)} is asked about: its loads are those of its role"
        found.append(Problem(told, "model.effort_shared_by", "name negative controls (question.controls)"))
    long = [f"{name} ({lag})" for name, lag in lags.items() if lag >= panel.sizes["time"]]
    if long:
        told = f"the panel is {panel.sizes['time']} periods long, and these follow later: {', '.join(long)}"
        found.append(Problem(told, "model.lags", "give fewer periods"))
    return found
