"""Runs and briefings: what was started when, how it ended, and what it counted."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from store.database import Ledger, Row
from store.records import RunSummary

RunStatus = Literal["complete", "partial", "failed", "interrupted"]
_COLUMNS = "run_id, started_at, finished_at, status, command, counts, error"


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefingRecord:
    """One briefing that was written."""

    path: str
    since: datetime | None
    generated_at: datetime
    run_id: str | None


def start_run(ledger: Ledger, *, command: str, started_at: datetime, pid: int | None = None) -> str:
    """Records that a run has begun and returns its id; earlier runs whose process is gone become interrupted."""
    process = find_process(os.getpid() if pid is None else pid)
    stem = f"{started_at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{command.split()[0] if command.split() else 'run'}"
    with ledger.transaction():
        for run_id, holder in ledger.rows("SELECT run_id, process FROM run WHERE status = 'running'"):
            if find_process(int(holder.split(":")[0])) != holder:
                ledger.execute(
                    "UPDATE run SET status = 'interrupted', error = 'the process ended without finishing' "
                    "WHERE run_id = ?",
                    [run_id],
                )
        taken = {row[0] for row in ledger.rows("SELECT run_id FROM run WHERE starts_with(run_id, ?)", [stem])}
        run_id, number = stem, 1
        while run_id in taken:
            number += 1
            run_id = f"{stem}-{number}"
        ledger.execute(
            "INSERT INTO run (run_id, started_at, status, command, process, counts) "
            "VALUES (?, ?, 'running', ?, ?, '{}')",
            [run_id, started_at, command, process],
        )
    return run_id


def finish_run(
    ledger: Ledger,
    run_id: str,
    *,
    status: RunStatus,
    finished_at: datetime,
    counts: Mapping[str, int],
    error: str | None = None,
) -> None:
    """Records how a run ended and what it counted."""
    ledger.execute(
        "UPDATE run SET status = ?, finished_at = ?, counts = ?, error = ? WHERE run_id = ?",
        [status, finished_at, json.dumps(dict(counts)), error, run_id],
    )


def get_runs(ledger: Ledger, limit: int | None = None) -> list[RunSummary]:
    """The runs, the latest first."""
    found = ledger.rows(
        f"SELECT {_COLUMNS} FROM run ORDER BY started_at DESC, run_id DESC LIMIT ?",  # noqa: S608
        [limit if limit is not None else 2**62],
    )
    return [_summary(row) for row in found]


def get_run(ledger: Ledger, run_id: str) -> RunSummary | None:
    """The run with this id."""
    row = ledger.row(f"SELECT {_COLUMNS} FROM run WHERE run_id = ?", [run_id])  # noqa: S608
    return None if row is None else _summary(row)


def add_briefing(
    ledger: Ledger, *, path: Path, since: datetime | None, generated_at: datetime, run_id: str | None
) -> None:
    """Records a briefing; the same one written again takes the place of its record."""
    with ledger.transaction():
        ledger.execute("DELETE FROM briefing WHERE path = ?", [str(path)])
        ledger.execute("INSERT INTO briefing VALUES (?, ?, ?, ?)", [str(path), since, generated_at, run_id])


def get_last_briefing(ledger: Ledger) -> BriefingRecord | None:
    """The briefing that was written last: the next one tells what came since."""
    row = ledger.row("SELECT path, since, generated_at, run_id FROM briefing ORDER BY generated_at DESC, path LIMIT 1")
    return None if row is None else BriefingRecord(path=row[0], since=row[1], generated_at=row[2], run_id=row[3])


def is_briefing(ledger: Ledger, path: Path) -> bool:
    """Whether a briefing at this path is on record; a file without a record is what an interrupted run left."""
    return ledger.row("SELECT 1 FROM briefing WHERE path = ?", [str(path)]) is not None


def find_process(pid: int) -> str:
    """The process that has this id now, as "id:start"; a later process of the same id reads otherwise."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return f"{pid}:{'alive' if _alive(pid) else 'gone'}"
    # proc(5): the name in brackets may hold spaces; the start time is the 20th field behind it.
    return f"{pid}:{boot}:{stat.rpartition(')')[2].split()[19]}"


def _alive(pid: int) -> bool:
    if not Path("/proc/self").exists():  # elsewhere than Linux: ask whether a signal could be sent
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True
    return False


def _summary(row: Row) -> RunSummary:
    return RunSummary(
        run_id=row[0],
        started_at=row[1],
        finished_at=row[2],
        status=row[3],
        command=row[4],
        counts=tuple((name, int(value)) for name, value in json.loads(row[5]).items()),
        error=row[6],
    )
