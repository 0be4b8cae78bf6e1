"""Where the truth lies among the draws of many simulated fits, and how sure a design would be of a change."""

from collections.abc import Sequence

import numpy as np
from scipy.stats import binom

from evaluation.reporting.canvas import Canvas
from evaluation.reporting.numbers import share
from evaluation.reporting.scale import shorten

BINS = 10


def ranks(pit: np.ndarray, *, title: str) -> tuple[str, str]:
    """SVG and words of a histogram of ranks (0 to 1), with the band in which each bar lies with probability 0.95."""
    counts = np.histogram(pit, np.linspace(0, 1, BINS + 1))[0]
    low, high = (float(binom.ppf(level, len(pit), 1 / BINS)) for level in (0.025, 0.975))
    outside = int(((counts < low) | (counts > high)).sum())
    says = (
        f"{title}: {len(pit)} simulations by the rank of the truth among the draws, in {BINS} classes of equal width; "
        f"{outside} of {BINS} bars leave the band of {low:.0f} to {high:.0f} that chance allows each in 19 of 20 cases."
    )
    canvas = Canvas(170, (34, 24, 40, 8))
    top = max(float(counts.max()), high) * 1.12
    canvas.limits((0.0, 1.0), (0.0, top))
    canvas.area([0.0, 1.0], [low, low], [high, high], "pale", share=0.7)
    canvas.segments([(0.0, len(pit) / BINS, 1.0, len(pit) / BINS)], "muted", width=1, dash="3 3")
    edges = np.linspace(0, 1, BINS + 1)
    bars = [(a + 0.012, b - 0.012, 0.0, float(n)) for a, b, n in zip(edges, edges[1:], counts, strict=False)]
    canvas.boxes(bars, "mid")
    step = max(1, int(top // 4))
    ticks = list(range(0, int(top) + 1, step))
    canvas.y_ticks(ticks, [str(tick) for tick in ticks])
    canvas.x_ticks([0.0, 0.5, 1.0], ["lowest", "middle", "highest"])
    canvas.x_axis("rank of the truth among the draws; vertical: simulations")
    return canvas.svg(title, says), says


def assurances(labels: Sequence[str], chances: Sequence[float], *, wanted: float, title: str) -> tuple[str, str]:
    """SVG and words of the probability that each design would show the change that matters."""
    told = "; ".join(f"{label}: {share(chance)}" for label, chance in zip(labels, chances, strict=True))
    says = f"{title}: {told}."
    canvas = Canvas(24 * len(labels) + 52, (160, 42, 40, 6))
    canvas.limits((0.0, 1.0), (float(len(labels)), 0.0))
    canvas.segments([(wanted, 0.0, wanted, float(len(labels)))], "muted", width=1, dash="3 3")
    canvas.boxes([(0.0, chance, row + 0.2, row + 0.8) for row, chance in enumerate(chances)], "mid")
    for row, (label, chance) in enumerate(zip(labels, chances, strict=True)):
        middle = canvas.y(row + 0.5)
        canvas.words_at(canvas.left - 8, middle, shorten(label, 26), anchor="right", drop="middle", size=11.5)
        canvas.words_at(canvas.x(chance) + 5, middle, share(chance), drop="middle", size=11.5)
    canvas.x_ticks([0.0, 0.5, wanted, 1.0], ["0", "50 %", share(wanted), "100 %"])
    canvas.x_axis("probability of an interval without zero")
    return canvas.svg(title, says), says
