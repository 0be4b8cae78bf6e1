"""What was seen and what may be said: findings and claims."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Verdict(StrEnum):
    """What a check says about the assumption it probes. No evidence is never a pass."""

    PASS = "PASS"
    CONCERN = "CONCERN"
    FAIL = "FAIL"
    UNKNOWN = "UNKNOWN"


class Strength(StrEnum):
    """How much weight a claim may carry."""

    STRONG = "strong"
    MODERATE = "moderate"
    WEAK = "weak"
    WITHHELD = "withheld"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What one check saw, the limit that judged it, and what to do about it."""

    check: str
    family: str  # sampling | fit | prior | trend | control | measurement | ...
    assumption: str  # the assumption probed, in the words of the model that makes it
    verdict: Verdict
    says: str  # one sentence for a reader without statistics
    statistic: float | None = None
    statistic_says: str = ""  # what the number is: "largest split R-hat over 8,412 quantities"
    limit: float | None = None
    advice: str = ""
    details: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One sentence with its quantity, interval, probability, strength, reasons and sources."""

    name: str  # overall | indicator:victims_sexual | unit:NOR | assertion:demand_falls_60
    says: str
    unit: str  # percent | persons | probability
    estimate: float | None  # posterior median
    lower: float | None
    upper: float | None
    interval: float  # probability inside [lower, upper]
    probabilities: Mapping[str, float] = field(default_factory=dict)  # reduction, matters, equivalence, ...
    strength: Strength = Strength.MODERATE
    reasons: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    simulated: bool = False
