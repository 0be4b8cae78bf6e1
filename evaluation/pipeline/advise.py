"""Which models of the book could answer a study's question on its panel, and which to take: from the design alone."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from evaluation.models.book import Entry, advice_on, alternatives_of, entry, model_names
from evaluation.models.parts.advice import whatever_the_model
from evaluation.models.parts.layout import Layout, layout_of
from evaluation.pipeline.formats import decode
from evaluation.pipeline.other_settings import settings_in
from evaluation.pipeline.plan import plan
from evaluation.pipeline.run import Watcher, read_study, run_study
from evaluation.pipeline.store import Place
from evaluation.terms.advice import Advice, Applies
from evaluation.terms.errors import Problem, StudyError
from evaluation.terms.study import ModelPlan, Study

if TYPE_CHECKING:
    import xarray as xr


@dataclass(frozen=True, kw_only=True)
class Advised:
    """One model on one panel: what speaks for it and against it, and its settings in this study."""

    page: Entry
    advice: Advice
    plan: ModelPlan
    without: tuple[str, ...] = ()  # keys the study sets that this model does not have

    @property
    def name(self) -> str:
        """Its name in the book."""
        return self.page.name


@dataclass(frozen=True, kw_only=True)
class Guide:
    """What the panel is, what holds whichever model is taken, and every model of the book, the best first."""

    place: Place
    study: Study
    layout: Layout
    care: tuple[str, ...]
    models: tuple[Advised, ...]

    @property
    def best(self) -> Advised | None:
        """The model to take; None where none applies."""
        first = self.models[0]
        return None if first.advice.against else first

    def applies(self, one: Advised) -> Applies:
        """Whether a model applies, with what calls for care on this panel whatever the model."""
        return replace(one.advice, care=one.advice.care + self.care).applies

    def overrides(self, one: Advised) -> tuple[str, ...]:
        """What to write after the study's name to run it with a model."""
        if one.name == self.study.model.name:
            return ()
        asked, known = self.study.checks.alternatives, alternatives_of(one.name, one.plan.settings)
        kept = [name for name in asked if name in known]
        fewer = [] if len(kept) == len(asked) else [f"checks.alternatives=[{','.join(kept)}]"]
        return f"model={one.name}", *(f"~model.{key}" for key in one.without), *fewer


def advise(name: str, overrides: Iterable[str] = (), root: Path = Path("."), watcher: Watcher | None = None) -> Guide:
    """Shape the study's panel, where that has not been done, and ask every model of the book about its design.

    Raises
    ------
    StudyError, DataError, StoreError
        As for `run_study`: the plan is wrong, or no panel can be made of the data.
    """
    place = run_study(name, overrides, root, until="shape", watcher=watcher)
    return guide(place, read_study(place), decode(place.path("design.nc")))


def guide(place: Place, study: Study, design: "xr.Dataset") -> Guide:
    """Every model of the book on this design, the best first.

    First come models that something speaks for; of these, ones that nothing calls for care in but the panel itself,
    then those with most reasons for them. Of two alike, the study's own comes first, then the one that assumes less.
    """
    found = [_asked(name, study, design, place.root) for name in model_names()]
    return Guide(
        place=place,
        study=study,
        layout=layout_of(design),
        care=whatever_the_model(design),
        models=tuple(sorted(found, key=lambda one: _place_of(one, study.model.name))),
    )


def _asked(name: str, study: Study, design: "xr.Dataset", root: Path) -> Advised:
    settings, without = settings_in(study, name, root)
    try:
        advice = advice_on(name, settings, design)
    except StudyError as error:  # a setting of the study means something else here
        advice = Advice(against=tuple(str(one) for one in error.problems))
    return Advised(page=entry(name), advice=advice, plan=ModelPlan(name=name, settings=settings), without=without)


def _place_of(one: Advised, own: str) -> tuple[bool, bool, bool, int, bool, int, str]:
    advice, assumed = one.advice, len(one.page.assumes)
    wanting = bool(advice.against), not advice.reasons, bool(advice.care)
    return *wanting, -len(advice.reasons), one.name != own, assumed, one.name


def first_mend(guide: Guide, one: Advised) -> tuple[Problem, ...]:
    """What would stop `evaluation run` with this model: names that belong to the study's own, mostly."""
    changed = guide.overrides(one)
    try:
        if changed:
            plan(guide.place.study, changed, guide.place.root)
    except StudyError as error:
        return error.problems
    return ()
