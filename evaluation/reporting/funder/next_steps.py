"""What to fund next: the ranked steps of the decision; without one, what the rehearsal says of other designs."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from markupsafe import Markup

from evaluation.reporting.funder.money import Decision, decision_of, money
from evaluation.reporting.funder.parts import Part, Point
from evaluation.reporting.funder.saying import Saying
from evaluation.terms import Strength
from evaluation.terms.world import Role

MOST = 3
_GAIN = 0.03  # a design that shows a change in fewer than 3 more of 100 studies is no step worth naming


def next_steps(saying: Saying) -> Part:
    """Up to three steps, the one worth most first."""
    points = tuple(Point(words) for words in _steps(saying))[:MOST]
    title = saying.say("title-next")
    if not points:
        return Part("next", title, (saying.say("next-none"),))
    return Part("next", title, tuple(_explained(saying)), points=points, ordered=True)


def _explained(saying: Saying) -> Iterator[Markup]:
    """What a wrong choice is, where steps are told by its chance."""
    found = decision_of(saying)
    if found is not None and any(step.get("wrong_side") is not None for step in found.get("steps") or ()):
        yield saying.say("next-wrong")


def _steps(saying: Saying) -> Iterator[Markup]:
    claim = saying.evidence.claim("overall")
    if claim is None or claim.strength is Strength.WITHHELD:
        yield saying.say("next-mend")
        return
    found = decision_of(saying)
    valued = [] if found is None else sorted(found.get("steps") or (), key=lambda one: one.get("rank") or np.inf)
    if found is not None and valued:
        yield from (_valued(saying, step, found) for step in valued)
        return
    if _counts_effort(saying):
        yield saying.say("next-market")
    yield from _designs(saying)
    if not saying.evidence.registers.get("registered"):
        yield saying.say("next-register")


def _valued(saying: Saying, step: Mapping[str, Any], found: Decision) -> Markup:
    """One step of the decision: what would be done, and what it would bring."""
    kind, _, digits = str(step["design"]).partition(":")
    if kind in _REHEARSED and digits.isdigit():
        what = saying.say(_REHEARSED[kind], number=int(digits))
    else:
        what = saying.say("next-step-named", what=_first_capital(saying.language.phrase(str(step["says"]))))
    return saying.say("next-step", step=what, gain=Markup(" ").join(_gains(saying, step, found)))


def _first_capital(words: Markup) -> Markup:
    """Words with a capital in front; a quotation stays as it is."""
    return words if words.startswith("<") else words[:1].upper() + words[1:]


_REHEARSED = {"longer": "next-step-longer", "more_adopters": "next-step-adopters"}


def _gains(saying: Saying, step: Mapping[str, Any], found: Decision) -> Iterator[Markup]:
    if step.get("value") is None and step.get("wrong_side") is None:
        yield saying.say("next-gain-unknown")
    if step.get("wrong_side") is not None and found.get("wrong_side") is not None:
        now, then = (saying.language.number(f"{100 * float(one['wrong_side']):.0f}") for one in (found, step))
        if then == now:
            yield saying.say("next-gain-chance-same", now=now)
        else:
            yield saying.say("next-gain-chance", now=now, then=then)
    if step.get("value") is not None:
        yield saying.say("next-gain-money", value=money(saying, float(step["value"]), found))
    if step.get("lower") is not None and step.get("upper") is not None:
        middle = (float(step["lower"]) + float(step["upper"])) / 2
        too_much = step.get("value") is not None and float(step["value"]) < middle
        yield saying.say("next-cost-more" if too_much else "next-cost", cost=money(saying, middle, found))


def _counts_effort(saying: Saying) -> bool:
    entries = [saying.evidence.indicator(name) for name in saying.evidence.outcomes]
    return any(entry is not None and entry.role in {Role.DETECTION, Role.ENFORCEMENT} for entry in entries)


def _designs(saying: Saying) -> Iterator[Markup]:
    """Of the designs that were rehearsed, the best that is only longer, and the best that only has more adopters.

    More adopters than there are units is no step for anybody.
    """
    made = saying.evidence.registers.get("simulations")
    if made is None or "expected_assurance" not in made:
        return
    longer, adopters, chances = (made[name].values for name in ("more_periods", "times_adopters", "expected_assurance"))
    as_it_is = (longer == 0) & (adopters == 1)
    if not as_it_is.any():
        return
    now = float(chances[as_it_is][0])
    possible = adopters * len(saying.evidence.treated) <= saying.evidence.panel.sizes["unit"]
    for message, number, mask in (
        ("next-adopters", adopters, (longer == 0) & (adopters > 1) & possible),
        ("next-longer", longer, (longer > 0) & (adopters == 1)),
    ):
        if mask.any() and chances[mask].max() >= now + _GAIN:
            best = int(np.flatnonzero(mask)[np.argmax(chances[mask])])
            name = "times" if message == "next-adopters" else "number"
            given = {name: int(number[best]), "share": _of_hundred(chances[best]), "now": _of_hundred(now)}
            yield saying.say(message, **given)


def _of_hundred(chance: float) -> int:
    return round(100 * float(chance))
