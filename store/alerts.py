"""Alerts in the ledger: what rules fired on, the messages made of it, and how far each has come."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import pyarrow as pa

from store.database import Ledger

DeliveryStatus = Literal["waiting", "delivered", "given_up"]
INTERRUPTED = "the run ended while it was being sent: it may have arrived"
_INSTANT = pa.timestamp("us", "UTC")
_ALERT = {
    "alert_id": pa.string(), "rule": pa.string(), "incident_id": pa.string(), "kind": pa.string(),
    "level": pa.string(), "reasons": pa.list_(pa.string()), "changes": pa.list_(pa.string()),
    "told_before": pa.bool_(), "decided_at": _INSTANT, "run_id": pa.string(), "message_id": pa.string(),
    "state": pa.string(),
}  # fmt: skip
_MESSAGE = {"message_id": pa.string(), "title": pa.string(), "body": pa.string(), "decided_at": _INSTANT}
_DELIVERY = {"message_id": pa.string(), "target": pa.string(), "status": pa.string(), "attempts": pa.int32()}


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleMemory:
    """What the ledger keeps of a rule."""

    rule: str
    fingerprint: str
    active_from: datetime
    evaluated_at: datetime
    evaluated_revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRow:
    """One decision of a rule on an incident."""

    alert_id: str
    rule: str
    incident_id: str
    kind: str
    level: str
    reasons: tuple[str, ...]
    changes: tuple[str, ...]
    told_before: bool
    message_id: str | None  # None: nobody is told
    state: str  # JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRow:
    """One message and the names of those who are to get it."""

    message_id: str
    title: str
    body: str
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FiredRow:
    """The last that a rule kept of an incident."""

    rule: str
    incident_id: str
    at: datetime  # of the last firing that was told, where one was
    told: bool
    state: str  # JSON, of the last row


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A message that a target has not taken yet."""

    message_id: str
    target: str
    title: str
    body: str
    decided_at: datetime
    attempts: int
    error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetState:
    """How many messages of a target stand how."""

    target: str
    delivered: int
    waiting: int
    given_up: int
    delivered_at: datetime | None  # the last
    error: str | None  # of the last attempt that failed and still waits


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldAlert:
    """One firing as a list of alerts shows it."""

    decided_at: datetime
    rule: str
    kind: str
    incident_id: str
    title: str


def get_rule_memories(ledger: Ledger) -> dict[str, RuleMemory]:
    """The rules that have been evaluated, by name."""
    found = ledger.rows("SELECT rule, fingerprint, active_from, evaluated_at, evaluated_revision FROM alert_rule")
    return {
        row[0]: RuleMemory(
            rule=row[0], fingerprint=row[1], active_from=row[2], evaluated_at=row[3], evaluated_revision=row[4]
        )
        for row in found
    }


def get_last_revision(ledger: Ledger) -> int:
    """The number of the last revision; 0 in an empty ledger."""
    row = ledger.row("SELECT coalesce(max(revision_number), 0) FROM revision")
    return int(row[0]) if row else 0


def find_alert_candidates(ledger: Ledger, *, after: int | None, reported_since: datetime) -> list[str]:
    """The incidents that have changed after a revision, with their wholes, their parts and what they went into.

    With `after` None every incident that was reported since then, for a rule that is new.
    """
    found = ledger.rows(
        """
        WITH touched AS (
            SELECT incident_id FROM incident
            WHERE ($after::BIGINT IS NULL AND last_reported_at >= $since)
               OR incident_id IN (SELECT incident_id FROM revision WHERE revision_number > $after::BIGINT)
        ), wholes AS (
            SELECT coalesce(i.parent_id, i.incident_id) AS incident_id FROM incident i
            SEMI JOIN touched USING (incident_id)
            UNION SELECT i.merged_into FROM incident i SEMI JOIN touched USING (incident_id)
            WHERE i.merged_into IS NOT NULL
            UNION SELECT incident_id FROM touched
        )
        SELECT incident_id FROM incident
        WHERE incident_id IN (SELECT incident_id FROM wholes) OR parent_id IN (SELECT incident_id FROM wholes)
        ORDER BY incident_id
        """,
        {"after": after, "since": reported_since},
    )
    return [row[0] for row in found]


def get_fired(ledger: Ledger, incident_ids: Collection[str]) -> list[FiredRow]:
    """The last that each rule kept of these incidents and of those that were merged into them."""
    with ledger.batch({"incident_id": pa.string()}, [(one,) for one in sorted(incident_ids)], "asked") as batch:
        found = ledger.rows(
            f"""
            SELECT rule, incident_id,
                   coalesce(max(decided_at) FILTER (kind <> 'known'), max(decided_at)) AS at,
                   bool_or(kind <> 'known' OR told_before), arg_max(state, (decided_at, alert_id))
            FROM alert WHERE incident_id IN (SELECT incident_id FROM {batch})
               OR incident_id IN (
                   SELECT incident_id FROM incident WHERE merged_into IN (SELECT incident_id FROM {batch}))
            GROUP BY rule, incident_id ORDER BY rule, incident_id
            """  # noqa: S608
        )
    return [FiredRow(rule=row[0], incident_id=row[1], at=row[2], told=row[3], state=row[4]) for row in found]


def add_alerts(
    ledger: Ledger,
    alerts: Sequence[AlertRow],
    messages: Sequence[MessageRow],
    memories: Mapping[str, RuleMemory],
    *,
    now: datetime,
    run_id: str,
) -> None:
    """Keeps a night's decisions, the messages made of them and what the rules have seen, in one transaction."""
    with ledger.transaction():
        ledger.insert(
            "alert",
            _ALERT,
            [
                (
                    one.alert_id, one.rule, one.incident_id, one.kind, one.level, list(one.reasons), list(one.changes),
                    one.told_before, now, run_id, one.message_id, one.state,
                )
                for one in alerts
            ],
            new_only=True,
        )  # fmt: skip
        ledger.insert("alert_message", _MESSAGE, [(one.message_id, one.title, one.body, now) for one in messages],
                      new_only=True)  # fmt: skip
        ledger.insert(
            "alert_delivery",
            _DELIVERY,
            [(one.message_id, target, "waiting", 0) for one in messages for target in one.targets],
            new_only=True,
        )
        for memory in memories.values():
            ledger.execute(
                "INSERT INTO alert_rule VALUES (?, ?, ?, ?, ?) ON CONFLICT (rule) DO UPDATE SET "
                "fingerprint = excluded.fingerprint, active_from = excluded.active_from, "
                "evaluated_at = excluded.evaluated_at, evaluated_revision = excluded.evaluated_revision",
                [memory.rule, memory.fingerprint, memory.active_from, memory.evaluated_at, memory.evaluated_revision],
            )


def get_waiting(ledger: Ledger) -> list[Waiting]:
    """The messages that are still to be taken, oldest first, in the order in which they were written."""
    found = ledger.rows(
        """
        SELECT d.message_id, d.target, m.title, m.body, m.decided_at, d.attempts, d.error
        FROM alert_delivery d JOIN alert_message m ON m.message_id = d.message_id
        WHERE d.status = 'waiting' ORDER BY m.decided_at, m.rowid, d.target
        """
    )
    return [
        Waiting(message_id=row[0], target=row[1], title=row[2], body=row[3], decided_at=row[4], attempts=row[5],
                error=row[6])
        for row in found
    ]  # fmt: skip


def begin_delivery(ledger: Ledger, message_id: str, target: str, *, now: datetime) -> None:
    """Counts an attempt before it is made, so that one that kills the run is counted too."""
    ledger.execute(
        "UPDATE alert_delivery SET attempts = attempts + 1, tried_at = ?, error = ? "
        "WHERE message_id = ? AND target = ?",
        [now, INTERRUPTED, message_id, target],
    )


def end_delivery(
    ledger: Ledger, message_id: str, target: str, *, status: DeliveryStatus, error: str | None, now: datetime
) -> None:
    """Records how an attempt ended."""
    ledger.execute(
        "UPDATE alert_delivery SET status = ?, error = ?, delivered_at = ? WHERE message_id = ? AND target = ?",
        [status, error, now if status == "delivered" else None, message_id, target],
    )


def wait_again(ledger: Ledger) -> int:
    """Lets what was given up wait again; returns how many messages at how many targets that is."""
    found = ledger.rows("SELECT message_id, target FROM alert_delivery WHERE status = 'given_up'")
    if found:
        ledger.execute("UPDATE alert_delivery SET status = 'waiting', attempts = 0 WHERE status = 'given_up'")
    return len(found)


def get_target_states(ledger: Ledger) -> list[TargetState]:
    """How each target that was ever sent something stands, by name."""
    found = ledger.rows(
        """
        SELECT target, count(*) FILTER (status = 'delivered'), count(*) FILTER (status = 'waiting'),
               count(*) FILTER (status = 'given_up'), max(delivered_at),
               arg_max(error, tried_at) FILTER (status <> 'delivered')
        FROM alert_delivery GROUP BY target ORDER BY target
        """
    )
    return [
        TargetState(target=row[0], delivered=row[1], waiting=row[2], given_up=row[3], delivered_at=row[4], error=row[5])
        for row in found
    ]


def forget_rules(ledger: Ledger, names: Sequence[str]) -> None:
    """Drops what rules have seen that are no longer there; what they fired on stays. One that comes back is new."""
    for name in names:
        ledger.execute("DELETE FROM alert_rule WHERE rule = ?", [name])


def get_last_alerts(ledger: Ledger, limit: int) -> list[ToldAlert]:
    """The latest firings that somebody was told, or is to be told, of."""
    found = ledger.rows(
        "SELECT decided_at, rule, kind, incident_id, title FROM main.alerts ORDER BY decided_at DESC, alert_id LIMIT ?",
        [limit],
    )
    return [ToldAlert(decided_at=row[0], rule=row[1], kind=row[2], incident_id=row[3], title=row[4]) for row in found]
