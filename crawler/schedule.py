"""When a feed is asked again, and whether it has gone quiet: decisions without I/O, each with its reason."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from crawler.habits import decide_wait, find_habit, in_words, trusts_304
from crawler.identity import tell_oddities
from crawler.records import Feed, FeedState, FetchResult, Habit, Outcome, Source
from crawler.urls import UrlError, split_url

MIN_INTERVAL_S = 3600.0  # between two successful checks of one feed
FIRST_BACK_OFF_S = 3600.0
MAX_BACK_OFF_S = 7 * 86400.0  # a dead feed is still asked once a week: publishers come back
MAX_RETRY_AFTER_S = 86400.0
FULL_FETCH_AFTER = timedelta(days=7)
_SUSPICIOUS = timedelta(days=3)  # from when a feed's silence is beyond its habit: a 304 is not believed meanwhile
_PUBLISHED_BEFORE = timedelta(hours=6)  # a 304: caches in between may be as late as that
_AHEAD = timedelta(days=1)  # that a server's clock or zone may be wrong by

GOOD: frozenset[Outcome] = frozenset({"ok", "not_modified"})


class Due(NamedTuple):
    """Whether a feed is asked now, and why or why not."""

    due: bool
    reason: str


def decide_due(
    source: Source,
    feed: Feed,
    state: FeedState | None,
    now: datetime,
    *,
    force: bool = False,
    min_interval_s: float = MIN_INTERVAL_S,
) -> Due:
    """Whether to ask a feed now.

    `force` passes over the interval, the feed's habit, the back-off and an earlier 410, but not over a source that is
    switched off, nor over a Retry-After, which is the publisher's word. An instant that lies in the future because the
    clock was set back keeps nothing waiting longer than it could have been meant to.
    """
    if not source.enabled:
        return Due(False, f"source {source.id} is disabled")
    if state is None or state.checked_at is None:
        return Due(True, "never asked before")
    if state.not_before_at is not None and now < state.not_before_at <= now + timedelta(seconds=MAX_RETRY_AFTER_S):
        return Due(False, f"the publisher asked for no request before {_instant(state.not_before_at)}")
    if force:
        return Due(True, "forced")
    if state.disabled:
        return Due(False, "gone for good (410)")
    if state.failures:
        due_at = state.next_due_at
        # The widest back-off with its jitter: anything later comes from another clock.
        if due_at is not None and now < due_at <= now + timedelta(seconds=MAX_BACK_OFF_S * 1.25):
            return Due(False, f"backing off after {state.failures} failures until {_instant(due_at)}")
        return Due(True, f"asked again after {state.failures} failures")
    since = (now - state.checked_at).total_seconds()
    if 0 <= since < min_interval_s:
        return Due(False, f"checked {since / 60:.0f} minutes ago")
    wait = None
    if since >= 0 and state.outcome in GOOD:
        wait = decide_wait(state.habit, state.usual_gap_hours, state.checked_at, now)
    if wait is not None and now < wait.until:
        return Due(False, f"not due: {wait.reason}, asked {in_words(since / 3600)} ago")
    return Due(True, f"last checked {_instant(state.checked_at)}")


def next_state(
    old: FeedState,
    *,
    outcome: Outcome,
    reason: str,
    now: datetime,
    result: FetchResult | None = None,
    body_hash: str | None = None,
    new_entries: int = 0,
    complete: bool = False,
    seed: int = 0,
) -> FeedState:
    """What is remembered after an attempt.

    Validators and `body_hash` are renewed only where `complete` says that everything in this body was taken, so that
    what was missed is asked for again. `result` is the feed's own fetch, None where it was never sent.
    """
    state = replace(
        old,
        checked_at=now,
        outcome=outcome,
        reason=reason,
        http_status=result.status if result else None,
        not_before_at=_not_before(result, now),
    )
    if outcome == "skipped":
        return replace(state, next_due_at=state.not_before_at, http_status=old.http_status)
    if outcome not in GOOD:
        failures = old.failures + 1
        gone = bool(result and result.status == 410)
        return replace(
            state,
            failures=failures,
            next_due_at=now + timedelta(seconds=back_off_s(failures, seed=seed)),
            disabled=old.disabled or gone,
        )
    state = replace(
        state,
        failures=0,
        disabled=False,
        succeeded_at=now,
        # The first success starts the clock for a feed that never brings anything.
        changed_at=now if new_entries or old.changed_at is None else old.changed_at,
        next_due_at=now + timedelta(seconds=MIN_INTERVAL_S),
    )
    if not complete or result is None:
        return state
    if outcome == "not_modified":
        # RFC 9110, section 15.4.5: a 304 may carry newer validators; one that carries none leaves the old in force.
        return replace(
            state,
            etag=result.etag or old.etag,
            last_modified=result.last_modified or old.last_modified,
            body_hash=body_hash or old.body_hash,
        )
    return replace(state, etag=result.etag, last_modified=result.last_modified, body_hash=body_hash)


def back_off_s(failures: int, *, seed: int = 0) -> float:
    """Seconds until the next attempt after this many failures in a row: doubling, capped, a quarter more or less."""
    if failures < 1:
        return 0.0
    base = min(FIRST_BACK_OFF_S * 2.0 ** min(failures - 1, 30), MAX_BACK_OFF_S)
    return base * random.Random(f"{seed}:{failures}").uniform(0.75, 1.25)


def with_habit(state: FeedState, habit: Habit, source: Source, now: datetime) -> FeedState:
    """The state of a feed that answered, with what was learnt from the answer and what follows from it."""
    gap, quiet_at = state.usual_gap_hours, state.quiet_at
    if state.habit is None or habit.days != state.habit.days:
        gap, quiet_at = find_habit(habit, source.timezone)
    wait = decide_wait(habit, gap, now, now)
    return replace(
        state,
        habit=habit,
        usual_gap_hours=gap,
        quiet_at=quiet_at,
        oddities=tell_oddities(habit.oddities, habit.lied_at),
        next_due_at=wait.until if wait else now,
    )


def use_validators(state: FeedState, now: datetime) -> bool:
    """Whether to ask conditionally.

    Not after a failure, so that a 304 cannot pass for a recovery; not where the server was found to answer 304 to
    something new, and not where the feed has just become quieter than it ever is; and not once a week for a feed that
    has been unchanged for a week, because some servers answer 304 whatever has happened.
    """
    if state.outcome not in GOOD or not trusts_304(state.habit, now):
        return False
    if state.quiet_at is not None and state.quiet_at <= now < state.quiet_at + _SUSPICIOUS:
        return False
    unchanged_since = state.changed_at or state.succeeded_at
    if unchanged_since is None or now - unchanged_since < FULL_FETCH_AFTER:
        return True
    return (now.date().toordinal() + sum(state.url.encode())) % 7 != 0


def usable_last_modified(value: str | None, now: datetime) -> str | None:
    """The Last-Modified to send back: not one that lies days ahead, before which nothing would ever count as changed.

    RFC 9110, section 13.1.3: a date later than the server's own clock is no condition. One that cannot be read goes
    back as it came, for some servers compare it as text.
    """
    try:
        when = parsedate_to_datetime(value) if value else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return value
    if when is None:
        return value
    when = when.replace(tzinfo=UTC) if when.tzinfo is None else when
    return None if when > now + _AHEAD else value


def found_lie(
    state: FeedState, result: FetchResult | None, news_at: Sequence[datetime | None], now: datetime
) -> str | None:
    """How a take shows that the server's 304 cannot be believed, None where it does not.

    Either its validator is the old one over something new, or most of what is new had been published hours before the
    server's last 304.
    """
    if result is None or not news_at or state.outcome not in GOOD or state.body_hash is None:
        return None
    if state.etag and result.etag == state.etag:
        return "its ETag stayed the same over new entries"
    if not state.etag and state.last_modified and result.last_modified == state.last_modified:
        return "its Last-Modified stayed the same over new entries"
    dated = [at for at in news_at if at is not None]
    if state.http_status != 304 or state.checked_at is None or not dated:
        return None
    late = [at for at in dated if (state.changed_at or at) < at < state.checked_at - _PUBLISHED_BEFORE]
    if 2 * len(late) > len(dated):
        return f"it answered 304 at {_instant(state.checked_at)}, although it had published {len(late)} new entries"
    return None


def without_lied_validators(states: Mapping[str, FeedState], now: datetime) -> dict[str, FeedState]:
    """The states without the validators of servers of which one feed was found to lie: its others are not believed."""
    liars = {_host(url) for url, state in states.items() if not trusts_304(state.habit, now)}
    return {
        url: replace(state, etag=None, last_modified=None) if liars and _host(url) in liars else state
        for url, state in states.items()
    }


def parse_retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for (RFC 9110, section 10.2.3), at most a day; None if unreadable."""
    text = (value or "").strip()
    if not text:
        return None
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), MAX_RETRY_AFTER_S)
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    when = when.replace(tzinfo=UTC) if when.tzinfo is None else when
    return min(max((when - now).total_seconds(), 0.0), MAX_RETRY_AFTER_S)


def _not_before(result: FetchResult | None, now: datetime) -> datetime | None:
    if result is None or not result.retry_after_s:
        return None
    return now + timedelta(seconds=min(result.retry_after_s, MAX_RETRY_AFTER_S))


def _host(url: str) -> str:
    try:
        return split_url(url).host
    except UrlError:
        return url


def _instant(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
