"""Whether a plan was registered in advance, under the answer and under Provenance."""

from types import SimpleNamespace
from typing import Any

import pytest

from evaluation.reporting.evidence import Evidence
from evaluation.reporting.sections.headline import headline
from evaluation.reporting.sections.provenance import provenance

LOCKED: dict[str, Any] = {
    "locked": "2026-03-01T10:00:00+00:00", "commit": "0123456789abcdef", "changed": False, "outcomes_shaped": False,
    "again": [], "deviations": [],
}  # fmt: skip
CHANGED = [{"item": "question.matters_from", "locked": "-20.0", "now": "-35.0"}]


def evidence_of(make: SimpleNamespace, told: dict[str, Any] | None) -> Evidence:
    found: Evidence = make.evidence(registers={**make.registers(), "registered": told})
    return found


@pytest.mark.parametrize(
    ("told", "answer", "below"),
    [
        (None, "'Registered in advance', 'No.'", "Not registered in advance"),
        (
            LOCKED,
            "locked on 2026-03-01; nothing was changed since.",
            "at commit 0123456789. Nothing was changed since.",
        ),
        (LOCKED | {"deviations": CHANGED}, "locked on 2026-03-01; 1 item was changed since", "question.matters_from"),
        (LOCKED | {"outcomes_shaped": True}, "when its outcomes may have been seen; nothing", "may have been seen"),
        (LOCKED | {"commit": None, "changed": True}, "locked on 2026-03-01", "outside git with changes"),
        (LOCKED | {"again": ["2026-04-01T00:00:00+00:00"]}, "locked on 2026-03-01", "locked again on 2026-04-01"),
    ],
)
def test_the_report_says_when_the_plan_was_locked_and_what_was_changed(
    make: SimpleNamespace, told: dict[str, Any] | None, answer: str, below: str
) -> None:
    evidence = evidence_of(make, told)
    assert answer in str(headline(evidence))
    assert below in str(provenance(evidence))
