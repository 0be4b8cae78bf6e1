"""A register of laws and platform events: one row for each law, with the date and how sure it is."""

from pathlib import Path

import pandas as pd

from evaluation.panel.sources.cards import write_card
from evaluation.panel.sources.reading import read_columns
from evaluation.panel.writing import write_table
from evaluation.terms import Source

DATE = r"\d{4}(?:-\d{2}(?:-\d{2})?)?"
COLUMNS = {
    "country_iso3": "[A-Z]{3}",
    "jurisdiction": ".+",
    "law_name": ".+",
    "regime": "[a-z_]+",
    "target": "[a-z_]+",
    "adopted_date": f"(?:{DATE})?",
    "effective_date": DATE,
    "source_citation": ".+",
    "confidence": "high|medium|low",
    "notes": ".*",
}
NAMES = {
    "country_iso3": "unit",
    "law_name": "law",
    "adopted_date": "adopted",
    "effective_date": "starts",
    "source_citation": "source",
    "confidence": "certainty",
}


def read_laws(file: Path) -> pd.DataFrame:
    """Tidy register: unit, jurisdiction, law, regime, target, adopted, starts, source, certainty, notes.

    Dates are as exact as they are known: 2005, 1995-12 or 2009-01-01.
    """
    return read_columns(file, COLUMNS).rename(columns=NAMES)


def import_file(file: Path, data: Path) -> list[Path]:
    """Write data/raw/laws.csv and its card. Grouping laws into interventions stays a decision made by hand."""
    written = write_table(read_laws(file), data / "raw" / "laws.csv")
    return [written, write_card("laws", CARD, data)]


CARD = Source(
    title="Laws and platform events on prostitution and trafficking",
    file="laws.csv",
    publisher="compiled for this project from legal texts and the press; each row names its source",
    citation="Register of laws and platform events, compiled 2025; see column source of each row",
    vintage="2025",
    retrieved="",
    licence="none stated",
    sha256="",
    columns={
        "unit": "country, ISO 3166-1 alpha-3; EUU: European Union, INT: international",
        "jurisdiction": "where the law holds; a part of the country where so named",
        "law": "the law, ruling or event",
        "regime": "what it does",
        "target": "the actor it acts on",
        "adopted": "ISO date of adoption, as exact as it is known",
        "starts": "ISO date from which it is in force, as exact as it is known",
        "source": "where the row was read",
        "certainty": "of the date: high, medium, or low (not confirmed)",
        "notes": "what a reader must know; recalled: written from memory, not confirmed in a text",
    },
)
