"""What if these units adopted, at this intensity: the posterior of the next unit, on the units' own recent counts."""

from collections.abc import Sequence

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from evaluation.conclusions.adopting import PERIODS_A_YEAR
from evaluation.conclusions.subjects import Subjects, subjects_of, unit_word
from evaluation.conclusions.summary import Summary, chances, flat, summarise
from evaluation.conclusions.words import bracket, capital, change, listed
from evaluation.terms.decisions import Estimate
from evaluation.terms.errors import EvidenceError, Problem, StudyError, nearest, refuse_if_any
from evaluation.terms.evidence import Claim, Strength
from evaluation.terms.rounding import places_for
from evaluation.terms.scenario import OutcomeAnswer, ScenarioAnswer, UnitAnswer
from evaluation.terms.study import Study

Draws = NDArray[np.float64]

YEARS_LOOKED_AT = 3  # of counts by the year: one year alone is mostly chance
UNCERTAIN = 0.5  # added to a count for its rate: Jeffreys' prior of a Poisson mean


def scenario(
    study: Study,
    effect: xr.DataTree,
    claims: Sequence[Claim],
    panel: xr.Dataset,
    units: Sequence[str],
    *,
    intensity: float = 1.0,
    years: int = 1,
) -> ScenarioAnswer:
    """What to expect were `units` to adopt what the study asks about, in percent and in counts, by outcome.

    The change is that of the next unit, its log rate ratio times `intensity`; all units share it, so that totals are
    rather too wide than too narrow. It acts on what each unit reported lately: the rate behind its counts of the last
    year of months, or of the last three years, with Jeffreys' prior for a Poisson mean.

    Parameters
    ----------
    units
        Labels of the panel; units that have it already are refused.
    intensity
        Share of a full measure, above 0 and up to 1.
    years
        How long.

    Raises
    ------
    StudyError
        Every unit that is not on the panel or has it already, an intensity or a number of years that is none.
    EvidenceError
        The claim about a further unit is withheld, or the model has none.
    """
    refuse_if_any(_wrong(study, panel, units, intensity, years), StudyError)
    refuse_if_any(_not_carried(study, effect, claims), EvidenceError)
    words = subjects_of(study, effect)
    outcomes = []
    for name in study.question.indicators:
        change = intensity * flat(effect["next_unit"].to_dataset()["log_ratio"].sel(indicator=name))
        outcomes.append(_outcome(study, panel, words, name, tuple(units), change[np.isfinite(change)], years))
    names = {str(unit): str(name) for unit, name in zip(panel["unit"].values, _names(panel), strict=True)}
    return ScenarioAnswer(
        study=study.name,
        simulated=study.simulated,
        units=tuple(units),
        intensity=intensity,
        years=years,
        interval=study.report.interval,
        says=tuple(_says(study, words, one, [names[unit] for unit in units], intensity) for one in outcomes),
        outcomes=tuple(outcomes),
        rests_on=_rests_on(study, effect, claims),
    )


def _names(panel: xr.Dataset) -> list[str]:
    held = panel["unit_name"] if "unit_name" in panel.coords else panel["unit"]
    return [str(name) for name in held.values]


def _wrong(study: Study, panel: xr.Dataset, units: Sequence[str], intensity: float, years: int) -> list[Problem]:
    known = [str(unit) for unit in panel["unit"].values]
    asked = panel["exposure"].isel(intervention=np.flatnonzero(panel["asked"].values))
    now = (asked.isel(time=-1) > 0).any("intervention")
    under = {str(unit) for unit in panel["unit"].values[now.values]}
    problems = [] if units else [Problem("no unit is named", "units", nearest("", known))]
    for unit in dict.fromkeys(units):
        if unit not in known:
            problems.append(Problem(f"no unit of the study is called '{unit}'", "units", nearest(unit, known)))
        elif unit in under:
            law = " or ".join(study.question.interventions)
            problems.append(Problem(f"'{unit}' has {law} already", "units", "name units that do not"))
    for unit in sorted({one for one in units if list(units).count(one) > 1}):
        problems.append(Problem(f"'{unit}' is named twice", "units", "name it once"))
    if not 0 < intensity <= 1:
        problems.append(Problem(f"intensity is {intensity:g}", "--intensity", "give a share above 0 and up to 1"))
    if years < 1:
        problems.append(Problem(f"years is {years}", "--years", "give 1 or more"))
    return problems


def _not_carried(study: Study, effect: xr.DataTree, claims: Sequence[Claim]) -> list[Problem]:
    problems = []
    made = {claim.name: claim for claim in claims}
    if "next_unit" not in effect.children:
        told = f"the model '{study.model.name}' says nothing of a further {unit_word(study)}"
        return [Problem(told, "effect.next_unit", "ask a model with several adopters: evaluation advise")]
    for name in study.question.indicators:
        claim = made.get(f"next_unit:{name}")
        if claim is None:
            problems.append(Problem(f"there is no claim about {name} in a further unit", "claims.json", "claim again"))
        elif claim.strength is Strength.WITHHELD:
            reason = claim.reasons[0].rstrip(".") if claim.reasons else "see the report"
            problems.append(Problem(f"the claim is withheld: {reason}", claim.name, "mend that first"))
    return problems


def _outcome(
    study: Study, panel: xr.Dataset, words: Subjects, name: str, units: tuple[str, ...], change: Draws, years: int
) -> OutcomeAnswer:  # fmt: skip
    rng = np.random.default_rng(study.seed_for(f"scenario {name}"))
    names = {str(unit): told for unit, told in zip(panel["unit"].values, _names(panel), strict=True)}
    interval, smallest = study.report.interval, study.disclosure.smallest_cell
    total, answers = np.zeros(len(change)), []
    for unit in units:
        counted = _recent(study, panel, name, unit, len(change), rng)
        if counted is None:
            answers.append(UnitAnswer(unit=unit, name=names[unit], recent=None, difference=None))
            continue
        recent, rate = counted
        moved = rate * years * np.expm1(change)
        total += moved
        hidden = 0 < recent < smallest
        difference = None if hidden else _estimate(moved, interval)
        shown = None if hidden else recent
        answers.append(UnitAnswer(unit=unit, name=names[unit], recent=shown, difference=difference, hidden=hidden))
    percent = 100 * np.expm1(change)
    whole = all(one.difference is not None for one in answers)  # else a total less the others would tell what is hidden
    return OutcomeAnswer(
        indicator=name,
        things=words.things(name),
        change=_estimate(percent, interval),
        probabilities=chances(percent, study.question.matters_from),
        total=_estimate(total, interval) if whole else None,
        units=tuple(answers),
    )


def _recent(
    study: Study, panel: xr.Dataset, name: str, unit: str, draws: int, rng: np.random.Generator
) -> tuple[float, Draws] | None:  # fmt: skip
    """Counted a year of late, and draws (draw,) of the rate a year behind that; None where nothing is reported."""
    a_year = PERIODS_A_YEAR.get(study.panel.every, 1)
    periods = a_year if a_year > 1 else YEARS_LOOKED_AT
    cells = panel[["lower", "upper"]].sel(indicator=name, unit=unit).isel(time=slice(-periods, None))
    lower, upper = cells["lower"].values, cells["upper"].values
    there = np.isfinite(lower) & np.isfinite(upper)
    if not there.any():
        return None
    low, high, scale = lower[there].sum(), upper[there].sum(), a_year / there.sum()
    seen = rng.uniform(low, high, draws) if high > low else np.full(draws, low)
    return float(scale * (low + high) / 2), scale * rng.gamma(seen + UNCERTAIN)


def _estimate(draws: Draws, interval: float) -> Estimate:
    told = summarise(draws, interval=interval, probabilities={})
    return Estimate(estimate=told.estimate, lower=told.lower, upper=told.upper)


def _says(study: Study, words: Subjects, one: OutcomeAnswer, names: Sequence[str], intensity: float) -> str:
    measure = "" if intensity == 1 else f" at {100 * intensity:g} % of a full measure"
    interval = study.report.interval
    told = one.change
    summary = Summary(
        estimate=told.estimate, lower=told.lower, upper=told.upper, interval=interval, probabilities=one.probabilities
    )
    shown = change(told.estimate, places_for(told.upper - told.lower))
    subject, within = words.number_of((one.indicator,)), bracket(summary, study.question.matters_from)
    mark = "Simulated data: " if study.simulated else ""
    who = f"were {listed(list(names))} to adopt the {words.law}{measure}"
    return f"{mark}{capital(who)}, {subject} would be expected to be {shown} there {within}."


def _rests_on(study: Study, effect: xr.DataTree, claims: Sequence[Claim]) -> tuple[str, ...]:
    strengths = {claim.name: claim.strength for claim in claims}
    weakest = [
        f"The claim about {name} in a further {unit_word(study)} is {strengths[f'next_unit:{name}'].value}."
        for name in study.question.indicators
    ]
    spilt = ("What turns up elsewhere is not in these numbers: they are of the units named.",)
    return (
        *weakest,
        *(spilt if "spill_over" in effect.children else ()),
        "The change is that of a next unit like those that adopted, at full strength from the first day; all of "
        "them share it.",
        "It acts on what each reported lately, taken to go on as it is: nobody knows how counts would wander.",
    )
