"""What the search for copies and stories needs of earlier nights, and where its findings are kept."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from nlp.fingerprint import BANDS, ROWS, bands_of
from nlp.stories import STALE_AFTER, StoryAssignment, StoryState, StoryText
from store.database import Ledger, places
from store.tellings import refresh_origins

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
        """
        SELECT v.version_id, coalesce(s.family, a.source_id), coalesce(v.published_at, v.fetched_at) AS told_at
        FROM article_version v ANTI JOIN fingerprint f ON f.version_id = v.version_id
        JOIN article a ON a.article_id = v.article_id LEFT JOIN source s ON s.source_id = a.source_id
        WHERE v.current ORDER BY told_at, v.version_id
        """
    )
    for first in range(0, len(waiting), _READ_AT_ONCE):
        part = waiting[first : first + _READ_AT_ONCE]
        ids = [row[0] for row in part]
        # Of one table alone: a join would cost three times as much, for each part again.
        texts = {
            row[0]: row[1:]
            for row in ledger.rows(
                f"SELECT version_id, title, text, authors FROM article_version WHERE version_id IN ({places(ids)})",  # noqa: S608
                ids,
            )
        }
        for version_id, family, told_at in part:
            title, text, authors = texts[version_id]
            yield UnreadCopy(
                version_id=version_id, title=title, text=text, authors=tuple(authors), family=family, told_at=told_at
            )


def get_fingerprints(
    ledger: Ledger, since: datetime, *, like: Sequence[tuple[int, ...]] | None = None
) -> list[Fingerprint]:
    """The fingerprints of the versions told since then, earliest first: the originals that a copy is looked for in.

    With `like`, only those that agree with one of these digests in a band: no other can be found to be its original.
    """
    alike = ""
    wanted = [] if like is None else sorted({key for digest in like for key in bands_of(digest)})
    if like is not None:
        alike = f"""
            AND d.version_id IN (
                SELECT o.version_id FROM (
                    SELECT version_id, band, list_slice(digest, {ROWS} * band + 1, {ROWS} * band + {ROWS}) AS part
                    FROM copy_digest, range({BANDS}) AS every(band) WHERE told_at >= $since
                ) o SEMI JOIN bands b ON b.band = o.band AND b.part = o.part
            )
        """  # noqa: S608
    with ledger.batch({"band": pa.int64(), "part": pa.list_(pa.uint64())}, [(n, list(p)) for n, p in wanted], "bands"):
        found = ledger.rows(
            f"SELECT d.version_id, f.wire, f.origin, d.digest FROM copy_digest d "  # noqa: S608
            f"JOIN fingerprint f ON f.version_id = d.version_id WHERE d.told_at >= $since {alike} "
            "ORDER BY d.told_at, d.version_id",
            {"since": since},
        )
    return [Fingerprint(version_id=row[0], wire=row[1], origin=row[2], digest=tuple(row[3])) for row in found]


def add_fingerprints(ledger: Ledger, fingerprints: Sequence[Fingerprint]) -> None:
    """Stores fingerprints; a version that has one keeps it."""
    columns = {
        "version_id": pa.string(), "wire": pa.string(), "origin": pa.string(), "digest": pa.list_(pa.uint64()),
    }  # fmt: skip
    rows = [(one.version_id, one.wire, one.origin, list(one.digest)) for one in fingerprints]
    if not rows:
        return
    with ledger.transaction(), ledger.batch(columns, rows) as batch:
        ledger.execute(
            f"""
            INSERT INTO copy_digest
            SELECT b.version_id, coalesce(v.published_at, v.fetched_at), b.digest
            FROM {batch} b ANTI JOIN fingerprint f ON f.version_id = b.version_id
            JOIN article_version v ON v.version_id = b.version_id
            WHERE len(b.digest) > 0 ORDER BY 2, 1
            """  # noqa: S608
        )
        ledger.execute(
            f"INSERT INTO fingerprint SELECT version_id, wire, origin FROM {batch} ON CONFLICT DO NOTHING"  # noqa: S608
        )
        refresh_origins(ledger, [one.version_id for one in fingerprints])


def drop_digests(ledger: Ledger, before: datetime) -> None:
    """Forgets the digests of versions told before then: nothing is compared with them any more."""
    ledger.execute("DELETE FROM copy_digest WHERE told_at < ?", [before])


def get_unstoried(ledger: Ledger) -> list[StoryText]:
    """The relevant articles that are in no story yet, as their current version tells them; ids are article ids."""
    # Which first, then their texts: in one statement the texts of all articles would be read.
    waiting = ledger.rows(
        """
        SELECT v.version_id FROM article_version v
        JOIN stored.judgement n ON n.version_id = v.version_id AND n.relevant
        ANTI JOIN story_article sa ON sa.article_id = v.article_id
        WHERE v.current ORDER BY coalesce(v.published_at, v.fetched_at), v.article_id
        """
    )
    found: list[StoryText] = []
    for first in range(0, len(waiting), _READ_AT_ONCE):
        part = [row[0] for row in waiting[first : first + _READ_AT_ONCE]]
        rows = ledger.rows(
            "SELECT article_id, title, left(text, 4000), coalesce(published_at, fetched_at) AS told_at "  # noqa: S608
            f"FROM article_version WHERE version_id IN ({places(part)}) ORDER BY told_at, article_id",
            part,
        )
        found += [StoryText(id=row[0], title=row[1], text=row[2], told_at=row[3]) for row in rows]
    return found


def get_story_states(ledger: Ledger, since: datetime, *, near: Sequence[datetime] | None = None) -> list[StoryState]:
    """The stories that had an article since then; with `near`, those that are not stale at one of these moments."""
    windows: list[tuple[datetime, datetime]] = []
    for moment in sorted(near or ()):
        low, high = moment - STALE_AFTER, moment + STALE_AFTER
        if windows and low <= windows[-1][1]:
            windows[-1] = (windows[-1][0], high)
        else:
            windows.append((low, high))
    close = " OR ".join(["last_told_at BETWEEN ? AND ?"] * len(windows)) if near is not None else "true"
    return [
        StoryState(
            id=row[0],
            centroid=tuple((str(term), float(weight)) for term, weight in json.loads(row[1])),
            articles=row[2],
            last_told_at=row[3],
        )
        for row in ledger.rows(
            "SELECT story_id, centroid, articles, last_told_at FROM story "  # noqa: S608
            f"WHERE last_told_at >= ? AND ({close or 'false'}) ORDER BY story_id",
            [since, *(moment for window in windows for moment in window)],
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
