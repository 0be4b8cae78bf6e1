"""How well is each count predicted by the others? Leave-one-out by Pareto-smoothed importance sampling.

Vehtari, Gelman and Gabry (2017), Statistics and Computing 27; Vehtari, Simpson, Gelman, Yao and Gabry (2024), JMLR 25.
A cell with a noise term of its own cannot be left out by reweighting draws of that term: its own count pins the term
down. So, where the fit holds the group `left_out` (each cell's own noise integrated over, given the rest of its
series; Vehtari, Mononen, Tolvanen, Sivula and Winther 2016, JMLR 17), that is used. Where it does not and the weights
cannot be trusted, the verdict is UNKNOWN: moment matching would need one refit of the field per cell.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr

from evaluation.checks.book import Evidence, NoEvidenceError, Seen, check
from evaluation.checks.draws import stacked, thinned
from evaluation.checks.words import percent_of
from evaluation.inference.diagnostics import Array
from evaluation.terms.assumptions import MODEL_FITS
from evaluation.terms.evidence import Verdict
from evaluation.terms.panel import CELL, Status

GOOD_K = 0.7
MOST_DRAWS = 1000
FEWEST_DRAWS = 100
FEWEST_CELLS = 50
ADVICE = "Store the counts with each cell's own noise integrated over (group 'left_out' of the fit)."


@check("pareto_k", family="fit", probes=MODEL_FITS, limits={"pareto_k_share": 0.01, "pareto_k_unknown": 0.1})
def influence(evidence: Evidence, limits: Mapping[str, float]) -> Seen:
    """Share of cells whose Pareto k exceeds 0.7: cells that one cannot leave out by reweighting."""
    left_out = _left_out(evidence)
    _, k = _weights(left_out.log_likelihoods())
    share = float((~(k <= GOOD_K)).mean())
    verdict = Verdict.PASS if share <= limits["pareto_k_share"] else Verdict.CONCERN
    told = f"{percent_of(share, places=1)} of {len(k):,} exact cells are too influential to be left out by reweighting"
    advice = "" if verdict is Verdict.PASS else "Look at the cells named in details."
    if share > limits["pareto_k_unknown"]:
        verdict, advice = Verdict.UNKNOWN, ADVICE
    tail = ": how well the others predict them is not known." if verdict is Verdict.UNKNOWN else "."
    return Seen(
        verdict=verdict,
        says=told + tail,
        statistic=share,
        statistic_says="share of exact cells with Pareto k above 0.7",
        limit=limits["pareto_k_share"],
        advice=advice,
        details=_worst(evidence, left_out.place, k),
    )


@check("loo_pit", family="fit", probes=MODEL_FITS, limits={"pit_distance": 0.06, "pit_fail": 0.12, "pit_k_share": 0.1})
def predicted_by_the_others(evidence: Evidence, limits: Mapping[str, float]) -> Seen:
    """Where each exact count falls in what the other cells predict for it: evenly, if the model is right.

    The statistic is the largest distance of the distribution of these positions (randomised within ties) from an even
    one; a distance that chance alone makes in 1 of 100 even samples of this size is allowed. A count that is reported
    exactly was not small enough to be suppressed: it is held against those predictions that would not have been.
    """
    left_out = _left_out(evidence)
    log_likelihood, drawn = left_out.at_the_same_draws()
    if log_likelihood.shape[1] < FEWEST_CELLS:
        raise NoEvidenceError(f"Only {log_likelihood.shape[1]} exact cells: too few to judge how they are predicted.")
    observed = evidence.panel["lower"].transpose(*CELL).values[left_out.place]
    log_weights, k = _weights(log_likelihood)
    share = float((~(k <= GOOD_K)).mean())
    if share > limits["pit_k_share"]:
        return _weaker(observed, drawn, share)
    from arviz_stats.base import array_stats

    log_weights = np.where(_would_be_hidden(evidence, left_out.place, observed, drawn).T, -np.inf, log_weights)
    with np.errstate(divide="ignore", invalid="ignore"):
        log_weights = log_weights - np.logaddexp.reduce(log_weights, axis=1, keepdims=True)
    some = np.isfinite(log_weights).any(axis=1)
    seed = evidence.study.seed_for("loo_pit")
    pit = array_stats.loo_pit(drawn.T[some, None], observed[some], log_weights[some, None], random_state=seed)
    return _judge(np.asarray(pit), limits)


def _would_be_hidden(evidence: Evidence, place: tuple[np.ndarray, ...], observed: Array, drawn: Array) -> Array:
    """Which predicted counts (sample, cell) the publisher would have printed as an interval.

    Those within the bounds of what is suppressed of that indicator, where it prints no such count exactly.
    """
    status = evidence.panel["status"].transpose(*CELL).values
    lower, upper = (evidence.panel[name].transpose(*CELL).values for name in ("lower", "upper"))
    hidden = np.zeros(drawn.shape, dtype=bool)
    for k in range(len(status)):
        small = status[k] == Status.SUPPRESSED
        of_indicator = place[0] == k
        if not small.any():
            continue
        low, high = lower[k][small].min(), upper[k][small].max()
        if not ((observed[of_indicator] >= low) & (observed[of_indicator] <= high)).any():
            hidden[:, of_indicator] = (drawn[:, of_indicator] >= low) & (drawn[:, of_indicator] <= high)
    return hidden


def _judge(pit: Array, limits: Mapping[str, float]) -> Seen:
    distance = _distance_from_even(pit)
    allowed = max(limits["pit_distance"], 1.63 / np.sqrt(len(pit)))  # 1.63: the 99 % point of Kolmogorov
    fail = max(limits["pit_fail"], 2 * allowed)
    verdict = Verdict.FAIL if distance > fail else Verdict.CONCERN if distance > allowed else Verdict.PASS
    good = "Counts fall evenly within what the other cells predict for them."
    return Seen(
        verdict=verdict,
        says=good if verdict is Verdict.PASS else f"Counts do not fall evenly within what is predicted: {_shape(pit)}.",
        statistic=distance,
        statistic_says=f"largest distance of {len(pit):,} leave-one-out positions from an even distribution",
        limit=float(allowed),
        advice="" if verdict is Verdict.PASS else "Try the other observation family, or a wider noise prior.",
        details={"mean": float(pit.mean()), "variance": float(pit.var())},
    )


def _shape(pit: Array) -> str:
    lean, width = float(pit.mean()) - 0.5, float(pit.var()) * 12
    if abs(lean) > 0.05 and abs(lean) > abs(width - 1) / 4:
        return "predictions are too low" if lean > 0 else "predictions are too high"
    if width > 1.1:
        return "predictions are too narrow"
    return "predictions are too wide" if width < 0.9 else "their shape is off"


def _weaker(observed: Array, drawn: Array, share: float) -> Seen:
    """What can still be said when cells cannot be left out: how many fall in their own predictive interval."""
    low, high = np.quantile(drawn, [0.05, 0.95], axis=0)
    inside = float(((observed >= low) & (observed <= high)).mean())
    return Seen(
        verdict=Verdict.UNKNOWN,
        says=(
            f"Whether the other cells predict a count cannot be told: {percent_of(share)} of them cannot be left out. "
            f"Of the counts, {percent_of(inside)} fall in the model's own 90 % interval for them, which has seen them."
        ),
        statistic=inside,
        statistic_says="share of exact counts inside their own posterior predictive 90 % interval (data used twice)",
        advice=ADVICE,
        details={"pareto_k_share": share},
    )


@dataclass(frozen=True)
class _LeftOut:
    """What is needed to leave exact cells out: their log likelihood and predicted counts, over the same draws."""

    log_likelihood: xr.DataArray  # (chain, draw, exact_cell)
    predicted: xr.DataArray  # (chain, draw, exact_cell), at fewer draws where the fit keeps fewer
    place: tuple[np.ndarray, ...]  # indicator, unit and time of each cell, as positions

    def log_likelihoods(self) -> Array:
        """At most 1,000 draws (sample, cell)."""
        values = thinned(stacked(self.log_likelihood, "exact_cell"), MOST_DRAWS).astype(float)
        if len(values) < FEWEST_DRAWS or not np.isfinite(values).all():
            raise NoEvidenceError("The log likelihood of the exact cells is too short, or not finite.", "Draw longer.")
        return values

    def at_the_same_draws(self) -> tuple[Array, Array]:
        """Log likelihood and predicted counts (sample, cell), at most 1,000 draws that both have."""
        pair = xr.align(self.log_likelihood, self.predicted, join="inner", exclude=["exact_cell"])
        log_likelihood, predicted = (thinned(stacked(each, "exact_cell"), MOST_DRAWS).astype(float) for each in pair)
        if len(predicted) < FEWEST_DRAWS:
            raise NoEvidenceError("Too few draws have both a log likelihood and predicted counts.", "Draw longer.")
        return log_likelihood, predicted


def _left_out(evidence: Evidence) -> _LeftOut:
    """The exact cells with their own noise integrated over, where the fit holds that; else as they were fitted."""
    if "left_out" in evidence.fit.children:
        group = evidence.group("left_out")
        log_likelihood, predicted = group["log_likelihood"], group["counts"]
    else:
        pointwise, predictive = evidence.group("log_likelihood"), evidence.group("posterior_predictive")
        if "exact" not in pointwise or not pointwise["exact"].size:
            raise NoEvidenceError("The fit holds no log likelihood of exact cells.", "Fit again.")
        log_likelihood, predicted = pointwise["exact"], predictive["exact"]
    if "exact_cell" not in predicted.coords:
        raise NoEvidenceError("The fit does not say which cells its counts stand for.", "Fit again.")
    sizes = [evidence.panel.sizes[dim] for dim in CELL]
    return _LeftOut(log_likelihood, predicted, np.unravel_index(predicted["exact_cell"].values.astype(int), sizes))


def _weights(log_likelihood: Array) -> tuple[Array, Array]:
    """Log weights (cell, sample) that leave each cell out, and their Pareto k (cell,)."""
    from arviz_stats.base import array_stats

    log_weights, k = array_stats.psislw(log_likelihood.T)  # arviz-stats negates: it takes the log likelihood
    return np.asarray(log_weights), np.asarray(k)


def _distance_from_even(pit: Array) -> float:
    ordered, count = np.sort(pit), len(pit)
    above = np.arange(1, count + 1) / count - ordered
    below = ordered - np.arange(count) / count
    return float(max(above.max(), below.max()))


def _worst(evidence: Evidence, place: tuple[np.ndarray, ...], k: Array) -> dict[str, float]:
    """The five cells with the largest k, by name: `Victims: Norway, 2016`."""
    named, names = {}, evidence.names
    for row in np.argsort(np.where(np.isnan(k), np.inf, k))[::-1][:5]:
        indicator, unit, time = (str(evidence.panel[dim].values[at[row]]) for dim, at in zip(CELL, place, strict=True))
        named[f"{names.indicator(indicator)}: {names.unit(unit)}, {time}"] = float(k[row])
    return named
