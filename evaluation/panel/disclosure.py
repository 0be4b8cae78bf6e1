"""Disclosure control for published tables: the whole policy, to be read in a minute.

A small count can point to a person. Counts from 1 to `smallest` - 1 are printed as "<smallest"; zero is printed as 0,
for it points to nobody; larger counts are printed as they are. A count that is known only as an interval is printed
as that interval, and never more exactly than the smallest cell allows. Model estimates are not counts of persons and
are not touched. No sum is printed beside a table from which one suppressed cell could be found by subtraction:
`second_needed` says so.
"""

from collections.abc import Sequence


def suppress(value: float, smallest: int) -> str:
    """A count as it may be printed; `smallest` 0 prints everything.

    >>> [suppress(count, 5) for count in (0, 1, 4, 5, 1757)]
    ['0', '<5', '<5', '5', '1,757']
    >>> suppress(3, 0)
    '3'
    """
    if value != value:
        return "not reported"
    if 0 < value < smallest:
        return f"<{smallest}"
    return f"{value:,.0f}"


def suppress_bounds(lower: float, upper: float, smallest: int) -> str:
    """A count known to lie in [lower, upper], as it may be printed.

    >>> suppress_bounds(0, 4, 5), suppress_bounds(12, 12, 5), suppress_bounds(2, 3, 5), suppress_bounds(6, 9, 5)
    ('<5', '12', '<5', '6 to 9')
    """
    if lower == upper or lower != lower:
        return suppress(lower, smallest)
    if upper < smallest:
        return f"<{smallest}"
    return f"<{upper + 1:,.0f}" if lower < max(smallest, 1) else f"{lower:,.0f} to {upper:,.0f}"


def second_needed(row: Sequence[float], smallest: int) -> bool:
    """Whether a row printed beside its sum gives a suppressed cell away: exactly one cell is suppressed.

    >>> second_needed([3, 12, 40], 5), second_needed([3, 2, 40], 5), second_needed([12, 40], 5)
    (True, False, False)
    """
    return sum(0 < value < smallest for value in row) == 1
