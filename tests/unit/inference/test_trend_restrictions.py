"""The sets of Rambachan and Roth by hand, against linear programs, and against truths they must hold."""

import numpy as np
import pytest
from scipy.optimize import linprog, minimize_scalar
from scipy.stats import foldnorm, multivariate_normal, norm

from evaluation.inference.event_study import EventStudy
from evaluation.inference.relative_magnitudes import _largest_of_two, relative_magnitudes
from evaluation.inference.smoothness import folded_quantile, smoothness
from evaluation.terms.errors import EvidenceError

WEIGHTS = np.array([0.2, 0.3, 0.5])


def covariance(size: int, seed: int = 1) -> np.ndarray:
    """Of an effect and slopes that share noise, as differences of the same periods do."""
    shape = np.random.default_rng(seed).normal(size=(size, size)) + 2 * np.eye(size)
    return 0.01 * shape @ shape.T


def sure(effect: float, slopes: list[float], weights: np.ndarray = WEIGHTS) -> EventStudy:
    return EventStudy(
        effect=effect, slopes=np.array(slopes), covariance=1e-14 * np.eye(1 + len(slopes)), weights=weights
    )


def unsure(slopes: int = 3, weights: np.ndarray = WEIGHTS) -> EventStudy:
    return EventStudy(
        effect=1.0, slopes=np.linspace(0.05, -0.1, slopes), covariance=covariance(1 + slopes), weights=weights
    )


def extreme(study: EventStudy, bend: float | None = None, times: float | None = None) -> tuple[float, float]:
    """The smallest and largest effect that a restriction allows where the slopes are known: two linear programs.

    Over the slopes after the law; each adds its weight and all later ones to the average difference.
    """
    count = len(study.weights)
    one = np.eye(count)
    if times is not None:
        allowed = times * np.abs(study.slopes).max()
        sides, right = np.vstack([one, -one]), np.full(2 * count, allowed)
    else:
        change = one - np.eye(count, k=-1)
        first = np.eye(count)[0] * study.slopes[-1]
        sides, right = np.vstack([change, -change]), np.concatenate([bend + first, bend - first])
    adds = np.cumsum(study.weights[::-1])[::-1]
    found = [sign * linprog(sign * adds, A_ub=sides, b_ub=right, bounds=(None, None)).fun for sign in (1, -1)]
    return study.effect - found[1], study.effect - found[0]


@pytest.mark.parametrize("times", [0.0, 0.5, 1.0, 3.0])
def test_where_all_is_known_relative_magnitudes_is_what_the_restriction_allows(times: float) -> None:
    study = sure(1.0, [0.02, -0.05, 0.03])
    assert relative_magnitudes(study, times) == pytest.approx(extreme(study, times=times), abs=1e-5)


@pytest.mark.parametrize("bend", [0.0, 0.01, 0.2])
def test_where_all_is_known_smoothness_is_what_the_restriction_allows(bend: float) -> None:
    study = sure(1.0, [0.03, 0.03, 0.03])  # a line, which every bend allows
    assert smoothness(study, bend) == pytest.approx(extreme(study, bend=bend), abs=1e-5)


def test_at_no_parting_relative_magnitudes_is_the_usual_interval() -> None:
    study = unsure()
    half = norm.ppf(0.975) * np.sqrt(study.covariance[0, 0])
    assert relative_magnitudes(study, 0.0) == pytest.approx((1 - half, 1 + half), rel=1e-3)


def test_relative_magnitudes_where_only_the_effect_is_uncertain_by_hand() -> None:
    study = EventStudy(effect=1.0, slopes=np.array([5.0]), covariance=np.diag([1.0, 1e-12]), weights=np.array([1.0]))
    # of 5 %, 0.5 % go to a first stage with two sides; the second has one side, below what the first let pass
    let_pass = 0.005 / 2
    half = 2 * 5.0 + norm.isf(let_pass + (1 - let_pass) * (0.05 - 0.005) / (1 - 0.005))
    assert relative_magnitudes(study, 2.0) == pytest.approx((1 - half, 1 + half), abs=1e-4)


def test_smoothness_with_one_slope_by_hand() -> None:
    study = unsure(slopes=1, weights=np.array([0.5, 0.5]))
    # the slope goes on for 1.5 periods on average; a first bend adds 1.5, a second one 0.5
    row = np.array([1.0, -1.5])
    middle, sd = row @ [study.effect, study.slopes[0]], np.sqrt(row @ study.covariance @ row)
    half = sd * foldnorm.ppf(0.95, c=0.1 * 2.0 / sd)
    assert smoothness(study, 0.1) == pytest.approx((middle - half, middle + half), rel=1e-6)


def test_without_bends_smoothness_takes_the_surest_mean_slope() -> None:
    study = unsure()
    onward = study.weights_from.sum()
    ones = np.ones(3)
    # regression of the effect's noise on that of the slopes, shares summing to the time the slope goes on
    inverse = np.linalg.inv(study.covariance[1:, 1:])
    free = inverse @ study.covariance[1:, 0]
    shares = free + inverse @ ones * (onward - ones @ free) / (ones @ inverse @ ones)
    row = np.concatenate([[1.0], -shares])
    half = norm.ppf(0.975) * np.sqrt(row @ study.covariance @ row)
    middle = row @ np.append(study.effect, study.slopes)
    assert smoothness(study, 0.0) == pytest.approx((middle - half, middle + half), rel=1e-6)


@pytest.mark.parametrize("bend", [0.001, 0.02, 0.1, 1.0])
def test_smoothness_is_as_short_as_a_search_over_all_shares_finds(bend: float) -> None:
    study = unsure(slopes=2)
    onward, after = study.weights_from.sum(), np.cumsum(study.weights_from[::-1]).sum()

    def half_length(oldest: float) -> float:
        row = np.array([1.0, -oldest, oldest - onward])  # the slopes stand oldest first
        return folded_quantile(bend * (after + abs(oldest)), np.sqrt(row @ study.covariance @ row), 0.95)

    best = min(half_length(oldest) for oldest in np.linspace(-20, 20, 8001))
    refined = minimize_scalar(half_length, bounds=(-20, 20), method="bounded").fun
    lower, upper = smoothness(study, bend)
    assert (upper - lower) / 2 == pytest.approx(min(best, refined), rel=1e-4)


@pytest.mark.parametrize("restricted", [relative_magnitudes, smoothness])
def test_sets_widen_with_what_they_allow(restricted: object) -> None:
    lengths = [np.diff(restricted(unsure(), allowed))[0] for allowed in (0.0, 0.1, 0.5, 1.0, 2.0)]  # type: ignore[operator]
    assert (np.diff(lengths) > 0).all()


@pytest.mark.parametrize("restricted", [relative_magnitudes, smoothness])
def test_sets_follow_the_unit(restricted: object) -> None:
    study, allowed = unsure(), 0.3
    in_percent = EventStudy(
        effect=100.0, slopes=100 * study.slopes, covariance=1e4 * study.covariance, weights=study.weights
    )
    other = allowed if restricted is relative_magnitudes else 100 * allowed
    wanted = 100 * np.array(restricted(study, allowed))  # type: ignore[operator]
    assert restricted(in_percent, other) == pytest.approx(wanted, rel=1e-4)  # type: ignore[operator]


@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_relative_magnitudes_holds_an_effect_at_the_edge_as_often_as_it_says(sign: float) -> None:
    true = unsure(slopes=2)
    # trends part after the law as fast as allowed, all the way: the effect measured is off by all that may be
    edge = true.effect - sign * np.abs(true.slopes).max() * true.weights_from.sum()
    moments = np.append(true.effect, true.slopes)
    drawn = np.random.default_rng(3).multivariate_normal(moments, true.covariance, size=300)
    held = 0
    for effect, *slopes in drawn:
        seen = EventStudy(effect=effect, slopes=np.array(slopes), covariance=true.covariance, weights=true.weights)
        lower, upper = relative_magnitudes(seen, 1.0)
        held += lower <= edge <= upper
    assert held / len(drawn) >= 0.95 - 2 * np.sqrt(0.95 * 0.05 / len(drawn))


@pytest.mark.parametrize("bend", [0.0, 0.05])
def test_smoothness_holds_an_effect_at_the_edge_as_often_as_it_says(bend: float) -> None:
    weights = np.array([1.0])
    slopes = np.array([0.1 - bend, 0.1])
    edge = 1.0 - (0.1 + bend)  # the slope bends by all that is allowed, each time the same way
    sigma = covariance(3, seed=2)
    drawn = np.random.default_rng(4).multivariate_normal(np.append(1.0, slopes), sigma, size=600)
    ends = np.array(
        [
            smoothness(EventStudy(effect=row[0], slopes=row[1:], covariance=sigma, weights=weights), bend)
            for row in drawn
        ]
    )
    held = ((ends[:, 0] <= edge) & (edge <= ends[:, 1])).mean()
    assert held >= 0.95 - 2 * np.sqrt(0.95 * 0.05 / len(drawn))


@pytest.mark.parametrize("correlation", [-1.0, -0.6, 0.0, 0.9])
def test_the_least_favourable_value_against_the_bivariate_normal(correlation: float) -> None:
    value = _largest_of_two(0.005, correlation)
    normal = multivariate_normal(np.zeros(2), [[1, correlation], [correlation, 1]], allow_singular=True)
    assert 1 - normal.cdf([value, value]) == pytest.approx(0.005, abs=1e-5)


def test_estimates_become_an_effect_and_slopes() -> None:
    study = EventStudy.of_estimates(np.array([3.0, 1.0, 5.0, 7.0]), np.diag([1.0, 2.0, 3.0, 4.0]), np.array([0.5, 0.5]))
    assert (study.effect, study.slopes.tolist()) == (6.0, [-2.0, -1.0])
    assert study.covariance.tolist() == [[1.75, 0.0, 0.0], [0.0, 3.0, -2.0], [0.0, -2.0, 2.0]]
    assert study.weights_from.tolist() == [1.0, 0.5]


def test_draws_become_their_mean_and_covariance() -> None:
    draws = np.random.default_rng(5).multivariate_normal([1.0, 0.1, 0.2], covariance(3), size=20_000)
    study = EventStudy.of_draws(draws[:, 0], draws[:, 1:], WEIGHTS)
    assert np.append(study.effect, study.slopes) == pytest.approx([1.0, 0.1, 0.2], abs=0.02)
    assert study.covariance == pytest.approx(covariance(3), abs=0.01)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"slopes": np.empty(0), "covariance": np.eye(1)}, "two periods before the law"),
        ({"weights": np.empty(0)}, "one from the law on"),
        ({"covariance": np.eye(3)}, r"covariance of shape \(3, 3\)"),
        ({"effect": np.nan}, "not every number"),
        ({"covariance": np.zeros((2, 2))}, "no variance"),
    ],
)
def test_what_cannot_be_is_refused(changed: dict, says: str) -> None:
    right = {"effect": 1.0, "slopes": np.array([0.1]), "covariance": np.eye(2), "weights": np.array([1.0])}
    EventStudy(**right)
    with pytest.raises(EvidenceError, match=says):
        EventStudy(**right | changed)


def test_estimates_without_a_period_before_are_refused() -> None:
    with pytest.raises(EvidenceError, match="2 estimates"):
        EventStudy.of_estimates(np.ones(2), np.eye(2), np.ones(2))
