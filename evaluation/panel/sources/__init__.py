"""Importers: from a publisher's file to the project's own tidy tables. One publisher a file, listed in `BOOK`."""

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path

from evaluation.terms.errors import DataError, Problem, nearest

# name: (what it reads, module). A module offers `import_file(file, data) -> list of written files`.
BOOK: Mapping[str, tuple[str, str]] = {
    "unodc": ("UNODC trafficking workbook (.xlsx), as published", "evaluation.panel.sources.unodc"),
    "world_bank": ("population and GDP: iso3, year, population, gdp_usd (.csv)", "evaluation.panel.sources.world_bank"),
    "laws": ("a register of laws and platform events (.csv)", "evaluation.panel.sources.laws"),
    "counts": (
        "own counts: unit, period, indicator, value or lower and upper (.csv)",
        "evaluation.panel.sources.counts",
    ),
    "geonames": ("neighbours of countries: countries.json, cities beside it", "evaluation.panel.sources.geonames"),
    "age_verification": (
        "weekly interest of searches under age-verification laws (.parquet, .csv)",
        "evaluation.panel.sources.age_verification",
    ),
    "natural_earth": (
        "outlines of countries: countries-110m.json, two files beside it",
        "evaluation.panel.sources.natural_earth",
    ),
    "castle": ("the castle-doctrine panel of US states (.csv)", "evaluation.panel.sources.castle"),
}


def import_source(name: str, file: Path, data: Path) -> list[Path]:
    """Read a publisher's file and write the project's tables and their cards under `data`.

    Returns the files written. Nothing is written unless the whole file could be read.

    Raises
    ------
    DataError
        The importer is not known, or every problem found in the file.
    """
    if name not in BOOK:
        raise DataError(Problem(f"no importer is called '{name}'", "import", nearest(name, BOOK)))
    if not file.is_file():
        raise DataError(Problem("there is no such file", str(file), "check the path"))
    importer: Callable[[Path, Path], list[Path]] = import_module(BOOK[name][1]).import_file
    return importer(file, data)
