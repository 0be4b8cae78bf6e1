"""Simulated panels with a known effect, in numpy alone: nothing of the model's own code, so that it can be wrong."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

SMALLEST = 5  # half of the units print a count below this as "<5"
MISSING = 0.12  # share of cells not reported
USUAL_RATE = 12e-6  # events a person and year
# Half-normal scales, and the Beta of persistence: the study of interval_coverage.py has them as its priors.
SCALES = {"level_spread": 0.7, "common": 0.1, "drift": 0.3, "noise": 0.3, "effect_unit": 0.3}
PERSISTENCE = (4.0, 2.0)
EFFECT_SD = 0.5  # of the wide prior on the effect, log rate ratio


@dataclass(frozen=True)
class Size:
    """How large a panel is. The last indicator of two or more is a negative control, which the law does not move."""

    units: int = 12
    periods: int = 12
    indicators: int = 2
    adopters: int = 5

    @property
    def outcomes(self) -> int:
        """Indicators that the law moves."""
        return max(1, self.indicators - 1)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the indicators, outcomes first."""
        further = tuple(f"victims_{number}" for number in range(2, self.outcomes + 1))
        return ("victims", *further, "control")[: self.indicators]


USUAL = Size()


@dataclass(frozen=True)
class Simulated:
    """One panel and what is true of it. Arrays are (indicator, unit, time) or (unit, time)."""

    lower: Array  # NaN: not reported
    upper: Array
    base: Array  # population
    exposure: Array  # (unit, time): share of the year with the law in force
    truth: float  # percent: expected counts of the outcome with the law over those without, all exposed cells


def simulate(rng: np.random.Generator, effect: float | None, size: Size = USUAL) -> Simulated:
    """Draw a panel.

    Parameters
    ----------
    effect
        Percent by which the law changes every outcome in every adopting unit; None: a typical effect drawn from the
        wide prior, and units around it.
    """
    exposure = _exposure(rng, size)
    base = np.repeat(1e6 * np.exp(rng.normal(0, 0.7, (size.units, 1))), size.periods, axis=1)
    rate = np.stack([_log_rate(rng, size) for _ in range(size.indicators)])
    shift = np.zeros_like(rate)
    shift[: size.outcomes] = _effect_of_units(rng, effect, size.units)[:, None] * exposure
    # The field, with the noise of every cell, is the same with and without the law: only the shift differs.
    without = base * np.exp(rate)
    expected = without * np.exp(shift)
    under = exposure > 0
    asked = slice(0, size.outcomes)
    truth = 100 * (expected[asked][:, under].sum() / without[asked][:, under].sum() - 1)
    bases = np.stack([base] * size.indicators)
    return Simulated(*_reported(rng, rng.poisson(expected)), bases, exposure, float(truth))


def _exposure(rng: np.random.Generator, size: Size) -> Array:
    """The first units adopt, each in a year of its own choice, some in the middle of it."""
    exposure = np.zeros((size.units, size.periods))
    for unit in range(size.adopters):
        first = int(rng.integers(4, size.periods - 2))
        exposure[unit, first:] = 1.0
        exposure[unit, first] = rng.choice([0.25, 0.5, 0.75, 1.0])
    return exposure


def _log_rate(rng: np.random.Generator, size: Size) -> Array:
    """Level, common walk less its mean, first-order autoregression and noise of one indicator: (unit, time)."""
    units, periods = size.units, size.periods
    scale = {name: abs(rng.normal(0, sd)) for name, sd in SCALES.items()}
    walk = np.concatenate([[0.0], np.cumsum(rng.normal(0, scale["common"], periods - 1))])
    level = np.log(USUAL_RATE) + rng.normal(0, 0.5) + rng.normal(0, scale["level_spread"], (units, 1))
    persistence = rng.beta(*PERSISTENCE)
    drift = np.zeros((units, periods))
    drift[:, 0] = rng.normal(0, scale["drift"], units)
    for t in range(1, periods):
        step = rng.normal(0, scale["drift"] * np.sqrt(1 - persistence**2), units)
        drift[:, t] = persistence * drift[:, t - 1] + step
    noise = rng.normal(0, scale["noise"], (units, periods))
    rate: Array = level + (walk - walk.mean()) + drift + noise
    return rate


def _effect_of_units(rng: np.random.Generator, effect: float | None, units: int) -> Array:
    if effect is not None:
        return np.full(units, np.log1p(effect / 100))
    spread = abs(rng.normal(0, SCALES["effect_unit"]))
    return rng.normal(0, EFFECT_SD) + rng.normal(0, spread, units)


def _reported(rng: np.random.Generator, count: NDArray[np.int64]) -> tuple[Array, Array]:
    """Bounds of every cell. Who suppresses is a matter of the unit, not of the count it would print."""
    lower, upper = count.astype(float), count.astype(float)
    units = count.shape[1]
    suppresses = rng.permutation(units) < units // 2
    hidden = (count < SMALLEST) & suppresses[None, :, None]
    lower[hidden], upper[hidden] = 0.0, SMALLEST - 1.0
    absent = rng.random(count.shape) < MISSING
    lower[absent] = upper[absent] = np.nan
    return lower, upper
