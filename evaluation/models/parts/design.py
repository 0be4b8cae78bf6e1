"""What a model needs of the panel beside the counts: who was exposed, to what, when, and which effects are pooled."""

from dataclasses import dataclass

import numpy as np
import xarray as xr

from evaluation.terms.panel import EXPOSURE
from evaluation.terms.question import Question


@dataclass(frozen=True)
class Adoptions:
    """Every (intervention, unit) pair with any exposure: the `adoption` dimension of effects."""

    intervention: np.ndarray  # (adoption,) index of the intervention
    unit: np.ndarray  # (adoption,) index of the unit
    names: tuple[str, ...]  # "buyer_law:NOR"

    def __len__(self) -> int:
        return len(self.names)

    def onto_units(self, units: int) -> np.ndarray:
        """(adoption, unit) matrix of zeros and ones that adds each adoption's effect to its unit."""
        return (self.unit[:, None] == np.arange(units)[None, :]).astype(float)


def adoptions_of(panel: xr.Dataset) -> Adoptions:
    """The adoptions of a panel, in the order of interventions and units."""
    exposed = (panel["exposure"].transpose(*EXPOSURE).values > 0).any(axis=-1)
    interventions, units = np.nonzero(exposed)
    names = tuple(
        f"{panel['intervention'].values[j]}:{panel['unit'].values[u]}"
        for j, u in zip(interventions, units, strict=True)
    )
    return Adoptions(interventions, units, names)


ALONE = ("control:", "rival:")
"""How the names of pools begin that hold one indicator alone."""


def pools(panel: xr.Dataset, question: Question, apart: tuple[str, ...] = ()) -> tuple[tuple[str, ...], np.ndarray]:
    """Indicators whose effects are pooled: outcomes of one role together; each negative control, each rival alone.

    Parameters
    ----------
    apart
        Rivals: indicators that a law on the others may move the other way.

    Returns
    -------
    Names of the pools, and for each indicator the index of its pool.
    """
    labels = [
        f"control:{name}" if name in question.controls else f"rival:{name}" if name in apart else str(role)
        for name, role in zip(panel["indicator"].values, panel["role"].values, strict=True)
    ]
    names = tuple(dict.fromkeys(labels))
    return names, np.array([names.index(label) for label in labels])


def periods_since(panel: xr.Dataset) -> np.ndarray:
    """Event time of every (intervention, unit, time), 0 where the unit is never exposed."""
    return np.nan_to_num(panel["event_time"].transpose(*EXPOSURE).values.astype(float))


def lead_exposure(panel: xr.Dataset, adoptions: Adoptions, leads: int) -> np.ndarray:
    """(lead, adoption, time): 1 in the period `lead` periods before the first exposure, lead = 1 is the last before.

    Periods before all leads are the reference the leads are measured against.
    """
    event = panel["event_time"].transpose(*EXPOSURE).values[adoptions.intervention, adoptions.unit]
    steps = np.arange(1, leads + 1)[:, None, None]
    return (event[None] == -steps).astype(float)
