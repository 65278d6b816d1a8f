"""One run at a time: an flock on a file that names its holder. The kernel frees it when the holder dies."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from linewalker.errors import NothingDoneError


class LockedError(NothingDoneError):
    """Another run holds the lock."""


@contextmanager
def hold_lock(path: Path, *, command: str, now: datetime) -> Iterator[None]:
    """Holds the lock for the block; raises LockedError naming the holder's pid and start at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LockedError(_describe_holder(path, descriptor)) from None
        holder = {"pid": os.getpid(), "command": command, "started_at": now.isoformat(timespec="seconds")}
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(holder).encode(), 0)
        try:
            yield
        finally:
            # The file stays: removing it would let two runs lock two different files of one name.
            os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def find_holder(path: Path) -> str | None:
    """Who holds the lock now, in words; None where it is free. Takes it for a moment to find out."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _name_holder(descriptor)
    finally:
        os.close(descriptor)
    return None


def _describe_holder(path: Path, descriptor: int) -> str:
    return f"{_name_holder(descriptor)} holds {path}; wait for it to end, or stop that process"


def _name_holder(descriptor: int) -> str:
    try:
        holder = json.loads(os.pread(descriptor, 4096, 0))
        return f"`linewalker {holder['command']}` with pid {holder['pid']}, started at {holder['started_at']}"
    except (ValueError, KeyError, OSError):
        return "another run that is just starting"
