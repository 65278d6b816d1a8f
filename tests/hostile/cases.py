"""One fault of one server as a case: what the server does, what may be configured, and what is to be stored."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tests.crawler.servers import Request, Route, Streamed, answer
from tests.linewalker.hostile import QUIET, article_page, feed_answer, rss

# Where the benign part of a case is served. In a network namespace this is the server's true address, and the crawler
# runs with the settings of a real night: no exception for any network.
PUBLIC = "93.184.216.34"
FALLBACK = "127.0.0.5"  # where there is no namespace; excepted in the configuration
FORBIDDEN = "127.0.0.9"
CONTROL = "127.0.0.10"  # where the canary is to be heard, to show that it can be
SECRET = "kestrel-heather-19"  # in a file that hostile documents name, and in what a forbidden address would answer
HTTP, TLS, SILENT, CHATTY, DEAD = 80, 443, 8441, 8442, 8449  # silent: takes connections, says nothing; dead: nobody
PORT = ":00080"  # a URL's explicit port in five digits, for which the port without a namespace can stand in

# What every case is configured with, unless it says otherwise: small caps, so that what is held beyond them shows.
CRAWL: Mapping[str, object] = {
    "host_spacing_s": 0.0,
    "second_try_s": 0.0,
    "connect_timeout_s": 5.0,
    "read_timeout_s": 10.0,
    "total_timeout_s": 20.0,
    "max_wire_mb": 4.0,
    "max_body_mb": 4.0,
    "parse_processes": 1,
    "parse_timeout_s": 30.0,
    "parse_memory_mb": 700,
}
SHORT: Mapping[str, object] = {"connect_timeout_s": 1.0, "read_timeout_s": 1.0, "total_timeout_s": 1.5}


@dataclass(frozen=True, kw_only=True)
class Stored:
    """One article that is to be in the ledger, and what it is to say or not to say."""

    url: str = "/page"  # under the case's own host, unless it is whole
    flags: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    on: str | None = None  # the date of publication


@dataclass(frozen=True, kw_only=True)
class Case:
    """One source on one server; patterns are regular expressions that the stored reason must hold."""

    id: str
    feed: Route | None = None  # None: a feed with one entry, which links to `link`
    link: str | None = None  # None: the page on the same host
    pages: Mapping[str, Route] = field(default_factory=dict)  # by path, or by host and path; "/page" is a story
    feed_url: str | None = None
    sitemap: bool = False  # the feed is listed as a sitemap
    also: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # further feeds: (outcome, pattern), by address
    also_sitemaps: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    names: Mapping[str, Sequence[Sequence[str]]] = field(default_factory=dict)  # what the resolver says, time by time
    crawl: Mapping[str, object] = field(default_factory=dict)  # settings that differ
    source: Mapping[str, object] = field(default_factory=dict)  # keys in sources.toml that differ
    proxy: bool = False
    nights: int = 1  # a day apart
    hours: float = 24.0  # between them
    apart_s: float = 0.0  # at least, between the first request for the feed and the last one of all, by its clock
    clock: float = 1.0  # seconds of the crawl's clock a true second
    spare: int | None = None  # workers that can be had, those in place of killed ones included
    namespace: bool = False  # it needs addresses that only a network of its own has
    outcome: str = "ok"
    says: str = ""
    entries: Sequence[tuple[str, str]] | None = None  # (outcome, pattern), in the order of URLs; None: one that is ok
    articles: Sequence[Stored] | None = None  # None: one for each entry that is ok
    asked: Mapping[str, int] = field(default_factory=dict)  # how often a path is to have been asked for
    state: Mapping[str, object] = field(default_factory=dict)  # of the feed, as it is to be remembered
    seconds: float = 20.0  # beyond the total timeout of one exchange; a busy machine is slow

    @property
    def host(self) -> str:
        """The host of the feed, under which the case is known to the server."""
        return f"{self.id}.example"

    @property
    def url(self) -> str:
        """The address of the feed."""
        return self.feed_url or f"http://{self.host}/feed.xml"

    @property
    def settings(self) -> dict[str, object]:
        """The crawl's settings."""
        return {**CRAWL, **self.crawl}

    @property
    def workers(self) -> int:
        """How many workers are made ready: none where no document is to be read."""
        unread = {"timeout", "unreachable", "refused", "too_large", "http_error", "disallowed"}
        return self.spare if self.spare is not None else 0 if self.outcome in unread and not self.also else 2

    @property
    def expected_entries(self) -> Sequence[tuple[str, str]]:
        """What is to become of the entries, in the order of their URLs."""
        if self.entries is not None:
            return self.entries
        return (("ok", ""),) if self.outcome == "ok" else ()

    @property
    def expected_articles(self) -> Sequence[Stored]:
        """What is to be in the ledger."""
        if self.articles is not None:
            return self.articles
        return (Stored(),) if [outcome for outcome, _ in self.expected_entries] == ["ok"] else ()

    def routes(self) -> dict[str, Route]:
        """What the server answers with, by host and path."""
        feed = self.feed or feed_answer(rss((f"News of {self.id}", self.link or f"http://{self.host}/page", "Short.")))
        feed_at = urlsplit(self.url)
        own = {f"{feed_at.hostname or self.host}{feed_at.path}": feed, f"{self.host}/page": story(self.id)}
        return own | {path if not path.startswith("/") else f"{self.host}{path}": page for path, page in
                      self.pages.items()}  # fmt: skip

    def hosts(self) -> set[str]:
        """The hosts that belong to this case."""
        return {route.partition("/")[0] for route in self.routes()} | {self.host, *self.names}


def story(name: str, *more: str, head: str = "", **headers: str) -> bytes:
    """A page with an article."""
    return answer(article_page(f"News of {name}", *QUIET, *more, head=head), headers=headers)


def moved(to: str | bytes, status: int = 302, body: bytes = b"") -> bytes:
    """A redirect."""
    return answer(body, status=status, headers={"Location": to})


def said(status: int, **headers: str | bytes) -> bytes:
    """An empty answer with a status."""
    return answer("", status=status, headers={name.replace("_", "-"): value for name, value in headers.items()})


def item(title: str, link: str | None, words: str = "Short.", *, guid: str | None = None, more: str = "") -> str:
    """One RSS entry, written as it stands."""
    shown = "" if link is None else f"<link>{link}</link>"
    known = "" if guid is None else f"<guid isPermaLink='false'>{guid}</guid>"
    dated = "" if "pubDate" in more else "<pubDate>Tue, 03 Mar 2026 06:00:00 GMT</pubDate>"
    return f"<item><title>{title}</title>{shown}{known}{dated}<description>{words}</description>{more}</item>"


def channel(*items: str, head: str = "", more: str = "") -> str:
    """An RSS document of entries written as they stand."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}<rss version="2.0"><channel><title>Wire</title><link>/</link>'
        f"{more}{''.join(items)}</channel></rss>"
    )


def one_entry(tag: str, words: str = "Short.", *, head: str = "", more: str = "") -> str:
    """An RSS document with the entry that a case has by itself, which links to its page."""
    return channel(item(f"News of {tag}", f"http://{tag}.example/page", words, more=more), head=head)


def feed_of(*items: str, head: str = "", more: str = "") -> bytes:
    """An answer with such a document."""
    return feed_answer(channel(*items, head=head, more=more))


class Versions:
    """Answers that follow each other, one a request; the last one stays."""

    def __init__(self, *answers: bytes) -> None:
        self._answers = list(answers)

    def __call__(self, request: Request) -> bytes:
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


def raw(data: bytes) -> Streamed:
    """Bytes as they stand, and the end of the connection."""

    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()

    return Streamed(write)


def dripping(begin: bytes, drop: bytes = b" ", every_s: float = 0.05) -> Streamed:
    """A beginning, and then a little at a time for ever: no read waits long, and nothing is ever whole."""

    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(begin)
        while True:
            writer.write(drop)
            await writer.drain()
            await asyncio.sleep(every_s)

    return Streamed(write)


def flooding(begin: bytes, piece: bytes) -> Streamed:
    """A beginning, and then as much as is taken."""

    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(begin)
        while True:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0)

    return Streamed(write)


def stalling(begin: bytes = b"") -> Streamed:
    """A beginning, and then silence."""

    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(begin)
        await writer.drain()
        await asyncio.sleep(3600)

    return Streamed(write)


async def _abort(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


CLOSING = Streamed(_abort)


def packed(body: str | bytes, coding: str, pack: Callable[[bytes], bytes], kind: str = "application/rss+xml") -> bytes:
    """An answer whose body is packed, or is said to be."""
    data = body.encode() if isinstance(body, str) else body
    return answer(pack(data), kind=kind, headers={"Content-Encoding": coding})


def chunked(kind: str = "application/rss+xml", **headers: str) -> bytes:
    """The head of an answer in chunks."""
    fields = {"Content-Type": kind, "Transfer-Encoding": "chunked", "Connection": "close", **headers}
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
    return ("HTTP/1.1 200 OK\r\n" + "\r\n".join(lines) + "\r\n\r\n").encode()


def pouring(coding: str, pieces: Callable[[], AsyncIterator[bytes]], kind: str = "application/rss+xml") -> Streamed:
    """A packed body in chunks, made while it is read."""

    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(chunked(kind, **{"Content-Encoding": coding}))
        async for piece in pieces():
            if piece:
                writer.write(b"%x\r\n%s\r\n" % (len(piece), piece))
                await writer.drain()
            await asyncio.sleep(0)
        writer.write(b"0\r\n\r\n")
        await writer.drain()

    return Streamed(write)


def zlib_bomb(coding: str, wbits: int, opening: str = "", gigabytes: int = 10, kind: str = "text/xml") -> Streamed:
    """Ten gigabytes of blanks, in ten megabytes."""

    async def pieces() -> AsyncIterator[bytes]:
        packer = zlib.compressobj(9, wbits=wbits)
        yield packer.compress(opening.encode()) + packer.flush(zlib.Z_SYNC_FLUSH)
        block = b" " * 1_000_000
        for _ in range(gigabytes * 1000):
            yield packer.compress(block)
        yield packer.flush()

    return pouring(coding, pieces, kind)
