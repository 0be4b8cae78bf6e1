"""How the interval widens with what is allowed to have gone wrong, and where it first holds no change."""

from collections.abc import Sequence

import numpy as np

from evaluation.reporting.canvas import Canvas
from evaluation.reporting.numbers import span, statistic
from evaluation.reporting.scale import FARTHEST, at, ratio_limits, ratio_y
from evaluation.terms.rounding import places_for

CUT = (-90.0, 400.0)  # percent: beyond these the picture would show nothing else


def parting(
    times: Sequence[float], lower: Sequence[float], upper: Sequence[float], *, until: float | None, title: str
) -> tuple[str, str]:
    """SVG and words of the interval (percent) by how fast trends are allowed to part; `until`: it first holds none."""
    told = " ".join(
        f"{statistic(one)} times: {span(low, high, places_for(high - low))}."
        for one, low, high in zip(times, lower, upper, strict=True)
    )
    ends = [end for end in (*lower, *upper) if max(CUT[0], FARTHEST[0]) <= end <= CUT[1]]
    beyond = "The interval goes on beyond the picture. " if len(ends) < 2 * len(times) else ""
    first = "" if until is None else f" It first holds no change at {statistic(round(until, 2))} times."
    says = f"{title}. 95\u202f% interval if trends part after the law so many times as fast as before it. {told}{first}"
    limits = ratio_limits([*ends, 0.0])
    canvas = Canvas(220, (54, 8, 40, 10))
    canvas.limits((min(times), max(times)), limits)
    low, high = ([at(end, limits) for end in ends_of] for ends_of in (lower, upper))
    canvas.area(times, low, high, "pale", share=0.8)
    canvas.line(times, low, "accent")
    canvas.line(times, high, "accent")
    ratio_y(canvas, limits)
    if until is not None and min(times) < until < max(times):
        canvas.segments([(until, limits[0], until, limits[1])], "ink", width=1, dash="3 3")
        right = until < np.mean(times)
        words, anchor = f"{statistic(round(until, 2))} times: holds no change", "left" if right else "right"
        shift = (5.0 if right else -5.0, 2.0)
        canvas.words(until, limits[1], words, anchor=anchor, drop="top", shift=shift, size=11.5)
    canvas.x_ticks(list(times), [statistic(one) for one in times])
    canvas.x_axis("times as fast as trends ever parted before the law")
    return canvas.svg(title, says), f"{beyond}{says}"
