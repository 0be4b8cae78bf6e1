"""The latent field of treated units around mixtures of donors: donors' log rates first, then those of treated units."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pymc as pm
import pytensor.tensor as pt
import xarray as xr
from pymc.distributions.transforms import Transform
from pytensor.graph.traversal import ancestors

from evaluation.models.parts.donors import Comparison
from evaluation.models.parts.field import series_covariance
from evaluation.models.parts.field_operations import FieldMade, StandardOf
from evaluation.models.parts.working_counts import scaled_counts, working_counts
from evaluation.terms.panel import CELL

Tensor = pt.TensorVariable


@dataclass(frozen=True)
class Spread:
    """How series spread around their mean: scales (3, indicator), persistence (indicator,) of `series_covariance`."""

    scales: Tensor
    persistence: Tensor


def synthetic_field(
    panel: xr.Dataset, name: str, mean: Tensor, donors: Spread, own: Spread, weight: Tensor, compared: Comparison,
    overdispersion: float = 0.0,
) -> Tensor:  # fmt: skip
    """Draw the log rate of every cell: of donors around `mean`, of treated units around a mixture of donors.

        rate[k,d,:] ~ Normal(mean[k,d,:], donors' covariance)
        rate[k,u,:] ~ Normal(mean[k,u,:] + sum_d weight[u,d] (rate[k,d,:] - mean[k,d,:]), own covariance)

    Weights sum to one: what is alike in all means (level, common shocks) is mixed as it is, and what is a unit's own
    (breaks, covariates) stays with it. The donors' rates, not their counts, are mixed: the noise of a small count does
    not pass for the donor's course.

    Parameters
    ----------
    mean
        (indicator, unit, time).
    weight
        (treated, donor), rows that sum to one.
    """
    working = working_counts(panel, overdispersion)
    inputs = [
        mean, donors.scales, donors.persistence, pm.Data("donor_counts", working[..., compared.donor]),
        own.scales, own.persistence, pm.Data("treated_counts", working[..., compared.treated]),
        weight, pm.Data("donor_at", compared.donor), pm.Data("treated_at", compared.treated),
        pm.Data("unit_order", compared.order),
    ]  # fmt: skip
    drawn: Tensor = pm.CustomDist(
        name, *inputs,
        logp=_logp, random=_draw, support_point=_start, transform=GivenCountsAndDonors(), dims=CELL,
        signature="(k,u,t),(s,k),(k),(k,t,r,d),(s,k),(k),(k,t,r,v),(v,d),(d),(v),(u)->(k,u,t)",
    )  # fmt: skip
    return drawn


def synthetic_course(
    panel: xr.Dataset, mean: Tensor, weight: Tensor, compared: Comparison, overdispersion: float = 0.0
) -> Tensor:
    """About what every unit would have done, (indicator, unit, time): of treated units, the mixture of donors.

    Donors' rates are those that their counts suggest, as data: for the coordinates of a sampler, not for a density.
    """
    alike = np.ones((panel.sizes["indicator"], panel.sizes["unit"]))
    suggested = pm.Data("donor_course", scaled_counts(panel, overdispersion, alike)[1][:, compared.donor])
    around = _of(mean, pt.as_tensor(compared.donor))
    treated = _of(mean, pt.as_tensor(compared.treated)) + _mixed(weight, suggested - around)
    return _joined(around, treated, pt.as_tensor(compared.order))


class GivenCountsAndDonors(Transform):  # type: ignore[misc]
    """What the sampler moves: standard numbers, as of `GivenCounts`, of donors and then of treated units.

    Given the donors' rates a treated unit's mean is known, so the volume is the product of the two.
    """

    name = "given_counts"

    def forward(self, value: Tensor, *inputs: Tensor) -> Tensor:
        """From log rates to standard numbers."""
        return _standard(value, *inputs[-INPUTS:])

    def backward(self, value: Tensor, *inputs: Tensor) -> Tensor:
        """From standard numbers to log rates."""
        return _made(value, *inputs[-INPUTS:])[0]

    def log_jac_det(self, value: Tensor, *inputs: Tensor) -> Tensor:
        """Volume of log rates for one of standard numbers."""
        return _made(value, *inputs[-INPUTS:])[2]


INPUTS = 11


def _of(field: Tensor, at: Tensor) -> Tensor:
    """The field of some units, (indicator, some, time)."""
    return field.dimshuffle(1, 0, 2)[at].dimshuffle(1, 0, 2)


def _joined(donors: Tensor, treated: Tensor, order: Tensor) -> Tensor:
    return _of(pt.concatenate([donors, treated], axis=1), order)


def _mixed(weight: Tensor, deviation: Tensor) -> Tensor:
    """What mixtures of deviations (indicator, donor, time) add to treated units, (indicator, treated, time)."""
    return pt.tensordot(weight, deviation, axes=[[1], [1]]).dimshuffle(1, 0, 2)


def _made(
    standard: Tensor, mean: Tensor, scales: Any, persistence: Any, working: Any, own_scales: Any, own_persistence: Any,
    own_working: Any, weight: Any, donor_at: Any, treated_at: Any, order: Any,
) -> list[Tensor]:  # fmt: skip
    """The field of standard numbers, its log density, and its volume for one of standard numbers."""
    around = _of(mean, donor_at)
    donors: Any = FieldMade()(_of(standard, donor_at), around, scales, persistence, working)
    pulled = _of(mean, treated_at) + _mixed(weight, donors[0] - around)
    own: Any = FieldMade()(_of(standard, treated_at), pulled, own_scales, own_persistence, own_working)
    return [_joined(donors[0], own[0], order), donors[1] + own[1], donors[2] + own[2]]


def _standard(
    field: Tensor, mean: Tensor, scales: Any, persistence: Any, working: Any, own_scales: Any, own_persistence: Any,
    own_working: Any, weight: Any, donor_at: Any, treated_at: Any, order: Any,
) -> Tensor:  # fmt: skip
    """The standard numbers that a field is made of."""
    around, rates = _of(mean, donor_at), _of(field, donor_at)
    donors: Any = StandardOf()(rates, around, scales, persistence, working)
    pulled = _of(mean, treated_at) + _mixed(weight, rates - around)
    own: Any = StandardOf()(_of(field, treated_at), pulled, own_scales, own_persistence, own_working)
    return _joined(donors, own, order)


def _logp(value: Any, *inputs: Any) -> Any:
    """Joint log density of the field, a scalar."""
    makers = {one.owner for one in ancestors([value]) if one.owner is not None and isinstance(one.owner.op, FieldMade)}
    if makers:  # the sampler's field was made a moment ago, donors and treated units, and its density with it
        return sum(maker.outputs[1] for maker in makers)
    return _made(_standard(value, *inputs), *inputs)[1]


def _start(variable: Tensor, size: Tensor, mean: Tensor, *others: Any) -> Tensor:
    """Where the counts are, not at a log rate of zero: one event a person."""
    return _made(pt.zeros_like(mean), mean, *others)[0]


def _draw(mean: np.ndarray, *inputs: Any, **settings: Any) -> np.ndarray:
    scales, persistence, _, own_scales, own_persistence, _, weight, donor_at, treated_at, _ = inputs
    rng, size = settings["rng"], settings["size"]
    moved = rng.standard_normal(mean.shape if size is None else (*size, *mean.shape[-3:]))
    for at, widths, kept in ((donor_at, scales, persistence), (treated_at, own_scales, own_persistence)):
        for k in range(moved.shape[-3]):
            level_sd, drift_sd, noise_sd = (float(width) for width in widths[:, k])
            covariance = series_covariance(moved.shape[-1], level_sd, drift_sd, float(kept[k]), noise_sd)
            # a jitter far below any scale that matters: prior draws of tiny scales stay positive definite
            root = np.linalg.cholesky(covariance + 1e-12 * np.eye(len(covariance)))
            moved[..., k, at, :] = moved[..., k, at, :] @ root.T
    moved[..., treated_at, :] += np.einsum("vd,...dt->...vt", weight, moved[..., donor_at, :])
    return mean + moved
