"""What neighbours' laws add to the mean, as one operation."""

from typing import Any

import numba
import numpy as np

from evaluation.models.parts.kernel import Kernel

Array = np.ndarray


@numba.njit(cache=True)  # type: ignore[untyped-decorator]
def spilled(
    mean: Array, spill: Array, share: Array, exposure: Array, since: Array, weight: Array, sender: Array,
    receiver: Array,
) -> Array:  # fmt: skip
    """The mean with what spills over: mean[k,u,t] + sum over interventions j and neighbours v of unit u of
    weight[u,v] exposure[j,v,t] share[s] spill[k, j and u], s the periods since v adopted j.

    Parameters
    ----------
    mean
        (indicator, unit, time), log rate.
    spill
        (indicator, intervention x unit): log rate ratio where all neighbours of a unit are under an intervention.
    share
        (event time,): the profile. Event time before the first entry is the first, and after the last one the last.
    exposure, since
        (intervention, unit, time): of the neighbours themselves.
    weight, sender, receiver
        (pair,): how much the unit `receiver` feels of what is in force in the unit `sender`.
    """
    moved = mean.copy()
    for n in range(len(weight)):
        v, u = sender[n], receiver[n]
        for j in range(exposure.shape[0]):
            a = j * exposure.shape[1] + u
            for t in range(mean.shape[2]):
                if exposure[j, v, t] == 0.0:
                    continue
                s = min(max(int(since[j, v, t]), 0), len(share) - 1)
                felt = weight[n] * exposure[j, v, t] * share[s]
                for k in range(mean.shape[0]):
                    moved[k, u, t] += felt * spill[k, a]
    return moved


@numba.njit(cache=True)  # type: ignore[untyped-decorator]
def spilled_gradient(
    by_moved: Array, spill: Array, share: Array, exposure: Array, since: Array, weight: Array, sender: Array,
    receiver: Array,
) -> tuple[Array, Array]:  # fmt: skip
    """Gradient of `spilled` in spill and share."""
    by_spill, by_share = np.zeros(spill.shape), np.zeros(len(share))
    for n in range(len(weight)):
        v, u = sender[n], receiver[n]
        for j in range(exposure.shape[0]):
            a = j * exposure.shape[1] + u
            for t in range(by_moved.shape[2]):
                if exposure[j, v, t] == 0.0:
                    continue
                s = min(max(int(since[j, v, t]), 0), len(share) - 1)
                reached = weight[n] * exposure[j, v, t]
                for k in range(by_moved.shape[0]):
                    by_spill[k, a] += reached * share[s] * by_moved[k, u, t]
                    by_share[s] += reached * spill[k, a] * by_moved[k, u, t]
    return by_spill, by_share


class Spilled(Kernel):
    """`spilled`, differentiated in the mean, in what spills over and in its profile."""

    compute = staticmethod(spilled)
    gufunc_signature = "(k,u,t),(k,a),(l),(j,u,t),(j,u,t),(n),(n),(n)->(k,u,t)"
    moved = (0, 1, 2)

    def slopes(self, inputs: Any, outputs: Any, by: Any) -> list[Any]:
        """The mean's is that of the moved mean; the others as `spilled_gradient`."""
        found: Any = SpilledGradient()(by[0], *inputs[1:])
        return [by[0], *found]


class SpilledGradient(Kernel):
    """`spilled_gradient`."""

    compute = staticmethod(spilled_gradient)
    gufunc_signature = "(k,u,t),(k,a),(l),(j,u,t),(j,u,t),(n),(n),(n)->(k,a),(l)"
