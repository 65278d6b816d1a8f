"""How long something was out, in calendar days."""

from __future__ import annotations

from datetime import date, timedelta


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
