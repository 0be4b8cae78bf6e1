"""`evaluation scenario`: what a finished study expects were further units to adopt, and how the terminal shows it."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from evaluation.conclusions.scenario import scenario as ask
from evaluation.conclusions.words import counted, counted_span, level
from evaluation.pipeline.formats import claims_of, decode
from evaluation.pipeline.run import read_study, refuse_unknown
from evaluation.pipeline.store import Place
from evaluation.terms.decisions import Estimate
from evaluation.terms.rounding import step_for
from evaluation.terms.scenario import OutcomeAnswer, ScenarioAnswer, UnitAnswer

NONE = "\u2013"


def scenario(
    study: str, units: Sequence[str], root: Path = Path("."), *, intensity: float = 1.0, years: int = 1
) -> tuple[ScenarioAnswer, int]:  # fmt: skip
    """The answer of a study that has been run as far as its claims, and the smallest count that may be printed.

    Raises
    ------
    StudyError, EvidenceError
        As `evaluation.conclusions.scenario.scenario`.
    StoreError
        The study has not been run as far as its claims.
    """
    place = Place(root, study)
    refuse_unknown(place)
    claims = claims_of(decode(place.path("claims.json")), place.key("claims.json"))
    plan, effect, panel = read_study(place), decode(place.path("effect.nc")), decode(place.path("panel.nc"))
    answer = ask(plan, effect, claims, panel, tuple(units), intensity=intensity, years=years)
    return answer, plan.disclosure.smallest_cell


def show_scenario(study: str, units: Sequence[str], root: Path, *, intensity: float, years: int) -> None:
    """Ask, and print the answer."""
    print_scenario(*scenario(study, units, root, intensity=intensity, years=years))


def print_scenario(answer: ScenarioAnswer, smallest: int, console: Console | None = None) -> None:
    """A sentence for each outcome, a table of counts by unit, and what it rests on."""
    console = console or Console(highlight=False)
    for says, one in zip(answer.says, answer.outcomes, strict=True):
        console.print(escape(says), end="\n\n")
        console.print(_counts(answer, one, smallest), end="\n\n")
    for told in answer.rests_on:
        console.print(f"[dim]- {escape(told)}[/]")


def _counts(answer: ScenarioAnswer, one: OutcomeAnswer, smallest: int) -> Table:
    time = "a year" if answer.years == 1 else f"{answer.years} years"
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("unit", f"{one.things} a year", f"change over {time}", f"{level(answer.interval)} interval"):
        table.add_column(heading, justify="left" if heading == "unit" else "right", overflow="fold")
    for unit in one.units:
        table.add_row(escape(f"{unit.unit} {unit.name}"), _recent(unit, smallest), *_difference(one, unit.difference))
    if len(one.units) > 1:
        table.add_row("all", "", *_difference(one, one.total))
    return table


def _recent(unit: UnitAnswer, smallest: int) -> str:
    if unit.hidden:
        return f"<{smallest}"
    return "not reported" if unit.recent is None else f"{unit.recent:,.0f}"


def _difference(one: OutcomeAnswer, told: Estimate | None) -> tuple[str, str]:
    if told is None:
        return NONE, NONE
    return counted(told.estimate, one.things, step_for(told.upper - told.lower)), counted_span(told.lower, told.upper)
