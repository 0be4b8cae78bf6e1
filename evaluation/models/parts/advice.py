"""Reasons that several models have in common: for a comparison of units, and whatever the model."""

import xarray as xr

from evaluation.models.parts.layout import Layout, counted, layout_of, some
from evaluation.terms.advice import Advice
from evaluation.terms.panel import Status
from evaluation.terms.world import Role

FEWEST_ADOPTERS = 5  # with fewer, one of them may decide the answer
FEWEST_BEFORE = 2  # reported periods: one says where a unit stood, not how it moves
FEWEST_CONTROLS = 0.2  # share of units without the intervention: with fewer, nearly everybody is treated
LONG_ENOUGH = 8  # periods before, for a trend of one's own (Penfold and Zhang 2013 ask for eight on either side)
LONG_FOR_COURSES = 10  # the same, to tell how closely a unit follows others
FEW_TREATED = 3  # up to so many, each is worth a mixture of its own
MANY_DONORS = 10  # of fewer, a mixture that comes near is luck
HALF = 0.5
FOUND_BY_OFFICES = (Role.DETECTION, Role.ENFORCEMENT)


def beside_others(panel: xr.Dataset) -> Advice:
    """What speaks for comparing adopters with units without the intervention, and what against it.

    Against it, where nobody without it reports anything while it is in force: then no comparison is made at all, and
    the answer is that of the priors. A unit alone is refused elsewhere, and not told again.
    """
    seen = layout_of(panel)
    if len(seen.units) == 1 or not seen.adopters:
        return Advice()
    if seen.compared == 0:
        said = (
            f"while {some(seen.adopters)} had it, nobody without it reports anything: there is nobody to compare with"
        )
        return Advice(against=(said,))
    if not seen.never:
        said = "every unit adopts sooner or later: early adopters are compared with later ones only"
        return Advice(reasons=("units adopt at different times",), care=(said,))
    reason = f"{counted(len(seen.never), 'unit')} without it say what would have happened meanwhile"
    care = []
    if len(seen.never) < FEWEST_CONTROLS * len(seen.units):
        care.append(f"nearly all units are treated: only {some(seen.never)} are not")
    if seen.compared < 1:
        care.append(f"in {1 - seen.compared:.0%} of the periods under it, no unit without it reports anything")
    return Advice(reasons=(reason,), care=tuple(care))


def spilling(panel: xr.Dataset, *, modelled: bool) -> Advice:
    """What neighbours mean for a comparison: a reason for a model that hears them, care for one that does not."""
    seen = layout_of(panel)
    if not seen.neighbours:
        return Advice()
    if not modelled:
        said = "neighbours are given, and it takes no notice: what moves next door stays in the comparison"
        return Advice(care=(said,))
    reason = "neighbours are given: what turned up next door is told apart from what vanished"
    alone = "" if seen.apart else "every unit without it has an adopter for a neighbour: nobody is left untouched"
    return Advice(reasons=(reason,), care=(alone,) if alone else ())


def courses(panel: xr.Dataset) -> Advice:
    """Whether adopters were watched long enough before to say how closely they follow what others do."""
    short = [f"{name} ({count})" for name, count in layout_of(panel).before.items() if count < LONG_FOR_COURSES]
    if not short:
        return Advice()
    said = f"fewer than {LONG_FOR_COURSES} reported periods before it, too few to say whom they follow: {some(short)}"
    return Advice(care=(said,))


def few_beside_many(panel: xr.Dataset) -> Advice:
    """What speaks for a mixture of donors for each treated unit: few of the one, many of the other."""
    seen = layout_of(panel)
    if not seen.adopters or len(seen.units) == 1:
        return Advice()
    care, reasons = [], []
    if len(seen.adopters) <= FEW_TREATED:
        reasons.append(f"{counted(len(seen.adopters), 'treated unit')}: each is worth a mixture of its own")
    else:
        care.append(f"{len(seen.adopters)} treated units: it is made for up to {FEW_TREATED}")
    if len(seen.never) >= MANY_DONORS:
        reasons.append(f"{len(seen.never)} donors to mix")
    else:
        care.append(f"only {counted(len(seen.never), 'donor')} to mix: that one comes near would be luck")
    return Advice(reasons=tuple(reasons), care=tuple(care))


def shown(panel: xr.Dataset) -> Advice:
    """Whether the roles of the outcomes could tell a market from the effort to find it."""
    roles = set(layout_of(panel).roles.values())
    found = roles & {role.value for role in FOUND_BY_OFFICES}
    if Role.MARKET in roles and found:
        return Advice(reasons=("one figure shows the market, another what is found of it",))
    missing = "the market" if Role.MARKET not in roles else "what authorities find"
    return Advice(care=(f"no outcome shows {missing}: it will say that market and effort cannot be told apart",))


def by_itself(panel: xr.Dataset) -> Advice:
    """What speaks for comparing each series with its own past, and what against it."""
    seen = layout_of(panel)
    short = [f"{name} ({count})" for name, count in seen.before.items() if count < LONG_ENOUGH]
    reasons, care = [], []
    if seen.compared == 0:
        reasons.append("nobody without the intervention can be compared with while it is in force")
    if seen.compared > 0:
        who = f"{counted(len(seen.never), 'unit')} without it" if seen.never else "units not yet under it"
        care.append(f"{who} could say what happened meanwhile, and it does not let them")
    if short:
        care.append(f"fewer than {LONG_ENOUGH} reported periods before it, too few for a course: {some(short)}")
    elif seen.before:
        reasons.append(f"every adopter has {min(seen.before.values())} reported periods or more before it")
    return Advice(reasons=tuple(reasons), care=tuple(care))


def whatever_the_model(panel: xr.Dataset) -> tuple[str, ...]:
    """What calls for care on this panel, whichever model is taken."""
    seen = layout_of(panel)
    return tuple(said for holds, said in (*_of_units(seen), *_of_figures(seen)) if holds)


def _of_units(seen: Layout) -> tuple[tuple[bool, str], ...]:
    several, few = len(seen.adopters) > 1, 0 < len(seen.adopters) < FEWEST_ADOPTERS
    early = [f"{name} ({count})" for name, count in seen.before.items() if count < FEWEST_BEFORE]
    who = f"{counted(len(seen.adopters), 'adopter')} only ({some(seen.adopters)})"
    return (
        (few, f"{who}: one of them may decide the answer, and they say little of the next"),
        (bool(early), f"fewer than {FEWEST_BEFORE} reported periods before it: {some(early)}"),
        (
            seen.regions == 1 and len(seen.units) > 1,
            "all units lie in one region: what hit that region cannot be told from what hit everybody",
        ),
        (several and seen.at_once, "all adopters begin at once: whatever else came then is put down to it"),
    )


def _of_figures(seen: Layout) -> tuple[tuple[bool, str], ...]:
    roles = set(seen.roles.values())
    looking = f"all outcomes count what authorities find or do ({', '.join(sorted(roles))}): a rise may be more looking"
    return (
        (bool(roles) and roles <= set(FOUND_BY_OFFICES), looking),
        (not seen.controls, "no negative control: nothing would tell of something else at work"),
        (seen.shares[Status.NOT_REPORTED] > HALF, "more cells are not reported than reported"),
        (seen.shares[Status.SUPPRESSED] > HALF, "more than half of all cells are suppressed"),
    )
