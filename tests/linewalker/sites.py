"""Small sites on loopback, each a host with its paths, for the commands that ask without a night around them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

Answer = tuple[int, dict[str, str], bytes]


def page(body: str | bytes, kind: str = "text/html; charset=utf-8", status: int = 200, **headers: str) -> Answer:
    """An answer with a body of this type; names of headers are written with underscores."""
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return status, {"Content-Type": kind, **fields}, body.encode() if isinstance(body, str) else body


def moved(to: str, status: int = 301) -> Answer:
    """A redirect."""
    return status, {"Location": to}, b""


class SiteServer(ThreadingHTTPServer):
    """Hosts by name on one free port: `sites["host"]["/path"]` is the answer; what is not there is 404."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.sites: dict[str, dict[str, Answer]] = {}
        self.requests: list[tuple[str, str, dict[str, str]]] = []

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    def paths(self, host: str) -> list[str]:
        """What a host was asked for, in order."""
        return [path for name, path, _ in self.requests if name == host]

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that closes early is nothing to report."""


class _Handler(BaseHTTPRequestHandler):
    server: SiteServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        host = (self.headers.get("Host") or "").partition(":")[0]
        self.server.requests.append((host, self.path, dict(self.headers.items())))
        answer = self.server.sites.get(host, {}).get(self.path) or page("not here", status=404)
        status, fields, body = answer
        self.send_response(status)
        for name, value in fields.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Said nowhere."""


@contextmanager
def serve_sites() -> Iterator[SiteServer]:
    """A running server for the block."""
    with SiteServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@dataclass(slots=True)
class SiteFolder:
    """A folder whose configuration leads these hosts to the server."""

    path: Path
    server: SiteServer
    told: list[str] = field(default_factory=list)

    def write(self, *hosts: str, sources: str = "", more: str = "") -> None:
        names = "".join(f'"{host}" = "{self.server.address}"\n' for host in hosts)
        text = (
            "[sources]\nshipped = false\n[crawl]\nhost_spacing_s = 0.0\nsecond_try_s = 0\n"
            f'allow_networks = ["127.0.0.0/8"]\n{more}[crawl.resolve]\n{names}'
        )
        self.path.mkdir(parents=True, exist_ok=True)
        (self.path / "linewalker.toml").write_text(text, encoding="utf-8")
        (self.path / "sources.toml").write_text(sources, encoding="utf-8")
