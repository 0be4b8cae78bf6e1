"""How widely units of different size wander around their mean: large ones less, by an exponent that is estimated.

In a large unit the fortunes of many places average out. If persons, or places of one size, wandered by themselves, the
standard deviation of a unit's log rate would fall with the square root of its size (exponent 1/2); if all its places
move as one, it is that of a small unit (0). What is counted lies between as a rule (Taylor 1961, Nature 189;
Eisler, Bartos and Kertesz 2008, Advances in Physics 57(1), whose exponent of the scatter of counts is 1 less ours).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pymc as pm
import pytensor.tensor as pt
import xarray as xr

from evaluation.terms.panel import CELL

Tensor = pt.TensorVariable


@dataclass(frozen=True)
class UnitScale:
    """What the scales of the field are multiplied by in each unit.

    Attributes
    ----------
    drawn
        (indicator, unit): 1 for a unit of typical size.
    usual
        The same at the middle of the exponents' prior, as data: the sampler's coordinates are made with it.
    """

    drawn: Tensor
    usual: np.ndarray


def log_size(panel: xr.Dataset) -> np.ndarray:
    """Log of each unit's exposure base against the geometric mean of all units, (indicator, unit).

    >>> base = xr.DataArray([[[1e5, 1e5], [4e5, 4e5]]], dims=("indicator", "unit", "time"))
    >>> log_size(xr.Dataset({"base": base})).round(3)
    array([[-0.693,  0.693]])
    """
    size: np.ndarray = np.log(panel["base"].transpose(*CELL).values.astype(float)).mean(axis=-1)
    return size - size.mean(axis=-1, keepdims=True)


def draw_unit_scale(panel: xr.Dataset, prior: Mapping[str, float]) -> UnitScale:
    """Draw the exponent of each indicator; `unit_scale` = (size / typical size)^-exponent."""
    exponent = pm.Normal("size_exponent", prior["mean"], prior["sd"], dims="indicator")
    size = pm.Data("log_size", log_size(panel), dims=("indicator", "unit"))
    drawn = pm.Deterministic("unit_scale", pt.exp(-exponent[:, None] * size), dims=("indicator", "unit"))
    return UnitScale(drawn, np.exp(-prior["mean"] * log_size(panel)))
