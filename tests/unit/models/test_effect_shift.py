"""Effects of adoptions and their profile over event time, held against plain numpy and finite differences."""

import numpy as np
import pytest

from evaluation.models.parts.effect_shift import Pooled, Shifted, pooled, shifted
from tests.unit.models.slopes import assert_slopes

RNG = np.random.default_rng(4)
INTERVENTION, UNIT = np.array([0, 0, 1]), np.array([1, 3, 3])  # one unit adopts both
POOL, STEP, STEP_SD = RNG.normal(size=(2, 2)), RNG.normal(size=(2, 2)), np.array([0.4])
UNIT_STEP, UNIT_SD = RNG.normal(size=(3, 3)), np.array([0.5, 0.2, 0.9])
POOL_OF, STEP_OF = np.array([0, 0, 1]), np.array([0, 1, -1])  # the last indicator is alone in its pool
POOLING = (POOL, STEP, STEP_SD, UNIT_STEP, UNIT_SD, POOL_OF, STEP_OF, INTERVENTION)

MEAN, EFFECT = RNG.normal(size=(3, 4, 5)), RNG.normal(size=(3, 3))
EXPOSURE = np.zeros((2, 4, 5))
EXPOSURE[0, 1, 2:] = [0.5, 1.0, 1.0]
EXPOSURE[0, 3, 1:4] = 1.0  # it ends again
EXPOSURE[1, 3, 3:] = 1.0
SINCE = np.arange(5.0) - np.array([[0, 2, 0, 1], [0, 0, 0, -4]])[:, :, None]  # the last law is older than the window
PROFILES = {
    "step": (np.ones(1), np.zeros((1, 1))),
    "ramp": (1 - np.exp(-np.arange(1.0, 10.0) / 2), np.zeros((1, 1))),
    "dynamic": (np.ones(1), RNG.normal(size=(3, 4))),  # shorter than the oldest law is old
}


def test_effects_are_pooled_as_the_model_says() -> None:
    effect, typical = pooled(*POOLING)
    expected = POOL[:, POOL_OF]
    expected[:, :2] += STEP_SD * STEP
    np.testing.assert_allclose(typical, expected)
    np.testing.assert_allclose(effect, expected.T[:, INTERVENTION] + UNIT_SD[:, None] * UNIT_STEP)


@pytest.mark.parametrize("profile", PROFILES)
def test_the_mean_is_shifted_by_exposure_times_the_effect_at_its_event_time(profile: str) -> None:
    share, change = PROFILES[profile]
    moved = shifted(MEAN, EFFECT, share, change, EXPOSURE, SINCE, INTERVENTION, UNIT)
    since = np.maximum(SINCE[INTERVENTION, UNIT], 0).astype(int)  # (adoption, time)
    profiled = EFFECT[:, :, None] * share[np.minimum(since, len(share) - 1)]
    profiled = profiled + change[:, np.minimum(since, change.shape[1] - 1)]
    expected = MEAN.copy()
    for a in range(3):
        expected[:, UNIT[a]] += EXPOSURE[INTERVENTION[a], UNIT[a]] * profiled[:, a]
    np.testing.assert_allclose(moved, expected)
    untouched = ~(EXPOSURE > 0).any(axis=0)
    np.testing.assert_array_equal(moved[:, untouched], MEAN[:, untouched])  # to the last digit


def test_gradients_are_those_of_finite_differences() -> None:
    assert_slopes(Pooled(), POOLING)
    for share, change in PROFILES.values():
        assert_slopes(Shifted(), (MEAN, EFFECT, share, change, EXPOSURE, SINCE, INTERVENTION, UNIT))
