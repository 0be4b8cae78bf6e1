"""The funder page as Markdown, for reading differences: the same words and captions, no pictures."""

from collections.abc import Iterator

from evaluation.reporting.funder.parts import FunderPage, Part
from evaluation.reporting.language import plain
from evaluation.reporting.markdown import escaped


def funder_markdown(page: FunderPage) -> str:
    """The page as Markdown."""
    return "\n".join(_lines(page)).rstrip() + "\n"


def _lines(page: FunderPage) -> Iterator[str]:
    say, told = page.language.say, page.told
    yield from (f"# {_plain(page.title)}", "")
    if page.simulated:
        yield from (f"**{_plain(say('simulated-mark'))}.** {_plain(say('simulated'))}", "")
    yield from (_plain(page.question), "", f"## {_plain(say('title-answer'))}", "", f"**{_plain(told.says)}**", "")
    beside = [one for one in (told.number, told.interval) if one]
    yield from (f"- {_plain(one)}" for one in beside)
    yield from (f"- {_plain(line)}" for line in told.lines)
    yield ""
    for picture in page.pictures:
        yield from (f"### {_plain(picture.title)}", "", _plain(picture.says), "")
        yield from (f"- {_plain(key.words)}" for key in picture.keys)
        yield ""
    for part in page.parts:
        yield from _part(part)
    yield from (f"## {_plain(say('title-key'))}", "", _plain(say("key-says")), "")
    yield from (f"- {_plain(word)}: {_plain(chances)}" for word, chances in page.key)
    yield from ("", *(_plain(one) for one in page.footer))


def _part(part: Part) -> Iterator[str]:
    yield from (f"## {_plain(part.title)}", "")
    for sentence in part.sentences:
        yield from (_plain(sentence), "")
    for place, point in enumerate(part.points, start=1):
        label = f"{_plain(point.label)}: " if point.label else ""
        yield f"{f'{place}.' if part.ordered else '-'} {label}{_plain(point.words)}"
    yield from [""] * bool(part.points)
    for words in part.small:
        yield from (_plain(words), "")


def _plain(words: str) -> str:
    return escaped(plain(words))
