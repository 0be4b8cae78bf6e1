"""What the design can carry, asked before any count is seen. What simulated counts say of it: `rehearsed.py`."""

from collections.abc import Mapping

import numpy as np
import xarray as xr

from evaluation.checks.book import Evidence, NoEvidenceError, Seen, check
from evaluation.checks.cells import replicated
from evaluation.checks.prior import impossible_share
from evaluation.checks.reach import reported_around, treated_units
from evaluation.checks.words import percent_of
from evaluation.models.book import entry
from evaluation.terms.assumptions import (
    ADOPTERS_TYPICAL,
    COURSE_CONTINUES,
    PRIOR_REASONABLE,
    SUPPRESSED_AT_RANDOM,
)
from evaluation.terms.errors import DataError, Problem, refuse_if_any
from evaluation.terms.evidence import Verdict
from evaluation.terms.panel import OUTCOMES, Status
from evaluation.terms.study import Study


def refuse_outcomes(design: xr.Dataset) -> None:
    """A rehearsal that could see the counts would be no rehearsal.

    Raises
    ------
    DataError
        If the design carries counts, or the truth behind simulated ones.
    """
    refuse_if_any(
        (
            Problem(f"'{name}' holds outcomes", "design", "rehearse from the design alone (panel.shape.design_of)")
            for name in OUTCOMES
            if name in design
        ),
        DataError,
    )


def prior_draws(study: Study, design: xr.Dataset) -> xr.DataTree:
    """Counts drawn from the priors on this calendar, if any check of this stage will look at them."""
    if study.checks.run and "design_prior" not in study.checks.run:
        return xr.DataTree()
    from evaluation.inference.fit import prior_predictive

    return prior_predictive(study, design)


@check(
    "design_contrast",
    family="design",
    probes=ADOPTERS_TYPICAL,
    limits={"design_treated": 10.0, "design_cells": 20.0},
    stage="rehearse",
)
def contrast(evidence: Evidence, limits: Mapping[str, float]) -> Seen:
    """Adopting units, and reported cells of theirs before and after, on which the answer will rest."""
    treated = len(treated_units(evidence))
    if not treated:
        raise NoEvidenceError("No unit of the design is under an intervention that is asked about.")
    before, after = reported_around(evidence)
    others = evidence.panel.sizes["unit"] - treated
    compares = COURSE_CONTINUES not in entry(evidence.study.model.name).assumes
    thin = treated < limits["design_treated"] or min(before, after) < limits["design_cells"]
    return Seen(
        verdict=Verdict.FAIL
        if not min(before, after, others or not compares)
        else Verdict.CONCERN
        if thin
        else Verdict.PASS,
        says=(
            f"The answer rests on {treated} adopting and {others} other units, and on {before:,} reported cells of "
            f"the adopting ones before and {after:,} after."
        ),
        statistic=treated,
        statistic_says="units under the intervention asked about",
        limit=limits["design_treated"],
        advice="Expect a wide interval; more units or longer series would narrow it." if thin else "",
        details={"treated": treated, "other": others, "before": before, "after": after},
    )


@check(
    "design_gaps",
    family="design",
    probes=SUPPRESSED_AT_RANDOM,
    limits={"design_suppressed": 0.3, "design_missing": 0.5},
    stage="rehearse",
)
def gaps(evidence: Evidence, limits: Mapping[str, float]) -> Seen:
    """Share of cells that are missing, and share of the reported ones that are suppressed."""
    status = evidence.panel["status"].values
    reported = np.isin(status, [Status.EXACT, Status.SUPPRESSED])
    if not reported.any():
        raise NoEvidenceError("No cell of the design is reported.")
    missing = 1 - float(reported.mean())
    suppressed = float((status[reported] == Status.SUPPRESSED).mean())
    wide = missing > limits["design_missing"] or suppressed > limits["design_suppressed"]
    return Seen(
        verdict=Verdict.CONCERN if wide else Verdict.PASS,
        says=f"{percent_of(missing)} of the cells are missing; of the others, {percent_of(suppressed)} are suppressed.",
        statistic=missing,
        statistic_says="share of cells without a usable figure",
        limit=limits["design_missing"],
        advice="Ask whether what is missing differs from what is reported." if wide else "",
        details={"missing": missing, "suppressed": suppressed},
    )


@check("design_prior", family="design", probes=PRIOR_REASONABLE, limits={"design_impossible": 0.01}, stage="rehearse")
def possible(evidence: Evidence, limits: Mapping[str, float]) -> Seen:
    """Share of counts drawn from the priors, on this calendar, that exceed the number of persons there are."""
    share = impossible_share(evidence, replicated(evidence, "prior_predictive"))
    fine = share <= limits["design_impossible"]
    return Seen(
        verdict=Verdict.PASS if fine else Verdict.CONCERN,
        says=f"Of the counts the priors allow, {percent_of(share, places=1)} exceed the number of persons.",
        statistic=share,
        statistic_says="share of counts drawn from the priors above their base",
        limit=limits["design_impossible"],
        advice="" if fine else "Narrow the priors of the level and of the shocks in conf/model/.",
    )
