import sys
import types
from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

import evaluation.checks as checks
from evaluation.terms import ChecksPlan, DataError, Finding, Study, Verdict
from tests.unit.checks.conftest import SHAPE, counts_group


@pytest.fixture
def design(panel: xr.Dataset) -> xr.Dataset:
    return panel.drop_vars(["lower", "upper"])


@pytest.fixture(autouse=True)
def from_the_priors(monkeypatch: pytest.MonkeyPatch, rng: np.random.Generator) -> dict[str, float]:
    """What inference draws from the priors: counts around one rate, that the test may change."""
    rate = {"rate": 30.0}

    def prior_predictive(study: Study, design: xr.Dataset) -> xr.DataTree:
        group = counts_group(rng, design, np.full(SHAPE, rate["rate"]))
        return xr.DataTree.from_dict({"prior_predictive": group})

    module = types.ModuleType("evaluation.inference.fit")
    module.prior_predictive = prior_predictive  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "evaluation.inference.fit", module)
    return rate


def found(study: Study, design: xr.Dataset) -> dict[str, Finding]:
    return {finding.check: finding for finding in checks.rehearse(study, design)}


def test_a_design_that_can_carry_an_answer_passes(study: Study, design: xr.Dataset) -> None:
    verdicts = {name: finding.verdict for name, finding in found(study, design).items()}
    not_asked = {"calibration", "calibration_scales", "coverage", "assurance"}  # no data set was simulated
    assert set(verdicts) == {"design_contrast", "design_gaps", "design_prior"} | not_asked
    assert {verdicts.pop(name) for name in not_asked} == {Verdict.UNKNOWN}
    assert set(verdicts.values()) == {Verdict.PASS}


def test_cells_before_and_after_are_counted_by_hand(study: Study, design: xr.Dataset) -> None:
    # ten adopters start at positions 4, 5, 6, 7, 4, 5, 6, 7, 4, 5 of twelve: 53 cells before, 67 after, one missing
    details = found(study, design)["design_contrast"].details
    assert details == {"treated": 10, "other": 2, "before": 52, "after": 67}


def test_counts_are_refused(study: Study, panel: xr.Dataset) -> None:
    with pytest.raises(DataError) as error:
        checks.rehearse(study, panel)
    assert len(error.value.problems) == 2


def test_one_adopter_concerns_and_none_before_fails(study: Study, design: xr.Dataset) -> None:
    one = design.copy(deep=True)
    one["exposure"][:, 1:] = 0
    assert found(study, one)["design_contrast"].verdict is Verdict.CONCERN
    one["exposure"][:, 0] = 1
    assert found(study, one)["design_contrast"].verdict is Verdict.FAIL
    one["exposure"][:] = 0
    assert found(study, one)["design_contrast"].verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(("status", "verdict"), [(2, Verdict.CONCERN), (0, Verdict.CONCERN)])
def test_gaps_concern(status: int, verdict: Verdict, study: Study, design: xr.Dataset) -> None:
    holes = design.copy(deep=True)
    holes["status"][:, :8] = status
    assert found(study, holes)["design_gaps"].verdict is verdict
    holes["status"][:] = 0
    assert (
        found(replace(study, checks=ChecksPlan(run=("design_gaps",))), holes)["design_gaps"].verdict is Verdict.UNKNOWN
    )


def test_priors_beyond_the_possible_concern(
    study: Study, design: xr.Dataset, from_the_priors: dict[str, float]
) -> None:
    from_the_priors["rate"] = 5e6
    assert found(study, design)["design_prior"].verdict is Verdict.CONCERN
