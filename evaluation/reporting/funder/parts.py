"""What a funder page is made of. Words that are markup are safe already; the renderers escape all others."""

from dataclasses import dataclass, field

from evaluation.reporting.language import Language
from evaluation.reporting.page import Key


@dataclass(frozen=True)
class Told:
    """The answer: a number drawn large, what it says, and what stands beside it, one sentence a line."""

    says: str
    number: str
    interval: str
    lines: tuple[str, ...]
    strength: str  # name of the strength
    strength_says: str  # its word in the language of the page


@dataclass(frozen=True)
class Picture:
    """A picture with its title, what it says in words, and the key to its signs."""

    title: str
    svg: str
    says: str
    keys: tuple[Key, ...] = ()


@dataclass(frozen=True)
class Point:
    """One point of a list; `badge` names a verdict that is drawn with a sign and a word, `label`."""

    words: str
    badge: str = ""
    label: str = ""


@dataclass(frozen=True)
class Part:
    """One part of the page: sentences, then a list, then what is set smaller."""

    name: str
    title: str
    sentences: tuple[str, ...] = ()
    points: tuple[Point, ...] = ()
    ordered: bool = False  # the points stand in the order of their worth
    small: tuple[str, ...] = ()


@dataclass(frozen=True)
class Link:
    """Another page about the same study."""

    href: str
    words: str
    code: str  # its language
    technical: bool = False


@dataclass(frozen=True)
class FunderPage:
    """One study on two printed pages, in one language."""

    language: Language
    title: str
    question: str
    told: Told
    parts: tuple[Part, ...]
    key: tuple[tuple[str, str], ...]  # word of the scale and its range
    pictures: tuple[Picture, ...] = ()
    simulated: bool = False
    links: tuple[Link, ...] = field(default=())
    footer: tuple[str, ...] = ()

    @property
    def untranslated(self) -> bool:
        """Whether words of a register are quoted in English because nobody has translated them."""
        words = [self.title, self.question, self.told.says, *self.told.lines]
        words += [one for part in self.parts for one in (*part.sentences, *(point.words for point in part.points))]
        return any('<span lang="en">“' in one for one in words)
