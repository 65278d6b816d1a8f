"""A decision is followed: links move, incidents are folded anew, and each change is a revision that names it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import pyarrow as pa

from nlp.decisions import (
    DISMISSED,
    MERGED,
    NO_RULING,
    Decision,
    Partition,
    Ruling,
    describe,
    fold_decided,
    make_rulings,
)
from nlp.fold import IncidentFields
from store.causes import RULES, Cause
from store.database import Ledger, Row
from store.incidents import get_incident_reports, get_parent_ids
from store.resolution import LINK_COLUMNS, add_revisions, revise

REVIEW_RUN = "review"  # the run of what an analyst changes between the runs
_LINK = LINK_COLUMNS | {"resolved_id": pa.string()}
_INCIDENT = {"incident_id": pa.string()}
_AT_ONCE = 500  # incidents folded with all their reports in memory


def settle(
    ledger: Ledger, decisions: Sequence[Decision], decision: Decision, *, withdrawn: bool, by: str, now: datetime
) -> int:
    """Brings the ledger in line with `decisions`, of which `decision` is new or was just taken back.

    Returns how many incidents changed. Call it in a transaction.
    """
    partition, rulings = Partition(decisions), make_rulings(decisions)
    moves = _find_moves(ledger, partition)
    touched = {decision.incident_id, *((decision.other_id,) if decision.other_id is not None else ())}
    touched |= {name for key, row in moves for name in (key[1], row[1])}
    merged = partition.merged
    went: dict[str, str] = dict(
        ledger.rows("SELECT incident_id, merged_into FROM incident WHERE merged_into IS NOT NULL")
    )
    touched |= {one for one in {*went, *merged} if went.get(one) != merged.get(one)}
    touched |= set(_get_children(ledger, touched))
    touched = _only_real(ledger, touched) | {row[1] for _, row in moves}
    parents = get_parent_ids(ledger, touched)
    for new, (left, _) in partition.splits.items():
        if new in touched and new not in parents:
            parents[new] = get_parent_ids(ledger, [left]).get(left)
    closed = {one: DISMISSED for one, ruling in rulings.items() if ruling.verdict == "dismissed"}
    closed |= dict.fromkeys(merged, MERGED)
    fields: dict[str, IncidentFields] = {}

    def change() -> None:
        _move(ledger, moves)
        told = get_incident_reports(ledger, [one for one in touched if one not in merged])
        fields.update(fold_decided(told, parents, partition, rulings))

    reason = f"{by} {'took back' if withdrawn else 'decided'}: {describe(decision)}"
    reason += f" ({decision.note})" if decision.note else ""
    cause = Cause(kind="decision", id=decision.id)
    changed = revise(
        ledger,
        touched,
        fields,
        run_id=REVIEW_RUN,
        now=now,
        change=change,
        reason_of=lambda _: reason,
        cause_of=lambda *_: cause,
        left_because=reason,
        closed=closed,
    )
    _mark(ledger, touched, partition, rulings, parents, (now, REVIEW_RUN), (reason, cause.kind, cause.id))
    return changed


def refold(ledger: Ledger, decisions: Sequence[Decision], *, run_id: str, now: datetime) -> int:
    """Folds every incident anew by the present rules; returns how many say something else now."""
    partition, rulings = Partition(decisions), make_rulings(decisions)
    ids = [row[0] for row in ledger.rows("SELECT incident_id FROM incident WHERE merged_into IS NULL ORDER BY 1")]
    cause = Cause(kind="rules", id=RULES)
    changed = 0
    for first in range(0, len(ids), _AT_ONCE):
        told = get_incident_reports(ledger, ids[first : first + _AT_ONCE])
        fields = fold_decided(told, get_parent_ids(ledger, told), partition, rulings)
        with ledger.transaction():
            changed += revise(
                ledger,
                fields,
                fields,
                run_id=run_id,
                now=now,
                change=lambda: None,
                reason_of=lambda _: "the rules were applied anew",
                cause_of=lambda *_: cause,
            )
    return changed


Key = tuple[str, str, str]  # event, incident, facility or ''


def _find_moves(ledger: Ledger, partition: Partition) -> list[tuple[Key, Row]]:
    """The links that do not lie where the decisions put them: the key of each, and its row as it is to be."""
    involved = sorted(partition.involved)
    if not involved:
        # A decision that was the only one has just been taken back: everything goes where the resolver put it.
        where, batch_rows = "ie.resolved_id IS NOT NULL", []
    else:
        where = "ie.incident_id IN (SELECT incident_id FROM involved) OR ie.resolved_id IS NOT NULL"
        batch_rows = [(one,) for one in involved]
    with ledger.batch(_INCIDENT, batch_rows, "involved"):
        found = ledger.rows(
            f"SELECT {', '.join(f'ie.{name}' for name in _LINK)}, e.article_id FROM incident_event ie "  # noqa: S608
            f"JOIN event e ON e.event_id = ie.event_id WHERE {where} ORDER BY ie.event_id, ie.incident_id"
        )
    moves: list[tuple[Key, Row]] = []
    for event_id, incident_id, facility_id, *rest, resolved_id, article_id in found:
        home = resolved_id if resolved_id is not None else incident_id
        place = partition.place(home, article_id)
        if place != incident_id:
            row = (event_id, place, facility_id, *rest, home if home != place else None)
            moves.append(((event_id, incident_id, facility_id), row))
    return moves


def _move(ledger: Ledger, moves: Sequence[tuple[Key, Row]]) -> None:
    if not moves:
        return
    keys = {"event_id": pa.string(), "incident_id": pa.string(), "facility_id": pa.string()}
    with ledger.batch(keys, [key for key, _ in moves], "moved") as batch:
        ledger.execute(
            f"DELETE FROM incident_event WHERE (event_id, incident_id, facility_id) IN "  # noqa: S608
            f"(SELECT event_id, incident_id, facility_id FROM {batch})"
        )
    rows: dict[Key, Row] = {}
    for _, row in moves:  # two links of one event may come together: the current one counts
        known = rows.get(row[:3])
        if known is None or (row[3] and not known[3]):
            rows[row[:3]] = row
    with ledger.batch(_LINK, list(rows.values())) as batch:
        ledger.execute(
            f"INSERT INTO incident_event BY NAME SELECT * FROM {batch} "  # noqa: S608
            "ON CONFLICT (event_id, incident_id, facility_id) DO UPDATE SET current = true WHERE excluded.current"
        )


def _get_children(ledger: Ledger, incident_ids: Collection[str]) -> list[str]:
    with ledger.batch(_INCIDENT, [(one,) for one in sorted(incident_ids)], "above") as batch:
        found = ledger.rows(
            f"SELECT incident_id FROM incident WHERE machine_parent_id IN (SELECT incident_id FROM {batch}) "  # noqa: S608
            f"OR parent_id IN (SELECT incident_id FROM {batch})"
        )
    return [row[0] for row in found]


def _only_real(ledger: Ledger, incident_ids: Collection[str]) -> set[str]:
    with ledger.batch(_INCIDENT, [(one,) for one in sorted(incident_ids)], "wanted") as batch:
        found = ledger.rows(
            f"SELECT incident_id FROM incident WHERE incident_id IN (SELECT incident_id FROM {batch})"  # noqa: S608
        )
    return {row[0] for row in found}


def _mark(
    ledger: Ledger,
    touched: Collection[str],
    partition: Partition,
    rulings: dict[str, Ruling],
    parents: dict[str, str | None],
    when: tuple[datetime, str],
    why: tuple[str, str, str],
) -> None:
    """Writes where a merged incident went, who has given which verdict, and the parent of one that was split off."""
    merged = partition.merged
    with ledger.batch(_INCIDENT, [(one,) for one in sorted(touched)], "touched") as batch:
        known = ledger.rows(
            "SELECT incident_id, merged_into, verdict, reviewed_by, reviewed_at, machine_parent_id "  # noqa: S608
            f"FROM incident WHERE incident_id IN (SELECT incident_id FROM {batch}) ORDER BY incident_id"
        )
    revisions: list[Row] = []
    for incident_id, merged_into, verdict, *rest in known:
        ruling = rulings.get(incident_id, NO_RULING)
        into = merged.get(incident_id)
        parent = parents.get(incident_id) if incident_id in partition.splits else rest[2]
        if (merged_into, verdict, *rest) == (into, ruling.verdict, ruling.by, ruling.at, parent):
            continue
        ledger.execute(
            "UPDATE incident SET merged_into = ?, verdict = ?, reviewed_by = ?, reviewed_at = ?, machine_parent_id = ? "
            "WHERE incident_id = ?",
            [into, ruling.verdict, ruling.by, ruling.at, parent, incident_id],
        )
        for field, old, new in (("merged_into", merged_into, into), ("verdict", verdict, ruling.verdict)):
            if old != new:
                revisions.append((incident_id, *when, field, old, new, *why))
    add_revisions(ledger, revisions)
