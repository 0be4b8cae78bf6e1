"""`evaluation compare`: two models of a small study, from the command to the page."""

import re
from pathlib import Path

import pytest

from evaluation.models.book import model_names
from tests.pipeline.tiny import make_tiny

pytestmark = pytest.mark.pipeline


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny(tmp_path_factory.mktemp("compare"))


def test_an_unknown_model_exits_10_with_every_one_of_them(evaluation, tiny: Path) -> None:
    answer = evaluation("compare", "tiny", "--models", "stagered,flying", "--quiet", "--root", str(tiny))
    assert (answer.code, answer.out) == (10, "")
    assert "--models: no model is called 'stagered'; did you mean 'staggered'?" in answer.err
    assert f"no model is called 'flying'; known: {', '.join(model_names())}" in answer.err


def test_an_unknown_study_exits_10(evaluation, tiny: Path) -> None:
    answer = evaluation("compare", "tinny", "--quiet", "--root", str(tiny))
    assert answer.code == 10
    assert "did you mean 'tiny'?" in answer.err


def test_one_model_alone_is_nothing_to_compare_and_exits_12(evaluation, tiny: Path) -> None:
    answer = evaluation("compare", "tiny", "--models", "staggered,displacement", "--quiet", "--root", str(tiny))
    assert (answer.code, answer.out) == (12, "")
    assert "only staggered applies: there is nothing to set side by side" in answer.err
    assert "model displacement: panel: there are no neighbours" in answer.err
    assert not list((tiny / "reports").glob("*@compare"))


@pytest.mark.slow
def test_two_models_come_out_side_by_side(evaluation, tiny: Path) -> None:
    words = ("compare", "tiny", "--models", "staggered,interrupted_series", "--quiet", "--root", str(tiny))
    words = (*words[:2], "sampler.variant_draws=150", *words[2:])
    answer = evaluation(*words)
    assert answer.code == 0
    (page,) = (tiny / "reports").glob("tiny@*@compare/compare.html")
    assert str(page) in answer.out
    assert (page.parent / "compare.md").exists()
    for said in ("all outcomes together", "staggered", "interrupted_series", "figures left out", "weight"):
        assert said in answer.out, said
    weighed = [line for line in answer.out.splitlines() if re.search(r"± [\d.]+ .*%\s*$", line)]
    assert len(weighed) == 1, answer.out  # one is held against the other, and has a weight
    kept = {path: path.stat().st_mtime_ns for path in (tiny / "data/studies").glob("tiny@*/.compare/*.nc")}
    assert len(kept) == 4  # each model, and each without the last periods
    assert evaluation(*words).out == answer.out
    assert {path: path.stat().st_mtime_ns for path in kept} == kept


@pytest.mark.slow
def test_a_model_that_does_not_settle_is_drawn_again_for_longer(evaluation, tiny: Path) -> None:
    short = ("sampler.variant_draws=20", "sampler.variant_tune=20", "sampler.draws=400", "sampler.tune=150")
    words = ("compare", "tiny", *short, "checks.future=0", "--models", "staggered,interrupted_series")
    answer = evaluation(*words, "--quiet", "--root", str(tiny))
    assert answer.code == 0
    assert "did not settle" not in answer.out
    (place,) = [
        path
        for path in (tiny / "data/studies").glob("tiny@*")
        if "variant_draws: 20" in (path / "study.yaml").read_text()
    ]
    fits = list((place / ".compare").glob("*.nc"))
    assert 2 < len(fits) <= 4  # each model for a moment, and those that had not settled for longer
