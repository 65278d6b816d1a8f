"""A crawl ends within its time: what it did not come to is told, kept, and asked first the next time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from crawler.crawl import crawl
from crawler.fetch import HttpFetcher
from crawler.night import CrawlSettings, Night, night_is_over
from crawler.records import ArticleOutcome, Feed, FeedOutcome, FeedState, Source
from crawler.robots import RobotsCache
from tests.crawler.servers import AGENT, NOW, Memory, RawServer, Route, Streamed, answer, inline, now, serving, settings

OVER = night_is_over(0.3)


def make_source(host: str, feeds: int = 1) -> Source:
    return Source(
        id=host,
        publisher=host,
        family=host,
        country="GB",
        language="en",
        reliability="B",
        cadence_hours=24.0,
        feeds=tuple(Feed(url=f"http://{host}/feed{number}", source_id=host) for number in range(feeds)),
    )


def feed_of(host: str, links: int = 1) -> bytes:
    items = "".join(
        f"<item><title>{host} {number}</title><link>http://{host}/p{number}</link></item>" for number in range(links)
    )
    return answer(f'<?xml version="1.0"?><rss version="2.0"><channel>{items}</channel></rss>', kind="text/xml")


def page_of(title: str) -> bytes:
    text = "".join(
        f"<p>{title}, paragraph {number}: the operator said that the terminal would load again on the coming Friday, "
        "and that nobody had been hurt when the valve failed.</p>"
        for number in range(4)
    )
    return answer(f"<html lang=en><head><title>{title}</title></head><body><article>{text}</article></body></html>")


async def hang(_: asyncio.StreamWriter) -> None:
    await asyncio.sleep(60)


async def take(
    server: RawServer,
    sources: Sequence[Source],
    states: dict[str, FeedState],
    memory: Memory,
    **limits: object,
) -> list[ArticleOutcome | FeedOutcome]:
    """One crawl, remembered as the ledger does."""
    fetcher = HttpFetcher(settings(server, *(source.id for source in sources)), now=now)
    found: list[ArticleOutcome | FeedOutcome] = []
    async for outcome in crawl(
        [
            (source, feed, states.get(feed.url) or FeedState(url=feed.url))
            for source in sources
            for feed in source.feeds
        ],
        fetcher=fetcher,
        robots=RobotsCache(fetcher, AGENT, now),
        run=inline,
        known=memory,
        settings=CrawlSettings(second_try_s=0, **limits),  # type: ignore[arg-type]
        now=now,
    ):
        found.append(outcome)
        if isinstance(outcome, FeedOutcome):
            states[outcome.feed.url] = outcome.state
        elif outcome.article:
            memory.hashes[outcome.article.url] = outcome.article.content_hash
    await fetcher.aclose()
    return found


def feeds_of(found: Sequence[ArticleOutcome | FeedOutcome]) -> dict[str, str]:
    """The outcome of each feed, which must be told once."""
    told = [outcome for outcome in found if isinstance(outcome, FeedOutcome)]
    assert len({outcome.feed.url for outcome in told}) == len(told)
    return {outcome.feed.source_id: outcome.outcome for outcome in told}


@asynccontextmanager
async def web_of(hosts: Sequence[str]) -> AsyncIterator[RawServer]:
    routes: dict[str, Route] = {f"{host}/feed0": feed_of(host) for host in hosts}
    routes |= {f"{host}/p0": page_of(f"News of {host}") for host in hosts}
    async with serving(routes) as server:
        yield server


async def test_feeds_that_there_was_no_time_for_are_told_once_and_keep_what_was_known() -> None:
    hosts = [f"h{number}.example" for number in range(8)]
    known = FeedState(url="http://h7.example/feed0", etag='"1"', outcome="ok", failures=0, succeeded_at=NOW)
    states = {known.url: known}
    async with web_of(hosts) as server:
        found = await take(server, [make_source(host) for host in hosts], states, Memory(), max_night_s=0.0)
        assert server.requests == []
    assert feeds_of(found) == dict.fromkeys(hosts, "skipped")
    kept = states[known.url]
    assert (kept.etag, kept.failures, kept.succeeded_at, kept.next_due_at) == ('"1"', 0, NOW, None)
    assert kept.reason == night_is_over(0.0)


async def test_what_was_left_out_comes_first_the_next_time() -> None:
    hosts = [f"h{number}.example" for number in range(6)]
    states = {
        f"http://{host}/feed0": FeedState(url=f"http://{host}/feed0", checked_at=NOW, outcome="skipped", reason=OVER)
        for host in hosts[4:]
    }
    async with web_of(hosts) as server:
        found = await take(server, [make_source(host) for host in hosts], states, Memory(), hosts_at_once=1)
        assert server.requests[0].host == "h4.example"
    assert list(feeds_of(found)) == [*hosts[4:], *hosts[:4]]


async def test_pages_that_there_was_no_time_for_come_the_next_time() -> None:
    slow: Route = Streamed(lambda writer: late(writer, page_of("A story of the slow")))
    routes: dict[str, Route] = {"/feed0": feed_of("slow.example", 5), **{f"/p{number}": slow for number in range(5)}}
    states: dict[str, FeedState] = {}
    async with serving(routes) as server:
        first = await take(server, [make_source("slow.example")], states, Memory(), max_night_s=0.3)
        assert feeds_of(first) == {"slow.example": "ok"}
        told = [outcome for outcome in first if isinstance(outcome, ArticleOutcome)]
        left = [outcome for outcome in told if outcome.reason == OVER]
        assert len(told) == 5
        assert 0 < len(left) < 5
        assert {outcome.outcome for outcome in left} == {"skipped"}
        state = states["http://slow.example/feed0"]
        assert state.body_hash is None, "else they would hide behind an unchanged feed"
        assert f"{len(left)} left for the next night" in (state.reason or "")
        second = await take(server, [make_source("slow.example")], states, Memory(), max_night_s=60.0)
    assert not [outcome for outcome in second if outcome.reason == OVER]


async def late(writer: asyncio.StreamWriter, reply: bytes) -> None:
    await asyncio.sleep(0.2)
    writer.write(reply)
    await writer.drain()


@pytest.mark.parametrize("stuck", ["robots.txt", "feed0", "p0"])
async def test_what_is_still_under_way_after_the_grace_is_broken_off(stuck: str) -> None:
    hosts = ["good.example", "stuck.example"]
    async with web_of(hosts) as server:
        server.routes[f"stuck.example/{stuck}"] = Streamed(hang)
        begun = asyncio.get_running_loop().time()
        limits = {"max_night_s": 0.5, "grace_s": 0.5}
        found = await take(server, [make_source(host) for host in hosts], {}, Memory(), **limits)
        assert asyncio.get_running_loop().time() - begun < 4  # where the server would have had five seconds and more
    assert feeds_of(found) == {"good.example": "ok", "stuck.example": "skipped"}
    assert sum(isinstance(outcome, ArticleOutcome) for outcome in found) == 1


@pytest.mark.parametrize(
    ("seconds", "told"), [(21600, "6 hours"), (5400, "1.5 hours"), (1800, "30 minutes"), (36, "0.6 minutes")]
)
def test_a_budget_is_told_in_words(seconds: float, told: str) -> None:
    assert night_is_over(seconds) == f"the night's budget of {told} is used up"


async def test_the_pages_of_all_sources_together_are_counted() -> None:
    night = Night(
        fetcher=None,  # type: ignore[arg-type]
        robots=None,  # type: ignore[arg-type]
        run=inline,
        known=Memory(),
        settings=CrawlSettings(max_pages=3),
        now=now,
    )
    for source in ("a", "b", "a"):
        assert night.budget_reason(source) is None
        night.count_page(source)
    assert night.asked == {"a": 2, "b": 1}
    assert night.budget_reason("c") == "the night's 3 pages are used up"
