"""Power-scaling: against its closed form for normal shapes, and on answers that the prior does and does not decide."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from scipy.stats import norm

from evaluation.checks.book import Evidence, NoEvidenceError
from evaluation.checks.power_scaling import log_likelihood, sensitivity
from evaluation.terms import Verdict
from tests.unit.checks.conftest import CHAINS, DRAWS, look, with_group

SAMPLE = ("chain", "draw")
Normal = tuple[float, float]  # mean, sd


def together(*parts: Normal) -> Normal:
    """The normal that a product of normals is."""
    precision = sum(1 / sd**2 for _, sd in parts)
    return sum(mean / sd**2 for mean, sd in parts) / precision, precision**-0.5


def by_hand(prior: Normal, data: Normal, answer: xr.DataArray, *, scaled: str) -> float:
    """The sensitivity of a normal posterior, from the two distributions at alpha = 0.99 and 1.01 themselves.

    Raising a normal to a power alpha divides its variance by alpha. The distance is over the range of the draws.
    """
    mean, sd = together(prior, data)
    places = np.linspace(float(answer.min()), float(answer.max()), 20001)
    found = []
    for alpha in (0.99, 1.01):
        weaker = {"prior": (prior, data), "data": (data, prior)}[scaled]
        one = together((weaker[0][0], weaker[0][1] / alpha**0.5), weaker[1])
        p, q = norm.cdf(places, mean, sd), norm.cdf(places, *one)
        distance = max(cumulative_distance(p, q), cumulative_distance(1 - p, 1 - q))
        found.append(distance / abs(np.log2(alpha)))
    return float(np.mean(found))


def cumulative_distance(p: np.ndarray, q: np.ndarray) -> float:
    """Cumulative Jensen-Shannon distance, normalised (Nguyen and Vreeken 2015; equation 6 of Kallioinen et al.)."""
    p, q = np.clip(p, 1e-14, 1), np.clip(q, 1e-14, 1)
    middle = np.log2((p + q) / 2)
    one = (p * (np.log2(p) - middle)).sum() + (q - p).sum() / (2 * np.log(2))
    other = (q * (np.log2(q) - middle)).sum() + (p - q).sum() / (2 * np.log(2))
    return float(np.sqrt(max(one + other, 0) / (p + q).sum()))


def draws_of(posterior: Normal, shape: tuple[int, int] = (CHAINS, DRAWS)) -> xr.DataArray:
    """Draws at the quantiles of a normal, shuffled: no luck in them."""
    size = int(np.prod(shape))
    values = norm.ppf((np.arange(size) + 0.5) / size, *posterior)
    return xr.DataArray(np.random.default_rng(0).permutation(values).reshape(shape), dims=SAMPLE)


def density(draws: xr.DataArray, prior: Normal) -> xr.DataArray:
    return draws.copy(data=norm.logpdf(draws.values, *prior))


SHAPES = [
    ((0.0, 0.75), (-0.2, 0.05)),  # the data decide
    ((0.0, 0.3), (0.1, 3.0)),  # the prior decides
    ((0.0, 0.1), (0.4, 0.1)),  # they pull against each other
    ((0.0, 0.2), (0.2, 0.2)),
]


@pytest.mark.parametrize(("prior", "data"), SHAPES)
def test_the_closed_form_of_normal_shapes(prior: Normal, data: Normal) -> None:
    answer = draws_of(together(prior, data), (4, 1000))
    log_prior = density(answer, prior)
    likelihood = log_prior.copy(data=log_likelihood(answer.expand_dims("effect", axis=-1), log_prior))
    assert sensitivity(answer, log_prior) == pytest.approx(by_hand(prior, data, answer, scaled="prior"), rel=0.02)
    assert sensitivity(answer, likelihood) == pytest.approx(by_hand(prior, data, answer, scaled="data"), rel=0.02)


def test_a_density_that_is_the_same_everywhere_pulls_nowhere() -> None:
    answer = draws_of((0.0, 1.0))
    assert sensitivity(answer, xr.zeros_like(answer)) == 0.0


def test_the_likelihood_of_effects_is_their_posterior_without_their_prior() -> None:
    prior, data = (0.0, 0.4), (0.3, 0.2)
    effects = draws_of(together(prior, data), (4, 1000))
    log_prior = density(effects, prior)
    found = log_likelihood(effects.expand_dims("effect", axis=-1), log_prior)
    wanted = norm.logpdf(effects.values, *data)
    assert np.ptp(found - wanted) < 0.01 * np.ptp(wanted)


@pytest.mark.parametrize("values", [np.zeros((4, 50)), np.random.default_rng(1).exponential(size=(4, 50)) ** 2])
def test_draws_without_a_normal_shape_have_no_likelihood(values: np.ndarray) -> None:
    effects = xr.DataArray(values, dims=SAMPLE)
    with pytest.raises(NoEvidenceError):
        log_likelihood(effects.expand_dims("effect", axis=-1), xr.zeros_like(effects))


def with_effect(evidence: Evidence, prior: Normal, data: Normal, answer: xr.DataArray | None = None) -> Evidence:
    """The evidence of one typical effect with this prior and these data; the answer is that effect."""
    effect = draws_of(together(prior, data)) if answer is None else answer
    control = draws_of((0.0, 0.1))
    pools = {"intervention": ["law"], "pool": ["market", "control:control"]}
    values = np.stack([effect.values, control.values], axis=-1)[:, :, None, :]
    dims = (*SAMPLE, "intervention", "pool")
    pool = xr.DataArray(values, dims=dims, coords=pools)
    # like the fit's own: no labels but those of the draws, and the prior of the control is nobody's business
    log_prior = np.stack([norm.logpdf(effect.values, *prior), 1e3 * control.values], axis=-1)[:, :, None, :]
    variants = evidence.variants.copy(deep=True)
    for quantity in ("overall", "victims"):
        variants["percent"].loc[{"variant": "main", "quantity": quantity}] = 100 * np.expm1(effect.values.ravel())
    changed = with_group(evidence, "posterior", xr.Dataset({"effect_pool": pool}))
    changed = with_group(changed, "log_prior", xr.Dataset({"effect_pool": (dims, log_prior)}))
    return replace(changed, variants=variants)


def test_a_prior_far_wider_than_the_data_passes(evidence: Evidence) -> None:
    found = look("power_scaling", with_effect(evidence, (0.0, 0.75), (-0.2, 0.05)))
    assert found.verdict is Verdict.PASS
    assert "does not decide" in found.says
    assert found.statistic == pytest.approx(0.0, abs=0.005)
    assert found.details["data_on_typical_effects"] == pytest.approx(0.085, abs=0.01)  # all a likelihood can say
    assert found.details["prior: Victims, all forms"] == pytest.approx(found.statistic)
    assert found.advice == ""


def test_a_prior_against_the_data_concerns(evidence: Evidence) -> None:
    found = look("power_scaling", with_effect(evidence, (0.0, 0.1), (-0.6, 0.1)))
    assert found.verdict is Verdict.CONCERN
    assert "different directions" in found.says
    assert found.statistic > 0.05
    assert found.details["data_on_typical_effects"] > 0.05


def test_an_answer_that_only_repeats_its_prior_fails(evidence: Evidence) -> None:
    found = look("power_scaling", with_effect(evidence, (0.0, 0.3), (0.1, 3.0)))
    assert found.verdict is Verdict.FAIL
    assert "The prior decides" in found.says
    assert found.details["data_on_typical_effects"] < 0.05 < found.statistic


def test_what_cannot_be_told_of_the_data_is_said(evidence: Evidence) -> None:
    squared = draws_of((0.0, 1.0)) ** 2 / 10
    found = look("power_scaling", with_effect(evidence, (0.0, 0.1), (0.0, 1.0), squared))
    assert found.verdict is Verdict.CONCERN
    assert "not known: the draws of the typical effects are far from normal" in found.says
    assert "data_on_typical_effects" not in found.details


def test_densities_of_some_of_the_draws_are_matched_to_theirs(evidence: Evidence) -> None:
    whole = with_effect(evidence, (0.0, 0.1), (-0.6, 0.1))
    log_prior = whole.fit["log_prior"].to_dataset().assign_coords(chain=range(CHAINS), draw=range(DRAWS))
    some = with_group(whole, "log_prior", log_prior.isel(draw=slice(1, None, 2)))
    assert look("power_scaling", some).statistic == pytest.approx(look("power_scaling", whole).statistic, rel=0.15)


def noisy(evidence: Evidence) -> Evidence:
    group = evidence.fit["log_prior"].to_dataset()
    noise = np.random.default_rng(2).normal(
        0, 40, size=group["effect_pool"].shape
    )  # as the sum over thousands of cells
    return with_group(evidence, "log_prior", group.assign(effect_pool=(group["effect_pool"].dims, noise)))


def few(evidence: Evidence) -> Evidence:
    group = evidence.fit["log_prior"].to_dataset().assign_coords(chain=range(CHAINS), draw=range(DRAWS))
    return with_group(evidence, "log_prior", group.isel(draw=slice(0, 10)))


def unlabelled(evidence: Evidence) -> Evidence:
    group = evidence.fit["posterior"].to_dataset().drop_vars(["intervention", "pool"])
    return with_group(evidence, "posterior", group)


def other_draws(evidence: Evidence) -> Evidence:
    return replace(evidence, variants=evidence.variants.isel(sample=slice(0, 500)))


def of_another_law(evidence: Evidence) -> Evidence:
    question = replace(evidence.study.question, interventions=("another",))
    return replace(evidence, study=replace(evidence.study, question=question))


def constant(evidence: Evidence) -> Evidence:
    group = evidence.fit["log_prior"].to_dataset()
    return with_group(evidence, "log_prior", xr.zeros_like(group))


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (of_another_law, "no prior that differs"),
        (constant, "no prior that differs"),
        (noisy, "too few to tell a pull of the prior from chance"),
        (few, "too few, or not finite"),
        (unlabelled, "which effects its priors are of"),
        (other_draws, "do not hold the same draws"),
        (lambda evidence: with_group(evidence, "log_prior", None), "no group 'log_prior'"),
        (lambda evidence: with_group(evidence, "log_prior", xr.Dataset({"other": 1.0})), "does not hold the prior"),
    ],
)
def test_what_cannot_be_computed_is_not_known(evidence: Evidence, broken, reason: str) -> None:
    found = look("power_scaling", broken(with_effect(evidence, (0.0, 0.75), (-0.2, 0.05))))
    assert found.verdict is Verdict.UNKNOWN
    assert reason in found.says
