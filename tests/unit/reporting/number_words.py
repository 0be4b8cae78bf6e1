"""How a number is to be printed, written down a second time, from draws: none of the report's own functions is used.

A change in percent has as many decimals as the width of its interval can carry, and two significant digits from 100 on;
a difference in counts is in steps of at most a tenth of its width; a probability has two decimals and is never 0 or 1.
"""

import math
import re
from dataclasses import dataclass
from functools import cached_property

import numpy as np

NONE = "–"
HELD = "withheld: not a finding"
Array = np.ndarray


def places(width: float) -> int:
    return 0 if not width < 5 else 1 if width >= 0.5 else 2


def signed(value: float, digits: int) -> str:
    size = abs(value)
    if size >= 100:
        size = float(f"{size:.1e}")
    told = f"{size:,.{digits}f}"
    if float(told.replace(",", "")) == 0:
        return "0"
    return ("−" if value < 0 else "+") + told


def stated(value: float) -> str:
    """A percent change that somebody chose: as it was written."""
    return f"{'' if value == 0 else '−' if value < 0 else '+'}{abs(value):,g} %"


def difference(value: float, width: float) -> str:
    step = 1.0 if not width > 0 else max(10.0 ** math.floor(math.log10(width / 20)), 0.1)
    return signed_count(round(abs(value) / step) * step, value, 0 if step >= 1 else 1)


def signed_count(size: float, value: float, digits: int) -> str:
    told = f"{size:,.{digits}f}"
    return "0" if float(told.replace(",", "")) == 0 else ("−" if value < 0 else "+") + told


def chance(value: float | None) -> str:
    if value is None or not math.isfinite(value):
        return NONE
    return "above 0.99" if value > 0.99 else "below 0.01" if value < 0.01 else f"{value:.2f}"


def share(value: float | None) -> str:
    return NONE if value is None or not math.isfinite(value) else f"{100 * value:.0f} %"


def count(value: float) -> str:
    return f"{value:,.0f}".replace("-", "−")


def statistic(value: float | None) -> str:
    if value is None or not math.isfinite(value):
        return NONE
    if value == int(value) or abs(value) >= 1000:
        return count(value)
    return (f"{value:.3f}" if 1 <= abs(value) < 1.1 else f"{value:.3g}").replace("-", "−")


def level(interval: float) -> str:
    return f"{100 * interval:g} %"


def minus(words: str) -> str:
    return re.sub(r"(?<![\w-])-(?=\d)", "−", words)


def sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def fits(words: str, letters: int) -> str:
    return words if len(words) <= letters else words[: letters - 1].rstrip() + "…"


@dataclass(frozen=True)
class Line:
    """Draws of one change, how it is called, what is known of it, and what names its row in the file of numbers."""

    label: str
    draws: Array  # percent
    interval: float
    counts: Array | None = None
    truth: float | None = None
    key: tuple[object, ...] = ()
    apart: bool = False
    kind: str = "one"

    @cached_property
    def ends(self) -> tuple[float, float, float]:
        """Lower end, median and upper end."""
        return ends_of(self.draws, self.interval)

    @property
    def fall(self) -> float:
        return float(np.mean(self.draws < 0))

    @property
    def places(self) -> int:
        return places(self.ends[2] - self.ends[0])

    @property
    def middle(self) -> str:
        return f"{signed(self.ends[1], self.places)} %"

    @property
    def span(self) -> str:
        return f"{signed(self.ends[0], self.places)} to {signed(self.ends[2], self.places)} %"

    @property
    def known(self) -> str:
        return NONE if self.truth is None else f"{signed(self.truth, max(self.places, 1))} %"

    @property
    def told(self) -> str:
        return f"{self.middle} ({self.span})"

    @property
    def in_counts(self) -> tuple[str, str]:
        """Median and interval of the difference in counts."""
        if self.counts is None or not self.counts.size:
            return NONE, NONE
        low, middle, high = ends_of(self.counts, self.interval)
        width = high - low
        return difference(middle, width), f"{difference(low, width)} to {difference(high, width)}"

    def toward(self, rises: bool) -> str:
        """Probability of a change the way the question asks."""
        return chance(1 - self.fall if rises else self.fall)

    def said(self, truth_word: str, held: bool) -> str:
        """The line in the words of a picture."""
        known = "" if self.truth is None else f"; {truth_word} {self.known}"
        before = f"{HELD}; the draws lie at " if held else ""
        return f"{self.label}: {before}{self.middle} ({level(self.interval)} interval {self.span}{known})."


def ends_of(draws: Array, interval: float) -> tuple[float, float, float]:
    """Median between the ends that leave out as much on either side."""
    tail = 50 * (1 - interval)
    low, middle, high = np.percentile(draws, [tail, 50, 100 - tail])
    return float(low), float(middle), float(high)


def finite(draws: object) -> Array:
    values = np.asarray(draws, dtype=float).ravel()
    return values[np.isfinite(values)]
