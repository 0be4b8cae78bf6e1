"""Plain mappings (from YAML, JSON) to frozen records and back, naming every problem on the way."""

import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

from evaluation.terms.errors import Problem, StudyError, nearest, refuse_if_any


def read_record[Record](cls: type[Record], mapping: Any, where: str) -> Record:
    """Build the frozen dataclass `cls` from a plain mapping.

    Nested dataclasses, tuples, mappings, enums, optionals and scalars are read from the annotations; unknown keys,
    missing keys and wrong types are all collected. A record that checks itself does so in `problems(where)`.

    Raises
    ------
    StudyError
        One problem per wrong or missing key, each with its place and the nearest known name.

    Examples
    --------
    >>> from evaluation.terms.study import SamplerPlan
    >>> read_record(SamplerPlan, {"draws": 500}, "sampler").draws
    500
    """
    problems: list[Problem] = []
    built = _read(cls, mapping, where, problems)
    refuse_if_any(problems, StudyError)
    return cast(Record, built)


def write_record(record: Any) -> Any:
    """The plain mapping of a record: what `read_record` reads back to an equal record.

    >>> from evaluation.terms.study import SamplerPlan
    >>> read_record(SamplerPlan, write_record(SamplerPlan()), "sampler") == SamplerPlan()
    True
    """
    if is_dataclass(record) and not isinstance(record, type):
        return {field.name: write_record(getattr(record, field.name)) for field in fields(record)}
    if isinstance(record, Enum):
        return record.value
    if isinstance(record, Mapping):
        return {str(key): write_record(value) for key, value in record.items()}
    if isinstance(record, tuple | list):
        return [write_record(value) for value in record]
    return record


def _read(kind: Any, value: Any, where: str, problems: list[Problem]) -> Any:
    origin = get_origin(kind)
    if kind is Any:
        return value
    if origin in (Union, types.UnionType):
        return _read_union(kind, value, where, problems)
    if is_dataclass(kind):
        return _read_dataclass(cast(type, kind), value, where, problems)
    if origin is tuple:
        return _read_tuple(kind, value, where, problems)
    if origin is not None and issubclass(origin, Mapping):
        return _read_mapping(kind, value, where, problems)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _read_enum(kind, value, where, problems)
    return _read_scalar(kind, value, where, problems)


def _read_union(kind: Any, value: Any, where: str, problems: list[Problem]) -> Any:
    choices = get_args(kind)
    if value is None and type(None) in choices:
        return None
    last: list[Problem] = []
    for choice in (choice for choice in choices if choice is not type(None)):
        last = []
        built = _read(choice, value, where, last)
        if not last:
            return built
    problems.extend(last)
    return None


def _read_dataclass(cls: type, value: Any, where: str, problems: list[Problem]) -> Any:
    if not isinstance(value, Mapping):
        problems.append(Problem(f"expected named fields, found {_say(value)}", where, f"give {_names(cls)}"))
        return None
    before = len(problems)
    hints = get_type_hints(cls)
    known = {field.name: field for field in fields(cls)}
    for key in value:
        if key not in known:
            problems.append(Problem(f"unknown key '{key}'", where, nearest(str(key), known)))
    given = {}
    for name, field in known.items():
        if name in value:
            given[name] = _read(hints[name], value[name], f"{where}.{name}", problems)
        elif field.default is MISSING and field.default_factory is MISSING:
            problems.append(Problem(f"key '{name}' is missing", where, "add it"))
    if len(problems) > before:
        return None
    built = cls(**given)
    check = getattr(built, "problems", None)
    if callable(check):
        problems.extend(check(where))
    return built


def _read_tuple(kind: Any, value: Any, where: str, problems: list[Problem]) -> Any:
    if not isinstance(value, list | tuple):
        problems.append(Problem(f"expected a list, found {_say(value)}", where, "write it as [a, b]"))
        return ()
    kinds = get_args(kind)
    inner = [kinds[0]] * len(value) if len(kinds) == 2 and kinds[1] is Ellipsis else list(kinds)
    if len(inner) != len(value):
        problems.append(Problem(f"expected {len(inner)} values, found {len(value)}", where))
        return ()
    return tuple(_read(k, v, f"{where}[{i}]", problems) for i, (k, v) in enumerate(zip(inner, value, strict=True)))


def _read_mapping(kind: Any, value: Any, where: str, problems: list[Problem]) -> Any:
    if not isinstance(value, Mapping):
        problems.append(Problem(f"expected named values, found {_say(value)}", where))
        return {}
    _, inner = get_args(kind)
    return {str(key): _read(inner, v, f"{where}.{key}", problems) for key, v in value.items()}


def _read_enum(kind: type[Enum], value: Any, where: str, problems: list[Problem]) -> Any:
    known = {str(member.value): member for member in kind}
    if isinstance(value, kind):
        return value
    if str(value) not in known:
        problems.append(Problem(f"'{value}' is not a {kind.__name__.lower()}", where, nearest(str(value), known)))
        return None
    return known[str(value)]


def _read_scalar(kind: type, value: Any, where: str, problems: list[Problem]) -> Any:
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if kind is str and isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)  # YAML reads 2007 as a number; a period is a label
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        problems.append(Problem(f"expected {_WORDS.get(kind, kind.__name__)}, found {_say(value)}", where))
        return None
    return value


_WORDS: Mapping[type, str] = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}


def _say(value: Any) -> str:
    return "nothing" if value is None else f"{type(value).__name__} {value!r}"


def _names(cls: type) -> str:
    return ", ".join(field.name for field in fields(cls))
