"""The second night's resolution, with an analyst's decisions to follow, killed at twenty random moments."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from store.database import open_ledger
from store.decisions import Draft, decide
from tests.linewalker.nights import SampleNights

AT = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
CONTENT = {
    "incident": "* EXCLUDE (created_at, created_run_id)",
    "incident_event": "* EXCLUDE (attached_at, run_id)",
    "revision": "* EXCLUDE (revised_at, run_id)",
    "suggestion": "* EXCLUDE (suggested_at, run_id)",
    "story_article": "article_id, story_id",
    "decision": "*",
}
# One process imports everything once and makes a child for each ledger that it is told: what is killed is the
# resolution, not the start of Python.
MOTHER = """
import os
import sys
from pathlib import Path
from linewalker.demo import DemoClock
from linewalker.resolving import resolve_step
from store.database import open_ledger
from tests.linewalker.nights import Collected

if __name__ == "__main__":
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            print(os.getpid(), flush=True)
            with open_ledger(Path(line.strip())) as ledger:
                resolve_step(ledger, run_id="r2", now=DemoClock(2), output=Collected())
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print("killed" if os.WIFSIGNALED(status) else os.WEXITSTATUS(status), flush=True)
"""


class Resolver:
    """Resolves ledgers in a child process each, which can be killed."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def run(self, ledger: Path, kill_after: float | None = None) -> tuple[str, float]:
        """How the child ended, and after how many seconds."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{ledger}\n")
        self._process.stdin.flush()
        child = int(self._process.stdout.readline())
        started = time.monotonic()
        if kill_after is not None:
            time.sleep(kill_after)
            with suppress(ProcessLookupError):  # it may be done
                os.kill(child, signal.SIGKILL)
        return self._process.stdout.readline().strip(), time.monotonic() - started


@contextmanager
def resolver(folder: Path) -> Iterator[Resolver]:
    script = folder / "mother.py"
    script.write_text(MOTHER, encoding="utf-8")
    root = Path(__file__).parent.parent.parent
    with subprocess.Popen(
        [sys.executable, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root,
        env={"PYTHONPATH": str(root), "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
    ) as process:  # fmt: skip
        yield Resolver(process)
        assert process.stdin is not None
        process.stdin.close()


def contents(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    with open_ledger(path) as ledger:
        return {
            table: sorted(ledger.rows(f"SELECT {columns} FROM {table}"), key=repr) for table, columns in CONTENT.items()
        }


@pytest.mark.slow
def test_resolution_killed_at_twenty_moments_ends_as_an_undisturbed_one(nights: SampleNights, tmp_path: Path) -> None:
    nights.run(1)
    with open_ledger(nights.config.ledger_path) as ledger:
        first, second, *_ = (
            row[0]
            for row in ledger.rows("SELECT incident_id FROM incidents WHERE reports > 1 ORDER BY reports DESC, 1")
        )
        (article, *_) = ledger.rows("SELECT article_id FROM incident_reports WHERE incident_id = ? ORDER BY 1", [first])
        decide(ledger, Draft(kind="split", incident_id=first, article_ids=article), by="R. Roe", at=AT)
        decide(ledger, Draft(kind="merge", incident_id=second, other_id=first), by="R. Roe", at=AT)
        decide(ledger, Draft(kind="correct", incident_id=first, field="killed", text="9"), by="R. Roe", at=AT)
    nights.run(2, steps=("crawl", "annotate"))
    before = nights.config.ledger_path

    def copy(name: str) -> Path:
        path = tmp_path / f"{name}.duckdb"
        shutil.copy(before, path)
        return path

    with resolver(tmp_path) as child:
        child.run(copy("warm"))
        ended, took = child.run(copy("undisturbed"))
        assert ended == "0"
        wanted = contents(tmp_path / "undisturbed.duckdb")
        assert wanted != contents(before)
        chance = random.Random(5)
        killed = 0
        for number in range(20):
            path = copy("disturbed")
            ended, _ = child.run(path, kill_after=chance.uniform(0, took))
            killed += ended == "killed"
            assert child.run(path)[0] == "0"
            assert contents(path) == wanted, number
            path.unlink()
        assert killed >= 10
