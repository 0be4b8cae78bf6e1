"""What the evidence lets a technical page print, section by section, and what on a page goes beyond it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from tests.unit.reporting.number_words import minus
from tests.unit.reporting.page_reader import NUMBER, Grid, Picture, Piece, Words, plain

Row = Sequence[str | None]  # None: a cell whose words are the evidence's own, to be found among the phrases
File = list[tuple[object, ...]]


@dataclass(frozen=True)
class Drawn:
    """What may stand in a picture: its description, its words (ticks of axes left out), its tips."""

    says: str
    labels: tuple[str, ...] = ()
    tips: tuple[str, ...] = ()


@dataclass
class Told:
    """Every phrase, table, picture and file with numbers that the evidence accounts for."""

    phrases: dict[str, list[str]] = field(default_factory=dict)
    tables: dict[tuple[str, str], list[Row]] = field(default_factory=dict)
    pictures: dict[tuple[str, str], Drawn] = field(default_factory=dict)
    heads: dict[tuple[str, str], list[str]] = field(default_factory=dict)  # names of groups of rows, where they matter
    files: dict[str, File] = field(default_factory=dict)
    periods: tuple[str, ...] = ()

    def say(self, section: str, *words: str) -> None:
        """Words that may stand in a section, or in all of them where it is empty; dashes may have become minuses."""
        for one in words:
            if NUMBER.search(one):
                self.phrases.setdefault(section, []).extend({plain(one), plain(minus(one)), plain(words_up(one))})

    def phrases_of(self, section: str) -> list[str]:
        """Phrases for a section, the longest first, so that no phrase hides behind a part of it."""
        return self._sorted.setdefault(
            section, sorted({*self.phrases.get(section, []), *self.phrases.get("", [])}, key=len, reverse=True)
        )

    @cached_property
    def _sorted(self) -> dict[str, list[str]]:
        return {}


def words_up(words: str) -> str:
    """With a capital, as at the beginning of a cell."""
    return words[:1].upper() + minus(words[1:])


def orphans(words: str, phrases: Iterable[str]) -> list[str]:
    """Numbers in a text that stand in none of the phrases found in it."""
    found = [match.span() for match in NUMBER.finditer(words)]
    covered: list[tuple[int, int]] = []
    for phrase in phrases:
        if len(covered) and all(any(a <= one and two <= b for a, b in covered) for one, two in found):
            break
        covered += _places(words, phrase)
    return [words[one:two] for one, two in found if not any(a <= one and two <= b for a, b in covered)]


def _places(words: str, phrase: str) -> Iterator[tuple[int, int]]:
    """Where a phrase stands in the words, not as a part of a longer number."""
    start = words.find(phrase)
    while start >= 0:
        end = start + len(phrase)
        before, after = words[:start], words[end:]
        longer = re.search(r"\d[.,]?$", before) and phrase[:1].isdigit()
        longer = longer or (phrase[-1:].isdigit() and re.match(r"[.,]?\d", after))
        if not longer:
            yield start, end
        start = words.find(phrase, start + 1)


def problems(page: Sequence[Piece], told: Told) -> list[str]:
    """Every number of the page that the evidence does not account for, with where it stands."""
    found = [f"{piece.section}: {one}" for piece in page for one in _wrong(piece, told)]
    return found + [
        f"{one.section}: '{one.words}' stands above the picture '{two.title}'"
        for one, two in pairwise(page)
        if isinstance(one, Words) and one.kind == "panel-title" and isinstance(two, Picture) and one.words != two.title
    ]


def _wrong(piece: Piece, told: Told) -> Iterator[str]:
    phrases = told.phrases_of(piece.section)
    match piece:
        case Words():
            yield from (f"{one} in '{_near(piece.words, one)}'" for one in orphans(piece.words, phrases))
        case Grid():
            yield from _wrong_table(piece, told, phrases)
        case Picture():
            yield from _wrong_picture(piece, told, phrases)


def _near(words: str, one: str) -> str:
    place = words.find(one)
    return words[max(0, place - 60) : place + 60]


def _wrong_table(piece: Grid, told: Told, phrases: list[str]) -> Iterator[str]:
    for words in (piece.caption, *piece.columns):
        yield from (f"{one} above the table '{piece.caption}'" for one in orphans(words, phrases))
    rows = next((rows for key, rows in told.tables.items() if _is(piece, key)), None)
    shown = [row for row in piece.rows if len(row) > 1]
    heads = [row[0] for row in piece.rows if len(row) == 1]
    yield from (f"{one} in the group '{head}'" for head in heads for one in orphans(head, phrases))
    if heads != next((asked for key, asked in told.heads.items() if _is(piece, key)), heads):
        yield f"groups {heads} in the table '{piece.caption}'"
    if rows is not None and len(rows) != len(shown):
        yield f"{len(shown)} rows, not {len(rows)}, in the table '{piece.caption}'"
    for place, row in enumerate(shown):
        asked = rows[place] if rows is not None and place < len(rows) else [None] * len(row)
        if len(asked) != len(row):
            yield f"{len(row)} cells, not {len(asked)}, in the row '{row[0]}' of '{piece.caption}'"
        for cell, wanted in zip(row, asked, strict=False):
            if wanted is None:
                yield from (f"{one} in the cell '{cell[:90]}' of '{row[0]}'" for one in orphans(cell, phrases))
            elif plain(wanted) != cell:
                yield f"'{cell}' instead of '{plain(wanted)}' in the row '{row[0]}' of '{piece.caption}'"


def _is(piece: Grid, key: tuple[str, str]) -> bool:
    return piece.section == key[0] and key[1] in piece.caption


def _wrong_picture(piece: Picture, told: Told, phrases: list[str]) -> Iterator[str]:
    drawn = told.pictures.get((piece.section, piece.title))
    yield from (f"{one} in the title '{piece.title}'" for one in orphans(piece.title, phrases))
    if drawn is None:
        words = (piece.says, *(tip[-1] for tip in piece.tips), *(label[-1] for label in piece.labels))
        yield from (f"{one} in the picture '{piece.title}'" for said in words for one in orphans(said, phrases))
        return
    if plain(drawn.says) != piece.says:
        yield f"the picture '{piece.title}' says '{_parting(piece.says, plain(drawn.says))}'"
    labels = tuple(words for *_, look, words in piece.labels if not is_tick(look, words) and NUMBER.search(words))
    asked = tuple(plain(words) for words in drawn.labels if NUMBER.search(words))
    if labels != asked:
        yield f"words of the picture '{piece.title}': {sorted(set(labels) ^ set(asked))}"
    shown, wanted = [words for *_, words in piece.tips], [plain(tip) for tip in drawn.tips]
    if shown != wanted:
        yield f"tips of the picture '{piece.title}': {sorted(set(shown) ^ set(wanted))[:4]}"


def _parting(shown: str, wanted: str) -> str:
    """Where two texts part."""
    place = next(
        (k for k, (a, b) in enumerate(zip(shown, wanted, strict=False)) if a != b), min(len(shown), len(wanted))
    )
    return f"{shown[max(0, place - 30) : place + 30]}' and not '{wanted[max(0, place - 30) : place + 30]}"


def is_tick(look: str, words: str) -> bool:
    """Whether words stand at an axis: it is judged by where it stands (`axes`)."""
    return look == "f-muted" and re.fullmatch(r"[+−]?[\d.,]+( %| million| billion)?|\d{4}-[W\d-]+", words) is not None
