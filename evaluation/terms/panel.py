"""Names of the panel's dimensions and of what a cell can be."""

from enum import IntEnum

CELL = ("indicator", "unit", "time")
"""The dimensions of one cell, in the order every array of cells has."""

EXPOSURE = ("intervention", "unit", "time")
"""The dimensions of exposure to interventions."""

EARLIER = ("earlier_lower", "earlier_upper", "earlier_status")
"""Bounds and status of each cell in an earlier edition, on the panel of a study that names one."""

OUTCOMES = ("lower", "upper", "truth", *EARLIER)
"""What a design may not hold."""

SET_ASIDE = "set_aside"
"""Cells of a panel, where it has them, that no estimand looks at."""


class Status(IntEnum):
    """What is known of a cell."""

    NOT_REPORTED = 0
    EXACT = 1
    SUPPRESSED = 2  # known to lie in an interval: "<5" is 0, 1, 2, 3 or 4
    QUESTIONED = 3  # reported, but contradicted by another figure: not used
