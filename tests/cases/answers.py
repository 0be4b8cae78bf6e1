"""Published answers beside ours: where the cases lie, one row of the table, and how a row is judged."""

import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PROPERTY = "answer"  # under this name a test hands its row to whoever writes the table
NOT_RUN = "not run"


def cases_folder() -> Path:
    """The folder named in EVALUATION_CASES, or `shared/cases` beside the project; it may be absent."""
    return Path(os.environ.get("EVALUATION_CASES", ROOT.parent / "shared" / "cases"))


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One row: what was published, what we found, how far apart the two may lie and why so far.

    >>> Answer(case="c", asks="mean", published="1", ours="2", tolerance="0.5", why="", holds=False).verdict
    'FAIL'
    """

    case: str  # name of the case's folder
    asks: str
    published: str
    tolerance: str
    why: str  # the reason for the tolerance
    ours: str = ""
    holds: bool | None = None  # None: there is no answer of ours
    trouble: str = ""  # why our answer cannot be trusted; empty where it can
    note: str = ""  # what a reader should know of a row that does not pass

    @property
    def verdict(self) -> str:
        """PASS, FAIL, UNKNOWN where our answer cannot be trusted, or not run."""
        if self.holds is None:
            return NOT_RUN
        if self.trouble:
            return "UNKNOWN"
        return "PASS" if self.holds else "FAIL"

    def told(self) -> dict[str, Any]:
        """As a record that passes between processes."""
        return asdict(self)


class MissedError(AssertionError):
    """Our answer can be trusted and lies outside the tolerance."""


def judge(row: Answer) -> None:
    """Skip what was not run, fail what cannot be trusted, raise MissedError for what misses its tolerance.

    A row known to fail is marked `xfail(raises=MissedError)`: sampling that did not converge is then still an error.
    """
    if row.holds is None:
        pytest.skip(f"{row.case}: {row.note}")
    if row.trouble:
        pytest.fail(f"{row.case}, {row.asks}: {row.trouble}")
    if not row.holds:
        raise MissedError(
            f"{row.case}, {row.asks}: published {row.published}, ours {row.ours}, tolerance {row.tolerance}"
        )
