"""The night's resolution becomes incidents: links, fields, suggestions, and a revision for every change."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from nlp.credibility import NOT_JUDGED
from nlp.decisions import CLOSED, RETRACTED
from nlp.fold import IncidentFields
from nlp.resolve import Assignment, Resolution
from store.causes import CauseOf, NightCauses
from store.database import Ledger, Row
from store.incidents import get_stale_incidents
from store.tellings import refresh_tellings

_LISTS = frozenset({"modes", "risks", "facility_ids", "facilities", "countries", "actors", "claimed_by"})
# The columns that revisions are written for, in the order in which a history shows them.
FIELDS = (
    "event_type", "status", "factuality", "modes", "risks", "facility_ids", "facilities", "facility_type", "country",
    "countries", "place", "latitude", "longitude", "occurred_on", "occurred_until", "date_precision", "actors",
    "claimed_by", "killed_min", "killed_max", "injured_min", "injured_max", "losses", "confidence", "parent_id",
    "killed_low", "killed_high", "injured_low", "injured_high", "credibility", "evidence_tier", "restored_on",
    "days_out",
)  # fmt: skip
# What a fold cannot say, having no report to speak of.
_TAKEN_BACK = {"status": RETRACTED, "evidence_tier": "retracted", "credibility": NOT_JUDGED}
# Kept beside them without revisions: the cause of the status's own revision says as much, and models change event ids.
STORED = (*FIELDS, "status_event_id")
_INSTANT = pa.timestamp("us", "UTC")
_NUMBERS = {
    "latitude": pa.float64(), "longitude": pa.float64(), "occurred_on": pa.date32(), "occurred_until": pa.date32(),
    "killed_min": pa.int32(), "killed_max": pa.int32(), "injured_min": pa.int32(), "injured_max": pa.int32(),
    "confidence": pa.float64(), "killed_low": pa.int32(), "killed_high": pa.int32(), "injured_low": pa.int32(),
    "injured_high": pa.int32(), "credibility": pa.int32(), "restored_on": pa.date32(), "days_out": pa.int32(),
}  # fmt: skip
_INCIDENT = {
    "incident_id": pa.string(),
    **{name: pa.list_(pa.string()) if name in _LISTS else _NUMBERS.get(name, pa.string()) for name in STORED},
}
INCIDENT_COLUMNS = _INCIDENT | {
    "first_reported_at": _INSTANT, "last_reported_at": _INSTANT, "created_at": _INSTANT, "created_run_id": pa.string(),
}  # fmt: skip
LINK_COLUMNS = {
    "event_id": pa.string(), "incident_id": pa.string(), "facility_id": pa.string(), "current": pa.bool_(),
    "founded": pa.bool_(), "score": pa.float64(), "reason": pa.string(), "attached_at": _INSTANT, "run_id": pa.string(),
}  # fmt: skip
_LINK = LINK_COLUMNS | {"resolved_id": pa.string()}
REVISION_COLUMNS = {
    "revision_number": pa.int64(), "incident_id": pa.string(), "revised_at": _INSTANT, "run_id": pa.string(),
    "field": pa.string(), "old": pa.string(), "new": pa.string(), "reason": pa.string(),
}  # fmt: skip
_REVISION = REVISION_COLUMNS | {"cause_kind": pa.string(), "cause_id": pa.string()}
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
        touched = {*fields, *(one.incident_id for one in resolution.assignments), *get_stale_incidents(ledger)}
        # A founding report comes last, so that its reason is the one that is told.
        ordered = sorted(resolution.assignments, key=lambda one: one.founded)
        reasons = {one.incident_id: one.reason for one in ordered}
        changed = revise(
            ledger,
            touched,
            fields,
            run_id=run_id,
            now=now,
            change=lambda: _link(ledger, resolution.assignments, run_id, now),
            reason_of=lambda incident_id: reasons.get(incident_id, "an article was edited or read again"),
            cause_of=NightCauses(ledger, resolution, fields),
        )
        _add_parents(ledger, resolution.parents)
        _add_suggestions(ledger, resolution, run_id, now)
    return changed


def revise(
    ledger: Ledger,
    incident_ids: Collection[str],
    fields: Mapping[str, IncidentFields],
    *,
    run_id: str,
    now: datetime,
    change: Callable[[], None],
    reason_of: Callable[[str], str],
    cause_of: CauseOf,
    left_because: str = "the article no longer tells it",
    closed: Mapping[str, str] | None = None,
) -> int:
    """Makes `change` to the links of these incidents, then writes their fields and a revision for all that differs.

    `fields` is read after the change. `closed` gives the status of each incident that an analyst has merged or
    dismissed; None: as the ledger has it. Returns how many incidents were founded or changed. Call it in a transaction.
    """
    touched = sorted(incident_ids)
    before = get_told_by(ledger, touched)
    change()
    after = get_told_by(ledger, touched)
    old = _get_fields(ledger, touched)
    revisions: list[Row] = []
    new: list[Row] = []
    changes: dict[str, dict[str, Any]] = {}
    for incident_id in touched:
        known = old.get(incident_id)
        values = values_of(fields[incident_id]) if incident_id in fields else known
        if values is None:
            raise ValueError(f"incident {incident_id} is new and comes without fields")
        reason = reason_of(incident_id)
        status = str(values["status"]) if closed is None else closed.get(incident_id, "")
        if status in CLOSED:
            values = {**values, "status": status}
        elif not after[incident_id]:
            values, reason = {**values, **_TAKEN_BACK}, "no current article tells it any more"

        told: list[tuple[str, str | None, str | None, str]] = []
        if known is None:
            # The times of its reports are set for all touched incidents at once, after the links.
            new.append((incident_id, *(values[name] for name in STORED), now, now, now, run_id))
            told.append(("created", None, str(values["event_type"]), reason))
        else:
            changes[incident_id] = {name: values[name] for name in STORED if known[name] != values[name]}
            told += [
                (name, show_value(known[name]), show_value(value), reason)
                for name, value in changes[incident_id].items()
                if name in FIELDS
            ]
            gone, come = before[incident_id], after[incident_id]
            told += [("report", None, come[one], reason) for one in sorted(set(come) - set(gone))]
            told += [("report", gone[one], None, left_because) for one in sorted(set(gone) - set(come))]
        for field, was, value, why in told:
            cause = cause_of(incident_id, field, value)
            revisions.append((incident_id, now, run_id, field, was, value, why, cause.kind, cause.id))
    ledger.insert("incident", INCIDENT_COLUMNS, new)
    _update(ledger, {one: values for one, values in changes.items() if values}, old)
    refresh_tellings(ledger, touched)
    add_revisions(ledger, revisions)
    return len({row[0] for row in revisions})


def get_told_by(ledger: Ledger, incident_ids: Sequence[str]) -> dict[str, dict[str, str]]:
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
            one.resolved_id if one.resolved_id != one.incident_id else None,
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
            row[0]: dict(zip(STORED, row[1:], strict=True))
            for row in ledger.rows(
                f"SELECT incident_id, {', '.join(STORED)} FROM incident "  # noqa: S608
                f"WHERE incident_id IN (SELECT incident_id FROM {batch})"
            )
        }


def values_of(fields: IncidentFields) -> dict[str, Any]:
    """The stored values of a fold, by column."""
    values = {name: getattr(fields, name) for name in STORED}
    for name in _LISTS:
        values[name] = list(values[name])
    ranges = {unit: (low, high) for unit, low, high in fields.loss_ranges}
    values["losses"] = json.dumps(
        [
            {"unit": unit, "minimum": minimum, "maximum": maximum, **dict(zip(("low", "high"), spread, strict=True))}
            for unit, minimum, maximum in fields.losses
            for spread in (ranges.get(unit, (minimum, maximum)),)
        ],
        ensure_ascii=False,
    )
    return values


def show_value(value: Any) -> str | None:
    """A stored value as revisions show it."""
    if value is None:
        return None
    if isinstance(value, list):
        return ", ".join(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _update(ledger: Ledger, changes: Mapping[str, dict[str, Any]], old: Mapping[str, dict[str, Any]]) -> None:
    """Writes the changed fields of many incidents in one statement; a column that changes in none is not touched."""
    names = [name for name in STORED if any(name in values for values in changes.values())]
    if not names:
        return
    columns = {name: _INCIDENT[name] for name in ("incident_id", *names)}
    rows = [(one, *((old[one] | values)[name] for name in names)) for one, values in changes.items()]
    with ledger.batch(columns, rows, "changed") as batch:
        ledger.execute(
            f"UPDATE incident SET {', '.join(f'{name} = b.{name}' for name in names)} "  # noqa: S608
            f"FROM {batch} b WHERE b.incident_id = incident.incident_id"
        )


def _add_parents(ledger: Ledger, parents: Sequence[tuple[str, str]]) -> None:
    """Keeps the parent that the resolver gave, whatever decisions make of it."""
    if parents:
        with ledger.batch({"child": pa.string(), "parent": pa.string()}, list(parents), "adopted") as batch:
            ledger.execute(
                f"UPDATE incident SET machine_parent_id = b.parent FROM {batch} b "  # noqa: S608
                "WHERE incident.incident_id = b.child AND incident.machine_parent_id IS NULL"
            )


def add_revisions(ledger: Ledger, revisions: Sequence[Row]) -> None:
    """Adds rows of revision, without their numbers, in this order."""
    row = ledger.row("SELECT coalesce(max(revision_number), 0) FROM revision")
    last = row[0] if row else 0
    ledger.insert("revision", _REVISION, [(number, *one) for number, one in enumerate(revisions, start=last + 1)])


def _add_suggestions(ledger: Ledger, resolution: Resolution, run_id: str, now: datetime) -> None:
    """Keeps each pair once, with its latest score; a pair that no longer looks like one is no question any more."""
    rows = [(one.incident_id, one.other_id, one.score, one.reason, now, run_id) for one in resolution.suggestions]
    gone = {(min(pair), max(pair)) for pair in (*resolution.withdrawn, *(row[:2] for row in rows))}
    if gone:
        _withdraw_pairs(ledger, gone, {row[:2] for row in rows})
    with ledger.batch(_SUGGESTION, rows, "suggested") as batch:
        ledger.execute(
            f"UPDATE suggestion SET score = s.score, reason = s.reason FROM {batch} s "  # noqa: S608
            f"WHERE {_same_pair('suggestion', 's')} AND (suggestion.score, suggestion.reason) <> (s.score, s.reason)"
        )
    ledger.insert("suggestion", _SUGGESTION, rows, new_only=True)


def _withdraw_pairs(ledger: Ledger, gone: Collection[tuple[str, str]], kept: Collection[tuple[str, str]]) -> None:
    """Deletes the pairs that are `gone`, by their own ids or by what these are part of now; not those `kept`."""
    pair = {"incident_id": pa.string(), "other_id": pa.string()}
    with ledger.batch(pair, sorted(gone), "gone") as batch:
        found = ledger.rows(
            f"""
            WITH ends AS (
                SELECT s.incident_id, s.other_id, coalesce(a.merged_into, s.incident_id) AS one,
                       coalesce(b.merged_into, s.other_id) AS two
                FROM suggestion s
                LEFT JOIN incident a ON a.incident_id = s.incident_id
                LEFT JOIN incident b ON b.incident_id = s.other_id
            )
            SELECT DISTINCT e.incident_id, e.other_id FROM ends e JOIN {batch} g
            ON (g.incident_id = least(e.one, e.two) AND g.other_id = greatest(e.one, e.two))
                OR (g.incident_id = e.incident_id AND g.other_id = e.other_id)
                OR (g.incident_id = e.other_id AND g.other_id = e.incident_id)
            """  # noqa: S608
        )
    with ledger.batch(pair, sorted({row[:2] for row in found} - set(kept)), "withdrawn") as batch:
        ledger.execute(f"DELETE FROM suggestion USING {batch} g WHERE {_same_pair('suggestion', 'g')}")  # noqa: S608


def _same_pair(one: str, other: str) -> str:
    return f"{one}.incident_id = {other}.incident_id AND {one}.other_id = {other}.other_id"
