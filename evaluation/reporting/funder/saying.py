"""What every sentence of a funder page needs: the evidence, the language, and the words that go into most messages."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from evaluation.conclusions.likelihood import frequency, likelihood
from evaluation.reporting.evidence import Evidence
from evaluation.reporting.language import Language
from evaluation.terms.rounding import change_size, difference_size, stated, step_for


@dataclass(frozen=True)
class Saying:
    """Says things about one study in one language."""

    evidence: Evidence
    language: Language

    def say(self, message: str, **given: str | int) -> Markup:
        """A message, with the words that most of them need: the law, the places, the length of a period."""
        evidence = self.evidence
        usual = {"law": evidence.law_word, "places": evidence.units_word, "every": evidence.period_word}
        return self.language.say(message, **(usual | given))

    def change(self, percent: float, places: int) -> Markup:
        """A change in percent, in words: 22 % lower."""
        return self.say("change", way=way(percent, places), size=self.size(percent, places))

    def size(self, percent: float, places: int) -> str:
        """The size of a change in percent, as finely as its interval allows, without its sign."""
        return self.language.number(change_size(percent, places))

    def counted(self, value: float, width: float) -> Markup:
        """A difference in counts, in words: 1,200 fewer."""
        shown = difference_size(value, step_for(width))
        side = "none" if shown == "0" else "lower" if value < 0 else "higher"
        return self.say("count-change", way=side, size=self.language.number(shown))

    def chance(self, probability: float) -> dict[str, str | int]:
        """A probability as a word of the scale and as a natural frequency: what most messages about one need."""
        told = frequency(probability)
        chances = self.say("chances", side=told.side, chances=told.chances, of=told.of)
        return {"likelihood": self.say(f"likelihood-{likelihood(probability).name}"), "chances": chances}

    def limit(self) -> str:
        """The smallest change that matters, as it was written, without its sign."""
        return self.language.number(stated(self.evidence.study.question.matters_from))

    def subject(self, indicators: Sequence[str] = ()) -> dict[str, str | int]:
        """What is counted: one indicator by what it counts, several by how many they are."""
        named = tuple(indicators) or self.evidence.outcomes
        counted = self.language.phrase(self.evidence.indicator_says(named[0])) if len(named) == 1 else ""
        given: dict[str, str | int] = {"outcomes": len(named), "counted": counted}
        return given | {"subject": self.say("subject", **given)}

    def unit(self, code: str) -> str:
        """A unit's name: of a country in the language of the page, of any other as it is."""
        name = self.evidence.unit_name(code)
        return self.language.country(code, name) if self.evidence.units_word == "countries" else name


def way(percent: float, places: int = 0) -> str:
    """Which way a change goes, as it is printed: a change that rounds to nothing goes nowhere.

    >>> way(-0.3), way(-0.3, 1), way(12.0)
    ('none', 'lower', 'higher')
    """
    if change_size(percent, places) == "0":
        return "none"
    return "lower" if percent < 0 else "higher"
