"""What if these units adopted: the answer, as frozen records."""

from dataclasses import dataclass

from evaluation.terms.decisions import Estimate


@dataclass(frozen=True, kw_only=True)
class UnitAnswer:
    """One unit and one outcome: what it counts a year now, and the change over all years of the scenario.

    `hidden`: its count is below the smallest cell that may be printed, and neither number may be shown.
    """

    unit: str
    name: str
    recent: float | None  # counted a year, on average of the periods looked at; None: nothing reported
    difference: Estimate | None  # counts, over all years; below 0: fewer
    hidden: bool = False


@dataclass(frozen=True, kw_only=True)
class OutcomeAnswer:
    """One outcome: the change to expect in each of the units, and what it comes to in counts over all of them."""

    indicator: str
    things: str  # what one of those counted is called
    change: Estimate  # percent
    probabilities: dict[str, float]  # of any change in the direction asked about, of one that matters
    total: Estimate | None  # counts, all units, all years; None where one of them may not be shown, or is not known
    units: tuple[UnitAnswer, ...]


@dataclass(frozen=True, kw_only=True)
class ScenarioAnswer:
    """What to expect were these units to adopt, by outcome, from the posterior of the next unit."""

    study: str
    simulated: bool
    units: tuple[str, ...]
    intensity: float
    years: int
    interval: float
    says: tuple[str, ...]  # one sentence for each outcome
    outcomes: tuple[OutcomeAnswer, ...]
    rests_on: tuple[str, ...]
