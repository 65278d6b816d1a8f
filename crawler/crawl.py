"""The night's crawl: every due feed is asked, its new and edited entries are taken, each outcome is told as it comes.

Hosts are worked on side by side, one host's feeds one after the other. Nothing that one feed meets costs another its
turn. When the night's time is used up nothing more is begun, and every feed that was left out is told as skipped.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime

from crawler.failures import one_line
from crawler.learning import learn_take
from crawler.night import CrawlSettings, Night, night_is_over
from crawler.pages import EntryTaker
from crawler.polling import PolledFeed, poll_feed
from crawler.records import ArticleOutcome, Feed, FeedOutcome, FeedState, Fetcher, Habit, Known, Runner, Source
from crawler.robots import RobotsCache
from crawler.schedule import GOOD, next_state, with_habit
from crawler.selection import Candidate, Selection, select_entries
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

    A feed's own outcome comes after those of its entries. It ends `settings.grace_s` after `settings.max_night_s` at
    the latest, if the consumer keeps up. At most `settings.queue_size` outcomes wait for the consumer:
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
    hosts: dict[str, list[int]] = {}
    for number, job in enumerate(feeds):
        hosts.setdefault(_host(job[1].url), []).append(number)
    left = dict(enumerate(feeds))  # of which nothing is told yet

    async def tell(number: int, outcome: FeedOutcome) -> None:
        await emit(outcome)
        del left[number]

    async def take_host(numbers: Sequence[int]) -> None:
        async with night.turns.place() as place:
            for number in numbers:
                job = feeds[number]
                await tell(
                    number, _put_off(night, job) if night.is_over() else await _take_feed(night, job, place, emit)
                )

    try:
        async with asyncio.timeout_at(night.ends_at + night.settings.grace_s), asyncio.TaskGroup() as tasks:
            for numbers in sorted(hosts.values(), key=lambda numbers: _rank([feeds[one] for one in numbers])):
                tasks.create_task(take_host(numbers))
    except TimeoutError:
        # Broken off as by a kill: what a feed brought until then is kept, and the rest of it is met again.
        for number, job in list(left.items()):
            await tell(number, _put_off(night, job))


def _rank(jobs: Sequence[_Job]) -> tuple[bool, int, float]:
    """Where a host stands in the night's order, the first being least.

    What was left out the last time comes first. Of the others, since one request is made at a time, the host with most
    feeds takes longest, and with it the one that has most news.
    """
    left_out = any(state.outcome == "skipped" for _, _, state in jobs)
    return not left_out, -len(jobs), min(source.cadence_hours for source, _, _ in jobs)


def _put_off(night: Night, job: _Job) -> FeedOutcome:
    """A feed that there was no time for: nothing is forgotten of it, and it is due the next time."""
    _, feed, state = job
    reason = night_is_over(night.settings.max_night_s)
    state = next_state(state, outcome="skipped", reason=reason, now=night.now())
    return FeedOutcome(feed=feed, state=state, outcome="skipped", reason=reason)


async def _take_feed(night: Night, job: _Job, place: Place, emit: _Emit) -> FeedOutcome:
    source, feed, state = job
    started = asyncio.get_running_loop().time()
    polled = PolledFeed(outcome="broken", reason="")
    selection: Selection | None = None
    habit: Habit | None = None
    taken = _Takings()
    try:
        polled = await poll_feed(night, feed, state, place)
        if polled.outcome == "ok":
            limit = night.settings.max_entries_per_feed
            selection = select_entries(
                feed.url,
                polled.entries,
                night.known,
                limit=limit,
                without_id=polled.parsed.without_id if polled.parsed else 0,
                first_time=state.succeeded_at is None,
            )
            taken = await _take_entries(night, EntryTaker(night, source, feed), selection.candidates, started, emit)
            left = selection.left_over + taken.again
            reason = "; ".join((polled.reason, *_entry_notes(taken.lost, left)))
            polled = replace(polled, complete=polled.complete and not left, reason=reason)
        if polled.outcome in GOOD:
            own, echoes = taken.own, taken.echoes
            habit, notes = learn_take(source, state, polled, selection, own=own, echoes=echoes, now=night.now())
            polled = replace(polled, reason="; ".join((polled.reason, *notes)))
    except Exception as error:
        _LOG.exception("feed %s", one_line(feed.url))
        polled = PolledFeed(outcome="broken", reason=f"internal error: {type(error).__name__}: {one_line(error)}")
    new_entries = sum(candidate.is_new for candidate in selection.candidates) if selection else 0
    after = next_state(
        state,
        outcome=polled.outcome,
        reason=polled.reason,
        now=night.now(),
        result=polled.result,
        body_hash=polled.body_hash,
        new_entries=new_entries,
        complete=polled.complete,
        seed=sum(feed.url.encode()),
    )
    return FeedOutcome(
        feed=feed,
        state=with_habit(after, habit, source, night.now()) if habit and polled.outcome in GOOD else after,
        outcome=polled.outcome,
        reason=polled.reason,
        entries=len(polled.entries),
        new_entries=new_entries,
        elapsed_s=round(asyncio.get_running_loop().time() - started, 3),
        names=selection.names if selection else (),
    )


@dataclass(slots=True)
class _Takings:
    """What the entries of one feed came to."""

    again: int = 0  # to be brought once more
    own: int = 0  # new, and of this feed alone
    echoes: int = 0  # new to this feed, but other feeds had brought them
    lost: Counter[str] = field(default_factory=Counter)  # why which gave no article


async def _take_entries(
    night: Night, taker: EntryTaker, candidates: Sequence[Candidate], started: float, emit: _Emit
) -> _Takings:
    """Takes entries, those of one host in order."""
    hosts: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        if candidate.link and candidate.entry.title:
            night.titles.setdefault(candidate.link, candidate.entry.title)
        hosts.setdefault(_host(candidate.link or ""), []).append(candidate)
    slots = asyncio.Semaphore(night.settings.pages_at_once)
    loop = asyncio.get_running_loop()
    takings = _Takings()

    async def take_host(own: Sequence[Candidate]) -> None:
        async with slots:
            for candidate in own:
                if night.is_over():
                    taken = taker.skip(candidate, night_is_over(night.settings.max_night_s))
                elif loop.time() - started > night.settings.max_feed_s:
                    taken = taker.skip(candidate, f"the feed took more than {night.settings.max_feed_s:g} s")
                else:
                    taken = await taker.take(candidate)
                takings.again += taken.again
                if taken.outcome.outcome not in GOOD:
                    takings.lost[taken.outcome.reason] += 1
                elif candidate.is_new:
                    takings.echoes += taken.echo
                    takings.own += not taken.echo
                await emit(taken.outcome)

    async with asyncio.TaskGroup() as group:
        deepest_first = sorted(hosts.items(), key=lambda item: len(item[1]), reverse=True)
        for host, own in deepest_first:
            night.expect(host, len(own))
        for _, own in deepest_first:
            group.create_task(take_host(own))
    return takings


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
