"""A probability in words, by one fixed scale: that of the Intergovernmental Panel on Climate Change.

Mastrandrea et al. (2010), Guidance note for lead authors of the IPCC fifth assessment report on consistent treatment of
uncertainties, table 1. Its ranges overlap: a probability is given the narrowest that holds it.

| likelihood word | probability |
| --- | --- |
| virtually certain | 99 to 100 % |
| very likely | 90 to 100 % |
| likely | 66 to 100 % |
| about as likely as not | 33 to 66 % |
| unlikely | 0 to 33 % |
| very unlikely | 0 to 10 % |
| exceptionally unlikely | 0 to 1 % |
"""

import math
from dataclasses import dataclass

DOTS = 20  # chances of a natural frequency, and dots of its picture: one for each twentieth


@dataclass(frozen=True)
class LikelihoodWord:
    """One word of the scale, by name, and the percents it stands for."""

    name: str
    lowest: int
    highest: int


SCALE = (
    LikelihoodWord("virtually-certain", 99, 100),
    LikelihoodWord("very-likely", 90, 100),
    LikelihoodWord("likely", 66, 100),
    LikelihoodWord("about-as-likely-as-not", 33, 66),
    LikelihoodWord("unlikely", 0, 33),
    LikelihoodWord("very-unlikely", 0, 10),
    LikelihoodWord("exceptionally-unlikely", 0, 1),
)
_NARROWEST_FIRST = sorted(SCALE, key=lambda word: word.highest - word.lowest)


def likelihood(probability: float) -> LikelihoodWord:
    """The narrowest word of the scale that holds a probability.

    Raises
    ------
    ValueError
        If it is no probability.

    Examples
    --------
    >>> [likelihood(chance).name for chance in (0.995, 0.93, 0.7, 0.5, 0.2, 0.05, 0.001)]
    ['virtually-certain', 'very-likely', 'likely', 'about-as-likely-as-not', 'unlikely', 'very-unlikely',
    'exceptionally-unlikely']
    """
    if not 0 <= probability <= 1:
        raise ValueError(f"{probability} is no probability")
    return next(word for word in _NARROWEST_FIRST if word.lowest <= round(100 * probability, 9) <= word.highest)


@dataclass(frozen=True)
class Frequency:
    """A probability as chances of a number that can be pictured: `side` says which side of `chances` it lies on."""

    side: str  # about | above | below
    chances: int
    of: int


def frequency(probability: float) -> Frequency:
    """A probability as a natural frequency: so many chances of twenty, never all or none.

    Gigerenzer and Hoffrage (1995), Psychological Review 102(4), find that people reckon rightly with such numbers.
    Rounded half up, as the dots of a quantile dot plot are: so many of twenty dots lie on that side.

    >>> frequency(0.55), frequency(0.985), frequency(0.999), frequency(0.002)
    (Frequency(side='about', chances=11, of=20), Frequency(side='above', chances=19, of=20),
    Frequency(side='above', chances=99, of=100), Frequency(side='below', chances=1, of=100))
    """
    if probability > 0.99:
        return Frequency("above", 99, 100)
    if probability < 0.01:
        return Frequency("below", 1, 100)
    chances = math.floor(DOTS * probability + 0.5)
    if chances == DOTS:
        return Frequency("above", DOTS - 1, DOTS)
    return Frequency("below", 1, DOTS) if chances == 0 else Frequency("about", chances, DOTS)
