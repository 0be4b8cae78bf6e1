import json
from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from evaluation.checks.book import Evidence, cards
from evaluation.terms import ChecksPlan, Verdict
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


@pytest.fixture
def revised(evidence: Evidence) -> Evidence:
    """The same evidence with an earlier edition that said the same, and a refit on it that gave the same answer."""
    panel = evidence.panel
    panel = panel.assign({f"earlier_{name}": panel[name].copy() for name in ("lower", "upper", "status")})
    again = evidence.variants.sel(variant=["main"]).assign_coords(variant=["vintage:earlier"])
    variants = xr.concat([evidence.variants, again], dim="variant")
    return replace(evidence, panel=panel.assign_attrs(earlier='{"before": "2023-05-30"}'), variants=variants)


def with_revisions(evidence: Evidence) -> Evidence:
    """Revised since: a third more, half as much; hidden then; first reported later; withdrawn; questioned then."""
    panel = evidence.panel.copy(deep=True)
    cells = {  # unit, in 2010: now (lower, upper, status), then
        1: ((40, 40, 1), (30, 30, 1)),
        2: ((30, 30, 1), (60, 60, 1)),
        3: ((7, 7, 1), (0, 4, 2)),
        4: ((20, 20, 1), (np.nan, np.nan, 0)),
        10: ((np.nan, np.nan, 0), (9, 9, 1)),
        11: ((15, 15, 1), (np.nan, np.nan, 3)),
    }
    for unit, editions in cells.items():
        for before, values in zip(("", "earlier_"), editions, strict=True):
            for name, value in zip(("lower", "upper", "status"), values, strict=True):
                panel[f"{before}{name}"][0, unit, 0] = value
    return replace(evidence, panel=panel)


def test_editions_that_agree_are_no_doubt(revised: Evidence) -> None:
    found = look("vintage", revised)
    assert (found.verdict, found.statistic) == (Verdict.PASS, 0.0)
    reported = int((revised.panel["status"] > 0).sum())
    assert found.says == f"Of {reported} figures in the edition of 2023-05-30, none was revised since."


def test_revisions_that_do_not_move_the_answer_pass_and_are_counted(revised: Evidence) -> None:
    found = look("vintage", with_revisions(revised))
    assert found.verdict is Verdict.PASS
    assert "5 were revised since (3 in adopting units), up or down by 67 % at the median" in found.says
    assert "hardly moves when they are read as published then" in found.says
    assert {name: value for name, value in found.details.items() if "percent" not in name and ":" not in name} == {
        "earlier_figures": int((revised.panel["status"] > 0).sum()) - 1,
        "revised": 5,
        "revised_in_adopters": 3,
        "revised_in_outcomes": 5,
        "withdrawn": 1,
        "restored": 1,
        "first_reported_later": 1,
    }


@pytest.mark.parametrize(("sds", "verdict"), [(0.6, Verdict.CONCERN), (-0.6, Verdict.CONCERN), (3.0, Verdict.FAIL)])
def test_revisions_that_move_the_answer_do_not_pass(sds: float, verdict: Verdict, revised: Evidence) -> None:
    broken = with_revisions(revised)
    found = look("vintage", replace(broken, variants=moved(broken.variants, "vintage:earlier", 0.05 * sds)))
    assert found.verdict is verdict
    assert found.statistic == pytest.approx(abs(sds), abs=0.15)
    assert found.advice


def test_a_revised_edition_nobody_fitted_is_not_known(revised: Evidence, evidence: Evidence) -> None:
    found = look("vintage", replace(with_revisions(revised), variants=evidence.variants))
    assert found.verdict is Verdict.UNKNOWN
    assert "vintage:earlier" in found.advice


def test_without_another_edition_nothing_is_said_unless_asked_by_name(evidence: Evidence) -> None:
    (card,) = (card for card in cards() if card.name == "vintage")
    assert card.run(evidence) == ()
    asked = replace(evidence.study, checks=ChecksPlan(run=("vintage",)))
    (found,) = card.run(replace(evidence, study=asked))
    assert (found.verdict, found.says) == (Verdict.UNKNOWN, "No earlier edition is at hand.")


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
