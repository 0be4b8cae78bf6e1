"""What every published case stands on: the folder, a table of it, and the row that a test states and is judged by."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cases.answers import PROPERTY, Answer, judge


@pytest.fixture(scope="session")
def table(cases: Path) -> Callable[[str, str], Path]:
    """A file of a case, `table("mpdta_minwage", "mpdta.csv")`; the test is skipped where it is absent."""

    def find(case: str, name: str) -> Path:
        file = cases / case / name
        if not file.is_file():
            pytest.skip(f"the case {case} is not among the published cases here: no file {name}")
        return file

    return find


@pytest.fixture
def answer(record_property: Callable[[str, object], None]) -> Callable[..., None]:
    """State a row of docs/validation.md. It is kept for the table first, then judged."""

    def state(**row: Any) -> None:
        one = Answer(**row)
        record_property(PROPERTY, one.told())
        judge(one)

    return state
