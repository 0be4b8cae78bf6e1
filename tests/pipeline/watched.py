"""A study that notes which of its settings are looked at."""

import sys
from typing import Any

from evaluation.terms import Study


def watched(study: Study, read: set[str]) -> Study:
    """The study, adding to `read` the dotted key of every setting that is looked at."""
    return _watched(study, "", read)


def _watched(record: Any, path: str, read: set[str]) -> Any:
    class Watched(type(record)):
        def __getattribute__(self, name: str) -> Any:
            value = object.__getattribute__(self, name)
            if name not in type(record).__dataclass_fields__:
                return value
            key = f"{path}.{name}" if path else name
            if hasattr(type(value), "__dataclass_fields__"):
                return value if isinstance(value, _Mark) else _watched(value, key, read)
            if sys._getframe(1).f_globals["__name__"] != "dataclasses":  # `replace` copies a setting unseen
                read.add(key)
            return value

    copy = object.__new__(type("Watched", (Watched, _Mark), {}))
    copy.__dict__.update(record.__dict__)
    return copy


class _Mark:
    """What is watched already."""
