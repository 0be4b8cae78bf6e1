"""No orphan number: each on the technical page is one that the evidence accounts for, in the place where it stands.

Tables, pictures, files and the Markdown twin are compared cell by cell with what is computed again from draws, panel,
claims, findings and records; a text may hold a number only inside a sentence of the evidence or one written out here.
Of all numbers, each altered in one digit, and all signs, each turned, at least 99 in 100 are noticed, and 98 in 100 of
each section: what may escape stands at axes of two labels, where a neighbour is as even.
"""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.reporting.alterations import altered_number
from tests.unit.reporting.judged import Judged
from tests.unit.reporting.number_cases import CASES, evidence_of, stretched
from tests.unit.reporting.page_reader import NUMBER, Grid, Picture, Words, all_words, numbers_in, pieces
from tests.unit.reporting.told import orphans
from tests.unit.reporting.twins import wrong_files, wrong_twin

FULL = "full"  # the case in which every section has something to print


@pytest.fixture(scope="module", params=CASES)
def judged(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Judged:
    return Judged(evidence_of(request.param), tmp_path_factory.mktemp(request.param))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    return Judged(evidence_of(FULL), tmp_path_factory.mktemp(FULL))


def test_every_number_is_found_where_it_comes_from(judged: Judged) -> None:
    assert judged.wrong() == []


def test_no_number_of_the_page_is_left_unread(judged: Judged) -> None:
    read = sum(len(NUMBER.findall(words)) for piece in judged.page for words in all_words(piece))
    assert read == len(numbers_in(judged.html)) > 500


def test_an_altered_number_is_noticed_in_every_section(judged: Judged) -> None:
    found = judged.noticed()
    assert sum(seen for seen, _ in found.values()) >= 0.99 * sum(number for _, number in found.values())
    assert {section: one for section, one in found.items() if one[0] < 0.98 * one[1]} == {}


def test_the_full_case_fills_every_section(whole: Judged) -> None:
    filled = {piece.section for piece in whole.page if isinstance(piece, Grid | Picture)}
    assert filled >= set(whole.noticed()) - {"page", "model"}
    assert {"displacement", "detection", "decisions", "rehearsal", "doubts", "readings"} <= filled


def test_every_table_and_picture_with_numbers_is_computed_again(whole: Judged) -> None:
    """But for those whose cells are sentences: of findings, of registers, of commands to type."""
    grids = [
        piece
        for piece in whole.page
        if isinstance(piece, Grid) and any(NUMBER.search(cell) for row in piece.rows for cell in row)
    ]
    asked = [caption for _, caption in whole.told.tables]
    missing = {grid.caption for grid in grids if not any(caption in grid.caption for caption in asked)}
    assert missing <= {"The doubts that could change the answer most, the gravest first."}
    pictures = [piece for piece in whole.page if isinstance(piece, Picture)]
    assert {(one.section, one.title) for one in pictures} == set(whole.told.pictures)


def test_every_column_of_differences_says_what_is_counted(whole: Judged) -> None:
    heads = [name for piece in whole.page if isinstance(piece, Grid) for name in piece.columns]
    assert {name for name in heads if name.startswith("Difference")} == {"Difference in persons"}
    assert "95 % interval, persons" in heads


@settings(max_examples=5, deadline=None)
@given(data=st.data())
def test_of_ten_numbers_altered_in_the_file_nine_or_more_are_noticed(whole: Judged, data: st.DataObject) -> None:
    places = data.draw(st.lists(st.sampled_from(numbers_in(whole.html)), min_size=10, max_size=10, unique=True))
    rng, seen = data.draw(st.randoms(use_true_random=False)), 0
    for _, start, end in places:
        altered = whole.html[:start] + altered_number(whole.html[start:end], rng) + whole.html[end:]
        seen += bool(whole.wrong_on(pieces(altered)))
    assert seen >= 9


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_number_altered_in_the_twin_or_in_a_file_is_noticed(
    whole: Judged, tmp_path_factory, data: st.DataObject
) -> None:
    files = sorted((whole.folder / "figures").glob("*.csv"))
    path = data.draw(st.sampled_from([whole.folder / "report.md", *files]))
    text = path.read_text(encoding="utf-8")
    start, end = data.draw(st.sampled_from([found.span() for found in NUMBER.finditer(text)]))
    altered = text[:start] + altered_number(text[start:end], data.draw(st.randoms(use_true_random=False))) + text[end:]
    if path.suffix == ".md":
        assert wrong_twin(altered, whole.page)
        return
    out = tmp_path_factory.mktemp("altered") / "figures"
    out.mkdir()
    for one in files:
        (out / one.name).write_text(altered if one == path else one.read_text(encoding="utf-8"), encoding="utf-8")
    assert wrong_files(out.parent, whole.told, whole.evidence.withheld)


@settings(max_examples=8, deadline=None)
@given(shift=st.floats(-1.5, 1.5), factor=st.floats(0.005, 3.0), case=st.sampled_from(["plain", "simulated", "rise"]))
def test_so_it_is_for_any_answer_wide_or_narrow(tmp_path_factory, shift: float, factor: float, case: str) -> None:
    evidence = stretched(evidence_of(case), shift, factor)
    assert Judged(evidence, tmp_path_factory.mktemp("any")).wrong() == []


@settings(max_examples=200, deadline=None)
@given(number=st.integers(0, 10_000), data=st.data())
def test_a_sentence_with_a_number_from_nowhere_is_noticed(whole: Judged, number: int, data: st.DataObject) -> None:
    section = data.draw(st.sampled_from(sorted({piece.section for piece in whole.page})))
    words = data.draw(st.sampled_from(["In all {} of them.", "It fell by {} %.", "Some {} persons (95 % interval)."]))
    assert whole.wrong_on([Words(section, "plain", words.format(f"{number:,}"))])


def test_numbers_of_another_fit_are_noticed_in_every_section_of_estimates(whole: Judged, tmp_path: Path) -> None:
    """A page that was written from other draws than those at hand."""
    other = Judged(stretched(whole.evidence, -0.1, 1.0), tmp_path)
    found = {one.split(":")[0] for one in other.wrong_on(whole.page)}
    assert {"effects", "event_study", "units"} <= found


def test_a_claim_that_is_not_the_one_on_the_page_is_noticed(whole: Judged, tmp_path: Path) -> None:
    claims = (replace(whole.evidence.claims[0], estimate=-14.9), *whole.evidence.claims[1:])
    other = Judged(replace(whole.evidence, claims=claims), tmp_path)
    assert {one.split(":")[0] for one in other.wrong_on(whole.page)} == {"headline"}


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("the change is 13 % here", ["13"]),
        ("in 2,015 of them", ["2,015"]),
        ("a change of 12 % or more", []),
        ("a change of 112 % or more", ["112"]),
        ("a change of 12 %, 0.12", ["0.12"]),
    ],
)
def test_a_number_is_no_part_of_a_longer_one(words: str, left: list[str]) -> None:
    assert orphans(words, ["12 %", "2", "015", "a change of 12 %"]) == left


def test_words_and_descriptions_are_read_too() -> None:
    page = '<section id="a"><p aria-label="of 4">in 3</p><svg><title>t 1</title><desc>d 2</desc></svg></section>'
    assert [piece.words for piece in pieces(page) if isinstance(piece, Words)] == ["of 4", "in 3"]
    assert [one for piece in pieces(page) if isinstance(piece, Picture) for one in all_words(piece)] == ["t 1", "d 2"]
    assert [section for section, *_ in numbers_in(page)] == ["a"] * 4
