import json
from dataclasses import replace

import numpy as np
import pytest

from evaluation.checks.book import Evidence
from evaluation.terms import Verdict
from tests.unit.checks.conftest import look, moved

SENSITIVITY = [
    ("suppressed_cells", "suppressed:zero"),
    ("suppressed_cells", "suppressed:dropped"),
    ("definition_breaks", "breaks:off"),
    ("enforcement_date", "date:enforced"),
]


@pytest.mark.parametrize("name", ["suppressed_cells", "definition_breaks", "enforcement_date"])
def test_an_answer_that_stays_passes(name: str, evidence: Evidence) -> None:
    found = look(name, evidence)
    assert found.verdict is Verdict.PASS
    assert "hardly moves" in found.says


@pytest.mark.parametrize(("name", "variant"), SENSITIVITY)
@pytest.mark.parametrize(("sds", "verdict"), [(0.6, Verdict.CONCERN), (-0.6, Verdict.CONCERN), (3.0, Verdict.FAIL)])
def test_an_answer_that_moves_does_not_pass(
    name: str, variant: str, sds: float, verdict: Verdict, evidence: Evidence
) -> None:
    found = look(name, replace(evidence, variants=moved(evidence.variants, variant, 0.05 * sds)))
    assert found.verdict is verdict
    assert found.statistic == pytest.approx(abs(sds), abs=0.15)


@pytest.mark.parametrize(("name", "variant"), SENSITIVITY[1:])
def test_a_refit_that_was_not_made_is_not_known(name: str, variant: str, evidence: Evidence) -> None:
    kept = [each for each in evidence.variants["variant"].values if each.split(":")[0] != variant.split(":")[0]]
    found = look(name, replace(evidence, variants=evidence.variants.sel(variant=kept)))
    assert found.verdict is Verdict.UNKNOWN
    assert variant in found.advice


def test_missing_cells_alone_are_not_known(evidence: Evidence) -> None:
    panel = evidence.panel.copy(deep=True)
    panel["status"] = panel["status"].where(panel["status"] != 2, 1)
    assert look("suppressed_cells", replace(evidence, panel=panel)).verdict is Verdict.UNKNOWN
    panel["status"] = panel["status"] * 0 + 1
    assert look("suppressed_cells", replace(evidence, panel=panel)).verdict is Verdict.PASS


def test_no_registered_break_is_not_known(evidence: Evidence) -> None:
    found = look("definition_breaks", replace(evidence, panel=evidence.panel.isel({"break": []})))
    assert found.verdict is Verdict.UNKNOWN


def with_certainty(evidence: Evidence, certainty: str, *, enforced_later: bool) -> Evidence:
    adoptions = json.loads(evidence.panel.attrs["adoptions"])
    adoptions[3]["certainty"] = certainty
    panel = evidence.panel.assign_attrs(adoptions=json.dumps(adoptions))
    return replace(evidence, panel=panel if enforced_later else panel.assign(exposure_enforced=panel["exposure"]))


@pytest.mark.parametrize(
    ("certainty", "enforced_later", "verdict"),
    [("high", False, Verdict.PASS), ("low", False, Verdict.UNKNOWN), ("low", True, Verdict.UNKNOWN)],
)
def test_dates_that_are_not_confirmed_are_named(
    certainty: str, enforced_later: bool, verdict: Verdict, evidence: Evidence
) -> None:
    found = look("enforcement_date", with_certainty(evidence, certainty, enforced_later=enforced_later))
    assert found.verdict is verdict
    assert ("(Country 3)" in found.says) == (certainty == "low")


@pytest.mark.parametrize(
    ("outcome", "beside", "verdict"),
    [
        ("market", "control", Verdict.PASS),
        ("harm", "control", Verdict.PASS),
        ("detection", "control", Verdict.UNKNOWN),
        ("enforcement", "control", Verdict.UNKNOWN),
        ("detection", "market", Verdict.CONCERN),
    ],
)
def test_detections_cannot_tell_market_from_effort(
    outcome: str, beside: str, verdict: Verdict, evidence: Evidence
) -> None:
    panel = evidence.panel.assign_coords(role=("indicator", [outcome, beside]))
    found = look("detection_effort", replace(evidence, panel=panel))
    assert found.verdict is verdict
    assert ("prevalence times the effort" in found.says) == (verdict is Verdict.UNKNOWN)


def test_few_adopters_concern(evidence: Evidence) -> None:
    assert look("treated_units", evidence).verdict is Verdict.PASS
    panel = evidence.panel.copy(deep=True)
    panel["exposure"][:, 1:] = 0
    found = look("treated_units", replace(evidence, panel=panel))
    assert found.verdict is Verdict.CONCERN
    assert found.says == "1 unit (Country 0) adopted: too few to speak for others."
    panel["exposure"][:] = 0
    assert look("treated_units", replace(evidence, panel=panel)).verdict is Verdict.UNKNOWN


def test_shift_is_measured_on_the_log_scale(evidence: Evidence) -> None:
    variants = evidence.variants.copy(deep=True)
    rng = np.random.default_rng(8)
    variants["percent"].loc[{"variant": "main", "quantity": "overall"}] = 100 * np.expm1(rng.normal(0, 0.5, size=1000))
    variants["percent"].loc[{"variant": "breaks:off", "quantity": "overall"}] = 100.0
    found = look("definition_breaks", replace(evidence, variants=variants))
    assert found.statistic == pytest.approx(np.log(2) / 0.5, abs=0.15)


@pytest.mark.parametrize(
    ("main", "other", "half_width", "says"),
    [
        (201.0, 143.0, 90.0, "from +200 % to +140 %"),  # two significant digits from 100 on
        (-20.0, -21.26, 2.0, "from -20.0 % to -21.3 %"),  # a narrow interval carries a decimal
        (-20.0, 0.2, 30.0, "from -20 % to 0 %"),  # none has no sign
    ],
)
def test_a_shift_is_told_as_finely_as_the_report_tells_it(
    main: float, other: float, half_width: float, says: str, evidence: Evidence
) -> None:
    variants = evidence.variants.copy(deep=True)
    spread = np.linspace(-half_width, half_width, variants.sizes["sample"])
    for name, middle in (("main", main), ("breaks:off", other)):
        variants["percent"].loc[{"variant": name, "quantity": "overall"}] = middle + spread
    assert says in look("definition_breaks", replace(evidence, variants=variants)).says
