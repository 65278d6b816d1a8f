"""`linewalker sources discover`: which feeds and sitemaps a site has, each asked and read before it is told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from crawler.discovery import FoundFeed, SitePage, address_key, find_sitemaps, find_well_known, looks_like_news
from crawler.failures import one_line
from crawler.fetch import HttpFetcher
from crawler.habits import in_words
from crawler.jobs import examine_feed, read_site_page
from crawler.records import FetchResult, RobotsState
from crawler.robots import RobotsCache
from crawler.secrets import redact
from crawler.seen_feeds import SeenFeed
from crawler.urls import check_url, registrable_domain, split_url
from linewalker.config import Config
from linewalker.crawling import fetch_settings, user_agent
from linewalker.errors import ConfigError
from linewalker.tables import render_table
from linewalker.workers import WorkerLimits, WorkerPool

_MAX_ASKED = 40  # candidates of one site
_MAX_PAGES = 3  # of a site that are read for feeds: the one given, and its lists of feeds
_IN_INDEX = "sitemap index"
_MAX_CHILDREN = 3  # sitemaps of an index that are asked
_MAX_BYTES = 8 * 1024 * 1024
_ACCEPT = "text/html,application/rss+xml,application/atom+xml,application/feed+json,application/xml;q=0.9,*/*;q=0.5"


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovered:
    """One candidate, asked and read."""

    found: FoundFeed
    url: str  # after redirects, where they are for good
    site: str  # the page's own name for its site, else its host
    page_url: str
    seen: SeenFeed | None  # None: it gave no feed
    problem: str | None = None  # why it is of no use, or less than it seems


@dataclass(slots=True)
class _Notes:
    """A HostMemory for one command, from which robots.txt is read a second time."""

    files: dict[str, RobotsState] = field(default_factory=dict)

    def robots(self, origin: str) -> RobotsState | None:
        return self.files.get(origin)

    def keep_robots(self, state: RobotsState) -> None:
        self.files[state.origin] = state

    def not_before(self, host: str) -> datetime | None:
        return None

    def keep_not_before(self, host: str, until: datetime) -> None:
        """Not minded: this command asks a host a few times and ends."""


def discover_feeds(
    config: Config, targets: Sequence[str], *, now: Callable[[], datetime], tell: Callable[[str], None]
) -> list[Discovered]:
    """Looks at each page, host or saved page and asks what it tells of; what went wrong is told, not raised."""
    return asyncio.run(_discover(config, targets, now, tell))


async def _discover(
    config: Config, targets: Sequence[str], now: Callable[[], datetime], tell: Callable[[str], None]
) -> list[Discovered]:
    fetcher = HttpFetcher(fetch_settings(config.crawl), now=now)
    limits = WorkerLimits(seconds=config.crawl.parse_timeout_s, megabytes=config.crawl.parse_memory_mb)
    notes = _Notes()
    robots = RobotsCache(fetcher, user_agent(config.crawl.contact), now, notes)
    found: list[Discovered] = []
    try:
        async with WorkerPool(config.crawl.parse_processes, limits) as pool:
            for target in targets:
                site = _Site(fetcher, robots, notes, pool, now, tell)
                found += await site.discover(target)
    finally:
        await fetcher.aclose()
    return found


class _Site:
    """One target on its way."""

    def __init__(
        self,
        fetcher: HttpFetcher,
        robots: RobotsCache,
        notes: _Notes,
        pool: WorkerPool,
        now: Callable[[], datetime],
        tell: Callable[[str], None],
    ) -> None:
        self._fetcher, self._robots, self._notes, self._pool = fetcher, robots, notes, pool
        self._now, self._tell = now, tell
        self._asked: set[str] = set()
        self._pages = 0
        self._page = SitePage()
        self._name = ""
        self._found: list[Discovered] = []

    async def discover(self, target: str) -> list[Discovered]:
        """The feeds of one target, those that are well first."""
        started = await self._start(target)
        if started is None:
            return self._found
        if self._page.feeds:
            await self._ask_all(self._page.feeds)
        if started:
            await self._ask_all(self._sitemaps(started))
            if not any(one.seen is not None for one in self._found):
                await self._ask_all(find_well_known(started), until_found=True)
        if not self._found:
            self._tell(f"{target}: no feed and no news sitemap was found")
        return sorted(self._found, key=_rank)

    async def _start(self, target: str) -> str | None:
        """Reads the target's page; gives the site's address, empty where it is not known, None where nothing came."""
        saved = _read_saved(target)
        if isinstance(saved, str):
            self._tell(saved)
            return None
        if saved is not None:
            page = await self._read(saved, "", None, target)
            if page is None:
                return None
            self._take_page(page, page.url)
            return page.url
        addresses = [target] if "://" in target else [f"https://{target}", f"http://{target}"]
        result: FetchResult | None = None
        for address in addresses:
            if (problem := check_url(address)) is not None:
                self._tell(f"{target}: {problem}")
                return None
            result = await self._fetch(address)
            if result.outcome == "ok":
                break
        assert result is not None
        if result.outcome != "ok":
            self._tell(f"{target}: {result.reason}")
            # Its robots.txt may name sitemaps all the same, where only the page is missing.
            return addresses[0] if result.outcome == "http_error" else None
        seen = await self._examine(result, "feed")
        if isinstance(seen, SeenFeed):
            found = FoundFeed(url=result.final_url, how="given", kind=seen.kind)
            self._note(result.final_url)
            self._found.append(self._discovered(found, result, seen, None))
            return result.final_url
        page = await self._read(result.body, result.final_url, result.headers.get("content-type"), target)
        if page is not None:
            self._take_page(page, result.final_url)
        return result.final_url

    def _take_page(self, page: SitePage, url: str) -> None:
        self._page, self._pages = page, 1
        host = (urlsplit(url).hostname or "").removeprefix("www.")
        self._name = page.name or host

    def _sitemaps(self, url: str) -> tuple[FoundFeed, ...]:
        state = self._notes.robots(split_url(url).origin)
        return find_sitemaps(state.body, url) if state is not None and state.outcome == "ok" else ()

    async def _ask_all(self, candidates: Iterable[FoundFeed], *, until_found: bool = False) -> None:
        for candidate in candidates:
            if len(self._asked) >= _MAX_ASKED:
                self._tell(f"{self._name}: more than {_MAX_ASKED} addresses were named; the rest was not asked")
                return
            if await self._ask(candidate) and until_found:
                return

    async def _ask(self, candidate: FoundFeed) -> bool:
        """Asks for one candidate; whether it is a feed."""
        if len(self._asked) >= _MAX_ASKED or check_url(candidate.url) is not None or not self._note(candidate.url):
            return False
        result = await self._fetch(candidate.url)
        quiet = candidate.how in ("linked", "well-known path")  # a guess that is wrong is nobody's fault
        if result.outcome != "ok":
            if not quiet:
                self._found.append(self._discovered(candidate, result, None, result.reason))
            return False
        if result.final_url != candidate.url and not self._note(result.final_url):
            return False  # another way to a feed that was asked already
        seen = await self._examine(result, candidate.kind)
        if isinstance(seen, str):
            if candidate.how == "linked" and self._pages < _MAX_PAGES:
                return await self._follow(result)
            if not quiet:
                self._found.append(self._discovered(candidate, result, None, seen))
            return False
        candidate = replace(candidate, kind=seen.kind)
        if seen.children:
            # An index in an index is against the protocol, and could go on for ever.
            return candidate.how != _IN_INDEX and await self._ask_children(seen)
        if seen.kind == "sitemap" and not seen.is_news:
            return False  # all pages that there are, and none of them dated or titled: no list of news
        self._found.append(self._discovered(candidate, result, seen, None))
        return True

    async def _ask_children(self, seen: SeenFeed) -> bool:
        """An index is read through those of its sitemaps that hold news."""
        children = [one for one in seen.children if looks_like_news(one)] or list(seen.children)
        any_found = False
        for url in children[:_MAX_CHILDREN]:
            any_found |= await self._ask(FoundFeed(url=url, kind="sitemap", how=_IN_INDEX))
        return any_found

    async def _follow(self, result: FetchResult) -> bool:
        """A page that lists feeds, as many publishers have at /rss."""
        self._pages += 1
        content_type = result.headers.get("content-type")
        page = await self._read(result.body, result.final_url, content_type, result.final_url)
        before = len(self._found)
        if page is not None:
            await self._ask_all(page.feeds)
        return len(self._found) > before

    async def _fetch(self, url: str) -> FetchResult:
        decision = await self._robots.decide(url)
        if not decision.allowed:
            return FetchResult(
                url=url, final_url=url, outcome=decision.outcome, reason=decision.reason, fetched_at=self._now()
            )
        return await self._fetcher.fetch(url, max_bytes=_MAX_BYTES, accept=_ACCEPT, permit=self._robots.permit)

    async def _examine(self, result: FetchResult, kind: str) -> SeenFeed | str:
        """What an answer holds, or why it is no feed."""
        content_type = result.headers.get("content-type")
        try:
            return await self._pool(examine_feed, kind, result.body, result.final_url, content_type, self._now())
        except Exception as error:  # whatever a parser makes of a hostile page, and workers that were killed on it
            return f"could not be parsed: {one_line(error)}"

    async def _read(self, body: bytes, url: str, content_type: str | None, target: str) -> SitePage | None:
        try:
            return await self._pool(read_site_page, body, url, content_type)
        except Exception as error:
            self._tell(f"{target}: the page could not be read: {one_line(error)}")
            return None

    def _note(self, url: str) -> bool:
        key = address_key(url)
        if key in self._asked:
            return False
        self._asked.add(key)
        return True

    def _discovered(
        self, found: FoundFeed, result: FetchResult, seen: SeenFeed | None, problem: str | None
    ) -> Discovered:
        site = self._name or (urlsplit(result.final_url).hostname or "").removeprefix("www.")
        page_url = self._page.url or f"{split_url(result.final_url).origin}/"
        # A temporary redirect may end elsewhere tomorrow; a feed's own name is what its publisher keeps.
        same = registrable_domain(split_url(result.final_url).host) == registrable_domain(split_url(found.url).host)
        url = result.final_url if same else found.url
        return Discovered(found=found, url=url, site=site, page_url=page_url, seen=seen, problem=problem)


def _read_saved(target: str) -> bytes | str | None:
    """The bytes of a saved page, why it cannot be read, or None where the target is no file."""
    path = Path(target)
    if "://" in target or not path.is_file():
        return None
    try:
        with path.open("rb") as file:
            return file.read(_MAX_BYTES)
    except OSError as error:
        return f"{target}: cannot be read: {error.strerror}"


def _rank(one: Discovered) -> tuple[bool, bool, float]:
    newest = one.seen.newest_at.timestamp() if one.seen is not None and one.seen.newest_at else 0.0
    return one.seen is None, one.found.comments, -newest


def render_discovered(found: Sequence[Discovered], now: datetime) -> str:
    """What was found, as a table; the numbers are what `--add` takes."""
    columns = ("id", "kind", "title", "language", "entries", "newest", "news every", "text", "health", "address")
    rows = tuple((number, *_row(one, now)) for number, one in enumerate(found, start=1))
    return render_table(columns, rows)


def _row(one: Discovered, now: datetime) -> tuple[object, ...]:
    seen = one.seen
    if seen is None:
        return one.found.kind, one.found.title, "", 0, "", "", "", one.problem or "", redact(one.url)
    notes = [*(["readers' comments"] if one.found.comments else []), *seen.notes]
    if seen.newest_at is not None and (now - seen.newest_at).days >= 60:
        notes.append(f"nothing new for {(now - seen.newest_at).days} days")
    return (
        seen.kind,
        seen.title or one.found.title,
        seen.language or "",
        seen.entries,
        f"{seen.newest_at:%Y-%m-%d}" if seen.newest_at else "",
        in_words(seen.gap_hours) if seen.gap_hours is not None else "",
        seen.text,
        "; ".join(notes) or "well",
        redact(one.url),
    )


def choose(found: Sequence[Discovered], wanted: Sequence[str], everything: bool) -> list[Discovered]:
    """The discovered feeds with these numbers, or all that are well and no comments; raises ConfigError."""
    if everything:
        return [one for one in found if one.seen is not None and one.seen.entries and not one.found.comments]
    chosen = []
    for text in wanted:
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
        if not 1 <= number <= len(found):
            raise ConfigError(f"--add {text}: there is no such id; those of the table are 1 to {len(found)}")
        if found[number - 1].seen is None:
            raise ConfigError(f"--add {text}: {redact(found[number - 1].url)} is no feed: {found[number - 1].problem}")
        chosen.append(found[number - 1])
    return chosen
