"""The crawl step: the due feeds are asked, and every outcome is in the ledger before the next one is awaited."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime

from crawler.crawl import CrawlSettings, crawl
from crawler.fetch import FetchSettings, HttpFetcher
from crawler.records import ArticleOutcome, Feed, FeedState, Source
from crawler.robots import RobotsCache
from crawler.schedule import decide_due
from linewalker import __version__
from linewalker.config import Config, CrawlConfig, parse_address
from linewalker.output import Output
from linewalker.workers import WorkerLimits, WorkerPool
from store.articles import LedgerKnown, add_article_outcome
from store.bodies import add_body
from store.database import Ledger
from store.sources import add_feed_outcome, get_feed_states

ANSWERED = frozenset({"ok", "not_modified"})


def user_agent(contact: str) -> str:
    """The honest name that Linewalker gives itself: product, version and how to reach the operator."""
    return f"Linewalker/{__version__} (+{contact})" if contact else f"Linewalker/{__version__}"


def fetch_settings(config: CrawlConfig) -> FetchSettings:
    """The crawler's settings from the configuration's."""
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
        allow_networks=config.allow_networks,
        resolve={host: parse_address(text, f"crawl.resolve.{host}") for host, text in config.resolve.items()},
    )


def find_due(
    sources: Sequence[Source], states: dict[str, FeedState], now: datetime, *, force: bool = False
) -> list[tuple[Source, Feed, FeedState]]:
    """The feeds to ask now, each with its source and its state."""
    due = []
    for source in sources:
        for feed in source.feeds:
            state = states.get(feed.url) or FeedState(url=feed.url)
            # Each run asks: how often is cron's business, and an unchanged feed costs its publisher a 304.
            if decide_due(source, feed, state, now, force=force, min_interval_s=0.0).due:
                due.append((source, feed, state))
    return due


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
    due = find_due(sources, get_feed_states(ledger), now(), force=force)
    counts["feeds_listed"] = sum(len(source.feeds) for source in sources)
    counts["feeds_due"] = len(due)
    limits = WorkerLimits(seconds=config.crawl.parse_timeout_s, megabytes=config.crawl.parse_memory_mb)
    fetcher = HttpFetcher(fetch_settings(config.crawl), now=now)
    max_body = int(config.crawl.max_body_mb * 1e6)
    settings = CrawlSettings(
        max_entries_per_feed=config.crawl.max_entries_per_feed,
        max_articles_per_source=config.crawl.max_articles_per_source,
        max_feed_bytes=max_body,
        max_page_bytes=min(max_body, CrawlSettings().max_page_bytes),
        second_try_s=config.crawl.second_try_s,
    )
    try:
        async with WorkerPool(config.crawl.parse_processes, limits) as pool:
            robots = RobotsCache(fetcher, user_agent(config.crawl.contact), now)
            outcomes = crawl(
                due, fetcher=fetcher, robots=robots, run=pool, known=LedgerKnown(ledger), settings=settings, now=now
            )
            async for outcome in outcomes:
                if isinstance(outcome, ArticleOutcome):
                    # The body is on disk before the row that names it: a crash leaves a spare file, never a dead name.
                    if outcome.raw_body is not None and outcome.article is not None:
                        add_body(config.bodies_path, outcome.raw_body)
                    added = add_article_outcome(ledger, outcome, run_id)
                    counts[f"articles_{added.status}"] += 1
                    counts[f"entries_{outcome.outcome}"] += 1
                else:
                    add_feed_outcome(ledger, outcome, run_id)
                    counts["feeds_done"] += 1
                    counts["feeds_answered"] += outcome.outcome in ANSWERED
                    counts["feeds_not_modified"] += outcome.outcome == "not_modified"
                output.progress("feeds", counts["feeds_done"], len(due))
    finally:
        await fetcher.aclose()
    output.line(
        f"crawl: {counts['feeds_answered']} of {counts['feeds_due']} due feeds answered "
        f"({counts['feeds_not_modified']} unchanged); {counts['articles_new']} new articles, "
        f"{counts['articles_changed']} edited"
    )
    return counts
