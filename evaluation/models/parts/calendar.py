"""What the labels of periods say of the calendar: how long a period is, and how many go round a season."""

import numpy as np

from evaluation.terms.periods import EXAMPLES, opens

EVERY = {len(label): every for every, label in EXAMPLES.items()}
A_YEAR = {"year": 1.0, "month": 12.0, "week": 365.25 / 7, "day": 365.25}  # periods
ROUNDS: dict[str, dict[str, float]] = {
    "year": {}, "month": {"year": 12.0}, "week": {"year": 365.25 / 7}, "day": {"year": 365.25, "week": 7.0},
}  # fmt: skip
"""Periods that each season takes, where figures come every so often: {every: {season: periods}}."""


def every_of(labels: np.ndarray) -> str:
    """How often figures come: year, month, week or day.

    >>> every_of(np.array(["2019-04", "2019-05"]))
    'month'
    """
    return EVERY.get(len(str(labels[0])), "year")


def position(labels: np.ndarray) -> np.ndarray:
    """Periods since a fixed date, (time,): the same month of another year is twelve more.

    >>> position(np.array(["2019-04", "2020-04"])).tolist()
    [591.0, 603.0]
    >>> float(np.diff(position(np.array(["2020-W53", "2021-W01"])))[0])
    1.0
    """
    every = every_of(labels)
    unit = {"year": "Y", "month": "M"}.get(every, "D")
    days = [opens(str(label)) if every == "week" else str(label) for label in labels]
    found: np.ndarray = np.array(days, dtype=f"datetime64[{unit}]").astype(np.int64) / (7.0 if every == "week" else 1.0)
    return found


def years(labels: np.ndarray) -> np.ndarray:
    """Years from the middle of the window, (time,).

    >>> years(np.array(["2019-01", "2019-07", "2020-01"])).tolist()
    [-0.5, 0.0, 0.5]
    """
    at = position(labels)
    middle: np.ndarray = (at - (at[0] + at[-1]) / 2) / A_YEAR[every_of(labels)]
    return middle


def waves(labels: np.ndarray, harmonics: dict[str, int]) -> tuple[tuple[str, ...], np.ndarray]:
    """Sines and cosines of each season that the calendar has, named, and (time, wave).

    >>> waves(np.array(["2019-01", "2019-02"]), {"year": 1, "week": 3})[0]
    ('year cos 1', 'year sin 1')
    """
    at, names, found = position(labels), [], []
    for season, periods in ROUNDS[every_of(labels)].items():
        for harmonic in range(1, harmonics.get(season, 0) + 1):
            turn = 2 * np.pi * harmonic * at / periods
            for name, wave in (("cos", np.cos(turn)), ("sin", np.sin(turn))):
                if np.abs(wave).max() > 1e-6:  # the sine of the fastest wave of an even season is none
                    names.append(f"{season} {name} {harmonic}")
                    found.append(wave)
    return tuple(names), np.stack(found, axis=-1) if found else np.zeros((len(at), 0))
