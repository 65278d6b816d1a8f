"""The rhythm of a feed, found in the days on which it brought something: how often, and how long it is silent at most.

Time is counted without the weekdays on which a feed usually rests: a newsroom that is closed on Saturday is not silent
then. Longer silences than the usual ones are what an operator wants to hear of.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from statistics import median
from zoneinfo import ZoneInfo

from crawler.records import NewsDay

MAX_DAYS = 60  # news days remembered: two months of a daily, a year of a weekly
BATCH = timedelta(hours=1)  # what comes closer together is one batch
LEAST_GAPS = 4  # fewer say nothing
_GAPS = 24  # the newest, which count: a feed may change its ways
_USUAL = 0.9  # of all silences are at most this long
_LEAST_SILENCE_H = 24.0  # shorter ones are nobody's concern
_MOST_SILENCE_H = 180 * 24.0
_TWICE = 2.0  # a holiday, an editor's day off, and a bulletin that is skipped once
_WEEKS = timedelta(days=42)  # in which resting weekdays are looked for
_LEAST_WEEKS = timedelta(days=20)  # three of each weekday
_RESTING, _WORKING = 0.2, 0.6  # of its days that have news
_MOST_RESTING = 3
_HOLIDAYS = frozenset({(1, 1), (12, 25), (12, 26)})  # on which newsrooms rest that never do otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """How a feed brings its news."""

    gap_hours: float  # usual time from one batch to the next
    silence_hours: float  # that nine of ten silences do not exceed, resting days left out
    resting: frozenset[int]  # weekdays, Monday is 0


def add_news(
    days: Sequence[NewsDay], moments: Iterable[datetime], zone: str, *, after_gap: bool
) -> tuple[NewsDay, ...]:
    """The news days with these moments in them; `after_gap` says that what lies before the earliest is not known."""
    found = {_local_date(day.first_at, zone): day for day in days}
    for moment in sorted(moments):
        key = _local_date(moment, zone)
        day = found.get(key)
        if day is None:
            newest = max(found.values(), key=lambda one: one.last_at, default=None)
            later = newest is None or moment > newest.last_at
            found[key] = NewsDay(first_at=moment, last_at=moment, after_gap=after_gap and later)
            after_gap = after_gap and not later
        elif moment > day.last_at:
            # A stream without a pause is a batch an hour.
            another = moment - day.last_at > BATCH or moment - day.first_at > day.batches * BATCH
            found[key] = replace(day, last_at=moment, batches=day.batches + another)
        elif moment < day.first_at:
            found[key] = replace(day, first_at=moment, batches=day.batches + (day.first_at - moment > BATCH))
    return tuple(sorted(found.values(), key=lambda one: one.first_at)[-MAX_DAYS:])


def find_rhythm(days: Sequence[NewsDay], zone: str) -> Rhythm | None:
    """The rhythm of a feed with these news days, None where they are too few to tell."""
    if len(days) <= LEAST_GAPS:
        return None
    resting = resting_weekdays(days, zone)
    pairs = [(one.last_at, two.first_at) for one, two in pairwise(days) if not two.after_gap]
    silences = sorted(active_hours(start, end, resting, zone) for start, end in pairs[-_GAPS:])
    if len(silences) < LEAST_GAPS:
        return None
    usual = median(silences)
    if usual <= 36:  # something every working day: how often within it
        usual = min(24.0, 24.0 / median(day.batches for day in days[-_GAPS:]))
    longest = silences[-1] if len(silences) < 10 else silences[int(_USUAL * (len(silences) - 1))]
    return Rhythm(gap_hours=round(usual, 2), silence_hours=round(longest, 2), resting=resting)


def quiet_from(rhythm: Rhythm, last_at: datetime, zone: str) -> datetime:
    """From when on a silence since `last_at` is beyond the habit: twice the longest usual one, at least a day."""
    hours = min(max(_TWICE * rhythm.silence_hours, _LEAST_SILENCE_H), _MOST_SILENCE_H)
    return _after_active_hours(last_at, hours, rhythm.resting, zone)


def resting_weekdays(days: Sequence[NewsDay], zone: str) -> frozenset[int]:
    """The weekdays on which a feed that brings news on most others brings none."""
    last = days[-1].last_at
    recent = [day for day in days if last - day.first_at <= _WEEKS]
    if not recent or last - recent[0].first_at < _LEAST_WEEKS:
        return frozenset()
    listed = [_local_date(day.first_at, zone) for day in recent]
    seen: Counter[int] = Counter()
    for start, day, end in zip(listed, recent[1:], listed[1:], strict=False):
        if not day.after_gap:
            seen.update((start + timedelta(days=step)).weekday() for step in range((end - start).days))
    brought = Counter(day.weekday() for day in listed)
    shares = {weekday: min(brought[weekday] / seen[weekday], 1.0) for weekday in range(7) if seen[weekday] >= 2}
    if len(shares) < 7:
        return frozenset()
    resting = frozenset(weekday for weekday, share in shares.items() if share <= _RESTING)
    working = [share for weekday, share in shares.items() if weekday not in resting]
    return resting if len(resting) <= _MOST_RESTING and min(working) >= _WORKING else frozenset()


def active_hours(start: datetime, end: datetime, resting: frozenset[int], zone: str) -> float:
    """Hours between two moments, without resting weekdays and holidays."""
    hours = max((end - start).total_seconds(), 0.0) / 3600
    day, last = _local_date(start, zone), _local_date(end, zone)
    if (last - day).days > 800:
        return hours
    while day <= last:
        if _rests(day, resting):
            begins, ends = _midnight(day, zone), _midnight(day + timedelta(days=1), zone)
            hours -= max((min(ends, end) - max(begins, start)).total_seconds(), 0.0) / 3600
        day += timedelta(days=1)
    return max(hours, 0.0)


def _after_active_hours(start: datetime, hours: float, resting: frozenset[int], zone: str) -> datetime:
    now, day = start, _local_date(start, zone)
    left = timedelta(hours=hours)
    while True:
        midnight = _midnight(day + timedelta(days=1), zone)
        if not _rests(day, resting):
            if now + left <= midnight:
                return now + left
            left -= midnight - now
        now, day = midnight, day + timedelta(days=1)


def _rests(day: date, resting: frozenset[int]) -> bool:
    return day.weekday() in resting or (day.month, day.day) in _HOLIDAYS


def _local_date(moment: datetime, zone: str) -> date:
    return moment.astimezone(_zone(zone)).date()


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), tzinfo=_zone(zone)).astimezone(_zone("UTC"))


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
