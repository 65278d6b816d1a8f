"""Incidents: what the resolver and the fold ask of earlier nights."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

import pyarrow as pa

from nlp.pairing import RESOLVED_FACTUALITIES, interval_of
from nlp.records import HAPPENINGS, Report
from nlp.resolve import KnownIncident, Resolution, restrict
from store.database import Ledger, Row
from store.events import REPORT_COLUMNS, REPORT_ORDER, REPORT_SELECT, REPORT_TABLES, make_report

WINDOW_DAYS = 75  # the resolver joins over 60 days at most (a date told as a year); the rest is margin


def get_unresolved_reports(ledger: Ledger) -> list[Report]:
    """The current events that make incidents and belong to none yet, oldest first."""
    found = ledger.rows(
        f"""
        {REPORT_SELECT}
        ANTI JOIN (SELECT event_id FROM incident_event WHERE current) ie ON ie.event_id = e.event_id
        WHERE e.current AND list_contains(?, e.event_type) AND list_contains(?, e.factuality)
        {REPORT_ORDER}
        """,  # noqa: S608
        [sorted(HAPPENINGS), sorted(RESOLVED_FACTUALITIES)],
    )
    return [make_report(row) for row in found]


def get_open_incidents(
    ledger: Ledger, *, near: Sequence[Report], window_days: int = WINDOW_DAYS
) -> list[KnownIncident]:
    """The incidents that could be what these reports tell: those near them in time, and those of their articles.

    An incident whose every telling has just been superseded comes with the superseded ones, under the id of their
    article version, so that the article's new version finds it again.
    """
    if not near:
        return []
    windows = [(low, high) for low, high in _merge(map(interval_of, near), timedelta(days=window_days))]
    articles = [(one,) for one in sorted({report.article_id for report in near})]
    with (
        ledger.batch({"low": pa.date32(), "high": pa.date32()}, windows, "windows"),
        ledger.batch({"article_id": pa.string()}, articles, "told_by"),
    ):
        found = ledger.rows(
            """
            SELECT i.incident_id, i.parent_id FROM incident i
            WHERE EXISTS (
                SELECT 1 FROM windows w
                WHERE least(i.occurred_on, i.first_reported_at::DATE) <= w.high
                  AND greatest(i.occurred_until, i.last_reported_at::DATE) >= w.low
            ) OR i.incident_id IN (
                SELECT ie.incident_id FROM incident_event ie JOIN event e ON e.event_id = ie.event_id
                WHERE e.article_id IN (SELECT article_id FROM told_by)
            )
            ORDER BY i.incident_id
            """
        )
    ids = [row[0] for row in found]
    reports: dict[str, list[Report]] = defaultdict(list)
    superseded: dict[str, list[Report]] = defaultdict(list)
    told_by: dict[str, set[str]] = defaultdict(set)
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
    return [
        KnownIncident(
            id=incident_id,
            reports=tuple(reports.get(incident_id) or superseded[incident_id]),
            parent_id=parent_id,
            is_parent=incident_id in parents,
            article_ids=frozenset(told_by[incident_id]),
        )
        for incident_id, parent_id in found
    ]


def get_incident_reports(ledger: Ledger, incident_ids: Iterable[str]) -> dict[str, list[Report]]:
    """The current reports of each incident, oldest first, as they speak of it; what the fold is computed from."""
    ids = sorted(set(incident_ids))
    reports: dict[str, list[Report]] = {one: [] for one in ids}
    for row in _linked(ledger, ids):
        incident_id, facility_id, link_current, event_current, *_ = row
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
    for one in resolution.assignments:
        if one.event_id in fresh:
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
    """The parent of each of these incidents, for the fold."""
    with ledger.batch({"incident_id": pa.string()}, [(one,) for one in sorted(set(incident_ids))], "wanted") as batch:
        return {
            row[0]: row[1]
            for row in ledger.rows(
                f"SELECT incident_id, parent_id FROM incident WHERE incident_id IN (SELECT incident_id FROM {batch})"  # noqa: S608
            )
        }


def _merge(intervals: Iterable[tuple[date, date]], margin: timedelta) -> list[tuple[date, date]]:
    merged: list[tuple[date, date]] = []
    for low, high in sorted((_shift(low, -margin), _shift(high, margin)) for low, high in intervals):
        if merged and low <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return merged


def _shift(day: date, by: timedelta) -> date:
    try:
        return day + by
    except OverflowError:
        return day


def _linked(ledger: Ledger, incident_ids: Sequence[str]) -> list[Row]:
    with ledger.batch({"incident_id": pa.string()}, [(one,) for one in incident_ids], "wanted") as batch:
        return ledger.rows(
            f"""
            WITH linked AS (
                SELECT * FROM incident_event WHERE incident_id IN (SELECT incident_id FROM {batch})
            ), divided AS (
                SELECT DISTINCT event_id FROM incident_event
                WHERE facility_id <> '' AND event_id IN (SELECT event_id FROM linked)
            )
            SELECT ie.incident_id, nullif(ie.facility_id, ''), ie.current, e.current,
                   ie.facility_id = '' AND ie.event_id IN (SELECT event_id FROM divided), e.version_id,
                   {REPORT_COLUMNS}
            FROM {REPORT_TABLES} JOIN linked ie ON ie.event_id = e.event_id
            {REPORT_ORDER}, ie.incident_id, ie.facility_id
            """  # noqa: S608
        )
