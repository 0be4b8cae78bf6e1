"""Other models of the same data, and every model without the last periods: what a model is held against."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import xarray as xr

from evaluation.inference.compiled import Compiled
from evaluation.inference.many import Kept, Watch, many, sampled
from evaluation.inference.pointwise import log_densities
from evaluation.inference.refit import Drawn, Effort, summary
from evaluation.inference.variants import Variant, unreported
from evaluation.models.book import Alternative, alternatives_of
from evaluation.terms.doubts import FUTURE, MODEL
from evaluation.terms.study import NUTS, ModelPlan, Study
from evaluation.terms.workers import Workers

OWN = "main"


def other_models(
    main: Drawn,
    compiled: Compiled,
    effort: Effort,
    *,
    workers: Workers | None = None,
    kept: Kept | None = None,
    watch: Watch | None = None,
) -> xr.Dataset:
    """Fit the alternatives that the study's checks name, and predict cells with all models.

    Returns
    -------
    Rows as those of `side_by_side`, those of the study's own model called `model:main` and `future:main`. Empty where
    no alternative is asked for.
    """
    study, plan = main.study, main.study.checks
    if not plan.alternatives:
        return xr.Dataset()
    known = alternatives_of(study.model.name, study.model.settings)
    models = {OWN: Alternative("the study as planned", {})} | {name: known[name] for name in plan.alternatives}
    own = summary(main, f"{MODEL}:{OWN}", models[OWN].says).merge(log_densities(main, main.panel, f"{MODEL}:{OWN}"))
    others = side_by_side(
        study, main.panel, models, effort, fitted={OWN: compiled}, workers=workers, kept=kept, watch=watch
    )
    return xr.concat([sampled(own), *([others] if others else [])], dim="variant", join="outer")


def side_by_side(
    study: Study,
    panel: xr.Dataset,
    models: Mapping[str, Alternative],
    effort: Effort,
    *,
    fitted: Mapping[str, Compiled] | None = None,
    workers: Workers | None = None,
    kept: Kept | None = None,
    watch: Watch | None = None,
) -> xr.Dataset:
    """Fit several models to one panel, and predict its cells with each.

    Each has equations of its own, so it is compiled; everything is sampled by NUTS. One that cannot be built or
    sampled has a row that says why, and leaves the others standing.

    Parameters
    ----------
    models
        By name: the study's own model with other settings, or another model of the book.
    fitted
        Those whose draws are there already, compiled: they are fitted once more only where periods are hidden.

    Returns
    -------
    Rows as those of `many`: `model:NAME`, and `future:NAME` of fits that have not seen the last periods, where the
    study's checks hide some; with `log_density` and `density_k` (variant, cell) as `log_densities` gives them.
    """
    effort = replace(effort, engine=NUTS, densities=True)
    done, periods, parts = fitted or {}, study.checks.future, []
    for name, model in models.items():
        asked = {} if name in done else {f"{MODEL}:{name}": Variant(model.says, lambda one, panel: (one, panel))}
        if periods and can_hide(panel, periods):
            asked[f"{FUTURE}:{name}"] = Variant(f"the last {periods} periods hidden", _without_future)
        if asked:
            one, ready = with_model(study, model), done.get(name)
            parts.append(many(one, panel, asked, effort, workers=workers, compiled=ready, kept=kept, watch=watch))
    # coords: a model that predicts no cell has none
    return xr.concat(parts, dim="variant", join="outer", coords="minimal") if parts else xr.Dataset()


def with_model(study: Study, other: Alternative) -> Study:
    """The same study with another model."""
    settings = other.over(study.model.settings)
    return replace(study, model=ModelPlan(name=other.model or study.model.name, settings=settings))


def can_hide(panel: xr.Dataset, periods: int) -> bool:
    """Whether the panel has figures both within its last periods and before them."""
    known = panel["lower"].notnull().any(("indicator", "unit")).values
    return bool(known[-periods:].any() and known[:-periods].any())


def _without_future(study: Study, panel: xr.Dataset) -> tuple[Study, xr.Dataset]:
    last = xr.DataArray(np.arange(panel.sizes["time"]) >= panel.sizes["time"] - study.checks.future, dims="time")
    return study, unreported(panel, last.assign_coords(time=panel["time"]))
