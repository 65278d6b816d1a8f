"""Raw bodies that may go: how old they are, which are still needed, and the record of those that were removed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import pyarrow as pa

from store.bodies import find_body, is_digest
from store.database import Ledger

_COLUMNS = {
    "raw_hash": pa.string(), "size": pa.int64(), "reason": pa.string(), "pruned_at": pa.timestamp("us", tz="UTC"),
    "run_id": pa.string(),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptBody:
    """One raw body on disk."""

    raw_hash: str
    size: int  # bytes on disk, compressed
    at: datetime  # when the last version that it gave was fetched; of a body that no version names, when it was written
    needed: bool  # a current version that no model has read yet comes from it


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """One raw body that is to go, and why."""

    body: KeptBody
    reason: Literal["age", "size"]


def find_bodies(ledger: Ledger, folder: Path) -> list[KeptBody]:
    """All raw bodies on disk, each with its age and whether it is still needed."""
    versions: dict[str, tuple[datetime, bool]] = {
        row[0]: (row[1], row[2])
        for row in ledger.rows(
            """
            SELECT v.raw_hash, max(v.fetched_at), bool_or(v.current AND n.version_id IS NULL)
            FROM article_version v
            LEFT JOIN (SELECT DISTINCT version_id FROM annotation) n ON n.version_id = v.version_id
            WHERE v.raw_hash IS NOT NULL GROUP BY v.raw_hash
            """
        )
    }
    found = []
    for path in folder.glob("??/*.zst"):
        if not is_digest(path.stem):
            continue
        try:
            stat = path.stat()
        except FileNotFoundError:
            continue
        at, needed = versions.get(path.stem, (datetime.fromtimestamp(stat.st_mtime, UTC), False))
        found.append(KeptBody(raw_hash=path.stem, size=stat.st_blocks * 512 or stat.st_size, at=at, needed=needed))
    return found


def decide_pruning(
    bodies: Sequence[KeptBody], *, now: datetime, keep: timedelta | None, max_bytes: int | None
) -> list[Pruned]:
    """Which bodies go: those older than `keep`, then the oldest of the rest until they fit `max_bytes`."""
    gone: list[Pruned] = []
    total = sum(body.size for body in bodies)
    for body in sorted(bodies, key=lambda body: (body.at, body.raw_hash)):
        if body.needed:
            continue
        reason: Literal["age", "size"]
        if keep is not None and now - body.at > keep:
            reason = "age"
        elif max_bytes is not None and total > max_bytes:
            reason = "size"
        else:
            continue
        gone.append(Pruned(body=body, reason=reason))
        total -= body.size
    return gone


def prune_bodies(
    ledger: Ledger, folder: Path, *, now: datetime, run_id: str, keep: timedelta | None, max_bytes: int | None
) -> list[Pruned]:
    """Removes raw bodies and records them; one that a current version waits to be read from never goes.

    The record comes first: after a kill in between the next call finds the file again and removes it.
    """
    bodies = find_bodies(ledger, folder)
    gone = decide_pruning(bodies, now=now, keep=keep, max_bytes=max_bytes)
    rows = [(one.body.raw_hash, one.body.size, one.reason, now, run_id) for one in gone]
    with ledger.transaction():
        # A page that was fetched again since is there again.
        with ledger.batch({"raw_hash": pa.string()}, [(body.raw_hash,) for body in bodies], "there") as there:
            ledger.execute(f"DELETE FROM pruned_body WHERE raw_hash IN (SELECT raw_hash FROM {there})")  # noqa: S608
        ledger.insert("pruned_body", _COLUMNS, rows, new_only=True)
    for one in gone:
        path = find_body(folder, one.body.raw_hash)
        path.unlink(missing_ok=True)
    for parent in {find_body(folder, one.body.raw_hash).parent for one in gone}:
        if not any(os.scandir(parent)):
            parent.rmdir()
    return gone
