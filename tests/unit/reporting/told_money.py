"""The decision on the technical page: gain, cost, acceptability, the value of knowing, next steps."""

import numpy as np

from evaluation.terms import Decision
from evaluation.terms.decisions import Estimate, StepValue
from tests.unit.reporting.number_words import NONE, chance, count, difference, level, sentence
from tests.unit.reporting.told import Drawn, Row, Told
from tests.unit.reporting.told_changes import Changes

SHORT = {
    "everything": "everything",
    "effect": "the change there",
    "adopters": "the change so far",
    "moved": "what moves elsewhere",
    "counts": "the counts there",
    "costs": "the costs",
}


def amount(value: float) -> str:
    """An amount of money, to two significant digits."""
    size = float(f"{abs(value):.1e}")
    if size >= 1e6:
        by, word = (1e9, "billion") if size >= 1e9 else (1e6, "million")
        told = f"{size / by:,.0f}" if size / by >= 10 else f"{size / by:.2g}"
        return f"{'−' * (value < 0)}{told} {word}"
    told = f"{size:,.0f}" if size >= 10 or size == 0 else f"{size:.2g}"
    return f"{'−' * (value < 0)}{told}"


def as_stated(value: float, currency: str) -> str:
    """An amount that somebody stated."""
    return f"{currency} {value / 1e6:,g} million" if abs(value) >= 1e6 else f"{currency} {value:,.12g}"


def tell_decision(told: Told, changes: Changes) -> None:
    """Every number of the decision, in its sentence, table, picture or file."""
    made = changes.evidence.registers.get("decision")
    if made is None:
        return
    told.say("decisions", *made.says, *made.rests_on, made.refused, *(f"{one.says}: {one.basis}" for one in made.steps))
    told.say("decisions", *(f"UNKNOWN, because {one.unknown}" for one in made.steps if one.unknown))
    told.say("decisions", *(f"{sentence(one.says)}: {one.basis}" for one in made.steps))
    told.say(
        "decisions",
        f"{made.currency}, prices of {made.price_year}",
        f"over {made.years} year",
        f"{level(made.interval)} interval",
    )
    told.say("decisions", f"in {made.adopting} further units", "Of every 100")
    if made.refused:
        return
    told.tables["decisions", "What adopting would bring"] = [[None, *row] for row in _summary(made)]
    told.tables["decisions", "How much less probable"] = told.tables["decisions", "What knowing would be worth"] = [
        [
            sentence(one.says),
            *([_give_or_take(made, one.value, one.error)] if made.worth is not None else []),
            points(one.wrong_side),
        ]
        for one in made.parts
    ]
    told.tables["decisions", "Next steps, the best first"] = [_step(made, one) for one in made.steps]
    told.say("decisions", f"today: width {count(made.width or 0)} points, wrong side {chance(made.wrong_side)}")
    told.files["acceptability"] = [(one.willingness, one.probability) for one in made.acceptability]
    told.files["value_of_information"] = [
        (one.name, one.value, one.error, one.wrong_side, one.wrong_side_error) for one in made.parts
    ]
    _tell_curve(told, made)
    _tell_bars(told, made)


def _summary(made: Decision) -> list[tuple[str, str]]:
    """Numbers of the table on what adopting would bring, row by row."""
    rows = []
    if made.averted is not None:
        width = made.averted.upper - made.averted.lower
        low, middle, high = (
            difference(v, width) for v in (made.averted.lower, made.averted.estimate, made.averted.upper)
        )
        rows.append((middle, f"{low} to {high}"))
    rows += [(chance(made.right_side), NONE), _money(made.cost, made.currency)]
    rows.append(("not told", NONE) if made.cost_per_unit is None else _money(made.cost_per_unit, made.currency))
    if made.worth is not None:
        rows += [
            (as_stated(made.worth, made.currency), NONE),
            _money(made.net_benefit, made.currency),
            (chance(made.worthwhile), NONE),
        ]
        rows += [
            (NONE if v is None else f"{made.currency} {amount(v)}", NONE) for v in (made.loss_adopt, made.loss_not)
        ]
    return rows


def _money(one: Estimate | None, currency: str) -> tuple[str, str]:
    if one is None:
        return NONE, NONE
    return f"{currency} {amount(one.estimate)}", f"{currency} {amount(one.lower)} to {amount(one.upper)}"


def _give_or_take(made: Decision, value: float | None, error: float | None) -> str:
    if value is None:
        return NONE
    return f"{made.currency} {amount(value)}" + (f" ± {amount(error)}" if error else "")


def points(value: float) -> str:
    """A difference of probabilities in percentage points."""
    if 0 < value < 0.005:
        return "below 1 point"
    return f"{round(100 * value)} point{'' if round(100 * value) == 1 else 's'}"


def _step(made: Decision, one: StepValue) -> Row:
    lower, upper = one.lower, one.upper
    cost = NONE if lower is None or upper is None else f"{made.currency} {amount(lower)} to {amount(upper)}"
    worth = one.net is not None and f"{made.currency} {amount(one.net)}"
    return [
        sentence(one.says), "UNKNOWN" if one.rank is None else str(one.rank),
        *([_give_or_take(made, one.value, one.error)] if made.worth is not None else []), cost,
        *([worth or NONE] if made.worth is not None else []),
        NONE if one.width is None else count(one.width), chance(one.wrong_side),
    ]  # fmt: skip


def _tell_curve(told: Told, made: Decision) -> None:
    """Where the curve passes a half, and where it ends."""
    title = "Probability that adopting is worth its cost"
    most = [one.willingness for one in made.acceptability]
    share = [one.probability for one in made.acceptability]
    half = next((k for k, one in enumerate(share) if one >= 0.5), None)
    better = "adopting is more probably worth its cost than not"
    if half is None:
        says = f"adopting is more probably not worth its cost than worth it, up to {made.currency} {amount(most[-1])}"
    else:
        says = f"{better} {'from about' if half else 'already at'} {made.currency} {amount(most[half])}"
    says = (
        f"{title}: {says} for each of the {made.things}; the probability reaches {chance(share[-1])} at the right end."
    )
    if made.worth is not None:
        here = chance(float(np.interp(made.worth, most, share)))
        says += f" At {as_stated(made.worth, made.currency)}, the worth stated, it is {here}."
    told.pictures["decisions", title] = Drawn(says)


def _tell_bars(told: Told, made: Decision) -> None:
    in_money = made.worth is not None
    title = (
        "What it would be worth to know" if in_money else "How much knowing would lower the chance of the wrong side"
    )
    shown = [f"{made.currency} {amount(one.value or 0)}" if in_money else points(one.wrong_side) for one in made.parts]
    says = "; ".join(f"{SHORT[one.name]}: {words}" for one, words in zip(made.parts, shown, strict=True))
    axis = [f"{made.currency}, prices of {made.price_year}"] if in_money else []
    told.pictures["decisions", title] = Drawn(f"{title}: {says}.", (*shown, *axis))
