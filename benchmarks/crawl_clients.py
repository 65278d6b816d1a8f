"""The clients that benchmarks/crawl.py sets side by side, each in a process of its own.

The plan comes as JSON on standard input, the figures go as one line of JSON to standard output. The plain clients have
no checks at all: no address table, no caps, no deadline, robots.txt fetched and parsed but nothing else. They are the
floor that each transport sets.
"""

from __future__ import annotations

import asyncio
import json
import socket
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

AGENT = "Benchmark/1.0 (+mailto:operator@energy.example)"
Get = Callable[[str], Awaitable[bytes]]


class Tally:
    """What has come, and when the last of it came."""

    def __init__(self) -> None:
        self.pages = 0
        self.bytes = 0
        self.begun = (time.monotonic(), time.process_time())
        self.last = self.begun

    def count(self, body: bytes) -> None:
        """Notes one page."""
        self.pages += 1
        self.bytes += len(body)
        self.last = (time.monotonic(), time.process_time())

    def figures(self) -> dict[str, Any]:
        """Pages, bytes, seconds until the last page, and processor seconds of this process until then."""
        wall, cpu = self.last[0] - self.begun[0], self.last[1] - self.begun[1]
        return {"pages": self.pages, "bytes": self.bytes, "wall_s": wall, "cpu_s": cpu}


async def linewalker(plan: dict[str, Any]) -> dict[str, Any]:
    """The crawler's own fetcher and robots cache, with every check that a night makes."""
    from crawler.fetch import FetchSettings, HttpFetcher
    from crawler.robots import RobotsCache

    async def resolve(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    def now() -> datetime:
        return datetime.now(tz=UTC)

    settings = FetchSettings(
        user_agent=AGENT,
        host_spacing_s=plan["spacing_s"],
        allow_networks=("127.0.0.1/32",),
        total_timeout_s=plan["timeout_s"],
        read_timeout_s=plan["timeout_s"],
    )
    fetcher = HttpFetcher(settings, now=now, resolver=resolve)
    robots = RobotsCache(fetcher, AGENT, now)
    tally = Tally()

    async def take(host: str, pages: int) -> None:
        for number in range(pages):
            url = f"http://{host}:{plan['port']}/page/{number}"
            if not (await robots.decide(url)).allowed:
                return
            result = await fetcher.fetch(url)
            if result.outcome != "ok":
                return
            tally.count(result.body)

    await _all_hosts(plan, take)
    await fetcher.aclose()
    return tally.figures()


async def httpx_each(plan: dict[str, Any]) -> dict[str, Any]:
    """One httpx client a host, all with one TLS context, without checks."""
    import ssl

    import httpx

    tally = Tally()
    context = ssl.create_default_context()  # one for all: reading the authorities for each would take 20 ms

    async def take(host: str, pages: int) -> None:
        headers = {"User-Agent": AGENT, "Host": host}
        async with httpx.AsyncClient(
            trust_env=False, verify=context, headers=headers, timeout=plan["timeout_s"]
        ) as client:

            async def get(url: str) -> bytes:
                return (await client.get(url)).content

            # httpx takes no resolver: the name stands in the Host header alone.
            await _polite(get, f"http://127.0.0.1:{plan['port']}", pages, plan, tally)

    await _all_hosts(plan, take)
    return tally.figures()


class _Loopback(AbstractResolver):
    """Every name is the loopback server."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = ResolveResult(hostname=host, host="127.0.0.1", port=port, family=socket.AF_INET, proto=0, flags=0)
        return [found]

    async def close(self) -> None:
        """Nothing is held."""


async def httpx_aiohttp(plan: dict[str, Any]) -> dict[str, Any]:
    """One httpx client for all hosts over the httpx-aiohttp transport, without checks."""
    import aiohttp
    import httpx
    from httpx_aiohttp import AiohttpTransport

    tally = Tally()
    connector = aiohttp.TCPConnector(limit=0, resolver=_Loopback(), use_dns_cache=False)
    async with (
        aiohttp.ClientSession(connector=connector) as session,
        httpx.AsyncClient(
            transport=AiohttpTransport(client=session),
            trust_env=False,
            headers={"User-Agent": AGENT},
            timeout=plan["timeout_s"],
        ) as client,
    ):

        async def get(url: str) -> bytes:
            return (await client.get(url)).content

        async def take(host: str, pages: int) -> None:
            await _polite(get, f"http://{host}:{plan['port']}", pages, plan, tally)

        await _all_hosts(plan, take)
    return tally.figures()


async def aiohttp_alone(plan: dict[str, Any]) -> dict[str, Any]:
    """One aiohttp session for all hosts, without checks."""
    import aiohttp

    tally = Tally()
    connector = aiohttp.TCPConnector(limit=0, resolver=_Loopback(), use_dns_cache=False)
    timeout = aiohttp.ClientTimeout(total=plan["timeout_s"])
    async with aiohttp.ClientSession(connector=connector, headers={"User-Agent": AGENT}, timeout=timeout) as session:

        async def get(url: str) -> bytes:
            async with session.get(url) as response:
                return await response.read()

        async def take(host: str, pages: int) -> None:
            await _polite(get, f"http://{host}:{plan['port']}", pages, plan, tally)

        await _all_hosts(plan, take)
    return tally.figures()


CLIENTS: dict[str, Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]] = {
    "linewalker": linewalker,
    "httpx, one client a host": httpx_each,
    "httpx-aiohttp": httpx_aiohttp,
    "aiohttp": aiohttp_alone,
}


async def _polite(get: Get, origin: str, pages: int, plan: dict[str, Any], tally: Tally) -> None:
    """robots.txt and the pages of one host, one at a time, spaced from start to start."""
    from protego import Protego

    started = time.monotonic()
    rules = Protego.parse((await get(f"{origin}/robots.txt")).decode())
    for number in range(pages):
        started += plan["spacing_s"]
        await asyncio.sleep(max(0.0, started - time.monotonic()))
        started = max(started, time.monotonic())
        url = f"{origin}/page/{number}"
        if rules.can_fetch(url, AGENT):
            tally.count(await get(url))


async def _all_hosts(plan: dict[str, Any], take: Callable[[str, int], Awaitable[None]]) -> None:
    """Every host side by side, the deepest first."""
    ranked = sorted(plan["hosts"].items(), key=lambda item: -item[1])
    await asyncio.gather(*(take(host, pages) for host, pages in ranked), return_exceptions=True)


def main() -> None:
    plan = json.load(sys.stdin)
    print(json.dumps(asyncio.run(CLIENTS[plan["client"]](plan))))


if __name__ == "__main__":
    main()
