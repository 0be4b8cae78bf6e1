"""Tables of the site: a phone shows each row as a block, with the name of its column before each cell."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Item:
    """One cell, or one line in a cell: words, a link or a badge, and what follows it in plain words."""

    words: str = ""
    href: str = ""
    badge: str = ""  # a strength or a certainty, drawn with a sign and a word
    more: str = ""  # follows a link as it stands, a badge after a space
    items: tuple["Item", ...] = ()  # several lines in one cell; then nothing else is shown
    none: bool = False  # words that stand where there is nothing yet

    @property
    def empty(self) -> bool:
        """Whether there is nothing to say: then a phone does not name its column either."""
        return not (self.words or self.items)

    @property
    def long(self) -> bool:
        """Whether it needs a wide column."""
        return len(self.words) + len(self.more) > 70 or any(one.long for one in self.items)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row; its first cell is its header. `name` is what a script finds it by."""

    cells: tuple[Item, ...]
    name: str = ""
    simulated: bool = False


@dataclass(frozen=True, kw_only=True)
class Group:
    """Rows under a label, which may be empty."""

    rows: tuple[Line, ...]
    label: str = ""


@dataclass(frozen=True, kw_only=True)
class Stacked:
    """A table: caption, names of columns, groups of rows; `name` is what a script finds it by."""

    caption: str
    columns: tuple[str, ...]
    groups: tuple[Group, ...]
    name: str = ""


def line(*cells: Item | str, name: str = "", simulated: bool = False) -> Line:
    """A row from cells and plain words."""
    made = tuple(Item(words=cell) if isinstance(cell, str) else cell for cell in cells)
    return Line(cells=made, name=name, simulated=simulated)


def lines(words: Iterable[str]) -> Item:
    """A cell of several lines; of one where there is only one."""
    told = tuple(Item(words=one) for one in words)
    return told[0] if len(told) == 1 else Item(items=told)
