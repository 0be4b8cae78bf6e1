"""Did treated units already move differently before the law? "Effects" before the law should be none.

Roth (2022), American Economic Review: Insights 4(3): a test of leads that could not have found a difference proves
nothing. So the check asks for equivalence, and says what these data could have shown.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from evaluation.checks.book import Evidence, NoEvidenceError, Seen, check
from evaluation.checks.equivalence import LIMITS, Equivalence, equivalence, judge, region
from evaluation.checks.refits import BELIEVED, SHIFT, believe, judge_shift, naming_engines, variant_names
from evaluation.checks.words import percent_of
from evaluation.inference.diagnostics import Array
from evaluation.terms.assumptions import NO_ANTICIPATION, NO_DIFFERENTIAL_TREND
from evaluation.terms.evidence import Verdict

FEWEST_DRAWS = 100
LAST_BEFORE = "last_before:dropped"


@check("anticipation", family="trend", probes=NO_ANTICIPATION, limits=SHIFT)
def last_period_before(evidence: Evidence, limits: Mapping[str, float]) -> Seen:
    """Shift of the overall effect when the last period before each law, when it was known to come, is dropped."""
    seen = judge_shift(evidence, (LAST_BEFORE,), limits, "the last period before each law is dropped")
    advice = (
        "" if seen.verdict is Verdict.PASS else "Ask when the law was announced, and date the intervention from there."
    )
    return replace(seen, advice=advice)


@check("leads", family="trend", probes=NO_DIFFERENTIAL_TREND, limits=LIMITS | BELIEVED)
def leads_are_none(evidence: Evidence, limits: Mapping[str, float]) -> Seen:
    """All the outcomes' changes in the periods before the law, jointly, against the smallest change that matters."""
    draws = _leads(evidence, limits)
    return naming_engines(_seen(evidence, draws, limits), evidence, ("leads",))


def _seen(evidence: Evidence, draws: Array, limits: Mapping[str, float]) -> Seen:
    half_width = region(evidence.study.question.matters_from)
    seen = equivalence(draws, half_width)
    verdict = judge(seen, limits)
    by_prior = _prior_inside(evidence, draws.shape[1], half_width)
    if verdict is Verdict.PASS and (by_prior is None or by_prior >= limits["inside"]):
        return _prior_says_it(seen, by_prior, limits)
    return Seen(
        verdict=verdict,
        says=_say(verdict, seen),
        statistic=seen.inside,
        statistic_says=f"probability that all {draws.shape[1]} changes before the law are too small to matter",
        limit=limits["inside"],
        advice="" if verdict is Verdict.PASS else _ADVICE[verdict],
        details={"could_be_inside": seen.could_be_inside, "tail_of_none": seen.none},
    )


_ADVICE = {
    Verdict.FAIL: "Do not read the change after the law as its effect; look at the event-time plot.",
    Verdict.CONCERN: "Look at the event-time plot before the law; a bias of that size must be allowed for.",
    Verdict.UNKNOWN: "More reported periods before the laws, or more adopting units, would be needed to tell.",
}


def _say(verdict: Verdict, seen: Equivalence) -> str:
    if verdict is Verdict.PASS:
        return f"Before the laws, treated units moved as was to be expected (probability {seen.inside:.2f})."
    if verdict is Verdict.UNKNOWN:
        return (
            "Too little data before the laws to tell whether treated units already moved differently: had they not, "
            f"these data would still have put only {percent_of(seen.could_be_inside)} on it."
        )
    sure = "moved" if verdict is Verdict.FAIL or seen.none < 0.05 else "may have moved"
    matters = f"probability that it is too small to matter: {seen.inside:.2f}"
    return f"Treated units {sure} differently before the laws ({matters})."


def _leads(evidence: Evidence, limits: Mapping[str, float]) -> Array:
    """Log ratios (sample, lead) of every lead of every outcome."""
    if "leads" not in variant_names(evidence) or "lead_percent" not in evidence.variants:
        raise NoEvidenceError("No effect before the law was estimated.", "Add 'leads' to checks.variants.")
    refit = evidence.variants.sel(variant="leads")
    believe(refit, "leads", limits)
    outcomes = [name for name in refit["indicator"].values if str(name) in evidence.study.question.indicators]
    percent = refit["lead_percent"].sel(indicator=outcomes).transpose("sample", "indicator", "lead").values
    with np.errstate(invalid="ignore"):
        flat = np.log1p(percent.reshape(len(percent), -1) / 100)
    held = flat[:, np.isfinite(flat).any(axis=0)]
    held = held[np.isfinite(held).all(axis=1)]
    if held.shape[1] == 0 or len(held) < FEWEST_DRAWS:
        raise NoEvidenceError("Too few draws of the change before the laws, or none.", "Raise sampler.variant_draws.")
    return held


def _prior_inside(evidence: Evidence, count: int, half_width: float) -> float | None:
    """What the prior of the leads alone says of the region, from its sd on the log scale; None if that is not kept."""
    sd = float(evidence.variants.attrs.get("lead_prior_sd", np.nan))
    if not np.isfinite(sd) or sd <= 0:
        return None
    draws = np.random.default_rng(0).normal(0, sd, size=(4000, count))
    return float((np.abs(draws) < half_width).all(axis=1).mean())


def _prior_says_it(seen: Equivalence, by_prior: float | None, limits: Mapping[str, float]) -> Seen:
    known = "is not known" if by_prior is None else f"alone puts {percent_of(by_prior)} on it"
    return Seen(
        verdict=Verdict.UNKNOWN,
        says=f"Changes before the laws look too small to matter, but their prior {known}: that proves nothing.",
        statistic=seen.inside,
        statistic_says="probability that all changes before the law are too small to matter",
        limit=limits["inside"],
        advice="Widen the prior of the leads beyond the smallest change that matters.",
    )
