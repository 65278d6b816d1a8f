"""The published copy: what analysts open while the ledger goes on being written."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

from store.database import open_ledger, sync_file
from store.errors import LedgerError

_HEADERS = 3 * 4096  # DuckDB's main header (with the file's own id) and its two database headers (with the iteration)


def publish(ledger_path: Path, published_path: Path) -> bool:
    """Replaces the published copy by the ledger as it is now; False where nothing has changed since the last time.

    Call it after the ledger was closed in this process. Readers that hold the old copy open keep reading it.
    """
    ledger_path, published_path = ledger_path.expanduser().absolute(), published_path.expanduser().absolute()
    if ledger_path == published_path:
        raise LedgerError(f"{published_path}: the published copy needs another name than the ledger.")
    if not ledger_path.exists():
        raise LedgerError(f"{ledger_path} does not exist; there is nothing to publish.")
    try:
        with open_ledger(ledger_path) as ledger:
            ledger.execute("CHECKPOINT")
    except LedgerError as error:
        raise LedgerError(f"publish failed: {error}") from error
    fresh = published_path.with_name(f".{published_path.name}.{os.getpid()}.tmp")
    try:
        published_path.parent.mkdir(parents=True, exist_ok=True)
        for stale in published_path.parent.glob(f".{published_path.name}.*.tmp"):
            stale.unlink(missing_ok=True)
        if _same(ledger_path, published_path):
            return False
        shutil.copyfile(ledger_path, fresh)
        shutil.copystat(ledger_path, fresh)  # the time of change is part of what `_same` compares
        sync_file(fresh)
        fresh.replace(published_path)
        sync_file(published_path.parent)
    except OSError as error:
        raise LedgerError(
            f"publish failed: {published_path} cannot be written: {error.strerror}; the copy of the last run is as it "
            f"was, and the ledger holds this one. It needs {ledger_path.stat().st_size / 1e6:,.1f} MB beside the old "
            "one: make room, or give the folder to this user, then run again."
        ) from error
    finally:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
    return True


def check_not_lost(ledger_path: Path, published_path: Path) -> None:
    """Raises LedgerError where the ledger is gone but its copy is there: a new one would take the copy's place.

    So does a folder in the copy's place, before the night's work rather than at its end.
    """
    ledger_path, published_path = ledger_path.expanduser().absolute(), published_path.expanduser().absolute()
    if published_path.is_dir():
        raise LedgerError(f"{published_path} is a folder; name a file for the published copy.")
    if published_path.is_file() and not os.path.lexists(ledger_path):
        raise LedgerError(
            f"{ledger_path} is gone, but the published copy {published_path} is there: copy that to "
            f"{ledger_path} to go on from the last run, or move it away to start a new ledger."
        )


def _same(ledger_path: Path, published_path: Path) -> bool:
    # Each checkpoint that writes anything raises the iteration in the header. The time tells a new ledger of the
    # same shape under the old name apart.
    if not published_path.exists():
        return False
    one, other = ledger_path.stat(), published_path.stat()
    if (one.st_size, one.st_mtime_ns) != (other.st_size, other.st_mtime_ns):
        return False
    with ledger_path.open("rb") as first, published_path.open("rb") as second:
        return first.read(_HEADERS) == second.read(_HEADERS)
