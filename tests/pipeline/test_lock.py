"""Locking a plan: what it holds, what is told of it later, and what is refused."""

from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from evaluation.__main__ import app
from evaluation.pipeline.lock import deviations, lock, lock_path, read_locks, registration
from evaluation.pipeline.plan import plan
from evaluation.terms.errors import StudyError
from tests.pipeline.tiny import make_tiny


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_tiny(tmp_path)


def test_a_study_that_was_never_locked_has_no_registration(root: Path) -> None:
    assert registration(plan("tiny", root=root), "tiny", root) is None


def test_an_unchanged_plan_deviates_in_nothing(root: Path) -> None:
    assert lock("tiny", root) == lock_path("tiny", root)
    told = registration(plan("tiny", root=root), "tiny", root)
    assert told is not None
    assert told["deviations"] == []
    assert told["outcomes_shaped"] is False
    assert told["again"] == []


def test_every_later_change_is_told_item_by_item_and_sampling_is_no_change(root: Path) -> None:
    lock("tiny", root)
    changes = [
        "question.matters_from=-35",
        "model.effect.prior=sceptical",
        "sampler.draws=77",
        "+checks.limits={rhat: 1.5}",
    ]
    (first,) = read_locks("tiny", root)
    told = {one.item: (one.locked, one.now) for one in deviations(first, plan("tiny", changes, root))}
    assert told.pop("question.matters_from") == ("-20.0", "-35.0")
    assert told.pop("model.settings.effect.prior")[1] == "sceptical"
    assert told.pop("checks.limits.rhat") == ("not set", "1.5")
    assert set(told) <= {"checks.limits"}  # an empty mapping was there before


def test_a_lock_made_after_the_outcomes_were_laid_out_says_so(root: Path) -> None:
    panel = root / "data" / "studies" / "tiny" / "panel.nc"
    panel.parent.mkdir(parents=True)
    panel.write_bytes(b"")
    lock("tiny", root)
    assert read_locks("tiny", root)[0].outcomes_shaped is True


def test_a_second_lock_is_refused_unless_asked_for_and_the_first_keeps_its_say(root: Path) -> None:
    lock("tiny", root)
    with pytest.raises(StudyError, match="--again"):
        lock("tiny", root)
    study = root / "conf" / "study" / "tiny.yaml"
    study.write_text(study.read_text().replace("matters_from: -20", "matters_from: -30"))
    lock("tiny", root, again=True)
    told = registration(plan("tiny", root=root), "tiny", root)
    assert told is not None
    assert len(told["again"]) == 1
    assert [one["item"] for one in told["deviations"]] == ["question.matters_from"]


def test_a_lock_changed_by_hand_is_refused(root: Path) -> None:
    path = lock("tiny", root)
    content = yaml.safe_load(path.read_text())
    content["locks"][0]["plan"]["seed"] += 1
    path.write_text(yaml.safe_dump(content))
    with pytest.raises(StudyError, match="changed after it was made"):
        read_locks("tiny", root)
    path.write_text("study: tiny\n")
    with pytest.raises(StudyError, match="no lock of a plan"):
        read_locks("tiny", root)


def test_the_command_says_where_it_is_and_a_wrong_study_is_no_traceback(root: Path) -> None:
    done = CliRunner().invoke(app, ["lock", "tiny", "--root", str(root)])
    assert done.exit_code == 0
    assert "data/locks/tiny.yaml: commit it" in done.stdout
    wrong = CliRunner().invoke(app, ["lock", "tyni", "--root", str(root)])
    assert isinstance(wrong.exception, StudyError)
