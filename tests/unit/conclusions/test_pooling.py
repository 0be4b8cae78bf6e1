"""Random effects: held against closed forms, direct integration, and the limits in which the answer is known."""

import numpy as np
import pytest
from scipy.integrate import dblquad
from scipy.stats import halfnorm, norm

from evaluation.conclusions.pooling import random_effects

FOUND, ERRORS = np.array([-0.5, -0.1, 0.05]), np.array([0.2, 0.1, 0.3])


def test_without_heterogeneity_it_is_the_mean_weighted_by_precision():
    """tau at 0, and almost nothing known of mu beforehand: the fixed-effect estimate and its standard error."""
    pooled = random_effects(FOUND, ERRORS, mean_sd=1e3, spread_scale=1e-6)
    weights = ERRORS**-2
    middle, error = float(weights @ FOUND / weights.sum()), float(weights.sum() ** -0.5)
    assert pooled.typical(0.5) == pytest.approx(middle, abs=1e-5)
    assert pooled.typical(0.975) == pytest.approx(middle + 1.959964 * error, abs=1e-5)
    assert pooled.below(0.0) == pytest.approx(norm.cdf(-middle / error), abs=1e-5)


def test_the_prior_of_the_mean_has_its_say_in_closed_form():
    """One more observation of 0 with error 1, when tau is 0."""
    pooled = random_effects(FOUND, ERRORS, mean_sd=1.0, spread_scale=1e-6)
    weights = np.append(ERRORS, 1.0) ** -2
    assert pooled.typical(0.5) == pytest.approx(float(weights @ np.append(FOUND, 0.0) / weights.sum()), abs=1e-5)


def test_it_agrees_with_integration_over_mean_and_spread():
    def density(mean: float, spread: float) -> float:
        fit = norm.pdf(FOUND, mean, np.hypot(ERRORS, spread)).prod()
        return float(fit * norm.pdf(mean) * halfnorm.pdf(spread, scale=0.5))

    whole = dblquad(density, 0, 2, -3, 3, epsabs=1e-6)[0]
    below = dblquad(density, 0, 2, -3, -0.1, epsabs=1e-6)[0]
    assert random_effects(FOUND, ERRORS).below(-0.1) == pytest.approx(below / whole, abs=2e-3)


def test_two_studies_that_agree_are_still_wider_than_without_heterogeneity():
    together = random_effects(np.array([-0.3, -0.3]), np.array([0.1, 0.1]))
    fixed = 2 * 1.959964 * 0.1 / np.sqrt(2)
    assert together.typical(0.975) - together.typical(0.025) > 1.5 * fixed
    assert together.next_study(0.975) > together.typical(0.975)
    assert together.typical(0.5) == pytest.approx(-0.3, abs=0.05)


def test_studies_that_disagree_have_a_larger_spread():
    alike = random_effects(np.array([-0.3, -0.31, -0.29]), np.full(3, 0.05))
    apart = random_effects(np.array([-0.9, -0.3, 0.3]), np.full(3, 0.05))
    assert apart.spread(0.5) > 3 * alike.spread(0.5)
    assert apart.weights.sum() == pytest.approx(1.0)


@pytest.mark.parametrize(("found", "errors"), [([], []), ([-0.3], [0.1]), ([-0.3, 0.1], [0.1, 0.0])])
def test_one_study_is_not_pooled(found, errors):
    with pytest.raises(ValueError, match="two studies or more"):
        random_effects(np.array(found), np.array(errors))
