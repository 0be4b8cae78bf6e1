"""No printed table shows a count that could point to a person."""

from hypothesis import given
from hypothesis import strategies as st

from evaluation.panel.disclosure import second_needed, suppress, suppress_bounds

counts = st.integers(min_value=0, max_value=10_000)
smallest_cells = st.integers(min_value=0, max_value=50)


@given(counts, smallest_cells)
def test_a_small_count_is_never_printed(count: int, smallest: int) -> None:
    printed = suppress(count, smallest)
    if 0 < count < smallest:
        assert printed == f"<{smallest}"
    else:
        assert printed.replace(",", "") == str(count)


@given(counts, counts, smallest_cells)
def test_an_interval_never_tells_more_than_the_smallest_cell_allows(one: int, other: int, smallest: int) -> None:
    lower, upper = sorted((one, other))
    printed = suppress_bounds(lower, upper, smallest)
    if printed.startswith("<"):
        assert int(printed[1:].replace(",", "")) >= min(smallest, upper + 1)
    if 0 < lower < smallest:
        assert printed.startswith("<")


def test_what_is_not_reported_says_so() -> None:
    assert suppress(float("nan"), 5) == "not reported"


def test_one_suppressed_cell_beside_its_sum_needs_a_second() -> None:
    assert second_needed([3, 12, 0], 5)
    assert not second_needed([3, 2, 40], 5)
    assert not second_needed([0, 12, 40], 5)
