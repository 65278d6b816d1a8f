"""Reads an explicit date from its match: which day or interval it names, with or without a year."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from nlp.date_grammar import MONTHS, ORDINALS, SEASONS
from nlp.records import DateBasis, DatePrecision


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundDate:
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


def day_of(year: int, month: int, day: int) -> date | None:
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
) -> list[FoundDate]:
    if first is None or last is None or last < first:
        return []
    return [
        FoundDate(start=m.start() if start is None else start, end=m.end(), first=first, last=last, precision=precision)
    ]


def end_of_month(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


_PART_DAYS = {
    "early": (1, 10),
    "start": (1, 10),
    "beginning": (1, 10),
    "mid": (11, 20),
    "middle": (11, 20),
    "late": (21, 0),
    "end": (21, 0),
}


def part_days(words: str | None) -> tuple[int, int]:
    for word, days in _PART_DAYS.items():
        if words and word in words.lower():
            return days
    return (0, 0)


def within(year: int, months: tuple[int, int], days: tuple[int, int]) -> tuple[date | None, date | None]:
    first = day_of(year, months[0], days[0] or 1)
    last_year = year if months[1] >= months[0] else year + 1
    last = day_of(last_year, months[1], days[1]) if days[1] else end_of_month(last_year, months[1])
    return first, last


def read_explicit(m: re.Match[str], text: str) -> list[FoundDate]:
    """Reads one explicit date; an impossible one (31 June, 13/14/2011) gives nothing."""
    name = next(k for k in _READERS if m[k] is not None)
    return _READERS[name](m, text)


def _iso(m: re.Match[str], text: str) -> list[FoundDate]:
    day = day_of(int(m["iso_y"]), int(m["iso_m"]), int(m["iso_d"]))
    return _span(m, day, day, "day")


def _dtg(m: re.Match[str], text: str) -> list[FoundDate]:
    day, month = int(m["dtg_d"]), _month(m["dtg_m"])
    if m["dtg_y"]:
        on = day_of(_year(m["dtg_y"]), month, day)
        return _span(m, on, on, "hour")
    return [FoundDate(start=m.start(), end=m.end(), precision="hour", months=(month, month), days=(day, day))]


def _numeric(m: re.Match[str], text: str) -> list[FoundDate]:
    """US month first with slashes and hyphens, day first with dots, and the other order where only that is a date."""
    a, b, sep, written = int(m["num_a"]), int(m["num_b"]), m["num_sep"], m["num_y"]
    before = text[max(0, m.start() - 8) : m.start()]
    led = re.search(r"\b(?:on|dated?|of|since|from)\W{1,2}$", before, re.IGNORECASE) is not None
    if len(written) == 2 and (sep == "." or (sep == "-" and not led)):
        return []  # 10.2.21 is a version or a section as often as a date
    year = _year(written)
    order = ((a, b), (b, a)) if sep != "." else ((b, a), (a, b))
    for month, day in order:
        on = day_of(year, month, day)
        if on is not None:
            return _span(m, on, on, "day")
    return []


def _dm_dm(m: re.Match[str], text: str) -> list[FoundDate]:
    return _two(m, "dmdm")


def _md_md(m: re.Match[str], text: str) -> list[FoundDate]:
    return _two(m, "mdmd")


def _two(m: re.Match[str], key: str) -> list[FoundDate]:
    d1, d2 = int(m[f"{key}_d1"]), int(m[f"{key}_d2"])
    m1, m2 = _month(m[f"{key}_m1"]), _month(m[f"{key}_m2"])
    y1, y2 = m[f"{key}_y1"], m[f"{key}_y2"]
    if y1 or y2:
        last_year = int(y2 or y1)
        first_year = int(y1) if y1 else last_year - (1 if m1 > m2 else 0)
        return _span(m, day_of(first_year, m1, d1), day_of(last_year, m2, d2), "day")
    return [FoundDate(start=m.start(), end=m.end(), precision="day", months=(m1, m2), days=(d1, d2))]


def _dd_m(m: re.Match[str], text: str) -> list[FoundDate]:
    return _days_of_month(m, "ddm")


def _m_dd(m: re.Match[str], text: str) -> list[FoundDate]:
    return _days_of_month(m, "mdd")


def _days_of_month(m: re.Match[str], key: str) -> list[FoundDate]:
    d1, d2, month = int(m[f"{key}_d1"]), int(m[f"{key}_d2"]), _month(m[f"{key}_m"])
    if d1 >= d2:
        return []
    if m[f"{key}_y"]:
        year = int(m[f"{key}_y"])
        return _span(m, day_of(year, month, d1), day_of(year, month, d2), "day")
    return [FoundDate(start=m.start(), end=m.end(), precision="day", months=(month, month), days=(d1, d2))]


def _d_m(m: re.Match[str], text: str) -> list[FoundDate]:
    month_word = m["dm_m"]
    # "20 may be hurt", "5 march to the plant": a lower-case verb is no month without a year
    if (
        month_word in ("may", "march")
        and not m["dm_y"]
        and re.match(
            r"\s+(?:be|have|not|also|still|well|face|need|to|on|in|through|see|take|lose|remain)\b",
            text[m.end("dm_m") : m.end("dm_m") + 12],
        )
    ):
        return []
    return _one_day(m, int(m["dm_d"]), month_word, m["dm_y"] or m["dm_yy"])


def _m_d(m: re.Match[str], text: str) -> list[FoundDate]:
    word = m["md_m"]
    if (
        not m["md_y"]
        and word in ("may", "march", "mar", "sun")
        and not re.search(r"\b(?:on|since|until|from|of|by)\s+$", text[max(0, m.start() - 7) : m.start()])
    ):
        return []
    if re.match("\\S", text[m.end("md_m") : m.end("md_m") + 1]) and not word.endswith("."):
        return []  # "MAR3" is a name
    return _one_day(m, int(m["md_d"]), word, m["md_y"])


def _one_day(m: re.Match[str], day: int, month_word: str, year: str | None) -> list[FoundDate]:
    month = _month(month_word)
    if year:
        on = day_of(_year(year), month, day)
        return _span(m, on, on, "day")
    if day > monthrange(2024, month)[1]:
        return []
    return [FoundDate(start=m.start(), end=m.end(), precision="day", months=(month, month), days=(day, day))]


def _ym(m: re.Match[str], text: str) -> list[FoundDate]:
    year, month = int(m["ym_y"]), _month(m["ym_m"])
    first, last = within(year, (month, month), part_days(m["ym_part"]))
    return _span(m, first, last, "month")


def _quarter(m: re.Match[str], text: str) -> list[FoundDate]:
    if not m["q_y"]:
        return []
    number = int(m["q_n"][1]) if m["q_n"] else ORDINALS[m["q_w"].lower()]
    first, last = within(_year(m["q_y"]), (3 * number - 2, 3 * number), (0, 0))
    return _span(m, first, last, "month")


def _half(m: re.Match[str], text: str) -> list[FoundDate]:
    second = (m["h_n"] or "").endswith("2") or (m["h_w"] or "").lower() == "second"
    first, last = within(int(m["h_y"]), (7, 12) if second else (1, 6), (0, 0))
    return _span(m, first, last, "year")


def _season(m: re.Match[str], text: str) -> list[FoundDate]:
    start = SEASONS[m["s_n"].lower()]
    first, last = within(int(m["s_y"]), (start, (start + 1) % 12 + 1), (0, 0))
    return _span(m, first, last, "month")


def _decade(m: re.Match[str], text: str) -> list[FoundDate]:
    year = int(m["dec_y"]) * 10
    low, high = {"early": (0, 3), "mid": (4, 6), "late": (7, 9)}.get((m["dec_part"] or "").lower(), (0, 9))
    return _span(m, date(year + low, 1, 1), date(year + high, 12, 31), "year")


def _year_part(m: re.Match[str], text: str) -> list[FoundDate]:
    word = (m["yp_p"] or m["yp_w"]).lower()
    months = {
        "early": (1, 3),
        "start": (1, 2),
        "beginning": (1, 2),
        "mid": (5, 8),
        "middle": (5, 8),
        "late": (10, 12),
        "end": (12, 12),
    }[word]
    first, last = within(int(m["yp_y"]), months, (0, 0))
    return _span(m, first, last, "year")


def _years(m: re.Match[str], text: str) -> list[FoundDate]:
    return _span(m, date(int(m["ys_1"]), 1, 1), date(int(m["ys_2"]), 12, 31), "year")


def _bare_year(m: re.Match[str], text: str) -> list[FoundDate]:
    year = int(m["yr_y"])
    return _span(m, date(year, 1, 1), date(year, 12, 31), "year", start=m.start("yr_y"))


_READERS = {
    "iso": _iso, "dtg": _dtg, "numeric": _numeric, "dm_dm": _dm_dm, "md_md": _md_md, "dd_m": _dd_m, "m_dd": _m_dd,
    "d_m": _d_m, "m_d": _m_d, "ym": _ym, "quarter": _quarter, "half": _half, "season": _season, "decade": _decade,
    "year_part": _year_part, "years": _years, "year": _bare_year,
}  # fmt: skip


def read_possessive_month(m: re.Match[str]) -> list[FoundDate]:
    """A month that owns what happened in it; a person's name ("Theresa May's offer") is none."""
    before = m.string[max(0, m.start() - 24) : m.start()].split()
    if not m["month"][0].isupper() or (before and before[-1][0].isupper() and before[-1].isalpha()):
        return []
    month = _month(m["month"])
    return [FoundDate(start=m.start(), end=m.end(), precision="month", months=(month, month), basis="explicit")]


def read_lone_month(m: re.Match[str]) -> list[FoundDate]:
    lead, word = m["lead"].lower(), m["month"]
    if word in ("may", "march", "mar") and lead not in (
        "in",
        "last",
        "since",
        "during",
        "mid",
        "early",
        "late",
        "this",
    ):
        return []  # lower-case verbs
    if lead == "every":
        return []
    month = _month(word)
    days = part_days(lead) if not m["part"] else part_days(m["part"])
    return [
        FoundDate(
            start=m.start(), end=m.end("month") + len(m["possessive"] or ""), precision="month", months=(month, month),
            days=days, basis="explicit",
        )
    ]  # fmt: skip
