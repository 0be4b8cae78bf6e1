"""A written report judged by its evidence: what is wrong with its numbers, and how many altered ones are noticed."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from evaluation.reporting.evidence import Evidence
from tests.unit.reporting.alterations import altered_pieces
from tests.unit.reporting.axes import wrong_axes
from tests.unit.reporting.page_reader import Picture, Piece, pieces
from tests.unit.reporting.told import Told, problems
from tests.unit.reporting.told_whole import told_by, write_page
from tests.unit.reporting.twins import wrong_files, wrong_twin


@dataclass
class Judged:
    """A report in its folder, and what its evidence accounts for."""

    evidence: Evidence
    folder: Path

    def __post_init__(self) -> None:
        write_page(self.evidence, self.folder)

    @cached_property
    def told(self) -> Told:
        return told_by(self.evidence)

    @cached_property
    def html(self) -> str:
        return (self.folder / "report.html").read_text(encoding="utf-8")

    @cached_property
    def markdown(self) -> str:
        return (self.folder / "report.md").read_text(encoding="utf-8")

    @cached_property
    def page(self) -> list[Piece]:
        return pieces(self.html)

    def wrong_on(self, page: Sequence[Piece]) -> list[str]:
        """Numbers of a page that the evidence does not account for."""
        axes = [one for piece in page if isinstance(piece, Picture) for one in wrong_axes(piece, self.told.periods)]
        return problems(page, self.told) + axes

    def wrong(self) -> list[str]:
        """Everything that is wrong with the numbers of the page, of its files and of its twin."""
        files = wrong_files(self.folder, self.told, self.evidence.withheld)
        return self.wrong_on(self.page) + files + wrong_twin(self.markdown, self.page)

    def noticed(self, seed: int = 0) -> dict[str, tuple[int, int]]:
        """By section: of how many numbers, each altered once, it was noticed; and how many there are."""
        rng, seen, every = random.Random(seed), Counter(), Counter()
        for place, piece in enumerate(self.page):
            for _, altered in altered_pieces(piece, rng):
                every[piece.section] += 1
                seen[piece.section] += bool(self.wrong_on([altered, *self.page[place + 1 : place + 2]]))
        return {section: (seen[section], number) for section, number in every.items()}
