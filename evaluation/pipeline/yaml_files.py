"""YAML as plain data: no objects, no key twice, nothing read from the machine it happens to run on."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from evaluation.terms.errors import Problem, StudyError

CONSTRUCTING = re.compile(r"^_\w+_$")  # _target_, _partial_, _args_, ...: keys that build objects when instantiated
OUTSIDE = re.compile(r"\$\{[^}]*:")  # ${oc.env:HOME}: a value from outside the files, so another one on another machine


class _PlainLoader(yaml.SafeLoader):
    """The safe loader, which also refuses the same key twice (YAML keeps the last in silence)."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"key '{key.value}' stands twice", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def read_yaml(path: Path) -> Any:
    """The content of a YAML file as mappings, lists, text and numbers.

    Raises
    ------
    StudyError
        The file is missing, is not UTF-8, is not YAML, names a key twice, or tries to construct an object.
    """
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_PlainLoader)  # noqa: S506  (a subclass of SafeLoader)
    except FileNotFoundError:
        raise StudyError(Problem("the file does not exist", str(path))) from None
    except UnicodeDecodeError:
        raise StudyError(Problem("the file is not UTF-8 text", str(path), "save it as UTF-8")) from None
    except yaml.YAMLError as error:
        raise StudyError(_say(error, path)) from None


def refused(content: Any, where: str) -> Iterator[Problem]:
    """What plain data may not hold: keys that construct objects, values taken from the environment.

    >>> [str(problem) for problem in refused({"model": {"_target_": "os.system"}}, "mine.yaml")]
    ["mine.yaml: key 'model._target_' would construct an object; name a model of the book instead (model.name)"]
    """
    for path, value in _leaves(content, ""):
        keys = [key for key in path.split(".") if CONSTRUCTING.match(key)]
        if keys:
            advice = "name a model of the book instead (model.name)"
            yield Problem(f"key '{path}' would construct an object", where, advice)
        if isinstance(value, str) and OUTSIDE.search(value):
            yield Problem(f"'{path}' takes its value from outside: {value}", where, "write the value itself")


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from _leaves(inner, f"{path}[{position}]")
    else:
        yield path, value


def _say(error: yaml.YAMLError, path: Path) -> Problem:
    mark = getattr(error, "problem_mark", None)
    where = f"{path}, line {mark.line + 1}" if mark else str(path)
    found = str(getattr(error, "problem", None) or error).splitlines()[0]
    if "could not determine a constructor for the tag" in found:
        tag = found.split("'")[1].replace("tag:yaml.org,2002:", "!!")
        return Problem(f"'{tag}' would construct an object", where, "write plain text, numbers, lists and mappings")
    return Problem(f"this is not YAML: {found}", where, "mend that line")
