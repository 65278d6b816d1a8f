"""Imported files: how far each was read, and their articles in bulk, versions in the order of their capture."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import pyarrow as pa

from crawler.records import Article, Source
from store.articles import (
    ARTICLE_COLUMNS,
    VERSION_COLUMNS,
    ArticleStatus,
    make_article_id,
    make_version_id,
    make_version_row,
)
from store.database import Ledger, Row, hash_id, places
from store.events import refresh_current_events

MOST_FAULTS = 1000  # of a file that are kept with their place; all are counted

_TEXT, _COUNT, _INSTANT = pa.string(), pa.int32(), pa.timestamp("us", tz="UTC")
_FAULT = {"import_key": _TEXT, "byte_offset": pa.int64(), "inner_offset": pa.int64(), "reason": _TEXT}


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportProgress:
    """How far a file has been read, and what it gave so far."""

    key: str
    name: str
    kind: str  # warc, jsonl, html
    size: int
    digest: str
    wish: str  # JSON
    byte_offset: int = 0
    inner_offset: int = 0
    records: int = 0
    articles_new: int = 0
    articles_changed: int = 0
    articles_known: int = 0
    damaged: int = 0
    left_out: Mapping[str, int] = field(default_factory=dict)
    started_at: datetime
    finished_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredVersion:
    """One version of an article that the ledger holds."""

    version_id: str
    content_hash: str
    fetched_url: str | None
    fetched_at: datetime
    seen_at: datetime  # the last capture with this wording
    current: bool
    ordinal: int


def make_import_key(digest: str, wish: str) -> str:
    """The id under which the reading of a file is remembered: what is in it, and what was wanted of it."""
    return hash_id("import", digest, wish)


def get_import(ledger: Ledger, key: str) -> ImportProgress | None:
    """How far this file was read, None where it never was."""
    row = ledger.row(
        "SELECT import_key, name, kind, size, digest, wish, byte_offset, inner_offset, records, articles_new, "
        "articles_changed, articles_known, damaged, left_out, started_at, finished_at FROM import_file "
        "WHERE import_key = ?",
        [key],
    )
    if row is None:
        return None
    return ImportProgress(
        key=row[0], name=row[1], kind=row[2], size=row[3], digest=row[4], wish=row[5], byte_offset=row[6],
        inner_offset=row[7], records=row[8], articles_new=row[9], articles_changed=row[10], articles_known=row[11],
        damaged=row[12], left_out=json.loads(row[13]), started_at=row[14], finished_at=row[15],
    )  # fmt: skip


def get_versions(ledger: Ledger, urls: Iterable[str]) -> dict[str, tuple[StoredVersion, ...]]:
    """The versions of the articles that are kept under these canonical URLs, earliest first; others are left out."""
    by_id = {make_article_id(url): url for url in urls}
    found: dict[str, list[StoredVersion]] = {}
    ids = list(by_id)
    rows = ledger.rows(
        "SELECT v.article_id, v.version_id, v.content_hash, v.fetched_url, v.fetched_at, v.current, v.ordinal, "  # noqa: S608
        "greatest(v.fetched_at, s.last_seen_at) FROM article_version v "
        "LEFT JOIN version_sighting s ON s.version_id = v.version_id "
        f"WHERE v.article_id IN ({places(ids)}) ORDER BY v.ordinal",
        ids,
    )
    for row in rows:
        found.setdefault(by_id[row[0]], []).append(
            StoredVersion(
                version_id=row[1],
                content_hash=row[2],
                fetched_url=row[3],
                fetched_at=row[4],
                seen_at=row[7],
                current=row[5],
                ordinal=row[6],
            )
        )
    return {url: tuple(versions) for url, versions in found.items()}


def add_import_batch(
    ledger: Ledger,
    progress: ImportProgress,
    articles: Sequence[Article],
    *,
    sources: Iterable[Source] = (),
    faults: Sequence[tuple[int, int, str]] = (),
    run_id: str,
    now: datetime,
) -> ImportProgress:
    """Stores a batch with the place where the reading goes on, in one transaction; gives the progress with its counts.

    `faults` are (byte offset, inner offset, reason). A capture that is older than what is kept becomes an earlier
    version and changes nothing that was read.
    """
    with ledger.transaction():
        add_unlisted_sources(ledger, sources)
        told = _add_articles(ledger, articles, run_id, now)
        progress = replace(
            progress,
            articles_new=progress.articles_new + told.count("new"),
            articles_changed=progress.articles_changed + told.count("changed"),
            articles_known=progress.articles_known + told.count("same"),
        )
        room = MOST_FAULTS - min(progress.damaged, MOST_FAULTS)
        progress = replace(progress, damaged=progress.damaged + len(faults))
        ledger.insert("import_fault", _FAULT, [(progress.key, *fault) for fault in faults[:room]])
        _keep(ledger, progress, run_id)
    return progress


def add_unlisted_sources(ledger: Ledger, sources: Iterable[Source]) -> None:
    """Adds sources that no configuration lists, so that their articles have a publisher; known ones are kept."""
    for one in sources:
        ledger.execute(
            "INSERT INTO source (source_id, publisher, family, country, language, reliability, cadence_hours, "
            "timezone, homepage, kind, verified, enabled, fetch_pages, note, listed) "
            "SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, false "
            "WHERE NOT EXISTS (SELECT 1 FROM source WHERE source_id = ?)",
            [
                one.id, one.publisher, one.family, one.country, one.language, one.reliability, one.cadence_hours,
                one.timezone, one.homepage, one.kind, one.verified, one.enabled, one.fetch_pages, one.note, one.id,
            ],
        )  # fmt: skip


def get_backfilled(ledger: Ledger, incident_ids: Collection[str]) -> frozenset[str]:
    """Those of the incidents that only imported news tells that was old when it came: no news of this night."""
    with ledger.batch({"incident_id": _TEXT}, [(one,) for one in sorted(set(incident_ids))], "asked") as batch:
        found = ledger.rows(
            f"""
            SELECT t.incident_id FROM telling t JOIN article_version v ON v.version_id = t.version_id
            SEMI JOIN {batch} USING (incident_id)
            GROUP BY t.incident_id HAVING bool_and(list_contains(v.flags, 'backfill'))
            """  # noqa: S608
        )
    return frozenset(row[0] for row in found)


def _keep(ledger: Ledger, progress: ImportProgress, run_id: str) -> None:
    values = {
        "name": progress.name, "kind": progress.kind, "size": progress.size, "digest": progress.digest,
        "wish": progress.wish, "byte_offset": progress.byte_offset, "inner_offset": progress.inner_offset,
        "records": progress.records, "articles_new": progress.articles_new,
        "articles_changed": progress.articles_changed, "articles_known": progress.articles_known,
        "damaged": progress.damaged, "left_out": json.dumps(dict(sorted(progress.left_out.items()))),
        "started_at": progress.started_at, "finished_at": progress.finished_at, "run_id": run_id,
    }  # fmt: skip
    if ledger.row("SELECT 1 FROM import_file WHERE import_key = ?", [progress.key]) is not None:
        ledger.execute(
            f"UPDATE import_file SET {', '.join(f'{name} = ?' for name in values)} WHERE import_key = ?",  # noqa: S608
            [*values.values(), progress.key],
        )
        return
    ledger.execute(
        f"INSERT INTO import_file ({', '.join(values)}, import_key) "  # noqa: S608
        f"VALUES ({', '.join('?' * len(values))}, ?)",
        [*values.values(), progress.key],
    )


def _add_articles(ledger: Ledger, articles: Sequence[Article], run_id: str, now: datetime) -> list[ArticleStatus]:
    if not articles:
        return []
    by_url: dict[str, list[Article]] = {}
    for article in articles:
        by_url.setdefault(article.url, []).append(article)
    stored = get_versions(ledger, by_url)
    told: list[ArticleStatus] = []
    new_articles: list[Row] = []
    new_versions: list[Row] = []
    moved: list[Row] = []
    sighted: list[Row] = []
    revived: list[str] = []
    for url, captures in by_url.items():
        article_id = make_article_id(url)
        before = stored.get(url, ())
        merged, fresh = _merge(article_id, before, captures)
        if not before:
            new_articles.append((article_id, url, captures[0].source_id, now, run_id))
        told += ["same"] * (len(captures) - len(fresh))
        told += ["changed" if before or number else "new" for number in range(len(fresh))]
        was = {one.version_id: one for one in before}
        for version in merged:
            old = was.get(version.version_id)
            if old is None:
                article = fresh[version.version_id]
                new_versions.append(
                    make_version_row(
                        article,
                        version_id=version.version_id,
                        ordinal=version.ordinal,
                        current=version.current,
                        stored_at=now,
                        feed_url=article.feed_url,
                        entry_id=article.entry_id,
                        run_id=run_id,
                    )
                )
            elif (old.ordinal, old.current) != (version.ordinal, version.current):
                moved.append((version.version_id, version.ordinal, version.current))
                if version.current:
                    revived.append(article_id)
            if version.seen_at > (version.fetched_at if old is None else old.seen_at):
                sighted.append((version.version_id, version.seen_at))
    _move(ledger, moved)
    _sight(ledger, sighted)
    ledger.insert("article", ARTICLE_COLUMNS, new_articles)
    ledger.insert("article_version", VERSION_COLUMNS, new_versions)
    if revived:
        refresh_current_events(ledger, revived)
    return told


def _merge(
    article_id: str, before: Sequence[StoredVersion], captures: Sequence[Article]
) -> tuple[list[StoredVersion], dict[str, Article]]:
    """The article's versions once these captures are in, in the order of their capture, and which are fresh.

    One capture after the other, so that it does not matter where a batch begins. A wording that is seen again after
    all others stands again.
    """
    versions = {one.version_id: one for one in before}
    fresh: dict[str, Article] = {}
    for article in captures:
        version_id = make_version_id(article_id, article.content_hash)
        # What stands was seen last, whatever the time says at which its wording was seen first.
        last = max((one.seen_at for one in versions.values()), default=None)
        known = versions.get(version_id)
        if known is None:
            fresh[version_id] = article
            known = StoredVersion(
                version_id=version_id,
                content_hash=article.content_hash,
                fetched_url=article.fetched_url,
                fetched_at=article.fetched_at,
                seen_at=article.fetched_at,
                current=False,
                ordinal=0,
            )
        versions[version_id] = replace(known, seen_at=max(known.seen_at, article.fetched_at))
        if last is None or article.fetched_at >= last:
            for one in versions.values():
                versions[one.version_id] = replace(one, current=one.version_id == version_id)
    ordered = sorted(versions.values(), key=lambda one: (one.fetched_at, one.version_id))
    return [replace(one, ordinal=number) for number, one in enumerate(ordered, start=1)], fresh


def _sight(ledger: Ledger, sighted: Sequence[Row]) -> None:
    columns = {"version_id": _TEXT, "last_seen_at": _INSTANT}
    if sighted:
        with ledger.batch(columns, sighted, "sighted") as batch:
            ledger.execute(
                f"DELETE FROM version_sighting WHERE version_id IN (SELECT version_id FROM {batch})"  # noqa: S608
            )
            ledger.execute(f"INSERT INTO version_sighting BY NAME SELECT * FROM {batch}")  # noqa: S608


def _move(ledger: Ledger, moved: Sequence[Row]) -> None:
    if not moved:
        return
    columns = {"version_id": _TEXT, "ordinal": _COUNT, "current": pa.bool_()}
    with ledger.batch(columns, moved, "moved") as batch:
        ledger.execute(
            "UPDATE article_version SET ordinal = m.ordinal, current = m.current "  # noqa: S608
            f"FROM {batch} m WHERE m.version_id = article_version.version_id"
        )
