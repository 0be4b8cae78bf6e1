"""What each next step would be worth before it is taken: two more years, more adopters, a survey, a market indicator.

A step is as good as a measurement of one unknown with a normal error. For a design that was rehearsed (`longer`,
`more_adopters`) that error follows from how much narrower its fits of simulated data were than those of the study as
planned: an interval r times as wide leaves r^2 of the variance of the change where it was adopted, and so does a
measurement with error sd * r / sqrt(1 - r^2). For a survey or a market indicator the plan states the error; where it
states none, the worth of the step is not known, and is said not to be.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from evaluation.conclusions.adopting import TWO_SIDED, Adopting
from evaluation.conclusions.information import partial, sample, spread_left
from evaluation.terms.decisions import REHEARSED, NextStep, StepValue
from evaluation.terms.study import Study

Draws = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What is chosen between, and how sure it is today."""

    drawn: Adopting
    net: Draws | None  # net benefit of adopting, (draw,); None: no worth was stated
    side: Draws  # 1 where the change is a gain, -1 where not
    wrong_side: float
    width: float  # of the interval of the change in a further unit, percentage points
    interval: float


class NotKnownError(Exception):
    """Why the worth of a step is not known."""


def step_values(
    study: Study, steps: Sequence[NextStep], simulations: xr.Dataset | None, choice: Choice, seed: Callable[[str], int]
) -> tuple[StepValue, ...]:
    """Every step with its worth, ranked: by worth less cost, in money where a worth was stated; else by how much less
    probable it makes a choice for the wrong side. Those whose worth is not known come last, without a rank.
    """
    found = [_value(study, step, simulations, choice, seed(f"decision {step.name}")) for step in steps]
    known = sorted((one for one in found if not one.unknown), key=_merit, reverse=True)
    ranked = [replace(one, rank=place) for place, one in enumerate(known, 1)]
    return (*ranked, *(one for one in found if one.unknown))


def _merit(one: StepValue) -> tuple[float, float]:
    """What steps are ranked by; at equal probabilities the narrower interval is better."""
    money = one.net if one.net is not None else one.value
    return (money if money is not None else -(one.wrong_side or 0.0), -(one.width or 0.0))


def _value(study: Study, step: NextStep, simulations: xr.Dataset | None, choice: Choice, seed: int) -> StepValue:
    plain = StepValue(
        name=step.name, says=step.says, design=step.design, rank=None, value=None, error=None, lower=step.lower,
        upper=step.upper, net=None, width=None, wrong_side=None,
    )  # fmt: skip
    try:
        unknown, error, basis = _measures(study, step, simulations, choice.drawn)
    except NotKnownError as reason:
        return replace(plain, unknown=str(reason))
    if not math.isfinite(error):
        gained, width, less = (0.0, 0.0), choice.width, 0.0
    else:
        worth = sample(choice.net, unknown, error, seed=seed) if choice.net is not None else None
        gained = (worth.value, worth.error) if worth else (0.0, 0.0)
        left = spread_left(choice.drawn.effect, unknown, error, seed=seed) if step.informs == "effect" else 1.0
        width = width_of(choice.drawn.effect, choice.interval, math.sqrt(left))
        less = sample(choice.side, unknown, error, seed=seed).value if step.informs == "effect" else 0.0
    value, spread = gained if choice.net is not None else (None, None)
    paid = None if step.lower is None or step.upper is None else (step.lower + step.upper) / 2
    return replace(
        plain,
        value=value,
        error=spread,
        net=None if value is None or paid is None else value - paid,
        width=width,
        wrong_side=max(choice.wrong_side - less, 0.0),
        basis=basis,
    )


def _measures(
    study: Study, step: NextStep, simulations: xr.Dataset | None, drawn: Adopting
) -> tuple[Draws, float, str]:  # fmt: skip
    """The unknown that a step measures, with which standard error, and what that rests on."""
    if step.kind in REHEARSED:
        share = spread_share(study, step, simulations)
        error = float(drawn.adopters.std()) * share / math.sqrt(1 - share**2) if share < 1 else math.inf
        whole = ", of all outcomes together," if len(study.question.indicators) > 1 else ""
        told = f"in the rehearsal its interval{whole} was {100 * share:.0f} % as wide as that of the study as it is"
        return drawn.adopters, error, told if share < 1 else f"in the rehearsal its interval{whole} was no narrower"
    if step.error is None:
        raise NotKnownError("nobody has stated with which error it would measure")
    unknowns = {
        "effect": (drawn.adopters, "the change where it was adopted"),
        "counts": (np.log(drawn.counts), "the counts of a further unit"),
        "costs": (np.log(np.maximum(drawn.cost, np.finfo(float).tiny)), "the cost"),
    }
    unknown, words = unknowns[step.informs]
    return unknown, step.error, f"as stated: it measures {words} with a standard error of {step.error:g} on the log"


def spread_share(study: Study, step: NextStep, simulations: xr.Dataset | None) -> float:
    """How wide the interval of a rehearsed design is, as a share of that of the study's own, on the log rate ratio.

    Raises
    ------
    NotKnownError
        If the study was not rehearsed with this design.
    """
    if simulations is None or "expected_width" not in simulations:
        raise NotKnownError("no design other than the study's own was rehearsed")
    name, own = ("more_periods", 0) if step.kind == "longer" else ("times_adopters", 1)
    there = simulations[name].values
    asked = np.flatnonzero((there == step.number) & _as_planned(simulations, other=name))
    planned = np.flatnonzero((there == own) & _as_planned(simulations, other=name))
    if not asked.size or not planned.size:
        raise NotKnownError(f"'{step.design}' is not among the designs that were rehearsed")
    # a width in percentage points around a true change t is 100 exp(t) 2 sinh(1.96 s)
    middle = 200 * math.exp(math.log1p(study.question.matters_from / 100))
    spread = np.arcsinh(simulations["expected_width"].values / middle) / TWO_SIDED
    share = float(spread[asked[0]] / spread[planned[0]])
    if not math.isfinite(share):
        raise NotKnownError("the rehearsal of this design gave no number")
    return share


def _as_planned(simulations: xr.Dataset, *, other: str) -> Draws:
    """Designs that change nothing but `other`."""
    if other == "more_periods":
        return np.asarray(simulations["times_adopters"].values == 1)
    return np.asarray(simulations["more_periods"].values == 0)


def width_of(effect: Draws, interval: float, share: float = 1.0) -> float:
    """Width of the central interval of a change, percentage points, from log rate ratios drawn (draw,); `share`: were
    they so many times as far from their median.

    >>> round(width_of(np.log(np.linspace(0.5, 1.5, 1001)), 0.9), 6)
    90.0
    """
    middle = np.median(effect)
    tail = (1 - interval) / 2
    ends = np.quantile(middle + share * (effect - middle), [tail, 1 - tail])
    return float(100 * (np.exp(ends[1]) - np.exp(ends[0])))


def parts_known(drawn: Adopting) -> dict[str, tuple[str, Draws]]:
    """Groups of unknowns: what each is, and its draws."""
    moved = {"moved": ("how much of it turns up elsewhere", drawn.moved)} if drawn.moves else {}
    return {
        "effect": ("the change in a further unit", drawn.effect),
        "adopters": ("the average change where it was adopted so far", drawn.adopters),
        **moved,
        "counts": ("how much there would be without it in a further unit", np.log(drawn.counts)),
        "costs": ("what it costs", drawn.cost),
    }


def wrong_side_less(name: str, choice: Choice, known: Draws, seed: int) -> tuple[float, float]:
    """By how much knowing one group makes a choice for the wrong side less probable, and the standard error of that.

    The side is that of the change in the further unit, with what turns up elsewhere: who knows all of that is never
    wrong, and neither counts nor costs have a part in it.
    """
    if name == "effect" and not choice.drawn.moves:
        return choice.wrong_side, 0.0
    if name in {"counts", "costs"}:
        return 0.0, 0.0
    worth = partial(choice.side, known, seed=seed)
    return min(worth.value, choice.wrong_side), worth.error
