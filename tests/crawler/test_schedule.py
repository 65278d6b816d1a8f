"""When feeds are asked again, and what is remembered of each attempt."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.records import Feed, FeedState, FetchResult, Habit, NewsDay, Outcome, Source
from crawler.schedule import (
    MAX_BACK_OFF_S,
    back_off_s,
    decide_due,
    found_lie,
    next_state,
    parse_retry_after,
    usable_last_modified,
    use_validators,
    without_lied_validators,
)

NOW = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
FEED = Feed(url="https://news.example/feed", source_id="test")
SOURCE = Source(
    id="test",
    publisher="Test",
    family="test",
    country="GB",
    language="en",
    reliability="B",
    cadence_hours=24.0,
    feeds=(FEED,),
)
FRESH = FeedState(url=FEED.url)


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def well(**changes: object) -> FeedState:
    values: dict[str, object] = {
        "url": FEED.url,
        "etag": '"1"',
        "body_hash": "h",
        "outcome": "ok",
        "checked_at": NOW - hours(24),
        "succeeded_at": NOW - hours(24),
        "changed_at": NOW - hours(24),
    }
    return FeedState(**{**values, **changes})  # type: ignore[arg-type]


def fetched(outcome: Outcome = "ok", **changes: object) -> FetchResult:
    values: dict[str, object] = {
        "url": FEED.url,
        "final_url": FEED.url,
        "outcome": outcome,
        "reason": "",
        "fetched_at": NOW,
        "status": 200,
    }
    return FetchResult(**{**values, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("state", "due", "words"),
    [
        (None, True, "never"),
        (FRESH, True, "never"),
        (well(), True, "last checked"),
        (well(checked_at=NOW - hours(1.1)), True, "last checked"),
        (well(checked_at=NOW - hours(0.5)), False, "30 minutes ago"),
        (well(checked_at=NOW + hours(5)), True, "last checked"),
        (well(not_before_at=NOW + hours(3)), False, "no request before 2026-03-04 05:00 UTC"),
        (well(not_before_at=NOW - hours(3)), True, "last checked"),
        (well(not_before_at=NOW + timedelta(days=300)), True, "last checked"),
        (well(disabled=True), False, "410"),
        (well(failures=3, next_due_at=NOW + hours(3)), False, "backing off after 3 failures"),
        (well(failures=3, next_due_at=NOW - hours(3)), True, "after 3 failures"),
        (well(failures=3, next_due_at=NOW + timedelta(days=300)), True, "after 3 failures"),
        (well(failures=3, next_due_at=None), True, "after 3 failures"),
    ],
)
def test_a_feed_is_due_or_not_for_a_reason(state: FeedState | None, due: bool, words: str) -> None:
    decision = decide_due(SOURCE, FEED, state, NOW)
    assert decision.due is due
    assert words in decision.reason


def test_a_disabled_source_is_never_due() -> None:
    assert not decide_due(replace(SOURCE, enabled=False), FEED, None, NOW, force=True).due


@pytest.mark.parametrize(
    ("state", "due"),
    [
        (well(checked_at=NOW), True),
        (well(disabled=True), True),
        (well(failures=9, next_due_at=NOW + hours(90)), True),
        (well(not_before_at=NOW + hours(3)), False),
    ],
)
def test_force_passes_over_all_but_the_publishers_word(state: FeedState, due: bool) -> None:
    assert decide_due(SOURCE, FEED, state, NOW, force=True).due is due


def test_the_interval_can_be_set() -> None:
    assert decide_due(SOURCE, FEED, well(checked_at=NOW - hours(0.01)), NOW, min_interval_s=0).due


def test_back_off_doubles_up_to_a_week() -> None:
    middles = [3600.0 * 2**number for number in range(7)]
    for failures, middle in enumerate(middles, 1):
        assert 0.75 * middle <= back_off_s(failures, seed=5) <= 1.25 * middle
    assert back_off_s(0) == 0
    assert back_off_s(10_000) <= 1.25 * MAX_BACK_OFF_S
    assert back_off_s(4, seed=1) == back_off_s(4, seed=1)
    assert back_off_s(4, seed=1) != back_off_s(4, seed=2)


@given(st.integers(1, 100_000), st.integers())
def test_no_feed_is_given_up_for_good(failures: int, seed: int) -> None:
    assert 0 < back_off_s(failures, seed=seed) <= 1.25 * MAX_BACK_OFF_S


def test_a_failure_keeps_the_validators_and_counts() -> None:
    state = next_state(well(), outcome="timeout", reason="slow", now=NOW, result=fetched("timeout", status=None))
    assert (state.failures, state.outcome, state.reason, state.etag) == (1, "timeout", "slow", '"1"')
    assert state.checked_at == NOW
    assert state.succeeded_at == NOW - hours(24)
    assert state.next_due_at is not None
    assert state.next_due_at > NOW
    again = next_state(state, outcome="timeout", reason="slow", now=NOW)
    assert again.failures == 2


def test_a_success_ends_the_failures() -> None:
    state = next_state(
        well(failures=4, disabled=True),
        outcome="ok",
        reason="",
        now=NOW,
        result=fetched(),
        complete=True,
        new_entries=2,
    )
    assert (state.failures, state.disabled, state.succeeded_at, state.changed_at) == (0, False, NOW, NOW)
    assert not decide_due(SOURCE, FEED, state, NOW + hours(0.9)).due
    assert decide_due(SOURCE, FEED, state, NOW + hours(1.1)).due


def test_nothing_new_is_no_change() -> None:
    state = next_state(well(), outcome="ok", reason="", now=NOW, result=fetched(), complete=True)
    assert state.changed_at == NOW - hours(24)


def test_the_first_success_starts_the_clock_of_a_feed_that_never_brings_anything() -> None:
    state = next_state(FRESH, outcome="ok", reason="", now=NOW - hours(100), result=fetched(), complete=True)
    later = next_state(state, outcome="not_modified", reason="", now=NOW, result=fetched("not_modified"))
    assert later.changed_at == state.changed_at == NOW - hours(100)


def test_validators_are_renewed_only_by_a_complete_take() -> None:
    result = fetched(etag='"2"', last_modified="today")
    partial = next_state(well(), outcome="ok", reason="", now=NOW, result=result, body_hash="n", complete=False)
    whole = next_state(well(), outcome="ok", reason="", now=NOW, result=result, body_hash="n", complete=True)
    assert (partial.etag, partial.last_modified, partial.body_hash) == ('"1"', None, "h")
    assert (whole.etag, whole.last_modified, whole.body_hash) == ('"2"', "today", "n")


def test_a_server_that_stops_sending_validators_is_asked_without() -> None:
    state = next_state(well(), outcome="ok", reason="", now=NOW, result=fetched(), body_hash="n", complete=True)
    assert state.etag is None


def test_a_304_keeps_what_it_does_not_renew() -> None:
    result = fetched("not_modified", status=304, last_modified="today")
    state = next_state(well(), outcome="not_modified", reason="", now=NOW, result=result, complete=True)
    assert (state.etag, state.last_modified, state.body_hash) == ('"1"', "today", "h")


@pytest.mark.parametrize(("status", "disabled"), [(410, True), (404, False), (403, False), (500, False)])
def test_only_410_disables(status: int, disabled: bool) -> None:
    result = fetched("http_error", status=status)
    state = next_state(well(), outcome="http_error", reason="", now=NOW, result=result)
    assert state.disabled is disabled
    assert state.http_status == status


def test_retry_after_is_kept_across_runs() -> None:
    result = fetched("http_error", status=503, retry_after_s=7200.0)
    state = next_state(well(), outcome="http_error", reason="", now=NOW, result=result)
    assert state.not_before_at == NOW + hours(2)
    assert not decide_due(SOURCE, FEED, state, NOW + hours(1.9), force=True).due
    assert decide_due(SOURCE, FEED, state, NOW + hours(2.1), force=True).due


def test_what_was_not_asked_is_no_failure() -> None:
    result = fetched("skipped", status=None, retry_after_s=600.0)
    state = next_state(well(failures=1), outcome="skipped", reason="", now=NOW, result=result)
    assert state.failures == 1
    assert state.not_before_at == NOW + timedelta(seconds=600)


@pytest.mark.parametrize(
    ("state", "conditional"),
    [
        (well(), True),
        (well(outcome="not_modified"), True),
        (well(outcome="broken", failures=1), False),
        (well(outcome="timeout", failures=1), False),
        (FRESH, False),
    ],
)
def test_nothing_is_asked_conditionally_after_a_failure(state: FeedState, conditional: bool) -> None:
    assert use_validators(state, NOW) is conditional


def test_a_feed_that_never_changes_is_fetched_whole_once_a_week() -> None:
    state = well(changed_at=NOW - timedelta(days=60))
    asked = [use_validators(state, NOW + timedelta(days=day)) for day in range(14)]
    assert asked.count(False) == 2


def test_a_304_is_not_believed_when_a_feed_has_just_become_too_quiet() -> None:
    state = well(changed_at=NOW - hours(48), quiet_at=NOW - hours(1))
    assert not use_validators(state, NOW)
    assert use_validators(replace(state, quiet_at=NOW + hours(1)), NOW)


KNOWN = Habit(days=(), answers=30, since=NOW - hours(24 * 30))


@pytest.mark.parametrize(
    ("changes", "due"),
    [
        ({}, False),
        ({"outcome": "skipped"}, True),  # the night was over before it could be asked
        ({"checked_at": NOW - hours(18)}, True),
        ({"checked_at": NOW + hours(5)}, True),  # the clock was set back
        ({"usual_gap_hours": 2.0}, True),
        ({"habit": None}, True),
        ({"disabled": True}, False),
    ],
)
def test_a_feed_with_a_habit_is_passed_over_within_it(changes: dict[str, object], due: bool) -> None:
    recent = (NewsDay(first_at=NOW - hours(30), last_at=NOW - hours(1)),)
    values = {"checked_at": NOW - hours(1), "habit": replace(KNOWN, days=recent), "usual_gap_hours": 144.0} | changes
    assert decide_due(SOURCE, FEED, well(**values), NOW, min_interval_s=0).due is due


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        (None, None),
        ("Wed, 04 Mar 2026 02:00:00 GMT", "Wed, 04 Mar 2026 02:00:00 GMT"),
        ("Wed, 04 Mar 2026 14:00:00 GMT", "Wed, 04 Mar 2026 14:00:00 GMT"),  # local time under a wrong name
        ("Wed, 04 Mar 2099 02:00:00 GMT", None),
        ("last week", "last week"),
    ],
)
def test_a_date_in_the_future_is_no_condition(value: str | None, sent: str | None) -> None:
    assert usable_last_modified(value, NOW) == sent


def test_the_other_feeds_of_a_server_that_lied_are_asked_without_validators_too() -> None:
    other = "https://news.example/other"
    states = {
        FEED.url: well(habit=replace(KNOWN, lied_at=NOW - hours(50))),
        other: well(url=other),
        "https://else.example/": well(url="https://else.example/"),
    }
    after = without_lied_validators(states, NOW)
    assert [after[url].etag for url in states] == [None, None, '"1"']
    assert not use_validators(after[FEED.url], NOW)


@pytest.mark.parametrize(
    ("result", "news_h", "state", "lied"),
    [
        ({"etag": '"1"'}, [-1], {}, True),
        ({"etag": '"2"'}, [-1], {}, False),
        ({"etag": '"1"'}, [], {}, False),
        ({"etag": '"1"'}, [-1], {"outcome": "broken", "failures": 1}, False),
        ({"last_modified": "m"}, [None], {"etag": None, "last_modified": "m"}, True),
        ({"etag": '"2"'}, [-40, -36, -1], {"http_status": 304, "changed_at": NOW - hours(90)}, True),
        ({"etag": '"2"'}, [-26, -25, -1], {"http_status": 304, "changed_at": NOW - hours(90)}, False),
        ({"etag": '"2"'}, [None, None], {"http_status": 304, "changed_at": NOW - hours(90)}, False),
        ({"etag": '"2"'}, [-900, -901], {"http_status": 304, "changed_at": NOW - hours(90)}, False),
    ],
)
def test_a_lie_is_what_a_take_proves(
    result: dict[str, object], news_h: list[float | None], state: dict[str, object], lied: bool
) -> None:
    news = [None if one is None else NOW + hours(one) for one in news_h]
    assert (found_lie(well(**state), fetched(**result), news, NOW) is not None) is lied  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        (" 5 ", 5.0),
        ("0", 0.0),
        ("999999999999999999999", 86400.0),
        ("Wed, 04 Mar 2026 03:00:00 GMT", 3600.0),
        ("Wednesday, 04-Mar-26 03:00:00 GMT", 3600.0),
        ("Wed, 04 Mar 2020 03:00:00 GMT", 0.0),
        ("Wed, 04 Mar 2099 03:00:00 GMT", 86400.0),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("٣", None),
        ("", None),
        (None, None),
        ("Wed, 99 Mar 2026 99:00:00 GMT", None),
    ],
)
def test_retry_after_in_both_forms(value: str | None, seconds: float | None) -> None:
    assert parse_retry_after(value, NOW) == seconds


@given(st.text(max_size=40))
def test_any_retry_after_gives_seconds_or_nothing(value: str) -> None:
    seconds = parse_retry_after(value, NOW)
    assert seconds is None or 0 <= seconds <= 86400
