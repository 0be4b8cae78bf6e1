"""What `evaluation compare` prints: each model's answer, its weight, and how well it predicts."""

from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from evaluation.reporting.side_by_side import SideBySide


def print_comparison(seen: "SideBySide", console: Console | None = None) -> None:
    """A table of answers by quantity, one of predictions, and why a model has no answer or no weight."""
    console = console or Console(highlight=False)
    made_up = " (SIMULATED DATA)" if seen.study.simulated else ""
    console.print(f"[bold]{escape(seen.study.title)}{made_up}[/]\n")
    console.print(_answers(seen))
    console.print()
    console.print(_predictions(seen))
    for one in seen.standings:
        if said := one.trouble or one.unweighed:
            console.print(f"{one.name}: {said}", markup=False)
    for name, why in seen.left_out.items():
        console.print(f"{name} was not fitted: {why}", markup=False)


def _answers(seen: "SideBySide") -> Table:
    from evaluation.reporting.numbers import percent, probability, span
    from evaluation.terms.rounding import places_for

    table = _table("what", "model", "change", "95 % interval", "P(fall)")
    before = ""
    for name, quantity, one in seen.answers():
        places = places_for(one.width)
        numbers = percent(one.estimate, places), span(one.lower, one.upper, places), probability(one.fall)
        table.add_row("" if quantity == before else escape(seen.called(quantity)), name, *numbers)
        before = quantity
    return table


def _predictions(seen: "SideBySide") -> Table:
    from evaluation.reporting.numbers import share
    from evaluation.reporting.side_by_side import difference

    table = _table("model", "figures left out", "last periods hidden", "weight")
    for one in seen.standings:
        table.add_row(one.name, difference(one.loo), difference(one.future), share(one.weight))
    return table


def _table(*headings: str) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table
