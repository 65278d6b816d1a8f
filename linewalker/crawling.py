"""The crawl step: the due feeds are asked, and what comes of each is stored at most a quarter of a second later."""

from __future__ import annotations

import asyncio
import os
import resource
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import TypeVar

from crawler.crawl import CrawlSettings, crawl
from crawler.dialling import parse_proxy
from crawler.fetch import FetchSettings, HttpFetcher
from crawler.night import night_is_over
from crawler.records import ArticleOutcome, Feed, FeedOutcome, FeedState, Source
from crawler.robots import RobotsCache
from crawler.schedule import decide_due, without_lied_validators
from crawler.secrets import redact
from crawler.urls import check_url, split_url
from linewalker import __version__
from linewalker.attributing import Attribution
from linewalker.config import Config, CrawlConfig, parse_address
from linewalker.errors import ConfigError
from linewalker.output import Output, record
from linewalker.workers import WorkerLimits, WorkerPool
from store.arrivals import Arrivals
from store.articles import AddedArticle
from store.bodies import BodyWriter
from store.database import Ledger
from store.hosts import LedgerHosts
from store.sources import add_passed_over, get_feed_states, learn_habits

ANSWERED = frozenset({"ok", "not_modified"})
HELD_BACK_S = 0.25  # outcomes wait this long for others to come
HELD_AT_MOST_S = 1.0  # while others do come; what waits in a crash is met again

_ENOUGH_FILES = 1024  # for what one crawl has open at once by the default settings
_OTHER_FILES = 128  # ledger, workers' pipes, bodies being written, names being looked up

T = TypeVar("T")


def user_agent(contact: str) -> str:
    """The honest name that Linewalker gives itself: product, version and how to reach the operator."""
    return f"Linewalker/{__version__} (+{contact})" if contact else f"Linewalker/{__version__}"


def fetch_settings(config: CrawlConfig, sources: Sequence[Source] = ()) -> FetchSettings:
    """The crawler's settings from the configuration's, with the exceptions that single sources make."""
    usual = FetchSettings(user_agent="")
    # Half of the connections that there is room for may be slow, the other half idle.
    room = max(open_files() - config.hosts_at_once - _OTHER_FILES, 16) // 2
    return FetchSettings(
        user_agent=user_agent(config.contact),
        connect_timeout_s=config.connect_timeout_s,
        read_timeout_s=config.read_timeout_s,
        total_timeout_s=config.total_timeout_s,
        max_wire_bytes=int(config.max_wire_mb * 1e6),
        max_body_bytes=int(config.max_body_mb * 1e6),
        max_redirects=config.max_redirects,
        host_spacing_s=config.host_spacing_s,
        hosts_at_once=config.hosts_at_once,
        max_slow=min(usual.max_slow, room),
        max_idle_hosts=min(usual.max_idle_hosts, room),
        allow_networks=config.allow_networks,
        resolve={host: parse_address(text, f"crawl.resolve.{host}") for host, text in config.resolve.items()},
        proxy=_proxy(config.proxy),
        unverified_hosts=unverified_hosts(sources),
    )


def open_files() -> int:
    """How many files and sockets this process may have open, once a low limit is raised as far as it may be.

    A connection for which there is none left would be told as the server's fault.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    unlimited = resource.RLIM_INFINITY
    if soft != unlimited and soft < _ENOUGH_FILES:
        soft = _ENOUGH_FILES if hard == unlimited else min(hard, _ENOUGH_FILES)
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return 2 * _ENOUGH_FILES if soft == unlimited else soft


def unverified_hosts(sources: Sequence[Source]) -> tuple[str, ...]:
    """The hosts of the feeds and homepages of sources that are set to `insecure_tls`; no other host is excepted."""
    urls = [url for one in sources if one.insecure_tls for url in (*(f.url for f in one.feeds), one.homepage) if url]
    return tuple(dict.fromkeys(split_url(url).host for url in urls if check_url(url) is None))


def _proxy(configured: str | None) -> str | None:
    """The proxy's address; raises ConfigError, which never shows it, for it can hold a password."""
    proxy = configured
    if configured and configured.startswith("$"):
        proxy = os.environ.get(configured[1:].strip("{}"), "").strip()
        if not proxy:
            raise ConfigError(f"'crawl.proxy': the environment variable {configured[1:].strip('{}')} is not set")
    if proxy:
        try:
            parse_proxy(proxy)
        except ValueError as error:
            raise ConfigError(f"'crawl.proxy': {error}") from error
    return proxy or None


def find_due(
    sources: Sequence[Source], states: dict[str, FeedState], now: datetime, *, force: bool = False
) -> tuple[list[tuple[Source, Feed, FeedState]], list[tuple[Feed, str]]]:
    """The feeds to ask now, each with its source and its state; and the others, each with the reason."""
    due: list[tuple[Source, Feed, FeedState]] = []
    passed: list[tuple[Feed, str]] = []
    for source in sources:
        for feed in source.feeds:
            state = states.get(feed.url) or FeedState(url=feed.url)
            # Each run asks, but for feeds whose habit is known: an unchanged feed costs its publisher a 304.
            decision = decide_due(source, feed, state, now, force=force, min_interval_s=0.0)
            if decision.due:
                due.append((source, feed, state))
            else:
                passed.append((feed, decision.reason))
    return due, passed


async def with_pauses(outcomes: AsyncIterator[T], seconds: float) -> AsyncIterator[T | None]:
    """The outcomes as they come, and None each time that none has come for so long."""
    coming: asyncio.Task[T] | None = None
    try:
        while True:
            coming = coming or asyncio.ensure_future(anext(outcomes))
            done, _ = await asyncio.wait({coming}, timeout=seconds)
            if not done:
                yield None
                continue
            try:
                outcome = coming.result()
            except StopAsyncIteration:
                return
            coming = None
            yield outcome
    finally:
        if coming is not None and not coming.done():
            coming.cancel()
            with suppress(asyncio.CancelledError, StopAsyncIteration):
                await coming


def _record_feed(output: Output, done: FeedOutcome) -> None:
    fields = {
        "source": done.feed.source_id,
        "feed": redact(done.feed.url),
        "outcome": done.outcome,
        "reason": redact(done.reason),
        "status": done.state.http_status,
        "failures": done.state.failures,
        "new_entries": done.new_entries,
        "seconds": done.elapsed_s,
    }
    level = "info" if done.outcome in ANSWERED else "warning"
    record(output, f"feed {done.outcome}", step="crawl", level=level, fields=fields)


async def crawl_step(
    ledger: Ledger,
    config: Config,
    sources: Sequence[Source],
    *,
    run_id: str,
    now: Callable[[], datetime],
    output: Output,
    force: bool = False,
) -> Counter[str]:
    """Asks every due feed and stores what came. Gives the run's counts; single failures are rows, not errors."""
    counts: Counter[str] = Counter()
    began_at = now()
    states = learn_habits(ledger, sources, get_feed_states(ledger))
    due, passed = find_due(sources, without_lied_validators(states, began_at), began_at, force=force)
    add_passed_over(ledger, passed, run_id, at=began_at)
    counts["feeds_listed"] = sum(len(source.feeds) for source in sources)
    counts["feeds_due"] = len(due)
    limits = WorkerLimits(seconds=config.crawl.parse_timeout_s, megabytes=config.crawl.parse_memory_mb)
    hosts = LedgerHosts(ledger)
    fetcher = HttpFetcher(fetch_settings(config.crawl, sources), now=now, memory=hosts)
    max_body = int(config.crawl.max_body_mb * 1e6)
    settings = CrawlSettings(
        max_entries_per_feed=config.crawl.max_entries_per_feed,
        max_articles_per_source=config.crawl.max_articles_per_source,
        max_feed_bytes=max_body,
        max_page_bytes=min(max_body, CrawlSettings().max_page_bytes),
        second_try_s=config.crawl.second_try_s,
        max_night_s=config.crawl.max_hours * 3600,
    )
    over = night_is_over(settings.max_night_s)

    def count(added: AddedArticle) -> None:
        counts[f"articles_{added.status}"] += 1

    bodies = BodyWriter(config.bodies_path)
    # The body is on disk before the row that names it: a crash leaves a spare file, never a dead name.
    arrivals = Arrivals(ledger, run_id, count, before=bodies.settle)
    attribution = Attribution(ledger, sources)
    clock, stored_at = asyncio.get_running_loop().time, 0.0
    try:
        async with WorkerPool(config.crawl.parse_processes, limits) as pool:
            robots = RobotsCache(fetcher, user_agent(config.crawl.contact), now, hosts)
            outcomes = crawl(due, fetcher=fetcher, robots=robots, run=pool, known=arrivals, settings=settings, now=now)
            async for outcome in with_pauses(outcomes, HELD_BACK_S):
                if outcome is None:
                    arrivals.flush()
                    stored_at = clock()
                    continue
                if isinstance(outcome, ArticleOutcome):
                    outcome = attribution.settle(outcome)
                    if outcome.raw_body is not None and outcome.article is not None and outcome.article.raw_hash:
                        bodies.add(outcome.article.raw_hash, outcome.raw_body)
                    counts[f"entries_{outcome.outcome}"] += 1
                else:
                    counts["feeds_done"] += 1
                    counts["feeds_answered"] += outcome.outcome in ANSWERED
                    counts["feeds_not_modified"] += outcome.outcome == "not_modified"
                    counts["feeds_left"] += outcome.reason == over
                    _record_feed(output, outcome)
                    output.progress("feeds", counts["feeds_done"], len(due))
                arrivals.add(outcome)
                if clock() - stored_at >= HELD_AT_MOST_S:
                    arrivals.flush()
                    stored_at = clock()
        arrivals.flush()
    except (Exception, asyncio.CancelledError, KeyboardInterrupt):
        with suppress(Exception):  # what came in is kept; the cause is what the operator is to read
            arrivals.flush()
            hosts.flush()
        raise
    finally:
        await fetcher.aclose()
        bodies.close()
    hosts.flush()
    not_due = counts["feeds_listed"] - counts["feeds_due"]
    output.line(
        f"crawl: {counts['feeds_answered']} of {counts['feeds_due']} due feeds answered "
        f"({counts['feeds_not_modified']} unchanged); {counts['articles_new']} new articles, "
        f"{counts['articles_changed']} edited"
        + (f"; {not_due} feeds were not due" if not_due else "")
        + (f"; {over}: {counts['feeds_left']} feeds are left for the next run" if counts["feeds_left"] else "")
    )
    return counts
