"""The picture of placebo laws for the README: this project beside its peers, one row a method."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from measured import ROOT
from placebo_rows import OURS

from evaluation.pipeline.store import replacing
from evaluation.reporting.canvas import Canvas

PICTURES = ROOT / "docs" / "images"
SHAPES = ("dot", "square", "diamond")  # of outcomes, told apart in grey as well
ROW, LEFT, PANEL, GAP = 30, 210, 210, 28  # pixels
# The colours of the reports on paper: a picture in a README has no style sheet but its own.
COLOURS = {"ink": "#1b2733", "muted": "#5c6975", "line": "#d9dfe5", "accent": "#175a8c", "other": "#8b929a",
           "truth": "#b3590b", "paper": "#fff"}  # fmt: skip
Result = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One frame of the picture."""

    kind: str
    says: tuple[str, str]
    value: str
    step: float  # between ticks
    most: float | None = None  # where the frame ends; as far as the marks go
    honest: float | None = None


PANELS = (
    Panel(
        kind="none",
        says=("no effect: intervals", "that leave out zero, %"),
        value="excludes_0",
        step=25,
        most=100,
        honest=5,
    ),
    Panel(
        kind="-40",
        says=("a fall of 40 %: intervals", "that cover it, %"),
        value="covered",
        step=25,
        most=100,
        honest=95,
    ),
    Panel(kind="-40", says=("a fall of 40 %: error of the", "estimate, log rate ratio"), value="rmse", step=0.2),
)


def draw(result: Result) -> None:
    """Write docs/images/placebo_laws_<study>.svg; nothing where no effect of zero was measured."""
    kinds = {row["kind"] for row in result["rows"]}
    if "none" not in kinds:
        return
    with replacing(PICTURES / f"placebo_laws_{result['study']}.svg") as stream:
        stream.write((picture(result) + "\n").encode())


def picture(result: Result) -> str:
    """SVG: false alarms, and where a fall of 40 % was injected its coverage and the error of the estimate."""
    rows = [row for row in result["rows"] if "covered" in row and row["quantity"] in result["outcomes"]]
    methods = list(dict.fromkeys(row["method"] for row in rows))
    panels = [one for one in PANELS if any(row["kind"] == one.kind for row in rows)]
    canvas = Canvas(ROW * len(methods) + 98, (LEFT, GAP, 64, 34), width=LEFT + len(panels) * (PANEL + GAP))
    for place, panel in enumerate(panels):
        canvas.left = LEFT + place * (PANEL + GAP)
        canvas.right = canvas.left + PANEL
        _panel(canvas, panel, [row for row in rows if row["kind"] == panel.kind], methods, result)
    canvas.left = LEFT
    most = max(row["placebos"] for row in rows)
    for place, method in enumerate(methods):
        asked = max(row["placebos"] for row in rows if row["method"] == method)
        words = method if asked > most / 2 else f"{method}, {asked} laws"
        canvas.words_at(LEFT - 10, canvas.y(place + 0.5), words, anchor="right", drop="middle", bold=method == OURS)
    _legend(canvas, result)
    title = f"Laws that were never passed, {result['study']}"
    return _alone(canvas.svg(title, says(result)))


def _panel(canvas: Canvas, panel: Panel, rows: Sequence[Result], methods: Sequence[str], result: Result) -> None:
    """One frame: a mark for each method and outcome."""
    most = panel.step * math.ceil((panel.most or 1.05 * max(row[panel.value] for row in rows)) / panel.step)
    canvas.limits((0.0, most), (float(len(methods)), 0.0))
    canvas.segments([(0.0, place + 0.5, most, place + 0.5) for place in range(len(methods))], "line", width=0.8)
    if panel.honest:
        canvas.segments([(panel.honest, 0.0, panel.honest, float(len(methods)))], "truth", width=1.4, dash="4 3")
    outcomes = result["outcomes"]
    for row in rows:
        which = outcomes.index(row["quantity"])
        height = methods.index(row["method"]) + 0.5 + 0.22 * (which - (len(outcomes) - 1) / 2)
        tip = f"{row['method']}, {result['labels'][row['quantity']]}: {row[panel.value]:.2g}"
        colour = "accent" if row["method"] == OURS else "other"
        canvas.marks([row[panel.value]], [height], SHAPES[which % len(SHAPES)], colour, size=7.5, tips=[tip])
    ticks = [panel.step * number for number in range(round(most / panel.step) + 1)]
    canvas.x_ticks(ticks, [f"{tick:.2g}" if tick < 100 else "100" for tick in ticks])
    for down, words in zip((12, 26), panel.says, strict=True):
        canvas.words_at((canvas.left + canvas.right) / 2, down, words, anchor="middle", size=11.5)


def _legend(canvas: Canvas, result: Result) -> None:
    across, down = float(LEFT), canvas.height - 14
    for which, name in enumerate(result["outcomes"]):
        words = result["labels"][name]
        canvas.limits((canvas.left, canvas.right), (canvas.bottom, canvas.top))  # marks in pixels
        canvas.marks([across], [down], SHAPES[which % 3], "muted", size=7.5)
        canvas.words_at(across + 9, down, words, colour="muted", drop="middle", size=11.5)
        across += 30 + 6 * len(words)
    canvas.words_at(across, down, "dashed: an honest 95 % interval", colour="truth", drop="middle", size=11.5)


def says(result: Result) -> str:
    """The picture in words: for whoever cannot see it."""
    told = []
    for method in dict.fromkeys(row["method"] for row in result["rows"]):
        some = [
            f"{row['excludes_0']:.0f} % ({result['labels'][row['quantity']]})"
            for row in result["rows"]
            if (row["kind"], row["method"]) == ("none", method)
            and row["quantity"] in result["labels"]
            and row["placebos"]
        ]
        if some:
            told.append(f"{method} {', '.join(some)}")
    return f"95 % intervals that leave out zero where a law did nothing, honest is 5 %: {'; '.join(told)}."


def _alone(svg: str) -> str:
    """The same picture as a file of its own: with its name space, its background and its colours."""
    style = "text{font-family:system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif}"
    style += "".join(f".s-{name}{{stroke:{one};fill:none}}.f-{name}{{fill:{one}}}" for name, one in COLOURS.items())
    head, body = svg.split(">", 1)
    return f'{head} xmlns="http://www.w3.org/2000/svg" style="background:#fff"><style>{style}</style>{body}'
