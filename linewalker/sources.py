"""`linewalker sources`: what is read, and whether it answers."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TextIO

from crawler.fetch import HttpFetcher
from crawler.opml import parse_opml
from crawler.records import CostlyError, Feed, FeedKind, FetchResult, ParsedFeed, Source
from crawler.secrets import redact
from crawler.source_files import render_toml
from crawler.sources import SourcesError, load_sources, select_sources
from linewalker.config import Config, find_config, load_config
from linewalker.crawling import fetch_settings
from linewalker.errors import ConfigError
from linewalker.nightly import configured_sources
from linewalker.tables import render_table
from linewalker.workers import WorkerLimits, WorkerPool


def configured(config: Path) -> tuple[Config, tuple[Source, ...]]:
    """A configuration and the sources that it reads."""
    settings = load_config(find_config(config))
    return settings, configured_sources(settings)


def configured_or_shipped(config: Path, *, shipped: bool) -> tuple[Source, ...]:
    """The configured sources, or the shipped list."""
    return load_sources() if shipped else configured(config)[1]


def render_list(sources: Sequence[Source]) -> str:
    """The sources as a table."""
    columns = ("id", "publisher", "family", "country", "reliability", "cadence h", "verified", "TLS", "feeds")
    rows = tuple(
        (
            s.id,
            s.publisher,
            s.family,
            s.country,
            s.reliability,
            s.cadence_hours,
            "yes" if s.verified else "no",
            "not verified" if s.insecure_tls else "verified",
            len(s.feeds),
        )
        for s in sources
    )
    return render_table(columns, rows)


def check_feeds(
    config: Config, sources: Sequence[Source], ids: tuple[str, ...], target: TextIO, *, now: Callable[[], datetime]
) -> int:
    """Asks every feed once, prints a line each and a sum; 0 where all answer, 3 where some fail, 2 where all do."""
    try:
        chosen = select_sources(sources, only=ids) if ids else tuple(sources)
    except SourcesError as error:
        raise ConfigError(str(error)) from error
    verdicts: Counter[str] = Counter()

    async def check() -> None:
        fetcher = HttpFetcher(fetch_settings(config.crawl, chosen), now=now)
        limits = WorkerLimits(seconds=config.crawl.parse_timeout_s, megabytes=config.crawl.parse_memory_mb)
        gate = asyncio.Semaphore(config.crawl.hosts_at_once)
        try:
            async with WorkerPool(config.crawl.parse_processes, limits) as pool:

                async def one(source: Source, feed: Feed) -> tuple[str, str]:
                    async with gate:
                        return await _verdict(fetcher, pool, source, feed)

                feeds = [(source, feed) for source in chosen for feed in source.feeds]
                tasks = [asyncio.create_task(one(source, feed)) for source, feed in feeds]
                for (source, feed), task in zip(feeds, tasks, strict=True):
                    verdict, reason = await task
                    verdicts[verdict] += 1
                    print(f"{verdict:<9} {source.id:<28} {redact(feed.url)}  {reason}", file=target, flush=True)
        finally:
            await fetcher.aclose()

    asyncio.run(check())
    total = sum(verdicts.values())
    answered = verdicts["answers"] + verdicts["redirects"]
    print(
        f"{answered} of {total} feeds answer ({verdicts['redirects']} through a redirect), {verdicts['fails']} fail.",
        file=target,
    )
    return 0 if answered == total else 2 if total and not answered else 3


async def _verdict(fetcher: HttpFetcher, pool: WorkerPool, source: Source, feed: Feed) -> tuple[str, str]:
    result = await fetcher.fetch(feed.url)
    if result.outcome != "ok":
        return "fails", result.reason
    try:
        parsed = await pool(_parse, feed.kind, result.body, result.final_url, result.headers.get("content-type"))
    except CostlyError as error:
        return "fails", f"the answer could not be parsed: {error}"
    if parsed.error is not None and not parsed.entries and not parsed.children:
        return "fails", parsed.error
    told_at = [at for entry in parsed.entries if (at := entry.published_at or entry.updated_at) is not None]
    newest = max(told_at, default=None)
    if feed.kind == "gdelt":
        return _redirect(result, f"{len(parsed.children)} files")
    told = f"{len(parsed.entries)} entries" + (f", the newest of {newest:%Y-%m-%d}" if newest is not None else "")
    return _redirect(result, told)


def _redirect(result: FetchResult, told: str) -> tuple[str, str]:
    if result.final_url == result.url or not result.redirects:
        return "answers", told
    return "redirects", f"to {result.final_url}: {told}"


def _parse(kind: FeedKind, body: bytes, url: str, content_type: str | None) -> ParsedFeed:
    from crawler.jobs import parse_document

    return parse_document(kind, body, url, content_type)


def add_opml(config: Path, file: Path) -> tuple[Path, int, int]:
    """Adds an OPML file's feeds to the own sources file; gives its path, the sources added, the feeds known before."""
    settings, known = configured(config)
    if settings.sources.file is None:
        raise ConfigError("'sources.file' is switched off in the configuration; name a file there first")
    try:
        found = parse_opml(file.read_bytes())
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {error.strerror}") from error
    except SourcesError as error:
        raise ConfigError(f"{file}: {error}") from error
    path = settings.folder / settings.sources.file
    own = load_sources(path) if path.is_file() else ()
    urls = {feed.url for source in (*known, *own) for feed in source.feeds}
    taken = {source.id for source in (*known, *own)}
    new: list[Source] = []
    for source in found:
        if any(feed.url in urls for feed in source.feeds):
            continue
        if source.id in taken:
            raise ConfigError(f"{file}: the id {source.id!r} is taken by another source; rename it in the OPML file")
        taken.add(source.id)
        new.append(source)
    if new:
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        fresh = path.with_name(f".{path.name}.tmp")
        fresh.write_text((text.rstrip() + "\n\n" if text.strip() else "") + render_toml(new), encoding="utf-8")
        fresh.replace(path)
    return path, len(new), sum(len(source.feeds) for source in found) - sum(len(source.feeds) for source in new)
