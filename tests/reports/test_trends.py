from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.desk import Desk
from reports.trends import TOO_SHORT, Range, find_windows, is_unusual, measure, poisson_range, tell_trends
from store.records import Snapshot
from tests.reports.builders import NOW, snapshot
from tests.reports.nights import baseline, blackout, tapping, terminal_attack


def with_record(days: int, **more: object) -> Snapshot:
    return snapshot(**(baseline(NOW.date(), days) | more))


def test_a_young_ledger_has_no_baseline() -> None:
    assert tell_trends(Desk(), with_record(3), [tapping()]) == ((), TOO_SHORT)
    assert tell_trends(Desk(), snapshot(since=None), [tapping()]) == ((), TOO_SHORT)
    assert tell_trends(Desk(), with_record(10), [tapping()])[1] == ""


def test_windows_are_as_long_as_the_period_and_end_with_the_ledger() -> None:
    windows = find_windows(with_record(30))
    assert len(windows) == 29
    assert {until - start for start, until in windows} == {timedelta(days=1)}
    assert len(find_windows(with_record(200))) == 90


def test_a_night_on_which_no_run_looked_is_no_quiet_night() -> None:
    seen = with_record(30)
    gap = [moment for moment in seen.watched if moment.date() != date(2026, 11, 10)]
    assert len(find_windows(replace(seen, watched=tuple(gap)))) == 28


def test_a_week_of_which_most_nights_were_not_looked_at_does_not_count() -> None:
    until = datetime(2026, 11, 23, tzinfo=UTC)
    week = replace(with_record(85), generated_at=until, since=until - timedelta(days=7))
    assert len(find_windows(week)) == 11
    few = [moment for moment in week.watched if not date(2026, 11, 9) <= moment.date() <= date(2026, 11, 13)]
    assert len(find_windows(replace(week, watched=tuple(few)))) == 10


def test_a_count_far_above_the_usual_is_told_first_and_as_unusual() -> None:
    views = [replace(tapping(), id=f"inc-{n}") for n in range(5)]
    trends, _ = tell_trends(Desk(), with_record(60), [*views, terminal_attack(), blackout()])
    assert trends[0].kind == "all"
    assert [trend.label for trend in trends if trend.unusual] == [
        "All incidents", "Sub-Saharan Africa", "Oil", "Thefts", "Nigeria",
    ]  # fmt: skip
    thefts = next(trend for trend in trends if trend.label == "Thefts")
    assert thefts.told.text == "Thefts: 5 in this period, more than usual; usually 0 to 1 (59 days)."
    assert (thefts.count, thefts.low, thefts.high, thefts.periods) == (5, 0, 1, 59)


def test_every_trend_that_is_told_was_let_through() -> None:
    desk = Desk()
    trends, _ = tell_trends(desk, with_record(60), [tapping(), terminal_attack(), blackout()])
    assert desk.withheld == []
    assert len(trends) > 6


@pytest.mark.parametrize(
    ("count", "usual", "expected"),
    [
        (5, Range(usual=1.0, low=0, high=3, periods=20), True),
        (5, Range(usual=1.0, low=0, high=3, periods=3), False),
        (2, Range(usual=0.1, low=0, high=1, periods=80), False),
        (4, Range(usual=3.0, low=1, high=3, periods=20), False),
        (1, Range(usual=8.0, low=4, high=13, periods=20), True),
        (0, Range(usual=2.0, low=1, high=4, periods=20), False),
    ],
)
def test_few_periods_and_tiny_counts_are_never_unusual(count: int, usual: Range, expected: bool) -> None:
    assert is_unusual(count, usual) is expected


@pytest.mark.parametrize(("mean", "low", "high"), [(0.0, 0, 0), (1.0, 0, 3), (4.0, 1, 8), (10.0, 5, 15)])
def test_the_range_of_few_periods_is_that_of_poisson(mean: float, low: int, high: int) -> None:
    assert poisson_range(mean) == (low, high)


def test_the_range_of_many_periods_is_read_off_them() -> None:
    assert measure([1] * 95 + [40] * 5) == Range(usual=2.95, low=1, high=40, periods=100)
    assert measure([0] * 10).high == 0


@given(st.lists(st.integers(0, 2000), max_size=90))
def test_the_mean_lies_near_its_range_and_the_range_is_in_order(counts: list[int]) -> None:
    found = measure(counts)
    assert 0 <= found.low <= found.high
    assert found.periods == len(counts)
    if counts:
        assert min(counts) <= found.usual <= max(counts)
