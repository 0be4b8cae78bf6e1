"""Does the answer hang on one unit, and would the same model find as much where nothing happened?

Placebo laws on real figures: Bertrand, Duflo and Mullainathan (2004), Quarterly Journal of Economics 119(1).
"""

from collections.abc import Mapping

import numpy as np
from scipy.stats import binom

from evaluation.checks.book import Evidence, NoEvidenceError, Seen, check
from evaluation.checks.equivalence import LIMITS, equivalence, judge, region
from evaluation.checks.refits import BELIEVED, log_ratios, log_ratios_of, naming_engines, spread
from evaluation.checks.words import change, percent_span
from evaluation.inference.diagnostics import Array
from evaluation.terms.assumptions import NO_DIFFERENTIAL_TREND, NO_UNIT_DECIDES
from evaluation.terms.doubts import FALSE_ADOPTERS, FALSE_DATE, WITHOUT, of_family
from evaluation.terms.evidence import Verdict

FEWEST = 10  # false laws: fewer say nothing of how often chance looks like an effect
INTERVAL = 0.95


@check(
    "one_unit",
    family="reach",
    probes=NO_UNIT_DECIDES,
    limits={"unit_shift": 1.0, "unit_shift_fail": 2.0} | BELIEVED,
)
def no_unit_decides(evidence: Evidence, limits: Mapping[str, float]) -> Seen:
    """The overall effect without each adopter in turn: how far it moves, in posterior sd.

    With n adopters alike, one moves it by about 1 / sqrt(n - 1) posterior sd.
    """
    draws, missing = log_ratios_of(evidence, WITHOUT, limits)
    if not draws:
        raise NoEvidenceError(*_why_none(missing, "No adopter was left out.", "Set checks.leave_one_out."))
    main = log_ratios(evidence, "main", limits=limits)
    shifts = {name: (np.median(each) - np.median(main)) / spread(main) for name, each in draws.items()}
    worst = max(shifts, key=lambda name: abs(shifts[name]))
    size = abs(float(shifts[worst]))
    verdict = (
        Verdict.FAIL
        if size > limits["unit_shift_fail"]
        else Verdict.CONCERN
        if size > limits["unit_shift"] or missing
        else Verdict.PASS
    )
    units = of_family(list(draws), WITHOUT)
    by_median = sorted(draws, key=lambda name: float(np.median(draws[name])))
    low, high = (
        f"{_middle(draws[name])} without {evidence.names.unit(units[name])}" for name in (by_median[0], by_median[-1])
    )
    apart = f"Left out one by one, they give between {low} and {high}"
    much = size > limits["unit_shift"]
    decides = f"{evidence.names.unit(units[worst])} decides much of the answer" if much else "No single adopter decides"
    says = f"{decides}. {apart} (all: {_middle(main)})."
    if missing:
        says += f" Not known for {', '.join(map(evidence.names.unit, of_family(missing, WITHOUT).values()))}."
    seen = Seen(
        verdict=verdict,
        says=says,
        statistic=size,
        statistic_says=f"largest shift of the overall effect, in posterior sd, without {units[worst]}",
        limit=limits["unit_shift"],
        advice=(
            "Say what is particular about that unit before speaking of others."
            if much
            else "Raise sampler.variant_draws."
            if missing
            else ""
        ),
        details={name: 100 * float(np.expm1(np.median(each))) for name, each in draws.items()},
    )
    return naming_engines(seen, evidence, draws)


@check("placebo_time", family="trend", probes=NO_DIFFERENTIAL_TREND, limits=LIMITS | BELIEVED)
def nothing_before(evidence: Evidence, limits: Mapping[str, float]) -> Seen:
    """The whole model under laws dated too early, what came under the real ones unseen: an effect there is none of."""
    draws, missing = log_ratios_of(evidence, FALSE_DATE, limits)
    if not draws:
        raise NoEvidenceError(*_why_none(missing, "No false date was tried.", "Set checks.false_dates."))
    half_width = region(evidence.study.question.matters_from)
    seen = {name: equivalence(each[:, None], half_width) for name, each in draws.items()}
    verdicts = {name: judge(one, limits) for name, one in seen.items()}
    worst = max(verdicts, key=lambda name: (_BADNESS[verdicts[name]], -seen[name].none))
    verdict, early = verdicts[worst], of_family(list(draws), FALSE_DATE)[worst]
    lower, middle, upper = percent_span(draws[worst])
    found, from_, to = (change(value, upper - lower) for value in (middle, lower, upper))
    told = f"with the laws dated {early} periods early the model finds {found} (95 %: {from_} to {to})"
    if missing:
        told += f"; not known for {' and '.join(of_family(missing, FALSE_DATE).values())} periods"
    return naming_engines(
        Seen(
            verdict=verdict,
            says=f"{_TIME[verdict]}: {told}.",
            statistic=seen[worst].inside,
            statistic_says="probability that the effect of laws dated too early is too small to matter",
            limit=limits["inside"],
            advice="" if verdict is Verdict.PASS else _TIME_ADVICE,
            details={name: 100 * float(np.expm1(np.median(each))) for name, each in draws.items()},
        ),
        evidence,
        draws,
    )


_BADNESS = {Verdict.PASS: 0, Verdict.UNKNOWN: 1, Verdict.CONCERN: 2, Verdict.FAIL: 3}
_TIME = {
    Verdict.PASS: "Nothing that matters is found before the laws",
    Verdict.UNKNOWN: "Too few figures before the laws to tell whether something is found there",
    Verdict.CONCERN: "Something may be found before there were laws",
    Verdict.FAIL: "Something is found before there were laws",
}
_TIME_ADVICE = "Look at the event-time plot: what came before the laws may have gone on after them."


@check(
    "placebo_space",
    family="trend",
    probes=NO_DIFFERENTIAL_TREND,
    limits={"false_chance": 0.1, "false_chance_fail": 0.01, "false_spread": 1.5, "false_spread_fail": 2.5} | BELIEVED,
)
def nothing_elsewhere(evidence: Evidence, limits: Mapping[str, float]) -> Seen:
    """The whole model under laws given to units that never had one: how often it finds an effect, and how large.

    Judged by the number of 95 % intervals without zero (more than chance would make with probability `false_chance`),
    and by how far the answers scatter, in the posterior sd they claim. Draws share units, so they are not quite
    independent: a little more scatter is to be expected.
    """
    draws, missing = log_ratios_of(evidence, FALSE_ADOPTERS, limits)
    asked = len(draws) + len(missing)
    if not asked:
        reason = "No law was given to units that never had one"
        raise NoEvidenceError(f"{reason}.", "Set checks.false_adopters; there must be as many such units as adopters.")
    if len(draws) < max(FEWEST, 0.8 * asked):
        raise NoEvidenceError(
            f"Only {len(draws)} of {asked} false laws could be judged.", "Raise checks.false_adopters."
        )
    wrong = sum(_excludes_none(each) for each in draws.values())
    chance = float(binom.sf(wrong - 1, len(draws), 1 - INTERVAL))
    middles = np.array([np.median(each) for each in draws.values()])
    scatter = float(np.sqrt(np.mean(middles**2)) / np.sqrt(np.mean([spread(each) ** 2 for each in draws.values()])))
    real = abs(float(np.median(log_ratios(evidence, "main", limits=limits))))
    larger = int((np.abs(middles) >= real).sum())
    fail = chance < limits["false_chance_fail"] or scatter > limits["false_spread_fail"]
    concern = chance < limits["false_chance"] or scatter > limits["false_spread"]
    verdict = Verdict.FAIL if fail else Verdict.CONCERN if concern else Verdict.PASS
    expected = (1 - INTERVAL) * len(draws)
    seen = Seen(
        verdict=verdict,
        says=(
            f"Given to units that never had one, {wrong} of {len(draws)} laws seem to have had an effect; chance would "
            f"make {expected:.0f}. {larger} of these false answers lie as far from none as the real one."
        ),
        statistic=scatter,
        statistic_says=f"scatter of the answers to {len(draws)} false laws, in the posterior sd they claim",
        limit=limits["false_spread"],
        advice="" if verdict is Verdict.PASS else _wider(scatter),
        details={
            "wrong": wrong, "false_laws": len(draws), "chance": chance, "scatter": scatter,
            "as_far_as_the_real_one": larger / len(draws),
        },
    )  # fmt: skip
    return naming_engines(seen, evidence, draws)


def _wider(scatter: float) -> str:
    much = f" Until then, read the interval as if it were {scatter:.1f} times as wide." if scatter > 1 else ""
    return f"Look for what moves single units beyond what the model expects.{much}"


def _why_none(missing: list[str], reason: str, advice: str) -> tuple[str, str]:
    if missing:
        return f"None of the refits {', '.join(missing)} can be believed.", "Raise sampler.variant_draws."
    return reason, f"{advice} It takes figures before the laws, and two adopters or more."


def _excludes_none(draws: Array) -> bool:
    tail = (1 - INTERVAL) / 2
    lower, upper = np.quantile(draws, [tail, 1 - tail])
    return bool(lower > 0 or upper < 0)


def _middle(draws: Array) -> str:
    lower, middle, upper = percent_span(draws)
    return change(middle, upper - lower)
