"""The same page as Markdown, for reading differences: the same words, tables, numbers and captions, no pictures."""

from collections.abc import Iterator

from evaluation.reporting.evidence import Evidence
from evaluation.reporting.page import (
    SIMULATED,
    Answer,
    Block,
    Cell,
    Figure,
    Formula,
    Heading,
    Points,
    Section,
    Table,
    Text,
)


def render_markdown(evidence: Evidence, sections: tuple[Section, ...]) -> str:
    """The report as Markdown."""
    return markdown_page(evidence.study.title, sections, simulated=evidence.simulated)


def markdown_page(title: str, sections: tuple[Section, ...], *, simulated: bool) -> str:
    """Sections under a title as Markdown."""
    lines = [f"# {escaped(title)}", ""]
    if simulated:
        lines += [f"**SIMULATED.** {SIMULATED.strip()}", ""]
    for section in sections:
        lines += [f"## {escaped(section.title)}", ""]
        for block in section.blocks:
            lines += [*_block(block), ""]
    return "\n".join(lines).rstrip() + "\n"


def _block(block: Block) -> Iterator[str]:
    match block:
        case Text():
            yield escaped(block.words)
        case Heading():
            yield f"### {escaped(block.words)}"
        case Formula():
            yield from ("```text", block.lines, "```")
        case Points():
            yield from (f"- {escaped(item)}" for item in block.items)
        case Answer():
            yield from _answer(block)
        case Table():
            yield from _table(block)
        case Figure():
            yield from _figure(block)


def _answer(answer: Answer) -> Iterator[str]:
    yield f"**{escaped(answer.says)}**"
    yield ""
    told = [answer.number, answer.interval, answer.probability, answer.truth, f"Strength: {answer.strength}"]
    yield from (f"- {escaped(one)}" for one in told if one)
    yield from (f"  - {escaped(reason)}" for reason in answer.reasons)
    yield from (f"- {escaped(name)}: {escaped(words)}" for name, words in answer.rests_on)


def _table(table: Table) -> Iterator[str]:
    yield f"*Table. {escaped(table.caption)}*"
    yield ""
    yield "| " + " | ".join(_cell(Cell(name)) for name in table.columns) + " |"
    numbers = [
        all(row.cells[place].number for group in table.groups for row in group.rows)
        for place in range(len(table.columns))
    ]
    yield "| " + " | ".join("---:" if number else "---" for number in numbers) + " |"
    for group in table.groups:
        if group.label:
            yield "| " + " | ".join([f"**{escaped(group.label)}**", *[""] * (len(table.columns) - 1)]) + " |"
        for row in group.rows:
            yield "| " + " | ".join(_cell(cell) for cell in row.cells) + " |"


def _figure(figure: Figure) -> Iterator[str]:
    yield f"*Figure. {escaped(figure.caption)}* Numbers: [figures/{figure.name}.csv](figures/{figure.name}.csv)"
    yield ""
    yield from (f"- {escaped(panel.says)}" for panel in figure.panels)


def _cell(cell: Cell) -> str:
    words = f"{cell.words} ({cell.mark})" if cell.mark else cell.words
    return escaped(words).replace("|", "\\|")


def escaped(words: str) -> str:
    """Words that Markdown shows as they are: no line breaks, no markup of their own."""
    joined = words.replace("\n", " ").replace("\r", " ")  # not split(): a narrow no-break space is kept
    for sign in "\\`*_<[]":
        joined = joined.replace(sign, f"\\{sign}")
    return joined
