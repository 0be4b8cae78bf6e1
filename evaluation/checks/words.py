"""How findings write numbers and names: as the report beside them does."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr

from evaluation.inference.diagnostics import Array
from evaluation.terms.rounding import change_size, places_for


@dataclass(frozen=True)
class Names:
    """What a reader calls the units and the indicators of a panel."""

    units: Mapping[str, str]
    indicators: Mapping[str, str]

    def unit(self, code: str) -> str:
        """A unit's name; its code where the panel does not hold it."""
        return self.units.get(code, code)

    def indicator(self, key: str) -> str:
        """An indicator's name; its key in words where the panel does not hold it."""
        return self.indicators.get(key, key.replace("_", " "))

    def told(self, label: str) -> str:
        """A label of a parameter, with the codes and keys in it read as names.

        >>> Names({"NOR": "Norway"}, {"victims": "Victims"}).told("noise_sd[victims, NOR, 2016]")
        'noise_sd[Victims, Norway, 2016]'
        """
        known = {**self.units, **self.indicators}
        return known.get(label) or re.sub(r"(?<!\w)[A-Za-z]\w*", lambda found: known.get(found[0], found[0]), label)


def names_of(panel: xr.Dataset) -> Names:
    """The names that a panel carries: `unit_name` and `unit_names`; `indicator_label`, else `indicator_says`."""
    says = "indicator_label" if "indicator_label" in panel.coords else "indicator_says"
    outside = json.loads(panel.attrs.get("unit_names", "{}"))
    return Names({**outside, **_named(panel, "unit", "unit_name")}, _named(panel, "indicator", says))


def _named(panel: xr.Dataset, dim: str, coordinate: str) -> dict[str, str]:
    if coordinate not in panel.coords:
        return {}
    pairs = zip(panel[dim].values, panel[coordinate].values, strict=True)
    return {str(key): str(name) for key, name in pairs if str(name)}


def percent_of(value: float, *, places: int = 0) -> str:
    """A share, as the rest of the project writes percentages.

    >>> percent_of(0.573), percent_of(0.004, places=1)
    ('57 %', '0.4 %')
    """
    return f"{100 * value:.{places}f} %"


def change(percent: float, width: float) -> str:
    """A change in percent with its sign, as finely as an interval of this width can carry.

    >>> change(-12.6, 50.0), change(143.0, 191.0), change(-0.2, 50.0), change(1.26, 4.0)
    ('-13 %', '+140 %', '0 %', '+1.3 %')
    """
    size = change_size(percent, places_for(width))
    sign = "" if size == "0" else "-" if percent < 0 else "+"
    return f"{sign}{size} %"


def percent_span(log_ratios: Array) -> tuple[float, float, float]:
    """Lower end of the 95 % interval, median and upper end, in percent, of draws of a log ratio.

    Always 95 %: what a check finds does not hang on the interval a report is printed with.

    >>> [round(end, 6) for end in percent_span(np.log([0.5, 1.0, 2.0]))]
    [-47.5, 0.0, 95.0]
    """
    tail = 0.025
    lower, middle, upper = np.quantile(100 * np.expm1(log_ratios), [tail, 0.5, 1 - tail])
    return float(lower), float(middle), float(upper)
