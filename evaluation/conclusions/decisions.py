"""From the posterior and the costs to a choice: what adopting would avert, what it costs, what to know first."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from evaluation.conclusions.adopting import Adopting, adopting
from evaluation.conclusions.choices import sentences
from evaluation.conclusions.information import partial, perfect
from evaluation.conclusions.steps import Choice, parts_known, step_values, width_of, wrong_side_less
from evaluation.conclusions.subjects import subjects_of, unit_word
from evaluation.terms.decisions import Acceptable, Cost, Decision, DecisionPlan, Estimate, KnowingPart
from evaluation.terms.errors import EvidenceError, Problem
from evaluation.terms.evidence import Claim, Strength
from evaluation.terms.study import Study
from evaluation.terms.world import Indicator

Draws = NDArray[np.float64]

POINTS = 41  # of the acceptability curve


def decide(
    study: Study,
    effect: xr.DataTree,
    claims: Sequence[Claim],
    simulations: xr.Dataset | None,
    costs: Mapping[str, Cost],
    indicators: Mapping[str, Indicator],
) -> Decision | None:
    """What the evidence says to the study's decision; None where the study has none to make.

    Parameters
    ----------
    claims
        Those of the study: where the claim about a further unit is withheld, so is the decision, with that reason.
    simulations
        Of the rehearsal, for the worth of rehearsed next steps.
    costs, indicators
        The registers, by name.

    Raises
    ------
    EvidenceError
        If a cost that the plan names is not given.
    """
    plan = study.decision
    if plan is None:
        return None
    if missing := [name for name in plan.costs if name not in costs]:
        where = "study.decision.costs"
        raise EvidenceError(
            [Problem(f"cost '{name}' is not given", where, "add it to the register") for name in missing]
        )
    made = _empty(study, plan, effect, costs, indicators)
    if reason := _why_not(study, plan, made, claims):
        return replace(made, refused=reason)
    try:
        drawn = adopting(study, plan, made.better, effect, costs)
    except EvidenceError as error:
        return replace(made, refused="; ".join(problem.found for problem in error.problems))
    weighed = _weighed(study, plan, made, drawn, simulations)
    words, rests_on = sentences(study, plan, weighed, subjects_of(study, effect), claims, costs, indicators, drawn)
    return replace(weighed, says=words, rests_on=rests_on)


def _empty(
    study: Study,
    plan: DecisionPlan,
    effect: xr.DataTree,
    costs: Mapping[str, Cost],
    indicators: Mapping[str, Indicator],
) -> Decision:
    registered = indicators.get(plan.outcome)
    return Decision(
        study=study.name,
        outcome=plan.outcome,
        things=subjects_of(study, effect).things(plan.outcome),
        better=plan.better or (registered.better if registered else ""),
        currency=plan.currency,
        price_year=plan.price_year,
        years=plan.years,
        adopting=plan.adopting,
        interval=study.report.interval,
        simulated=study.simulated,
        worth=plan.worth,
        worth_by=plan.worth_by,
        sources=tuple(dict.fromkeys(costs[name].source for name in plan.costs)),
    )


def _why_not(study: Study, plan: DecisionPlan, made: Decision, claims: Sequence[Claim]) -> str:
    """Why no decision can rest on this study; empty: it can."""
    if made.better not in {"fewer", "more"}:
        return f"whether fewer or more of {plan.outcome} is better, neither its register nor the plan says"
    needed = [one for one in claims if one.name in {"overall", f"next_unit:{plan.outcome}"}]
    if not any(one.name.startswith("next_unit:") for one in needed):
        return f"the study makes no claim about {plan.outcome} in a further {unit_word(study)}"
    held = [one for one in needed if one.strength is Strength.WITHHELD]
    if held:
        return f"the claim it would rest on is withheld: {held[0].reasons[0].partition(': ')[2]}"
    return ""


def _weighed(
    study: Study, plan: DecisionPlan, made: Decision, drawn: Adopting, simulations: xr.Dataset | None
) -> Decision:
    level = made.interval
    averted, paid = drawn.averted, drawn.paid
    right = float((averted > 0).mean())
    net = None if plan.worth is None else drawn.net(plan.worth)
    choice = Choice(
        drawn=drawn,
        net=net,
        side=np.sign(averted),
        wrong_side=min(right, 1 - right),
        width=width_of(drawn.effect, level),
        interval=level,
    )
    made = replace(
        made,
        averted=_estimate(averted, level),
        right_side=right,
        cost=_estimate(paid, level),
        parts=_parts(study, choice),
        width=choice.width,
        wrong_side=choice.wrong_side,
        steps=step_values(study, plan.next_steps, simulations, choice, study.seed_for),
    )
    made = _with_ratio(made, averted, paid)
    made = replace(made, acceptability=acceptability(averted, paid, _range(plan, made, averted, paid)))
    return made if net is None else _with_worth(made, net)


def _with_ratio(made: Decision, averted: Draws, paid: Draws) -> Decision:
    """Cost per unit of outcome, only where nearly all draws are a gain.

    A ratio whose denominator may be 0 has no mean, and where it may be negative no interval of it means anything: the
    set of ratios that the data allow is then unbounded (Fieller 1954, Journal of the Royal Statistical Society B 16(2),
    175-185).
    Draws without a gain count as an endless cost; the interval is told while its upper end is finite.
    """
    right, needed = float((averted > 0).mean()), (1 + made.interval) / 2
    if right < needed:
        reason = f"the probability that anything is gained is {right:.2f}, and such a ratio needs {needed:g}"
        return replace(made, ratio_refused=reason)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(averted > 0, paid / averted, np.inf)
    return replace(made, cost_per_unit=_estimate(ratio, made.interval))


def _with_worth(made: Decision, net: Draws) -> Decision:
    return replace(
        made,
        net_benefit=_estimate(net, made.interval),
        worthwhile=float((net > 0).mean()),
        best="adopt" if net.mean() > 0 else "not adopt",
        loss_adopt=float(np.maximum(-net, 0.0).mean()),
        loss_not=float(np.maximum(net, 0.0).mean()),
    )


def _parts(study: Study, choice: Choice) -> tuple[KnowingPart, ...]:
    """What it would be worth to know everything, and each group of unknowns alone."""
    worth = perfect(choice.net) if choice.net is not None else None
    whole = KnowingPart(
        name="everything",
        says="everything at once",
        value=worth.value if worth else None,
        error=worth.error if worth else None,
        wrong_side=choice.wrong_side,
    )
    found = [whole]
    for name, (says, known) in parts_known(choice.drawn).items():
        seed = study.seed_for(f"decision {name}")
        one = partial(choice.net, known, seed=seed) if choice.net is not None else None
        less, less_error = wrong_side_less(name, choice, known, seed)
        value = None if one is None or worth is None else min(one.value, worth.value)
        found.append(
            KnowingPart(
                name=name,
                says=says,
                value=value,
                error=one.error if one else None,
                wrong_side=less,
                wrong_side_error=less_error,
            )
        )
    return tuple(found)


def acceptability(averted: Draws, paid: Draws, ends: tuple[float, float]) -> tuple[Acceptable, ...]:
    """Probability that adopting is worth its cost, along a range of willingness to pay for a unit of outcome.

    P(willingness * averted > cost): van Hout, Al, Gordon and Rutten (1994), Health Economics 3(5), 309-319.

    >>> one = acceptability(np.array([10.0, 10.0, -1.0, 10.0]), np.array([5.0, 20.0, 5.0, 10.0]), (0.0, 4.0))
    >>> one[0].probability, one[-1].willingness, one[-1].probability
    (0.0, 4.0, 0.75)
    """
    return tuple(
        Acceptable(willingness=float(most), probability=float((most * averted > paid).mean()))
        for most in np.linspace(*ends, POINTS)
    )


def _range(plan: DecisionPlan, made: Decision, averted: Draws, paid: Draws) -> tuple[float, float]:
    """The plan's range of willingness to pay; else from 0 to where most that can be gained is gained."""
    if plan.willingness is not None:
        return plan.willingness
    if made.cost_per_unit is not None:
        return 0.0, 2 * made.cost_per_unit.upper
    gained = averted[averted > 0]
    middle = float(np.median(paid)) / float(np.median(gained)) if gained.size else float(np.median(paid))
    return 0.0, 5 * max(middle, np.finfo(float).tiny)


def _estimate(draws: Draws, interval: float) -> Estimate:
    tail = (1 - interval) / 2
    lower, middle, upper = np.quantile(draws, [tail, 0.5, 1 - tail], method="inverted_cdf")
    return Estimate(estimate=float(middle), lower=float(lower), upper=float(upper))
