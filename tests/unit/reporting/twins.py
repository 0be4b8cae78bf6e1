"""The other forms of the same page: its Markdown twin, block by block, and the files of numbers, cell by cell."""

import csv
import math
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.unit.reporting.page_reader import NUMBER, Grid, Piece, Words, plain
from tests.unit.reporting.told import File, Told

_SIGNS = re.compile(r"^(?:[✓!✕?–●○◐]+ )(?=\S)|(?<= )○○○ (?=withheld)")


def wrong_files(folder: Path, told: Told, withheld: bool) -> list[str]:
    """Cells of the files of numbers that are not the evidence's, and files that nothing accounts for."""
    shown = {path.stem: path for path in sorted((folder / "figures").glob("*.csv"))}
    missing = [f"figures/{name}.csv" for name in set(shown) ^ {name for name, rows in told.files.items() if rows}]
    return missing + [
        one for name, path in shown.items() for one in _wrong_file(path, told.files.get(name, []), withheld)
    ]


def _wrong_file(path: Path, asked: File, withheld: bool) -> Iterator[str]:
    with path.open(encoding="utf-8", newline="") as stream:
        header, *rows = csv.reader(stream)
    if header[-1] == "withheld":
        yield from (f"{path.name}: withheld is {row[-1]}" for row in rows if row[-1] != str(withheld).lower())
        rows = [row[:-1] for row in rows]
    if len(rows) != len(asked):
        yield f"{path.name}: {len(rows)} rows, not {len(asked)}"
    for row, wanted in zip(rows, asked, strict=False):
        if len(row) != len(wanted) or not all(map(_same, row, wanted)):
            yield f"{path.name}: {row} instead of {wanted}"


def _same(cell: str, wanted: object) -> bool:
    """A cell and what it should hold: numbers to six digits, nothing where there is none."""
    if wanted is None or (isinstance(wanted, float) and math.isnan(wanted)):
        return cell == ""
    if isinstance(wanted, bool) or not isinstance(wanted, int | float):
        return cell == str(wanted)
    if isinstance(wanted, int):
        return cell in {str(wanted), f"{wanted:.6g}"}
    return cell in {
        f"{float(wanted) * (1 + off):.6g}" for off in (-1e-12, 0, 1e-12)
    }  # the last digit may hang on a sum


def wrong_twin(markdown: str, page: Sequence[Piece]) -> list[str]:
    """Lines of the Markdown twin with numbers that the page does not say in the same words, and tables that differ."""
    said = {_bare(one) for piece in page for one in _told_on(piece)}
    markdown = re.sub(
        r"```text\n(.*?)\n```", lambda found: plain(found[1]).replace("\\", "\\\\"), markdown, flags=re.DOTALL
    )
    lines = [line for line in markdown.splitlines() if not re.fullmatch(r"\|[ :|-]+\|", line)]
    rows = [_cells(line) for line in lines if line.startswith("|")]
    wanted = [row for piece in page if isinstance(piece, Grid) for row in _rows(piece)]
    wrong = [
        f"'{' | '.join(one)}' instead of '{' | '.join(two)}'"
        for one, two in zip(rows, wanted, strict=False)
        if one != two
    ]
    wrong += [] if len(rows) == len(wanted) else [f"{len(rows)} rows of tables in Markdown, {len(wanted)} on the page"]
    told = [_line(line) for line in lines if not line.startswith("|")]
    return wrong + [line for line in told if NUMBER.search(line) and not _within(line, said)]


def _told_on(piece: Piece) -> list[str]:
    if isinstance(piece, Words):
        return [piece.words.removesuffix(" CSV")]  # the link below a picture
    return [piece.caption] if isinstance(piece, Grid) else [piece.says, piece.title]


def _within(line: str, said: set[str]) -> bool:
    """A line that the page has too; there a label may stand apart, and a picture may say that it was cut."""
    rest = line.partition(": ")[2]
    cut = line.removeprefix("The interval goes on beyond the picture. ")
    return bool({line, rest, cut} & said)


def _rows(piece: Grid) -> Iterator[list[str]]:
    yield [_bare(one) for one in piece.columns]
    for row in piece.rows:
        yield [_bare(one) for one in row] + [""] * (len(piece.columns) - len(row))


def _bare(words: str) -> str:
    """A text without the sign before a badge's word, and without the brackets of a mark."""
    return plain(_SIGNS.sub("", words))


def _cells(line: str) -> list[str]:
    cells = re.split(r"(?<!\\)\|", line)[1:-1]
    return [_bare(_line(cell.strip().replace("\\|", "|").strip("*"))) for cell in cells]


def _line(line: str) -> str:
    """A line of Markdown as its reader sees it."""
    line = re.sub(r"^\s*(?:- |#+ )", "", line)
    line = re.sub(r"^\*(?:Table|Figure)\. (.*?)\*(?: Numbers: .*)?$", r"\1", line)
    line = re.sub(r"^\*\*(.*?)\*\*", r"\1", line)
    line = re.sub(r"\((withheld: [^()]*)\)$", r"\1", line)
    return plain(re.sub(r"\\([\\`*_<>\[\]|])", r"\1", line))
