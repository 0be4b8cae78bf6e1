"""ONE FAMILY OF DOUBTS PER FILE: each check names the assumption it probes and returns Findings."""

import xarray as xr

from evaluation.checks.book import Evidence, check_names, default_limits, problems_of, run_stage
from evaluation.terms.evidence import Finding
from evaluation.terms.study import Study

__all__ = ["check", "check_names", "default_limits", "problems_of", "rehearse"]


def check(study: Study, panel: xr.Dataset, fit: xr.DataTree, variants: xr.Dataset) -> tuple[Finding, ...]:
    """Doubt the fit: every check the study asks for (`checks.run`; empty: all), in the book's order.

    Raises
    ------
    StudyError
        If the study names a check or a limit that is not in the book.
    """
    return run_stage("check", Evidence(study=study, panel=panel, fit=fit, variants=variants))


def rehearse(study: Study, design: xr.Dataset, simulations: xr.Dataset | None = None) -> tuple[Finding, ...]:
    """Doubt the design before any count is seen: what it holds, what the priors say about it, what it could find.

    `design` is the panel without its counts; nothing here reads an outcome. The same findings therefore come out
    whatever the counts are. `simulations` are the fits of `inference.rehearsal.rehearse_fits`.

    Raises
    ------
    StudyError
        If the study names a check or a limit that is not in the book.
    DataError
        If the design carries counts.
    """
    from evaluation.checks.rehearsal import prior_draws, refuse_outcomes

    refuse_outcomes(design)
    evidence = Evidence(
        study=study,
        panel=design,
        fit=prior_draws(study, design),
        simulations=xr.Dataset() if simulations is None else simulations,
    )
    return run_stage("rehearse", evidence)
