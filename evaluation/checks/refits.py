"""Refits on other data or priors: their draws, whether they may be believed, and how far the answer moved."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
import xarray as xr

from evaluation.checks.book import Evidence, NoEvidenceError, Seen
from evaluation.checks.words import change, percent_span
from evaluation.inference.diagnostics import Array
from evaluation.terms.doubts import of_family
from evaluation.terms.evidence import Verdict

BELIEVED = {"variant_rhat": 1.05, "variant_ess": 50.0}  # a refit is shorter than the fit: looser than `rhat`, `ess`
SHIFT = {"shift": 0.3, "shift_fail": 1.0} | BELIEVED  # posterior sd of the main answer


def variant_names(evidence: Evidence) -> tuple[str, ...]:
    """The refits there are."""
    if "variant" not in evidence.variants.coords:
        return ()
    return tuple(str(name) for name in evidence.variants["variant"].values)


def log_ratios(evidence: Evidence, variant: str, *, quantity: str = "overall", limits: Mapping[str, float]) -> Array:
    """Draws of log(1 + percent / 100) of one refit; `limits` holds those of BELIEVED.

    Raises
    ------
    NoEvidenceError
        If the refit was not made, holds no draws, or its chains do not agree.
    """
    if variant not in variant_names(evidence) or quantity not in evidence.variants["quantity"].values:
        raise NoEvidenceError(f"The refit '{variant}' was not made.", f"Add '{variant}' to checks.variants.")
    chosen = evidence.variants.sel(variant=variant)
    believe(chosen, variant, limits)
    draws = as_log_ratio(chosen["percent"].sel(quantity=quantity).values)
    if draws.size < 4:
        what = "the overall change" if quantity == "overall" else evidence.names.indicator(quantity)
        raise NoEvidenceError(f"The refit '{variant}' holds no draws of {what}.", "Fit again.")
    return draws


def log_ratios_of(evidence: Evidence, family: str, limits: Mapping[str, float]) -> tuple[dict[str, Array], list[str]]:
    """Draws of the overall effect in every refit of a family, and the names of those that cannot be believed."""
    draws, missing = dict[str, Array](), []
    for name in of_family(list(variant_names(evidence)), family):
        try:
            draws[name] = log_ratios(evidence, name, limits=limits)
        except NoEvidenceError:
            missing.append(name)
    return draws, missing


def as_log_ratio(percent: Array) -> Array:
    """Finite draws of log(1 + percent / 100), flat.

    >>> as_log_ratio(np.array([0.0, np.nan])).tolist()
    [0.0]
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        draws = np.log1p(np.asarray(percent, dtype=float).ravel() / 100)
    return draws[np.isfinite(draws)]


def believe(chosen: xr.Dataset, variant: str, limits: Mapping[str, float]) -> None:
    """Raise NoEvidenceError if the refit's chains do not agree or its draws are worth too little."""
    rhat, ess = (float(chosen[name].values) if name in chosen else np.nan for name in ("rhat_max", "ess_min"))
    if rhat > limits["variant_rhat"] or ess < limits["variant_ess"]:
        raise NoEvidenceError(
            f"The refit '{variant}' did not converge (R-hat {rhat:.2f}, effective sample size {ess:.0f}).",
            "Raise sampler.variant_draws.",
        )


def naming_engines(seen: Seen, evidence: Evidence, variants: Iterable[str]) -> Seen:
    """What was seen by these refits, with a word on those that another engine than NUTS made; by NUTS alone, as it is.

    Beside the statistic, in the record and in the report's table of checks: the sentence is for readers who never
    heard of an engine.
    """
    made: dict[str, list[str]] = {}
    for name in variants:
        engine = _engine(evidence, name)
        if engine and "NUTS" not in engine:
            made.setdefault(engine, []).append(name)
    if not made:
        return seen
    told = "; ".join(f"{_some(names)} ({engine})" for engine, names in made.items())
    return replace(seen, statistic_says=f"{seen.statistic_says}; not sampled with NUTS: {told}".removeprefix("; "))


MOST_NAMED = 3


def _some(names: list[str]) -> str:
    return ", ".join(names) if len(names) <= MOST_NAMED else f"{len(names)} refits"


def _engine(evidence: Evidence, variant: str) -> str:
    if "engine" not in evidence.variants or variant not in variant_names(evidence):
        return ""
    engine = evidence.variants["engine"].sel(variant=variant).item()
    return engine if isinstance(engine, str) else ""  # rows of an earlier version do not say


def spread(draws: Array) -> float:
    """Standard deviation of draws.

    Raises
    ------
    NoEvidenceError
        If all draws are the same.
    """
    sd = float(draws.std(ddof=1))
    if sd == 0:
        raise NoEvidenceError("The main answer does not vary between draws: nothing was sampled.")
    return sd


def judge_shift(evidence: Evidence, variants: tuple[str, ...], limits: Mapping[str, float], words: str) -> Seen:
    """How far the overall effect moves, in posterior sd, under the refits; `words` says what was changed.

    The shift is that of the median of the log ratio, so that a halving and a doubling weigh the same.

    Raises
    ------
    NoEvidenceError
        If a refit or the main answer is not there or did not converge.
    """
    main = log_ratios(evidence, "main", limits=limits)
    draws = {name: log_ratios(evidence, name, limits=limits) for name in variants}
    middles = {name: float(np.median(each)) for name, each in draws.items()}
    shifts = {name: (middle - float(np.median(main))) / spread(main) for name, middle in middles.items()}
    worst = max(shifts, key=lambda name: abs(shifts[name]))
    size = abs(shifts[worst])
    verdict = (
        Verdict.FAIL if size > limits["shift_fail"] else Verdict.CONCERN if size > limits["shift"] else Verdict.PASS
    )
    from_, to = (_told(each) for each in (main, draws[worst]))
    moves = "hardly moves" if verdict is Verdict.PASS else "moves"
    seen = Seen(
        verdict=verdict,
        says=f"The answer {moves} when {words}: from {from_} to {to} ({size:.2f} posterior sd).",
        statistic=size,
        statistic_says=f"shift of the overall effect in posterior sd, under {worst}",
        limit=limits["shift"],
        details={
            **shifts,
            "main_percent": 100 * np.expm1(np.median(main)),
            **{f"{name}_percent": 100 * np.expm1(m) for name, m in middles.items()},
        },
    )
    return naming_engines(seen, evidence, ("main", *variants))


def _told(draws: Array) -> str:
    """The median change in percent, as finely as its own interval can carry."""
    lower, middle, upper = percent_span(draws)
    return change(middle, upper - lower)
