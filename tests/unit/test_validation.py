"""`make validate`: what fails is written as failing, what was not run says so, and without cases nothing is written."""

import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.cases.answers import PROPERTY, Answer, MissedError, judge
from tests.cases.fitting import Estimate
from tools.validate import document, row_of

ROOT = Path(__file__).parents[2]
ROW = Answer(
    case="laws",
    asks="mean",
    published="0.080",
    ours="0.096",
    tolerance="± 0.03",
    why="half a standard error",
    holds=True,
)


def lines_of(*rows: Answer) -> list[str]:
    return [line for line in document(rows, "Made today.").splitlines() if line.startswith("| `")]


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        (ROW, "PASS"),
        (replace(ROW, holds=False), "FAIL"),
        (replace(ROW, trouble="R-hat 1.3"), "UNKNOWN"),
        (replace(ROW, holds=False, trouble="R-hat 1.3"), "UNKNOWN"),
        (replace(ROW, holds=None), "not run"),
    ],
)
def test_the_verdict_of_a_row(row: Answer, verdict: str) -> None:
    assert row.verdict == verdict
    assert lines_of(row)[0].strip("| ").split(" | ")[-1].strip("*") == verdict


@pytest.mark.parametrize(("rhat", "ess", "trusted"), [(1.0, 2000, True), (1.02, 2000, False), (1.0, 100, False)])
def test_draws_that_have_not_converged_are_not_judged(rhat: float, ess: float, trusted: bool) -> None:
    trouble = Estimate(0.1, 0.03, 0.04, 0.16, rhat, ess).trouble
    assert (replace(ROW, trouble=trouble).verdict == "PASS") is trusted


@pytest.mark.parametrize(
    ("row", "raised"),
    [
        (replace(ROW, holds=False), MissedError),
        (replace(ROW, holds=False, trouble="R-hat 1.3"), pytest.fail.Exception),
        (replace(ROW, holds=None), pytest.skip.Exception),
    ],
)
def test_a_test_ends_as_its_row_says(row: Answer, raised: type[BaseException]) -> None:
    judge(ROW)
    with pytest.raises(raised, match="laws"):
        judge(row)
    assert not issubclass(pytest.fail.Exception, MissedError)  # or an expected failure would hide bad sampling


def test_rows_that_do_not_pass_are_counted_and_explained() -> None:
    failing = replace(ROW, asks="width", holds=False, note="It is narrower.")
    text = document([replace(ROW, holds=None, note="no factor model"), ROW, failing], "Made today.")
    assert "3 rows: 1 PASS, 1 FAIL, 0 UNKNOWN, 1 not run." in text
    assert "- **FAIL**, `laws`, width. It is narrower." in text
    assert "Rows that do not pass" not in document([ROW], "Made today.")


def test_rows_not_run_come_last_with_their_reason() -> None:
    first, last = lines_of(replace(ROW, holds=None, ours="", note="no factor model"), ROW)
    assert first.endswith("| PASS |")
    assert "| no factor model |" in last


def report(when: str, outcome: str, longrepr: object = None, properties: object = ()) -> pytest.TestReport:
    nodeid = "tests/cases/test_laws.py::test_the_mean"
    return pytest.TestReport(nodeid, (nodeid, 1, "test"), {}, outcome, longrepr, when, user_properties=list(properties))


def test_a_row_is_kept_once_whatever_became_of_the_test() -> None:
    stated = [(PROPERTY, replace(ROW, holds=False).told())]
    phases = [report("setup", "passed"), *(report(when, "failed", "x", stated) for when in ("call", "teardown"))]
    assert [row for row in map(row_of, phases) if row] == [replace(ROW, holds=False)]


def test_a_test_that_breaks_off_is_unknown_and_a_file_that_is_absent_is_not_run() -> None:
    broken = row_of(report("setup", "failed", "trace\nE  EvidenceError: the sampler found no point to start from"))
    assert broken is not None
    assert (broken.case, broken.verdict) == ("laws", "UNKNOWN")
    assert "no point to start from" in broken.trouble
    absent = row_of(report("setup", "skipped", ("file", 1, "Skipped: the case laws is not here")))
    assert absent is not None
    assert (absent.verdict, absent.note) == ("not run", "the case laws is not here")
    assert row_of(report("call", "passed")) is None


def test_without_the_cases_it_says_so_and_writes_nothing(tmp_path: Path) -> None:
    table = ROOT / "docs" / "validation.md"
    before = table.read_bytes()
    done = subprocess.run(
        [sys.executable, "-m", "tools.validate"],
        cwd=ROOT,
        env=os.environ | {"EVALUATION_CASES": str(tmp_path / "nowhere")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "The published cases are not here" in done.stderr
    assert table.read_bytes() == before


@pytest.mark.cases
def test_every_case_of_the_list_has_a_row(cases: Path) -> None:
    def named(pattern: str, file: Path) -> set[str]:
        return set(re.findall(pattern, file.read_text(encoding="utf-8"), re.MULTILINE))

    listed = named(r"^\| (\w+) \|", cases / "README.md") - {"case"}
    assert len(listed) > 5
    assert listed <= named(r"^\| `(\w+)` \|", ROOT / "docs" / "validation.md"), "run `make validate`"
