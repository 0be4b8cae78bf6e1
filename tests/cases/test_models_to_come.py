"""Published cases that no model of the project can run yet: what each expects, and which model is missing."""

from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.cases

AWAITED = {
    "epinow2": (
        "later final counts of five snapshots cut off by delay",
        "the later snapshot of the same series",
        "90 % intervals hold 90 %",
        "what such an interval says of itself",
        "no model of reports that come late",
    ),
}


@pytest.mark.parametrize("case", AWAITED)
def test_a_case_that_awaits_its_model(cases: Path, answer: Callable[..., None], case: str) -> None:
    asks, published, tolerance, why, missing = AWAITED[case]
    answer(case=case, asks=asks, published=published, tolerance=tolerance, why=why, note=missing)
