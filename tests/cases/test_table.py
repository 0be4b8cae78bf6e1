"""docs/validation.md knows every case of the list: none is left out because no model can run it."""

import re
from pathlib import Path

import pytest

from tests.cases.answers import ROOT

pytestmark = pytest.mark.cases


def test_every_case_of_the_list_has_a_row(cases: Path) -> None:
    listed = set(re.findall(r"^\| (\w+) \|", (cases / "README.md").read_text(encoding="utf-8"), re.MULTILINE))
    rows = set(
        re.findall(r"^\| `(\w+)` \|", (ROOT / "docs" / "validation.md").read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert len(listed - {"case"}) > 5
    assert listed - {"case"} <= rows, "run `make validate`"
