"""What next steps are worth: what the rehearsal knows, what the plan states, and what nobody knows."""

import numpy as np
import pytest

from evaluation.conclusions.decisions import decide
from evaluation.conclusions.steps import NotKnownError, spread_share, width_of
from evaluation.terms import Decision
from tests.unit.conclusions.deciding import COSTS, INDICATORS, claims, effect, rehearsed, step, study

UNSURE = {"mean": -0.25, "sd": 0.2, "unit_sd": 0.05}
WORTH = {"worth": 2.8, "worth_by": "a funder"}  # near the break-even of these draws


def decided(*steps, simulations=None, **changes) -> Decision:
    made = decide(
        study(next_steps=steps, **changes), effect(**UNSURE), claims(), simulations, COSTS, INDICATORS
    )  # fmt: skip
    assert made is not None
    return made


def test_a_width_in_points_is_turned_back_into_a_spread():
    """Around a fall of 20 %: 80 x 2 sinh(1.96 s). Half the spread is not quite half the width."""
    own, other = (80 * 2 * np.sinh(1.959964 * spread) for spread in (0.3, 0.15))
    made = rehearsed(planned=float(own), longer_5=float(other))
    assert spread_share(study(), step("longer:5"), made) == pytest.approx(0.5, abs=1e-4)


def test_a_rehearsed_design_narrows_as_much_as_its_fits_did():
    """sd 0.2 of the average and 0.05 between cities; half of the first leaves sqrt(0.1^2 + 0.05^2) of 0.206."""
    own, other = (80 * 2 * np.sinh(1.959964 * spread) for spread in (0.3, 0.15))
    made = decided(step("longer:5"), simulations=rehearsed(planned=float(own), longer_5=float(other)))
    (one,) = made.steps
    assert one.unknown == ""
    assert "50 % as wide" in one.basis
    assert one.width / made.width == pytest.approx(np.hypot(0.1, 0.05) / np.hypot(0.2, 0.05), abs=0.04)
    assert one.wrong_side < made.wrong_side


def test_more_is_worth_more_and_never_more_than_knowing():
    made = decided(
        step("longer:5"), step("more_adopters:4"),
        simulations=rehearsed(planned=60.0, longer_5=55.0, more_adopters_4=25.0), **WORTH,
    )  # fmt: skip
    first, second = made.steps
    assert (first.design, second.design) == ("more_adopters:4", "longer:5")
    assert (first.rank, second.rank) == (1, 2)
    adopters = next(part for part in made.parts if part.name == "adopters")
    assert 0 < second.value < first.value <= adopters.value <= made.parts[0].value


def test_a_design_that_narrows_nothing_is_worth_nothing():
    made = decided(step("longer:5"), simulations=rehearsed(planned=60.0, longer_5=60.5), **WORTH)
    assert made.steps[0].value == 0.0
    assert made.steps[0].width == made.width
    assert made.steps[0].wrong_side == made.wrong_side


@pytest.mark.parametrize(
    ("one", "says"),
    [
        (step("survey:3"), "nobody has stated with which error it would measure"),
        (step("market_indicator"), "nobody has stated with which error it would measure"),
        (step("longer:7"), "'longer:7' is not among the designs that were rehearsed"),
        (step("more_adopters:3"), "'more_adopters:3' is not among the designs that were rehearsed"),
    ],
)
def test_what_is_not_known_is_said_not_to_be(one, says):
    made = decided(one, step("longer:5"), simulations=rehearsed(planned=60.0, longer_5=40.0), **WORTH)
    known, unknown = made.steps
    assert known.rank == 1
    assert unknown.rank is None
    assert unknown.value is None
    assert unknown.unknown == says
    assert any(says in sentence for sentence in made.says)


def test_without_a_rehearsal_no_design_is_known():
    for simulations in (None, rehearsed(planned=60.0).drop_vars("expected_width")):
        with pytest.raises(NotKnownError, match="was rehearsed"):
            spread_share(study(), step("longer:5"), simulations)
    with pytest.raises(NotKnownError, match="gave no number"):
        spread_share(study(), step("longer:5"), rehearsed(planned=60.0, longer_5=float("nan")))


def test_a_survey_of_counts_leaves_the_change_as_unsure_as_it_was():
    made = decided(step("survey:3", informs="counts", error=0.1), **WORTH)
    counts = next(part for part in made.parts if part.name == "counts")
    assert 0 < made.steps[0].value <= counts.value
    assert made.steps[0].width == made.width
    assert made.steps[0].wrong_side == made.wrong_side


def test_steps_are_ranked_by_worth_less_cost():
    dear = step("survey:3", name="dear", error=0.01, lower=1e6, upper=2e6)
    cheap = step("survey:3", name="cheap", error=0.1, lower=1.0, upper=2.0)
    made = decided(dear, cheap, **WORTH)
    assert [one.name for one in made.steps] == ["cheap", "dear"]
    assert made.steps[1].value >= made.steps[0].value
    assert made.steps[1].net == pytest.approx(made.steps[1].value - 1.5e6)
    assert "The next step to fund is the step survey:3" in " ".join(made.says)


def test_without_a_worth_steps_are_ranked_by_the_wrong_side():
    made = decided(step("survey:3", name="rough", error=1.0), step("survey:9", name="fine", error=0.02))
    assert [one.name for one in made.steps] == ["fine", "rough"]
    assert made.steps[0].wrong_side < made.steps[1].wrong_side <= made.wrong_side


def test_width_is_of_the_central_interval():
    assert width_of(np.log(np.linspace(0.5, 1.5, 1001)), 0.9) == pytest.approx(90.0)
    assert width_of(np.log(np.linspace(0.5, 1.5, 1001)), 0.9, 0.0) == 0.0
