"""The snapshot: everything that one briefing is written from."""

from __future__ import annotations

from datetime import datetime, timedelta

from nlp.records import Event
from store.claims import find_sentence
from store.codec import from_json
from store.database import Ledger
from store.records import Note, Quote, Snapshot, SourceHealth, WeekCount
from store.runs import get_run
from store.views import get_incidents

OPEN_DAYS = 30
WEEKS = 26
_NOTED = ("sanction", "legal_diplomatic", "market")
_CLOSED = ("restored", "retracted", "denied", "foiled")
_UNTOLD = ("merged", "dismissed")  # by an analyst: the one is told under another id, the other not at all
_HAPPENED = ("occurred", "ongoing", "partly_restored", "restored")


def get_snapshot(ledger: Ledger, *, now: datetime, since: datetime | None, run_id: str | None) -> Snapshot:
    """What is new and changed since the last briefing, what is open, and how the sources do."""
    new, changed, still_open = _find_incidents(ledger, now, since)
    total, articles_new, relevant_new = _count_articles(ledger, since)
    return Snapshot(
        generated_at=now,
        since=since,
        run=get_run(ledger, run_id) if run_id is not None else None,
        new=tuple(get_incidents(ledger, new)),
        changed=tuple(get_incidents(ledger, changed)),
        open=tuple(get_incidents(ledger, still_open)),
        notes=_get_notes(ledger, since),
        health=get_source_health(ledger, now=now, run_id=run_id),
        weeks=_get_weeks(ledger, now),
        articles_total=total,
        articles_new=articles_new,
        articles_relevant_new=relevant_new,
        languages_skipped=_get_languages(ledger, since),
        not_articles=_get_not_articles(ledger, run_id),
    )


def get_source_health(ledger: Ledger, *, now: datetime, run_id: str | None) -> tuple[SourceHealth, ...]:
    """How each listed feed has been doing; quiet means silent beyond three times its cadence."""
    found = ledger.rows(
        """
        WITH tonight AS (
            SELECT feed_url, count(DISTINCT article_id) FILTER (article_status IN ('new', 'changed')) AS articles,
                   count(*) FILTER (article_status = 'none' AND outcome <> 'not_modified') AS skipped
            FROM fetch_log WHERE run_id = $run AND kind = 'entry' GROUP BY feed_url
        )
        SELECT h.source_id, h.publisher, h.feed_url, h.outcome, h.reason, h.http_status, h.checked_at, h.succeeded_at,
               h.last_entry_at, h.failures,
               coalesce(date_diff('second', coalesce(h.last_entry_at, t.first_checked_at), $now::TIMESTAMPTZ)
                   > 3 * 3600 * h.cadence_hours, false),
               h.articles, coalesce(n.articles, 0), coalesce(n.skipped, 0), h.disabled
        FROM main.source_health h
        LEFT JOIN feed_state t ON t.feed_url = h.feed_url
        LEFT JOIN tonight n ON n.feed_url = h.feed_url
        WHERE h.listed ORDER BY h.source_id, h.feed_url
        """,
        {"run": run_id, "now": now},
    )
    return tuple(
        SourceHealth(
            source_id=row[0],
            publisher=row[1],
            feed_url=row[2],
            outcome=row[3],
            reason=row[4],
            http_status=row[5],
            checked_at=row[6],
            succeeded_at=row[7],
            last_entry_at=row[8],
            failures=row[9],
            quiet=row[10],
            articles=row[11],
            articles_this_run=row[12],
            skipped_this_run=row[13],
            disabled=row[14],
        )
        for row in found
    )


def _find_incidents(ledger: Ledger, now: datetime, since: datetime | None) -> tuple[list[str], list[str], list[str]]:
    found = ledger.rows(
        """
        SELECT i.incident_id,
               $since::TIMESTAMPTZ IS NULL OR i.created_at > $since AS fresh,
               i.incident_id IN (
                   SELECT incident_id FROM revision WHERE revised_at > $since AND field <> 'verdict'
               ) AS revised
        FROM incident i
        WHERE NOT list_contains($untold, i.status)
          AND (fresh OR revised OR (i.last_reported_at >= $open AND NOT list_contains($closed, i.status)))
        ORDER BY coalesce(i.occurred_on, i.first_reported_at::DATE) DESC, i.incident_id
        """,
        {"since": since, "open": now - timedelta(days=OPEN_DAYS), "closed": list(_CLOSED), "untold": list(_UNTOLD)},
    )
    return (
        [row[0] for row in found if row[1]],
        [row[0] for row in found if not row[1] and row[2]],
        [row[0] for row in found if not row[1] and not row[2]],
    )


def _get_notes(ledger: Ledger, since: datetime | None) -> tuple[Note, ...]:
    found = ledger.rows(
        """
        SELECT e.record, v.title, v.text, a.article_id, v.version_id, a.url, coalesce(s.publisher, a.source_id),
               coalesce(s.family, a.source_id), a.source_id, v.published_at
        FROM event e
        JOIN article_version v ON v.version_id = e.version_id
        JOIN article a ON a.article_id = e.article_id
        LEFT JOIN source s ON s.source_id = a.source_id
        LEFT JOIN annotation n ON n.version_id = e.version_id AND n.model_key = e.model_key
        LEFT JOIN run r ON r.run_id = n.run_id
        LEFT JOIN stored.verdict c ON c.version_id = e.version_id
        WHERE e.current AND list_contains($noted, e.event_type) AND c.relevant IS DISTINCT FROM false
          -- Of an article that is new, or was read for the first time only now.
          AND ($since::TIMESTAMPTZ IS NULL OR v.stored_at > $since OR (r.started_at > $since AND NOT EXISTS (
              SELECT 1 FROM annotation o WHERE o.version_id = e.version_id AND o.model_key <> e.model_key)))
        QUALIFY row_number() OVER (PARTITION BY e.article_id, e.event_type ORDER BY e.ordinal) = 1
        ORDER BY coalesce(v.published_at, v.fetched_at), a.article_id, e.ordinal
        """,
        {"noted": list(_NOTED), "since": since},
    )
    notes = []
    for record, title, text, article_id, version_id, url, publisher, family, source_id, published_at in found:
        event = from_json(Event, record)
        span = event.evidence[0] if event.evidence else event.trigger.span
        body = title if span.where == "title" else text
        start, end = (span.start, span.end) if event.evidence else find_sentence(body, span.start, span.end)
        quote = Quote(
            article_id=article_id,
            version_id=version_id,
            url=url,
            publisher=publisher,
            family=family,
            source_id=source_id,
            published_at=published_at,
            where=span.where,
            sentence=body[start:end],
            start=start,
            end=end,
        )
        notes.append(
            Note(event_type=event.event_type, factuality=event.factuality, quote=quote, countries=event.countries)
        )
    return tuple(notes)


def _get_weeks(ledger: Ledger, now: datetime) -> tuple[WeekCount, ...]:
    found = ledger.rows(
        """
        SELECT date_trunc('week', occurred_on)::DATE AS week, event_type, count(*)
        FROM incident
        WHERE list_contains($happened, status) AND incident_id NOT IN (SELECT incident_id FROM stored.part)
          AND occurred_on > $first AND occurred_on <= $last
        GROUP BY week, event_type ORDER BY week, event_type
        """,
        {"happened": list(_HAPPENED), "first": now.date() - timedelta(weeks=WEEKS), "last": now.date()},
    )
    return tuple(WeekCount(week=row[0], event_type=row[1], incidents=row[2]) for row in found)


def _count_articles(ledger: Ledger, since: datetime | None) -> tuple[int, int, int]:
    row = ledger.row(
        """
        WITH seen AS (
            SELECT a.article_id, $since::TIMESTAMPTZ IS NULL OR a.created_at > $since AS fresh FROM article a
        )
        SELECT count(*), count(*) FILTER (s.fresh), count(*) FILTER (s.fresh AND n.relevant)
        FROM seen s
        LEFT JOIN article_version v ON v.article_id = s.article_id AND v.current
        LEFT JOIN stored.judgement n ON n.version_id = v.version_id
        """,
        {"since": since},
    )
    return (row[0], row[1], row[2]) if row else (0, 0, 0)


def _get_languages(ledger: Ledger, since: datetime | None) -> tuple[tuple[str, int], ...]:
    found = ledger.rows(
        """
        SELECT coalesce(n.language, v.language, 'und') AS code, count(*)
        FROM article a
        JOIN article_version v ON v.article_id = a.article_id AND v.current
        JOIN annotation n ON n.version_id = v.version_id AND n.current AND n.skipped = 'language'
        WHERE $since::TIMESTAMPTZ IS NULL OR a.created_at > $since
        GROUP BY code ORDER BY count(*) DESC, code
        """,
        {"since": since},
    )
    return tuple((row[0], row[1]) for row in found)


def _get_not_articles(ledger: Ledger, run_id: str | None) -> tuple[tuple[str, str, str], ...]:
    found = ledger.rows(
        "SELECT DISTINCT url, outcome, reason FROM fetch_log WHERE run_id = ? AND kind = 'entry' "
        "AND article_status = 'none' AND outcome <> 'not_modified' ORDER BY url, outcome, reason",
        [run_id],
    )
    return tuple((row[0], row[1], row[2]) for row in found)
