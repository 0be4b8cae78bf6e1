"""A small canvas for small pictures: marks in data units become inline SVG of a few kilobytes, in about a millisecond.

Written by hand rather than by a plotting library for four reasons: the words stay text in the page's own type, so that
they are read aloud, found and printed; the colours are the style sheet's, so that a dark screen and a grey printer get
theirs; the same numbers give the same bytes on every machine; and a report of a hundred pictures takes a second.
"""

import math
from collections.abc import Iterable, Sequence
from hashlib import sha256
from html import escape

import numpy as np

Numbers = Sequence[float] | np.ndarray

WIDTH = 400  # natural width of a picture in pixels: a phone shows it whole, a desk shows two side by side
SIZE = 12.0  # of words, in pixels at natural width
ANCHORS = {"left": "", "middle": ' text-anchor="middle"', "right": ' text-anchor="end"'}
DROPS = {"baseline": 0.0, "middle": 0.35, "top": 0.8, "bottom": -0.25}  # of the size of the words


class Canvas:
    """One picture: a frame in pixels, data limits inside it, and marks in the order in which they were made.

    Colours are names of the style sheet's variables: ink, muted, line, accent, mid, pale, other, otherpale, truth,
    paper, wash.
    """

    def __init__(self, height: float, margins: tuple[float, float, float, float], width: float = WIDTH) -> None:
        self.width, self.height = width, height
        self.left, right, bottom, self.top = margins
        self.right, self.bottom = width - right, height - bottom
        self.x_limits, self.y_limits = (0.0, 1.0), (0.0, 1.0)
        self._marks: list[str] = []

    def limits(self, x: tuple[float, float], y: tuple[float, float]) -> None:
        """Data limits: `x` from left to right, `y` from bottom to top (give the larger first for rows from the top)."""
        self.x_limits, self.y_limits = x, y

    def x(self, value: float) -> float:
        """Pixels from the left."""
        low, high = self.x_limits
        return self.left + (value - low) / (high - low) * (self.right - self.left)

    def y(self, value: float) -> float:
        """Pixels from the top."""
        low, high = self.y_limits
        return self.bottom - (value - low) / (high - low) * (self.bottom - self.top)

    def line(self, xs: Numbers, ys: Numbers, colour: str, *, width: float = 1.6, dash: str = "") -> None:
        """A line through points; a gap where a point has no number."""
        path, pen = "", "M"
        for one, other in zip(xs, ys, strict=True):
            if math.isfinite(one) and math.isfinite(other):
                path += f"{pen}{px(self.x(one))} {px(self.y(other))}"
                pen = "L"
            else:
                pen = "M"
        self._path(path, colour, width, dash)

    def segments(
        self, ends: Iterable[tuple[float, float, float, float]], colour: str, *, width: float = 1.4, dash: str = ""
    ) -> None:
        """Straight pieces (x, y, x, y), drawn as one path."""
        path = "".join(f"M{px(self.x(a))} {px(self.y(b))}L{px(self.x(c))} {px(self.y(d))}" for a, b, c, d in ends)
        self._path(path, colour, width, dash)

    def _path(self, path: str, colour: str, width: float, dash: str) -> None:
        if path:
            dashed = f' stroke-dasharray="{dash}"' if dash else ""
            self._marks.append(f'<path class="s-{colour}" d="{path}" stroke-width="{px(width)}"{dashed}/>')

    def area(self, xs: Numbers, lows: Numbers, highs: Numbers, colour: str, *, share: float = 1.0) -> None:
        """The band between two lines, as opaque as `share`."""
        there = [(self.x(x), self.y(high)) for x, high in zip(xs, highs, strict=True)]
        back = [(self.x(x), self.y(low)) for x, low in zip(xs, lows, strict=True)][::-1]
        path = "M" + "L".join(f"{px(x)} {px(y)}" for x, y in [*there, *back]) + "z"
        opaque = f' fill-opacity="{share:g}"' if share < 1 else ""
        self._marks.append(f'<path class="f-{colour}" d="{path}"{opaque}/>')

    def boxes(self, corners: Iterable[tuple[float, float, float, float]], colour: str) -> None:
        """Boxes (left, right, low, high), drawn as one path: thousands of cells stay small."""
        path = "".join(
            f"M{px(self.x(a))} {px(self.y(low))}H{px(self.x(b))}V{px(self.y(high))}H{px(self.x(a))}z"
            for a, b, low, high in corners
        )
        if path:
            self._marks.append(f'<path class="f-{colour}" d="{path}"/>')

    def marks(
        self,
        xs: Numbers,
        ys: Numbers,
        shape: str,
        colour: str,
        *,
        size: float = 7,
        hollow: bool = False,
        tips: Sequence[str] = (),
    ) -> None:
        """Dots, squares, diamonds, crosses, notches or persons; `tips` are shown where the pointer rests on one."""
        for place, (one, other) in enumerate(zip(xs, ys, strict=True)):
            tip = f"<title>{escape(tips[place])}</title>" if tips else ""
            self._marks.append(_mark(shape, self.x(one), self.y(other), size / 2, colour, hollow, tip))

    def words(
        self,
        x: float,
        y: float,
        words: str,
        *,
        colour: str = "ink",
        anchor: str = "left",
        drop: str = "baseline",
        size: float = SIZE,
        bold: bool = False,
        shift: tuple[float, float] = (0, 0),
    ) -> None:
        """Words at a point in data units, moved by `shift` pixels."""
        across, down = self.x(x) + shift[0], self.y(y) + shift[1]
        self.words_at(across, down, words, colour=colour, anchor=anchor, drop=drop, size=size, bold=bold)

    def words_at(
        self,
        across: float,
        down: float,
        words: str,
        *,
        colour: str = "ink",
        anchor: str = "left",
        drop: str = "baseline",
        size: float = SIZE,
        bold: bool = False,
        turned: bool = False,
    ) -> None:
        """Words at a point in pixels; `turned` reads upwards."""
        down += DROPS[drop] * size
        style = f'{ANCHORS[anchor]} font-size="{px(size)}"' + (' font-weight="600"' if bold else "")
        turn = f' transform="rotate(-90 {px(across)} {px(down)})"' if turned else ""
        place = f'x="{px(across)}" y="{px(down)}"'
        self._marks.append(f'<text class="f-{colour}" {place}{style}{turn}>{escape(words, quote=False)}</text>')

    def x_ticks(self, places: Numbers, labels: Sequence[str], *, above: bool = False) -> None:
        """Labels under the frame, or above it."""
        down = self.top - 5 if above else self.bottom + 15
        for place, label in zip(places, labels, strict=True):
            self.words_at(self.x(place), down, label, colour="muted", anchor="middle", size=11.5)

    def y_ticks(self, places: Numbers, labels: Sequence[str]) -> None:
        """Labels left of the frame, each with a hairline across it."""
        self.segments([(self.x_limits[0], y, self.x_limits[1], y) for y in places], "line", width=0.8)
        for place, label in zip(places, labels, strict=True):
            self.words_at(self.left - 6, self.y(place), label, colour="muted", anchor="right", drop="middle", size=11.5)

    def x_axis(self, words: str) -> None:
        """The line under the frame, and what it measures."""
        y = self.y_limits[0]
        self.segments([(self.x_limits[0], y, self.x_limits[1], y)], "other", width=0.8)
        self.words_at((self.left + self.right) / 2, self.bottom + 33, words, colour="muted", anchor="middle", size=11.5)

    def y_axis(self, words: str) -> None:
        """What the frame measures upwards."""
        self.words_at(9, (self.top + self.bottom) / 2, words, colour="muted", anchor="middle", size=11.5, turned=True)

    def svg(self, title: str, says: str) -> str:
        """Inline SVG with its title and its description in words, both tied to it for a screen reader."""
        body = "".join(self._marks)
        name = "p" + sha256("\0".join((title, says, body)).encode()).hexdigest()[:12]
        wide, high = px(self.width), px(self.height)
        return (
            f'<svg class="plot" role="img" aria-labelledby="{name}t {name}d" viewBox="0 0 {wide} {high}" '
            f'width="{wide}" height="{high}"><title id="{name}t">{escape(title)}</title>'
            f'<desc id="{name}d">{escape(says)}</desc>{body}</svg>'
        )


def px(value: float) -> str:
    """Pixels to one decimal place.

    >>> px(12.04), px(-0.02), px(3.25)
    ('12', '0', '3.2')
    """
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def _mark(shape: str, x: float, y: float, half: float, colour: str, hollow: bool, tip: str) -> str:
    look = f'class="s-{colour} f-paper" stroke-width="1.5"' if hollow else f'class="f-{colour}"'
    if shape == "dot":
        return _tag("circle", f'{look} cx="{px(x)}" cy="{px(y)}" r="{px(half)}"', tip)
    if shape == "square":
        return _tag(
            "rect", f'{look} x="{px(x - half)}" y="{px(y - half)}" width="{px(2 * half)}" height="{px(2 * half)}"', tip
        )
    if shape == "person":  # a head above shoulders, 2 half wide and 3 half high
        head, side = px(0.62 * half), px(0.95 * half)
        path = f"M{px(x - 0.62 * half)} {px(y - 0.85 * half)}a{head} {head} 0 1 1 {px(1.24 * half)} 0"
        path += f"a{head} {head} 0 1 1 {px(-1.24 * half)} 0z"
        path += f"M{px(x - 0.95 * half)} {px(y + 1.5 * half)}v{px(-0.7 * half)}"
        path += f"a{side} {side} 0 0 1 {px(1.9 * half)} 0v{px(0.7 * half)}z"
        return _tag("path", f'{look} d="{path}"', tip)
    if shape == "diamond":
        aside, back = px(1.3 * half), px(-1.3 * half)
        path = f"M{px(x)} {px(y - 1.3 * half)}l{aside} {aside}l{back} {aside}l{back} {back}z"
        return _tag("path", f'{look} d="{path}"', tip)
    if shape == "notch":
        return _tag("path", f'{look} d="M{px(x - half)} {px(y - half)}h{px(2 * half)}L{px(x)} {px(y + half)}z"', tip)
    if shape in {"left", "right"}:  # an arrow: it goes on
        tip_to = half if shape == "left" else -half
        return _tag("path", f'{look} d="M{px(x - tip_to)} {px(y)}l{px(2 * tip_to)} {px(-half)}v{px(2 * half)}z"', tip)
    cross = (
        f"M{px(x - half)} {px(y - half)}l{px(2 * half)} {px(2 * half)}m0 {px(-2 * half)}l{px(-2 * half)} {px(2 * half)}"
    )
    return _tag("path", f'class="s-{colour}" stroke-width="1.8" d="{cross}"', tip)


def _tag(name: str, attributes: str, inner: str) -> str:
    return f"<{name} {attributes}>{inner}</{name}>" if inner else f"<{name} {attributes}/>"
