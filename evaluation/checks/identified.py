"""Did the market shrink, or did the police look harder: can these indicators tell?

Counts of detections know the sum of what a law did to the market and to the effort (in logs). What is given to one is
taken from the other, in every draw, until an indicator shows one of the two by itself.
"""

from collections.abc import Mapping

import numpy as np

from evaluation.checks.book import Evidence, NoEvidenceError, Seen, check
from evaluation.checks.draws import stacked
from evaluation.checks.separable import NORMAL_95
from evaluation.checks.words import change, percent_of, percent_span
from evaluation.inference.effect import LATENT_EFFECT, latent_average
from evaluation.inference.informed import AS_IT_IS, WITH, Told, informed
from evaluation.models.book import entry, get_model
from evaluation.models.parts.design import adoptions_of
from evaluation.models.parts.loads import LATENT, market_indicators
from evaluation.terms.assumptions import EFFORT_TOLD_APART
from evaluation.terms.evidence import Verdict

CANNOT = "These indicators cannot tell more detection from more prevalence"
LIMITS = {"market_contraction": 0.5, "market_correlation": 0.7}


@check("market_told_from_effort", family="measurement", probes=EFFORT_TOLD_APART, limits=LIMITS)
def told_apart(evidence: Evidence, limits: Mapping[str, float]) -> tuple[Seen, ...]:
    """How much of the prior of the law's effect on the market is gone, and how the two effects hang together.

    Contraction is 1 less posterior over prior variance of the effect on the market, averaged over adopters (Betancourt
    2018); the correlation is that of the two effects in the posterior. Passes where an indicator of the market is
    there, contraction is at least `market_contraction` and the size of the correlation at most `market_correlation`;
    else it is not known what the law did to the market. Never a pass without a market indicator: that detections rise
    exactly as effort does is then all that tells the two apart. Nothing is seen of models without the two effects.
    """
    if EFFORT_TOLD_APART not in entry(evidence.study.model.name).assumes:
        return ()
    posterior = evidence.group("posterior")
    if LATENT_EFFECT not in posterior or "adoption" not in posterior.coords:
        raise NoEvidenceError("The fit does not hold the effects on the market and on effort.", "Fit again.")
    draws = stacked(latent_average(evidence.panel, posterior), "latent")
    if (np.ptp(draws, axis=0) == 0).any():
        raise NoEvidenceError("An effect does not vary between draws: nothing was sampled.", "Fit again.")
    contraction = 1 - draws.var(axis=0) / prior_variance(evidence)
    correlation = np.corrcoef(draws[:, 0], draws[:, 1]).item(1)
    shown = market_indicators(evidence.panel)
    known = contraction[0] >= limits["market_contraction"] and abs(correlation) <= limits["market_correlation"]
    passed = bool(shown) and bool(known)
    would = informed(evidence.study, evidence.panel, posterior)
    told = f"{percent_of(max(float(contraction[0]), 0.0))} of the prior variance is gone, correlation {correlation:.2f}"
    return (
        Seen(
            verdict=Verdict.PASS if passed else Verdict.UNKNOWN,
            says=_says(evidence, passed, shown, draws, told),
            statistic=float(contraction[0]),
            statistic_says="contraction of the effect on the market: 1 less posterior over prior variance",
            limit=limits["market_contraction"],
            advice="" if passed else _advice(evidence, would),
            details=_details(contraction, correlation, would),
        ),
    )


def prior_variance(evidence: Evidence) -> np.ndarray:
    """Of the effects on market and effort, averaged over adopters, (2,): that of the typical unit, and of units."""
    recipe = get_model(evidence.study.model.name, evidence.study.model.settings)
    labels = adoptions_of(evidence.panel).names
    asked = sum(label.rpartition(":")[0] in evidence.study.question.interventions for label in labels)
    typical = np.array([recipe.effect.chosen.sd, recipe.effort_sd]) ** 2  # type: ignore[attr-defined]
    # a half-normal scale has the mean square of its width
    found: np.ndarray = typical + recipe.effect.unit_sd**2 / max(asked, 1)  # type: ignore[attr-defined]
    return found


def _says(evidence: Evidence, passed: bool, shown: list[str], draws: np.ndarray, told: str) -> str:
    spans = [percent_span(draws[:, place]) for place in range(len(LATENT))]
    (market, effort) = (
        f"from {change(lower, upper - lower)} to {change(upper, upper - lower)}" for lower, _, upper in spans
    )
    if passed:
        names = ", ".join(evidence.names.indicator(name) for name in shown)
        return f"The data tell the market from the effort to detect, by {names}: {told}."
    why = "" if shown else ": none of them shows the market whatever the effort"
    return f"{CANNOT}{why}. The market may have changed by anything {market}, the effort {effort} ({told})."


def _advice(evidence: Evidence, would: Mapping[str, Told]) -> str:
    now = would[AS_IT_IS].sd[0]
    some, every = (would[WITH + where].sd[0] for where in ("adopters", "all"))
    return (
        "Add an indicator of the market (advertisements, prices, surveys of buyers). Were there no change, the 95 % "
        f"interval of the market would run from {_around_none(now)} as it is, from {_around_none(some)} with one "
        f"reported throughout in every adopter and as many others, and from {_around_none(every)} with one "
        "everywhere: what these figures could tell, their scales known."
    )


def _around_none(sd: float) -> str:
    lower, upper = (100 * float(np.expm1(side * NORMAL_95 * sd)) for side in (-1, 1))
    return f"{change(lower, upper - lower)} to {change(upper, upper - lower)}"


def _details(contraction: np.ndarray, correlation: float, would: Mapping[str, Told]) -> dict[str, float]:
    """For the report: what each indicator adds, and what one more would."""
    found = {f"contraction:{name}": float(value) for name, value in zip(LATENT, contraction, strict=True)}
    found["correlation"] = correlation
    for label, told in would.items():
        found |= {f"{label}:sd:{name}": float(sd) for name, sd in zip(LATENT, told.sd, strict=True)}
        found[f"{label}:contraction:market"] = float(told.contraction[0])
        found[f"{label}:correlation"] = told.correlation
    return found
