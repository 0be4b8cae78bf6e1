"""The latent field made of standard normal numbers, given the counts roughly: what the sampler moves, and its density.

A series is a linear system driven by its innovations e_t ~ N(0, v_t), in the innovations form of Durbin and Koopman
(2012, sections 4.3 and 4.5): its state s = (level, drift) goes from s to F s + K_t e_t, F = diag(1, persistence), and
it deviates from its mean by 1'F s + e_t. Were the counts Gaussian, an innovation given those before it would be
Gaussian too: what its own count says (`weight`) and what later counts say of the state, -1/2 s'J s + h's, multiply.
That is how an innovation is made of a standard number, with `working_counts` in place of the counts.

Whatever the scales are, the standard numbers keep about the same distribution, so that the scales are free to move:
with the field itself held fixed they could take steps a tenth as large. The working counts only choose coordinates; the
density is exact whatever they say.
"""

import numba
import numpy as np

Array = np.ndarray

# Rows of working counts: weight of the count, weight times log rate; of later counts, J's three entries and h's two.
ROWS = 7
# What is kept of a period between the passes: the state before it, its innovation, 1/q.
KEPT = 4
LOG_2PI = float(np.log(2.0 * np.pi))


# error_model="numpy": a variance of zero gives infinities that the sampler rejects, not an exception inside it.
@numba.njit(error_model="numpy", cache=True)  # type: ignore[untyped-decorator]
def _filter(level: float, drift: float, noise: float, persistence: float, filtered: Array) -> bool:
    """Kalman filter of a series seen without error: the same for all units, as it does not depend on the data.

    Fills `filtered` (time, 7): 1/v, gain of level and of drift, the covariance of the state before each period, v.
    False where a variance is not positive.
    """
    caa, cad, cdd = level, 0.0, drift
    for t in range(len(filtered)):
        variance = caa + 2.0 * cad + cdd + noise
        if not variance > 0.0:
            return False
        ka, kd = (caa + cad) / variance, (cad + cdd) / variance
        filtered[t, 0], filtered[t, 1], filtered[t, 2] = 1.0 / variance, ka, kd
        filtered[t, 3], filtered[t, 4], filtered[t, 5], filtered[t, 6] = caa, cad, cdd, variance
        caa -= ka * ka * variance
        cad = persistence * (cad - ka * kd * variance)
        cdd = persistence**2 * (cdd - kd * kd * variance) + drift * (1.0 - persistence**2)
    return True


@numba.njit(error_model="numpy", cache=True)  # type: ignore[untyped-decorator]
def _filter_gradient(filtered: Array, by: Array, drift: float, persistence: float) -> tuple[float, float, float, float]:
    """From gradients in 1/v and the gains, `by` (time, 3), to those in level, drift, noise (variances), persistence."""
    baa = bad = bdd = 0.0  # in the covariance before the next period
    by_drift = by_noise = by_persistence = 0.0
    for t in range(len(filtered) - 1, -1, -1):
        precision, ka, kd = filtered[t, 0], filtered[t, 1], filtered[t, 2]
        cad, cdd, variance = filtered[t, 4], filtered[t, 5], filtered[t, 6]
        seen_ad, seen_dd = cad - ka * kd * variance, cdd - kd * kd * variance
        by_persistence += bad * seen_ad + 2.0 * persistence * bdd * (seen_dd - drift)
        by_drift += bdd * (1.0 - persistence**2)
        bad, bdd = persistence * bad, persistence**2 * bdd
        bka = by[t, 1] - variance * (2.0 * ka * baa + kd * bad)
        bkd = by[t, 2] - variance * (2.0 * kd * bdd + ka * bad)
        by_variance = (
            -(ka * ka * baa + ka * kd * bad + kd * kd * bdd)
            - (bka * ka + bkd * kd) * precision
            - by[t, 0] * precision * precision
        )
        baa += bka * precision + by_variance
        bad += (bka + bkd) * precision + 2.0 * by_variance
        bdd += bkd * precision + by_variance
        by_noise += by_variance
    return baa, bdd + by_drift, by_noise, by_persistence


# One period of all units at a time, unit by unit in the innermost loop: the processor does several units at once.
@numba.njit(error_model="numpy", cache=True)  # type: ignore[untyped-decorator]
def _make(
    one: Array, persistence: float, working: Array, standard: Array, mean: Array, state: Array, kept: Array, made: Array
) -> None:
    """Make a period of the field; `state` (4, unit): level, drift, sum of e^2 / v, product of 1 / (q v)."""
    precision, ka, kd = one[0], one[1], one[2]
    for u in range(len(standard)):
        w = working[0, u]
        ja, jd = working[2, u] * ka + working[3, u] * kd, working[3, u] * ka + working[4, u] * kd
        inverse = 1.0 / (precision + w + ka * ja + kd * jd)
        before, drift = state[0, u], persistence * state[1, u]
        # later counts speak of log rates: their deviation from the mean, as if it stayed where it is
        level = before + mean[u]
        expected = (
            working[1, u] + ka * working[5, u] + kd * working[6, u] - (w + ja) * level - (w + jd) * drift
        ) * inverse
        e = expected + standard[u] * np.sqrt(inverse)
        kept[0, u], kept[1, u], kept[2, u], kept[3, u] = before, state[1, u], e, inverse
        made[u] = level + drift + e
        state[0, u], state[1, u] = before + ka * e, drift + kd * e
        state[2, u] += e * e * precision
        state[3, u] *= inverse * precision


@numba.njit(error_model="numpy", cache=True)  # type: ignore[untyped-decorator]
def _make_gradient(
    one: Array, persistence: float, working: Array, standard: Array, mean: Array, kept: Array, by_density: float,
    by_jacobian: float, by_made: Array, by_state: Array, by_standard: Array, shared: Array,
) -> None:  # fmt: skip
    """Gradient of `_make`. `by_made` becomes that in the mean, `by_state` (2, unit) goes back to before the period;
    `shared` (4, unit) is each unit's part of those in 1 / v, the gains of level and drift, and persistence.
    """
    precision, ka, kd = one[0], one[1], one[2]
    for u in range(len(standard)):
        w, jad = working[0, u], working[3, u]
        ja, jd = working[2, u] * ka + jad * kd, jad * ka + working[4, u] * kd
        before, e, inverse = kept[1, u], kept[2, u], kept[3, u]
        root = np.sqrt(inverse)
        by_level, by_drift = by_state[0, u], by_state[1, u]
        by_e = by_made[u] + ka * by_level + kd * by_drift - by_density * e * precision
        by_b = by_e * inverse
        by_q = by_b * (0.5 * standard[u] * root - e) - 0.5 * by_jacobian * inverse
        by_ja = by_q * ka - by_b * (kept[0, u] + mean[u])
        by_jd = by_q * kd - by_b * persistence * before
        by_standard[u] = by_e * root
        shared[0, u] = by_q - 0.5 * by_density * e * e
        shared[1, u] = by_b * working[5, u] + by_ja * working[2, u] + by_jd * jad + by_q * ja + e * by_level
        shared[2, u] = by_b * working[6, u] + by_ja * jad + by_jd * working[4, u] + by_q * jd + e * by_drift
        by_drift += by_made[u] - by_b * (w + jd)
        shared[3, u] = by_drift * before
        by_made[u] -= by_b * (w + ja)
        by_state[0, u] = by_level + by_made[u]
        by_state[1, u] = persistence * by_drift


@numba.njit(error_model="numpy", cache=True)  # type: ignore[untyped-decorator]
def _series_made(
    filtered: Array, persistence: float, working: Array, standard: Array, mean: Array,
    numbers: Array, means: Array, state: Array, kept: Array, made: Array,
) -> float:  # fmt: skip
    """All series of one indicator: `made` (time, unit), what gradients need in `kept`; the sum of log 1 / (q v)."""
    units, periods = standard.shape
    for u in range(units):
        state[0, u] = state[1, u] = state[2, u] = 0.0
        state[3, u] = 1.0
        for t in range(periods):
            numbers[t, u], means[t, u] = standard[u, t], mean[u, t]
    logs = 0.0
    for t in range(periods):
        _make(filtered[t], persistence, working[t], numbers[t], means[t], state, kept[t], made[t])
        if t % 8 == 7 or t == periods - 1:  # before the product leaves the range of numbers
            for u in range(units):
                logs += np.log(state[3, u])
                state[3, u] = 1.0
    return logs


@numba.njit(error_model="numpy", cache=True)  # type: ignore[untyped-decorator]
def field_made(
    standard: Array, mean: Array, scales: Array, persistence: Array, working: Array
) -> tuple[Array, Array, Array]:
    """Make the field of standard numbers.

    Parameters
    ----------
    standard, mean
        (indicator, unit, time).
    scales
        (3, indicator): level_sd, drift_sd, noise_sd of `series_covariance`.
    persistence
        (indicator,).
    working
        (indicator, time, ROWS, unit): working counts.

    Returns
    -------
    The field, (indicator, unit, time); its log density around the mean; the log of how much volume it takes for one of
    standard numbers. Scales without any variance have log density minus infinity.
    """
    indicators, units, periods = standard.shape
    field = np.empty_like(standard)
    filtered, kept = np.empty((periods, 7)), np.empty((periods, KEPT, units))
    numbers, means, made = np.empty((periods, units)), np.empty((periods, units)), np.empty((periods, units))
    state = np.empty((4, units))
    density = -0.5 * LOG_2PI * standard.size
    jacobian = 0.0
    for k in range(indicators):
        if not _filter(scales[0, k] ** 2, scales[1, k] ** 2, scales[2, k] ** 2, persistence[k], filtered):
            return np.full_like(standard, np.nan), np.asarray(-np.inf), np.asarray(0.0)
        logs = _series_made(
            filtered, persistence[k], working[k], standard[k], mean[k], numbers, means, state, kept, made
        )
        log_variance = squares = 0.0
        for t in range(periods):
            log_variance += np.log(filtered[t, 6])
        for u in range(units):
            squares += state[2, u]
            for t in range(periods):
                field[k, u, t] = made[t, u]
        density -= 0.5 * (squares + units * log_variance)
        jacobian += 0.5 * (logs + units * log_variance)
    return field, np.asarray(density), np.asarray(jacobian)


@numba.njit(error_model="numpy", cache=True)  # type: ignore[untyped-decorator]
def field_made_gradient(
    standard: Array, mean: Array, scales: Array, persistence: Array, working: Array,
    by_field: Array, by_density: Array, by_jacobian: Array,
) -> tuple[Array, Array, Array, Array]:  # fmt: skip
    """Gradient of `field_made` in the standard numbers, the mean, the scales and persistence.

    Of a scalar whose gradients in the field, its density and its volume are given. What `field_made` found on its way
    is found again: one indicator at a time stays in the processor's cache, the whole of it does not.
    """
    indicators, units, periods = standard.shape
    by_standard, by_mean = np.empty_like(standard), np.empty_like(standard)
    by_scale, by_persistence = np.zeros((3, indicators)), np.zeros(indicators)
    by_d, by_j = by_density.item(), by_jacobian.item()
    filtered, kept = np.empty((periods, 7)), np.empty((periods, KEPT, units))
    numbers, means, made = np.empty((periods, units)), np.empty((periods, units)), np.empty((periods, units))
    state, by_state, by_filtered = np.empty((4, units)), np.empty((2, units)), np.empty((periods, 3))
    by_numbers, shared = np.empty((periods, units)), np.empty((4, units))
    for k in range(indicators):
        phi, drift = persistence[k], scales[1, k] ** 2
        if not _filter(scales[0, k] ** 2, drift, scales[2, k] ** 2, phi, filtered):
            return np.zeros_like(standard), np.zeros_like(standard), by_scale, by_persistence
        _series_made(filtered, phi, working[k], standard[k], mean[k], numbers, means, state, kept, made)
        for u in range(units):
            by_state[0, u] = by_state[1, u] = 0.0
            for t in range(periods):
                made[t, u] = by_field[k, u, t]
        by_phi = 0.0
        for t in range(periods - 1, -1, -1):
            _make_gradient(
                filtered[t], phi, working[k, t], numbers[t], means[t], kept[t], by_d, by_j,
                made[t], by_state, by_numbers[t], shared,
            )  # fmt: skip
            by_precision = by_ka = by_kd = 0.0
            for u in range(units):
                by_precision += shared[0, u]
                by_ka += shared[1, u]
                by_kd += shared[2, u]
                by_phi += shared[3, u]
            by_filtered[t, 0] = by_precision + 0.5 * units * by_d * filtered[t, 6]
            by_filtered[t, 1], by_filtered[t, 2] = by_ka, by_kd
        for u in range(units):
            for t in range(periods):
                by_standard[k, u, t], by_mean[k, u, t] = by_numbers[t, u], made[t, u]
        found = _filter_gradient(filtered, by_filtered, drift, phi)
        for s in range(3):
            by_scale[s, k] = 2.0 * scales[s, k] * found[s]
        by_persistence[k] = by_phi + found[3]
    return by_standard, by_mean, by_scale, by_persistence


@numba.njit(error_model="numpy", cache=True)  # type: ignore[untyped-decorator]
def standard_of(field: Array, mean: Array, scales: Array, persistence: Array, working: Array) -> Array:
    """The standard numbers a field is made of: the inverse of `field_made`, (indicator, unit, time)."""
    indicators, units, periods = field.shape
    standard, filtered = np.empty_like(field), np.empty((periods, 7))
    for k in range(indicators):
        if not _filter(scales[0, k] ** 2, scales[1, k] ** 2, scales[2, k] ** 2, persistence[k], filtered):
            return np.full_like(field, np.nan)
        for u in range(units):
            level = drift = 0.0
            for t in range(periods):
                w, wy, jaa, jad, jdd, ha, hd = working[k, t, :, u]
                precision, ka, kd = filtered[t, 0], filtered[t, 1], filtered[t, 2]
                drift *= persistence[k]
                e = field[k, u, t] - mean[k, u, t] - level - drift
                ja, jd = jaa * ka + jad * kd, jad * ka + jdd * kd
                q = precision + w + ka * ja + kd * jd
                b = wy + ka * ha + kd * hd - (w + ja) * (level + mean[k, u, t]) - (w + jd) * drift
                standard[k, u, t] = (e - b / q) * np.sqrt(q)
                level += ka * e
                drift += kd * e
    return standard


@numba.njit(error_model="numpy", cache=True)  # type: ignore[untyped-decorator]
def look_ahead(weighted: Array, weight: Array, scales: Array, persistence: Array) -> Array:
    """Working counts: what each says and, at likely scales, what later ones say of the state.

    Parameters
    ----------
    weighted, weight
        (indicator, time, unit): precision times log rate, and precision; 0 without a count.
    scales, persistence
        (3, indicator), (indicator,): where the coordinates are best.

    Returns
    -------
    (indicator, time, ROWS, unit).
    """
    indicators, periods, units = weight.shape
    working, filtered = np.zeros((indicators, periods, ROWS, units)), np.empty((periods, 7))
    for k in range(indicators):
        phi = persistence[k]
        _filter(scales[0, k] ** 2, scales[1, k] ** 2, scales[2, k] ** 2, phi, filtered)
        for u in range(units):
            jaa = jad = jdd = ha = hd = 0.0
            for t in range(periods - 1, -1, -1):
                precision, ka, kd = filtered[t, 0], filtered[t, 1], filtered[t, 2]
                w, wy = weight[k, t, u], weighted[k, t, u]
                row = working[k, t]
                row[0, u], row[1, u], row[2, u], row[3, u], row[4, u] = w, wy, jaa, jad, jdd
                row[5, u], row[6, u] = ha, hd
                ma, md = w + jaa * ka + jad * kd, w + jad * ka + jdd * kd
                n = wy + ka * ha + kd * hd
                q = precision + w + ka * (ma - w) + kd * (md - w)
                jaa += w - ma * ma / q
                jad = phi * (w + jad - ma * md / q)
                jdd = phi**2 * (w + jdd - md * md / q)
                ha += wy - ma * n / q
                hd = phi * (wy + hd - md * n / q)
    return working
