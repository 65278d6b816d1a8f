"""`linewalker sources`: what is read, and whether it answers."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain, count
from pathlib import Path
from typing import TextIO

from crawler.fetch import HttpFetcher
from crawler.identity import find_oddities, tell_oddity
from crawler.opml import parse_opml
from crawler.records import CostlyError, Feed, FeedKind, FetchResult, ParsedFeed, Source
from crawler.secrets import redact
from crawler.source_files import render_toml
from crawler.sources import SourcesError, country_of, load_sources, read_tables, select_sources, slugify
from crawler.urls import registrable_domain, split_url
from linewalker.config import Config, find_config, load_config
from linewalker.crawling import fetch_settings
from linewalker.errors import ConfigError
from linewalker.nightly import configured_sources
from linewalker.source_discovery import Discovered
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
    odd = find_oddities(parsed.entries, without_id=parsed.without_id, known_ids=(), given_again=0)
    told = "; ".join((told, *(tell_oddity(name) for name in odd)))
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
    try:
        found = parse_opml(file.read_bytes())
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {error.strerror}") from error
    except SourcesError as error:
        raise ConfigError(f"{file}: {error}") from error
    path, own = _own_sources(settings)
    urls = {feed.url for source in (*known, *own) for feed in source.feeds}
    taken = {source.id for source in (*known, *own)}
    new: list[Source] = []
    for source in found:
        if any(feed.url in urls for feed in source.feeds):
            continue
        identity = _free_id(source.id, taken)
        taken.add(identity)
        feeds = tuple(replace(feed, source_id=identity) for feed in source.feeds)
        new.append(replace(source, id=identity, feeds=feeds))
    _append(path, new)
    return path, len(new), sum(len(source.feeds) for source in found) - sum(len(source.feeds) for source in new)


def add_discovered(
    config: Path, chosen: Sequence[Discovered], *, country: str | None = None, publisher: str | None = None
) -> tuple[Path, list[Source], int]:
    """Adds discovered feeds to the own sources file, those of one site as one source.

    Gives its path, what was added and how many feeds were listed already. Nothing that is there is changed. Raises
    ConfigError where a source's country is not to be told from its address and not given.
    """
    settings, known = configured(config)
    path, own = _own_sources(settings)
    everyone = (*load_sources(), *known, *own)
    urls = {feed.url for source in everyone for feed in source.feeds}
    taken = {source.id for source in everyone}
    fresh = [one for one in chosen if one.url not in urls]
    sites: dict[str, list[Discovered]] = {}
    for one in fresh:
        sites.setdefault(registrable_domain(split_url(one.page_url).host), []).append(one)
    new = []
    for domain, feeds in sites.items():
        source = _source_of(domain, feeds, taken, country, publisher)
        taken.add(source.id)
        new.append(source)
    _append(path, new)
    return path, new, len(chosen) - len(fresh)


def _source_of(
    domain: str, found: Sequence[Discovered], taken: set[str], country: str | None, publisher: str | None
) -> Source:
    name = publisher or found[0].site or domain
    wanted = slugify(name)
    identity = _free_id(wanted, taken)
    seat = country or country_of(domain)
    if seat is None:
        raise ConfigError(f"{domain}: its name does not say which country it is in; say it with --country, as in: NO")
    seen = [one.seen for one in found if one.seen is not None]
    table: dict[str, object] = {
        "id": identity,
        "publisher": name,
        "family": slugify(domain.removeprefix("www.")),
        "country": seat.upper(),
        "language": next((one.language for one in seen if one.language and len(one.language) == 2), "en"),
        "reliability": "F",
        "cadence_hours": min((one.cadence_hours for one in seen if one.cadence_hours), default=24.0),
        "homepage": f"{split_url(found[0].page_url).origin}/",
        "verified": True,
    }
    for key, kind in (("feeds", "feed"), ("sitemaps", "sitemap")):
        if addresses := [one.url for one in found if one.seen is not None and one.seen.kind == kind]:
            table[key] = addresses
    try:
        return read_tables([table], name=domain)[0]
    except SourcesError as error:
        raise ConfigError(str(error)) from error


def _free_id(wanted: str, taken: set[str]) -> str:
    numbered = (f"{wanted}-{number}" for number in count(2))
    return next(one for one in chain((wanted,), numbered) if one not in taken)


def _own_sources(settings: Config) -> tuple[Path, tuple[Source, ...]]:
    if settings.sources.file is None:
        raise ConfigError("'sources.file' is switched off in the configuration; name a file there first")
    path = settings.folder / settings.sources.file
    try:
        return path, load_sources(path) if path.is_file() else ()
    except SourcesError as error:
        raise ConfigError(str(error)) from error


def _append(path: Path, new: Sequence[Source]) -> None:
    """Writes sources behind what the file holds already, which stays as it is."""
    if not new:
        return
    try:
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        fresh = path.with_name(f".{path.name}.tmp")
        fresh.write_text((text.rstrip() + "\n\n" if text.strip() else "") + render_toml(new), encoding="utf-8")
        fresh.replace(path)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror}") from error
