"""Fetches one URL through httpx: bounded in time and size, polite to each host, only from allowed addresses.

This is the crawler's only module that opens sockets. Names are resolved and checked where the connection is made, and
the connection goes to the checked address itself, so that a second resolution cannot lead elsewhere.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from ipaddress import ip_address
from typing import NamedTuple

import certifi
import httpcore
import httpx

from crawler.addresses import check_address, parse_networks
from crawler.answers import Answer, judge_status, read_answer, request_headers
from crawler.failures import FailedError, RefusedAddressError, ResolutionError, explain_failure, one_line
from crawler.limits import FetchSettings
from crawler.meter import Meter, MeteredStream, MeterHolder
from crawler.pace import HostPace
from crawler.records import FetchResult
from crawler.schedule import parse_retry_after
from crawler.urls import Url, UrlError, join_url, split_url

__all__ = ["FetchSettings", "HttpFetcher", "Resolver"]

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]

_ADDRESSES_TRIED = 3
_RESOLVER_THREADS = 16


class _CheckedBackend(httpcore.AsyncNetworkBackend):
    """Resolves, checks, and connects to the address that was checked. One serves one host."""

    def __init__(self, settings: FetchSettings, resolver: Resolver, holder: MeterHolder) -> None:
        self._settings = settings
        self._resolver = resolver
        self._holder = holder
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        addresses, port = await self._addresses(host, port, timeout)
        refusals = {address: check_address(address, self._settings.allow_networks) for address in addresses}
        allowed = [address for address, refusal in refusals.items() if refusal is None]
        if not allowed:
            reason = "; ".join(dict.fromkeys(refusal for refusal in refusals.values() if refusal))
            raise RefusedAddressError(reason if host in refusals else f"{host}: {reason}")
        tried = allowed[:_ADDRESSES_TRIED]
        for number, address in enumerate(tried, 1):
            try:
                stream = await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if number == len(tried):
                    raise
            else:
                self._holder.connections += 1
                return MeteredStream(stream, self._holder)
        raise AssertionError("unreachable: the last address returns or raises")

    async def _addresses(self, host: str, port: int, limit_s: float | None) -> tuple[Sequence[str], int]:
        if host in self._settings.resolve:
            address, port = self._settings.resolve[host]
            return [address], port
        if _is_literal(host):
            return [host], port
        try:
            async with asyncio.timeout(limit_s):
                addresses = await self._resolver(host, port)
        except TimeoutError:
            raise ResolutionError(f"the name {host} was not resolved within {limit_s:g} s") from None
        except (OSError, UnicodeError) as error:
            raise ResolutionError(f"the name {host} does not resolve ({error})") from error
        if not addresses:
            raise ResolutionError(f"the name {host} has no address")
        return addresses, port


class _ResponseStream(httpx.AsyncByteStream):
    def __init__(self, inner: httpcore.Response) -> None:
        self._inner = inner

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._inner.aiter_stream():
            yield chunk

    async def aclose(self) -> None:
        await self._inner.aclose()


class _CheckedTransport(httpx.AsyncBaseTransport):
    """httpx over httpcore's public interface, which takes a network backend where httpx's own transport takes none."""

    def __init__(self, backend: _CheckedBackend, ssl_context: ssl.SSLContext) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=ssl_context,
            max_connections=2,
            max_keepalive_connections=1,
            keepalive_expiry=15.0,
            network_backend=backend,
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._pool.handle_async_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                extensions=request.extensions,
            )
        )
        return httpx.Response(response.status, headers=response.headers, stream=_ResponseStream(response))

    async def aclose(self) -> None:
        await self._pool.aclose()


class _Host(NamedTuple):
    holder: MeterHolder
    client: httpx.AsyncClient


@dataclass(slots=True)
class _Journey:
    """One fetch on its way through redirects."""

    headers: list[tuple[bytes, bytes]]
    max_bytes: int
    hops: list[str] = field(default_factory=list)
    spent_s: float = 0.0
    wire_bytes: int = 0


class HttpFetcher:
    """The Fetcher of a real night. One AsyncClient a host: a shared pool costs ten times the processor time.

    Cookies are not kept; proxies and credentials are not taken from the environment.
    """

    def __init__(
        self, settings: FetchSettings, *, now: Callable[[], datetime], resolver: Resolver | None = None
    ) -> None:
        parse_networks(settings.allow_networks)  # a mistake in the settings is told before the first request
        hosts = {host.lower().rstrip("."): address for host, address in settings.resolve.items()}
        self._settings = replace(settings, resolve=hosts)
        self._now = now
        self._threads: ThreadPoolExecutor | None = None
        self._resolver = resolver or self._resolve
        self._paces: dict[str, HostPace] = {}
        self._hosts: OrderedDict[str, _Host] = OrderedDict()
        self._slots = asyncio.Semaphore(settings.hosts_at_once)

    async def fetch(
        self,
        url: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        max_bytes: int | None = None,
        accept: str | None = None,
    ) -> FetchResult:
        """Fetches with GET, conditionally where validators are given; whatever the network does is in the result.

        `max_bytes` caps the decompressed body in place of the settings' cap.
        """
        headers = request_headers(self._settings.user_agent, etag=etag, last_modified=last_modified, accept=accept)
        journey = _Journey(headers, max_bytes or self._settings.max_body_bytes)
        answer: Answer | None = None
        retry_after_s: float | None = None
        over_max_bytes = False
        try:
            current = url
            while True:
                parts = self._next_hop(current, journey.hops)
                answer = None
                answer = await self._ask(parts, journey)
                location = answer.location()
                if location is None:
                    break
                current = join_url(str(parts), location)
            outcome, reason = judge_status(answer.status, conditional=bool(etag or last_modified))
            if outcome == "http_error":
                retry_after_s = parse_retry_after(answer.header("retry-after"), self._now())
        except FailedError as failure:
            outcome, reason, retry_after_s = failure.outcome, failure.reason, failure.retry_after_s
            over_max_bytes = failure.over_max_bytes
        return FetchResult(
            url=url,
            final_url=journey.hops[-1] if journey.hops else url,
            outcome=outcome,
            reason=reason,
            fetched_at=self._now(),
            status=answer.status if answer else None,
            headers=answer.joined_headers() if answer else {},
            body=answer.body if answer and outcome == "ok" else b"",
            etag=answer.header("etag") if answer else None,
            last_modified=answer.header("last-modified") if answer else None,
            redirects=tuple(journey.hops[:-1]),
            retry_after_s=retry_after_s,
            elapsed_s=round(journey.spent_s, 3),
            wire_bytes=journey.wire_bytes,
            over_max_bytes=over_max_bytes,
        )

    def set_spacing(self, host: str, spacing_s: float) -> None:
        """Asks a host no more often than this, as its robots.txt wishes; capped (crawler/pace.py)."""
        self._pace(host).slow_down(spacing_s)

    async def aclose(self) -> None:
        """Closes every connection."""
        while self._hosts:
            await self._hosts.popitem()[1].client.aclose()
        if self._threads:
            self._threads.shutdown(wait=False, cancel_futures=True)

    def _next_hop(self, url: str, hops: list[str]) -> Url:
        """The next URL to ask, noted in `hops`."""
        try:
            parts = split_url(url)
        except UrlError as error:
            reason = f"redirected to a URL that is refused: {error}" if hops else str(error)
            raise FailedError("refused", reason) from error
        if str(parts) in hops:
            raise FailedError("too_large", f"redirected in a loop: back to {one_line(parts)}")
        if len(hops) > self._settings.max_redirects:
            raise FailedError("too_large", f"more than {self._settings.max_redirects} redirects")
        hops.append(str(parts))
        return parts

    async def _ask(self, parts: Url, journey: _Journey) -> Answer:
        """One request in its host's turn."""
        loop = asyncio.get_running_loop()
        pace = self._pace(parts.host)
        async with pace.lock:
            if refusal := pace.refusal(loop.time()):
                raise FailedError("skipped", refusal[0], retry_after_s=refusal[1])
            await asyncio.sleep(pace.wait_s(loop.time()))
            async with self._slots:
                host = await self._host(parts.host)
                started = loop.time()
                pace.asked(started)
                try:
                    answer = await self._exchange(host, parts, journey)
                except FailedError as failure:
                    if failure.outcome in {"timeout", "unreachable"}:
                        pace.silent(loop.time())
                    raise
                finally:
                    journey.spent_s += loop.time() - started
                    journey.wire_bytes += host.holder.meter.wire_bytes
                retry_after_s = parse_retry_after(answer.header("retry-after"), self._now())
                pace.answered(loop.time(), status=answer.status, retry_after_s=retry_after_s)
                return answer

    async def _exchange(self, host: _Host, parts: Url, journey: _Journey) -> Answer:
        """One request and its answer; every failure of network, server or body becomes a FailedError."""
        settings = self._settings
        meter = host.holder.meter = Meter(settings.max_header_bytes, settings.max_wire_bytes)
        connections = host.holder.connections
        try:
            async with asyncio.timeout(max(settings.total_timeout_s - journey.spent_s, 0.001)):
                try:
                    return await self._send(host, parts, journey)
                except (httpcore.RemoteProtocolError, httpcore.ReadError, httpcore.WriteError):
                    # A kept connection may be closed by the server just as it is used again: once more on a fresh one.
                    if host.holder.connections != connections or meter.wire_bytes:
                        raise
                    return await self._send(host, parts, journey)
        except TimeoutError as error:
            raise FailedError("timeout", f"no complete answer within {settings.total_timeout_s:g} s") from error
        except Exception as error:
            # Whatever a hostile answer makes a parser raise is that answer's fault, not the night's.
            raise explain_failure(
                error,
                netloc=parts.netloc,
                meter=host.holder.meter,
                connect_s=settings.connect_timeout_s,
                read_s=settings.read_timeout_s,
            ) from error

    async def _send(self, host: _Host, parts: Url, journey: _Journey) -> Answer:
        timeouts = httpx.Timeout(self._settings.read_timeout_s, connect=self._settings.connect_timeout_s)
        request = host.client.build_request("GET", str(parts), headers=journey.headers, timeout=timeouts)
        if (request.url.scheme, request.url.raw_host.decode("ascii")) != (parts.scheme, parts.host):
            raise FailedError("refused", f"the host {parts.host} can be read in two ways")
        response = await host.client.send(request, stream=True)
        try:
            return await read_answer(response, host.holder.meter, max_bytes=journey.max_bytes)
        finally:
            await response.aclose()

    def _pace(self, host: str) -> HostPace:
        return self._paces.setdefault(host, HostPace(self._settings.host_spacing_s))

    async def _host(self, name: str) -> _Host:
        """The client of a host, whose lock the caller holds; closes those that have been idle longest."""
        host = self._hosts.get(name)
        if host is None:
            holder = MeterHolder(Meter(self._settings.max_header_bytes, self._settings.max_wire_bytes))
            backend = _CheckedBackend(self._settings, self._resolver, holder)
            verify = name not in self._settings.unverified_hosts
            client = httpx.AsyncClient(
                transport=_CheckedTransport(backend, _tls_context(self._settings.ca_file, verify)),
                cookies=CookieJar(policy=DefaultCookiePolicy(allowed_domains=())),
                follow_redirects=False,
                trust_env=False,
            )
            host = self._hosts[name] = _Host(holder, client)
        self._hosts.move_to_end(name)
        surplus = max(len(self._hosts) - self._settings.max_idle_hosts, 0)
        idle = [other for other in self._hosts if not self._pace(other).lock.locked()] if surplus else []
        # All are taken out before the first is awaited: meanwhile others come here too.
        for closing in [self._hosts.pop(other) for other in idle[:surplus]]:
            await closing.client.aclose()
        return host

    async def _resolve(self, host: str, port: int) -> list[str]:
        # Threads of our own: a thousand dead names would fill the loop's few for minutes.
        if self._threads is None:
            self._threads = ThreadPoolExecutor(_RESOLVER_THREADS, thread_name_prefix="resolve")
        found = await asyncio.get_running_loop().run_in_executor(
            self._threads, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        )
        return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@lru_cache(maxsize=4)
def _tls_context(ca_file: str | None, verify: bool) -> ssl.SSLContext:
    # One for all hosts: to read the authorities takes 20 ms and more.
    context = ssl.create_default_context(cafile=ca_file or certifi.where())
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _is_literal(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
