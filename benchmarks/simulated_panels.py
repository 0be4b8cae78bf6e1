"""Simulated panels with a known effect, in numpy alone: nothing of the model's own code, so that it can be wrong."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

INDICATORS = ("victims", "control")  # an outcome and a negative control that the law does not move
UNITS, PERIODS, ADOPTERS = 12, 12, 5
SMALLEST = 5  # half of the units print a count below this as "<5"
MISSING = 0.12  # share of cells not reported
USUAL_RATE = 12e-6  # events a person and year
# Half-normal scales, and the Beta of persistence: the study of interval_coverage.py has them as its priors.
SCALES = {"level_spread": 0.7, "common": 0.1, "drift": 0.3, "noise": 0.3, "effect_unit": 0.3}
PERSISTENCE = (4.0, 2.0)
EFFECT_SD = 0.5  # of the wide prior on the effect, log rate ratio


@dataclass(frozen=True)
class Simulated:
    """One panel and what is true of it. Arrays are (indicator, unit, time) or (unit, time)."""

    lower: Array  # NaN: not reported
    upper: Array
    base: Array  # population
    exposure: Array  # (unit, time): share of the year with the law in force
    truth: float  # percent: expected counts of the outcome with the law over those without, all exposed cells


def simulate(rng: np.random.Generator, effect: float | None) -> Simulated:
    """Draw a panel.

    Parameters
    ----------
    effect
        Percent by which the law changes the outcome in every adopting unit; None: a typical effect drawn from the wide
        prior, and units around it.
    """
    exposure = _exposure(rng)
    base = np.repeat(1e6 * np.exp(rng.normal(0, 0.7, (UNITS, 1))), PERIODS, axis=1)
    rate = np.stack([_log_rate(rng) for _ in INDICATORS])
    shift = np.zeros_like(rate)
    shift[0] = _effect_of_units(rng, effect)[:, None] * exposure
    # The field, with the noise of every cell, is the same with and without the law: only the shift differs.
    without = base * np.exp(rate)
    expected = without * np.exp(shift)
    under = exposure > 0
    truth = 100 * (expected[0][under].sum() / without[0][under].sum() - 1)
    return Simulated(*_reported(rng, rng.poisson(expected)), np.stack([base, base]), exposure, float(truth))


def _exposure(rng: np.random.Generator) -> Array:
    """The first units adopt, each in a year of its own choice, some in the middle of it."""
    exposure = np.zeros((UNITS, PERIODS))
    for unit in range(ADOPTERS):
        first = int(rng.integers(4, PERIODS - 2))
        exposure[unit, first:] = 1.0
        exposure[unit, first] = rng.choice([0.25, 0.5, 0.75, 1.0])
    return exposure


def _log_rate(rng: np.random.Generator) -> Array:
    """Level, common walk less its mean, first-order autoregression and noise of one indicator: (unit, time)."""
    scale = {name: abs(rng.normal(0, sd)) for name, sd in SCALES.items()}
    walk = np.concatenate([[0.0], np.cumsum(rng.normal(0, scale["common"], PERIODS - 1))])
    level = np.log(USUAL_RATE) + rng.normal(0, 0.5) + rng.normal(0, scale["level_spread"], (UNITS, 1))
    persistence = rng.beta(*PERSISTENCE)
    drift = np.zeros((UNITS, PERIODS))
    drift[:, 0] = rng.normal(0, scale["drift"], UNITS)
    for t in range(1, PERIODS):
        step = rng.normal(0, scale["drift"] * np.sqrt(1 - persistence**2), UNITS)
        drift[:, t] = persistence * drift[:, t - 1] + step
    noise = rng.normal(0, scale["noise"], (UNITS, PERIODS))
    rate: Array = level + (walk - walk.mean()) + drift + noise
    return rate


def _effect_of_units(rng: np.random.Generator, effect: float | None) -> Array:
    if effect is not None:
        return np.full(UNITS, np.log1p(effect / 100))
    spread = abs(rng.normal(0, SCALES["effect_unit"]))
    return rng.normal(0, EFFECT_SD) + rng.normal(0, spread, UNITS)


def _reported(rng: np.random.Generator, count: NDArray[np.int64]) -> tuple[Array, Array]:
    """Bounds of every cell. Who suppresses is a matter of the unit, not of the count it would print."""
    lower, upper = count.astype(float), count.astype(float)
    suppresses = rng.permutation(UNITS) < UNITS // 2
    hidden = (count < SMALLEST) & suppresses[None, :, None]
    lower[hidden], upper[hidden] = 0.0, SMALLEST - 1.0
    absent = rng.random(count.shape) < MISSING
    lower[absent] = upper[absent] = np.nan
    return lower, upper
