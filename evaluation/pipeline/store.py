"""Where artefacts lie and how they get there: whole or not at all, with a record of what made them beside each."""

import errno
import io
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from evaluation.terms.errors import EvaluationError, Problem

_ADVICE = {
    errno.ENOSPC: "the disk is full: make room, then run again; what was there before is untouched",
    errno.EDQUOT: "your quota is used up: make room, then run again; what was there before is untouched",
    errno.EFBIG: "the system allows no file this large: raise the limit, then run again",
    errno.EROFS: "the disk is read-only: choose another folder with --root",
    errno.EACCES: "you may not write here: change the permissions, or choose another folder with --root",
    errno.EPERM: "you may not write here: change the permissions, or choose another folder with --root",
    errno.ENOTDIR: "a file stands where a folder should be: move it away",
    errno.EEXIST: "a file stands where a folder should be: move it away",
}


class StoreError(EvaluationError):
    """The folder cannot take what was made, or not now: neither the plan nor the data are wrong. Exit code 13."""

    exit_code = 13
    kind = "store"


@dataclass(frozen=True)
class Place:
    """Where one study's artefacts lie.

    `name` is the study's name, or `<study>@<hash>` for a run with overrides, which has a place of its own.

    >>> Place(Path("."), "buyer_laws@1a2b3c4d").path("fit.nc").as_posix()
    'data/studies/buyer_laws@1a2b3c4d/fit.nc'
    """

    root: Path
    name: str

    @property
    def study(self) -> str:
        """The study this place belongs to."""
        return self.name.split("@")[0]

    @property
    def folder(self) -> Path:
        """The folder of every artefact but the report."""
        return self.root / "data" / "studies" / self.name

    @property
    def report(self) -> Path:
        """The folder of the report."""
        return self.root / "reports" / self.name

    def path(self, artefact: str) -> Path:
        """The path of an artefact; `report` is a folder."""
        return self.report if artefact == "report" else self.folder / artefact

    def scratch(self, stage: str) -> Path:
        """The folder of what a stage keeps for itself until its record is written."""
        return self.folder / f".{stage}"

    def key(self, artefact: str) -> str:
        """The artefact's path below the root, as records name it."""
        return self.path(artefact).relative_to(self.root).as_posix()


@contextmanager
def replacing(path: Path) -> Iterator[io.BufferedWriter]:
    """A file to write to that takes the place of `path` at the end, if all went well; else nothing has happened.

    Raises
    ------
    StoreError
        The disk is full or read-only, or the folder may not be written to.
    """
    part = _part_of(path)
    with in_our_words(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with part.open("wb") as stream:
                yield stream
                stream.flush()
                os.fsync(stream.fileno())  # on the disk before the name points to it
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)


@contextmanager
def replacing_folder(path: Path) -> Iterator[Path]:
    """An empty folder to write into that takes the place of `path` at the end, if all went well.

    Raises
    ------
    StoreError
        As for `replacing`.
    """
    part, old = _part_of(path), _part_of(path.with_name(path.name + ".old"))
    with in_our_words(path):
        try:
            part.mkdir(parents=True)
            yield part
            if path.exists():
                path.rename(old)
            part.rename(path)
        finally:
            shutil.rmtree(part, ignore_errors=True)
            shutil.rmtree(old, ignore_errors=True)


def sweep(folder: Path) -> tuple[str, ...]:
    """Remove what interrupted runs left half written in this folder; files of a run that is still going are kept."""
    removed = []
    for part in folder.glob(".*.part") if folder.is_dir() else ():
        owner = part.name.split(".")[-2]
        if owner.isdigit() and _runs(int(owner)):
            continue
        with suppress(OSError):
            shutil.rmtree(part) if part.is_dir() else part.unlink()
            removed.append(part.name)
    return tuple(removed)


def _part_of(path: Path) -> Path:
    """The temporary name: in the same folder, so that the renaming never copies; it carries its owner's process id."""
    return path.with_name(f".{path.name}.{os.getpid()}.part")


@contextmanager
def in_our_words(path: Path) -> Iterator[None]:
    """Say a full or closed disk as a StoreError, also where a room has met it first and said it in its own way."""
    try:
        yield
    except (OSError, EvaluationError) as error:
        found = error if isinstance(error, OSError) else error.__cause__
        if isinstance(found, OSError) and found.errno in _ADVICE:
            problem = Problem(f"cannot be written ({found.strerror})", str(path), _ADVICE[found.errno])
            raise StoreError(problem) from error
        raise


def _runs(process: int) -> bool:
    """Whether a process of this id is running on this machine."""
    if process == os.getpid():
        return False  # we have only just started: a file with our number is from a process that had it before
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
