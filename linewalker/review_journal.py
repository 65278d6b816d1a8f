"""Keeps each answer the moment it is given: in the ledger, or beside it while a run holds the ledger.

What lies beside it goes in with the next review, training or run. An id of its own makes an answer that is told twice
one answer, so that a kill at any moment loses and doubles none.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from linewalker.config import Config
from linewalker.lock import LockedError, hold_lock
from store.database import Ledger, open_ledger
from store.errors import LedgerError
from store.publish import publish
from store.reviews import Answer, add_answers, withdraw_answer

PATIENCE_S = 2.0  # an analyst waits no longer for a run to end; the answer is then kept beside the ledger
_PAUSE_S = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """An answer taken back."""

    review_id: str
    by: str
    at: datetime  # UTC


Entry = Answer | Withdrawal


class Journal:
    """Where one sitting's answers go."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._path = pending_path(config)
        self.waiting = 0  # answers of this sitting that lie beside the ledger

    def keep(self, entry: Entry, *, now: datetime) -> bool:
        """Keeps an answer for good; False where it lies beside the ledger, because a run holds that."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                with open_for_review(self._config, now=now) as ledger:
                    store_entries(ledger, [entry])
                return True
            except (LockedError, LedgerError):
                if time.monotonic() > deadline:
                    break
                time.sleep(_PAUSE_S)
        append_pending(self._path, entry)
        self.waiting += 1
        return False

    def publish(self, *, now: datetime) -> bool:
        """Brings the readers' copy up to date; False where a run is at work, which will do so itself."""
        try:
            with hold_lock(self._config.lock_path, command="review", now=now):
                publish(self._config.ledger_path, self._config.published_path)
        except (LockedError, LedgerError):
            return False
        return True


@contextmanager
def open_for_review(config: Config, *, now: datetime) -> Iterator[Ledger]:
    """The ledger under the lock, with every answer that was waiting beside it; raises LockedError at once."""
    with hold_lock(config.lock_path, command="review", now=now), open_ledger(config.ledger_path, now=now) as ledger:
        absorb_pending(ledger, config)
        yield ledger


def pending_path(config: Config) -> Path:
    """The file beside the ledger in which answers wait."""
    return config.ledger_path.with_name("reviews-pending.jsonl")


def store_entries(ledger: Ledger, entries: Sequence[Entry]) -> None:
    """Stores answers and withdrawals in their order, all or none."""
    with ledger.transaction():
        for entry in entries:
            if isinstance(entry, Answer):
                add_answers(ledger, [entry])
            else:
                withdraw_answer(ledger, entry.review_id, by=entry.by, at=entry.at)


def append_pending(path: Path, entry: Entry) -> None:
    """Writes one answer beside the ledger and makes sure that it is on disk."""
    line = json.dumps(asdict(entry), default=datetime.isoformat, ensure_ascii=True) + "\n"
    with _locked(path) as descriptor:
        os.lseek(descriptor, 0, os.SEEK_END)
        os.write(descriptor, line.encode())
        os.fsync(descriptor)


def absorb_pending(ledger: Ledger, config: Config) -> int:
    """Takes the waiting answers into the ledger and removes their file; gives how many went in.

    An answer that fits no article of this ledger must not stop a night: it goes to a file of refused ones beside it.
    """
    path = pending_path(config)
    if not path.exists():
        return 0
    taken, refused = 0, []
    with _locked(path) as descriptor:
        for line in filter(None, _read(descriptor).split("\n")):
            try:
                store_entries(ledger, [_parse(line)])
                taken += 1
            except (LedgerError, ValueError, KeyError, TypeError):
                refused.append(line)
        if refused:
            with path.with_name("reviews-refused.jsonl").open("a", encoding="utf-8") as file:
                file.write("".join(f"{line}\n" for line in refused))
        path.unlink()
    return taken


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    path.parent.mkdir(parents=True, exist_ok=True)
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        try:
            # The one who held the lock may have taken the answers in and removed the file.
            if path.exists() and os.path.samestat(os.fstat(descriptor), path.stat()):
                yield descriptor
                return
        finally:
            os.close(descriptor)


def _read(descriptor: int) -> str:
    parts = []
    while part := os.read(descriptor, 1 << 20):
        parts.append(part)
    return b"".join(parts).decode("utf-8", "replace")


def _parse(line: str) -> Entry:
    row: dict[str, Any] = json.loads(line)
    row["at"] = datetime.fromisoformat(row["at"])
    if "review_id" in row:
        return Withdrawal(**row)
    return Answer(**(row | {"risks": tuple(row["risks"])}))
