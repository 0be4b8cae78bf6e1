from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from evaluation.checks.book import Evidence, cards
from evaluation.checks.equivalence import LIMITS, Equivalence, equivalence, judge, region
from evaluation.terms import Verdict
from tests.unit.checks.conftest import look, moved


def leads(evidence: Evidence, middle: float, sd: float) -> Evidence:
    draws = np.random.default_rng(11).normal(middle, sd, size=(2, 2, 1000))
    variants = evidence.variants.copy(deep=True)
    variants["lead_percent"].loc[{"variant": "leads"}] = 100 * np.expm1(draws)
    return replace(evidence, variants=variants)


def test_region_is_as_wide_in_doublings_as_in_halvings() -> None:
    assert region(-50.0) == pytest.approx(region(100.0)) == pytest.approx(np.log(2))


@pytest.mark.parametrize(
    ("inside", "could", "none", "verdict"),
    [
        (0.95, 0.99, 0.5, Verdict.PASS),
        (0.95, 0.99, 0.001, Verdict.PASS),  # surely there, surely too small to matter
        (0.20, 0.99, 0.001, Verdict.FAIL),
        (0.20, 0.30, 0.001, Verdict.FAIL),
        (0.70, 0.99, 0.03, Verdict.CONCERN),
        (0.80, 0.95, 0.30, Verdict.CONCERN),  # could have passed, did not
        (0.30, 0.35, 0.50, Verdict.UNKNOWN),  # could never have passed
    ],
)
def test_verdicts(inside: float, could: float, none: float, verdict: Verdict) -> None:
    assert judge(Equivalence(inside, could, none), LIMITS) is verdict


def test_equivalence_by_hand() -> None:
    draws = np.array([-0.3, -0.1, 0.1, 0.3])[:, None]
    seen = equivalence(draws, 0.2)
    assert (seen.inside, seen.could_be_inside, seen.none) == (0.5, 0.5, 1.0)
    shifted = equivalence(draws + 1, 0.2)
    assert (shifted.inside, shifted.could_be_inside, shifted.none) == (0.0, 0.5, 0.0)


def test_no_effect_before_the_law_passes(evidence: Evidence) -> None:
    assert look("leads", evidence).verdict is Verdict.PASS


def test_an_effect_before_the_law_fails(evidence: Evidence) -> None:
    found = look("leads", leads(evidence, 0.4, 0.05))
    assert found.verdict is Verdict.FAIL
    assert "moved differently before" in found.says


def test_wide_leads_cannot_tell_and_say_what_they_could_have_shown(evidence: Evidence) -> None:
    found = look("leads", leads(evidence, 0.0, 0.5))
    assert found.verdict is Verdict.UNKNOWN
    assert found.says.startswith("Too little data before the laws to tell")
    assert f"{100 * found.details['could_be_inside']:.0f} %" in found.says


def test_leads_that_only_repeat_their_prior_do_not_pass(evidence: Evidence) -> None:
    for sd in (0.05, None):
        attrs = {} if sd is None else {"lead_prior_sd": sd}
        found = look(
            "leads", replace(evidence, variants=evidence.variants.assign_attrs(attrs) if sd else drop(evidence))
        )
        assert found.verdict is Verdict.UNKNOWN
        assert "proves nothing" in found.says


def drop(evidence: Evidence) -> xr.Dataset:
    bare = evidence.variants.copy()
    bare.attrs = {}
    return bare


@pytest.mark.parametrize(("percent", "verdict"), [(0.0, Verdict.PASS), (-3.0, Verdict.CONCERN), (-15.0, Verdict.FAIL)])
def test_a_law_that_casts_its_shadow_before_it_shows_when_the_last_period_is_dropped(
    evidence: Evidence, percent: float, verdict: Verdict
) -> None:
    main = evidence.variants.sel(variant=["main"])
    dropped = main.assign(percent=main["percent"] + percent).assign_coords(variant=["last_before:dropped"])
    found = look("anticipation", replace(evidence, variants=xr.concat([evidence.variants, dropped], dim="variant")))
    assert found.verdict is verdict
    assert ("announced" in found.advice) == (verdict is not Verdict.PASS)
    assert look("anticipation", evidence).verdict is Verdict.UNKNOWN


def test_leads_of_the_negative_control_are_not_asked(evidence: Evidence) -> None:
    variants = evidence.variants.copy(deep=True)
    variants["lead_percent"].loc[{"variant": "leads", "indicator": "control"}] = 90.0
    assert look("leads", replace(evidence, variants=variants)).verdict is Verdict.PASS


def test_a_refit_that_did_not_converge_is_not_believed(evidence: Evidence) -> None:
    variants = evidence.variants.copy(deep=True)
    variants["rhat_max"].loc[{"variant": "leads"}] = 1.4
    found = look("leads", replace(evidence, variants=variants))
    assert found.verdict is Verdict.UNKNOWN
    assert "did not converge" in found.says


def test_no_leads_are_not_known(evidence: Evidence) -> None:
    without = evidence.variants.sel(variant=[name for name in evidence.variants["variant"].values if name != "leads"])
    assert look("leads", replace(evidence, variants=without)).verdict is Verdict.UNKNOWN


def test_a_control_that_stays_passes_under_its_own_name(evidence: Evidence) -> None:
    found = look("negative_control", evidence)
    assert (found.check, found.verdict) == ("negative_control:control", Verdict.PASS)
    assert found.details["lower"] < 0 < found.details["upper"]


def test_a_control_that_moves_fails(evidence: Evidence) -> None:
    found = look("negative_control", replace(evidence, variants=moved(evidence.variants, "main", -0.5, "control")))
    assert found.verdict is Verdict.FAIL
    assert "moved, as it should not" in found.says


def test_a_wide_control_cannot_tell(evidence: Evidence) -> None:
    variants = evidence.variants.copy(deep=True)
    wide = np.random.default_rng(12).normal(0, 0.6, size=variants.sizes["sample"])
    variants["percent"].loc[{"variant": "main", "quantity": "control"}] = 100 * np.expm1(wide)
    found = look("negative_control", replace(evidence, variants=variants))
    assert found.verdict is Verdict.UNKNOWN
    assert "cannot tell" in found.says


def test_one_control_without_draws_leaves_the_other_its_say(evidence: Evidence) -> None:
    question = replace(evidence.study.question, controls=("control", "absent"))
    both = replace(evidence, study=replace(evidence.study, question=question))
    card = next(card for card in cards() if card.name == "negative_control")
    verdicts = {found.check: found.verdict for found in card.run(both)}
    assert verdicts == {"negative_control:control": Verdict.PASS, "negative_control:absent": Verdict.UNKNOWN}


def test_no_control_is_not_known(evidence: Evidence) -> None:
    bare = replace(evidence, study=replace(evidence.study, question=replace(evidence.study.question, controls=())))
    assert look("negative_control", bare).verdict is Verdict.UNKNOWN


def test_a_control_is_called_by_its_label_and_told_as_finely_as_the_report_tells_it(evidence: Evidence) -> None:
    variants = evidence.variants.copy(deep=True)
    draws = np.linspace(-51.0, 247.0, variants.sizes["sample"])  # 95 % of it: -43.6 to +239.6
    variants["percent"].loc[{"variant": "main", "quantity": "control"}] = draws
    found = look("negative_control", replace(evidence, variants=variants))
    assert "the negative control (Burglaries) moved: +98 % (95 %: -44 % to +240 %)" in found.says


def test_a_control_without_draws_is_called_by_its_label(evidence: Evidence) -> None:
    variants = evidence.variants.copy(deep=True)
    variants["percent"].loc[{"variant": "main", "quantity": "control"}] = np.nan
    assert "no draws of Burglaries" in look("negative_control", replace(evidence, variants=variants)).says
