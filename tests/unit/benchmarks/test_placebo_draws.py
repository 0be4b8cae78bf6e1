"""Laws that were never passed: who gets one, what it does to the counts, and what is then true."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from placebo_draws import (
    Ground,
    cells_of,
    effects_of,
    injected,
    prior_effects,
    truth_of_totals,
    truths_of_peers,
    values_of,
)

from evaluation.terms.errors import EvidenceError
from evaluation.terms.panel import CELL, EXPOSURE, Status
from tests.unit.inference.test_effect import STUDY
from tests.unit.models.small import small_panel

PANEL = small_panel()
ASKING = replace(STUDY, panel=replace(STUDY.panel, min_before=1, min_after=1))
GROUND = Ground.of(ASKING, PANEL)
REAL = {"A", "B", "C"}  # units with the law, or with the one adjusted for


def counting(counts: float, panel: xr.Dataset) -> xr.Dataset:
    """The panel with the same count everywhere, drawn anew from its Poisson."""
    drawn = np.random.default_rng(5).poisson(counts, panel["lower"].shape).astype(float)
    status = np.full(drawn.shape, np.int8(Status.EXACT))
    return panel.assign(lower=(CELL, drawn), upper=(CELL, drawn), status=(CELL, status))


def law(seed: int = 1) -> xr.Dataset:
    return GROUND.placebo(2, np.random.default_rng(seed))


def test_no_unit_with_a_real_law_is_in_the_panel() -> None:
    assert not REAL & set(GROUND.panel["unit"].values)
    assert GROUND.panel.sizes["intervention"] == 1
    assert not (GROUND.panel["exposure"] > 0).any()
    assert GROUND.study.question.adjust_for == ()


def test_a_placebo_gives_real_dates_to_as_many_units_as_asked() -> None:
    real = PANEL["exposure"].transpose(*EXPOSURE).values[0, :2]
    for seed in range(20):
        exposure = law(seed)["exposure"].transpose(*EXPOSURE).values[0]
        given = exposure[(exposure > 0).any(axis=1)]
        assert len(given) == 2
        assert all(any(np.array_equal(one, other) for other in real) for one in given)


def test_who_gets_a_law_and_whose_changes_with_the_draw() -> None:
    drawn = {law(seed)["exposure"].values.tobytes() for seed in range(20)}
    assert len(drawn) > 5


def test_more_adopters_than_units_are_refused() -> None:
    with pytest.raises(EvidenceError, match="stand in"):
        GROUND.placebo(4, np.random.default_rng(1))


def test_as_many_adopt_as_really_did_unless_that_is_most_of_those_left() -> None:
    assert replace(GROUND, possible=np.ones((1, 3), dtype=bool)).adopters() == 1
    assert GROUND.adopters() == round(3 * 2 / 5)  # two really did; three are left of five


@pytest.mark.parametrize(("kind", "ratio"), [("-20", 0.8), ("-60", 0.4)])
def test_a_fall_is_the_stated_one_and_leaves_poisson_counts(kind: str, ratio: float) -> None:
    panel = counting(4000, law())
    full = panel.assign(exposure=(panel["exposure"] > 0).astype(float))
    effects = effects_of(kind, full, None)
    values = values_of(full, np.random.default_rng(1))
    rng = np.random.default_rng(2)
    cells = cells_of(full)
    drawn = np.array([injected(full, values, effects, rng)["lower"].values[cells] for _ in range(400)])
    assert drawn.mean() == pytest.approx(values[cells].mean() * ratio, rel=0.005)
    # of a count that is itself Poisson: given the count, binomial
    assert drawn.var(axis=0).mean() == pytest.approx(values[cells].mean() * ratio * (1 - ratio), rel=0.1)


def test_a_rise_is_the_stated_one() -> None:
    panel = counting(4000, law())
    effects = np.where(cells_of(panel), np.log(1.5), 0.0)
    values = values_of(panel, np.random.default_rng(1))
    found = injected(panel, values, effects, np.random.default_rng(2))
    cells = cells_of(panel)
    assert found["lower"].values[cells].mean() == pytest.approx(1.5 * values[cells].mean(), rel=0.02)


def test_a_year_partly_under_the_law_has_that_part_of_the_log_ratio() -> None:
    panel = law()
    effects = effects_of("-40", panel, None)
    share = panel["exposure"].transpose(*EXPOSURE).values[0]
    np.testing.assert_allclose(effects[0], share * np.log(0.6))
    assert not effects[2].any()  # a negative control is left alone


def test_no_effect_leaves_the_panel_as_it_is() -> None:
    panel = law()
    values, effects = values_of(panel, np.random.default_rng(1)), effects_of("none", panel, None)
    same = injected(panel, values, effects, np.random.default_rng(2))
    xr.testing.assert_identical(same, panel)


def test_what_falls_below_the_limit_is_suppressed_as_the_source_would() -> None:
    panel = law()
    effects = np.where(cells_of(panel), np.log(0.05), 0.0)
    values = values_of(panel, np.random.default_rng(1))
    found = injected(panel, values, effects, np.random.default_rng(2))
    cells = cells_of(panel)
    hidden = found["status"].values == Status.SUPPRESSED
    assert hidden[cells].mean() > 0.9
    assert (found["upper"].values[hidden & cells] == 4).all()
    assert (found["lower"].values[cells & ~hidden] > 4).all()
    for name in ("lower", "upper", "status"):
        np.testing.assert_array_equal(found[name].values[~cells], panel[name].values[~cells])


def test_where_nothing_is_suppressed_nothing_becomes_so() -> None:
    panel = counting(3, law())
    effects = np.where(cells_of(panel), np.log(0.1), 0.0)
    found = injected(panel, values_of(panel, np.random.default_rng(1)), effects, np.random.default_rng(2))
    assert (found["status"] == Status.EXACT).all()


def test_suppressed_counts_are_drawn_inside_their_interval_and_missing_ones_are_not() -> None:
    values = values_of(PANEL, np.random.default_rng(1))
    known = np.isfinite(PANEL["lower"].values)
    np.testing.assert_array_equal(np.isfinite(values), known)
    assert ((values >= PANEL["lower"].values) & (values <= PANEL["upper"].values))[known].all()


def test_truth_is_the_ratio_of_totals_over_the_reported_cells() -> None:
    panel = law()
    cells = cells_of(panel)
    values = values_of(panel, np.random.default_rng(1))
    effects = effects_of("-40", panel, None)
    before = np.maximum(values, 0.5)
    by_hand = np.log((before * np.exp(effects))[cells].sum() / before[cells].sum())
    truth = truth_of_totals(panel, values, effects)
    assert truth["overall"] == pytest.approx(by_hand)
    assert set(truth) == {"overall", "victims", "convicted"}  # no negative control
    assert np.log(0.6) < truth["victims"] < 0 or truth["victims"] == pytest.approx(np.log(0.6))


def test_at_full_exposure_all_truths_of_one_effect_are_that_effect() -> None:
    panel = law()
    effects = effects_of("-20", panel, None)
    values = values_of(panel, np.random.default_rng(1))
    for found in truths_of_peers(panel, values, effects).values():
        assert found["totals"] == pytest.approx(np.log(0.8))
        assert found["at_full"] == pytest.approx(np.log(0.8))
        assert np.log(0.8) - 1e-9 <= found["cells"] < 0


def test_effects_from_the_prior_are_those_of_the_study_s_own_model() -> None:
    drawn = prior_effects(GROUND.study, law(), 300, seed=1)
    assert drawn.shape == (300, 3, 2)
    assert 0.7 < drawn[:, 0].std() < 1.1  # sd 0.75 of the typical unit, and the spread around it
    assert np.corrcoef(drawn[:, 0, 0], drawn[:, 0, 1])[0, 1] > 0.6  # units share most of it
