"""What the tests of this room stand on: the facts of the project, read once, and a copy of them that may be broken."""

import os
import shutil
from pathlib import Path

import pytest

from evaluation.panel.gather import Gathered, gather
from evaluation.panel.registers import Registers, read_registers
from tests.unit.panel.studies import buyer_laws

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def facts_folder() -> Path:
    """The project's data/ folder."""
    return ROOT / "data"


@pytest.fixture(scope="session")
def registers(facts_folder: Path) -> Registers:
    return read_registers(facts_folder)


@pytest.fixture(scope="session")
def gathered(registers: Registers, facts_folder: Path) -> Gathered:
    """The buyer_laws study, gathered once."""
    return gather(buyer_laws(), registers, facts_folder)


@pytest.fixture
def data(tmp_path: Path, facts_folder: Path) -> Path:
    """A copy of the facts that a test may break."""
    for name in ("raw", "registers"):
        shutil.copytree(facts_folder / name, tmp_path / "data" / name)
    return tmp_path / "data"


@pytest.fixture(scope="session")
def published() -> Path:
    """The publishers' own files, which the project does not carry."""
    folder = Path(os.environ.get("EVALUATION_SHARED", ROOT.parent / "shared")) / "data"
    if not folder.is_dir():
        pytest.skip(f"the publishers' own files are not here (EVALUATION_SHARED: {folder})")
    return folder
