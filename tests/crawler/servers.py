"""Loopback servers that answer as the worst of the web does, and the stand-ins that the crawler's protocols allow."""

from __future__ import annotations

import asyncio
import gzip
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TypeVar

from crawler.fetch import FetchSettings
from crawler.records import ArticleOutcome, EntryName, FeedOutcome, FetchResult, KnownEntry, RobotsState

T = TypeVar("T")

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
LOOPBACK = ("127.0.0.0/8",)
AGENT = "Linewalker/0.1 (+mailto:operator@energy.example)"


def gzipped(data: bytes) -> bytes:
    """The same bytes at every second: test processes side by side must name their cases alike."""
    return gzip.compress(data, mtime=0)


def now() -> datetime:
    """The night's instant, the same in every test."""
    return NOW


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came."""

    target: str
    headers: tuple[tuple[str, bytes], ...]

    def header(self, name: str) -> bytes | None:
        return next((value for key, value in self.headers if key == name), None)

    @property
    def host(self) -> str:
        return (self.header("host") or b"").decode().partition(":")[0]


@dataclass(frozen=True, slots=True)
class Streamed:
    """An answer that is written piece by piece, after which the connection ends."""

    write: Callable[[asyncio.StreamWriter], Awaitable[None]]


Route = bytes | Streamed | Callable[[Request], bytes]


def answer(
    body: bytes | str = b"",
    *,
    status: int = 200,
    headers: Mapping[str, str | bytes] | None = None,
    kind: str = "text/html",
) -> bytes:
    """A whole well-formed answer."""
    body = body.encode() if isinstance(body, str) else body
    fields: dict[str, str | bytes] = {"Content-Type": kind, "Content-Length": str(len(body)), **(headers or {})}
    lines = [b"HTTP/1.1 %d X" % status]
    for name, value in fields.items():
        lines.append(name.encode() + b": " + (value if isinstance(value, bytes) else value.encode("latin-1")))
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


async def converse(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    answer_one: Callable[[Request, asyncio.StreamWriter], Awaitable[bool]],
) -> None:
    """Has the requests of one connection answered until an answer says that it was the last, or the client leaves."""
    try:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while await answer_one(await _read_request(reader), writer):
                pass
            writer.close()
            await writer.wait_closed()
    finally:
        writer.transport.abort()


async def _read_request(reader: asyncio.StreamReader) -> Request:
    first = await reader.readexactly(1)
    if first == b"\x16":
        raise ConnectionAbortedError("TLS, at a port that speaks none")
    lines = (first + await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines[1:] if line)
    fields = tuple((name.lower(), value.strip().encode("latin-1")) for name, _, value in pairs)
    return Request(lines[0].split(" ")[1], fields)


@asynccontextmanager
async def listening(
    serve: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
    address: str = "127.0.0.1",
    *,
    tls: ssl.SSLContext | None = None,
    backlog: int = 100,
) -> AsyncIterator[int]:
    """Has connections served on a free port, which it gives; those that are open at the end are broken off."""
    tasks: set[asyncio.Future[None]] = set()

    def start(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(serve(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(start, address, 0, ssl=tls, backlog=backlog)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.wait_closed()


@dataclass(slots=True)
class RawServer:
    """Answers by path, or by host and path ("host/path"); what is not there is 404. Keeps what it was asked."""

    routes: dict[str, Route] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    port: int = 0
    connections: int = 0

    def paths(self) -> list[str]:
        """The targets asked for, in order."""
        return [request.target for request in self.requests]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        await converse(reader, writer, self._answer_one)

    async def _answer_one(self, request: Request, writer: asyncio.StreamWriter) -> bool:
        self.requests.append(request)
        self.times.append(asyncio.get_running_loop().time())
        path = request.target.partition("?")[0]
        route = self.routes.get(f"{request.host}{path}") or self.routes.get(request.target)
        route = route or self.routes.get(path) or answer("not here", status=404)
        if isinstance(route, Streamed):
            await route.write(writer)
            return False
        writer.write(route if isinstance(route, bytes) else route(request))
        await writer.drain()
        return True


@asynccontextmanager
async def serving(
    routes: dict[str, Route] | None = None, *, tls: ssl.SSLContext | None = None
) -> AsyncIterator[RawServer]:
    """A running RawServer on a free port."""
    raw = RawServer(routes if routes is not None else {})
    async with listening(raw.serve, tls=tls) as raw.port:
        yield raw


def settings(server: RawServer | None = None, *hosts: str, **changes: object) -> FetchSettings:
    """Settings for loopback: no spacing, short limits, and the given hosts served by `server`."""
    resolve = dict.fromkeys(hosts, ("127.0.0.1", server.port)) if server else {}
    values: dict[str, object] = {
        "user_agent": AGENT,
        "connect_timeout_s": 5.0,
        "read_timeout_s": 5.0,
        "total_timeout_s": 10.0,
        "host_spacing_s": 0.0,
        "allow_networks": LOOPBACK,
        "resolve": resolve,
    }
    return FetchSettings(**{**values, **changes})  # type: ignore[arg-type]


async def inline(function: Callable[..., T], /, *arguments: object) -> T:
    """A Runner without a process."""
    return function(*arguments)


@dataclass(slots=True)
class Memory:
    """Known and KnownNames, from what was put into it."""

    entries: dict[tuple[str, str], KnownEntry] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)
    names: dict[tuple[str, str], EntryName] = field(default_factory=dict)

    def entry(self, feed_url: str, entry_id: str) -> KnownEntry | None:
        return self.entries.get((feed_url, entry_id))

    def content_hash(self, url: str) -> str | None:
        return self.hashes.get(url)

    def name(self, feed_url: str, publisher_id: str) -> EntryName | None:
        return self.names.get((feed_url, publisher_id))

    def take(self, outcome: ArticleOutcome | FeedOutcome) -> None:
        """Remembers what a crawl gave, as the ledger does."""
        if isinstance(outcome, ArticleOutcome):
            if outcome.article is not None:
                self.hashes[outcome.article.url] = outcome.article.content_hash
            before = self.entries.get((outcome.feed_url, outcome.entry_id))
            self.entries[outcome.feed_url, outcome.entry_id] = KnownEntry(
                fingerprint=outcome.fingerprint,
                outcome=outcome.outcome,
                attempts=outcome.attempts,
                url=outcome.url,
                publisher_id=before.publisher_id if before else None,
            )
            return
        for name in outcome.names:
            self.names[outcome.feed.url, name.publisher_id] = name
            key = (outcome.feed.url, name.entry_id)
            if key in self.entries:
                self.entries[key] = replace(self.entries[key], publisher_id=name.publisher_id)


@dataclass(slots=True)
class HostNotes:
    """HostMemory, from what was put into it."""

    files: dict[str, RobotsState] = field(default_factory=dict)
    wishes: dict[str, datetime] = field(default_factory=dict)

    def robots(self, origin: str) -> RobotsState | None:
        return self.files.get(origin)

    def keep_robots(self, state: RobotsState) -> None:
        self.files[state.origin] = state

    def not_before(self, host: str) -> datetime | None:
        return self.wishes.get(host)

    def keep_not_before(self, host: str, until: datetime) -> None:
        self.wishes[host] = until


@dataclass(slots=True)
class CannedFetcher:
    """A Fetcher that gives prepared results and counts what it is asked."""

    results: dict[str, FetchResult]
    asked: list[str] = field(default_factory=list)
    spacing: dict[str, float] = field(default_factory=dict)

    async def fetch(
        self,
        url: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        max_bytes: int | None = None,
        accept: str | None = None,
        permit: Callable[[str], Awaitable[None]] | None = None,
    ) -> FetchResult:
        self.asked.append(url)
        return self.results[url]

    def set_spacing(self, host: str, spacing_s: float) -> None:
        self.spacing[host] = spacing_s

    async def aclose(self) -> None:
        pass
