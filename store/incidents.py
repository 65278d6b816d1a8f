"""Incidents: what the resolver and the fold ask of earlier nights."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

import pyarrow as pa

from nlp.pairing import RESOLVED_FACTUALITIES
from nlp.records import HAPPENINGS, FollowUp, Report
from nlp.resolve import KnownIncident, Resolution, restrict
from store.database import Ledger, Row
from store.events import REPORT_COLUMNS, REPORT_ORDER, REPORT_TABLES, REPORT_WITH, make_report
from store.followups import get_follow_ups, make_words
from store.nearness import find_near


def get_unresolved_reports(ledger: Ledger) -> list[Report]:
    """The current events that make incidents and belong to none yet, oldest first."""
    # Which first, then what they say: in one statement the records of all events would be read.
    ids = ledger.rows(
        """
        SELECT e.event_id, e.version_id FROM event e
        ANTI JOIN (SELECT event_id FROM incident_event WHERE current) ie ON ie.event_id = e.event_id
        WHERE e.current AND list_contains(?, e.event_type) AND list_contains(?, e.factuality)
        """,
        [sorted(HAPPENINGS), sorted(RESOLVED_FACTUALITIES)],
    )
    versions = {str(event_id): str(version_id) for event_id, version_id in ids}
    with ledger.batch({"event_id": pa.string()}, [(one,) for one in sorted(versions)], "wanted_events"):
        found = ledger.rows(
            f"WITH {REPORT_WITH} SELECT {REPORT_COLUMNS} FROM {REPORT_TABLES} {REPORT_ORDER}"  # noqa: S608
        )
    words = make_words(ledger, versions.values())
    return [replace(make_report(row), words=words[versions[row[0]]]) for row in found]


def get_open_incidents(
    ledger: Ledger,
    *,
    near: Sequence[Report],
    decided: Collection[str] = (),
    waiting: Iterable[FollowUp] = (),
) -> list[KnownIncident]:
    """The incidents that could be what these reports tell: those near them in time, and those of their articles.

    An incident whose every telling has just been superseded comes with the superseded ones, under the id of their
    article version, so that the article's new version finds it again. An incident of which an analyst has `decided`
    comes with the superseded telling of each article that tells it no more: its reports may be unlike each other.
    """
    near_ids = [(one,) for one in find_near(ledger, near, waiting)]
    if not near_ids:
        return []
    with ledger.batch({"incident_id": pa.string()}, near_ids, "near_incidents") as batch:
        found = ledger.rows(
            "SELECT i.incident_id, i.parent_id FROM incident i WHERE i.merged_into IS NULL "  # noqa: S608
            f"AND i.incident_id IN (SELECT incident_id FROM {batch}) ORDER BY i.incident_id"
        )
    ids = [row[0] for row in found]
    reports: dict[str, list[Report]] = defaultdict(list)
    superseded: dict[str, list[Report]] = defaultdict(list)
    told_by: dict[str, set[str]] = defaultdict(set)
    left: dict[str, list[tuple[str, Report]]] = defaultdict(list)
    parents = set()
    for row in _linked(ledger, ids):
        incident_id, facility_id, link_current, event_current, is_parent, version_id = row[:6]
        report = restrict(make_report(row[6:]), facility_id)
        told_by[incident_id].add(report.article_id)
        if is_parent:
            parents.add(incident_id)
        if link_current and event_current:
            reports[incident_id].append(report)
        else:
            superseded[incident_id].append(replace(report, article_id=version_id))
            if link_current and incident_id in decided:
                left[incident_id].append((report.article_id, superseded[incident_id][-1]))
    for incident_id, found_left in left.items():
        if (told := reports.get(incident_id)) is not None:
            telling = {report.article_id for report in told}
            told += [report for article_id, report in found_left if article_id not in telling]
    followed = get_follow_ups(ledger, ids)
    return [
        KnownIncident(
            id=incident_id,
            reports=tuple(reports.get(incident_id) or superseded[incident_id]),
            parent_id=parent_id,
            is_parent=incident_id in parents,
            article_ids=frozenset(told_by[incident_id]),
            follow_ups=followed.get(incident_id, ()),
            told=incident_id in reports,
        )
        for incident_id, parent_id in found
        if told_by[incident_id]  # else a split took all its reports
    ]


def get_incident_reports(ledger: Ledger, incident_ids: Iterable[str]) -> dict[str, list[Report]]:
    """The current reports of each incident, oldest first, as they speak of it; what the fold is computed from."""
    ids = sorted(set(incident_ids))
    reports: dict[str, list[Report]] = {one: [] for one in ids}
    whole = set()
    for row in _linked(ledger, ids):
        incident_id, facility_id, link_current, event_current, *_ = row
        if facility_id is None:
            whole.add((incident_id, row[6]))
        elif (incident_id, row[6]) in whole:
            continue  # a part that was merged into the whole
        if link_current and event_current:
            reports[incident_id].append(restrict(make_report(row[6:]), facility_id))
    return reports


def get_reports_after(ledger: Ledger, resolution: Resolution, reports: Iterable[Report]) -> dict[str, list[Report]]:
    """The reports that each incident which a resolution of `reports` touches will rest on; the fold's input.

    Stale incidents are among them; one that will have no report at all, and so is retracted, has an empty list.
    """
    fresh = {report.event_id: report for report in reports}
    ids = {one.incident_id for one in resolution.assignments} | set(get_stale_incidents(ledger))
    after = get_incident_reports(ledger, ids)
    whole = {(one.incident_id, one.event_id) for one in resolution.assignments if one.facility_id is None}
    for one in resolution.assignments:
        part = one.facility_id is not None and (one.incident_id, one.event_id) in whole
        if one.event_id in fresh and not part:
            after[one.incident_id].append(restrict(fresh[one.event_id], one.facility_id))
    return after


def get_stale_incidents(ledger: Ledger) -> list[str]:
    """The incidents that rest on an event which an edit or a newer model has taken back: they need a new fold."""
    return [
        row[0]
        for row in ledger.rows(
            "SELECT DISTINCT ie.incident_id FROM incident_event ie JOIN event e ON e.event_id = ie.event_id "
            "WHERE ie.current AND NOT e.current ORDER BY ie.incident_id"
        )
    ]


def get_parent_ids(ledger: Ledger, incident_ids: Iterable[str]) -> dict[str, str | None]:
    """The parent that the resolver gave each of these incidents, for the fold."""
    with ledger.batch({"incident_id": pa.string()}, [(one,) for one in sorted(set(incident_ids))], "wanted") as batch:
        return {
            row[0]: row[1]
            for row in ledger.rows(
                "SELECT incident_id, machine_parent_id FROM incident "  # noqa: S608
                f"WHERE incident_id IN (SELECT incident_id FROM {batch})"
            )
        }


def _linked(ledger: Ledger, incident_ids: Sequence[str]) -> list[Row]:
    with ledger.batch({"incident_id": pa.string()}, [(one,) for one in incident_ids], "wanted") as batch:
        return ledger.rows(
            f"""
            WITH linked AS MATERIALIZED (
                SELECT event_id, incident_id, facility_id, current FROM incident_event
                WHERE incident_id IN (SELECT incident_id FROM {batch})
            ), divided AS (
                SELECT DISTINCT event_id FROM incident_event
                WHERE facility_id <> '' AND event_id IN (SELECT event_id FROM linked)
            ), wanted_events AS (SELECT DISTINCT event_id FROM linked), {REPORT_WITH}
            SELECT ie.incident_id, nullif(ie.facility_id, ''), ie.current, e.current,
                   ie.facility_id = '' AND ie.event_id IN (SELECT event_id FROM divided), e.version_id,
                   {REPORT_COLUMNS}
            FROM {REPORT_TABLES} JOIN linked ie ON ie.event_id = e.event_id
            {REPORT_ORDER}, ie.incident_id, ie.facility_id
            """  # noqa: S608
        )
