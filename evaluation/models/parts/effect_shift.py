"""Effects of adoptions, and what they add to the mean over event time, as one operation each."""

from typing import Any

import numba
import numpy as np

from evaluation.models.parts.kernel import Kernel

Array = np.ndarray


@numba.njit(cache=True)  # type: ignore[untyped-decorator]
def pooled(
    pool: Array, step: Array, step_sd: Array, unit_step: Array, unit_sd: Array, pool_of: Array, step_of: Array,
    intervention: Array,
) -> tuple[Array, Array]:  # fmt: skip
    """The effect of every adoption, partially pooled.

        typical[j, k] = pool[j, pool_of[k]] + step_sd * step[j, step_of[k]]
        effect[k, a]  = typical[intervention[a], k] + unit_sd[k] * unit_step[k, a]

    Parameters
    ----------
    pool
        (intervention, pool), log rate ratio.
    step
        (intervention, shared): of indicators that share their pool; `step_of` is negative for the others.
    step_sd
        (1,).
    unit_step
        (indicator, adoption).
    unit_sd, pool_of, step_of
        (indicator,).
    intervention
        (adoption,).

    Returns
    -------
    effect (indicator, adoption) and typical (intervention, indicator), log rate ratios at full exposure.
    """
    indicators, adoptions = unit_step.shape
    typical = np.empty((pool.shape[0], indicators))
    for j in range(pool.shape[0]):
        for k in range(indicators):
            typical[j, k] = pool[j, pool_of[k]]
            if step_of[k] >= 0:
                typical[j, k] += step_sd[0] * step[j, step_of[k]]
    effect = np.empty((indicators, adoptions))
    for k in range(indicators):
        for a in range(adoptions):
            effect[k, a] = typical[intervention[a], k] + unit_sd[k] * unit_step[k, a]
    return effect, typical


@numba.njit(cache=True)  # type: ignore[untyped-decorator]
def pooled_gradient(
    by_effect: Array, pool: Array, step: Array, step_sd: Array, unit_step: Array, unit_sd: Array, pool_of: Array,
    step_of: Array, intervention: Array,
) -> tuple[Array, Array, Array, Array, Array]:  # fmt: skip
    """Gradient of the first output of `pooled` in its first five arguments."""
    by_pool, by_step, by_step_sd = np.zeros(pool.shape), np.zeros(step.shape), np.zeros(1)
    by_unit_step, by_unit_sd = np.empty(unit_step.shape), np.zeros(len(unit_sd))
    through = np.zeros((pool.shape[0], by_effect.shape[0]))  # gradient in the typical effects
    for k in range(by_effect.shape[0]):
        for a in range(by_effect.shape[1]):
            through[intervention[a], k] += by_effect[k, a]
            by_unit_step[k, a] = by_effect[k, a] * unit_sd[k]
            by_unit_sd[k] += by_effect[k, a] * unit_step[k, a]
    for j in range(pool.shape[0]):
        for k in range(by_effect.shape[0]):
            by_pool[j, pool_of[k]] += through[j, k]
            if step_of[k] >= 0:
                by_step[j, step_of[k]] += through[j, k] * step_sd[0]
                by_step_sd[0] += through[j, k] * step[j, step_of[k]]
    return by_pool, by_step, by_step_sd, by_unit_step, by_unit_sd


@numba.njit(cache=True)  # type: ignore[untyped-decorator]
def shifted(
    mean: Array, effect: Array, share: Array, change: Array, exposure: Array, since: Array, intervention: Array,
    unit: Array,
) -> Array:  # fmt: skip
    """The mean with the effects in it: mean[k,u,t] + sum over the adoptions a of unit u of
    exposure[j(a),u,t] (effect[k,a] share[s] + change[k,s]), s the periods since adoption.

    Parameters
    ----------
    mean
        (indicator, unit, time), log rate.
    effect
        (indicator, adoption), log rate ratio at full exposure.
    share, change
        (event time,) and (indicator or 1, event time): the profile. Event time before the first entry is the first,
        and after the last one the last.
    exposure, since
        (intervention, unit, time): exposure in [0, 1], and event time.
    intervention, unit
        (adoption,).
    """
    moved = mean.copy()
    for a in range(len(unit)):
        j, u = intervention[a], unit[a]
        for t in range(mean.shape[2]):
            felt = exposure[j, u, t]
            if felt == 0.0:
                continue
            s = max(int(since[j, u, t]), 0)
            risen, changed = min(s, len(share) - 1), min(s, change.shape[1] - 1)
            for k in range(mean.shape[0]):
                moved[k, u, t] += felt * (effect[k, a] * share[risen] + change[min(k, change.shape[0] - 1), changed])
    return moved


@numba.njit(cache=True)  # type: ignore[untyped-decorator]
def shifted_gradient(
    by_moved: Array, effect: Array, share: Array, change: Array, exposure: Array, since: Array, intervention: Array,
    unit: Array,
) -> tuple[Array, Array, Array]:  # fmt: skip
    """Gradient of `shifted` in effect, share and change."""
    by_effect, by_share, by_change = np.zeros(effect.shape), np.zeros(len(share)), np.zeros(change.shape)
    for a in range(len(unit)):
        j, u = intervention[a], unit[a]
        for t in range(by_moved.shape[2]):
            felt = exposure[j, u, t]
            if felt == 0.0:
                continue
            s = max(int(since[j, u, t]), 0)
            risen, changed = min(s, len(share) - 1), min(s, change.shape[1] - 1)
            for k in range(by_moved.shape[0]):
                by = felt * by_moved[k, u, t]
                by_effect[k, a] += by * share[risen]
                by_share[risen] += by * effect[k, a]
                by_change[min(k, change.shape[0] - 1), changed] += by
    return by_effect, by_share, by_change


class Pooled(Kernel):
    """`pooled`, differentiated in everything that is drawn."""

    compute = staticmethod(pooled)
    gufunc_signature = "(j,p),(j,s),(o),(k,a),(k),(k),(k),(a)->(k,a),(j,k)"
    moved = (0, 1, 2, 3, 4)
    read_only = (1,)

    def slopes(self, inputs: Any, outputs: Any, by: Any) -> list[Any]:
        """As `pooled_gradient`."""
        found: Any = PooledGradient()(by[0], *inputs)
        return list(found)


class PooledGradient(Kernel):
    """`pooled_gradient`."""

    compute = staticmethod(pooled_gradient)
    gufunc_signature = "(k,a),(j,p),(j,s),(o),(k,a),(k),(k),(k),(a)->(j,p),(j,s),(o),(k,a),(k)"


class Shifted(Kernel):
    """`shifted`, differentiated in the mean, the effects and their profile."""

    compute = staticmethod(shifted)
    gufunc_signature = "(k,u,t),(k,a),(l),(m,c),(j,u,t),(j,u,t),(a),(a)->(k,u,t)"
    moved = (0, 1, 2, 3)

    def slopes(self, inputs: Any, outputs: Any, by: Any) -> list[Any]:
        """The mean's is that of the shifted mean; the others as `shifted_gradient`."""
        found: Any = ShiftedGradient()(by[0], *inputs[1:])
        return [by[0], *found]


class ShiftedGradient(Kernel):
    """`shifted_gradient`."""

    compute = staticmethod(shifted_gradient)
    gufunc_signature = "(k,u,t),(k,a),(l),(m,c),(j,u,t),(j,u,t),(a),(a)->(k,a),(l),(m,c)"
