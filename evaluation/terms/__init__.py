"""THE WORDS: frozen records that every other room speaks in. No arrays, no files, standard library only."""

from evaluation.terms.decisions import Cost, Decision, DecisionPlan, NextStep
from evaluation.terms.errors import DataError, EvaluationError, EvidenceError, Problem, StudyError
from evaluation.terms.evidence import Claim, Finding, Strength, Verdict
from evaluation.terms.portfolio import Portfolio, StudyLine, StudyResult, TacticLine
from evaluation.terms.question import Question
from evaluation.terms.records import read_record, write_record
from evaluation.terms.study import (
    ChecksPlan,
    DisclosurePlan,
    ModelPlan,
    NeighboursPlan,
    PanelPlan,
    ReportPlan,
    SamplerPlan,
    Study,
)
from evaluation.terms.world import Adoption, Assertion, DefinitionBreak, Indicator, Intervention, Source, Tactic

__all__ = [
    "Adoption",
    "Assertion",
    "ChecksPlan",
    "Claim",
    "Cost",
    "DataError",
    "Decision",
    "DecisionPlan",
    "DefinitionBreak",
    "DisclosurePlan",
    "EvaluationError",
    "EvidenceError",
    "Finding",
    "Indicator",
    "Intervention",
    "ModelPlan",
    "NeighboursPlan",
    "NextStep",
    "PanelPlan",
    "Portfolio",
    "Problem",
    "Question",
    "ReportPlan",
    "SamplerPlan",
    "Source",
    "Strength",
    "Study",
    "StudyError",
    "StudyLine",
    "StudyResult",
    "Tactic",
    "TacticLine",
    "Verdict",
    "read_record",
    "write_record",
]
