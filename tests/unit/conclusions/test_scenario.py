"""What if these units adopted: counts lately times the change of the next unit; every refusal with its reason."""

import numpy as np
import pytest
import xarray as xr

from evaluation.conclusions.scenario import scenario
from evaluation.terms import EvidenceError, Strength, StudyError
from tests.unit.conclusions.conftest import make_study
from tests.unit.conclusions.deciding import claims, effect

CELL = ("indicator", "unit", "time")
SURE = {"mean": -0.4, "sd": 1e-6, "unit_sd": 1e-6}


def panel() -> xr.Dataset:
    """Norway has the law; Denmark counts 100 a year, Finland 1,000, Malta 2, Spain nothing lately."""
    counts = np.array([50.0, 100.0, 1000.0, 2.0, np.nan])
    counts = np.broadcast_to(counts[None, :, None], (1, 5, 4)).copy()
    exposure = np.zeros((1, 5, 4))
    exposure[0, 0, 2:] = 1.0
    return xr.Dataset(
        {"lower": (CELL, counts), "upper": (CELL, counts), "exposure": (("intervention", "unit", "time"), exposure)},
        coords={
            "indicator": ["victims"], "unit": ["NOR", "DNK", "FIN", "MLT", "ESP"], "time": ["1", "2", "3", "4"],
            "intervention": ["buyer_law"], "asked": ("intervention", [True]),
            "unit_name": ("unit", ["Norway", "Denmark", "Finland", "Malta", "Spain"]),
        },
    )  # fmt: skip


def asked(*units: str, drawn: dict | None = None, said=None, **changes):
    return scenario(make_study(), effect(**(drawn or SURE)), said or claims(), panel(), units, **changes)


def test_the_change_is_that_of_the_next_unit_and_acts_on_recent_counts():
    """exp(-0.4) is 33 % less; of 100 a year over two years about 66."""
    (one,) = asked("DNK", years=2).outcomes
    assert one.change.estimate == pytest.approx(100 * np.expm1(-0.4), abs=0.01)
    assert one.units[0].recent == 100.0
    assert one.units[0].difference.estimate == pytest.approx(-2 * 100 * -np.expm1(-0.4), rel=0.02)
    width = one.units[0].difference.upper - one.units[0].difference.lower
    assert width == pytest.approx(2 * 0.33 * 2 * 1.96 * np.sqrt(100 / 3), rel=0.1), "three years of Poisson counts"


def test_half_the_intensity_is_half_the_log_ratio():
    (one,) = asked("DNK", intensity=0.5).outcomes
    assert one.change.estimate == pytest.approx(100 * np.expm1(-0.2), abs=0.01)


def test_units_add_up_to_the_total():
    (one,) = asked("DNK", "FIN").outcomes
    assert one.total.estimate == pytest.approx(sum(unit.difference.estimate for unit in one.units), rel=0.02)
    assert one.total.estimate == pytest.approx(-1100 * 0.3297, rel=0.02)


def test_a_small_count_is_printed_neither_alone_nor_within_a_total():
    (one,) = asked("DNK", "MLT").outcomes
    assert one.units[1].hidden
    assert one.units[1].recent is None
    assert one.units[1].difference is None
    assert one.total is None
    assert one.units[0].difference is not None


def test_a_unit_without_figures_has_a_change_and_no_count():
    (one,) = asked("ESP").outcomes
    assert one.units[0].recent is None
    assert not one.units[0].hidden
    assert one.total is None
    assert one.change.estimate < 0


def test_the_sentence_names_the_units_the_change_and_its_interval():
    (says,) = asked("DNK", "FIN", drawn={"mean": -0.4, "sd": 0.1, "unit_sd": 0.1}, intensity=0.5).says
    assert says.startswith("Were Denmark and Finland to adopt the buyer law at 50 % of a full measure, the number of")
    assert "% lower there (95 % interval" in says


def test_all_that_is_wrong_comes_at_once():
    with pytest.raises(StudyError) as caught:
        asked("NOR", "DNM", "DNK", "DNK", intensity=0.0, years=0)
    said = [str(problem) for problem in caught.value.problems]
    assert said == [
        "units: 'NOR' has buyer_law already; name units that do not",
        "units: no unit of the study is called 'DNM'; did you mean 'DNK'?",
        "units: 'DNK' is named twice; name it once",
        "--intensity: intensity is 0; give a share above 0 and up to 1",
        "--years: years is 0; give 1 or more",
    ]


def test_a_withheld_claim_refuses_it():
    with pytest.raises(EvidenceError, match="the claim is withheld: Failed: the chains disagree"):
        asked("DNK", said=claims(Strength.WITHHELD, "Failed: the chains disagree."))


def test_a_model_without_a_next_unit_refuses_it():
    drawn = effect(**SURE)
    del drawn["next_unit"]
    with pytest.raises(EvidenceError, match="says nothing of a further country"):
        scenario(make_study(), drawn, claims(), panel(), ["DNK"])
