"""Periods and dates: which months or years a window holds, and which share of each a law was in force."""

import re
from datetime import date

import numpy as np
import pandas as pd

FREQUENCY = {"year": "Y", "month": "M"}


def periods_of(span: tuple[str, str], every: str) -> list[str]:
    """Labels of the periods from the first to the last, both included.

    >>> periods_of(("2019-11", "2020-02"), "month")
    ['2019-11', '2019-12', '2020-01', '2020-02']
    """
    return [str(p) for p in pd.period_range(span[0], span[1], freq=FREQUENCY[every])]


def first_day(text: str) -> date | None:
    """The first day of a date written as 2016, 2016-04 or 2016-04-14; None where it is no date.

    >>> first_day("2016-04")
    datetime.date(2016, 4, 1)
    """
    match = re.fullmatch(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", text)
    if match is None:
        return None
    try:
        return date(*(int(part or 1) for part in match.groups()))  # type: ignore[arg-type]
    except ValueError:
        return None


def share_in_force(starts: str, ends: str | None, periods: list[str], every: str) -> np.ndarray:
    """Share of the days of each period from `starts` (included) to `ends` (not included), shape (time,).

    A date known only to the month or the year counts from its first day.

    >>> share_in_force("2020-07-01", None, ["2019", "2020", "2021"], "year").round(3).tolist()
    [0.0, 0.503, 1.0]
    """
    index = pd.PeriodIndex(periods, freq=FREQUENCY[every])
    opens = index.start_time.values.astype("datetime64[D]").astype(int)
    closes = (index + 1).start_time.values.astype("datetime64[D]").astype(int)
    begin = np.datetime64(str(first_day(starts)), "D").astype(int)
    end = np.datetime64(str(first_day(ends)), "D").astype(int) if ends else closes.max()
    days = np.minimum(closes, end) - np.maximum(opens, begin)
    return np.clip(days, 0, None) / (closes - opens)
