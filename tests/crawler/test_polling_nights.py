"""Nights on end over one feed, on loopback: servers that lie or forget, ids that change, links that move."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from crawler.crawl import CrawlSettings, crawl
from crawler.fetch import HttpFetcher
from crawler.habits import decide_wait
from crawler.records import ArticleOutcome, Feed, FeedOutcome, FeedState, Source
from crawler.robots import RobotsCache
from tests.crawler.servers import AGENT, Memory, RawServer, Request, answer, inline, serving, settings

HOST, NEW_HOST = "news.example", "www.news-new.example"
FEED = f"http://{HOST}/feed"
START = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
DAY = timedelta(days=1)
SENTENCES = [
    "Crews isolated the damaged section of the pipeline within two hours and no one was hurt.",
    "The operator said pumping would resume once inspectors had cleared the northern valve.",
    "Officials in the port city described the outage as the longest since the spring storms.",
    "Traders expected loadings to slip by several days, although storage tanks were half empty.",
]


@dataclass(frozen=True)
class Item:
    """One entry of the feed and its page."""

    number: int
    guid: str | None = ""  # "": one of its own; None: none at all
    path: str = ""
    title: str = ""
    host: str = HOST
    scheme: str = "http"
    days: float | None = None  # since START, when it was published; None: undated
    text: str = ""

    @property
    def link(self) -> str:
        return f"{self.scheme}://{self.host}{self.path or f'/story-{self.number}'}"

    @property
    def headline(self) -> str:
        return (
            self.title or f"{('Pump', 'Valve', 'Grid', 'Tank', 'Berth', 'Cable')[self.number % 6]} {self.number} fails"
        )


def render(items: list[Item]) -> str:
    told = ""
    for item in items:
        guid = f"urn:x:{item.number}" if item.guid == "" else item.guid
        at = "" if item.days is None else f"<pubDate>{format_datetime(START + item.days * DAY)}</pubDate>"
        told += f"<item><title>{item.headline}</title><link>{item.link}</link>{at}"
        told += f"<description>{item.text}</description>"
        told += f'<guid isPermaLink="false">{guid}</guid></item>' if guid is not None else "</item>"
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Wire</title>{told}</channel></rss>'


def story(item: Item) -> bytes:
    text = "".join(f"<p>{item.headline}: {sentence} {' '.join(SENTENCES)}</p>" for sentence in SENTENCES)
    return answer(f"<html><head><title>{item.headline}</title></head><article><h1>{item.headline}</h1>{text}</article>")


@dataclass
class Wire:
    """A publisher over many nights, and what is remembered of it."""

    server: RawServer
    state: FeedState = field(default_factory=lambda: FeedState(url=FEED))
    memory: Memory = field(default_factory=Memory)
    urls: set[str] = field(default_factory=set)
    conditions: list[tuple[bytes | None, bytes | None]] = field(default_factory=list)

    def publish(self, items: list[Item], give: Callable[[Request, str], bytes] | None = None) -> None:
        """The feed from now on, and the pages of its entries."""
        body = render(items)

        def feed(request: Request) -> bytes:
            self.conditions.append((request.header("if-none-match"), request.header("if-modified-since")))
            return give(request, body) if give else answer(body, kind="application/rss+xml")

        self.server.routes["/feed"] = feed
        for item in items:
            path = item.path or f"/story-{item.number}"
            self.server.routes[f"{item.host}{path.partition('?')[0]}"] = story(item)

    async def night(self, day: float) -> FeedOutcome:
        """One crawl that many days after the first."""
        at = START + day * DAY
        fetcher = HttpFetcher(settings(self.server, HOST, NEW_HOST), now=lambda: at)
        robots = RobotsCache(fetcher, AGENT, lambda: at)
        feed = Feed(url=FEED, source_id="wire")
        source = Source(
            id="wire", publisher="Wire", family="wire", country="GB", language="en", reliability="B",
            cadence_hours=24.0, feeds=(feed,),
        )  # fmt: skip
        limits = CrawlSettings(second_try_s=0)
        last: FeedOutcome | None = None
        try:
            async for outcome in crawl(
                [(source, feed, self.state)],
                fetcher=fetcher,
                robots=robots,
                run=inline,
                known=self.memory,
                settings=limits,
                now=lambda: at,
            ):
                self.memory.take(outcome)
                if isinstance(outcome, ArticleOutcome):
                    self.urls |= {outcome.article.url} if outcome.article else set()
                else:
                    last = outcome
        finally:
            await fetcher.aclose()
        assert last is not None
        self.state = last.state
        return last


def some(count: int = 4, **changes: object) -> list[Item]:
    return [Item(number, **changes) for number in range(count)]  # type: ignore[arg-type]


def with_etag(etag: str, *, lies: bool = False) -> Callable[[Request, str], bytes]:
    def give(request: Request, body: str) -> bytes:
        if lies and request.header("if-none-match") is not None:
            return answer(status=304, headers={"ETag": etag})
        if request.header("if-none-match") == etag.encode():
            return answer(status=304, headers={"ETag": etag})
        return answer(body, kind="application/rss+xml", headers={"ETag": etag})

    return give


async def test_ids_that_change_wholesale_bring_nothing_twice_and_are_told() -> None:
    async with serving() as server:
        wire = Wire(server)
        wire.publish(some())
        assert (await wire.night(0)).new_entries == 4
        wire.publish([Item(n, guid=f"https://cms.example/?p={n}") for n in range(4)])
        second = await wire.night(1)
        assert second.new_entries == 0
        assert len(wire.urls) == 4
        assert "its ids changed" in second.reason
        assert "its ids changed (2026-03-03)" in (wire.state.oddities or "")
        third = await wire.night(2)
        assert "ids changed" not in third.reason, "once is enough"
        assert "its ids changed" in (wire.state.oddities or "")


async def test_an_id_that_is_given_to_other_articles_hides_none_of_them() -> None:
    async with serving() as server:
        wire = Wire(server)
        wire.publish([Item(0, guid="top-1", days=-1), Item(1, guid="top-2", days=-1)])
        await wire.night(0)
        wire.publish([Item(2, guid="top-1", days=0.5), Item(3, guid="top-2", days=0.5)])
        second = await wire.night(1)
        assert second.new_entries == 2
        assert len(wire.urls) == 4
        assert "one id to several articles" in second.reason
        wire.publish([Item(4, guid="same"), Item(5, guid="same")])
        third = await wire.night(2)
        assert third.new_entries == 2
        assert len(wire.urls) == 6


async def test_a_daily_column_that_keeps_id_and_title_is_an_article_each_day() -> None:
    async with serving() as server:
        wire = Wire(server)
        for day in range(3):
            wire.publish([Item(0, guid="brief", title="Daily energy brief", path=f"/brief/{day}", days=day - 0.2)])
            assert (await wire.night(day)).new_entries == 1
        assert len(wire.urls) == 3


async def test_entries_without_ids_are_stored_once_and_told() -> None:
    async with serving() as server:
        wire = Wire(server)
        wire.publish(some(guid=None))
        await wire.night(0)
        wire.publish([*some(guid=None), Item(9, guid=None)])
        assert (await wire.night(1)).new_entries == 1
        assert len(wire.urls) == 5
        assert wire.state.oddities == "it gives no ids"


MOVES = {
    "https": {"scheme": "https"},
    "another host": {"host": NEW_HOST, "path": "/{n}"},
    "another path": {"path": "/energy/2026/story-{n}.html"},
    "a parameter": {"path": "/story-{n}?channel=9"},
}


@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("dated", [True, False])
async def test_an_article_whose_link_moves_stays_one_article(move: str, dated: bool) -> None:
    text = " ".join(SENTENCES)
    items = [Item(n, days=-1 - n / 8 if dated else None, text=f"{n} {text}") for n in range(4)]
    async with serving() as server:
        wire = Wire(server)
        wire.publish(items)
        await wire.night(0)
        before = set(wire.urls)
        moved = [
            Item(n, days=item.days, text=item.text, **{key: value.format(n=n) for key, value in MOVES[move].items()})
            for n, item in enumerate(items)
        ]
        wire.publish(moved)
        asked = len(server.requests)
        second = await wire.night(1)
        assert second.new_entries == 0
        assert len(server.requests) - asked == 2, "robots.txt and the feed: no page had to be asked for"
        assert wire.urls == before


async def test_an_edit_of_a_moved_article_is_a_version_of_it() -> None:
    async with serving() as server:
        wire = Wire(server)
        wire.publish([Item(0, days=-1)])
        await wire.night(0)
        (url,) = wire.urls
        wire.publish([Item(0, days=-1, path="/moved/0", text="Updated with the operator's statement.")])
        server.routes[f"{HOST}/moved/0"] = story(Item(0, title="Pump 0 fails again"))
        await wire.night(1)
        assert wire.urls == {url}
        assert wire.memory.entries[FEED, url].outcome == "ok"
        assert len([path for path in server.paths() if path == "/moved/0"]) == 1


async def test_a_lying_304_is_found_out_and_never_believed_again() -> None:
    async with serving() as server:
        wire = Wire(server)
        wire.publish(some(days=-1), with_etag('"1"'))
        await wire.night(0)
        # From now on whoever sends a validator is told that nothing has changed.
        more = [*some(days=-1), *(Item(n, days=n - 4 + 0.5) for n in range(4, 11))]
        wire.publish(more, with_etag('"2"', lies=True))
        outcomes = [await wire.night(day) for day in range(1, 16)]
        found = next(n for n, outcome in enumerate(outcomes) if outcome.new_entries)
        assert 0 < found <= 14
        assert all(outcome.outcome == "not_modified" for outcome in outcomes[:found])
        assert outcomes[found].new_entries == 7
        assert "304 is not believed from now on" in outcomes[found].reason
        assert "304 is not believed" in (wire.state.oddities or "")
        wire.conditions.clear()
        wire.publish([*more, Item(20, days=16.5)], with_etag('"3"', lies=True))
        assert (await wire.night(17)).new_entries == 1
        assert wire.conditions == [(None, None)]


async def test_an_etag_that_never_changes_over_new_entries_is_found_out_at_once() -> None:
    async with serving() as server:
        wire = Wire(server)
        give = with_etag('"fixed"')
        wire.publish(some(), give)
        await wire.night(0)
        wire.publish([*some(), Item(9)], give)
        assert (await wire.night(1)).outcome == "not_modified"
        server.routes["/feed"] = answer(status=500)
        await wire.night(2)  # after a failure the feed is asked for whole
        wire.publish([*some(), Item(9)], give)
        # A failure between them proves nothing; the next whole fetch does.
        assert (await wire.night(4)).new_entries == 1


async def test_a_304_after_a_failed_parse_is_no_recovery() -> None:
    def give(request: Request, body: str) -> bytes:
        if request.header("if-none-match"):
            return answer(status=304)
        return answer("<html><body>Down for maintenance</body></html>", headers={"ETag": '"m"'})

    async with serving() as server:
        wire = Wire(server)
        wire.publish(some(), with_etag('"1"'))
        await wire.night(0)
        wire.publish(some(), give)
        wire.state = FeedState(url=FEED)  # as after its validators were lost: it is asked for whole
        for day in (1, 2, 3):
            outcome = await wire.night(day)
            assert outcome.outcome == "broken"
            assert wire.conditions[-1] == (None, None)
        assert wire.state.failures == 3
        wire.publish(some(), lambda request, body: answer(status=304))
        assert (await wire.night(4)).outcome not in {"ok", "not_modified"}, "nobody asked for a 304"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"ETag": 'W/"weak"'},
        {"ETag": "unquoted"},
        {"Last-Modified": format_datetime(START - DAY, usegmt=False)},
        {"Last-Modified": "yesterday"},
    ],
)
async def test_a_server_that_ignores_validators_costs_no_parsing_and_gets_them_back_byte_for_byte(
    headers: dict[str, str],
) -> None:
    async with serving() as server:
        wire = Wire(server)
        wire.publish(some(), lambda _, body: answer(body, headers=headers))
        await wire.night(0)
        second = await wire.night(1)
        assert second.outcome == "not_modified"
        sent = tuple(headers[name].encode() if name in headers else None for name in ("ETag", "Last-Modified"))
        assert wire.conditions == [(None, None), sent]


async def test_an_etag_of_its_own_for_each_request_does_no_harm() -> None:
    async with serving() as server:
        wire = Wire(server)
        wire.publish(some(), lambda _, body: answer(body, headers={"ETag": f'"{len(server.requests)}"'}))
        outcomes = [await wire.night(day) for day in range(3)]
        assert [outcome.outcome for outcome in outcomes] == ["ok", "not_modified", "not_modified"]
        wire.publish([*some(), Item(9)], lambda _, body: answer(body, headers={"ETag": f'"{len(server.requests)}"'}))
        assert (await wire.night(3)).new_entries == 1
        assert wire.state.oddities is None


async def test_a_last_modified_far_in_the_future_is_no_condition() -> None:
    def give(request: Request, body: str) -> bytes:
        if request.header("if-modified-since"):
            return answer(status=304)
        return answer(body, headers={"Last-Modified": format_datetime(START + 3000 * DAY, usegmt=True)})

    async with serving() as server:
        wire = Wire(server)
        wire.publish(some(), give)
        await wire.night(0)
        wire.publish([*some(), Item(9)], give)
        assert (await wire.night(1)).new_entries == 1
        assert wire.conditions[-1] == (None, None)


async def test_a_page_in_a_feeds_place_names_the_feeds_that_it_announces() -> None:
    head = (
        '<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed">'
        '<link rel="alternate" type="application/rss+xml" href="/rss.xml?a=1&amp;b=2">'
        '<link rel="alternate" type="application/rss+xml" href="/feed">'
    )
    async with serving() as server:
        wire = Wire(server)
        server.routes["/feed"] = answer(f"<!doctype html><html><head>{head}</head><body>News</body></html>")
        outcome = await wire.night(0)
        assert outcome.outcome == "broken"
        assert outcome.reason == (
            "an HTML page, not a feed; it announces http://news.example/rss.xml?a=1&b=2: put that into sources.toml"
        )
        assert server.paths() == ["/robots.txt", "/feed"], "nothing more was asked for"


async def test_a_habit_is_learnt_night_by_night_and_says_when_the_feed_is_quiet() -> None:
    async with serving() as server:
        wire = Wire(server)
        for day in range(12):
            wire.publish([Item(n, days=n - 0.5) for n in range(max(day - 5, 0), day + 1)])
            await wire.night(day)
        state = wire.state
        assert state.usual_gap_hours == pytest.approx(24)
        assert state.quiet_at == START + 10.5 * DAY + timedelta(hours=48)
        assert state.next_due_at == START + 11 * DAY + timedelta(hours=6) - timedelta(minutes=5)


async def test_a_feed_that_only_repeats_another_is_noticed_and_one_that_does_not_is_not() -> None:
    echo = f"http://{HOST}/again"
    urls = (FEED, echo)
    source = Source(
        id="wire", publisher="Wire", family="wire", country="GB", language="en", reliability="B",
        cadence_hours=24.0, feeds=tuple(Feed(url=url, source_id="wire") for url in urls),
    )  # fmt: skip
    states = {url: FeedState(url=url) for url in urls}
    memory = Memory()
    async with serving() as server:
        for day in range(6):
            items = [Item(n, days=n - 0.5) for n in range(day + 1)]
            for name in ("/feed", "/again"):
                server.routes[name] = answer(render(items), kind="application/rss+xml")
            server.routes[f"/story-{day}"] = story(items[-1])
            at = START + day * DAY
            fetcher = HttpFetcher(settings(server, HOST), now=lambda at=at: at)  # type: ignore[misc]
            async for outcome in crawl(
                [(source, feed, states[feed.url]) for feed in source.feeds],
                fetcher=fetcher,
                robots=RobotsCache(fetcher, AGENT, lambda at=at: at),  # type: ignore[misc]
                run=inline,
                known=memory,
                settings=CrawlSettings(second_try_s=0),
                now=lambda at=at: at,  # type: ignore[misc]
            ):
                memory.take(outcome)
                if isinstance(outcome, FeedOutcome):
                    states[outcome.feed.url] = outcome.state
            await fetcher.aclose()
        assert len([path for path in server.paths() if path.startswith("/story")]) == 6, "each page is asked for once"
    first, second = (states[url].habit for url in urls)
    assert first is not None
    assert second is not None
    assert (first.echoes, second.echoes) == (0, 6)
    wait = decide_wait(second, 2.0, START + 5 * DAY, START + 5 * DAY + timedelta(hours=1))
    assert wait is not None
    assert wait.reason == "brings only what other feeds have brought"
