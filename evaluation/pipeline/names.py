"""Every name a study uses is looked up: in the registers, in the books of models, checks and sections."""

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from evaluation.pipeline.decision_names import wrong_decision
from evaluation.terms.errors import Problem, StudyError, nearest
from evaluation.terms.study import ChecksPlan

if TYPE_CHECKING:
    from evaluation.panel.registers import Registers

VINTAGE = "vintage:earlier"
VARIANTS = (
    "prior:claimed",
    "prior:sceptical",
    "prior:wide",
    "suppressed:dropped",
    "suppressed:zero",
    "breaks:off",
    "date:enforced",
    "last_before:dropped",
    VINTAGE,
    "leads",
)

# key of the study: the register its names must stand in
REGISTER_OF = {
    "panel.observations": "sources",
    "panel.earlier": "sources",
    "panel.bases": "sources",
    "panel.neighbours.source": "sources",
    "panel.units_of": "sources",
    "question.indicators": "indicators",
    "question.controls": "indicators",
    "question.interventions": "interventions",
    "question.adjust_for": "interventions",
    "question.assertions": "assertions",
}


def wrong_names(composed: Mapping[str, Any], registers: "Registers") -> Iterator[Problem]:
    """One problem for each name of the composed study that nothing answers to.

    Works on the plain mapping, so that names are checked even where another part of the study cannot be read.
    """
    for key, register in REGISTER_OF.items():
        known = getattr(registers, register)
        for name in _names_at(composed, key):
            if name not in known:
                advice = f"{nearest(name, known)} (data/registers/{register}.yaml)"
                yield Problem(f"'{name}' is not among the {register}", key, advice)
    yield from _unusable_indicators(composed, registers)
    for name in _names_at(composed, "checks.variants"):
        if name not in VARIANTS:
            yield Problem(f"no variant is called '{name}'", "checks.variants", nearest(name, VARIANTS))
    yield from _wrong_editions(composed, registers)
    yield from _wrong_alternatives(composed)
    yield from _wrong_doubts(composed)
    yield from _wrong_sections(composed)
    yield from wrong_decision(composed, registers)


def with_claimed_size(composed: dict[str, Any], registers: "Registers") -> tuple[dict[str, Any], list[Problem]]:
    """The study with the empty mean of its `claimed` prior filled in, from what is claimed for the tactic.

    A claimed change of -60 percent is a log rate ratio of log(0.4) = -0.92. Where nothing is claimed in numbers, the
    prior is centred at no effect; where the interventions asked about claim different sizes, the study must choose.
    """
    claimed = _at(composed, "model.effect.priors.claimed")
    if not isinstance(claimed, Mapping) or claimed.get("mean", 0.0) is not None:
        return composed, []
    sizes = set(_claimed_sizes(_names_at(composed, "question.interventions"), registers))
    if len(sizes) > 1:
        shown = ", ".join(f"{size:g} %" for size in sorted(sizes))
        where = "model.effect.priors.claimed.mean"
        return composed, [Problem(f"the tactics claim different sizes: {shown}", where, "write a log rate ratio")]
    mean = round(math.log1p(sizes.pop() / 100), 6) if sizes else 0.0
    model = composed["model"]
    priors = model["effect"]["priors"] | {"claimed": dict(claimed) | {"mean": mean}}
    return composed | {"model": model | {"effect": model["effect"] | {"priors": priors}}}, []


def _claimed_sizes(interventions: Iterable[str], registers: "Registers") -> Iterator[float]:
    for name in interventions:
        intervention = registers.interventions.get(name)
        tactic = registers.tactics.get(intervention.tactic) if intervention else None
        if tactic is not None and tactic.claimed_percent is not None:
            yield tactic.claimed_percent


def _unusable_indicators(composed: Mapping[str, Any], registers: "Registers") -> Iterator[Problem]:
    observations = _names_at(composed, "panel.observations")
    for key in ("question.indicators", "question.controls"):
        for name in _names_at(composed, key):
            indicator = registers.indicators.get(name)
            if indicator is None:
                continue
            if indicator.refused:
                yield Problem(f"'{name}' may not be used: {indicator.refused}", key, "take it out")
            if observations and not set(indicator.sources) & set(observations):
                advice = f"it stands in {', '.join(indicator.sources)}: add one to panel.observations"
                yield Problem(f"'{name}' is in none of {', '.join(observations)}", key, advice)


def _wrong_alternatives(composed: Mapping[str, Any]) -> Iterator[Problem]:
    """Names of models that the study's own model names no alternative by."""
    asked, model = _names_at(composed, "checks.alternatives"), _at(composed, "model")
    if not asked or not isinstance(model, Mapping):
        return
    from evaluation.models.book import alternatives_of

    settings = dict(model)
    name = str(settings.pop("name", ""))
    try:
        known = tuple(alternatives_of(name, settings))
    except StudyError:
        return  # what is wrong with the model itself is said elsewhere
    for one in asked:
        if one not in known:
            yield Problem(f"model '{name}' has no alternative '{one}'", "checks.alternatives", nearest(one, known))


def _wrong_editions(composed: Mapping[str, Any], registers: "Registers") -> Iterator[Problem]:
    """A reading of an earlier edition where there is none, and editions of something else."""
    earlier = _names_at(composed, "panel.earlier")
    if not earlier and VINTAGE in _names_at(composed, "checks.variants"):
        advice = "name one in panel.earlier, or take the variant out"
        yield Problem(f"'{VINTAGE}' needs an earlier edition of the counts", "checks.variants", advice)
    asked = [name for key in ("question.indicators", "question.controls") for name in _names_at(composed, key)]
    held = {source for name in asked if name in registers.indicators for source in registers.indicators[name].sources}
    for name in earlier:
        if name in registers.sources and name not in held:
            advice = "name an edition of the same tables (sources of an indicator: data/registers/indicators.yaml)"
            yield Problem(f"'{name}' holds none of the study's indicators", "panel.earlier", advice)


def _wrong_doubts(composed: Mapping[str, Any]) -> Iterator[Problem]:
    """Names of checks and limits that the book of checks does not hold. It imports arviz: opened only where needed."""
    limits = _at(composed, "checks.limits")
    named = ChecksPlan(
        run=_names_at(composed, "checks.run"),
        limits={str(name): 0.0 for name in limits} if isinstance(limits, Mapping) else {},
    )
    if named.run or named.limits:
        from evaluation.checks.book import problems_of

        yield from problems_of(named, "checks")


def _wrong_sections(composed: Mapping[str, Any]) -> Iterator[Problem]:
    """Names of sections that no page of the report has. The book imports the templates: opened only where needed."""
    named = _names_at(composed, "report.sections")
    if named:
        from evaluation.reporting.book import check_sections

        yield from check_sections(named, "report")


def _at(mapping: Any, key: str) -> Any:
    for part in key.split("."):
        mapping = mapping.get(part) if isinstance(mapping, Mapping) else None
    return mapping


def _names_at(composed: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """The names under a dotted key; whatever has another shape is left to `read_record` to complain about."""
    value = _at(composed, key)
    values = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    return tuple(name for name in values if isinstance(name, str))
