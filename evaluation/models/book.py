"""The book of models: a model is looked up by its name, never by a path written in a file."""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Any, Protocol

import xarray as xr

from evaluation.terms.advice import Advice
from evaluation.terms.assumptions import ASSUMPTIONS
from evaluation.terms.errors import DataError, Problem, StudyError, nearest, refuse_if_any
from evaluation.terms.question import Question
from evaluation.terms.records import read_record

ENTRY_POINT_GROUP = "evaluation.models"


class Model(Protocol):
    """A recipe for a PyMC model. Its fields are its settings; it holds no data and no results.

    A recipe may have `gaussian`: names of its variables that are Gaussian, and that `log_rate_mean` is linear in, once
    the scales are known (a Gaussian field `log_rate` under Poisson counts). Then refits may integrate the field out.
    It may have `alternatives`: other recipes of its own kind that a sensible colleague might have taken, by name.
    It may have `unidentified`: names of its variables of which chains need not agree (signs and rotations of factors).
    It may have `refuses(panel)`: what makes a panel one that it cannot learn from, as problems.
    It may have `advises(panel)`: what speaks for it on a panel and what calls for care, as `Advice`. Like `refuses` it
    is asked on designs too, where there are no counts.
    It may tell apart what a law did itself from what spilled over: its `rivals` are indicators that a law does not act
    on, and its graph has `pm.Data("spills")`, 1, at which what neighbours receive turns with the switch, or 0.
    """

    def build(self, panel: xr.Dataset, question: Question) -> Any:
        """The `pm.Model` of this panel and question, with `pm.Data("exposure")` and `Deterministic("mu")`."""
        ...


@dataclass(frozen=True)
class Alternative:
    """Another model of the same data: what differs, in words, and the settings that make it."""

    says: str
    settings: Mapping[str, Any]
    model: str = ""  # its name in the book, with all of its settings; empty: the study's own model with some changed

    def over(self, own: Mapping[str, Any]) -> dict[str, Any]:
        """The settings of a study, with these in place of its own; of another model, these alone.

        >>> Alternative("", {"effect": {"profile": "ramp"}}).over({"effect": {"profile": "step", "prior": "wide"}})
        {'effect': {'profile': 'ramp', 'prior': 'wide'}}
        """
        if self.model:
            return dict(self.settings)
        return {**own, **{name: _merged(own.get(name), value) for name, value in self.settings.items()}}


def _merged(own: Any, value: Any) -> Any:
    return {**own, **value} if isinstance(own, Mapping) and isinstance(value, Mapping) else value


@dataclass(frozen=True)
class Entry:
    """A page of the book: the recipe, the names of the assumptions it stands on, and for whom it is."""

    name: str
    recipe: type
    assumes: tuple[str, ...]
    answers: str = ""  # the question it answers
    needs: str = ""  # what a panel must have for it
    cannot: str = ""  # what it does not answer

    @property
    def says(self) -> str:
        """The question it answers, or else the first line of the recipe's own words.

        >>> entry("staggered").says.startswith("What did")
        True
        """
        return self.answers or (self.recipe.__doc__ or self.name).strip().split("\n")[0]


_PAGES: dict[str, Entry] = {}


def model(
    name: str, *, assumes: tuple[str, ...], answers: str = "", needs: str = "", cannot: str = ""
) -> Callable[[type], type]:
    """Enter a recipe in the book under `name`, with the assumptions it makes (names in `terms.assumptions`).

    `answers`, `needs` and `cannot` are for whoever chooses a model: see `Entry`.
    """
    unknown = [one for one in assumes if one not in ASSUMPTIONS]
    if unknown:
        raise ValueError(f"model '{name}' assumes {unknown[0]!r}: {nearest(unknown[0], ASSUMPTIONS)}")

    def enter(recipe: type) -> type:
        if name in _PAGES and _PAGES[name].recipe.__qualname__ != recipe.__qualname__:
            raise ValueError(f"two models are called '{name}'")
        _PAGES[name] = Entry(name, recipe, assumes, answers, needs, cannot)
        return recipe

    return enter


def model_names() -> tuple[str, ...]:
    """Names that a study may use: this package's models and those other packages bring."""
    import evaluation.models

    own = {page.name for page in pkgutil.iter_modules(evaluation.models.__path__) if not page.ispkg} - {"book"}
    brought = {point.name for point in entry_points(group=ENTRY_POINT_GROUP)}
    return tuple(sorted(own | brought))


def entry(name: str) -> Entry:
    """The page of one model.

    Raises
    ------
    StudyError
        When no model has that name; the nearest known name is given.
    """
    if name not in _PAGES:
        if name not in model_names():
            raise StudyError(Problem(f"no model is called '{name}'", "model.name", nearest(name, model_names())))
        brought = {point.name: point for point in entry_points(group=ENTRY_POINT_GROUP)}
        if name in brought:
            brought[name].load()
        else:
            importlib.import_module(f"evaluation.models.{name}")
    return _PAGES[name]


def get_model(name: str, settings: Mapping[str, Any]) -> Model:
    """The recipe `name` with these settings.

    Raises
    ------
    StudyError
        Unknown model, unknown or ill-typed settings: every problem at once.
    """
    built: Model = read_record(entry(name).recipe, dict(settings), "model")
    return built


def alternatives_of(name: str, settings: Mapping[str, Any]) -> Mapping[str, Alternative]:
    """Other models that the model of these settings may be held against; empty where it names none."""
    found: Mapping[str, Alternative] = getattr(get_model(name, settings), "alternatives", {})
    return found


def unidentified_of(name: str, settings: Mapping[str, Any]) -> tuple[str, ...]:
    """Variables of the model of these settings of which chains need not agree; what is reported is none of them."""
    return tuple(getattr(get_model(name, settings), "unidentified", ()))


def refuse_panel(name: str, settings: Mapping[str, Any], panel: xr.Dataset) -> None:
    """Refuse a panel that the model of these settings cannot learn from.

    Raises
    ------
    DataError
        Every reason at once, each with all the units it holds for.
    """
    refuses: Callable[[xr.Dataset], list[Problem]] | None = getattr(get_model(name, settings), "refuses", None)
    refuse_if_any(refuses(panel) if refuses else (), DataError)


def advice_on(name: str, settings: Mapping[str, Any], panel: xr.Dataset) -> Advice:
    """What speaks for the model of these settings on a panel or its design, and what against it.

    A recipe that advises nothing is told by its refusals alone.
    """
    recipe = get_model(name, settings)
    refuses: Callable[[xr.Dataset], list[Problem]] | None = getattr(recipe, "refuses", None)
    advises: Callable[[xr.Dataset], Advice] | None = getattr(recipe, "advises", None)
    refused = Advice(against=tuple(str(one) for one in refuses(panel)) if refuses else ())
    return refused.joined(advises(panel)) if advises else refused


def check_settings(name: str, settings: Mapping[str, Any], where: str) -> list[Problem]:
    """What is wrong with these settings; empty when nothing is."""
    try:
        read_record(entry(name).recipe, dict(settings), where)
    except StudyError as error:
        return list(error.problems)
    return []


def assumptions_of(name: str) -> dict[str, str]:
    """What the model assumes: name to sentence, in the order the model lists them."""
    return {one: ASSUMPTIONS[one] for one in entry(name).assumes}
