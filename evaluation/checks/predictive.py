"""Could the model have produced data like these? Posterior predictive checks on statistics the model was not told.

Gelman, Meng and Stern (1996), Statistica Sinica 6. A replicate that keeps the fitted noise of every cell follows the
data whatever the model (it is judged by data it has copied). So, where the fit holds the group `replicated` (the
field drawn anew given the scales), that is used: the mixed replication of Marshall and Spiegelhalter (2007), Bayesian
Analysis 2(2). Where it does not, and the cells are fitted one by one, the verdict is UNKNOWN.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from evaluation.checks.book import Evidence, NoEvidenceError, Seen, check
from evaluation.checks.cells import Counts, replicated, tail_probability
from evaluation.checks.draws import stacked, thinned
from evaluation.inference.diagnostics import Array
from evaluation.models.parts.size import log_size
from evaluation.terms.assumptions import MODEL_FITS
from evaluation.terms.evidence import Verdict
from evaluation.terms.panel import Status

LIMITS = {"predictive_tail": 0.02, "own_fit": 0.25}
FEWEST_CELLS = 20
FEWEST_DRAWS = 100
FEWEST_CHANGES = 3  # of a series that is to say how much it moves
ALIKE = float(np.log(1.5))  # units of which the largest has no more than half as many again as the smallest


@check("predictive_small_counts", family="fit", probes=MODEL_FITS, limits=LIMITS)
def small_counts(evidence: Evidence, limits: Mapping[str, float]) -> Seen:
    """Share of reported cells at or below the limit of suppression (of zeros, where nothing is suppressed)."""
    counts = _replicates(evidence, limits)
    largest = _suppression_limit(evidence) or 0.0
    seen = counts.observed(evidence.panel)
    below = np.where(counts.exact, seen <= largest, True).mean()
    says = "zeros" if largest == 0 else f"counts of {largest:.0f} or fewer"
    return _judge((counts.draws <= largest).mean(axis=1), float(below), f"share of {says}", limits)


@check("predictive_dispersion", family="fit", probes=MODEL_FITS, limits=LIMITS)
def dispersion(evidence: Evidence, limits: Mapping[str, float]) -> Seen:
    """Root mean square change from one period to the next of log(count + 1/2) within a series."""
    return _judge_exact(evidence, limits, _rms_change, "typical change from one period to the next")


@check("predictive_autocorrelation", family="fit", probes=MODEL_FITS, limits=LIMITS)
def autocorrelation(evidence: Evidence, limits: Mapping[str, float]) -> Seen:
    """Lag-1 autocorrelation within units of what series means and common period means leave of log(count + 1/2)."""
    return _judge_exact(evidence, limits, _lag_one, "lag-1 autocorrelation of residuals within units")


@check("predictive_size", family="fit", probes=MODEL_FITS, limits=LIMITS | {"size_slope": 0.1})
def size(evidence: Evidence, limits: Mapping[str, float]) -> Seen:
    """By how much less the counts of units move that are larger: slope of log rms change on log exposure base.

    With many series a slope shows that makes no difference: one that differs by less than `size_slope` passes.
    """
    larger = log_size(evidence.panel)
    if np.ptp(larger, axis=1).max() < ALIKE:
        raise NoEvidenceError("All units are about the same size.")
    advice = "Let larger units scatter less: set model.size_exponent to {mean: 0.25, sd: 0.25}."
    says = "fall of scatter with size"
    seen = _judge_exact(evidence, limits, lambda logs: _slope_on(larger, logs), says, advice)
    apart = seen.details["seen"] - seen.details["replicates_middle"]
    if seen.verdict is Verdict.PASS or abs(apart) >= limits["size_slope"]:
        return seen
    told = "Larger units scatter about as much as the model has it: the fall of scatter with size differs by"
    return replace(seen, verdict=Verdict.PASS, says=f"{told} {abs(apart):.2f}, which changes little.", advice="")


@check("predictive_together", family="fit", probes=MODEL_FITS, limits=LIMITS)
def together(evidence: Evidence, limits: Mapping[str, float]) -> Seen:
    """Correlation, over units and periods, of what two outcomes' log(count + 1/2) have left beyond period means.

    Outcomes that a unit's offices record together rise and fall together. A model that takes them for independent
    makes intervals of their average too narrow.
    """
    asked = evidence.panel["outcome"].values.astype(bool)
    if asked.sum() < 2:
        raise NoEvidenceError("One outcome alone: there is no average over outcomes whose interval hangs on it.")
    advice = "Let the outcomes of a unit share a drift: set model.shared_drift_sd (0.5)."
    return _judge_exact(evidence, limits, lambda logs: _correlation(logs[:, asked]), "correlation of outcomes", advice)


def _correlation(logs: Array) -> Array:
    """Of pairs of outcomes (sample, outcome, unit, time), pooled over pairs: (sample,)."""
    away = _less_mean(logs, axis=-2)
    product, size = np.zeros(len(away)), np.zeros(len(away))
    for k in range(away.shape[1]):
        for other in range(k):
            one, two = away[:, k], away[:, other]
            both = np.isfinite(one) & np.isfinite(two)
            one, two = (np.where(both, each, 0) for each in (one, two))
            product += (one * two).sum(axis=(1, 2))
            size += np.sqrt((one**2).sum(axis=(1, 2)) * (two**2).sum(axis=(1, 2)))
    return np.where(size > 0, product / np.where(size > 0, size, 1), np.nan)


def _replicates(evidence: Evidence, limits: Mapping[str, float]) -> Counts:
    if "replicated" in evidence.fit.children:
        counts = replicated(evidence, "replicated")
    else:
        _refuse_copies(evidence, limits["own_fit"])
        counts = replicated(evidence, "posterior_predictive")
    if counts.draws.shape[1] < FEWEST_CELLS:
        raise NoEvidenceError(f"Only {counts.draws.shape[1]} reported cells: too few to hold a model against.")
    return counts


def _refuse_copies(evidence: Evidence, most: float) -> None:
    """Refuse replicates that copy the data, judged by the effective parameters per cell.

    The variance of the log likelihood of a cell over the draws is its number of effective parameters (Gelman, Hwang
    and Vehtari 2014, equation 12); a cell with a noise term of its own, pinned down by its own count, has about 0.5.
    """
    pointwise = evidence.group("log_likelihood")
    if "exact" not in pointwise or not pointwise["exact"].size:
        raise NoEvidenceError("The fit holds no log likelihood of exact cells.", "Fit again with the present version.")
    each = thinned(stacked(pointwise["exact"], "exact_cell"), 500).var(axis=0, ddof=1)
    share = float(each.mean())
    if not share <= most:
        raise NoEvidenceError(
            f"The model fits each cell nearly by itself ({share:.2f} parameters per cell), so its replicates copy "
            "the data and cannot contradict it.",
            "Store replicates with the field drawn anew (group 'replicated' of the fit).",
        )


def _suppression_limit(evidence: Evidence) -> float | None:
    """The largest count that is suppressed; None where nothing is."""
    suppressed = evidence.panel["status"].values == Status.SUPPRESSED
    upper = evidence.panel["upper"].transpose(*evidence.panel["status"].dims).values
    return float(upper[suppressed].max()) if suppressed.any() else None


def _judge_exact(
    evidence: Evidence, limits: Mapping[str, float], measure: Callable[[Array], Array], says: str, advice: str = ""
) -> Seen:
    counts, panel = _replicates(evidence, limits), evidence.panel
    logs = [_shown(draws, _suppression_limit(evidence)) for draws in (counts.draws, counts.observed(panel)[None])]
    drawn, seen = (measure(counts.on_panel(each, panel)) for each in logs)
    drawn = drawn[np.isfinite(drawn)]
    if not np.isfinite(seen).all() or len(drawn) < FEWEST_DRAWS:
        raise NoEvidenceError("Too few neighbouring exact cells within a series to see how it moves.")
    return _judge(drawn, float(seen[0]), says, limits, advice)


def _shown(counts: Array, limit: float | None) -> Array:
    """Log(count + 1/2), hidden in replicates as in the data: where a count would have been suppressed.

    Counts that are reported exactly are large ones. A replicate that showed its small counts in the same places would
    move more than the data, however right the model.
    """
    hidden = np.isnan(counts) | (counts <= (-1.0 if limit is None else limit))
    return np.where(hidden, np.nan, np.log(np.maximum(counts, 0) + 0.5))


def _rms_change(logs: Array) -> Array:
    return np.sqrt(_mean(np.diff(logs, axis=-1) ** 2))


def _lag_one(logs: Array) -> Array:
    long = np.isfinite(logs).sum(axis=-1, keepdims=True) >= 4  # a shorter series has no autocorrelation to speak of
    residual = _less_mean(np.where(long, logs, np.nan), axis=-1)
    if logs.shape[-2] > 1:  # less what units share; one series alone would be left with nothing
        residual = _less_mean(residual, axis=-2)
    return _mean(residual[..., 1:] * residual[..., :-1]) / _mean(residual**2)


def _slope_on(larger: Array, logs: Array) -> Array:
    """Slope of the log rms change of a series on `larger` (indicator, unit), within indicators, (sample,)."""
    changes = np.diff(logs, axis=-1) ** 2
    known = np.isfinite(changes)
    total, count = np.where(known, changes, 0).sum(axis=-1), known.sum(axis=-1)
    moves = (count >= FEWEST_CHANGES) & (total > 0)
    scatter = np.where(moves, 0.5 * np.log(np.where(moves, total, 1) / np.maximum(count, 1)), np.nan)
    away = _less_mean(np.where(moves, larger, np.nan), axis=-1)
    product = np.where(moves, away * _less_mean(scatter, axis=-1), 0).sum(axis=(1, 2))
    square = np.where(moves, away**2, 0).sum(axis=(1, 2))
    enough = (moves.sum(axis=(1, 2)) >= FEWEST_CELLS / 2) & (square > 0)
    return np.where(enough, product / np.where(square > 0, square, 1), np.nan)


def _mean(values: Array) -> Array:
    """Mean over cells, (sample,); NaN where fewer than FEWEST_CELLS are known."""
    known = np.isfinite(values).sum(axis=(1, 2, 3))
    return np.where(known >= FEWEST_CELLS, np.nansum(values, axis=(1, 2, 3)) / np.maximum(known, 1), np.nan)


def _less_mean(values: Array, axis: int) -> Array:
    held = np.isfinite(values)
    count = np.maximum(held.sum(axis=axis, keepdims=True), 1)
    return values - np.where(held, values, 0).sum(axis=axis, keepdims=True) / count


def _judge(drawn: Array, seen: float, says: str, limits: Mapping[str, float], advice: str = "") -> Seen:
    tail = tail_probability(drawn, seen)
    low, middle, high = np.quantile(drawn, [0.025, 0.5, 0.975])
    fits = tail >= limits["predictive_tail"]
    told = f"The data look {'like' if fits else 'unlike'} what the model produces in their {says}"
    return Seen(
        verdict=Verdict.PASS if fits else Verdict.CONCERN,
        says=f"{told}: {seen:.2f}, replicates {low:.2f} to {high:.2f}.",
        statistic=tail,
        statistic_says=f"two-sided posterior predictive tail probability of the {says}",
        limit=limits["predictive_tail"],
        advice=""
        if fits
        else advice or "Look at the cells behind it; another observation family or drift may be needed.",
        details={
            "seen": seen,
            "replicates_low": float(low),
            "replicates_middle": float(middle),
            "replicates_high": float(high),
        },
    )
