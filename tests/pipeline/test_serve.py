"""`evaluation serve`: the site for this machine only, nothing outside it, no lists, a clean end."""

import os
import re
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from evaluation.pipeline.serve import HERE, server_of
from evaluation.pipeline.store import StoreError
from evaluation.terms import StudyError

ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "reports" / "one" / "figures").mkdir(parents=True)
    (tmp_path / "reports" / "index.html").write_text("<h1>first</h1>")
    (tmp_path / "reports" / "one" / "report.html").write_text("<h1>Ünited</h1>", encoding="utf-8")
    (tmp_path / "reports" / "one" / "figures" / "effects.csv").write_text("a,b\n")
    (tmp_path / "reports" / ".gitkeep").write_text("")
    (tmp_path / "secret.txt").write_text("not a page")
    (tmp_path / "reports" / "way_out").symlink_to(tmp_path / "secret.txt")
    return tmp_path


@pytest.fixture
def address(project: Path) -> Iterator[str]:
    with server_of(project) as server:
        running = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        running.start()
        yield f"http://{HERE}:{server.server_address[1]}"
        server.shutdown()
        running.join()


def ask(address: str, host: str = "") -> tuple[int, str]:
    request = urllib.request.Request(address, headers={"Host": host} if host else {})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, ""


def test_pages_are_handed_out_whole(address):
    assert ask(f"{address}/") == (200, "<h1>first</h1>")
    assert ask(f"{address}/one/report.html") == (200, "<h1>Ünited</h1>")
    assert ask(f"{address}/one/figures/effects.csv") == (200, "a,b\n")
    assert ask(f"{address}/favicon.ico") == (204, "")


@pytest.mark.parametrize(
    "path", ["/one/", "/one/figures/", "/../secret.txt", "/%2e%2e/secret.txt", "/way_out", "/.gitkeep", "/none.html"]
)
def test_no_list_of_files_and_nothing_outside(address, path):
    assert ask(f"{address}{path}")[0] == 404


def test_another_name_for_this_machine_is_refused(address):
    """A page elsewhere could point a name of its own here, and read what is not public."""
    assert ask(f"{address}/", host="elsewhere.example")[0] == 403


def test_only_this_machine_is_listened_to(project):
    with server_of(project) as server:
        assert server.server_address[0] == "127.0.0.1"


def test_a_missing_site_says_how_to_make_one(tmp_path):
    with pytest.raises(StudyError, match="evaluation site"):
        server_of(tmp_path)


def test_a_port_that_is_taken_is_said(project):
    with server_of(project) as server, pytest.raises(StoreError, match="is taken"):
        server_of(project, server.server_address[1])


def test_the_command_prints_its_address_and_ends_cleanly(project):
    command = [sys.executable, "-m", "evaluation", "serve", "--no-browser", "--root", str(project)]
    at_once = os.environ | {"PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=at_once,
        preexec_fn=_as_from_a_terminal,
    ) as running:
        watch = threading.Timer(60, running.kill)  # a server that does not end would hold up everything
        watch.start()
        said = running.stdout.readline()
        address = re.match(r"http://127\.0\.0\.1:\d+/", said)
        assert address, said
        assert ask(address.group())[0] == 200
        running.send_signal(signal.SIGINT)
        assert running.stdout.read().strip() == "ended"
        assert running.stderr.read() == ""
        watch.cancel()
    assert running.returncode == 0


def _as_from_a_terminal() -> None:
    """Ctrl-C counts: a job in the background of a script is started with it ignored, and hands that on."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
