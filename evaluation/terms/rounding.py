"""How finely a number is told: one rule for each quantity, in sentences, tables, pictures and their words alike.

| quantity | rule |
| --- | --- |
| a change in percent | as many decimals as the width of its interval can carry; two significant digits from 100 on |
| a difference in counts | in steps of at most a tenth of the width of its interval, never below 0.1 |
| a number that was chosen or asserted | as it was written |
"""

import math


def places_for(width: float) -> int:
    """Decimal places that an interval of this width, in percent, can carry.

    >>> places_for(66.0), places_for(3.0), places_for(0.2)
    (0, 1, 2)
    """
    if not math.isfinite(width) or width >= 5:
        return 0
    return 1 if width >= 0.5 else 2


def change_size(percent: float, places: int = 0) -> str:
    """Size of a change in percent, without its sign; '0' where nothing is left of it.

    >>> change_size(-9.8), change_size(0.92, 1), change_size(-0.04, 1), change_size(453.0)
    ('10', '0.9', '0', '450')
    """
    size = abs(percent)
    if size >= 100:  # +453 is +450 to anyone's knowledge
        unit = 10 ** (math.floor(math.log10(size)) - 1)
        size = round(size / unit) * unit
    return _text(size, places)


def step_for(width: float) -> float:
    """The step to which a difference in counts is rounded: at most a tenth of its interval, never below 0.1.

    >>> step_for(6400.0), step_for(37.0)
    (100.0, 1.0)
    """
    if not math.isfinite(width) or width <= 0:
        return 1.0
    return max(10.0 ** math.floor(math.log10(width / 20)), 0.1)


def difference_size(value: float, step: float) -> str:
    """Size of a difference in counts, without its sign; '0' where nothing is left of it.

    >>> difference_size(-1747.0, 100.0), difference_size(-48.0, 100.0), difference_size(3.26, 0.1)
    ('1,700', '0', '3.3')
    """
    return _text(round(abs(value) / step) * step, 0 if step >= 1 else 1)


def stated(value: float) -> str:
    """A number that was chosen or asserted, without its sign: as it was written.

    >>> stated(-2.5), stated(8.0), stated(-60.0)
    ('2.5', '8', '60')
    """
    return f"{abs(value):,g}"


def _text(size: float, places: int) -> str:
    text = f"{size:,.{places}f}"
    return text if any(sign in "123456789" for sign in text) else "0"
