"""Golden sentences of the funder page, in both languages: no sign slips, no "no effect", the numbers rounded alike."""

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.conclusions.likelihood import SCALE, frequency, likelihood
from evaluation.conclusions.summary import chances, summarise
from evaluation.reporting.funder.answer import told
from evaluation.reporting.funder.page import funder_page
from evaluation.reporting.funder.saying import Saying
from evaluation.reporting.language import Language, plain
from evaluation.terms import Strength
from tests.unit.reporting.funder_cases import CASES, HOMICIDES, evidence_of

SPANISH = {HOMICIDES: "homicidios"}
NARROW = "\u202f"

HEADLINES = {
    "sure": (
        "Where the law was in force, the number of homicides was 34 % lower than without it.",
        "Donde regía la ley, el número de homicidios quedó un 34 % por debajo de su nivel sin la ley.",
    ),
    "harmful": (
        "Where the law was in force, the number of homicides was 18 % higher than without it.",
        "Donde regía la ley, el número de homicidios quedó un 18 % por encima de su nivel sin la ley.",
    ),
    "probable": (
        "Where the law was in force, the number of homicides was probably 14 % lower than without it.",
        "Donde regía la ley, el número de homicidios quedó probablemente un 14 % por debajo de su nivel sin la ley.",
    ),
    "open": (
        "The figures cannot tell whether the law lowered or raised the number of homicides. The best estimate is 9 % "
        "lower than without it.",
        "Los datos no permiten saber si la ley hizo bajar o subir el número de homicidios. La mejor estimación es un "
        "9 % por debajo del nivel sin la ley.",
    ),
    "open, best estimate none": (
        "The figures cannot tell whether the law lowered or raised the number of homicides. The best estimate is no "
        "change.",
        "Los datos no permiten saber si la ley hizo bajar o subir el número de homicidios. La mejor estimación es que "
        "no hubo cambio.",
    ),
    "equivalent": (
        "The law hardly changed the number of homicides. The best estimate is 1.2 % lower than without it.",
        "La ley apenas cambió el número de homicidios. La mejor estimación es un 1,2 % por debajo del nivel sin la "
        "ley.",
    ),
    "withheld": (
        "No answer can be given yet: the computation did not settle. Its numbers are not findings, and none is shown.",
        "Todavía no se puede dar una respuesta: el cálculo no se estabilizó. Sus números no son resultados, y no se "
        "muestra ninguno.",
    ),
    "missing": (
        "This study makes no claim about the question as a whole.",
        "Este estudio no afirma nada sobre la pregunta en su conjunto.",
    ),
}
LINES = {
    "sure": (
        "It is very likely that the true change lies between 45 % lower and 22 % lower. There is one chance in twenty "
        "that it lies outside.",
        "A fall of at least 20 % is what would matter. That there was one is very likely: more than 19 chances in 20.",
        "That there was any fall at all is virtually certain: more than 99 chances in 100.",
        "Fewer is better here, so this is a change for the better.",
    ),
    "harmful": (
        "It is very likely that the true change lies between 6 % higher and 32 % higher. There is one chance in twenty "
        "that it lies outside.",
        "A fall of at least 20 % is what would matter. That there was one is exceptionally unlikely: fewer than 1 "
        "chance in 100.",
        "That it rose by 20 % or more is about as likely as not: about 8 chances in 20.",
        "Fewer is better here, so this is a change for the worse.",
    ),
    "open": (
        "It is very likely that the true change lies there. There is one chance in twenty that it lies outside.",
        "A fall of at least 20 % is what would matter. That there was one is unlikely: about 5 chances in 20.",
        "That there was any fall at all is likely: about 13 chances in 20.",
        "That it rose by 20 % or more is very unlikely: about 2 chances in 20.",
    ),
    "equivalent": (
        "It is very likely that the true change lies between 3.1 % lower and 0.7 % higher. There is one chance in "
        "twenty that it lies outside.",
        "A fall of at least 20 % is what would matter. That there was one is exceptionally unlikely: fewer than 1 "
        "chance in 100.",
        "That the change was smaller than 20 % either way is virtually certain: more than 99 chances in 100.",
    ),
    "withheld": (),
    "missing": (),
}
BANNED = re.compile(
    r"\bsignifican(?:t|ce)|significativ|\bp[- ]?values?\b|no effect|sin efecto|no impact|posterior|credib|\bprior\b|"
    r"null hypothesis|\bMCMC\b|R-hat|\bdraws?\b",
    re.IGNORECASE,
)


def said(case: str, code: str) -> tuple[str, list[str]]:
    """The headline and every line beneath it, the narrow spaces wide."""
    found = told(Saying(evidence_of(case), Language(code, SPANISH)))
    lines = [found.interval, *found.lines] if found.interval else list(found.lines)
    return wide(found.says), [wide(line) for line in lines]


def wide(words: str) -> str:
    return plain(words).replace(NARROW, " ")


@pytest.mark.parametrize("case", HEADLINES)
def test_headlines_read_as_they_should_in_both_languages(case):
    assert (said(case, "en")[0], said(case, "es")[0]) == HEADLINES[case]


@pytest.mark.parametrize("case", LINES)
def test_lines_read_as_they_should(case):
    assert tuple(said(case, "en")[1]) == LINES[case]


def test_what_is_drawn_large_is_the_estimate_and_the_interval_where_the_direction_is_open():
    assert wide(told(Saying(evidence_of("sure"), Language("en"))).number) == "34 % lower"
    assert wide(told(Saying(evidence_of("open"), Language("en"))).number) == "between 40 % lower and 38 % higher"
    assert told(Saying(evidence_of("withheld"), Language("en"))).number == ""


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("en", "Was there less of it, or did authorities look less? These figures cannot tell"),
        ("es", "¿Hubo menos, o buscaron menos las autoridades? Estas cifras no permiten saberlo"),
    ],
)
def test_that_less_of_it_cannot_be_told_from_less_looking_is_said_first(code, words):
    evidence = evidence_of("open")
    behind = replace(evidence.claims[0], name="latent:market", strength=Strength.WITHHELD, estimate=None)
    found = told(Saying(replace(evidence, claims=(*evidence.claims, behind)), Language(code, SPANISH)))
    assert wide(found.lines[0]).startswith(words)
    known = replace(behind, strength=Strength.WEAK, estimate=-30.0, lower=-50.0, upper=-4.0)
    found = told(Saying(replace(evidence, claims=(*evidence.claims, known)), Language(code, SPANISH)))
    assert "30" in wide(found.lines[0])
    assert words not in wide(" ".join(found.lines))


@pytest.mark.parametrize("code", ["en", "es"])
@pytest.mark.parametrize("case", CASES)
def test_no_page_says_what_a_funder_should_not_have_to_know(case, code):
    page = funder_page(evidence_of(case), Language(code, SPANISH))
    words = [page.told.says, page.told.number, page.told.interval, *page.told.lines]
    for part in page.parts:
        words += [part.title, *part.sentences, *(point.words for point in part.points)]
    words += [picture.says for picture in page.pictures]
    assert [one for one in map(plain, words) if BANNED.search(one)] == []


@pytest.mark.parametrize("strength", list(Strength))
def test_the_strength_is_told_in_words(strength):
    evidence = evidence_of("sure")
    claims = tuple(replace(one, strength=strength) for one in evidence.claims)
    page = funder_page(replace(evidence, claims=claims), Language("en"))
    trust = next(part for part in page.parts if part.name == "trust")
    assert {"strong": "strong", "moderate": "moderately", "weak": "weak", "withheld": "No answer"}[strength] in str(
        trust.sentences[0]
    )
    assert bool(page.pictures) is (strength is not Strength.WITHHELD)


SIDES = {
    "en": (r"([\d.,\u202f]+)\u202f% lower", r"([\d.,\u202f]+)\u202f% higher"),
    "es": (r"un ([\d.,\u202f]+)\u202f% por debajo", r"un ([\d.,\u202f]+)\u202f% por encima"),
}


def changes(words: str, code: str) -> list[float]:
    """Every change that the words tell, with its sign, in order."""
    found = []
    for sign, pattern in zip((-1, 1), SIDES[code], strict=True):
        for match in re.finditer(pattern, words):
            digits = match.group(1).replace("\u202f", "")
            digits = digits.replace(",", "") if code == "en" else digits.replace(",", ".")
            found.append((match.start(), sign * float(digits)))
    none = {"en": "no change", "es": "sin cambio|que no hubo cambio"}[code]
    found += [(match.start(), 0.0) for match in re.finditer(none, words)]
    return [value for _, value in sorted(found)]


@settings(max_examples=60, deadline=None)
@given(
    middle=st.floats(-3.0, 2.5),
    sd=st.floats(0.005, 1.5),
    matters=st.sampled_from([-20.0, -2.5, 5.0, 30.0]),
    level=st.sampled_from([0.8, 0.89, 0.95, 0.99]),
    code=st.sampled_from(["en", "es"]),
)
def test_words_agree_with_numbers_in_sign_and_the_interval_holds_the_estimate(middle, sd, matters, level, code):
    draws = 100 * np.expm1(np.random.default_rng(1).normal(middle, sd, 400))
    evidence = evidence_of("sure", draws=draws, matters_from=matters, interval=level)
    summary = summarise(draws, interval=level, probabilities=chances(draws, matters))
    found = told(Saying(evidence, Language(code, SPANISH)))
    (best,) = changes(plain(found.says), code)
    assert best * summary.estimate >= 0
    assert abs(best - summary.estimate) <= max(0.5, abs(summary.estimate) * 0.051)
    ends = changes(plain(found.interval), code) or changes(plain(found.number), code)
    low, high = ends
    assert low <= best <= high
    if summary.lower > 0 or summary.upper < 0:  # never the other side of none
        assert low * high >= 0


def test_every_probability_has_one_word_whose_range_holds_it():
    for chance in np.linspace(0, 1, 1001):
        word = likelihood(float(chance))
        assert word.lowest <= 100 * chance + 1e-9
        assert 100 * chance - 1e-9 <= word.highest
        narrower = [one for one in SCALE if one.lowest <= 100 * chance <= one.highest]
        assert word.highest - word.lowest == min(one.highest - one.lowest for one in narrower)


@pytest.mark.parametrize("value", [-0.01, 1.01, float("nan")])
def test_no_word_for_what_is_no_probability(value):
    with pytest.raises(ValueError, match="no probability"):
        likelihood(value)


def test_frequencies_never_claim_certainty_and_agree_with_counted_dots():
    draws = np.random.default_rng(3).normal(size=4001)
    dots = np.quantile(draws, (np.arange(20) + 0.5) / 20)
    for limit in np.linspace(-2, 2, 41):
        chance, counted = float((draws <= limit).mean()), int((dots <= limit).sum())
        found = frequency(chance)
        assert 0 < found.chances < found.of
        if found.side == "about":
            assert found.of == 20
            assert abs(found.chances - counted) <= 1
