"""What a page is made of: sections of blocks, in an order. No markup here; the renderers decide how it looks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

SIMULATED = "Simulated data, not a real country or person. "
LONG = 70  # characters of a cell that is read as a sentence
WITHHELD = "withheld: not a finding"  # what stands in every row whose draws come from a sampler that failed


@dataclass(frozen=True)
class Text:
    """One paragraph of plain text; `tone` is 'plain', 'lead', 'note' or 'warning'."""

    words: str
    tone: str = "plain"


@dataclass(frozen=True)
class Heading:
    """A heading inside a section."""

    words: str


@dataclass(frozen=True)
class Formula:
    """Equations, line by line, as they are."""

    lines: str


@dataclass(frozen=True)
class Points:
    """A short list."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Cell:
    """A table cell. `badge` names a verdict, a strength or a certainty that is drawn with a sign and a word."""

    words: str
    number: bool = False
    badge: str = ""
    code: bool = False  # something to type, or a name that a machine reads
    mark: str = ""  # a warning that stands beside the words, in the cell


@dataclass(frozen=True)
class Row:
    """A row: its first cell is the row's header."""

    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Group:
    """Rows that belong together, under a label that may be empty."""

    label: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Table:
    """A real table: caption, column headers, groups of rows. `key` names its column of the CSV files."""

    caption: str
    columns: tuple[str, ...]
    groups: tuple[Group, ...]
    folded: str = ""  # words of the line that unfolds it; empty: it stands open
    estimates: bool = True  # in a section of estimates, whether its rows are some: each is marked if withheld

    @property
    def prose(self) -> bool:
        """Whether some cell holds a sentence: a phone shows such a table row below row, each cell under its column.

        >>> table("Sizes.", ("Size", "Says"), row("1", "one line of words " * 5)).prose
        True
        """
        return any(len(cell.words) > LONG for row in all_rows(self) for cell in row.cells)


@dataclass(frozen=True)
class Panel:
    """One picture of a figure: `svg` is markup of our own making, `says` tells the picture in words."""

    title: str
    svg: str
    says: str
    folded: bool = False


@dataclass(frozen=True)
class Key:
    """One entry of a figure's legend: a sign (a class of the style sheet) and its meaning."""

    sign: str
    words: str


@dataclass(frozen=True)
class Figure:
    """Small pictures that are read together, what they show, and the numbers they are drawn from."""

    name: str  # also the name of its CSV file
    caption: str
    panels: tuple[Panel, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str | float | None, ...], ...]
    keys: tuple[Key, ...] = ()
    folded: str = ""  # words of the line that unfolds the panels marked as folded


@dataclass(frozen=True)
class Answer:
    """The headline: one claim, drawn large, with its reasons and what it rests on."""

    says: str
    number: str
    interval: str
    probability: str
    strength: str
    reasons: tuple[str, ...]
    rests_on: tuple[tuple[str, str], ...]
    picture: Panel | None = None
    truth: str = ""


Block = Text | Heading | Formula | Points | Table | Figure | Answer


@dataclass(frozen=True)
class Section:
    """A chapter of the report."""

    name: str
    title: str
    blocks: tuple[Block, ...] = field(default=())

    @property
    def text(self) -> tuple[str, ...]:
        """The paragraphs, in order."""
        return tuple(block.words for block in self.blocks if isinstance(block, Text))

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The figures, in order."""
        return tuple(block for block in self.blocks if isinstance(block, Figure))

    @property
    def tables(self) -> tuple[Table, ...]:
        """The tables, in order."""
        return tuple(block for block in self.blocks if isinstance(block, Table))


def label_simulated(section: Section) -> Section:
    """The section with every figure's and table's caption saying that the data are simulated."""

    def labelled(block: Block) -> Block:
        if isinstance(block, Figure | Table):
            return replace(block, caption=SIMULATED + block.caption)
        return block

    return replace(section, blocks=tuple(labelled(block) for block in section.blocks))


def label_withheld(section: Section) -> Section:
    """The section with a warning above its estimates and a mark in the first cell of each of their rows."""
    warning = Text(
        "The sampler failed its checks, and the claims are withheld. The numbers below show what it drew; they are "
        "not findings, and each is marked.",
        "warning",
    )
    blocks = [_marked(block) if isinstance(block, Table) and block.estimates else block for block in section.blocks]
    return replace(section, blocks=(warning, *blocks))


def _marked(one: Table) -> Table:
    groups = tuple(
        replace(group, rows=tuple(Row((replace(row.cells[0], mark=WITHHELD), *row.cells[1:])) for row in group.rows))
        for group in one.groups
    )
    return replace(one, groups=groups)


def row(*cells: Cell | str) -> Row:
    """A row from cells and plain words."""
    return Row(tuple(Cell(cell) if isinstance(cell, str) else cell for cell in cells))


def number(words: str) -> Cell:
    """A cell that holds a number: set in figures of one width, to the right."""
    return Cell(words, number=True)


def table(caption: str, columns: tuple[str, ...], *rows: Row, folded: str = "", estimates: bool = True) -> Table:
    """A table of one unlabelled group."""
    return Table(caption, columns, (Group("", tuple(rows)),), folded, estimates)


def all_rows(one: Table) -> Iterator[Row]:
    """Every row of a table, groups forgotten."""
    for group in one.groups:
        yield from group.rows


def settings(mapping: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, str]]:
    """A nested mapping as dotted names and values, for a table of settings.

    >>> list(settings({"panel": {"every": "year", "bases": ["a", "b"]}, "seed": 1}))
    [('panel.every', 'year'), ('panel.bases', 'a, b'), ('seed', '1')]
    >>> list(settings({"steps": [{"name": "survey", "error": 0.1}, {"error": 0.2}]}))
    [('steps.survey.error', '0.1'), ('steps.2.error', '0.2')]
    """
    for name, value in mapping.items():
        if isinstance(value, Mapping) and value:
            yield from settings(value, f"{prefix}{name}.")
        elif isinstance(value, list | tuple) and value and all(isinstance(item, Mapping) for item in value):
            for place, item in enumerate(value, 1):
                inner = {key: one for key, one in item.items() if key != "name"}
                yield from settings(inner, f"{prefix}{name}.{item.get('name', place)}.")
        elif isinstance(value, list | tuple):
            yield f"{prefix}{name}", ", ".join(str(item) for item in value) or "not set"
        else:
            yield f"{prefix}{name}", "not set" if value is None or value in ("", {}) else str(value)
