"""The site on an address of this machine, for whoever sits at it; nobody else can reach it."""

import errno
import webbrowser
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

from evaluation.pipeline.store import StoreError
from evaluation.terms.errors import Problem, StudyError

HERE = "127.0.0.1"  # this machine only: the pages may hold figures that are not public
FIRST = "index.html"
ICON = "/favicon.ico"  # browsers ask for it unasked, and complain of a 404


class Pages(SimpleHTTPRequestHandler):
    """Hands out the files below one folder, and no list of what is in it."""

    def send_head(self) -> BytesIO | None:
        """The file asked for, or an error that says no more than that there is none."""
        if urlsplit(f"http://{self.headers.get('Host', '')}").hostname not in {HERE, "localhost"}:
            self.send_error(HTTPStatus.FORBIDDEN)  # another site's page, under a name it made point here
            return None
        if self.path == ICON:
            self.send_response(HTTPStatus.NO_CONTENT)
            self.end_headers()
            return None
        top, path = Path(self.directory).resolve(), Path(self.translate_path(self.path)).resolve()
        path = path / FIRST if path.is_dir() else path
        inside = path.is_relative_to(top) and not any(part.startswith(".") for part in path.relative_to(top).parts)
        if not inside or not path.is_file():
            self.send_error(HTTPStatus.NOT_FOUND)
            return None
        return self._opened(path)

    def _opened(self, path: Path) -> BytesIO:
        content = path.read_bytes()
        self.send_response(HTTPStatus.OK)
        kind = self.guess_type(str(path))
        self.send_header("Content-Type", f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")  # a page written anew is seen at the next look
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        return BytesIO(content)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the terminal is for the address."""


def server_of(root: Path, port: int = 0) -> ThreadingHTTPServer:
    """A server of the site of one project, bound and not yet running; port 0 takes any that is free.

    Raises
    ------
    StudyError
        There is no site yet.
    StoreError
        The port is taken, or may not be opened.
    """
    folder = root / "reports"
    if not (folder / FIRST).is_file():
        raise StudyError(Problem("there is no site yet", str(folder / FIRST), "write it: evaluation site"))
    try:
        return ThreadingHTTPServer((HERE, port), partial(Pages, directory=str(folder)))
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        found = "is taken" if taken else f"cannot be opened ({error.strerror})"
        advice = "leave --port out, or give another number"
        raise StoreError(Problem(f"port {port} {found}", f"{HERE}:{port}", advice)) from None


def serve(root: Path, port: int = 0, *, browser: bool, say: Callable[[str], object]) -> None:
    """Serve the site until Ctrl-C; `say` is told the address, and that it has ended.

    Raises
    ------
    StudyError, StoreError
        As for `server_of`.
    """
    with server_of(root, port) as server:
        address = f"http://{HERE}:{server.server_address[1]}/"
        say(f"{address}   (Ctrl-C ends it)")
        if browser:
            webbrowser.open(address)
        try:
            server.serve_forever(poll_interval=0.2)
        except KeyboardInterrupt:
            say("\nended")
