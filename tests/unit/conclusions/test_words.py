import pytest

from evaluation.conclusions.summary import Summary
from evaluation.conclusions.words import (
    change_sentence,
    counted_span,
    difference_sentence,
    expected_sentence,
    span,
    tone_of,
)

PLACE, SUBJECT = "where the law was in force", "the number of cases"


def summary(
    estimate: float,
    lower: float,
    upper: float,
    *,
    one_way: float,
    matters: float,
    equivalence: float,
    rise: bool = False,
) -> Summary:
    probabilities = {"increase" if rise else "reduction": one_way, "matters": matters, "equivalence": equivalence}
    return Summary(estimate=estimate, lower=lower, upper=upper, interval=0.95, probabilities=probabilities)


OPEN = summary(-11.2, -38.0, 28.0, one_way=0.73, matters=0.31, equivalence=0.6)
FALL = summary(-42.0, -60.0, -20.4, one_way=1.0, matters=0.98, equivalence=0.02)
RISE = summary(8.0, 0.4, 15.0, one_way=0.98, matters=0.35, equivalence=0.65, rise=True)
PROBABLE = summary(-25.0, -45.0, 3.0, one_way=0.95, matters=0.62, equivalence=0.38)
NONE = summary(-1.0, -6.0, 4.0, one_way=0.62, matters=0.0, equivalence=1.0)

SENTENCES = [
    (
        OPEN, -20.0, "open",
        "The data cannot tell whether the number of cases fell or rose where the law was in force. The best "
        "estimate is 11 % lower than it would have been otherwise (95 % interval 38 % lower to 28 % higher; "
        "probability of any reduction 0.73, of a reduction of at least 20 % 0.31).",
    ),
    (
        FALL, -20.0, "sure",
        "Where the law was in force, the number of cases was 42 % lower than it would have been otherwise (95 % "
        "interval 60 % to 20 % lower; probability of any reduction above 0.99, of a reduction of at least 20 % "
        "0.98).",
    ),
    (
        RISE, 10.0, "sure",
        "Where the law was in force, the number of cases was 8.0 % higher than it would have been otherwise (95 % "
        "interval 0.4 % to 15 % higher; probability of any increase 0.98, of an increase of at least 10 % 0.35).",
    ),
    (
        PROBABLE, -20.0, "probable",
        "Where the law was in force, the number of cases was probably 25 % lower than it would have been otherwise"
        " (95 % interval 45 % lower to 3.0 % higher; probability of any reduction 0.95, of a reduction of at least"
        " 20 % 0.62).",
    ),
    (
        NONE, -20.0, "equivalent",
        "Where the law was in force, the number of cases hardly changed: 1.0 % lower than it would have been "
        "otherwise (95 % interval 6.0 % lower to 4.0 % higher; probability of less than 20 % either way above "
        "0.99).",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("of", "matters_from", "tone", "says"), SENTENCES, ids=[row[2] for row in SENTENCES])
def test_sentences(of: Summary, matters_from: float, tone: str, says: str) -> None:
    assert tone_of(of) == tone
    assert change_sentence(PLACE, SUBJECT, of, matters_from, plural=False) == says


def test_several_indicators_take_the_plural() -> None:
    said = change_sentence(PLACE, "the numbers of a and b, taken together,", FALL, -20.0, plural=True)
    assert "the numbers of a and b, taken together, were 42 % lower than they would have been" in said
    said = change_sentence(PLACE, "the numbers of a and b, taken together,", OPEN, -20.0, plural=True)
    assert "whether the numbers of a and b, taken together, fell or rose" in said


def test_no_change_is_neither_lower_nor_higher() -> None:
    still = summary(0.01, -30.0, 30.0, one_way=0.5, matters=0.1, equivalence=0.8)
    said = change_sentence(PLACE, SUBJECT, still, -20.0, plural=False)
    assert "The best estimate is unchanged from what it would have been otherwise (" in said


def test_equivalence_outranks_a_sure_but_small_change() -> None:
    small = summary(-3.0, -4.0, -2.0, one_way=1.0, matters=0.0, equivalence=1.0)
    assert tone_of(small) == "equivalent"


@pytest.mark.parametrize(
    ("lower", "upper", "says"),
    [
        (-38, 28, "38 % lower to 28 % higher"),
        (-60, -20, "60 % to 20 % lower"),
        (2, 30, "2.0 % to 30 % higher"),
        (-10, 0.0, "10 % lower to unchanged"),
        (0.0, 1500, "unchanged to 1,500 % higher"),
    ],
)
def test_spans(lower: float, upper: float, says: str) -> None:
    assert span(lower, upper) == says


def test_counts() -> None:
    of = summary(-1234.0, -2500.0, 56.0, one_way=0.9, matters=0.5, equivalence=0.2)
    assert difference_sentence(PLACE, "persons", SUBJECT, of) == (
        "Where the law was in force, the change in the number of cases comes to 1,234 fewer persons in all "
        "(95 % interval 2,500 fewer to 56 more)."
    )
    assert counted_span(3, 1200) == "3.0 to 1,200 more"


def test_expected() -> None:
    assert expected_sentence("law", SUBJECT, OPEN, -20.0).startswith(
        "Were another unit to adopt the law, the number of cases would be expected to be 11 % lower (95 % interval"
    )
