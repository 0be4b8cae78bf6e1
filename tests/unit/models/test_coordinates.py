"""What the sampler moves in place of a variable: there and back again, and how volume changes on the way."""

from typing import Any

import numpy as np
import pytensor
import pytensor.tensor as pt
import pytest
from scipy.stats import beta

from evaluation.models.parts.persistence import AtSteps
from evaluation.models.parts.scales import SMALL, AlmostItself
from tests.unit.models.small import small_panel
from tests.unit.models.test_staggered import build

WIDTH = np.array([0.5, 2.0])
SCALES, SHARES = np.array([1e-4, 3.0]), np.array([0.2, 0.95])


def value_of(graph: Any) -> np.ndarray:
    return np.asarray(pytensor.function([], graph, mode="FAST_COMPILE")())


@pytest.mark.parametrize(("coordinates", "values"), [(AlmostItself(), SCALES), (AtSteps(), SHARES)])
def test_coordinates_lead_back_and_tell_their_volume(coordinates: Any, values: np.ndarray) -> None:
    moved, step = value_of(coordinates.forward(pt.as_tensor(values), pt.as_tensor(WIDTH))), 1e-5
    back, ahead, behind = (
        value_of(coordinates.backward(pt.as_tensor(moved + by), pt.as_tensor(WIDTH))) for by in (0.0, step, -step)
    )
    np.testing.assert_allclose(back, values, rtol=1e-9)
    volume = value_of(coordinates.log_jac_det(pt.as_tensor(moved), pt.as_tensor(WIDTH)))
    np.testing.assert_allclose(volume, np.log((ahead - behind) / (2 * step)), rtol=1e-5)


def test_a_scale_far_from_zero_is_almost_itself() -> None:
    moved = value_of(AlmostItself().forward(pt.as_tensor(WIDTH), pt.as_tensor(WIDTH)))
    np.testing.assert_allclose(moved, 1 / SMALL, atol=1e-3)


def test_persistence_is_beta_distributed_whatever_the_drift() -> None:
    model = build(small_panel())
    density = model.compile_fn(
        model.logp(model["drift_persistence"], jacobian=False, sum=False),
        inputs=model.value_vars,
        mode="FAST_COMPILE",
        on_unused_input="ignore",
    )
    drift_sd = model.compile_fn(
        model.replace_rvs_by_values([model["drift_sd"]]),
        inputs=model.value_vars,
        mode="FAST_COMPILE",
        on_unused_input="ignore",
    )
    for moved in (-1.0, 5.0):  # a narrow drift and a wide one: other coordinates, the same persistence
        point = model.initial_point()
        point["scale_almost_itself__"] = np.full_like(point["scale_almost_itself__"], moved)
        width = drift_sd(point)[0]
        point["drift_persistence_at_steps__"] = value_of(AtSteps().forward(pt.full(3, 0.6), pt.as_tensor(width)))
        np.testing.assert_allclose(density(point)[0], beta(4, 2).logpdf(0.6), rtol=1e-6)
