"""From the files of `conf/` to one frozen `Study`, with every name checked. The only file that imports hydra."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from evaluation.pipeline.names import with_claimed_size, wrong_names
from evaluation.pipeline.yaml_files import OUTSIDE, read_yaml, refused
from evaluation.terms.errors import Problem, StudyError, nearest, refuse_if_any
from evaluation.terms.records import read_record
from evaluation.terms.study import Study

GROUPS = ("model", "sampler", "checks", "disclosure", "report")  # folders of conf/: a study takes one file from each
COMMAND_LINE = "command line"


def plan(name: str, overrides: Iterable[str] = (), root: Path | str = ".") -> Study:
    """The study `name`, resolved: its files put together, overrides applied, every name looked up.

    Parameters
    ----------
    name
        A file of `conf/study/`, without its ending.
    overrides
        `key=value` in Hydra's grammar: `model.effect.prior=sceptical`, `sampler=quick`, `panel.span=["2010","2021"]`.
    root
        The folder that holds `conf/` and `data/`.

    Raises
    ------
    StudyError
        Every problem of the plan at once: unknown keys and names (each with the nearest known one), values of the wrong
        kind, settings the model does not have, files that try to construct objects.
    DataError
        The registers themselves are wrong.
    """
    from evaluation.panel.registers import read_registers

    root = Path(root)
    conf = root / "conf"
    refuse_if_any(_wrong_files(name, conf), StudyError)
    wrong = {override: list(_wrong_override(override, conf)) for override in overrides}
    registers = read_registers(root / "data")
    composed, problems = with_claimed_size(_compose(name, [one for one in wrong if not wrong[one]], conf), registers)
    problems += wrong_names(composed, registers)
    study, unreadable = _read_study(name, composed)
    problems = [*(one for found in wrong.values() for one in found), *problems, *unreadable]
    refuse_if_any(dict.fromkeys(problems), StudyError)  # each problem once
    assert study is not None  # it was read, or there was a problem
    return study


def study_names(root: Path | str) -> tuple[str, ...]:
    """The studies of `conf/study/`, in alphabetical order."""
    return tuple(sorted(path.stem for path in (Path(root) / "conf" / "study").glob("*.yaml")))


def _wrong_files(name: str, conf: Path) -> Iterable[Problem]:
    """What is wrong with the files themselves, before they are put together."""
    known = study_names(conf.parent)
    if not known:
        advice = "run this in the project's folder, or give --root"
        yield Problem("there is no study file here", str(conf / "study"), advice)
    elif name not in known:
        yield Problem(f"no study is called '{name}'", str(conf / "study"), nearest(name, known))
    files = [conf / "config.yaml", *(path for group in GROUPS for path in sorted((conf / group).glob("*.yaml")))]
    for path in [*files, conf / "study" / f"{name}.yaml"]:
        if path.exists():
            yield from _wrong_file(path, conf)


def _wrong_file(path: Path, conf: Path) -> Iterable[Problem]:
    where = str(path.relative_to(conf.parent))
    try:
        content = read_yaml(path)
    except StudyError as error:
        yield from error.problems
        return
    if content is not None and not isinstance(content, Mapping):
        yield Problem("the file holds no named values", where, "write key: value")
        return
    yield from refused(content, where)
    if "hydra" in (content or {}):
        yield Problem("key 'hydra' is not part of a study", where, "take it out")
    for entry in (content or {}).get("defaults") or []:
        for group, choice in entry.items() if isinstance(entry, Mapping) else ():
            yield from _wrong_choice(str(group).removeprefix("override").strip().strip("/"), choice, conf, where)


def _wrong_choice(group: str, choice: Any, conf: Path, where: str) -> Iterable[Problem]:
    known = [path.stem for path in (conf / group).glob("*.yaml")] if group else []
    if not known:
        yield Problem(f"'{group}' is not a folder of choices", where, nearest(group, GROUPS))
    elif str(choice) not in known:
        yield Problem(f"conf/{group} has no file '{choice}.yaml'", where, nearest(str(choice), known))


def _wrong_override(override: str, conf: Path) -> Iterable[Problem]:
    from hydra.core.override_parser.overrides_parser import OverridesParser
    from hydra.errors import HydraException

    where = f"{COMMAND_LINE}: {override}"
    try:
        parsed = OverridesParser.create().parse_override(override)
    except HydraException:
        yield Problem("this cannot be read as key=value", where, "write it as in seed=7, or quote the value")
        return
    key = str(parsed.key_or_group)
    if parsed.is_sweep_override():
        yield Problem("several values at once are not one study", where, "give one; to compare, run once for each")
    elif OUTSIDE.search(override):
        yield Problem("the value is taken from outside", where, "write the value itself")
    elif key == "study":
        yield Problem("the study is the first word", where, "write evaluation run STUDY")
    elif key.split(".")[0] == "hydra":
        yield Problem("'hydra' is not part of a study", where, "leave it out")
    elif key in GROUPS and not parsed.is_delete() and not isinstance(parsed.value(), dict):
        yield from _wrong_choice(key, parsed.value(), conf, where)


def _compose(name: str, overrides: Iterable[str], conf: Path) -> dict[str, Any]:
    """The composed mapping. Overrides may name any key of a study, also one that no file gives (hence the `++`)."""
    from hydra import compose, initialize_config_dir
    from hydra.core.global_hydra import GlobalHydra
    from hydra.errors import HydraException
    from omegaconf import OmegaConf
    from omegaconf.errors import OmegaConfBaseException

    GlobalHydra.instance().clear()
    try:
        with initialize_config_dir(version_base="1.3", config_dir=str(conf.resolve())):
            composed = compose("config", overrides=[f"study={name}", *(as_forced(override) for override in overrides)])
        plain = OmegaConf.to_container(composed, resolve=True, throw_on_missing=True)
    except (HydraException, OmegaConfBaseException) as error:
        said = re.split(r"\n", str(error).strip())[0].rstrip(".")
        raise StudyError(Problem(f"the files do not go together: {said}", f"conf/study/{name}.yaml")) from error
    finally:
        GlobalHydra.instance().clear()
    assert isinstance(plain, dict)
    return {str(key): value for key, value in plain.items()}


def as_forced(override: str) -> str:
    """The override as Hydra takes it for a key that no file gives.

    >>> as_forced("seed=7"), as_forced("sampler=quick")
    ('++seed=7', 'sampler=quick')
    """
    key = override.split("=", 1)[0]
    return override if key in GROUPS or key.startswith(("+", "~")) else f"++{override}"


def _read_study(name: str, composed: dict[str, Any]) -> tuple[Study | None, list[Problem]]:
    """The record of the composed mapping, or what is wrong with it. `model` is flat in YAML: name, then settings."""
    where = f"study '{name}'"
    problems = list(refused(composed, where))
    if "name" in composed and composed["name"] != name:
        problems.append(Problem(f"it calls itself '{composed['name']}'", where, "take out name: the file has it"))
    if isinstance(composed.get("model"), Mapping):
        settings = dict(composed["model"])
        problems += _wrong_model(settings)
        composed = composed | {"model": {"name": settings.pop("name", ""), "settings": settings}}
    try:
        return read_record(Study, composed | {"name": name}, name), problems
    except StudyError as error:
        return None, problems + list(error.problems)


def _wrong_model(flat: Mapping[str, Any]) -> list[Problem]:
    from evaluation.models.book import check_settings, model_names

    settings = dict(flat)
    name = settings.pop("name", None)
    if name not in model_names():
        return [Problem(f"no model is called '{name}'", "model.name", nearest(str(name), model_names()))]
    return list(check_settings(name, settings, "model"))
