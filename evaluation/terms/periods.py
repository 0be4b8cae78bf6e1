"""Periods by their labels: 2007, 2019-01, 2022-W05 (a week of ISO 8601, Monday to Sunday), 2022-02-03.

Labels of one kind sort as their periods do, and the label of a period tells how often its figures come. ISO 8601-1
(2019): week 1 of a year is the one that holds its first Thursday, so that 2020-12-31 lies in 2020-W53 and 2021-01-03
too.
"""

import re
from datetime import date, timedelta

EXAMPLES = {"year": "2007", "month": "2019-01", "week": "2022-W05", "day": "2022-02-03"}
"""How often figures may come, and a label of each kind."""

_LABEL = re.compile(r"(\d{4})(?:-W(\d{2})|-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
_THURSDAY = timedelta(days=3)


def every_of(label: str) -> str:
    """How often figures with such labels come: year, month, week or day.

    Raises
    ------
    ValueError
        The text is no label of a period.

    >>> [every_of(label) for label in EXAMPLES.values()]
    ['year', 'month', 'week', 'day']
    """
    found = _LABEL.fullmatch(label)
    if found is None:
        raise ValueError(f"'{label}' is no period")
    _, week, month, day = found.groups()
    return "week" if week else "day" if day else "month" if month else "year"


def opens(label: str) -> date:
    """The first day of a period.

    Raises
    ------
    ValueError
        The text is no label, or there is no such period: 2019-13, 2021-W53.

    >>> opens("2019-04"), opens("2020-W53")
    (datetime.date(2019, 4, 1), datetime.date(2020, 12, 28))
    """
    every = every_of(label)
    if every == "week":
        return date.fromisocalendar(int(label[:4]), int(label[-2:]), 1)
    return date.fromisoformat(label + {"year": "-01-01", "month": "-01", "day": ""}[every])


def closes(label: str) -> date:
    """The first day after a period.

    >>> closes("2019-12"), closes("2020-W53")
    (datetime.date(2020, 1, 1), datetime.date(2021, 1, 4))
    """
    day, every = opens(label), every_of(label)
    if every == "year":
        return date(day.year + 1, 1, 1)
    if every == "month":
        return (day + timedelta(days=31)).replace(day=1)
    return day + timedelta(days=7 if every == "week" else 1)


def stands_for(label: str) -> date:
    """The day by which a period belongs to a year or a month: its first, and of a week its Thursday, as in ISO 8601.

    >>> stands_for("2020-W01"), stands_for("2020-01")
    (datetime.date(2020, 1, 2), datetime.date(2020, 1, 1))
    """
    return opens(label) + (_THURSDAY if every_of(label) == "week" else timedelta(0))


def label_of(day: date, every: str) -> str:
    """The period of this kind that holds a day.

    >>> label_of(date(2020, 12, 31), "week"), label_of(date(2021, 1, 4), "week")
    ('2020-W53', '2021-W01')
    """
    if every == "week":
        year, week, _ = day.isocalendar()
        return f"{year:04d}-W{week:02d}"
    return day.isoformat()[: len(EXAMPLES[every])]


def following(label: str, count: int) -> list[str]:
    """Labels of so many periods after one.

    >>> following("2023-11", 2), following("2020-W52", 2)
    (['2023-12', '2024-01'], ['2020-W53', '2021-W01'])
    """
    every, found = every_of(label), list[str]()
    for _ in range(count):
        label = label_of(closes(label), every)
        found.append(label)
    return found


def between(first: str, last: str) -> list[str]:
    """Labels of all periods from the first to the last, both included.

    >>> between("2019-11", "2020-02")
    ['2019-11', '2019-12', '2020-01', '2020-02']
    """
    found = [first]
    while found[-1] < last:
        found += following(found[-1], 1)
    return found


def is_period(text: str, every: str = "") -> bool:
    """Whether there is such a period; of one kind only, where it is named.

    >>> is_period("2020-W53", "week"), is_period("2021-W53", "week"), is_period("2021", "week"), is_period("2021")
    (True, False, False, True)
    """
    try:
        opens(text)
    except ValueError:
        return False
    return every in ("", every_of(text))


def advice_on(text: str, every: str = "") -> str:
    """How a period is to be written that was not written so.

    >>> advice_on("2021-W53", "week")
    '2021 has 52 weeks: its last is 2021-W52, then comes 2022-W01'
    >>> advice_on("2021-12", "week"), advice_on("March")
    ('write it as 2022-W05', 'write it as 2007, 2019-01, 2022-W05 or 2022-02-03')
    """
    if re.fullmatch(r"\d{4}-W53", text, re.ASCII) and not is_period(text) and is_period(f"{text[:4]}-W52"):
        after = label_of(closes(f"{text[:4]}-W52"), "week")
        return f"{text[:4]} has 52 weeks: its last is {text[:4]}-W52, then comes {after}"
    *others, last = EXAMPLES.values()
    return f"write it as {EXAMPLES[every] if every else f'{", ".join(others)} or {last}'}"
