"""The plan of a study, locked before its outcomes are looked at; and what was changed since.

A file of `data/locks/` for each locked study, to be committed. It holds the plan itself, so that a deviation can be
told item by item, and a hash of it, so that a lock changed by hand is found out.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evaluation.pipeline.plan import plan
from evaluation.pipeline.record import git_state, settings_slice
from evaluation.pipeline.store import Place, replacing
from evaluation.pipeline.yaml_files import read_yaml, refused
from evaluation.terms.errors import Problem, StudyError, refuse_if_any
from evaluation.terms.records import read_record, write_record
from evaluation.terms.study import Study

# What an answer may be bent by. How long it is sampled, what may be printed and for whom, is not among it.
KEYS = ("question", "panel", "model", "checks", "seed")
FOLDER = "data/locks"
OUTCOMES = ("panel.nc", "fit.nc")  # artefacts that hold outcomes


@dataclass(frozen=True, kw_only=True)
class Lock:
    """A plan as it stood on one day."""

    locked: str  # date and time, UTC
    commit: str | None  # of the project; None outside git
    changed: bool  # files differed from that commit
    outcomes_shaped: bool  # the study had been run here as far as outcomes: they may have been seen
    plan: Mapping[str, Any]
    sha256: str


@dataclass(frozen=True)
class Deviation:
    """One item of a plan that is not as it was locked."""

    item: str
    locked: str
    now: str


def lock_path(study: str, root: Path) -> Path:
    """Where the lock of a study lies."""
    return root / FOLDER / f"{study}.yaml"


def lock(study: str, root: Path, *, again: bool = False) -> Path:
    """Lock the plan of a study as it stands; `again`: beside the locks there are, of which the first keeps its say.

    Raises
    ------
    StudyError
        The plan has problems; the study is locked already; or its lock cannot be read.
    """
    resolved, path = plan(study, root=root), lock_path(study, root)
    locks = read_locks(study, root)
    if locks and not again:
        advice = "give --again to lock it once more: the first lock stays, and the report tells what changed since"
        raise StudyError(Problem(f"the plan was locked on {locks[0].locked}", str(path), advice))
    locked, git, place = _plan_of(resolved), git_state(root), Place(root, study)
    made = Lock(
        locked=datetime.now(UTC).isoformat(timespec="seconds"), commit=git["commit"], changed=bool(git["dirty"]),
        outcomes_shaped=any(place.path(name).exists() for name in OUTCOMES), plan=locked, sha256=_hash_of(locked),
    )  # fmt: skip
    content = {"study": study, "locks": [write_record(one) for one in (*locks, made)]}
    path.parent.mkdir(parents=True, exist_ok=True)
    import yaml

    with replacing(path) as stream:
        stream.write(HEADER.encode() + yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=120).encode())
    return path


HEADER = "# Written by `evaluation lock`. Commit it and leave it as it is: a plan changed by hand is refused.\n"


def read_locks(study: str, root: Path) -> tuple[Lock, ...]:
    """The locks of a study, the first one first; none where it was never locked.

    Raises
    ------
    StudyError
        The file is not a lock, or its plan is not what was locked.
    """
    path = lock_path(study, root)
    if not path.exists():
        return ()
    content = read_yaml(path)
    refuse_if_any(refused(content, str(path)), StudyError)
    entries = content.get("locks") if isinstance(content, Mapping) else None
    if not isinstance(entries, list) or not entries:
        raise StudyError(Problem("this is no lock of a plan", str(path), "bring it back from the history"))
    locks = tuple(read_record(Lock, one, f"{path}: lock {number}") for number, one in enumerate(entries, 1))
    advice = "bring the file back from the history; a plan that changed is locked with --again"
    refuse_if_any(
        [
            Problem(f"lock {number} was changed after it was made", str(path), advice)
            for number, one in enumerate(locks, 1)
            if _hash_of(one.plan) != one.sha256
        ],
        StudyError,
    )
    return locks


def registration(study: Study, name: str, root: Path) -> dict[str, Any] | None:
    """What the report says of the lock of the study file `name`: its day, and every deviation from the first lock."""
    locks = read_locks(name, root)
    if not locks:
        return None
    first = locks[0]
    return {
        "locked": first.locked, "commit": first.commit, "changed": first.changed,
        "outcomes_shaped": first.outcomes_shaped, "again": [one.locked for one in locks[1:]],
        "deviations": [vars(one) for one in deviations(first, study)],
    }  # fmt: skip


def deviations(lock: Lock, study: Study) -> tuple[Deviation, ...]:
    """Every item of the plan that is not as it was locked."""
    was, now = dict(_items(lock.plan)), dict(_items(_plan_of(study)))
    return tuple(
        Deviation(item, was.get(item, NOTHING), now.get(item, NOTHING))
        for item in (*was, *(item for item in now if item not in was))
        if was.get(item) != now.get(item)
    )


NOTHING = "not set"


def _plan_of(study: Study) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(json.dumps(settings_slice(study, KEYS)))
    return plain


def _items(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Every setting below, by its dotted name; a list is one setting."""
    if isinstance(value, Mapping) and value:
        for key, below in value.items():
            yield from _items(below, f"{name}.{key}" if name else str(key))
    else:
        yield name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _hash_of(plan_content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(plan_content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
