"""Shape: from observations and registers to the panel that every later stage reads."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from evaluation.panel.bases import carried, covariate
from evaluation.panel.breaks import break_steps
from evaluation.panel.chosen import Chosen, choose, partial_reasons
from evaluation.panel.exposure import event_time_of
from evaluation.panel.facts import Facts, has_base, read_facts, reported
from evaluation.panel.gather import name_problems, source_file
from evaluation.panel.neighbours import matrix, read_neighbours
from evaluation.panel.refusals import (
    comparison_problems,
    fraction_problems,
    plan_problems,
    variation_problems,
    warnings,
)
from evaluation.panel.registers import Registers
from evaluation.panel.tables import read_text_table
from evaluation.terms import DataError, NeighboursPlan, Study
from evaluation.terms.errors import refuse_if_any
from evaluation.terms.panel import CELL, OUTCOMES, Status


def shape(study: Study, registers: Registers, observations: pd.DataFrame, data: Path) -> xr.Dataset:
    """The panel of a study: dims indicator, unit, time, intervention, break, covariate (docs/architecture.md).

    Raises
    ------
    DataError
        Every problem at once: a law before or after the window, an intervention no unit has, no untreated cell left,
        an indicator with no variation, only suppressed cells or fractions, an unknown covariate or unit.
    """
    refuse_if_any(name_problems(study, registers), DataError)
    facts = read_facts(study, registers, observations, data)
    refuse_if_any(plan_problems(study, facts), DataError)
    chosen = _choose(study, facts)
    refuse_if_any(comparison_problems(study, facts, chosen), DataError)
    panel = _assemble(study, registers, facts, chosen)
    if study.panel.neighbours:
        panel["weights"] = _weights(study.panel.neighbours, registers, facts, chosen, data)
    if study.simulated:
        panel["truth"] = _truth(study, registers, panel, data)
    refuse_if_any([*variation_problems(panel), *fraction_problems(panel)], DataError)
    return panel


def design_of(panel: xr.Dataset) -> xr.Dataset:
    """The panel without its outcomes: what a rehearsal may see. Which cells are reported stays known."""
    return panel.drop_vars([name for name in OUTCOMES if name in panel])


def _choose(study: Study, facts: Facts) -> Chosen:
    asked = {name: facts.interventions[name] for name in study.question.interventions}
    outcomes = facts.cells.sel(indicator=list(study.question.indicators))
    partial = partial_reasons(asked, study.panel.span[1], study.panel.date)
    exposure = facts.exposure.sel(intervention=list(asked))
    return choose(study.panel, reported(outcomes), exposure, has_base(facts), partial)


def _assemble(study: Study, registers: Registers, facts: Facts, chosen: Chosen) -> xr.Dataset:
    rows, dropped = _rows(study, facts, chosen)
    cells = facts.cells.sel(unit=list(chosen.units))
    exposure = facts.exposure.sel(intervention=rows, unit=list(chosen.units))
    base, filled = _bases(facts, chosen)
    covariates, guessed = _covariates(study, facts, chosen)
    steps = break_steps(registers.breaks, reported(cells))
    panel = cells.assign(
        base=base,
        exposure=exposure,
        exposure_enforced=facts.exposure_enforced.sel(intervention=rows, unit=list(chosen.units)),
        event_time=event_time_of(exposure),
        breaks=steps,
        covariates=covariates,
    )
    said = warnings(study, facts, chosen, dropped, filled | guessed)
    panel = _labelled(panel, study, facts).assign_attrs(_attributes(study, facts, chosen, rows, said, cells))
    return panel if facts.earlier is None else _with_earlier(panel, study, registers, facts.earlier)


def _with_earlier(panel: xr.Dataset, study: Study, registers: Registers, earlier: xr.Dataset) -> xr.Dataset:
    """Beside each cell, what an earlier edition has there; who stands in the panel is not chosen by it."""
    cells = earlier.sel(unit=panel["unit"].values)
    vintages = {name: registers.sources[name].vintage for name in study.panel.earlier}
    named = {f"earlier_{name}": (CELL, values.values) for name, values in cells.items()}
    return panel.assign(named).assign_attrs(earlier=_json(vintages))


def _rows(study: Study, facts: Facts, chosen: Chosen) -> tuple[list[str], list[str]]:
    """Interventions of the panel, and those adjusted for that no chosen unit changes: its level absorbs them."""
    exposure = facts.exposure.sel(unit=list(chosen.units))
    varies = (exposure.max("time") > exposure.min("time")).any("unit")
    dropped = [name for name in study.question.adjust_for if not bool(varies.sel(intervention=name))]
    return [name for name in study.question.all_interventions if name not in dropped], dropped


def _at(facts: Facts, chosen: Chosen) -> np.ndarray:
    return facts.units["unit"].isin(chosen.units).to_numpy()


def _bases(facts: Facts, chosen: Chosen) -> tuple[xr.DataArray, dict[str, int]]:
    """Exposure base (indicator, unit, time), 1 where an indicator has none, and how many cells were filled."""
    columns = {indicator.base for indicator in facts.indicators.values() if indicator.base is not None}
    known = {column: facts.bases[column][_at(facts, chosen)] for column in columns}
    one = np.ones((len(chosen.units), len(facts.periods)))
    values = [one if i.base is None else carried(known[i.base]) for i in facts.indicators.values()]
    coords = {"indicator": list(facts.indicators), "unit": list(chosen.units), "time": facts.periods}
    return xr.DataArray(np.stack(values), coords, CELL), {c: int(np.isnan(v).sum()) for c, v in sorted(known.items())}


def _covariates(study: Study, facts: Facts, chosen: Chosen) -> tuple[xr.DataArray, dict[str, int]]:
    """Covariates (covariate, unit, time), standardised, and how many cells of each were filled."""
    names, here = list(study.panel.covariates), _at(facts, chosen)
    made = {name: covariate(name, {c: v[here] for c, v in facts.bases.items()}) for name in names}
    size = (len(names), len(chosen.units), len(facts.periods))
    values = np.stack([made[name][0] for name in names]) if names else np.zeros(size)
    coords = {"covariate": np.array(names, dtype="U"), "unit": list(chosen.units), "time": facts.periods}
    guessed = {name: int(filled.sum()) for name, (_, filled) in made.items()}
    return xr.DataArray(values, coords, ("covariate", "unit", "time")), guessed


def _weights(plan: NeighboursPlan, registers: Registers, facts: Facts, chosen: Chosen, data: Path) -> xr.DataArray:
    """How much of what is in force in a neighbour a unit may feel, (unit, neighbour)."""
    file = source_file(plan.source, registers, data)
    return matrix(read_neighbours(file, plan.kind, facts.units["unit"].tolist()), list(chosen.units))


def _truth(study: Study, registers: Registers, panel: xr.Dataset, data: Path) -> xr.DataArray:
    """Log rate ratio of the simulated intervention in each cell, 0 where it does not act."""
    table = pd.concat(
        read_text_table(source_file(name, registers, data))
        for name in (f"{observed}_truth" for observed in study.panel.observations)
        if name in registers.sources
    )
    values = table.set_index(["indicator", "unit", "period"])["log_rate_ratio"].astype(float)
    full = pd.MultiIndex.from_product([panel[dim].values.tolist() for dim in CELL])
    return xr.zeros_like(panel["base"]).copy(
        data=values.reindex(full, fill_value=0.0).to_numpy().reshape(panel["base"].shape)
    )


def _labelled(panel: xr.Dataset, study: Study, facts: Facts) -> xr.Dataset:
    question, units = study.question, facts.units.set_index("unit").loc[panel.unit.values.tolist()]
    indicators = [facts.indicators[name] for name in panel.indicator.values.tolist()]
    names, rows = panel.indicator.values.tolist(), panel.intervention.values.tolist()
    return panel.assign_coords(
        unit_name=("unit", _text(units["name"])),
        region=("unit", _text(units["region"])),
        indicator_label=("indicator", _text([indicator.label for indicator in indicators])),
        indicator_says=("indicator", _text([indicator.says for indicator in indicators])),
        role=("indicator", _text([indicator.role.value for indicator in indicators])),
        outcome=("indicator", np.array([name in question.indicators for name in names])),
        asked=("intervention", np.array([name in question.interventions for name in rows])),
    )


def _text(values: Sequence[str] | pd.Series) -> np.ndarray:
    return np.array([str(value) for value in values], dtype="U")


def _attributes(
    study: Study, facts: Facts, chosen: Chosen, rows: list[str], said: list[str], cells: xr.Dataset
) -> dict[str, str]:
    plan = study.panel
    beside = [plan.neighbours.source] if plan.neighbours else []
    sources = dict.fromkeys([*plan.observations, *plan.earlier, *plan.bases, plan.units_of, *beside])
    return {
        "study": study.name,
        "title": study.title,
        "every": plan.every,
        "simulated": "true" if study.simulated else "false",
        "units": _json({name: indicator.unit for name, indicator in facts.indicators.items()}),
        "sources": _json(list(sources)),
        "left_out": _json(dict(chosen.left_out)),
        "unit_names": _json(_names(facts, chosen.left_out)),
        "adoptions": _json(_adoptions(facts, chosen, rows)),
        "treated": _json(list(chosen.treated)),
        "warnings": _json(said),
        "suppressed_between": _json(_suppressed_between(cells)),
    }


def _suppressed_between(cells: xr.Dataset) -> dict[str, list[float]]:
    """Which counts of an indicator are published as an interval only: a rule of its publisher, not an outcome."""
    hidden = cells["status"] == Status.SUPPRESSED
    bounds = cells["lower"].where(hidden).min(("unit", "time")), cells["upper"].where(hidden).max(("unit", "time"))
    rules = zip(cells["indicator"].values.tolist(), *(bound.values.tolist() for bound in bounds), strict=True)
    return {name: [low, high] for name, low, high in rules if low == low}


def _names(facts: Facts, units: Iterable[str]) -> dict[str, str]:
    """Names of units that no coordinate of the panel holds."""
    named = facts.units.set_index("unit")["name"]
    return {unit: str(named.get(unit, unit)) for unit in units}


def _adoptions(facts: Facts, chosen: Chosen, rows: list[str]) -> list[dict[str, Any]]:
    """Every law of the panel's units, as the register has it."""
    return [
        {
            "unit": adoption.unit,
            "intervention": name,
            "law": adoption.law,
            "starts": adoption.starts,
            "ends": adoption.ends,
            "enforced": adoption.enforced,
            "certainty": adoption.certainty.value,
            "notes": adoption.notes,
        }
        for name in rows
        for adoption in facts.interventions[name].adoptions
        if adoption.unit in chosen.units and adoption.within is None
    ]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
