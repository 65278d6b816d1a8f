"""Notes: what is told of policy and markets, with the words that tell it and what else its article tells."""

from __future__ import annotations

from datetime import datetime

from nlp.records import Event
from store.claims import find_sentence
from store.codec import from_json
from store.database import Ledger, Row
from store.records import Note, Quote

NOTED = ("sanction", "legal_diplomatic", "market")


def get_notes(ledger: Ledger, *, until: datetime, since: datetime | None) -> tuple[Note, ...]:
    """One note an article and type, of the articles that came, or were first read, in the period."""
    found = ledger.rows(
        """
        WITH told AS (SELECT article_id, list(DISTINCT incident_id ORDER BY incident_id) AS ids FROM telling
                      GROUP BY article_id)
        SELECT e.record, v.title, v.text, a.article_id, v.version_id, a.url, coalesce(s.publisher, a.source_id),
               coalesce(s.family, a.source_id), a.source_id, v.published_at, sa.story_id, n.relevance,
               coalesce(t.ids, []), f.incident_id
        FROM event e
        JOIN article_version v ON v.version_id = e.version_id
        JOIN article a ON a.article_id = e.article_id
        LEFT JOIN source s ON s.source_id = a.source_id
        LEFT JOIN annotation n ON n.version_id = e.version_id AND n.model_key = e.model_key
        LEFT JOIN run r ON r.run_id = n.run_id
        LEFT JOIN stored.verdict c ON c.version_id = e.version_id
        LEFT JOIN story_article sa ON sa.article_id = a.article_id
        LEFT JOIN told t ON t.article_id = a.article_id
        LEFT JOIN follow_up f ON f.article_id = a.article_id
        WHERE e.current AND list_contains($noted, e.event_type) AND c.relevant IS DISTINCT FROM false
          AND v.stored_at <= $until AND NOT list_contains(v.flags, 'backfill')
          -- Of an article that is new, or was read for the first time only now.
          AND ($since::TIMESTAMPTZ IS NULL OR v.stored_at > $since
               OR (r.started_at > $since AND r.started_at <= $until AND NOT EXISTS (
                   SELECT 1 FROM annotation o WHERE o.version_id = e.version_id AND o.model_key <> e.model_key)))
        QUALIFY row_number() OVER (PARTITION BY e.article_id, e.event_type ORDER BY e.ordinal) = 1
        ORDER BY coalesce(v.published_at, v.fetched_at), a.article_id, e.ordinal
        """,
        {"noted": list(NOTED), "since": since, "until": until},
    )
    return tuple(_note(row) for row in found)


def _note(row: Row) -> Note:
    record, title, text, *about, story_id, relevance, tells, follows = row
    event = from_json(Event, record)
    span = event.evidence[0] if event.evidence else event.trigger.span
    body = title if span.where == "title" else text
    start, end = (span.start, span.end) if event.evidence else find_sentence(body, span.start, span.end)

    def quote(where: str, words: str, at: int) -> Quote:
        article_id, version_id, url, publisher, family, source_id, published_at = about
        return Quote(
            article_id=article_id,
            version_id=version_id,
            url=url,
            publisher=publisher,
            family=family,
            source_id=source_id,
            published_at=published_at,
            where=where,
            sentence=words,
            start=at,
            end=at + len(words),
        )

    first = len(text) - len(text.lstrip())
    lead = find_sentence(text, first, min(first + 1, len(text)))
    return Note(
        event_type=event.event_type,
        factuality=event.factuality,
        quote=quote(span.where, body[start:end], start),
        countries=event.countries,
        title=quote("title", title, 0) if title.strip() else None,
        lead=quote("text", text[lead[0] : lead[1]], lead[0]) if text.strip() else None,
        story_id=story_id,
        relevance=relevance,
        tells=tuple(tells),
        follows=follows,
    )
