"""How strong and how unequal would a hidden cause have to be to make the answer?

A hidden cause multiplies counts by `ratio` where it is at work. Levels of units and shocks to all or to a region are in
the model; so what biases the answer is how much more common the cause became in the adopting units, from their laws on,
than it did elsewhere (`unequal`, a difference of shares). In a model of log rates

    bias = log(ratio) * unequal

(Cornfield et al. 1959, Journal of the National Cancer Institute 22(1), for the thought; Lin, Psaty and Kronmal 1998,
Biometrics 54(3), for log-linear rates). The tipping point is the bias that brings the nearer end of the 95 % interval,
or the median, to none. It is held against the biases seen where there was nothing to find (`bias.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from evaluation.checks.bias import NullAnswers, null_answers
from evaluation.checks.book import Evidence, Seen, check
from evaluation.checks.refits import BELIEVED, log_ratios, naming_engines, spread
from evaluation.inference.diagnostics import Array
from evaluation.terms.assumptions import NO_HIDDEN_CAUSE
from evaluation.terms.evidence import Verdict
from evaluation.terms.rounding import change_size, places_for

UNEQUAL = (0.1, 0.25, 0.5, 1.0)  # differences of shares for which the strength needed is told
TAIL = 0.025  # on either side of the 95 % interval


@dataclass(frozen=True)
class Tipping:
    """Biases, as signed log ratios, that would make the answer none."""

    of_interval: float  # its end nearest to none reaches none; 0 where the interval holds none already
    of_median: float
    width: float  # of the interval, in percent: how finely it is told

    def told(self, bias: float) -> str:
        """What a hidden cause of this bias does: `raised the counts of all adopting units by 4 %`.

        >>> Tipping(0.04, 0.09, 12.0).told(np.log(0.8))
        'lowered the counts of all adopting units by 20 %, and of no others,'
        """
        way = "raised" if bias > 0 else "lowered"
        return f"{way} the counts of all adopting units by {self.size(bias)}, and of no others,"

    def size(self, bias: float) -> str:
        """The change that a log ratio stands for, without its sign, as finely as the interval can carry.

        >>> Tipping(0.04, 0.09, 12.0).size(np.log(0.8))
        '20 %'
        """
        return f"{change_size(100 * float(np.expm1(bias)), places_for(self.width))} %"


def tipping(log_ratios: Array) -> Tipping:
    """The tipping points of draws of a log ratio.

    >>> tipping(np.linspace(0.1, 0.5, 1001)).of_interval
    0.11
    """
    lower, middle, upper = np.quantile(log_ratios, [TAIL, 0.5, 1 - TAIL])
    end = lower if lower > 0 else upper if upper < 0 else 0.0
    return Tipping(round(float(end), 12), float(middle), float(100 * (np.expm1(upper) - np.expm1(lower))))


def ratio_needed(bias: float, unequal: float) -> float:
    """By how much a hidden cause has to multiply counts where it is at work, to bias a log ratio so far.

    >>> round(ratio_needed(np.log(1.2), 0.5), 2), round(ratio_needed(np.log(1.2), 1.0), 2)
    (1.44, 1.2)
    """
    return float(np.exp(np.clip(bias / unequal, -700, 700)))


@check(
    "hidden_cause",
    family="confounding",
    probes=NO_HIDDEN_CAUSE,
    limits={"hidden_cause": 0.05, "hidden_cause_fail": 0.25} | BELIEVED,
)
def hidden_cause(evidence: Evidence, limits: Mapping[str, float]) -> Seen:
    """How large the bias of a hidden cause would have to be, and how often one like those seen is as large.

    An interval that holds none has no answer to explain away, and without a negative control nothing shows the causes
    that came with the real laws: both are UNKNOWN, and the tipping points stand in the details all the same.
    """
    draws, nulls = log_ratios(evidence, "main", limits=limits), null_answers(evidence, limits)
    spread(draws)  # an answer that does not vary was not sampled
    point = tipping(draws)
    chance = _as_large(evidence, point, nulls, len(draws))
    verdict, says, advice = _judge(evidence, point, nulls, chance, limits)
    seen = Seen(
        verdict=verdict,
        says=says,
        statistic=chance,
        statistic_says="chance that a bias like those seen where there was nothing to find takes the interval to none"
        if chance is not None
        else "",
        limit=None if chance is None else limits["hidden_cause"],
        advice=advice,
        details={**_table(point), **nulls.details, **_controls(evidence, nulls)},
    )
    return naming_engines(seen, evidence, dict.fromkeys(("main", *nulls.refits)))


def _as_large(evidence: Evidence, point: Tipping, nulls: NullAnswers, count: int) -> float | None:
    if not nulls.enough or not point.of_interval:
        return None
    bias = nulls.bias(count, np.random.default_rng(evidence.study.seed_for("hidden_cause")))
    return float((bias * np.sign(point.of_interval) >= abs(point.of_interval)).mean())


def _judge(
    evidence: Evidence, point: Tipping, nulls: NullAnswers, chance: float | None, limits: Mapping[str, float]
) -> tuple[Verdict, str, str]:
    if not point.of_interval:
        says = (
            "The 95 % interval holds no change already: nothing is left for a hidden cause to explain away. One that "
            f"{point.told(point.of_median)} would bring its middle to none."
        )
        advice = "A hidden cause may as well hide a change: look for what else changed in the adopting units."
        return Verdict.UNKNOWN, says, advice
    needed = (
        f"A hidden cause that {point.told(point.of_interval)} would bring the 95 % interval to none (one at work in a "
        f"quarter of them: by {point.size(point.of_interval / 0.25)}); it takes {point.size(point.of_median)} to make "
        "all of the answer."
    )
    if chance is None:
        says = f"{needed} How large such causes are here is not known: there are too few answers where there is none."
        return Verdict.UNKNOWN, says, "Set checks.false_adopters, and name negative controls (question.controls)."
    says = f"{needed} {_off(point, nulls)}"
    moved = _moved_as_far(point, nulls)
    if chance >= limits["hidden_cause"] or moved:
        verdict = Verdict.FAIL if chance >= limits["hidden_cause_fail"] else Verdict.CONCERN
        says += f" The negative control ({evidence.names.indicator(moved)}) moved as far." if moved else ""
        return verdict, says, "Look for what else changed in the adopting units, and enter it as a covariate."
    if not nulls.controls:
        says += " But no negative control shows what else came with the laws."
        return Verdict.UNKNOWN, says, "Name an indicator the intervention cannot move (question.controls)."
    return Verdict.PASS, says, ""


def _off(point: Tipping, nulls: NullAnswers) -> str:
    beyond = f"about {point.size(nulls.bias_sd)} beyond" if nulls.bias_sd else "no more than"
    return f"Where there was nothing to find, answers are off by {beyond} what chance makes."


def _moved_as_far(point: Tipping, nulls: NullAnswers) -> str:
    """The negative control that moved as far as the tipping point, beyond what chance makes; empty where none did.

    One control among many false laws hardly moves their scatter, yet it alone has seen what came with the real laws.
    """
    sizes = dict(zip(nulls.controls, nulls.beyond_chance[len(nulls.found) - len(nulls.controls) :], strict=True))
    worst = max(sizes, key=lambda name: sizes[name], default="")
    return worst if worst and sizes[worst] >= abs(point.of_interval) else ""


def _table(point: Tipping) -> dict[str, float]:
    """The tipping points, and the ratio that a cause so much more common would need for each."""
    found = {}
    for name, bias in (("interval", point.of_interval), ("median", point.of_median)):
        found[f"{name}_bias"], found[f"{name}_percent"] = bias, 100 * float(np.expm1(bias))
        if bias:
            found |= {f"{name}_ratio_at_{100 * unequal:.0f}": ratio_needed(bias, unequal) for unequal in UNEQUAL}
    return found


def _controls(evidence: Evidence, nulls: NullAnswers) -> dict[str, float]:
    return {evidence.names.indicator(name): 100 * float(np.expm1(found)) for name, found in nulls.controls.items()}
