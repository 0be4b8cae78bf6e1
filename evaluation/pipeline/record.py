"""The record beside each artefact: what it was made from, by which code, with which seed; and whether it holds."""

import hashlib
import json
import platform
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from evaluation.pipeline.formats import encode
from evaluation.pipeline.store import Place, StoreError, replacing
from evaluation.terms.errors import Problem
from evaluation.terms.records import write_record
from evaluation.terms.study import Study

PACKAGES = ("pymc", "pytensor", "nutpie", "arviz", "numpy", "scipy", "xarray", "pandas", "numba", "jinja2", "dvc")
OWN_PACKAGE = "demand-side-evaluation"


@dataclass(frozen=True, kw_only=True)
class Basis:
    """What an artefact rests on. While all of it is the same, the artefact need not be made again."""

    settings: str  # sha256 of the slice of the study that the stage reads
    inputs: Mapping[str, str]  # path below the root: sha256
    code: Mapping[str, str]  # room of evaluation/: sha256


def basis_of(
    place: Place, study: Study, *, settings: Iterable[str], inputs: Iterable[str], rooms: Iterable[str]
) -> Basis:
    """The basis of a stage as things stand now. `inputs` and `rooms` are paths below the root."""
    return Basis(
        settings=_sha256_of_text(json.dumps(settings_slice(study, settings), sort_keys=True)),
        inputs={path: hash_of(place.root / path) for path in inputs},
        code={room: hash_of(_code(room)) for room in rooms},
    )


def settings_slice(study: Study, keys: Iterable[str]) -> dict[str, Any]:
    """The values of the study under these dotted keys.

    >>> from evaluation.terms import ModelPlan, PanelPlan, Question
    >>> study = Study(name="s", title="S", seed=7, model=ModelPlan(name="staggered"),
    ...     panel=PanelPlan(observations=("x",), span=("2007", "2021")),
    ...     question=Question(says="?", indicators=("a",), interventions=("b",)))
    >>> settings_slice(study, ["seed", "panel.every"])
    {'seed': 7, 'panel.every': 'year'}
    """
    sliced = {}
    for key in keys:
        value: Any = study
        for part in key.split("."):
            value = getattr(value, part)
        sliced[key] = write_record(value)
    return sliced


def hash_of(path: Path) -> str:
    """SHA-256 of a file, or of the names and contents of every file in a folder (compiled Python left out).

    Raises
    ------
    StoreError
        There is nothing at that path.
    """
    if path.is_file():
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    if not path.is_dir():
        raise StoreError(Problem("there is nothing here", str(path), "run the earlier stages: evaluation run STUDY"))
    files = sorted(file for file in path.rglob("*") if file.is_file() and not _passed_over(file.relative_to(path)))
    return _sha256_of_text("\n".join(f"{file.relative_to(path).as_posix()} {hash_of(file)}" for file in files))


def write_stage_record(
    place: Place, study: Study, stage: str, basis: Basis, writes: Iterable[str], timings: Mapping[str, float]
) -> dict[str, Any]:
    """Write `<stage>.record.json` beside what the stage wrote. `timings` are in seconds; `seconds` is the whole stage.

    Raises
    ------
    StoreError
        The stage left something unwritten that it declared.
    """
    writes = tuple(writes)
    missing = [artefact for artefact in writes if not place.path(artefact).exists()]
    if missing:
        advice = "this is a fault of the toolkit: please report it"
        raise StoreError(Problem(f"stage {stage} did not write it", place.key(one), advice) for one in missing)
    record = {
        "stage": stage,
        "study": place.name,
        "seed": study.seed,
        "git": git_state(place.root),
        "versions": versions(),
        "settings": basis.settings,
        "inputs": dict(basis.inputs),
        "code": dict(basis.code),
        "outputs": {place.key(artefact): hash_of(place.path(artefact)) for artefact in writes},
        **{name: round(seconds, 2) for name, seconds in timings.items()},
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    with replacing(place.path(record_name(stage))) as stream:
        stream.write(encode("record.json", record))
    return record


def read_stage_record(place: Place, stage: str) -> dict[str, Any] | None:
    """The record of a stage, or None where there is none that can be read."""
    try:
        record = json.loads(place.path(record_name(stage)).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return record if isinstance(record, dict) else None


def still_holds(place: Place, stage: str, basis: Basis, writes: Iterable[str]) -> bool:
    """Whether what the stage wrote is there, untouched, and rests on this basis."""
    record = read_stage_record(place, stage)
    if record is None:
        return False
    same = all(record.get(key) == wanted for key, wanted in vars(basis).items())
    paths = {place.key(artefact): place.path(artefact) for artefact in writes}
    outputs = record.get("outputs", {})
    return same and all(path.exists() and hash_of(path) == outputs.get(key) for key, path in paths.items())


def record_name(stage: str) -> str:
    """The file name of a stage's record."""
    return f"{stage}.record.json"


@lru_cache
def versions() -> dict[str, str]:
    """Versions of Python, of this toolkit and of the packages whose version can change a number."""
    found = {"python": platform.python_version()}
    for package in (OWN_PACKAGE, *PACKAGES):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


@lru_cache
def git_state(root: Path) -> dict[str, Any]:
    """The commit the project stands at, and whether anything differs from it; both null outside git."""
    commit = _git(root, "rev-parse", "HEAD")
    changed = _git(root, "status", "--porcelain", "--", "evaluation", "conf", "data/raw", "data/registers")
    return {"commit": commit, "dirty": None if commit is None else bool(changed)}


def _git(root: Path, *words: str) -> str | None:
    try:
        done = subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def _code(room: str) -> Path:
    """The code that runs: the package as it was imported, wherever the studies lie."""
    return Path(__file__).parents[2] / room


def _passed_over(path: Path) -> bool:
    return "__pycache__" in path.parts or path.suffix == ".pyc" or path.name == ".gitignore"


def _sha256_of_text(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
