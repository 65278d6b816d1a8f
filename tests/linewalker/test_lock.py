"""One run at a time, and the second is told who holds the lock."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from linewalker.lock import LockedError, hold_lock

NOW = datetime(2026, 3, 10, 5, tzinfo=UTC)


def test_a_second_holder_is_refused_with_the_pid_and_the_start_of_the_first(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with (
        hold_lock(path, command="run", now=NOW),
        pytest.raises(LockedError) as raised,
        hold_lock(path, command="crawl", now=NOW),
    ):
        pass
    assert f"pid {os.getpid()}, started at 2026-03-10T05:00:00+00:00" in str(raised.value)
    assert raised.value.exit_code == 2


def test_the_lock_is_free_again_after_the_block_and_after_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with hold_lock(path, command="run", now=NOW):
        pass
    script = (
        "import os, pathlib, datetime\n"
        "from linewalker.lock import hold_lock\n"
        f"with hold_lock(pathlib.Path({str(path)!r}), command='run', now=datetime.datetime.now(datetime.UTC)):\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == -9
    with hold_lock(path, command="run", now=NOW):
        pass
