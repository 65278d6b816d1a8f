"""What all parts of one crawl share: its limits, its surroundings, and what it has taken so far."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable

from crawler.records import ArticleOutcome, Fetcher, FetchResult, Known, Outcome, Runner
from crawler.robots import RobotsCache
from crawler.turns import SLOW_AFTER_S, Turns


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlSettings:
    """The limits of one night; sizes in bytes, times in seconds."""

    max_entries_per_feed: int = 200  # new or changed ones; the rest waits for the next night
    max_entries_seen: int = 1000  # of one feed, the newest; what stands behind them is an archive
    max_articles_per_source: int = 300  # pages asked for
    max_pages: int = 50_000  # in all
    max_costly_pages: int = 3  # of a source, on which a worker was killed; each holds a worker for its whole limit
    second_try_s: float = 15.0  # until a feed that met a passing fault is asked once more; 0: it is not
    max_feed_s: float = 1800.0  # from a feed's first request to its last page
    max_night_s: float = 6 * 3600.0  # after which no feed and no page is begun
    grace_s: float = 300.0  # in which what has been begun by then may end; the rest is broken off
    max_feed_bytes: int = 24 * 1024 * 1024
    max_page_bytes: int = 8 * 1024 * 1024
    max_child_sitemaps: int = 5  # of a sitemap index, the newest
    hosts_at_once: int = 128  # whose feeds are being worked on; the fetcher bounds the requests
    hosts_waited_for: int = 512  # beside those, while they keep their feed waiting longer than
    patience_s: float = SLOW_AFTER_S  # this
    pages_at_once: int = 4  # hosts that one feed's pages are fetched from side by side
    queue_size: int = 16  # outcomes that may wait for the consumer
    max_small_bytes: int = 2 * 1024 * 1024  # of a document; larger ones are taken `large_at_once`
    large_at_once: int = 2
    min_own_text: int = 40  # characters, of an entry that is all there is to read
    min_feed_text: int = 200  # characters, of an entry that stands in for its page


@runtime_checkable
class Expecting(Protocol):
    """A fetcher that lets the host with most pages to come begin first."""

    def expect(self, host: str, pages: int) -> None: ...


@dataclass(slots=True)
class Night:
    """One crawl on its way."""

    fetcher: Fetcher
    robots: RobotsCache
    run: Runner
    known: Known
    settings: CrawlSettings
    now: Callable[[], datetime]
    asked: Counter[str] = field(default_factory=Counter)  # pages, by source id
    # What became of the page behind an entry's canonical link, and whether it is to be asked for again.
    claims: dict[str, asyncio.Future[tuple[ArticleOutcome, bool]]] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)  # what feeds call the pages that entries lead to
    costly: Counter[str] = field(default_factory=Counter)  # pages that a worker was killed on, by source id
    taken: dict[str, str] = field(default_factory=dict)  # canonical URL -> content hash
    pages: int = 0  # asked for, of all sources
    turns: Turns = field(init=False)
    large_room: asyncio.Semaphore = field(init=False)
    ends_at: float = field(init=False)  # by the event loop's clock

    def __post_init__(self) -> None:
        limits = self.settings
        self.ends_at = asyncio.get_running_loop().time() + limits.max_night_s
        self.turns = Turns(limits.hosts_at_once, max_slow=limits.hosts_waited_for, slow_after_s=limits.patience_s)
        self.large_room = asyncio.Semaphore(self.settings.large_at_once)

    @asynccontextmanager
    async def document(
        self,
        url: str,
        *,
        max_bytes: int,
        accept: str,
        etag: str | None = None,
        last_modified: str | None = None,
    ) -> AsyncIterator[FetchResult]:
        """Fetches a document, which is to be let go of at the end of the block.

        Parsers are slower than servers, and 25 KB on the wire can be 24 MB in memory: what waited for a parser could
        fill it. So one that turns out to be large is asked for again, in its turn among the large.
        """
        small = min(max_bytes, self.settings.max_small_bytes)
        fetch = self.fetcher.fetch
        permit = self.robots.permit
        result = await fetch(url, etag=etag, last_modified=last_modified, max_bytes=small, accept=accept, permit=permit)
        if small == max_bytes or not result.over_max_bytes:
            yield result
            return
        async with self.large_room:
            yield await fetch(
                url, etag=etag, last_modified=last_modified, max_bytes=max_bytes, accept=accept, permit=permit
            )

    def expect(self, host: str, pages: int) -> None:
        """Tells the fetcher how many pages are to come of a host, where it wants to know."""
        if isinstance(self.fetcher, Expecting):
            self.fetcher.expect(host, pages)

    def count_page(self, source_id: str) -> None:
        """Notes that a page of this source is asked for."""
        self.asked[source_id] += 1
        self.pages += 1

    def is_over(self) -> bool:
        """Whether the night's time is used up, so that nothing more is begun."""
        return asyncio.get_running_loop().time() >= self.ends_at

    def budget_reason(self, source_id: str) -> str | None:
        """Why no more pages of this source are asked for tonight, or None."""
        if self.is_over():
            return night_is_over(self.settings.max_night_s)
        if self.asked[source_id] >= self.settings.max_articles_per_source:
            return f"the source's {self.settings.max_articles_per_source} pages of this night are used up"
        if self.costly[source_id] >= self.settings.max_costly_pages:
            return f"{self.costly[source_id]} pages of this source took too much time or memory tonight"
        if self.pages >= self.settings.max_pages:
            return f"the night's {self.settings.max_pages} pages are used up"
        return None


def night_is_over(seconds: float) -> str:
    """Why something is left for the next night: the reason by which such feeds and entries are known."""
    number, unit = (seconds / 3600, "hours") if seconds >= 3600 else (seconds / 60, "minutes")
    return f"the night's budget of {number:.3g} {unit} is used up"


def is_passing(outcome: Outcome, status: int | None) -> bool:
    """Whether a failure may be gone by the next night, so that the same is asked for again."""
    if outcome == "http_error":  # without a status it is that of the robots.txt to which a redirect led
        return status is None or status >= 500 or status in {408, 425, 429}
    return outcome in {"timeout", "unreachable", "broken", "skipped"}
