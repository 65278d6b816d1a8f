"""Sources, their feeds, and what is remembered of each feed between nights."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime

import pyarrow as pa

from crawler.habits import find_habit, learn_history, parse_habit, render_habit
from crawler.records import EntryName, Feed, FeedOutcome, FeedState, Source
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
_STATE_KINDS = {
    "failures": pa.int32(), "http_status": pa.int32(), "disabled": pa.bool_(), "usual_gap_hours": pa.float64(),
}  # fmt: skip
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
_NAME = {
    "name_key": pa.string(), "entry_id": pa.string(), "publisher_id": pa.string(), "title_hash": pa.string(),
    "text_hash": pa.string(), "published_at": _INSTANT,
}  # fmt: skip
_HISTORY_HOURS = 500  # of a feed that was read before habits were learnt, the newest in which something came
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
    return {row[0]: _state(row) for row in found}


def learn_habits(ledger: Ledger, sources: Sequence[Source], states: Mapping[str, FeedState]) -> dict[str, FeedState]:
    """The states, with the habits of feeds that were read before habits were learnt, from what the ledger holds."""
    zones = {feed.url: source.timezone for source in sources for feed in source.feeds}
    unlearnt = [
        (url,) for url, one in states.items() if one.habit is None and one.succeeded_at is not None and url in zones
    ]
    if not unlearnt:
        return dict(states)
    with ledger.batch({"feed_url": pa.string()}, unlearnt, "unlearnt") as batch:
        answers = ledger.rows(
            f"""
            SELECT feed_url, count(*), min(noted_at) FROM fetch_log JOIN {batch} USING (feed_url)
            WHERE kind = 'feed' AND outcome IN ('ok', 'not_modified') GROUP BY feed_url
            """  # noqa: S608
        )
        # As the publisher dates it, where that can be: on its first night a feed holds the news of weeks.
        moments = ledger.rows(
            f"""
            FROM (SELECT DISTINCT e.feed_url, time_bucket(INTERVAL 1 HOUR, CASE
                WHEN v.published_at <= e.first_seen_at AND (v.published_at > e.first_seen_at - INTERVAL 2 DAY
                    OR e.first_seen_at < s.began_at + INTERVAL 1 DAY) THEN v.published_at
                ELSE e.first_seen_at END) AS hour
            FROM entry e JOIN {batch} USING (feed_url)
            JOIN (SELECT feed_url, min(first_seen_at) AS began_at FROM entry GROUP BY feed_url) s USING (feed_url)
            LEFT JOIN article_version v ON v.article_id = e.article_id AND v.ordinal = 1)
            QUALIFY row_number() OVER (PARTITION BY feed_url ORDER BY hour DESC) <= {_HISTORY_HOURS}
            """  # noqa: S608
        )
    came: dict[str, list[datetime]] = defaultdict(list)
    for url, hour in moments:
        came[url].append(hour)
    counted = {row[0]: row[1:] for row in answers}
    learnt = dict(states)
    for (url,) in unlearnt:
        number, since = counted.get(url, (0, None))
        habit = learn_history(came[url], zone=zones[url], answers=number, since=since)
        gap, quiet_at = find_habit(habit, zones[url])
        learnt[url] = replace(states[url], habit=habit, usual_gap_hours=gap, quiet_at=quiet_at)
    return learnt


def add_passed_over(ledger: Ledger, passed: Sequence[tuple[Feed, str]], run_id: str, *, at: datetime) -> None:
    """Notes in the fetch log which feeds a run did not ask, each with the reason; their state stays as it is."""
    lines: list[Row] = [
        (
            hash_id(run_id, "feed", feed.url), run_id, "feed", at, feed.source_id, feed.url, feed.url, "skipped",
            reason, None, 0, 0, 0.0,
        )
        for feed, reason in passed
    ]  # fmt: skip
    if lines:
        with ledger.batch(_LINE, lines, "lines") as batch:
            ledger.execute(f"INSERT OR REPLACE INTO fetch_log BY NAME SELECT * FROM {batch}")  # noqa: S608


def get_passed_over(ledger: Ledger, run_id: str) -> list[tuple[str, str, str]]:
    """The feeds that a run did not ask because of their habit: source, address and reason."""
    return [
        (row[0], row[1], row[2])
        for row in ledger.rows(
            "SELECT source_id, feed_url, reason FROM fetch_log WHERE run_id = ? AND kind = 'feed' "
            "AND outcome = 'skipped' AND starts_with(reason, 'not due: ') ORDER BY source_id, feed_url",
            [run_id],
        )
    ]


def get_common_failure(ledger: Ledger, run_id: str) -> tuple[int, str, str] | None:
    """How many feeds of a run failed for the commonest reason, the reason, and one of their addresses."""
    row = ledger.row(
        "SELECT count(*), reason, min(feed_url) FROM fetch_log WHERE run_id = ? AND kind = 'feed' "
        "AND outcome NOT IN ('ok', 'not_modified') GROUP BY reason ORDER BY count(*) DESC, reason LIMIT 1",
        [run_id],
    )
    return None if row is None else (row[0], row[1], row[2])


def add_feed_outcome(ledger: Ledger, outcome: FeedOutcome, run_id: str) -> None:
    """Stores a feed's new state and its line in the fetch log."""
    add_feed_outcomes(ledger, [outcome], run_id)


def add_feed_outcomes(ledger: Ledger, outcomes: Sequence[FeedOutcome], run_id: str) -> None:
    """Stores feeds' new states and lines in the fetch log, in one transaction; of one feed told twice the last."""
    last = list({outcome.feed.url: outcome for outcome in outcomes}.values())
    if not last:
        return
    states: list[Row] = [
        (one.feed.url, *(_stored(one.state, name) for name in _STATE_FIELDS), one.state.checked_at) for one in last
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
        _add_names(ledger, [(one.feed.url, name) for one in last for name in one.names])


def _add_names(ledger: Ledger, names: Sequence[tuple[str, EntryName]]) -> None:
    rows: dict[str, Row] = {}
    for url, name in names:
        key = hash_id(url, name.publisher_id)
        rows[key] = (key, name.entry_id, name.publisher_id, name.title_hash, name.text_hash, name.published_at)
    if not rows:
        return
    with ledger.batch(_NAME, list(rows.values()), "names") as batch:
        ledger.execute(f"INSERT OR REPLACE INTO entry_name BY NAME SELECT * FROM {batch}")  # noqa: S608
    keys = [(hash_id(url, name.entry_id), name.publisher_id) for url, name in names]
    with ledger.batch(
        {"entry_key": pa.string(), "publisher_id": pa.string()}, list(dict(keys).items()), "ids"
    ) as batch:
        ledger.execute(
            f"UPDATE entry SET publisher_id = b.publisher_id FROM {batch} b "  # noqa: S608
            "WHERE b.entry_key = entry.entry_key"
        )


def _state(row: Row) -> FeedState:
    values = dict(zip(_STATE_FIELDS, row[1:], strict=True))
    values["habit"] = parse_habit(values["habit"])
    return FeedState(url=row[0], **values)


def _stored(state: FeedState, name: str) -> object:
    if name == "habit":
        return None if state.habit is None else render_habit(state.habit)
    return getattr(state, name)


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
