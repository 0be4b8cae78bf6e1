"""What the answer would be if what was believed beforehand, or what the data say, had weighed less or more."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from evaluation.reporting.canvas import Canvas
from evaluation.reporting.numbers import percent, span, statistic
from evaluation.reporting.plots.parting import CUT
from evaluation.reporting.scale import at, ratio_limits, ratio_y
from evaluation.terms.rounding import places_for

AS_IT_IS = 1.0
_ASIDE = 0.07  # doublings of the weight: the two series stand beside each other, not on each other
_AIR = 0.25  # doublings beside the first and the last
_TICKS = {0.5: "half", 1.0: "as it is", 2.0: "twice"}


class Ends(NamedTuple):
    """An answer in percent: its median and the ends of its 95 % interval."""

    lower: float
    median: float
    upper: float

    @property
    def numbers(self) -> tuple[str, str]:
        """Median and interval, as finely as the interval can carry."""
        places = places_for(self.upper - self.lower)
        return percent(self.median, places), span(self.lower, self.upper, places)

    @property
    def words(self) -> str:
        """Both in a sentence or a tip."""
        return "{} ({})".format(*self.numbers)


Answers = Mapping[float, Ends]  # by how many times as much something counts
WEIGHED = {"prior": "what was believed beforehand", "data": "what the data say"}
_LOOKS = {"prior": ("dot", "accent", "mid", -_ASIDE), "data": ("square", "other", "other", _ASIDE)}


def weighing(series: Mapping[str, Answers], *, title: str) -> tuple[str, str]:
    """SVG and words of the answer by the weight of its prior and of the data; each series holds it as it is."""
    as_it_is = next(iter(series.values()))[AS_IT_IS]
    told = "".join(_words(WEIGHED[of], answers) for of, answers in series.items())
    says = f"{title}: median and 95\u202f% interval. As it is: {as_it_is.words}.{told}"
    ends = [end for answers in series.values() for one in answers.values() for end in (one.lower, one.upper)]
    inside = [end for end in ends if CUT[0] <= end <= CUT[1]]
    limits = ratio_limits([*inside, 0.0])
    powers = sorted({power for answers in series.values() for power in answers})
    reach = _AIR + max(abs(_doublings(power)) for power in powers)
    canvas = Canvas(230, (46, 8, 40, 10))
    canvas.limits((-reach, reach), limits)
    ratio_y(canvas, limits)
    for of, answers in series.items():
        shape, strong, weak, aside = _LOOKS[of]
        places = {power: _doublings(power) + aside * (power != AS_IT_IS) for power in sorted(answers)}
        middles = [at(answers[power].median, limits) for power in places]
        canvas.line(list(places.values()), middles, weak, width=1, dash="3 2")
        apart = [(place, answers[power]) for power, place in places.items() if power != AS_IT_IS]
        _intervals(canvas, apart, limits, shape, strong)
    _intervals(canvas, [(0.0, as_it_is)], limits, "diamond", "accent")
    canvas.x_ticks([_doublings(power) for power in powers], [_TICKS.get(power, statistic(power)) for power in powers])
    canvas.x_axis("weight of the prior, or of the data")
    beyond = "The interval goes on beyond the picture. " if len(inside) < len(ends) else ""
    return canvas.svg(title, says), f"{beyond}{says}"


def _intervals(
    canvas: Canvas, answers: list[tuple[float, Ends]], limits: tuple[float, float], shape: str, colour: str
) -> None:
    canvas.segments(
        [(place, at(one.lower, limits), place, at(one.upper, limits)) for place, one in answers], colour, width=1.6
    )
    canvas.marks(
        [place for place, _ in answers],
        [at(one.median, limits) for _, one in answers],
        shape,
        colour,
        hollow=shape == "square",
        tips=[one.words for _, one in answers],
    )


def _doublings(power: float) -> float:
    return float(np.log2(power))


def _words(what: str, answers: Answers) -> str:
    told = "; ".join(f"{as_much(power)}, {one.words}" for power, one in sorted(answers.items()) if power != AS_IT_IS)
    return f" Had {what} counted {told}."


def as_much(power: float) -> str:
    """A multiple in words.

    >>> as_much(0.5), as_much(1.41), as_much(2.0)
    ('half as much', '1.41 times as much', 'twice as much')
    """
    return {0.5: "half as much", 2.0: "twice as much"}.get(power, f"{statistic(power)} times as much")
