"""Which doubts weigh most: those that could change the answer, before those that only widen it."""

from collections.abc import Iterable

from evaluation.terms.assumptions import (
    ADOPTERS_TYPICAL,
    ASSUMPTIONS,
    CALIBRATED,
    CONVERGED,
    COUNTS_COMPARABLE,
    COURSE_CONTINUES,
    DATA_DECIDE,
    DATE_KNOWN,
    DONORS_SPAN,
    EFFORT_CONSTANT,
    EFFORT_TOLD_APART,
    EVENTS_APART,
    LOADINGS_STAY,
    LOADS_BY_ROLE,
    MODEL_FITS,
    NO_ANTICIPATION,
    NO_DIFFERENTIAL_TREND,
    NO_HIDDEN_CAUSE,
    NO_SPILLOVER,
    NO_UNIT_DECIDES,
    PRIOR_REASONABLE,
    SCALES_FOUND,
    SPILLOVER_ALONG_WEIGHTS,
    SUPPRESSED_AT_RANDOM,
)
from evaluation.terms.evidence import Finding, Verdict

MOST = 3
# Without the first there is no answer; the next could turn it round; the last say how wide or how general it is.
ORDER = (
    CONVERGED, CALIBRATED,
    NO_DIFFERENTIAL_TREND, COURSE_CONTINUES, LOADINGS_STAY, DONORS_SPAN, EFFORT_CONSTANT, EFFORT_TOLD_APART,
    LOADS_BY_ROLE, NO_HIDDEN_CAUSE, EVENTS_APART, COUNTS_COMPARABLE,
    NO_UNIT_DECIDES, DATA_DECIDE,
    NO_SPILLOVER, SPILLOVER_ALONG_WEIGHTS, NO_ANTICIPATION, DATE_KNOWN, MODEL_FITS, SUPPRESSED_AT_RANDOM,
    ADOPTERS_TYPICAL, PRIOR_REASONABLE, SCALES_FOUND,
)  # fmt: skip
_VERDICTS = (Verdict.FAIL, Verdict.CONCERN, Verdict.UNKNOWN)
NOT_KNOWN = 1.5  # places in that order: not to know weighs a little less than a concern


def gravest(findings: Iterable[Finding], most: int = MOST) -> tuple[Finding, ...]:
    """The findings that could change the answer most, one of each assumption: what failed comes first.

    Of the others, those whose assumption the answer hangs on most (`ORDER`), a concern a little before not knowing.
    """
    found: dict[str, Finding] = {}
    for one in sorted((each for each in findings if each.verdict in _VERDICTS), key=_weight):
        found.setdefault(one.assumption, one)
    return tuple(found.values())[:most]


def place(finding: Finding) -> int:
    """Where its assumption stands in `ORDER`; one that is not there comes last."""
    names = {sentence: name for name, sentence in ASSUMPTIONS.items()}
    name = names.get(finding.assumption, finding.assumption)
    return ORDER.index(name) if name in ORDER else len(ORDER)


def _weight(finding: Finding) -> tuple[bool, float]:
    not_known = NOT_KNOWN * (finding.verdict is Verdict.UNKNOWN)
    return finding.verdict is not Verdict.FAIL, place(finding) + not_known
