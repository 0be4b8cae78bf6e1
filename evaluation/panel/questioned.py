"""Cells that contradict the cells beside them: questioned, each with its reason, and not used. Nothing is edited."""

from collections.abc import Iterator

import pandas as pd

# A total and the parts it is broken down into. One person may stand under two forms of exploitation, so parts may add
# up to more than their total; a single part may not exceed it.
PARTS = {"victims": ("victims_sexual", "victims_labour"), "convicted": ("convicted_labour",)}
SMALL, LARGE = 5, 20  # every part "<5" beside a total of 20 or more: the breakdown was not supplied


def question(observations: pd.DataFrame) -> pd.DataFrame:
    """The observations (unit, period, indicator, lower, upper) that are not used: their index, and `reason`.

    1. A total of 20 or more, with every reported part "<5": not broken down. Sweden 2020: 206 victims, of whom "<5"
       sexual and "<5" labour.
    2. A total that is smaller than one of its parts: the total is wrong, or counts something else. Germany 2022:
       "<5" victims, of whom 476 sexual. The total is questioned, the part kept. For convictions it is the other way
       round: the total is the better kept series, so the part is questioned.
    """
    found = [row for total, parts in PARTS.items() for row in _of_total(observations, total, parts)]
    reasons = pd.concat(found) if found else pd.Series(dtype="str")
    return reasons[~reasons.index.duplicated()].rename("reason").to_frame()


def _of_total(observations: pd.DataFrame, total: str, parts: tuple[str, ...]) -> Iterator[pd.Series]:
    """Reasons by row of `observations`, for one total and its parts."""
    lower, upper, row = (_grid(observations.reset_index(), column) for column in ("lower", "upper", "index"))
    present = [part for part in parts if part in lower]
    if total not in lower or not present:
        return
    small = ((lower[present] == 0) & (upper[present] < SMALL)) | lower[present].isna()
    unbroken = small.all(axis=1) & lower[present].notna().any(axis=1) & (lower[total] >= LARGE)
    says = lower[total].map("beside a total of {:,.0f}, with every reported form below 5".format)
    for part in present:
        if len(parts) > 1:
            yield _reasons(row[part], unbroken & lower[part].notna(), says + ": not broken down, not a count near zero")
        wrong, right = (total, part) if total == "victims" else (part, total)
        text = f"contradicts {right} (" + _said(lower[right], upper[right]) + "): a part cannot exceed its total"
        yield _reasons(row[wrong], lower[part] > upper[total], text)


def _grid(observations: pd.DataFrame, column: str) -> pd.DataFrame:
    return observations.pivot(index=["unit", "period"], columns="indicator", values=column).astype(float)


def _reasons(row: pd.Series, here: pd.Series, text: pd.Series) -> pd.Series:
    return pd.Series(text[here].to_numpy(), index=row[here].astype(int).to_numpy())


def _said(lower: pd.Series, upper: pd.Series) -> pd.Series:
    exact = lower.map("{:,.0f}".format)
    return exact.where(lower == upper, (upper + 1).map("<{:,.0f}".format))
