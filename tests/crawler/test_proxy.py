"""Behind a proxy: names are looked up and checked here, and the proxy is asked for a tunnel to the checked address."""

from __future__ import annotations

import asyncio
import base64
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from crawler.dialling import allowed_addresses, parse_proxy
from crawler.failures import RefusedAddressError
from crawler.fetch import HttpFetcher
from tests.crawler.servers import answer, listening, now, serving, settings

TLS = Path(__file__).resolve().parents[1] / "data" / "tls"
PAGE = b"<html><body><p>The line was restarted at noon.</p></body></html>"


@dataclass(slots=True)
class TunnelProxy:
    """A proxy that opens tunnels, keeps what it was asked, and can be made to answer otherwise."""

    answer: bytes | None = None  # in place of a tunnel
    asked: list[bytes] = field(default_factory=list)
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers = [writer]
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            self.asked.append(head)
            if self.answer is not None:
                writer.write(self.answer)
                await writer.drain()
                return
            address, _, port = head.split(b" ")[1].decode().rpartition(":")
            far_reader, far_writer = await asyncio.open_connection(address.strip("[]"), int(port))
            writers.append(far_writer)
            writer.write(b"HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n")
            await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer))
        finally:
            for one in writers:
                one.close()
                with suppress(ConnectionError, ssl.SSLError):
                    await one.wait_closed()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


@asynccontextmanager
async def proxying(answer: bytes | None = None) -> AsyncIterator[TunnelProxy]:
    proxy = TunnelProxy(answer)
    async with listening(proxy.serve) as proxy.port:
        yield proxy


async def to_loopback(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


async def test_the_proxy_is_asked_for_the_checked_address_never_for_a_name() -> None:
    async with serving({"/a": answer(PAGE)}) as server, proxying() as proxy:
        fetcher = HttpFetcher(settings(proxy=f"http://127.0.0.1:{proxy.port}"), now=now, resolver=to_loopback)
        result = await fetcher.fetch(f"http://news.example:{server.port}/a")
        again = await fetcher.fetch(f"http://news.example:{server.port}/a")
        await fetcher.aclose()
    assert (result.outcome, result.body) == ("ok", PAGE)
    assert again.outcome == "ok"
    assert len(proxy.asked) == 1, "the tunnel is used again"
    assert proxy.asked[0].startswith(f"CONNECT 127.0.0.1:{server.port} HTTP/1.1\r\n".encode())
    assert b"news.example" not in proxy.asked[0]
    assert server.requests[0].header("host") == f"news.example:{server.port}".encode()


async def test_the_proxys_password_goes_to_the_proxy_alone() -> None:
    async with serving({"/": answer(PAGE)}) as server, proxying() as proxy:
        config = settings(proxy=f"http://me:se%20cret@127.0.0.1:{proxy.port}")
        fetcher = HttpFetcher(config, now=now, resolver=to_loopback)
        result = await fetcher.fetch(f"http://news.example:{server.port}/")
        await fetcher.aclose()
    assert result.outcome == "ok"
    assert b"Proxy-Authorization: Basic " + base64.b64encode(b"me:se cret") in proxy.asked[0]
    assert server.requests[0].header("proxy-authorization") is None
    assert "se%20cret" not in repr(config)


async def test_tls_is_spoken_with_the_host_through_the_tunnel() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "certificate.pem", TLS / "key.pem")
    names: list[str | None] = []

    def note(connection: object, name: str | None, own: object) -> None:
        names.append(name)

    context.set_servername_callback(note)
    async with serving({"/": answer(PAGE)}, tls=context) as server, proxying() as proxy:
        config = settings(
            proxy=f"http://127.0.0.1:{proxy.port}", ca_file=str(TLS / "certificate.pem"), connect_timeout_s=2
        )
        fetcher = HttpFetcher(config, now=now, resolver=to_loopback)
        trusted = await fetcher.fetch(f"https://secure.example:{server.port}/")
        wrong = await fetcher.fetch(f"https://other.example:{server.port}/")
        await fetcher.aclose()
    assert (trusted.outcome, wrong.outcome) == ("ok", "unreachable")
    assert names == ["secure.example", "other.example"]
    assert "no trusted TLS connection" in wrong.reason


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("http://169.254.169.254/latest/", "cloud metadata"),
        ("http://inside.example/", "inside.example: 127.0.0.2 is a forbidden address (loopback)"),
    ],
)
async def test_no_forbidden_address_is_asked_of_the_proxy(location: str, words: str) -> None:
    async def resolve(host: str, port: int) -> list[str]:
        return ["127.0.0.2" if host == "inside.example" else "127.0.0.1"]

    async with serving({"/go": answer(status=302, headers={"Location": location})}) as server, proxying() as proxy:
        config = settings(proxy=f"http://127.0.0.1:{proxy.port}", allow_networks=("127.0.0.1/32",))
        fetcher = HttpFetcher(config, now=now, resolver=resolve)
        result = await fetcher.fetch(f"http://news.example:{server.port}/go")
        await fetcher.aclose()
    assert result.outcome == "refused"
    assert words in result.reason
    assert len(proxy.asked) == 1


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "(status 407)"),
        (b"HTTP/1.1 403 Forbidden\r\nX: y\r\n\r\n", "(status 403)"),
        (b"SSH-2.0-x\r\n\r\n", "opened no tunnel"),
        (b"", "no proper answer"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 5000, "no proper answer"),
    ],
)
async def test_a_proxy_that_opens_no_tunnel_is_told(said: bytes, words: str) -> None:
    async with proxying(said) as proxy:
        fetcher = HttpFetcher(settings(proxy=f"http://me:secret@127.0.0.1:{proxy.port}"), now=now, resolver=to_loopback)
        result = await fetcher.fetch("http://news.example/")
        await fetcher.aclose()
    assert result.outcome == "unreachable"
    assert words in result.reason
    assert "secret" not in result.reason


@pytest.mark.parametrize(
    ("text", "host", "port", "authorised"),
    [
        ("http://proxy.example:8080", "proxy.example", 8080, False),
        ("http://proxy.example/", "proxy.example", 3128, False),
        ("http://a:b@10.0.0.1:3128", "10.0.0.1", 3128, True),
        ("http://[fd00::1]:3128", "fd00::1", 3128, False),
    ],
)
def test_a_proxys_address_is_read(text: str, host: str, port: int, authorised: bool) -> None:
    proxy = parse_proxy(text)
    assert (proxy.host, proxy.port, proxy.authorization is not None) == (host, port, authorised)


@pytest.mark.parametrize(
    "text", ["proxy.example:3128", "https://a:secret@b", "socks5://a:secret@b:1", "http://a:99999"]
)
def test_what_is_no_proxy_is_an_error_without_its_password(text: str) -> None:
    with pytest.raises(ValueError, match="prox") as caught:
        parse_proxy(text)
    assert "secret" not in str(caught.value)


def test_of_many_addresses_three_allowed_ones_are_tried() -> None:
    addresses = ["10.0.0.1", "8.8.8.8", "8.8.4.4", "2606:4700::1", "1.1.1.1"]
    assert allowed_addresses("a.example", addresses, ()) == ["8.8.8.8", "8.8.4.4", "2606:4700::1"]
    with pytest.raises(RefusedAddressError, match=r"a\.example: 10\.0\.0\.1"):
        allowed_addresses("a.example", ["10.0.0.1"], ())
