"""The SQL of an export: what was asked for is kept in temporary tables, so that batches need not look for it again."""

from __future__ import annotations

# When each incident last changed in anything that is exported. A reading by newer models may take a fact away and leave
# every column as it was; a parent that is dismissed or comes back changes `parent_id` of its parts without a revision.
CHANGED = """
    CREATE OR REPLACE TEMP TABLE export_changed AS
    WITH revised AS (
        SELECT incident_id, max(revised_at) AS at, max(revised_at) FILTER (field = 'status') AS status_at
        FROM revision GROUP BY incident_id
    ), linked AS (
        SELECT ie.incident_id, max(ie.attached_at) AS at, max(r.started_at) AS read_at
        FROM incident_event ie
        LEFT JOIN event e ON e.event_id = ie.event_id
        LEFT JOIN annotation n ON n.version_id = e.version_id AND n.current
        LEFT JOIN run r ON r.run_id = n.run_id
        GROUP BY ie.incident_id
    )
    SELECT i.incident_id, greatest(i.created_at, v.at, l.at, l.read_at, p.status_at) AS changed_at
    FROM incident i
    LEFT JOIN revised v ON v.incident_id = i.incident_id
    LEFT JOIN linked l ON l.incident_id = i.incident_id
    LEFT JOIN revised p ON p.incident_id = i.parent_id
"""
# What stands at the position: a facility's own, else the finest place told there.
POSITIONS = """
    CREATE OR REPLACE TEMP TABLE export_position AS
    WITH placed AS (
        SELECT i.incident_id, i.latitude, i.longitude, i.facility_ids FROM incident i
        SEMI JOIN export_asked USING (incident_id) WHERE i.latitude IS NOT NULL AND i.longitude IS NOT NULL
    ), sited AS (
        SELECT DISTINCT p.incident_id FROM (SELECT *, unnest(facility_ids) AS facility_id FROM placed) p
        JOIN facility f ON f.facility_id = p.facility_id
        WHERE abs(f.latitude - p.latitude) < 1e-4 AND abs(f.longitude - p.longitude) < 1e-4
    ), named AS (
        SELECT p.incident_id, mode(e.precision) AS precision
        FROM placed p JOIN telling t ON t.incident_id = p.incident_id JOIN event_place e ON e.event_id = t.event_id
        WHERE abs(e.latitude - p.latitude) < 1e-4 AND abs(e.longitude - p.longitude) < 1e-4 GROUP BY p.incident_id
    )
    SELECT p.incident_id,
        CASE WHEN s.incident_id IS NOT NULL THEN 'facility' ELSE coalesce(n.precision, 'unknown') END AS precision
    FROM placed p LEFT JOIN sited s ON s.incident_id = p.incident_id LEFT JOIN named n ON n.incident_id = p.incident_id
"""
STATUSES = """
    SELECT i.incident_id, coalesce(arg_max(r.old, r.revision_number), i.status)
    FROM incident i LEFT JOIN revision r ON r.incident_id = i.incident_id AND r.field = 'status'
        AND i.status IN ('merged', 'dismissed', 'retracted') AND r.old NOT IN ('merged', 'dismissed', 'retracted')
    GROUP BY i.incident_id, i.status
"""
REPORT = (
    "incident_id", "article_id", "version_id", "url", "title", "publisher", "family", "wire", "origin", "source_id",
    "reliability", "language", "published_at", "fetched_at", "attached_at", "page_sha256", "article_created_at",
)  # fmt: skip
TOLD = """
    CREATE OR REPLACE TEMP TABLE export_report AS
    SELECT q.number, r.incident_id, r.article_id, r.version_id, r.url, r.title, r.publisher, r.family, r.wire, r.origin,
        r.source_id, r.reliability, v.language, r.published_at, r.fetched_at, r.attached_at, v.raw_hash AS page_sha256,
        a.created_at AS article_created_at
    FROM export_asked q
    JOIN main.incident_reports r ON r.incident_id = q.incident_id
    JOIN article a ON a.article_id = r.article_id
    JOIN (SELECT version_id, language, raw_hash FROM article_version) v ON v.version_id = r.version_id
"""
# Only the history says which articles an incident has lost: where an analyst moved a report, the link went with it.
UNTOLD = """
    INSERT INTO export_report BY NAME
    SELECT g.number, g.incident_id, a.article_id, a.url, v.title, coalesce(s.publisher, a.source_id) AS publisher,
        coalesce(s.family, a.source_id) AS family, a.source_id, s.reliability, v.language, v.published_at,
        v.fetched_at, v.raw_hash AS page_sha256, a.created_at AS article_created_at
    FROM (
        SELECT DISTINCT q.number, q.incident_id, r.old AS url
        FROM export_asked q
        JOIN revision r ON r.incident_id = q.incident_id AND r.field = 'report' AND r.old IS NOT NULL
    ) g
    JOIN article a ON a.url = g.url
    JOIN article_version v ON v.article_id = a.article_id AND v.current
    LEFT JOIN source s ON s.source_id = a.source_id
    ANTI JOIN telling t ON t.incident_id = g.incident_id AND t.article_id = a.article_id
"""
TELLINGS = """
    CREATE OR REPLACE TEMP TABLE export_article AS
    WITH wanted AS (SELECT DISTINCT article_id FROM export_report),
    pairs AS (
        SELECT article_id, incident_id, true AS tells FROM telling SEMI JOIN wanted USING (article_id)
        UNION ALL
        SELECT a.article_id, r.incident_id, false
        FROM article a SEMI JOIN wanted USING (article_id) JOIN revision r ON r.field = 'report' AND r.old = a.url
    ), once AS (
        SELECT p.article_id, p.incident_id, bool_or(p.tells) AS tells, any_value(c.changed_at) AS changed_at
        FROM pairs p JOIN export_changed c ON c.incident_id = p.incident_id GROUP BY p.article_id, p.incident_id
    )
    SELECT article_id, list(incident_id ORDER BY incident_id) FILTER (tells) AS tells,
        list(incident_id ORDER BY incident_id) FILTER (NOT tells) AS told, max(changed_at) AS changed_at
    FROM once GROUP BY article_id
"""
REPORTS = f"""
    SELECT {", ".join(f"r.{name}" for name in REPORT)}, x.tells, x.told, x.changed_at
    FROM export_report r JOIN export_article x ON x.article_id = r.article_id
    WHERE r.number >= $first AND r.number < $after
    ORDER BY r.number, coalesce(r.published_at, r.fetched_at), r.article_id, r.version_id
"""  # noqa: S608
FACILITIES = """
    SELECT n.facility_id, coalesce(any_value(f.name), n.facility_id), any_value(f.facility_type), NULL,
        any_value(f.countries), any_value(f.operator), min(n.created_at), max(n.changed_at)
    FROM (
        SELECT unnest(i.facility_ids) AS facility_id, i.created_at, c.changed_at
        FROM incident i JOIN export_changed c ON c.incident_id = i.incident_id
    ) n LEFT JOIN facility f ON f.facility_id = n.facility_id
    GROUP BY n.facility_id ORDER BY n.facility_id
"""
ACTORS = """
    WITH kinds AS (
        SELECT name, mode(kind) AS kind, mode(country) AS country FROM event_actor GROUP BY name
    ), named AS (
        SELECT DISTINCT unnest(list_concat(i.actors, i.claimed_by)) AS name, i.incident_id, i.created_at, c.changed_at
        FROM incident i JOIN export_changed c ON c.incident_id = i.incident_id
    )
    SELECT n.name, n.name, any_value(k.kind), any_value(k.country), NULL, NULL, min(n.created_at), max(n.changed_at)
    FROM named n LEFT JOIN kinds k ON k.name = n.name GROUP BY n.name ORDER BY n.name
"""
