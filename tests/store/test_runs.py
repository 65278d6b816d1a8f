from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from store.database import Ledger
from store.runs import add_briefing, find_process, finish_run, get_last_briefing, get_run, get_runs, start_run
from tests.store.samples import NIGHT


def test_run_is_recorded_from_start_to_end(ledger: Ledger) -> None:
    run_id = start_run(ledger, command="run --config x.toml", started_at=NIGHT)
    assert run_id == "20260302T020000Z-run"
    running = get_run(ledger, run_id)
    assert running is not None
    assert (running.status, running.finished_at, running.counts) == ("running", None, ())
    finish_run(
        ledger,
        run_id,
        status="partial",
        finished_at=NIGHT + timedelta(minutes=5),
        counts={"feeds_due": 3, "feeds_ok": 2},
        error="one step failed",
    )
    done = get_run(ledger, run_id)
    assert done is not None
    assert (done.status, done.error, done.counts) == ("partial", "one step failed", (("feeds_due", 3), ("feeds_ok", 2)))
    assert ledger.rows("SELECT seconds, (counts->>'feeds_ok')::INTEGER FROM runs") == [(300.0, 2)]
    assert get_run(ledger, "nowhere") is None


def test_two_runs_of_one_second_have_two_ids_and_the_latest_comes_first(ledger: Ledger) -> None:
    first = start_run(ledger, command="crawl", started_at=NIGHT)
    second = start_run(ledger, command="crawl", started_at=NIGHT)
    later = start_run(ledger, command="crawl", started_at=NIGHT + timedelta(hours=1))
    assert second == first + "-2"
    assert [run.run_id for run in get_runs(ledger)] == [later, second, first]
    assert [run.run_id for run in get_runs(ledger, limit=1)] == [later]


def test_run_whose_process_is_gone_becomes_interrupted(ledger: Ledger) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        dead = start_run(ledger, command="run", started_at=NIGHT, pid=process.pid)
        alive = start_run(ledger, command="run", started_at=NIGHT + timedelta(hours=1))
        told = get_run(ledger, dead)
        assert told is not None
        assert told.status == "running"
        process.communicate(b"\n")
    start_run(ledger, command="run", started_at=NIGHT + timedelta(hours=2))
    assert [run.status for run in get_runs(ledger)] == ["running", "running", "interrupted"]
    finish_run(ledger, alive, status="complete", finished_at=NIGHT + timedelta(hours=2), counts={})


def test_reused_process_id_is_another_process(ledger: Ledger) -> None:
    run_id = start_run(ledger, command="run", started_at=NIGHT)
    ledger.execute("UPDATE run SET process = process || '0'")
    start_run(ledger, command="run", started_at=NIGHT + timedelta(hours=1))
    told = get_run(ledger, run_id)
    assert told is not None
    assert told.status == "interrupted"
    assert find_process(2**22 + 1).endswith(":gone")


def test_last_briefing_says_since_when_the_next_one_tells(ledger: Ledger) -> None:
    assert get_last_briefing(ledger) is None
    add_briefing(ledger, path=Path("a.md"), since=None, generated_at=NIGHT, run_id="r1")
    add_briefing(ledger, path=Path("b.md"), since=NIGHT, generated_at=NIGHT + timedelta(days=1), run_id="r2")
    add_briefing(ledger, path=Path("b.md"), since=NIGHT, generated_at=NIGHT + timedelta(days=1), run_id="r2")
    last = get_last_briefing(ledger)
    assert last is not None
    assert (last.path, last.since, last.generated_at, last.run_id) == ("b.md", NIGHT, NIGHT + timedelta(days=1), "r2")
    assert ledger.rows("SELECT count(*) FROM briefings") == [(2,)]
