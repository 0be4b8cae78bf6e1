"""One compiled density, many data: compile a model once, sample it on any data of the same shape."""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any

import numpy as np
import nutpie
import pymc as pm
import xarray as xr

from evaluation.inference.entry import compile_density
from evaluation.inference.graph import evaluate, on_data, untraced
from evaluation.models.book import get_model
from evaluation.terms.errors import EvidenceError, Problem
from evaluation.terms.study import Study

# Computed afterwards and for the cells that matter only: storing them would triple every fit.
NOT_STORED = ("mu", "log_rate_mean")
FIELDS = ("log_rate", "shared_drift")  # a number for every cell


@dataclass(frozen=True)
class Compiled:
    """A compiled log density and its gradient, the data they stand on, and the shape of each sampled variable."""

    model: pm.Model
    density: Any
    data: dict[str, np.ndarray]
    shapes: dict[str, dict[str, int]]


def build(study: Study, panel: xr.Dataset) -> pm.Model:
    """The study's model on this panel."""
    with untraced():
        model: pm.Model = get_model(study.model.name, study.model.settings).build(panel, study.question)
    return model


def data_of(model: pm.Model) -> dict[str, np.ndarray]:
    """Values of every `pm.Data` of a model and lengths of its dims, by name: all that a refit may change."""
    data = {data.name: np.asarray(data.get_value()) for data in model.data_vars}
    lengths = {name: np.asarray(_length(length)) for name, length in model.dim_lengths.items()}
    return lengths | data


def _length(length: Any) -> Any:
    return length.get_value() if hasattr(length, "get_value") else length.data


def compile_model(model: pm.Model) -> Compiled:
    """Compile the log density of `model`: seconds to a minute; the caches of earlier runs shorten it."""
    # Only what is sampled: whatever follows from it is computed from the draws, without compiling it.
    sampled = [variable.name for variable in model.free_RVs]
    data = data_of(model)
    with untraced():
        return Compiled(model, compile_density(model, sampled), data, shapes_of(model, data))


def shapes_of(model: pm.Model, data: dict[str, np.ndarray]) -> dict[str, dict[str, int]]:
    """Lengths of the dims of every sampled variable; a dim without a name is called by its place."""
    shapes = {}
    for variable in model.free_RVs:
        named = model.named_vars_to_dims.get(variable.name) or ()
        static = {f"dim {place + 1}": length for place, length in enumerate(variable.type.shape)}
        shapes[variable.name] = {str(dim): int(data[dim]) for dim in named} or static
    return shapes


def complete(model: pm.Model, drawn: xr.DataTree) -> xr.Dataset:
    """The posterior in the model's own variables, with every quantity that follows from them (but `NOT_STORED`)."""
    sampled = drawn["posterior"].to_dataset()
    # what an engine has integrated out, it has no draws of
    posterior = sampled[[variable.name for variable in model.free_RVs if variable.name in sampled]]
    for name in set(posterior.data_vars) & set(FIELDS):
        # The field is most of a fit; seven digits are far beyond its Monte Carlo error and halve the memory.
        posterior[name] = posterior[name].astype(np.float32)
    follows = [variable for variable in model.deterministics if variable.name not in NOT_STORED]
    values = evaluate(model, follows, posterior)
    for variable, value in zip(follows, values, strict=True):
        dims = model.named_vars_to_dims.get(variable.name) or ()
        coords = {dim: list(model.coords[dim]) for dim in dims}
        posterior[variable.name] = xr.DataArray(value, dims=("chain", "draw", *dims), coords=coords)
    return posterior


def on_data_of(compiled: Compiled, model: pm.Model) -> Compiled:
    """The same compiled density on the data of another model of the same shape.

    Raises
    ------
    EvidenceError
        When the other model has other data or other dimensions: then it needs a density of its own.
    """
    data = data_of(model)
    problems = [
        Problem(f"data '{name}' is in one of the two models only", "refit", "compile the variant on its own")
        for name in sorted(set(data) ^ set(compiled.data))
    ] + _other_shapes(compiled.shapes, shapes_of(model, data))
    if problems:
        raise EvidenceError(problems)
    known = {variable.name for variable in compiled.density.shared_var_keys}
    density = compiled.density.with_data(**{name: data[name] for name in data if name in known})
    start = _starting_on(compiled.model, compiled.density.initial_point_func, data)
    return Compiled(compiled.model, replace(density, initial_point_func=start), data, compiled.shapes)


def _starting_on(model: pm.Model, start: Callable[..., Any], data: dict[str, np.ndarray]) -> Callable[..., Any]:
    """Starting points of a chain under other data: the function reads them from the model it was compiled of."""

    @wraps(start)
    def starting(*arguments: Any) -> Any:
        with on_data(model, data):
            return start(*arguments)

    return starting


def _other_shapes(compiled: dict[str, dict[str, int]], other: dict[str, dict[str, int]]) -> list[Problem]:
    """Each dim whose length differs is told once, however many variables have it."""
    told = {}
    for name in [*compiled, *(name for name in other if name not in compiled)]:
        one, two = compiled.get(name), other.get(name)
        if one is None or two is None or set(one) != set(two):
            told[name] = "is in one of the two models only" if not (one and two) else "has other dims"
        else:
            told |= {
                f"{name}, {dim}"
                if dim.startswith("dim ")
                else dim: f"has {one[dim]:,} entries, in the variant {two[dim]:,}"
                for dim in one
                if one[dim] != two[dim]
            }
    advice = "a refit keeps the shape of the compiled model: give it a study of its own"
    return [Problem(f"'{name}' {difference}", "refit", advice) for name, difference in told.items()]


def sample(
    compiled: Compiled,
    *,
    draws: int,
    tune: int,
    chains: int,
    target_accept: float,
    seed: int,
    progress: bool,
    cores: int = 0,
) -> xr.DataTree:
    """Draw from the posterior with NUTS (Hoffman and Gelman 2014), as nutpie implements it.

    Chains run on `cores` threads (0: as many as there are). The draws do not depend on it.

    Returns
    -------
    `xr.DataTree` with `posterior` and `sample_stats` over (chain, draw).

    Raises
    ------
    EvidenceError
        When no starting point has a finite density; when there is nothing to draw, or no tuning.
    """
    asked = {"draws": draws, "tune": tune, "chains": chains}
    if nothing := [
        Problem(f"{name} is {count}", "fit", "give 1 at least") for name, count in asked.items() if count < 1
    ]:
        raise EvidenceError(nothing)  # the sampler itself would take the whole process down
    try:
        tree: xr.DataTree = nutpie.sample(
            compiled.density,
            draws=draws,
            tune=tune,
            chains=chains,
            cores=min(chains, cores or available_cores()),
            seed=seed,
            target_accept=target_accept,
            save_warmup=False,
            progress_bar=progress,
        )
    except RuntimeError as error:
        if "initialization" not in str(error):
            raise
        advice = "look for counts that the exposure base cannot explain, and for priors that exclude the data"
        raise EvidenceError(Problem("the sampler found no point to start from", "fit", advice)) from error
    return tree


def available_cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)
