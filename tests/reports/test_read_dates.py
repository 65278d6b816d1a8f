from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.read_dates import read_printed_date, says_date
from reports.words import format_period

PUBLISHED = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)  # a Sunday


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("on Saturday", "2026-11-21"), ("on Sunday", "2026-11-22"), ("last Monday", "2026-11-16"),
        ("yesterday", "2026-11-21"), ("overnight", "2026-11-22"), ("overnight", "2026-11-21"),
        ("today", "2026-11-22"), ("two days ago", "2026-11-20"), ("on 18 November", "2026-11-18"),
        ("on Nov. 18", "2026-11-18"), ("November 18, 2026", "2026-11-18"), ("the 18th of November", "2026-11-18"),
        ("18-20 November", "2026-11-19"), ("November 18 and 20", "2026-11-20"), ("2026-11-18", "2026-11-18"),
        ("18.11.2026", "2026-11-18"), ("11/18/2026", "2026-11-18"), ("on 28 December", "2025-12-28"),
        ("over the weekend", "2026-11-21"), ("a week ago", "2026-11-15"), ("hours later", "2026-11-21"),
    ],
)  # fmt: skip
def test_words_say_the_day(text: str, day: str) -> None:
    first = date.fromisoformat(day)
    assert says_date(text, first, first, "day", PUBLISHED)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("on Saturday", "2026-11-20"), ("on Saturday", "2026-10-31"), ("yesterday", "2026-11-11"),
        ("on 18 November", "2026-11-19"), ("November 18, 2025", "2026-11-18"), ("18-20 November", "2026-11-21"),
        ("no date at all", "2026-11-21"), ("in November", "2026-11-21"), ("sat idle", "2026-11-21"),
        ("it may rain", "2026-05-01"),
    ],
)  # fmt: skip
def test_words_do_not_say_another_day(text: str, day: str) -> None:
    first = date.fromisoformat(day)
    assert not says_date(text, first, first, "day", PUBLISHED)


@pytest.mark.parametrize(
    ("text", "first", "last", "precision", "said"),
    [
        ("in early October", "2026-10-01", "2026-10-31", "month", True),
        ("last month", "2026-10-01", "2026-10-31", "month", True),
        ("in early October", "2026-09-01", "2026-09-30", "month", False),
        ("in 2024", "2024-01-01", "2024-12-31", "year", True),
        ("in 2024", "2023-01-01", "2023-12-31", "year", False),
        ("last week", "2026-11-09", "2026-11-15", "week", True),
        ("from 18 to 20 November", "2026-11-18", "2026-11-20", "day", True),
    ],
)
def test_words_say_a_rough_date(text: str, first: str, last: str, precision: str, said: bool) -> None:
    days = date.fromisoformat(first), date.fromisoformat(last)
    assert says_date(text, *days, precision, PUBLISHED) is said


def test_a_relative_day_needs_a_publication_date() -> None:
    day = date(2026, 11, 21)
    assert not says_date("on Saturday", day, day, "day", None)
    assert says_date("on 21 November 2026", day, day, "day", None)


@given(st.dates(date(1990, 1, 1), date(2060, 1, 1)), st.integers(0, 40))
def test_a_printed_period_reads_back_as_itself(first: date, days: int) -> None:
    last = date.fromordinal(first.toordinal() + days)
    assert read_printed_date(format_period(first, last, "day")) == (first, last, "day")


@pytest.mark.parametrize("text", ["", "21 Novembre 2026", "31 November 2026", "2026-11-21", "21 November", "soon"])
def test_what_is_no_printed_date_is_none(text: str) -> None:
    assert read_printed_date(text) is None
