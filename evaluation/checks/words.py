"""How findings write a share."""


def percent_of(value: float, *, places: int = 0) -> str:
    """A share, as the rest of the project writes percentages.

    >>> percent_of(0.573), percent_of(0.004, places=1)
    ('57 %', '0.4 %')
    """
    return f"{100 * value:.{places}f} %"
