"""Which period a briefing tells, from what was asked: a day, a week, from one day to another, or since the last one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from linewalker.errors import ConfigError

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY = timedelta(days=1)
Kind = Literal["daily", "weekly", "period"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What was asked for on the command line."""

    daily: bool = False
    weekly: bool = False
    first: date | None = None
    last: date | None = None  # inclusive


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From an instant to another; None: from the ledger's beginning."""

    since: datetime | None
    until: datetime
    kind: Kind
    stem: str  # of the file names, without what the briefing is narrowed to
    past: bool  # over, so that the ledger is read as it was known then


def find_period(wish: Wish, now: datetime, last: tuple[datetime | None, datetime] | None) -> Period:
    """The period of a wish, in whole days UTC; `last` is that of the newest recorded briefing.

    Without any day: the last briefing's own period. A period that is not over yet ends now. Raises ConfigError.
    """
    if wish.daily and wish.weekly:
        raise ConfigError("--daily and --weekly exclude each other")
    if wish.first is not None and wish.last is not None and wish.last < wish.first:
        raise ConfigError(f"--to {wish.last} lies before --from {wish.first}")
    if wish.weekly:
        day = wish.first or wish.last
        return _week(day, now) if day is not None else last_week(now)
    if wish.daily or wish.first is not None or wish.last is not None:
        yesterday = (now - _DAY).date()
        first = wish.first or wish.last or yesterday
        until = wish.last or (first if wish.daily or wish.first is None else now.date())
        if wish.daily and first != until:
            raise ConfigError("--daily is about one day: give --from or --to, not two different days")
        stem = f"briefing-{first}-day" if first == until else f"briefing-{first}-to-{until}"
        return _days(first, until, now, "daily" if wish.daily else "period", stem)
    if last is None:
        return Period(since=None, until=now, kind="period", stem=f"briefing-{now:%Y-%m-%d}-so-far", past=False)
    since, until_at = last
    return Period(since=since, until=until_at, kind="period", stem=f"briefing-{until_at:%Y-%m-%d}-again", past=True)


def last_week(now: datetime) -> Period:
    """The last week, Monday to Sunday, that is over."""
    return _week(now.date() - timedelta(days=now.weekday() + 7), now)


def _week(day: date, now: datetime) -> Period:
    monday = day - timedelta(days=day.weekday())
    year, week, _ = monday.isocalendar()
    return _days(monday, monday + 6 * _DAY, now, "weekly", f"briefing-{year}-W{week:02}")


def _days(first: date, last: date, now: datetime, kind: Kind, stem: str) -> Period:
    since = datetime.combine(first, time(), UTC)
    end = datetime.combine(last + _DAY, time(), UTC)
    if since >= now:
        raise ConfigError(f"{first} has not come yet")
    return Period(since=since, until=min(end, now), kind=kind, stem=stem, past=end <= now)
