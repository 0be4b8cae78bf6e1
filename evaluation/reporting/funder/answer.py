"""The answer in one sentence, its interval in words, and how probable a change that matters is."""

from collections.abc import Iterator

from markupsafe import Markup

from evaluation.conclusions.assertions import about_market
from evaluation.conclusions.likelihood import frequency
from evaluation.conclusions.summary import Summary
from evaluation.conclusions.words import tone_of
from evaluation.reporting.funder.parts import Told
from evaluation.reporting.funder.saying import Saying, way
from evaluation.reporting.numbers import is_number
from evaluation.reporting.truth import known
from evaluation.terms import Claim, Strength
from evaluation.terms.rounding import difference_size, places_for, step_for
from evaluation.terms.world import Kind, Refutation, Role

WORTH_SAYING = 0.025  # from half a chance in twenty, a change of that size the other way is told
MOST_SAID = 1  # assertions on the page: the full report holds them all


def told(saying: Saying) -> Told:
    """The overall claim, told to somebody without statistics; why there is none, where there is none."""
    claim = saying.evidence.claim("overall")
    strength = Strength.WITHHELD if claim is None else claim.strength
    word = saying.say(f"strength-{strength.value}")
    if claim is None:
        return Told(saying.say("answer-missing"), "", "", tuple(_said(saying)), strength.value, word)
    if strength is Strength.WITHHELD or not is_number(claim.estimate):
        return Told(saying.say("answer-withheld"), "", "", tuple(_said(saying)), strength.value, word)
    summary = summary_of(claim)
    return Told(
        says=headline(saying, summary),
        number=_number(saying, summary),
        interval=interval(saying, summary),
        lines=tuple(_lines(saying, summary)),
        strength=strength.value,
        strength_says=word,
    )


def _number(saying: Saying, summary: Summary) -> Markup:
    """What is drawn large: the estimate; where even the direction is open, the interval, which is then the answer."""
    if tone_of(summary) == "open":
        return saying.say("number-open", **_ends(saying, summary))
    return saying.change(summary.estimate, places_for(summary.width))


def summary_of(claim: Claim) -> Summary:
    """The numbers of a claim that has some."""
    return Summary(
        estimate=float(claim.estimate or 0),
        lower=float(claim.lower or 0),
        upper=float(claim.upper or 0),
        interval=claim.interval,
        probabilities=claim.probabilities,
    )


def headline(saying: Saying, summary: Summary) -> Markup:
    """One sentence: which way and by how much, as surely as the draws allow; or that it cannot be told."""
    places = places_for(summary.width)
    direction = way(summary.estimate, places)
    given = saying.subject() | {"way": direction, "change": saying.change(summary.estimate, places)}
    return saying.say(f"answer-{tone_of(summary)}", **given)


def _ends(saying: Saying, summary: Summary) -> dict[str, str | int]:
    places = places_for(summary.width)
    return {"low": saying.change(summary.lower, places), "high": saying.change(summary.upper, places)}


def _lines(saying: Saying, summary: Summary) -> Iterator[Markup]:
    yield from _behind(saying)  # first: what moved next door may undo the rest
    yield from _probabilities(saying, summary)
    yield from _worth(saying, summary)
    yield from _in_counts(saying)
    yield from _known(saying, places_for(summary.width))
    yield from _said(saying)


def interval(saying: Saying, summary: Summary) -> Markup:
    """The interval in words, how likely the truth is inside, and the chances that it is outside."""
    outside = 1 - summary.interval
    whole = abs(1 / outside - round(1 / outside)) < 1e-6
    given: dict[str, str | int] = {
        "one_in": round(1 / outside) if whole else 0,
        "in_hundred": saying.language.number(f"{100 * outside:.3g}"),
    }
    inside = saying.chance(summary.interval)["likelihood"]
    if tone_of(summary) == "open":  # its ends are drawn large, just above
        return saying.say("interval-open", likelihood=inside, **given)
    return saying.say("interval", likelihood=inside, **given, **_ends(saying, summary))


def _probabilities(saying: Saying, summary: Summary) -> Iterator[Markup]:
    """Of a change that matters, the way the question asks; then of any change that way, or of none to speak of."""
    chances, asked = summary.probabilities, saying.evidence.direction
    if "matters" in chances:
        yield saying.say("matters", asked=asked, limit=saying.limit(), **saying.chance(chances["matters"]))
    if tone_of(summary) == "equivalent":
        yield saying.say("matters-small", limit=saying.limit(), **saying.chance(chances["equivalence"]))
        return
    one_way = chances["reduction" if "reduction" in chances else "increase"]
    if frequency(one_way) != frequency(chances.get("matters", 0.0)):
        yield saying.say("direction", asked=asked, **saying.chance(one_way))
    other = 1 - chances.get("matters", 1.0) - chances.get("equivalence", 0.0)  # beyond what matters, the other way
    if other >= WORTH_SAYING:
        yield saying.say("matters-other-way", asked=asked, limit=saying.limit(), **saying.chance(other))


def _worth(saying: Saying, summary: Summary) -> Iterator[Markup]:
    """Whether a change that is there is for the better, where the register says what better is for every outcome."""
    entries = [saying.evidence.indicator(name) for name in saying.evidence.outcomes]
    better = {entry.better if entry is not None else "neither" for entry in entries}
    side = way(summary.estimate, places_for(summary.width))
    told = tone_of(summary) in ("sure", "probable") and side != "none"
    if better not in ({"fewer"}, {"more"}) or not told or saying.evidence.claim("net") is not None:
        return  # where part of it moved elsewhere, what it is worth hangs on that part too
    good = (side == "lower") is (better == {"fewer"})
    prefix = "" if better == {"fewer"} else "more-"
    yield saying.say("worth", worth=f"{prefix}{'better' if good else 'worse'}")


def _in_counts(saying: Saying) -> Iterator[Markup]:
    """The same in counts, where one thing is counted: several are not added up, nor are points of an index."""
    outcomes = saying.evidence.outcomes
    claim = saying.evidence.claim(f"difference:{outcomes[0]}") if len(outcomes) == 1 else None
    entry = saying.evidence.indicator(outcomes[0]) if outcomes else None
    if entry is not None and entry.kind is not Kind.COUNT:
        return
    if claim is None or claim.strength is Strength.WITHHELD or not is_number(claim.estimate):
        return
    summary = summary_of(claim)
    shown = difference_size(summary.estimate, step_for(summary.width))
    side = "none" if shown == "0" else "lower" if summary.estimate < 0 else "higher"
    ends = {"low": saying.counted(summary.lower, summary.width), "high": saying.counted(summary.upper, summary.width)}
    yield saying.say("in-counts", way=side, size=saying.language.number(shown), years=saying.say("years"), **ends)


def _behind(saying: Saying) -> Iterator[Markup]:
    """What a model that tells parts of a change apart says of them: the net of what moved, the market itself."""
    for name, message, withheld in (("net", "net", ""), ("latent:market", "market-itself", "market-itself-withheld")):
        claim = saying.evidence.claim(name)
        if claim is None:
            continue
        if claim.strength is Strength.WITHHELD and withheld:
            yield saying.say(withheld)  # the question was just that, and this is its answer
        elif claim.strength is not Strength.WITHHELD and is_number(claim.estimate):
            summary = summary_of(claim)
            change = saying.change(summary.estimate, places_for(summary.width))
            yield saying.say(message, change=change, **_ends(saying, summary))


def _known(saying: Saying, places: int) -> Iterator[Markup]:
    truth = known(saying.evidence)
    if truth is not None:
        message = "truth" if saying.evidence.simulated else "published"
        yield saying.say(message, change=saying.change(truth, max(places, 1)))


def _said(saying: Saying) -> Iterator[Markup]:
    """What others have said of it, and what these figures say to that."""
    register = saying.evidence.registers.get("assertions", {})
    asked = [name for name in saying.evidence.study.question.assertions if name in register]
    for name in asked[:MOST_SAID]:
        claim, assertion = saying.evidence.claim(f"assertion:{name}"), register[name]
        words = saying.language.phrase(assertion.says)
        if assertion.refuted is Refutation.ARITHMETIC:
            yield saying.say("said-refuted", assertion=words)
        elif claim is not None and is_number(claim.estimate) and claim.strength is not Strength.WITHHELD:
            message = "said-of-counts" if about_market(assertion) and not _market_is_known(saying) else "said"
            yield saying.say(message, assertion=words, **saying.chance(float(claim.estimate or 0)))


def _market_is_known(saying: Saying) -> bool:
    """Whether every outcome measures the market, or the model tells the market from the effort to detect."""
    entries = [saying.evidence.indicator(name) for name in saying.evidence.outcomes]
    measured = all(entry is not None and entry.role is Role.MARKET for entry in entries)
    return measured or saying.evidence.claim("latent:market") is not None
