"""The system's Chromium, axe-core, and a small site written through the real code: no sampling, no network."""

import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
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


@dataclass
class Opened:
    """A page that has been opened, and what it asked for and complained of."""

    page: object
    asked: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    seconds: float = 0.0


@pytest.fixture
def opened(browser, site: Path) -> Iterator:
    """Open a page of the site as a file, with every request that leaves it recorded and refused."""
    contexts = []

    def open_page(name: str, *, width: int = 1280, dark: bool = False, script: bool = True) -> Opened:
        scheme = "dark" if dark else "light"
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=script
        )
        contexts.append(context)
        page = context.new_page()
        found = Opened(page)
        address = (site / name).as_uri()

        def watch(route) -> None:
            if route.request.url.partition("#")[0] == address:
                route.continue_()
            else:
                found.asked.append(route.request.url)
                route.abort()

        page.route("**/*", watch)
        page.on("console", lambda one: found.said.append(one.text) if one.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: found.said.append(str(error)))
        began = time.monotonic()
        page.goto(address, wait_until="load")
        if script:
            page.evaluate("async () => { if (typeof drawn !== 'undefined') await drawn; }")
        found.seconds = time.monotonic() - began
        return found

    yield open_page
    for context in contexts:
        context.close()
