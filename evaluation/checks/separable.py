"""Can interventions that came close together be told apart, or is only known what they did together?

Where two of them begin within a few periods, the data know their sum and little else: what one
is given the other loses, in every draw.
"""

from collections.abc import Iterator, Mapping
from itertools import combinations

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from evaluation.checks.book import Evidence, NoEvidenceError, Seen, check
from evaluation.checks.draws import stacked
from evaluation.checks.equivalence import region
from evaluation.checks.words import change, percent_span
from evaluation.inference.diagnostics import Array
from evaluation.terms.assumptions import EVENTS_APART
from evaluation.terms.evidence import Verdict
from evaluation.terms.panel import EXPOSURE

NORMAL_95 = 1.96
_ADVICE = {
    True: "Speak of what they did together; give neither a number of its own.",
    False: "The answer may be that of the other: ask about both together (question.interventions).",
}


@check("separable", family="reach", probes=EVENTS_APART, limits={"separable": 1.0})
def told_apart(evidence: Evidence, limits: Mapping[str, float]) -> tuple[Seen, ...]:
    """How well each effect is known beside what two interventions in one unit did together, in posterior sd.

    For each outcome, of the mean effect over the units that had each (log rate ratio). A pair, one of which at least
    is asked about, is a concern where the less known of the two is known less well than both together, `separable`
    times as wide or more, so that what one is given the other loses (for two alike, a correlation below -1/2); unless
    both intervals are narrower than the smallest change that matters. Three stretches of equal length, before, between
    and after, of figures without memory would lie just there.
    """
    posterior = evidence.group("posterior")
    pairs = list(_pairs(evidence))
    if not pairs:
        says = "No other intervention of the study came in the same units."
        return (Seen(verdict=Verdict.PASS, says=says),)
    if "effect_of_adoption" not in posterior or "adoption" not in posterior.coords:
        raise NoEvidenceError("The fit does not hold the effect of each intervention.", "Fit again.")
    return tuple(_worst(evidence, posterior, pair, limits) for pair in pairs)


def _pairs(evidence: Evidence) -> Iterator[tuple[str, str]]:
    """Interventions that were ever in force in one and the same unit, one of them at least asked about."""
    panel, asked = evidence.panel, evidence.study.question.interventions
    ever: NDArray[np.bool_] = (panel["exposure"].transpose(*EXPOSURE).values > 0).any(axis=-1)
    for one, other in combinations(range(len(ever)), 2):
        names = str(panel["intervention"].values[one]), str(panel["intervention"].values[other])
        if (ever[one] & ever[other]).any() and set(names) & set(asked):
            yield names


def _worst(evidence: Evidence, posterior: xr.Dataset, pair: tuple[str, str], limits: Mapping[str, float]) -> Seen:
    """The outcome in which the two can be told apart least."""
    found = {name: _draws(posterior, name, pair) for name in evidence.study.question.indicators}
    widths = {name: (draws.std(axis=1).max(), draws.sum(axis=0).std()) for name, draws in found.items()}
    if any((np.ptp(draws, axis=1) == 0).any() for draws in found.values()):
        raise NoEvidenceError("An effect does not vary between draws: nothing was sampled.", "Fit again.")
    half_width = region(evidence.study.question.matters_from)
    wide = {name: bool(2 * NORMAL_95 * alone > half_width) for name, (alone, _) in widths.items()}
    ratios = {name: float(alone / together) for name, (alone, together) in widths.items()}
    worst = max(found, key=lambda name: (wide[name], ratios[name]))
    ratio, draws = ratios[worst], found[worst]
    apart = ratio < limits["separable"] or not wide[worst]
    one, other = (name.replace("_", " ") for name in pair)
    told = {"together": draws.sum(axis=0), one: draws[0], other: draws[1]}
    spans = {name: percent_span(each) for name, each in told.items()}
    together = _span(spans["together"], middle=True)
    alone = f"{one} alone {_span(spans[one])}, {other} alone {_span(spans[other])}"
    both = set(pair) <= set(evidence.study.question.interventions)
    return Seen(
        verdict=Verdict.PASS if apart else Verdict.CONCERN,
        says=(
            f"The data tell {one} and {other} apart: {alone}."
            if apart
            else f"{one} and {other} came so close together that they cannot be told apart: "
            f"together {together}, {alone}."
        ),
        statistic=ratio,
        statistic_says=f"posterior sd of the less known of the two, in sd of both: {evidence.names.indicator(worst)}",
        limit=limits["separable"],
        advice="" if apart else _ADVICE[both],
        details={f"alone_over_together:{name}": value for name, value in ratios.items()}
        | {"correlation": float(np.corrcoef(draws[0], draws[1]).item(1))}
        | {f"{name}:{end}": value for name, span in spans.items() for end, value in zip(_ENDS, span, strict=True)},
        about=f"{pair[0]} and {pair[1]}",
    )


_ENDS = ("lower", "percent", "upper")


def _span(span: tuple[float, float, float], *, middle: bool = False) -> str:
    lower, percent, upper = span
    from_, at, to = (change(value, upper - lower) for value in (lower, percent, upper))
    return f"{at} (95 %: {from_} to {to})" if middle else f"anything from {from_} to {to}"


def _draws(posterior: xr.Dataset, indicator: str, pair: tuple[str, str]) -> Array:
    """Mean effect over the units that had each of the two, (2, sample), log rate ratio."""
    effects = posterior["effect_of_adoption"].sel(indicator=indicator)
    rows = []
    for name in pair:
        had = [str(label).rpartition(":")[0] == name for label in effects["adoption"].values]
        rows.append(stacked(effects.isel(adoption=np.flatnonzero(had)).mean("adoption")))
    return np.stack(rows)
