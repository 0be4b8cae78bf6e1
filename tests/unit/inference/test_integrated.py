"""The field integrated out: its parts against brute force, its answers against NUTS, and what it does not vouch for."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from scipy.linalg import block_diag
from scipy.stats import beta, halfnorm, poisson

from evaluation.inference.compiled import Compiled, build, compile_model, data_of
from evaluation.inference.hyper_points import HyperPoints
from evaluation.inference.integrated import Headline, Integrated, NotProvenError, towards, weigh
from evaluation.inference.joined import cell_scales, field_covariances
from evaluation.inference.linear import Layout, Linear
from evaluation.inference.many import many
from evaluation.inference.mode import Counts, Prior, draw, find_mode, likelihood, precisions
from evaluation.inference.refit import Effort, Refit, summary
from evaluation.inference.variants import Variant, variant
from evaluation.models.book import get_model
from evaluation.models.parts.field import series_covariance
from evaluation.models.staggered import Staggered
from evaluation.terms.errors import EvidenceError
from evaluation.terms.panel import CELL
from evaluation.terms.workers import Workers
from tests.unit.inference.test_effect import STUDY
from tests.unit.models.small import small_panel

PANEL = small_panel().assign_attrs(widest_interval=4)
LONG = Effort(draws=1000, tune=300, chains=2, target_accept=0.9)
INTEGRATED = replace(LONG, engine="integrated")
RNG = np.random.default_rng(8)


@pytest.fixture(scope="module")
def compiled() -> Compiled:
    return compile_model(build(STUDY, PANEL))


@pytest.fixture(scope="module", params=["series apart", "a drift shared by indicators"])
def layout(request: pytest.FixtureRequest) -> Layout:
    settings = STUDY.model.settings | ({"shared_drift_sd": None} if request.param == "series apart" else {})
    model = build(replace(STUDY, model=replace(STUDY.model, settings=settings)), PANEL)
    return Layout(model, get_model("staggered", settings).gaussian)  # type: ignore[attr-defined]


def headline_of(compiled: Compiled, panel: xr.Dataset) -> Headline:
    drawn = Refit.of(STUDY, PANEL, compiled).sample(STUDY, panel, LONG, seed=5)
    answer = summary(drawn, "main", "")["percent"].isel(variant=0)
    return Headline.of(drawn.posterior, answer)


@pytest.mark.parametrize(("lower", "upper"), [(0, 0), (6, 6), (0, 4), (3, 9), (40, 90)])
@pytest.mark.parametrize("eta", [-3.0, 0.5, 2.0, 5.5])
def test_slope_and_weight_of_an_interval_are_those_of_its_probability(lower: int, upper: int, eta: float) -> None:
    slope, weight = np.zeros(1), np.zeros(1)

    def exact(at: float) -> float:
        return float(np.logaddexp.reduce(poisson.logpmf(np.arange(lower, upper + 1), np.exp(at))))

    def ours(at: float) -> float:
        bounds = np.array([float(lower)]), np.array([float(upper)])
        return likelihood(np.array([at]), np.zeros(1), *bounds, slope, weight)

    step = 1e-4
    assert ours(eta + 1) - ours(eta) == pytest.approx(exact(eta + 1) - exact(eta), rel=1e-9)  # but for a constant
    ours(eta)
    assert slope[0] == pytest.approx((exact(eta + step) - exact(eta - step)) / (2 * step), rel=1e-5, abs=1e-6)
    curved = (exact(eta + step) - 2 * exact(eta) + exact(eta - step)) / step**2
    assert weight[0] == pytest.approx(max(-curved, 1e-10), rel=1e-3, abs=1e-5)


@pytest.mark.parametrize(("lower", "upper"), [(6, 6), (0, 4), (3, 9)])
def test_with_a_spread_it_is_the_mean_over_log_rates_around_the_middle(lower: int, upper: int) -> None:
    slope, weight = np.zeros(1), np.zeros(1)
    bounds = np.array([float(lower)]), np.array([float(upper)])

    def expected(middle: float, variance: float) -> float:
        nodes, shares = np.polynomial.hermite_e.hermegauss(80)
        rates = np.exp(middle + np.sqrt(variance) * nodes)
        exact = np.logaddexp.reduce(poisson.logpmf(np.arange(lower, upper + 1)[:, None], rates), axis=0)
        return float(exact @ shares / shares.sum())

    def ours(middle: float, variance: float) -> float:
        return likelihood(np.array([middle]), np.array([variance]), *bounds, slope, weight)

    step = 1e-3
    for middle, variance in ((1.0, 0.3), (2.2, 0.05)):
        apart = ours(middle, variance) - ours(0.0, 0.1)  # but for a constant
        assert apart == pytest.approx(expected(middle, variance) - expected(0.0, 0.1), abs=6e-3)
        ours(middle, variance)
        rise = expected(middle + step, variance) - expected(middle - step, variance)
        assert slope[0] == pytest.approx(rise / (2 * step), abs=1e-2)


def test_precisions_are_inverse_covariances_of_the_counts() -> None:
    covariance = np.stack([series_covariance(5, 0.5, 0.4, 0.6, 0.2), series_covariance(5, 0.1, 0.9, 0.3, 0.5)])
    weight = RNG.exponential(3, size=(2, 3, 5)) + 0.1
    wide = RNG.exponential(1, size=(2, 3, 5)) + 0.1
    found, expected = np.empty((2, 3, 5, 5)), np.empty((2, 3, 5, 5))
    total = 0.0
    for k, u in np.ndindex(2, 3):
        around = np.outer(wide[k, u], wide[k, u]) * covariance[k] + np.diag(1 / weight[k, u])
        expected[k, u] = np.linalg.inv(around)
        total += np.linalg.slogdet(around * weight[k, u])[1]
    assert precisions(covariance, wide, weight, found) == pytest.approx(total, rel=1e-10)
    np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_the_design_found_by_probing_is_the_models_mean(layout: Layout) -> None:
    linear = Linear(layout, data_of(layout.model))
    scale, standard = RNG.exponential(0.5, size=layout.scales), RNG.normal(size=(2, layout.size))
    weighted = linear.width(scale) * standard
    expected = layout.mean(linear.coefficients(standard), scale)
    found = linear.start + np.moveaxis(linear.times(weighted.T), -1, 0)
    np.testing.assert_allclose(found, expected, rtol=1e-8)
    slope = RNG.normal(size=linear.start.shape)
    back = ((expected - linear.start) * slope).sum(axis=(1, 2, 3))
    np.testing.assert_allclose(weighted @ linear.back(slope), back, rtol=1e-9)


def test_the_factor_is_that_of_the_precision_written_out(layout: Layout) -> None:
    linear = Linear(layout, data_of(layout.model))
    periods = linear.start.shape[-1]
    width = linear.width(RNG.exponential(0.5, size=layout.scales))
    roots = RNG.normal(size=(*linear.start.shape, periods))
    precision = roots @ np.swapaxes(roots, -1, -2)
    columns = width[:, None, None, None] * linear.columns
    expected = np.eye(linear.size) + np.einsum("ckus,kust,dkut->cd", columns, precision, columns)
    found = linear.factors(precision, width)
    np.testing.assert_allclose(found @ found.T, expected, rtol=1e-9, atol=1e-9)
    assert linear.groups[-1] < linear.size / 2  # most are eliminated region by region
    assert (np.triu(found, 1) == 0).all()


def test_the_mode_is_that_of_the_whole_density_and_the_draws_have_its_curvature(layout: Layout) -> None:
    linear = Linear(layout, data_of(layout.model))
    lower, upper = (layout.laid(PANEL[name].transpose(*CELL).values) for name in ("lower", "upper"))
    counts = Counts(lower, upper, layout.laid(layout.model["log_base"].get_value()), np.zeros(lower.shape))
    scale, one = np.full(layout.scales, 0.4), {"level_spread": 0.5, "drift_sd": 0.4, "drift_persistence": 0.6}
    one |= {"noise_sd": 0.2} | ({"shared_drift_sd": 0.7} if layout.meet else {})
    known = xr.Dataset({name: (("draw", "indicator"), np.full((1, 3), value)) for name, value in one.items()})
    known["shared_persistence"] = ("draw", "shared_by"), np.array([[0.8]])
    known["unit_scale"] = ("draw", "indicator", "unit"), RNG.exponential(0.5, size=(1, 3, 6)) + 0.5
    covariance, wide = field_covariances(known, 7)[0], cell_scales(known, (3, 6, 7))[0]
    mode = find_mode(linear, counts, scale, Prior(covariance, wide))
    # at the mode, brute force: the whole prior covariance of the field against the slope of the likelihood
    columns = (linear.width(scale)[:, None] * linear.columns.reshape(linear.size, -1)).T
    own = block_diag(*(np.outer(wide[at], wide[at]) * covariance[at[0]] for at in np.ndindex(*wide.shape[:2])))
    prior = columns @ columns.T + own
    slope, weight = np.zeros(mode.field.size), np.zeros(mode.field.size)
    likelihood(
        (mode.field + counts.log_base).ravel(), np.zeros(mode.field.size), lower.ravel(), upper.ravel(), slope, weight
    )
    np.testing.assert_allclose((mode.field - linear.start).ravel(), prior @ slope, atol=1e-3)
    root = np.sqrt(weight)
    inner = np.eye(len(root)) + root[:, None] * prior * root
    posterior = prior - prior @ (root[:, None] * np.linalg.solve(inner, np.diag(root))) @ prior
    standard, field = draw(linear, mode, 20_000, np.random.default_rng(1))
    np.testing.assert_allclose(field.reshape(len(field), -1).std(axis=0), np.sqrt(np.diag(posterior)), rtol=0.04)
    np.testing.assert_allclose(standard.mean(axis=0), mode.standard, atol=0.04)
    determinant = 0.5 * np.linalg.slogdet(inner)[1]
    density = likelihood(
        (mode.field + counts.log_base).ravel(), np.zeros(mode.field.size), lower.ravel(), upper.ravel(), slope, weight
    )
    away = (mode.field - linear.start).ravel()
    expected = density - 0.5 * away @ np.linalg.solve(prior + 1e-9 * np.eye(len(prior)), away) - determinant
    assert mode.log_marginal == pytest.approx(expected, abs=0.01)


def all_suppressed(panel: xr.Dataset) -> xr.Dataset:
    known = panel["lower"].notnull()
    return panel.assign(lower=panel["lower"].where(~known, 0.0), upper=panel["upper"].where(~known, 4.0),
                        status=panel["status"].where(~known, 2))  # fmt: skip


def mostly_missing(panel: xr.Dataset) -> xr.Dataset:
    kept = np.random.default_rng(2).random(panel["lower"].shape) < 0.1
    return panel.assign(lower=panel["lower"].where(kept), upper=panel["upper"].where(kept),
                        status=panel["status"].where(kept, 0))  # fmt: skip


def huge_counts(panel: xr.Dataset) -> xr.Dataset:
    exact = panel["lower"] == panel["upper"]
    return panel.assign(
        lower=panel["lower"].where(~exact, panel["lower"] * 1e5),
        upper=panel["upper"].where(~exact, panel["upper"] * 1e5),
    )


def one_adopter(panel: xr.Dataset) -> xr.Dataset:
    alone = (panel["unit"] == "A") & (panel["intervention"] == "law")
    return panel.assign(exposure=panel["exposure"].where(alone, 0.0), event_time=panel["event_time"].where(alone))


VOUCHED = {
    "as it is": lambda panel: panel,
    "90 % missing": mostly_missing,
    "huge counts": huge_counts,
    "all suppressed": all_suppressed,
}


def assert_alike(ours: xr.Dataset, nuts: xr.Dataset) -> None:
    """Mean within 0.1 sd and sd within 10 %, and Monte Carlo error on top: two thousand draws here, as many there."""
    for reading in ours["variant"].values:
        here, there = (np.log1p(one["percent"].sel(variant=reading).values / 100) for one in (ours, nuts))
        sd = there.std(axis=1)
        np.testing.assert_array_less(np.abs(here.mean(axis=1) - there.mean(axis=1)) / sd, 0.1 + 0.08)
        np.testing.assert_allclose(here.std(axis=1) / sd, 1, atol=0.1 + 0.06)


@pytest.mark.parametrize(
    "name", ["as it is", "90 % missing", "all suppressed", pytest.param("huge counts", marks=pytest.mark.slow)]
)
def test_what_is_given_out_is_what_nuts_says(compiled: Compiled, name: str) -> None:
    panel = VOUCHED[name](PANEL)
    reading = {"prior:claimed": variant("prior:claimed")} | ({} if name != "as it is" else {"leads": variant("leads")})
    found = many(STUDY, panel, reading, INTEGRATED, compiled=compiled, headline=headline_of(compiled, panel))
    assert set(found["engine"].values) == {"field integrated out"}
    assert (found["pareto_k"] < 0.5).all()
    assert (found["points_worth"] > 50).all()
    assert "leads" not in reading or found["lead_percent"].sel(variant="leads").notnull().all()
    assert "within 0.0" in str(found["engine_says"].values[0])
    assert_alike(found, many(STUDY, panel, reading, LONG, compiled=compiled))


def without_one_unit(panel: xr.Dataset) -> xr.Dataset:
    kept = panel["unit"] != "B"
    return panel.assign(lower=panel["lower"].where(kept), upper=panel["upper"].where(kept),
                        status=panel["status"].where(kept, 0))  # fmt: skip


def test_points_that_do_not_serve_a_reading_are_moved_until_they_do(compiled: Compiled) -> None:
    reading = {"without B": Variant("figures left out", lambda study, panel: (study, without_one_unit(panel)))}
    found = many(STUDY, PANEL, reading, INTEGRATED, compiled=compiled, headline=headline_of(compiled, PANEL))
    assert str(found["engine"].values[0]) == "field integrated out"
    assert "moved twice towards this reading" in str(found["engine_says"].values[0])
    assert_alike(found, many(STUDY, PANEL, reading, LONG, compiled=compiled))


@pytest.mark.slow
def test_one_adopter_is_answered_as_nuts_does() -> None:
    panel = one_adopter(PANEL)
    alone = compile_model(build(STUDY, panel))
    drawn = Refit.of(STUDY, panel, alone).sample(STUDY, panel, LONG, seed=5)
    headline = Headline.of(drawn.posterior, summary(drawn, "main", "")["percent"].isel(variant=0))
    reading = {"prior:claimed": variant("prior:claimed")}
    found = many(STUDY, panel, reading, INTEGRATED, compiled=alone, headline=headline)
    assert str(found["engine"].values[0]) == "field integrated out"
    assert_alike(found, many(STUDY, panel, reading, LONG, compiled=alone))


def test_where_the_headline_comes_out_otherwise_nuts_does_it_and_the_row_says_why(compiled: Compiled) -> None:
    headline = headline_of(compiled, PANEL)
    other = replace(headline, percent=headline.percent + 10)  # as if NUTS had found something else
    quick = replace(INTEGRATED, draws=50, tune=50)
    reading = {"prior:claimed": variant("prior:claimed")}
    found = many(STUDY, PANEL, reading, quick, compiled=compiled, headline=other)
    assert str(found["engine"].values[0]) == "nutpie NUTS"
    assert "the headline made this way is not that of NUTS" in str(found["engine_says"].values[0])
    assert np.isfinite(found["rhat_max"]).all()


def test_linear_algebra_that_breaks_down_leaves_the_refit_to_nuts(
    compiled: Compiled, monkeypatch: pytest.MonkeyPatch
) -> None:
    headline = headline_of(compiled, PANEL)
    reading = {"prior:claimed": variant("prior:claimed")}

    class Broken:
        def __init__(self, *_: object) -> None:
            pass

        def sample(self, *_: object, **__: object) -> None:
            raise np.linalg.LinAlgError("the matrix is not positive definite")

    monkeypatch.setattr("evaluation.inference.many.Integrated", Broken)
    quick = replace(INTEGRATED, draws=50, tune=50)
    found = many(STUDY, PANEL, reading, quick, compiled=compiled, headline=headline)
    assert str(found["engine"].values[0]) == "nutpie NUTS"
    assert "linear algebra broke down: the matrix is not" in str(found["engine_says"].values[0])


def test_neither_order_nor_workers_change_a_digit_and_what_is_kept_is_found(compiled: Compiled) -> None:
    headline = headline_of(compiled, PANEL)
    quick = replace(INTEGRATED, draws=100)
    readings = {name: variant(name) for name in ("prior:claimed", "leads")}
    kept: dict[str, xr.Dataset] = {}
    one, two = (
        many(STUDY, PANEL, {name: readings[name] for name in order}, quick, compiled=compiled,
             headline=headline, workers=Workers(count=count), kept=kept if count == 1 else None)
        for order, count in ((list(readings), 1), (list(reversed(readings)), 2))
    )  # fmt: skip
    for name in readings:
        np.testing.assert_array_equal(one["percent"].sel(variant=name), two["percent"].sel(variant=name))
    again: list[str] = []
    many(STUDY, PANEL, readings, quick, compiled=compiled, headline=headline, kept=kept,
         watch=lambda name, *_: again.append(name))  # fmt: skip
    assert not again
    fewer = replace(headline, points=headline.points.isel(point=slice(None, None, 2)))
    many(STUDY, PANEL, readings, quick, compiled=compiled, headline=fewer, kept=kept,
         watch=lambda name, *_: again.append(name))  # fmt: skip
    assert len(again) == 2  # other scales, other fits


def test_scales_that_do_not_serve_are_told_by_their_weights() -> None:
    even = weigh(np.zeros(100))
    assert even.worth == pytest.approx(100)
    far = weigh(np.random.default_rng(3).normal(size=100) * 5)
    assert far.pareto_k > 0.5 or far.worth < 33
    counts = weigh(np.linspace(0, 1, 100)).counts(1000, np.random.default_rng(1))
    assert counts.sum() == 1000
    assert counts[-1] > counts[0]


def test_points_are_moved_as_far_as_the_weights_point_and_no_further_than_chance() -> None:
    points = RNG.normal(size=(100, 29))
    np.testing.assert_allclose(towards(points, np.zeros(100)), 0, atol=1e-12)
    wanted = np.r_[1.5, np.zeros(28)]
    moved = towards(points, points @ wanted)
    assert moved[0] > 0.7  # tempered, so not all the way at once
    assert np.linalg.norm(moved[1:]) < 0.5  # by chance alone it would be 0.7


def test_hyper_points_are_those_of_the_model_with_its_prior_and_volume(layout: Layout) -> None:
    drawn = {"scale": layout.scales, "drift_persistence": 3} | ({"shared_persistence": 1} if layout.meet else {})
    values = {name: RNG.uniform(0.2, 0.9, size=(40, size)) for name, size in drawn.items()}
    points = xr.Dataset({name: (("point", f"{name} of"), value) for name, value in values.items()})
    hyper = HyperPoints(layout.model, points)
    found = hyper.at(hyper.headline)
    for name, value in values.items():
        np.testing.assert_allclose(found[name], value, rtol=1e-9)

    def natural(real: np.ndarray) -> np.ndarray:
        at = hyper.at(real[None])
        return np.concatenate([at[name].values[0] for name in values])

    one, step = hyper.headline[0], 1e-5
    slopes = [(natural(one + step * way) - natural(one - step * way)) / (2 * step) for way in np.eye(len(one))]
    assert found["log_volume"].values[0] == pytest.approx(np.linalg.slogdet(np.array(slopes))[1], abs=1e-5)
    data = data_of(layout.model)
    wider = data | {"scale_prior_sd": 2 * data["scale_prior_sd"]}  # the coordinates stay, the prior changes
    for prior in (data, wider):
        density = halfnorm.logpdf(values["scale"], scale=prior["scale_prior_sd"]).sum(axis=1)
        for name in set(values) - {"scale"}:
            density += beta.logpdf(values[name], *getattr(Staggered(), name)).sum(axis=1)
        np.testing.assert_allclose(hyper.log_prior(found, prior), density + found["log_volume"], rtol=1e-7)


def test_weights_that_cannot_be_judged_are_not_taken_for_good_ones() -> None:
    assert weigh(np.array([0.0] * 50 + [np.nan] * 50)).pareto_k == np.inf


def test_a_mode_that_is_not_found_is_no_answer(compiled: Compiled, monkeypatch: pytest.MonkeyPatch) -> None:
    headline = headline_of(compiled, PANEL)
    monkeypatch.setattr("evaluation.inference.mode.MOST_STEPS", 1)  # Newton's method needs several
    with pytest.raises(NotProvenError, match="no mode was found in 1 steps"):
        Integrated(STUDY, PANEL, headline)


def test_a_model_that_is_not_gaussian_given_its_scales_is_left_to_nuts(compiled: Compiled) -> None:
    ramp = replace(STUDY, model=replace(STUDY.model, settings={**STUDY.model.settings, "effect": {
        **STUDY.model.settings["effect"], "profile": "ramp"}}))  # fmt: skip
    nothing = Headline(xr.Dataset(), xr.DataArray())
    with pytest.raises(NotProvenError, match="not Gaussian given its scales"):
        Integrated(ramp, PANEL, nothing)


def test_an_engine_without_a_headline_and_an_unknown_one_are_refused() -> None:
    with pytest.raises(EvidenceError, match="fit the study first"):
        many(STUDY, PANEL, {}, INTEGRATED)
    with pytest.raises(EvidenceError, match="no engine is called 'integrate'"):
        many(STUDY, PANEL, {}, replace(LONG, engine="integrate"))
