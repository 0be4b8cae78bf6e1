"""The data's tables, the model, the provenance and the decision: numbers of the panel, the plan, registers, records."""

import json
import re
from collections.abc import Iterator, Mapping

import numpy as np

from evaluation.reporting.disclosure import printed
from evaluation.reporting.evidence import Evidence
from evaluation.terms import write_record
from evaluation.terms.panel import Status
from tests.unit.reporting.number_words import NONE, count, minus, sentence, stated
from tests.unit.reporting.told import Told
from tests.unit.reporting.told_changes import Changes, starts_of
from tests.unit.reporting.told_trust import duration


def tell_data(told: Told, changes: Changes) -> None:
    """What was adopted, left out, questioned and redefined: row by row as the panel and the registers have it."""
    evidence = changes.evidence
    adopted = json.loads(evidence.panel.attrs.get("adoptions", "[]"))
    asked = set(evidence.study.question.interventions)
    adopted = sorted(adopted, key=lambda one: (str(one["intervention"]) not in asked, str(one["starts"])))
    told.tables["data", "Adoptions, their dates"] = [
        [
            evidence.unit_name(str(one["unit"])),
            one["law"],
            one["starts"],
            one["enforced"] or NONE,
            None,
            None,
            one["notes"] or NONE,
        ]
        for one in adopted
    ]
    low = sum(one["certainty"] == "low" for one in adopted)
    told.say("data", f"{low} with low certainty", f"All {len(adopted)} adoptions")
    _tell_left_out(told, evidence)
    _tell_questioned(told, evidence)
    _tell_breaks(told, evidence)


def _tell_left_out(told: Told, evidence: Evidence) -> None:
    left = json.loads(evidence.panel.attrs.get("left_out", "{}"))
    reasons = sorted(set(left.values()), key=lambda one: (list(left.values()).count(one), one))
    told.tables["data", "that are not in the panel"] = [
        [sentence(reason), count(len(units)), ", ".join(sorted(map(evidence.unit_name, units)))]
        for reason in reasons
        for units in [[unit for unit, why in left.items() if why == reason]]
    ]
    told.say("data", f"by reason: {len(left)} in all")


def _tell_questioned(told: Told, evidence: Evidence) -> None:
    """One row a cell, by indicator, unit and period; a reason holds no count that may not be printed."""
    known = {(one["indicator"], one["unit"], one["period"]): one for one in evidence.registers.get("questioned") or ()}
    if not known:
        known = {(o["indicator"], o["unit"], o["period"]): o for o in evidence.attribute("questioned", [])}
    starts, rows, secret = starts_of(evidence), [], printed(evidence).withheld
    units = [str(unit) for unit in evidence.panel["unit"].values]
    order = [*starts, *sorted((unit for unit in units if unit not in starts), key=evidence.unit_name)]
    for name in evidence.indicators:
        for unit in order:
            status = evidence.panel["status"].sel(indicator=name, unit=unit).values
            for place in np.flatnonzero(status == int(Status.QUESTIONED)):
                period = str(evidence.panel["time"].values[place])
                reason = without_small(
                    known.get((name, unit, period), {}).get("reason") or NONE, evidence.smallest_cell
                )
                if secret[:, units.index(unit), place].any():
                    reason = "contradicts a figure that is not printed"
                rows.append([evidence.unit_name(unit), evidence.short(name), period, reason])
    told.tables["data", "Cells that were reported but"] = rows
    told.say("data", f"All {len(rows)} questioned cells")


def without_small(words: str, smallest: int) -> str:
    """Whole numbers from 1 to the limit less 1 become "<limit"."""
    if smallest < 2:
        return words
    hidden = "|".join(map(str, range(1, smallest)))
    return re.sub(rf"(?<![\d.,<-])({hidden})(?!\d|[.,]\d)", f"<{smallest}", words)


def _tell_breaks(told: Told, evidence: Evidence) -> None:
    units, rows = {str(unit) for unit in evidence.panel["unit"].values}, []
    for one in evidence.registers.get("breaks", ()):
        names = [evidence.short(name) for name in one.indicators if name in evidence.indicators]
        if one.unit in units and names:
            why = without_small(one.why, evidence.smallest_cell)
            rows.append([evidence.unit_name(one.unit), one.from_period, "; ".join(names), why, None])
    told.tables["data", "Definition breaks: from this"] = rows
    told.say("data", f"All {len(rows)} breaks")


def tell_model(told: Told, changes: Changes) -> None:
    """Question, equations, and every prior as the plan has it."""
    evidence = changes.evidence
    plan, about = evidence.study.model, evidence.registers.get("model") or {}
    told.say("model", f"A change of {stated(evidence.study.question.matters_from)} or beyond would matter")
    told.say("model", "0.1 is about 10 %, 0.7 doubles or halves", *(str(words) for words in about.values()))
    rows = list(named(plan.settings))
    told.tables["model", "Priors and other settings"] = [[name, minus(value)] for name, value in rows]
    told.say("model", f"All {len(rows)} settings")
    told.say("model", *(one.says for one in evidence.findings if one.check in {"prior_predictive", "design_prior"}))


def named(settings: Mapping[str, object], before: str = "") -> Iterator[tuple[str, str]]:
    """Settings by dotted name, lists joined."""
    for name, value in settings.items():
        if isinstance(value, Mapping) and value:
            yield from named(value, f"{before}{name}.")
        elif isinstance(value, list | tuple) and value and all(isinstance(one, Mapping) for one in value):
            for place, one in enumerate(value, 1):
                yield from named(
                    {k: v for k, v in one.items() if k != "name"}, f"{before}{name}.{one.get('name', place)}."
                )
        elif isinstance(value, list | tuple):
            yield before + name, ", ".join(map(str, value)) or "not set"
        else:
            yield before + name, "not set" if value is None or value in ("", {}) else str(value)


def tell_provenance(told: Told, changes: Changes) -> None:
    """Sources, stages, versions, settings: as registers, records and the plan have them."""
    evidence, name = changes.evidence, changes.evidence.study.name
    register = evidence.registers.get("sources", {})
    told.tables["provenance", "Sources of every figure"] = [
        [source, one.citation, one.vintage, one.licence, one.sha256[:12]]
        if (one := register.get(source))
        else [source, *[NONE] * 4]
        for source in evidence.source_names
    ]
    told.tables["provenance", "The stages that led here"] = [
        [
            one["stage"],
            duration(one.get("seconds")),
            _commit(one.get("git") or {}),
            _when(str(one["finished"])),
            _wrote(one),
        ]
        for one in evidence.records
    ]
    versions = {
        package: version for one in evidence.records for package, version in (one.get("versions") or {}).items()
    }
    packages = ", ".join(f"{package} {version}" for package, version in sorted(versions.items()))
    told.say("provenance", f"Packages: {packages}. Seed of the study: {evidence.study.seed}.")
    rows = [list(one) for one in named(write_record(evidence.study))]
    told.tables["provenance", "Every setting of the study"] = rows
    told.say("provenance", f"All {len(rows)} settings", "sha256", "sha256, first 12", name)
    locked = evidence.registers.get("registered")
    if locked:
        told.say("provenance", f"locked on {locked['locked'].split('T')[0]}", f"at commit {locked['commit'][:10]}")
        told.say("provenance", "again on " + ", ".join(moment.split("T")[0] for moment in locked["again"]))
        told.tables["provenance", "Every deviation"] = [
            [one["item"], one["locked"], one["now"]] for one in locked["deviations"]
        ]


def _commit(git: Mapping[str, object]) -> str:
    return (
        f"{str(git['commit'])[:10]}{' with changes' if git.get('dirty') else ''}"
        if git.get("commit")
        else "outside git"
    )


def _when(finished: str) -> str:
    return finished.replace("T", " ").replace("+00:00", " UTC")


def _wrote(record: Mapping[str, object]) -> str:
    outputs = record.get("outputs") or {}
    assert isinstance(outputs, Mapping)
    return ", ".join(f"{name.split('/')[-1]} {value[:12]}" for name, value in outputs.items()) or NONE
