"""What is learnt of a feed: its rhythm, when it is asked again, and since when it is too quiet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.habits import (
    MAX_WAIT_H,
    Answer,
    decide_wait,
    find_habit,
    fresh_seconds,
    in_words,
    learn,
    learn_history,
    parse_habit,
    render_habit,
    trusts_304,
)
from crawler.records import Habit, ParsedFeed
from crawler.rhythm import active_hours, add_news, find_rhythm, resting_weekdays

START = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)  # a Monday night
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def live(
    moments: Iterable[datetime],
    *,
    nights: int,
    dated: bool = True,
    off: Sequence[int] = (),
    every: timedelta = DAY,
    zone: str = "UTC",
) -> Habit:
    """The habit after checks in which a feed held what was published before; `off` are checks that did not happen."""
    habit: Habit | None = None
    told: set[datetime] = set()
    before: datetime | None = None
    for number in range(nights):
        now = START + number * every
        if number in off:
            continue
        fresh = [at for at in moments if at <= now and at not in told]
        told |= set(fresh)
        answer = Answer(news_at=tuple(fresh) if dated else (None,) * len(fresh), parsed=ParsedFeed())
        habit = learn(habit, answer, zone=zone, now=now, before=before)
        before = now
    assert habit is not None
    return habit


def weekly(count: int, *, at: timedelta = timedelta(hours=-20)) -> list[datetime]:
    """A bulletin of six entries in one batch, once a week."""
    return [START + at + week * 7 * DAY + n * timedelta(minutes=5) for week in range(count) for n in range(6)]


def wire(days: int, *, resting: Sequence[int] = (), a_day: int = 50) -> list[datetime]:
    """Fifty pieces between five in the morning and ten at night."""
    first = START.replace(hour=5)
    found = []
    for day in range(days):
        morning = first + day * DAY
        if morning.weekday() not in resting:
            found += [morning + n * timedelta(hours=17) / a_day for n in range(a_day)]
    return found


def test_a_weekly_bulletin_is_quiet_after_two_weeks_and_not_after_four_days() -> None:
    habit = live(weekly(9), nights=60)
    gap, quiet_at = find_habit(habit, "UTC")
    last = habit.days[-1].last_at
    assert gap == pytest.approx(168, abs=1)
    assert quiet_at is not None
    assert last + 13 * DAY < quiet_at < last + 15 * DAY


@pytest.mark.parametrize("every", [DAY, HOUR * 6])
def test_a_wire_is_quiet_after_a_day_of_silence(every: timedelta) -> None:
    habit = live(wire(20), nights=int(20 * DAY / every), every=every)
    gap, quiet_at = find_habit(habit, "UTC")
    assert gap is not None
    assert gap <= 24
    assert quiet_at == habit.days[-1].last_at + DAY


def test_a_newsroom_that_rests_at_weekends_is_not_quiet_then() -> None:
    habit = live(wire(40, resting=(5, 6)), nights=40)
    assert resting_weekdays(habit.days, "UTC") == {5, 6}
    friday = START.replace(hour=21) + 32 * DAY
    assert friday.weekday() == 4
    _, quiet_at = find_habit(replace(habit, days=add_news(habit.days[:-4], [friday], "UTC", after_gap=False)), "UTC")
    assert quiet_at is not None
    # What is left of Friday and most of Monday are a day of work; without the weekend it would be Saturday night.
    assert quiet_at.date() == (friday + 3 * DAY).date()


def test_a_holiday_is_no_silence() -> None:
    eve, after = datetime(2026, 12, 24, 12, tzinfo=UTC), datetime(2026, 12, 27, 12, tzinfo=UTC)
    assert active_hours(eve, after, frozenset(), "UTC") == 24


def test_days_are_counted_in_the_sources_zone() -> None:
    # Ten at night in Houston is Saturday in London.
    at_work = [START.replace(hour=15) + day * DAY for day in range(35)]
    late = [moment + 12 * HOUR for moment in at_work if moment.weekday() < 5]
    assert resting_weekdays(add_news((), late, "America/Chicago", after_gap=False), "America/Chicago") == {5, 6}


@pytest.mark.parametrize("dated", [True, False])
def test_our_own_outage_teaches_nothing_about_the_feed(dated: bool) -> None:
    always = live(wire(60, a_day=4), nights=60, dated=dated)
    with_outage = live(wire(60, a_day=4), nights=60, off=range(30, 45), dated=dated)
    assert find_rhythm(with_outage.days, "UTC") is not None
    (gap, quiet), (gap_off, quiet_off) = find_habit(always, "UTC"), find_habit(with_outage, "UTC")
    assert gap_off == pytest.approx(gap, abs=1)
    assert quiet is not None
    assert quiet_off is not None
    assert abs(quiet_off - quiet) <= DAY


def test_what_the_first_night_holds_of_the_weeks_before_is_history_and_a_resurfaced_archive_is_not() -> None:
    habit = live([START - n * 7 * DAY for n in range(10)], nights=1)
    gap, _ = find_habit(habit, "UTC")
    assert gap == pytest.approx(168, abs=1)
    now = START + DAY
    old = learn(habit, Answer(news_at=(START - 900 * DAY,)), zone="UTC", now=now, before=START)
    assert old.days[-1].last_at == now
    assert old.days[:-1] == habit.days


def test_dates_in_the_future_count_from_when_they_were_met() -> None:
    habit = learn(None, Answer(news_at=(START + 900 * DAY,)), zone="UTC", now=START, before=None)
    assert habit.days[-1].last_at == START


def settled(gap_days: float = 0, **changes: object) -> Habit:
    """A habit that is known well enough to be minded."""
    moments = [START - n * timedelta(days=gap_days) for n in range(12)] if gap_days else []
    habit = Habit(days=add_news((), moments, "UTC", after_gap=False), answers=30, since=START - 30 * DAY)
    return replace(habit, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("habit", "gap", "hours", "words"),
    [
        (settled(6), 144.0, 16.0, "brings news about every 6 days"),
        (settled(1), 24.0, 6.0, "about every 24 hours"),
        (settled(0.1), 2.4, None, ""),
        (settled(1, ttl_s=7200.0), 2.4, 2.0, "asks for 2 hours"),
        (settled(1, fresh_s=1e9), 2.4, 6.0, "asks for 6 hours"),
        (settled(1, ttl_s=86400.0), 144.0, 16.0, "every 6 days"),
        (settled(1, echoes=9), 2.4, 12.0, "only what other feeds have brought"),
        (settled(1, echoes=2), 2.4, None, ""),
        (settled(1, skip_hours=(3,)), 2.4, 16.0, "skipHours"),
        (settled(1, skip_hours=(4,)), 2.4, None, ""),
        (settled(1, skip_days=(0,)), 2.4, 16.0, "skipDays"),
        (settled(), None, 16.0, "nothing new for 30 days"),
        (settled(since=START - 4 * DAY), None, None, ""),
        (settled(6, answers=4), 144.0, None, ""),
        (settled(6, since=START - 2 * DAY), 144.0, None, ""),
        (Habit(), 144.0, None, ""),
        (None, None, None, ""),
    ],
)
def test_a_feed_is_asked_again_after_a_quarter_of_its_gap_and_always_each_night(
    habit: Habit | None, gap: float | None, hours: float | None, words: str
) -> None:
    wait = decide_wait(habit, gap, START, START)
    if hours is None:
        assert wait is None
    else:
        assert wait is not None
        assert wait.until == START + timedelta(hours=hours) - timedelta(minutes=5)
        assert words in wait.reason


@given(st.floats(0.01, 10_000), st.floats(0, 1e9), st.integers(0, 100), st.integers(0, 10_000), st.floats(0, 10_000))
@settings(max_examples=200, deadline=None)
def test_no_feed_waits_longer_than_the_cap(gap: float, ttl_s: float, echoes: int, answers: int, ago_h: float) -> None:
    habit = settled(1, ttl_s=ttl_s, echoes=echoes, answers=answers, since=START - ago_h * HOUR)
    wait = decide_wait(habit, gap, START, START)
    assert wait is None or START < wait.until <= START + MAX_WAIT_H * HOUR


def test_an_hourly_operator_asks_a_weekly_feed_at_most_twice_a_day_and_a_wire_each_time() -> None:
    for moments, most, least in ((weekly(9), 2, 1), (wire(60), 24, 15)):
        habit = live(moments, nights=60)
        gap, _ = find_habit(habit, "UTC")
        now = last = START + 59 * DAY
        asked = 0
        for _ in range(24):
            now += HOUR
            wait = decide_wait(habit, gap, last, now)
            if wait is None or now >= wait.until:
                asked, last = asked + 1, now
        assert least <= asked <= most


def test_a_habit_comes_back_from_the_ledger_as_it_was() -> None:
    answer = Answer(
        news_at=(START, None),
        parsed=ParsedFeed(ttl_minutes=90, skip_hours=(1, 2), skip_days=(5,)),
        headers={"cache-control": "max-age=60"},
        lied=True,
        oddities=("ids_changed",),
        echo=True,
    )
    habit = learn(None, answer, zone="UTC", now=START, before=None)
    assert (habit.ttl_s, habit.fresh_s, habit.echoes, habit.lied_at) == (5400.0, 60.0, 1, START)
    assert parse_habit(render_habit(habit)) == habit
    assert parse_habit(None) is None
    assert len(render_habit(live(wire(80), nights=80))) < 2500


def test_an_oddity_is_forgotten_a_month_after_it_was_last_seen() -> None:
    habit = learn(None, Answer(parsed=ParsedFeed(), oddities=("no_ids",)), zone="UTC", now=START, before=None)
    unchanged = learn(habit, Answer(), zone="UTC", now=START + 50 * DAY, before=START)
    assert unchanged.oddities == habit.oddities, "what was not read says nothing"
    read = learn(habit, Answer(parsed=ParsedFeed()), zone="UTC", now=START + 50 * DAY, before=START)
    assert read.oddities == ()


def test_a_server_that_lied_is_believed_again_after_three_months() -> None:
    habit = Habit(lied_at=START)
    assert not trusts_304(habit, START + 80 * DAY)
    assert trusts_304(habit, START + 100 * DAY)
    assert trusts_304(None, START)


def test_history_from_before_habits_were_learnt_gives_the_same_rhythm() -> None:
    hours = sorted({moment.replace(minute=0) for moment in weekly(9)})
    habit = learn_history(hours, zone="UTC", answers=60, since=START)
    assert find_habit(habit, "UTC")[0] == pytest.approx(168, abs=1)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0),
        ({"cache-control": "max-age=600"}, 600),
        ({"cache-control": 'public, Max-Age="600"', "age": "100"}, 500),
        ({"cache-control": "max-age=600, no-cache"}, 0),
        ({"cache-control": "max-age=junk"}, 0),
        ({"cache-control": "max-age=-1"}, 0),
        ({"cache-control": "max-age=99999999999999999999"}, 999999999),
        ({"cache-control": "max-age=60", "expires": format_datetime(START + DAY)}, 60),
        ({"expires": format_datetime(START + HOUR), "date": format_datetime(START)}, 3600),
        ({"expires": format_datetime(START + HOUR), "date": format_datetime(START + 2 * HOUR)}, 0),
        ({"expires": "0"}, 0),
        ({"expires": "Thu, 01 Jan 1970 00:00:00 GMT"}, 0),
    ],
)
def test_how_long_an_answer_is_fresh_by_its_own_word(headers: dict[str, str], seconds: float) -> None:
    assert fresh_seconds(headers, START) == seconds


@pytest.mark.parametrize(
    ("hours", "words"), [(0.4, "24 minutes"), (1.0, "1 hour"), (6.2, "6 hours"), (47.0, "47 hours"), (144.0, "6 days")]
)
def test_lengths_of_time_are_told_in_words(hours: float, words: str) -> None:
    assert in_words(hours) == words


MOMENTS = st.lists(st.integers(0, 400 * 86400).map(lambda s: START + timedelta(seconds=s)), max_size=80)


@given(MOMENTS, st.sampled_from(["UTC", "America/Chicago", "Asia/Kathmandu"]))
@settings(max_examples=100, deadline=None)
def test_any_history_gives_a_rhythm_that_makes_sense_or_none(moments: list[datetime], zone: str) -> None:
    days = add_news((), moments, zone, after_gap=False)
    assert list(days) == sorted(days, key=lambda day: day.first_at)
    assert all(day.first_at <= day.last_at for day in days)
    gap, quiet_at = find_habit(Habit(days=days), zone)
    if gap is not None:
        assert quiet_at is not None
        assert gap > 0
        assert quiet_at >= days[-1].last_at + DAY
