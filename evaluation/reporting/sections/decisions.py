"""What to choose and what to know first: gain, cost, acceptability, the value of information, next steps."""

import re
from collections.abc import Iterator

from evaluation.conclusions.money import money, money_span, money_stated, priced
from evaluation.reporting.book import section
from evaluation.reporting.evidence import Evidence
from evaluation.reporting.numbers import (
    NONE,
    count,
    difference,
    difference_span,
    level,
    minuses,
    probability,
)
from evaluation.reporting.page import (
    Block,
    Cell,
    Figure,
    Heading,
    Panel,
    Points,
    Row,
    Section,
    Table,
    Text,
    number,
    row,
    table,
)
from evaluation.reporting.plots.acceptability import bars, curve, points_of
from evaluation.terms.decisions import Decision, Estimate, StepValue

TITLE = "What to choose, and what to know first"


@section("decisions")
def decisions(evidence: Evidence) -> Section:
    """The decision of the study, if its plan has one; else a sentence that says so."""
    made = evidence.registers.get("decision")
    if made is None:
        text = "The plan of this study states no decision: nothing was asked about costs or about what to fund."
        return Section("decisions", TITLE, (Text(text),))
    if made.refused:
        text = f"No decision can rest on this study: {made.refused}."
        return Section("decisions", TITLE, (Text(minuses(text), tone="warning"),))
    first, *others = (_unbroken(one) for one in made.says)
    blocks: list[Block] = [Text(first, tone="lead"), *(Text(one) for one in others)]
    blocks += [_summary(made), _curve(made)]
    blocks += [
        Heading("What it would be worth to know"),
        Text(_EXPLAINED, tone="note"),
        _known_figure(made),
        _known(made),
    ]
    if made.steps:
        blocks += [Heading("What to fund next"), _steps(made), _bases(made)]
    rests = tuple(_unbroken(one) for one in made.rests_on)
    blocks += [Heading("What this rests on"), Points(rests)]
    return Section("decisions", TITLE, tuple(blocks))


def _unbroken(words: str) -> str:
    """Words with real minuses, and no line break between a currency and its amount."""
    return re.sub(r"\b([A-Z]{3}) (?=[\d\u2212])", "\\1\u00a0", minuses(words))


_EXPLAINED = (
    "Knowing something before choosing is worth what the choice would gain by it on average; nothing that would not "
    "change the choice is worth anything to it. The wrong side: adopting where the change goes the wrong way, or not "
    "adopting where it goes the right way."
)


def _summary(made: Decision) -> Table:
    rows = list(_summary_rows(made))
    span = f"over {made.years} {'year' if made.years == 1 else 'years'}"
    units = "one further unit" if made.adopting == 1 else f"{made.adopting} further units"
    caption = f"What adopting would bring in {units} {span}; money in {priced(made.currency, made.price_year)}."
    return table(caption, ("Quantity", "Estimate", f"{level(made.interval)} interval"), *rows)


def _summary_rows(made: Decision) -> Iterator[Row]:
    if made.averted is not None:
        width = made.averted.upper - made.averted.lower
        ends = difference_span(made.averted.lower, made.averted.upper)
        yield row(
            Cell(f"{made.things[:1].upper()}{made.things[1:]} {made.better} than without it"),
            number(difference(made.averted.estimate, width)),
            number(ends),
        )
    yield _probability_row("Probability of any gain", made.right_side)
    yield _money_row("Cost in all", made.cost, made.currency)
    each = f"Cost of each one of the {made.things} {made.better}"
    if made.cost_per_unit is None:
        yield row(Cell(each), number("not told"), number(NONE))
    else:
        yield _money_row(each, made.cost_per_unit, made.currency)
    if made.worth is not None:
        stated = money_stated(made.worth, made.currency)
        yield row(Cell(f"Worth of one {made.better}, stated by {made.worth_by}"), number(stated), number(NONE))
        yield _money_row("Net benefit of adopting", made.net_benefit, made.currency)
        yield _probability_row("Probability that adopting is worth its cost", made.worthwhile)
        yield _loss_row("Expected loss of adopting", made.loss_adopt, made.currency)
        yield _loss_row("Expected loss of not adopting", made.loss_not, made.currency)


def _probability_row(words: str, chance: float | None) -> Row:
    return row(Cell(words), number(probability(chance)), number(NONE))


def _money_row(words: str, amount: Estimate | None, currency: str) -> Row:
    if amount is None:
        return row(Cell(words), number(NONE), number(NONE))
    return row(
        Cell(words), number(minuses(money(amount.estimate, currency))), number(minuses(money_span(amount, currency)))
    )


def _loss_row(words: str, amount: float | None, currency: str) -> Row:
    return row(Cell(words), number(NONE if amount is None else money(amount, currency)), number(NONE))


def _curve(made: Decision) -> Figure:
    title = "Probability that adopting is worth its cost"
    picture = curve(
        made.acceptability, currency=made.currency, things=made.things, worth=made.worth, title=title
    )  # fmt: skip
    return Figure(
        "acceptability",
        f"The acceptability curve: willingness to pay in {priced(made.currency, made.price_year)}.",
        (Panel(title, *picture),),
        ("willingness_to_pay", "probability"),
        tuple((one.willingness, one.probability) for one in made.acceptability),
    )


def _known_figure(made: Decision) -> Figure:
    in_money = made.worth is not None
    values = [(one.value if in_money else one.wrong_side) or 0.0 for one in made.parts]
    shown = [money(value, made.currency) if in_money else points_of(value) for value in values]
    title = (
        "What it would be worth to know" if in_money else "How much knowing would lower the chance of the wrong side"
    )
    axis = f"{priced(made.currency, made.price_year)}" if in_money else "percentage points"
    labels = [_SHORT[one.name] for one in made.parts]
    least = 0.0 if in_money else 0.1  # ten points fill the picture, where there are no more
    caption = "The value of information of everything at once, and of each part alone: they do not add up."
    rows = tuple((one.name, one.value, one.error, one.wrong_side, one.wrong_side_error) for one in made.parts)
    return Figure(
        "value_of_information",
        caption,
        (Panel(title, *bars(labels, values, shown, axis=axis, title=title, least=least)),),
        ("known", "value", "standard_error", "wrong_side_less", "wrong_side_standard_error"),
        rows,
    )


_SHORT = {
    "everything": "everything",
    "effect": "the change there",
    "adopters": "the change so far",
    "moved": "what moves elsewhere",
    "counts": "the counts there",
    "costs": "the costs",
}


def _known(made: Decision) -> Table:
    in_money = made.worth is not None
    rows = [
        row(
            Cell(one.says[:1].upper() + one.says[1:]),
            *_if(in_money, _with_error(one.value, one.error, made.currency)),
            number(points_of(one.wrong_side)),
        )
        for one in made.parts
    ]
    caption = "How much less probable the wrong side would be, percentage points."
    if in_money:
        price = priced(made.currency, made.price_year)
        caption = f"What knowing would be worth, {price}, give or take its standard error. Wrong side: h{caption[1:]}"
    columns = ("Known exactly", *(("Worth",) if in_money else ()), "Wrong side")
    return table(caption, columns, *rows, folded="The numbers of this picture")


def _if(there: bool, words: str) -> tuple[Cell, ...]:
    """A cell of a column that is there only where a worth was stated."""
    return (number(words),) if there else ()


def _with_error(value: float | None, error: float | None, currency: str) -> str:
    if value is None:
        return NONE
    give = f" \u00b1 {money(error, '').strip()}" if error else ""
    return f"{money(value, currency)}{give}"


def _steps(made: Decision) -> Table:
    rows = [_step(made, one) for one in made.steps]
    today = f"today: width {count(made.width or 0.0)} points, wrong side {probability(made.wrong_side)}"
    caption = (
        f"Next steps, the best first ({today}); money in {priced(made.currency, made.price_year)}. Width: of the "
        f"{level(made.interval)} interval of the change to expect in a further unit, after the step."
    )
    in_money = made.worth is not None
    worth, net = (("Worth",), ("Worth less cost",)) if in_money else ((), ())
    columns = ("Step", "Rank", *worth, "Cost", *net, "Width", "Wrong side")
    return table(caption, columns, *rows)


def _bases(made: Decision) -> Points:
    """What each step's numbers rest on, or why it has none."""
    told = (f"{one.says}: {f'UNKNOWN, because {one.unknown}' if one.unknown else one.basis}." for one in made.steps)
    return Points(tuple(_unbroken(one[:1].upper() + one[1:]) for one in told))


def _step(made: Decision, one: StepValue) -> Row:
    words, in_money = one.says[:1].upper() + one.says[1:], made.worth is not None
    cost = NONE
    if one.lower is not None and one.upper is not None:
        cost = money_span(Estimate(estimate=one.lower, lower=one.lower, upper=one.upper), made.currency)
    return row(
        Cell(words),
        number("UNKNOWN" if one.rank is None else str(one.rank)),
        *_if(in_money, _with_error(one.value, one.error, made.currency)),
        number(cost),
        *_if(in_money, NONE if one.net is None else minuses(money(one.net, made.currency))),
        number(NONE if one.width is None else count(one.width)),
        number(probability(one.wrong_side)),
    )
