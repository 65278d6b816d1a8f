"""The analyst's decisions on incidents: kept, taken back, and followed at once in everything that they touch."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as made_by
from datetime import datetime
from typing import Any

import pyarrow as pa

from nlp.corrections import KnownFacility, parse_correction
from nlp.decisions import Decision, DecisionError, Kind, Partition, check_merge, split_id
from nlp.following import FormerLink, follow
from nlp.records import Report
from nlp.resolve import Resolution
from store.database import Ledger, hash_id
from store.settling import settle

_COLUMNS = {
    "decision_id": pa.string(), "decision_number": pa.int64(), "kind": pa.string(), "incident_id": pa.string(),
    "other_id": pa.string(), "article_ids": pa.list_(pa.string()), "field": pa.string(), "value": pa.string(),
    "note": pa.string(), "decided_by": pa.string(), "decided_at": pa.timestamp("us", "UTC"),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A decision as an analyst asks for it."""

    kind: Kind
    incident_id: str
    other_id: str | None = None  # merge and apart
    article_ids: tuple[str, ...] = ()  # split
    field: str | None = None  # correct
    text: str = ""  # correct: the value as typed
    note: str | None = None
    values: Mapping[str, Any] = made_by(default_factory=dict)  # correct: what the text means


def get_decisions(ledger: Ledger, incident_ids: Collection[str] | None = None) -> list[Decision]:
    """All decisions, in the order in which they are followed; with `incident_ids` those that speak of one of these."""
    wanted = None if incident_ids is None else set(incident_ids)
    found = ledger.rows(
        "SELECT decision_id, kind, incident_id, other_id, article_ids, field, value, note, decided_by, decided_at, "
        "withdrawn_at IS NOT NULL FROM decision ORDER BY decision_number"
    )
    return [
        Decision(
            id=row[0],
            kind=row[1],
            incident_id=row[2],
            other_id=row[3],
            article_ids=tuple(row[4]),
            field=row[5],
            value=json.loads(row[6]) if row[6] else {},
            note=row[7],
            by=row[8],
            at=row[9],
            withdrawn=row[10],
        )
        for row in found
        if wanted is None or row[2] in wanted or row[3] in wanted
    ]


def find_decision_ids(ledger: Ledger, beginning: str) -> list[str]:
    """The ids of the decisions that begin so, in order."""
    found = ledger.rows(
        "SELECT decision_id FROM decision WHERE starts_with(decision_id, ?) ORDER BY decision_number", [beginning]
    )
    return [row[0] for row in found]


def decide(ledger: Ledger, draft: Draft, *, by: str, at: datetime) -> Decision:
    """Takes a decision and follows it, in one transaction; raises DecisionError where it cannot be taken.

    The same decision given again is the one that stands already, whoever took it; only one taken now is `new`.
    """
    with ledger.transaction():
        decisions = get_decisions(ledger)
        partition = Partition(decisions)
        try:
            draft = _check(ledger, draft, partition)
        except DecisionError:
            standing = _find_followed(ledger, decisions, draft, partition)
            if standing is None:
                raise
        else:
            standing = _find_standing(decisions, draft, partition)
        if standing is not None:
            return standing
        said = (draft.kind, draft.incident_id, draft.other_id or "", *draft.article_ids, json.dumps(draft.values))
        decision_id = "dec-" + hash_id(*said, draft.note or "", by, at.isoformat())[:12]
        decision = Decision(
            id=decision_id,
            kind=draft.kind,
            incident_id=draft.incident_id,
            other_id=split_id(decision_id) if draft.kind == "split" else draft.other_id,
            article_ids=draft.article_ids,
            field=draft.field,
            value=draft.values,
            note=draft.note,
            by=by,
            at=at,
        )
        row = ledger.row("SELECT coalesce(max(decision_number), 0) + 1 FROM decision")
        ledger.insert(
            "decision",
            _COLUMNS,
            [
                (
                    decision.id, row[0] if row else 1, decision.kind, decision.incident_id, decision.other_id,
                    list(decision.article_ids), decision.field,
                    json.dumps(decision.value, ensure_ascii=False) if decision.value else None,
                    decision.note, by, at,
                )
            ],
        )  # fmt: skip
        settle(ledger, [*decisions, decision], decision, withdrawn=False, by=by, now=at)
    return replace(decision, new=True)


def withdraw_decision(ledger: Ledger, decision_id: str, *, by: str, at: datetime) -> bool:
    """Takes a decision back, which gives the former partition and values again; False where it was taken back before.

    Raises DecisionError where the ledger holds no decision with this id.
    """
    with ledger.transaction():
        decisions = get_decisions(ledger)
        decision = next((one for one in decisions if one.id == decision_id), None)
        if decision is None:
            raise DecisionError(f"there is no decision {decision_id!r}; list them: linewalker query 'FROM decisions'")
        if decision.withdrawn:
            return False
        ledger.execute(
            "UPDATE decision SET withdrawn_at = ?, withdrawn_by = ? WHERE decision_id = ?", [at, by, decision_id]
        )
        after = [replace(one, withdrawn=True) if one.id == decision_id else one for one in decisions]
        settle(ledger, after, decision, withdrawn=True, by=by, now=at)
    return True


def follow_decisions(
    ledger: Ledger, resolution: Resolution, reports: Iterable[Report], partition: Partition
) -> Resolution:
    """A night's resolution with every report where the analyst's decisions put it."""
    if not partition.decided and not partition.involved:
        return resolution
    article_of = {report.event_id: report.article_id for report in reports}
    former = _get_former_links(ledger, sorted(set(article_of.values())))
    return follow(resolution, article_of, former, partition)


def _get_former_links(ledger: Ledger, article_ids: Sequence[str]) -> dict[str, list[FormerLink]]:
    former: dict[str, list[FormerLink]] = {}
    with ledger.batch({"article_id": pa.string()}, [(one,) for one in article_ids], "told_by") as batch:
        for article_id, incident_id, resolved_id, current, left, reread in ledger.rows(
            f"""
            SELECT e.article_id, ie.incident_id, coalesce(ie.resolved_id, ie.incident_id), ie.current AND e.current,
                   ie.current AND NOT e.current, ie.current AND NOT e.current AND v.current
            FROM incident_event ie JOIN event e ON e.event_id = ie.event_id
            JOIN article_version v ON v.version_id = e.version_id
            WHERE e.article_id IN (SELECT article_id FROM {batch})
            ORDER BY ie.attached_at DESC, ie.event_id, ie.incident_id
            """  # noqa: S608
        ):
            former.setdefault(article_id, []).append(
                FormerLink(incident_id=incident_id, resolved_id=resolved_id, current=current, left=left, reread=reread)
            )
    return former


def _check(ledger: Ledger, draft: Draft, partition: Partition) -> Draft:
    """The draft with the incidents that it means now; raises DecisionError where it cannot be taken."""
    for one in filter(None, (draft.incident_id, draft.other_id)):
        if ledger.row("SELECT 1 FROM incident WHERE incident_id = ?", [one]) is None:
            raise DecisionError(f"the ledger holds no incident {one!r}; list them: linewalker query 'FROM incidents'")
    if draft.kind == "merge":
        assert draft.other_id is not None
        check_merge(partition, draft.incident_id, draft.other_id)
        return draft
    draft = replace(draft, incident_id=partition.survivor(draft.incident_id))
    if draft.kind == "apart":
        assert draft.other_id is not None
        draft = replace(draft, other_id=partition.survivor(draft.other_id))
        if draft.incident_id == draft.other_id:
            raise DecisionError(f"the two are one incident, {draft.incident_id}; take their merge back, or split it")
    elif draft.kind == "split":
        return replace(draft, article_ids=_check_articles(ledger, draft))
    elif draft.kind == "correct":
        values = parse_correction(draft.field or "", draft.text, find_facility=lambda one: _find_facility(ledger, one))
        if "parent_id" in values:
            values = {"parent_id": _check_parent(ledger, draft.incident_id, values["parent_id"], partition)}
        return replace(draft, values=values, field=(draft.field or "").strip().lower().replace("-", "_"))
    return draft


def _check_articles(ledger: Ledger, draft: Draft) -> tuple[str, ...]:
    telling = {
        row[0]: row[1]
        for row in ledger.rows(
            "SELECT DISTINCT a.article_id, a.url FROM incident_event ie JOIN event e ON e.event_id = ie.event_id "
            "JOIN article a ON a.article_id = e.article_id WHERE ie.current AND e.current AND ie.incident_id = ?",
            [draft.incident_id],
        )
    }
    chosen: list[str] = []
    for wanted in draft.article_ids:
        hits = [one for one, url in telling.items() if one.startswith(wanted) or url == wanted]
        if len(hits) != 1:
            what = "no article" if not hits else f"{len(hits)} articles"
            raise DecisionError(
                f"{what} of {draft.incident_id} begins with {wanted!r}; it is told by: {', '.join(sorted(telling))}"
            )
        chosen.append(hits[0])
    if not chosen:
        raise DecisionError("a split needs the articles that tell another incident: --articles ID,ID")
    if set(chosen) == set(telling):
        raise DecisionError(f"no article would be left to {draft.incident_id}; name those that tell another incident")
    return tuple(sorted(set(chosen)))


def _check_parent(ledger: Ledger, child: str, wanted: str | None, partition: Partition) -> str | None:
    if wanted is None:
        return None
    begin = [row[0] for row in ledger.rows(
        "SELECT incident_id FROM incident WHERE starts_with(incident_id, ?) ORDER BY incident_id", [wanted]
    )]  # fmt: skip
    if not begin:
        raise DecisionError(f"the ledger holds no incident {wanted!r} to be the parent")
    if len(begin) > 1 and wanted not in begin:
        shown = ", ".join(begin[:5]) + (", …" if len(begin) > 5 else "")
        raise DecisionError(f"{wanted!r} begins {len(begin)} ids: {shown}; give more of the parent's")
    wanted = wanted if wanted in begin else str(begin[0])
    above: str | None = partition.survivor(wanted)
    parent = above
    while above is not None:
        if above == child:
            raise DecisionError(f"{wanted} is {child} or a part of it; it cannot be its parent")
        row = ledger.row("SELECT parent_id FROM incident WHERE incident_id = ?", [above])
        above = row[0] if row else None
    return parent


def _find_facility(ledger: Ledger, facility_id: str) -> KnownFacility | None:
    row = ledger.row(
        "SELECT facility_id, name, facility_type, latitude, longitude FROM facility WHERE facility_id = ?",
        [facility_id.strip().lower()],
    )
    if row is None:
        return None
    return KnownFacility(id=row[0], name=row[1], facility_type=row[2], latitude=row[3], longitude=row[4])


def _find_followed(
    ledger: Ledger, decisions: Sequence[Decision], draft: Draft, partition: Partition
) -> Decision | None:
    """The merge or the split that says the same and has been followed: it could not be taken a second time."""
    for one in decisions:
        if one.withdrawn or one.kind != draft.kind or one.other_id is None:
            continue
        if one.kind == "merge" and (one.incident_id, one.other_id) == (draft.incident_id, draft.other_id):
            if partition.survivor(one.incident_id) != one.incident_id:  # else it is void
                return one
        elif one.kind == "split" and draft.article_ids:
            left = partition.survivor(one.incident_id)
            if left != partition.survivor(draft.incident_id) or left == partition.survivor(one.other_id):
                continue
            if _names_all(ledger, draft.article_ids, one.article_ids):
                return one
    return None


def _names_all(ledger: Ledger, wanted: Sequence[str], article_ids: Sequence[str]) -> bool:
    """Whether the beginnings of ids and the addresses name these articles, each of them, and no other."""
    with ledger.batch({"article_id": pa.string()}, [(one,) for one in article_ids], "split_off") as batch:
        found = ledger.rows(f"SELECT article_id, url FROM article SEMI JOIN {batch} USING (article_id)")  # noqa: S608
    urls: dict[str, str] = dict(found)
    named = [[one for one, url in urls.items() if one.startswith(text) or url == text] for text in wanted]
    return all(len(hits) == 1 for hits in named) and {hits[0] for hits in named} == set(article_ids)


def _find_standing(decisions: Sequence[Decision], draft: Draft, partition: Partition) -> Decision | None:
    """The decision that says the same and still counts."""
    pair = {draft.incident_id, draft.other_id}
    for one in reversed(decisions):
        if one.withdrawn:
            continue
        if one.kind == draft.kind == "apart" and one.other_id is not None:
            if {partition.survivor(one.incident_id), partition.survivor(one.other_id)} == pair:
                return one
            continue
        if one.incident_id != draft.incident_id:
            continue
        if draft.kind in ("confirm", "dismiss") and one.kind in ("confirm", "dismiss"):
            return one if one.kind == draft.kind and draft.note in (None, one.note) else None
        if one.kind == draft.kind == "correct" and set(one.value) & set(draft.values):
            return one if dict(one.value) == dict(draft.values) and draft.note in (None, one.note) else None
    return None
