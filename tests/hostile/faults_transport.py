"""What can be wrong on the wire: time, size, codings, headers, and answers that are no HTTP."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator, Iterator

import brotli  # type: ignore[import-untyped]
import zstandard

from tests.crawler.servers import Route, Streamed, answer
from tests.hostile.cases import (
    CHATTY,
    CLOSING,
    DEAD,
    HTTP,
    SHORT,
    SILENT,
    Case,
    Stored,
    chunked,
    dripping,
    flooding,
    moved,
    one_entry,
    packed,
    pouring,
    raw,
    said,
    stalling,
    story,
    zlib_bomb,
)
from tests.linewalker.hostile import QUIET, article_page, feed_answer

_OPENING = '<?xml version="1.0"?><rss version="2.0"><channel><title>Wire</title><item><title>A</title><description>'
_PAGE = "<html><head><title>News</title></head><body><article><p>"
_OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n"
_LATE = "no complete answer within 1.5 s"
_HUGE = "larger than 4.0 MB"
_SMALL = {"max_body_mb": 1.0, "max_wire_mb": 1.0}


def _bodied(tag: str, head: bytes) -> bytes:
    return head + b"\r\n" + one_entry(tag).encode()


def _late() -> Iterator[Case]:
    """A little at a time, for ever, in every part of an answer: the deadline is one for the whole."""
    length = _OK + b"Content-Length: 100000\r\n\r\n" + _OPENING.encode()
    for name, route in {
        "status-line": dripping(b"HTTP/1.1 200 ", b"O"),
        "headers": dripping(_OK, b"X-A: b\r\n"),
        "one-header": dripping(_OK + b"X-A: ", b"b"),
        "body": dripping(length),
        "body-to-the-end": dripping(_OK + b"\r\n" + _OPENING.encode()),
        "chunks": dripping(chunked() + b"1\r\n<\r\n", b"1\r\n \r\n"),
        "chunk-size": dripping(chunked(), b"0"),
        "chunk-extension": dripping(chunked() + b"1;a", b"a"),
        "trailers": dripping(chunked() + b"1\r\n<\r\n0\r\n", b"X-A: b\r\n"),
        "packed": dripping(_OK + b"Content-Encoding: gzip\r\n\r\n" + _begun(), b"\0\0\0\xff\xff"),
        "continue": dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        "redirect-body": dripping(b"HTTP/1.1 302 Found\r\nLocation: /page\r\nContent-Length: 30000\r\n\r\n"),
        "error-body": dripping(b"HTTP/1.1 404 Not Found\r\nContent-Length: 30000\r\n\r\n"),
    }.items():
        yield Case(id=f"drip-{name}", feed=route, crawl=SHORT, outcome="timeout", says=_LATE)
    yield Case(id="drip-robots", pages={"/robots.txt": dripping(_OK + b"\r\n", b"#")}, crawl=SHORT, outcome="timeout",
               says=_LATE, asked={"/feed.xml": 0})  # fmt: skip
    yield Case(id="drip-page", pages={"/page": dripping(_OK + b"\r\n" + _PAGE.encode())}, crawl=SHORT,
               entries=[("timeout", _LATE)])  # fmt: skip
    yield Case(id="drip-sitemap", sitemap=True, feed=dripping(_OK + b"\r\n<urlset>"), crawl=SHORT, outcome="timeout",
               says=_LATE)  # fmt: skip
    yield Case(id="drip-tls", feed_url=f"https://drip-tls.example:{CHATTY}/feed.xml", crawl=SHORT, outcome="timeout",
               says="no connection to .* within 1 s")  # fmt: skip
    yield Case(id="silent-tls", feed_url=f"https://silent-tls.example:{SILENT}/feed.xml", crawl=SHORT,
               outcome="timeout", says="no connection to .* within 1 s")  # fmt: skip
    for name, route in {"at-once": stalling(), "in-head": stalling(_OK), "in-body": stalling(length)}.items():
        yield Case(id=f"silent-{name}", feed=route, crawl=SHORT, outcome="timeout", says="no byte from .* for 1 s")

    # Each hop is quick enough; together they are not.
    hops: dict[str, Route] = {f"/{n}": _hop(n + 1) for n in range(30)}
    yield Case(id="slow-hops", feed=_hop(0), crawl={**SHORT, "max_redirects": 30}, outcome="timeout", says=_LATE,
               pages=hops)  # fmt: skip


def _hop(to: int) -> Streamed:
    async def write(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.4)
        writer.write(moved(f"/{to}"))

    return Streamed(write)


def _begun() -> bytes:
    """The beginning of a gzip body, after which empty blocks may follow for ever."""
    packer = zlib.compressobj(wbits=31)
    return packer.compress(_OPENING.encode()) + packer.flush(zlib.Z_SYNC_FLUSH)


def _large() -> Iterator[Case]:
    """More than is taken: on the wire, unpacked, in every coding and in every kind of document."""
    yield Case(id="endless-body", feed=flooding(_OK + b"\r\n" + _OPENING.encode(), b"and so on " * 5000),
               outcome="too_large", says="over the wire|larger than 4.0 MB")  # fmt: skip
    yield Case(id="endless-chunks", feed=flooding(chunked(), b"1000\r\n" + b"a" * 4096 + b"\r\n"),
               outcome="too_large", says="MB")  # fmt: skip
    yield Case(id="endless-extension", feed=flooding(chunked() + b"1;", b"a" * 65536), outcome="too_large|broken",
               says=".")  # fmt: skip
    yield Case(id="extensions", feed=flooding(chunked(), b"1;" + b"e" * 4000 + b"\r\n \r\n"), crawl=_SMALL,
               outcome="too_large", says="over the wire")  # fmt: skip
    yield Case(id="endless-trailers", feed=flooding(chunked() + b"1\r\n<\r\n0\r\n", b"X-A: " + b"b" * 4000 + b"\r\n"),
               outcome="too_large|broken", says=".")  # fmt: skip
    yield Case(id="announced", feed=_OK + b"Content-Length: 9999999999\r\n\r\n<rss", outcome="too_large",
               says="announced")  # fmt: skip
    yield Case(id="endless-redirect", feed=flooding(b"HTTP/1.1 302 Found\r\nLocation: /true.xml\r\n\r\n", b"a" * 65536),
               pages={"/true.xml": feed_answer(one_entry("endless-redirect"))})  # fmt: skip
    yield Case(id="endless-error", feed=flooding(b"HTTP/1.1 503 Busy\r\n\r\n", b"a" * 65536), outcome="http_error",
               says="status 503")  # fmt: skip
    yield Case(id="endless-page", pages={"/page": flooding(_OK + b"\r\n" + _PAGE.encode(), b"<p>on</p>" * 5000)},
               entries=[("too_large", "MB")])  # fmt: skip
    # RFC 9309, section 2.5: of a robots.txt the first part counts, however much follows.
    yield Case(id="endless-robots", pages={"/robots.txt": flooding(_OK + b"\r\n", b"# and so on\n" * 5000)})
    yield Case(id="endless-refusal", pages={"/robots.txt": flooding(_OK + b"\r\nUser-agent: *\nDisallow: /\n",
               b"# and so on\n" * 5000)}, outcome="disallowed", says="disallows", asked={"/feed.xml": 0})  # fmt: skip
    yield Case(id="endless-sitemap", sitemap=True, feed=flooding(_OK + b"\r\n<urlset>", b"<url/>" * 9000),
               outcome="too_large", says="MB")  # fmt: skip
    bombs = {"gzip": 31, "deflate": 15, "x-gzip": 31}
    for coding, wbits in bombs.items():
        yield Case(id=f"bomb-{coding}", feed=zlib_bomb(coding, wbits, _OPENING), outcome="too_large", says=_HUGE)
    yield Case(id="bomb-deflate-raw", feed=zlib_bomb("deflate", -15, _OPENING), outcome="too_large", says=_HUGE)
    yield Case(id="bomb-br", feed=pouring("br", _brotli_bomb), outcome="too_large", says=_HUGE)
    yield Case(id="bomb-zstd", feed=pouring("zstd", _zstd_bomb), outcome="too_large", says=_HUGE)
    yield Case(id="bomb-members", feed=pouring("gzip", _many_members), outcome="too_large", says=_HUGE)
    yield Case(id="bomb-in-bomb", feed=packed(_twice(300), "gzip, gzip", lambda data: data), outcome="too_large",
               says=_HUGE)  # fmt: skip
    yield Case(id="bomb-br-gzip", feed=packed(_twice(300), "gzip, br", lambda data: brotli.compress(gzip.decompress(
        data), quality=5)), outcome="too_large", says=_HUGE)  # fmt: skip
    yield Case(id="bomb-unlabelled", feed=answer(_zeros(300), kind="application/xml"), outcome="too_large", says="MB")
    yield Case(id="bomb-mislabelled", feed=packed(_twice(300), "gzip", lambda data: data), outcome="too_large",
               says="MB")  # fmt: skip
    yield Case(id="bomb-page", pages={"/page": zlib_bomb("gzip", 31, _PAGE, kind="text/html")},
               entries=[("too_large", _HUGE)])  # fmt: skip
    yield Case(id="bomb-robots", pages={"/robots.txt": zlib_bomb("gzip", 31, "User-agent: *\n", kind="text/plain")})
    yield Case(id="bomb-sitemap", sitemap=True, feed=zlib_bomb("gzip", 31, "<urlset>"), outcome="too_large", says=_HUGE)
    yield Case(id="bomb-child", sitemap=True, feed=answer("<sitemapindex><sitemap><loc>http://bomb-child.example/child."
               "xml.gz</loc></sitemap></sitemapindex>", kind="application/xml"), entries=(), says=_HUGE,
               pages={"/child.xml.gz": zlib_bomb("gzip", 31, "<urlset>")})  # fmt: skip
    yield Case(id="bomb-redirect", feed=zlib_redirect(), pages={"/true.xml": feed_answer(one_entry("bomb-redirect"))})
    yield Case(id="bomb-favicon", link="http://bomb-favicon.example/page", pages={"/page": packed(
        _zeros(300), "identity", lambda data: data, kind="image/x-icon")},
        entries=[("too_large|not_article", ".")])  # fmt: skip


def zlib_redirect() -> Streamed:
    """A redirect whose body is a bomb."""
    bomb = _zeros(100)
    head = b"HTTP/1.1 301 Moved\r\nLocation: /true.xml\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n"
    return raw(head % len(bomb) + bomb)


def _zeros(megabytes: int) -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    block = bytes(1_000_000)
    return b"".join([*(packer.compress(block) for _ in range(megabytes)), packer.flush()])


def _twice(megabytes: int) -> bytes:
    return gzip.compress(_zeros(megabytes))


async def _brotli_bomb() -> AsyncIterator[bytes]:
    packer = brotli.Compressor(quality=4)
    for _ in range(10_000):
        yield packer.process(b" " * 1_000_000)


async def _zstd_bomb() -> AsyncIterator[bytes]:
    packer = zstandard.ZstdCompressor(level=3).compressobj()
    for _ in range(10_000):
        yield packer.compress(b" " * 1_000_000)


async def _many_members() -> AsyncIterator[bytes]:
    member = gzip.compress(b" " * 10_000)
    while True:
        yield member * 50


def _codings() -> Iterator[Case]:
    """Codings that are not what they say, or end before or after their end."""
    pack = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress, "zstd": zstandard.compress}
    for coding, function in pack.items():
        yield Case(id=f"whole-{coding}", feed=packed(one_entry(f"whole-{coding}"), coding, function))
        yield Case(id=f"cut-{coding}", feed=packed(one_entry(f"cut-{coding}"), coding,
                                                   lambda data, f=function: f(data)[:-20]), outcome="broken",
                   says="ends too early")  # fmt: skip
        # The body is whole, and what follows is nobody's: browsers pass over it. Brotli's library does not.
        yield Case(id=f"more-{coding}", outcome="broken" if coding == "br" else "ok", says="" if coding != "br" else
                   "the body is not brotli", feed=packed(one_entry(f"more-{coding}"), coding,
                                                         lambda data, f=function: f(data) + b"<!-- A -->"))  # fmt: skip
        yield Case(id=f"plain-as-{coding}", feed=packed(one_entry(f"plain-as-{coding}"), coding, lambda data: data),
                   outcome="broken", says=f"the body is not (?:{coding}|brotli)|ends too early")  # fmt: skip
    yield Case(id="br-as-gzip", feed=packed(one_entry("br-as-gzip"), "gzip", brotli.compress), outcome="broken",
               says="the body is not gzip")  # fmt: skip
    yield Case(id="raw-deflate", feed=packed(one_entry("raw-deflate"), "deflate",
               lambda data: zlib.compress(data)[2:-4]))  # fmt: skip
    yield Case(id="gzip-unlabelled", feed=answer(gzip.compress(one_entry("gzip-unlabelled").encode()), kind="text/xml"))
    yield Case(id="chain", feed=packed(one_entry("chain"), "gzip, br, zstd", lambda data: zstandard.compress(
        brotli.compress(gzip.compress(data)))))  # fmt: skip
    yield Case(id="long-chain", feed=packed(one_entry("long-chain"), ", ".join(["gzip"] * 5), lambda data: data),
               outcome="too_large", says="more than 4 content encodings")  # fmt: skip
    yield Case(id="unknown-coding", feed=packed(one_entry("unknown-coding"), "aes128gcm", lambda data: data),
               outcome="broken", says="not known")  # fmt: skip
    yield Case(id="huge-window", feed=packed(one_entry("huge-window"), "zstd", lambda data: b"\x28\xb5\x2f\xfd\x00\xa8"
               b"\x01\x00\x00"), outcome="broken", says="zstd")  # fmt: skip
    yield Case(id="cut-page", pages={"/page": packed(article_page("Cut", *QUIET), "gzip",
               lambda data: gzip.compress(data)[:-20], kind="text/html")},
               entries=[("broken", "too early")])  # fmt: skip


def _headers() -> Iterator[Case]:
    """Heads without end, and headers that try to be more than one."""
    many = b"".join(b"X-%d: a\r\n" % number for number in range(400))
    yield Case(id="large-header", feed=raw(_OK + b"X-A: " + b"b" * 80_000 + b"\r\n\r\n"), outcome="too_large",
               says="the headers are larger than")  # fmt: skip
    yield Case(id="many-headers", feed=_bodied("many-headers", _OK + many), outcome="too_large",
               says="more than 256 headers")  # fmt: skip
    yield Case(id="endless-header", feed=flooding(_OK, b"X-A: " + b"b" * 4000 + b"\r\n"), outcome="too_large",
               says="the headers are larger than")  # fmt: skip
    yield Case(id="endless-folding", feed=flooding(_OK + b"X-A: b\r\n", b" and so on\r\n" * 100), outcome="too_large",
               says="the headers are larger than")  # fmt: skip
    yield Case(id="endless-status", feed=flooding(b"HTTP/1.1 200 ", b"OK" * 4000), outcome="too_large",
               says="the headers are larger than")  # fmt: skip
    yield Case(id="continue-flood", feed=flooding(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100), outcome="too_large",
               says="the headers are larger than")  # fmt: skip
    yield Case(id="hints-flood", feed=flooding(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 100),
               outcome="too_large", says="the headers are larger than")  # fmt: skip
    yield Case(id="header-robots", pages={"/robots.txt": flooding(_OK, b"X-A: b\r\n" * 500)}, outcome="disallowed",
               says="robots.txt .*the headers are larger")  # fmt: skip
    yield Case(id="hints", feed=b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" + feed_answer(one_entry("hints")))
    yield Case(id="cookies", feed=feed_answer(one_entry("cookies"), **{"Set-Cookie": "id=1; Domain=example; Path=/"}),
               pages={"/page": story("cookies", Set_Cookie="id=2")}, nights=2,
               outcome="not_modified", entries=[("ok", "")])  # fmt: skip
    yield Case(id="authenticate", feed=said(401, WWW_Authenticate='Basic realm="news"'), outcome="http_error",
               says="status 401")  # fmt: skip
    evil = '"a"\x0bX-Evil: 1'
    for name, etag in {"control": evil.encode(), "folded": b'"a"\r\n X-Evil: 1', "high": b'"\xff\xfe"'}.items():
        yield Case(id=f"etag-{name}", feed=feed_answer(one_entry(f"etag-{name}"), ETag=etag), nights=2,
                   outcome="not_modified|ok", says="", entries=[("ok", "")], articles=[Stored()])  # fmt: skip
    yield Case(id="redirect-cookie", feed=answer("", status=302, headers={"Location": "http://other.redirect-cookie."
               "example/feed.xml", "Set-Cookie": "session=1; Domain=.redirect-cookie.example"}),
               pages={"other.redirect-cookie.example/feed.xml": feed_answer(one_entry("redirect-cookie"))})  # fmt: skip


def _oddities() -> Iterator[Case]:
    """Answers that are not HTTP, or lie about themselves."""
    feed = one_entry("x").encode()
    broken = {
        "short-body": (_OK + b"Content-Length: %d\r\n\r\n" % (len(feed) + 100) + feed, "ends too early"),
        "two-lengths": (_OK + b"Content-Length: 10\r\nContent-Length: 900\r\n\r\n" + feed, "not proper HTTP"),
        "negative-length": (_OK + b"Content-Length: -5\r\n\r\n" + feed, "not proper HTTP"),
        "word-length": (_OK + b"Content-Length: many\r\n\r\n" + feed, "not proper HTTP"),
        "bad-chunk": (chunked() + b"zz\r\n" + feed, "."),
        "negative-chunk": (chunked() + b"-5\r\n" + feed, "."),
        "huge-chunk": (chunked() + b"ffffffffffffffffff\r\n" + feed, "."),
        "cut-chunks": (chunked() + b"%x\r\n%s\r\n" % (len(feed), feed), "ends too early"),
        "http-0-9": (feed, "not proper HTTP"),
        "http2": (b"\x00\x00\x12\x04\x00\x00\x00\x00\x00" + bytes(18), "not proper HTTP"),
        "http2-preface": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "."),
        "tls-alert": (b"\x15\x03\x01\x00\x02\x02\x0a", "not proper HTTP"),
        "ssh": (b"SSH-2.0-OpenSSH_9.6\r\n", "not proper HTTP"),
        "smtp": (b"220 mail.example ESMTP\r\n", "not proper HTTP"),
        "word-status": (b"HTTP/1.1 abc OK\r\n\r\n" + feed, "not proper HTTP"),
        "nul-bytes": (bytes(5000), "not proper HTTP"),
        "cut-head": (_OK, "."),
    }
    for name, (data, says) in broken.items():
        yield Case(id=f"odd-{name}", feed=raw(data), outcome="broken", says=says)
    yield Case(id="odd-giant-length", feed=raw(_OK + b"Content-Length: " + b"9" * 30 + b"\r\n\r\n" + feed),
               outcome="broken|too_large", says=".")  # fmt: skip
    yield Case(id="odd-long-body", feed=_bodied("odd-long-body", _OK + b"Content-Length: %d\r\n" % len(
        one_entry("odd-long-body"))) + b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nsmuggled!")  # fmt: skip
    yield Case(id="odd-status-999", feed=said(999), outcome="http_error", says="status 999")
    yield Case(id="odd-101", feed=raw(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n"
               + bytes(50)), outcome="http_error|broken", says=".")  # fmt: skip
    yield Case(id="odd-204", feed=raw(b"HTTP/1.1 204 No Content\r\n\r\n"), outcome="broken", says="empty document")
    yield Case(id="odd-206", feed=raw(b"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-9/9999\r\n"
               b"Content-Length: 10\r\n\r\n<rss versi"), outcome="broken", says="status 206")  # fmt: skip
    yield Case(id="odd-206-page", pages={"/page": answer(article_page("Part", *QUIET), status=206)},
               entries=[("broken", "status 206")])  # fmt: skip
    yield Case(id="odd-304", feed=raw(b"HTTP/1.1 304 Not Modified\r\n\r\n"), outcome="http_error",
               says="304 although nothing was asked")  # fmt: skip
    yield Case(id="odd-304-page", pages={"/page": said(304)}, entries=[("http_error", "304 although")])
    yield Case(id="odd-icy", feed=raw(b"ICY 200 OK\r\n\r\n" + one_entry("odd-icy").encode()))
    yield Case(id="odd-colonless", feed=_bodied("odd-colonless", _OK + b"this is no header\r\nConnection: close\r\n"
               b"Content-Length: %d\r\n" % len(one_entry("odd-colonless"))))  # fmt: skip
    yield Case(id="odd-length-twice", feed=_bodied("odd-length-twice", _OK + b"Content-Length: %d\r\n" % len(
        one_entry("odd-length-twice")) * 2))  # fmt: skip
    yield Case(id="closes", feed=CLOSING, outcome="unreachable", says="without an answer")
    yield Case(id="closes-page", pages={"/page": CLOSING}, entries=[("unreachable", "without an answer")])
    yield Case(id="dead-port", feed_url=f"http://dead-port.example:{DEAD}/feed.xml", outcome="unreachable",
               says="no connection")  # fmt: skip
    yield Case(id="no-name", names={"no-name.example": [[]]}, outcome="unreachable", says="does not resolve")
    yield Case(id="tls-unknown", feed_url="https://tls-unknown.example/feed.xml", outcome="unreachable",
               says="no trusted TLS connection")  # fmt: skip
    yield Case(id="tls-excepted", feed_url="https://tls-excepted.example/feed.xml", source={"insecure_tls": True},
               link="https://tls-excepted.example/page", says="certificate not verified",
               articles=[Stored(url="https://tls-excepted.example/page")])  # fmt: skip
    yield Case(id="tls-other-host", feed_url="https://tls-other-host.example/feed.xml", source={"insecure_tls": True},
               link="https://elsewhere.tls-other-host.example/page", says="1 without an article",
               entries=[("unreachable", "no trusted TLS")])  # fmt: skip
    yield Case(id="tls-to-plain", feed_url=f"https://tls-to-plain.example:{HTTP}/feed.xml", crawl=SHORT,
               outcome="unreachable|timeout", says=".")  # fmt: skip


def _cases() -> Iterator[Case]:
    for part in (_late, _large, _codings, _headers, _oddities):
        yield from part()


CASES = tuple(_cases())
