"""Articles without a happening of their own: which wait for an incident to follow up, and which follow one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import pyarrow as pa

from nlp.likeness import LEAD_CHARACTERS, telling_words
from nlp.pairing import RESOLVED_FACTUALITIES
from nlp.records import HAPPENINGS, FollowUp
from nlp.resolve import FOLLOW_RELEVANCE, Following
from store.database import Ledger, places

PATIENCE = timedelta(days=5)  # an article that was like no incident is compared again as long as its news is fresh
_READ_AT_ONCE = 64  # texts held in memory
_WORDS = {"version_id": pa.string(), "words": pa.list_(pa.string())}
_FOLLOW_UP = {
    "article_id": pa.string(), "version_id": pa.string(), "incident_id": pa.string(), "score": pa.float64(),
    "reason": pa.string(), "compared_at": pa.timestamp("us", "UTC"), "run_id": pa.string(),
}  # fmt: skip


def get_waiting(ledger: Ledger, *, now: datetime, again: bool) -> dict[str, FollowUp]:
    """The articles that tell no incident and follow none up yet, by the id of their current version.

    Those that were compared before only `again`, where there is something new to compare them with, and as long as
    their news is fresh; what followed up an incident that nobody tells any more waits again.
    """
    # Which first, then their words: in one statement the texts of all articles would be read.
    rows = ledger.rows(
        """
        SELECT v.version_id, v.article_id, coalesce(v.published_at, v.fetched_at) AS told_at, sa.story_id
        FROM article_version v
        JOIN stored.judgement n ON n.version_id = v.version_id
        ANTI JOIN (
            SELECT version_id FROM event
            WHERE current AND list_contains($types, event_type) AND list_contains($gradings, factuality)
        ) e ON e.version_id = v.version_id
        LEFT JOIN follow_up f ON f.article_id = v.article_id
        LEFT JOIN incident i ON i.incident_id = f.incident_id
        LEFT JOIN story_article sa ON sa.article_id = v.article_id
        WHERE v.current AND n.error IS NULL AND n.skipped IS NULL
          AND (n.relevant OR (n.review_id IS NULL AND n.relevance >= $relevance))
          AND (
            f.article_id IS NULL OR f.version_id <> v.version_id
            OR ($again AND (f.incident_id IS NULL OR i.status = 'retracted')
                AND coalesce(v.published_at, v.fetched_at) BETWEEN $now - $patience AND $now)
          )
        ORDER BY told_at, v.version_id
        """,
        {
            "types": sorted(HAPPENINGS),
            "gradings": sorted(RESOLVED_FACTUALITIES),
            "patience": PATIENCE,
            "now": now,
            "again": again,
            "relevance": FOLLOW_RELEVANCE,
        },
    )
    ids = [row[0] for row in rows]
    facilities, countries = _get_mentioned(ledger, ids)
    words = make_words(ledger, ids)
    return {
        row[0]: FollowUp(
            article_id=row[1], told_at=row[2], story_id=row[3], words=words[row[0]],
            facility_ids=frozenset(facilities[row[0]]), countries=frozenset(countries[row[0]]),
        )
        for row in rows
    }  # fmt: skip


def get_follow_ups(ledger: Ledger, incident_ids: Iterable[str]) -> dict[str, tuple[FollowUp, ...]]:
    """What follows these incidents up already, with its words."""
    wanted = [(one,) for one in sorted(set(incident_ids))]
    found: dict[str, list[FollowUp]] = defaultdict(list)
    with ledger.batch({"incident_id": pa.string()}, wanted, "followed") as batch:
        for incident_id, article_id, told_at, words in ledger.rows(
            f"""
            SELECT f.incident_id, f.article_id, coalesce(v.published_at, v.fetched_at), w.words
            FROM follow_up f JOIN article_version v ON v.version_id = f.version_id AND v.current
            LEFT JOIN article_words w ON w.version_id = f.version_id
            WHERE f.incident_id IN (SELECT incident_id FROM {batch}) ORDER BY f.article_id
            """  # noqa: S608
        ):
            found[incident_id].append(FollowUp(article_id=article_id, told_at=told_at, words=tuple(words or ())))
    return {incident_id: tuple(follow_ups) for incident_id, follow_ups in found.items()}


def make_words(ledger: Ledger, version_ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The telling words of these versions, from their texts."""
    wanted = sorted(set(version_ids))
    words = {}
    for first in range(0, len(wanted), _READ_AT_ONCE):
        part = wanted[first : first + _READ_AT_ONCE]
        for version_id, title, lead in ledger.rows(
            f"SELECT version_id, title, left(text, {LEAD_CHARACTERS}) FROM article_version "  # noqa: S608
            f"WHERE version_id IN ({places(part)})",
            part,
        ):
            words[version_id] = telling_words(title, lead)
    return words


def add_words(ledger: Ledger, run_id: str) -> None:
    """Keeps the telling words of the articles that this run has linked with an incident, for the nights to come."""
    rows = ledger.rows(
        """
        SELECT DISTINCT version_id FROM (
            SELECT e.version_id FROM incident_event ie JOIN event e ON e.event_id = ie.event_id
            WHERE ie.run_id = $run_id
            UNION ALL SELECT version_id FROM follow_up WHERE run_id = $run_id AND incident_id IS NOT NULL
        ) ANTI JOIN article_words USING (version_id) ORDER BY version_id
        """,
        {"run_id": run_id},
    )
    words = make_words(ledger, [row[0] for row in rows])
    ledger.insert("article_words", _WORDS, [(row[0], list(words[row[0]])) for row in rows])


def add_followings(
    ledger: Ledger, waiting: dict[str, FollowUp], followings: Sequence[Following], run_id: str, now: datetime
) -> None:
    """Keeps which incident each waiting article follows up, or that it was like none; what is known stays as it is."""
    told = {one.article_id: one for one in followings}
    articles = [(one.article_id,) for one in waiting.values()]
    with ledger.batch({"article_id": pa.string()}, articles, "compared") as batch:
        known = {
            row[0]: row[1:]
            for row in ledger.rows(
                f"SELECT article_id, version_id, incident_id FROM follow_up "  # noqa: S608
                f"WHERE article_id IN (SELECT article_id FROM {batch})"
            )
        }
    rows = []
    for version_id, follow_up in waiting.items():
        one = told.get(follow_up.article_id)
        found = (None, None, None) if one is None else (one.incident_id, one.score, one.reason)
        if known.get(follow_up.article_id) != (version_id, found[0]):
            rows.append((follow_up.article_id, version_id, *found, now, run_id))
    # What has come to tell an incident itself follows none up.
    ledger.execute(
        "DELETE FROM follow_up WHERE article_id IN (SELECT e.article_id FROM incident_event ie "
        "JOIN event e ON e.event_id = ie.event_id WHERE ie.run_id = ? AND ie.current AND e.current)",
        [run_id],
    )
    if rows:
        with ledger.batch(_FOLLOW_UP, rows) as batch:
            ledger.execute(f"DELETE FROM follow_up WHERE article_id IN (SELECT article_id FROM {batch})")  # noqa: S608
            ledger.execute(f"INSERT INTO follow_up BY NAME SELECT * FROM {batch}")  # noqa: S608
    add_words(ledger, run_id)


def _get_mentioned(ledger: Ledger, version_ids: Sequence[str]) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    facilities: dict[str, set[str]] = defaultdict(set)
    countries: dict[str, set[str]] = defaultdict(set)
    with ledger.batch({"version_id": pa.string()}, [(one,) for one in version_ids], "mentioning") as batch:
        for version_id, facility_id, country in ledger.rows(
            f"""
            SELECT DISTINCT m.version_id, m.facility_id, m.country FROM mention m
            JOIN annotation n ON n.version_id = m.version_id AND n.model_key = m.model_key AND n.current
            WHERE m.version_id IN (SELECT version_id FROM {batch})
            """  # noqa: S608
        ):
            if facility_id is not None:
                facilities[version_id].add(facility_id)
            if country is not None:
                countries[version_id].add(country)
    return facilities, countries
