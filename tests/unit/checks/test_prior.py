from dataclasses import replace

import numpy as np
import xarray as xr

from evaluation.checks.book import Evidence
from evaluation.terms import Verdict
from tests.unit.checks.conftest import SHAPE, counts_group, look, moved, with_group


def priors(evidence: Evidence, rates: float | np.ndarray, rng: np.random.Generator) -> Evidence:
    group = counts_group(rng, evidence.panel, np.broadcast_to(rates, SHAPE))
    return with_group(evidence, "prior_predictive", group)


def test_conceivable_priors_pass(evidence: Evidence) -> None:
    found = look("prior_predictive", evidence)
    assert found.verdict is Verdict.PASS
    assert found.statistic < 0.05


def test_priors_that_count_more_persons_than_there_are_concern(evidence: Evidence) -> None:
    group = evidence.fit["prior_predictive"].to_dataset().copy(deep=True)
    group["exact"][:, :10] = 2_000_000
    found = look("prior_predictive", with_group(evidence, "prior_predictive", group))
    assert found.verdict is Verdict.CONCERN
    assert "number of persons" in found.says
    assert 0.01 < found.details["impossible"] < 0.05


def test_absurdly_wide_priors_concern(evidence: Evidence, rng: np.random.Generator) -> None:
    group = evidence.fit["prior_predictive"].to_dataset().copy(deep=True)
    group["exact"][:, ::3] = 0
    group["exact"][:, 1::3] = 20_000
    found = look("prior_predictive", with_group(evidence, "prior_predictive", group))
    assert found.verdict is Verdict.CONCERN
    assert "hundred times" in found.says


def test_priors_that_rule_out_what_was_counted_fail(evidence: Evidence, rng: np.random.Generator) -> None:
    assert look("prior_predictive", priors(evidence, 3.0, rng)).verdict is Verdict.FAIL


def test_no_prior_draws_are_not_known(evidence: Evidence) -> None:
    assert look("prior_predictive", with_group(evidence, "prior_predictive", None)).verdict is Verdict.UNKNOWN


def test_named_priors_that_agree_pass(evidence: Evidence) -> None:
    found = look("prior_sensitivity", evidence)
    assert found.verdict is Verdict.PASS
    assert set(found.details) == {"prior:claimed", "prior:sceptical", "prior:wide"}


def test_a_prior_that_moves_the_answer_concerns(evidence: Evidence) -> None:
    variants = moved(evidence.variants, "prior:claimed", -0.05)  # one posterior sd, still sure of a fall
    found = look("prior_sensitivity", replace(evidence, variants=variants))
    assert found.verdict is Verdict.CONCERN
    assert 0.8 < found.statistic < 1.2


def test_a_prior_that_takes_away_the_decision_concerns(evidence: Evidence) -> None:
    variants = moved(evidence.variants, "prior:sceptical", 0.17)
    found = look("prior_sensitivity", replace(evidence, variants=variants), prior_shift=100.0)
    assert found.verdict is Verdict.CONCERN
    assert "one of the named priors is sure" in found.says


def test_priors_sure_of_opposite_directions_fail(evidence: Evidence) -> None:
    variants = moved(evidence.variants, "prior:sceptical", 0.5)
    found = look("prior_sensitivity", replace(evidence, variants=variants))
    assert found.verdict is Verdict.FAIL
    assert "opposite" in found.says


def test_one_named_prior_alone_is_not_known(evidence: Evidence) -> None:
    few = evidence.variants.sel(variant=["main", "prior:wide"])
    assert look("prior_sensitivity", replace(evidence, variants=few)).verdict is Verdict.UNKNOWN


def test_no_refits_are_not_known(evidence: Evidence) -> None:
    assert look("prior_sensitivity", replace(evidence, variants=xr.Dataset())).verdict is Verdict.UNKNOWN
