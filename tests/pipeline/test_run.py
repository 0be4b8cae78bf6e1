"""A stage is carried out when something it rests on has changed, and left alone when nothing has."""

import json
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest

from evaluation.pipeline.record import hash_of, read_stage_record, settings_slice
from evaluation.pipeline.run import plan_place, read_study, run_named, run_stage
from evaluation.pipeline.stages import STAGES, Stage, maker_of
from evaluation.pipeline.store import Place, StoreError
from evaluation.terms import ModelPlan, PanelPlan, Question, ReportPlan, Study, StudyError
from tests.pipeline.watched import watched


@pytest.fixture
def study() -> Study:
    return Study(
        name="mine",
        title="Mine",
        seed=1,
        panel=PanelPlan(observations=("counts",), span=("2007", "2021")),
        question=Question(says="?", indicators=("a",), interventions=("b",)),
        model=ModelPlan(name="staggered", settings={"effect": {"prior": "wide"}}),
    )


@pytest.fixture
def place(tmp_path: Path) -> Place:
    (tmp_path / "data" / "raw").mkdir(parents=True)
    (tmp_path / "data" / "raw" / "counts.csv").write_text("unit,period,indicator,value\n")
    return Place(tmp_path, "mine")


def copy_of(place: Place, study: Study, session: object):
    """A stage's work: the raw table and the seed, written as JSON."""
    text = (place.root / "data/raw/counts.csv").read_text()
    return {"findings.json": {"text": text, "seed": study.seed}}


COPY = Stage(
    name="copy",
    says="copy the counts",
    work=copy_of,
    facts=("data/raw",),
    settings=("seed", "model.settings"),
    rooms=("evaluation/terms",),
    writes=("findings.json",),
)


def ran(place, study, stage=COPY):
    return run_stage(place, stage, study, again=False)


def test_a_stage_runs_once_while_nothing_changes(place, study):
    assert ran(place, study)
    assert not ran(place, study)
    assert run_stage(place, COPY, study), "asked for by name, it is carried out whether or not it holds"


@pytest.mark.parametrize(
    "change",
    [
        lambda place: (place.root / "data/raw/counts.csv").write_text("unit,period,indicator,value\nNOR,2007,a,1\n"),
        lambda place: (place.root / "data/raw/more.csv").write_text("unit\n"),
        lambda place: place.path("findings.json").write_text("{}"),
        lambda place: place.path("findings.json").unlink(),
        lambda place: place.path("copy.record.json").write_text("{half of a rec"),
        lambda place: place.path("copy.record.json").unlink(),
    ],
    ids=["a fact", "a new fact", "its output touched", "its output gone", "its record cut off", "its record gone"],
)
def test_a_stage_runs_again_when_something_changed(place, study, change):
    ran(place, study)
    change(place)
    assert ran(place, study)
    assert not ran(place, study)


def test_a_stage_runs_again_for_its_own_settings_and_for_no_others(place, study):
    ran(place, study)
    assert not ran(place, replace(study, title="Other", report=ReportPlan(interval=0.5)))
    sceptical = replace(study, model=ModelPlan(name="staggered", settings={"effect": {"prior": "sceptical"}}))
    assert ran(place, sceptical)
    assert ran(place, replace(sceptical, seed=2))


def test_a_stage_runs_again_when_its_code_changed(place, study, tmp_path, monkeypatch):
    ran(place, study)
    room = tmp_path / "code" / "evaluation" / "terms"
    room.mkdir(parents=True)
    (room / "errors.py").write_text("# other code")
    monkeypatch.setattr("evaluation.pipeline.record._code", lambda name: tmp_path / "code" / name)
    assert ran(place, study)


def test_compiled_python_is_no_change_of_code(tmp_path):
    (tmp_path / "room" / "__pycache__").mkdir(parents=True)
    (tmp_path / "room" / "fit.py").write_text("x = 1")
    before = hash_of(tmp_path / "room")
    (tmp_path / "room" / "__pycache__" / "fit.pyc").write_bytes(b"1")
    assert hash_of(tmp_path / "room") == before
    (tmp_path / "room" / "fit.py").rename(tmp_path / "room" / "effect.py")
    assert hash_of(tmp_path / "room") != before


def test_the_record_says_what_was_made_from_what(place, study):
    ran(place, study)
    record = read_stage_record(place, "copy")
    assert record["seed"] == 1
    assert record["inputs"] == {"data/raw": hash_of(place.root / "data/raw")}
    assert record["outputs"] == {"data/studies/mine/findings.json": hash_of(place.path("findings.json"))}
    assert record["versions"]["pymc"]
    assert record["git"] == {"commit": None, "dirty": None}, "this folder is under no version control"
    assert record["seconds"] >= 0


def test_a_stage_that_leaves_its_output_unwritten_fails(place, study):
    lazy = replace(COPY, work=lambda place, study, session: {}, writes=("findings.json", "report"))
    with pytest.raises(StoreError) as caught:
        ran(place, study, lazy)
    assert [problem.where for problem in caught.value.problems] == ["data/studies/mine/findings.json", "reports/mine"]
    assert read_stage_record(place, "copy") is None, "nothing says that it was done"


def test_an_interruption_leaves_what_was_there_and_the_next_run_goes_on(place, study):
    ran(place, study)
    before = place.path("findings.json").read_bytes()

    def interrupted(place: Place, study: Study, session: object):
        raise KeyboardInterrupt

    (place.root / "data/raw/counts.csv").write_text("new")
    with pytest.raises(KeyboardInterrupt):
        ran(place, study, replace(COPY, work=interrupted))
    assert place.path("findings.json").read_bytes() == before
    assert ran(place, study)
    assert json.loads(place.path("findings.json").read_text())["text"] == "new"


def test_every_missing_input_is_named_with_the_stage_that_makes_it(place, study):
    with pytest.raises(StoreError) as caught:
        ran(place, study, replace(COPY, reads=("panel.nc", "fit.nc")))
    assert [str(problem) for problem in caught.value.problems] == [
        "data/studies/mine/panel.nc: it has not been made yet; evaluation shape mine",
        "data/studies/mine/fit.nc: it has not been made yet; evaluation fit mine",
    ]


def test_half_written_files_of_an_earlier_run_are_cleaned_up(place, study):
    place.folder.mkdir(parents=True)
    left = place.folder / ".findings.json.999999999.part"
    left.write_text("{")
    ran(place, study)
    assert not left.exists()


def test_what_a_stage_keeps_for_itself_outlives_a_failure_and_goes_with_its_record(place, study):
    asked = []

    def keeps(place, study, session):
        place.scratch("copy").mkdir(parents=True, exist_ok=True)
        asked.append((place.scratch("copy") / "a fit").exists())
        (place.scratch("copy") / "a fit").touch()
        if len(asked) == 1:
            raise KeyboardInterrupt
        return {"findings.json": {}}

    keeping = replace(COPY, work=keeps)
    with pytest.raises(KeyboardInterrupt):
        ran(place, study, keeping)
    assert ran(place, study, keeping)
    assert asked == [False, True]
    assert not place.scratch("copy").exists()


def test_a_watcher_sees_what_is_done_and_what_is_left_alone(place, study):
    seen = []

    class Watcher:
        def working(self, stage):
            seen.append(f"{stage.name}: working")
            return nullcontext()

        def unchanged(self, stage):
            seen.append(f"{stage.name}: unchanged")

    for _ in range(2):
        run_stage(place, COPY, study, watcher=Watcher(), again=False)
    assert seen == ["copy: working", "copy: unchanged"]


def test_a_run_with_overrides_has_a_place_of_its_own(root):
    plain, _ = plan_place("buyer_laws", (), root)
    same, _ = plan_place("buyer_laws", ["model.effect.prior=wide"], root)
    other, study = plan_place("buyer_laws", ["model.effect.prior=sceptical", "seed=7"], root)
    again, _ = plan_place("buyer_laws", ["seed=7", "++model.effect.prior='sceptical'"], root)
    assert plain.name == same.name == "buyer_laws", "an override that changes nothing is the study itself"
    assert other.name.startswith("buyer_laws@")
    assert other == again, "the same plan has the same place, however it was written"
    assert study.name == "buyer_laws"


def test_the_plan_is_made_again_when_only_an_override_changed(project):
    """Overrides stand in no file, so the record of the plan must know the plan itself."""
    place, study = plan_place("buyer_laws", (), project)
    plan_stage = STAGES[0]
    assert ran(place, study, plan_stage)
    assert not ran(place, study, plan_stage)
    assert ran(place, replace(study, seed=7), plan_stage)
    assert read_study(place).seed == 7


def test_gather_and_shape_run_from_what_the_plan_wrote(project):
    place, study = plan_place("castle_doctrine", (), project)
    run_stage(place, STAGES[0], study)
    for name in ("gather", "shape"):
        run_named("castle_doctrine", name, project)
    record = read_stage_record(place, "shape")
    assert set(record["outputs"]) == {place.key("design.nc"), place.key("panel.nc")}
    assert not run_stage(place, STAGES[2], study, again=False)


def test_a_study_that_was_not_planned_or_does_not_exist(project):
    with pytest.raises(StudyError, match="it has not been planned; evaluation plan buyer_laws"):
        run_named("buyer_laws", "fit", project)
    with pytest.raises(StudyError, match="no study is called 'buyer_law'; did you mean 'buyer_laws'"):
        run_named("buyer_law", "fit", project)


def test_a_watched_study_notes_what_is_looked_at_and_not_what_is_copied(study):
    """What test_whole_run asks each stage with."""
    read: set[str] = set()
    seen = watched(study, read)
    assert seen.seed_for("fit") == study.seed_for("fit")
    changed = replace(seen, model=replace(seen.model, settings={}))
    assert read == {"seed"}
    assert (changed.panel.span, changed.model.name) == (("2007", "2021"), "staggered")
    assert read == {"seed", "panel.span", "model.name"}


def test_settings_are_sliced_by_dotted_keys(study):
    assert settings_slice(study, ["model.settings", "panel.span"]) == {
        "model.settings": {"effect": {"prior": "wide"}},
        "panel.span": ["2007", "2021"],
    }


def test_the_nine_stages_fit_together():
    """Each stage reads only what an earlier one writes, no two write the same file, rehearse sees no outcome."""
    assert [stage.name for stage in STAGES] == [
        "plan", "gather", "shape", "rehearse", "fit", "check", "estimate", "claim", "report",
    ]  # fmt: skip
    written: set[str] = set()
    for stage in STAGES:
        assert set(stage.reads) <= written, stage.name
        assert not set(stage.writes) & written, stage.name
        written |= {*stage.writes, f"{stage.name}.record.json"}
    assert next(stage for stage in STAGES if stage.name == "rehearse").reads == ("design.nc",)
    assert maker_of("fit.record.json") == "fit"


def test_rooms_and_settings_of_the_table_exist(root, study):
    for stage in STAGES:
        assert all((root / room).exists() for room in stage.rooms), stage.name
        settings_slice(study, stage.settings)


def test_nothing_that_only_words_rest_on_makes_a_stage_sample_again():
    """Rooms and settings of the words are no part of what the draws rest on."""
    for stage in STAGES:
        if stage.name in ("gather", "shape", "rehearse", "fit", "estimate"):
            assert not {"evaluation/conclusions", "evaluation/reporting"} & set(stage.rooms), stage.name
            assert not {"report", "disclosure", "about", "truth"} & {key.split(".")[0] for key in stage.settings}
    fit = next(stage for stage in STAGES if stage.name == "fit")
    assert "evaluation/checks" not in fit.rooms
    assert {"model", "sampler", "question", "seed"} <= set(fit.settings)
