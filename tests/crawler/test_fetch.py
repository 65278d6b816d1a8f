"""The fetcher against servers that lie, stall, flood and lead astray."""

from __future__ import annotations

import asyncio
import ssl
import tracemalloc
import zlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import brotli  # type: ignore[import-untyped]
import pytest
import zstandard

from crawler.fetch import HttpFetcher
from crawler.limits import size_text
from crawler.records import UNVERIFIED, FetchResult
from crawler.turns import Turns
from tests.crawler.servers import (
    AGENT,
    LOOPBACK,
    NOW,
    HostNotes,
    RawServer,
    Request,
    Route,
    Streamed,
    answer,
    gzipped,
    now,
    serving,
    settings,
)

HOST = "news.example"
PAGE = b"<html><body><p>Flows through the line stopped at noon.</p></body></html>"


async def fetch(server: RawServer, path: str = "/", **changes: object) -> FetchResult:
    fetcher = HttpFetcher(settings(server, HOST, **changes), now=now)
    try:
        return await fetcher.fetch(f"http://{HOST}{path}")
    finally:
        await fetcher.aclose()


async def fetch_url(url: str, **changes: object) -> FetchResult:
    fetcher = HttpFetcher(settings(None, **changes), now=now)
    try:
        return await fetcher.fetch(url)
    finally:
        await fetcher.aclose()


async def test_a_page_is_taken_with_its_headers_and_an_honest_name() -> None:
    async with serving({"/a": answer(PAGE, headers={"ETag": '"1"', "X-Two": "a"})}) as server:
        result = await fetch(server, "/a")
    assert (result.outcome, result.status, result.body, result.etag) == ("ok", 200, PAGE, '"1"')
    assert result.headers["x-two"] == "a"
    assert result.final_url == f"http://{HOST}/a"
    assert result.redirects == ()
    assert result.fetched_at == NOW
    assert server.requests[0].header("user-agent") == AGENT.encode()
    assert server.requests[0].header("host") == HOST.encode()
    assert result.wire_bytes > len(PAGE)


@pytest.mark.parametrize(
    "etag",
    [b'W/"ab c--gzip"', b'"\xe9\xff"', b"unquoted", b'"a,b"', b"'\"", b'W/"1" '],
)
async def test_validators_go_back_byte_for_byte(etag: bytes) -> None:
    stamp = "mercoledi, 04 Mar 26 5:6"

    def page(request: Request) -> bytes:
        if request.header("if-none-match"):
            return answer(status=304)
        return answer(PAGE, headers={"ETag": etag, "Last-Modified": stamp})

    async with serving({"/": page}) as server:
        fetcher = HttpFetcher(settings(server, HOST), now=now)
        first = await fetcher.fetch(f"http://{HOST}/")
        second = await fetcher.fetch(f"http://{HOST}/", etag=first.etag, last_modified=first.last_modified)
        await fetcher.aclose()
    assert second.outcome == "not_modified"
    assert server.requests[1].header("if-none-match") == etag.strip()
    assert server.requests[1].header("if-modified-since") == stamp.encode()
    assert server.connections == 1


async def test_a_304_that_nobody_asked_for_is_no_success() -> None:
    async with serving({"/": answer(status=304)}) as server:
        assert (await fetch(server)).outcome == "http_error"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://169.254.169.254/latest/meta-data/", "169.254.169.254 is a forbidden address (cloud metadata)"),
        ("http://[::ffff:10.0.0.1]/", "IPv4-mapped"),
        ("http://[::1]/", "loopback"),
        ("http://10.1.2.3/", "private"),
        ("http://2130706433/", "disguised"),
        ("http://0x7f000001/", "disguised"),
        ("http://127.1/", "disguised"),
        ("http://①②⑦.⓪.⓪.①/", "look-alike"),
        ("http://news.example\\@127.0.0.1/", "backslash"),
        ("http://user:secret@news.example/", "user information"),
        ("http://news.example/\r\nX: y", "control character"),
        ("file:///etc/passwd", "not http"),
        ("gopher://news.example/", "not http"),
        ("http://127.0.0.1./", "disguised"),
        ("http://017700000001/", "disguised"),
        ("http://[fe80::1%25eth0]/", "not an IPv6"),
        ("http://localhost/", "local network"),
        ("http://a.localhost:8080/", "local network"),
        ("http://printer.local/", "local network"),
        ("http://metadata.google.internal/computeMetadata/v1/", "local network"),
        ("http://metadata/", "no domain"),
        ("http://news.example:22/", "another protocol"),
        ("http://2.3.4.5:6379/", "another protocol"),
    ],
)
async def test_forbidden_urls_are_refused_with_a_reason(url: str, words: str) -> None:
    result = await fetch_url(url, allow_networks=())
    assert result.outcome == "refused"
    assert words in result.reason
    assert "secret" not in result.reason
    assert "\n" not in result.reason


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("http://169.254.169.254/", "cloud metadata"),
        ("http://[::ffff:10.0.0.1]/", "IPv4-mapped"),
        ("http://0x7f.1/", "disguised"),
        ("file:///etc/passwd", "not http"),
        ("//user:pw@news.example/", "user information"),
        ("http://inside.example/", "inside.example: 127.0.0.2 is a forbidden address (loopback)"),
    ],
)
async def test_a_redirect_leads_nowhere_that_is_forbidden(location: str, words: str) -> None:
    async def resolve(host: str, port: int) -> list[str]:
        return ["127.0.0.2"]

    async with serving({"/go": answer(status=302, headers={"Location": location})}) as server:
        config = settings(server, HOST, allow_networks=("127.0.0.1/32",))
        fetcher = HttpFetcher(config, now=now, resolver=resolve)
        result = await fetcher.fetch(f"http://{HOST}/go")
        await fetcher.aclose()
    assert result.outcome == "refused"
    assert words in result.reason
    assert result.status in {None, 302}
    assert [request.target for request in server.requests] == ["/go"]


async def test_a_name_that_resolves_to_loopback_is_not_connected_to() -> None:
    async with serving({"/": answer(PAGE)}) as canary:

        async def resolve(host: str, port: int) -> list[str]:
            return ["127.0.0.1"]

        fetcher = HttpFetcher(settings(allow_networks=()), now=now, resolver=resolve)
        result = await fetcher.fetch(f"http://inside.example:{canary.port}/")
        await fetcher.aclose()
    assert result.outcome == "refused"
    assert result.reason == "inside.example: 127.0.0.1 is a forbidden address (loopback)"
    assert canary.connections == 0


async def test_a_name_that_resolves_elsewhere_the_second_time_gains_nothing() -> None:
    answers = [["192.0.2.1"], ["127.0.0.1"]]
    asked: list[str] = []

    async def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return answers[min(len(asked), 2) - 1]

    async with serving({"/": answer(PAGE)}) as canary:
        # The first address stands for a public one: allowed, and nobody answers there.
        config = settings(allow_networks=("192.0.2.0/24",), connect_timeout_s=0.2)
        fetcher = HttpFetcher(config, now=now, resolver=resolve)
        first = await fetcher.fetch(f"http://rebind.example:{canary.port}/")
        second = await fetcher.fetch(f"http://rebind.example:{canary.port}/")
        await fetcher.aclose()
    assert first.outcome in {"timeout", "unreachable"}
    assert second.outcome == "refused"
    assert asked == ["rebind.example", "rebind.example"]
    assert canary.connections == 0


async def test_a_name_that_moves_to_loopback_between_two_requests_is_refused() -> None:
    """Public first, loopback second: what was allowed before is checked again with each connection."""
    found = iter([["127.0.0.1"], ["127.0.0.2"], ["127.0.0.1", "127.0.0.2"], ["127.0.0.2"]])

    async def resolve(host: str, port: int) -> list[str]:
        return next(found)

    caught: list[object] = []
    closing = answer(PAGE, headers={"Connection": "close"})
    away = answer(status=302, headers={"Location": "/next", "Connection": "close"})
    async with serving({"/": closing, "/away": away, "/next": closing}) as server:
        # 127.0.0.1 stands for a public address; the canary listens where nobody may connect, on the same port.
        canary = await asyncio.start_server(lambda *pair: caught.append(pair), "127.0.0.2", server.port)
        fetcher = HttpFetcher(settings(allow_networks=("127.0.0.1/32",)), now=now, resolver=resolve)
        base = f"http://rebind.example:{server.port}"
        results = [
            await fetcher.fetch(f"{base}/"),
            await fetcher.fetch(f"{base}/"),
            await fetcher.fetch(f"{base}/away"),
        ]
        await fetcher.aclose()
        canary.close()
        await canary.wait_closed()
    assert [result.outcome for result in results] == ["ok", "refused", "refused"]
    assert results[2].redirects == (f"{base}/away",)
    assert "127.0.0.2 is a forbidden address (loopback)" in results[2].reason
    assert [request.target for request in server.requests] == ["/", "/away"]
    assert caught == []


async def test_a_mixed_answer_is_used_by_its_allowed_addresses_only() -> None:
    async with serving({"/": answer(PAGE)}) as server:

        async def resolve(host: str, port: int) -> list[str]:
            return ["10.0.0.1", "127.0.0.1"]

        fetcher = HttpFetcher(settings(), now=now, resolver=resolve)
        result = await fetcher.fetch(f"http://mixed.example:{server.port}/")
        await fetcher.aclose()
    assert result.outcome == "ok"


async def test_a_fixed_address_is_checked_too() -> None:
    async with serving({"/": answer(PAGE)}) as server:
        result = await fetch(server, allow_networks=())
    assert result.outcome == "refused"
    assert server.connections == 0


async def test_a_mistaken_setting_is_told_at_once() -> None:
    with pytest.raises(ValueError, match="intranet"):
        HttpFetcher(settings(None, allow_networks=("intranet",)), now=now)


async def test_a_fixed_address_is_found_however_its_host_is_written() -> None:
    async with serving({"/": answer(PAGE)}) as server:
        fetcher = HttpFetcher(settings(server, "News.Example"), now=now)
        result = await fetcher.fetch("http://NEWS.example./")
        await fetcher.aclose()
    assert result.outcome == "ok"


async def test_a_name_without_an_address_is_unreachable() -> None:
    async def resolve(host: str, port: int) -> list[str]:
        raise OSError("Name or service not known")

    fetcher = HttpFetcher(settings(), now=now, resolver=resolve)
    result = await fetcher.fetch("http://gone.example/")
    await fetcher.aclose()
    assert result.outcome == "unreachable"
    assert "gone.example does not resolve" in result.reason


async def test_a_name_that_takes_too_long_to_resolve_is_given_up() -> None:
    async def resolve(host: str, port: int) -> list[str]:
        await asyncio.sleep(60)
        return []

    fetcher = HttpFetcher(settings(connect_timeout_s=0.1), now=now, resolver=resolve)
    result = await fetcher.fetch("http://slow.example/")
    await fetcher.aclose()
    assert result.outcome == "unreachable"
    assert "not resolved within 0.1 s" in result.reason


async def test_the_real_resolver_answers_for_localhost() -> None:
    async with serving({"/": answer(PAGE)}) as server:
        allowed = await fetch_url(f"http://localhost:{server.port}/", allow_networks=LOOPBACK)
        refused = await fetch_url(f"http://localhost:{server.port}/", allow_networks=())
    assert allowed.outcome == "ok"
    assert refused.outcome == "refused"


async def test_redirects_are_followed_and_told() -> None:
    routes = {
        "/a": answer(status=301, headers={"Location": "/b?x=1#part"}),
        "/b": answer(status=307, headers={"Location": f"http://{HOST}/c"}),
        "/c": answer(PAGE),
    }
    async with serving({**routes}) as server:
        result = await fetch(server, "/a")
    assert result.outcome == "ok"
    assert result.final_url == f"http://{HOST}/c"
    assert result.redirects == (f"http://{HOST}/a", f"http://{HOST}/b?x=1")
    assert result.url == f"http://{HOST}/a"


async def test_a_redirect_in_raw_utf8_is_understood() -> None:
    routes = {"/a": answer(status=302, headers={"Location": "/é b".encode()}), "/%C3%A9%20b": answer(PAGE)}
    async with serving({**routes}) as server:
        assert (await fetch(server, "/a")).outcome == "ok"


async def test_redirect_loops_end() -> None:
    routes = {
        "/a": answer(status=302, headers={"Location": "/b"}),
        "/b": answer(status=302, headers={"Location": "/a"}),
    }
    async with serving({**routes}) as server:
        result = await fetch(server, "/a")
    assert (result.outcome, len(server.requests)) == ("too_large", 2)
    assert "loop" in result.reason


async def test_endless_redirects_end_at_the_cap() -> None:
    def onward(request: Request) -> bytes:
        return answer(status=302, headers={"Location": request.target + "x"})

    async with serving({f"/{'x' * number}": onward for number in range(20)}) as server:
        result = await fetch(server, "/x", max_redirects=5)
    assert (result.outcome, len(server.requests)) == ("too_large", 6)
    assert result.reason == "more than 5 redirects"


async def test_a_redirect_without_a_target_is_an_error() -> None:
    async with serving({"/": answer(status=302)}) as server:
        result = await fetch(server)
    assert result.outcome == "http_error"


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzipped(PAGE)),
        ("GZIP", gzipped(PAGE)),
        ("x-gzip", gzipped(PAGE[:9]) + gzipped(PAGE[9:])),
        ("gzip", gzipped(PAGE) + b"\0" * 100),
        ("deflate", zlib.compress(PAGE)),
        ("deflate", zlib.compress(PAGE)[2:-4]),
        ("br", brotli.compress(PAGE)),
        ("zstd", zstandard.compress(PAGE)),
        ("gzip, br", brotli.compress(gzipped(PAGE))),
        ("identity", PAGE),
        ("", PAGE),
        ("identity", gzipped(PAGE)),
    ],
)
async def test_every_content_encoding_is_undone(encoding: str, packed: bytes) -> None:
    async with serving({"/": answer(packed, headers={"Content-Encoding": encoding})}) as server:
        result = await fetch(server)
    assert (result.outcome, result.body) == ("ok", PAGE)


@pytest.mark.parametrize(
    ("encoding", "packed", "words"),
    [
        ("gzip", gzipped(PAGE * 50)[:-20], "ends too early"),
        ("gzip", gzipped(PAGE)[:-8], "ends too early"),
        ("deflate", zlib.compress(PAGE * 50)[:-20], "ends too early"),
        ("br", brotli.compress(PAGE)[:-5], "ends too early"),
        ("zstd", zstandard.compress(PAGE)[:-5], "ends too early"),
        ("gzip", PAGE, "not gzip"),
        ("br", PAGE, "brotli"),
        ("zstd", PAGE, "not zstd"),
        ("gzip", gzipped(PAGE)[:-8] + b"\1" * 8, "not gzip"),
        ("rot13", PAGE, "not known"),
    ],
)
async def test_a_body_that_is_not_what_it_says_is_broken(encoding: str, packed: bytes, words: str) -> None:
    async with serving({"/": answer(packed, headers={"Content-Encoding": encoding})}) as server:
        result = await fetch(server)
    assert (result.outcome, result.body) == ("broken", b"")
    assert words in result.reason


def _bomb(name: str, megabytes: int) -> Callable[[asyncio.StreamWriter], Awaitable[None]]:
    """Megabytes of zeros, packed once and sent over and over: gzip by full flushes, zstd by frames."""
    zeros = bytes(1024 * 1024)
    packer = zlib.compressobj(9, wbits=31)
    first = packer.compress(zeros) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(zeros) + packer.flush(zlib.Z_FULL_FLUSH)
    if name == "zstd":
        first = again = zstandard.compress(zeros)

    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Encoding: " + name.encode() + b"\r\n\r\n" + first)
        for _ in range(megabytes - 1):
            writer.write(again)
            await writer.drain()

    return write


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
async def test_a_bomb_of_ten_gigabytes_stops_at_the_cap(encoding: str) -> None:
    cap = 4 * 1024 * 1024
    async with serving({"/": Streamed(_bomb(encoding, 10 * 1024))}) as server:
        fetcher = HttpFetcher(settings(server, HOST, max_body_bytes=cap), now=now)
        tracemalloc.start()
        try:
            result = await fetcher.fetch(f"http://{HOST}/")
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        await fetcher.aclose()
    assert result.outcome == "too_large"
    assert size_text(cap) in result.reason
    assert result.wire_bytes < 256 * 1024
    assert peak < 4 * cap


async def test_a_chain_of_encodings_has_an_end() -> None:
    body = answer(PAGE, headers={"Content-Encoding": ", ".join(["gzip"] * 50)})
    async with serving({"/": body}) as server:
        result = await fetch(server)
    assert result.outcome == "too_large"


async def test_a_body_without_end_stops_at_the_cap() -> None:
    written = 0

    async def write(writer: asyncio.StreamWriter) -> None:
        nonlocal written
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()
            written += 65536

    async with serving({"/": Streamed(write)}) as server:
        result = await fetch(server, max_body_bytes=500_000)
    assert result.outcome == "too_large"
    assert result.wire_bytes < 700_000
    assert written < 12_000_000


async def test_a_body_hidden_in_chunk_extensions_meets_the_wire_cap() -> None:
    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            writer.write(b"1;" + b"x" * 8000 + b"\r\na\r\n")
            await writer.drain()

    async with serving({"/": Streamed(write)}) as server:
        result = await fetch(server, max_wire_bytes=300_000, max_body_bytes=10_000_000)
    assert result.outcome == "too_large"
    assert "wire" in result.reason


async def test_an_announced_giant_is_not_begun() -> None:
    async with serving({"/": answer(headers={"Content-Length": str(10**12)})}) as server:
        result = await fetch(server)
    assert result.outcome == "too_large"
    assert "announced" in result.reason


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: %s\r\n" % (number, b"y" * 500) for number in range(300)) + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200_000 + b"\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n" * 10_000,
    ],
    ids=["many", "long", "informational"],
)
async def test_header_bombs_meet_the_header_cap(head: bytes) -> None:
    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        await writer.drain()
        await asyncio.sleep(5)

    async with serving({"/": Streamed(write)}) as server:
        result = await fetch(server, max_header_bytes=32 * 1024)
    assert result.outcome == "too_large"
    assert result.reason == "the headers are larger than 33 kB"
    assert result.wire_bytes <= 64 * 1024


async def test_more_headers_than_the_cap_are_refused_however_short() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n" + b"".join(b"X-%d: y\r\n" % number for number in range(600))
    async with serving({"/": head + b"\r\n"}) as server:
        result = await fetch(server, max_headers=500)
    assert (result.outcome, result.reason) == ("too_large", "there are more than 500 headers")


async def test_a_redirects_own_body_is_never_kept_and_has_the_same_caps() -> None:
    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 302 Found\r\nLocation: /b\r\n\r\n")
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()

    async with serving({"/a": Streamed(write), "/b": answer(PAGE)}) as server:
        result = await fetch(server, "/a")
    assert (result.outcome, result.body) == ("ok", PAGE)
    assert result.wire_bytes < 1_000_000


async def test_large_answers_in_one_piece_are_no_header_bomb() -> None:
    body = b"<html>" + b"y" * 900_000
    async with serving({"/": answer(body)}) as server:
        result = await fetch(server, max_header_bytes=1024)
    assert (result.outcome, len(result.body)) == ("ok", len(body))


async def test_keys_in_a_url_are_in_no_reason() -> None:
    location = "ftp://me:hidden@news.example/?api_key=hidden"
    routes: dict[str, Route] = {
        "/a": answer(status=302, headers={"Location": location}),
        "/b": answer(status=302, headers={"Location": "/b?token=hidden"}),
        "/b?token=hidden": answer(status=302, headers={"Location": "/b?token=hidden"}),
    }
    async with serving(routes) as server:
        results = [await fetch(server, path) for path in ("/a", "/b")]
    assert [result.outcome for result in results] == ["refused", "too_large"]
    assert not any("hidden" in result.reason for result in results)


async def test_a_trickle_meets_the_total_deadline() -> None:
    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.02)

    async with serving({"/": Streamed(write)}) as server:
        result = await fetch(server, total_timeout_s=0.3)
    assert result.outcome == "timeout"
    assert result.reason == "no complete answer within 0.3 s"


async def test_silence_meets_the_read_timeout() -> None:
    async def write(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    async with serving({"/": Streamed(write)}) as server:
        result = await fetch(server, read_timeout_s=0.2)
    assert result.outcome == "timeout"
    assert result.reason == f"no byte from {HOST} for 0.2 s"


async def test_headers_that_come_slowly_are_no_silence() -> None:
    async def write(writer: asyncio.StreamWriter) -> None:
        for piece in (b"HTTP/1.1 200 OK\r\n", *[b"X-Slow: yes\r\n"] * 6, b"Content-Length: 2\r\n\r\nok"):
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.15)

    async with serving({"/": Streamed(write)}) as server:
        result = await fetch(server, read_timeout_s=0.5)
    assert (result.outcome, result.body) == ("ok", b"ok")


@pytest.mark.parametrize(
    ("raw", "outcome"),
    [
        (b"", "unreachable"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "broken"),
        (b"<html>no status line</html>", "broken"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nshort", "broken"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", "broken"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n", "broken"),
        (b"HTTP/1.1 999 OK\r\nContent-Length: 0\r\n\r\n", "http_error"),
        (b"HTTP/1.1 206 Partial\r\nContent-Length: 1\r\n\r\nx", "broken"),
        (b"HTTP/1.0 200 OK\r\n\r\nold but whole", "ok"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 7\r\n\r\nabcdefg", "broken"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nabc", "broken"),
        (b"HTTP/1.1 200 OK\r\nBad Header\r\n\r\nabc", "ok"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcHTTP/1.1 200 OK\r\n\r\nevil", "ok"),
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 3\r\n\r\nabc", "http_error"),
        (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\nabc", "http_error"),
    ],
)
async def test_every_oddity_of_http_is_a_value(raw: bytes, outcome: str) -> None:
    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(raw)
        await writer.drain()

    async with serving({"/": Streamed(write)}) as server:
        result = await fetch(server)
    assert result.outcome == outcome, result.reason
    assert result.reason


@pytest.mark.parametrize("broken", [b"zz\r\nlater\r\n", b"5\r\nlaterXX", b"FFFFFFFFFFFFFFFFF\r\n", b"5\r\nla", b""])
async def test_a_body_that_breaks_after_its_beginning_is_never_taken_for_whole(broken: bytes) -> None:
    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n")
        await writer.drain()
        await asyncio.sleep(0.05)
        writer.write(broken)
        await writer.drain()

    async with serving({"/": Streamed(write)}) as server:
        result = await fetch(server)
    assert (result.outcome, result.body) == ("broken", b"")


async def test_an_answer_that_comes_byte_by_byte_is_read() -> None:
    raw = b"HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n" + answer(PAGE, headers={"X-Odd": "a"})

    async def write(writer: asyncio.StreamWriter) -> None:
        for place in range(len(raw)):
            writer.write(raw[place : place + 1])
            await writer.drain()
            await asyncio.sleep(0)

    async with serving({"/": Streamed(write)}) as server:
        result = await fetch(server)
    assert (result.outcome, result.body, result.headers["x-odd"]) == ("ok", PAGE, "a")


async def test_a_closed_port_is_unreachable() -> None:
    async with serving() as server:
        port = server.port
    result = await fetch_url(f"http://127.0.0.1:{port}/")
    assert result.outcome == "unreachable"
    assert f"127.0.0.1:{port}" in result.reason


async def test_plain_http_where_tls_was_meant_is_unreachable() -> None:
    async with serving() as server:
        result = await fetch_url(f"https://127.0.0.1:{server.port}/", connect_timeout_s=0.3)
    assert result.outcome in {"unreachable", "timeout"}


TLS = Path(__file__).resolve().parents[1] / "data" / "tls"


@pytest.mark.parametrize(
    ("host", "changes", "outcome"),
    [
        ("secure.example", {"ca_file": str(TLS / "certificate.pem")}, "ok"),
        ("secure.example", {}, "unreachable"),
        ("other.example", {"ca_file": str(TLS / "certificate.pem")}, "unreachable"),
        ("secure.example", {"unverified_hosts": ("secure.example",)}, "ok"),
        ("other.example", {"unverified_hosts": ("secure.example",)}, "unreachable"),
    ],
)
async def test_a_certificate_must_be_trusted_and_name_the_host(
    host: str, changes: dict[str, object], outcome: str
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "certificate.pem", TLS / "key.pem")
    names: list[str] = []

    def note(connection: object, name: str | None, own: object) -> None:
        names.append(name or "")

    context.set_servername_callback(note)
    async with serving({"/": answer(PAGE)}, tls=context) as server:
        fetcher = HttpFetcher(settings(server, host, **changes), now=now)
        result = await fetcher.fetch(f"https://{host}/")
        await fetcher.aclose()
    assert result.outcome == outcome, result.reason
    assert names == [host]
    assert result.unverified is ("unverified_hosts" in changes and outcome == "ok")
    assert (UNVERIFIED in result.reason) is result.unverified
    if outcome == "unreachable":
        assert f"no trusted TLS connection to {host}" in result.reason
        assert server.requests == []


async def test_a_tls_connection_is_kept_and_other_schemes_and_ports_are_not_mixed_with_it() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "certificate.pem", TLS / "key.pem")

    async def resolve(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    pages: dict[str, Route] = {"/": answer(PAGE)}
    async with serving({**pages}, tls=context) as secure, serving({**pages}) as plain, serving({**pages}) as other:
        fetcher = HttpFetcher(settings(ca_file=str(TLS / "certificate.pem")), now=now, resolver=resolve)
        host = "secure.example"
        urls = [f"https://{host}:{secure.port}/"] * 3
        urls += [f"http://{host}:{plain.port}/", f"http://{host}:{other.port}/", f"http://{host}:{other.port}/"]
        results = [await fetcher.fetch(url) for url in urls]
        await fetcher.aclose()
    assert [result.outcome for result in results] == ["ok"] * 6
    assert (secure.connections, plain.connections, other.connections) == (1, 1, 1)
    assert [len(server.requests) for server in (secure, plain, other)] == [3, 1, 2]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("120", 120.0), ("Wed, 04 Mar 2026 06:06:07 GMT", 3600.0), ("999999999", 86400.0), ("soon", None)],
)
async def test_retry_after_is_told_in_seconds(value: str, seconds: float | None) -> None:
    async with serving({"/": answer(status=503, headers={"Retry-After": value})}) as server:
        result = await fetch(server)
    assert (result.outcome, result.status, result.retry_after_s) == ("http_error", 503, seconds)


async def test_a_host_that_asks_to_be_left_alone_is() -> None:
    async with serving({"/": answer(status=429, headers={"Retry-After": "600"})}) as server:
        fetcher = HttpFetcher(settings(server, HOST), now=now)
        await fetcher.fetch(f"http://{HOST}/")
        second = await fetcher.fetch(f"http://{HOST}/other")
        await fetcher.aclose()
    assert second.outcome == "skipped"
    assert second.retry_after_s == pytest.approx(600, abs=2)
    assert len(server.requests) == 1


async def test_a_wish_to_be_left_alone_is_kept_to_in_the_next_run() -> None:
    memory = HostNotes()
    async with serving({"/": answer(status=503, headers={"Retry-After": "7200"})}) as server:
        first = HttpFetcher(settings(server, HOST), now=now, memory=memory)
        await first.fetch(f"http://{HOST}/")
        await first.aclose()
        assert memory.wishes == {HOST: NOW + timedelta(hours=2)}
        later = HttpFetcher(settings(server, HOST), now=lambda: NOW + timedelta(hours=1), memory=memory)
        kept = await later.fetch(f"http://{HOST}/")
        await later.aclose()
        past = HttpFetcher(settings(server, HOST), now=lambda: NOW + timedelta(hours=3), memory=memory)
        asked = await past.fetch(f"http://{HOST}/")
        await past.aclose()
    assert (kept.outcome, kept.retry_after_s) == ("skipped", pytest.approx(3600, abs=2))
    assert "earlier run" in kept.reason
    assert asked.outcome == "http_error"
    assert len(server.requests) == 2


async def test_hosts_that_never_answer_keep_no_other_host_waiting() -> None:
    async def write(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    hung = [f"hung{number}.example" for number in range(12)]
    routes: dict[str, Route] = {f"{host}/": Streamed(write) for host in hung}
    async with serving({**routes, "/": answer(PAGE)}) as server:
        config = settings(server, HOST, *hung, hosts_at_once=4, read_timeout_s=30, total_timeout_s=30)
        fetcher = HttpFetcher(config, now=now)
        fetcher._turns = Turns(4, max_slow=50, slow_after_s=0.1)
        tasks = [asyncio.create_task(fetcher.fetch(f"http://{host}/")) for host in hung]
        await asyncio.sleep(0)
        started = asyncio.get_running_loop().time()
        result = await fetcher.fetch(f"http://{HOST}/")
        took = asyncio.get_running_loop().time() - started
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await fetcher.aclose()
    assert result.outcome == "ok"
    assert took < 2


async def test_a_host_that_never_answers_is_left_alone_after_three_times() -> None:
    async def write(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    async with serving({"/": Streamed(write)}) as server:
        fetcher = HttpFetcher(settings(server, HOST, read_timeout_s=0.05), now=now)
        results = [await fetcher.fetch(f"http://{HOST}/") for _ in range(5)]
        await fetcher.aclose()
    assert [result.outcome for result in results] == ["timeout"] * 3 + ["skipped"] * 2
    assert results[4].reason == "the host did not answer 3 times in a row"
    assert results[4].retry_after_s is None
    assert len(server.requests) == 3


async def test_requests_to_one_host_keep_their_distance_and_others_do_not_wait() -> None:
    async with serving({"/": answer(PAGE)}) as server:
        hosts = (HOST, "a.example", "b.example")
        fetcher = HttpFetcher(settings(server, *hosts, host_spacing_s=0.2), now=now)
        urls = [f"http://{HOST}/"] * 3 + ["http://a.example/", "http://b.example/"]
        await asyncio.gather(*(fetcher.fetch(url) for url in urls))
        await fetcher.aclose()
    pairs = list(zip(server.requests, server.times, strict=True))
    own = [time for request, time in pairs if request.host == HOST]
    others = [time for request, time in pairs if request.host != HOST]
    assert [later - sooner >= 0.1 for sooner, later in pairwise(own)] == [True, True]
    assert max(others) < own[1]


async def test_a_wished_spacing_is_kept() -> None:
    async with serving({"/": answer(PAGE)}) as server:
        fetcher = HttpFetcher(settings(server, HOST), now=now)
        fetcher.set_spacing(HOST, 0.15)
        await fetcher.fetch(f"http://{HOST}/")
        await fetcher.fetch(f"http://{HOST}/")
        await fetcher.aclose()
    assert server.times[1] - server.times[0] >= 0.08


async def test_a_kept_connection_that_the_server_closed_is_replaced() -> None:
    async def once(writer: asyncio.StreamWriter) -> None:
        writer.write(answer(PAGE))
        await writer.drain()

    async with serving({"/": Streamed(once)}) as server:
        fetcher = HttpFetcher(settings(server, HOST), now=now)
        results = [await fetcher.fetch(f"http://{HOST}/") for _ in range(3)]
        await fetcher.aclose()
    assert [result.outcome for result in results] == ["ok"] * 3


async def test_cookies_are_not_kept() -> None:
    async with serving({"/": answer(PAGE, headers={"Set-Cookie": "id=1; Path=/"})}) as server:
        fetcher = HttpFetcher(settings(server, HOST), now=now)
        await fetcher.fetch(f"http://{HOST}/")
        await fetcher.fetch(f"http://{HOST}/")
        await fetcher.aclose()
    assert server.requests[1].header("cookie") is None


async def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving() as proxy, serving({"/": answer(PAGE)}) as server:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")
        monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{proxy.port}")
        assert (await fetch(server)).outcome == "ok"
        assert proxy.connections == 0


async def test_many_hosts_leave_few_connections_open() -> None:
    hosts = [f"h{number}.example" for number in range(12)]
    async with serving({"/": answer(PAGE)}) as server:
        fetcher = HttpFetcher(settings(server, *hosts, max_idle_hosts=3), now=now)
        results = [await fetcher.fetch(f"http://{host}/") for host in hosts]
        results += await asyncio.gather(*(fetcher.fetch(f"http://{host}/") for host in hosts * 3))
        results += [await fetcher.fetch(f"http://{host}/") for host in hosts]
        kept = len(fetcher._hosts)
        await fetcher.aclose()
    assert {result.outcome for result in results} == {"ok"}
    assert kept == 3


async def test_a_cancelled_fetch_leaves_the_host_usable() -> None:
    async def write(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    async with serving({"/slow": Streamed(write), "/": answer(PAGE)}) as server:
        fetcher = HttpFetcher(settings(server, HOST), now=now)
        task = asyncio.create_task(fetcher.fetch(f"http://{HOST}/slow"))
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        result = await fetcher.fetch(f"http://{HOST}/")
        await fetcher.aclose()
    assert result.outcome == "ok"
