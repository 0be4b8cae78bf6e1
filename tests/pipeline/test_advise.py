"""`evaluation advise`: what it prints of a study, what it recommends, and what it says where it cannot."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
import xarray as xr

from evaluation.models import book
from evaluation.models.book import model_names
from evaluation.panel.shape import design_of
from evaluation.pipeline.advise import guide
from evaluation.pipeline.guide_screen import recommendation
from evaluation.pipeline.other_settings import settings_in
from evaluation.pipeline.plan import plan
from evaluation.pipeline.store import Place
from tests.pipeline.tiny import make_tiny
from tests.unit.models.small import monthly_panel, neighbours_panel, small_panel
from tests.unit.models.test_advice import under

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny(tmp_path_factory.mktemp("advise"))


def best(panel: xr.Dataset, study: str = "buyer_laws") -> str:
    found = guide(Place(ROOT, study), plan(study, (), ROOT), design_of(panel))
    assert {one.name for one in found.models} == set(model_names())
    return recommendation(found)


def test_each_kind_of_panel_has_the_model_that_is_made_for_it() -> None:
    assert best(small_panel()).startswith("Take staggered, the study's own: 4 units without it say")
    assert best(neighbours_panel()).startswith("Take displacement: 4 units without it")
    assert best(under(monthly_panel(), dict.fromkeys("ABCDEF", 24))).startswith("Take interrupted_series: nobody")
    assert best(monthly_panel().sel(unit=["A"])).startswith("Take interrupted_series")


def test_of_two_alike_the_study_s_own_comes_first() -> None:
    in_turn = under(monthly_panel(), {unit: 10 + 3 * at for at, unit in enumerate("ABCDEF")})
    assert best(in_turn).startswith("Take staggered, the study's own: units adopt at different times.")
    assert "Mind: every unit adopts sooner or later" in best(in_turn)


def test_a_model_of_which_nothing_is_known_is_not_recommended(monkeypatch: pytest.MonkeyPatch) -> None:
    @dataclass(frozen=True)
    class Silent:
        """Says nothing of whom it is for."""

    monkeypatch.setitem(book._PAGES, "a_silent_one", book.Entry("a_silent_one", Silent, ()))
    monkeypatch.setattr("evaluation.pipeline.advise.model_names", lambda: ("a_silent_one", "staggered"))
    found = guide(Place(ROOT, "buyer_laws"), plan("buyer_laws", (), ROOT), design_of(neighbours_panel()))
    assert [one.name for one in found.models] == ["staggered", "a_silent_one"]


def test_where_nothing_applies_no_model_is_recommended() -> None:
    assert best(small_panel().sel(unit=["A"]).isel(time=slice(3, None))).startswith("No model of the book")


def test_it_prints_facts_models_and_one_recommendation_in_80_columns(evaluation, tiny: Path) -> None:
    answer = evaluation("advise", "tiny", "--quiet", "--root", str(tiny))
    assert answer.code == 0
    assert answer.err == ""
    assert "\x1b" not in answer.out
    lines = answer.out.splitlines()
    assert max(len(line) for line in lines) <= 80
    for name in model_names():
        assert any(line.startswith(name) for line in lines), name
    words = re.sub(r"\s+", " ", answer.out)
    for said in (
        "10 years, 2009 to 2018",
        "2: France, Norway",
        "reported periods of each: France 7, Norway 5",
        "2 adopters only (France, Norway): one of them may decide the answer",
        "no negative control",
        "6 units without it say what would have happened meanwhile",
        "there are no neighbours along which anything could spill over",
        "What did it change in the units that adopted it",
        "Take staggered, the study's own:",
    ):
        assert said in words, said
    assert "evaluation run tiny" in lines
    assert not (tiny / "data/studies/tiny/fit.nc").exists()


def test_overrides_are_advised_on_in_a_place_of_their_own(evaluation, tiny: Path) -> None:
    answer = evaluation("advise", "tiny", 'panel.span=["2010","2018"]', "--quiet", "--root", str(tiny))
    assert "9 years, 2010 to 2018" in answer.out
    assert len(list((tiny / "data/studies").glob("tiny@*"))) == 1


def test_an_unknown_study_exits_10_and_a_panel_that_cannot_be_11(evaluation, tiny: Path) -> None:
    answer = evaluation("advise", "tinny", "--quiet", "--root", str(tiny))
    assert (answer.code, answer.out) == (10, "")
    assert "no study is called 'tinny'; did you mean 'tiny'?" in answer.err
    answer = evaluation("advise", "tiny", "panel.min_before=9", "--quiet", "--root", str(tiny))
    assert (answer.code, answer.out) == (11, "")
    assert "no unit can count as treated by my_law" in answer.err


@pytest.mark.parametrize("command", ["advise", "compare"])
def test_help_has_examples(evaluation, command: str) -> None:
    answer = evaluation(command, "--help")
    assert answer.code == 0
    assert f"evaluation {command} buyer_laws\n" in answer.out


def test_another_model_takes_over_what_the_study_changed_and_nothing_it_has_not() -> None:
    study = plan("simulated_displacement", ["model.effect.prior=sceptical", "model.rivals=[adverts_simulated]"], ROOT)
    settings, without = settings_in(study, "staggered", ROOT)
    assert settings["effect"]["prior"] == "sceptical"
    assert settings["noise_sd"] == 0.15  # the study's, not the file's 0.5
    assert set(without) == {"spill", "rivals"}
    assert settings_in(study, "displacement", ROOT) == (dict(study.model.settings), ())
    series, _ = settings_in(study, "interrupted_series", ROOT)
    assert series["bend_every"] == 12  # its own, which the study's model has not
    assert series["effect"]["priors"]["claimed"]["mean"] is not None


def test_the_command_for_another_model_drops_what_that_has_not() -> None:
    study = plan("simulated_displacement", (), ROOT)
    found = guide(Place(ROOT, "simulated_displacement"), study, design_of(small_panel()))
    staggered = next(one for one in found.models if one.name == "staggered")
    assert found.overrides(staggered) == ("model=staggered", "~model.spill", "checks.alternatives=[noise]")
    assert plan("simulated_displacement", found.overrides(staggered), ROOT).model.name == "staggered"
