"""How numbers are printed: a real minus, no digits that the interval cannot carry, never certainty."""

import math
import re

from evaluation.terms.rounding import change_size, difference_size, stated, step_for

MINUS = "\u2212"
NARROW = "\u202f"  # narrow no-break space: between a number and its sign of percent
NONE = "\u2013"  # what stands where there is no number


def is_number(value: float | None) -> bool:
    """Whether there is a finite number to print."""
    return value is not None and math.isfinite(value)


def signed(value: float, places: int = 0) -> str:
    """A change in percent with its sign; none has no sign.

    >>> signed(-11.4), signed(28.0), signed(-0.2)
    ('\u221211', '+28', '0')
    """
    return _signed(change_size(value, places), value)


def _signed(size: str, value: float) -> str:
    return size if size == "0" else f"{MINUS if value < 0 else '+'}{size}"


def percent(value: float | None, places: int = 0) -> str:
    """A percent change.

    >>> percent(-11.4)
    '\u221211\u202f%'
    """
    return NONE if not is_number(value) else f"{signed(float(value or 0), places)}{NARROW}%"


def chosen(value: float) -> str:
    """A percent change that was chosen or asserted, as it was written.

    >>> chosen(-2.5), chosen(5.0)
    ('\u22122.5\u202f%', '+5\u202f%')
    """
    return f"{_signed(stated(value), value)}{NARROW}%"


def span(lower: float | None, upper: float | None, places: int = 0) -> str:
    """The two ends of an interval of changes in percent.

    >>> span(-38.0, 28.1)
    '\u221238 to +28\u202f%'
    """
    if not is_number(lower) or not is_number(upper):
        return NONE
    return f"{signed(float(lower or 0), places)} to {signed(float(upper or 0), places)}{NARROW}%"


def difference(value: float | None, width: float) -> str:
    """A difference in counts, rounded to what its interval can carry.

    >>> difference(-1234.0, 6400.0)
    '\u22121,200'
    """
    if not is_number(value):
        return NONE
    return _signed(difference_size(float(value or 0), step_for(width)), float(value or 0))


def difference_span(lower: float | None, upper: float | None) -> str:
    """The two ends of an interval of differences in counts.

    >>> difference_span(-4321.0, 2099.0)
    '\u22124,300 to +2,100'
    """
    if not is_number(lower) or not is_number(upper):
        return NONE
    width = float(upper or 0) - float(lower or 0)
    return f"{difference(lower, width)} to {difference(upper, width)}"


def probability(value: float | None) -> str:
    """A probability to two decimals; the ends are never claimed.

    >>> probability(0.731), probability(0.9987), probability(0.0)
    ('0.73', 'above 0.99', 'below 0.01')
    """
    if not is_number(value):
        return NONE
    share = float(value or 0)
    if share > 0.99:
        return "above 0.99"
    return "below 0.01" if share < 0.01 else f"{share:.2f}"


def share(value: float | None) -> str:
    """A share of something counted, in whole percent.

    >>> share(0.573), share(None)
    ('57\u202f%', '\u2013')
    """
    return NONE if not is_number(value) else f"{100 * float(value or 0):.0f}{NARROW}%"


def level(interval: float) -> str:
    """The name of an interval.

    >>> level(0.95), level(0.5)
    ('95\u202f%', '50\u202f%')
    """
    return f"{interval * 100:g}{NARROW}%"


def count(value: float) -> str:
    """A whole number of things counted.

    >>> count(12034)
    '12,034'
    """
    return f"{value:,.0f}".replace("-", MINUS)


def cell(lower: float, upper: float, smallest: int) -> str:
    """A reported count, with disclosure control: counts from 1 to `smallest` - 1 are not printed.

    What was published as "<5" is printed as "<5": nothing is unhidden.

    >>> cell(3, 3, 5), cell(0, 4, 0), cell(12, 12, 5), cell(0, 0, 5), cell(2, 9, 0)
    ('<5', '<5', '12', '0', '2 to 9')
    """
    if not (math.isfinite(lower) and math.isfinite(upper)):
        return NONE
    if smallest and (0 < lower < smallest or 0 < upper < smallest):
        return f"<{smallest}"
    if lower == 0 < upper:
        return f"<{count(upper + 1)}"
    return count(lower) if lower == upper else f"{count(lower)} to {count(upper)}"


def hide(words: str, smallest: int) -> str:
    """Words with their small whole numbers hidden, for counts that are not public.

    >>> hide("the count narrows: 129, then 3", 5), hide("129, then 3", 0)
    ('the count narrows: 129, then <5', '129, then 3')
    """
    if smallest < 2:
        return words
    small = "|".join(str(number) for number in range(1, smallest))
    return re.sub(rf"(?<![\d.,<-])({small})(?![\d]|[.,]\d)", f"<{smallest}", words)


def minuses(words: str) -> str:
    """Words with a real minus before their negative numbers; dates and names keep their hyphens.

    >>> minuses("from -13 % to +1 %, since 2016-10-15, lag-1")
    'from \u221213 % to +1 %, since 2016-10-15, lag-1'
    """
    return re.sub(r"(?<![\w-])-(?=\d)", MINUS, words)


def statistic(value: float | None) -> str:
    """A test statistic, a limit or a diagnostic: three significant digits.

    >>> statistic(1.00431), statistic(4321.0), statistic(0.00012), statistic(-0.25)
    ('1.004', '4,321', '0.00012', '\u22120.25')
    """
    if not is_number(value):
        return NONE
    number = float(value or 0)
    if number == round(number) or abs(number) >= 1000:
        return count(number)
    text = f"{number:.3f}" if 1 <= abs(number) < 1.1 else f"{number:.3g}"
    return text.replace("-", MINUS)


def r_hat(value: float | None) -> str:
    """A largest R-hat, always to three decimals: beside 1.001 a bare 1 would claim more than was computed.

    >>> r_hat(1.0), r_hat(1.01284), r_hat(None)
    ('1.000', '1.013', '\u2013')
    """
    return f"{value:.3f}" if value is not None and is_number(value) else NONE


def seconds(value: float) -> str:
    """A duration.

    >>> seconds(0.42), seconds(47.3), seconds(192)
    ('0.4 s', '47 s', '3 min 12 s')
    """
    if value < 10:
        return f"{value:.1f} s"
    if value < 120:
        return f"{value:.0f} s"
    return f"{value // 60:.0f} min {value % 60:.0f} s"


def day(moment: str) -> str:
    """The date of a moment written as ISO 8601 has it.

    >>> day("2026-03-01T10:00:00+00:00")
    '2026-03-01'
    """
    return moment.partition("T")[0]
