"""Dates in news copy as local calendar intervals, resolved against the publication date in the source's zone.

"Overnight" is the publication day: most of the night that a morning's copy tells of lies after midnight. "Last
night" is the day before. Weeks run from Monday to Sunday. "9/11" as the name of the attack, and 24/7, give no date.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import lru_cache

import pytz

from nlp.date_grammar import (
    EXPLICIT,
    FUTURE_CUE,
    LONE_MONTH,
    MONTHS,
    PAST_CUE,
    PERIOD_WORDS,
    POSSESSIVE_MONTH,
    PREFIX,
    RELATIVE,
)
from nlp.date_readers import FoundDate, day_of, read_explicit, read_lone_month, read_possessive_month, within
from nlp.date_relative import RELATIVE_NAMES, read_relative, resolve_day_month, resolve_weekday
from nlp.records import DateBasis, DatePrecision

__all__ = ["DateMatch", "find_dates", "local_day", "resolve_day_month", "resolve_weekday"]

_SOON_DAYS = 120  # so far ahead may a strike be called or a rule begin
_RECENT_DAYS = 90  # DESIGN section 5: what is older than that is history


@dataclass(frozen=True, slots=True, kw_only=True)
class DateMatch:
    """A date as told; `first` and `last` are inclusive local calendar days, offsets are code points."""

    start: int
    end: int
    text: str
    first: date
    last: date
    precision: DatePrecision
    basis: DateBasis
    prefix: bool = False  # opens its line as the date of an entry: "07/20/2014:"
    certain_year: bool = True  # False where the year was inferred
    future: bool = False  # lies after publication
    dateline: bool = False  # part of a dateline, "KYIV, Nov 29 (Reuters) -": when it was reported, not when it happened


@lru_cache(maxsize=256)
def _zone(name: str) -> pytz.BaseTzInfo | None:
    try:
        return pytz.timezone(name)
    except pytz.UnknownTimeZoneError:
        return None


def local_day(published_at: datetime, timezone: str) -> date:
    """The calendar day of an instant in an IANA zone; an unknown zone counts as UTC, as does a naive time."""
    instant = published_at if published_at.tzinfo is not None else published_at.replace(tzinfo=UTC)
    zone = _zone(timezone)
    try:
        return instant.astimezone(zone if zone is not None else UTC).date()
    except (OverflowError, ValueError):  # the first and last day of the calendar
        return instant.date()


def find_dates(
    text: str, *, published_at: datetime | None, timezone: str = "UTC", anchor: date | None = None
) -> list[DateMatch]:
    """Dates in order of appearance; without a publication date, what depends on one gives nothing.

    `anchor` is the day that the text is about, where it is known from elsewhere: it fixes missing years and is what
    "two days later" counts from until the text names a date itself.
    """
    published = local_day(published_at, timezone) if published_at is not None else None
    explicit_windows, relative_windows = _windows(text)
    found = [
        f for low, high in explicit_windows for m in EXPLICIT.finditer(text, low, high) for f in read_explicit(m, text)
    ]
    taken = [(f.start, f.end) for f in found]
    found += [
        f
        for low, high in explicit_windows
        for m in LONE_MONTH.finditer(text, low, high)
        for f in read_lone_month(m)
        if not _overlaps(taken, f.start, f.end)
    ]
    taken = [(f.start, f.end) for f in found]
    found += [
        f
        for low, high in explicit_windows
        for m in POSSESSIVE_MONTH.finditer(text, low, high)
        for f in read_possessive_month(m)
        if not _overlaps(taken, f.start, f.end)
    ]
    found.sort(key=lambda f: f.start)
    years = _years_of_document(found, anchor) if published is None else [None] * len(found)
    dated = [d for f, year in zip(found, years, strict=True) for d in _settle(f, text, published, year)]
    result = _with_relative(text, dated, relative_windows, published, anchor)
    result.sort(key=lambda d: (d.start, -d.end))
    return _without_overlap([_placed(d, text, published) for d in result])


_TOKEN = re.compile(r"(?P<figure>\d+)(?P<separated>[/.-]\d)?|[^\W\d_]+")
_REACH = 60  # characters; no date expression is longer on either side of the word or figure that gives it away


def _windows(text: str) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Where explicit dates can be (around months, years, figures with separators) and relative ones (period words)."""
    explicit: list[tuple[int, int]] = []
    relative: list[tuple[int, int]] = []
    for m in _TOKEN.finditer(text):
        if m.lastgroup is not None:
            figure = m["figure"]
            if m["separated"] is None and not (len(figure) == 4 and figure[:2] in ("19", "20")):
                continue
            windows = explicit
        else:
            word = m.group().lower()
            if word in MONTHS:
                windows = explicit
            elif word in PERIOD_WORDS:
                windows = relative
            else:
                continue
        low, high = max(0, m.start() - _REACH), min(len(text), m.end() + _REACH)
        if windows and windows[-1][1] >= low:
            windows[-1] = (windows[-1][0], high)
        else:
            windows.append((low, high))
    return explicit, relative


def _overlaps(taken: list[tuple[int, int]], start: int, end: int) -> bool:
    i = bisect_right(taken, (end - 1, 1 << 60))
    return any(s < end and start < e for s, e in taken[max(0, i - 2) : i + 1])


def _without_overlap(matches: list[DateMatch]) -> list[DateMatch]:
    kept: list[DateMatch] = []
    for match in matches:
        if kept and match.start < kept[-1].end:
            continue
        kept.append(match)
    return kept


def _years_of_document(found: list[FoundDate], anchor: date | None) -> list[int | None]:
    """The year that brings each date without one nearest to a full date: the one before it, else the first after it."""
    full = [f.first for f in found if f.first is not None and f.precision in ("day", "hour", "month")]
    bare = {f.first.year for f in found if f.first and f.last and f.precision == "year" and f.last.year == f.first.year}
    near = anchor if anchor is not None else full[0] if full else None
    single = bare.pop() if near is None and len(bare) == 1 else None
    years: list[int | None] = []
    for f in found:
        if f.first is not None and f.precision in ("day", "hour", "month") and anchor is None:
            near = f.first
        if f.months is None or near is None:
            years.append(single)
            continue
        years.append(_nearest_year(near, f.months[0], f.days[0]))
    return years


def _nearest_year(near: date, month: int, day: int) -> int:
    """Among the reference's year and its neighbours; a date 5 months off or less stays in the year itself."""
    candidates = [
        (abs((on - near).days), y)
        for y in (near.year, near.year - 1, near.year + 1)
        if (on := day_of(y, month, day or 1))
    ]
    return min(candidates)[1] if candidates else near.year


def _settle(f: FoundDate, text: str, published: date | None, document_year: int | None) -> list[DateMatch]:
    """Gives a missing year: the nearest past from publication, the coming one in a clause that looks ahead."""
    if f.first is not None and f.last is not None:
        return [_date_match(f, text, f.first, f.last)]
    if f.months is None:
        return []
    if published is None:
        if document_year is None:
            return []
        first, last = within(document_year, f.months, f.days)
        return [_date_match(f, text, first, last, certain=False)] if first and last and first <= last else []
    spans = {y: within(y, f.months, f.days) for y in range(published.year - 1, published.year + 2)}
    past = [(first, last) for first, last in spans.values() if first and last and first <= min(last, published)]
    coming = [(first, last) for first, last in spans.values() if first and last and published < first <= last]
    # a clause that looks ahead may still tell a recent day: "the plant, hit on 20 November, will reopen"
    if (
        coming
        and _starts(text, f)
        and (coming[0][0] - published).days <= _SOON_DAYS
        and (not past or (published - past[-1][0]).days > _RECENT_DAYS)
    ):
        return [_date_match(f, text, *coming[0], certain=False)]
    if coming and _ahead(text, f) and (not past or (published - past[-1][0]).days > _RECENT_DAYS):
        return [_date_match(f, text, *coming[0], certain=False)]
    return [_date_match(f, text, *past[-1], certain=False)] if past else []


def _starts(text: str, f: FoundDate) -> bool:
    """Whether a date without its year opens or ends a term: "for 21 February", "from 1 September"."""
    return (
        re.search(
            r"\b(?:for|from|by|until|starting|effective|beginning)\s+$", text[max(0, f.start - 14) : f.start], re.I
        )
        is not None
    )


def _ahead(text: str, f: FoundDate) -> bool:
    """Whether the words around a date look ahead."""
    before = re.split(r"[.;!?]\s", text[max(0, f.start - 110) : f.start])[-1]
    after = re.split(r"[.;!?]\s", text[f.end : f.end + 50])[0]
    if re.match(r"last\b", text[f.start : f.start + 5], re.IGNORECASE):
        return False
    if re.match(r"next\b", text[f.start : f.start + 5], re.IGNORECASE):
        return True
    future = FUTURE_CUE.search(before) or re.search(
        r"\b(?:will|would|is\sdue|are\sdue|scheduled|planned)\b", after, re.IGNORECASE
    )
    if future is None:
        return False
    strong = re.search(
        r"\b(?:will|plan\w*|schedul\w+|due|expect\w*|set\sto|to\s(?:begin|start|resume|shut|close|restart)|next"
        r"|upcoming)\b",
        before + " " + after,
        re.IGNORECASE,
    )
    return strong is not None or PAST_CUE.search(before) is None


def _date_match(f: FoundDate, text: str, first: date, last: date, *, certain: bool = True) -> DateMatch:
    return DateMatch(
        start=f.start, end=f.end, text=text[f.start : f.end], first=first, last=last, precision=f.precision,
        basis=f.basis, certain_year=certain and f.certain_year,
    )  # fmt: skip


_DATELINE = re.compile(r"(?:^|\n)[^\n.:;]{2,60},\s*$")
_DATELINE_END = re.compile(r"\s*(?:\([^()\n]{2,40}\)\s*(?:[-—–]|--)|/[A-Z]{2,10}/|(?:—|--)\s)")
# "KUWAIT CITY, July 15 - ": without an agency, the capitals of the place and a day without year tell it from an entry
_CAPITAL_DATELINE = re.compile(r"(?:^|\n)[A-Z][A-Z .'’()/-]{2,40}(?:, ?[A-Z][\w .'’-]{2,30})?,\s*$")
_PLAIN_END = re.compile(r"\s*[-–]\s")


def _placed(d: DateMatch, text: str, published: date | None) -> DateMatch:
    """Marks what opens an entry or belongs to a dateline, and what lies after publication."""
    # only a short lead can stand before an entry's date: a bullet, a quotation mark, a direction mark
    line_start = text.rfind("\n", max(0, d.start - 80), d.start) + 1
    lead = text[line_start : d.start] if line_start or d.start <= 80 else "x"
    opens = not lead.strip(' \t\u200b\u200e\u200f\ufeff*-•(["“')
    prefix = (
        opens and d.basis == "explicit" and d.precision in ("day", "hour") and PREFIX.match(text, d.end) is not None
    )
    before = text[max(0, d.start - 70) : d.start]
    dateline = not prefix and (
        (_DATELINE_END.match(text, d.end) is not None and _DATELINE.search(before) is not None)
        or (
            published is not None
            and _PLAIN_END.match(text, d.end) is not None
            and not re.search(r"\d{4}|^\d+[/.-]", d.text)
            and _CAPITAL_DATELINE.search(before) is not None
        )
    )
    future = published is not None and d.first > published
    return replace(d, prefix=prefix, dateline=dateline, future=future)


def _with_relative(
    text: str,
    dated: list[DateMatch],
    windows: list[tuple[int, int]],
    published: date | None,
    anchor: date | None,
) -> list[DateMatch]:
    """Adds the relative dates; those that count from a date already told take the one before them."""
    result = list(dated)
    taken = [(d.start, d.end) for d in dated]
    explicit_starts = [d.start for d in dated]
    last_relative: DateMatch | None = None
    for m in (m for low, high in windows for m in RELATIVE.finditer(text, low, high)):
        name = next(k for k in RELATIVE_NAMES if m[k] is not None)
        if name == "weekday_date":
            continue
        start = m.start()
        if _overlaps(taken, start, m.end()):
            continue
        i = bisect_left(explicit_starts, start)
        previous = dated[i - 1] if i else None
        if last_relative is not None and (previous is None or last_relative.start > previous.start):
            previous = last_relative
        told = previous.first if previous is not None and previous.precision in ("day", "hour") else anchor
        span = read_relative(name, m, text, published, told)
        if span is None:
            continue
        first, last, precision = span
        # a weekday beside a day of the month is one date, told twice
        last_relative = DateMatch(
            start=start, end=m.end(), text=m.group(), first=first, last=last, precision=precision, basis="relative"
        )
        result.append(last_relative)
    return result
