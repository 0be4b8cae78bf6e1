"""Money and choices: what things cost, what a funder asks, and what the evidence says to that.

Every amount of money has a currency (ISO 4217) and a price year. What one unit of outcome is worth is stated by the
funder, with the funder's name, or is not there: it is never invented.
"""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from evaluation.terms.errors import Problem, nearest
from evaluation.terms.world import Certainty

NO_CURRENCY = "XXX"  # ISO 4217 has this code for "no currency"
TEST_CURRENCY = "XTS"  # and this one for tests: the money of simulated studies
REHEARSED = ("longer", "more_adopters")  # designs whose value is known from the rehearsal; each with a number
MEASURED = ("market_indicator", "survey")  # designs whose value hangs on the error stated for them
INFORMS = ("effect", "counts", "costs")


class Per(StrEnum):
    """What a cost is paid for."""

    ADOPTION = "adoption"  # once, by each unit that adopts
    YEAR = "year"  # each year in force, by each unit that adopts
    PERSON_YEAR = "person_year"  # one officer or worker for a year; a study says how many


class Drawn(StrEnum):
    """How a range of costs is drawn."""

    UNIFORM = "uniform"  # every amount in the range is as probable
    LOGNORMAL = "lognormal"  # the range holds 95 %, the tails lie outside


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What a law, a programme or a unit of enforcement costs: a range, in one currency at the prices of one year.

    >>> list(Cost(says="a", lower=3.0, upper=2.0, currency="SEK", price_year=2010, per=Per.YEAR, source="s").problems(
    ...     "costs.yaml, a"))[0].found
    'lower 3 is above upper 2'
    """

    says: str  # what is paid for: "the action plan against trafficking, a year"
    lower: float
    upper: float  # as `lower` where the amount is exact
    currency: str  # ISO 4217: SEK, EUR; XTS of simulated money
    price_year: int
    per: Per
    source: str  # a card in data/registers/sources.yaml, or a citation
    certainty: Certainty = Certainty.MEDIUM
    drawn: Drawn = Drawn.UNIFORM
    simulated: bool = False
    notes: str = ""  # what it covers, and what not

    def problems(self, where: str) -> Iterator[Problem]:
        yield from _range_problems(self.lower, self.upper, where)
        yield from _money_problems(self.currency, self.price_year, where)
        if self.drawn is Drawn.LOGNORMAL and self.lower <= 0:
            yield Problem("a lognormal range begins at 0", f"{where}.lower", "give more than 0, or draw it as uniform")
        if not self.source.strip():
            yield Problem("it names no source", f"{where}.source", "name who published it")
        if self.currency == TEST_CURRENCY and not self.simulated:
            yield Problem("XTS is no real money", f"{where}.currency", "say simulated: true, or give the real currency")


@dataclass(frozen=True, kw_only=True)
class NextStep:
    """Something a funder may pay for next, to know more before choosing.

    `design` is `longer:12` (so many periods more), `more_adopters:2` (so many times as many adopters), both as the
    rehearsal of the study has them (`checks.rehearsal`); or `market_indicator`, or `survey`, of which the plan itself
    says what they inform and with which error.
    """

    name: str
    says: str  # what would be done: "two more years of the same figures"
    design: str
    informs: str = "effect"  # effect | counts | costs: what a market indicator or a survey measures
    error: float | None = None  # its standard error on a natural log (0.1: about 10 %); None: not known, nor its worth
    lower: float | None = None  # what it costs, in the currency and at the prices of the decision; None: not known
    upper: float | None = None

    @property
    def kind(self) -> str:
        """What comes before the colon of `design`.

        >>> NextStep(name="n", says="s", design="longer:12").kind
        'longer'
        """
        return self.design.partition(":")[0]

    @property
    def number(self) -> int:
        """What comes after it; 0 where nothing does.

        >>> NextStep(name="n", says="s", design="longer:12").number
        12
        """
        digits = self.design.partition(":")[2]
        return int(digits) if digits.isdigit() else 0

    def problems(self, where: str) -> Iterator[Problem]:
        known = (*REHEARSED, *MEASURED)
        if self.kind not in known:
            yield Problem(f"no design is called '{self.kind}'", f"{where}.design", nearest(self.kind, known))
        if self.kind in REHEARSED and self.number < 1:
            yield Problem(f"'{self.design}' has no number", f"{where}.design", f"write it as in {self.kind}:2")
        if self.informs not in INFORMS:
            yield Problem(f"informs is '{self.informs}'", f"{where}.informs", nearest(self.informs, INFORMS))
        if self.error is not None and not self.error > 0:
            yield Problem(f"error is {self.error:g}", f"{where}.error", "give a standard error above 0, or none")
        if (self.lower is None) != (self.upper is None):
            yield Problem("only one end of its cost is given", where, "give lower and upper, or neither")
        if self.lower is not None and self.upper is not None:
            yield from _range_problems(self.lower, self.upper, where)


@dataclass(frozen=True, kw_only=True)
class DecisionPlan:
    """What a funder has to choose: whether to pay for further units to adopt, at which cost, for which outcome."""

    outcome: str  # an indicator the question asks about
    costs: Mapping[str, float]  # name in data/registers/costs.yaml: how many of it, for each adopting unit
    currency: str
    price_year: int
    years: int  # how long each further unit is paid for and looked at
    adopting: int = 1  # further units
    better: str = ""  # fewer | more: which way is a gain; empty: as the indicator's register says
    worth: float | None = None  # what the funder says one unit of outcome fewer (or more) is worth; None: not stated
    worth_of: str = ""  # what it was stated for, as the indicator's unit has it: advertisements, persons
    worth_by: str = ""  # who stated it
    willingness: tuple[float, float] | None = None  # range of the acceptability curve; None: 0 to 3 times the median
    discount: float = 0.0  # percent a year, of costs and outcomes alike
    next_steps: tuple[NextStep, ...] = ()

    def problems(self, where: str) -> Iterator[Problem]:
        yield from _money_problems(self.currency, self.price_year, where)
        if not self.costs:
            yield Problem("no cost is named", f"{where}.costs", "name entries of data/registers/costs.yaml")
        for name, number in self.costs.items():
            if not number > 0:
                yield Problem(f"so many of '{name}': {number:g}", f"{where}.costs.{name}", "give more than 0")
        for key in ("years", "adopting"):
            if getattr(self, key) < 1:
                yield Problem(f"{key} is {getattr(self, key)}", f"{where}.{key}", "give 1 or more")
        if self.better not in {"", "fewer", "more"}:
            yield Problem(f"better is '{self.better}'", f"{where}.better", "write fewer or more")
        if not 0 <= self.discount < 100:
            yield Problem(f"discount is {self.discount:g} percent", f"{where}.discount", "give 0 to less than 100")
        yield from self._worth_problems(where)
        names = [step.name for step in self.next_steps]
        for name in sorted({one for one in names if names.count(one) > 1}):
            yield Problem(f"two steps are called '{name}'", f"{where}.next_steps", "give each a name of its own")

    def _worth_problems(self, where: str) -> Iterator[Problem]:
        if self.worth is not None and not self.worth > 0:
            yield Problem(f"worth is {self.worth:g}", f"{where}.worth", "give an amount above 0, or leave it out")
        if self.worth is not None and not self.worth_by.strip():
            yield Problem("nobody stands behind the worth", f"{where}.worth_by", "say who stated it")
        if self.worth is not None and not self.worth_of.strip():
            yield Problem("it is not said what the worth is of", f"{where}.worth_of", "write what is counted: persons")
        if self.willingness is not None and not 0 <= self.willingness[0] < self.willingness[1]:
            yield Problem("willingness is no range", f"{where}.willingness", "give [from, to], from 0 upwards")


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A median and a central interval, in the unit that its holder states."""

    estimate: float
    lower: float
    upper: float


@dataclass(frozen=True, kw_only=True)
class Acceptable:
    """One point of the acceptability curve."""

    willingness: float  # to pay for one unit of outcome, in money
    probability: float  # that adopting is worth its cost, were one unit worth that much


@dataclass(frozen=True, kw_only=True)
class KnowingPart:
    """What it would be worth to know one group of unknowns exactly, before choosing.

    `value` is money for all further units together (None: no worth was stated); `error` its standard error.
    `wrong_side` is how much less probable a choice for the wrong side would be (a probability, 0 to 1): defined
    whether or not money is.
    """

    name: str  # everything | effect | adopters | moved | counts | costs
    says: str
    value: float | None
    error: float | None
    wrong_side: float
    wrong_side_error: float = 0.0


@dataclass(frozen=True, kw_only=True)
class StepValue:
    """What one next step would be worth, before it is taken. Where it is not known, `unknown` says why.

    `value` is the expected value of sample information, money for all further units together; `net` is that less the
    middle of what the step costs. `width` is the expected width of the interval of the change to expect in a further
    unit, percentage points, after the step; `wrong_side` the expected probability, after it, of choosing the wrong side
    (adopting where the change goes the wrong way, or not adopting where it goes the right way).
    """

    name: str
    says: str
    design: str
    rank: int | None  # 1: fund this first; None: not known
    value: float | None
    error: float | None
    lower: float | None  # what the step costs
    upper: float | None
    net: float | None
    width: float | None
    wrong_side: float | None
    basis: str = ""  # what these numbers rest on
    unknown: str = ""


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What the evidence of one study says to a funder's choice. Where nothing may be said, `refused` says why.

    Outcomes and money are for all further units together, over all years. `averted` is in units of the outcome, above
    0 where the change is a gain. A number that is None was not computed, and a sentence of `says` or `ratio_refused`
    tells the reason.
    """

    study: str
    outcome: str  # name of the indicator
    things: str  # what one unit of it is called: advertisements, persons
    better: str  # fewer | more
    currency: str
    price_year: int
    years: int
    adopting: int
    interval: float  # probability inside each interval
    refused: str = ""
    simulated: bool = False
    worth: float | None = None
    worth_by: str = ""
    averted: Estimate | None = None
    right_side: float | None = None  # probability that the change is a gain at all
    cost: Estimate | None = None
    cost_per_unit: Estimate | None = None  # money for one unit of outcome; None where the ratio may have the wrong sign
    ratio_refused: str = ""
    acceptability: tuple[Acceptable, ...] = ()
    net_benefit: Estimate | None = None  # worth of what is averted less its cost; None: no worth was stated
    worthwhile: float | None = None  # probability that adopting is worth its cost, at the stated worth
    best: str = ""  # adopt | not adopt; empty: no worth was stated
    loss_adopt: float | None = None  # expected loss of adopting: money lost where not adopting would have been right
    loss_not: float | None = None
    parts: tuple[KnowingPart, ...] = ()  # the value of perfect information, of everything and by group
    width: float | None = None  # of the interval of the change to expect in a further unit, percentage points, today
    wrong_side: float | None = None  # probability of choosing the wrong side, today
    steps: tuple[StepValue, ...] = ()  # ranked
    says: tuple[str, ...] = ()  # sentences: the answer first
    rests_on: tuple[str, ...] = ()  # how it was computed, and what was taken for granted
    sources: tuple[str, ...] = ()  # of the costs


def _range_problems(lower: float, upper: float, where: str) -> Iterator[Problem]:
    if not (math.isfinite(lower) and math.isfinite(upper)):
        yield Problem("its range is not finite", where, "give two amounts")
    if lower < 0 or upper < 0:
        yield Problem(f"it costs {min(lower, upper):,.12g}", where, "give 0 or more")
    if lower > upper:
        yield Problem(f"lower {lower:,.12g} is above upper {upper:,.12g}", where, "exchange them")


def _money_problems(currency: str, price_year: int, where: str) -> Iterator[Problem]:
    if not re.fullmatch(r"[A-Z]{3}", currency) or currency == NO_CURRENCY:
        yield Problem(f"'{currency}' is no currency", f"{where}.currency", "write its ISO 4217 code: EUR, SEK")
    if not 1900 <= price_year <= 2100:
        yield Problem(f"price_year is {price_year}", f"{where}.price_year", "write the year of the prices: 2016")
