"""Fit a study: its own model on its own panel, and every reading of it that the checks ask for."""

import json
import time
from importlib.metadata import version

import numpy as np
import xarray as xr

from evaluation.inference.compiled import Compiled, build, compile_model, complete, on_data_of, sample
from evaluation.inference.diagnostics import worst
from evaluation.inference.effect import both_ways, contrast, treated_cells
from evaluation.inference.predictive import posterior_groups, prior_predictive
from evaluation.inference.variants import variant
from evaluation.models.parts.observation import widest_interval
from evaluation.terms.study import Study

PACKAGES = ("pymc", "pytensor", "nutpie", "numba", "numpy", "xarray", "arviz")


def fit(study: Study, panel: xr.Dataset, *, progress: bool = True) -> tuple[xr.DataTree, xr.Dataset]:
    """Draw the posterior of the study, and of its variants.

    Returns
    -------
    The fit (`xr.DataTree`) and the variants (`xr.Dataset`), as described in docs/architecture.md.

    Raises
    ------
    EvidenceError
        When the sampler cannot start.
    """
    model = build(study, panel)
    compiled = compile_model(model)
    began = time.monotonic()
    drawn = _sample_main(study, compiled, progress)
    seconds = time.monotonic() - began
    posterior, statistics = complete(model, drawn), _plain_statistics(drawn["sample_stats"].to_dataset())
    del drawn  # half a gigabyte that nothing needs any more
    groups = {
        "posterior": posterior,
        "sample_stats": statistics,
        **posterior_groups(study, model, posterior),
        **{name: node.to_dataset() for name, node in prior_predictive(study, panel).children.items()},
    }
    tree = xr.DataTree.from_dict({name: _labelled(group) for name, group in groups.items()})
    tree.attrs.update(_provenance(study, seconds))
    return tree, _variants(study, panel, compiled, statistics, posterior, progress)


def _sample_main(study: Study, compiled: Compiled, progress: bool) -> xr.DataTree:
    plan = study.sampler
    return sample(
        compiled, draws=plan.draws, tune=plan.tune, chains=plan.chains,
        target_accept=plan.target_accept, seed=study.seed_for("fit"), progress=progress,
    )  # fmt: skip


def _variants(
    study: Study, panel: xr.Dataset, compiled: Compiled, statistics: xr.Dataset, posterior: xr.Dataset, progress: bool
) -> xr.Dataset:
    parts = [_summary(study, panel, statistics, posterior, "main", "the study as planned")]
    for name in study.checks.variants:
        if name == f"prior:{study.model.settings['effect']['prior']}":
            # the headline's own prior: its draws are already there
            parts.append(_summary(study, panel, statistics, posterior, name, variant(name).says))
        else:
            parts.append(_refit(study, panel, compiled, name, progress))
    lead_sd = max(float(prior["sd"]) for prior in study.model.settings["effect"]["priors"].values())
    return xr.concat(parts, dim="variant", join="outer").assign_attrs(lead_prior_sd=lead_sd)


def _refit(study: Study, panel: xr.Dataset, compiled: Compiled, name: str, progress: bool) -> xr.Dataset:
    read_study, read_panel = variant(name).apply(study, panel)
    read_panel = read_panel.assign_attrs(widest_interval=widest_interval(panel))
    model = build(read_study, read_panel)
    plan = study.sampler
    drawn = sample(
        on_data_of(compiled, model), draws=plan.variant_draws, tune=plan.variant_tune, chains=plan.variant_chains,
        target_accept=plan.target_accept, seed=study.seed_for(f"fit {name}"), progress=progress,
    )  # fmt: skip
    posterior = complete(model, drawn)
    return _summary(read_study, read_panel, drawn["sample_stats"].to_dataset(), posterior, name, variant(name).says)


def _summary(
    study: Study, panel: xr.Dataset, statistics: xr.Dataset, posterior: xr.Dataset, name: str, says: str
) -> xr.Dataset:
    on, off = both_ways(study, panel, posterior)
    cells = treated_cells(study, panel, on["unit"])
    overall = contrast(on, off, cells & panel["outcome"].astype(bool), ("indicator", "unit", "time"))["percent"]
    each = contrast(on, off, cells, ("unit", "time"))["percent"]
    quantity = np.array(["overall", *panel["indicator"].values.astype(str)])
    percent = np.concatenate([_flat(overall)[None], _flat(each)])
    coords = {"variant": [name], "quantity": quantity, "sample": np.arange(percent.shape[-1])}
    result = xr.Dataset({"percent": (("variant", "quantity", "sample"), percent[None])}, coords=coords)
    result["says"] = ("variant", [says])
    by_chain = [values.transpose(..., "chain", "draw").values for values in (overall.expand_dims("one"), each)]
    # A refit is asked for these numbers and no others, so it is judged by them.
    for label, value in worst(np.concatenate(by_chain)).items():
        result[label] = ("variant", [value])
    result["divergences"] = ("variant", [float(statistics["diverging"].sum())])
    return result.merge(_lead_percent(panel, posterior, name)) if name == "leads" else result


def _lead_percent(panel: xr.Dataset, posterior: xr.Dataset, name: str) -> xr.Dataset:
    lead = posterior["lead_effect"].stack(sample=("chain", "draw")).transpose("indicator", "lead", "sample")
    coords = {
        "variant": [name],
        "indicator": panel["indicator"].values.astype(str),
        "lead": lead["lead"].values.astype(str),
        "sample": np.arange(lead.sizes["sample"]),
    }
    percent = 100 * np.expm1(lead.values)[None]
    return xr.Dataset({"lead_percent": (("variant", *lead.dims), percent)}, coords=coords)


def _flat(draws: xr.DataArray) -> np.ndarray:
    ordered = draws.transpose(..., "chain", "draw")
    return ordered.values.reshape(*ordered.shape[:-2], -1)


def _plain_statistics(statistics: xr.Dataset) -> xr.Dataset:
    return statistics[[name for name in statistics.data_vars if set(statistics[name].dims) == {"chain", "draw"}]]


def _labelled(group: xr.Dataset) -> xr.Dataset:
    """Without coordinates that no variable of the group uses, and with text that netCDF can hold."""
    used = {dim for variable in group.data_vars.values() for dim in variable.dims}
    group = group.drop_vars([name for name in group.coords if name not in used])
    text = {name: group[name].values.astype(str) for name in group.coords if group[name].dtype.kind in "OT"}
    return group.assign_coords(text)


def _provenance(study: Study, seconds: float) -> dict[str, str | int | float]:
    settings = study.model.settings
    return {
        "study": study.name,
        "seed": study.seed_for("fit"),
        "engine": "nutpie NUTS",
        "model": study.model.name,
        "prior": str(settings.get("effect", {}).get("prior", "")),
        "sampling_seconds": seconds,
        "versions": json.dumps({package: version(package) for package in PACKAGES}),
    }
