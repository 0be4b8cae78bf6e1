"""Two pictures that a child can read: so many for every 100, and twenty dots that are twenty chances."""

from evaluation.conclusions.likelihood import DOTS
from evaluation.conclusions.summary import Summary
from evaluation.reporting.funder.answer import summary_of
from evaluation.reporting.funder.parts import Picture
from evaluation.reporting.funder.saying import Saying, way
from evaluation.reporting.language import plain
from evaluation.reporting.numbers import MINUS, NARROW, is_number
from evaluation.reporting.page import Key
from evaluation.reporting.plots.dots import dots, quantile_dots, zones
from evaluation.reporting.plots.people import Hundred, people
from evaluation.reporting.summaries import flat
from evaluation.terms import Strength
from evaluation.terms.rounding import change_size

_ZONES = ("fall-large", "fall-small", "rise-small", "rise-large")


def pictures(saying: Saying) -> tuple[Picture, ...]:
    """Both pictures of the overall claim; none where it is withheld."""
    claim = saying.evidence.claim("overall")
    if claim is None or claim.strength is Strength.WITHHELD or not is_number(claim.estimate):
        return ()
    return (_hundred(saying, summary_of(claim)), *_dots(saying))


def of_hundred(percent: float) -> int:
    """How many there are for every 100 without, rounded as the change itself is.

    >>> of_hundred(-22.4), of_hundred(10.6), of_hundred(453.0)
    (78, 111, 550)
    """
    size = int(change_size(percent).replace(",", ""))
    return max(100 - size if percent < 0 else 100 + size, 0)


def _hundred(saying: Saying, summary: Summary) -> Picture:
    one = Hundred(*(of_hundred(percent) for percent in (summary.lower, summary.estimate, summary.upper)))
    shown = {name: saying.language.number(f"{value:,}") for name, value in vars(one).items()}
    title = saying.say("people-title")
    says = saying.say("people-says", way=way(summary.estimate), **shown)
    counted = {saying.evidence.counted(name) for name in saying.evidence.outcomes}
    svg, _ = people(
        one,
        shape="person" if counted <= {"persons"} else "dot",
        without=plain(saying.say("people-without", number="100")),
        with_it=plain(saying.say("people-with", number=shown["middle"])),
        beyond=plain(saying.say("people-beyond")),
        title=plain(title),
        says=plain(says),
    )
    keys = tuple(Key(f"icon-{name}", saying.say(f"people-key-{name}")) for name in ("least", "best", "possible"))
    return Picture(title, svg, says, keys)


def _dots(saying: Saying) -> tuple[Picture, ...]:
    node = saying.evidence.node("overall")
    if node is None:
        return ()
    draws = flat(node["percent"])
    if draws.size == 0:
        return ()
    matters = saying.evidence.study.question.matters_from
    places = quantile_dots(draws, DOTS)
    counts = list(zip(_ZONES, zones(places, matters), strict=True))
    keys = tuple(
        Key(f"zone-{zone.colour}", saying.say(f"dots-{name}", count=zone.count, of=DOTS, limit=saying.limit()))
        for name, zone in counts
        if zone.count
    )
    title, says = saying.say("dots-title"), saying.say("dots-says", of=DOTS)
    told = " ".join([plain(says), *(f"{plain(key.words)}." for key in keys)])
    axis, mark = plain(saying.say("dots-axis")), f"{MINUS if matters < 0 else '+'}{saying.limit()}{NARROW}%"
    svg, _ = dots(draws, DOTS, matters_from=matters, axis=axis, mark=mark, title=plain(title), says=told)
    return (Picture(title, svg, says, keys),)
