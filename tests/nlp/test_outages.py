"""Days out, in calendar days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from nlp.outages import count_days, last_day_out

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


def test_what_is_back_before_it_stopped_was_out_that_day() -> None:
    assert last_day_out(START, START - timedelta(days=3), START) == START
