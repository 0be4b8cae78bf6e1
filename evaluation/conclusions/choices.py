"""A decision in sentences: what is averted, what it costs, what to choose, what to know first, what that rests on."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from evaluation.conclusions.adopting import Adopting
from evaluation.conclusions.money import money, money_span, money_stated
from evaluation.conclusions.subjects import Subjects, unit_word, units_word
from evaluation.conclusions.words import PROBABLE, capital, counted, counted_span, level, probability
from evaluation.terms.decisions import Cost, Decision, DecisionPlan, Drawn, Estimate, Per, StepValue
from evaluation.terms.evidence import Claim, Strength
from evaluation.terms.rounding import step_for
from evaluation.terms.study import Study
from evaluation.terms.world import Indicator, Role

HALF = 0.5


def sentences(
    study: Study,
    plan: DecisionPlan,
    made: Decision,
    words: Subjects,
    claims: Sequence[Claim],
    costs: Mapping[str, Cost],
    indicators: Mapping[str, Indicator],
    drawn: Adopting,
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Sentences that answer, and sentences about what the answer rests on."""
    mark = "Simulated data: " if made.simulated else ""
    said = [
        _averted(study, made, words, moves=drawn.moves),
        *_view(plan, indicators),
        _price(made),
        *_chosen(made),
        *_knowing(made),
    ]
    caution = indicators[plan.outcome].caution if plan.outcome in indicators else ""
    rests = [
        *_strength(plan, claims),
        *_cautions(plan, indicators, caution),
        *_moved(made, drawn),
        *_method(study, plan, made),
        *(_costs(name, number, costs[name]) for name, number in plan.costs.items()),
    ]
    return tuple(mark + one for one in said), tuple(rests)


def outcomes_of(made: Decision, amount: float, step: float = 1.0) -> str:
    """So many units of outcome, as gained or lost against not adopting: '1,200 fewer advertisements'."""
    return counted(-amount if made.better == "fewer" else amount, made.things, step)


def _outcome_span(made: Decision, amount: Estimate) -> str:
    ends = (-amount.upper, -amount.lower) if made.better == "fewer" else (amount.lower, amount.upper)
    return counted_span(*ends)


def _averted(study: Study, made: Decision, words: Subjects, *, moves: bool) -> str:
    assert made.averted is not None
    assert made.right_side is not None
    amount = made.averted
    who = f"another {unit_word(study)}" if made.adopting == 1 else f"{made.adopting} more {units_word(study)}"
    time = "a year" if made.years == 1 else f"{made.years} years"
    shown = outcomes_of(made, amount.estimate, step_for(amount.upper - amount.lower))
    one_way = f"probability of any gain {probability(made.right_side)}"
    within = f"({level(made.interval)} interval {_outcome_span(made, amount)}; {one_way})"
    asked = f"were {who} to adopt the {words.law}" + (", what turns up elsewhere counted in" if moves else "")
    if amount.lower < 0 < amount.upper and made.right_side >= PROBABLE:
        return f"{capital(asked)}, probably {shown} would be expected over {time} {within}."
    if amount.lower < 0 < amount.upper:
        unsure = "the data cannot tell whether anything would be gained"
        return f"{capital(asked)}, {unsure}: the best estimate over {time} is {shown} {within}."
    return f"{capital(asked)}, {shown} would be expected over {time} {within}."


def _price(made: Decision) -> str:
    assert made.cost is not None
    total = f"It would cost {money(made.cost.estimate, made.currency)} in all, at prices of {made.price_year}"
    if made.cost.upper > made.cost.lower:
        total += f" ({level(made.interval)} interval {money_span(made.cost, made.currency)})"
    if made.cost_per_unit is None:
        return f"{total}. What one unit of effect costs cannot be said: {made.ratio_refused}."
    each = money(made.cost_per_unit.estimate, made.currency)
    within = f"({level(made.interval)} interval {money_span(made.cost_per_unit, made.currency)})"
    return f"{total}. That is {each} for each one of the {made.things} {made.better} {within}."


def _chosen(made: Decision) -> Iterator[str]:
    if made.worth is None or made.worthwhile is None or made.loss_adopt is None or made.loss_not is None:
        yield (
            f"Nobody has stated what one of the {made.things} {made.better} is worth: whether adopting is worth its "
            "cost is told along a range of willingness to pay, and what knowing more is worth is not told in money."
        )
        return
    assert made.net_benefit is not None
    stated = f"{money_stated(made.worth, made.currency)} for each of the {made.things}"
    best = "to adopt" if made.best == "adopt" else "not to adopt"
    loss = made.loss_adopt if made.best == "adopt" else made.loss_not
    yield (
        f"At {stated}, the worth stated by {made.worth_by}, adopting is worth its cost with probability "
        f"{probability(made.worthwhile)} (net benefit {money(made.net_benefit.estimate, made.currency)}, "
        f"{level(made.interval)} interval {money_span(made.net_benefit, made.currency)})."
    )
    yield (
        f"The better choice on average is {best}{_although(made)}. Because that may be wrong, it is expected to lose "
        f"{money(loss, made.currency)} against knowing everything."
    )


def _although(made: Decision) -> str:
    """Why the better choice may be the less probable one: what may be gained and lost differ in size."""
    if made.best == "adopt" and (made.worthwhile or 0.0) < HALF:
        return ", though it is more probably not worth its cost than worth it: what may be gained is the larger amount"
    if made.best != "adopt" and (made.worthwhile or 0.0) > HALF:
        return ", though adopting is more probably worth its cost than not: what may be lost is the larger amount"
    return ""


def _knowing(made: Decision) -> Iterator[str]:
    first = next((step for step in made.steps if step.rank == 1), None)
    if first is not None:
        yield _next(made, first)
    if unknown := [step for step in made.steps if step.unknown]:
        told = "; ".join(f"{step.says} ({step.unknown})" for step in unknown)
        yield f"Of other steps the worth is not known: {told}."


def _next(made: Decision, step: StepValue) -> str:
    assert made.wrong_side is not None
    side = _side(made, step)
    if step.value is None:
        if not (step.wrong_side is not None and step.wrong_side < made.wrong_side):
            return "None of the next steps whose worth is known would be expected to make the choice surer."
        return f"Of the next steps whose worth is known, the first to fund is {step.says}: {side}."
    if step.value <= 0:
        return "None of the next steps whose worth is known would be expected to change the choice."
    worth = f"it is worth at most {money(step.value, made.currency)} to this choice"
    if step.net is None:
        return f"Of the next steps whose worth is known, the first to fund is {step.says}: {worth}; {side}."
    cost = money((step.lower or 0.0) / 2 + (step.upper or 0.0) / 2, made.currency)
    if step.net <= 0:
        return f"No next step is worth what it costs; nearest to it is {step.says}: {worth}, and costs {cost}."
    return f"The next step to fund is {step.says}: {worth}, and costs {cost}; {side}."


def _side(made: Decision, step: StepValue) -> str:
    today, after = probability(made.wrong_side or 0.0), probability(step.wrong_side or 0.0)
    if today == after:
        return f"the chance of choosing the wrong side stays at {today}"
    return f"the chance of choosing the wrong side would be expected to go from {today} to {after}"


def _strength(plan: DecisionPlan, claims: Sequence[Claim]) -> Iterator[str]:
    claim = next((one for one in claims if one.name == f"next_unit:{plan.outcome}"), None)
    if claim is not None and claim.strength is not Strength.STRONG:
        reason = f": {claim.reasons[0]}" if claim.reasons else "."
        yield f"The claim all this rests on is {claim.strength.value}{reason}"


def _view(plan: DecisionPlan, indicators: Mapping[str, Indicator]) -> Iterator[str]:
    """That a change is a gain is a view, where the register of indicators does not say so: told beside the number."""
    registered = indicators.get(plan.outcome)
    if registered is not None and registered.better == "neither":
        yield (
            f"That {plan.better} is a gain is this plan's own view: by the register of indicators, a change in this one"
            " is neither better nor worse by itself."
        )


def _cautions(
    plan: DecisionPlan, indicators: Mapping[str, Indicator], caution: str
) -> Iterator[str]:  # fmt: skip
    registered = indicators.get(plan.outcome)
    if registered is not None and registered.role is not Role.MARKET:
        role = registered.role.value
        yield f"What is counted shows {role}, not the market: money for one of them is money for one counted."
    if caution:
        yield caution if caution.endswith(".") else f"{caution}."


def _moved(made: Decision, drawn: Adopting) -> Iterator[str]:
    if drawn.moves:
        tail = (1 - made.interval) / 2
        lower, middle, upper = 100 * np.quantile(drawn.moved, [tail, 0.5, 1 - tail])
        within = f"({level(made.interval)} interval {lower:.0f} to {upper:.0f})"
        yield (
            f"What turns up elsewhere is counted in: for each 100 {made.things} that there would have been without it, "
            f"{middle:.0f} turned up with neighbours or rivals {within}."
        )


def _method(study: Study, plan: DecisionPlan, made: Decision) -> Iterator[str]:
    unit = unit_word(study)
    yield (
        f"The change is that to expect in a further {unit}, at full strength from the first day. It acts on the counts "
        f"expected without it in the last year of the figures, in a {unit} drawn from those that adopted."
    )
    if made.adopting > 1:
        many = f"{made.adopting} further {units_word(study)}"
        yield f"All {many} are taken to change alike, which makes intervals wider, not narrower."
    yield "Change, counts and costs are drawn independently of each other."
    rate = f"discounted at {plan.discount:g} % a year" if plan.discount else "not discounted"
    yield f"Costs and outcomes are {rate}."
    yield (
        f"What knowing is worth is its worth to this choice, of {_units(study, made)}: one that others face too "
        "makes it worth more."
    )


def _units(study: Study, made: Decision) -> str:
    return f"one further {unit_word(study)}" if made.adopting == 1 else f"{made.adopting} further {units_word(study)}"


def _costs(name: str, number: float, cost: Cost) -> str:
    span = money_stated(cost.lower, cost.currency)
    if cost.upper > cost.lower:
        drawn = "every amount as probable" if cost.drawn is Drawn.UNIFORM else "lognormal, the range holding 95 %"
        span = f"{span} to {money_stated(cost.upper, '').strip()}, {drawn}"
    per = {Per.ADOPTION: "once", Per.YEAR: "a year", Per.PERSON_YEAR: "for one person a year"}[cost.per]
    times = "" if number == 1 else f", times {number:g}"
    sure = f"prices of {cost.price_year}; certainty {cost.certainty.value}; source: {cost.source.rstrip('.')}"
    return f"{capital(cost.says)}: {span}, {per}{times} ({sure}). {cost.notes}".rstrip()
