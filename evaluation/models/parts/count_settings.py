"""Settings that models of counts share: the noise of a count and what a scale may be. Free of PyMC."""

from collections.abc import Iterable, Mapping
from typing import Any

from evaluation.models.book import Alternative
from evaluation.terms.errors import Problem, nearest

NOISES = ("lognormal", "negative_binomial")
_NOISE = {
    "lognormal": "noise of each cell in its rate (log-normal)",
    "negative_binomial": "noise of each cell in its count (negative binomial)",
}
_PROFILE = {"step": "full effect from the first period", "dynamic": "an effect that may change with event time"}
_SIZE = {True: "units scatter alike, whatever their size", False: "large units scatter less than small ones"}


def count_problems(recipe: Any, scales: Iterable[str], where: str) -> list[Problem]:
    """What cannot be: noise, leads, the exponent of size, shared drift, and scales that are not positive."""
    found = []
    if recipe.noise not in NOISES:
        found.append(Problem(f"no noise is called '{recipe.noise}'", f"{where}.noise", nearest(recipe.noise, NOISES)))
    if not 0 <= recipe.anticipation <= recipe.leads:
        found.append(Problem(f"anticipation is {recipe.anticipation}", where, f"give 0 to leads ({recipe.leads})"))
    size = getattr(recipe, "size_exponent", None)  # not every model has one
    if size is not None and not _is_prior(size):
        advice = "give {mean: 0.25, sd: 0.25}, or null for units that wander alike whatever their size"
        found.append(Problem(f"size_exponent is {size}", where, advice))
    shared = getattr(recipe, "shared_drift_sd", None)
    if shared is not None and shared <= 0:
        advice = "give a positive scale, or null for indicators that drift each by itself"
        found.append(Problem(f"shared_drift_sd is {shared}", where, advice))
    return found + [
        Problem(f"{name} is {getattr(recipe, name)}", where, "give a positive scale")
        for name in scales
        if getattr(recipe, name) <= 0
    ]


def count_alternatives(recipe: Any) -> dict[str, Alternative]:
    """What a colleague might have chosen otherwise: the noise of counts, the course of effects, what size does."""
    noise = "lognormal" if recipe.noise == "negative_binomial" else "negative_binomial"
    profile = "step" if recipe.effect.profile == "dynamic" else "dynamic"
    size = None if getattr(recipe, "size_exponent", None) else {"mean": 0.25, "sd": 0.25}
    return {
        "noise": Alternative(_NOISE[noise], {"noise": noise}),
        "profile": Alternative(_PROFILE[profile], {"effect": {"profile": profile}}),
        "size": Alternative(_SIZE[size is None], {"size_exponent": size}),
    }


def gaussian_once_scales_are_known(recipe: Any) -> tuple[str, ...]:
    """Variables that are Gaussian once the scales are known; none with noise in the counts or a profile to estimate."""
    if recipe.noise != "lognormal" or recipe.effect.profile in {"ramp", "pulse"}:
        return ()
    return ("coefficient", "effect_pool", "effect_indicator_step", "effect_unit_step", "effect_walk_step")


def _is_prior(given: Mapping[str, float]) -> bool:
    return set(given) == {"mean", "sd"} and given["sd"] > 0
