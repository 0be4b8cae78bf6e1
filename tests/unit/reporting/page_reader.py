"""A technical page as a reader meets it: words, tables and pictures by section, and where its numbers are."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "br", "hr", "img", "input"}
SILENT = {"style", "script"}
LEAVES = {"p", "h1", "h2", "h3", "li", "dt", "dd", "figcaption", "summary", "pre", "title", "a", "strong"}
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass
class Node:
    """An element with what is inside it, in order."""

    tag: str
    attributes: dict[str, str]
    inside: list["Node | str"] = field(default_factory=list)

    def all(self, *tags: str) -> Iterator["Node"]:
        """Every element of these tags below, not looking inside those found."""
        for one in self.inside:
            if isinstance(one, Node):
                if one.tag in tags:
                    yield one
                else:
                    yield from one.all(*tags)

    @property
    def words(self) -> str:
        """All its text, with single plain spaces."""
        return plain("".join(one if isinstance(one, str) else one.words for one in self.inside))

    @property
    def own(self) -> str:
        """Its text without that of the elements inside it."""
        return plain(" ".join(one for one in self.inside if isinstance(one, str)))


class Tree(HTMLParser):
    """Builds the tree of a page, and notes where in the file the text lies that somebody sees or hears."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.top = Node("page", {})
        self.open = [self.top]
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].inside.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].inside.append(Node(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        while len(self.open) > 1 and self.open.pop().tag != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self.open[-1].tag not in SILENT:
            self.open[-1].inside.append(data)


def plain(words: str) -> str:
    """Words with single plain spaces, so that line breaks and narrow spaces do not tell two texts apart."""
    return " ".join(words.split())


@dataclass(frozen=True)
class Words:
    """A piece of text that is no table and no picture: a paragraph, a caption, what a screen reader says."""

    section: str
    kind: str  # its class, or the name of its element
    words: str


@dataclass(frozen=True)
class Grid:
    """A table: its caption, its headers, and its rows; a row that names a group has one cell."""

    section: str
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Picture:
    """A picture: title and description, its words with their places (x, y, look, words), its tips with theirs."""

    section: str
    title: str
    says: str
    labels: tuple[tuple[float, float, str, str], ...]
    tips: tuple[tuple[float, float, str], ...]
    size: tuple[float, float]  # width and height


Piece = Words | Grid | Picture


def pieces(html: str) -> list[Piece]:
    """Everything on the page that somebody reads or hears, in order."""
    return list(_inside(Tree(html).top, "page"))


def _inside(node: Node, section: str) -> Iterator[Piece]:
    if "aria-label" in node.attributes:
        yield Words(section, "aria-label", plain(node.attributes["aria-label"]))
    if node.tag == "section":
        section = node.attributes["id"]
    if node.tag == "table":
        yield _grid(node, section)
    elif node.tag == "svg":
        yield _picture(node, section)
    else:
        yield from _words(node, section)


def _words(node: Node, section: str) -> Iterator[Piece]:
    """A leaf as one text; elements inside it that are leaves too, by themselves."""
    if node.tag in LEAVES and not any(node.all("table", "svg", "li")):
        yield Words(section, node.attributes.get("class", node.tag), node.words)
        return
    if node.own:
        yield Words(section, node.tag, node.own)
    for one in node.inside:
        if isinstance(one, Node):
            yield from _inside(one, section)


def _grid(node: Node, section: str) -> Grid:
    rows = [tuple(cell.words for cell in row.all("th", "td")) for row in node.all("tr")]
    (caption,) = node.all("caption")
    return Grid(section, caption.words, rows[0], tuple(rows[1:]))


def _picture(node: Node, section: str) -> Picture:
    titles = [one for one in node.inside if isinstance(one, Node) and one.tag in {"title", "desc"}]
    title, says = (one.words for one in titles)
    labels = tuple(
        (float(one.attributes["x"]), float(one.attributes["y"]), one.attributes["class"], one.words)
        for one in node.all("text")
    )
    marks = [one for one in node.inside if isinstance(one, Node) and one.tag not in {"title", "desc"}]
    tips = tuple((*_middle(mark), tip.words) for mark in marks for tip in mark.all("title"))
    width, height = map(float, node.attributes.get("viewbox", "0 0 0 0").split()[2:])
    return Picture(section, title, says, labels, tips, (width, height))


def _middle(mark: Node) -> tuple[float, float]:
    """Where the middle of a dot, a square or a diamond lies."""
    held = mark.attributes
    if mark.tag == "circle":
        return float(held["cx"]), float(held["cy"])
    if mark.tag == "rect":
        return float(held["x"]) + float(held["width"]) / 2, float(held["y"]) + float(held["height"]) / 2
    x, top, aside = map(float, re.findall(r"-?[\d.]+", held["d"])[:3])  # a diamond begins at its top
    return x, top + aside


def numbers_in(html: str) -> list[tuple[str, int, int]]:
    """Section, begin and end, in the file, of every number that is seen or heard."""
    heard = re.compile(r"(?<=>)[^<>]+(?=<)|(?<= aria-label=\")[^\"]+(?=\")")
    silent = [match.span() for match in re.finditer(r"<(style|script)\b.*?</\1>", html, re.DOTALL)]
    begins = [(match.start(), match[1]) for match in re.finditer(r'<section id="(\w+)"', html)]
    found = []
    for text in heard.finditer(html):
        if any(start <= text.start() < end for start, end in silent):
            continue
        section = next((name for start, name in reversed(begins) if start < text.start()), "page")
        for number in NUMBER.finditer(text.group()):
            before = text.group()[: number.start()]
            if not re.search(r"&#x?[0-9a-f]*$", before):  # an escaped sign is no number
                found.append((section, text.start() + number.start(), text.start() + number.end()))
    return found


def all_words(piece: Piece) -> list[str]:
    """The texts of a piece."""
    match piece:
        case Words():
            return [piece.words]
        case Grid():
            return [piece.caption, *piece.columns, *(cell for row in piece.rows for cell in row)]
        case Picture():
            return [piece.title, piece.says, *(label[-1] for label in piece.labels), *(tip[-1] for tip in piece.tips)]
