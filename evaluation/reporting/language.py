"""One language of the funder pages: its sentences, and numbers, months, places and names as it writes them.

The sentences of a language are the messages of one file, `languages/<code>.ftl` (Project Fluent); a further language is
a further file. Words of the registers and the studies are English; their translations stand in
`data/registers/languages/<code>.yaml`. One that is missing there is quoted in English, and marked as English.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files

from babel import Locale
from babel.core import get_global
from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal
from fluent.runtime import FluentBundle, FluentResource
from markupsafe import Markup, escape

from evaluation.reporting.numbers import NARROW

ENGLISH = "en"
_FOLDER = "languages"


def language_codes() -> tuple[str, ...]:
    """The languages there is a file of, English first.

    >>> language_codes()
    ('en', 'es')
    """
    named = (one.name for one in files("evaluation.reporting").joinpath(_FOLDER).iterdir())
    found = sorted(name.removesuffix(".ftl") for name in named if name.endswith(".ftl"))
    return (ENGLISH, *(code for code in found if code != ENGLISH))


@cache
def _bundle(code: str) -> FluentBundle:
    text = files("evaluation.reporting").joinpath(_FOLDER, f"{code}.ftl").read_text(encoding="utf-8")
    bundle = FluentBundle([code], use_isolating=False)
    bundle.add_resource(FluentResource(text))
    return bundle


@dataclass(frozen=True)
class Language:
    """Says things in one language. Everything it returns is safe markup: words that are given to it are escaped."""

    code: str
    phrases: Mapping[str, str] = field(default_factory=dict)  # English words of registers and studies, and their own

    @property
    def name(self) -> str:
        """What the language calls itself.

        >>> Language("es").name
        'Español'
        """
        own = Locale.parse(self.code).get_display_name(self.code) or self.code
        return own[:1].upper() + own[1:]

    def say(self, message: str, **given: str | int) -> Markup:
        """The message of that name with what is given put in.

        Raises
        ------
        ValueError
            If there is no such message, or it asks for something that is not given.

        Examples
        --------
        >>> str(Language("es").say("likelihood-likely"))
        'probable'
        """
        bundle = _bundle(self.code)
        pattern = bundle.get_message(message).value if bundle.has_message(message) else None
        if pattern is None:
            raise ValueError(f"{self.code}.ftl holds no message '{message}'")
        values = {name: str(escape(value)) if isinstance(value, str) else value for name, value in given.items()}
        said, errors = bundle.format_pattern(pattern, values)
        if errors:
            raise ValueError(f"{self.code}.ftl, {message}: {errors[0]}")
        return Markup(str(said).replace(" %", f"{NARROW}%"))

    def has(self, message: str) -> bool:
        """Whether there is a message of that name."""
        return bool(_bundle(self.code).has_message(message))

    def phrase(self, english: str) -> Markup:
        """Words of a register or a study in this language; quoted in English where nobody has translated them.

        >>> Language("es", {"persons": "personas"}).phrase("persons")
        Markup('personas')
        >>> Language("es").phrase("persons")
        Markup('<span lang="en">“persons”</span>')
        """
        if self.code == ENGLISH:
            return escape(english)
        told = self.phrases.get(english)
        return Markup('<span lang="en">“{}”</span>').format(english) if told is None else escape(told)

    def number(self, shown: str) -> str:
        r"""A number that is rounded already, with this language's signs for thousands and decimals.

        Where a point would part thousands, a narrow space does: half of the readers would take it for a decimal.

        >>> Language("en").number("1,200"), Language("es").number("12,345.6")
        ('1,200', '12\u202f345,6')
        """
        plain = shown.replace(",", "")
        places = len(plain.partition(".")[2])
        pattern = "#,##0" + ("." + "0" * places if places else "")
        told = str(format_decimal(Decimal(plain), format=pattern, locale=self.code))
        if format_decimal(1000, format="#,##0", locale=self.code) != "1.000":
            return told
        return told.replace(".", NARROW)

    def period(self, period: str) -> str:
        """A year as it is, a month by its name, a week by its number (ISO 8601), a day by its date.

        >>> [Language("es").period(one) for one in ("2019-01", "2021", "2021-W52")]
        ['enero de 2019', '2021', 'la semana 52 de 2021']
        >>> Language("en").period("2021-03-01")
        'March 1, 2021'
        """
        if week := re.fullmatch(r"(\d{4})-W(\d{2})", period):
            return str(self.say("week", week=int(week.group(2)), year=week.group(1)))
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", period):
            return str(format_date(date.fromisoformat(period), "long", locale=self.code))
        if re.fullmatch(r"\d{4}-\d{2}", period):
            return str(format_skeleton("yMMMM", date.fromisoformat(f"{period}-01"), locale=self.code))
        return period

    def country(self, code: str, english: str) -> str:
        """A country by its three-letter code, as the Unicode locale data (CLDR) has it; the name given if it has none.

        >>> Language("es").country("NOR", "Norway"), Language("es").country("XXX", "Norway")
        ('Noruega', 'Norway')
        """
        if self.code == ENGLISH:
            return english
        short = (get_global("territory_aliases").get(code) or [code])[0]
        return str(Locale.parse(self.code).territories.get(short, english))

    def listed(self, items: list[Markup]) -> Markup:
        """Things in a row, the last after an "and".

        >>> str(Language("es").listed([Markup("a"), Markup("b"), Markup("c")]))
        'a, b y c'
        >>> str(Language("es").listed([Markup("Irlanda"), Markup("Israel")]))
        'Irlanda e Israel'
        """
        if len(items) < 2:
            return Markup("").join(items)
        sound = plain(items[-1]).lstrip("\u201c").lower()
        return self.say(
            "row-before-i" if sound.startswith("i") else "row", first=Markup(", ").join(items[:-1]), last=items[-1]
        )


def plain(words: str) -> str:
    """Markup as plain words, for pictures and for Markdown.

    >>> plain(Markup('<span lang="en">“a &amp; b”</span>'))
    '“a & b”'
    """
    return Markup(re.sub(r"<[^>]*>", "", words)).unescape() if isinstance(words, Markup) else words
