"""What one look at a feed tells of it: how much it holds, how fresh it is, how often it brings news, what is odd."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from crawler.identity import find_oddities, tell_oddity
from crawler.jobs import parse_document
from crawler.language import detect_language
from crawler.records import Entry, FeedKind, ParsedFeed
from crawler.rhythm import add_news, find_rhythm

# What `cadence_hours` is given as; the silence that is told is three times as long.
_CADENCES = (3.0, 6.0, 12.0, 24.0, 48.0, 72.0, 168.0, 336.0, 720.0)
_FULL_TEXT, _TEASER = 1200, 80  # characters of the middle one of a feed's texts
_RECENT = timedelta(days=400)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenFeed:
    """What a feed or sitemap showed at one look."""

    kind: FeedKind
    title: str = ""
    language: str | None = None
    entries: int = 0
    newest_at: datetime | None = None
    gap_hours: float | None = None  # usual time between its news, by its own dates
    cadence_hours: float | None = None  # as sources.toml has it
    text: str = ""  # full text, teasers, titles or addresses only
    notes: tuple[str, ...] = ()  # what is wrong or odd
    children: tuple[str, ...] = ()  # of a sitemap index
    is_news: bool = True  # False: a sitemap without a title or a recent date


def look_at_feed(kind: FeedKind, body: bytes, url: str, content_type: str | None, now: datetime) -> SeenFeed | str:
    """What a body shows as a feed, or why it is none; what turns out to be a sitemap is told as one."""
    parsed = parse_document(kind, body, url, content_type)
    if parsed.error is not None and not parsed.entries and not parsed.children:
        return parsed.error
    entries = parsed.entries
    kind = "sitemap" if parsed.is_sitemap else "feed"
    dated = sorted(at for one in entries if (at := one.published_at or one.updated_at) is not None and at <= now)
    gap, cadence = _rhythm(sorted({at for at in dated if now - at < _RECENT}))
    titled = sum(bool(one.title) for one in entries)
    recent = bool(dated) and now - dated[-1] < timedelta(days=7)
    return SeenFeed(
        kind=kind,
        title=parsed.title,
        language=_language(entries),
        entries=len(entries),
        newest_at=dated[-1] if dated else None,
        gap_hours=gap,
        cadence_hours=cadence,
        text=_text(kind, entries),
        notes=tuple(_notes(parsed, len(dated), now)),
        children=parsed.children,
        is_news=kind == "feed"
        or (recent and 2 * titled >= len(entries))
        or bool(entries and recent and len(entries) <= 1000),
    )


def _rhythm(moments: list[datetime]) -> tuple[float | None, float | None]:
    rhythm = find_rhythm(add_news((), moments, "UTC", after_gap=False), "UTC")
    if rhythm is not None:
        gap, longest = rhythm.gap_hours, rhythm.silence_hours
    elif len(moments) >= 3:
        # A wire whose feed holds but a day or two.
        apart = [(two - one).total_seconds() / 3600 for one, two in pairwise(moments)]
        gap, longest = median(apart), max(apart)
    else:
        return None, None
    wanted = max(gap, longest / 2)
    return round(gap, 2), next((one for one in _CADENCES if one >= wanted), _CADENCES[-1])


def _language(entries: tuple[Entry, ...]) -> str | None:
    words = " ".join(f"{one.title} {one.summary[:300]}" for one in entries[:20])
    return detect_language(words) or next((one.language for one in entries if one.language), None)


def _text(kind: FeedKind, entries: tuple[Entry, ...]) -> str:
    if not entries:
        return ""
    if kind == "sitemap":
        return "titles only" if any(one.title for one in entries) else "addresses only"
    usual = median(max(len(one.content), len(one.summary)) for one in entries)
    return "full text" if usual >= _FULL_TEXT else "teasers" if usual >= _TEASER else "titles only"


def _notes(parsed: ParsedFeed, dated: int, now: datetime) -> list[str]:
    entries = parsed.entries
    notes = [parsed.error] if parsed.error else []
    if not entries and not parsed.children:
        notes.append("no entries")
    elif entries and not dated:
        notes.append("no dates")
    elif entries and any((one.published_at or now) > now + timedelta(days=1) for one in entries):
        notes.append("dates in the future")
    if entries and not any(one.link for one in entries):
        notes.append("no links")
    odd = find_oddities(entries, without_id=parsed.without_id, known_ids=(), given_again=0)
    return [*notes, *(tell_oddity(name) for name in odd)]
