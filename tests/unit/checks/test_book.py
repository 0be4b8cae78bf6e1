from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

import evaluation.checks as checks
from evaluation.checks.book import Evidence, NoEvidenceError, Seen, cards, check
from evaluation.terms import ChecksPlan, StudyError, Verdict
from evaluation.terms.assumptions import ASSUMPTIONS


def run(evidence: Evidence, plan: ChecksPlan) -> tuple[checks.Finding, ...]:
    study = replace(evidence.study, checks=plan)
    return checks.check(study, evidence.panel, evidence.fit, evidence.variants)


def test_findings_come_in_the_order_of_the_book(evidence: Evidence) -> None:
    found = run(evidence, ChecksPlan(run=("treated_units", "divergences", "leads")))
    assert [finding.check for finding in found] == ["divergences", "leads", "treated_units"]


def test_empty_run_means_every_check_of_the_stage(evidence: Evidence) -> None:
    donors = {"hull", "one_donor"}  # nothing where the model mixes no donors
    names = {card.name for card in cards("check")} - {"ess_estimands"} - donors
    found = run(evidence, ChecksPlan(run=tuple(names)))
    # of a model that has no market and no effort behind its counts there is nothing to tell apart
    assert {finding.check.split(":")[0] for finding in found} == names - {"market_told_from_effort"}
    assert not {card.name for card in cards("rehearse")} & names


def test_every_unknown_name_is_refused_with_the_nearest(evidence: Evidence) -> None:
    with pytest.raises(StudyError) as error:
        run(evidence, ChecksPlan(run=("leeds", "rhat"), limits={"ess_fial": 1.0}))
    assert [problem.where for problem in error.value.problems] == ["checks.run", "checks.limits"]
    assert "did you mean 'leads'?" in str(error.value)
    assert "did you mean 'ess_fail'?" in str(error.value)


def test_a_limit_of_the_study_replaces_the_default(evidence: Evidence) -> None:
    (found,) = run(evidence, ChecksPlan(run=("treated_units",), limits={"treated_units": 11.0}))
    assert (found.verdict, found.limit) == (Verdict.CONCERN, 11.0)


def test_limits_of_one_name_have_one_default() -> None:
    seen: dict[str, float] = {}
    for card in cards():
        for name, value in card.limits.items():
            assert seen.setdefault(name, value) == value, f"{name} has two defaults"


def test_every_check_probes_an_assumption_and_says_what_it_does() -> None:
    for card in cards():
        assert card.probes in ASSUMPTIONS
        assert card.look.__doc__, card.name


def test_absent_evidence_is_unknown_and_every_other_error_is_raised(evidence: Evidence) -> None:
    empty = replace(evidence, fit=xr.DataTree(), variants=xr.Dataset())
    needs_nothing = {"detection_effort", "treated_units"}
    for card in cards("check"):
        if card.name not in needs_nothing | {"ess_estimands"}:
            for found in card.run(empty):
                assert found.verdict is Verdict.UNKNOWN, card.name
                assert found.says.endswith(".")

    def breaks(_: Evidence, __: object) -> Seen:
        raise KeyError("a mistake of ours")

    card = replace(cards()[0], look=breaks)
    with pytest.raises(KeyError):
        card.run(evidence)


def test_the_book_refuses_what_nobody_could_look_up() -> None:
    with pytest.raises(ValueError, match="two checks"):
        check("rhat", family="sampling", probes="converged")
    with pytest.raises(ValueError, match="did you mean 'converged'"):
        check("new", family="sampling", probes="convergd")
    with pytest.raises(ValueError, match="stage"):
        check("new", family="sampling", probes="converged", stage="later")


def test_numbers_that_are_none_are_not_written(evidence: Evidence) -> None:
    def nothing(_: Evidence, __: object) -> Seen:
        return Seen(verdict=Verdict.UNKNOWN, says="?", statistic=np.nan, details={"a": np.inf, "b": 1.0})

    (found,) = replace(cards()[0], look=nothing).run(evidence)
    assert found.statistic is None
    assert found.details == {"b": 1.0}


def test_no_evidence_carries_its_advice() -> None:
    assert NoEvidenceError("why", "what to do").advice == "what to do"
