"""Resolves what counts from publication ("on Sunday", "last month") or from a date told before ("two days later")."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Literal

from nlp.date_grammar import COUNTS, SEASONS, WEEKDAYS
from nlp.date_readers import day_of, end_of_month, part_days, within
from nlp.records import DatePrecision

Direction = Literal["past", "future"]
RELATIVE_NAMES = (
    "weekday_date", "weekday", "night", "yesterday", "today", "tomorrow", "overnight", "ago", "past", "period",
    "shifted",    "following", "day_before", "later_that",
)  # fmt: skip
Interval = tuple[date, date, DatePrecision]


def resolve_weekday(weekday: int, published: date, direction: Direction = "past") -> date:
    """The weekday (Monday 0) on or before publication, or the one after it where the clause looks ahead."""
    back = (published.weekday() - weekday) % 7
    if direction == "past":
        return published - timedelta(days=back)
    return published + timedelta(days=7 - back)


def resolve_day_month(day: int, month: int, published: date, direction: Direction = "past") -> date | None:
    """The nearest such day on or before publication, or on or after it; None for a day the month does not have."""
    years = (
        range(published.year, published.year - 9, -1)
        if direction == "past"
        else range(published.year, published.year + 9)
    )
    for year in years:
        candidate = day_of(year, month, day)
        if candidate is not None and (candidate <= published if direction == "past" else candidate >= published):
            return candidate
    return None


def read_relative(name: str, m: re.Match[str], text: str, published: date | None, told: date | None) -> Interval | None:
    base = published if published is not None else None
    try:
        if name in ("shifted", "following", "day_before", "later_that"):
            return _from_told(name, m, told if told is not None else published)
        if base is None:
            return _weekday_after(m, told) if name == "weekday" and told is not None else None
        return _from_publication(name, m, text, base, told)
    except (OverflowError, ValueError):
        return None


def _weekday_after(m: re.Match[str], told: date) -> Interval | None:
    """Without a publication date a weekday within three days of a date already told means the nearest one."""
    if (m["wd_lead"] or "").lower().startswith(("next", "last", "until", "by", "every")):
        return None
    ahead = (WEEKDAYS[m["weekday"].lower()] - told.weekday()) % 7
    day = told + timedelta(days=ahead if ahead <= 3 else ahead - 7)
    return day, day, "day"


def _from_publication(name: str, m: re.Match[str], text: str, base: date, told: date | None) -> Interval | None:
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


def _one(day: date) -> Interval:
    return day, day, "day"


def _count(word: str) -> int:
    cleaned = " ".join(word.lower().split())
    return int(cleaned) if cleaned.isdigit() else COUNTS.get(cleaned, 3)


def _weekday(m: re.Match[str], text: str, base: date) -> Interval:
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
    if (
        (lead in ("", "until", "by", "on", "this", "from") or lead.endswith(" of"))
        and day != base
        and _weekday_ahead(text, m)
    ):
        return _one(resolve_weekday(weekday, base, "future"))
    return _one(day)


# "told them to leave by Friday"; "managed to restore it by Friday" looks back
_TERM_AHEAD = re.compile(
    r"\b(?:will|expect\w*|plan\w*|order(?:s|ed)|deadline|closed|shut"
    r"|(?<!managed\s)(?<!able\s)(?<!forced\s)to\s(?!the|a|an|its|be|have)[a-z]+)\b(?:(?!\b(?:fell|rose"
    r"|had)\b)[^.;])*$",
    re.IGNORECASE,
)
_THREAT_AHEAD = re.compile(r"\b(?:threat\w*|vow\w*|warn\w*|will|would|call\w*\sfor)\b[^.;]*$", re.IGNORECASE)


def _weekday_ahead(text: str, m: re.Match[str]) -> bool:
    before = re.split(r"[.;!?]\s", text[max(0, m.start() - 70) : m.start()])[-1]
    lead = (m["wd_lead"] or "").lower()
    return bool(
        re.search(
            r"\b(?:will|must|shall|may\snot|plan(?:s|ned)?|scheduled|due|expect(?:s|ed)?|forecast(?:s|ers)?"
            r"|call(?:s|ed|ing)?\s(?:\w+\s){0,3}for|set\sto|to\s(?:begin|start|resume|meet|hold|restart"
            r"|shut|close))\b(?:(?!\b(?:said|told|announced|after)\b)[^.;])*$",
            before,
            re.IGNORECASE,
        )
        or (lead in ("until", "by") and _TERM_AHEAD.search(before))
        or (lead == "from" and _THREAT_AHEAD.search(before))
    )


def _shift(base: date, count: int, unit: str) -> Interval:
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
        return date(year, month + 1, 1), end_of_month(year, month + 1), "month"
    return date(base.year + count, 1, 1), date(base.year + count, 12, 31), "year"


def _past(m: re.Match[str], base: date) -> Interval:
    unit = m["past_u"].lower().rstrip("s")
    count = _count(m["past_n"])
    days = {
        "hour": max(1, -(-count // 24)),
        "hr": max(1, -(-count // 24)),
        "day": count,
        "night": count,
        "week": 7 * count,
        "month": 30 * count,
        "year": 365 * count,
    }[unit]
    precision: DatePrecision = "day" if days <= 2 else "week" if days <= 10 else "month" if days <= 100 else "year"
    return base - timedelta(days=days), base, precision


def _period(m: re.Match[str], base: date, told: date | None) -> Interval | None:
    which, unit = " ".join(m["period_which"].lower().split()), m["period_u"].lower()
    step = (
        -1
        if which in ("last", "the past", "the previous", "the preceding", "previous")
        else 1
        if which in ("next", "the coming")
        else 0
    )
    if which in ("the same", "that"):
        if told is None:
            return None
        base, step = told, 0
    if unit == "week":
        monday = base - timedelta(days=base.weekday()) + timedelta(weeks=step)
        return (
            monday,
            (min(monday + timedelta(days=6), base) if step == 0 and told is None else monday + timedelta(days=6)),
            "week",
        )
    if unit == "weekend":
        saturday = base - timedelta(days=(base.weekday() - 5) % 7)
        if step == 1:
            saturday += timedelta(days=7)
        elif step == -1 and base.weekday() >= 5:
            saturday -= timedelta(days=7)
        return saturday, saturday + timedelta(days=1), "day"
    if unit == "month":
        year, month = divmod(base.year * 12 + base.month - 1 + step, 12)
        first, last = within(
            year, (month + 1, month + 1), part_days(m["period_part"]) if m["period_part"] and step else (0, 0)
        )
        return (
            (first, min(last, base) if step == 0 and last > base >= first and which == "this" else last, "month")
            if first and last
            else None
        )
    if unit == "year":
        year = base.year + step
        last = date(year, 12, 31)
        return date(year, 1, 1), min(last, base) if which == "this" else last, "year"
    start = SEASONS[unit]
    for year in range(base.year + 1, base.year - 3, -1):
        first, last = within(year, (start, (start + 1) % 12 + 1), (0, 0))
        if first and last and (last < base if step == -1 else first <= base):
            return first, last, "month"
    return None


def _from_told(name: str, m: re.Match[str], told: date | None) -> Interval | None:
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
