"""The registers: facts that hold whatever is asked. Read whole, checked whole, every problem at once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from evaluation.terms import (
    Assertion,
    Cost,
    DataError,
    DefinitionBreak,
    Indicator,
    Intervention,
    Problem,
    Source,
    StudyError,
    Tactic,
    read_record,
)
from evaluation.terms.errors import nearest, refuse_if_any


@dataclass(frozen=True, kw_only=True)
class Registers:
    """Every register by name, as records."""

    sources: Mapping[str, Source]
    indicators: Mapping[str, Indicator]
    tactics: Mapping[str, Tactic]
    interventions: Mapping[str, Intervention]
    assertions: Mapping[str, Assertion]
    costs: Mapping[str, Cost]
    breaks: tuple[DefinitionBreak, ...]


def read_registers(data: Path) -> Registers:
    """Read data/registers/*.yaml and check that every name they refer to exists.

    Raises
    ------
    DataError
        Every problem of every register: unreadable YAML, unknown or missing keys, dates that are no dates, names
        that no register knows.
    """
    folder, problems = data / "registers", list[Problem]()
    named: dict[str, Any] = {kind: _read_named(folder, kind, cls, problems) for kind, cls in _NAMED.items()}
    named["indicators"] = _labelled(named["indicators"])
    registers = Registers(**named, breaks=_read_breaks(folder, problems))
    problems.extend(_cross_references(registers))
    problems.extend(_date_problems(registers))
    problems.extend(_label_problems(registers))
    refuse_if_any(problems, DataError)
    return registers


_NAMED: Mapping[str, type] = {
    "sources": Source,
    "indicators": Indicator,
    "tactics": Tactic,
    "interventions": Intervention,
    "assertions": Assertion,
    "costs": Cost,
}


def _read_yaml(folder: Path, kind: str, empty: Any, problems: list[Problem]) -> Any:
    """Plain values of one register; anything that would construct an object is refused by the safe loader."""
    file = folder / f"{kind}.yaml"
    try:
        read = yaml.safe_load(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        problems.append(Problem("there is no such register", str(file), "restore it"))
        return empty
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        problems.append(Problem(f"it cannot be read ({' '.join(str(error).split())})", str(file), "mend the YAML"))
        return empty
    if not isinstance(read, type(empty)):
        expected = "a list of entries" if isinstance(empty, list) else "named entries"
        problems.append(Problem(f"expected {expected}", str(file), "see the other registers"))
        return empty
    return read


def _read_named[Record](folder: Path, kind: str, cls: type[Record], problems: list[Problem]) -> dict[str, Record]:
    entries = _read_yaml(folder, kind, {}, problems)
    read = {str(name): _read_one(cls, entry, f"{kind}.yaml, {name}", problems) for name, entry in entries.items()}
    return {name: record for name, record in read.items() if record is not None}


def _read_breaks(folder: Path, problems: list[Problem]) -> tuple[DefinitionBreak, ...]:
    entries = _read_yaml(folder, "breaks", [], problems)
    read = [_read_one(DefinitionBreak, e, f"breaks.yaml, entry {i + 1}", problems) for i, e in enumerate(entries)]
    return tuple(record for record in read if record is not None)


def _read_one[Record](cls: type[Record], entry: Any, where: str, problems: list[Problem]) -> Record | None:
    try:
        return read_record(cls, entry, where)
    except StudyError as error:
        problems.extend(error.problems)
        return None


def _labelled(indicators: Mapping[str, Indicator]) -> dict[str, Indicator]:
    """Every indicator with a label: its own, or the default."""
    return {name: replace(one, label=one.label or one.default_label(name)) for name, one in indicators.items()}


def _label_problems(registers: Registers) -> Iterator[Problem]:
    """Two indicators under one label could not be told apart in a table."""
    names_of: dict[str, list[str]] = {}
    for name, indicator in registers.indicators.items():
        names_of.setdefault(indicator.label, []).append(name)
    for label, names in names_of.items():
        if len(names) > 1:
            yield Problem(f"{' and '.join(names)} are both labelled '{label}'", "indicators.yaml", "write other labels")


def _cross_references(registers: Registers) -> Iterator[Problem]:
    for name, indicator in registers.indicators.items():
        for source in indicator.sources:
            if source not in registers.sources:
                yield _unknown("source", source, f"indicators.yaml, {name}.sources", registers.sources)
    for name, intervention in registers.interventions.items():
        if intervention.tactic not in registers.tactics:
            yield _unknown("tactic", intervention.tactic, f"interventions.yaml, {name}.tactic", registers.tactics)
    for number, broken in enumerate(registers.breaks, start=1):
        for indicator_name in broken.indicators:
            if indicator_name not in registers.indicators:
                yield _unknown("indicator", indicator_name, f"breaks.yaml, entry {number}", registers.indicators)


def _date_problems(registers: Registers) -> Iterator[Problem]:
    from evaluation.panel.calendar import first_day

    for name, intervention in registers.interventions.items():
        for adoption in intervention.adoptions:
            for key in ("starts", "ends", "enforced"):
                text = getattr(adoption, key)
                if text is not None and first_day(text) is None:
                    where = f"interventions.yaml, {name}, {adoption.unit}.{key}"
                    yield Problem(f"'{text}' is no date", where, "write 2016, 2016-04 or 2016-04-14")


def _unknown(kind: str, name: str, where: str, known: Mapping[str, object]) -> Problem:
    return Problem(f"{kind} '{name}' is in no register", where, nearest(name, known))
