"""A plan's decision: every name looked up, no money converted behind anyone's back, all problems at once."""

import pytest
import yaml

from evaluation.pipeline.formats import decision_content, decision_of, decode, encode
from evaluation.pipeline.plan import plan
from evaluation.terms import Decision, Study, StudyError, read_record, write_record
from evaluation.terms.decisions import Estimate


def problems(name, overrides, root):
    with pytest.raises(StudyError) as caught:
        plan(name, overrides, root)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize("name", ["simulated_ads", "simulated_displacement", "buyer_laws"])
def test_the_projects_own_decisions_are_sound(name, root):
    decision = plan(name, (), root).decision
    assert decision is not None
    assert (decision.worth is None) == (name != "simulated_ads"), "only the makers of the example state a worth"
    assert (decision.currency == "XTS") == name.startswith("simulated"), "simulated money and real are never mixed"


def test_a_study_need_not_have_a_decision(root):
    study = plan("castle_doctrine", (), root)
    assert study.decision is None
    without = {key: value for key, value in write_record(study).items() if key != "decision"}
    assert read_record(Study, without, "an old study.yaml") == study


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("decision.outcome=victims_sxual", ["'victims_sxual' is not asked about; did you mean 'victims_sexual'?"]),
        ("~decision.better", ["a change in 'victims_sexual' is neither better nor worse"]),
        ("decision.better=less", ["better is 'less'; write fewer or more"]),
        ("decision.costs={swedish_action_plan: 1}", ["did you mean 'swedish_action_plan_2008'?"]),
        ("~decision.costs.swedish_action_plan_2008", ["no cost is named"]),
        ("decision.costs.swedish_action_plan_2008=0", ["give more than 0"]),
        ("decision.costs={swedish_action_plan_2008: 1, french_exit_programme_2016: 1}",
         ["it is in EUR, the decision in SEK", "at the prices of 2017, the decision at those of 2008"]),
        ("decision.costs={simulated_officer: 1}",
         ["it is in XTS", "at the prices of 2023", "it is simulated (XTS), the study is not"]),
        ("decision.currency=kronor", ["'kronor' is no currency", "it is in SEK, the decision in kronor"]),
        ("decision.currency=XXX", ["'XXX' is no currency", "it is in SEK, the decision in XXX"]),
        ("~decision.currency", ["key 'currency' is missing"]),
        ("~decision.price_year", ["key 'price_year' is missing"]),
        ("decision.price_year=8", ["price_year is 8", "the decision at those of 8"]),
        ("decision.worth=100", ["nobody stands behind the worth", "it is not said what the worth is of"]),
        ("decision.worth=-1", ["worth is -1", "nobody stands behind the worth", "what the worth is of"]),
        ("decision.worth_of=advertisements", ["the worth is of advertisements, the outcome counts persons"]),
        ("decision.willingness=[10,5]", ["willingness is no range"]),
        ("decision.years=0", ["years is 0"]),
        ("decision.adopting=0", ["adopting is 0"]),
        ("decision.discount=-3", ["discount is -3 percent"]),
        ("decision.next_steps=[{name: a, says: a, design: langer:2}]", ["did you mean 'longer'?"]),
        ("decision.next_steps=[{name: a, says: a, design: longer}]", ["'longer' has no number; write it as in long"]),
        ("decision.next_steps=[{name: a, says: a, design: survey, error: 0.0, lower: 5.0, upper: 2.0}]",
         ["error is 0", "lower 5 is above upper 2"]),
        ("decision.next_steps=[{name: a, says: a, design: survey, lower: 5.0}]", ["only one end of its cost is given"]),
        ("decision.next_steps=[{name: a, says: a, design: survey, informs: counting}]", ["did you mean 'counts'?"]),
        ("decision.next_steps=[{name: a, says: a, design: survey}, {name: a, says: b, design: survey}]",
         ["two steps are called 'a'"]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_decision_is_said(root, change, said):
    told = problems("buyer_laws", [change], root)
    assert len(told) == len(said)
    for expected in said:
        assert any(expected in line for line in told), (expected, told)


def test_all_of_it_comes_at_once(root):
    told = problems("buyer_laws", ["decision.outcome=vicitms", "decision.years=0", "decision.costs={x: -1}"], root)
    assert len(told) == 4


def test_an_indicator_that_says_which_way_is_better_needs_no_word_of_the_plan(root):
    assert plan("simulated_ads", (), root).decision.better == ""


@pytest.mark.parametrize(
    "made",
    [
        None,
        Decision(
            study="a", outcome="b", things="persons", better="fewer", currency="EUR", price_year=2017, years=1,
            adopting=1, interval=0.95, averted=Estimate(estimate=1.0, lower=0.5, upper=2.0), says=("One.",),
        ),
    ],
)  # fmt: skip
def test_a_decision_reads_back_equal(tmp_path, made):
    path = tmp_path / "decisions.json"
    path.write_bytes(encode("decisions.json", decision_content(made)))
    assert decision_of(decode(path), "decisions.json") == made


def test_the_registers_money_is_read_and_kept_apart(project):
    """A cost registered twice in two currencies is two costs: nothing is added up unless the plan's money is theirs."""
    register = project / "data/registers/costs.yaml"
    costs = yaml.safe_load(register.read_text())
    costs["swedish_action_plan_euro"] = costs["swedish_action_plan_2008"] | {"currency": "EUR"}
    register.write_text(yaml.safe_dump(costs))
    changes = ["~decision.costs.swedish_action_plan_2008", "decision.costs.swedish_action_plan_euro=1"]
    (told,) = problems("buyer_laws", changes, project)
    assert "it is in EUR, the decision in SEK; write currency: EUR, or register the cost in SEK" in told
