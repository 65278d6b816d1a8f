"""What the ledger remembers of hosts between runs."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.records import HostMemory, RobotsState
from store.database import open_ledger
from store.hosts import LedgerHosts

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
STATE = RobotsState(
    origin="https://news.example",
    fetched_at=NOW,
    outcome="ok",
    reason="status 200",
    status=200,
    body=b"User-agent: *\nDisallow: /a\n\xff",
)


def test_robots_and_wishes_come_back_in_the_next_run(tmp_path: Path) -> None:
    down = RobotsState(
        origin="http://down.example",
        fetched_at=NOW,
        outcome="timeout",
        reason="no byte",
        unreachable_since=NOW - timedelta(days=3),
    )
    with open_ledger(tmp_path / "ledger.duckdb", now=NOW) as ledger:
        hosts: HostMemory = LedgerHosts(ledger)
        hosts.keep_robots(STATE)
        hosts.keep_robots(down)
        hosts.keep_not_before("news.example", NOW + timedelta(hours=2))
        assert hosts.robots(STATE.origin) == STATE
        hosts.flush()  # type: ignore[attr-defined]
    with open_ledger(tmp_path / "ledger.duckdb", now=NOW) as ledger:
        hosts = LedgerHosts(ledger)
        assert hosts.robots(STATE.origin) == STATE
        assert hosts.robots(down.origin) == down
        assert hosts.robots("http://other.example") is None
        assert hosts.not_before("news.example") == NOW + timedelta(hours=2)
        assert hosts.not_before("other.example") is None


def test_the_newer_state_replaces_the_older_and_what_is_long_past_is_forgotten(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "ledger.duckdb", now=NOW) as ledger:
        hosts = LedgerHosts(ledger)
        hosts.keep_robots(STATE)
        hosts.keep_robots(replace(STATE, origin="http://old.example", fetched_at=NOW - timedelta(days=90)))
        hosts.keep_not_before("old.example", NOW - timedelta(days=90))
        hosts.flush()
        newer = replace(STATE, fetched_at=NOW + timedelta(days=1), body=b"")
        hosts.keep_robots(newer)
        hosts.flush()
        assert hosts.robots(STATE.origin) == newer
        assert hosts.robots("http://old.example") is None
        assert LedgerHosts(ledger).not_before("old.example") is None


def test_many_changes_are_written_without_being_told_to(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "ledger.duckdb", now=NOW) as ledger:
        hosts = LedgerHosts(ledger)
        for number in range(300):
            hosts.keep_robots(replace(STATE, origin=f"http://h{number}.example"))
        row = ledger.row("SELECT count(*) FROM robots_state")
    assert row is not None
    assert row[0] >= 256


def test_a_giant_file_is_not_kept(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "ledger.duckdb", now=NOW) as ledger:
        hosts = LedgerHosts(ledger)
        hosts.keep_robots(replace(STATE, body=random.Random(1).randbytes(300_000)))
        hosts.flush()
        assert hosts.robots(STATE.origin) is None


@pytest.mark.parametrize("most", [0, 1, 100])
def test_what_is_read_ahead_and_what_is_not_are_both_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr("store.hosts._READ_AHEAD", most)
    bodies = [b"", b"User-agent: *\n", random.Random(2).randbytes(20_000)]
    states = [replace(STATE, origin=f"http://h{number}.example", body=body) for number, body in enumerate(bodies)]
    later = replace(STATE, origin="http://later.example", body=bodies[2])
    with open_ledger(tmp_path / "ledger.duckdb", now=NOW) as ledger:
        first = LedgerHosts(ledger)
        for state in states:
            first.keep_robots(state)
        first.flush()
        hosts = LedgerHosts(ledger)
        assert [hosts.robots(state.origin) for state in states] == states
        assert hosts.robots(later.origin) is None
        hosts.keep_robots(later)
        hosts.keep_robots(replace(states[0], reason="read again"))
        hosts.flush()
        assert hosts.robots(later.origin) == later
        assert hosts.robots(states[0].origin) == replace(states[0], reason="read again")
