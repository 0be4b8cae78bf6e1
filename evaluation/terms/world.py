"""Facts: what would be true had this project never existed. Read from `data/registers/`."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from evaluation.terms.errors import Problem


class Role(StrEnum):
    """What an indicator stands for. Counts of detections rise with effort as well as with prevalence."""

    MARKET = "market"
    EFFORT = "effort"  # what is put in: officers, hours, raids; what they find is detection or enforcement
    DETECTION = "detection"
    ENFORCEMENT = "enforcement"
    HARM = "harm"
    CONTROL = "control"


class Kind(StrEnum):
    """What sort of number an indicator is."""

    COUNT = "count"
    RATE = "rate"
    SHARE = "share"
    PRICE = "price"
    SCORE = "score"


class Actor(StrEnum):
    """The four actors of the market, and the system around them."""

    PRODUCT = "product"
    WHOLESALER = "wholesaler"
    RETAILER = "retailer"
    CONSUMER = "consumer"
    SYSTEM = "system"


class Certainty(StrEnum):
    """How sure a date or a figure is."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Refutation(StrEnum):
    """What arithmetic alone says about an assertion, before any model runs."""

    NONE = "none"
    ARITHMETIC = "arithmetic"


@dataclass(frozen=True, kw_only=True)
class Source:
    """A table of facts we keep: who published it, under which terms, and what its columns mean."""

    title: str
    file: str  # path under data/raw
    publisher: str
    citation: str
    vintage: str  # date or edition of the publication
    retrieved: str
    licence: str  # 'none stated' where the publisher states none
    sha256: str
    columns: dict[str, str]  # column name: meaning, with its unit
    sensitivity: str = "aggregate"
    simulated: bool = False
    notes: str = ""


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """What is measured, in which unit, against which base, and what a change in it can mean."""

    says: str  # one line, for a reader: "victims of trafficking for sexual exploitation identified"
    unit: str  # "persons / year"
    kind: Kind
    role: Role
    base: str | None  # exposure base (column of the base table, e.g. population); None: the count stands alone
    better: str  # fewer | more | neither
    sources: tuple[str, ...]
    label: str = ""  # short, for pictures and tables: "Victims, sexual exploitation"; the register fills in the default
    refused: str = ""  # a reason: this indicator may not be used
    caution: str = ""  # what a reader must know before reading it as more than it is

    @staticmethod
    def default_label(name: str) -> str:
        """The label of an indicator that states none: its name in the register, in words.

        >>> Indicator.default_label("street_checks")
        'Street checks'
        """
        return name.replace("_", " ").capitalize()

    def problems(self, where: str) -> Iterator[Problem]:
        if self.better not in {"fewer", "more", "neither"}:
            yield Problem(f"better is '{self.better}'", where, "write fewer, more or neither")


@dataclass(frozen=True, kw_only=True)
class Tactic:
    """A row of the theory of change: who it acts on, what it is, and the size of impact claimed for it."""

    actor: Actor
    says: str
    claimed: str  # the claim in words: small | small to medium | medium to large | not stated
    claimed_percent: float | None  # change claimed, percent (-60.0); None where none is stated as a number
    why: str = ""
    recommended: str = ""


@dataclass(frozen=True, kw_only=True)
class Adoption:
    """One unit's law or programme: from when to when, how intensely, and how sure the date is."""

    unit: str
    law: str
    starts: str  # ISO date (YYYY, YYYY-MM or YYYY-MM-DD) from which it is in force
    ends: str | None = None
    enforced: str | None = None  # ISO date, where enforcement began later than the law
    intensity: float = 1.0  # share of a full measure: (0, 1]
    certainty: Certainty = Certainty.HIGH
    within: str | None = None  # a part of the unit only (Northern Ireland in GBR)
    source: str = ""
    notes: str = ""

    def problems(self, where: str) -> Iterator[Problem]:
        if not 0 < self.intensity <= 1:
            yield Problem(f"intensity {self.intensity} is outside (0, 1]", where, "give the share of a full measure")
        if self.ends is not None and self.ends < self.starts:
            yield Problem(f"it ends {self.ends} before it starts {self.starts}", where, "mend the dates")


@dataclass(frozen=True, kw_only=True)
class Intervention:
    """What was done, under which tactic, by which units, when."""

    says: str
    tactic: str
    adoptions: tuple[Adoption, ...]


@dataclass(frozen=True, kw_only=True)
class PartOfWhole:
    """The numbers of a sentence that says "so many of so many, or so many percent": arithmetic can test it.

    >>> PartOfWhole(part=4.8, whole=40.3, share=71.0).says
    '4.8 / 40.3 = 11.9 %, not 71 %'
    >>> PartOfWhole(part=1.0, whole=3.0, share=33.0).contradicts
    False
    """

    part: float
    whole: float  # in the unit of `part`
    share: float  # percent, as the sentence has it

    @property
    def contradicts(self) -> bool:
        """Whether part and whole cannot make that share, however the three numbers were rounded."""
        (low, high), (least, most) = _rounded_from(self.part), _rounded_from(self.whole)
        lowest, highest = _rounded_from(self.share)
        return 100 * low / most > highest or 100 * high / least < lowest

    @property
    def says(self) -> str:
        """The division, done."""
        agrees = "not" if self.contradicts else "as stated:"
        return f"{self.part:g} / {self.whole:g} = {100 * self.part / self.whole:.1f} %, {agrees} {self.share:g} %"

    def problems(self, where: str) -> Iterator[Problem]:
        if not self.part >= 0 or not self.whole > 0.5 * _last_digit(self.whole):
            yield Problem(f"{self.part:g} of {self.whole:g} is no share", where, "give a part and a whole above 0")


def _last_digit(number: float) -> float:
    """Value of one in the last digit that a number is written with: 0.1 of 4.8, 1 of 71."""
    exponent = Decimal(repr(number)).normalize().as_tuple().exponent
    return float(10.0 ** min(exponent if isinstance(exponent, int) else 0, 0))


def _rounded_from(number: float) -> tuple[float, float]:
    """Everything that may have been rounded to this number."""
    half = 0.5 * _last_digit(number)
    return number - half, number + half


@dataclass(frozen=True, kw_only=True)
class Assertion:
    """A sentence from the literature, to be turned into a posterior probability.

    `percent` and `direction` state it as a threshold on the effect in percent; a sentence about something no study
    here measures has none. `refuted` says that arithmetic alone contradicts it: then `numbers` are those of the
    sentence, and the division is done here, so that an entry which refutes what is right is itself refused.
    """

    says: str
    source: str
    estimand: str  # what it is about: "percent change in demand"
    percent: float | None = None
    direction: str = "at_most"  # at_most (a fall of at least) | at_least | within (no larger than) | about
    refuted: Refutation = Refutation.NONE
    numbers: PartOfWhole | None = None  # of a sentence that arithmetic can hold against itself
    arithmetic: str = ""  # a remark beside the calculation: where a wrong number may come from

    @property
    def calculation(self) -> str:
        """The calculation that refutes it, and the remark."""
        done = self.numbers.says if self.numbers else ""
        return "; ".join(part for part in (done, self.arithmetic) if part)

    def problems(self, where: str) -> Iterator[Problem]:
        if self.direction not in {"at_most", "at_least", "within", "about"}:
            yield Problem(f"direction is '{self.direction}'", where, "write at_most, at_least, within or about")
        if self.direction == "about" and not self.percent:
            yield Problem("it asserts 'about' no number", where, "give percent, other than 0")
        if self.refuted is Refutation.ARITHMETIC and self.numbers is None:
            yield Problem("it is refuted by no arithmetic", f"{where}.numbers", "give part, whole and share")
        if self.numbers is not None and self.numbers.contradicts is not (self.refuted is Refutation.ARITHMETIC):
            wanted = "arithmetic" if self.numbers.contradicts else "none"
            found = f"refuted is '{self.refuted.value}', but {self.numbers.says}"
            yield Problem(found, f"{where}.refuted", f"write {wanted}, or mend the numbers")


@dataclass(frozen=True, kw_only=True)
class DefinitionBreak:
    """From this period on, the series counts something else: a step term, never left for the law to explain."""

    unit: str
    indicators: tuple[str, ...]
    from_period: str
    why: str
    certainty: Certainty = Certainty.MEDIUM
    source: str = ""
