"""Fit a study: its own model on its own panel, and every reading of it that the checks ask for."""

import json
import time
from importlib.metadata import version

import numpy as np
import xarray as xr

from evaluation.inference.compiled import Compiled, build, compile_model, complete, sample
from evaluation.inference.doubts import doubts
from evaluation.inference.effect import Meter
from evaluation.inference.integrated import Headline
from evaluation.inference.many import Kept, Watch, many, sampled
from evaluation.inference.other_models import other_models
from evaluation.inference.predictive import posterior_groups, prior_predictive
from evaluation.inference.refit import ENGINE, Drawn, Effort, summary
from evaluation.inference.variants import variant
from evaluation.models.book import refuse_panel
from evaluation.terms.study import INTEGRATED, Study
from evaluation.terms.workers import Workers

PACKAGES = ("pymc", "pytensor", "nutpie", "numba", "numpy", "xarray", "arviz")


def fit(
    study: Study,
    panel: xr.Dataset,
    *,
    progress: bool = True,
    workers: Workers | None = None,
    kept: Kept | None = None,
    watch: Watch | None = None,
) -> tuple[xr.DataTree, xr.Dataset]:
    """Draw the posterior of the study, and of its variants.

    Parameters
    ----------
    progress
        Show the sampler's progress in the terminal.
    workers, kept, watch
        Of the variants: see `many`.

    Returns
    -------
    The fit (`xr.DataTree`) and the variants (`xr.Dataset`), as described in docs/architecture.md.

    Raises
    ------
    EvidenceError
        When the sampler cannot start.
    DataError
        When the model cannot learn from such a panel.
    """
    refuse_panel(study.model.name, study.model.settings, panel)
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
    main = Drawn(study, panel, Meter(model), compiled.data, posterior, statistics)
    return tree, _variants(main, compiled, workers or Workers(), kept, watch)


def _sample_main(study: Study, compiled: Compiled, progress: bool) -> xr.DataTree:
    plan = study.sampler
    return sample(
        compiled, draws=plan.draws, tune=plan.tune, chains=plan.chains,
        target_accept=plan.target_accept, seed=study.seed_for("fit"), progress=progress,
    )  # fmt: skip


def _variants(main: Drawn, compiled: Compiled, workers: Workers, kept: Kept | None, watch: Watch | None) -> xr.Dataset:
    """The headline, then every reading the study asks for, each as its summary."""
    study = main.study
    effect = study.model.settings.get("effect", {})
    own = f"prior:{effect.get('prior', '')}"  # the headline's own prior: its draws are already there
    effort = Effort.of_variants(study.sampler)
    asked = {name: variant(name) for name in study.checks.variants} | doubts(study, main.panel)
    refits = {name: one for name, one in asked.items() if name != own}
    parts = [sampled(summary(main, "main", "the study as planned"))]
    if own in asked:
        parts.append(sampled(summary(main, own, asked[own].says)))
    if refits:
        answer = parts[0]["percent"].isel(variant=0)
        headline = Headline.of(main.posterior, answer) if effort.engine == INTEGRATED else None
        parts.append(
            many(
                study,
                main.panel,
                refits,
                effort,
                workers=workers,
                compiled=compiled,
                headline=headline,
                kept=kept,
                watch=watch,
            )
        )
    others = other_models(main, compiled, effort, workers=workers, kept=kept, watch=watch)
    names = ["main", *asked, *(others["variant"].values if others else ())]
    joined = xr.concat([*parts, *([others] if others else [])], dim="variant", join="outer").sel(variant=names)
    lead_sd = max((float(prior["sd"]) for prior in effect.get("priors", {}).values()), default=np.nan)
    return joined.assign_attrs(lead_prior_sd=lead_sd)


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
        "engine": ENGINE,
        "model": study.model.name,
        "prior": str(settings.get("effect", {}).get("prior", "")),
        "sampling_seconds": seconds,
        "versions": json.dumps({package: version(package) for package in PACKAGES}),
    }
