"""What makes a panel impossible, or worth a warning: one sentence each, all of them at once."""

from collections.abc import Iterator

import numpy as np
import xarray as xr

from evaluation.panel.bases import covariate_problems
from evaluation.panel.calendar import after, before
from evaluation.panel.chosen import Chosen
from evaluation.panel.exposure import begin, whole
from evaluation.panel.facts import Facts
from evaluation.panel.observations import nearest_unit
from evaluation.terms import Problem, Study
from evaluation.terms.panel import Status


def plan_problems(study: Study, facts: Facts) -> Iterator[Problem]:
    """Names that do not fit together, and laws that cannot be seen in the window."""
    plan, known = study.panel, facts.units["unit"].tolist()
    for unit in (*plan.units, *plan.leave_out):
        if unit not in known:
            yield Problem(f"unit '{unit}' is not in {plan.units_of}", "panel.units", nearest_unit(unit, known))
    yield from covariate_problems(plan.covariates, list(facts.bases))
    for name, indicator in facts.indicators.items():
        if indicator.base is not None and indicator.base not in facts.bases:
            found = f"indicator '{name}' is counted against '{indicator.base}', which no base table of the study has"
            yield Problem(found, "panel.bases", "add the source that has it")
    for name in facts.interventions:
        yield from _unknown_adopters(name, facts, plan.units_of, known)
    for name in study.question.interventions:
        yield from _outside_window(study, name, facts)


def _unknown_adopters(name: str, facts: Facts, units_of: str, known: list[str]) -> Iterator[Problem]:
    for adoption in facts.interventions[name].adoptions:
        if adoption.unit not in known:
            found = f"'{adoption.unit}' has '{name}' and is not in {units_of}"
            yield Problem(found, f"interventions.yaml, {name}", nearest_unit(adoption.unit, known))


def _outside_window(study: Study, name: str, facts: Facts) -> Iterator[Problem]:
    """An intervention that no unit has, or that starts outside the window in every unit."""
    (first, last), where = study.panel.span, f"interventions.yaml, {name}"
    adoptions = whole(facts.interventions[name].adoptions)
    if study.panel.units:
        adoptions = tuple(adoption for adoption in adoptions if adoption.unit in study.panel.units)
    starts = sorted(begin(adoption, study.panel.date) for adoption in adoptions)
    if not starts:
        yield Problem(f"no unit of the study has '{name}'", where, "add an adoption, or ask about another intervention")
    elif all(after(start, last) for start in starts):
        yield Problem(f"'{name}' starts in {starts[0]}, after the window ends in {last}", where, "widen panel.span")
    elif all(before(start, first) for start in starts):
        found = f"'{name}' starts in {starts[-1]} at the latest, before the window begins in {first}"
        yield Problem(found, where, "begin panel.span earlier: periods before the law are needed")
    elif all(before(start, first) or after(start, last) for start in starts):
        yield Problem(f"'{name}' starts in no unit between {first} and {last}", where, "choose another panel.span")


def comparison_problems(study: Study, facts: Facts, chosen: Chosen) -> Iterator[Problem]:
    """No treated unit, or nothing to compare the treated ones with."""
    names = ", ".join(study.question.interventions)
    asked = facts.exposure.sel(intervention=list(study.question.interventions))
    if not chosen.treated:
        said = "; ".join(f"{u}: {r}" for u, r in chosen.left_out.items() if bool((asked.sel(unit=u) > 0).any()))
        yield Problem(f"no unit can count as treated by {names}", "panel", said or "see panel.min_before, panel.units")
        return
    exposed = (asked.sel(unit=list(chosen.units)) > 0).any("intervention")
    if bool(exposed.all("unit").all("time")):
        yield Problem("no untreated cell is left", "panel", "add units without the intervention, or earlier periods")


def variation_problems(panel: xr.Dataset) -> Iterator[Problem]:
    """Indicators that cannot tell anything: no figure, only suppressed ones, or one and the same figure."""
    for name in panel.indicator.values.tolist():
        status, lower = panel["status"].sel(indicator=name), panel["lower"].sel(indicator=name)
        exact = lower.where(status == Status.EXACT).values
        exact = exact[np.isfinite(exact)]
        if not bool(status.isin((Status.EXACT, Status.SUPPRESSED)).any()):
            yield Problem(f"indicator '{name}' has no usable figure in the units chosen", "panel", "choose another one")
        elif not exact.size:
            found = f"every cell of indicator '{name}' is suppressed: only that the counts are small is known"
            yield Problem(found, "panel", "choose another indicator, or longer periods")
        elif not bool((status == Status.SUPPRESSED).any()) and np.ptp(exact) == 0:
            found = f"indicator '{name}' is {exact[0]:,.0f} in every cell: no variation"
            yield Problem(found, "panel", "check the table, or leave the indicator out")


def fraction_problems(panel: xr.Dataset) -> Iterator[Problem]:
    """Scores, rates and prices with figures that are no whole numbers: a model of counts would cut them off."""
    for name in panel.indicator.values.tolist():
        bounds = np.stack([panel[bound].sel(indicator=name).values for bound in ("lower", "upper")])
        broken = bounds[np.isfinite(bounds) & (bounds % 1 != 0)]
        if broken.size:
            found = f"indicator '{name}' has figures that are not whole ({broken[0]:g}): models count whole things"
            yield Problem(found, "panel", "give it in tenths or hundredths, and say so in its unit")


def warnings(study: Study, facts: Facts, chosen: Chosen, dropped: list[str], filled: dict[str, int]) -> list[str]:
    """What a reader must know and what stops nothing."""
    said = []
    if len(chosen.treated) == 1:
        unit = chosen.treated[0]
        said.append(f"Only one unit is treated ({unit}): its own shocks cannot be told from the effect of the law.")
    untreated = len(chosen.units) - len(chosen.treated)
    if untreated < 3:
        said.append(f"{untreated} units are never treated: a model that compares has very few to compare with.")
    for name in dropped:
        says = facts.interventions[name].says
        said.append(f"Nothing is adjusted for '{name}' ({says}): in none of the units does it change in the window.")
    said += [
        f"{count} cells of {name} are filled from the unit's other periods." for name, count in filled.items() if count
    ]
    low = [
        f"{adoption.unit} ({adoption.starts})"
        for name in study.question.interventions
        for adoption in facts.interventions[name].adoptions
        if adoption.unit in chosen.treated and adoption.certainty == "low"
    ]
    if low:
        said.append(f"The date of the law is not confirmed: {', '.join(low)}.")
    return said
