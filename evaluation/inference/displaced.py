"""Did it shrink, or did it move? What a law did itself, what spilled over, and the net of both."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import xarray as xr

from evaluation.models.book import get_model
from evaluation.models.parts.neighbours import received
from evaluation.terms.panel import CELL, EXPOSURE
from evaluation.terms.study import Study

Array = np.ndarray


class Reader(Protocol):
    """What reads expected counts with a model's switches in any position: `inference.effect.Meter`."""

    @property
    def model(self) -> Any:
        """The model that is read."""
        ...

    def worlds(
        self, panel: xr.Dataset, posterior: xr.Dataset, units: Array, switches: Sequence[Mapping[str, Array]]
    ) -> list[xr.DataArray]:
        """Expected counts of these units, in each position."""
        ...


@dataclass(frozen=True)
class Part:
    """One part of what a law did: expected counts with it and without it, (chain, draw, indicator, unit, time)."""

    name: str
    on: xr.DataArray
    off: xr.DataArray
    cells: xr.DataArray  # (indicator, unit, time): where it can act


def displaced_parts(study: Study, panel: xr.Dataset, posterior: xr.Dataset, meter: Reader) -> Iterator[Part]:
    """`own`, `spill_over` and `net`; nothing of a model without spill-over.

    Three worlds: as it was; with no law of its own in any unit, on the indicators that laws act on, and everything that
    spilled over as it was; and with no law anywhere. `own` is what lies between the first two, `spill_over` between
    the last two, so that the two add up to `net`, draw by draw, in counts.
    """
    rivals = getattr(get_model(study.model.name, study.model.settings), "rivals", ())
    along = "spills" in meter.model.named_vars
    if not (rivals or along):
        return
    exposure, asked = panel["exposure"].transpose(*EXPOSURE).values.astype(float), panel["asked"].values.astype(bool)
    under = (exposure[asked] > 0).any(axis=0)  # (unit, time)
    beside = (received(panel)[asked] > 0).any(axis=0) if along else np.zeros_like(under)
    units = np.flatnonzero((under | beside).any(axis=1))
    nowhere = {"exposure": np.where(asked[:, None, None], 0.0, exposure)}
    switches = [{"exposure": exposure}, nowhere]
    if along:
        switches.insert(1, nowhere | {"spills": np.zeros(1)})
    on, *between, off = meter.worlds(panel, posterior, units, switches)
    rival = panel["indicator"].isin(list(rivals))
    moved_only = on.where(rival, between[0] if along else off)
    own, spill_over = _cells(panel, units, (under, beside), rival)
    yield Part("own", on, moved_only, own)
    yield Part("spill_over", moved_only, off, spill_over)
    yield Part("net", on, off, own | spill_over)


def _cells(
    panel: xr.Dataset, units: Array, where: tuple[Array, Array], rival: xr.DataArray
) -> tuple[xr.DataArray, xr.DataArray]:
    """Outcomes' cells that a law acts on itself, and those that something may spill over to."""
    coords = {"unit": panel["unit"].values[units], "time": panel["time"].values}
    under, beside = (xr.DataArray(one[units], coords, ("unit", "time")) for one in where)
    outcome = panel["outcome"].astype(bool)
    own = outcome & ~rival & under
    return own.transpose(*CELL), (outcome & (beside | (rival & under))).transpose(*CELL)
