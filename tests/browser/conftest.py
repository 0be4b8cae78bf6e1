"""The system's Chromium, axe-core, and a small site written through the real code: no sampling, no network."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.made_site import make_site

ROOT = Path(__file__).parents[2]
AXE = ROOT / ".tools" / "axe-core" / "axe.min.js"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium() -> str | None:
    named = os.environ.get("CHROMIUM")
    return named or next((found for name in NAMES if (found := shutil.which(name))), None)


@pytest.fixture(scope="session")
def axe() -> str:
    """The text of axe-core."""
    _ask_for(AXE.is_file(), "axe-core")
    return AXE.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def browser() -> Iterator:
    path = chromium()
    _ask_for(path is not None, "Chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        # Root has no sandbox to give away; the pages are our own and reach nothing.
        opened = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()


def _ask_for(there: bool, what: str) -> None:
    """Skip where a person has no browser; fail where CI has none, or nobody would ever notice."""
    if there:
        return
    words = f"{what} is not here: `make browser` brings it"
    if os.environ.get("CI"):
        pytest.fail(words)
    pytest.skip(words)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as reports/ would be."""
    return make_site(tmp_path_factory.mktemp("reports"))
