"""Dates in news copy as local calendar intervals, resolved against the publication date in the source's zone.

"Overnight" is the publication day: most of the night that a morning's copy tells of lies after midnight. "Last night" is
the day before. Weeks run from Monday to Sunday. "9/11" as the name of the attack, and 24/7, give no date.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Literal

import pytz

from nlp.date_grammar import (
    COUNTS,
    EXPLICIT,
    FUTURE_CUE,
    LONE_MONTH,
    MONTHS,
    ORDINALS,
    PAST_CUE,
    PERIOD_WORDS,
    PREFIX,
    RELATIVE,
    SEASONS,
    WEEKDAYS,
)
from nlp.records import DateBasis, DatePrecision

Direction = Literal["past", "future"]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A date expression before its year is settled."""

    start: int
    end: int
    precision: DatePrecision
    basis: DateBasis = "explicit"
    first: date | None = None
    last: date | None = None
    months: tuple[int, int] | None = None  # first and last month where the year is missing
    days: tuple[int, int] = (0, 0)  # days within those months; 0: the whole month
    certain_year: bool = True


def resolve_weekday(weekday: int, published: date, direction: Direction = "past") -> date:
    """The weekday (Monday 0) on or before publication, or the one after it where the clause looks ahead."""
    back = (published.weekday() - weekday) % 7
    if direction == "past":
        return published - timedelta(days=back)
    return published + timedelta(days=7 - back)


def resolve_day_month(day: int, month: int, published: date, direction: Direction = "past") -> date | None:
    """The nearest such day on or before publication, or on or after it; None for a day the month does not have."""
    years = range(published.year, published.year - 9, -1) if direction == "past" else range(published.year, published.year + 9)
    for year in years:
        candidate = _day(year, month, day)
        if candidate is not None and (candidate <= published if direction == "past" else candidate >= published):
            return candidate
    return None


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
    found = [f for low, high in explicit_windows for m in EXPLICIT.finditer(text, low, high) for f in _explicit(m, text)]
    taken = [(f.start, f.end) for f in found]
    found += [
        f
        for low, high in explicit_windows
        for m in LONE_MONTH.finditer(text, low, high)
        for f in _lone_month(m)
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
    """Where explicit and relative dates can be: around months, years and figures with separators; around period words."""
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


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _month(word: str) -> int:
    return MONTHS[word.lower().rstrip(".")]


def _year(word: str) -> int:
    digits = re.sub(r"\D", "", word)
    value = int(digits)
    if len(digits) == 4:
        return value
    return 2000 + value if value < 50 else 1900 + value


def _span(
    m: re.Match[str], first: date | None, last: date | None, precision: DatePrecision, *, start: int | None = None
) -> list[_Found]:
    if first is None or last is None or last < first:
        return []
    return [_Found(start=m.start() if start is None else start, end=m.end(), first=first, last=last, precision=precision)]


def _end_of_month(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


_PART_DAYS = {"early": (1, 10), "start": (1, 10), "beginning": (1, 10), "mid": (11, 20), "middle": (11, 20), "late": (21, 0), "end": (21, 0)}


def _part_days(words: str | None) -> tuple[int, int]:
    for word, days in _PART_DAYS.items():
        if words and word in words.lower():
            return days
    return (0, 0)


def _within(year: int, months: tuple[int, int], days: tuple[int, int]) -> tuple[date | None, date | None]:
    first = _day(year, months[0], days[0] or 1)
    last_year = year if months[1] >= months[0] else year + 1
    last = _day(last_year, months[1], days[1]) if days[1] else _end_of_month(last_year, months[1])
    return first, last


def _explicit(m: re.Match[str], text: str) -> list[_Found]:
    """Reads one explicit date; an impossible one (31 June, 13/14/2011) gives nothing."""
    name = next(k for k in _READERS if m[k] is not None)
    return _READERS[name](m, text)


def _iso(m: re.Match[str], text: str) -> list[_Found]:
    day = _day(int(m["iso_y"]), int(m["iso_m"]), int(m["iso_d"]))
    return _span(m, day, day, "day")


def _dtg(m: re.Match[str], text: str) -> list[_Found]:
    day, month = int(m["dtg_d"]), _month(m["dtg_m"])
    if m["dtg_y"]:
        on = _day(_year(m["dtg_y"]), month, day)
        return _span(m, on, on, "hour")
    return [_Found(start=m.start(), end=m.end(), precision="hour", months=(month, month), days=(day, day))]


def _numeric(m: re.Match[str], text: str) -> list[_Found]:
    """US month first with slashes and hyphens, day first with dots, and the other order where only that is a date."""
    a, b, sep, written = int(m["num_a"]), int(m["num_b"]), m["num_sep"], m["num_y"]
    if len(written) == 2 and (sep == "." or sep == "-"):
        if sep == "." or not re.search(r"\b(?:on|dated?|of|since|from)\W{1,2}$", text[max(0, m.start() - 8) : m.start()], re.IGNORECASE):
            return []  # 10.2.21 is a version or a section as often as a date
    year = _year(written)
    order = ((a, b), (b, a)) if sep != "." else ((b, a), (a, b))
    for month, day in order:
        on = _day(year, month, day)
        if on is not None:
            return _span(m, on, on, "day")
    return []


def _dm_dm(m: re.Match[str], text: str) -> list[_Found]:
    return _two(m, "dmdm")


def _md_md(m: re.Match[str], text: str) -> list[_Found]:
    return _two(m, "mdmd")


def _two(m: re.Match[str], key: str) -> list[_Found]:
    d1, d2 = int(m[f"{key}_d1"]), int(m[f"{key}_d2"])
    m1, m2 = _month(m[f"{key}_m1"]), _month(m[f"{key}_m2"])
    y1, y2 = m[f"{key}_y1"], m[f"{key}_y2"]
    if y1 or y2:
        last_year = int(y2 or y1)
        first_year = int(y1) if y1 else last_year - (1 if m1 > m2 else 0)
        return _span(m, _day(first_year, m1, d1), _day(last_year, m2, d2), "day")
    return [_Found(start=m.start(), end=m.end(), precision="day", months=(m1, m2), days=(d1, d2))]


def _dd_m(m: re.Match[str], text: str) -> list[_Found]:
    return _days_of_month(m, "ddm")


def _m_dd(m: re.Match[str], text: str) -> list[_Found]:
    return _days_of_month(m, "mdd")


def _days_of_month(m: re.Match[str], key: str) -> list[_Found]:
    d1, d2, month = int(m[f"{key}_d1"]), int(m[f"{key}_d2"]), _month(m[f"{key}_m"])
    if d1 >= d2:
        return []
    if m[f"{key}_y"]:
        year = int(m[f"{key}_y"])
        return _span(m, _day(year, month, d1), _day(year, month, d2), "day")
    return [_Found(start=m.start(), end=m.end(), precision="day", months=(month, month), days=(d1, d2))]


def _d_m(m: re.Match[str], text: str) -> list[_Found]:
    month_word = m["dm_m"]
    # "20 may be hurt", "5 march to the plant": a lower-case verb is no month without a year
    if month_word in ("may", "march") and not m["dm_y"] and re.match(r"\s+(?:be|have|not|also|still|well|face|need|to|on|in|through|see|take|lose|remain)\b", text[m.end("dm_m") : m.end("dm_m") + 12]):
        return []
    return _one_day(m, int(m["dm_d"]), month_word, m["dm_y"] or m["dm_yy"])


def _m_d(m: re.Match[str], text: str) -> list[_Found]:
    word = m["md_m"]
    if not m["md_y"] and word in ("may", "march", "mar", "sun") and not re.search(r"\b(?:on|since|until|from|of|by)\s+$", text[max(0, m.start() - 7) : m.start()]):
        return []
    if re.match("\\S", text[m.end("md_m") : m.end("md_m") + 1]) and not word.endswith("."):
        return []  # "MAR3" is a name
    return _one_day(m, int(m["md_d"]), word, m["md_y"])


def _one_day(m: re.Match[str], day: int, month_word: str, year: str | None) -> list[_Found]:
    month = _month(month_word)
    if year:
        on = _day(_year(year), month, day)
        return _span(m, on, on, "day")
    if day > monthrange(2024, month)[1]:
        return []
    return [_Found(start=m.start(), end=m.end(), precision="day", months=(month, month), days=(day, day))]


def _ym(m: re.Match[str], text: str) -> list[_Found]:
    year, month = int(m["ym_y"]), _month(m["ym_m"])
    first, last = _within(year, (month, month), _part_days(m["ym_part"]))
    return _span(m, first, last, "month")


def _quarter(m: re.Match[str], text: str) -> list[_Found]:
    if not m["q_y"]:
        return []
    number = int(m["q_n"][1]) if m["q_n"] else ORDINALS[m["q_w"].lower()]
    first, last = _within(_year(m["q_y"]), (3 * number - 2, 3 * number), (0, 0))
    return _span(m, first, last, "month")


def _half(m: re.Match[str], text: str) -> list[_Found]:
    second = (m["h_n"] or "").endswith("2") or (m["h_w"] or "").lower() == "second"
    first, last = _within(int(m["h_y"]), (7, 12) if second else (1, 6), (0, 0))
    return _span(m, first, last, "year")


def _season(m: re.Match[str], text: str) -> list[_Found]:
    start = SEASONS[m["s_n"].lower()]
    first, last = _within(int(m["s_y"]), (start, (start + 1) % 12 + 1), (0, 0))
    return _span(m, first, last, "month")


def _decade(m: re.Match[str], text: str) -> list[_Found]:
    year = int(m["dec_y"]) * 10
    low, high = {"early": (0, 3), "mid": (4, 6), "late": (7, 9)}.get((m["dec_part"] or "").lower(), (0, 9))
    return _span(m, date(year + low, 1, 1), date(year + high, 12, 31), "year")


def _year_part(m: re.Match[str], text: str) -> list[_Found]:
    word = (m["yp_p"] or m["yp_w"]).lower()
    months = {"early": (1, 3), "start": (1, 2), "beginning": (1, 2), "mid": (5, 8), "middle": (5, 8), "late": (10, 12), "end": (12, 12)}[word]
    first, last = _within(int(m["yp_y"]), months, (0, 0))
    return _span(m, first, last, "year")


def _years(m: re.Match[str], text: str) -> list[_Found]:
    return _span(m, date(int(m["ys_1"]), 1, 1), date(int(m["ys_2"]), 12, 31), "year")


def _bare_year(m: re.Match[str], text: str) -> list[_Found]:
    year = int(m["yr_y"])
    return _span(m, date(year, 1, 1), date(year, 12, 31), "year", start=m.start("yr_y"))


_READERS = {
    "iso": _iso, "dtg": _dtg, "numeric": _numeric, "dm_dm": _dm_dm, "md_md": _md_md, "dd_m": _dd_m, "m_dd": _m_dd,
    "d_m": _d_m, "m_d": _m_d, "ym": _ym, "quarter": _quarter, "half": _half, "season": _season, "decade": _decade,
    "year_part": _year_part, "years": _years, "year": _bare_year,
}  # fmt: skip


def _lone_month(m: re.Match[str]) -> list[_Found]:
    lead, word = m["lead"].lower(), m["month"]
    if word in ("may", "march", "mar") and lead not in ("in", "last", "since", "during", "mid", "early", "late", "this"):
        return []  # lower-case verbs
    if lead == "every":
        return []
    month = _month(word)
    days = _part_days(lead) if not m["part"] else _part_days(m["part"])
    return [
        _Found(
            start=m.start(), end=m.end("month") + len(m["possessive"] or ""), precision="month", months=(month, month),
            days=days, basis="explicit",
        )
    ]  # fmt: skip


def _years_of_document(found: list[_Found], anchor: date | None) -> list[int | None]:
    """The year that each date without one takes: of the nearest full date before it, else of the first after it."""
    if anchor is not None:
        return [anchor.year] * len(found)
    full = [f.first.year for f in found if f.first is not None and f.precision in ("day", "hour", "month")]
    bare = {f.first.year for f in found if f.first and f.last and f.precision == "year" and f.last.year == f.first.year}
    current = full[0] if full else bare.pop() if len(bare) == 1 else None
    years: list[int | None] = []
    for f in found:
        if f.first is not None and f.precision in ("day", "hour", "month"):
            current = f.first.year
        years.append(current)
    return years


def _settle(f: _Found, text: str, published: date | None, document_year: int | None) -> list[DateMatch]:
    """Gives a missing year: the nearest past from publication, the coming one in a clause that looks ahead."""
    if f.first is not None and f.last is not None:
        return [_date_match(f, text, f.first, f.last)]
    if f.months is None:
        return []
    if published is None:
        if document_year is None:
            return []
        first, last = _within(document_year, f.months, f.days)
        return [_date_match(f, text, first, last, certain=False)] if first and last and first <= last else []
    for year in (published.year, published.year - 1):
        first, last = _within(year, f.months, f.days)
        if first is None or last is None or last < first:
            continue
        if first <= published:
            ahead = _ahead(text, f) and year < published.year
            if ahead and (published - first).days > 90:
                later_first, later_last = _within(published.year, f.months, f.days)
                if later_first and later_last:
                    return [_date_match(f, text, later_first, later_last, certain=False)]
            return [_date_match(f, text, first, last, certain=False)]
    ahead_year = _ahead(text, f)
    if ahead_year:
        first, last = _within(published.year, f.months, f.days)
        if first and last:
            return [_date_match(f, text, first, last, certain=False)]
    return []


def _ahead(text: str, f: _Found) -> bool:
    """Whether the words around a date look ahead."""
    before = re.split(r"[.;!?]\s", text[max(0, f.start - 110) : f.start])[-1]
    after = re.split(r"[.;!?]\s", text[f.end : f.end + 50])[0]
    if re.match(r"last\b", text[f.start : f.start + 5], re.IGNORECASE):
        return False
    if re.match(r"next\b", text[f.start : f.start + 5], re.IGNORECASE):
        return True
    future = FUTURE_CUE.search(before) or re.search(r"\b(?:will|would|is\sdue|are\sdue|scheduled|planned)\b", after, re.IGNORECASE)
    if future is None:
        return False
    strong = re.search(r"\b(?:will|plan\w*|schedul\w+|due|expect\w*|set\sto|to\s(?:begin|start|resume|shut|close|restart)|next|upcoming)\b", before + " " + after, re.IGNORECASE)
    return strong is not None or PAST_CUE.search(before) is None


def _date_match(f: _Found, text: str, first: date, last: date, *, certain: bool = True) -> DateMatch:
    return DateMatch(
        start=f.start, end=f.end, text=text[f.start : f.end], first=first, last=last, precision=f.precision,
        basis=f.basis, certain_year=certain and f.certain_year,
    )  # fmt: skip


_DATELINE = re.compile(r"(?:^|\n)[^\n.:;]{2,60},\s*$")
_DATELINE_END = re.compile(r"\s*(?:\([^()\n]{2,40}\)\s*(?:[-—–]|--)|/[A-Z]{2,10}/|(?:—|--)\s)")


def _placed(d: DateMatch, text: str, published: date | None) -> DateMatch:
    """Marks what opens an entry or belongs to a dateline, and what lies after publication."""
    line_start = text.rfind("\n", max(0, d.start - 80), d.start) + 1 if d.start else 0
    if d.start <= 80 and line_start == 0:
        lead = text[: d.start]
    else:
        lead = text[line_start : d.start] if line_start else "x"
    opens = not lead.strip(" \t\u200b\u200e\u200f\ufeff*-•([\"“")
    prefix = opens and d.basis == "explicit" and d.precision in ("day", "hour") and PREFIX.match(text, d.end) is not None
    dateline = (
        not prefix and _DATELINE_END.match(text, d.end) is not None
        and _DATELINE.search(text[max(0, d.start - 70) : d.start]) is not None
    )  # fmt: skip
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
        name = next(k for k in _RELATIVE_NAMES if m[k] is not None)
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
        span = _relative(name, m, text, published, told)
        if span is None:
            continue
        first, last, precision = span
        # a weekday beside a day of the month is one date, told twice
        last_relative = DateMatch(
            start=start, end=m.end(), text=m.group(), first=first, last=last, precision=precision, basis="relative"
        )
        result.append(last_relative)
    return result


_RELATIVE_NAMES = (
    "weekday_date", "weekday", "night", "yesterday", "today", "tomorrow", "overnight", "ago", "past", "period", "shifted",
    "following", "day_before", "later_that",
)  # fmt: skip
_Interval = tuple[date, date, DatePrecision]


def _relative(name: str, m: re.Match[str], text: str, published: date | None, told: date | None) -> _Interval | None:
    base = published if published is not None else None
    try:
        if name in ("shifted", "following", "day_before", "later_that"):
            return _from_told(name, m, told if told is not None else published)
        if base is None:
            return _weekday_after(m, told) if name == "weekday" and told is not None else None
        return _from_publication(name, m, text, base, told)
    except (OverflowError, ValueError):
        return None


def _weekday_after(m: re.Match[str], told: date) -> _Interval | None:
    """Without a publication date a weekday within three days of a date already told means the nearest one."""
    if (m["wd_lead"] or "").lower().startswith(("next", "last", "until", "by", "every")):
        return None
    ahead = (WEEKDAYS[m["weekday"].lower()] - told.weekday()) % 7
    day = told + timedelta(days=ahead if ahead <= 3 else ahead - 7)
    return day, day, "day"


def _from_publication(name: str, m: re.Match[str], text: str, base: date, told: date | None) -> _Interval | None:
    if name == "weekday":
        return _weekday(m, text, base)
    if name == "night":
        return _one(base - timedelta(days=1))
    if name == "yesterday":
        return _one(base - timedelta(days=2 if "before" in m.group().lower() else 1))
    if name in ("today", "overnight"):
        return _one(base)
    if name == "tomorrow":
        return _one(base + timedelta(days=1))
    if name == "ago":
        return _shift(base, -_count(m["ago_n"]), m["ago_u"])
    if name == "past":
        return _past(m, base)
    return _period(m, base, told)


def _one(day: date) -> _Interval:
    return day, day, "day"


def _count(word: str) -> int:
    cleaned = " ".join(word.lower().split())
    return int(cleaned) if cleaned.isdigit() else COUNTS.get(cleaned, 3)


def _weekday(m: re.Match[str], text: str, base: date) -> _Interval:
    weekday = WEEKDAYS[m["weekday"].lower()]
    lead = " ".join((m["wd_lead"] or "").lower().split())
    day = resolve_weekday(weekday, base)
    if lead.startswith(("next", "coming")) or m["wd_next"]:
        return _one(resolve_weekday(weekday, base, "future"))
    if m["wd_week"]:
        monday = base - timedelta(days=base.weekday() + 7)
        return _one(monday + timedelta(days=weekday))
    if lead in ("last", "past", "previous", "the previous") and day == base:
        return _one(day - timedelta(days=7))
    if lead in ("until", "by", "on", "this", "from") and day != base and _weekday_ahead(text, m):
        return _one(resolve_weekday(weekday, base, "future"))
    return _one(day)


def _weekday_ahead(text: str, m: re.Match[str]) -> bool:
    before = re.split(r"[.;!?]\s", text[max(0, m.start() - 70) : m.start()])[-1]
    lead = (m["wd_lead"] or "").lower()
    return bool(
        re.search(r"\b(?:will|plan(?:s|ned)?|scheduled|due|expected|set\sto|to\s(?:begin|start|resume|meet|hold|restart|shut|close))\b(?:(?!\b(?:said|told|announced|after)\b)[^.;])*$", before, re.IGNORECASE)
        or (lead in ("until", "by") and re.search(r"\b(?:will|expect\w*|plan\w*|ordered|deadline|closed|shut)\b", before, re.IGNORECASE))
    )


def _shift(base: date, count: int, unit: str) -> _Interval:
    """A day so many units away; months and years give the period, not a day."""
    step = unit.lower().rstrip("s")
    if step in ("hour", "hr"):
        return _one(base + timedelta(days=round(count / 24)) if abs(count) >= 18 else base)
    if step in ("day", "night"):
        return _one(base + timedelta(days=count))
    if step == "week":
        day = base + timedelta(weeks=count)
        return day, day, "day" if abs(count) == 1 else "week"
    if step == "month":
        index = base.year * 12 + base.month - 1 + count
        year, month = divmod(index, 12)
        return date(year, month + 1, 1), _end_of_month(year, month + 1), "month"
    return date(base.year + count, 1, 1), date(base.year + count, 12, 31), "year"


def _past(m: re.Match[str], base: date) -> _Interval:
    unit = m["past_u"].lower().rstrip("s")
    count = _count(m["past_n"])
    days = {"hour": max(1, -(-count // 24)), "hr": max(1, -(-count // 24)), "day": count, "night": count, "week": 7 * count, "month": 30 * count, "year": 365 * count}[unit]
    precision: DatePrecision = "day" if days <= 2 else "week" if days <= 10 else "month" if days <= 100 else "year"
    return base - timedelta(days=days), base, precision


def _period(m: re.Match[str], base: date, told: date | None) -> _Interval | None:
    which, unit = " ".join(m["period_which"].lower().split()), m["period_u"].lower()
    step = -1 if which in ("last", "the past", "the previous", "the preceding", "previous") else 1 if which in ("next", "the coming") else 0
    if which in ("the same", "that"):
        if told is None:
            return None
        base, step = told, 0
    if unit == "week":
        monday = base - timedelta(days=base.weekday()) + timedelta(weeks=step)
        return monday, (min(monday + timedelta(days=6), base) if step == 0 and told is None else monday + timedelta(days=6)), "week"
    if unit == "weekend":
        saturday = base - timedelta(days=(base.weekday() - 5) % 7)
        if step == 1:
            saturday += timedelta(days=7)
        elif step == -1 and base.weekday() >= 5:
            saturday -= timedelta(days=7)
        return saturday, saturday + timedelta(days=1), "day"
    if unit == "month":
        year, month = divmod(base.year * 12 + base.month - 1 + step, 12)
        first, last = _within(year, (month + 1, month + 1), _part_days(m["period_part"]) if m["period_part"] and step else (0, 0))
        return (first, min(last, base) if step == 0 and last > base >= first and which == "this" else last, "month") if first and last else None
    if unit == "year":
        year = base.year + step
        last = date(year, 12, 31)
        return date(year, 1, 1), min(last, base) if which == "this" else last, "year"
    start = SEASONS[unit]
    for year in range(base.year + 1, base.year - 3, -1):
        first, last = _within(year, (start, (start + 1) % 12 + 1), (0, 0))
        if first and last and (last < base if step == -1 else first <= base):
            return first, last, "month"
    return None


def _from_told(name: str, m: re.Match[str], told: date | None) -> _Interval | None:
    if told is None:
        return None
    if name == "shifted":
        sign = -1 if m["shift_way"].lower() in ("earlier", "before", "previously", "prior") else 1
        return _shift(told, sign * _count(m["shift_n"]), m["shift_u"])
    if name == "following":
        sign = 1 if m["f_next"] else 0 if m["f_same"] else -1
        unit = m["f_u"].lower()
        return _shift(told, sign, unit if unit in ("day", "week", "month", "year") else "day")
    if name == "day_before":
        return _shift(told, -1 if m["db_way"].lower() == "before" else 1, m["db_u"])
    return _one(told)
