"""What the ledger itself can tell of its own size and health: its schema, rows of the future, alerts that wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from store.database import SCHEMA, Ledger

AHEAD = timedelta(hours=1)  # clocks of one machine do not go further astray between two runs


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkup:
    """Counts that should be nought, and the schema's number."""

    schema: int  # of the last migration
    future_runs: int  # begun later than now
    future_articles: int  # fetched later than now
    alerts_waiting: int  # messages that have not reached their target yet
    alerts_given_up: int


def get_checkup(ledger: Ledger, *, now: datetime) -> Checkup:
    """Counts what a wrong clock or an unreachable receiver leaves behind."""
    edge = now + AHEAD
    schema = ledger.row(f"SELECT max(number) FROM {SCHEMA}.schema_migration")  # noqa: S608
    runs = ledger.row("SELECT count(*) FROM run WHERE started_at > ?", [edge])
    articles = ledger.row("SELECT count(*) FROM article_version WHERE fetched_at > ?", [edge])
    alerts = ledger.row(
        "SELECT count(*) FILTER (status = 'waiting'), count(*) FILTER (status = 'given_up') FROM alert_delivery"
    )
    return Checkup(
        schema=int((schema or (0,))[0] or 0),
        future_runs=int((runs or (0,))[0]),
        future_articles=int((articles or (0,))[0]),
        alerts_waiting=int((alerts or (0, 0))[0]),
        alerts_given_up=int((alerts or (0, 0))[1]),
    )


def count_totals(ledger: Ledger) -> tuple[int, int]:
    """How many articles and how many incidents the ledger holds; the parts of one incident count as one."""
    row = ledger.row(
        "SELECT (SELECT count(*) FROM article), (SELECT count(*) FROM main.incidents WHERE parent_id IS NULL)"
    )
    return (int(row[0]), int(row[1])) if row is not None else (0, 0)
