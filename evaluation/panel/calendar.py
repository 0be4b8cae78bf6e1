"""Dates of laws against periods: which share of each a law was in force, and what lies in a window."""

import re
from collections.abc import Sequence
from datetime import date

import numpy as np

from evaluation.terms.periods import closes, opens


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


def share_in_force(starts: str, ends: str | None, periods: Sequence[str]) -> np.ndarray:
    """Share of the days of each period from `starts` (included) to `ends` (not included), shape (time,).

    A date known only to the month or the year counts from its first day.

    >>> share_in_force("2020-07-01", None, ["2019", "2020", "2021"]).round(3).tolist()
    [0.0, 0.503, 1.0]
    >>> share_in_force("2022-02-03", None, ["2022-W04", "2022-W05", "2022-W06"]).round(3).tolist()  # a Thursday
    [0.0, 0.571, 1.0]
    """
    first = np.array([opens(period) for period in periods], dtype="datetime64[D]").astype(int)
    after = np.array([closes(period) for period in periods], dtype="datetime64[D]").astype(int)
    begin = np.datetime64(str(first_day(starts)), "D").astype(int)
    end = np.datetime64(str(first_day(ends)), "D").astype(int) if ends else after.max()
    days = np.minimum(after, end) - np.maximum(first, begin)
    return np.clip(days, 0, None) / (after - first)


def before(day: str, period: str) -> bool:
    """Whether a date comes before a period.

    >>> before("2021-01-03", "2021-W01"), before("2021-01-04", "2021-W01")
    (True, False)
    """
    return _day(day) < opens(period)


def after(day: str, period: str) -> bool:
    """Whether a date comes after a period.

    >>> after("2021-01-03", "2020-W53"), after("2021-01-04", "2020-W53")
    (False, True)
    """
    return _day(day) >= closes(period)


def _day(text: str) -> date:
    found = first_day(text)
    if found is None:
        raise ValueError(f"'{text}' is no date")  # the registers have been checked: a mistake of ours
    return found
