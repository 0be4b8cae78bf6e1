"""How far does the answer reach beyond the units it was seen in?

That no single unit decides the answer (`no_unit_decides`) is probed by leaving units out: many refits, which have
their place in this family and are not run in this version.
"""

from collections.abc import Mapping

import numpy as np

from evaluation.checks.book import Evidence, NoEvidenceError, Seen, check
from evaluation.terms.assumptions import ADOPTERS_TYPICAL
from evaluation.terms.evidence import Verdict
from evaluation.terms.panel import Status


def treated_units(evidence: Evidence) -> tuple[str, ...]:
    """Units under an intervention that is asked about, at some time in the panel."""
    panel = evidence.panel
    asked = [name for name in panel["intervention"].values if str(name) in evidence.study.question.interventions]
    ever = (panel["exposure"].sel(intervention=asked) > 0).any(("intervention", "time"))
    return tuple(str(unit) for unit in panel["unit"].values[ever.values])


@check("treated_units", family="reach", probes=ADOPTERS_TYPICAL, limits={"treated_units": 10.0})
def enough_adopters(evidence: Evidence, limits: Mapping[str, float]) -> Seen:
    """Number of units that adopted: few of them cannot speak for others."""
    treated = treated_units(evidence)
    if not treated:
        raise NoEvidenceError("No unit of the panel is under an intervention that is asked about.")
    few = len(treated) < limits["treated_units"]
    units = "unit" if len(treated) == 1 else "units"
    says = f"{len(treated)} {units} adopted: {'too few' if few else 'enough'} to speak for others."
    named = sorted(evidence.names.unit(unit) for unit in treated)
    shown = f" ({', '.join(named)})" if len(treated) <= 10 else ""
    return Seen(
        verdict=Verdict.CONCERN if few else Verdict.PASS,
        says=says.replace(" adopted", f"{shown} adopted"),
        statistic=len(treated),
        statistic_says="units under the intervention asked about",
        limit=limits["treated_units"],
        advice="Read the effect to expect in the next unit, which allows for this." if few else "",
    )


def reported_around(evidence: Evidence) -> tuple[int, int]:
    """Reported cells of treated units, outcomes only, before the first exposure and from it on."""
    panel, question = evidence.panel, evidence.study.question
    outcomes = [name for name in panel["indicator"].values if str(name) in question.indicators]
    reported = panel["status"].sel(indicator=outcomes).isin([Status.EXACT, Status.SUPPRESSED])
    asked = [name for name in panel["intervention"].values if str(name) in question.interventions]
    first = (panel["exposure"].sel(intervention=asked) > 0).any("intervention").transpose("unit", "time").values
    since = np.maximum.accumulate(first, axis=1)
    ever = since.any(axis=1)
    cells = reported.transpose("indicator", "unit", "time").values[:, ever]
    return int(cells[:, ~since[ever]].sum()), int(cells[:, since[ever]].sum())
