"""What it costs, as far as a cost is on record: never an amount that nobody has stated."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

from markupsafe import Markup

from evaluation.reporting.funder.parts import Part
from evaluation.reporting.funder.saying import Saying
from evaluation.terms.records import write_record

Decision = Mapping[str, Any]


def decision_of(saying: Saying) -> Decision | None:
    """What the claim stage made of costs and choices, by the names of its fields; None where no choice was asked."""
    held = saying.evidence.registers.get("decision")
    return None if held is None else dict(write_record(held))


def costs(saying: Saying) -> Part:
    """What adopting costs and what a unit of change costs; or that no cost is on record."""
    found, title = decision_of(saying), saying.say("title-costs")
    if saying.evidence.withheld or saying.evidence.claim("overall") is None:
        return Part("costs", title, (saying.say("costs-withheld"),))
    if found is None:
        return Part("costs", title, (saying.say("costs-none"),))
    if found.get("refused"):
        reason = saying.language.phrase(str(found["refused"]))
        return Part("costs", title, (saying.say("costs-refused", reason=reason),))
    return Part("costs", title, tuple(_costs(saying, found)))


def _costs(saying: Saying, found: Decision) -> Iterator[Markup]:
    if found.get("cost"):
        given = {"adopting": found["adopting"], "years": found["years"], "price_year": str(found["price_year"])}
        yield saying.say("costs-of-adopting", **given, **_amounts(saying, found["cost"], found))
    if found.get("cost_per_unit"):
        given = {"better": found["better"], "things": saying.language.phrase(str(found["things"]))}
        yield saying.say("costs-per-unit", **given, **_amounts(saying, found["cost_per_unit"], found))
    else:
        yield saying.say("costs-no-ratio")
    if found.get("worth") is None:
        yield saying.say("costs-no-worth")
    elif found.get("worthwhile") is not None:
        worth, by = money(saying, float(found["worth"]), found), saying.language.phrase(str(found["worth_by"]))
        yield saying.say("costs-worthwhile", worth=worth, by=by, **saying.chance(float(found["worthwhile"])))
    if found.get("simulated"):
        yield saying.say("costs-simulated")


def _amounts(saying: Saying, estimate: Mapping[str, float], found: Decision) -> dict[str, Markup]:
    ends = {"cost": "estimate", "low": "lower", "high": "upper"}
    return {name: money(saying, float(estimate[key]), found) for name, key in ends.items()}


def money(saying: Saying, amount: float, found: Decision) -> Markup:
    """An amount to two significant digits, with its currency by its code: half of all dollars are not American."""
    shown = float(f"{amount:.2g}")
    digits = max(1 - math.floor(math.log10(shown)), 0) if 0 < shown < 10 else 0
    return saying.say("money", code=str(found["currency"]), amount=saying.language.number(f"{shown:,.{digits}f}"))
