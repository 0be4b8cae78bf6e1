"""A copy of the project's choices and facts in a folder of its own, to plan and run in."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with `conf/` and `data/` as they are in this project, free to be changed."""
    shutil.copytree(ROOT / "conf", tmp_path / "conf")
    for folder in ("raw", "registers"):
        shutil.copytree(ROOT / "data" / folder, tmp_path / "data" / folder)
    return tmp_path


@pytest.fixture
def evaluation(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., "Answer"]:
    """Type a command: `evaluation("run", "buyer_laws")` gives its exit code and what it printed."""
    from evaluation.__main__ import main

    def type_command(*words: str) -> Answer:
        monkeypatch.setattr("sys.argv", ["evaluation", *words])
        capsys.readouterr()
        code = 0
        try:
            main()
        except SystemExit as leaving:
            code = int(leaving.code or 0)
        printed = capsys.readouterr()
        return Answer(code, printed.out, printed.err)

    return type_command


class Answer:
    """What a command answered."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err
