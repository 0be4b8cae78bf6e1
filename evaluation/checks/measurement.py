"""Does the answer hang on how the figures were measured: suppressed cells, revisions, breaks, dates, effort?"""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import xarray as xr

from evaluation.checks.book import Evidence, NoEvidenceError, Seen, check
from evaluation.checks.reach import treated_units
from evaluation.checks.refits import SHIFT, judge_shift, variant_names
from evaluation.checks.words import percent_of
from evaluation.inference.diagnostics import Array
from evaluation.inference.variants import variant
from evaluation.models.book import entry
from evaluation.terms.assumptions import COUNTS_COMPARABLE, DATE_KNOWN, EFFORT_CONSTANT, SUPPRESSED_AT_RANDOM
from evaluation.terms.evidence import Verdict
from evaluation.terms.panel import EARLIER, Status
from evaluation.terms.world import Role

VINTAGE = "vintage:earlier"
KNOWN = (Status.EXACT, Status.SUPPRESSED)
EFFORT_ROLES = {Role.EFFORT, Role.DETECTION, Role.ENFORCEMENT}


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


@check("vintage", family="measurement", probes=COUNTS_COMPARABLE, limits=SHIFT)
def which_edition(evidence: Evidence, limits: Mapping[str, float]) -> Seen | tuple[Seen, ...]:
    """Shift of the overall effect when figures revised since an earlier edition are read as published there.

    Most publications have one edition only. A study that names no other is not told so in every report, unless it
    asks for this check by name.
    """
    if not set(EARLIER) <= set(evidence.panel):
        if "vintage" not in evidence.study.checks.run:
            return ()
        raise NoEvidenceError(
            "No earlier edition is at hand.", "Keep each edition as a table; name one in panel.earlier."
        )
    revisions = _revisions(evidence)
    published = " and ".join(json.loads(evidence.panel.attrs.get("earlier", "{}")).values()) or "an earlier day"
    of_them = f"Of {revisions['earlier_figures']:,.0f} figures in the edition of {published}"
    if not revisions["earlier_figures"]:
        raise NoEvidenceError(f"The edition of {published} holds none of the cells.", "Name one of the same tables.")
    if not revisions["revised"]:
        says = f"{of_them}, none was revised since."
        return Seen(verdict=Verdict.PASS, says=says, statistic=0.0, details=revisions)
    seen = judge_shift(evidence, (VINTAGE,), limits, "they are read as published then")
    middle = revisions["median_revision_percent"]
    were = "was" if revisions["revised"] == 1 else "were"
    of_adopters = f"{revisions['revised_in_adopters']:,.0f} in adopting units"
    size = f", up or down by {middle:.0f} % at the median" if np.isfinite(middle) else ""
    return replace(
        seen,
        says=f"{of_them}, {revisions['revised']:,.0f} {were} revised since ({of_adopters}){size}. {seen.says}",
        advice="" if seen.verdict is Verdict.PASS else "Give both answers; ask the publisher why it revised them.",
        details={**seen.details, **revisions},
    )


def _revisions(evidence: Evidence) -> dict[str, float]:
    """What the reading changes, in numbers of cells: `withdrawn` and `restored` are among the `revised`.

    The size of a revision is told of counts that both editions print: the larger over the smaller, less one, percent.
    """
    now = evidence.panel
    _, then = variant(VINTAGE).apply(evidence.study, now)
    known_now, known_then = now["status"].isin(KNOWN), then["status"].isin(KNOWN)
    differs = (now["lower"] != then["lower"]) | (now["upper"] != then["upper"])
    revised = differs & (known_now | known_then)  # NaN differs from NaN
    printed = revised & (now["status"] == Status.EXACT) & (then["status"] == Status.EXACT)
    ratios = _ratios(now["lower"].where(printed), then["lower"].where(printed))
    return {
        "earlier_figures": float((now["earlier_status"] != Status.NOT_REPORTED).sum()),
        "revised": float(revised.sum()),
        "revised_in_adopters": float(revised.sel(unit=list(treated_units(evidence))).sum()),
        "revised_in_outcomes": float(revised.sel(indicator=now["outcome"].astype(bool)).sum()),
        "withdrawn": float((revised & ~known_now).sum()),
        "restored": float((revised & ~known_then).sum()),
        "first_reported_later": float((known_now & (now["earlier_status"] == Status.NOT_REPORTED)).sum()),
        "median_revision_percent": 100 * (float(np.median(ratios)) - 1) if ratios.size else np.nan,
    }


def _ratios(one: xr.DataArray, other: xr.DataArray) -> Array:
    """How many times as large the larger is; a count of none has no ratio to another."""
    smaller, larger = np.minimum(one.values, other.values), np.maximum(one.values, other.values)
    positive = smaller > 0
    found: Array = larger[positive] / smaller[positive]
    return found


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
def effort_or_market(evidence: Evidence, limits: Mapping[str, float]) -> Seen | tuple[Seen, ...]:
    """Whether the indicators of the study can tell more detection from a larger market. No draws are needed.

    Nothing is seen of a model that does not assume a constant effort: `market_told_from_effort` speaks of it.
    """
    if EFFORT_CONSTANT not in entry(evidence.study.model.name).assumes:
        return ()
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
