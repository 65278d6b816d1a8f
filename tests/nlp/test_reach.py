"""What lies out of reach could not have been joined: the ledger may leave it out."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from nlp.reach import extend, patience_of, reach_of
from nlp.records import DateSpan, Report
from nlp.resolve import KnownIncident, resolve
from tests.nlp.builders import event, facility, on, report

DAY = date(2026, 3, 1)


def tell(name: str, day: date, *, dated: bool) -> Report:
    span = on(day.isoformat()) if dated else None
    told = event(facilities=(facility(None),), facility_type="refinery", country="RU", countries=("RU",), date=span)
    return report(name, told, published=day.isoformat())


@pytest.mark.parametrize("days", range(0, 80, 5))
@pytest.mark.parametrize("dated", [True, False])
def test_what_is_out_of_reach_and_shares_nothing_is_not_joined(days: int, dated: bool) -> None:
    old = tell("old", DAY, dated=True)
    new = tell("new", DAY + timedelta(days=days), dated=dated)
    low, _ = extend(reach_of(new.event, new.fetched_at.date()), patience_of(new).any)
    found = resolve([new], [KnownIncident(id="inc-old", reports=(old,))])
    if low > reach_of(old.event, DAY)[1]:
        assert found.assignments == resolve([new]).assignments


@pytest.mark.parametrize(
    ("span", "low", "high"),
    [
        pytest.param(on("2026-03-09"), "2026-03-08", "2026-03-10", id="a day may be wrong by one"),
        pytest.param(
            on("2026-01-01", until="2026-12-31", precision="year"), "2025-11-02", "2027-03-01", id="told by year"
        ),
        pytest.param(on("2026-03-09", basis="publication"), "2026-03-03", "2026-03-12", id="the day of publication"),
        pytest.param(None, "2026-03-03", "2026-03-10", id="no day at all: the week before it was told"),
        pytest.param(on("0001-01-01"), "0001-01-01", "0001-01-02", id="the calendar has a first day"),
    ],
)
def test_reach_is_the_days_told_and_what_they_may_be_wrong_by(span: DateSpan | None, low: str, high: str) -> None:
    expected = date.fromisoformat(low), date.fromisoformat(high)
    assert reach_of(event(date=span), date(2026, 3, 10)) == expected
