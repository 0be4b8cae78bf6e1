"""A plan names all that is wrong with it at once, in words a user knows, and never runs what a file says."""

import math

import pytest
import yaml

from evaluation.pipeline.formats import decode, encode
from evaluation.pipeline.plan import plan, study_names
from evaluation.terms import Study, StudyError, read_record, write_record


def problems(name, overrides, root):
    """What is said of a plan that is wrong, line by line."""
    with pytest.raises(StudyError) as caught:
        plan(name, overrides, root)
    assert len(set(caught.value.problems)) == len(caught.value.problems), "a problem is said twice"
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize("name", ["buyer_laws", "castle_doctrine", "simulated_ads"])
def test_the_projects_own_studies_are_sound(name, root):
    study = plan(name, (), root)
    assert study.name == name
    assert study.simulated == (name == "simulated_ads")
    assert study.question.controls, "each of our own studies has a negative control"


def test_what_the_issue_asks_of_the_default_study(root):
    study = plan("buyer_laws", (), root)
    assert study.panel.span == ("2007", "2021")
    assert study.question.all_indicators == ("victims_sexual", "prosecuted", "convicted", "victims_labour")
    assert set(study.checks.variants) >= {"prior:claimed", "prior:sceptical", "prior:wide", "date:enforced", "leads"}
    assert "buyer_law_demand_falls_60" in study.question.assertions


def test_the_claimed_prior_takes_the_size_claimed_for_the_tactic(root):
    """The register claims 60 percent less: a log rate ratio of log(0.4)."""
    claimed = plan("buyer_laws", (), root).model.settings["effect"]["priors"]["claimed"]
    assert claimed["mean"] == pytest.approx(math.log(1 - 0.60), abs=1e-6)
    assert plan("castle_doctrine", (), root).model.settings["effect"]["priors"]["claimed"]["mean"] == 0.0


def test_a_claimed_prior_that_a_study_states_is_left_alone(root):
    study = plan("buyer_laws", ["model.effect.priors.claimed.mean=-0.5"], root)
    assert study.model.settings["effect"]["priors"]["claimed"]["mean"] == -0.5


def test_interventions_that_claim_different_sizes_must_be_settled_by_the_study(project):
    register = project / "data/registers/tactics.yaml"
    tactics = yaml.safe_load(register.read_text())
    tactics["wholesaler_border"]["claimed_percent"] = -10.0
    register.write_text(yaml.safe_dump(tactics))
    interventions = yaml.safe_load((project / "data/registers/interventions.yaml").read_text())
    interventions["border"] = interventions["buyer_law"] | {"tactic": "wholesaler_border"}
    (project / "data/registers/interventions.yaml").write_text(yaml.safe_dump(interventions))
    said = problems("buyer_laws", ["question.interventions=[buyer_law,border]"], project)
    assert said == [
        "model.effect.priors.claimed.mean: the tactics claim different sizes: -60 %, -10 %; write a log rate ratio",
        "model.effect.priors.claimed.mean: expected a number, found nothing",
    ]


@pytest.mark.parametrize(
    ("override", "where"),
    [
        ("model.effect.prior=sceptical", lambda study: study.model.settings["effect"]["prior"] == "sceptical"),
        ("sampler=quick", lambda study: study.sampler.draws == 200),
        ("question.over=reported", lambda study: study.question.over == "reported"),  # a key that no file gives
        ('panel.span=["2010","2020"]', lambda study: study.panel.span == ("2010", "2020")),
        ("+panel.leave_out.USA=because", lambda study: study.panel.leave_out == {"USA": "because"}),
        ("seed=7", lambda study: study.seed == 7),
    ],
)
def test_an_override_changes_what_it_names_and_nothing_else(override, where, root):
    study, plain = plan("buyer_laws", [override], root), plan("buyer_laws", (), root)
    assert where(study)
    assert not where(plain)
    changed = [name for name, value in write_record(study).items() if value != write_record(plain)[name]]
    assert changed == [override.lstrip("+").split("=")[0].split(".")[0]]


def test_every_problem_of_a_plan_is_said_at_once(root):
    said = problems(
        "buyer_laws",
        [
            "sampler=quik",
            "a b",
            "seed=1,2",
            "model.efect.prior=wide",
            "model.effect.prior=bold",
            "panel.spam=3",
            "sampler.draws=many",
            "question.indicators=[victims_sexul,convicted_sexual]",
            "question.interventions=[buyer_lew]",
            "question.assertions=[falls]",
            "panel.bases=[world_bonk]",
            "checks.variants=[leeds]",
            "report.sections=[hedline]",
        ],
        root,
    )
    expected = [
        "command line: sampler=quik: conf/sampler has no file 'quik.yaml'; did you mean 'quick'?",
        "command line: a b: this cannot be read as key=value",
        "command line: seed=1,2: several values at once are not one study",
        "model: unknown key 'efect'; did you mean 'effect'?",
        "model.effect.prior: no prior is called 'bold'; known: claimed, sceptical, wide",
        "buyer_laws.panel: unknown key 'spam'; did you mean 'span'?",
        "buyer_laws.sampler.draws: expected a whole number, found str 'many'",
        "question.indicators: 'victims_sexul' is not among the indicators; did you mean 'victims_sexual'?",
        "question.indicators: 'convicted_sexual' may not be used: ",
        "question.interventions: 'buyer_lew' is not among the interventions; did you mean 'buyer_law'?",
        "question.assertions: 'falls' is not among the assertions",
        "panel.bases: 'world_bonk' is not among the sources; did you mean 'world_bank'?",
        "checks.variants: no variant is called 'leeds'; did you mean 'leads'?",
        "report.sections: no section is called 'hedline'; did you mean 'headline'?",
        "decision.outcome: 'victims_sexual' is not asked about; did you mean 'victims_sexul'?",
    ]
    for start in expected:
        assert any(line.startswith(start) for line in said), (start, said)
    assert len(said) == len(expected)


def test_unknown_checks_and_limits_are_named(root):
    said = problems("buyer_laws", ["checks.run=[rhad]", "checks.limits.rhad=1.1"], root)
    assert [line.split(";")[0] for line in said] == [
        "checks.run: unknown check 'rhad'",
        "checks.limits: unknown limit 'rhad'",
    ]


def test_an_indicator_of_another_table_is_refused(root):
    said = problems("castle_doctrine", ["question.indicators=[homicide,prosecuted]"], root)
    assert said == [
        "question.indicators: 'prosecuted' is in none of castle; it stands in unodc_glotip_2025, unodc_glotip_2023: "
        "add one to panel.observations"
    ]


def test_an_earlier_edition_is_looked_up(root):
    assert plan("buyer_laws", (), root).panel.earlier == ("unodc_glotip_2023",)
    said = problems("buyer_laws", ["panel.earlier=[unodc_glotip_2023x]"], root)
    assert said == [
        "panel.earlier: 'unodc_glotip_2023x' is not among the sources; did you mean 'unodc_glotip_2023'? "
        "(data/registers/sources.yaml)"
    ]
    said = problems("buyer_laws", ["panel.earlier=[castle]", "checks.variants=[vintage:earlyer]"], root)
    assert [line.split(";")[0] for line in said] == [
        "checks.variants: no variant is called 'vintage:earlyer'",
        "panel.earlier: 'castle' holds none of the study's indicators",
    ]
    said = problems("buyer_laws", ["panel.earlier=[unodc_glotip_2025]"], root)
    assert said == ["buyer_laws.panel.earlier: 'unodc_glotip_2025' is the edition in use; name one that came before it"]


def test_a_reading_of_an_earlier_edition_needs_one(root):
    said = problems("castle_doctrine", ["checks.variants=[vintage:earlier,leeds]"], root)
    assert said == [
        "checks.variants: no variant is called 'leeds'; did you mean 'leads'?",
        "checks.variants: 'vintage:earlier' needs an earlier edition of the counts; "
        "name one in panel.earlier, or take the variant out",
    ]


def test_an_unknown_study_names_the_nearest(root):
    assert problems("buyer_law", (), root) == [
        f"{root / 'conf/study'}: no study is called 'buyer_law'; did you mean 'buyer_laws'?"
    ]


def test_outside_a_project_the_user_is_told_where_to_go(tmp_path):
    (said,) = problems("buyer_laws", (), tmp_path)
    assert said.endswith("run this in the project's folder, or give --root")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("model:\n  _target_: os.system\n", "key 'model._target_' would construct an object"),
        ("model:\n  priors: [{_partial_: true}]\n", "key 'model.priors[0]._partial_' would construct an object"),
        (
            "title: !!python/object/apply:os.system ['touch hacked']\n",
            "'!!python/object/apply:os.system' would construct",
        ),
        ("title: !!python/name:os.system\n", "'!!python/name:os.system' would construct an object"),
        ("title: ${oc.env:HOME}\n", "'title' takes its value from outside: ${oc.env:HOME}"),
        ("seed: 1\nseed: 2\n", "key 'seed' stands twice"),
        ("seed: [1\n", "this is not YAML"),
        ("- 1\n", "the file holds no named values"),
        ("hydra: {run: {dir: /}}\n", "key 'hydra' is not part of a study"),
        (
            "defaults: [{override /model: stagered}]\n",
            "conf/model has no file 'stagered.yaml'; did you mean 'staggered'?",
        ),
        ("defaults: [{override /modle: staggered}]\n", "'modle' is not a folder of choices; did you mean 'model'?"),
    ],
)
def test_a_study_file_that_is_not_plain_data_is_refused(project, text, said):
    (project / "conf/study/mine.yaml").write_text(f"# @package _global_\n{text}")
    found = problems("mine", (), project)
    assert len(found) == 1
    assert said in found[0]
    assert "conf/study/mine.yaml" in found[0]
    assert not (project / "hacked").exists()


def test_a_file_in_another_encoding_is_refused(project):
    (project / "conf/study/mine.yaml").write_bytes("# @package _global_\ntitle: Käuferstrafbarkeit\n".encode("latin-1"))
    (said,) = problems("mine", (), project)
    assert "is not UTF-8 text" in said


def test_an_object_cannot_be_constructed_from_the_command_line(root):
    said = problems("buyer_laws", ["+model._target_=os.system", "seed=${oc.env:HOME}"], root)
    assert any("'model._target_' would construct an object" in line for line in said)
    assert any("the value is taken from outside" in line for line in said)


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("study=castle_doctrine", "the study is the first word"),
        ("hydra.run.dir=/tmp", "'hydra' is not part of a study"),
        ("model=stagered", "conf/model has no file 'stagered.yaml'; did you mean 'staggered'?"),
        ("model.name=factor_analysis", "no model is called 'factor_analysis'"),
        ("~model", "no model is called 'None'"),
        ("panel=3", "expected named fields, found int 3"),
        ("seed=${nowhere}", "the files do not go together: Interpolation key 'nowhere' not found"),
        ("name=other", "it calls itself 'other'"),
    ],
)
def test_a_bad_override_is_said_in_our_words(override, said, root):
    assert any(said in line for line in problems("buyer_laws", [override], root))


def test_a_study_reads_back_equal_from_its_resolved_file(root, tmp_path):
    for name in study_names(root):
        study = plan(name, (), root)
        path = tmp_path / "study.yaml"
        path.write_bytes(encode("study.yaml", write_record(study)))
        assert read_record(Study, decode(path), "study.yaml") == study
        assert path.read_text().startswith("# The resolved plan of this study")


def test_planning_leaves_no_hydra_state_behind(root):
    from hydra.core.global_hydra import GlobalHydra

    plan("buyer_laws", (), root)
    assert not GlobalHydra.instance().is_initialized()
