"""What the search for copies and stories needs of earlier nights, and where its findings are kept."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from nlp.stories import StoryAssignment, StoryState, StoryText
from store.database import Ledger, places

_READ_AT_ONCE = 64  # texts held in memory


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadCopy:
    """One article version whose origin is not decided yet."""

    version_id: str
    title: str
    text: str
    authors: tuple[str, ...]
    family: str  # the publisher's
    told_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """What tells an article version from copies of it, and whose words it is."""

    version_id: str
    wire: str | None
    origin: str  # wire:<agency> or family:<slug>
    digest: tuple[int, ...]


def get_unfingerprinted(ledger: Ledger) -> Iterator[UnreadCopy]:
    """The current versions whose origin is not decided yet, in the order in which they were told."""
    waiting = ledger.rows(
        "SELECT v.version_id FROM article_version v ANTI JOIN fingerprint f ON f.version_id = v.version_id "
        "WHERE v.current ORDER BY coalesce(v.published_at, v.fetched_at), v.version_id"
    )
    for first in range(0, len(waiting), _READ_AT_ONCE):
        part = [row[0] for row in waiting[first : first + _READ_AT_ONCE]]
        rows = ledger.rows(
            f"""
            SELECT v.version_id, v.title, v.text, v.authors, coalesce(s.family, a.source_id),
                   coalesce(v.published_at, v.fetched_at) AS told_at
            FROM article_version v JOIN article a ON a.article_id = v.article_id
            LEFT JOIN source s ON s.source_id = a.source_id
            WHERE v.version_id IN ({places(part)}) ORDER BY told_at, v.version_id
            """,  # noqa: S608
            part,
        )
        for version_id, title, text, authors, family, told_at in rows:
            yield UnreadCopy(
                version_id=version_id, title=title, text=text, authors=tuple(authors), family=family, told_at=told_at
            )


def get_fingerprints(ledger: Ledger, since: datetime) -> list[Fingerprint]:
    """The fingerprints of the versions told since then, earliest first: the originals that a copy is looked for in."""
    return [
        Fingerprint(version_id=row[0], wire=row[1], origin=row[2], digest=tuple(row[3]))
        for row in ledger.rows(
            "SELECT f.version_id, f.wire, f.origin, f.digest FROM fingerprint f "
            "JOIN article_version v ON v.version_id = f.version_id WHERE coalesce(v.published_at, v.fetched_at) >= ? "
            "ORDER BY coalesce(v.published_at, v.fetched_at), f.version_id",
            [since],
        )
    ]


def add_fingerprints(ledger: Ledger, fingerprints: Sequence[Fingerprint]) -> None:
    """Stores fingerprints; a version that has one keeps it."""
    columns = {
        "version_id": pa.string(), "wire": pa.string(), "origin": pa.string(), "digest": pa.list_(pa.uint64()),
    }  # fmt: skip
    with ledger.transaction():
        ledger.insert(
            "fingerprint",
            columns,
            [(one.version_id, one.wire, one.origin, list(one.digest)) for one in fingerprints],
            new_only=True,
        )


def get_unstoried(ledger: Ledger) -> list[StoryText]:
    """The relevant articles that are in no story yet, as their current version tells them; ids are article ids."""
    return [
        StoryText(id=row[0], title=row[1], text=row[2], told_at=row[3])
        for row in ledger.rows(
            """
            SELECT v.article_id, v.title, left(v.text, 4000), coalesce(v.published_at, v.fetched_at) AS told_at
            FROM article_version v
            JOIN stored.judgement n ON n.version_id = v.version_id AND n.relevant
            ANTI JOIN story_article sa ON sa.article_id = v.article_id
            WHERE v.current ORDER BY told_at, v.article_id
            """
        )
    ]


def get_story_states(ledger: Ledger, since: datetime) -> list[StoryState]:
    """The stories that had an article since then."""
    return [
        StoryState(
            id=row[0],
            centroid=tuple((str(term), float(weight)) for term, weight in json.loads(row[1])),
            articles=row[2],
            last_told_at=row[3],
        )
        for row in ledger.rows(
            "SELECT story_id, centroid, articles, last_told_at FROM story WHERE last_told_at >= ? ORDER BY story_id",
            [since],
        )
    ]


def add_story_assignments(
    ledger: Ledger, assignments: Sequence[StoryAssignment], states: Sequence[StoryState], run_id: str
) -> None:
    """Stores which articles joined which story and the changed stories' new states, in one transaction."""
    members = {"article_id": pa.string(), "story_id": pa.string(), "similarity": pa.float64(), "run_id": pa.string()}
    columns = {
        "story_id": pa.string(), "centroid": pa.string(), "articles": pa.int32(),
        "last_told_at": pa.timestamp("us", "UTC"), "created_run_id": pa.string(),
    }  # fmt: skip
    rows = [
        (one.id, json.dumps(one.centroid, ensure_ascii=False), one.articles, one.last_told_at, run_id) for one in states
    ]
    with ledger.transaction():
        ledger.insert(
            "story_article",
            members,
            [(one.article_id, one.story_id, one.similarity, run_id) for one in assignments],
            new_only=True,
        )
        with ledger.batch(columns, rows) as batch:
            ledger.execute(
                f"INSERT INTO story BY NAME SELECT * FROM {batch} ON CONFLICT (story_id) DO UPDATE SET "  # noqa: S608
                "centroid = excluded.centroid, articles = excluded.articles, last_told_at = excluded.last_told_at"
            )
