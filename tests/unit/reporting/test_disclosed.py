"""Who tries to find a hidden count, by subtraction or by reading every file, does not: where counts are not public."""

import csv
import itertools
import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from evaluation.reporting.disclosure import hide_small, second_hidden
from evaluation.reporting.evidence import Evidence
from evaluation.terms import DisclosurePlan
from evaluation.terms.panel import Status
from tests.unit.reporting.test_funder_pages import write

SMALLEST = 5
TOTAL, PART, SMALL = "victims_sexual", "prosecuted", "convicted"  # for this test: a total and its two parts
COUNTS = {TOTAL: 31.0, PART: 28.0, SMALL: 3.0}  # 31 - 28 would give the 3 away


def secret(make: SimpleNamespace, *, published: bool, counts: dict[str, float] | None = None) -> Evidence:
    """One treated unit with a small count in 2013, beside a total and its other part."""
    study = make.study(disclosure=DisclosurePlan(smallest_cell=SMALLEST, published=published))
    panel, registers = make.panel(study), make.registers()
    for name, value in (counts or COUNTS).items():
        at = {"indicator": name, "unit": "U00", "time": "2013"}
        panel["lower"].loc[at] = panel["upper"].loc[at] = value
        panel["status"].loc[at] = int(Status.EXACT)
    entries = registers["indicators"]
    registers["indicators"] = entries | {TOTAL: replace(entries[TOTAL], parts=(PART, SMALL))}
    return make.evidence(study=study, panel=panel, registers=registers)


def row_of(out: Path, indicator: str) -> dict[str, str]:
    with (out / "figures" / "counterfactual.csv").open(encoding="utf-8") as stream:
        (found,) = [
            row
            for row in csv.DictReader(stream)
            if (row["indicator"], row["unit"], row["time"]) == (indicator, "U00", "2013")
        ]
    return found


def reachable(bounds: dict[str, tuple[float, float]]) -> set[float]:
    """Values of the small count that the printed bounds leave open, parts adding up to their total."""

    def values(name: str) -> range:
        low, high = bounds[name]
        return range(SMALLEST, 200) if np.isnan(low) else range(int(low), int(high) + 1)

    totals = set(values(TOTAL))
    return {float(small) for other, small in itertools.product(values(PART), values(SMALL)) if other + small in totals}


def printed_bounds(out: Path) -> dict[str, tuple[float, float]]:
    rows = {name: row_of(out, name) for name in COUNTS}
    return {name: (float(row["lower"] or "nan"), float(row["upper"] or "nan")) for name, row in rows.items()}


def test_a_small_count_is_not_found_by_subtraction_from_what_is_printed(make, tmp_path):
    write(secret(make, published=False), tmp_path)
    assert reachable(printed_bounds(tmp_path)) == {1.0, 2.0, 3.0, 4.0}
    assert row_of(tmp_path, PART)["status"] == "not_printed"


def test_without_the_second_cell_it_would_be(make, tmp_path):
    write(secret(make, published=False), tmp_path)
    bounds = printed_bounds(tmp_path) | {PART: (28.0, 28.0)}
    assert reachable(bounds) == {3.0}


def test_public_counts_are_printed_as_they_are(make, tmp_path):
    write(secret(make, published=True), tmp_path)
    assert printed_bounds(tmp_path) == {name: (value, value) for name, value in COUNTS.items()}


def test_no_file_holds_the_hidden_counts_in_any_form(make, tmp_path):
    """Counts that nothing else on the page has: a total of 7,331 and its part of 7,328."""
    counts = {TOTAL: 7331.0, PART: 7328.0, SMALL: 3.0}
    write(secret(make, published=False, counts=counts), tmp_path / "hidden")
    write(secret(make, published=True, counts=counts), tmp_path / "open")
    told = {
        place: "\n".join(
            path.read_text(encoding="utf-8") for path in sorted((tmp_path / place).rglob("*")) if path.is_file()
        )
        for place in ("hidden", "open")
    }
    assert re.search(r"7,?328", told["open"])
    assert re.search(r"7,?328", told["hidden"]) is None
    assert re.search(r"7,?331", told["hidden"])  # the total may stand


def test_a_reason_that_quotes_a_figure_is_cut_where_that_figure_is_not_printed(make, tmp_path):
    evidence = secret(make, published=False)
    at = {"indicator": "victims_labour", "unit": "U00", "time": "2013"}
    evidence.panel["status"].loc[at] = int(Status.QUESTIONED)
    reason = {"indicator": "victims_labour", "unit": "U00", "period": "2013", "reason": "contradicts prosecuted (28)"}
    evidence = replace(evidence, registers={**evidence.registers, "questioned": [reason]})
    write(evidence, tmp_path)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "contradicts a figure that is not printed" in page
    assert "contradicts prosecuted (28)" not in page


@pytest.mark.parametrize(
    ("lower", "upper", "printed"),
    [(3, 3, (1, 4)), (0, 0, (0, 0)), (0, 2, (0, 4)), (0, 4, (0, 4)), (2, 9, (1, 9)), (12, 12, (12, 12))],
)
def test_bounds_are_never_tighter_than_the_smallest_cell_allows(lower, upper, printed):
    shown = hide_small(np.array([float(lower)]), np.array([float(upper)]), SMALLEST)
    assert tuple(float(end[0]) for end in shown) == printed


@pytest.mark.parametrize("rest", [0, 1, 7])
@pytest.mark.parametrize("parts", [2, 3])
def test_whatever_the_counts_each_hidden_one_may_still_be_any_small_number(parts, rest):
    """Every table with counts up to 10: subtraction by someone who knows that what is not printed is no small count."""
    for counts in itertools.product(range(11), repeat=parts):
        assert_not_found(counts, rest)


def assert_not_found(parts: tuple[int, ...], rest: int) -> None:
    true = np.array([float(sum(parts) + rest), *map(float, parts)])
    lower, upper = hide_small(true, true, SMALLEST)
    second = second_hidden(lower, upper, SMALLEST)
    if second is not None:
        lower[second], upper[second] = SMALLEST, 1000
        assert true[second] >= SMALLEST
    small = [place for place in range(1, len(true)) if 0 < true[place] < SMALLEST]
    if not small or 0 < true[0] < SMALLEST:
        return
    spans = [range(int(lower[place]), int(upper[place]) + 1) for place in small]
    fixed = [place for place in range(1, len(true)) if place not in small]
    low, high = sum(lower[place] for place in fixed), sum(upper[place] for place in fixed)
    left = [one for one in itertools.product(*spans) if low + sum(one) <= upper[0] and high + sum(one) >= lower[0]]
    if not any(abs(sum(one) + low - lower[0]) < 1 for one in left) and second is None:
        return  # parts do not add up to the total: there is something else in it, and nothing follows
    for place, span in enumerate(spans):
        assert {one[place] for one in left} == set(span)
