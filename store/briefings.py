"""Past briefings and the incidents that changed last, for the index page and the feeds."""

from __future__ import annotations

from datetime import datetime

from store.database import Ledger
from store.runs import BriefingRecord

_UNTOLD = ("merged", "dismissed")


def get_briefings(ledger: Ledger) -> list[BriefingRecord]:
    """Every briefing on record, the latest first."""
    rows = ledger.rows("SELECT path, since, generated_at, run_id FROM briefing ORDER BY generated_at DESC, path")
    return [BriefingRecord(path=row[0], since=row[1], generated_at=row[2], run_id=row[3]) for row in rows]


def get_latest_changes(ledger: Ledger, limit: int) -> list[tuple[str, datetime]]:
    """Ids of the incidents that were added or changed last, with the instant; what an analyst ruled out comes too."""
    rows = ledger.rows(
        """
        SELECT i.incident_id, greatest(i.created_at, coalesce(max(r.revised_at), i.created_at)) AS updated_at
        FROM incident i LEFT JOIN revision r ON r.incident_id = i.incident_id AND r.field <> 'verdict'
        WHERE NOT list_contains($untold, i.status) OR r.incident_id IS NOT NULL
        GROUP BY i.incident_id, i.created_at
        ORDER BY updated_at DESC, i.incident_id LIMIT $limit
        """,
        {"limit": limit, "untold": list(_UNTOLD)},
    )
    return [(row[0], row[1]) for row in rows]


def get_ledger_name(ledger: Ledger) -> str:
    """The id of the ledger's first run: it tells this ledger's feeds from others' and never changes."""
    row = ledger.row("SELECT run_id FROM run ORDER BY started_at, run_id LIMIT 1")
    return "new" if row is None else str(row[0])
