import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from evaluation.conclusions.assertions import threshold
from evaluation.conclusions.claims import claim
from evaluation.terms import Assertion, Claim, EvidenceError, Finding, ReportPlan, Strength, Study, Verdict
from evaluation.terms.world import Refutation
from tests.unit.conclusions.conftest import finding, make_effect, make_study, node

FALLS_60 = Assertion(
    says="a law cuts demand by at least 60 %", source="s", estimand="percent change in demand", percent=-60.0
)
CUTS_25 = Assertion(
    says="a law cuts detections by at least 25 %", source="s", estimand="percent change in counts", percent=-25.0
)
SMALL = replace(CUTS_25, says="a law hardly matters", percent=10.0, direction="within")
REFUTED = replace(
    CUTS_25, says="4.8 of 40.3 is 71 %", refuted=Refutation.ARITHMETIC, arithmetic="4.8 / 40.3 = 11.9 %, not 71 %"
)
UNSTATED = replace(CUTS_25, says="price drives demand", percent=None)
ASSERTIONS = {"falls_60": FALLS_60, "cuts_25": CUTS_25, "small": SMALL, "refuted": REFUTED, "unstated": UNSTATED}


def claims(
    findings: Sequence[Finding], effect: xr.DataTree | None = None, study: Study | None = None
) -> dict[str, Claim]:
    study = study or make_study(question={"assertions": tuple(ASSERTIONS)})
    made = claim(study, effect or make_effect(), tuple(findings), xr.Dataset(), ASSERTIONS, ("source_a",))
    return {each.name: each for each in made}


def test_names_and_order(all_pass: tuple[Finding, ...]) -> None:
    assert list(claims(all_pass)) == [
        "overall", "indicator:victims", "difference:victims",
        "assertion:falls_60", "assertion:cuts_25", "assertion:small", "assertion:refuted", "assertion:unstated",
        "control:labour", "next_unit:victims", "unit:NOR", "unit:FRA",
        "event_time:0", "event_time:1", "event_time:2", "event_time:3", "event_time:5",
    ]  # fmt: skip


def test_what_spilled_over_is_told_beside_what_the_law_did_itself(all_pass: tuple[Finding, ...]) -> None:
    effect, parts = make_effect(), {"own": (-50, -30), "spill_over": (10, 30), "net": (-25, 5)}
    for name, (lower, upper) in parts.items():
        effect[name] = xr.DataTree(node(lower, upper))
        effect[f"{name}_indicator"] = xr.DataTree(node(lower, upper, indicator=["victims"]))
    made = claims(all_pass, effect)
    assert [name for name in made if name in parts] == ["own", "spill_over", "net"]
    assert made["own"].says.startswith("By what the buyer law did itself where it was in force, the number of victims")
    assert "was 20 % higher than it would have been otherwise" in made["spill_over"].says
    assert "fell or rose with what spilled over from the buyer law counted in" in made["net"].says


def test_numbers_by_hand(all_pass: tuple[Finding, ...]) -> None:
    overall = claims(all_pass)["overall"]  # draws spread evenly from -50 to 50
    assert overall.estimate == pytest.approx(0.0, abs=1e-9)
    assert (overall.lower, overall.upper) == (pytest.approx(-47.5), pytest.approx(47.5))
    assert overall.probabilities == pytest.approx({"reduction": 0.5, "matters": 0.3, "equivalence": 0.4}, abs=0.001)
    assert (overall.unit, overall.interval, overall.sources) == ("percent", 0.95, ("source_a",))
    assert overall.strength is Strength.STRONG
    assert overall.reasons == ()


def test_the_interval_is_the_one_the_report_asks_for(all_pass: tuple[Finding, ...]) -> None:
    overall = claims(all_pass, study=make_study(report=ReportPlan(interval=0.5)))["overall"]
    assert (overall.lower, overall.upper) == (pytest.approx(-25.0), pytest.approx(25.0))
    assert "The 50 % interval runs from 25 % lower to 25 % higher" in overall.says


def test_a_rise_that_matters_is_asked_about_as_a_rise(all_pass: tuple[Finding, ...]) -> None:
    made = claims(all_pass, make_effect(-10, 40), make_study(question={"matters_from": 15.0}))
    overall = made["overall"]
    assert overall.probabilities == pytest.approx({"increase": 0.8, "matters": 0.5, "equivalence": 0.5}, abs=0.001)
    assert "the probability of any rise is 0.80" in overall.says
    assert "probability of any rise 0.80, of a rise of at least 15 % 0.50" in made["indicator:victims"].says


def test_differences_are_in_things_counted(all_pass: tuple[Finding, ...]) -> None:
    made = claims(all_pass, make_effect(-60, -20))["difference:victims"]
    assert (made.unit, made.estimate) == ("persons", pytest.approx(-400.0))
    assert "comes to 400 fewer persons in all (95 % interval 590 to 210 fewer)" in made.says
    assert made.probabilities == {"reduction": 1.0}


def test_the_headline_says_its_strength_and_the_first_reason(all_pass: tuple[Finding, ...]) -> None:
    says = claims((*all_pass, finding(Verdict.FAIL, says="Treated units moved before.")), make_effect(-60, -20))[
        "overall"
    ].says
    assert says.startswith("Under the buyer law, the number of victims detected was 40 % lower than")
    assert says.endswith("Strength: weak. Failed: Treated units moved before.")


def test_wide_means_that_the_data_cannot_tell(all_pass: tuple[Finding, ...]) -> None:
    says = claims(all_pass)["overall"].says
    assert says.startswith("The data cannot tell whether the number of victims detected fell or rose")
    assert says.endswith("Strength: strong.")


def test_a_failed_sampler_withholds_every_number(all_pass: tuple[Finding, ...]) -> None:
    failed = finding(Verdict.FAIL, family="sampling", says="The chains do not agree.")
    for name, made in claims((*all_pass, failed)).items():
        if name == "assertion:refuted":
            continue
        assert made.strength is Strength.WITHHELD, name
        assert (made.estimate, made.lower, made.upper, dict(made.probabilities)) == (None, None, None, {})
        assert not re.search(r"\d %", made.says.replace("60 %", "").replace("25 %", "")), made.says
    overall = claims((*all_pass, failed))["overall"]
    assert overall.says == (
        "Nothing can be said about the number of victims detected where the buyer law was in force: "
        "The chains do not agree. Strength: withheld."
    )


def test_simulated_data_are_called_so_in_every_sentence(all_pass: tuple[Finding, ...]) -> None:
    study = make_study(simulated=True, question={"assertions": tuple(ASSERTIONS)})
    failed = finding(Verdict.FAIL, family="sampling")
    for findings in (all_pass, (*all_pass, failed)):
        for made in claims(findings, study=study).values():
            assert made.simulated
            assert made.says.startswith("Simulated data: "), made.says
            assert made.says.count("Simulated data") == 1


def test_assertions_by_hand(all_pass: tuple[Finding, ...]) -> None:
    made = claims(all_pass, make_effect(-100 + 1e-9, 0))
    assert made["assertion:cuts_25"].estimate == pytest.approx(0.75, abs=0.001)
    assert made["assertion:small"].estimate == pytest.approx(0.10, abs=0.001)
    assert made["assertion:cuts_25"].unit == "probability"
    assert "has probability 0.75" in made["assertion:cuts_25"].says


def test_an_assertion_of_about_so_much_is_no_assertion_of_any_rise(all_pass: tuple[Finding, ...]) -> None:
    about = {"about_8": replace(CUTS_25, says="a law raises it by about 8 %", percent=8.0, direction="about")}
    study = make_study(question={"assertions": ("about_8",)})
    for bounds, expected in (((0, 100), 0.12), ((4.01, 15.99), 1.0), ((20, 40), 0.0), ((-40, 3), 0.0)):
        made = {each.name: each for each in claim(study, make_effect(*bounds), all_pass, xr.Dataset(), about, ())}
        assert made["assertion:about_8"].estimate == pytest.approx(expected, abs=0.001), bounds
    assert "read as a rise of 4 % to 16 % (about 8 %: from half of it to double)" in made["assertion:about_8"].says


def test_an_assertion_about_demand_is_tested_on_counts_and_says_so(all_pass: tuple[Finding, ...]) -> None:
    made = claims(all_pass)["assertion:falls_60"]
    assert "statement about counts, not about demand" in made.says
    assert made.strength is Strength.WEAK
    assert made.reasons[0].startswith("Not measured")
    assert "not about demand" not in claims(all_pass)["assertion:cuts_25"].says


def test_an_assertion_about_demand_stands_on_market_indicators(all_pass: tuple[Finding, ...]) -> None:
    effect = make_effect()
    market = effect["indicator"].to_dataset().assign_coords(role=("indicator", ["market", "control"]))
    made = claims(all_pass, effect.assign(indicator=xr.DataTree(market)))["assertion:falls_60"]
    assert "not about demand" not in made.says
    assert made.strength is Strength.STRONG


def test_roles_that_are_not_known_do_not_stand_for_the_market(all_pass: tuple[Finding, ...]) -> None:
    effect = make_effect()
    bare = effect["indicator"].to_dataset().drop_vars(["role", "indicator_says"])
    made = claims(all_pass, effect.assign(indicator=xr.DataTree(bare)))
    assert "not about demand" in made["assertion:falls_60"].says
    assert "the number of victims fell or rose" in made["overall"].says


def test_arithmetic_refutes_without_a_model(all_pass: tuple[Finding, ...]) -> None:
    failed = finding(Verdict.FAIL, family="sampling")
    for findings in (all_pass, (*all_pass, failed)):
        made = claims(findings)["assertion:refuted"]
        assert made.strength is Strength.STRONG
        assert made.estimate is None
        assert "refuted by arithmetic, and needs no model: 4.8 / 40.3 = 11.9 %, not 71 %." in made.says


def test_an_assertion_without_a_number_is_not_measured(all_pass: tuple[Finding, ...]) -> None:
    made = claims(all_pass)["assertion:unstated"]
    assert made.strength is Strength.WITHHELD
    assert "does not measure it" in made.says


@pytest.mark.parametrize(
    ("percent", "direction", "says"),
    [
        (-60.0, "at_most", "a fall of at least 60 %"),
        (8.0, "at_least", "a rise of at least 8 %"),
        (-60.0, "at_least", "a fall of no more than 60 %"),
        (8.0, "at_most", "a rise of no more than 8 %"),
        (0.0, "at_least", "any rise"),
        (0.0, "at_most", "any fall"),
        (10.0, "within", "a change of no more than 10 % either way"),
        (8.0, "about", "a rise of 4 % to 16 % (about 8 %: from half of it to double)"),
        (-30.0, "about", "a fall of 15 % to 60 % (about 30 %: from half of it to double)"),
    ],
)
def test_thresholds(percent: float, direction: str, says: str) -> None:
    assert threshold(replace(CUTS_25, percent=percent, direction=direction)) == says


def test_the_control_is_told_as_what_it_is(all_pass: tuple[Finding, ...]) -> None:
    moved = finding(Verdict.FAIL, family="control", says="The negative control moved.")
    made = claims((*all_pass, moved), make_effect(-60, -20))
    assert made["control:labour"].strength is Strength.STRONG  # its own finding has no say in it
    assert made["overall"].strength is Strength.WEAK
    assert made["control:labour"].says.startswith(
        "Negative control, which the buyer law should not move: where the buyer law was in force, the number of victims"
    )


def test_units_and_periods_are_named(all_pass: tuple[Finding, ...]) -> None:
    made = claims(all_pass, make_effect(-60, -20))
    assert made["unit:NOR"].says.startswith(
        "In Norway, under the buyer law, the number of victims detected was 40 % lower"
    )
    assert made["next_unit:victims"].says.startswith("Were another country to adopt the buyer law, the number")
    assert made["event_time:0"].says.startswith("In the first year of the buyer law, the number")
    assert made["event_time:5"].says.startswith("In the 6th year of the buyer law, the number")


def test_several_outcomes_and_interventions_are_listed(all_pass: tuple[Finding, ...]) -> None:
    study = make_study(question={"indicators": ("victims", "prosecuted"), "interventions": ("buyer_law", "ban")})
    made = claims(all_pass, make_effect(-60, -20, ("victims", "prosecuted", "labour")), study)
    assert made["overall"].says.startswith(
        "Under the buyer law or ban, the two outcomes together were 40 % lower than they would have been without it."
    )
    assert made["indicator:prosecuted"].says.startswith(
        "Where the buyer law or ban was in force, the number of persons"
    )


def test_draws_that_are_no_numbers_make_no_claim(all_pass: tuple[Finding, ...]) -> None:
    effect = make_effect()
    units = effect["unit"].to_dataset().copy(deep=True)
    units["percent"].loc[{"unit": "NOR"}] = np.nan
    made = claims(all_pass, effect.assign(unit=xr.DataTree(units)))
    assert "unit:NOR" not in made
    assert "unit:FRA" in made


def test_what_is_missing_is_told_at_once(all_pass: tuple[Finding, ...]) -> None:
    study = make_study(question={"assertions": ("nowhere",)})
    with pytest.raises(EvidenceError) as error:
        claim(study, xr.DataTree(), all_pass, xr.Dataset(), {}, ())
    assert len(error.value.problems) == 2


def test_every_sentence_ends_and_holds_no_unmade_word(all_pass: tuple[Finding, ...]) -> None:
    for bounds in ((-60, -20), (-50, 50), (5, 60), (-5, 5), (-40, 1)):
        for made in claims(all_pass, make_effect(*bounds)).values():
            assert made.says.endswith("."), made.says
            assert not re.search(r"nan|None|_|  |,,|\.\.|, \(|-\d", made.says), made.says


def latent_effect() -> xr.DataTree:
    effect = make_effect()
    effect["latent"] = xr.DataTree(node(-80, -50, latent=["market", "effort"]).drop_vars("difference"))
    return effect


def test_what_is_said_of_the_market_stands_where_it_is_told_from_effort(all_pass: tuple[Finding, ...]) -> None:
    made = claims(all_pass, latent_effect())
    assert "the market itself was 65 % lower" in made["latent:market"].says
    assert "the effort to detect" in made["latent:effort"].says
    # evenly from -80 to -50: two thirds of the draws are a fall of 60 % or more, and of the market, not of counts
    assert made["assertion:falls_60"].estimate == pytest.approx(2 / 3, abs=0.01)
    assert "not about demand" not in made["assertion:falls_60"].says


@pytest.mark.parametrize("checked", [True, False])
def test_where_it_is_not_nothing_is_said_of_the_market_and_counts_are_still_told(
    all_pass: tuple[Finding, ...], checked: bool
) -> None:
    others = [one for one in all_pass if one.assumption != "effort_told_apart"]
    cannot = finding(Verdict.UNKNOWN, says="They cannot tell.", assumption="effort_told_apart")
    made = claims([*others, *([cannot] if checked else [])], latent_effect())
    for name in ("latent:market", "latent:effort", "assertion:falls_60"):
        assert made[name].strength is Strength.WITHHELD
        assert made[name].estimate is None
        assert made[name].probabilities == {}
    assert made["overall"].strength is not Strength.WITHHELD
