"""Simulated cities on a grid, where part of what a programme drives out turns up next door: data whose truth is known.

Run as a module to write the tables under data/raw anew.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from evaluation.panel.sources.cards import write_card
from evaluation.panel.writing import write_table
from evaluation.terms import Source

SEED = 20210601
ROWS, COLUMNS, MONTHS, FIRST = 4, 6, 48, "2020-01"
CITIES = ROWS * COLUMNS
INDICATORS = ("adverts_simulated", "job_adverts_simulated")
# City (row by row, the first is 0) and the month its programme starts: the west of the grid, so that the east is far.
STARTS: Mapping[int, int] = {0: 20, 2: 24, 7: 16, 12: 28, 13: 22, 20: 30}
OWN, OWN_SPREAD = float(np.log(0.60)), 0.08  # about -40 % where the programme is
SPILL, SPILL_SPREAD = float(np.log(1.15)), 0.03  # about +15 % in a city all of whose neighbours have it


@dataclass(frozen=True)
class Simulated:
    """The tables of one simulated world, and what is true of it."""

    counts: pd.DataFrame  # unit, period, indicator, value
    population: pd.DataFrame  # unit, period, population
    cities: pd.DataFrame  # unit, name, region
    neighbours: pd.DataFrame  # unit, neighbour, weight
    truth: pd.DataFrame  # unit, period, indicator, log_rate_ratio: own effect and spill-over together
    percent: Mapping[str, float]  # own, spill_over and net, and the change where the programme is in force (overall)


def simulate(seed: int = SEED) -> Simulated:
    """Counts of 24 cities over 48 months, six of which start a programme.

        log mu[u,t] = log population[u] + level[u] + common[t] + drift[u,t] + noise
                      + own[u] x[u,t] + spill[u] (share of u's neighbours with x)

    It acts on advertisements only; job advertisements are the negative control. Neighbours share an edge of the grid.
    """
    draw = np.random.default_rng(seed)
    people = np.rint(np.exp(draw.normal(np.log(120_000), 0.8, CITIES))).astype(int)
    exposure = np.array([np.arange(MONTHS) >= STARTS.get(city, MONTHS) for city in range(CITIES)], dtype=float)
    beside = neighbours()
    own = draw.normal(OWN, OWN_SPREAD, (CITIES, 1)) * exposure
    spill = draw.normal(SPILL, SPILL_SPREAD, (CITIES, 1)) * (beside / beside.sum(axis=1, keepdims=True) @ exposure)
    without = people[:, None] * np.exp(np.stack([_log_rate(draw, level) for level in (-7.2, -6.9)]))
    truth = np.stack([own + spill, np.zeros_like(own)])
    counts = draw.poisson(without * np.exp(truth))
    return _tables(counts, people, beside, truth, _percent(without[0], own, spill))


def neighbours() -> np.ndarray:
    """1 where two cities of the grid share an edge, (city, city)."""
    row, column = np.divmod(np.arange(CITIES), COLUMNS)
    steps = np.abs(row[:, None] - row) + np.abs(column[:, None] - column)
    return (steps == 1).astype(float)


def _log_rate(draw: np.random.Generator, level: float) -> np.ndarray:
    """Log rate without the programme (city, month): level, shocks in common, drift of each city, noise."""
    drift = np.zeros((CITIES, MONTHS))
    drift[:, 0] = draw.normal(0, 0.10, CITIES)
    for month in range(1, MONTHS):
        drift[:, month] = 0.8 * drift[:, month - 1] + draw.normal(0, 0.10 * np.sqrt(1 - 0.8**2), CITIES)
    common = np.cumsum(draw.normal(0, 0.03, MONTHS))
    noise = draw.normal(0, 0.08, drift.shape)
    rate: np.ndarray = level + draw.normal(0, 0.3, CITIES)[:, None] + common + drift + noise
    return rate


def _percent(without: np.ndarray, own: np.ndarray, spill: np.ndarray) -> dict[str, float]:
    """What the programme did in percent of what would have been, as the effect defines its parts."""
    beside, under = without * np.exp(spill), own != 0
    world = without * np.exp(own + spill)
    where = {"own": under, "spill_over": spill != 0, "net": under | (spill != 0), "overall": under}
    ends = {
        "own": (world, beside),
        "spill_over": (beside, without),
        "net": (world, without),
        "overall": (world, without),
    }
    return {name: 100 * float(on[where[name]].sum() / off[where[name]].sum() - 1) for name, (on, off) in ends.items()}


def _tables(
    counts: np.ndarray, people: np.ndarray, beside: np.ndarray, truth: np.ndarray, percent: dict[str, float]
) -> Simulated:
    periods = pd.period_range(FIRST, periods=MONTHS, freq="M").astype(str)
    units = [f"GRID{city + 1:02d}" for city in range(CITIES)]
    cells = pd.MultiIndex.from_product([INDICATORS, units, periods], names=["indicator", "unit", "period"])
    tidy = pd.DataFrame({"value": counts.ravel(), "log_rate_ratio": truth.ravel().round(6)}, index=cells).reset_index()
    months = pd.MultiIndex.from_product([units, periods], names=["unit", "period"])
    one, other = np.nonzero(beside)
    return Simulated(
        counts=tidy[["unit", "period", "indicator", "value"]],
        population=pd.DataFrame({"population": np.repeat(people, MONTHS)}, index=months).reset_index(),
        cities=pd.DataFrame(
            {"unit": units, "name": [f"Grid city {i + 1:02d}" for i in range(CITIES)], "region": "Simulated grid"}
        ),
        neighbours=pd.DataFrame({"unit": np.array(units)[one], "neighbour": np.array(units)[other], "weight": 1}),
        truth=tidy.loc[tidy["log_rate_ratio"] != 0, ["unit", "period", "indicator", "log_rate_ratio"]],
        percent=percent,
    )


def write_simulated(data: Path, seed: int = SEED) -> list[Path]:
    """Write the five simulated tables under data/raw, and their cards."""
    made = simulate(seed)
    tables = (made.counts, made.population, made.cities, made.neighbours, made.truth)
    written = [write_table(t, data / "raw" / card.file) for t, card in zip(tables, CARDS.values(), strict=True)]
    return [*written, *{write_card(name, card, data) for name, card in CARDS.items()}]


def _card(title: str, name: str, columns: dict[str, str]) -> Source:
    return Source(
        title=f"Simulated: {title}",
        file=f"{name}.csv",
        publisher="this project (simulated)",
        citation=f"Simulated by evaluation/panel/simulate_displacement.py with seed {SEED}; true of no city",
        vintage=f"seed {SEED}",
        retrieved="made, not retrieved",
        licence="Apache-2.0",
        sha256="",
        columns={"unit": "simulated city", **columns},
        simulated=True,
        notes="Simulated figures with known truth.",
    )


MONTH, NAMED = {"period": "month"}, "simulated_displacement"
CARDS = {
    name: _card(title, name, columns)
    for name, title, columns in (
        (
            NAMED,
            "advertisements and job advertisements in 24 cities on a grid",
            MONTH | {"indicator": " or ".join(INDICATORS), "value": "advertisements in the month"},
        ),
        (f"{NAMED}_population", "population of the cities on the grid", MONTH | {"population": "persons"}),
        (f"{NAMED}_cities", "cities on the grid", {"name": "label", "region": "the grid"}),
        (f"{NAMED}_neighbours", "which cities share an edge", {"neighbour": "the city beside it", "weight": "1"}),
        (
            f"{NAMED}_truth",
            "the true effect of the programme, its own and what spills over together",
            MONTH | {"indicator": "which series", "log_rate_ratio": "log of counts with over without; no row: 0"},
        ),
    )
}


if __name__ == "__main__":
    write_simulated(Path("data"))
