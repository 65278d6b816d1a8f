"""Which incidents an analyst is asked about: pairs that may be one, then those in doubt."""

from __future__ import annotations

from dataclasses import dataclass

from store.database import Ledger

UNSURE = 0.6  # confidence below which a single incident is asked about


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """One incident, or a pair of them, with the reason why it is asked."""

    incident_id: str
    other_id: str | None = None  # a pair: the older of the two
    why: str


def get_incident_queue(ledger: Ledger, items: int) -> list[Queued]:
    """Open suggestions, the likeliest first; then disputed and unsure incidents on which nobody has given a verdict."""
    pairs = ledger.rows(
        """
        SELECT coalesce(a.merged_into, s.incident_id), coalesce(b.merged_into, s.other_id), max(s.score) AS best,
               arg_max(s.reason, s.score)
        FROM main.suggestions s
        JOIN incident a ON a.incident_id = s.incident_id JOIN incident b ON b.incident_id = s.other_id
        WHERE s.state = 'open' GROUP BY 1, 2 ORDER BY best DESC, 1, 2 LIMIT ?
        """,
        [items],
    )
    queue = [
        Queued(incident_id=one, other_id=other, why=f"may be one, {score:.2f}: {reason}")
        for one, other, score, reason in pairs
    ]
    single = ledger.rows(
        """
        SELECT incident_id, status, confidence FROM incident
        WHERE verdict IS NULL AND incident_id NOT IN (SELECT incident_id FROM stored.part)
          AND status NOT IN ('merged', 'dismissed', 'retracted')
          AND (status = 'disputed' OR confidence < ?)
        ORDER BY status <> 'disputed', confidence, last_reported_at DESC, incident_id LIMIT ?
        """,
        [UNSURE, items],
    )
    queue += [
        Queued(incident_id=row[0], why="disputed" if row[1] == "disputed" else f"unsure: confidence {row[2]:.2f}")
        for row in single
    ]
    return queue[:items]
