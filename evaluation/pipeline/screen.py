"""What the terminal shows: stages going by, the list of studies, the claims of one."""

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from evaluation.pipeline.formats import claims_of, decision_of, decode
from evaluation.pipeline.plan import study_names
from evaluation.pipeline.record import read_stage_record
from evaluation.pipeline.run import refuse_unknown
from evaluation.pipeline.stages import STAGES, Stage, places
from evaluation.pipeline.store import Place
from evaluation.pipeline.sweep import Outcome
from evaluation.terms.errors import StudyError
from evaluation.terms.evidence import Claim, Strength

COLOUR: Mapping[Strength, str] = {
    Strength.STRONG: "green",
    Strength.MODERATE: "cyan",
    Strength.WEAK: "yellow",
    Strength.WITHHELD: "red",
}


class Screen:
    """Prints one line for each stage, with a moving mark while it works. Implements `Watcher`."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(file=sys.stderr, highlight=False)

    def working(self, stage: Stage) -> AbstractContextManager[object]:
        """A moving mark, then a tick and the time; a stage with a progress bar of its own is announced instead."""
        return self._with_own_bar(stage) if stage.own_progress else self._with_mark(stage)

    def unchanged(self, stage: Stage) -> None:
        """The stage was left alone."""
        self.console.print(f"  [dim]=[/] {_place_in_line(stage)}  [dim]unchanged[/]")

    @contextmanager
    def _with_mark(self, stage: Stage) -> Iterator[None]:
        began = time.monotonic()
        with self.console.status(f"{_place_in_line(stage)}: {stage.says}"):
            yield
        self._done(stage, began)

    @contextmanager
    def _with_own_bar(self, stage: Stage) -> Iterator[None]:
        began = time.monotonic()
        self.console.print(f"  [dim]…[/] {_place_in_line(stage)}: {stage.says}")
        yield
        self._done(stage, began)

    def _done(self, stage: Stage, began: float) -> None:
        self.console.print(f"  [green]✓[/] {_place_in_line(stage)}  {time.monotonic() - began:.1f} s")


def print_studies(root: Path, console: Console | None = None) -> None:
    """Every study, its title and how far it has come; runs with overrides stand below their study."""
    table = Table("study", "title", "state", box=None, header_style="bold", pad_edge=False)
    planned = {place.name: place for place in places(root)}
    for name in sorted({*study_names(root), *planned}):
        place = planned.get(name, Place(root, name))
        table.add_row(name, title_of(place), state_of(place))
    (console or Console()).print(table)


def print_outcomes(root: Path, outcomes: Sequence[Outcome], console: Console | None = None) -> None:
    """Each combination of a sweep with its answer; below, why those that failed have none."""
    console = console or Console(highlight=False)
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in ("place", "settings", "overall effect, %"):
        table.add_column(heading, overflow="fold")
    for outcome in outcomes:
        settings = " ".join(outcome.combination.overrides) or "as it stands"
        answer = "[red]failed[/]" if outcome.exit_code else _answer(Place(root, outcome.place))
        table.add_row(outcome.place, escape(settings), answer)
    console.print(table)
    for outcome in outcomes:
        if outcome.exit_code:
            console.print(f"\n[red]failed[/]: {escape(str(outcome.combination))}")
            console.print("\n".join(f"  - {line}" for line in outcome.trouble.splitlines()), markup=False)


def _answer(place: Place) -> str:
    if not place.path("claims.json").exists():
        return state_of(place)
    overall = decode(place.path("claims.json"))["numbers"].get("overall")
    if not overall or overall["estimate"] is None:
        return "withheld: the sampling cannot be trusted"
    return f"{overall['estimate']:+.0f} ({overall['lower']:+.0f} to {overall['upper']:+.0f})"


def title_of(place: Place) -> str:
    """The study's title: from its resolved plan, else from its file in conf/."""
    from evaluation.pipeline.yaml_files import read_yaml

    for path in (place.path("study.yaml"), place.root / "conf" / "study" / f"{place.study}.yaml"):
        try:
            content = read_yaml(path)
        except StudyError:
            continue
        if isinstance(content, Mapping) and "title" in content:
            return str(content["title"])
    return ""


def state_of(place: Place) -> str:
    """How far the study has come, by the records of its stages."""
    done = [(stage.name, record) for stage in STAGES if (record := read_stage_record(place, stage.name))]
    if not done:
        return "not run yet"
    name, record = done[-1]
    if name == STAGES[-1].name:
        return f"report of {str(record.get('finished', ''))[:10]}"
    return f"stopped after {name}"


def print_claims(place: Place, console: Console | None = None) -> None:
    """The headline of a study in words, its claims (estimate, interval, strength, first reason), then its decision."""
    refuse_unknown(place)
    claims = claims_of(decode(place.path("claims.json")), place.key("claims.json"))
    console = console or Console(highlight=False)
    console.print(f"[bold]{_title(place, claims)}[/]\n")
    console.print(*(claim.says for claim in claims if claim.name == "overall"), end="\n\n")
    table = Table(header_style="bold", box=None, pad_edge=False)
    for column in ("claim", "estimate", "interval", "strength", "first reason"):
        table.add_column(column, justify="right" if column in ("estimate", "interval") else "left", overflow="fold")
    for claim in claims:
        table.add_row(_short(claim), *_numbers(claim), _strength(claim), claim.reasons[0] if claim.reasons else "")
    console.print(table)
    for sentence in _decided(place):
        console.print(f"\n{escape(sentence)}")


def _decided(place: Place) -> tuple[str, ...]:
    """What the study says of a choice; nothing where it asks for none, or was claimed before there were any."""
    path = place.path("decisions.json")
    made = decision_of(decode(path), place.key("decisions.json")) if path.exists() else None
    if made is None:
        return ()
    return (f"No decision: {made.refused}.",) if made.refused else made.says


def _title(place: Place, claims: tuple[Claim, ...]) -> str:
    made_up = " (SIMULATED DATA)" if any(claim.simulated for claim in claims) else ""
    return f"{title_of(place)}{made_up}"


def _short(claim: Claim) -> str:
    """What the claim is about: 'indicator:victims_sexual' is 'indicator: victims sexual'."""
    return claim.name.replace(":", ": ").replace("_", " ")


def _numbers(claim: Claim) -> tuple[str, str]:
    if claim.estimate is None:
        return "", ""
    if claim.lower is None or claim.upper is None:
        return _with_unit(claim.estimate, claim.unit), ""
    bounds = f"{_with_unit(claim.lower, claim.unit)} to {_with_unit(claim.upper, claim.unit)}"
    return _with_unit(claim.estimate, claim.unit), f"{bounds} ({100 * claim.interval:g} %)"


def _with_unit(value: float, unit: str) -> str:
    if unit == "probability":
        return "> 0.99" if value > 0.99 else "< 0.01" if value < 0.01 else f"{value:.2f}"
    return f"{value:+.1f} %" if unit == "percent" else f"{value:,.0f} {unit}"


def _strength(claim: Claim) -> str:
    return f"[{COLOUR[claim.strength]}]{claim.strength.value}[/]"


def _place_in_line(stage: Stage) -> str:
    return f"{STAGES.index(stage) + 1}/{len(STAGES)} {stage.name}"
