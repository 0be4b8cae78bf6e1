"""What every test stands on: one folder for compiled models, and the same threads on every machine."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).parents[1]

# Before anything imports numba or pytensor, also where pytest is called without make.
os.environ.setdefault("NUMBA_CACHE_DIR", str(ROOT / ".cache" / "numba"))
os.environ.setdefault("PYTENSOR_FLAGS", f"base_compiledir={ROOT / '.cache' / 'pytensor'}")
os.environ.setdefault("MPLBACKEND", "Agg")
os.environ.setdefault("DVC_NO_ANALYTICS", "true")

# The same examples on every machine and every day, and no test that fails because a machine was busy.
settings.register_profile("project", deadline=None, derandomize=True, database=None)
settings.load_profile("project")


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's own folder."""
    return ROOT


@pytest.fixture(scope="session")
def cases() -> Path:
    """Published cases with a known answer, which the project does not carry; tests that read them skip without."""
    from tests.cases.answers import cases_folder

    folder = cases_folder()
    if not folder.is_dir():
        pytest.skip(f"the published cases are not here (EVALUATION_CASES: {folder})")
    return folder
