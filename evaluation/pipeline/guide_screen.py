"""What `evaluation advise` prints: the panel, every model with its reasons, and the one to take."""

import shlex
from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from evaluation.models.parts.layout import Layout, counted, some
from evaluation.pipeline.advise import Advised, Guide, first_mend
from evaluation.terms.advice import Applies
from evaluation.terms.assumptions import ASSUMPTIONS
from evaluation.terms.panel import Status

COLOUR = {Applies.YES: "green", Applies.WITH_CARE: "yellow", Applies.NO: "red"}


def print_guide(guide: Guide, console: Console | None = None) -> None:
    """The facts that decide, a table of models, what each would answer and assume, and one recommendation."""
    console = console or Console(highlight=False)
    made_up = " (SIMULATED DATA)" if guide.study.simulated else ""
    console.print(f"[bold]{escape(guide.study.title)}{made_up}[/]\n{escape(guide.study.question.says)}\n")
    console.print(_facts(guide.layout))
    if guide.care:
        console.print("\n[bold]Whatever the model[/]")
        console.print("\n".join(f"- {escape(said)}" for said in guide.care))
    console.print()
    console.print(_models(guide))
    console.print("[dim]* the study's own model; + speaks for it, ! calls for care, x rules it out[/]")
    console.print()
    console.print(_answers(guide))
    console.print(f"\n{escape(recommendation(guide))}\n")
    for line in _commands(guide):
        console.print(line, markup=False, soft_wrap=True)


def _table(*headings: str) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def _facts(layout: Layout) -> Table:
    table = _table("the panel", "")
    for name, said in facts(layout):
        table.add_row(name, escape(said))
    return table


def facts(layout: Layout) -> Iterator[tuple[str, str]]:
    """Each fact that decides, by its name: in the words of the glossary."""
    yield "periods", f"{counted(len(layout.periods), layout.every)}, {layout.periods[0]} to {layout.periods[-1]}"
    yield "units", f"{len(layout.units)} in {counted(layout.regions, 'region')}"
    yield "adopters", f"{len(layout.adopters)}: {some(layout.adopters, 8)}" if layout.adopters else "none"
    if layout.adopters:
        yield "before", f"reported periods of each: {_each(layout.before)}"
        yield "under it", f"reported periods of each: {_each(layout.after)}"
    yield "never under it", f"{counted(len(layout.never), 'unit')} to compare with"
    yield "outcomes", "; ".join(f"{role}: {', '.join(names)}" for role, names in _by_role(layout))
    yield "negative controls", ", ".join(layout.controls) or "none"
    told = {Status.EXACT: "exact", Status.SUPPRESSED: "suppressed", Status.NOT_REPORTED: "not reported"}
    told[Status.QUESTIONED] = "questioned"
    yield "cells", ", ".join(f"{layout.shares[one]:.0%} {words}" for one, words in told.items())
    if layout.neighbours:
        yield "neighbours", f"given; {counted(len(layout.apart), 'unit')} without it and with no adopter beside"
    else:
        yield "neighbours", "not given"


def _each(counts: dict[str, int]) -> str:
    return some([f"{name} {count}" for name, count in counts.items()], 8)


def _by_role(layout: Layout) -> list[tuple[str, list[str]]]:
    roles = dict.fromkeys(layout.roles.values())
    return [(role, [name for name, one in layout.roles.items() if one == role]) for role in roles]


def _models(guide: Guide) -> Table:
    table = _table("model", "applies", "why")
    for one in guide.models:
        applies = guide.applies(one)
        own = " *" if one.name == guide.study.model.name else ""
        table.add_row(f"{one.name}{own}", f"[{COLOUR[applies]}]{applies.value}[/]", escape(_why(one)))
    return table


def _why(one: Advised) -> str:
    signs = (("x", one.advice.against), ("+", one.advice.reasons), ("!", one.advice.care))
    said = [f"{sign} {words}" for sign, all_words in signs for words in all_words]
    said += [f"! without the study's model.{key}, which it has not" for key in one.without]
    if not said and one.page.needs:
        said.append(f"needs {one.page.needs}")
    return "\n".join(said) or "nothing in this panel stands against it"


def _answers(guide: Guide) -> Table:
    table = _table("model", "what it would answer, and what it assumes that not all do")
    for one in guide.models:
        said = [one.page.says, *(f"- {ASSUMPTIONS[name]}" for name in beyond(one, guide.models))]
        table.add_row(one.name, escape("\n".join(said)))
    return table


def beyond(one: Advised, models: Sequence[Advised]) -> tuple[str, ...]:
    """Names of assumptions of one model that not all of them make, in its own order."""
    shared = set.intersection(*(set(other.page.assumes) for other in models))
    return tuple(name for name in one.page.assumes if name not in shared)


def recommendation(guide: Guide) -> str:
    """One sentence: which model to take, and why."""
    best = guide.best
    if best is None:
        return "No model of the book can answer this on this panel: mend what stands against them above."
    own = ", the study's own" if best.name == guide.study.model.name else ""
    why = "; ".join(best.advice.reasons) or "nothing in this panel stands against it"
    but = f" Mind: {'; '.join(best.advice.care)}." if best.advice.care else ""
    return f"Take {best.name}{own}: {why}.{but}"


def _commands(guide: Guide) -> Iterator[str]:
    best = guide.best
    if best is None:
        return
    for problem in first_mend(guide, best):
        yield f"first mend: {problem}"
    name = guide.place.study
    yield shlex.join(["evaluation", "run", name, *guide.overrides(best)])
    if sum(not one.advice.against for one in guide.models) > 1:
        yield f"evaluation compare {name}    # all that apply, side by side"
