"""The snapshot: everything that one briefing is written from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from nlp.lifecycle import AHEAD, GOING_ON, UNDERWAY
from store.counting import count_weeks, get_counted, get_discussed, get_watched
from store.coverage import (
    count_articles,
    get_expected,
    get_languages,
    get_models,
    get_not_articles,
    get_past_health,
    get_source_health,
)
from store.database import Ledger
from store.hindsight import as_known, get_arrivals
from store.imports import get_backfilled
from store.notes import get_notes
from store.records import IncidentView, Snapshot
from store.runs import get_run
from store.views import get_incidents

OPEN_DAYS = 30
_CLOSED = ("restored", "retracted", "denied", "foiled")
_MERGED = ("merged",)  # by an analyst: told under another id
_DISMISSED = ("dismissed",)


def get_snapshot(
    ledger: Ledger, *, now: datetime, since: datetime | None, run_id: str | None, past: bool = False
) -> Snapshot:
    """What is new and changed from `since` to `now`, what is open, and how the sources do.

    `past`: the period ended before now, so that incidents are told as they were known then (store/hindsight.py) and
    sources by what the fetch log keeps of it.
    """
    new, changed, still_open, others = _find_incidents(ledger, now, since)
    old_news = get_backfilled(ledger, [*new, *changed])
    new, changed = ([one for one in ids if one not in old_news] for ids in (new, changed))
    total, articles_new, relevant_new = count_articles(ledger, until=now, since=since)
    watched, record_since = get_watched(ledger, until=now, since=since)
    counted = get_counted(ledger, until=now, since=since)
    return Snapshot(
        generated_at=now,
        since=since,
        run=get_run(ledger, run_id) if run_id is not None else None,
        new=_views(ledger, new, now, past),
        changed=_views(ledger, changed, now, past),
        open=_views(ledger, still_open, now, past),
        notes=get_notes(ledger, until=now, since=since),
        health=(
            get_past_health(ledger, since=since, until=now)
            if past and since is not None
            else get_source_health(ledger, now=now, run_id=run_id)
        ),
        weeks=count_weeks(counted, now.date()),
        articles_total=total,
        articles_new=articles_new,
        articles_relevant_new=relevant_new,
        languages_skipped=get_languages(ledger, until=now, since=since),
        not_articles=get_not_articles(ledger, run_id=run_id, until=now, since=since),
        others=others,
        old_news=len(old_news),
        counted=counted,
        watched=watched,
        record_since=record_since,
        discussed=get_discussed(ledger, until=now, since=since),
        expected=get_expected(ledger, until=now, since=since),
        models=get_models(ledger, until=now, since=since),
    )


def _views(ledger: Ledger, ids: Sequence[str], until: datetime, past: bool) -> tuple[IncidentView, ...]:
    views = get_incidents(ledger, ids)
    if not past:
        return tuple(views)
    arrived = get_arrivals(ledger, views)
    return tuple(as_known(view, until, arrived) for view in views)


def _find_incidents(
    ledger: Ledger, until: datetime, since: datetime | None
) -> tuple[list[str], list[str], list[str], int]:
    """The ids of what is new, of what changed and of what may be open, and how many others happened lately.

    A whole has changed where one of its parts is new or changed. Of the thousands of incidents that happened in a
    month, only those of which a word says that they go on, last or lie ahead are read; the others are counted.
    """
    found = ledger.rows(
        """
        WITH stirred AS (
            SELECT DISTINCT incident_id FROM revision
            WHERE revised_at > $since AND revised_at <= $until AND field <> 'verdict'
        ), moved AS (
            SELECT incident_id FROM stirred
            UNION
            SELECT p.parent_id FROM stored.part p JOIN incident c ON c.incident_id = p.incident_id
            LEFT JOIN stirred s ON s.incident_id = p.incident_id
            WHERE c.created_at <= $until AND (c.created_at > $since OR s.incident_id IS NOT NULL)
        ), thrown AS (
            SELECT DISTINCT incident_id FROM revision
            WHERE revised_at > $since AND revised_at <= $until AND field = 'status' AND list_contains($dismissed, new)
        ), later AS (SELECT DISTINCT incident_id FROM revision WHERE revised_at > $until AND field = 'status'),
        known AS (
            SELECT i.*, $since::TIMESTAMPTZ IS NULL OR i.created_at > $since AS fresh,
                   m.incident_id IS NOT NULL AS revised, l.incident_id IS NOT NULL AS moved_since,
                   p.incident_id IS NOT NULL AS is_part
            FROM incident i LEFT JOIN moved m ON m.incident_id = i.incident_id
            LEFT JOIN later l ON l.incident_id = i.incident_id
            LEFT JOIN stored.part p ON p.incident_id = i.incident_id
            WHERE i.created_at <= $until AND NOT list_contains($merged, i.status)
        ), lately AS (
            SELECT * FROM known
            WHERE NOT fresh AND NOT revised AND NOT is_part AND NOT list_contains($dismissed, status)
              AND (moved_since OR NOT list_contains($closed, status))
              AND (last_reported_at >= $open
                   OR (list_contains($ahead, status) AND coalesce(occurred_until, occurred_on) >= $until::DATE))
        ), lasts AS (
            SELECT ie.incident_id, max(coalesce(c.maximum, c.minimum)
                * CASE c.unit WHEN 'day' THEN 1 WHEN 'hour' THEN 1 / 24.0 ELSE 0 END) AS days
            FROM incident_event ie SEMI JOIN lately y ON y.incident_id = ie.incident_id
            JOIN claim c ON c.event_id = ie.event_id AND c.field = 'duration' AND NOT c.superseded
            WHERE ie.current GROUP BY ie.incident_id
        ), standing AS (
            SELECT y.*, moved_since OR list_contains($going, status) OR list_contains($ahead, status)
                OR list_contains($ahead, factuality)
                OR coalesce(occurred_on, first_reported_at::DATE) + coalesce(s.days, 0)::INTEGER >= $until::DATE
                   AND s.days > 0 AS may_last
            FROM lately y LEFT JOIN lasts s ON s.incident_id = y.incident_id
        )
        SELECT incident_id, role FROM (
            SELECT incident_id, CASE WHEN fresh THEN 'new' ELSE 'changed' END AS role, occurred_on, first_reported_at
            FROM known
            WHERE CASE WHEN list_contains($dismissed, status)
                  THEN NOT fresh AND incident_id IN (SELECT incident_id FROM thrown) ELSE fresh OR revised END
            UNION ALL
            SELECT incident_id, 'open', occurred_on, first_reported_at FROM standing WHERE may_last
            UNION ALL
            SELECT incident_id, 'other', occurred_on, first_reported_at FROM standing
            WHERE NOT coalesce(may_last, false) AND list_contains($happened, status)
        ) ORDER BY coalesce(occurred_on, first_reported_at::DATE) DESC, incident_id
        """,
        {
            "since": since,
            "until": until,
            "open": until - timedelta(days=OPEN_DAYS),
            "closed": list(_CLOSED),
            "merged": list(_MERGED),
            "dismissed": list(_DISMISSED),
            "going": sorted(GOING_ON),
            "ahead": sorted(AHEAD),
            "happened": sorted(UNDERWAY),
        },
    )
    ids: dict[str, list[str]] = {"new": [], "changed": [], "open": [], "other": []}
    for row in found:
        ids[row[1]].append(row[0])
    return ids["new"], ids["changed"], ids["open"], len(ids["other"])
