"""Serves the sample newswire on loopback HTTP and runs two nights over it with the code that `run` uses."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from crawler.source_files import render_toml
from linewalker.config import CONFIG_NAME, load_config
from linewalker.errors import ConfigError
from linewalker.newswire import Newswire, Response, load_newswire, render, sample_sources
from linewalker.nightly import NightResult, configured_sources, run_night
from linewalker.output import make_output
from linewalker.tables import render_result
from store.query import run_query

# The sample's two nights: everything in it is dated around these, whatever the clock on the wall says.
NIGHTS = (datetime(2026, 3, 10, 4, 0, tzinfo=UTC), datetime(2026, 3, 11, 4, 0, tzinfo=UTC))

MARKER = ".linewalker-demo"  # a folder that holds it was made by a demo and may be made again

QUERIES = {
    "Which incidents were reported by more than one independent publisher?": (
        "SELECT occurred_on, event_type, facilities[1] AS facility, country, status, reports, independent_reports "
        "FROM incidents WHERE independent_reports > 1 ORDER BY independent_reports DESC, occurred_on, facility"
    ),
    "What do the reports say was lost, in whose words?": (
        "SELECT DISTINCT published_at, value, unit, publisher, superseded, sentence FROM incident_facts "
        "WHERE field = 'lost' ORDER BY published_at, publisher, value, sentence"
    ),
    "What changed on the second night?": (
        "SELECT i.facilities[1] AS facility, r.field, r.old, r.new "
        "FROM revisions r JOIN incidents i USING (incident_id) "
        "WHERE r.revised_at > TIMESTAMPTZ '2026-03-11 00:00:00+00' AND r.field IN ('status', 'killed_min', 'losses') "
        "ORDER BY facility, r.field"
    ),
}


class NewswireServer(ThreadingHTTPServer):
    """All the newswire's hosts on one port of the loopback address, told apart by the Host header."""

    daemon_threads = True

    def __init__(self, newswire: Newswire) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.newswire = newswire
        self.night = 1
        self.requests: list[tuple[str, str, int]] = []  # host, path, status

    def handle_error(self, request: object, client_address: object) -> None:
        """A crawler that was stopped resets its connections: nothing to report."""

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


def run_demo(folder: Path) -> int:
    """Runs both nights in `folder`, then prints where everything is and three queries with their answers."""
    prepare_folder(folder)
    newswire = load_newswire()
    articles = {article.id for article in newswire.articles}
    told = f"{len(newswire.publishers)} invented publishers, {len(articles)} articles"
    print(f"Sample newswire: {told}. Nothing told in it has happened.")
    worst = 0
    results: list[NightResult] = []
    with serve_newswire(newswire) as server:
        write_config(folder, newswire, server.address)
        config = load_config(folder.resolve() / CONFIG_NAME)
        for night in (1, 2):
            server.night = night
            clock = DemoClock(night)
            print(f"\nNight {night}: {NIGHTS[night - 1]:%A %-d %B %Y, %H:%M} UTC by the sample's clock")
            result = run_night(config, configured_sources(config), now=clock, output=make_output(clock))
            for reason in result.reasons:
                print(f"note: {reason}")
            results.append(result)
            worst = max(worst, result.exit_code)
    print("\nBriefings")
    for result in results:
        if result.briefing is not None:
            print(f"  {result.briefing.files.markdown}\n  {result.briefing.files.html}")
    print(f"\nLedger: {config.published_path}\nThree questions to ask it:")
    for question, sql in QUERIES.items():
        print(f'\n-- {question}\nlinewalker query -c {folder} "{sql}"')
        print(render_result(run_query(config.published_path, sql), "table"), end="")
    return worst


def prepare_folder(folder: Path) -> None:
    """Makes an empty demo folder; one that an earlier demo made is emptied, any other is refused."""
    if folder.is_dir() and any(folder.iterdir()):
        if not (folder / MARKER).is_file():
            raise ConfigError(f"{folder} holds other files; name a new folder: linewalker demo DIR")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARKER).write_text("Made by `linewalker demo`, which may empty this folder.\n", encoding="utf-8")


def write_config(folder: Path, newswire: Newswire, address: str) -> None:
    """Writes the linewalker.toml and sources.toml that point a run at the sample newswire."""
    hosts = "\n".join(f"{json.dumps(p.host)} = {json.dumps(address)}" for p in newswire.publishers)
    (folder / CONFIG_NAME).write_text(
        "# The demo's configuration: the sample newswire on loopback, which is only there while the demo runs.\n"
        '[crawl]\ncontact = "demo@linewalker.example"\nhost_spacing_s = 0.02\nsecond_try_s = 0\n'
        'allow_networks = ["127.0.0.0/8"]\n\n'
        f"[crawl.resolve]\n{hosts}\n\n[sources]\nshipped = false\n\n"
        '[briefing]\nnote = "Sample newswire, written for Linewalker: nothing told here has happened."\n',
        encoding="utf-8",
    )
    (folder / "sources.toml").write_text(
        "# The sample newswire's invented publishers.\n\n" + render_toml(sample_sources(newswire)), encoding="utf-8"
    )


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
