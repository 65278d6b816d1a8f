"""One run at a time: an flock on a file that names its holder. The kernel frees it when the holder dies."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from linewalker.errors import NothingDoneError

# `find_holder` takes a free lock for a moment; a run that begins just then is not to be refused for it.
_TRIES, _BETWEEN_S = 5, 0.05


class LockedError(NothingDoneError):
    """Another run holds the lock."""


@contextmanager
def hold_lock(path: Path, *, command: str, now: datetime) -> Iterator[None]:
    """Holds the lock for the block; raises LockedError naming the holder's pid and start at once."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise NothingDoneError(
            f"{error.filename or path} cannot be written: {error.strerror}; a run needs to write there: give it to "
            "this user, mount it for writing or make room, then run again"
        ) from error
    try:
        _take(path, descriptor)
        holder = {"pid": os.getpid(), "command": command, "started_at": now.isoformat(timespec="seconds")}
        with suppress(OSError):  # a full disk: the lock is the kernel's, the name in the file only tells whose
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, json.dumps(holder).encode(), 0)
        try:
            yield
        finally:
            # The file stays: removing it would let two runs lock two different files of one name.
            with suppress(OSError):
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


def _take(path: Path, descriptor: int) -> None:
    for left in reversed(range(_TRIES)):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if not left or os.fstat(descriptor).st_size:
                raise LockedError(_describe_holder(path, descriptor)) from None
            time.sleep(_BETWEEN_S)
        except OSError as error:
            # NFS without its lock service (nolock, an old server): two runs could write one ledger.
            raise NothingDoneError(
                f"{path} cannot be locked: {error.strerror}; this file system has no working locks: keep the ledger's "
                "folder on a local disk ('ledger' in linewalker.toml)"
            ) from error
        else:
            return


def _describe_holder(path: Path, descriptor: int) -> str:
    return f"{_name_holder(descriptor)} holds {path}; wait for it to end, or stop that process"


def _name_holder(descriptor: int) -> str:
    try:
        holder = json.loads(os.pread(descriptor, 4096, 0))
        return f"`linewalker {holder['command']}` with pid {holder['pid']}, started at {holder['started_at']}"
    except (ValueError, KeyError, OSError):
        return "another run that is just starting"
