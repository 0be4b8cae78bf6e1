"""DVC carries out the same stages, leaves alone what holds, and agrees with `evaluation run`. Takes some minutes."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from evaluation.pipeline.run import run_study
from evaluation.pipeline.stages import STAGES
from tests.pipeline.tiny import ROOT, make_tiny

pytestmark = [pytest.mark.pipeline, pytest.mark.slow]
STUDY = "conf/study/tiny.yaml"
NAMES = [stage.name for stage in STAGES]


@pytest.fixture(scope="module")
def repository(tmp_path_factory) -> Path:
    """A clone of the project, as git and DVC see it, with one small study; already carried out once."""
    root = make_tiny(tmp_path_factory.mktemp("clone"))
    (root / "conf/studies.yaml").write_text("studies: [tiny]\n")
    shutil.copytree(ROOT / "evaluation", root / "evaluation", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "data/locks", root / "data/locks")  # the report depends on it, locked or not
    shutil.copytree(ROOT / ".dvc", root / ".dvc", ignore=shutil.ignore_patterns("cache", "tmp", "config.local"))
    for name in ("dvc.yaml", ".dvcignore", ".gitignore"):
        shutil.copy(ROOT / name, root / name)
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "start")
    assert carried_out(dvc(root, "repro")) == [*NAMES, "site"]
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "carried out")
    return root


def git(root: Path, *words: str) -> None:
    subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@example.org", *words], cwd=root, check=True)


def dvc(root: Path, *words: str) -> str:
    """What DVC prints. Its stages call `python`: the one of these tests."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    person = {"GIT_AUTHOR_NAME": "t", "GIT_AUTHOR_EMAIL": "t@example.org", "GIT_COMMITTER_NAME": "t",
              "GIT_COMMITTER_EMAIL": "t@example.org"}  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "dvc", *words], cwd=root, env=os.environ | person | {"PATH": path}, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    return done.stdout


def carried_out(printed: str) -> list[str]:
    """The stages that DVC ran."""
    lines = [line for line in printed.splitlines() if line.startswith("Running stage '")]
    return [line.split("'")[1].split("@")[0] for line in lines]


def back(root: Path) -> None:
    """The study as it was committed, with what was made from it."""
    git(root, "checkout", "-q", "conf", "dvc.lock")
    dvc(root, "checkout", "-q")


def test_a_second_repro_does_nothing(repository):
    assert carried_out(dvc(repository, "repro")) == []
    assert (repository / "reports/index.html").exists()


def test_a_change_of_the_report_does_not_sample_again(repository):
    with (repository / STUDY).open("a") as stream:
        stream.write("report: {audience: funder}\n")
    assert carried_out(dvc(repository, "repro")) == ["plan", "report", "site"]
    back(repository)


def test_a_reworded_sentence_claims_and_reports_again(repository):
    file = repository / "evaluation/conclusions/__init__.py"
    text = file.read_text()
    file.write_text(text + "\n# another word\n")
    assert set(carried_out(dvc(repository, "repro"))) <= {"claim", "report", "site"}
    file.write_text(text)
    back(repository)


def test_an_experiment_with_another_prior_agrees_with_a_run_with_that_override(repository, tmp_path):
    done = carried_out(dvc(repository, "exp", "run", "-n", "sceptical", "-S", f"{STUDY}:+model.effect.prior=sceptical"))
    assert done == ["plan", "rehearse", "fit", "check", "estimate", "claim", "report", "site"]
    experiment = {name: (repository / "data/studies/tiny" / name).read_bytes() for name in ("study.yaml", "effect.nc")}
    back(repository)
    shutil.copytree(repository, tmp_path / "copy", ignore=shutil.ignore_patterns(".git", ".dvc", "studies", "reports"))
    place = run_study("tiny", ["model.effect.prior=sceptical"], tmp_path / "copy")
    assert {name: place.path(name).read_bytes() for name in experiment} == experiment


def test_metrics_and_plots_can_be_shown(repository):
    metrics = yaml.safe_load(dvc(repository, "metrics", "show", "--json"))[""]["data"]
    findings, claims = (metrics[f"data/studies/tiny/{name}.json"]["data"] for name in ("findings", "claims"))
    assert findings["verdicts"]["PASS"] > 0
    written = json.loads((repository / "data/studies/tiny/claims.json").read_text())["numbers"]["overall"]
    # a withheld claim has no numbers, and DVC shows no more than there is
    said = {name: value for name, value in written.items() if value is not None}
    assert claims.get("numbers", {}).get("overall", {}) == said
    dvc(repository, "plots", "show", "--out", "plots")
    assert "event_time" in (repository / "plots/index.html").read_text()
    shutil.rmtree(repository / "plots")
