"""The crawl from end to end over loopback, with the real parsers and a real fetcher."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

import pytest

from crawler.crawl import CrawlSettings, crawl
from crawler.fetch import HttpFetcher
from crawler.jobs import extract_document, parse_document
from crawler.records import (
    UNVERIFIED,
    ArticleOutcome,
    CostlyError,
    Feed,
    FeedOutcome,
    FeedState,
    KnownEntry,
    Runner,
    Source,
)
from crawler.robots import RobotsCache, RobotsDecision
from tests.crawler.servers import (
    AGENT,
    Memory,
    RawServer,
    Request,
    Route,
    Streamed,
    answer,
    inline,
    now,
    serving,
    settings,
)

T = TypeVar("T")

HOST = "news.example"
FEED = f"http://{HOST}/feed"
TLS = Path(__file__).resolve().parents[1] / "data" / "tls"
SENTENCES = [
    "Crews isolated the damaged section of the pipeline within two hours and no one was hurt.",
    "The operator said pumping would resume once inspectors had cleared the northern valve.",
    "Officials in the port city described the outage as the longest since the spring storms.",
    "Traders expected loadings to slip by several days, although storage tanks were half empty.",
    "A spokeswoman declined to say whether the second berth had been checked for mines.",
]


def make_source(*feeds: str, source_id: str = "test", **changes: object) -> Source:
    listed = tuple(Feed(url=url, source_id=source_id) for url in feeds or (FEED,))
    values: dict[str, object] = {
        "id": source_id,
        "publisher": "Test Wire",
        "family": source_id,
        "country": "GB",
        "language": "en",
        "reliability": "B",
        "cadence_hours": 24.0,
        "feeds": listed,
    }
    return Source(**{**values, **changes})  # type: ignore[arg-type]


def rss(*items: tuple[str, str, str], extra: str = "") -> str:
    """A feed of (link, title, description)."""
    lines = "".join(
        f"<item><title>{title}</title><link>{link}</link><guid>{link or title}</guid>"
        f"<pubDate>Tue, 03 Mar 2026 0{number % 9}:00:00 GMT</pubDate><description>{text}</description></item>"
        for number, (link, title, text) in enumerate(items)
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Wire</title>{extra}{lines}</channel></rss>'


def page(title: str, *, head: str = "", seed: int = 0) -> bytes:
    """A page with four paragraphs that belong to its title."""
    chosen = SENTENCES[seed % 5 :] + SENTENCES[: seed % 5]
    text = "".join(f"<p>{title}: {sentence} {' '.join(chosen[:3])}</p>" for sentence in chosen)
    return answer(
        f'<!doctype html><html lang="en"><head><title>{title}</title>{head}</head>'
        f"<body><nav>Home | Energy</nav><article><h1>{title}</h1>{text}</article></body></html>",
        kind="text/html; charset=utf-8",
    )


def feed_answer(text: str, etag: str = '"1"') -> bytes:
    return answer(text, kind="application/rss+xml", headers={"ETag": etag})


def conditional(text: str, etag: str) -> Callable[[Request], bytes]:
    """A feed that answers 304 to its own ETag."""

    def give(request: Request) -> bytes:
        if request.header("if-none-match") == etag.encode():
            return answer(status=304, headers={"ETag": etag})
        return feed_answer(text, etag)

    return give


@dataclass(slots=True)
class Night:
    """What one crawl gave."""

    articles: list[ArticleOutcome] = field(default_factory=list)
    feeds: list[FeedOutcome] = field(default_factory=list)

    def outcomes(self) -> dict[str, str]:
        return {outcome.url: outcome.outcome for outcome in self.articles}

    def titles(self) -> list[str]:
        return sorted(outcome.article.title for outcome in self.articles if outcome.article)


async def night(
    server: RawServer,
    sources: Sequence[Source] | None = None,
    *,
    hosts: Sequence[str] = (HOST,),
    states: dict[str, FeedState] | None = None,
    memory: Memory | None = None,
    limits: CrawlSettings | None = None,
    run: Runner = inline,
    **changes: object,
) -> Night:
    """One crawl; what it gives is put into `states` and `memory`, as the ledger does."""
    states = states if states is not None else {}
    memory = memory if memory is not None else Memory()
    fetcher = HttpFetcher(settings(server, *hosts, **changes), now=now)
    jobs = [
        (source, feed, states.get(feed.url) or FeedState(url=feed.url))
        for source in sources or [make_source()]
        for feed in source.feeds
    ]
    found = Night()
    stream = crawl(
        jobs,
        fetcher=fetcher,
        robots=RobotsCache(fetcher, AGENT, now),
        run=run,
        known=memory,
        settings=limits or CrawlSettings(second_try_s=0),
        now=now,
    )
    async for outcome in stream:
        if isinstance(outcome, FeedOutcome):
            found.feeds.append(outcome)
            states[outcome.feed.url] = outcome.state
            continue
        assert outcome.feed_url not in [feed.feed.url for feed in found.feeds], "an entry came after its feed"
        found.articles.append(outcome)
        memory.entries[outcome.feed_url, outcome.entry_id] = KnownEntry(
            fingerprint=outcome.fingerprint, outcome=outcome.outcome, attempts=outcome.attempts, url=outcome.url
        )
        if outcome.article:
            memory.hashes[outcome.article.url] = outcome.article.content_hash
    await fetcher.aclose()
    return found


def two_articles() -> dict[str, Route]:
    text = rss((f"http://{HOST}/a?utm_source=rss", "Pump fire", "Short."), (f"http://{HOST}/b", "Valve leak", "Short."))
    return {"/feed": conditional(text, '"1"'), "/a": page("Pump fire"), "/b": page("Valve leak", seed=1)}


async def test_a_feed_with_its_pages_becomes_articles() -> None:
    async with serving(two_articles()) as server:
        found = await night(server)
    assert found.titles() == ["Pump fire", "Valve leak"]
    first = next(outcome for outcome in found.articles if outcome.url.endswith("/a"))
    assert first.article is not None
    assert first.article.url == f"http://{HOST}/a"
    assert first.article.fetched_url == f"http://{HOST}/a?utm_source=rss"
    assert "isolated the damaged section" in first.article.text
    assert first.article.language == "en"
    assert first.article.flags == ()
    assert first.article.published_at is not None
    assert first.article.published_at.isoformat() == "2026-03-03T00:00:00+00:00"
    assert first.raw_body is not None
    assert b"<article>" in first.raw_body
    assert [(feed.outcome, feed.entries, feed.new_entries) for feed in found.feeds] == [("ok", 2, 2)]
    assert found.feeds[0].state.etag == '"1"'
    assert server.paths().count("/robots.txt") == 1


async def test_the_second_night_of_an_unchanged_wire_costs_one_request() -> None:
    states: dict[str, FeedState] = {}
    memory = Memory()
    async with serving(two_articles()) as server:
        await night(server, states=states, memory=memory)
        server.requests.clear()
        found = await night(server, states=states, memory=memory)
    assert [feed.outcome for feed in found.feeds] == ["not_modified"]
    assert found.articles == []
    assert server.paths() == ["/robots.txt", "/feed"]


async def test_the_same_body_without_validators_is_not_parsed_again() -> None:
    calls: list[str] = []

    async def counting(function: Callable[..., T], /, *arguments: object) -> T:
        calls.append(function.__name__)
        return function(*arguments)

    routes = two_articles()
    routes["/feed"] = answer(rss((f"http://{HOST}/a", "Pump fire", "")))
    states: dict[str, FeedState] = {}
    memory = Memory()
    async with serving(routes) as server:
        await night(server, states=states, memory=memory)
        found = await night(server, states=states, memory=memory, run=counting)
    assert [feed.outcome for feed in found.feeds] == ["not_modified"]
    assert calls == []


async def test_an_edited_entry_is_fetched_again_under_the_same_url() -> None:
    states: dict[str, FeedState] = {}
    memory = Memory()
    async with serving(two_articles()) as server:
        first = await night(server, states=states, memory=memory)
        text = rss((f"http://{HOST}/a", "Pump fire, two hurt", "Short."), (f"http://{HOST}/b", "Valve leak", "Short."))
        server.routes["/feed"] = conditional(text, '"2"')
        server.routes["/a"] = page("Pump fire, two hurt")
        server.requests.clear()
        second = await night(server, states=states, memory=memory)
    assert server.paths() == ["/robots.txt", "/feed", "/a"]
    assert [outcome.url for outcome in second.articles] == [f"http://{HOST}/a"]
    edited = second.articles[0].article
    before = next(outcome.article for outcome in first.articles if outcome.url.endswith("/a"))
    assert edited is not None
    assert before is not None
    assert edited.content_hash != before.content_hash
    assert second.feeds[0].new_entries == 0


@pytest.mark.parametrize("status", [503, 429])
async def test_validators_are_kept_back_until_every_entry_was_taken(status: int) -> None:
    states: dict[str, FeedState] = {}
    memory = Memory()
    async with serving(two_articles()) as server:
        server.routes["/b"] = answer(status=status)
        first = await night(server, states=states, memory=memory)
        assert first.feeds[0].outcome == "ok"
        assert "left for the next night" in first.feeds[0].reason
        assert states[FEED].etag is None
        assert states[FEED].body_hash is None
        server.routes["/b"] = page("Valve leak")
        server.requests.clear()
        second = await night(server, states=states, memory=memory)
    assert server.paths() == ["/robots.txt", "/feed", "/b"]
    assert second.titles() == ["Valve leak"]
    assert states[FEED].etag == '"1"'


async def test_a_page_that_never_comes_is_given_up_on_the_third_night() -> None:
    states: dict[str, FeedState] = {}
    memory = Memory()
    async with serving(two_articles()) as server:
        server.routes["/b"] = answer(status=500)
        nights = [await night(server, states=states, memory=memory) for _ in range(4)]
    attempts = [outcome.attempts for found in nights for outcome in found.articles if outcome.url.endswith("/b")]
    assert attempts == [1, 2, 3]
    assert [found.feeds[0].outcome for found in nights] == ["ok", "ok", "ok", "not_modified"]


async def test_a_dead_link_does_not_hold_the_validators() -> None:
    states: dict[str, FeedState] = {}
    async with serving(two_articles()) as server:
        del server.routes["/b"]
        found = await night(server, states=states)
    assert found.outcomes()[f"http://{HOST}/b"] == "http_error"
    assert states[FEED].etag == '"1"'


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("<!doctype html><html><body><h1>Log in</h1></body></html>", "text/html"),
        ("", "application/rss+xml"),
        ("\x00\x01\x02", "application/rss+xml"),
        ("Service suspended", "text/plain"),
    ],
)
async def test_no_feed_at_a_feeds_address_is_broken_and_renews_nothing(body: str, kind: str) -> None:
    old = FeedState(url=FEED, etag='"old"', body_hash="h", outcome="ok", changed_at=now(), succeeded_at=now())
    states = {FEED: old}
    async with serving({"/feed": answer(body, kind=kind, headers={"ETag": '"new"'})}) as server:
        found = await night(server, states=states)
        assert server.requests[1].header("if-none-match") == b'"old"'
        server.routes["/feed"] = conditional(body, '"old"')
        await night(server, states=states)
        # After a failure nothing is asked conditionally: a 304 could not be told from a recovery.
        assert server.requests[-1].header("if-none-match") is None
    assert [feed.outcome for feed in found.feeds] == ["broken"]
    assert found.feeds[0].state.etag == '"old"'
    assert states[FEED].failures == 2


async def test_an_empty_but_valid_feed_is_well() -> None:
    async with serving({"/feed": feed_answer(rss())}) as server:
        found = await night(server)
    assert [(feed.outcome, feed.reason) for feed in found.feeds] == [("ok", "a valid feed without entries")]


async def test_one_feed_that_crashes_its_parser_costs_only_itself() -> None:
    async def crashing(function: Callable[..., T], /, *arguments: object) -> T:
        if function is parse_document and "bad" in str(arguments[2]):
            raise RuntimeError("segmentation of the mind")
        return function(*arguments)

    bad = f"http://{HOST}/bad"
    routes = {**two_articles(), "/bad": feed_answer(rss())}
    async with serving(routes) as server:
        found = await night(server, [make_source(bad, FEED)], run=crashing)
    outcomes = {feed.feed.url: feed.outcome for feed in found.feeds}
    assert outcomes == {bad: "broken", FEED: "ok"}
    assert len(found.titles()) == 2


async def test_a_feed_and_a_page_that_are_too_costly_are_named() -> None:
    async def killing(function: Callable[..., T], /, *arguments: object) -> T:
        if function is extract_document and str(arguments[1]).endswith("/b"):
            raise CostlyError("more than 700 MB")
        if function is parse_document and "bad" in str(arguments[2]):
            raise CostlyError("more than 20 s")
        return function(*arguments)

    bad = f"http://{HOST}/bad"
    async with serving({**two_articles(), "/bad": feed_answer(rss())}) as server:
        found = await night(server, [make_source(bad, FEED)], run=killing)
    assert {feed.feed.url: feed.outcome for feed in found.feeds} == {bad: "too_costly", FEED: "ok"}
    assert found.outcomes()[f"http://{HOST}/b"] == "too_costly"
    assert found.titles() == ["Pump fire"]


async def test_a_source_whose_pages_kill_workers_is_left_after_a_few() -> None:
    async def killing(function: Callable[..., T], /, *arguments: object) -> T:
        if function is extract_document and "/bad" in str(arguments[1]):
            raise CostlyError("took over 20 s and was stopped")
        return function(*arguments)

    bad = [f"http://{HOST}/bad{number}" for number in range(6)]
    routes = {**two_articles(), "/worse": feed_answer(rss(*((link, f"Title {link[-1]}", "") for link in bad)))}
    routes |= {f"/bad{number}": page(f"Title {number}", seed=number) for number in range(6)}
    worse = make_source(f"http://{HOST}/worse", id="worse")
    limits = CrawlSettings(max_costly_pages=2, second_try_s=0)
    async with serving(routes) as server:
        found = await night(server, [worse, make_source()], run=killing, limits=limits)
    outcomes = [found.outcomes()[link] for link in bad]
    assert sorted(outcomes) == ["skipped"] * 4 + ["too_costly"] * 2
    reasons = {feed.feed.url.rpartition("/")[2]: feed.reason for feed in found.feeds}
    assert "2 pages of this source took too much time or memory tonight (4)" in reasons["worse"]
    assert "4 left for the next night" in reasons["worse"]
    assert found.titles() == ["Pump fire", "Valve leak"]


async def test_a_large_document_is_asked_for_again_in_its_turn_and_others_once() -> None:
    routes = two_articles()
    routes["/a"] = page("Pump fire", head=f"<style>{'/* x */' * 20_000}</style>")
    limits = CrawlSettings(max_small_bytes=100_000, second_try_s=0)
    async with serving(routes) as server:
        found = await night(server, limits=limits)
    assert found.titles() == ["Pump fire", "Valve leak"]
    assert sorted(server.paths()) == ["/a?utm_source=rss", "/a?utm_source=rss", "/b", "/feed", "/robots.txt"]


@pytest.mark.parametrize(
    ("pages", "told"),
    [
        ({"/a": 404, "/b": 404}, "2 entries; 2 without an article: status 404 (not found)"),
        ({"/a": 404, "/b": 403}, "2 without an article: status 403 (forbidden) (1), status 404 (not found) (1)"),
        ({"/a": 404}, "2 entries; 1 without an article: status 404 (not found)"),
        ({}, "2 entries"),
    ],
)
async def test_a_feeds_line_tells_what_its_entries_led_to(pages: dict[str, int], told: str) -> None:
    blocked = {path: answer(status=status) for path, status in pages.items()}
    async with serving({**two_articles(), **blocked}) as server:
        found = await night(server)
    assert told in found.feeds[0].reason


async def test_an_error_of_our_own_in_one_feed_costs_only_that_feed() -> None:
    class Failing(Memory):
        def entry(self, feed_url: str, entry_id: str) -> KnownEntry | None:
            if feed_url.endswith("/bad"):
                raise RuntimeError("disk")
            return super().entry(feed_url, entry_id)

    bad = f"http://{HOST}/bad"
    routes = {**two_articles(), "/bad": feed_answer(rss(("http://x.example/1", "One", "")))}
    async with serving(routes) as server:
        found = await night(server, [make_source(bad, FEED)], memory=Failing())
    reasons = {feed.feed.url: (feed.outcome, feed.reason) for feed in found.feeds}
    assert reasons[bad] == ("broken", "internal error: RuntimeError: disk")
    assert reasons[FEED][0] == "ok"


async def test_robots_keep_us_from_feeds_and_pages() -> None:
    routes = two_articles()
    routes["/robots.txt"] = answer("User-agent: linewalker\nDisallow: /b\nDisallow: /private\n", kind="text/plain")
    private = f"http://{HOST}/private/feed"
    async with serving(routes) as server:
        found = await night(server, [make_source(private, FEED)])
    assert {feed.feed.url: feed.outcome for feed in found.feeds} == {private: "disallowed", FEED: "ok"}
    assert found.outcomes()[f"http://{HOST}/b"] == "disallowed"
    assert "/b" not in server.paths()
    assert "/private/feed" not in server.paths()


async def test_entries_that_lead_to_forbidden_addresses_are_refused_with_a_reason() -> None:
    links = [
        "http://169.254.169.254/latest",
        "http://[::ffff:10.0.0.1]/",
        "http://2130706433/",
        f"http://{HOST}/go",
    ]
    routes: dict[str, Route] = {
        "/feed": feed_answer(rss(*((link, f"Title {link[-6:]}", "") for link in links))),
        "/go": answer(status=302, headers={"Location": "http://169.254.169.254/"}),
    }
    async with serving(routes) as server:
        found = await night(server)
    assert [outcome.outcome for outcome in found.articles] == ["refused"] * 4
    reasons = {outcome.url: outcome.reason for outcome in found.articles}
    assert "cloud metadata" in reasons["http://169.254.169.254/latest"]
    assert "IPv4-mapped" in reasons["http://[::ffff:a00:1]/"]
    assert "disguised" in reasons["http://2130706433/"]
    assert "cloud metadata" in reasons[f"http://{HOST}/go"]
    assert found.feeds[0].state.etag == '"1"'


LONG = "The feed itself tells that the second berth was closed after a drone had struck the pump house. " * 4


async def test_the_feeds_own_text_is_read_where_pages_are_not_to_be_fetched() -> None:
    async with serving(two_articles()) as server:
        text = rss((f"http://{HOST}/a", "Pump fire", LONG), (f"http://{HOST}/b", "Nothing said", ""))
        server.routes["/feed"] = feed_answer(text)
        found = await night(server, [make_source(fetch_pages=False)])
        assert server.paths() == ["/robots.txt", "/feed"]
    article = found.articles[0].article or found.articles[1].article
    assert article is not None
    assert article.url == f"http://{HOST}/a"
    assert article.text == LONG.strip()
    assert article.flags == ("from_feed",)
    assert found.outcomes()[f"http://{HOST}/b"] == "not_article"


@pytest.mark.parametrize(
    "blocked",
    [
        answer(status=403),
        answer(status=404),
        answer("<html><head><title>Just a moment...</title></head><body>Checking your browser</body></html>"),
        answer("%PDF-1.7 binary", kind="application/pdf"),
        answer(status=302, headers={"Location": "/"}),
    ],
    ids=["403", "404", "challenge", "pdf", "homepage"],
)
async def test_a_blocked_page_falls_back_to_a_feed_that_says_enough(blocked: bytes) -> None:
    text = rss((f"http://{HOST}/a", "Pump fire", LONG), (f"http://{HOST}/b", "Valve leak", "Short."))
    routes: dict[str, Route] = {"/feed": feed_answer(text), "/a": blocked, "/b": blocked, "/": page("Home")}
    memory = Memory()
    async with serving(routes) as server:
        found = await night(server, memory=memory)
        assert [outcome.article.flags for outcome in found.articles if outcome.article] == [("from_feed",)]
        assert found.outcomes()[f"http://{HOST}/a"] == "ok"
        assert found.outcomes()[f"http://{HOST}/b"] in {"http_error", "not_article"}


async def test_a_stored_page_is_not_replaced_by_the_feeds_summary() -> None:
    states: dict[str, FeedState] = {}
    memory = Memory()
    async with serving(two_articles()) as server:
        await night(server, states=states, memory=memory)
        before = dict(memory.hashes)
        server.routes["/feed"] = conditional(rss((f"http://{HOST}/a", "Pump fire (updated)", LONG)), '"2"')
        server.routes["/a"] = answer(status=403)
        found = await night(server, states=states, memory=memory)
    assert [outcome.outcome for outcome in found.articles] == ["http_error"]
    assert memory.hashes == before


async def test_two_feeds_with_one_article_give_it_once_and_ask_once() -> None:
    second = "http://other.example/feed"
    routes = two_articles()
    routes["other.example/feed"] = feed_answer(rss((f"http://{HOST}/a?fbclid=1", "Pump fire", "")))
    sources = [make_source(), make_source(second, source_id="other")]
    async with serving(routes) as server:
        found = await night(server, sources, hosts=(HOST, "other.example"))
        assert sum(path.startswith("/a") for path in server.paths()) == 1
    assert found.titles() == ["Pump fire", "Valve leak"]
    again = [outcome for outcome in found.articles if outcome.url.endswith("/a") and outcome.article is None]
    assert [(outcome.outcome, outcome.raw_body) for outcome in again] == [("ok", None)]
    assert "already taken this run" in again[0].reason


async def test_a_declared_canonical_link_decides_where_it_can_be_trusted() -> None:
    head = f'<link rel="canonical" href="http://{HOST}/story/pump-fire">'
    text = rss((f"http://{HOST}/amp/1", "Pump fire", ""), (f"http://{HOST}/story/pump-fire", "Pump fire!", ""))
    routes: dict[str, Route] = {
        "/feed": feed_answer(text),
        "/amp/1": page("Pump fire", head=head),
        "/story/pump-fire": page("Pump fire", head=head),
    }
    async with serving(routes) as server:
        found = await night(server)
    assert [outcome.article.url for outcome in found.articles if outcome.article] == [f"http://{HOST}/story/pump-fire"]


async def test_articles_that_all_name_one_wrong_canonical_link_are_not_merged() -> None:
    head = f'<link rel="canonical" href="http://{HOST}/template">'
    titles = ["Pump fire", "Valve leak", "Grid trips"]
    links = [f"http://{HOST}/x{number}" for number in range(3)]
    routes: dict[str, Route] = {
        "/feed": feed_answer(rss(*((link, t, "") for link, t in zip(links, titles, strict=True))))
    }
    for number, title in enumerate(titles):
        routes[f"/x{number}"] = page(title, head=head, seed=number)
    async with serving(routes) as server:
        found = await night(server)
    assert found.titles() == sorted(titles)
    assert len({outcome.url for outcome in found.articles}) == 3


async def test_a_wrong_canonical_link_does_not_merge_the_articles_of_two_nights() -> None:
    head = f'<link rel="canonical" href="http://{HOST}/template-1">'
    memory = Memory()
    routes: dict[str, Route] = {
        "/feed": feed_answer(rss((f"http://{HOST}/x1", "Pump fire", ""))),
        "/x1": page("Pump fire", head=head),
        "/x2": page("Valve leak", head=head, seed=1),
    }
    async with serving(routes) as server:
        await night(server, memory=memory)
        server.routes["/feed"] = feed_answer(rss((f"http://{HOST}/x2", "Valve leak", "")))
        await night(server, memory=memory)
    assert set(memory.hashes) == {f"http://{HOST}/template-1", f"http://{HOST}/x2"}


async def test_entries_that_share_a_landing_page_are_told_apart_by_id() -> None:
    notice = "Unplanned outage of unit two until Friday noon, as told by the operator."
    items = "".join(
        f"<item><title>Notice {n}</title><link>http://{HOST}/notices</link><guid>n{n}</guid>"
        f"<description>{notice} Number {n}.</description></item>"
        for n in range(3)
    )
    text = f'<rss version="2.0"><channel><title>N</title>{items}</channel></rss>'
    states: dict[str, FeedState] = {}
    memory = Memory()
    async with serving({"/feed": feed_answer(text)}) as server:
        found = await night(server, states=states, memory=memory)
        assert "/notices" not in server.paths()
        server.routes["/feed"] = feed_answer(text.replace("Number 1", "Number one"), '"2"')
        second = await night(server, states=states, memory=memory)
    assert found.titles() == ["Notice 0", "Notice 1", "Notice 2"]
    assert len(memory.hashes) == 3
    assert second.titles() == ["Notice 1"]


async def test_an_entry_that_links_to_the_homepage_is_read_from_the_feed() -> None:
    states: dict[str, FeedState] = {}
    memory = Memory()
    routes: dict[str, Route] = {"/feed": feed_answer(rss((f"http://{HOST}/", "Pump fire", LONG))), "/": page("Home")}
    async with serving(routes) as server:
        await night(server, states=states, memory=memory)
        server.routes["/feed"] = feed_answer(rss((f"http://{HOST}/", "Valve leak", LONG)), '"2"')
        await night(server, states=states, memory=memory)
    assert len(memory.hashes) == 2
    assert all(url.startswith(f"http://{HOST}/#entry-") for url in memory.hashes)


async def test_caps_leave_the_rest_for_the_next_nights() -> None:
    links = [f"http://{HOST}/p{number}" for number in range(7)]
    routes: dict[str, Route] = {"/feed": conditional(rss(*((link, f"Title {link[-1]}", "") for link in links)), '"1"')}
    for number in range(7):
        routes[f"/p{number}"] = page(f"Title {number}", seed=number)
    states: dict[str, FeedState] = {}
    memory = Memory()
    limits = CrawlSettings(max_entries_per_feed=4, max_articles_per_source=3, second_try_s=0)
    async with serving(routes) as server:
        nights = [await night(server, states=states, memory=memory, limits=limits) for _ in range(4)]
    assert [len(found.titles()) for found in nights] == [3, 3, 1, 0]
    assert [found.feeds[0].outcome for found in nights] == ["ok", "ok", "ok", "not_modified"]
    assert nights[0].titles() == ["Title 4", "Title 5", "Title 6"]


async def test_a_sitemap_index_is_read_through_its_newest_sitemaps() -> None:
    urls = "".join(f"<url><loc>http://{HOST}/{name}</loc></url>" for name in ("a", "b"))
    space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    index = (
        f"<sitemapindex {space}><sitemap><loc>http://{HOST}/s1.xml</loc></sitemap>"
        f"<sitemap><loc>http://evil.example/s2.xml</loc></sitemap></sitemapindex>"
    )
    routes = two_articles()
    routes["/feed"] = answer(index, kind="application/xml")
    routes["/s1.xml"] = answer(f"<urlset {space}>{urls}</urlset>", kind="application/xml")
    source = make_source()
    source = replace(source, feeds=(Feed(url=FEED, source_id="test", kind="sitemap"),))
    states: dict[str, FeedState] = {}
    memory = Memory()
    async with serving(routes) as server:
        found = await night(server, [source], states=states, memory=memory)
        # The index is the same to the last byte; what it lists is not.
        more = urls + f"<url><loc>http://{HOST}/c</loc></url>"
        server.routes["/s1.xml"] = answer(f"<urlset {space}>{more}</urlset>", kind="application/xml")
        server.routes["/c"] = page("Grid trips", seed=2)
        second = await night(server, [source], states=states, memory=memory)
    assert found.titles() == ["Pump fire", "Valve leak"]
    assert "another site" in found.feeds[0].reason
    assert second.titles() == ["Grid trips"]


async def test_an_index_that_names_indexes_is_followed_one_level_and_in_no_circle() -> None:
    def index(*names: str) -> bytes:
        listed = "".join(f"<sitemap><loc>http://{HOST}/{name}</loc></sitemap>" for name in names)
        return answer(f"<sitemapindex>{listed}</sitemapindex>", kind="application/xml")

    routes = two_articles()
    routes["/feed"] = index("feed", "inner.xml", "s1.xml")
    routes["/inner.xml"] = index("inner.xml", "feed", "deep.xml", "s2.xml")
    routes["/deep.xml"] = index("deeper.xml")
    for name, article in (("s1", "a"), ("s2", "b")):
        urls = f"<urlset><url><loc>http://{HOST}/{article}</loc></url></urlset>"
        routes[f"/{name}.xml"] = answer(urls, kind="application/xml")
    source = make_source()
    source = replace(source, feeds=(Feed(url=FEED, source_id="test", kind="sitemap"),))
    async with serving(routes) as server:
        found = await night(server, [source])
    assert found.titles() == ["Pump fire", "Valve leak"]
    assert "/deeper.xml" not in server.paths()
    assert server.paths().count("/inner.xml") == 1


@pytest.mark.parametrize("fault", ["status", "connection", "robots"])
async def test_a_brief_fault_of_a_feed_gets_a_second_try(fault: str) -> None:
    async def hang_up(writer: asyncio.StreamWriter) -> None:
        writer.close()

    routes = two_articles()
    good, place = routes["/feed"], "/robots.txt" if fault == "robots" else "/feed"
    routes[place] = Streamed(hang_up) if fault == "connection" else answer(status=503)

    class Recovering(RobotsCache):
        """Whoever asks about the feed again finds the server well."""

        async def decide(self, url: str) -> RobotsDecision:
            if any(path == place for path in server.paths()):
                server.routes.update({"/feed": good, "/robots.txt": answer(status=404)})
                self._rules.clear()
            return await super().decide(url)

    async with serving(routes) as server:
        fetcher = HttpFetcher(settings(server, HOST), now=now)
        source = make_source()
        stream = crawl(
            [(source, source.feeds[0], FeedState(url=FEED))],
            fetcher=fetcher,
            robots=Recovering(fetcher, AGENT, now),
            run=inline,
            known=Memory(),
            settings=CrawlSettings(second_try_s=0.01),
            now=now,
        )
        outcomes = [outcome async for outcome in stream]
        await fetcher.aclose()
    feeds = [outcome for outcome in outcomes if isinstance(outcome, FeedOutcome)]
    assert [feed.outcome for feed in feeds] == ["ok"]
    assert len(outcomes) == 3


async def test_a_redirect_into_what_robots_disallow_is_not_followed() -> None:
    routes = two_articles()
    routes["/robots.txt"] = answer("User-agent: *\nDisallow: /members\n", kind="text/plain")
    routes["/a"] = answer(status=302, headers={"Location": "/members/a"})
    routes["/members/a"] = page("Members only")
    async with serving(routes) as server:
        found = await night(server)
    assert "/members/a" not in server.paths()
    assert found.outcomes()[f"http://{HOST}/a"] == "disallowed"
    assert found.titles() == ["Valve leak"]


async def test_an_archive_in_a_feed_is_not_crawled() -> None:
    links = [f"http://{HOST}/p{number}" for number in range(9)]
    routes: dict[str, Route] = {"/feed": conditional(rss(*((link, f"Title {link[-1]}", "") for link in links)), '"1"')}
    for number in range(9):
        routes[f"/p{number}"] = page(f"Title {number}", seed=number)
    states: dict[str, FeedState] = {}
    memory = Memory()
    limits = CrawlSettings(max_entries_seen=3, second_try_s=0)
    async with serving(routes) as server:
        found = await night(server, states=states, memory=memory, limits=limits)
        again = await night(server, states=states, memory=memory, limits=limits)
    assert found.titles() == ["Title 6", "Title 7", "Title 8"]
    assert "the newest 3 were looked at" in found.feeds[0].reason
    assert [feed.outcome for feed in again.feeds] == ["not_modified"]


async def test_a_hanging_host_costs_only_its_own_time() -> None:
    async def hang(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    slow = "http://slow.example/feed"
    routes = two_articles()
    routes["slow.example/feed"] = Streamed(hang)
    order: list[str] = []
    async with serving(routes) as server:
        found = await night(
            server,
            [make_source(slow, source_id="slow"), make_source()],
            hosts=(HOST, "slow.example"),
            read_timeout_s=1.0,
        )
        order = [feed.feed.url for feed in found.feeds]
    assert order == [FEED, slow]
    assert {feed.feed.url: feed.outcome for feed in found.feeds} == {FEED: "ok", slow: "timeout"}
    assert found.titles() == ["Pump fire", "Valve leak"]


async def test_feeds_that_never_answer_do_not_hold_the_places_of_others() -> None:
    async def hang(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    hung = [f"hung{number}.example" for number in range(6)]
    good = [f"good{number}.example" for number in range(3)]
    routes: dict[str, Route] = {f"{host}/robots.txt": Streamed(hang) for host in hung}
    for host in good:
        routes[f"{host}/feed"] = feed_answer(rss((f"http://{host}/a", f"News of {host}", "")))
        routes[f"{host}/a"] = page(f"News of {host}")
    sources = [make_source(f"http://{host}/feed", source_id=host.split(".")[0]) for host in (*hung, *good)]
    async with serving(routes) as server:
        started = asyncio.get_running_loop().time()
        found = await night(
            server,
            sources,
            hosts=(*hung, *good),
            limits=CrawlSettings(hosts_at_once=2, patience_s=0.1, second_try_s=0),
            read_timeout_s=1.5,
        )
        took = asyncio.get_running_loop().time() - started
    assert found.titles() == [f"News of {host}" for host in good]
    assert sorted(outcome.outcome for outcome in found.feeds) == ["ok"] * 3 + ["timeout"] * 6
    assert [outcome.outcome for outcome in found.feeds][:3] == ["ok"] * 3, "the good ones did not wait"
    assert took < 3


async def test_the_host_with_most_pages_begins_first() -> None:
    few, many = "few.example", "many.example"
    links = [f"http://{few}/p0", *(f"http://{many}/p{number}" for number in range(1, 6))]
    routes: dict[str, Route] = {"/feed": feed_answer(rss(*((link, f"Title {link[-1]}", "") for link in links)))}
    routes |= {f"/p{number}": page(f"Title {number}", seed=number) for number in range(6)}
    async with serving(routes) as server:
        await night(server, hosts=(HOST, few, many), limits=CrawlSettings(pages_at_once=1, second_try_s=0))
    asked = [request.host for request in server.requests if request.target.startswith("/p")]
    assert asked == [many] * 5 + [few]


async def test_a_feed_read_without_verifying_its_certificate_says_so() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "certificate.pem", TLS / "key.pem")
    feed = f"https://{HOST}/feed"
    states: dict[str, FeedState] = {}
    async with serving({"/feed": feed_answer(rss(), etag="")}, tls=context) as server:
        source = make_source(feed)
        verified = await night(server, [source])
        first = await night(server, [source], states=states, unverified_hosts=(HOST,))
        again = await night(server, [source], states=states, unverified_hosts=(HOST,))
    assert verified.feeds[0].outcome == "unreachable"
    assert [first.feeds[0].outcome, again.feeds[0].outcome] == ["ok", "not_modified"]
    assert all(UNVERIFIED in found.feeds[0].reason for found in (first, again))


async def test_closing_the_crawl_early_ends_everything_under_way() -> None:
    async def hang(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    routes = two_articles()
    routes["/b"] = Streamed(hang)
    async with serving(routes) as server:
        fetcher = HttpFetcher(settings(server, HOST, read_timeout_s=30, total_timeout_s=30), now=now)
        source = make_source()
        before = asyncio.all_tasks()
        stream = crawl(
            [(source, source.feeds[0], FeedState(url=FEED))],
            fetcher=fetcher,
            robots=RobotsCache(fetcher, AGENT, now),
            run=inline,
            known=Memory(),
            settings=CrawlSettings(queue_size=1),
            now=now,
        )
        server.routes["/feed"] = feed_answer(rss((f"http://{HOST}/b", "Late", ""), (f"http://{HOST}/a", "First", "")))
        async for _ in stream:
            break
        await stream.aclose()
        left = {task for task in asyncio.all_tasks() - before if "serve" not in repr(task)}
        await fetcher.aclose()
    assert left == set()


@pytest.mark.parametrize("taken", [0, 1, 3])
async def test_a_crawl_that_was_cut_off_is_completed_by_the_next(taken: int) -> None:
    links = [f"http://{HOST}/p{number}" for number in range(5)]
    routes: dict[str, Route] = {"/feed": conditional(rss(*((link, f"Title {link[-1]}", "") for link in links)), '"1"')}
    for number in range(5):
        routes[f"/p{number}"] = page(f"Title {number}", seed=number)
    memory = Memory()
    async with serving(routes) as server:
        fetcher = HttpFetcher(settings(server, HOST), now=now)
        source = make_source()
        stream = crawl(
            [(source, source.feeds[0], FeedState(url=FEED))],
            fetcher=fetcher,
            robots=RobotsCache(fetcher, AGENT, now),
            run=inline,
            known=memory,
            settings=CrawlSettings(),
            now=now,
        )
        stored = 0
        async with aclosing(stream):
            while stored < taken:
                outcome = await anext(stream)
                assert isinstance(outcome, ArticleOutcome)
                stored += 1
                memory.entries[FEED, outcome.entry_id] = KnownEntry(
                    fingerprint=outcome.fingerprint, outcome=outcome.outcome, attempts=outcome.attempts
                )
                assert outcome.article is not None
                memory.hashes[outcome.article.url] = outcome.article.content_hash
        await fetcher.aclose()
        found = await night(server, memory=memory)
    assert len(found.articles) == 5 - taken
    assert set(memory.hashes) == set(links)
    assert found.feeds[0].state.etag == '"1"'


async def test_a_slow_consumer_slows_the_crawl() -> None:
    links = [f"http://{HOST}/p{number}" for number in range(8)]
    routes: dict[str, Route] = {"/feed": feed_answer(rss(*((link, f"Title {link[-1]}", "") for link in links)))}
    for number in range(8):
        routes[f"/p{number}"] = page(f"Title {number}", seed=number)
    async with serving(routes) as server:
        fetcher = HttpFetcher(settings(server, HOST), now=now)
        source = make_source()
        stream = crawl(
            [(source, source.feeds[0], FeedState(url=FEED))],
            fetcher=fetcher,
            robots=RobotsCache(fetcher, AGENT, now),
            run=inline,
            known=Memory(),
            settings=CrawlSettings(queue_size=2),
            now=now,
        )
        count = 0
        async for outcome in stream:
            count += isinstance(outcome, ArticleOutcome)
            await asyncio.sleep(0.05)
            asked = sum(path.startswith("/p") for path in server.paths())
            assert asked <= count + 4
        await fetcher.aclose()
    assert count == 8


def _canonical(path: str) -> str:
    return f"<link rel=canonical href='http://{HOST}{path}'>"


_TITLES = ("Pump fire at Varna", "Minister signs decree", "Court halts coal licence")


@pytest.mark.parametrize("target", range(3))
async def test_a_canonical_link_to_another_entry_loses_neither(target: int) -> None:
    feed = rss(*((f"http://{HOST}/{n}-story", title, "Short.") for n, title in enumerate(_TITLES)))
    pages = {f"/{n}-story": page(t, seed=n, head=_canonical(f"/{target}-story")) for n, t in enumerate(_TITLES)}
    async with serving({"/feed": feed_answer(feed), **pages}) as server:
        found = await night(server)
    kept = {outcome.article.url: outcome.article.title for outcome in found.articles if outcome.article}
    assert kept == {f"http://{HOST}/{n}-story": title for n, title in enumerate(_TITLES)}


async def test_an_edited_article_is_not_put_over_another_that_has_its_canonical_link() -> None:
    def one(request: Request) -> bytes:
        number = int(request.target[-1])
        return page(_TITLES[number] + edited.get(number, ""), seed=number, head=_canonical("/view"))

    def feed(request: Request) -> bytes:
        return feed_answer(rss(*((f"http://{HOST}/view?idxno={n}", title + edited.get(n, ""), "Short.")
                                 for n, title in enumerate(_TITLES))), etag=f'"{len(edited)}"')  # fmt: skip

    edited: dict[int, str] = {}
    memory, states = Memory(), dict[str, FeedState]()
    async with serving({"/feed": feed, "/view": one}) as server:
        first = await night(server, memory=memory, states=states)
        before = {o.entry_id: o.article.url for o in first.articles if o.article}
        assert len(set(before.values())) == 3
        edited |= dict.fromkeys(range(3), " (updated)")
        second = await night(server, memory=memory, states=states)
    assert {o.entry_id: o.article.url for o in second.articles if o.article} == before


def _bare(title: str, *paragraphs: str) -> bytes:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    head = f"<meta charset=utf-8><title>{title}</title>"
    return answer(f"<html><head>{head}</head><body><main><h1>{title}</h1>{text}</main></body></html>")


@pytest.mark.parametrize(
    "shown",
    [
        _bare(
            "Nie znaleziono strony",
            "Strona, której szukasz, nie istnieje. Sprawdź adres albo przejdź na stronę główną.",
        ),
        _bare("Вход на сайт", "Войдите, чтобы продолжить чтение, или зарегистрируйтесь на нашем сайте."),
        _bare("访问验证", "为了保障您的访问安全，请完成以下验证。请拖动滑块完成拼图，验证通过后即可继续访问。"),
        _bare("Wire", "Wir sind bald zurück. Unsere Redaktion arbeitet mit Hochdruck daran."),
        _bare("Redirecting", "If you are not redirected, click here to go to what you have asked for."),
    ],
)
async def test_a_short_page_that_tells_of_something_else_is_no_article(shown: bytes) -> None:
    feed = rss(
        (f"http://{HOST}/a/b-1", "Pożar w rafinerii Płock", "Short."),
        (f"http://{HOST}/a/b-2", "炼油厂发生火灾", "Short."),
    )
    async with serving({"/feed": feed_answer(feed), "/a/b-1": shown, "/a/b-2": shown}) as server:
        found = await night(server)
    assert set(found.outcomes().values()) == {"not_article"}


async def test_a_brief_that_tells_of_its_headline_is_an_article() -> None:
    feed = rss(
        (f"http://{HOST}/a/b-1", "Kollsnes output cut", "Short."), (f"http://{HOST}/a/b-2", "炼油厂发生火灾", "Short.")
    )
    pages: dict[str, Route] = {
        "/a/b-1": _bare("Gassco", "Gassco said the Kollsnes plant gives 12 mcm a day less for planned work."),
        "/a/b-2": _bare("快讯", "消息人士称，周一当地一家炼油厂发生火灾，目前火势已得到控制，暂无人员伤亡报告。"),
    }
    async with serving({"/feed": feed_answer(feed), **pages}) as server:
        found = await night(server)
    assert set(found.outcomes().values()) == {"ok"}


@pytest.mark.parametrize(
    "target", ["/news/oil/", "/oil", "/?gone=1", "/en/index.html", "/search?q=x", "/404", "/tag/oil"]
)
async def test_a_redirect_to_a_section_is_no_article(target: str) -> None:
    link = f"http://{HOST}/news/oil/pump-fire-12"
    routes: dict[str, Route] = {
        "/feed": feed_answer(rss((link, "Pump fire at Varna", "Short."))),
        "/news/oil/pump-fire-12": answer(status=301, headers={"Location": target}),
        target: page("Oil and gas"),
    }
    async with serving(routes) as server:
        found = await night(server)
    assert [outcome.outcome for outcome in found.articles] == ["not_article"]
    routes[target] = page("Pump fire at Varna")
    async with serving(routes) as server:
        found = await night(server)
    assert [outcome.outcome for outcome in found.articles] == ["ok"]


@pytest.mark.parametrize(
    "shown",
    [
        _bare("Just a moment...", "Enable JavaScript and cookies to continue."),
        _bare("Under maintenance", "We will be back soon."),
        answer("", status=202),
    ],
)
async def test_a_page_that_a_site_shows_for_an_hour_does_not_lose_the_article(shown: bytes) -> None:
    routes: dict[str, Route] = {
        "/feed": conditional(rss((f"http://{HOST}/a/b", "Pump fire", "Short.")), '"1"'), "/a/b": shown
    }  # fmt: skip
    memory, states = Memory(), dict[str, FeedState]()
    async with serving(routes) as server:
        found = await night(server, memory=memory, states=states)
        assert [outcome.outcome for outcome in found.articles] == ["not_article"]
        routes["/a/b"] = page("Pump fire")
        found = await night(server, memory=memory, states=states)
        assert found.titles() == ["Pump fire"]
        routes["/a/b"] = shown
    memory, states = Memory(), {}
    async with serving(routes) as server:
        for _ in range(5):
            await night(server, memory=memory, states=states)
        assert server.paths().count("/a/b") == 3
