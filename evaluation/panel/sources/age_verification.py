"""Age-verification laws of US states: weekly interest of searches, 46 states, 2021-2024 (Lang and others 2026)."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from evaluation.panel.sources.cards import write_card
from evaluation.panel.sources.reading import checked_columns
from evaluation.panel.writing import write_table
from evaluation.terms import DataError, Problem, Source
from evaluation.terms.periods import label_of

COLUMNS = {
    "state": "[A-Z]{2}",
    "date": r"\d{4}-\d{2}-\d{2}",
    "hits": r"\d{1,2}(?:\.0)?|100(?:\.0)?",
    "outcome": "pornhub|xvideos|vpn|porn",
}
INDICATORS = {
    "pornhub": "search_complying",
    "xvideos": "search_rival",
    "vpn": "search_vpn",
    "porn": "search_generic",
}
TENTHS = 10  # of a point of the index: models count whole things


def read_search_interest(file: Path) -> pd.DataFrame:
    """Tidy table: unit, period (ISO week), indicator, value (tenths of a point of the index).

    The publisher's weeks run from Sunday to Saturday, those of ISO 8601 from Monday to Sunday: each is entered under
    the week with which it shares six days, that of its Monday. A nought is what is printed where too few searched to
    say: it is not a figure, and its row is left out.

    Raises
    ------
    DataError
        The file cannot be read, or every missing column, every cell of another form and every week that does not
        begin on a Sunday, with its rows.
    """
    table = checked_columns(_text_of(file), COLUMNS, file)
    days = [date.fromisoformat(day) for day in table["date"]]
    wrong = sorted({day.isoformat() for day in days if day.isoweekday() != 7})
    if wrong:
        raise DataError([Problem(f"{day} is no Sunday", f"{file}, column date", "weeks begin on one") for day in wrong])
    tidy = pd.DataFrame(
        {
            "unit": table["state"],
            "period": [label_of(day + timedelta(days=1), "week") for day in days],
            "indicator": table["outcome"].map(INDICATORS),
            "value": np.rint(table["hits"].astype(float) * TENTHS).astype(int),
        }
    )
    return tidy[tidy["value"] > 0].sort_values(["indicator", "unit", "period"], ignore_index=True)


def _text_of(file: Path) -> pd.DataFrame:
    """Every cell as text, of the table as published (.parquet) or saved as CSV (.csv, .csv.gz)."""
    try:
        table = pd.read_parquet(file) if file.suffix == ".parquet" else pd.read_csv(file, dtype=str)
    except (OSError, ValueError, EOFError) as error:
        advice = "give the table as published: lang_av_laws.parquet, or the same as .csv or .csv.gz"
        raise DataError(Problem(f"it cannot be read ({' '.join(str(error).split())})", str(file), advice)) from None
    return table.astype("str")


def import_file(file: Path, data: Path) -> list[Path]:
    """Write data/raw/age_verification.csv and its card."""
    written = write_table(read_search_interest(file), data / "raw" / CARD.file)
    return [written, write_card("age_verification", CARD, data)]


CARD = Source(
    title="Weekly interest of Google searches for two platforms, for VPN and for pornography in 46 US states",
    file="age_verification.csv",
    publisher="Google Trends, as gathered by Lang and others (2026)",
    citation=(
        "Lang and others (2026), Journal of Law and Empirical Analysis 3(1), 23-50, doi 10.1177/2755323X251415424; as "
        "distributed with mlsynth (basedata/lang_av_laws.parquet, revision 62afd57). Data source: Google Trends"
    ),
    vintage="weeks from 2021-12-26 to 2024-10-27",
    retrieved="",
    licence="MIT, Copyright (c) 2025 Jared Greathouse (mlsynth): data/raw/age_verification.licence.txt",
    sha256="",
    columns={
        "unit": "US state or the District of Columbia, postal code",
        "period": "week of ISO 8601; as published the week begins a day earlier, on Sunday",
        "indicator": "search_complying, search_rival, search_vpn or search_generic",
        "value": "tenths of a point; 1000 is the week of the most searches for the word in the state; no row: too few",
    },
    notes=(
        "Not a count of searches but their share of all searches, on a scale of 0 to 100 within each state and word, "
        "rounded to a whole point and drawn from a sample. In tenths, a Poisson count of 65 points scatters by 2.5 "
        "points, which holds the rounding (0.3 points). Noughts stand for too few searches: 103 of VPN, in Alaska, "
        "South Dakota, Vermont and Wyoming."
    ),
)
