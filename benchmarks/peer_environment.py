"""An environment of its own for each peer of peers.py, made on first use from a committed list of pinned packages."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from measured import ROOT

from evaluation.terms.errors import EvidenceError, Problem

LISTS = ROOT / "benchmarks" / "peers"
CACHE = ROOT / ".cache" / "peers"


def interpreter_of(peer: str, pythons: Sequence[str]) -> Path:
    """The Python of a peer's environment; makes it when it is missing or its list has changed.

    Parameters
    ----------
    pythons
        Versions that the peer works with ("3.12"), the best first.
    """
    wanted, folder = LISTS / f"{peer}.txt", CACHE / peer
    python, stamp = folder / "bin" / "python", folder / "made_of"
    content = sha256(wanted.read_bytes()).hexdigest()
    if python.exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == content:
        return python
    shutil.rmtree(folder, ignore_errors=True)
    uv = _uv()
    base = next(_found(pythons), None)
    if uv is not None:  # with no fitting Python here, uv may know where to get one
        _run(peer, [uv, "venv", "--quiet", "--python", base or pythons[0], str(folder)])
        install = [uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", str(python), "-r", str(wanted)]
    elif base is not None:
        _run(peer, [base, "-m", "venv", str(folder)])
        install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", str(wanted)]
    else:
        advice = f"install Python {' or '.join(pythons)}, or uv"
        raise EvidenceError(Problem(f"no Python that {peer} works with is here", "peers", advice))
    _run(peer, install)
    stamp.write_text(content, encoding="utf-8")
    return python


def _uv() -> str | None:
    candidates = [os.environ.get("UV"), *(str(ROOT / ".tools" / place / "uv") for place in ("bin", "packages/bin"))]
    return next((one for one in candidates if one and Path(one).exists()), shutil.which("uv"))


def _found(pythons: Sequence[str]) -> Iterator[str]:
    """Pythons of these versions that run (a shim may be there and not run): this one, one on the path, pyenv's."""
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for wanted in pythons:
        if wanted == f"{sys.version_info.major}.{sys.version_info.minor}":
            yield sys.executable
        name = f"python{wanted}"
        for candidate in (shutil.which(name), *map(str, sorted(versions.glob(f"{wanted}.*/bin/{name}")))):
            if candidate and subprocess.run([candidate, "-c", ""], capture_output=True, check=False).returncode == 0:
                yield candidate


def _run(peer: str, command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise EvidenceError(Problem(f"the environment cannot be made: {said}", f"benchmarks/peers/{peer}.txt", ""))
