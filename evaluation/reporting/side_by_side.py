"""Several models of the book side by side: what each answers, how well each predicts, and what each assumes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import xarray as xr

from evaluation.reporting import scale
from evaluation.reporting.files import write_csv, write_text
from evaluation.reporting.markdown import markdown_page
from evaluation.reporting.numbers import NONE, percent, probability, share, span
from evaluation.reporting.page import (
    Block,
    Cell,
    Figure,
    Group,
    Panel,
    Points,
    Row,
    Section,
    Table,
    Text,
    label_simulated,
    number,
    row,
    table,
)
from evaluation.reporting.plots.forest import Mark, forest
from evaluation.reporting.render import render_page
from evaluation.reporting.summaries import Summary, summarise
from evaluation.terms import Study
from evaluation.terms.assumptions import ASSUMPTIONS
from evaluation.terms.doubts import MODEL
from evaluation.terms.rounding import places_for
from evaluation.terms.standing import Score, Standing

INTERVAL = 0.95
TOGETHER = "all together, by weight"
COLUMNS = ("model", "quantity", "percent", "lower", "upper", "fall")


@dataclass(frozen=True, kw_only=True)
class SideBySide:
    """Everything the page is written from."""

    study: Study
    standings: tuple[Standing, ...]
    variants: xr.Dataset  # rows `model:NAME`
    together: xr.DataArray | None  # percent under all models that have a weight, (quantity, sample)
    labels: Mapping[str, str]  # indicator: its short name
    left_out: Mapping[str, str]  # model that was not fitted: why

    def answers(self) -> Iterator[tuple[str, str, Summary]]:
        """Model, quantity and summary: every quantity, and within it the models in their order, then all together."""
        for quantity in self.variants["quantity"].values.astype(str):
            for one in self.standings:
                draws = self.variants["percent"].sel(variant=f"{MODEL}:{one.name}", quantity=quantity)
                found = None if one.trouble else summarise(draws, INTERVAL)
                if found is not None:
                    yield one.name, quantity, found
            if self.together is not None and quantity in self.together["quantity"].values:
                mixed = summarise(self.together.sel(quantity=quantity), INTERVAL)
                if mixed is not None and sum(one.weight is not None for one in self.standings) > 1:
                    yield TOGETHER, quantity, mixed

    def called(self, quantity: str) -> str:
        """A quantity in words."""
        return "all outcomes together" if quantity == "overall" else self.labels.get(quantity, quantity)


def write_side_by_side(seen: SideBySide, out: Path) -> Path:
    """Write `compare.html`, `compare.md` and `figures/models.csv` into the folder `out`; the page is returned.

    Raises
    ------
    OSError
        When the folder cannot be written to.
    """
    sections = tuple(_sections(seen))
    if seen.study.simulated:
        sections = tuple(label_simulated(one) for one in sections)
    for one in (figure for section in sections for figure in section.figures):
        write_csv(Path(out) / "figures" / f"{one.name}.csv", one.columns, one.rows)
    simulated = seen.study.simulated
    write_text(Path(out) / "compare.md", markdown_page(seen.study.title, sections, simulated=simulated))
    page = render_page(seen.study, sections, simulated=simulated, kicker="Several models side by side")
    return write_text(Path(out) / "compare.html", page)


def _sections(seen: SideBySide) -> Iterator[Section]:
    yield Section("answers", "What each model answers", tuple(_answers(seen)))
    yield Section("predictions", "How well each predicts what it has not seen", tuple(_predictions(seen)))
    yield Section("assumptions", "What each assumes", tuple(_assumptions(seen)))
    if seen.left_out:
        points = Points(tuple(f"{name}: {why}" for name, why in seen.left_out.items()))
        yield Section("left_out", "Models that were not fitted", (points,))


def _answers(seen: SideBySide) -> Iterator[Block]:
    yield Text(seen.study.question.says, tone="lead")
    yield Text(
        "Each model was fitted to the same panel. Where they agree, the answer does not hang on the choice between "
        "them; where they do not, what each assumes says why. No number here replaces the report: most of these "
        "fits are shorter, and not every doubt was raised against them."
    )
    failed = [one for one in seen.standings if one.trouble]
    if failed:
        told = "; ".join(f"{one.name}, as {one.trouble}" for one in failed)
        yield Text(f"Without an answer: {told}.", tone="warning")
    found = list(seen.answers())
    if not found:
        return
    yield _forest(seen, found)
    quantities = dict.fromkeys(quantity for _, quantity, _ in found)
    groups = tuple(
        Group(seen.called(quantity), tuple(_answer(name, one) for name, where, one in found if where == quantity))
        for quantity in quantities
    )
    columns = ("Model", "Change", "95\u202f% interval", "Probability of a fall")
    yield Table("What each model answers, overall and by indicator.", columns, groups)


def _answer(name: str, one: Summary) -> Row:
    places = places_for(one.width)
    estimate, ends = percent(one.estimate, places), span(one.lower, one.upper, places)
    return row(name, number(estimate), number(ends), number(probability(one.fall)))


def _forest(seen: SideBySide, found: list[tuple[str, str, Summary]]) -> Figure:
    panels = []
    limits = scale.ratio_limits([end for _, _, one in found for end in (one.lower, one.upper)])
    for quantity in dict.fromkeys(where for _, where, _ in found):
        rows = [(name, one) for name, where, one in found if where == quantity]
        marks = [Mark(name, one, "whole" if name == TOGETHER else "one") for name, one in rows]
        title = seen.called(quantity)
        svg, says = forest(marks, title=title, interval=INTERVAL, limits=limits)
        panels.append(Panel(title[:1].upper() + title[1:], svg, says))
    numbers = tuple((name, where, one.estimate, one.lower, one.upper, one.fall) for name, where, one in found)
    caption = "Change in percent under each model: median, inner half and 95\u202f% interval."
    return Figure("models", caption, tuple(panels), COLUMNS, numbers)


def _predictions(seen: SideBySide) -> Iterator[Block]:
    first = next((one.name for one in seen.standings if one.loo or one.future), "")
    if first:
        yield Text(
            f"Differences are of summed log predictive densities from {first}: below zero, a model predicts less well. "
            "One of less than twice its error, or below 4, does not tell models apart. The weights are those with "
            "which all of them together predict best (stacking), by single figures left out or else by hidden "
            "periods. To predict figures well is not to answer the question well: a model that takes the law for a "
            "trend may do so."
        )
        if not any(one.future for one in seen.standings):
            yield Text(
                "The last periods tell nothing here: none were hidden (checks.future), they hold fewer than 20 "
                "figures, or a fit without them did not settle."
            )
    columns = ("Model", "One figure left out", "Last periods hidden", "Weight", "Remark")
    rows = [
        row(
            one.name,
            number(difference(one.loo)),
            number(difference(one.future)),
            number(share(one.weight)),
            Cell(one.trouble or one.unweighed or ("the others are held against it" if one.name == first else "")),
        )
        for one in seen.standings
    ]
    caption = "How well each model predicts figures it has not seen: difference and its error."
    yield table(caption, columns, *rows, estimates=False)


def difference(score: Score | None) -> str:
    """The difference in log predictive density, with its standard error; none for the model held against itself.

    >>> difference(Score(-3.21, 2.0, 0.2)), difference(None)
    ('\u22123.2 ± 2.0', '\u2013')
    """
    if score is None or score.ahead == score.error == 0:
        return NONE
    return f"{score.ahead:+.1f} ± {score.error:.1f}".replace("-", "\u2212")


def _assumptions(seen: SideBySide) -> Iterator[Block]:
    yield Text("Beside what they all assume, which the report of the study lists:")
    rows = [row(one.name, Cell(one.says), Cell(_assumed(one))) for one in seen.standings]
    columns = ("Model", "The question it answers", "What it assumes that not all do")
    yield table("What each model answers and assumes.", columns, *rows, estimates=False)


def _assumed(one: Standing) -> str:
    return ". ".join(ASSUMPTIONS[name] for name in one.assumes) or "nothing beyond the others"
