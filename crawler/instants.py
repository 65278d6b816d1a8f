"""Dates as publishers write them, in feeds, metadata and JSON, become aware UTC instants."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january janv janvier januar enero ene gennaio gen janeiro ocak januari",
            "feb february fev février fevrier febr februar febrero febbraio fevereiro şubat februari",
            "mar march mars mär märz maerz marzo março marco mart maart maret",
            "apr april avr avril abril abr aprile nisan",
            "may mai mayo maggio mag maio mayıs mei",
            "jun june juin juni junio giugno giu junho haziran",
            "jul july juil juillet juli julio luglio lug julho temmuz",
            "aug august août aout agosto ago ağustos augustus agustus",
            "sep sept september septembre septiembre settembre set setembro eylül",
            "oct october octobre okt oktober octubre ottobre ott outubro out ekim",
            "nov november novembre noviembre novembro kasım nopember",
            "dec december déc décembre decembre dez dezember diciembre dic dicembre dezembro aralık desember",
        ),
        start=1,
    )
    for name in names.split()
}
# Hours from UTC of zone names met in feeds. Names with two meanings carry the one that energy publishers use:
# IST is India's (Irish and Israeli feeds write GMT offsets), CST and EST are North America's, BST is Britain's.
_ZONES = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "cest": 2, "met": 1, "mest": 2,
    "mez": 1, "mesz": 2, "eet": 2, "eest": 3, "msk": 3, "msd": 4, "trt": 3, "ast": -4, "adt": -3, "est": -5,
    "edt": -4, "et": -5, "cst": -6, "cdt": -5, "ct": -6, "mst": -7, "mdt": -6, "mt": -7, "pst": -8, "pdt": -7,
    "pt": -8, "akst": -9, "akdt": -8, "hst": -10, "nst": -3.5, "ndt": -2.5, "brt": -3, "art": -3, "clt": -4,
    "clst": -3, "cot": -5, "pet": -5, "vet": -4, "wat": 1, "cat": 2, "sast": 2, "eat": 3, "irst": 3.5, "gst": 4,
    "azt": 4, "get": 4, "amt": 4, "samt": 4, "pkt": 5, "uzt": 5, "yekt": 5, "almt": 5, "ist": 5.5, "npt": 5.75,
    "bdt": 6, "mmt": 6.5, "ict": 7, "wib": 7, "wita": 8, "wit": 9, "sgt": 8, "myt": 8, "hkt": 8, "pht": 8, "awst": 8,
    "jst": 9, "kst": 9, "acst": 9.5, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13,
}  # fmt: skip
_ISO = re.compile(
    r"^\s*(\d{4})-?(\d{1,2})(?:-?(\d{1,2}))?"
    r"(?:[T\s]+(\d{1,2})[:.]?(\d{2})(?:[:.]?(\d{2})(?:[.,:]\d+)?)?\s*([AaPp]\.?[Mm]\.?)?\s*(.*))?\s*$"
)
# 2026/03/03, 2026. 3. 3. (Korean, Hungarian), 2026年3月3日, 2026년 3월 3일
_SLASHED = re.compile(r"^\s*(\d{4})\s*[/.年년]\s*(\d{1,2})\s*[/.月월]\s*(\d{1,2})(?!\d)\s*[.日일]?(.*)$")
_DOTTED = re.compile(r"^\s*(\d{1,2})\.(\d{1,2})\.(\d{4})(.*)$")  # always day first
_AMERICAN = re.compile(r"^\s*(\d{1,2})/(\d{1,2})/(\d{4})(.*)$")
_CLOCK = re.compile(r"\b(\d{1,2})[:.h](\d{2})(?:[:.](\d{2}))?(?:[.,]\d+)?\s*([AaPp]\.?[Mm]\b\.?)?")
_OFFSET = re.compile(r"(?:GMT|UTC)?\s*([+\-\u2212])\s*(\d{1,2}):?(\d{2})?\s*(?:\([^)]*\))?\s*$", re.IGNORECASE)
_ZONE_NAME = re.compile(r"\b([A-Za-z]{1,5})\b")
_WORDS = re.compile(r"[^\W\d_]+|\d+", re.UNICODE)
_EPOCH = re.compile(r"^\s*(\d{10})(\d{3})?\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Instant:
    """A moment as its publisher wrote it."""

    at: datetime  # aware, UTC; midnight UTC where no time was written
    on: date  # the local date as written
    has_time: bool  # false also for midnight exactly, which publishing systems write for a date
    offset_minutes: int | None = None  # from UTC, as written; None where no zone was written


def parse_instant(text: str | None) -> Instant | None:
    """Reads ISO 8601, RFC 822 and the written forms between them; None for anything else.

    A time without a zone is taken as UTC. Years outside 1970 to 2099 are refused.
    """
    if not text or len(text) > 200:
        return None
    try:
        return _parse(text.strip())
    except (ValueError, OverflowError):
        return None


def _parse(text: str) -> Instant | None:
    epoch = _EPOCH.match(text)
    if epoch:
        return _instant(datetime.fromtimestamp(int(epoch.group(1)), UTC), True, timedelta(0))
    iso = _ISO.match(text)
    if iso and (iso.group(3) or iso.group(4) is None):
        year, month, day, hour, minute, second, half, rest = iso.groups()
        written = datetime(int(year), int(month), int(day or 1), tzinfo=UTC)
        if hour is None:
            return _instant(written, False, None)
        return _timed(written, int(hour), int(minute), int(second or 0), half, _offset(rest or ""))
    for pattern, order in ((_SLASHED, "ymd"), (_DOTTED, "dmy"), (_AMERICAN, "mdy")):
        match = pattern.match(text)
        if match:
            numbers = dict(zip(order, (int(part) for part in match.groups()[:3]), strict=True))
            if order == "mdy" and numbers["m"] > 12:
                numbers["m"], numbers["d"] = numbers["d"], numbers["m"]
            return _with_clock(datetime(numbers["y"], numbers["m"], numbers["d"], tzinfo=UTC), match.group(4))
    return _written(text)


def _written(text: str) -> Instant | None:
    """Reads "Sat, 22 Nov 2026 14:05:00 +0300", "November 22, 2026 2:05 PM ET" and their kin."""
    clock = _CLOCK.search(text)
    before = text[: clock.start()] if clock else text
    words = _WORDS.findall(before)
    month = next((_MONTHS[word.lower()] for word in words if word.lower() in _MONTHS), None)
    if month is None:
        return None
    numbers = [word for word in words if word.isdigit()]
    if len(numbers) < 2 and clock:  # "Sat Nov 22 14:05:00 UTC 2026"
        late = re.findall(r"\b(\d{4})\b", text[clock.end() :])
        if late:
            numbers.append(late[-1])
            text = text.replace(late[-1], " ")
            clock = _CLOCK.search(text)
    years = [number for number in numbers if len(number) == 4]
    days = [number for number in numbers if len(number) <= 2]
    if not years and len(days) >= 2:  # RFC 822's two digits
        years = [str(int(days[-1]) + (2000 if int(days[-1]) < 70 else 1900))]
        days = days[:-1]
    if len(years) != 1 or not days:
        return None
    return _with_clock(datetime(int(years[0]), month, int(days[0]), tzinfo=UTC), text[clock.start() :] if clock else "")


def _with_clock(day: datetime, rest: str) -> Instant | None:
    clock = _CLOCK.search(rest)
    if not clock:
        return _instant(day, False, None)
    hour, minute, second, half = clock.groups()
    return _timed(day, int(hour), int(minute), int(second or 0), half, _offset(rest[clock.end() :]))


def _timed(
    day: datetime, hour: int, minute: int, second: int, half: str | None, offset: timedelta | None
) -> Instant | None:
    if half and hour <= 12:
        hour = hour % 12 + (12 if half.lower().startswith("p") else 0)
    if hour == 24 and minute == 0:
        hour, day = 0, day + timedelta(days=1)
    local = day.replace(hour=hour, minute=minute, second=min(second, 59))
    return _instant(local, (hour, minute, second) != (0, 0, 0), offset)


def _offset(rest: str) -> timedelta | None:
    rest = rest.strip()
    match = _OFFSET.search(rest)
    if match:
        sign, hours, minutes = match.groups()
        span = timedelta(hours=int(hours), minutes=int(minutes or 0))
        if span > timedelta(hours=15):
            return None
        return span if sign == "+" else -span
    for name in _ZONE_NAME.findall(rest):
        if name.lower() in _ZONES:
            return timedelta(hours=_ZONES[name.lower()])
    return None


def _instant(local: datetime, has_time: bool, offset: timedelta | None) -> Instant | None:
    if not 1970 <= local.year <= 2099:
        return None
    zone = timezone(offset) if offset is not None else UTC
    minutes = int(offset.total_seconds() // 60) if offset is not None else None
    return Instant(
        at=local.replace(tzinfo=zone).astimezone(UTC), on=local.date(), has_time=has_time, offset_minutes=minutes
    )
