"""What is not known: what the figures do not count, and where and when they were not counted."""

from collections.abc import Iterator

from markupsafe import Markup

from evaluation.reporting.funder.answer import summary_of
from evaluation.reporting.funder.parts import Part, Point
from evaluation.reporting.funder.saying import Saying
from evaluation.reporting.numbers import is_number
from evaluation.terms import Strength
from evaluation.terms.rounding import places_for
from evaluation.terms.world import Role

MOST = 4


def unknown(saying: Saying) -> Part:
    """Up to four things, what the figures mean first."""
    points = tuple(Point(words) for words in _unknown(saying))[:MOST]
    return Part("unknown", saying.say("title-unknown"), points=points)


def _unknown(saying: Saying) -> Iterator[Markup]:
    roles = {entry.role for name in saying.evidence.outcomes if (entry := saying.evidence.indicator(name)) is not None}
    if roles & {Role.DETECTION, Role.ENFORCEMENT}:
        yield saying.say("unknown-effort")
    if Role.MARKET in roles:
        yield saying.say("unknown-traces")
    if Role.HARM in roles:
        yield saying.say("unknown-cause")
    yield _next(saying)
    if saying.evidence.claim("net") is None:
        yield saying.say("unknown-elsewhere")
    yield saying.say("unknown-later", last=saying.language.period(saying.evidence.times[-1]))


def _next(saying: Saying) -> Markup:
    """The change to expect in a further unit, where one thing is counted; else how few units speak for it."""
    outcomes = saying.evidence.outcomes
    claim = saying.evidence.claim(f"next_unit:{outcomes[0]}") if len(outcomes) == 1 else None
    if claim is None or claim.strength is Strength.WITHHELD or not is_number(claim.estimate):
        return saying.say("unknown-next-few", count=len(saying.evidence.treated))
    summary = summary_of(claim)
    places = places_for(summary.width)
    ends = {"low": saying.change(summary.lower, places), "high": saying.change(summary.upper, places)}
    return saying.say("unknown-next", **ends)
