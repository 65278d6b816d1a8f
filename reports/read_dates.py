"""Decides whether words say that something happened on a date, and reads the dates that a briefing prints."""

from __future__ import annotations

import calendar
import re
from datetime import date, datetime, timedelta

MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_MONTH_FORMS = {**MONTHS, **{name[:3]: number for name, number in MONTHS.items()}, "sept": 9}
_MONTH = r"(?P<month>" + "|".join(sorted(_MONTH_FORMS, key=len, reverse=True)) + r")\b\.?"
WEEKDAYS = {name.lower(): number for number, name in enumerate(calendar.day_name)}
_WEEKDAY_FORMS = {
    **WEEKDAYS, **{name[:3]: number for name, number in WEEKDAYS.items()},
    "tues": 1, "thur": 3, "thurs": 3, "weds": 2,
}  # fmt: skip
_DAYS = r"(?P<days>\d{1,2}(?:st|nd|rd|th)?(?:\s*(?:-|–|—|,|and|or|to|until|/)\s*\d{1,2}(?:st|nd|rd|th)?)*)"
_YEAR = r"(?:,?\s+(?:of\s+)?(?P<year>(?:19|20)\d\d))?"
_DAY_MONTH = re.compile(rf"(?i)\b{_DAYS}(?:\s+of)?[\s-]+{_MONTH}{_YEAR}")
_MONTH_DAY = re.compile(rf"(?i)\b{_MONTH}\s+{_DAYS}(?!\d){_YEAR}")
_MONTH_ONLY = re.compile(rf"(?i)\b{_MONTH}{_YEAR}")
_ISO = re.compile(r"\b((?:19|20)\d\d)[-/.](\d{1,2})[-/.](\d{1,2})\b")
_NUMERIC = re.compile(r"\b(\d{1,2})[-/.](\d{1,2})[-/.]((?:19|20)?\d\d)(?!\d)")
_AGO = re.compile(r"(?i)\b(\w+)\s+(hour|day|night|week|month|year)s?\s+(?:ago|earlier|before)\b")
_WORDS = {
    word: number
    for number, word in enumerate("zero one two three four five six seven eight nine ten eleven twelve".split())
} | {"a": 1, "an": 1, "couple": 2, "few": 3, "several": 3}

# Words -> days before publication that they may mean (first, last); negative: still to come.
_RELATIVE: tuple[tuple[str, int, int], ...] = (
    (r"today|tonight|this (?:morning|afternoon|evening)|at (?:dawn|noon|midday)", -1, 1),
    (r"overnight|last night|last evening|the night|(?:early|small) hours|pre-?dawn|(?:at|after) (?:mid)?night", -1, 2),
    (r"yesterday|the (?:day|night|evening|morning) before|a day earlier|the previous (?:day|night)", 0, 3),
    (r"hours? (?:after|earlier|later|before)|within hours|now|currently", -1, 3),
    (r"(?:earlier|later) in the day|that (?:day|morning|afternoon|evening|night)", -1, 3),
    (r"tomorrow|the next day|the following day|a day later", -2, 1),
    (r"this week|earlier in the week|past (?:few|\w+) days|in recent days|days (?:ago|earlier|after|before)", -7, 8),
    (r"last week|previous week|past week|a week (?:ago|earlier)|past seven days", 0, 15),
    (r"next week|coming week|coming days", -15, 1),
    (r"this month|earlier in the month|recent(?:ly)?|latest|weeks (?:ago|earlier)|past (?:few|\w+) weeks", -31, 62),
    (r"last month|previous month|past month", 0, 63),
    (r"next month", -63, 1),
    (r"this year|last year|months (?:ago|earlier)|past year", -366, 731),
)  # fmt: skip
_RELATIVE_PATTERNS = tuple((re.compile(rf"(?i)\b(?:{words})\b"), low, high) for words, low, high in _RELATIVE)
_WEEKEND = re.compile(r"(?i)\bweekend\b")

_PRINTED_DAY = r"(\d{1,2}) ([A-Z][a-z]+) (\d{4})"
_PRINTED = (
    (re.compile(rf"{_PRINTED_DAY} to {_PRINTED_DAY}"), "range"),
    (re.compile(rf"the week of {_PRINTED_DAY}"), "week"),
    (re.compile(_PRINTED_DAY), "day"),
    (re.compile(r"([A-Z][a-z]+) (\d{4})"), "month"),
    (re.compile(r"(\d{4})"), "year"),
)


def read_printed_date(text: str) -> tuple[date, date, str] | None:
    """Reads a date in the briefing's own form: (first day, last day, precision); None where it is no such date."""
    for pattern, precision in _PRINTED:
        match = pattern.fullmatch(text)
        if not match:
            continue
        parts = match.groups()
        try:
            if precision == "range":
                return _day(*parts[:3]), _day(*parts[3:]), "day"
            if precision == "week":
                first = _day(*parts)
                return first, first + timedelta(days=6), "week"
            if precision == "day":
                return _day(*parts), _day(*parts), "day"
            if precision == "month":
                year, month = int(parts[1]), MONTHS[parts[0].lower()]
                return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]), "month"
            return date(int(parts[0]), 1, 1), date(int(parts[0]), 12, 31), "year"
        except (KeyError, ValueError):
            return None
    return None


def _day(day: str, month: str, year: str) -> date:
    return date(int(year), MONTHS[month.lower()], int(day))


def says_date(text: str, first: date, last: date, precision: str, published_at: datetime | None) -> bool:
    """Whether the text says this date or a day within it, counting relative words from the publication."""
    if precision == "day" and last > first:
        return _says_day(text, first, published_at) and _says_day(text, last, published_at)
    if precision == "day":
        return _says_day(text, first, published_at)
    months = {(first.year, first.month), (last.year, last.month)}
    if precision == "year":
        named = {int(year) for year in re.findall(r"\b(?:19|20)\d\d\b", text)}
        if first.year in named:
            return True
    for match in _MONTH_ONLY.finditer(text):
        month = _MONTH_FORMS[match.group("month").lower()]
        years = _years(match.group("year"), published_at)
        if precision in ("month", "week") and any((year, month) in months for year in years):
            return True
    day = first
    while day <= last and (last - first).days <= 31:
        if _says_day(text, day, published_at):
            return True
        day += timedelta(days=1)
    return precision == "year" and any(_says_relative(text, day, published_at) for day in (first, last))


def _years(named: str | None, published_at: datetime | None) -> tuple[int, ...]:
    if named:
        return (int(named),)
    return (published_at.year - 1, published_at.year, published_at.year + 1) if published_at else ()


def _says_day(text: str, day: date, published_at: datetime | None) -> bool:
    return _says_explicit(text, day, published_at) or _says_relative(text, day, published_at)


def _says_explicit(text: str, day: date, published_at: datetime | None) -> bool:
    for pattern in (_DAY_MONTH, _MONTH_DAY):
        for match in pattern.finditer(text):
            if _MONTH_FORMS[match.group("month").lower()] != day.month:
                continue
            named = [int(number) for number in re.findall(r"\d{1,2}", match.group("days"))]
            spanned = len(named) == 2 and named[0] <= day.day <= named[1] and bool(
                re.search(r"-|–|—|to|until", match.group("days")))  # fmt: skip
            if (day.day in named or spanned) and _year_fits(match.group("year"), day, published_at):
                return True
    for year, month, number in _ISO.findall(text):
        if (int(year), int(month), int(number)) == (day.year, day.month, day.day):
            return True
    for one, two, year in _NUMERIC.findall(text):
        if (int(one), int(two)) in {(day.day, day.month), (day.month, day.day)} and day.year % 100 == int(year) % 100:
            return True
    return False


def _year_fits(named: str | None, day: date, published_at: datetime | None) -> bool:
    if named:
        return int(named) == day.year
    return published_at is None or abs((published_at.date() - day).days) <= 366


def _says_relative(text: str, day: date, published_at: datetime | None) -> bool:
    if published_at is None:
        return False
    before = (published_at.date() - day).days
    for word in re.findall(r"[A-Za-z]+", text):
        if (number := _WEEKDAY_FORMS.get(word.lower())) is None or not word[0].isupper():
            continue
        if day.weekday() == number and -8 <= before <= 14:
            return True
    if _WEEKEND.search(text) and day.weekday() >= 4 and -8 <= before <= 10:
        return True
    for count, unit in _AGO.findall(text):
        number = int(count) if count.isdigit() else _WORDS.get(count.lower(), -1)
        if number < 0:
            continue
        days = {"hour": 1 / 24, "day": 1, "night": 1, "week": 7, "month": 30.4, "year": 365.25}[unit.lower()] * number
        slack = {"hour": 1, "day": 1, "night": 1, "week": 4, "month": 20, "year": 200}[unit.lower()]
        if days - slack <= before <= days + slack:
            return True
    return any(low <= before <= high and pattern.search(text) for pattern, low, high in _RELATIVE_PATTERNS)
