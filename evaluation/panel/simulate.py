"""Simulated cities with a simulated programme: data whose truth is known. Run as a module to write data/raw anew."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from evaluation.panel.sources.cards import write_card
from evaluation.panel.writing import write_table
from evaluation.terms import Source

SEED = 20190101
CITIES, MONTHS, FIRST = 24, 60, "2019-01"
REGIONS = ("Simulated north", "Simulated east", "Simulated south", "Simulated west")
INDICATORS = ("ads_simulated", "job_ads_simulated")
# City (by number) and the month its programme starts, counted from the first; city 7's programme ends again.
STARTS: Mapping[int, int] = {3: 18, 5: 24, 7: 24, 10: 27, 13: 30, 16: 36, 19: 39, 22: 42}
ENDS: Mapping[int, int] = {7: 44}
EFFECT, SPREAD, RAMP = np.log(0.70), 0.10, 4.0  # about -30 % once grown, from -15 to -42 % over cities; months to grow
SMALLEST = 5  # counts below are published as "<5"


@dataclass(frozen=True)
class Simulated:
    """The tables of one simulated world."""

    counts: pd.DataFrame  # unit, period, indicator, value
    population: pd.DataFrame  # unit, period, population
    cities: pd.DataFrame  # unit, name, region
    truth: pd.DataFrame  # unit, period, indicator, log_rate_ratio: cells where the programme acts


def simulate(seed: int = SEED) -> Simulated:
    """Counts of 24 cities over 60 months, eight of which start a programme at different months.

        log mu[k,u,t] = log population[u,t] + level[k,u] + common[k,t] + drift[k,u,t] + noise + effect[u] h(e) x[u,t]
        y ~ Poisson(mu),   h(e) = 1 - exp(-(e + 1) / 4),   drift an AR(1) of each city

    The programme acts on advertisements only; job advertisements are the negative control. Counts below 5 are
    published as "<5", about one cell in fifty is missing, and two cities begin to report late.
    """
    draw = np.random.default_rng(seed)
    people = _population(draw)
    truth = np.stack([_effect(draw), np.zeros((CITIES, MONTHS))])
    log_rate = np.stack([_field(draw, level) for level in (-7.6, -7.0)])  # about 5 and 9 a month in 10,000 persons
    noise = draw.normal(0, 0.10, log_rate.shape)
    counts = draw.poisson(people * np.exp(log_rate + noise + truth))
    missing = draw.random(counts.shape) < 0.02
    missing[:, [1, 14], :8] = True  # two cities begin to report in their ninth month
    return _tables(counts, missing, people, truth)


def _population(draw: np.random.Generator) -> np.ndarray:
    """Persons (unit, time): from about 4,000 to 900,000, growing by up to 2 % a year."""
    first = np.exp(draw.normal(np.log(80_000), 1.2, CITIES)).clip(4_000, 900_000)
    growth = draw.uniform(0, 0.02, CITIES)
    return np.rint(first[:, None] * np.exp(growth[:, None] * np.arange(MONTHS) / 12))


def _field(draw: np.random.Generator, level: float) -> np.ndarray:
    """Log rate without the programme (unit, time): level, shocks common to all cities, drift of each."""
    common = np.cumsum(draw.normal(0, 0.03, MONTHS))
    drift = np.zeros((CITIES, MONTHS))
    drift[:, 0] = draw.normal(0, 0.15, CITIES)
    for month in range(1, MONTHS):
        drift[:, month] = 0.8 * drift[:, month - 1] + draw.normal(0, 0.15 * np.sqrt(1 - 0.8**2), CITIES)
    return level + draw.normal(0, 0.35, CITIES)[:, None] + common + drift


def _effect(draw: np.random.Generator) -> np.ndarray:
    """Log rate ratio of the programme (unit, time), zero where it is not in force."""
    effect = np.zeros((CITIES, MONTHS))
    for city, start in STARTS.items():
        end = ENDS.get(city, MONTHS)
        grown = draw.normal(EFFECT, SPREAD)
        effect[city, start:end] = grown * (1 - np.exp(-(np.arange(end - start) + 1) / RAMP))
    return effect


def _tables(counts: np.ndarray, missing: np.ndarray, people: np.ndarray, truth: np.ndarray) -> Simulated:
    periods = pd.period_range(FIRST, periods=MONTHS, freq="M").astype(str)
    units = [f"SIM{city + 1:02d}" for city in range(CITIES)]
    cells = pd.MultiIndex.from_product([INDICATORS, units, periods], names=["indicator", "unit", "period"])
    value = np.where(counts < SMALLEST, f"<{SMALLEST}", counts.astype(str)).ravel()
    tidy = pd.DataFrame({"value": value, "log_rate_ratio": truth.ravel().round(6)}, index=cells).reset_index()
    named = pd.DataFrame({"unit": units, "name": [f"Simulated city {i + 1:02d}" for i in range(CITIES)]})
    months = pd.MultiIndex.from_product([units, periods], names=["unit", "period"])
    return Simulated(
        counts=tidy.loc[~missing.ravel(), ["unit", "period", "indicator", "value"]],
        population=pd.DataFrame({"population": people.ravel().astype(int)}, index=months).reset_index(),
        cities=named.assign(region=[REGIONS[i % len(REGIONS)] for i in range(CITIES)]),
        truth=tidy.loc[tidy["log_rate_ratio"] != 0, ["unit", "period", "indicator", "log_rate_ratio"]],
    )


def write_simulated(data: Path, seed: int = SEED) -> list[Path]:
    """Write the four simulated tables under data/raw, and their cards."""
    made = simulate(seed)
    tables = (made.counts, made.population, made.cities, made.truth)
    written = [write_table(t, data / "raw" / card.file) for t, card in zip(tables, CARDS.values(), strict=True)]
    for name, card in CARDS.items():
        register = write_card(name, card, data)
    return [*written, register]


def _card(title: str, file: str, columns: dict[str, str]) -> Source:
    return Source(
        title=f"Simulated: {title}",
        file=file,
        publisher="this project (simulated)",
        citation=f"Simulated by evaluation/panel/simulate.py with seed {SEED}; true of no city",
        vintage=f"seed {SEED}",
        retrieved="made, not retrieved",
        licence="Apache-2.0",
        sha256="",
        columns={"unit": "simulated city", **columns},
        simulated=True,
        notes="Simulated figures with known truth.",
    )


MONTH = {"period": "month"}
CARDS = {
    "simulated_ads": _card(
        "advertisements and job advertisements in 24 cities",
        "simulated_ads.csv",
        MONTH | {"indicator": "ads_simulated or job_ads_simulated", "value": "advertisements in the month; <5: 0 to 4"},
    ),
    "simulated_ads_population": _card(
        "population of the cities", "simulated_ads_population.csv", MONTH | {"population": "persons"}
    ),
    "simulated_ads_cities": _card(
        "cities and their regions", "simulated_ads_cities.csv", {"name": "label", "region": "simulated region"}
    ),
    "simulated_ads_truth": _card(
        "the true effect of the programme",
        "simulated_ads_truth.csv",
        MONTH | {"indicator": "which series", "log_rate_ratio": "log of counts with over counts without; no row: 0"},
    ),
}


if __name__ == "__main__":
    write_simulated(Path("data"))
