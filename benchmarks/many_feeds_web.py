"""The loopback web of benchmarks/many_feeds.py: every host of a plan on one port.

Runs in a process of its own: prints a line of JSON with its ports, then one with its counts for each line that it
reads, and ends when its standard input does. Pages are made when they are asked for, and no text of them is kept.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import random
import socket
import sys
import zlib
from collections import Counter
from contextlib import suppress
from datetime import date
from email.utils import format_datetime
from functools import lru_cache
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parent.parent), str(Path(__file__).resolve().parent)]

from many_feeds_news import KINDS, render_feed, render_page  # noqa: E402
from many_feeds_plan import Plan, PlannedFeed, hostile_routes, hostile_templates, make_plan  # noqa: E402

from tests.crawler.servers import Request, Route, Streamed, answer, converse, listening  # noqa: E402
from tests.linewalker.hostile import CLOSES, FORBIDDEN, SLEEPS, article_page  # noqa: E402

SERVED = "127.0.0.1"
_PARKED = article_page("This name may be for sale", "Ask the registrar about this name, which has lapsed.")
_ROBOTS = (
    "",  # none
    "",
    "User-agent: *\nDisallow: /admin/\nDisallow: /search\nAllow: /\n",
    "User-agent: *\nDisallow: /private/\n\nUser-agent: BadBot\nDisallow: /\n" + "Disallow: /old/archive\n" * 40,
    "User-agent: *\nCrawl-delay: 0.5\nDisallow:\n",
)
_REPLIES: dict[str, Route] = {
    "silent": SLEEPS,
    "closes": CLOSES,
    "410": answer("gone", status=410),
    "403": answer("no", status=403),
    "500": answer("sorry", status=500),
    "503": answer("later", status=503, headers={"Retry-After": "7200"}),
    "parked": answer(_PARKED),
    "blank": answer("", kind="application/rss+xml"),
    "moved": answer("", status=301, headers={"Location": "http://parking.example/"}),
}
_NOT_HERE = answer("not here", status=404)


class Web:
    """Answers for all hosts of a plan, and counts what it was asked."""

    def __init__(self, plan: Plan, trap_port: int) -> None:
        self._plan = plan
        self._templates = {case.id: case for case in hostile_templates(trap_port)}
        self._counts: Counter[str] = Counter()
        self._builds = 0
        self._feed_body = lru_cache(maxsize=64)(_feed_body)
        self._hostile = lru_cache(maxsize=64)(self._routes_of)

    def told(self) -> dict[str, int]:
        """What was asked since the last telling."""
        counts, self._counts = self._counts, Counter()
        return dict(counts)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        self._counts["connections"] += 1
        await converse(reader, writer, self._answer_one)

    async def _answer_one(self, request: Request, writer: asyncio.StreamWriter) -> bool:
        self._counts["requests"] += 1
        feeds = self._plan.by_host.get(request.host, ())
        if not feeds:
            writer.write(answer(_PARKED) if request.host == "parking.example" else _NOT_HERE)
            return True
        feed = next((one for one in feeds if one.url.endswith(request.target)), feeds[0])
        route = self._route(feed, request)
        if isinstance(route, Streamed):
            await route.write(writer)
            return False
        reply = route if isinstance(route, bytes) else route(request)
        if feed.delay_s:
            await self._slowly(writer, reply, feed)
        else:
            writer.write(reply)
        await writer.drain()
        return True

    def _route(self, feed: PlannedFeed, request: Request) -> Route:
        path = request.target.partition("?")[0]
        if feed.case is not None:
            return self._hostile(feed.manner, feed.host).get(path, _NOT_HERE)
        if feed.sort == "dead":
            # What answers at all has no robots.txt.
            spared = path == "/robots.txt" and feed.manner not in ("silent", "closes", "500")
            return _NOT_HERE if spared else _REPLIES.get(feed.manner, _NOT_HERE)
        if path == "/robots.txt":
            rules = random.Random(f"{feed.host}:robots").choice(_ROBOTS)
            return answer(rules, kind="text/plain") if rules else _NOT_HERE
        if any(one.url.endswith(path) for one in self._plan.by_host[feed.host]):
            return self._feed(feed, request)
        story = next((one for one in feed.stories if one.url.endswith(path)), None)
        if story is None:
            return _NOT_HERE
        self._counts["pages"] += 1
        return _packed(render_page(story, feed.host.partition(".")[0]), "text/html; charset=utf-8", {})

    def _feed(self, feed: PlannedFeed, request: Request) -> bytes:
        self._counts["feeds"] += 1
        built = ""
        if feed.validators == "changing":
            self._builds += 1
            built = f"2026-01-01T00:00:{self._builds / 1e6:09.6f}Z"
        body = self._feed_body(feed, built)
        headers: dict[str, str] = {}
        if feed.validators in ("both", "etag"):
            headers["ETag"] = f'"{hashlib.sha256(body.encode()).hexdigest()[:20]}"'
        if feed.validators in ("both", "modified"):
            headers["Last-Modified"] = format_datetime(feed.stories[0].published, usegmt=True)
        asked = {"ETag": request.header("if-none-match"), "Last-Modified": request.header("if-modified-since")}
        if headers and all(asked[name] == value.encode() for name, value in headers.items()):
            self._counts["not modified"] += 1
            return b"HTTP/1.1 304 X\r\n" + b"".join(f"{k}: {v}\r\n".encode() for k, v in headers.items()) + b"\r\n"
        return _packed(body, KINDS[feed.form], headers)

    async def _slowly(self, writer: asyncio.StreamWriter, reply: bytes, feed: PlannedFeed) -> None:
        if feed.number % 2:  # answers late
            await asyncio.sleep(feed.delay_s)
            writer.write(reply)
            return
        size = len(reply) // 16 + 1  # dribbles
        for start in range(0, len(reply), size):
            writer.write(reply[start : start + size])
            await writer.drain()
            await asyncio.sleep(feed.delay_s / 16)

    def _routes_of(self, case_id: str, host: str) -> dict[str, Route]:
        return hostile_routes(self._templates[case_id], host)


def _feed_body(feed: PlannedFeed, built: str) -> str:
    return render_feed(feed.form, feed.host.partition(".")[0], f"http://{feed.host}/", feed.stories, built)


def _packed(text: str, kind: str, headers: dict[str, str]) -> bytes:
    """Every other answer comes compressed."""
    body = text.encode()
    if len(body) % 2:
        packer = zlib.compressobj(1, wbits=31)
        body = packer.compress(body) + packer.flush()
        headers = {**headers, "Content-Encoding": "gzip"}
    return answer(body, kind=kind, headers=headers)


async def serve(options: argparse.Namespace) -> None:
    """Serves until standard input ends."""
    loop = asyncio.get_running_loop()
    trapped: list[object] = []

    def trap(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        trapped.append(writer.get_extra_info("peername"))
        writer.transport.abort()

    trap_port = 1
    with suppress(OSError):  # not every system has a second loopback address
        trap_port = (await asyncio.start_server(trap, FORBIDDEN, 0)).sockets[0].getsockname()[1]
    plan = make_plan(
        options.feeds, seed=options.seed, day=options.day, mean_entries=options.entries, slowest_s=options.slowest
    )
    web = Web(plan, trap_port)
    async with listening(web.serve, SERVED, backlog=1024) as port:
        closed = socket.socket()  # bound, and nobody listens
        closed.bind((SERVED, 0))
        print(json.dumps({"served": port, "closed": closed.getsockname()[1], "trap": trap_port}), flush=True)
        while await loop.run_in_executor(None, sys.stdin.readline):
            print(json.dumps({**web.told(), "trapped": len(trapped)}), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--day", type=date.fromisoformat, required=True)
    parser.add_argument("--entries", type=float, required=True)
    parser.add_argument("--slowest", type=float, required=True)
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
