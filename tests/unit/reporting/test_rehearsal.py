"""The section on what the design could find."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import xarray as xr

from evaluation.reporting.evidence import Evidence
from evaluation.reporting.sections.rehearsal import rehearsal
from evaluation.terms import Finding, Verdict
from tests.unit.reporting.conftest import CONTROL, OUTCOMES


@pytest.fixture
def made() -> xr.Dataset:
    rng = np.random.default_rng(1)
    quantity = ["overall", *OUTCOMES, CONTROL, "drift_sd: prosecuted"]
    scenario = ["prior"] * 40 + ["none"] * 10 + ["matters"] * 10
    return xr.Dataset(
        {
            "pit": (("simulation", "quantity"), rng.random((60, len(quantity)))),
            "scenario": ("simulation", scenario),
            "state": ("simulation", ["failed", *["sampled"] * 59]),
            "more_periods": ("design", [0, 5]),
            "times_adopters": ("design", [1, 1]),
            "expected_width": ("design", [61.0, 44.0]),
            "expected_assurance": ("design", [0.31, 0.52]),
        },
        coords={"quantity": quantity, "design": ["as planned", "5 years more"]},
        attrs={"inflation": 1.1},
    )


DETAILS = {
    "change_none": 0.0, "simulations_none": 40.0, "assurance_none": 0.05, "width_none": 80.0,
    "wrong_sign_none": np.nan, "exaggeration_none": np.nan,
    "change_matters": -20.0, "simulations_matters": 40.0, "assurance_matters": 0.3, "width_matters": 61.0,
    "wrong_sign_matters": 0.08, "exaggeration_matters": 2.04,
}  # fmt: skip
SEEN = Finding(
    check="assurance", family="design", assumption="adopters_typical", verdict=Verdict.CONCERN, says="Too seldom.",
    statistic=0.3, limit=0.8, details=DETAILS,
)  # fmt: skip


def rehearsed(make: SimpleNamespace, made: xr.Dataset) -> Evidence:
    evidence = make.evidence()
    registers = {**evidence.registers, "simulations": made}
    return replace(evidence, registers=registers, findings=(*evidence.findings, SEEN))


def test_what_was_true_stands_beside_how_often_it_was_shown(make: SimpleNamespace, made: xr.Dataset) -> None:
    shown = rehearsal(rehearsed(make, made)).tables[0]
    rows = [[cell.words for cell in row.cells] for group in shown.groups for row in group.rows]
    assert rows == [
        ["No effect at all", "0\u202f%", "40", "5\u202f%", "–", "–", "80"],
        ["The smallest change that matters", "−20\u202f%", "40", "30\u202f%", "8\u202f%", "2 times", "61"],
    ]


def test_pictures_say_what_they_show_and_carry_their_numbers(make: SimpleNamespace, made: xr.Dataset) -> None:
    designs, ranks = rehearsal(rehearsed(make, made)).figures
    assert "as planned: 31\u202f%; 5 years more: 52\u202f%" in designs.panels[0].says
    assert designs.rows == (("as planned", 0, 1, 61.0, 0.31), ("5 years more", 5, 1, 44.0, 0.52))
    assert [panel.folded for panel in ranks.panels] == [False, True, True, True, True]
    assert "40 simulations by the rank" in ranks.panels[0].says
    assert len(ranks.rows) == 5 * 40


def test_it_says_how_many_were_made_and_failed_and_what_was_taken_as_usual(
    make: SimpleNamespace, made: xr.Dataset
) -> None:
    evidence = rehearsed(make, made)
    plan = replace(
        evidence.study.checks, rehearsal=replace(evidence.study.checks.rehearsal, usual_counts={CONTROL: 15})
    )
    evidence = replace(evidence, study=replace(evidence.study, checks=plan))
    said = rehearsal(evidence).text[0]
    assert "60 data sets" in said
    assert "1 fit failed." in said
    assert "a country reports a year" in said


def test_a_study_that_was_not_rehearsed_says_so(make: SimpleNamespace) -> None:
    assert "not rehearsed" in rehearsal(make.evidence()).text[0]
    assert "not rehearsed" in rehearsal(rehearsed(make, xr.Dataset())).text[0]
