"""What the gaps of cells add to the mean, as one operation."""

from typing import Any

import numba
import numpy as np

from evaluation.models.parts.kernel import Kernel

Array = np.ndarray


@numba.njit(cache=True)  # type: ignore[untyped-decorator]
def gap_shifted(mean: Array, gap: Array, exposure: Array, intervention: Array, unit: Array) -> Array:
    """The mean with the gaps in it: mean[k,u,t] + sum over the adoptions a of unit u of exposure[j(a),u,t] gap[k,a,t].

    Parameters
    ----------
    mean
        (indicator, unit, time), log rate.
    gap
        (indicator, adoption, time), log rate ratio at full exposure.
    exposure
        (intervention, unit, time), in [0, 1].
    intervention, unit
        (adoption,).

    >>> nothing, gap = np.zeros((1, 2, 2)), np.array([[[-0.5, -0.4]]])
    >>> gap_shifted(nothing, gap, np.array([[[0.0, 0.0], [0.0, 1.0]]]), np.array([0]), np.array([1])).tolist()
    [[[0.0, 0.0], [0.0, -0.4]]]
    """
    moved = mean.copy()
    for a in range(len(unit)):
        for t in range(mean.shape[2]):
            felt = exposure[intervention[a], unit[a], t]
            if felt != 0.0:
                for k in range(mean.shape[0]):
                    moved[k, unit[a], t] += felt * gap[k, a, t]
    return moved


@numba.njit(cache=True)  # type: ignore[untyped-decorator]
def gap_gradient(by_moved: Array, gap: Array, exposure: Array, intervention: Array, unit: Array) -> Array:
    """Gradient of `gap_shifted` in the gaps; of `gap` only the shape counts."""
    by_gap = np.zeros(gap.shape)
    for a in range(len(unit)):
        for t in range(by_moved.shape[2]):
            felt = exposure[intervention[a], unit[a], t]
            for k in range(by_moved.shape[0]):
                by_gap[k, a, t] = felt * by_moved[k, unit[a], t]
    return by_gap


class GapShifted(Kernel):
    """`gap_shifted`, differentiated in the mean and the gaps."""

    compute = staticmethod(gap_shifted)
    gufunc_signature = "(k,u,t),(k,a,t),(j,u,t),(a),(a)->(k,u,t)"
    moved = (0, 1)

    def slopes(self, inputs: Any, outputs: Any, by: Any) -> list[Any]:
        """The mean's is that of the shifted mean; the gaps' as `gap_gradient`."""
        found: Any = GapGradient()(by[0], *inputs[1:])
        return [by[0], found]


class GapGradient(Kernel):
    """`gap_gradient`."""

    compute = staticmethod(gap_gradient)
    gufunc_signature = "(k,u,t),(k,a,t),(j,u,t),(a),(a)->(k,a,t)"
