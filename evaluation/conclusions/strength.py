"""How much weight a claim may carry, given what the checks saw.

| what was seen | strength |
| --- | --- |
| a sampling check failed, or what the claim rests on was not found to hold | withheld |
| any other check failed | weak, with the reason first |
| a concern, an unknown, or a main assumption not checked | moderate |
| every check passed | strong |
"""

from collections.abc import Iterable
from dataclasses import dataclass

from evaluation.conclusions.doubts import place
from evaluation.terms.assumptions import (
    ASSUMPTIONS,
    CONVERGED,
    DATA_DECIDE,
    IN_PLACE_OF,
    MODEL_FITS,
    NO_DIFFERENTIAL_TREND,
)
from evaluation.terms.evidence import Finding, Strength, Verdict

# No evidence is never a pass: a claim is not strong while nothing has probed one of these.
MAIN_ASSUMPTIONS = (CONVERGED, NO_DIFFERENTIAL_TREND, DATA_DECIDE, MODEL_FITS)
SAMPLING = "sampling"
LABELS = ((Verdict.FAIL, "Failed"), (Verdict.CONCERN, "Concern"), (Verdict.UNKNOWN, "Not known"))


@dataclass(frozen=True)
class Weight:
    """A strength, and the reasons for it, the gravest first."""

    strength: Strength
    reasons: tuple[str, ...]


def weigh(findings: Iterable[Finding], *, without: str = "", rests_on: str = "") -> Weight:
    """Apply the table. `without` names a family that has no say: a control's own finding in the claim about it.
    `rests_on` names an assumption without which there is no claim: it is withheld unless a check found that it holds.
    """
    heard = [finding for finding in findings if finding.family != without]
    failed = [finding for finding in heard if finding.verdict is Verdict.FAIL]
    sampling = [finding for finding in failed if finding.family == SAMPLING]
    if sampling:
        return Weight(Strength.WITHHELD, _told(sampling))
    probed = [finding for finding in heard if finding.assumption == rests_on]
    if rests_on and not (probed and all(finding.verdict is Verdict.PASS for finding in probed)):
        return Weight(Strength.WITHHELD, _told(probed) or (f"Not checked: {ASSUMPTIONS[rests_on]}.",))
    reasons = (*_told(heard), *_not_checked(heard))
    if failed:
        return Weight(Strength.WEAK, reasons)
    return Weight(Strength.MODERATE if reasons else Strength.STRONG, reasons)


def _told(findings: list[Finding]) -> tuple[str, ...]:
    told = [
        f"{label}: {finding.says}"
        for verdict, label in LABELS
        for finding in sorted(findings, key=place)
        if finding.verdict is verdict
    ]
    return tuple(dict.fromkeys(told))


def _not_checked(findings: list[Finding]) -> tuple[str, ...]:
    probed = {IN_PLACE_OF.get(finding.assumption, finding.assumption) for finding in findings}
    return tuple(f"Not checked: {ASSUMPTIONS[name]}." for name in MAIN_ASSUMPTIONS if name not in probed)
