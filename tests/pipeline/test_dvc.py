"""dvc.yaml says in DVC's words what the table of stages says in ours."""

from pathlib import Path

import pytest
import yaml

from evaluation.pipeline.plan import GROUPS, study_names
from evaluation.pipeline.record import record_name
from evaluation.pipeline.stages import STAGES, Stage
from evaluation.reporting.site.write import PAGES

ROOT = Path(__file__).parents[2]
ITEM = "${item.study}"


@pytest.fixture(scope="module")
def stages() -> dict:
    return yaml.safe_load((ROOT / "dvc.yaml").read_text())["stages"]


def in_dvc(artefact: str) -> str:
    return f"reports/{ITEM}" if artefact == "report" else f"data/studies/{ITEM}/{artefact}"


def paths(entries: list) -> set[str]:
    """Paths of outs, metrics or plots; an entry with settings is a mapping of one path."""
    return {path for entry in entries for path in ([entry] if isinstance(entry, str) else entry)}


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name)
def test_a_stage_is_the_same_in_both(stage: Stage, stages):
    ours = stages[stage.name]
    assert ours["cmd"] == f"python -m evaluation {stage.name} {ITEM}"
    assert ours["matrix"] == {"study": "${studies}"}
    facts = {fact.format(study=ITEM) for fact in stage.facts}
    assert set(ours["deps"]) == {*facts, *map(in_dvc, stage.reads), *stage.rooms}
    written = paths(ours["outs"]) | paths(ours.get("metrics", [])) | paths(ours.get("plots", []))
    assert written == {in_dvc(artefact) for artefact in (*stage.writes, record_name(stage.name))}
    settings = [{f"data/studies/{ITEM}/study.yaml": list(stage.settings)}] if stage.settings else []
    assert ours.get("params", []) == settings


def test_there_are_the_nine_stages_and_the_site_over_all(stages):
    assert list(stages) == [*(stage.name for stage in STAGES), "site"]
    assert stages["site"]["outs"] == [f"reports/{name}" for name, _ in PAGES]


def test_metrics_are_the_findings_and_the_claims(stages):
    metrics = {path for stage in stages.values() for path in paths(stage.get("metrics", []))}
    assert metrics == {in_dvc("findings.json"), in_dvc("claims.json")}


def test_the_plan_depends_on_every_group_of_choices(stages):
    assert {f"conf/{group}" for group in GROUPS} <= set(stages["plan"]["deps"])
    apart = {"workers"}  # where many fits run: no part of a study, as it changes no digit
    assert {path.name for path in (ROOT / "conf").iterdir() if path.is_dir()} == {*GROUPS, "study", *apart}


def test_the_studies_of_the_pipeline_exist():
    listed = yaml.safe_load((ROOT / "conf/studies.yaml").read_text())["studies"]
    assert set(listed) <= set(study_names(ROOT))
    assert listed[0] == "buyer_laws", "the default study is the first"


def test_dvc_sends_nothing_home():
    config = (ROOT / ".dvc" / "config").read_text()
    assert "analytics = false" in config
    assert "check_update = false" in config
