"""Other models of the same data, and every model without the last periods: what the study's own is held against."""

from dataclasses import replace

import numpy as np
import xarray as xr

from evaluation.inference.compiled import Compiled
from evaluation.inference.many import Kept, Watch, many, sampled
from evaluation.inference.pointwise import log_densities
from evaluation.inference.refit import Drawn, Effort, summary
from evaluation.inference.variants import Variant, unreported
from evaluation.models.book import alternatives_of
from evaluation.terms.doubts import FUTURE, MODEL
from evaluation.terms.study import NUTS, Study
from evaluation.terms.workers import Workers


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

    Each alternative has equations of its own, so it is compiled; everything is sampled by NUTS.

    Returns
    -------
    Rows as those of `many`: `model:NAME`, and `future:main`, `future:NAME` of fits that have not seen the last
    periods; with `log_density` and `density_k` (variant, cell) as `log_densities` gives them, those of the study's own
    model in the row `model:main`. Empty where no alternative is asked for.
    """
    study, plan = main.study, main.study.checks
    if not plan.alternatives:
        return xr.Dataset()
    effort = replace(effort, engine=NUTS, densities=True)
    known = alternatives_of(study.model.name, study.model.settings)
    own = summary(main, f"{MODEL}:main", "the study as planned").merge(log_densities(main, main.panel, f"{MODEL}:main"))
    parts = [sampled(own)]
    batches: dict[str, tuple[Study, Compiled | None, dict[str, Variant]]] = {"main": (study, compiled, {})}
    for name in plan.alternatives:
        other = replace(study, model=replace(study.model, settings=known[name].over(study.model.settings)))
        batches[name] = (other, None, {f"{MODEL}:{name}": Variant(known[name].says, lambda one, panel: (one, panel))})
    for name, (one, done, asked) in batches.items():
        if plan.future and can_hide(main.panel, plan.future):
            asked[f"{FUTURE}:{name}"] = Variant(f"the last {plan.future} periods hidden", _without_future)
        if asked:
            parts.append(many(one, main.panel, asked, effort, workers=workers, compiled=done, kept=kept, watch=watch))
    return xr.concat(parts, dim="variant", join="outer")


def can_hide(panel: xr.Dataset, periods: int) -> bool:
    """Whether the panel has figures both within its last periods and before them."""
    known = panel["lower"].notnull().any(("indicator", "unit")).values
    return bool(known[-periods:].any() and known[:-periods].any())


def _without_future(study: Study, panel: xr.Dataset) -> tuple[Study, xr.Dataset]:
    last = xr.DataArray(np.arange(panel.sizes["time"]) >= panel.sizes["time"] - study.checks.future, dims="time")
    return study, unreported(panel, last.assign_coords(time=panel["time"]))
