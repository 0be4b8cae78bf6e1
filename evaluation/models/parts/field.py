"""The latent field: the whole log rate of every series, drawn around its mean."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pymc as pm
import pytensor.tensor as pt
import xarray as xr
from pymc.distributions.transforms import Transform

from evaluation.models.parts.field_operations import FieldMade, StandardOf
from evaluation.models.parts.size import UnitScale
from evaluation.models.parts.working_counts import scaled_counts, working_counts
from evaluation.terms.panel import CELL

Tensor = pt.TensorVariable


def log_rate_field(
    panel: xr.Dataset,
    name: str,
    mean: Tensor,
    scales: Tensor,
    persistence: Tensor,
    overdispersion: float = 0.0,
    unit_scale: UnitScale | None = None,
) -> Tensor:
    """Draw the log rate of every cell around `mean`: Gaussian series over time, independent between units.

    The effect is inside the mean: given the log rate, everything in the mean is a plain Gaussian regression. What the
    sampler moves are standard normal numbers (`GivenCounts`): where counts pin the log rate down, it hardly moves with
    the mean and the scales; where there are none, it moves with them.

    Parameters
    ----------
    mean
        (indicator, unit, time).
    scales
        (3, indicator): level_sd, drift_sd and noise_sd of `series_covariance`.
    persistence
        (indicator,).
    overdispersion
        Of counts beyond Poisson, about: 1 / phi of a negative binomial. Only the sampler's coordinates depend on it.
    unit_scale
        What multiplies all three scales in each unit; None: they are the same everywhere.
    """
    if unit_scale is None:
        return gaussian_field(
            name, mean, scales, persistence, pm.Data("working_counts", working_counts(panel, overdispersion))
        )
    counts, centre = scaled_counts(panel, overdispersion, unit_scale.usual)
    working = [pm.Data("working_counts", counts), unit_scale.drawn, pm.Data("working_centre", centre, dims=CELL)]
    return gaussian_field(name, mean, scales, persistence, *working)


def gaussian_field(
    name: str, mean: Tensor, scales: Tensor, persistence: Tensor, *working: Tensor, dims: tuple[str, ...] = CELL
) -> Tensor:
    """Draw Gaussian series over time around their means, as `log_rate_field` has them, under the name of `dims`.

    Parameters
    ----------
    working
        Working counts (indicator, time, ROWS, unit); then, where units have scales, those (indicator, unit) and the
        centre (indicator, unit, time).
    """
    signature = "(k,u,t),(s,k),(k),(k,t,r,u)" + ",(k,u),(k,u,t)" * (len(working) > 1) + "->(k,u,t)"
    inputs: list[Any] = [mean, scales, persistence, *working]
    drawn: Tensor = pm.CustomDist(
        name, *inputs,
        logp=_logp, random=_draw, support_point=_start, transform=GivenCounts(len(inputs)), dims=dims,
        signature=signature,
    )  # fmt: skip
    return drawn


class GivenCounts(Transform):  # type: ignore[misc]
    """What the sampler moves: the standard numbers that the field is made of, given the counts (`FieldMade`).

    With a scale for each unit, the field is made as if all had the same, of the deviation from a centre over that
    scale; from there to the log rate and back is a straight line (`scaled_counts`).
    """

    name = "given_counts"

    def __init__(self, inputs: int = 4) -> None:
        self.inputs = inputs  # of the distribution; others may stand before them

    def forward(self, value: Tensor, *inputs: Tensor) -> Tensor:
        """From log rates to standard numbers."""
        return _standard(value, *inputs[-self.inputs :])

    def backward(self, value: Tensor, *inputs: Tensor) -> Tensor:
        """From standard numbers to log rates."""
        return _made(value, *inputs[-self.inputs :])[0]

    def log_jac_det(self, value: Tensor, *inputs: Tensor) -> Tensor:
        """Volume of log rates for one of standard numbers: it changes with the scales."""
        return _made(value, *inputs[-self.inputs :])[2]  # merged with that of `backward`: computed once


def _standard(field: Tensor, mean: Tensor, scales: Any, persistence: Any, working: Any, *of_units: Any) -> Tensor:
    """The standard numbers that a field is made of."""
    field, mean = (_over_scale(one, *of_units) if of_units else one for one in (field, mean))
    standard: Any = StandardOf()(field, mean, scales, persistence, working)
    return standard


def _made(standard: Tensor, mean: Tensor, scales: Any, persistence: Any, working: Any, *of_units: Any) -> list[Tensor]:
    """The field of standard numbers, its log density, and its volume for one of standard numbers."""
    if not of_units:
        outputs: Any = FieldMade()(standard, mean, scales, persistence, working)
        return list(outputs)
    outputs = FieldMade()(standard, _over_scale(mean, *of_units), scales, persistence, working)
    unit_scale, centre = of_units
    field, stretched = centre + unit_scale[..., None] * outputs[0], _stretched(unit_scale, standard)
    return [field, outputs[1] - stretched, outputs[2] + stretched]


def _over_scale(values: Tensor, unit_scale: Any, centre: Any) -> Tensor:
    return (values - centre) / unit_scale[..., None]


def _stretched(unit_scale: Any, cells: Tensor) -> Tensor:
    """Log volume of log rates for one of what is not yet multiplied by the scale of its unit."""
    return cells.shape[-1] * pt.log(unit_scale).sum()


def _logp(value: Any, mean: Any, scales: Any, persistence: Any, working: Any, *of_units: Any) -> Any:
    """Joint log density of the field around its mean, a scalar."""
    maker = next(_makers(value.owner, depth=4), None)
    if maker is not None:  # the sampler's field was made a moment ago, and its density with it
        return maker.outputs[1] - _stretched(of_units[0], mean) if of_units else maker.outputs[1]
    standard = _standard(value, mean, scales, persistence, working, *of_units)
    return _made(standard, mean, scales, persistence, working, *of_units)[1]


def _makers(node: Any, depth: int) -> Iterator[Any]:
    """The operations that made a field, seen from it, no more than some steps back."""
    if node is None or depth < 0:
        return
    if isinstance(node.op, FieldMade):
        yield node
        return
    for one in node.inputs:
        yield from _makers(one.owner, depth - 1)


def _start(variable: Tensor, size: Tensor, mean: Tensor, *others: Any) -> Tensor:
    """Where the counts are, not at a log rate of zero: one event a person."""
    return _made(pt.zeros_like(mean), mean, *others)[0]


def series_covariance(
    periods: int, level_sd: float, drift_sd: float, persistence: float, noise_sd: float
) -> np.ndarray:
    """Covariance over time of one series around its mean, (time, time).

    level_sd^2 + drift_sd^2 persistence^|lag| + noise_sd^2 I: a constant level, a stationary first-order
    autoregression, and noise of each period of its own (the overdispersion of the counts).

    >>> series_covariance(2, 1.0, 1.0, 0.5, 0.0)
    array([[2. , 1.5],
           [1.5, 2. ]])
    """
    lag = np.abs(np.arange(periods)[:, None] - np.arange(periods)[None, :])
    return level_sd**2 + drift_sd**2 * persistence**lag + noise_sd**2 * np.eye(periods)


def _draw(mean: np.ndarray, scales: np.ndarray, persistence: np.ndarray, *others: Any, **settings: Any) -> np.ndarray:
    rng, size = settings["rng"], settings["size"]
    standard = rng.standard_normal(mean.shape if size is None else (*size, *mean.shape[-3:]))
    moved = np.empty_like(standard)
    for k in range(standard.shape[-3]):
        level_sd, drift_sd, noise_sd = (float(scale) for scale in scales[:, k])
        covariance = series_covariance(standard.shape[-1], level_sd, drift_sd, float(persistence[k]), noise_sd)
        # a jitter far below any scale that matters: prior draws of tiny scales stay positive definite
        root = np.linalg.cholesky(covariance + 1e-12 * np.eye(len(covariance)))
        moved[..., k, :, :] = standard[..., k, :, :] @ root.T
    if len(others) > 1:
        moved *= others[1][..., None]
    return mean + moved
