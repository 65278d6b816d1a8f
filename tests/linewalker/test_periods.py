from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linewalker.errors import ConfigError
from linewalker.periods import Wish, find_period, last_week

NOW = datetime(2026, 3, 18, 9, 30, tzinfo=UTC)  # a Wednesday
LAST = (datetime(2026, 3, 17, 4, tzinfo=UTC), datetime(2026, 3, 18, 4, tzinfo=UTC))


def day(number: int) -> date:
    return date(2026, 3, number)


@pytest.mark.parametrize(
    ("wish", "since", "until", "stem"),
    [
        (Wish(), "2026-03-17T04:00", "2026-03-18T04:00", "briefing-2026-03-18-again"),
        (Wish(daily=True), "2026-03-17T00:00", "2026-03-18T00:00", "briefing-2026-03-17-day"),
        (Wish(daily=True, last=day(10)), "2026-03-10T00:00", "2026-03-11T00:00", "briefing-2026-03-10-day"),
        (Wish(first=day(10), last=day(10)), "2026-03-10T00:00", "2026-03-11T00:00", "briefing-2026-03-10-day"),
        (Wish(last=day(10)), "2026-03-10T00:00", "2026-03-11T00:00", "briefing-2026-03-10-day"),
        (Wish(first=day(10)), "2026-03-10T00:00", "2026-03-18T09:30", "briefing-2026-03-10-to-2026-03-18"),
        (Wish(first=day(1), last=day(9)), "2026-03-01T00:00", "2026-03-10T00:00", "briefing-2026-03-01-to-2026-03-09"),
        (Wish(weekly=True), "2026-03-09T00:00", "2026-03-16T00:00", "briefing-2026-W11"),
        (Wish(weekly=True, last=day(9)), "2026-03-09T00:00", "2026-03-16T00:00", "briefing-2026-W11"),
        (Wish(weekly=True, last=day(17)), "2026-03-16T00:00", "2026-03-18T09:30", "briefing-2026-W12"),
        (Wish(weekly=True, first=date(2026, 1, 1)), "2025-12-29T00:00", "2026-01-05T00:00", "briefing-2026-W01"),
    ],
)
def test_a_wish_has_its_period_and_its_file(wish: Wish, since: str, until: str, stem: str) -> None:
    period = find_period(wish, NOW, LAST)
    assert period.since is not None
    assert (f"{period.since:%Y-%m-%dT%H:%M}", f"{period.until:%Y-%m-%dT%H:%M}", period.stem) == (since, until, stem)
    assert period.past is (period.until < NOW)


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        (Wish(daily=True, weekly=True), "exclude each other"),
        (Wish(first=day(10), last=day(9)), "lies before"),
        (Wish(daily=True, first=day(8), last=day(9)), "one day"),
        (Wish(first=day(19)), "lies before|has not come yet"),
        (Wish(last=day(20)), "has not come yet"),
    ],
)
def test_a_wish_that_cannot_be_met_says_why(wish: Wish, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        find_period(wish, NOW, LAST)


def test_before_the_first_briefing_everything_is_the_period() -> None:
    period = find_period(Wish(), NOW, None)
    assert (period.since, period.until, period.past) == (None, NOW, False)


@given(st.datetimes(datetime(2000, 1, 3), datetime(2090, 1, 1)))
def test_the_last_week_is_over_and_has_seven_days_from_monday(moment: datetime) -> None:
    now = moment.replace(tzinfo=UTC)
    week = last_week(now)
    assert week.since is not None
    assert week.since.weekday() == 0
    assert week.until - week.since == timedelta(days=7)
    assert week.until <= now < week.until + timedelta(days=7)
    assert week.past
