"""The night's crawl: every due feed is asked, its new and edited entries are taken, each outcome is told as it comes.

Hosts are worked on side by side, one host's feeds one after the other. Nothing that one feed meets costs another its
turn.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from crawler.failures import one_line
from crawler.night import CrawlSettings, Night
from crawler.pages import EntryTaker
from crawler.polling import PolledFeed, poll_feed
from crawler.records import ArticleOutcome, Feed, FeedOutcome, FeedState, Fetcher, Known, Runner, Source
from crawler.robots import RobotsCache
from crawler.schedule import GOOD, next_state
from crawler.selection import Candidate, select_entries
from crawler.turns import Place
from crawler.urls import UrlError, split_url

__all__ = ["CrawlSettings", "crawl"]

_LOG = logging.getLogger(__name__)
_Job = tuple[Source, Feed, FeedState]
_Emit = Callable[[ArticleOutcome | FeedOutcome], Awaitable[None]]


async def crawl(
    feeds: Sequence[_Job],
    *,
    fetcher: Fetcher,
    robots: RobotsCache,
    run: Runner,
    known: Known,
    settings: CrawlSettings,
    now: Callable[[], datetime],
) -> AsyncGenerator[ArticleOutcome | FeedOutcome, None]:
    """Yields an ArticleOutcome for each entry that is new, edited or asked again, and one FeedOutcome for each feed.

    A feed's own outcome comes after those of its entries. At most `settings.queue_size` outcomes wait for the consumer:
    one that is slow slows the crawl. Closing the generator ends all that is under way.
    """
    night = Night(fetcher=fetcher, robots=robots, run=run, known=known, settings=settings, now=now)
    queue: asyncio.Queue[ArticleOutcome | FeedOutcome | None] = asyncio.Queue()
    room = asyncio.Semaphore(settings.queue_size)

    async def emit(outcome: ArticleOutcome | FeedOutcome) -> None:
        await room.acquire()
        queue.put_nowait(outcome)

    producer = asyncio.create_task(_take_all(night, feeds, emit))
    producer.add_done_callback(lambda _: queue.put_nowait(None))
    try:
        while (outcome := await queue.get()) is not None:
            yield outcome
            room.release()
        await producer
    finally:
        producer.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(producer, return_exceptions=True)


async def _take_all(night: Night, feeds: Sequence[_Job], emit: _Emit) -> None:
    hosts: dict[str, list[_Job]] = {}
    for job in feeds:
        hosts.setdefault(_host(job[1].url), []).append(job)

    async def take_host(jobs: Sequence[_Job]) -> None:
        async with night.turns.place() as place:
            for job in jobs:
                await emit(await _take_feed(night, job, place, emit))

    async with asyncio.TaskGroup() as tasks:
        # One request at a time, the host with most feeds takes longest, and with it the one that has most news.
        for jobs in sorted(hosts.values(), key=_depth, reverse=True):
            tasks.create_task(take_host(jobs))


def _depth(jobs: Sequence[_Job]) -> tuple[int, float]:
    return len(jobs), -min(source.cadence_hours for source, _, _ in jobs)


async def _take_feed(night: Night, job: _Job, place: Place, emit: _Emit) -> FeedOutcome:
    source, feed, state = job
    started = asyncio.get_running_loop().time()
    polled = PolledFeed(outcome="broken", reason="")
    candidates: tuple[Candidate, ...] = ()
    try:
        polled = await poll_feed(night, feed, state, place)
        if polled.outcome == "ok":
            limit = night.settings.max_entries_per_feed
            selection = select_entries(feed.url, polled.entries, night.known, limit=limit)
            candidates = selection.candidates
            again, lost = await _take_entries(night, EntryTaker(night, source, feed), candidates, started, emit)
            left = selection.left_over + again
            reason = "; ".join((polled.reason, *_entry_notes(lost, left)))
            polled = replace(polled, complete=polled.complete and not left, reason=reason)
    except Exception as error:
        _LOG.exception("feed %s", one_line(feed.url))
        polled = PolledFeed(outcome="broken", reason=f"internal error: {type(error).__name__}: {one_line(error)}")
    new_entries = sum(candidate.is_new for candidate in candidates)
    return FeedOutcome(
        feed=feed,
        state=next_state(
            state,
            outcome=polled.outcome,
            reason=polled.reason,
            now=night.now(),
            result=polled.result,
            body_hash=polled.body_hash,
            new_entries=new_entries,
            complete=polled.complete,
            seed=sum(feed.url.encode()),
        ),
        outcome=polled.outcome,
        reason=polled.reason,
        entries=len(polled.entries),
        new_entries=new_entries,
        elapsed_s=round(asyncio.get_running_loop().time() - started, 3),
    )


async def _take_entries(
    night: Night, taker: EntryTaker, candidates: Sequence[Candidate], started: float, emit: _Emit
) -> tuple[int, Counter[str]]:
    """Takes entries, those of one host in order; how many are to come again, and why which gave no article."""
    hosts: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        hosts.setdefault(_host(candidate.link or ""), []).append(candidate)
    slots = asyncio.Semaphore(night.settings.pages_at_once)
    loop = asyncio.get_running_loop()
    lost: Counter[str] = Counter()

    async def take_host(own: Sequence[Candidate]) -> int:
        again = 0
        async with slots:
            for candidate in own:
                if loop.time() - started > night.settings.max_feed_s:
                    taken = taker.skip(candidate, f"the feed took more than {night.settings.max_feed_s:g} s")
                else:
                    taken = await taker.take(candidate)
                again += taken.again
                if taken.outcome.outcome not in GOOD:
                    lost[taken.outcome.reason] += 1
                await emit(taken.outcome)
        return again

    async with asyncio.TaskGroup() as group:
        deepest_first = sorted(hosts.items(), key=lambda item: len(item[1]), reverse=True)
        for host, own in deepest_first:
            night.expect(host, len(own))
        tasks = [group.create_task(take_host(own)) for _, own in deepest_first]
    return sum(task.result() for task in tasks), lost


def _entry_notes(lost: Counter[str], left: int) -> list[str]:
    """What the operator is to know of a feed's entries: a feed may answer every night and lead nowhere."""
    notes = []
    if lost:
        lost = Counter({reason.removeprefix("no article: "): count for reason, count in lost.items()})
        ranked = sorted(lost.items(), key=lambda item: (-item[1], item[0]))
        told = [reason if len(lost) == 1 else f"{reason} ({count})" for reason, count in ranked[:2]]
        told += [f"{len(lost) - 2} other reasons"] if len(lost) > 2 else []
        notes.append(f"{lost.total()} without an article: {', '.join(told)}")
    return notes + ([f"{left} left for the next night"] if left else [])


def _host(url: str) -> str:
    try:
        return split_url(url).host
    except UrlError:
        return ""
