"""Would another model of the same data predict them as well, and would it answer the same?

Models are compared by how well each predicts cells it has not seen: one cell at a time (PSIS-LOO; Vehtari, Gelman and
Gabry 2017) and the last periods at once (leave-future-out; Bürkner, Gabry and Vehtari 2020). Stacking (Yao, Vehtari,
Simpson and Gelman 2018) gives each the weight with which they predict best together. Differences below 4, or within
twice their standard error, do not tell models apart (Sivula, Magnusson, Matamoros and Vehtari 2025).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from evaluation.checks.book import Evidence, NoEvidenceError, Seen, check
from evaluation.checks.refits import SHIFT, log_ratios, spread, variant_names
from evaluation.checks.words import change, percent_span
from evaluation.inference.diagnostics import Array
from evaluation.models.book import alternatives_of
from evaluation.terms.assumptions import MODEL_FITS
from evaluation.terms.doubts import FUTURE, MODEL, of_family
from evaluation.terms.evidence import Verdict
from evaluation.terms.panel import CELL

OWN = "main"
LIMITS = {"elpd_apart": 4.0, "elpd_errors": 2.0, "model_weight": 0.05, "model_k_share": 0.1} | SHIFT
GOOD_K = 0.7
FEWEST_CELLS = 20
MIXED = 4000  # draws of the stacked answer


@check("model_choice", family="fit", probes=MODEL_FITS, limits=LIMITS)
def other_models(evidence: Evidence, limits: Mapping[str, float]) -> Seen:
    """The largest shift of the overall effect, posterior sd, among models that predict about as well as the study's."""
    draws, failed = _answers(evidence, limits)
    loo = compared_by(evidence.variants, evidence.panel, MODEL, list(draws), limits)
    future = compared_by(evidence.variants, evidence.panel, FUTURE, list(draws), limits)
    compared = loo or future
    if compared is None:
        raise NoEvidenceError(
            "How well the models predict cells they have not seen is not known: too few cells can be left out.",
            "Set checks.future, so that the last periods are hidden from each model and predicted.",
        )
    main, others = draws[OWN], {name: each for name, each in draws.items() if name != OWN}
    shifts = {name: float((np.median(each) - np.median(main)) / spread(main)) for name, each in others.items()}
    rivals = [name for name in shifts if compared.counts(name, limits)]
    better = [name for name in shifts if compared.better(name, limits)]
    size = max((abs(shifts[name]) for name in rivals), default=0.0)
    verdict = Verdict.FAIL if size > limits["shift_fail"] else Verdict.PASS
    if verdict is Verdict.PASS and (size > limits["shift"] or better or failed):
        verdict = Verdict.CONCERN
    return Seen(
        verdict=verdict,
        says=_told(evidence, draws, rivals, better, failed),
        statistic=size,
        statistic_says="largest shift of the overall effect, in posterior sd, among models that predict about as well",
        limit=limits["shift"],
        advice="" if verdict is Verdict.PASS else "Show the answers of all models; ask why they predict differently.",
        details=_details(draws, shifts, loo, future),
    )


def _answers(evidence: Evidence, limits: Mapping[str, float]) -> tuple[dict[str, Array], list[str]]:
    """Draws of the overall effect under each model, the study's own first; and which models did not settle."""
    names = of_family(list(variant_names(evidence)), MODEL)
    if len(names) < 2:
        raise NoEvidenceError("No other model was fitted.", "Name some in checks.alternatives.")
    found, failed = {OWN: log_ratios(evidence, OWN, limits=limits)}, []
    for variant, name in names.items():
        if name == OWN:
            continue
        try:
            found[name] = log_ratios(evidence, variant, limits=limits)
        except NoEvidenceError:
            failed.append(name)
    if len(found) == 1:
        raise NoEvidenceError("No other model settled on an answer.", "Raise sampler.variant_draws.")
    return found, failed


@dataclass(frozen=True)
class Compared:
    """What several models predict of cells they have not seen.

    Sums of log predictive densities: each model's less the first one's (`ahead`), their standard errors (`error`), and
    the weights with which they predict best together (`weight`).
    """

    ahead: Mapping[str, float]
    error: Mapping[str, float]
    weight: Mapping[str, float]

    def better(self, name: str, limits: Mapping[str, float]) -> bool:
        """Whether it predicts clearly better than the study's own model."""
        return self._apart(self.ahead[name], name, limits)

    def counts(self, name: str, limits: Mapping[str, float]) -> bool:
        """Whether its answer is one to reckon with: not clearly worse, or of use beside the others."""
        return not self._apart(-self.ahead[name], name, limits) or self.weight[name] >= limits["model_weight"]

    def _apart(self, ahead: float, name: str, limits: Mapping[str, float]) -> bool:
        return ahead > limits["elpd_apart"] and ahead > limits["elpd_errors"] * self.error[name]


def compared_by(
    variants: xr.Dataset, panel: xr.Dataset, family: str, models: list[str], limits: Mapping[str, float]
) -> Compared | None:
    """The models by what they predict, held against the first; None where that is not known of all of them.

    Parameters
    ----------
    variants
        Rows `<family>:<model>`, with `log_density` and `density_k` (variant, cell).
    family
        `model`: of cells that the fit has seen, each left out; `future`: of cells that were hidden from it.
    """
    names = [f"{family}:{name}" for name in models]
    if "log_density" not in variants or not set(names) <= set(variants["variant"].values.tolist()):
        return None
    density = variants["log_density"].sel(variant=names).transpose("variant", "cell").values
    k = variants["density_k"].sel(variant=names).transpose("variant", "cell").values
    hidden = np.isnan(k).all(axis=0)
    chosen = (hidden if family == FUTURE else ~hidden) & np.isfinite(density).all(axis=0)
    if chosen.sum() < FEWEST_CELLS or (k[:, chosen] > GOOD_K).mean(axis=1).max() > limits["model_k_share"]:
        return None
    cells = variants["cell"].values[chosen].astype(int)
    unit = np.asarray(np.unravel_index(cells, [panel.sizes[dim] for dim in CELL])[1])
    return compare_models(dict(zip(models, density[:, chosen], strict=True)), unit)


def compare_models(densities: Mapping[str, Array], unit: NDArray[np.intp]) -> Compared:
    """Differences from the first model, their standard errors, and stacking weights.

    Parameters
    ----------
    densities
        Log predictive density of each cell, (cell,), by model.
    unit
        (cell,): cells of one unit are not independent, so that errors are those of sums over units.
    """
    from arviz_stats import compare
    from arviz_stats.utils import ELPDData

    first = next(iter(densities.values()))
    found = {
        name: ELPDData(
            elpd=float(each.sum()), se=float(np.sqrt(len(each) * each.var())), p=0.0, n_samples=0,
            n_data_points=len(each), scale="log", warning=False, good_k=GOOD_K,
            elpd_i=xr.DataArray(each, dims="cell"), pareto_k=xr.DataArray(np.zeros(len(each)), dims="cell"),
        )
        for name, each in densities.items()
    }  # fmt: skip
    weight = compare(found, method="stacking", round_to="none")["weight"]
    of_unit = {name: np.bincount(unit, each - first) for name, each in densities.items()}
    of_unit = {name: each[np.bincount(unit) > 0] for name, each in of_unit.items()}
    return Compared(
        ahead={name: float(each.sum()) for name, each in of_unit.items()},
        error={name: float(np.sqrt(len(each) * each.var(ddof=1))) for name, each in of_unit.items()},
        weight={name: float(weight[name]) for name in densities},
    )


def _told(
    evidence: Evidence, draws: Mapping[str, Array], rivals: list[str], better: list[str], failed: list[str]
) -> str:
    known = alternatives_of(evidence.study.model.name, evidence.study.model.settings)

    def called(name: str) -> str:
        return known[name].says if name in known else name

    own, told = _middle(draws[OWN]), []
    if rivals:
        answers = "; ".join(f"{_middle(draws[name])} with {called(name)}" for name in rivals)
        told.append(f"Models that predict about as well as the study's own ({own}) answer {answers}.")
    else:
        told.append("Every other model that was fitted predicts clearly worse than the study's own.")
    if better:
        told.append(f"Clearly better predicts: {'; '.join(map(called, better))}.")
    if failed:
        told.append(f"Not known, as the fit did not settle: {'; '.join(map(called, failed))}.")
    return " ".join(told)


def _middle(draws: Array) -> str:
    lower, middle, upper = percent_span(draws)
    return change(middle, upper - lower)


def _details(
    draws: Mapping[str, Array], shifts: Mapping[str, float], loo: Compared | None, future: Compared | None
) -> dict[str, float]:
    details = {f"shift_{name}": shift for name, shift in shifts.items()}
    for label, compared in (("loo", loo), ("future", future)):
        for name in draws:
            if compared is not None:
                details[f"{label}_{name}"] = compared.ahead[name]
                details[f"{label}_error_{name}"] = compared.error[name]
                details[f"{label}_weight_{name}"] = compared.weight[name]
    weight = (loo or future).weight  # type: ignore[union-attr]
    ends = zip(("stacked_lower", "stacked_percent", "stacked_upper"), percent_span(stacked(draws, weight)), strict=True)
    return details | dict(ends)


def stacked(draws: Mapping[str, Array], weight: Mapping[str, float]) -> Array:
    """Draws of the mixture of all answers with these weights: evenly spaced quantiles of each, in proportion.

    >>> both = stacked({"one": np.array([-1.0, -1.0]), "other": np.array([1.0, 1.0])}, {"one": 0.75, "other": 0.25})
    >>> float((both < 0).mean())
    0.75
    """
    counts = {name: round(MIXED * weight[name]) for name in draws}
    return np.concatenate([np.quantile(draws[name], (np.arange(n) + 0.5) / n) for name, n in counts.items() if n])
