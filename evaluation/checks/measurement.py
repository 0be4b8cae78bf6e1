"""Does the answer hang on how the figures were measured: suppressed cells, breaks, dates, the effort to detect?"""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from evaluation.checks.book import Evidence, NoEvidenceError, Seen, check
from evaluation.checks.refits import SHIFT, judge_shift, variant_names
from evaluation.checks.words import percent_of
from evaluation.terms.assumptions import COUNTS_COMPARABLE, DATE_KNOWN, EFFORT_CONSTANT, SUPPRESSED_AT_RANDOM
from evaluation.terms.evidence import Verdict
from evaluation.terms.panel import Status
from evaluation.terms.world import Role

EFFORT_ROLES = {Role.DETECTION, Role.ENFORCEMENT}


@check("suppressed_cells", family="measurement", probes=SUPPRESSED_AT_RANDOM, limits=SHIFT)
def handling_of_suppressed(evidence: Evidence, limits: Mapping[str, float]) -> Seen:
    """Shift of the overall effect when suppressed cells are dropped, or read as zero."""
    status = evidence.panel["status"].values
    suppressed, missing = float((status == Status.SUPPRESSED).mean()), float((status == Status.NOT_REPORTED).mean())
    refits = [name for name in ("suppressed:dropped", "suppressed:zero") if name in variant_names(evidence)]
    if suppressed and not refits:
        raise NoEvidenceError(
            f"{percent_of(suppressed)} of the cells are suppressed; the answer without them was not computed.",
            "Add suppressed:dropped and suppressed:zero to checks.variants.",
        )
    if suppressed:
        seen = judge_shift(evidence, tuple(refits), limits, "suppressed cells are dropped or read as zero")
        return replace(seen, advice="" if seen.verdict is Verdict.PASS else "Ask the publisher for the small counts.")
    if missing:
        raise NoEvidenceError(
            f"No cell is suppressed, but {percent_of(missing)} are not reported: what they would hold is not known.",
            "Ask why they are missing; compare units that report always with those that report sometimes.",
        )
    return Seen(
        verdict=Verdict.PASS, says="Every cell is reported: none is suppressed, none is missing.", statistic=0.0
    )


@check("definition_breaks", family="measurement", probes=COUNTS_COMPARABLE, limits=SHIFT)
def handling_of_breaks(evidence: Evidence, limits: Mapping[str, float]) -> Seen:
    """Shift of the overall effect when registered changes of definition are not modelled."""
    if not evidence.panel.sizes.get("break", 0):
        raise NoEvidenceError(
            "No change of definition is registered for these series, so none was tried.",
            "Read the publisher's notes; enter what changed in data/registers/breaks.yaml.",
        )
    seen = judge_shift(evidence, ("breaks:off",), limits, "registered changes of definition are ignored")
    return replace(
        seen, advice="" if seen.verdict is Verdict.PASS else "Confirm each registered break with its source."
    )


@check("enforcement_date", family="measurement", probes=DATE_KNOWN, limits=SHIFT)
def which_date(evidence: Evidence, limits: Mapping[str, float]) -> Seen:
    """Shift of the overall effect when exposure starts with enforcement; and how many dates are not confirmed."""
    adoptions, names = _adoptions_asked_about(evidence), evidence.names
    if not adoptions:
        raise NoEvidenceError("The panel does not say which dates were used.", "Shape again with the present version.")
    unsure = sorted(names.unit(str(each["unit"])) for each in adoptions if str(each.get("certainty", "low")) != "high")
    later = _enforced_later(evidence)
    seen = (
        judge_shift(evidence, ("date:enforced",), limits, "laws count from the day they are enforced")
        if later
        else Seen(verdict=Verdict.PASS, says=f"All {len(adoptions)} dates are confirmed, and none was enforced later.")
    )
    if not unsure or seen.verdict is Verdict.FAIL:
        return seen
    named = f"{len(unsure)} of {len(adoptions)} dates are not confirmed ({', '.join(unsure)})."
    worse = Verdict.CONCERN if seen.verdict is Verdict.CONCERN else Verdict.UNKNOWN
    return replace(
        seen,
        verdict=worse,
        says=f"{seen.says} {named}" if later else named,
        advice="Confirm the dates with the statute.",
    )


def _enforced_later(evidence: Evidence) -> bool:
    """Whether the dates of enforcement would change the exposure of any cell."""
    asked = [name for name in evidence.panel["intervention"].values if name in evidence.study.question.interventions]
    panel = evidence.panel.sel(intervention=asked)
    return "exposure_enforced" in panel and not panel["exposure_enforced"].equals(panel["exposure"])


def _adoptions_asked_about(evidence: Evidence) -> list[dict[str, Any]]:
    asked = evidence.study.question.interventions
    adoptions = json.loads(evidence.panel.attrs.get("adoptions", "[]"))
    units = set(evidence.panel["unit"].values.astype(str))
    return [each for each in adoptions if each["intervention"] in asked and each["unit"] in units]


@check("detection_effort", family="measurement", probes=EFFORT_CONSTANT)
def effort_or_market(evidence: Evidence, limits: Mapping[str, float]) -> Seen:
    """Whether the indicators of the study can tell more detection from a larger market. No draws are needed."""
    roles = {
        str(name): Role(str(role))
        for name, role in zip(evidence.panel["indicator"].values, evidence.panel["role"].values, strict=True)
    }
    outcomes = {name: role for name, role in roles.items() if name in evidence.study.question.indicators}
    effort = [name for name, role in outcomes.items() if role in EFFORT_ROLES]
    if not effort:
        return Seen(verdict=Verdict.PASS, says="The outcomes are not counts of what authorities find or do.")
    if Role.MARKET in roles.values():
        return Seen(
            verdict=Verdict.CONCERN,
            says="Some outcomes count what authorities find or do, others the market: read the two apart.",
            advice="Where they disagree, effort may have changed with the law.",
        )
    return Seen(
        verdict=Verdict.UNKNOWN,
        says=(
            "What is counted is prevalence times the effort to detect it, and no indicator here measures the market "
            "itself: these figures cannot tell a smaller market from less detection, nor a larger one from more."
        ),
        advice="Add a market indicator (advertisements, prices, surveys of buyers) to the study.",
    )
