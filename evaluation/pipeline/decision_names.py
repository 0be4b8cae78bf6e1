"""What a study's decision names is looked up: its outcome, its costs, and whether their money is the same money."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from evaluation.terms.decisions import TEST_CURRENCY, Cost
from evaluation.terms.errors import Problem, nearest

if TYPE_CHECKING:
    from evaluation.panel.registers import Registers


def wrong_decision(composed: Mapping[str, Any], registers: "Registers") -> Iterator[Problem]:
    """One problem for each name that nothing answers to, and for each amount that cannot be added to the others.

    Works on the plain mapping, as `names.wrong_names` does. Currencies and price years are never converted: no rate of
    exchange and no index of prices is chosen behind anyone's back.
    """
    plan = composed.get("decision")
    if not isinstance(plan, Mapping):
        return
    yield from _wrong_outcome(plan, composed, registers)
    yield from _other_unit(plan, registers)
    named = plan.get("costs")
    for name in named if isinstance(named, Mapping) else ():
        if name not in registers.costs:
            advice = f"{nearest(str(name), registers.costs)} (data/registers/costs.yaml)"
            yield Problem(f"'{name}' is not among the costs", "decision.costs", advice)
        else:
            yield from _other_money(str(name), registers.costs[name], plan, simulated=bool(composed.get("simulated")))


def _wrong_outcome(plan: Mapping[str, Any], composed: Mapping[str, Any], registers: "Registers") -> Iterator[Problem]:
    outcome, question = plan.get("outcome"), composed.get("question")
    asked = question.get("indicators") if isinstance(question, Mapping) else None
    asked = [one for one in asked if isinstance(one, str)] if isinstance(asked, list) else []
    if not isinstance(outcome, str):
        return  # what is wrong with the record itself is said elsewhere
    if outcome not in asked:
        advice = f"{nearest(outcome, asked)} (or leave the decision out: ~decision)"
        yield Problem(f"'{outcome}' is not asked about", "decision.outcome", advice)
    elif (known := registers.indicators.get(outcome)) and known.better == "neither" and not plan.get("better"):
        advice = "choose another outcome, or say better: fewer (or more) and stand by it"
        yield Problem(f"a change in '{outcome}' is neither better nor worse", "decision.outcome", advice)


def _other_unit(plan: Mapping[str, Any], registers: "Registers") -> Iterator[Problem]:
    """A worth stated for something else than what the outcome counts."""
    stated, known = plan.get("worth_of"), registers.indicators.get(str(plan.get("outcome")))
    if known is None or not isinstance(stated, str) or not stated:
        return
    counts = known.unit.partition("/")[0].strip()
    if stated.strip() != counts:
        advice = f"state a worth of {counts}, and write worth_of: {counts}"
        yield Problem(f"the worth is of {stated}, the outcome counts {counts}", "decision.worth_of", advice)


def _other_money(name: str, cost: Cost, plan: Mapping[str, Any], *, simulated: bool) -> Iterator[Problem]:
    where = f"decision.costs.{name}"
    currency, year = plan.get("currency"), plan.get("price_year")
    if isinstance(currency, str) and currency != cost.currency:
        advice = (
            f"write currency: {cost.currency}, or register the cost in {currency} with the source of the conversion"
        )
        yield Problem(f"it is in {cost.currency}, the decision in {currency}", where, advice)
    if isinstance(year, int) and year != cost.price_year:
        advice = f"write price_year: {cost.price_year}, or register the cost at the prices of {year} with the source"
        yield Problem(f"it is at the prices of {cost.price_year}, the decision at those of {year}", where, advice)
    if cost.simulated and not simulated:
        yield Problem(
            f"it is simulated ({TEST_CURRENCY}), the study is not", where, "price real studies with real costs"
        )
