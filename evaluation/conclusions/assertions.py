"""What these data say of a sentence from the literature: a probability, never a yes."""

import numpy as np

from evaluation.conclusions.strength import Weight
from evaluation.conclusions.subjects import Subjects
from evaluation.conclusions.summary import about, chance_of
from evaluation.conclusions.words import capital, probability, withheld_sentence
from evaluation.terms.evidence import Claim, Strength
from evaluation.terms.rounding import stated
from evaluation.terms.study import Study
from evaluation.terms.world import Assertion, Refutation

MARKET = "market"
MARKET_WORDS = ("demand", "market", "price", "quantity", "prevalence")


def about_market(assertion: Assertion) -> bool:
    """Whether it is a statement about the market, which counts of detections are not."""
    return any(word in assertion.estimand.lower() for word in MARKET_WORDS)


def claim_of_assertion(
    name: str,
    assertion: Assertion,
    draws: np.ndarray | None,
    study: Study,
    words: Subjects,
    weight: Weight,
    *,
    latent: str | None = None,
) -> Claim:
    """The claim about one assertion: refuted by arithmetic, not measured here, withheld, or a probability.

    `latent` names what the draws are of where that is nothing that was counted: the market.
    """
    made = Claim(
        name=f"assertion:{name}",
        says="",
        unit="probability",
        estimate=None,
        lower=None,
        upper=None,
        interval=study.report.interval,
        strength=weight.strength,
        reasons=weight.reasons,
    )
    if assertion.refuted is Refutation.ARITHMETIC:
        return _with(made, _refuted(assertion), Strength.STRONG, ("Arithmetic alone refutes it.",))
    if assertion.percent is None:
        reason = "It states no number that this study measures."
        says = f"Of the assertion “{assertion.says}” nothing can be said: this study does not measure it."
        return _with(made, says, Strength.WITHHELD, (reason,))
    if weight.strength is Strength.WITHHELD or draws is None:
        reasons = weight.reasons if draws is not None else ("Not known: no draw of the change is a number.",)
        told = withheld_sentence(f"the assertion “{assertion.says}”", reasons[0].partition(": ")[2])
        return _with(made, told, Strength.WITHHELD, reasons)
    return _tested(made, assertion, draws, study, words, latent)


def _with(claim: Claim, says: str, strength: Strength, reasons: tuple[str, ...], **numbers: float) -> Claim:
    return Claim(
        name=claim.name,
        says=says,
        unit=claim.unit,
        estimate=numbers.get("estimate"),
        lower=None,
        upper=None,
        interval=claim.interval,
        probabilities={"assertion": numbers["estimate"]} if numbers else {},
        strength=strength,
        reasons=reasons,
    )


def _refuted(assertion: Assertion) -> str:
    calculation = assertion.calculation.rstrip(".")
    return f"“{capital(assertion.says)}” is refuted by arithmetic, and needs no model: {calculation}."


def _tested(
    made: Claim, assertion: Assertion, draws: np.ndarray, study: Study, words: Subjects, latent: str | None
) -> Claim:
    outcomes = study.question.indicators
    chance = chance_of(draws, assertion)
    subject = words.latent(latent) if latent else words.number_of(outcomes)
    says = (
        f"The assertion “{assertion.says}”, read as {threshold(assertion)} in {subject} {words.everywhere}, "
        f"has probability {probability(chance)}."
    )
    if latent or not about_market(assertion) or words.only_market(outcomes):
        return _with(made, says, made.strength, made.reasons, estimate=chance)
    meant = "demand" if "demand" in assertion.estimand.lower() else "the market"
    caution = (
        f"This is a statement about counts, not about {meant}: counts also rise and fall with the effort to detect."
    )
    reasons = ("Not measured: what the assertion is about; the counts stand in for it.", *made.reasons)
    return _with(made, f"{says} {caution}", Strength.WEAK, reasons, estimate=chance)


def threshold(assertion: Assertion) -> str:
    """The threshold of an assertion, in words.

    >>> threshold(Assertion(says="", source="", estimand="", percent=-60.0))
    'a fall of at least 60 %'
    >>> threshold(Assertion(says="", source="", estimand="", percent=0.0, direction="at_least"))
    'any rise'
    >>> threshold(Assertion(says="", source="", estimand="", percent=8.0, direction="about"))
    'a rise of 4 % to 16 % (about 8 %: from half of it to double)'
    """
    percent = assertion.percent or 0.0
    if assertion.direction == "within":
        return f"a change of no more than {stated(percent)} % either way"
    if assertion.direction == "about":
        least, most = sorted(about(percent), key=abs)
        word = "fall" if percent < 0 else "rise"
        meant = f"about {stated(percent)} %: from half of it to double"
        return f"a {word} of {stated(least)} % to {stated(most)} % ({meant})"
    falls = assertion.direction == "at_most"
    if percent == 0:
        return "any fall" if falls else "any rise"
    if (percent < 0) is falls:
        return f"a {'fall' if falls else 'rise'} of at least {stated(percent)} %"
    return f"a {'rise' if falls else 'fall'} of no more than {stated(percent)} %"
