"""Bayesian monitoring and evaluation of interventions against sex trafficking.

Nine verbs, each makes one noun: `plan, gather, shape, rehearse, fit, check, estimate, claim, report`.

    import evaluation as ev

    study = ev.plan("buyer_laws")                      # every name is checked here, before any sampling
    panel = ev.shape(study, ev.gather(study))          # indicator x unit x period, with bounds of each count
    rehearsal, simulations = ev.rehearse(study, panel)  # outcomes unseen: could a change that matters be found?
    fit, variants = ev.fit(study, panel)
    findings = rehearsal + ev.check(study, panel, fit, variants)
    effect = ev.estimate(study, panel, fit)
    claims = ev.claim(study, effect, findings, variants)
    ev.report(study, panel, effect, variants, findings, claims, simulations=simulations)

Nothing is imported until it is used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from evaluation.pipeline.verbs import check, claim, estimate, fit, gather, plan, rehearse, report, shape
    from evaluation.terms import Claim, DataError, EvidenceError, Finding, Question, Study, StudyError

VERBS = ("plan", "gather", "shape", "rehearse", "fit", "check", "estimate", "claim", "report")
NOUNS = ("Study", "Question", "Finding", "Claim", "StudyError", "DataError", "EvidenceError")

__all__ = [
    "Claim",
    "DataError",
    "EvidenceError",
    "Finding",
    "Question",
    "Study",
    "StudyError",
    "check",
    "claim",
    "estimate",
    "fit",
    "gather",
    "plan",
    "rehearse",
    "report",
    "shape",
]


def __getattr__(name: str) -> Any:
    if name in VERBS:
        return getattr(import_module("evaluation.pipeline.verbs"), name)
    if name in NOUNS:
        return getattr(import_module("evaluation.terms"), name)
    raise AttributeError(f"module 'evaluation' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted(__all__)
