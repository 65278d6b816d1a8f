"""Serves the sample newswire on loopback HTTP and runs two nights over it with the code that `run` uses."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from linewalker.newswire import Newswire, Response, render

# The sample's two nights: everything in it is dated around these, whatever the clock on the wall says.
NIGHTS = (datetime(2026, 3, 10, 4, 0, tzinfo=UTC), datetime(2026, 3, 11, 4, 0, tzinfo=UTC))


class NewswireServer(ThreadingHTTPServer):
    """All the newswire's hosts on one port of the loopback address, told apart by the Host header."""

    daemon_threads = True

    def __init__(self, newswire: Newswire) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.newswire = newswire
        self.night = 1
        self.requests: list[tuple[str, str, int]] = []  # host, path, status

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"


@contextmanager
def serve_newswire(newswire: Newswire) -> Iterator[NewswireServer]:
    """A running server for the block, on a free port."""
    with NewswireServer(newswire) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


class DemoClock:
    """The time of a sample night, going on as the wall clock does."""

    def __init__(self, night: int) -> None:
        self._start = NIGHTS[night - 1]
        self._started_at = datetime.now(UTC)

    def __call__(self) -> datetime:
        elapsed = datetime.now(UTC) - self._started_at
        return self._start + max(elapsed, timedelta(0))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: NewswireServer

    def do_GET(self) -> None:
        response = render(self.server.newswire, self.headers.get("Host", ""), self.path, self.server.night)
        if response.status == 200 and self._unchanged(response):
            self._answer(304, response, b"")
        else:
            self._answer(response.status, response, response.body)

    def _unchanged(self, response: Response) -> bool:
        match = self.headers.get("If-None-Match")
        if match is not None:  # RFC 9110, 13.1.3: then If-Modified-Since is not looked at
            return match == response.etag
        since = self.headers.get("If-Modified-Since")
        return (
            since is not None
            and response.last_modified is not None
            and parsedate_to_datetime(since) >= response.last_modified.replace(microsecond=0)
        )

    def _answer(self, status: int, response: Response, body: bytes) -> None:
        self.server.requests.append((self.headers.get("Host", ""), self.path, status))
        self.send_response(status)
        if status == 200:
            self.send_header("ETag", response.etag)
            if response.last_modified is not None:
                self.send_header("Last-Modified", format_datetime(response.last_modified, usegmt=True))
        if status != 304:
            self.send_header("Content-Type", response.content_type)
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's signature
        """Requests are counted by the crawler; a second log on stderr would only disturb the demo."""
