"""Fetches one URL through httpx: bounded in time and size, polite to each host, only from allowed addresses.

This is the crawler's only module that opens sockets. Names are resolved and checked where the connection is made, and
the connection goes to the checked address itself, so that a second resolution cannot lead elsewhere; through a proxy it
goes there by a tunnel.
"""

from __future__ import annotations

import asyncio
import socket
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

import httpx

from crawler.addresses import parse_networks
from crawler.answers import Answer, judge_status, read_answer, request_headers
from crawler.dialling import (
    FIRST_TRY_S,
    Proxy,
    allowed_addresses,
    is_literal,
    open_tunnel,
    parse_proxy,
)
from crawler.failures import FailedError, ResolutionError, explain_failure
from crawler.journey import Journey
from crawler.limits import FetchSettings
from crawler.meter import Meter
from crawler.pace import HostPace
from crawler.records import UNVERIFIED, FetchResult, HostMemory
from crawler.schedule import parse_retry_after
from crawler.transport import HostTransport, tls_context
from crawler.turns import Turns
from crawler.urls import Url, join_url

__all__ = ["FetchSettings", "HttpFetcher", "Resolver"]

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]

_RESOLVER_THREADS = 64  # one for every host that is asked in the same moment


class _Dialler:
    """Resolves, checks, and connects to the address that was checked."""

    def __init__(self, settings: FetchSettings, resolver: Resolver | None) -> None:
        self._settings = settings
        self._proxy = parse_proxy(settings.proxy) if settings.proxy else None
        self._resolver = resolver or self._resolve
        self._threads: ThreadPoolExecutor | None = None

    async def dial(self, host: str, port: int) -> socket.socket:
        """A socket that is connected to one of the host's allowed addresses, straight or through the proxy."""
        addresses, port = await self._addresses(host, port)
        tried = allowed_addresses(host, addresses, self._settings.allow_networks)
        for number, address in enumerate(tried, 1):
            last = number == len(tried)
            limit_s = self._settings.connect_timeout_s
            try:
                async with asyncio.timeout(limit_s if last else min(FIRST_TRY_S, limit_s)):
                    if self._proxy is None:
                        return await _connect(address, port)
                    return await self._tunnel(self._proxy, address, port)
            except TimeoutError as error:
                if last:
                    raise httpx.ConnectTimeout("no connection in time") from error
            except (OSError, httpx.ConnectError) as error:
                if last:
                    raise httpx.ConnectError(str(error) or type(error).__name__) from error
        raise AssertionError("unreachable: the last address returns or raises")

    def close(self) -> None:
        """Ends the threads that wait for resolvers."""
        if self._threads:
            self._threads.shutdown(wait=False, cancel_futures=True)

    async def _addresses(self, host: str, port: int) -> tuple[Sequence[str], int]:
        if host in self._settings.resolve:
            address, port = self._settings.resolve[host]
            return [address], port
        if is_literal(host):
            return [host], port
        limit_s = self._settings.connect_timeout_s
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

    async def _tunnel(self, proxy: Proxy, address: str, port: int) -> socket.socket:
        # The proxy's own address is the operator's word, and mostly a private one: it is not checked.
        found = [proxy.host] if is_literal(proxy.host) else await self._resolve(proxy.host, proxy.port)
        connected = await _connect(found[0], proxy.port)
        try:
            await open_tunnel(connected, address, port, proxy)
        except BaseException:
            connected.close()
            raise
        return connected

    async def _resolve(self, host: str, port: int) -> list[str]:
        # Threads of our own: a thousand dead names would fill the loop's few for minutes.
        if self._threads is None:
            self._threads = ThreadPoolExecutor(_RESOLVER_THREADS, thread_name_prefix="resolve")
        found = await asyncio.get_running_loop().run_in_executor(
            self._threads, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        )
        return list(dict.fromkeys(str(entry[4][0]) for entry in found))


async def _connect(address: str, port: int) -> socket.socket:
    connecting = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    try:
        connecting.setblocking(False)
        await asyncio.get_running_loop().sock_connect(connecting, (address, port))
    except BaseException:
        connecting.close()
        raise
    return connecting


class HttpFetcher:
    """The Fetcher of a real night: one connection a host, of which as many hosts as the settings say are asked at once.

    Cookies are not kept; proxies and credentials are not taken from the environment. What `memory` knows of a host's
    last Retry-After is kept to.
    """

    def __init__(
        self,
        settings: FetchSettings,
        *,
        now: Callable[[], datetime],
        resolver: Resolver | None = None,
        memory: HostMemory | None = None,
    ) -> None:
        parse_networks(settings.allow_networks)  # a mistake in the settings is told before the first request
        hosts = {host.lower().rstrip("."): address for host, address in settings.resolve.items()}
        self._settings = replace(settings, resolve=hosts)
        self._now = now
        self._memory = memory
        self._dialler = _Dialler(self._settings, resolver)
        self._paces: dict[str, HostPace] = {}
        self._hosts: OrderedDict[str, HostTransport] = OrderedDict()
        self._turns = Turns(settings.hosts_at_once, max_slow=settings.max_slow)
        self._expected: Counter[str] = Counter()

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
        """Fetches with GET, conditionally where validators are given; whatever the network does is in the result.

        `max_bytes` caps the decompressed body in place of the settings' cap; `permit` is asked before each redirect.
        """
        headers = request_headers(self._settings.user_agent, etag=etag, last_modified=last_modified, accept=accept)
        journey = Journey(headers=headers, max_bytes=max_bytes or self._settings.max_body_bytes)
        answer: Answer | None = None
        retry_after_s: float | None = None
        over_max_bytes = False
        try:
            current = url
            while True:
                parts = journey.next_hop(current, self._settings)
                answer = None
                if permit is not None and journey.hops:
                    await permit(str(parts))
                journey.go_to(parts, self._settings)
                answer = await self._ask(parts, journey)
                location = answer.location()
                if location is None:
                    break
                current = join_url(str(parts), location)
            outcome, reason = judge_status(answer.status, conditional=bool(etag or last_modified))
            if journey.unverified:
                reason += f"; {UNVERIFIED}"
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
            unverified=journey.unverified,
        )

    def set_spacing(self, host: str, spacing_s: float) -> None:
        """Asks a host no more often than this, as its robots.txt wishes; capped (crawler/pace.py)."""
        self._pace(host).slow_down(spacing_s)

    def expect(self, host: str, pages: int) -> None:
        """Tells that so many pages more are to come of a host: the deepest begins first, so that none is left alone."""
        self._expected[host] += pages

    async def aclose(self) -> None:
        """Closes every connection."""
        while self._hosts:
            await self._hosts.popitem()[1].aclose()
        self._dialler.close()

    async def _ask(self, parts: Url, journey: Journey) -> Answer:
        """One request in its host's turn."""
        loop = asyncio.get_running_loop()
        pace = self._pace(parts.host)
        async with pace.lock:
            if refusal := pace.refusal(loop.time()):
                raise FailedError("skipped", refusal[0], retry_after_s=refusal[1])
            if (wait_s := pace.wait_s(loop.time())) > 0:
                await asyncio.sleep(wait_s)
            async with self._turns.turn(self._expected[parts.host]):
                self._expected[parts.host] = max(self._expected[parts.host] - 1, 0)
                transport = await self._transport(parts.host)
                started = loop.time()
                pace.asked(started)
                try:
                    answer = await self._exchange(transport, parts, journey)
                except FailedError as failure:
                    if failure.outcome in {"timeout", "unreachable"}:
                        pace.silent(loop.time())
                    raise
                finally:
                    # The host counts from what it was sent, not from when its name began to be looked up.
                    pace.asked(max(started, transport.holder.sent_at))
                    journey.spent_s += loop.time() - started
                    journey.wire_bytes += transport.holder.meter.wire_bytes
                retry_after_s = parse_retry_after(answer.header("retry-after"), self._now())
                pace.answered(loop.time(), status=answer.status, retry_after_s=retry_after_s)
                if self._memory and pace.wished and retry_after_s and answer.status in {429, 503}:
                    self._memory.keep_not_before(parts.host, self._now() + timedelta(seconds=retry_after_s))
                return answer

    async def _exchange(self, transport: HostTransport, parts: Url, journey: Journey) -> Answer:
        """One request and its answer; every failure of network, server or body becomes a FailedError."""
        settings = self._settings
        meter = transport.holder.meter = self._meter()
        connections = transport.holder.connections
        try:
            async with asyncio.timeout(max(settings.total_timeout_s - journey.spent_s, 0.001)):
                try:
                    return await self._send(transport, parts, journey)
                except (httpx.RemoteProtocolError, httpx.ReadError):
                    # A kept connection may be closed by the server just as it is used again: once more on a fresh one.
                    if transport.holder.connections != connections or meter.wire_bytes:
                        raise
                    return await self._send(transport, parts, journey)
        except TimeoutError as error:
            raise FailedError("timeout", f"no complete answer within {settings.total_timeout_s:g} s") from error
        except Exception as error:
            # Whatever a hostile answer makes a parser raise is that answer's fault, not the night's.
            raise explain_failure(
                error,
                netloc=parts.netloc,
                meter=meter,
                connect_s=settings.connect_timeout_s,
                read_s=settings.read_timeout_s,
            ) from error

    async def _send(self, transport: HostTransport, parts: Url, journey: Journey) -> Answer:
        request = httpx.Request("GET", str(parts), headers=journey.headers)
        if (request.url.scheme, request.url.raw_host.decode("ascii")) != (parts.scheme, parts.host):
            raise FailedError("refused", f"the host {parts.host} can be read in two ways")
        response = await transport.handle_async_request(request)
        try:
            # RFC 9309, section 2.5: of a robots.txt that is too large the first part counts.
            return await read_answer(
                response, transport.holder.meter, max_bytes=journey.max_bytes, cut=journey.is_for_robots
            )
        finally:
            await response.aclose()

    def _meter(self) -> Meter:
        settings = self._settings
        return Meter(settings.max_header_bytes, settings.max_wire_bytes, settings.max_headers)

    def _pace(self, host: str) -> HostPace:
        pace = self._paces.get(host)
        if pace is None:
            pace = self._paces[host] = HostPace(self._settings.host_spacing_s)
            kept = self._memory.not_before(host) if self._memory else None
            if kept is not None:
                pace.keep_away(asyncio.get_running_loop().time(), (kept - self._now()).total_seconds())
        return pace

    async def _transport(self, host: str) -> HostTransport:
        """The connection of a host, whose lock the caller holds; closes those that have been idle longest."""
        transport = self._hosts.get(host)
        if transport is None:
            settings = self._settings
            transport = self._hosts[host] = HostTransport(
                self._dialler.dial,
                tls_context(settings.ca_file, host not in settings.unverified_hosts),
                self._meter(),
                connect_timeout_s=settings.connect_timeout_s,
                read_timeout_s=settings.read_timeout_s,
            )
        self._hosts.move_to_end(host)
        surplus = max(len(self._hosts) - self._settings.max_idle_hosts, 0)
        idle = (other for other in self._hosts if not self._pace(other).lock.locked())
        # All are taken out before the first is awaited: meanwhile others come here too.
        for closing in [self._hosts.pop(other) for other in list(islice(idle, surplus))]:
            await closing.aclose()
        return transport
