"""What is remembered of hosts between runs: robots.txt, and until when they asked to be left alone."""

from __future__ import annotations

import zlib
from datetime import datetime, timedelta
from typing import cast

import pyarrow as pa

from crawler.records import Outcome, RobotsState
from store.database import Ledger, Row

_FLUSH_AT = 256  # changes: what a kill loses is asked for again
_MAX_KEPT_BYTES = 64 * 1024  # of a packed robots.txt; a larger one is fetched anew by every run
_READ_AHEAD = 20_000  # of the newest robots.txt, those of up to
_SMALL_BYTES = 2048  # packed: one look at a row costs as much as reading a thousand of them at once
_FORGOTTEN = timedelta(days=60)  # twice as long as an unreachable robots.txt is minded

_INSTANT = pa.timestamp("us", tz="UTC")
_ROBOTS = {
    "origin": pa.string(), "fetched_at": _INSTANT, "outcome": pa.string(), "reason": pa.string(),
    "http_status": pa.int32(), "body": pa.binary(), "unreachable_since": _INSTANT,
}  # fmt: skip
_STATE = "fetched_at, outcome, reason, http_status, body, unreachable_since"
_HOST = {"host": pa.string(), "not_before_at": _INSTANT}


class LedgerHosts:
    """The crawler's HostMemory in the ledger; changes are written a few hundred at a time, the last by `flush`."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._robots: dict[str, RobotsState] = {}
        self._hosts: dict[str, datetime] = {}
        self._small: dict[str, Row] | None = None
        self._all_small = False  # whether what is not among them is not in the ledger
        # One look at all of them: they are few, and every host of the night is asked about.
        self._not_before = {row[0]: row[1] for row in ledger.rows("SELECT host, not_before_at FROM host_state")}

    def robots(self, origin: str) -> RobotsState | None:
        """What is known of an origin's robots.txt."""
        if origin in self._robots:
            return self._robots[origin]
        row = self._row(origin)
        if row is None:
            return None
        fetched_at, outcome, reason, status, body, since = row
        return RobotsState(
            origin=origin,
            fetched_at=fetched_at,
            outcome=cast(Outcome, outcome),
            reason=reason,
            status=status,
            body=zlib.decompress(body),
            unreachable_since=since,
        )

    def keep_robots(self, state: RobotsState) -> None:
        """Remembers what an origin's robots.txt was."""
        self._robots[state.origin] = state
        self._flush_when_many()

    def not_before(self, host: str) -> datetime | None:
        """Until when a host has asked to be left alone, be it past or to come."""
        return self._not_before.get(host)

    def keep_not_before(self, host: str, until: datetime) -> None:
        """Remembers until when a host wants to be left alone."""
        self._hosts[host] = self._not_before[host] = until
        self._flush_when_many()

    def flush(self) -> None:
        """Writes what has changed, and forgets what is long past."""
        robots: list[Row] = []
        for state in self._robots.values():
            body = zlib.compress(state.body, 6)
            if len(body) <= _MAX_KEPT_BYTES:
                told = (state.fetched_at, state.outcome, state.reason, state.status, body, state.unreachable_since)
                robots.append((state.origin, *told))
        newest = max((row[1] for row in robots), default=None)
        with self._ledger.transaction():
            if robots:
                with self._ledger.batch(_ROBOTS, robots) as batch:
                    self._ledger.execute(f"INSERT OR REPLACE INTO robots_state BY NAME SELECT * FROM {batch}")  # noqa: S608
            if self._hosts:
                with self._ledger.batch(_HOST, list(self._hosts.items())) as batch:
                    self._ledger.execute(f"INSERT OR REPLACE INTO host_state BY NAME SELECT * FROM {batch}")  # noqa: S608
            if newest is not None:
                old = [newest - _FORGOTTEN]
                self._ledger.execute("DELETE FROM robots_state WHERE fetched_at < ?", old)
                self._ledger.execute("DELETE FROM host_state WHERE not_before_at < ?", old)
        for origin, *row in robots:
            self._all_small &= len(row[4]) <= _SMALL_BYTES
            if self._small is not None:
                self._small[origin] = tuple(row)
        self._robots.clear()
        self._hosts.clear()

    def _row(self, origin: str) -> Row | None:
        if self._small is None:
            found = self._ledger.rows(
                f"SELECT origin, {_STATE} FROM robots_state WHERE octet_length(body) <= ? "  # noqa: S608
                "ORDER BY fetched_at DESC, origin LIMIT ?",
                [_SMALL_BYTES, _READ_AHEAD],
            )
            self._small = {row[0]: row[1:] for row in found}
            self._all_small = self._ledger.row("SELECT count(*) FROM robots_state") == (len(found),)
        if origin in self._small or self._all_small:
            return self._small.get(origin)
        return self._ledger.row(f"SELECT {_STATE} FROM robots_state WHERE origin = ?", [origin])  # noqa: S608

    def _flush_when_many(self) -> None:
        if len(self._robots) + len(self._hosts) >= _FLUSH_AT:
            self.flush()
