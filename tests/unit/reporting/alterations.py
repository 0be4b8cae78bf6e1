"""A page with one number changed: what a test of numbers has to notice."""

import random
import re
from collections.abc import Iterator
from dataclasses import replace

from tests.unit.reporting.page_reader import NUMBER, Grid, Picture, Piece, Words

OTHER_SIGN = {"−": "+", "+": "−"}


def altered_number(shown: str, rng: random.Random) -> str:
    """The number with one digit changed: as often its last as any."""
    digits = [place for place, sign in enumerate(shown) if sign.isdigit()]
    place = digits[-1] if rng.random() < 0.5 else rng.choice(digits)
    other = rng.choice([digit for digit in "0123456789" if digit != shown[place]])
    return shown[:place] + other + shown[place + 1 :]


def altered_words(words: str, rng: random.Random) -> Iterator[tuple[str, str]]:
    """Each number of a text in turn, and each sign: as it was shown, and the text with another in its place."""
    for found in NUMBER.finditer(words):
        yield found.group(), words[: found.start()] + altered_number(found.group(), rng) + words[found.end() :]
    for found in re.finditer(r"[−+](?=\d)", words):
        yield found.group(), words[: found.start()] + OTHER_SIGN[found.group()] + words[found.end() :]


def altered_pieces(piece: Piece, rng: random.Random) -> Iterator[tuple[str, Piece]]:
    """Each number of a piece in turn: as it was shown, and the piece with another in its place."""
    match piece:
        case Words():
            yield from ((shown, replace(piece, words=one)) for shown, one in altered_words(piece.words, rng))
        case Grid():
            yield from _altered_grids(piece, rng)
        case Picture():
            yield from _altered_pictures(piece, rng)


def _altered_grids(piece: Grid, rng: random.Random) -> Iterator[tuple[str, Piece]]:
    yield from ((shown, replace(piece, caption=one)) for shown, one in altered_words(piece.caption, rng))
    for place, name in enumerate(piece.columns):
        for shown, one in altered_words(name, rng):
            yield shown, replace(piece, columns=(*piece.columns[:place], one, *piece.columns[place + 1 :]))
    for down, row in enumerate(piece.rows):
        for place, cell in enumerate(row):
            for shown, one in altered_words(cell, rng):
                changed = (*row[:place], one, *row[place + 1 :])
                yield shown, replace(piece, rows=(*piece.rows[:down], changed, *piece.rows[down + 1 :]))


def _altered_pictures(piece: Picture, rng: random.Random) -> Iterator[tuple[str, Piece]]:
    for name in ("title", "says"):
        for shown, one in altered_words(getattr(piece, name), rng):
            yield shown, replace(piece, **{name: one})
    for place, label in enumerate(piece.labels):
        for shown, one in altered_words(label[-1], rng):
            changed = (*label[:-1], one)
            yield shown, replace(piece, labels=(*piece.labels[:place], changed, *piece.labels[place + 1 :]))
    for place, tip in enumerate(piece.tips):
        for shown, one in altered_words(tip[-1], rng):
            changed_tip = (*tip[:-1], one)
            yield shown, replace(piece, tips=(*piece.tips[:place], changed_tip, *piece.tips[place + 1 :]))
