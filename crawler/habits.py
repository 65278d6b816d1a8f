"""What is learnt of a feed from each answer, and what follows: when it is asked again, and since when it is too quiet.

Decisions without I/O. A run that comes once a night asks everything: no feed that answers is passed over for longer
than 16 hours. Why so is told in docs/design/polling.md.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from crawler.records import Habit, NewsDay, ParsedFeed
from crawler.rhythm import add_news, find_rhythm, quiet_from

# Counted from the answer, which may come at the end of a crawl of eight hours: the next night still asks.
MAX_WAIT_H = 16.0
MAX_WISH_H = 6.0  # that a publisher's TTL counts for: "daily" is what the templates of busy sites say
ECHO_WAIT_H = 12.0
ENOUGH_ANSWERS = 5
ENOUGH_TIME = timedelta(days=3)
ENOUGH_ECHOES = 5
_PART_OF_GAP = 0.25  # that a piece of news waits at most, as long as that is more than an hour
_SILENT_H = 7 * 24.0  # after which also a feed whose rhythm is not known is asked less often
_UNSEEN = timedelta(hours=36)  # without an answer: of what is met then it may not be known when it came
_LATE = timedelta(days=2)  # publishers give a piece an earlier date; one older than that is met, not published, now
_OLD = timedelta(days=400)  # what a feed holds on its first night
_LIE_MINDED = timedelta(days=90)
_ODDITY_MINDED = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one answer of a feed says about its habit."""

    news_at: tuple[datetime | None, ...] = ()  # of each entry that is new to the ledger, its publisher's date
    renewed: bool = False  # every entry in it was new: what stood between this answer and the last is not known
    echo: bool = False  # its news all led to articles that other feeds had brought
    parsed: ParsedFeed | None = None  # None: unchanged
    headers: Mapping[str, str] | None = None
    lied: bool = False  # its server had answered 304 to something new
    oddities: tuple[str, ...] = ()


class Wait(NamedTuple):
    """Until when a feed is not asked again, and why."""

    until: datetime
    reason: str


def learn(habit: Habit | None, answer: Answer, *, zone: str, now: datetime, before: datetime | None) -> Habit:
    """The habit after an answer; `before` is when the feed last answered, None at its first answer."""
    old = habit or Habit()
    moments = [at for at in (_moment(at, now, before) for at in answer.news_at) if at is not None]
    undated = any(at is None for at in answer.news_at)
    unseen = before is not None and now - before > _UNSEEN and (answer.renewed or undated)
    parsed = answer.parsed
    seen = {name: at for name, at in old.oddities if now - at < _ODDITY_MINDED} if parsed else dict(old.oddities)
    return replace(
        old,
        days=add_news(old.days, moments, zone, after_gap=unseen) if moments else old.days,
        answers=old.answers + 1,
        since=old.since or now,
        ttl_s=(parsed.ttl_minutes or 0) * 60.0 if parsed else old.ttl_s,
        fresh_s=fresh_seconds(answer.headers, now) if answer.headers is not None else old.fresh_s,
        skip_hours=parsed.skip_hours if parsed else old.skip_hours,
        skip_days=parsed.skip_days if parsed else old.skip_days,
        echoes=(old.echoes + 1 if answer.echo else 0) if answer.news_at else old.echoes,
        lied_at=now if answer.lied else old.lied_at,
        oddities=tuple(sorted({**seen, **dict.fromkeys(answer.oddities, now)}.items())),
    )


def learn_history(moments: Sequence[datetime], *, zone: str, answers: int, since: datetime | None) -> Habit:
    """The habit of a feed that was read before habits were learnt, from what the ledger holds of it."""
    return Habit(days=add_news((), moments, zone, after_gap=False), answers=answers, since=since)


def trusts_304(habit: Habit | None, now: datetime) -> bool:
    """Whether a feed may be asked conditionally: not where its server was found to lie within the last 90 days."""
    return habit is None or habit.lied_at is None or now - habit.lied_at > _LIE_MINDED


def decide_wait(habit: Habit | None, gap_hours: float | None, asked_at: datetime, now: datetime) -> Wait | None:
    """Until when a feed that answered at `asked_at` need not be asked; None where every run is to ask it.

    `gap_hours` is its usual time between news, None where that is not known.
    """
    if habit is None or habit.since is None:
        return None
    if habit.answers < ENOUGH_ANSWERS or asked_at - habit.since < ENOUGH_TIME:
        return None
    silent_h = max((asked_at - (habit.days[-1].last_at if habit.days else habit.since)).total_seconds() / 3600, 0.0)
    choices: list[tuple[float, str]] = []
    if gap_hours is not None and gap_hours >= silent_h / 4:
        choices.append((_PART_OF_GAP * gap_hours, f"brings news about every {in_words(gap_hours)}"))
    elif gap_hours is not None or silent_h >= _SILENT_H:
        choices.append((_PART_OF_GAP * silent_h / 4, f"has brought nothing new for {in_words(silent_h)}"))
    if habit.echoes >= ENOUGH_ECHOES:
        choices.append((ECHO_WAIT_H, "brings only what other feeds have brought"))
    wish_h = min(max(habit.ttl_s, habit.fresh_s) / 3600, MAX_WISH_H)
    if wish_h > 0:
        choices.append((wish_h, f"its publisher asks for {in_words(wish_h)} between requests"))
    if _is_skipped(habit, now):
        choices.append((MAX_WAIT_H, "its publisher wants no request at this time (skipHours, skipDays)"))
    hours, reason = max(choices, default=(0.0, ""), key=lambda choice: choice[0])
    # A run an hour after the last one is not to miss a feed by the seconds that cron was late.
    if hours < 1.0:
        return None
    return Wait(asked_at + timedelta(hours=min(hours, MAX_WAIT_H)) - timedelta(minutes=5), reason)


def find_habit(habit: Habit, zone: str) -> tuple[float | None, datetime | None]:
    """The usual hours between a feed's news, and from when on its silence is too long; None where not known."""
    rhythm = find_rhythm(habit.days, zone)
    if rhythm is None:
        return None, None
    return rhythm.gap_hours, quiet_from(rhythm, habit.days[-1].last_at, zone)


def fresh_seconds(headers: Mapping[str, str] | None, now: datetime) -> float:
    """For how long an answer is fresh by its own word (RFC 9111, section 4.2), 0 where it says nothing."""
    headers = headers or {}
    directives = {}
    for part in headers.get("cache-control", "").lower().split(","):
        name, _, value = part.partition("=")
        directives[name.strip()] = value.strip().strip('"')
    if directives.keys() & {"no-store", "no-cache"}:
        return 0.0
    age = headers.get("age", "").strip()
    passed = float(age[:9]) if age.isascii() and age.isdigit() else 0.0
    if "max-age" in directives:
        value = directives["max-age"]
        return max(float(value[:9]) - passed, 0.0) if value.isascii() and value.isdigit() else 0.0
    expires = _http_date(headers.get("expires"))
    if expires is None:
        return 0.0
    # The publisher's own clock on both sides: ours may go otherwise.
    return max((expires - (_http_date(headers.get("date")) or now)).total_seconds() - passed, 0.0)


def in_words(hours: float) -> str:
    """A length of time: "20 minutes", "6 hours", "3 days"."""
    if hours < 1:
        number, unit = round(hours * 60), "minute"
    elif hours < 48:
        number, unit = round(hours), "hour"
    else:
        number, unit = round(hours / 24), "day"
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def render_habit(habit: Habit) -> str:
    """The habit as the ledger keeps it: JSON, instants in seconds since 1970."""
    values: dict[str, object] = {
        "days": [[_seconds(d.first_at), _seconds(d.last_at), d.batches, int(d.after_gap)] for d in habit.days],
        "answers": habit.answers,
        "since": _seconds(habit.since),
        "ttl_s": habit.ttl_s,
        "fresh_s": habit.fresh_s,
        "skip_hours": habit.skip_hours,
        "skip_days": habit.skip_days,
        "echoes": habit.echoes,
        "lied_at": _seconds(habit.lied_at),
        "oddities": [[name, _seconds(at)] for name, at in habit.oddities],
    }
    return json.dumps({name: value for name, value in values.items() if value}, separators=(",", ":"))


def parse_habit(text: str | None) -> Habit | None:
    """Reads what `render_habit` wrote; None where there is nothing to read."""
    if not text:
        return None
    values = json.loads(text)
    return Habit(
        days=tuple(
            NewsDay(first_at=_at(first), last_at=_at(last), batches=batches, after_gap=bool(after_gap))
            for first, last, batches, after_gap in values.get("days", ())
        ),
        answers=values.get("answers", 0),
        since=_at(values["since"]) if "since" in values else None,
        ttl_s=values.get("ttl_s", 0.0),
        fresh_s=values.get("fresh_s", 0.0),
        skip_hours=tuple(values.get("skip_hours", ())),
        skip_days=tuple(values.get("skip_days", ())),
        echoes=values.get("echoes", 0),
        lied_at=_at(values["lied_at"]) if "lied_at" in values else None,
        oddities=tuple((name, _at(at)) for name, at in values.get("oddities", ())),
    )


def _moment(published: datetime | None, now: datetime, before: datetime | None) -> datetime | None:
    """When a piece of news came, None where that says nothing about the feed's habit."""
    if published is None or published > now:
        return now
    if before is None:
        return published if now - published < _OLD else None
    return published if published >= before - _LATE else now


def _is_skipped(habit: Habit, now: datetime) -> bool:
    moment = now.astimezone(UTC)
    return moment.hour in habit.skip_hours or moment.weekday() in habit.skip_days


def _http_date(value: str | None) -> datetime | None:
    try:
        found = parsedate_to_datetime(value) if value else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found.replace(tzinfo=UTC) if found is not None and found.tzinfo is None else found


def _seconds(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp())


def _at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
