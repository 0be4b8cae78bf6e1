"""From a table of counts to a report that says what moved next door: every stage, with the model for displacement."""

import json
from pathlib import Path

import pytest

from evaluation.pipeline import verbs
from evaluation.pipeline.plan import plan
from evaluation.pipeline.run import run_study
from evaluation.terms.errors import DataError, StudyError
from tests.pipeline.tiny import make_tiny

pytestmark = [pytest.mark.slow, pytest.mark.pipeline]

BETWEEN = "defaults:\n  - override /model: displacement\n\n"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The study `tiny`, its countries neighbours by the distance between their capitals."""
    root = make_tiny(tmp_path_factory.mktemp("displacement"))
    study = root / "conf/study/tiny.yaml"
    text = study.read_text().replace("\ntitle:", f"\n{BETWEEN}title:", 1).replace("[size]", "[neighbours]")
    named = "  neighbours: {source: neighbours, kind: distance}\n  span:"
    study.write_text(text.replace("  span:", named, 1))
    return root


def test_a_report_tells_the_own_effect_the_spill_over_and_the_net(root: Path) -> None:
    run_study("tiny", (), root)
    findings = json.loads((root / "data/studies/tiny/findings.json").read_text())
    assert "spillover_along_weights" in findings["assumes"]
    assert "no_spillover" not in findings["assumes"]
    claims = {one["name"] for one in json.loads((root / "data/studies/tiny/claims.json").read_text())["claims"]}
    assert {"own", "spill_over", "net"} <= claims
    page = (root / "reports/tiny/report.html").read_text()
    assert "Did it move elsewhere?" in page
    assert "Neighbours under the law, at most" in page


def test_islands_are_refused_by_name(root: Path) -> None:
    study = plan("tiny", ["panel.neighbours.kind=border"], root)
    panel = verbs.shape(study, verbs.gather(study, root=root), root=root)
    with pytest.raises(DataError, match="no unit of the panel is a neighbour of Denmark, Norway, Portugal"):
        verbs.rehearse(study, panel)


def test_a_panel_without_neighbours_is_refused(root: Path) -> None:
    study = plan("tiny", ["panel.neighbours=null"], root)
    panel = verbs.shape(study, verbs.gather(study, root=root), root=root)
    with pytest.raises(DataError, match="no neighbours along which anything could spill over"):
        verbs.rehearse(study, panel)


def test_a_source_of_neighbours_that_no_register_knows_is_named_by_the_plan(root: Path) -> None:
    with pytest.raises(StudyError, match="did you mean 'neighbours'"):
        plan("tiny", ["panel.neighbours.source=neighbors"], root)
