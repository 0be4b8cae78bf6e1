"""The settings that another model of the book would have in a study: its own file's, with what the study changed."""

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from evaluation.models.book import entry
from evaluation.pipeline.yaml_files import read_yaml
from evaluation.terms.study import Study


def settings_in(study: Study, model: str, root: Path) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Settings of `model` for this study, and keys the study sets that this model does not have.

    What the study says otherwise than the file of its own model (its prior, its scales) holds for the other model too,
    where that has a setting of the same name. So two models of one study differ in what they are, not in their priors.
    """
    if model == study.model.name:
        return dict(study.model.settings), ()
    changed = _changed(_of_file(study.model.name, root), study.model.settings)
    known = {field.name for field in fields(entry(model).recipe)}
    kept = {name: value for name, value in changed.items() if name in known}
    return merged(_of_file(model, root), kept), tuple(name for name in changed if name not in known)


def merged(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """The first mapping with the values of the second in place of its own, level by level.

    >>> merged({"effect": {"prior": "wide", "sd": 1}}, {"effect": {"prior": "sceptical"}})
    {'effect': {'prior': 'sceptical', 'sd': 1}}
    """
    found = dict(one)
    for name, value in other.items():
        mine = found.get(name)
        found[name] = merged(mine, value) if isinstance(mine, Mapping) and isinstance(value, Mapping) else value
    return found


def _changed(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """What the second mapping says otherwise than the first."""
    found: dict[str, Any] = {}
    for name, value in other.items():
        mine = one.get(name)
        if isinstance(mine, Mapping) and isinstance(value, Mapping):
            if inner := _changed(mine, value):
                found[name] = inner
        elif _plain(value) != _plain(mine):
            found[name] = value
    return found


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _of_file(model: str, root: Path) -> dict[str, Any]:
    """The settings of `conf/model/<model>.yaml`; none for a model of another package, which brings its defaults."""
    path = root / "conf" / "model" / f"{model}.yaml"
    content = read_yaml(path) if path.exists() else {}
    return {str(name): value for name, value in content.items() if name != "name"}
