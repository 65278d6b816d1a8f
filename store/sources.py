"""Sources, their feeds, and what is remembered of each feed between nights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

import pyarrow as pa

from crawler.records import FeedOutcome, FeedState, Source
from store.database import Ledger, Row, hash_id
from store.tellings import recount_reports

_SOURCE_FIELDS = (
    "publisher", "family", "country", "language", "reliability", "cadence_hours", "timezone", "homepage", "kind",
    "verified", "enabled", "fetch_pages", "note",
)  # fmt: skip
_STATE_FIELDS = tuple(field.name for field in fields(FeedState) if field.name != "url")
_KINDS = {"cadence_hours": pa.float64(), "verified": pa.bool_(), "enabled": pa.bool_(), "fetch_pages": pa.bool_()}
_SOURCE_COLUMNS = {
    "source_id": pa.string(),
    **{name: _KINDS.get(name, pa.string()) for name in _SOURCE_FIELDS},
    "listed": pa.bool_(),
}
_INSTANT = pa.timestamp("us", "UTC")
_STATE_KINDS = {"failures": pa.int32(), "http_status": pa.int32(), "disabled": pa.bool_()}
_STATE = {
    "feed_url": pa.string(),
    **{name: _STATE_KINDS.get(name, _INSTANT if name.endswith("_at") else pa.string()) for name in _STATE_FIELDS},
    "first_checked_at": _INSTANT,
}
_LINE = {
    "log_key": pa.string(), "run_id": pa.string(), "kind": pa.string(), "noted_at": _INSTANT, "source_id": pa.string(),
    "feed_url": pa.string(), "url": pa.string(), "outcome": pa.string(), "reason": pa.string(),
    "http_status": pa.int32(), "entries": pa.int32(), "new_entries": pa.int32(), "elapsed_s": pa.float64(),
}  # fmt: skip
_FEED_COLUMNS = {"feed_url": pa.string(), "source_id": pa.string(), "kind": pa.string(), "listed": pa.bool_()}


def sync_sources(ledger: Ledger, sources: Sequence[Source]) -> None:
    """Makes the ledger's sources and feeds those of the configuration; dropped ones stay, marked as not listed."""
    source_rows = [(one.id, *(getattr(one, name) for name in _SOURCE_FIELDS), True) for one in sources]
    feed_rows = list({feed.url: (feed.url, one.id, feed.kind, True) for one in sources for feed in one.feeds}.values())
    with ledger.transaction():
        _sync(ledger, "source", "source_id", _SOURCE_COLUMNS, source_rows)
        _sync(ledger, "feed", "feed_url", _FEED_COLUMNS, feed_rows)
        recount_reports(ledger)


def get_feed_states(ledger: Ledger) -> dict[str, FeedState]:
    """What is remembered of each feed, by its URL."""
    found = ledger.rows(f"SELECT feed_url, {', '.join(_STATE_FIELDS)} FROM feed_state ORDER BY feed_url")  # noqa: S608
    return {row[0]: FeedState(url=row[0], **dict(zip(_STATE_FIELDS, row[1:], strict=True))) for row in found}


def add_feed_outcome(ledger: Ledger, outcome: FeedOutcome, run_id: str) -> None:
    """Stores a feed's new state and its line in the fetch log."""
    add_feed_outcomes(ledger, [outcome], run_id)


def add_feed_outcomes(ledger: Ledger, outcomes: Sequence[FeedOutcome], run_id: str) -> None:
    """Stores feeds' new states and lines in the fetch log, in one transaction; of one feed told twice the last."""
    last = list({outcome.feed.url: outcome for outcome in outcomes}.values())
    if not last:
        return
    states: list[Row] = [
        (one.feed.url, *(getattr(one.state, name) for name in _STATE_FIELDS), one.state.checked_at) for one in last
    ]
    lines: list[Row] = [
        (
            hash_id(run_id, "feed", one.feed.url), run_id, "feed", one.state.checked_at, one.feed.source_id,
            one.feed.url, one.feed.url, one.outcome, one.reason, one.state.http_status, one.entries, one.new_entries,
            one.elapsed_s,
        )
        for one in last
    ]  # fmt: skip
    updates = ", ".join(f"{name} = excluded.{name}" for name in _STATE_FIELDS)
    with ledger.transaction():
        with ledger.batch(_STATE, states, "states") as batch:
            ledger.execute(
                f"INSERT INTO feed_state BY NAME SELECT * FROM {batch} ON CONFLICT (feed_url) DO UPDATE SET "  # noqa: S608
                f"{updates}, first_checked_at = coalesce(feed_state.first_checked_at, excluded.first_checked_at)"
            )
        with ledger.batch(_LINE, lines, "lines") as batch:
            ledger.execute(f"INSERT OR REPLACE INTO fetch_log BY NAME SELECT * FROM {batch}")  # noqa: S608


def _sync(ledger: Ledger, table: str, key: str, columns: dict[str, pa.DataType], rows: Sequence[Row]) -> None:
    names = list(columns)
    with ledger.batch(columns, rows, "configured") as batch:
        updates = ", ".join(f"{name} = excluded.{name}" for name in names if name != key)
        ledger.execute(
            f"UPDATE {table} SET listed = false WHERE listed AND {key} NOT IN (SELECT {key} FROM {batch})"  # noqa: S608
        )
        ledger.execute(
            f"INSERT INTO {table} BY NAME SELECT * FROM "  # noqa: S608
            f"(SELECT * FROM {batch} EXCEPT SELECT {', '.join(names)} FROM {table}) "
            f"ON CONFLICT ({key}) DO UPDATE SET {updates}"
        )
