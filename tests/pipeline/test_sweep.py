"""Sweeps: Hydra takes the lists apart, joblib runs them, and nobody is lost."""

import json
from io import StringIO

import pytest
from rich.console import Console

from evaluation.pipeline.screen import print_outcomes
from evaluation.pipeline.store import Place
from evaluation.pipeline.sweep import Combination, Outcome, combinations, refuse_unknown_stage, sweep
from evaluation.terms import StudyError


def test_every_combination_has_the_place_its_overrides_would_have_by_hand(project):
    found = combinations("castle_doctrine,buyer_laws", ["seed=20130821,7", "sampler=long,quick"], project)
    assert len(found) == 8
    assert found["castle_doctrine"] == Combination("castle_doctrine", ("seed=20130821", "sampler=long"))
    assert sum(place.startswith("buyer_laws@") for place in found) == 4


def test_every_problem_of_every_combination_is_told_before_any_run(project):
    with pytest.raises(StudyError) as refused:
        combinations("castle_doctrin,buyer_laws", ["model.effect.prior=wide,sceptic"], project)
    said = str(refused.value)
    assert "did you mean 'castle_doctrine'" in said
    assert "sceptic" in said


@pytest.mark.parametrize("asked", [["seed=1,1"], ["seed=1,2", "sampler=default,default"]])
def test_the_same_study_twice_is_refused(project, asked):
    with pytest.raises(StudyError, match="it is the same study as"):
        combinations("castle_doctrine", asked, project)


def test_what_cannot_be_read_is_one_sentence(project):
    with pytest.raises(StudyError, match="write key=one,two"):
        combinations("castle_doctrine", ["seed=[1"], project)


def test_a_stage_nobody_knows_is_refused():
    with pytest.raises(StudyError, match="did you mean 'shape'"):
        refuse_unknown_stage("shap")


def test_runs_go_to_processes_of_their_own_and_a_failed_one_does_not_stop_the_others(project):
    spans = 'panel.span=["2000","2010"],["2004","2009"],["1990","1995"]'
    outcomes = sweep("castle_doctrine", [spans], project, jobs=2, until="shape")
    assert [outcome.exit_code for outcome in outcomes] == [0, 0, 11]
    assert outcomes[0].place == "castle_doctrine", "the study as it stands has its own place"
    for outcome in outcomes[:2]:
        assert Place(project, outcome.place).path("panel.nc").exists()
    assert "1990" in outcomes[2].trouble or "window" in outcomes[2].trouble
    told = sorted((project / ".cache" / "sweep").glob("*/outcome.json"))
    assert len(told) == 3
    assert {json.loads(path.read_text())["place"] for path in told} == {outcome.place for outcome in outcomes}


def test_the_table_says_why_a_run_has_no_answer(project):
    one = Combination("castle_doctrine", ("seed=7",))
    console = Console(file=StringIO(), width=120)
    print_outcomes(project, [Outcome(one, "castle_doctrine@1", "[no] data", 11)], console)
    shown = console.file.getvalue()
    assert "failed: castle_doctrine seed=7" in shown
    assert "  - [no] data" in shown


@pytest.mark.parametrize(
    ("overall", "says"),
    [
        ({"estimate": -12.2, "lower": -41.4, "upper": 30.1}, "-12 (-41 to +30)"),
        ({"estimate": None, "lower": None, "upper": None}, "withheld: the sampling cannot be trusted"),
    ],
)
def test_the_table_gives_the_answer_or_says_that_it_is_withheld(project, overall, says):
    place = Place(project, "castle_doctrine@1")
    place.folder.mkdir(parents=True)
    place.path("claims.json").write_text(json.dumps({"numbers": {"overall": overall}}))
    console = Console(file=StringIO(), width=120)
    print_outcomes(project, [Outcome(Combination("castle_doctrine", ("seed=7",)), place.name)], console)
    assert says in console.file.getvalue()
