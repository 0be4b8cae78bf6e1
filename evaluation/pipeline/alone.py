"""One run at a time in one folder: two would mix what they write."""

import errno
import logging
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from evaluation.pipeline.store import StoreError, in_our_words
from evaluation.terms.errors import Problem

LOCK = ".lock"
NO_LOCKS_HERE = (errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOLCK)  # some file systems of clusters know none


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Hold the folder, so that every other run that asks for it is refused; it is made if need be.

    The operating system keeps the lock, and lets go of it when the process ends: a killed run blocks nobody. The file
    stays and says nothing by itself.

    Raises
    ------
    StoreError
        Another run holds it, or the folder may not be written to.
    """
    path = folder / LOCK
    # anybody's: in a folder that a group shares, a lock left by one user must not shut out the next
    lock = FileLock(path, timeout=0, mode=0o666, fallback_to_soft=False, on_acquired=_sign)
    with in_our_words(path):
        folder.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire()
        except Timeout:
            advice = "wait until it has ended, or end it; then run again"
            raise StoreError(Problem(f"another run is at work here{_signed(path)}", str(folder), advice)) from None
        except OSError as error:
            if error.errno not in NO_LOCKS_HERE:
                raise
            logging.getLogger(__name__).warning("%s: no locks on this disk; see that no other run works here", folder)
    try:
        yield
    finally:
        lock.release()


def _sign(descriptor: int) -> None:
    """Who holds it, for whoever is refused."""
    words = f"process {os.getpid()} on {platform.node()}, since {datetime.now():%Y-%m-%d %H:%M}"
    os.ftruncate(descriptor, 0)
    os.write(descriptor, words.encode())


def _signed(path: Path) -> str:
    try:
        words = path.read_text(encoding="utf-8")
    except (OSError, ValueError):  # Windows lets nobody read what is locked
        return ""
    return f" ({words})" if words else ""
