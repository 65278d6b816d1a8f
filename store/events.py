"""Events: which of them count now, and how the resolver gets them back as reports."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa

from nlp.records import Event, Quantity, Report
from store.codec import all_from_json, from_json
from store.database import Ledger, Row

# One row an event of `wanted_events`, with what article and publisher add. A copy counts as its original's: where the
# text was found to be another's, wire and family are that other's. Each table is cut down to these events before it is
# joined: else their words, a million rows of lists, would all be held in memory.
REPORT_COLUMNS = """
    e.event_id, e.article_id, e.record, e.quantities, v.published_at, v.fetched_at, a.source_id,
    CASE WHEN f.origin LIKE 'family:%' THEN substr(f.origin, 8) ELSE coalesce(s.family, a.source_id) END,
    CASE WHEN f.origin LIKE 'wire:%' THEN substr(f.origin, 6) ELSE f.wire END, sa.story_id, s.reliability, s.kind,
    w.words
"""
REPORT_WITH = """
    e AS MATERIALIZED (
        SELECT event_id, version_id, article_id, current, record, quantities FROM event
        WHERE event_id IN (SELECT event_id FROM wanted_events)
    ),
    v AS (
        SELECT version_id, published_at, fetched_at FROM article_version WHERE version_id IN (SELECT version_id FROM e)
    ),
    a AS (SELECT article_id, source_id FROM article WHERE article_id IN (SELECT article_id FROM e)),
    f AS (SELECT version_id, wire, origin FROM fingerprint WHERE version_id IN (SELECT version_id FROM e)),
    sa AS (SELECT article_id, story_id FROM story_article WHERE article_id IN (SELECT article_id FROM e)),
    w AS (SELECT version_id, words FROM article_words WHERE version_id IN (SELECT version_id FROM e))
"""
REPORT_TABLES = """
    e
    JOIN v ON v.version_id = e.version_id
    JOIN a ON a.article_id = e.article_id
    LEFT JOIN source s ON s.source_id = a.source_id
    LEFT JOIN f ON f.version_id = e.version_id
    LEFT JOIN sa ON sa.article_id = e.article_id
    LEFT JOIN w ON w.version_id = e.version_id
"""
REPORT_ORDER = "ORDER BY coalesce(v.published_at, v.fetched_at), e.event_id"


def make_report(row: Row) -> Report:
    """The record of one row of REPORT_COLUMNS."""
    return Report(
        event_id=row[0],
        article_id=row[1],
        event=from_json(Event, row[2]),
        quantities=all_from_json(Quantity, row[3]),
        published_at=row[4],
        fetched_at=row[5],
        source_id=row[6],
        family=row[7],
        wire=row[8],
        story_id=row[9],
        reliability=row[10] or "F",
        source_kind=row[11],
        words=tuple(row[12] or ()),
    )


def refresh_current_events(ledger: Ledger, article_ids: Iterable[str]) -> None:
    """Marks as current those events of the articles that their current version's newest annotation holds.

    As long as the current version could not be read, the events of the version before it go on counting.
    """
    rows = [(one,) for one in sorted(set(article_ids))]
    if not rows:
        return
    with ledger.batch({"article_id": pa.string()}, rows, "refreshed") as batch:
        ledger.execute(
            f"""
            WITH readable AS (
                SELECT v.article_id, v.version_id, n.model_key
                FROM article_version v
                JOIN annotation n ON n.version_id = v.version_id AND n.current
                WHERE v.current AND n.error IS NULL AND n.skipped IS DISTINCT FROM 'too_costly'
                  AND v.article_id IN (SELECT article_id FROM {batch})
            )
            UPDATE event SET current = NOT event.current
            FROM readable r
            WHERE event.article_id = r.article_id
              AND event.current <> (event.version_id = r.version_id AND event.model_key = r.model_key)
            """  # noqa: S608
        )
