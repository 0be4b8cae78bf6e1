"""Run every published case and write docs/validation.md: what was published, what we find, the tolerance, the verdict.

python -m tools.validate        or: make validate

The rows are stated by the tests in tests/cases; no figure is typed by hand. A row that fails is written as failing.
"""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from platform import python_version

import pytest

from tests.cases.answers import NOT_RUN, PROPERTY, ROOT, Answer, cases_folder

TABLE = ROOT / "docs" / "validation.md"
PACKAGES = ("pymc", "nutpie", "numpy")
JUDGED = ("PASS", "FAIL", "UNKNOWN")
HEADINGS = ("case", "what is compared", "published", "ours", "tolerance", "why this tolerance", "verdict")
OPENING = """# Published answers beside ours

Data whose answer others have published, or simulated and so know, run through this project. Each row has a tolerance
with its reason. A row that fails stands here as failing; what to make of it is said below the table.

`make validate` writes this file from the tests in `tests/cases`; no figure of ours is typed by hand. The cases are not
part of this project: they lie in the folder that `EVALUATION_CASES` names (`shared/cases` beside the project where it
names none). Without that folder the command says so and leaves this file alone."""


class Rows:
    """A plugin of pytest that keeps the row each test states."""

    def __init__(self) -> None:
        self.rows: list[Answer] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """After each phase of each test."""
        if row := row_of(report):
            self.rows.append(row)


def row_of(report: pytest.TestReport) -> Answer | None:
    """The row of one test; where it broke off or was skipped before it had one, a row that says so."""
    told = dict(report.user_properties).get(PROPERTY)
    if isinstance(told, dict):
        return Answer(**told) if report.when == "call" else None
    file, _, name = report.nodeid.partition("::")
    if not Path(file).name.startswith("test_") or not (report.failed or report.skipped):
        return None
    said = str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longreprtext).strip()
    last = said.splitlines()[-1] if said else "no reason was given"
    case, asks = Path(file).stem.removeprefix("test_"), name.removeprefix("test_").replace("_", " ")
    blank = {"case": case, "asks": asks, "published": "", "tolerance": "", "why": ""}
    if report.skipped:
        return Answer(**blank, note=last.removeprefix("Skipped: "))
    return Answer(**blank, holds=False, trouble=f"it broke off: {last}")


def document(rows: Iterable[Answer], made: str) -> str:
    """The whole of docs/validation.md; rows that were judged come first."""
    ordered = sorted(rows, key=lambda row: row.verdict == NOT_RUN)
    counts = Counter(row.verdict for row in ordered)
    told = ", ".join(f"{counts[verdict]} {verdict}" for verdict in JUDGED)
    parts = [OPENING, made, f"{len(ordered)} rows: {told}, {counts[NOT_RUN]} {NOT_RUN}.", "\n".join(_table(ordered))]
    parts += ["\n".join(_notes(ordered))] if any(_failing(row) for row in ordered) else []
    return "\n\n".join(parts) + "\n"


def _table(rows: Iterable[Answer]) -> Iterator[str]:
    yield _line(HEADINGS)
    yield _line("---" for _ in HEADINGS)
    for row in rows:
        ours = row.note if row.verdict == NOT_RUN else row.ours
        verdict = f"**{row.verdict}**" if _failing(row) else row.verdict
        yield _line((f"`{row.case}`", row.asks, row.published, ours, row.tolerance, row.why, verdict))


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _notes(rows: Iterable[Answer]) -> Iterator[str]:
    yield "## Rows that do not pass\n"
    for row in rows:
        if _failing(row):
            said = row.trouble or row.note or "Nothing is known yet of why"
            yield f"- **{row.verdict}**, `{row.case}`, {row.asks}. {said.removesuffix('.')}."


def _failing(row: Answer) -> bool:
    return row.verdict not in {"PASS", NOT_RUN}


def made_by() -> str:
    """When, by which version and with which packages."""
    from tests.cases.fitting import SAMPLER  # here, not above: it loads PyMC, and without cases nothing is fitted

    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.strip()
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"Made on {datetime.now(UTC):%Y-%m-%d} with version {version('demand-side-evaluation')}"
        f"{f' (commit {commit})' if commit else ''}; Python {python_version()}, {packages}."
        f" Each fit: {SAMPLER.chains} chains x {SAMPLER.draws} draws, seeded. A row is UNKNOWN where the sampling"
        " has not converged."
    )


def main() -> int:
    """Run the cases, write the table; 0 where every row came out as its test expects."""
    folder = cases_folder()
    if not folder.is_dir():
        sys.stderr.write(
            f"The published cases are not here: there is no folder {folder}. Name it in EVALUATION_CASES."
            f" {TABLE.relative_to(ROOT)} is left as it was.\n"
        )
        return 1
    os.chdir(ROOT)
    found, made = Rows(), made_by()
    code = pytest.main(["-q", "-m", "cases", "tests/cases"], plugins=[found])
    if code not in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED} or not found.rows:
        sys.stderr.write(f"The cases were not all run. {TABLE.relative_to(ROOT)} is left as it was.\n")
        return int(code) or 1
    TABLE.write_text(document(found.rows, made), encoding="utf-8")
    sys.stdout.write(f"{TABLE.relative_to(ROOT)} is written: {len(found.rows)} rows.\n")
    return int(code)


if __name__ == "__main__":
    sys.exit(main())
