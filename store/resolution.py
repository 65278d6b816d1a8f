"""The night's resolution becomes incidents: links, fields, suggestions, and a revision for every change."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from nlp.fold import IncidentFields
from nlp.resolve import Assignment, Resolution
from store.database import Ledger, Row
from store.incidents import get_stale_incidents

RETRACTED = "retracted"
_LISTS = frozenset({"modes", "risks", "facility_ids", "facilities", "countries", "actors", "claimed_by"})
# The columns that revisions are written for, in the order in which a history shows them.
FIELDS = (
    "event_type", "status", "factuality", "modes", "risks", "facility_ids", "facilities", "facility_type", "country",
    "countries", "place", "latitude", "longitude", "occurred_on", "occurred_until", "date_precision", "actors",
    "claimed_by", "killed_min", "killed_max", "injured_min", "injured_max", "losses", "confidence", "parent_id",
)  # fmt: skip
_INSTANT = pa.timestamp("us", "UTC")
_LINK = {
    "event_id": pa.string(), "incident_id": pa.string(), "facility_id": pa.string(), "current": pa.bool_(),
    "founded": pa.bool_(), "score": pa.float64(), "reason": pa.string(), "attached_at": _INSTANT, "run_id": pa.string(),
}  # fmt: skip
_REVISION = {
    "revision_number": pa.int64(), "incident_id": pa.string(), "revised_at": _INSTANT, "run_id": pa.string(),
    "field": pa.string(), "old": pa.string(), "new": pa.string(), "reason": pa.string(),
}  # fmt: skip
_SUGGESTION = {
    "incident_id": pa.string(), "other_id": pa.string(), "score": pa.float64(), "reason": pa.string(),
    "suggested_at": _INSTANT, "run_id": pa.string(),
}  # fmt: skip


def apply_resolution(
    ledger: Ledger, resolution: Resolution, fields: Mapping[str, IncidentFields], run_id: str, now: datetime
) -> int:
    """Stores a resolution in one transaction; returns how many incidents were founded or changed.

    `fields` holds the fold of every incident whose reports change: those assigned to, and `get_stale_incidents`.
    An incident that no current event tells any more becomes retracted. The same resolution again changes nothing.
    Raises ValueError for a new incident without fields.
    """
    with ledger.transaction():
        touched = sorted({*fields, *(one.incident_id for one in resolution.assignments), *get_stale_incidents(ledger)})
        reasons = {one.incident_id: one.reason for one in resolution.assignments}
        before = _get_articles(ledger, touched)
        _link(ledger, resolution.assignments, run_id, now)
        after = _get_articles(ledger, touched)
        old = _get_fields(ledger, touched)
        revisions: list[Row] = []
        for incident_id in touched:
            known = old.get(incident_id)
            values = _values(fields[incident_id]) if incident_id in fields else known
            if values is None:
                raise ValueError(f"incident {incident_id} is new and comes without fields")
            reason = reasons.get(incident_id, "an article was edited or read again")
            if not after[incident_id]:
                values, reason = {**values, "status": RETRACTED}, "no current article tells it any more"
            head = (incident_id, now, run_id)
            if known is None:
                _add(ledger, incident_id, values, run_id, now)
                revisions.append((*head, "created", None, str(values["event_type"]), reason))
                continue
            changed = [name for name in FIELDS if known[name] != values[name]]
            _update(ledger, incident_id, {name: values[name] for name in changed})
            revisions += [(*head, name, _shown(known[name]), _shown(values[name]), reason) for name in changed]
            gone, come = before[incident_id], after[incident_id]
            revisions += [(*head, "report", None, come[one], reason) for one in sorted(set(come) - set(gone))]
            revisions += [
                (*head, "report", gone[one], None, "the article no longer tells it")
                for one in sorted(set(gone) - set(come))
            ]
        _refresh_times(ledger, touched)
        _add_revisions(ledger, revisions)
        _add_suggestions(ledger, resolution, run_id, now)
    return len({row[0] for row in revisions})


def _get_articles(ledger: Ledger, incident_ids: Sequence[str]) -> dict[str, dict[str, str]]:
    """The articles that tell each incident, by id, with their URLs."""
    articles: dict[str, dict[str, str]] = defaultdict(dict)
    with ledger.batch({"incident_id": pa.string()}, [(one,) for one in incident_ids], "touched") as batch:
        for incident_id, article_id, url in ledger.rows(
            f"""
            SELECT ie.incident_id, a.article_id, a.url FROM incident_event ie
            JOIN event e ON e.event_id = ie.event_id JOIN article a ON a.article_id = e.article_id
            WHERE ie.current AND ie.incident_id IN (SELECT incident_id FROM {batch})
            """  # noqa: S608
        ):
            articles[incident_id][article_id] = url
    return articles


def _link(ledger: Ledger, assignments: Sequence[Assignment], run_id: str, now: datetime) -> None:
    ledger.execute(
        "UPDATE incident_event SET current = false FROM event e "
        "WHERE e.event_id = incident_event.event_id AND incident_event.current AND NOT e.current"
    )
    rows = {
        (one.event_id, one.incident_id, one.facility_id or ""): (
            one.event_id, one.incident_id, one.facility_id or "", True, one.founded, one.score, one.reason, now, run_id,
        )
        for one in assignments
    }  # fmt: skip
    if rows:
        with ledger.batch(_LINK, list(rows.values())) as batch:
            ledger.execute(
                f"INSERT INTO incident_event BY NAME SELECT b.* FROM {batch} b "  # noqa: S608
                "SEMI JOIN (SELECT event_id FROM event WHERE current) e ON e.event_id = b.event_id "
                "ON CONFLICT (event_id, incident_id, facility_id) DO UPDATE SET current = true "
                "WHERE NOT incident_event.current"
            )


def _get_fields(ledger: Ledger, incident_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    with ledger.batch({"incident_id": pa.string()}, [(one,) for one in incident_ids], "touched") as batch:
        return {
            row[0]: dict(zip(FIELDS, row[1:], strict=True))
            for row in ledger.rows(
                f"SELECT incident_id, {', '.join(FIELDS)} FROM incident "  # noqa: S608
                f"WHERE incident_id IN (SELECT incident_id FROM {batch})"
            )
        }


def _values(fields: IncidentFields) -> dict[str, Any]:
    values = {name: getattr(fields, name) for name in FIELDS}
    for name in _LISTS:
        values[name] = list(values[name])
    values["losses"] = json.dumps(
        [{"unit": unit, "minimum": low, "maximum": high} for unit, low, high in fields.losses], ensure_ascii=False
    )
    return values


def _shown(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, list):
        return ", ".join(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _add(ledger: Ledger, incident_id: str, values: Mapping[str, Any], run_id: str, now: datetime) -> None:
    # The times of its reports are set for all touched incidents at once, after the links.
    ledger.execute(
        f"INSERT INTO incident (incident_id, {', '.join(FIELDS)}, first_reported_at, last_reported_at, created_at, "  # noqa: S608
        f"created_run_id) VALUES (?, {', '.join('?' * len(FIELDS))}, ?, ?, ?, ?)",
        [incident_id, *(values[name] for name in FIELDS), now, now, now, run_id],
    )


def _update(ledger: Ledger, incident_id: str, values: Mapping[str, Any]) -> None:
    if values:
        ledger.execute(
            f"UPDATE incident SET {', '.join(f'{name} = ?' for name in values)} WHERE incident_id = ?",  # noqa: S608
            [*values.values(), incident_id],
        )


def _refresh_times(ledger: Ledger, incident_ids: Sequence[str]) -> None:
    with ledger.batch({"incident_id": pa.string()}, [(one,) for one in incident_ids], "touched") as batch:
        ledger.execute(
            f"""
            UPDATE incident SET first_reported_at = t.first_at, last_reported_at = t.last_at
            FROM (
                SELECT ie.incident_id, min(coalesce(v.published_at, v.fetched_at)) AS first_at,
                       max(coalesce(v.published_at, v.fetched_at)) AS last_at
                FROM incident_event ie JOIN event e ON e.event_id = ie.event_id
                JOIN article_version v ON v.version_id = e.version_id
                WHERE ie.current AND ie.incident_id IN (SELECT incident_id FROM {batch}) GROUP BY ie.incident_id
            ) t
            WHERE t.incident_id = incident.incident_id
              AND (t.first_at, t.last_at) IS DISTINCT FROM (incident.first_reported_at, incident.last_reported_at)
            """  # noqa: S608
        )


def _add_revisions(ledger: Ledger, revisions: Sequence[Row]) -> None:
    row = ledger.row("SELECT coalesce(max(revision_number), 0) FROM revision")
    last = row[0] if row else 0
    ledger.insert("revision", _REVISION, [(number, *one) for number, one in enumerate(revisions, start=last + 1)])


def _add_suggestions(ledger: Ledger, resolution: Resolution, run_id: str, now: datetime) -> None:
    rows = [(one.incident_id, one.other_id, one.score, one.reason, now, run_id) for one in resolution.suggestions]
    ledger.insert("suggestion", _SUGGESTION, rows, new_only=True)
