"""Days out: calendar days, and a day of several outages once a facility."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.outages import Outage, count_days, days_out_by_facility, last_day_out

START = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("restored", "last_told", "days"),
    [(None, 1, 1), (None, 4, 4), (4, 9, 3), (2, 2, 1), (1, 1, 1), (None, 0, 1)],
)
def test_the_day_of_the_restart_counts_only_where_it_is_the_first(
    restored: int | None, last_told: int, days: int
) -> None:
    back = date(2026, 3, restored) if restored else None
    assert count_days(START, back, START + timedelta(days=last_told - 1)) == days


def outage(facility: str, first: int, last: int) -> Outage:
    return Outage(facility_id=facility, first=START + timedelta(days=first), last=START + timedelta(days=last))


@pytest.mark.parametrize(
    ("outages", "days"),
    [
        ([], {}),
        ([outage("a", 0, 0)], {"a": 1}),
        ([outage("a", 0, 4), outage("a", 2, 6)], {"a": 7}),
        ([outage("a", 0, 9), outage("a", 2, 3)], {"a": 10}),
        ([outage("a", 0, 1), outage("a", 2, 3)], {"a": 4}),
        ([outage("a", 0, 1), outage("a", 8, 9), outage("b", 0, 1)], {"a": 4, "b": 2}),
        ([outage("a", 4, 2)], {}),
    ],
)
def test_overlap_counts_once_a_facility(outages: list[Outage], days: dict[str, int]) -> None:
    assert days_out_by_facility(outages) == days


SPANS = st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 30), st.integers(0, 9)), max_size=8)


@given(SPANS)
def test_the_days_are_those_of_the_union(spans: list[tuple[str, int, int]]) -> None:
    days: dict[str, set[int]] = {}
    for facility, first, length in spans:
        days.setdefault(facility, set()).update(range(first, first + length + 1))
    counted = days_out_by_facility(outage(f, first, first + length) for f, first, length in spans)
    assert counted == {facility: len(found) for facility, found in days.items()}


def test_what_is_back_before_it_stopped_was_out_that_day() -> None:
    assert last_day_out(START, START - timedelta(days=3), START) == START
