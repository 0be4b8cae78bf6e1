import pytest

from evaluation.conclusions.summary import Summary
from evaluation.conclusions.words import (
    change_sentence,
    counted_span,
    difference_sentence,
    expected_sentence,
    headline,
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
        "probability of any fall 0.73, of a fall of at least 20 % 0.31).",
    ),
    (
        FALL, -20.0, "sure",
        "Where the law was in force, the number of cases was 42 % lower than it would have been otherwise (95 % "
        "interval 60 % to 20 % lower; probability of any fall above 0.99, of a fall of at least 20 % "
        "0.98).",
    ),
    (
        RISE, 10.0, "sure",
        "Where the law was in force, the number of cases was 8 % higher than it would have been otherwise (95 % "
        "interval 0 % to 15 % higher; probability of any rise 0.98, of a rise of at least 10 % 0.35).",
    ),
    (
        PROBABLE, -20.0, "probable",
        "Where the law was in force, the number of cases was probably 25 % lower than it would have been otherwise"
        " (95 % interval 45 % lower to 3 % higher; probability of any fall 0.95, of a fall of at least"
        " 20 % 0.62).",
    ),
    (
        NONE, -20.0, "equivalent",
        "Where the law was in force, the number of cases hardly changed: 1 % lower than it would have been "
        "otherwise (95 % interval 6 % lower to 4 % higher; probability of less than 20 % either way above "
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
        (2, 30, "2 % to 30 % higher"),
        (-10, 0.0, "10 % lower to 0 %"),
        (0.0, 1500, "0 % to 1,500 % higher"),
    ],
)
def test_spans(lower: float, upper: float, says: str) -> None:
    assert span(lower, upper) == says


def test_counts() -> None:
    of = summary(-1234.0, -2500.0, 56.0, one_way=0.9, matters=0.5, equivalence=0.2)
    assert difference_sentence(PLACE, "persons", SUBJECT, of) == (
        "Where the law was in force, the change in the number of cases comes to 1,200 fewer persons in all "
        "(95 % interval 2,500 fewer to 100 more)."
    )
    assert counted_span(3, 1200) == "0 to 1,200 more"


def test_expected() -> None:
    assert expected_sentence("law", "country", SUBJECT, OPEN, -20.0).startswith(
        "Were another country to adopt the law, the number of cases would be expected to be 11 % lower (95 % interval"
    )


HEADLINES = [
    (
        OPEN, -20.0,
        "The data cannot tell whether the number of cases fell or rose under the law: the best estimate is 11 % lower. "
        "The 95 % interval runs from 38 % lower to 28 % higher, and the probability of any fall is 0.73.",
    ),
    (
        FALL, -20.0,
        "Under the law, the number of cases was 42 % lower than it would have been without it. "
        "The 95 % interval runs from 60 % to 20 % lower, and the probability of any fall is above 0.99.",
    ),
    (
        PROBABLE, -20.0,
        "Under the law, the number of cases was probably 25 % lower than it would have been without it. "
        "The 95 % interval runs from 45 % lower to 3 % higher, and the probability of any fall is 0.95.",
    ),
    (
        NONE, -2.5,
        "Under the law, the number of cases hardly changed: the best estimate is 1 % lower. The 95 % interval runs "
        "from 6 % lower to 4 % higher, and the probability of a change of less than 2.5 % either way is above 0.99.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("of", "matters_from", "says"), HEADLINES)
def test_the_headline_is_two_short_sentences(of: Summary, matters_from: float, says: str) -> None:
    told = headline("law", SUBJECT, of, matters_from, plural=False)
    assert told == says
    assert told.count(". ") == 1
    assert all(len(sentence.split()) <= 30 for sentence in told.split(". "))


@pytest.mark.parametrize(
    ("lower", "upper", "estimate", "interval"),
    [
        (-50.0, 60.0, "3 % lower", "50 % lower to 60 % higher"),
        (-4.0, -1.0, "2.5 % lower", "4.0 % to 1.0 % lower"),
        (-90.0, 453.0, "3 % lower", "90 % lower to 450 % higher"),
    ],
)
def test_a_change_is_as_fine_as_its_interval(lower: float, upper: float, estimate: str, interval: str) -> None:
    of = summary(-2.54, lower, upper, one_way=0.6, matters=0.1, equivalence=0.3)
    said = change_sentence(PLACE, SUBJECT, of, -20.0, plural=False)
    assert f"{estimate} than" in said
    assert f"interval {interval};" in said
