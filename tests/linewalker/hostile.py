"""A loopback web of three good publishers among the worst of servers, and what an operator is to read about each."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import threading
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from xml.sax.saxutils import escape

from crawler.records import Feed, Source
from crawler.source_files import render_toml
from linewalker.config import CONFIG_NAME
from tests.crawler.servers import RawServer, Route, Streamed, answer, listening

SERVER = "127.0.0.5"  # the only address that the configuration allows
FORBIDDEN = "127.0.0.9"  # where a listener waits for a connection that must not come
SECRET = "kestrel-heather-19"  # in a file that an external entity names
_XML = '<?xml version="1.0" encoding="UTF-8"?>'
_EVER = {"Content-Type": "text/html", "Connection": "close"}


@dataclass(frozen=True, kw_only=True)
class Case:
    """One source, what its server does, and what source health and the fetch log are to say."""

    id: str
    outcome: str = "ok"  # of the feed
    says: str = ""  # in the feed's one line
    feed: Route | None = None  # None: a feed with one entry
    pages: dict[str, Route] = field(default_factory=dict)  # by path; "/page" is what the one entry links to
    link: str | None = None  # of the one entry, where it leads elsewhere
    page_outcome: str | None = None  # of the one entry, where the feed is read
    page_says: str = ""
    address: str | None = None  # to which the host resolves; None: the server's
    articles: int = 0

    @property
    def host(self) -> str:
        return f"{self.id}.example"


def rss(*items: tuple[str, str, str], head: str = "") -> str:
    """A feed of (title, link, description) entries."""
    entries = "".join(
        f"<item><title>{escape(title)}</title><link>{escape(link)}</link><guid>{escape(link)}</guid>"
        f"<pubDate>Tue, 03 Mar 2026 06:00:00 GMT</pubDate><description>{escape(words)}</description></item>"
        for title, link, words in items
    )
    return f'{_XML}{head}<rss version="2.0"><channel><title>Wire</title><link>/</link>{entries}</channel></rss>'


def feed_answer(text: str | bytes, **headers: str) -> bytes:
    return answer(text, kind="application/rss+xml", headers=headers)


def article_page(title: str, *paragraphs: str, head: str = "") -> str:
    body = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>{head}</head>'
        f"<body><nav><a href=/>Home</a> <a href=/energy>Energy</a></nav><article><h1>{escape(title)}</h1>{body}"
        "</article><footer>All rights reserved</footer></body></html>"
    )


def _head(**more: str) -> bytes:
    fields = {**_EVER, "Transfer-Encoding": "chunked", **more}
    return b"HTTP/1.1 200 OK\r\n" + b"".join(f"{k}: {v}\r\n".encode() for k, v in fields.items()) + b"\r\n"


def _streamed(head: bytes, pieces: Callable[[], AsyncIterator[bytes]]) -> Streamed:
    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        async for piece in pieces():
            writer.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            await writer.drain()
        writer.write(b"0\r\n\r\n")
        await writer.drain()

    return Streamed(write)


def bomb(opening: str, gigabytes: int = 10) -> Streamed:
    """Ten gigabytes in ten megabytes of gzip, made as they are read."""

    async def pieces() -> AsyncIterator[bytes]:
        packer = zlib.compressobj(9, wbits=31)
        yield packer.compress(opening.encode()) + packer.flush(zlib.Z_SYNC_FLUSH)
        block = b" " * 1_000_000
        for _ in range(gigabytes * 1000):
            if piece := packer.compress(block):
                yield piece
            await asyncio.sleep(0)
        yield packer.flush()

    return _streamed(_head(**{"Content-Encoding": "gzip"}), pieces)


def endless(opening: str) -> Streamed:
    async def pieces() -> AsyncIterator[bytes]:
        yield opening.encode()
        while True:
            yield b"<p>and so on</p>" * 4096

    return _streamed(_head(), pieces)


def trickle(opening: str) -> Streamed:
    async def pieces() -> AsyncIterator[bytes]:
        yield opening.encode()
        while True:
            yield b" "
            await asyncio.sleep(0.1)

    return _streamed(_head(), pieces)


async def _hang(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(3600)


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def _header_bomb(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-Filler: " + b"a" * 8000 + b"\r\n")
        await writer.drain()


SLEEPS, CLOSES, HEADERS = Streamed(_hang), Streamed(_close), Streamed(_header_bomb)


def _gone(status: int, **headers: str) -> bytes:
    return answer("", status=status, headers=headers)


def _laughs() -> str:
    names = [f"lol{number}" for number in range(10)]
    lines = [f'<!ENTITY {names[0]} "lol">']
    lines += [f'<!ENTITY {this} "{f"&{last};" * 10}">' for last, this in pairwise(names)]
    laugh = rss(("A laugh", "http://laughs.example/page", "LAUGH"), head=f"<!DOCTYPE rss [{''.join(lines)}]>")
    return laugh.replace("LAUGH", "&lol9;")


def _external(secret: Path, port: int) -> str:
    entities = (
        '<!ENTITY passwd SYSTEM "file:///etc/passwd">'
        f'<!ENTITY secret SYSTEM "{secret.as_uri()}">'
        f'<!ENTITY inside SYSTEM "http://{FORBIDDEN}:{port}/entity">'
        f'<!ENTITY % dtd SYSTEM "http://{FORBIDDEN}:{port}/evil.dtd"> %dtd;'
    )
    feed = rss(("An inside view", "http://external.example/page", "WORDS"), head=f"<!DOCTYPE rss [{entities}]>")
    return feed.replace("WORDS", "&passwd; &secret; &inside;")


def _entity_page(secret: Path) -> str:
    head = f'<!DOCTYPE html [<!ENTITY secret SYSTEM "{secret.as_uri()}">]>'
    return head + article_page("A quiet day at the terminal", *QUIET).replace("</article>", "<p>&secret;</p></article>")


QUIET = (
    "The terminal at the river mouth loaded two tankers on Monday, its operator said, and expects a third on Friday.",
    "Stocks in the tank farm stand at about half of what they can hold. The harbour master reported nothing unusual.",
)
FIRE = (
    "A drone hit a pumping station of the Caspian Pipeline Consortium near Kropotkin on Monday, the operator said.",
    "Nobody was hurt. Pumping was cut by 200,000 barrels a day until the damaged unit is repaired in two weeks.",
)
ODD = ("“Prices won’t fall soon”, a trader in Łódź said – and shrugged.", *QUIET)


def good_cases() -> list[Case]:
    """Three publishers who do no harm; their articles must all be stored."""
    cases = []
    for number, name in enumerate(("north-wire", "harbour-post", "grid-letter")):
        titles = [f"{name.title()} story {letter}" for letter in "ABC"]
        pages: dict[str, Route] = {
            f"/{place}": answer(article_page(title, *(FIRE if place == number else QUIET), f"{title}: more to come."))
            for place, title in enumerate(titles)
        }
        items = [(title, f"http://{name}.example/{place}", "Short.") for place, title in enumerate(titles)]
        cases.append(Case(id=name, feed=feed_answer(rss(*items)), pages=pages, says="3 entries", articles=3))
    return cases


def hostile_cases(secret: Path, trap_port: int) -> list[Case]:
    """Every hostile server, each a source of its own."""
    item = "<item><title>A</title><link>http://x.example/a</link><description>"
    opening = rss().partition("</channel>")[0] + item
    page = "<html><head><title>News</title></head><body><article><p>"
    return [
        # Addresses that must not be opened.
        Case(id="metadata", pages={"/page": _gone(302, Location="http://169.254.169.254/latest/meta-data/")},
             page_outcome="refused", page_says="169.254.169.254 is a forbidden address (cloud metadata)"),
        Case(id="loopback", address=f"{FORBIDDEN}:{trap_port}", outcome="refused",
             says="loopback.example: 127.0.0.9 is a forbidden address (loopback)"),
        Case(id="to-loopback", link="http://loopback.example/page", page_outcome="refused",
             page_says="loopback.example: 127.0.0.9 is a forbidden address (loopback)"),
        Case(id="mapped", link="http://[::ffff:10.0.0.1]/", page_outcome="refused",
             page_says="is a forbidden address (IPv4-mapped 10.0.0.1)"),
        Case(id="disguised", link="http://0x7f.9/", page_outcome="refused", page_says="0x7f.9"),
        Case(id="to-file", feed=_gone(301, Location="file:///etc/passwd"), outcome="refused", says="file"),
        # Bodies without end.
        Case(id="bomb-feed", feed=bomb(opening), outcome="too_large", says="MB decompressed"),
        Case(id="bomb-page", pages={"/page": bomb(page)}, page_outcome="too_large", page_says="MB decompressed"),
        Case(id="endless-feed", feed=endless(opening), outcome="too_large", says="came over the wire"),
        Case(id="endless-page", pages={"/page": endless(page)}, page_outcome="too_large", page_says="MB"),
        Case(id="trickle-feed", feed=trickle(opening), outcome="timeout", says="no complete answer within 12 s"),
        Case(id="trickle-page", pages={"/page": trickle(page)}, page_outcome="timeout", page_says="within 12 s"),
        Case(id="asleep", feed=SLEEPS, outcome="timeout", says="no byte from asleep.example for 5 s"),
        Case(id="asleep-page", pages={"/page": SLEEPS}, page_outcome="timeout", page_says="no byte from"),
        Case(id="closes", feed=CLOSES, pages={"/robots.txt": CLOSES}, outcome="unreachable", says="without an answer"),
        Case(id="headers", feed=HEADERS, outcome="too_large", says="the headers are larger than"),
        Case(id="loop", feed=_gone(302, Location="/feed.xml"), outcome="too_large", says="redirected in a loop"),
        # RFC 9309, section 2.5: of a robots.txt without end the first part counts, and this one's forbids nothing.
        Case(id="robots-bomb", page_outcome="ok", articles=1,
             pages={"/robots.txt": bomb("User-agent: *\n"),
                    "/page": answer(article_page("The lamps in the park", *QUIET))}),
        # Feeds that are none.
        Case(id="laughs", feed=feed_answer(_laughs()), page_outcome="ok", articles=1,
             pages={"/page": answer(article_page("Nothing to laugh about", *QUIET))}),
        Case(id="external", feed=feed_answer(_external(secret, trap_port)), page_outcome="ok", articles=1,
             pages={"/page": answer(_entity_page(secret))}),
        Case(id="cut-gzip", feed=feed_answer(_cut_gzip(), **{"Content-Encoding": "gzip"}), outcome="broken",
             says="the gzip body ends too early"),
        Case(id="no-feed", feed=answer(article_page("Welcome to our new site", *QUIET)), outcome="broken",
             says="an HTML page, not a feed"),
        Case(id="blank", feed=feed_answer(""), outcome="broken", says="empty document"),
        Case(id="charset", feed=feed_answer(_wrong_charset()), page_outcome="ok", articles=1,
             pages={"/page": answer(article_page("Łódź", *ODD).encode(), kind="text/html; charset=x-unheard-of")}),
        Case(id="author", feed=feed_answer(_long_author()), page_outcome="ok", articles=1,
             pages={"/page": answer(article_page("A story of many authors", *QUIET))}),
        Case(id="status-500", feed=_gone(500), outcome="http_error", says="status 500 (server error)"),
        Case(id="status-410", feed=_gone(410), outcome="http_error", says="status 410 (gone)"),
        Case(id="status-429", feed=_gone(429, **{"Retry-After": "7200"}), outcome="http_error",
             says="status 429 (too many requests)"),
        Case(id="lies-304", feed=_gone(304), outcome="http_error", says="304 although nothing was asked conditionally"),
        # Pages that hang a parser, or are no articles.
        Case(id="attributes", pages={"/page": answer(_attributes())}, page_outcome="ok", articles=1),
        Case(id="nested", pages={"/page": answer(_nested())}, page_outcome="not_article",
             page_says="no article: a page without text"),
        Case(id="soft-404", pages={"/page": answer(article_page("Page not found", "Sorry, the page has moved."))},
             page_outcome="not_article", page_says="no article: an error page"),
        Case(id="login", pages={"/page": answer(LOGIN)}, page_outcome="not_article",
             page_says="no article: a login page"),
        Case(id="consent", pages={"/page": answer(CONSENT)}, page_outcome="not_article",
             page_says="no article: a consent page"),
        Case(id="challenge", pages={"/page": answer(CHALLENGE)}, page_outcome="not_article",
             page_says="no article: a page that tests for robots"),
        *(Case(id=f"large-{number}", feed=feed_answer(padded, **{"Content-Encoding": "gzip"}), page_outcome="ok",
               says="larger than 6 MiB, cut there", articles=1,
               pages={"/page": answer(article_page(f"Large {number}", *QUIET, f"It is number {number}."))})
          for number, padded in enumerate(_padded(number) for number in range(6))),
        Case(id="emoji", pages={"/page": answer(article_page("Faces", "\N{GRINNING FACE}" * 200_000))},
             page_outcome="not_article"),
    ]  # fmt: skip


def _cut_gzip() -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    whole = packer.compress(rss(("A", "http://cut-gzip.example/page", "B")).encode()) + packer.flush()
    return whole[: len(whole) // 2]


def _padded(number: int) -> bytes:
    """A feed of 23 MB in 23 KB of gzip; many of them at once must not lie in memory at once."""
    feed = rss((f"Large {number}", f"http://large-{number}.example/page", "Short."))
    packer = zlib.compressobj(6, wbits=31)
    whole = packer.compress(feed.replace("</channel>", " " * 23_000_000 + "</channel>").encode())
    return whole + packer.flush()


def _wrong_charset() -> bytes:
    feed = rss(("“Prices won’t fall” – a trader", "http://charset.example/page", "It is said in café talk."))
    return feed.encode("cp1252")  # although it says UTF-8


def _long_author() -> str:
    feed = rss(("A story of many authors", "http://author.example/page", "Short."))
    return feed.replace("</item>", f"<author>{'a' * 32_768}({'b ' * 16_384}</author></item>")


def _attributes() -> str:
    burden = " ".join(f'a{number}="x"' for number in range(300_000))
    return article_page("A page with a burden", *QUIET).replace("<article>", f"<article {burden}>")


def _nested() -> str:
    return f"<html><head><title>Deep</title></head><body>{'<div>' * 100_000}Deep{'</div>' * 100_000}</body></html>"


LOGIN = (
    "<html><head><title>Sign in</title></head><body><form action=/login method=post><h1>Sign in to continue</h1>"
    "<input name=user><input type=password name=word><button>Sign in</button><a href=/lost>Forgot your password?</a>"
    "</form></body></html>"
)
CONSENT = (
    "<html><head><title>Before you continue</title></head><body><h1>Your privacy</h1><p>We and our 812 partners store "
    "and/or access information on a device. You can accept all, reject all or manage your choices. Some partners rely "
    "on legitimate interest.</p><button>Accept all</button><button>Reject all</button></body></html>"
)
CHALLENGE = (
    "<html><head><title>Just a moment...</title></head><body><h1>Checking your browser</h1><p>Verify that you are "
    "human by completing the action below.</p><div class=cf-turnstile></div></body></html>"
)


class HostileWeb:
    """All hosts of all cases on one address, told apart by the Host header, and the trap on another."""

    def __init__(self, folder: Path) -> None:
        secret = folder / "secret.txt"
        secret.write_text(SECRET, encoding="utf-8")
        self.trapped: list[object] = []
        self._trap = socket.create_server((FORBIDDEN, 0))
        self._trap.settimeout(0.1)
        self.trap_port: int = self._trap.getsockname()[1]
        self.cases = [*good_cases(), *hostile_cases(secret, self.trap_port)]
        self.server = RawServer({route: reply for case in self.cases for route, reply in _routes(case).items()})
        self._loop = asyncio.new_event_loop()
        self._stop = threading.Event()
        self._ready = threading.Event()
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._serve, self._watch_trap)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()
        assert self._ready.wait(10)

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(10)
        self._trap.close()

    def write_folder(self, folder: Path, *, only: tuple[str, ...] = (), more: tuple[str, ...] = ()) -> None:
        """What points a run at this web; its time limits are short, its size limits the default ones."""
        cases = [case for case in self.cases if not only or case.id in only]
        folder.mkdir(parents=True, exist_ok=True)
        own = f"{SERVER}:{self.server.port}"
        hosts = "\n".join(f"{json.dumps(case.host)} = {json.dumps(case.address or own)}" for case in cases)
        (folder / CONFIG_NAME).write_text(
            f"[crawl]\nhost_spacing_s = 0\nsecond_try_s = 0\nconnect_timeout_s = 5\nread_timeout_s = 5\n"
            f'total_timeout_s = 12\nallow_networks = ["{SERVER}/32"]\n\n[crawl.resolve]\n{hosts}\n\n'
            "[sources]\nshipped = false\n",
            encoding="utf-8",
        )
        sources = [_source(case.id, f"http://{case.host}/feed.xml") for case in cases]
        sources += [_source(f"more-{number}", url) for number, url in enumerate(more)]
        (folder / "sources.toml").write_text(render_toml(sources), encoding="utf-8")

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serving())
        self._loop.close()

    async def _serving(self) -> None:
        async with listening(self.server.serve, SERVER) as self.server.port:
            self._ready.set()
            while not self._stop.is_set():
                await asyncio.sleep(0.05)

    def _watch_trap(self) -> None:
        while not self._stop.is_set():
            with suppress(TimeoutError):
                connection, peer = self._trap.accept()
                connection.close()
                self.trapped.append(peer)


@contextmanager
def hostile_web(folder: Path) -> Iterator[HostileWeb]:
    """A running HostileWeb; OSError where this system has no second loopback address."""
    web = HostileWeb(folder)
    web.start()
    try:
        yield web
    finally:
        web.stop()


def _source(name: str, url: str) -> Source:
    return Source(
        id=name,
        publisher=name,
        family=name,
        country="NO",
        language="en",
        reliability="C",
        cadence_hours=24.0,
        feeds=(Feed(url=url, source_id=name),),
    )


def _routes(case: Case) -> dict[str, Route]:
    link = case.link or f"http://{case.host}/page"
    feed = case.feed or feed_answer(rss((f"News from {case.id}", link, "Short.")))
    return {f"{case.host}/feed.xml": feed, **{f"{case.host}{path}": reply for path, reply in case.pages.items()}}


class MemoryWatch(threading.Thread):
    """The most memory that a process and all its children held at once, sampled through /proc; in megabytes."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.peak = 0.0
        self.parts: list[float] = []  # of each process, at that moment
        self._root = pid
        self._stop_asked = threading.Event()

    def run(self) -> None:
        while not self._stop_asked.wait(0.05):
            resident = [_resident(pid) for pid in _family(self._root)]
            if sum(resident) > self.peak:
                self.peak, self.parts = sum(resident), sorted(resident, reverse=True)

    def stop(self) -> float:
        self._stop_asked.set()
        self.join()
        return self.peak


def _family(root: int) -> set[int]:
    parents: dict[int, int] = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            with suppress(OSError, ValueError, IndexError):
                parents[int(name)] = int(Path(f"/proc/{name}/stat").read_text().rpartition(")")[2].split()[1])
    found, size = {root}, 0
    while len(found) > size:
        size = len(found)
        found |= {pid for pid, parent in parents.items() if parent in found}
    return found


def _resident(pid: int) -> float:
    with suppress(OSError, IndexError, ValueError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    return 0.0
