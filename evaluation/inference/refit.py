"""One compiled model, other data: a study compiled once and fitted again to whatever has the same shape.

Placebo laws, priors, vintages, other readings of suppressed cells: each is the same density on other numbers. Nothing
here knows which model it is.
"""

from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import numpy as np
import pymc as pm
import xarray as xr
from pytensor.graph.basic import equal_computations

from evaluation.inference.compiled import Compiled, build, compile_model, on_data_of, sample
from evaluation.inference.diagnostics import worst
from evaluation.inference.effect import Meter, contrast, treated_cells
from evaluation.inference.graph import evaluate, on_data
from evaluation.inference.parameters import parameter_draws
from evaluation.models.parts.observation import widest_interval
from evaluation.terms.errors import EvidenceError, Problem
from evaluation.terms.study import SamplerPlan, Study

ENGINE = "nutpie NUTS"


@dataclass(frozen=True, kw_only=True)
class Effort:
    """How long each refit is drawn."""

    draws: int  # kept, of each chain
    tune: int
    chains: int
    target_accept: float
    engine: str = "nuts"  # or "integrated": NUTS only where that does not prove itself
    parameters: bool = False  # keep draws of scales, persistence and the like beside those of the effects
    densities: bool = False  # keep how well each reported cell of the batch's panel is predicted without it

    @classmethod
    def of_variants(cls, plan: SamplerPlan) -> "Effort":
        """As long as the study's sampler gives its variants."""
        return cls(
            draws=plan.variant_draws, tune=plan.variant_tune, chains=plan.variant_chains,
            target_accept=plan.target_accept, engine=plan.variant_engine,
        )  # fmt: skip


@dataclass(frozen=True)
class Refit:
    """A study's model, compiled on one panel, to be fitted to others."""

    study: Study
    panel: xr.Dataset
    compiled: Compiled
    meter: Meter
    equations: "Equations"

    @classmethod
    def of(cls, study: Study, panel: xr.Dataset, compiled: Compiled | None = None) -> "Refit":
        """Compile the study's model on its panel; `compiled` is that, where it has been done already."""
        compiled = compiled or compile_model(build(study, panel))
        return cls(study, panel, compiled, Meter(compiled.model), Equations(study, compiled.model))

    def sample(self, study: Study, panel: xr.Dataset, effort: Effort, *, seed: int, cores: int = 0) -> "Drawn":
        """Draw the posterior of the same model on another panel or under other priors.

        The draws are those of a model built and compiled on that panel: same seed, same numbers.

        Raises
        ------
        EvidenceError
            The other model has another shape or other equations, or the sampler finds no point to start from.
        """
        panel = as_wide_as(self.panel, panel)
        model = build(study, panel)
        compiled = on_data_of(self.compiled, model)
        self.equations.refuse_others(study, model)
        drawn = sample(
            compiled, draws=effort.draws, tune=effort.tune, chains=effort.chains,
            target_accept=effort.target_accept, seed=seed, progress=False, cores=cores,
        )  # fmt: skip
        posterior = drawn["posterior"].to_dataset()
        # The labels are those of the compiled model; who adopted may be others now.
        labels = {dim: list(model.coords[dim]) for dim in posterior.dims if dim in model.coords}
        statistics = drawn["sample_stats"].to_dataset()
        return Drawn(study, panel, self.meter, compiled.data, posterior.assign_coords(labels), statistics)


@dataclass(frozen=True)
class Equations:
    """What a study's model computes: settings may change data (a prior) or equations (a profile)."""

    study: Study
    model: pm.Model
    _alike: dict[str, list[Problem]] = field(default_factory=dict)  # other settings, by how they are written
    _lock: Any = field(default_factory=Lock)

    def refuse_others(self, study: Study, model: pm.Model) -> None:
        """Raise EvidenceError where a model of the same shape is another function of parameters and data."""
        written = repr(study.model)
        if study.model == self.study.model:
            return
        with self._lock:
            if written not in self._alike:
                self._alike[written] = _differences(self.model, model)
        if self._alike[written]:
            raise EvidenceError(self._alike[written])


@dataclass(frozen=True)
class Drawn:
    """One refit: what was fitted, and its draws over (chain, draw)."""

    study: Study
    panel: xr.Dataset
    meter: Meter
    data: dict[str, np.ndarray]
    posterior: xr.Dataset
    statistics: xr.Dataset


def as_wide_as(base: xr.Dataset, panel: xr.Dataset) -> xr.Dataset:
    """The panel with intervals as wide as those the model was compiled for, though it may hold none."""
    return panel.assign_attrs(widest_interval=max(widest_interval(base), widest_interval(panel)))


def _differences(one: pm.Model, other: pm.Model) -> list[Problem]:
    """Where the two densities are not the same function of parameters and data."""
    inputs = [[*model.value_vars, *_shared(model)] for model in (one, other)]
    densities = [[model.logp(jacobian=True)] for model in (one, other)]
    if len(inputs[0]) == len(inputs[1]) and equal_computations(*densities, *inputs):
        return []
    advice = "vary data and priors only; what changes the equations is a study of its own"
    return [Problem("the variant's settings change the equations of the model, not only its data", "refit", advice)]


def _shared(model: pm.Model) -> list[Any]:
    """Everything that is data, in the order of its name."""
    lengths = [model.dim_lengths[name] for name in sorted(model.dim_lengths)]
    return [*sorted(model.data_vars, key=lambda data: str(data.name)), *lengths]


def summary(drawn: Drawn, name: str, says: str) -> xr.Dataset:
    """The numbers a refit is made for, with how well they were sampled.

    Returns
    -------
    `percent` (variant, quantity, sample): the overall effect, then that of each indicator; `rhat_max`, `ess_min` and
    `divergences` (variant): of those numbers, as a refit is asked for no others.
    """
    study, panel = drawn.study, drawn.panel
    on, off = drawn.meter.both_ways(panel, drawn.posterior, drawn.data)
    cells = treated_cells(study, panel, on["unit"])
    overall = contrast(on, off, cells & panel["outcome"].astype(bool), ("indicator", "unit", "time"))["percent"]
    each = contrast(on, off, cells, ("unit", "time"))["percent"]
    quantity = np.array(["overall", *panel["indicator"].values.astype(str)])
    percent = np.concatenate([_flat(overall)[None], _flat(each)])
    coords = {"variant": [name], "quantity": quantity, "sample": np.arange(percent.shape[-1])}
    result = xr.Dataset({"percent": (("variant", "quantity", "sample"), percent[None])}, coords=coords)
    result["says"] = ("variant", [says])
    by_chain = [values.transpose(..., "chain", "draw").values for values in (overall.expand_dims("one"), each)]
    for label, value in worst(np.concatenate(by_chain)).items():
        result[label] = ("variant", [value])
    result["divergences"] = ("variant", [float(drawn.statistics["diverging"].sum())])
    return result.merge(_lead_percent(drawn, name)) if name == "leads" else result


def parameter_rows(drawn: Drawn, name: str) -> xr.Dataset:
    """`parameter_draws` (variant, parameter, sample): of every scale and persistence, in the model's own units."""
    model = drawn.meter.model
    with on_data(model, drawn.data):
        found = parameter_draws(model, drawn.posterior)
    return xr.Dataset({"parameter_draws": found.expand_dims(variant=[name])})


def _lead_percent(drawn: Drawn, name: str) -> xr.Dataset:
    model = drawn.meter.model
    with on_data(model, drawn.data):
        (values,) = evaluate(model, [model["lead_effect"]], drawn.posterior)  # (chain, draw, lead, indicator)
    percent = 100 * np.expm1(values.reshape(-1, *values.shape[2:])).T  # (indicator, lead, sample)
    coords = {
        "variant": [name],
        "indicator": drawn.panel["indicator"].values.astype(str),
        "lead": np.array(model.coords["lead"], dtype=str),
        "sample": np.arange(percent.shape[-1]),
    }
    return xr.Dataset({"lead_percent": (("variant", "indicator", "lead", "sample"), percent[None])}, coords=coords)


def _flat(draws: xr.DataArray) -> np.ndarray:
    ordered = draws.transpose(..., "chain", "draw")
    return ordered.values.reshape(*ordered.shape[:-2], -1)
