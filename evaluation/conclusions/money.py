"""Amounts of money in words: always with their currency, and two digits where they were computed."""

import math

from evaluation.terms.decisions import Estimate


def money(value: float, currency: str) -> str:
    """A computed amount, to two significant digits.

    >>> money(1234.0, "EUR"), money(85_200_000.0, "SEK"), money(0.0347, "XTS"), money(-3500.0, "EUR"), money(0.0, "EUR")
    ('EUR 1,200', 'SEK 85 million', 'XTS 0.035', 'EUR -3,500', 'EUR 0')
    """
    sign = "-" if value < 0 and _size(value) != "0" else ""
    return f"{currency} {sign}{_size(value)}"


def money_stated(value: float, currency: str) -> str:
    """An amount that somebody stated, as it was written.

    >>> money_stated(12.5, "XTS"), money_stated(213_000_000.0, "SEK")
    ('XTS 12.5', 'SEK 213 million')
    """
    return f"{currency} {value / 1e6:,g} million" if abs(value) >= 1e6 else f"{currency} {value:,.12g}"


def money_span(amount: Estimate, currency: str) -> str:
    """Both ends of an interval.

    >>> money_span(Estimate(estimate=2.0, lower=-1.0, upper=1500.0), "EUR")
    'EUR -1 to 1,500'
    """
    return f"{money(amount.lower, currency)} to {money(amount.upper, '').strip()}"


def priced(currency: str, price_year: int) -> str:
    """What an amount is in.

    >>> priced("SEK", 2008)
    'SEK, prices of 2008'
    """
    return f"{currency}, prices of {price_year}"


def _size(value: float) -> str:
    size = abs(value)
    if size == 0 or not math.isfinite(size):
        return "0" if size == 0 else "without bound"
    unit = 10.0 ** (math.floor(math.log10(size)) - 1)
    size = round(size / unit) * unit
    for name, scale in (("billion", 1e9), ("million", 1e6)):
        if size >= scale:
            return f"{size / scale:,.2g} {name}" if size < 100 * scale else f"{size / scale:,.0f} {name}"
    return f"{size:,.0f}" if size >= 10 else f"{size:.2g}"
