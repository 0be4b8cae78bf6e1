"""Has the sampler found the whole posterior?

Vehtari, Gelman, Simpson, Carpenter and Bürkner (2021), Bayesian Analysis 16(2), for R-hat and effective sample size;
Betancourt (2017), arXiv:1701.02434, for divergences and the energy.
"""

from collections.abc import Callable, Iterable, Mapping

import numpy as np
import xarray as xr

from evaluation.checks.book import Evidence, NoEvidenceError, Seen, check
from evaluation.checks.draws import Quantities, quantities
from evaluation.checks.words import Names
from evaluation.inference.diagnostics import Array, bulk_ess, split_rhat, tail_ess
from evaluation.models.book import unidentified_of
from evaluation.terms.assumptions import CONVERGED
from evaluation.terms.evidence import Verdict

DERIVED = ("mu",)  # a function of the field, cell by cell: it mixes as the field does
LONGER = "Draw longer (sampler.tune, sampler.draws); if that does not help, the model is hard to sample: read its docs."


@check("rhat", family="sampling", probes=CONVERGED, limits={"rhat": 1.01, "rhat_fail": 1.05})
def chains_agree(evidence: Evidence, limits: Mapping[str, float]) -> Seen:
    """Split R-hat, rank-normalised, of every parameter: chains that agree have 1."""
    measured = _measure(
        quantities(evidence.group("posterior"), evidence.names, without=_without(evidence)), _rhat_of_chains
    )
    worst = measured.most(1)[0][1]
    says = {
        Verdict.PASS: f"The chains agree on all {len(measured):,} parameters.",
        Verdict.CONCERN: f"The chains agree less than they should on {_share(measured.values > limits['rhat'])}.",
        Verdict.FAIL: f"The chains do not agree on {_share(measured.values > limits['rhat'])}.",
        Verdict.UNKNOWN: "Whether the chains agree cannot be computed for every parameter.",
    }
    verdict = _judge(worst, limits["rhat"], limits["rhat_fail"], measured.missing)
    return Seen(
        verdict=verdict,
        says=says[verdict],
        statistic=worst,
        statistic_says=f"largest split R-hat over {len(measured):,} quantities, at {measured.most(1)[0][0]}",
        limit=limits["rhat"],
        advice="" if verdict is Verdict.PASS else LONGER,
        details=dict(measured.most(5)),
    )


@check("ess", family="sampling", probes=CONVERGED, limits={"ess": 400.0, "ess_fail": 100.0})
def enough_draws(evidence: Evidence, limits: Mapping[str, float]) -> Seen:
    """Effective sample size of every parameter, of its centre and of its tails, the smaller."""
    rows = quantities(evidence.group("posterior"), evidence.names, without=_without(evidence))
    return _judge_ess(_measure(rows, _smaller_ess), "parameters", limits["ess"], limits["ess_fail"])


@check("ess_estimands", family="sampling", probes=CONVERGED, limits={"ess_estimand": 400.0, "ess_estimand_fail": 100.0})
def enough_draws_of_the_answer(evidence: Evidence, limits: Mapping[str, float]) -> Seen:
    """Effective sample size of every number the report prints, centre and tails, the smaller."""
    from evaluation.inference.effect import estimate

    evidence.group("posterior")
    names, effect = evidence.names, estimate(evidence.study, evidence.panel, evidence.fit)
    rows = (
        row
        for name, node in effect.children.items()
        if {"chain", "draw"} <= set(node.dims) and "percent" in node
        for row in quantities(node.to_dataset()[["percent"]].rename(percent=f"{name} percent"), names)
    )
    return _judge_ess(_measure(rows, _smaller_ess), "estimates", limits["ess_estimand"], limits["ess_estimand_fail"])


@check("divergences", family="sampling", probes=CONVERGED, limits={"divergences": 0.001, "divergences_fail": 0.01})
def no_divergences(evidence: Evidence, limits: Mapping[str, float]) -> Seen:
    """Share of kept draws whose trajectory broke down, and where in the posterior they sit."""
    stats = evidence.group("sample_stats")
    if "diverging" not in stats or not stats["diverging"].size:
        raise NoEvidenceError("The sampler kept no record of divergences.", "Fit again with the present version.")
    diverging = stats["diverging"].transpose("chain", "draw").values.astype(bool)
    count, share = int(diverging.sum()), float(diverging.mean())
    verdict = _judge(share, limits["divergences"], limits["divergences_fail"])
    where = _where_divergent(evidence.group("posterior"), diverging, evidence.names)
    plural = "" if count == 1 else "s"
    told = f"{count} of {diverging.size:,} trajectories broke down{where}."
    return Seen(
        verdict=verdict,
        says=f"None of {diverging.size:,} trajectories broke down." if not count else told,
        statistic=share,
        statistic_says=f"share of draws that diverged ({count} draw{plural})",
        limit=limits["divergences"],
        advice="" if verdict is Verdict.PASS else "Raise sampler.target_accept; look at the quantity named.",
        details={f"chain {chain}": float(row.sum()) for chain, row in enumerate(diverging)},
    )


@check("energy", family="sampling", probes=CONVERGED, limits={"bfmi": 0.3, "bfmi_fail": 0.2})
def energy_explored(evidence: Evidence, limits: Mapping[str, float]) -> Seen:
    """E-BFMI of each chain: small where the sampler moves through the posterior's tails in too short steps."""
    stats = evidence.group("sample_stats")
    if "energy" not in stats or not np.isfinite(stats["energy"].values).all() or stats["energy"].size < 4:
        raise NoEvidenceError("The sampler kept no record of its energy.", "Fit again with the present version.")
    from arviz_stats.base import array_stats

    each = np.asarray(array_stats.bfmi(stats["energy"].transpose("chain", "draw").values))
    worst = float(each.min())
    verdict = _judge(-worst, -limits["bfmi"], -limits["bfmi_fail"])
    good = "Every chain moves freely through the posterior."
    return Seen(
        verdict=verdict,
        says=good if verdict is Verdict.PASS else "At least one chain moves through the posterior in too short steps.",
        statistic=worst,
        statistic_says=f"smallest E-BFMI over {len(each)} chains",
        limit=limits["bfmi"],
        advice="" if verdict is Verdict.PASS else LONGER,
        details={f"chain {chain}": float(value) for chain, value in enumerate(each)},
    )


class _Measured:
    """A diagnostic of many quantities: the values, the names of the worst, and how many could not be computed."""

    def __init__(self, values: Array, names: list[str], constant: int, *, large_is_bad: bool):
        self.values, self.names, self.constant = values, names, constant
        self.missing = int(np.isnan(values).sum())
        self._order = np.argsort(np.where(np.isnan(values), -np.inf, values if large_is_bad else -values))[::-1]

    def __len__(self) -> int:
        return len(self.values)

    def most(self, count: int) -> list[tuple[str, float]]:
        """The worst few, worst first."""
        return [(self.names[row], float(self.values[row])) for row in self._order[:count]]


def _measure(rows: Iterable[Quantities], measure: Callable[[Array], Array]) -> _Measured:
    """Apply a diagnostic to every quantity that varies.

    A quantity that never varies is fixed by the model (the first step of a profile, say) and says nothing of the
    sampler, as long as others vary. A draw that is not finite leaves its quantity not computable.
    """
    values: list[Array] = [np.empty(0)]
    names: list[str] = []
    constant = 0
    for variable in rows:
        varies = np.ptp(variable.draws, axis=(1, 2)) != 0  # true of NaN as well: those are not computable
        constant += int((~varies).sum())
        finite = np.isfinite(variable.draws).all(axis=(1, 2))
        result = np.full(len(varies), np.nan)
        if (varies & finite).any():
            result[varies & finite] = measure(variable.draws[varies & finite])
        values.append(result[varies])
        names.extend(variable.name(int(row)) for row in np.flatnonzero(varies))
    if not names:
        raise NoEvidenceError("No quantity varies between draws: nothing was sampled.", LONGER)
    return _Measured(np.concatenate(values), names, constant, large_is_bad=measure is _rhat_of_chains)


def _rhat_of_chains(draws: Array) -> Array:
    if draws.shape[1] < 2 or draws.shape[2] < 4:  # the halves of one chain may agree where a second would not
        return np.full(len(draws), np.nan)
    return split_rhat(draws)


def _smaller_ess(draws: Array) -> Array:
    if draws.shape[-1] < 4:
        return np.full(len(draws), np.nan)
    return np.asarray(np.minimum(bulk_ess(draws), tail_ess(draws)))


def _judge_ess(measured: _Measured, what: str, enough: float, far_too_few: float) -> Seen:
    name, worst = measured.most(1)[0]
    verdict = _judge(-worst, -enough, -far_too_few, measured.missing)
    short = f"The draws are worth fewer than {enough:,.0f} independent ones for {_share(measured.values < enough)}."
    says = {
        Verdict.PASS: f"The draws are worth at least {enough:,.0f} independent ones for all {len(measured):,} {what}.",
        Verdict.UNKNOWN: f"What the draws are worth cannot be computed for every one of the {what}.",
    }
    return Seen(
        verdict=verdict,
        says=says.get(verdict, short),
        statistic=worst,
        statistic_says=f"smallest effective sample size (centre and tails) over {len(measured):,} {what}, at {name}",
        limit=enough,
        advice="" if verdict is Verdict.PASS else LONGER,
        details=dict(measured.most(5)),
    )


def _without(evidence: Evidence) -> tuple[str, ...]:
    """What is not looked at: what mixes as something else does, and what no chain need agree on with another."""
    plan = evidence.study.model
    return DERIVED + unidentified_of(plan.name, plan.settings)


def _judge(value: float, limit: float, fail: float, missing: int = 0) -> Verdict:
    if value > fail:
        return Verdict.FAIL
    if missing or np.isnan(value):
        return Verdict.UNKNOWN
    return Verdict.CONCERN if value > limit else Verdict.PASS


def _share(bad: np.ndarray) -> str:
    return f"{int(bad.sum()):,} of {bad.size:,} quantities"


def _where_divergent(posterior: xr.Dataset, diverging: np.ndarray, names: Names) -> str:
    """Where the broken trajectories sit: the quantity on which they differ most from the rest, in words."""
    if diverging.sum() < 3:
        return ""
    furthest, told = 1.0, ""  # less than one sd from the rest explains nothing
    for variable in quantities(posterior, names, without=DERIVED):
        if len(variable.draws) > 200 or variable.draws.shape[1:] != diverging.shape:
            continue  # a field of cells: its scale, which is looked at, tells the same with fewer false leads
        sd = variable.draws.std(axis=(1, 2))
        gap = variable.draws[:, diverging].mean(axis=1) - variable.draws.mean(axis=(1, 2))
        away = np.divide(gap, sd, out=np.zeros_like(gap), where=sd > 0)
        row = int(np.abs(away).argmax())
        if abs(away[row]) > furthest:
            furthest = abs(float(away[row]))
            told = f", mostly where {variable.name(row)} is {'large' if away[row] > 0 else 'small'}"
    return told
