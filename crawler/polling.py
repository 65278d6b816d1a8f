"""One feed, from its robots.txt to its entries."""

from __future__ import annotations

import asyncio
import hashlib
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace

from crawler.failures import one_line
from crawler.gdelt_files import take_gdelt_files
from crawler.jobs import parse_document
from crawler.night import Night
from crawler.records import UNVERIFIED, CostlyError, Entry, Feed, FeedState, FetchResult, Outcome, ParsedFeed
from crawler.schedule import usable_last_modified, use_validators
from crawler.selection import newest_entries
from crawler.turns import Place
from crawler.urls import UrlError, registrable_domain, split_url

_ACCEPT_FEED = (
    "application/rss+xml,application/atom+xml,application/feed+json,application/rdf+xml;q=0.9,"
    "application/xml;q=0.8,text/xml;q=0.8,application/json;q=0.7,*/*;q=0.3"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PolledFeed:
    """What asking a feed brought."""

    outcome: Outcome
    reason: str
    result: FetchResult | None = None
    body_hash: str | None = None
    entries: tuple[Entry, ...] = ()
    complete: bool = True  # False: some of it could not be read tonight
    parsed: ParsedFeed | None = None  # what its document says of itself, without the entries


async def poll_feed(night: Night, feed: Feed, state: FeedState, place: Place) -> PolledFeed:
    """Asks for a feed, conditionally where that can be trusted, and parses what is new.

    While its server keeps it waiting, its place is another's. A fault that cost little and may be gone in a moment (no
    connection, 5xx) gets a second try: it need not cost a day.
    """
    polled = await _poll_once(night, feed, state, place)
    if night.settings.second_try_s <= 0 or not _is_brief(polled):
        return polled
    async with place.waiting():
        await asyncio.sleep(night.settings.second_try_s)
    return await _poll_once(night, feed, state, place)


def _is_brief(polled: PolledFeed) -> bool:
    if polled.outcome == "http_error":
        answered = polled.result
        if answered is None or answered.status is None:  # it is that of a robots.txt
            return True
        return answered.status >= 500 and not answered.retry_after_s
    return polled.outcome == "unreachable"


async def _poll_once(night: Night, feed: Feed, state: FeedState, place: Place) -> PolledFeed:
    async with place.waiting():
        decision = await night.robots.decide(feed.url)
    if not decision.allowed:
        return PolledFeed(outcome=decision.outcome, reason=decision.reason)
    conditional = use_validators(state, night.now())
    asked = night.document(
        feed.url,
        etag=state.etag if conditional else None,
        last_modified=usable_last_modified(state.last_modified, night.now()) if conditional else None,
        max_bytes=night.settings.max_feed_bytes,
        accept=_ACCEPT_FEED,
    )
    async with AsyncExitStack() as stack:
        async with place.waiting():
            result = await stack.enter_async_context(asked)
        polled, parsed = await _read(night, feed, state, result)
    # Its pages may take half an hour: the body is not kept that long.
    polled = replace(polled, result=replace(result, body=b""))
    return polled if parsed is None else await _complete(night, feed, polled, parsed)


async def _read(
    night: Night, feed: Feed, state: FeedState, result: FetchResult
) -> tuple[PolledFeed, ParsedFeed | None]:
    """What a feed's answer is, and what stands in it where it is new."""
    if result.outcome != "ok":
        return PolledFeed(outcome=result.outcome, reason=result.reason), None
    # In a thread, which the hash leaves to run beside us: 24 MB take a tenth of a second.
    body_hash = (await asyncio.to_thread(hashlib.sha256, result.body)).hexdigest()
    if body_hash == state.body_hash:
        reason = "the same body as at the last complete take" + (f"; {UNVERIFIED}" if result.unverified else "")
        return PolledFeed(outcome="not_modified", reason=reason, body_hash=body_hash), None
    outcome, parsed = await _parse(night, feed, result)
    if outcome != "ok":
        return PolledFeed(outcome=outcome, reason=parsed.error or ""), None
    return PolledFeed(outcome="ok", reason="", body_hash=body_hash), parsed


async def _complete(night: Night, feed: Feed, polled: PolledFeed, parsed: ParsedFeed) -> PolledFeed:
    """The entries of a feed, or of the sitemaps that an index names."""
    entries, complete, notes = list(parsed.entries), True, [parsed.error] if parsed.error else []
    if parsed.children:
        if feed.kind == "gdelt":
            entries, notes, complete = await take_gdelt_files(night, feed, parsed.children)
        else:
            entries, notes = await _children(night, feed, parsed.children)
            # An index may stay the same to the last byte while its sitemaps change: it is always asked for whole.
            complete = False
    notes.insert(0, _count(len(entries)) if entries else "a valid feed without entries")
    if len(entries) > night.settings.max_entries_seen:
        notes.append(f"the newest {night.settings.max_entries_seen} were looked at")
        entries = newest_entries(entries, limit=night.settings.max_entries_seen)
    if polled.result and polled.result.redirects:
        notes.append(f"redirected to {one_line(polled.result.final_url)}")
    if polled.result and polled.result.unverified:
        notes.append(UNVERIFIED)
    return replace(
        polled,
        reason="; ".join(notes),
        entries=tuple(newest_entries(entries, limit=len(entries))),
        complete=complete,
        parsed=replace(parsed, entries=(), children=()),
    )


def _count(entries: int) -> str:
    return "1 entry" if entries == 1 else f"{entries} entries"


async def _parse(night: Night, feed: Feed, result: FetchResult) -> tuple[Outcome, ParsedFeed]:
    """The outcome and, where it is not ok, the reason in `error`."""
    content_type = result.headers.get("content-type")
    try:
        parsed = await night.run(parse_document, feed.kind, result.body, result.final_url, content_type)
    except CostlyError as error:
        return "too_costly", ParsedFeed(error=f"parsing was stopped: {one_line(error)}")
    except Exception as error:
        # A parser that breaks on a feed is that feed's outcome.
        return "broken", ParsedFeed(error=f"parsing failed: {type(error).__name__}: {one_line(error)}")
    if parsed.error and not parsed.entries and not parsed.children:
        return "broken", ParsedFeed(error=one_line(parsed.error))
    return "ok", parsed


async def _children(night: Night, feed: Feed, children: tuple[str, ...]) -> tuple[list[Entry], list[str]]:
    """The newest entries of an index's newest sitemaps, and what is to be noted."""
    entries: list[Entry] = []
    notes = []
    owner = registrable_domain(split_url(feed.url).host)
    most = night.settings.max_child_sitemaps
    if len(children) > most:
        notes.append(f"the newest {most} of {len(children)} sitemaps were read")
    # An index may name indexes (which the protocol forbids, and large sites do): one level more is read.
    waiting = [(url, True) for url in children[:most]]
    asked: set[str] = {feed.url}
    while waiting and len(asked) <= 2 * most:
        url, may_lead_on = waiting.pop(0)
        if url in asked:
            continue
        asked.add(url)
        try:
            foreign = registrable_domain(split_url(url).host) != owner
        except UrlError as error:
            notes.append(f"sitemap refused: {one_line(error)}")
            continue
        if foreign:
            notes.append(f"sitemap of another site left out: {one_line(url)}")
            continue
        decision = await night.robots.decide(url)
        if not decision.allowed:
            notes.append(decision.reason)
            continue
        async with night.document(url, max_bytes=night.settings.max_feed_bytes, accept=_ACCEPT_FEED) as result:
            outcome, reason = result.outcome, result.reason
            if outcome == "ok":
                child = Feed(url=url, source_id=feed.source_id, kind="sitemap")
                outcome, parsed = await _parse(night, child, result)
                entries += newest_entries(parsed.entries, limit=night.settings.max_entries_seen)
                reason = parsed.error or ""
                if may_lead_on:
                    waiting[:0] = [(inner, False) for inner in parsed.children[:most]]
        if reason and outcome != "ok":
            notes.append(f"{one_line(url)}: {reason}")
    return entries, notes
