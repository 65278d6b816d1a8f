"""Who tells each incident, kept beside the links for the views: see migration 0010."""

from __future__ import annotations

from collections.abc import Collection

import pyarrow as pa

from store.database import Ledger

_INCIDENT = {"incident_id": pa.string()}
_LINKED = """
    WITH links AS (
        SELECT incident_id, event_id, list(facility_id ORDER BY facility_id) AS targets,
            min(attached_at) AS attached_at, min(score) AS score, arg_min(reason, (score, facility_id)) AS reason
        FROM incident_event WHERE current AND incident_id IN (SELECT incident_id FROM counted)
        GROUP BY incident_id, event_id
    )
    SELECT l.incident_id, l.event_id, e.version_id, e.article_id, a.source_id, l.targets,
        row_number() OVER one = 1 AS leads, (count(*) OVER whole)::INTEGER AS events,
        min(l.attached_at) OVER whole AS attached_at, min(l.score) OVER whole AS score,
        first_value(l.reason) OVER (one ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS reason,
        v.published_at, v.fetched_at, f.wire, f.origin, v.title, a.url
    FROM links l
    JOIN event e ON e.event_id = l.event_id
    JOIN article_version v ON v.version_id = e.version_id
    JOIN article a ON a.article_id = e.article_id
    LEFT JOIN fingerprint f ON f.version_id = e.version_id
    WINDOW whole AS (PARTITION BY l.incident_id, e.version_id),
        one AS (PARTITION BY l.incident_id, e.version_id ORDER BY l.score, l.event_id)
    ORDER BY attached_at, incident_id, event_id
"""
_COUNT = """
    UPDATE incident SET reports = r.reports, independent_reports = r.independent_reports
    FROM (
        SELECT b.incident_id, count(t.version_id) AS reports,
            count(DISTINCT split_part(coalesce(t.origin, 'family:' || coalesce(s.family, t.source_id)), ':', 2))
                AS independent_reports
        FROM counted b LEFT JOIN telling t ON t.incident_id = b.incident_id AND t.leads
        LEFT JOIN source s ON s.source_id = t.source_id GROUP BY b.incident_id
    ) r
    WHERE r.incident_id = incident.incident_id AND (incident.reports, incident.independent_reports)
        IS DISTINCT FROM (r.reports::INTEGER, r.independent_reports::INTEGER)
"""


def refresh_tellings(ledger: Ledger, incident_ids: Collection[str]) -> None:
    """Brings the tellings of these incidents, their counts and their times in line with the links.

    Call it in the transaction that changed the links. An incident that nobody tells any more keeps its times.
    """
    rows = [(one,) for one in sorted(set(incident_ids))]
    if not rows:
        return
    with ledger.batch(_INCIDENT, rows, "counted") as batch:
        ledger.execute(f"DELETE FROM telling WHERE incident_id IN (SELECT incident_id FROM {batch})")  # noqa: S608
        ledger.execute(f"INSERT INTO telling BY NAME {_LINKED}")
        ledger.execute(_COUNT)
        ledger.execute(
            f"""
            UPDATE incident SET first_reported_at = t.first_at, last_reported_at = t.last_at
            FROM (
                SELECT incident_id, min(coalesce(published_at, fetched_at)) AS first_at,
                       max(coalesce(published_at, fetched_at)) AS last_at
                FROM telling WHERE incident_id IN (SELECT incident_id FROM {batch}) GROUP BY incident_id
            ) t
            WHERE t.incident_id = incident.incident_id
              AND (t.first_at, t.last_at) IS DISTINCT FROM (incident.first_reported_at, incident.last_reported_at)
            """  # noqa: S608
        )


def refresh_origins(ledger: Ledger, version_ids: Collection[str]) -> None:
    """Tells the tellings of these versions whose words they are, where that is decided after they were linked."""
    with ledger.batch({"version_id": pa.string()}, [(one,) for one in sorted(set(version_ids))], "decided") as batch:
        found = ledger.rows(
            f"SELECT DISTINCT incident_id FROM telling WHERE version_id IN (SELECT version_id FROM {batch})"  # noqa: S608
        )
    refresh_tellings(ledger, [row[0] for row in found])


def recount_reports(ledger: Ledger) -> None:
    """Counts anew where no origin is decided: there the publisher's owner counts, and a configuration may change it."""
    found = ledger.rows("SELECT DISTINCT incident_id FROM telling WHERE origin IS NULL ORDER BY incident_id")
    if found:
        with ledger.batch(_INCIDENT, found, "counted"):
            ledger.execute(_COUNT)
