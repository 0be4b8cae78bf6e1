"""The table of how each refit was made: what is said of one that was not sampled."""

from evaluation.reporting.sections.readings import _diagnostics
from tests.unit.reporting.conftest import make_variants


def told(engine: list[str], says: list[str]) -> str:
    variants = make_variants().assign(engine=("variant", engine), engine_says=("variant", says))
    return str(_diagnostics(variants))


def test_sampled_refits_are_shown_without_a_word_about_the_engine() -> None:
    shown = told(["nutpie NUTS"] * 5, [""] * 5)
    assert "integrated" not in shown
    assert "NUTS" not in shown


def test_an_integrated_field_says_what_it_rests_on_and_a_return_to_nuts_says_why() -> None:
    engines = ["nutpie NUTS", "field integrated out", "nutpie NUTS", "nutpie NUTS", "nutpie NUTS"]
    shown = told(engines, ["", "at 100 draws: Pareto k 0.1", "the scales do not serve: Pareto k 2.9", "", ""])
    assert "What was done in prior:claimed. Field integrated out at 100 draws: Pareto k 0.1." in shown
    assert "Sampled with NUTS, because the scales do not serve: Pareto k 2.9." in shown
    assert "What was done in main." in shown  # no word about an engine, no second full stop
    assert ".." not in shown
    assert "Pareto k below 0.5" in shown  # what one wants is said in the caption


def test_divergences_are_shown_of_what_was_sampled_and_of_nothing_else() -> None:
    engines = ["nutpie NUTS", "field integrated out", "nutpie NUTS", "nutpie NUTS", "nutpie NUTS"]
    why = ["", "at 100 draws", "the scales do not serve", "", ""]
    variants = make_variants().assign(engine=("variant", engines), engine_says=("variant", why))
    shown = [[cell.words for cell in one.cells][-1] for one in _diagnostics(variants).groups[0].rows]
    assert shown[2] == "1"  # NUTS after all
    assert shown[1] == "–"
