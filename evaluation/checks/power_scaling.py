"""Does the answer bend when the prior of the effect, or what the data say of it, is given a little more or less weight?

Power-scaling raises the prior, or the likelihood, to a power alpha near 1; the sensitivity is how fast the answer's
distribution then moves, in cumulative Jensen-Shannon distance for each doubling of alpha. Kallioinen, Paananen, Bürkner
and Vehtari (2024), Statistics and Computing 34:57.

The likelihood scaled here is that of the typical effects e (`effect_pool`) with everything else integrated out,

    p(y | e) = p(e | y) / p(e), up to a constant,

with p(e | y) normal, as the draws have it. It is not that of the cells. Where each cell has a noise term of its own,
scaling the cells' densities only sharpens the reading of each count, which leaves an effect that the noise hides as
uncertain as before. Nor could it be computed: the sum over some thousand cells has an sd of 30 to 40 between draws, and
draws shuffled against it look about as sensitive (0.2 to 0.5) as draws left in place, though Pareto k is small.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr
from scipy.stats import kurtosis, multivariate_normal, skew

from evaluation.checks.book import Evidence, NoEvidenceError, Seen, check
from evaluation.checks.draws import SAMPLE, stacked
from evaluation.checks.powers import at_powers, named
from evaluation.checks.refits import BELIEVED, log_ratios, naming_engines
from evaluation.inference.diagnostics import Array
from evaluation.terms.assumptions import DATA_DECIDE
from evaluation.terms.evidence import Verdict

PRIORS = "effect_pool"
CONTROL = "control:"  # how the pool of a negative control begins
FEWEST_DRAWS = 100
SHUFFLES = 20  # the largest of so many is about the 95 % point of what chance makes
MOST_SKEW, MOST_KURTOSIS = 1.0, 3.0  # up to here a normal shape and a kernel density gave the same to within 0.01


@check("power_scaling", family="prior", probes=DATA_DECIDE, limits={"power_prior": 0.05, "power_data": 0.05} | BELIEVED)
def bends(evidence: Evidence, limits: Mapping[str, float]) -> Seen:
    """Power-scaling sensitivity of the overall effect to the priors of the typical effects, and to the data."""
    scaled = _scaled(evidence)
    overall = answer(evidence, "overall", limits)
    rng = np.random.default_rng(evidence.study.seed_for("power_scaling"))
    prior, chance = sensitivity(overall, scaled.log_prior), by_chance(overall, scaled.log_prior, rng)
    if not tells(prior, chance, limits["power_prior"]):
        raise NoEvidenceError("The draws are too few to tell a pull of the prior from chance.", "Draw longer.")
    data, why_not, weights_of_data = _of_data(overall, scaled, limits["power_data"], rng)
    verdict, says = _judge(prior, data, why_not, limits)
    details = {"prior": prior, "by_chance": chance} | ({} if data is None else {"data_on_typical_effects": data})
    details |= named("prior", at_powers(overall, scaled.log_prior)) | weights_of_data
    seen = Seen(
        verdict=verdict,
        says=says,
        statistic=prior,
        statistic_says="how fast the overall effect moves with the weight of its prior (power-scaling sensitivity)",
        limit=limits["power_prior"],
        advice=_ADVICE[verdict],
        details=details | _each(evidence, scaled, limits),
    )
    return naming_engines(seen, evidence, ("main",))


_ADVICE = {
    Verdict.PASS: "",
    Verdict.CONCERN: "Say why the prior stands where it does; show the answers under all named priors side by side.",
    Verdict.FAIL: "Read the answer as the prior's; it takes more data to learn more.",
}


_DOES_NOT_DECIDE = (
    "The prior this answer was given does not decide: it hardly moves when that prior weighs a little more or less."
)


def _judge(prior: float, data: float | None, why_not: str, limits: Mapping[str, float]) -> tuple[Verdict, str]:
    if prior < limits["power_prior"]:
        return Verdict.PASS, _DOES_NOT_DECIDE
    if data is None:
        moves = "The answer moves when its prior weighs a little more or less"
        return Verdict.CONCERN, f"{moves}; whether it moves with the data is not known: {why_not}."
    if data < limits["power_data"]:
        moves = "the answer moves when the prior weighs a little more or less, and hardly when the data do"
        return Verdict.FAIL, f"The prior decides: {moves}."
    pull = "The prior and the data pull the answer in different directions"
    return Verdict.CONCERN, f"{pull}: it moves when either weighs a little more or less."


@dataclass(frozen=True)
class _Scaled:
    """The typical effects that the question asks about: their draws, and the log density of their priors."""

    effects: xr.DataArray  # (chain, draw, effect)
    log_prior: xr.DataArray  # (chain, draw): summed over the effects


def _scaled(evidence: Evidence) -> _Scaled:
    posterior, densities = evidence.group("posterior"), evidence.group("log_prior")
    if PRIORS not in posterior or PRIORS not in densities:
        raise NoEvidenceError("The fit does not hold the prior of the effect.", "Fit again with the present version.")
    effects, density = posterior[PRIORS], densities[PRIORS]
    dims = ("intervention", "pool")
    if any(set(one.dims) != {*SAMPLE, *dims} for one in (effects, density)) or not set(dims) <= set(effects.coords):
        raise NoEvidenceError("The fit does not say which effects its priors are of.", "Fit again.")
    asked = np.isin(effects["intervention"].values, evidence.study.question.interventions)
    outcome = np.array([not str(name).startswith(CONTROL) for name in effects["pool"].values])
    chosen = {"intervention": np.flatnonzero(asked), "pool": np.flatnonzero(outcome)}
    # the densities carry no labels of their own: they lie as the draws do
    pair = (_placed(one.isel(chosen).drop_vars(dims, errors="ignore")) for one in (effects, density))
    effects, density = xr.align(*pair, join="inner")
    if density.sizes["chain"] * density.sizes["draw"] < FEWEST_DRAWS or not np.isfinite(density.values).all():
        raise NoEvidenceError("The prior densities of the effect are too few, or not finite.", "Draw longer.")
    if not density.size or np.ptp(density.sum(dims).values) == 0:  # it would look as if nothing pulled
        raise NoEvidenceError("The effects asked about have no prior that differs between draws.", "Fit again.")
    return _Scaled(effects.stack(effect=dims), density.sum(dims))


def answer(evidence: Evidence, quantity: str, limits: Mapping[str, float]) -> xr.DataArray:
    """Draws (chain, draw) of the log ratio of one quantity in the main answer, labelled as the posterior's."""
    posterior, draws = evidence.group("posterior"), log_ratios(evidence, "main", quantity=quantity, limits=limits)
    shape = tuple(posterior.sizes[dim] for dim in SAMPLE)
    if len(draws) != np.prod(shape):
        raise NoEvidenceError("The main answer and the posterior do not hold the same draws.", "Fit again.")
    labels = {dim: posterior[dim].values for dim in SAMPLE}
    return xr.DataArray(draws.reshape(shape), dims=SAMPLE, coords=labels)


def _placed(draws: xr.DataArray) -> xr.DataArray:
    """Draws with labels for chain and draw, in double precision."""
    return draws.astype(float).assign_coords({dim: draws[dim].values for dim in SAMPLE})


def sensitivity(answer: xr.DataArray, log_density: xr.DataArray) -> float:
    """Power-scaling sensitivity of draws of an answer to a density, both (chain, draw), at the draws both have.

    Zero for a density that is the same at every draw: it pulls nowhere.
    """
    from arviz_stats import psense

    answer, log_density = xr.align(answer, log_density, join="inner")
    if np.ptp(log_density.values) == 0:
        return 0.0
    groups = {
        "posterior": xr.Dataset({"answer": answer}),
        "log_prior": xr.Dataset({"density": log_density.expand_dims("of", axis=-1)}),
    }
    return float(psense(xr.DataTree.from_dict(groups), group="prior", sample_dims=list(SAMPLE))["answer"])


def by_chance(answer: xr.DataArray, log_density: xr.DataArray, rng: np.random.Generator) -> float:
    """Largest sensitivity among shuffles of the density over the draws: what would be seen if it told nothing."""
    shuffled = (
        log_density.copy(data=rng.permutation(log_density.values.ravel()).reshape(log_density.shape))
        for _ in range(SHUFFLES)
    )
    return max(sensitivity(answer, one) for one in shuffled)


def tells(value: float, chance: float, limit: float) -> bool:
    """Whether a sensitivity says on which side of the limit it is: chance makes less, or it is larger by the limit.

    >>> tells(0.03, 0.01, 0.05), tells(0.30, 0.10, 0.05), tells(0.12, 0.10, 0.05), tells(0.01, 0.10, 0.05)
    (True, True, False, False)
    """
    return bool(np.isfinite(value) and (chance < limit or value > chance + limit))


def _of_data(
    overall: xr.DataArray, scaled: _Scaled, limit: float, rng: np.random.Generator
) -> tuple[float | None, str, dict[str, float]]:
    """Sensitivity to the data and the answer at other weights of them; or None, and why neither is known."""
    try:
        likelihood = scaled.log_prior.copy(data=log_likelihood(scaled.effects, scaled.log_prior))
    except NoEvidenceError as missing:
        return None, missing.reason, {}
    data, chance = sensitivity(overall, likelihood), by_chance(overall, likelihood, rng)
    if not tells(data, chance, limit):
        return None, "the draws are too few to tell it from chance", {}
    return data, "", named("data", at_powers(overall, likelihood))


def log_likelihood(effects: xr.DataArray, log_prior: xr.DataArray) -> Array:
    """What the data say of the typical effects, (chain, draw), up to a constant: log p(e | y) - log p(e).

    Parameters
    ----------
    effects
        Posterior draws (chain, draw, effect); their density is taken as normal.
    log_prior
        Log density of their prior (chain, draw).

    Raises
    ------
    NoEvidenceError
        If the draws are far from normal, or do not vary.
    """
    flat = stacked(effects, "effect")
    if not flat.size or (flat.std(axis=0) == 0).any():
        raise NoEvidenceError("the typical effects do not vary between draws")
    if np.abs(skew(flat)).max() > MOST_SKEW or kurtosis(flat).max() > MOST_KURTOSIS:
        raise NoEvidenceError("the draws of the typical effects are far from normal")
    normal = multivariate_normal(flat.mean(axis=0), np.cov(flat, rowvar=False), allow_singular=True)
    density = np.reshape(normal.logpdf(flat), log_prior.shape)
    return np.asarray(density - log_prior.transpose(*SAMPLE).values)


def _each(evidence: Evidence, scaled: _Scaled, limits: Mapping[str, float]) -> dict[str, float]:
    """Sensitivity of each outcome to the prior, by name; an outcome without draws is left out."""
    found = {}
    for name in evidence.study.question.indicators:
        try:
            found[f"prior: {evidence.names.indicator(name)}"] = sensitivity(
                answer(evidence, name, limits), scaled.log_prior
            )
        except NoEvidenceError:
            continue
    return found
