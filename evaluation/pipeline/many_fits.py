"""What a batch of fits needs of a place: workers by name, finished fits on the disk, a bar for what is left."""

from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from evaluation.pipeline.formats import decode, encode
from evaluation.pipeline.store import StoreError, replacing, sweep
from evaluation.pipeline.yaml_files import read_yaml, refused
from evaluation.terms.errors import Problem, StudyError, nearest, refuse_if_any
from evaluation.terms.records import read_record
from evaluation.terms.workers import Workers

if TYPE_CHECKING:
    import xarray as xr


def workers_named(name: str, root: Path) -> Workers:
    """The workers of `conf/workers/<name>.yaml`; an empty name: this machine's threads.

    Raises
    ------
    StudyError
        There is no such file, or it does not describe workers.
    """
    if not name:
        return Workers()
    folder = root / "conf" / "workers"
    known = sorted(path.stem for path in folder.glob("*.yaml"))
    if name not in known:
        raise StudyError(Problem(f"no workers are called '{name}'", str(folder), nearest(name, known)))
    path = folder / f"{name}.yaml"
    content = read_yaml(path)
    refuse_if_any(refused(content, str(path)), StudyError)
    return read_record(Workers, content, str(path))


class Shelf(MutableMapping[str, "xr.Dataset"]):
    """Finished fits in a folder: each is whole on the disk before the next counts, so a killed batch loses none."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        sweep(folder)

    def __getitem__(self, key: str) -> "xr.Dataset":
        """The fit of that key; one that cannot be read is as good as not there."""
        try:
            found: xr.Dataset = decode(self._path(key))
        except StoreError:
            raise KeyError(key) from None
        return found

    def __contains__(self, key: object) -> bool:
        """Whether it can be read: half a file is no fit."""
        try:
            self[str(key)]
        except KeyError:
            return False
        return True

    def __setitem__(self, key: str, fit: "xr.Dataset") -> None:
        """Raises StoreError where the disk is full or read-only."""
        with replacing(self._path(key)) as stream:
            stream.write(encode(f"{key}.nc", fit))

    def __delitem__(self, key: str) -> None:
        """Forget it."""
        try:
            self._path(key).unlink()
        except FileNotFoundError:
            raise KeyError(key) from None

    def __iter__(self) -> Iterator[str]:
        """Keys in alphabetical order."""
        return iter(sorted(path.stem for path in self.folder.glob("*.nc")))

    def __len__(self) -> int:
        """How many fits."""
        return len(list(self.folder.glob("*.nc")))

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}.nc"


@contextmanager
def counted(says: str, shown: bool) -> Iterator[Callable[[str, int, int], None] | None]:
    """A bar over a batch, with the time left; nothing where progress is not shown."""
    if not shown:
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(says, total=None, visible=False)

        def watch(name: str, done: int, of: int) -> None:
            bar.update(task, description=f"{says}: {name}", completed=done, total=of, visible=True)

        yield watch
