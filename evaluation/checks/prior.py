"""Do the priors allow what is conceivable and little else, and do they decide the answer?

Gelman et al. (2020), arXiv:2011.01808, sections 2.4 (prior predictive) and 6.3 (influence of the prior).
"""

from collections.abc import Mapping

import numpy as np

from evaluation.checks.book import Evidence, NoEvidenceError, Seen, check
from evaluation.checks.cells import Counts, replicated, tail_probability
from evaluation.checks.refits import BELIEVED, log_ratios, naming_engines, spread, variant_names
from evaluation.checks.words import percent_of
from evaluation.terms.assumptions import DATA_DECIDE, PRIOR_REASONABLE
from evaluation.terms.evidence import Verdict
from evaluation.terms.panel import CELL

PRIORS = ("prior:claimed", "prior:sceptical", "prior:wide")
ABSURD = 100.0  # times what was counted: no dispute over trafficking figures is that wide


@check(
    "prior_predictive",
    family="prior",
    probes=PRIOR_REASONABLE,
    limits={"prior_impossible": 0.01, "prior_absurd": 0.5, "prior_surprise": 0.01},
)
def conceivable(evidence: Evidence, limits: Mapping[str, float]) -> Seen:
    """Counts drawn from the priors alone, against what could be and against what was counted.

    Three statistics: the share of drawn counts above the number of persons there are; the share of draws whose total
    lies a hundred times above or below the total counted (worst indicator); and how far in the tail of the drawn
    totals the counted one lies (two-sided, worst indicator).
    """
    counts = replicated(evidence, "prior_predictive")
    impossible = impossible_share(evidence, counts)
    absurd, surprise = _totals(evidence, counts)
    found = [
        (
            impossible > limits["prior_impossible"],
            f"{percent_of(impossible, places=1)} of the counts exceed the number of persons",
        ),
        (
            absurd > limits["prior_absurd"],
            f"{percent_of(absurd)} of the totals are a hundred times off what was counted",
        ),
        (surprise < limits["prior_surprise"], "the total counted lies in the far tail of what the priors allow"),
    ]
    wrong = [says for bad, says in found if bad]
    verdict = Verdict.FAIL if surprise == 0 else Verdict.CONCERN if wrong else Verdict.PASS
    good = "Before seeing the counts, the model expects counts that are conceivable."
    return Seen(
        verdict=verdict,
        says=f"Of what the priors alone produce, {', and '.join(wrong)}." if wrong else good,
        statistic=absurd,
        statistic_says="share of prior draws whose total is 100 times above or below the total counted",
        limit=limits["prior_absurd"],
        advice="Move or narrow the priors of the level and of the shocks in conf/model/." if wrong else "",
        details={"impossible": impossible, "absurd": absurd, "surprise": surprise},
    )


def impossible_share(evidence: Evidence, counts: Counts) -> float:
    """Share of drawn counts above their base (persons), or not a number; cells without a base cannot tell."""
    base = evidence.panel["base"].transpose(*CELL).values[counts.place]
    over = (counts.draws > np.where(base > 1, base, np.inf)) | ~np.isfinite(counts.draws)
    return float(over.mean())


def _totals(evidence: Evidence, counts: Counts) -> tuple[float, float]:
    """Share of absurd totals, and the tail probability of the total counted, each of the worst indicator."""
    observed = counts.observed(evidence.panel)
    absurd, surprise = [], []
    for indicator in range(evidence.panel.sizes["indicator"]):
        chosen = counts.exact & (counts.place[0] == indicator)
        total = observed[chosen].sum()
        if total > 0:
            drawn = np.nan_to_num(counts.draws[:, chosen], nan=np.inf).sum(axis=1)
            absurd.append(float(((drawn > ABSURD * total) | (drawn < total / ABSURD)).mean()))
            surprise.append(tail_probability(drawn, total))
    if not absurd:
        raise NoEvidenceError("No cell with an exact count above zero: the priors cannot be held against anything.")
    return max(absurd), min(surprise)


@check(
    "prior_sensitivity",
    family="prior",
    probes=DATA_DECIDE,
    limits={"prior_shift": 0.5, "prior_sure": 0.95} | BELIEVED,
)
def prior_decides(evidence: Evidence, limits: Mapping[str, float]) -> Seen:
    """The overall effect under the three named priors: how far apart, in posterior sd, and would the decision differ.

    The decision differs when one prior is sure of the direction (`prior_sure`) and another is not; it is contradicted
    when two are sure of opposite directions.
    """
    under = {name: log_ratios(evidence, name, limits=limits) for name in PRIORS if name in variant_names(evidence)}
    if len(under) < 2:
        raise NoEvidenceError(
            "The answer was not computed under other priors.", "Add prior:claimed, prior:sceptical, prior:wide."
        )
    middles = {name: float(np.median(draws)) for name, draws in under.items()}
    falls = {name: float((draws < 0).mean()) for name, draws in under.items()}
    main = log_ratios(evidence, "main", limits=limits)
    shift = (max(middles.values()) - min(middles.values())) / spread(main)
    sure = {
        name: np.sign(middles[name]) * (max(fall, 1 - fall) >= limits["prior_sure"]) for name, fall in falls.items()
    }
    contradict = {-1.0, 1.0} <= set(sure.values())
    differ = len(set(sure.values())) > 1
    concern = differ or shift > limits["prior_shift"]
    verdict = Verdict.FAIL if contradict else Verdict.CONCERN if concern else Verdict.PASS
    seen = Seen(
        verdict=verdict,
        says=_say_prior(verdict, contradict, differ, shift),
        statistic=shift,
        statistic_says="distance between the answers under the named priors, in posterior sd of the main answer",
        limit=limits["prior_shift"],
        advice="" if verdict is Verdict.PASS else "Show the answers under all named priors side by side.",
        details={name: 100 * float(np.expm1(middle)) for name, middle in middles.items()},
    )
    return naming_engines(seen, evidence, ("main", *under))


def _say_prior(verdict: Verdict, contradict: bool, differ: bool, shift: float) -> str:
    if contradict:
        return "The prior decides: two of the named priors are sure of opposite directions."
    if differ:
        return "The prior decides: one of the named priors is sure of the direction and another is not."
    apart = f"the answers under the named priors lie {shift:.2f} posterior sd apart"
    return f"The data decide: {apart}." if verdict is Verdict.PASS else f"The prior decides much: {apart}."
