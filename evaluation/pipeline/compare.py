"""Several models of the book on one study's panel, side by side: fitted, weighed by what they predict, written down."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from evaluation.models.book import model_names
from evaluation.pipeline.advise import Advised, Guide, advise
from evaluation.pipeline.alone import alone_in
from evaluation.pipeline.formats import decode
from evaluation.pipeline.many_fits import Shelf, counted
from evaluation.pipeline.run import Watcher
from evaluation.pipeline.stages import Session
from evaluation.pipeline.store import Place, replacing_folder
from evaluation.terms.errors import EvidenceError, Problem, StudyError, nearest, refuse_if_any
from evaluation.terms.study import SamplerPlan, Study

if TYPE_CHECKING:
    import xarray as xr

    from evaluation.models.book import Alternative
    from evaluation.reporting.side_by_side import SideBySide


def compare(
    name: str,
    models: Iterable[str] = (),
    overrides: Iterable[str] = (),
    root: Path = Path("."),
    *,
    watcher: Watcher | None = None,
    session: Session | None = None,
) -> "tuple[SideBySide, Path]":
    """Fit several models to the study's panel and write their answers side by side.

    Fits are as long as the refits of a study (`sampler.variant_draws`); a model whose chains do not settle in that is
    drawn once more, as long as the study's own fit. Finished fits are kept beside the study: a comparison again, or
    with one model more, fits what is new, or what other code, settings or data would make otherwise.

    Parameters
    ----------
    models
        Names in the book; all that apply if none is named. One that was named and does not apply is told, not fitted.

    Returns
    -------
    What was found, and the page: `reports/<place>@compare/compare.html`.

    Raises
    ------
    StudyError
        No model has such a name; and as for `run_study`.
    EvidenceError
        Fewer than two of them apply: every reason of every other is listed.
    """
    models = tuple(models)
    refuse_if_any(_unknown(models), StudyError)
    guide = advise(name, overrides, root, watcher)
    chosen, left_out = _chosen(guide, models)
    with alone_in(guide.place.folder):
        seen = _side_by_side(guide, chosen, left_out, session or Session())
        return seen, _written(seen, guide.place)


def page_of(place: Place) -> Path:
    """The folder of a comparison: beside the report, which may be written again at any time."""
    return place.report.with_name(f"{place.name}@compare")


def _unknown(models: Iterable[str]) -> Iterable[Problem]:
    known = model_names()
    for name in models:
        if name not in known:
            yield Problem(f"no model is called '{name}'", "--models", nearest(name, known))


def _chosen(guide: Guide, models: tuple[str, ...]) -> tuple[tuple[Advised, ...], dict[str, str]]:
    """Models to fit, the study's own first, for the others are held against it; and why the rest is not."""
    asked = [one for one in guide.models if not models or one.name in models]
    chosen = [one for one in asked if not one.advice.against]
    left_out = {one.name: "; ".join(one.advice.against) for one in asked if one.advice.against}
    if len(chosen) < 2:
        fits = f"only {chosen[0].name} applies" if chosen else "no model applies"
        problems = [Problem(f"{fits}: there is nothing to set side by side", "compare", "see evaluation advise")]
        raise EvidenceError(problems + [Problem(why, f"model {name}") for name, why in left_out.items()])
    return tuple(sorted(chosen, key=lambda one: one.name != guide.study.model.name)), left_out


def _side_by_side(
    guide: Guide, chosen: tuple[Advised, ...], left_out: Mapping[str, str], session: Session
) -> "SideBySide":
    from evaluation.checks.side_by_side import standings, together
    from evaluation.models.book import Alternative
    from evaluation.reporting.side_by_side import SideBySide

    study, panel = guide.study, decode(guide.place.path("panel.nc"))
    models = {one.name: Alternative(one.page.says, one.plan.settings, one.name) for one in chosen}
    variants = _fitted(study, panel, models, study.sampler, guide.place, session)
    found = standings(study, panel, variants, {one.name: one.name for one in chosen})
    unsettled = {one.name: models[one.name] for one in found if one.trouble}
    if unsettled:
        again = _fitted(study, panel, unsettled, longer(study.sampler), guide.place, session)
        variants = _instead(variants, again)
        found = standings(study, panel, variants, {one.name: one.name for one in chosen})
    return SideBySide(
        study=study,
        standings=found,
        variants=variants,
        together=together(variants, found),
        labels=_labels(panel),
        left_out=left_out,
    )


def longer(sampler: SamplerPlan) -> SamplerPlan:
    """The plan of a sampler by which a refit is as long as the study's own fit, and is tuned for twice as long.

    >>> plan = longer(SamplerPlan(chains=4, draws=1000, tune=200))
    >>> plan.variant_chains, plan.variant_draws, plan.variant_tune
    (4, 1000, 400)
    """
    return replace(
        sampler, variant_chains=sampler.chains, variant_draws=sampler.draws, variant_tune=2 * sampler.tune
    )  # fmt: skip


def _fitted(
    study: Study,
    panel: "xr.Dataset",
    models: "Mapping[str, Alternative]",
    sampler: SamplerPlan,
    place: Place,
    session: Session,
) -> "xr.Dataset":
    from evaluation.inference.other_models import side_by_side
    from evaluation.inference.refit import Effort

    kept, effort = Shelf(place.scratch("compare")), Effort.of_variants(sampler)
    with counted("models", session.progress) as watch:
        return side_by_side(study, panel, models, effort, workers=session.workers, kept=kept, watch=watch)


def _instead(variants: "xr.Dataset", again: "xr.Dataset") -> "xr.Dataset":
    """The rows, those of models that were drawn once more in place of their first ones."""
    import xarray as xr

    others = variants.sel(variant=~variants["variant"].isin(again["variant"].values))
    return xr.concat([others, again], dim="variant", join="outer", coords="minimal")


def _written(seen: "SideBySide", place: Place) -> Path:
    from evaluation.reporting.side_by_side import write_side_by_side

    with replacing_folder(page_of(place)) as folder:
        page = write_side_by_side(seen, folder)
    return page_of(place) / page.name


def _labels(panel: "xr.Dataset") -> dict[str, str]:
    names = panel["indicator"].values.astype(str)
    labels = panel["indicator_label"].values.astype(str) if "indicator_label" in panel.coords else names
    return {str(name): str(label) for name, label in zip(names, labels, strict=True)}
