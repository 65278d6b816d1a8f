"""The end of a night: raw bodies that are old, or too many, are removed where the configuration says so."""

from __future__ import annotations

from datetime import datetime, timedelta

from linewalker.config import Config
from linewalker.output import Output, record
from store.database import Ledger
from store.pruning import prune_bodies


def prune_step(ledger: Ledger, config: Config, *, run_id: str, now: datetime, output: Output) -> int:
    """Removes what `bodies_keep_days` and `bodies_max_mb` do not let stay; gives how many bodies went."""
    days, megabytes = config.operations.bodies_keep_days, config.operations.bodies_max_mb
    if not days and not megabytes:
        return 0
    gone = prune_bodies(
        ledger,
        config.bodies_path,
        now=now,
        run_id=run_id,
        keep=timedelta(days=days) if days else None,
        max_bytes=int(megabytes * 1e6) if megabytes else None,
    )
    if gone:
        freed = sum(one.body.size for one in gone)
        output.line(f"bodies: {len(gone)} raw pages removed, {freed / 1e6:.1f} MB freed")
        record(output, "bodies pruned", step="bodies", fields={"removed": len(gone), "bytes": freed})
    return len(gone)
