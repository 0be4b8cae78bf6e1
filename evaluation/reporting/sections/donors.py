"""The donors that stand for each treated unit, with their weights: part of what was to be expected without the law."""

import xarray as xr

from evaluation.reporting.evidence import Evidence
from evaluation.reporting.page import Block, Cell, Group, Row, Table, Text, number

LEAST = 0.01  # donors that weigh less are told together
NAMED = 12  # of one unit, at most


def mixtures(evidence: Evidence) -> list[Block]:
    """A table of weights, the largest first; nothing where the model mixes no donors."""
    found = evidence.node("donors")
    if found is None:
        return []
    text = Text(
        "Each treated unit is expected to have moved like a mixture of donors, units never under the intervention. "
        "The weights of a mixture sum to 100\u202f%. Where two donors moved alike, either may stand for the other, and "
        "the intervals of both are wide."
    )
    groups = tuple(_group(evidence, found.sel(treated=unit)) for unit in found["treated"].values)
    columns = ("Donor", "Weight, mean", "95\u202f% interval")
    return [text, Table("The donors of each treated unit.", columns, groups)]


def _group(evidence: Evidence, one: xr.Dataset) -> Group:
    ordered = one.isel(donor=one["mean"].values.argsort()[::-1])
    named = ordered.isel(donor=slice(0, min(NAMED, max(1, int((ordered["mean"] >= LEAST).sum())))))
    ends = named["weight"].sel(quantile=[0.025, 0.975], method="nearest").transpose("donor", "quantile").values
    rows = [
        Row((Cell(evidence.unit_name(str(donor))), number(_share(mean)), number(f"{_share(low)} to {_share(high)}")))
        for donor, mean, (low, high) in zip(named["donor"].values, named["mean"].values, ends, strict=True)
    ]
    rest = ordered.isel(donor=slice(len(rows), None))
    if rest.sizes["donor"]:
        told = f"{rest.sizes['donor']} other donors together"
        rows.append(Row((Cell(told), number(_share(float(rest["mean"].sum()))), number("\u2013"))))
    return Group(evidence.unit_name(str(one["treated"].values)), tuple(rows))


def _share(weight: float) -> str:
    r"""A weight in percent.

    >>> _share(0.268), _share(0.004)
    ('27\u202f%', '<1\u202f%')
    """
    return "<1\u202f%" if 0 < weight < LEAST / 2 else f"{100 * weight:.0f}\u202f%"
