"""How long something was out: calendar days, and days of several outages counted once a facility."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """An interruption of one facility, from its first day to its last, both out."""

    facility_id: str
    first: date
    last: date


def last_day_out(occurred_on: date, restored_on: date | None, last_told_on: date) -> date:
    """The last calendar day on which it was out: the one before the restart, else that of the last report of it.

    The day of the restart counts only where it is the first day too: what trips and returns within a day was out then.
    """
    if restored_on is not None:
        return max(occurred_on, restored_on - timedelta(days=1))
    return max(occurred_on, last_told_on)


def count_days(occurred_on: date, restored_on: date | None, last_told_on: date) -> int:
    """Calendar days out, at least one."""
    return (last_day_out(occurred_on, restored_on, last_told_on) - occurred_on).days + 1


def days_out_by_facility(outages: Iterable[Outage]) -> dict[str, int]:
    """Calendar days on which each facility was out, a day that lies in several outages counted once."""
    spans: dict[str, list[tuple[date, date]]] = defaultdict(list)
    for outage in outages:
        if outage.first <= outage.last:
            spans[outage.facility_id].append((outage.first, outage.last))
    found: dict[str, int] = {}
    for facility_id in sorted(spans):
        days, until = 0, date.min
        for first, last in sorted(spans[facility_id]):
            if last > until:
                days += (last - first).days + 1 if first > until else (last - until).days
                until = last
        found[facility_id] = days
    return found
