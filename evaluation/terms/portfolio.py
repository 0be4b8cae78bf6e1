"""Several studies side by side: what goes in, and the frozen records of what comes out."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from evaluation.terms.decisions import Decision, Estimate
from evaluation.terms.evidence import Claim, Finding, Strength
from evaluation.terms.study import Study


@dataclass(frozen=True, kw_only=True)
class StudyResult:
    """What one finished study brings into a portfolio: its plan, claims, findings, and its decision if it has one."""

    study: Study
    claims: tuple[Claim, ...]
    findings: tuple[Finding, ...] = ()
    decision: Decision | None = None


@dataclass(frozen=True, kw_only=True)
class OutcomeLine:
    """One outcome of one study: the change in percent where the intervention was in force. None where withheld."""

    indicator: str
    label: str
    change: Estimate | None  # percent
    probability: float | None  # of any change in the direction asked about
    strength: Strength


@dataclass(frozen=True, kw_only=True)
class StudyLine:
    """One study in the table of all: effect, certainty, cost, and what is missing."""

    name: str
    title: str
    simulated: bool  # made-up data: shown, and never counted as evidence
    actors: tuple[str, ...]
    tactics: tuple[str, ...]  # names in data/registers/tactics.yaml
    interventions: tuple[str, ...]
    units: tuple[str, ...]  # adopting units whose change was estimated
    interval: float
    says: str  # the overall claim, whole
    overall: Estimate | None  # percent; None where withheld
    probability: float | None  # of any change in the direction asked about
    matters: float | None  # of a change that matters
    strength: Strength
    outcomes: tuple[OutcomeLine, ...]
    cost: str  # what one unit of effect costs, with currency and price year, or why no such number
    missing: tuple[str, ...]  # what the study lacks, each a clause: the gravest reason first
    net: Estimate | None = None  # percent, with what spilled over counted in; None where the model does not ask
    market: Estimate | None = None  # percent, of the market itself; None: not asked, or withheld


@dataclass(frozen=True, kw_only=True)
class Pooled:
    """Studies that share a tactic and an outcome, as one: a random-effects meta-analysis of log rate ratios.

    `typical` is the change, in percent, of the typical study; `next_study` that to expect in a further one, which is
    wider by how much studies differ; `spread` is tau, the sd between studies' log rate ratios. All None where the
    studies were not pooled, and `refused` says why.
    """

    tactic: str
    indicator: str
    studies: tuple[str, ...]
    interval: float
    typical: Estimate | None = None
    next_study: Estimate | None = None
    spread: Estimate | None = None
    probability: float | None = None  # that the typical change is a fall
    refused: str = ""


@dataclass(frozen=True, kw_only=True)
class TacticLine:
    """A row of the theory of change: what is claimed of a tactic, beside what the evidence says. No row is left out."""

    name: str
    actor: str
    says: str
    claimed: str  # small | small to medium | medium to large | not stated
    claimed_percent: float | None
    why: str
    recommended: str
    evidence: str  # one sentence, or "no evidence yet"
    studies: tuple[str, ...] = ()  # real ones
    demonstrations: tuple[str, ...] = ()  # studies of simulated data: no evidence
    strength: Strength | None = None  # of the strongest claim; None: no evidence yet
    pooled: tuple[Pooled, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AssertionLine:
    """A sentence from the literature, and what arithmetic or the studies say of it."""

    name: str
    says: str
    source: str
    refuted: str  # the calculation that refutes it; empty: arithmetic does not
    probabilities: Mapping[str, float] = field(default_factory=dict)  # study: probability that it holds
    verdict: str = ""  # in words


@dataclass(frozen=True, kw_only=True)
class NextStepLine:
    """One next step of one study, beside those of all others.

    They are ordered by how much less probable each makes a choice for the wrong side: amounts of money in several
    currencies and price years cannot be. Those of simulated data come after the real ones, unknown ones last.
    """

    study: str
    simulated: bool
    name: str
    says: str
    today: float | None  # probability of choosing the wrong side in this study's decision
    after: float | None  # the same, expected after the step; None: not known
    value: float | None  # what it is worth to that decision, money; None: no worth was stated, or not known
    net: float | None  # that less the middle of its cost
    currency: str
    price_year: int
    unknown: str = ""  # why its worth is not known


@dataclass(frozen=True, kw_only=True)
class Portfolio:
    """All studies, all tactics, all assertions: what is known, how surely, at what cost, and what is missing."""

    studies: tuple[StudyLine, ...]
    tactics: tuple[TacticLine, ...]  # in the order of data/registers/tactics.yaml
    pooled: tuple[Pooled, ...] = ()
    assertions: tuple[AssertionLine, ...] = ()
    next_steps: tuple[NextStepLine, ...] = ()  # of all studies, what to fund first
