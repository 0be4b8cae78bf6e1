"""The whole plan of an evaluation, resolved: what `evaluation plan` writes and every later stage reads."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from evaluation.terms.decisions import DecisionPlan
from evaluation.terms.errors import Problem, nearest
from evaluation.terms.question import Question


@dataclass(frozen=True, kw_only=True)
class NeighboursPlan:
    """Along which lines something may spill over from one unit to another."""

    source: str  # table of unit, neighbour, weight and, of several kinds, kind: a name in data/registers/sources.yaml
    kind: str = ""  # border | distance | language | what the table has; empty: a table of one kind


@dataclass(frozen=True, kw_only=True)
class PanelPlan:
    """Which cells are looked at."""

    observations: tuple[str, ...]  # sources of the counts: names in data/registers/sources.yaml
    earlier: tuple[str, ...] = ()  # sources of the same counts in an earlier edition; empty: none is compared
    span: tuple[str, str]  # first and last period, inclusive: ["2007", "2021"] or ["2019-01", "2023-12"]
    every: str = "year"  # year | month
    bases: tuple[str, ...] = ()  # sources of the exposure bases (population, ...)
    units_of: str = "countries"  # source with unit, name, region
    units: tuple[str, ...] = ()  # empty: every unit with enough reported periods
    leave_out: Mapping[str, str] = field(default_factory=dict)  # unit: reason
    min_reported: int = 5  # reported periods of at least one outcome
    min_before: int = 2  # reported periods before the intervention, for a unit to count as treated
    min_after: int = 1
    covariates: tuple[str, ...] = ()
    neighbours: NeighboursPlan | None = None  # whom a unit's law may reach (model displacement); None: nobody is asked
    date: str = "starts"  # starts | enforced: which date of an adoption switches exposure on

    def problems(self, where: str) -> Iterator[Problem]:
        if self.every not in {"year", "month"}:
            yield Problem(f"every is '{self.every}'", f"{where}.every", "write year or month")
        if self.span[0] >= self.span[1]:
            yield Problem(f"span runs from {self.span[0]} to {self.span[1]}", f"{where}.span", "give first, then last")
        length = {"year": 4, "month": 7}.get(self.every, 0)
        for period in self.span:
            if length and len(period) != length:
                yield Problem(f"'{period}' is not a {self.every}", f"{where}.span", "write 2007 or 2019-01")
        for name in self.earlier:
            if name in self.observations:
                yield Problem(f"'{name}' is the edition in use", f"{where}.earlier", "name one that came before it")
        if self.date not in {"starts", "enforced"}:
            yield Problem(f"date is '{self.date}'", f"{where}.date", "write starts or enforced")
        for name in ("min_reported", "min_before", "min_after"):
            if getattr(self, name) < 1:
                yield Problem(f"{name} is {getattr(self, name)}", where, "give 1 or more")


@dataclass(frozen=True, kw_only=True)
class ModelPlan:
    """A model of the book by name, and its settings (checked against that model's own fields)."""

    name: str
    settings: Mapping[str, Any] = field(default_factory=dict)


NUTS = "nuts"
INTEGRATED = "integrated"
MOST_FALSE_ADOPTERS = 1000
MOST_SIMULATIONS = 10_000
FEWEST_DRAWS = 39  # of a simulation: with fewer there is no 95 % interval between two of them
ENGINES = (NUTS, INTEGRATED)


@dataclass(frozen=True, kw_only=True)
class SamplerPlan:
    """How the posterior is drawn."""

    chains: int = 4
    draws: int = 1250  # kept draws of each chain
    tune: int = 200
    target_accept: float = 0.85
    variant_chains: int = 2  # refits under other priors or readings of the data
    variant_draws: int = 300
    variant_tune: int = 100
    variant_engine: str = INTEGRATED  # seconds a refit, and NUTS where that does not prove itself; or "nuts"
    prior_draws: int = 500

    def problems(self, where: str) -> Iterator[Problem]:
        for name in ("chains", "draws", "tune", "variant_chains", "variant_draws", "variant_tune", "prior_draws"):
            if getattr(self, name) < 1:
                yield Problem(f"{name} is {getattr(self, name)}", f"{where}.{name}", "give 1 or more")
        if self.variant_engine not in ENGINES:
            told = f"no engine is called '{self.variant_engine}'"
            yield Problem(told, f"{where}.variant_engine", nearest(self.variant_engine, ENGINES))
        if not 0.5 <= self.target_accept < 1:
            yield Problem(f"target_accept is {self.target_accept}", where, "give a share between 0.5 and 1")


@dataclass(frozen=True, kw_only=True)
class RehearsalPlan:
    """Simulated data sets on the study's own calendar, each fitted before an outcome is looked at."""

    from_prior: int = 0  # with everything drawn from the priors: does the model find what was put in?
    at_each: int = 0  # with no effect, the one that matters and the claimed one: so many of each
    usual_counts: Mapping[str, float] = field(default_factory=dict)  # indicator: about what a unit reports in a period
    tune: int = 100
    draws: int = 100
    longer: tuple[int, ...] = ()  # would so many periods more tell?
    more_adopters: tuple[int, ...] = ()  # would so many times as many adopters?

    def problems(self, where: str) -> Iterator[Problem]:
        for name in ("from_prior", "at_each"):
            if not 0 <= getattr(self, name) <= MOST_SIMULATIONS:
                advice = f"give a number of simulations, 0 to {MOST_SIMULATIONS:,}"
                yield Problem(f"{name} is {getattr(self, name)}", f"{where}.{name}", advice)
        for name, least in (("tune", 1), ("draws", FEWEST_DRAWS)):
            if getattr(self, name) < least:
                yield Problem(f"{name} is {getattr(self, name)}", f"{where}.{name}", f"give {least} or more")
        for name, least in (("longer", 1), ("more_adopters", 2)):
            if wrong := [one for one in getattr(self, name) if one < least]:
                yield Problem(f"{name} holds {wrong[0]}", f"{where}.{name}", f"give whole numbers, {least} or more")
        for name, usual in self.usual_counts.items():
            if not usual > 0:
                yield Problem(f"the usual count of '{name}' is {usual}", f"{where}.usual_counts", "give more than 0")


@dataclass(frozen=True, kw_only=True)
class ChecksPlan:
    """Which doubts are raised, and the limits they are judged by."""

    run: tuple[str, ...] = ()  # names in the book of checks; empty: all
    limits: Mapping[str, float] = field(default_factory=dict)
    variants: tuple[str, ...] = ()  # refits the checks read: names in inference.variants
    leave_one_out: bool = False  # refit without each adopter in turn
    false_dates: tuple[int, ...] = ()  # refit with the laws this many periods too early, each
    false_adopters: int = 0  # so many refits with the laws given to units that never had one
    alternatives: tuple[str, ...] = ()  # other models of the same data that the study's own is held against
    future: int = 0  # so many last periods are hidden from each of these models, and predicted
    rehearsal: RehearsalPlan = field(default_factory=RehearsalPlan)

    def problems(self, where: str) -> Iterator[Problem]:
        if self.future < 0:
            yield Problem(f"future is {self.future}", where, "give periods to hide, 0 or more")
        if wrong := [early for early in self.false_dates if early < 1]:
            yield Problem(f"false_dates holds {wrong[0]}", where, "give periods before the real date, 1 or more")
        if not 0 <= self.false_adopters <= MOST_FALSE_ADOPTERS:
            yield Problem(
                f"false_adopters is {self.false_adopters}",
                where,
                f"give a number of draws, 0 to {MOST_FALSE_ADOPTERS:,}",
            )


@dataclass(frozen=True, kw_only=True)
class DisclosurePlan:
    """What may be printed."""

    smallest_cell: int = 5  # counts from 1 to smallest_cell - 1 are printed as "<5"; 0: print everything
    published: bool = True  # the counts are public already

    def problems(self, where: str) -> Iterator[Problem]:
        if self.smallest_cell < 0:
            yield Problem(f"smallest_cell is {self.smallest_cell}", where, "give 0 or more")


@dataclass(frozen=True, kw_only=True)
class ReportPlan:
    """Which sections, for whom."""

    audience: str = "evaluator"
    interval: float = 0.95  # probability inside a printed interval
    sections: tuple[str, ...] = ()  # empty: all, in their order

    def problems(self, where: str) -> Iterator[Problem]:
        if not 0.5 <= self.interval < 1:
            yield Problem(f"interval is {self.interval}", where, "give a probability between 0.5 and 1")


@dataclass(frozen=True, kw_only=True)
class Study:
    """Everything a colleague needs to run this evaluation again."""

    name: str
    title: str
    seed: int
    panel: PanelPlan
    question: Question
    model: ModelPlan
    sampler: SamplerPlan = field(default_factory=SamplerPlan)
    checks: ChecksPlan = field(default_factory=ChecksPlan)
    disclosure: DisclosurePlan = field(default_factory=DisclosurePlan)
    report: ReportPlan = field(default_factory=ReportPlan)
    decision: DecisionPlan | None = None  # what a funder has to choose; None: nothing is asked
    simulated: bool = False  # the data are made up, with known truth: said wherever a result appears
    truth: Mapping[str, float] = field(default_factory=dict)  # simulated or published answers, in percent
    about: str = ""  # a paragraph for the report: what was done and why it is asked

    def seed_for(self, purpose: str) -> int:
        """A seed for one purpose, derived from the study's own, so that no stage shares another's randomness.

        Examples
        --------
        >>> from evaluation.terms import ModelPlan, PanelPlan, Question, Study
        >>> study = Study(name="s", title="S", seed=1, model=ModelPlan(name="staggered"),
        ...     panel=PanelPlan(observations=("x",), span=("2007", "2021")),
        ...     question=Question(says="?", indicators=("a",), interventions=("b",)))
        >>> study.seed_for("fit") == study.seed_for("fit") != study.seed_for("prior")
        True
        """
        return int.from_bytes(sha256(f"{self.seed}:{purpose}".encode()).digest()[:4], "big")
